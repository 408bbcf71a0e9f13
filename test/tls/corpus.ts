/** Recorded handshakes: what we read in a capture, put beside what tshark reads in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  type CapturedSession,
  type ClientHello,
  helloFlights,
  isGrease,
  ja3,
  ja4,
  type ServerHello,
} from '../../src/tls/index.ts';
import type { TsharkFrame } from './tshark.ts';

/** The folder of the recordings. */
export const CORPUS: string = fileURLToPath(new URL('../../vectors/tls-hello', import.meta.url));

/** A capture with what tshark said of it. */
export interface Recording {
  readonly name: string;
  readonly file: string;
  readonly capture: Uint8Array;
  readonly frames: readonly TsharkFrame[];
}

function isFrames(value: unknown): value is { readonly tests: readonly TsharkFrame[] } {
  return typeof value === 'object' && value !== null && 'tests' in value && Array.isArray(value.tests);
}

/** All recordings that are committed. */
export function recordings(): readonly Recording[] {
  return readdirSync(CORPUS)
    .filter((name) => name.endsWith('.json'))
    .map((json) => {
      const name = basename(json, '.json');
      const said: unknown = JSON.parse(readFileSync(join(CORPUS, json), 'utf8'));
      if (!isFrames(said)) throw new Error(`${json}: no list of tests`);
      const file = readdirSync(CORPUS).find((each) => each.startsWith(`${name}.pcap`));
      if (file === undefined) throw new Error(`${json}: no capture beside it`);
      return { name, file, capture: readFileSync(join(CORPUS, file)), frames: said.tests };
    });
}

/** One thing that was said in the clear, as plain text: by us and by tshark. */
export interface Utterance {
  readonly id: string;
  readonly verdict: 'alert' | 'ClientHello' | 'HelloRetryRequest' | 'ServerHello' | 'ServerKeyExchange';
  readonly fields: Readonly<Record<string, unknown>>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function clientHello(hello: ClientHello): Utterance['fields'] {
  const schemes = hello.extensions.flatMap(({ type }) =>
    type === 13
      ? (hello.signatureAlgorithms ?? [])
      : type === 50
        ? (hello.certificateSignatureAlgorithms ?? [])
        : [],
  );
  const fingerprint = ja3(hello);
  return {
    version: hello.legacyVersion,
    random: hex(hello.random),
    sessionId: hex(hello.sessionId),
    cipherSuites: hello.cipherSuites,
    compressionMethods: hello.compressionMethods,
    extensions: hello.extensions.map(({ type }) => type),
    serverName: hello.serverName,
    alpn: hello.alpn ?? [],
    groups: hello.groups ?? [],
    schemes,
    versions: hello.extensions.some(({ type }) => type === 43) ? hello.versions : [],
    shares: (hello.keyShares ?? []).map(({ group }) => group),
    shareSizes: (hello.keyShares ?? []).map(({ keyExchange }) => keyExchange.length),
    pskIdentities: (hello.pskIdentities ?? []).map(({ length }) => length),
    pskModes: hello.pskModes ?? [],
    ja3: [fingerprint.text, fingerprint.hash],
    ja4: ja4(hello),
  };
}

function serverHello(hello: ServerHello): Utterance['fields'] {
  const stated = hello.extensions.some(({ type }) => type === 43);
  const retry = hello.kind === 'hello-retry-request';
  return {
    version: hello.legacyVersion,
    random: hex(hello.random),
    sessionId: hex(hello.sessionId),
    cipherSuites: [hello.cipherSuite],
    compressionMethods: [hello.compressionMethod],
    extensions: hello.extensions.map(({ type }) => type),
    versions: stated ? [hello.version] : [],
    share: hello.keyShare?.group,
    shareSize: hello.keyShare?.keyExchange.length,
    retryGroup: retry ? hello.selectedGroup : undefined,
    selectedPsk: hello.selectedPsk,
  };
}

/** What we read of a session, in the order of the handshake. */
function ours(session: CapturedSession): readonly Omit<Utterance, 'id'>[] {
  const [first, second] = session.clientHellos;
  const { helloRetryRequest, serverHello: answer, serverKeyExchange } = session;
  return [
    ...(first === undefined ? [] : [{ verdict: 'ClientHello' as const, fields: clientHello(first) }]),
    ...(helloRetryRequest === undefined
      ? []
      : [{ verdict: 'HelloRetryRequest' as const, fields: serverHello(helloRetryRequest) }]),
    ...(second === undefined ? [] : [{ verdict: 'ClientHello' as const, fields: clientHello(second) }]),
    ...(answer === undefined ? [] : [{ verdict: 'ServerHello' as const, fields: serverHello(answer) }]),
    ...(serverKeyExchange === undefined
      ? []
      : [
          {
            verdict: 'ServerKeyExchange' as const,
            fields: { group: serverKeyExchange.group, scheme: serverKeyExchange.signatureScheme },
          },
        ]),
    ...session.alerts.map(({ alert }) => ({
      verdict: 'alert' as const,
      fields: { level: alert.level === 'fatal' ? 2 : 1, code: alert.code },
    })),
  ];
}

/** What we read in a capture; `problems` must be empty for well-behaved peers. */
export async function weRead(
  capture: Uint8Array,
): Promise<{ readonly utterances: readonly Utterance[]; readonly problems: readonly string[] }> {
  const sessions: CapturedSession[] = [];
  for await (const session of helloFlights(capture)) sessions.push(session);
  sessions.sort((one, other) => one.index - other.index);
  return {
    utterances: sessions.flatMap((session) =>
      ours(session).map(({ verdict, fields }, number) => ({
        id: `${String(session.index)}.${String(number)}`,
        verdict,
        fields: { ...fields, ports: [session.client.port, session.server.port] },
      })),
    ),
    problems: sessions.flatMap(({ problems }) => problems.map(({ error }) => error.message)),
  };
}

const numbers = (values: readonly string[] | undefined): readonly number[] => (values ?? []).map(Number);
const one = (values: readonly string[] | undefined): number | undefined =>
  values?.[0] === undefined ? undefined : Number(values[0]);

function frameFields(frame: TsharkFrame): readonly Omit<Utterance, 'id'>[] {
  const types = numbers(frame['tls.handshake.type']);
  const shares = numbers(frame['tls.handshake.extensions_key_share_group']);
  const shareSizes = numbers(frame['tls.handshake.extensions_key_share_key_exchange_length']);
  const retryGroup = one(frame['tls.handshake.extensions_key_share_selected_group']);
  const hello = {
    version: one(frame['tls.handshake.version']),
    random: frame['tls.handshake.random']?.[0]?.replaceAll(':', ''),
    sessionId: (frame['tls.handshake.session_id']?.[0] ?? '').replaceAll(':', ''),
    cipherSuites: numbers(frame['tls.handshake.ciphersuite']),
    compressionMethods: numbers(frame['tls.handshake.comp_method']),
    extensions: numbers(frame['tls.handshake.extension.type']),
    versions: numbers(frame['tls.handshake.extensions.supported_version']).filter((code) => !isGrease(code)),
  };
  const seen: Omit<Utterance, 'id'>[] = [];
  if (types.includes(1))
    seen.push({
      verdict: 'ClientHello',
      fields: {
        ...hello,
        serverName: frame['tls.handshake.extensions_server_name']?.[0],
        alpn: frame['tls.handshake.extensions_alpn_str'] ?? [],
        groups: numbers(frame['tls.handshake.extensions_supported_group']),
        schemes: numbers(frame['tls.handshake.sig_hash_alg']),
        shares,
        shareSizes,
        pskIdentities: numbers(frame['tls.handshake.extensions.psk.identity.identity_length']),
        pskModes: numbers(frame['tls.extension.psk_ke_mode']),
        ja3: [frame['tls.handshake.ja3_full']?.[0], frame['tls.handshake.ja3']?.[0]],
        ja4: frame['tls.handshake.ja4']?.[0],
      },
    });
  if (types.includes(2))
    seen.push({
      verdict: retryGroup === undefined ? 'ServerHello' : 'HelloRetryRequest',
      fields: {
        ...hello,
        share: shares[0],
        shareSize: shareSizes[0],
        retryGroup,
        selectedPsk: one(frame['tls.handshake.extensions.psk.identity.selected']),
      },
    });
  const curve = one(frame['tls.handshake.server_named_curve']);
  if (types.includes(12) && curve !== undefined)
    seen.push({
      verdict: 'ServerKeyExchange',
      fields: { group: curve, scheme: one(frame['tls.handshake.sig_hash_alg']) },
    });
  numbers(frame['tls.alert_message.desc']).forEach((code, number) => {
    seen.push({
      verdict: 'alert',
      fields: { level: numbers(frame['tls.alert_message.level'])[number], code },
    });
  });
  return seen;
}

/** The same from the frames of tshark: the ports of each connection in the order of its first hello. */
export function theyRead(frames: readonly TsharkFrame[]): readonly Utterance[] {
  const streams = new Map<number, { ports: readonly number[]; seen: Omit<Utterance, 'id'>[] }>();
  for (const frame of frames) {
    const stream = one(frame['tcp.stream']) ?? -1;
    const source = one(frame['tcp.srcport']) ?? 0;
    const destination = one(frame['tcp.dstport']) ?? 0;
    const entry = streams.get(stream) ?? { ports: [source, destination], seen: [] };
    streams.set(stream, entry);
    entry.seen.push(...frameFields(frame));
  }
  return [...streams].flatMap(([stream, { ports, seen }]) =>
    seen.map(({ verdict, fields }, number) => ({
      id: `${String(stream)}.${String(number)}`,
      verdict,
      fields: { ...fields, ports },
    })),
  );
}
