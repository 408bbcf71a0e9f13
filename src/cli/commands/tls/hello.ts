import type { Command } from '@commander-js/extra-typings';
import {
  type Alert,
  type CapturedEndpoint,
  type CapturedSession,
  cipherSuiteName,
  type ClientHello,
  extensionName,
  groupName,
  groupNature,
  helloFlights,
  isGrease,
  ja3,
  ja4,
  signatureSchemeName,
  versionName,
} from '../../../tls/index.ts';
import { inFile } from '../../command-error.ts';
import { openSource } from '../../input.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../../outcome.ts';
import { startProgress } from '../../progress.ts';

/** What is told of a ClientHello. */
interface ToldHello {
  /** Of the handshake message, in bytes. */
  readonly size: number;
  readonly serverName: string | undefined;
  readonly versions: readonly string[];
  readonly cipherSuites: readonly string[];
  readonly groups: readonly string[];
  readonly keyShares: readonly { readonly group: string; readonly size: number }[];
  readonly signatureAlgorithms: readonly string[];
  readonly certificateSignatureAlgorithms: readonly string[] | undefined;
  readonly alpn: readonly string[] | undefined;
  readonly preSharedKeys: number;
  readonly sessionTicket: boolean;
  readonly earlyData: boolean;
  readonly encryptedClientHello: boolean;
  readonly grease: boolean;
  readonly extensions: readonly string[];
  readonly ja3: string;
  readonly ja4: string;
}

/** What is told of a connection. */
interface ToldSession {
  /** The number of its TCP connection in the capture, from 0. */
  readonly index: number;
  readonly startedAt: string | undefined;
  readonly client: string;
  readonly server: string;
  readonly clientHellos: readonly ToldHello[];
  readonly helloRetryRequest: { readonly size: number; readonly group: string | undefined } | undefined;
  readonly serverHello:
    | {
        readonly size: number;
        readonly version: string;
        readonly cipherSuite: string;
        readonly group: string | undefined;
        readonly nature: string;
        readonly keyShare: number | undefined;
        readonly resumed: boolean;
        readonly signatureScheme: string | undefined;
      }
    | undefined;
  readonly alerts: readonly { readonly from: string; readonly alert: string; readonly level: string }[];
  readonly problems: readonly { readonly from: string; readonly message: string }[];
  /** Bytes of each side before encryption, with the headers of records. */
  readonly plaintextBytes: { readonly client: number; readonly server: number };
}

function endpoint({ address, port }: CapturedEndpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Code points by their names; GREASE values mean nothing, and `grease` tells of them. */
function named(codes: readonly number[] = [], name: (code: number) => string): readonly string[] {
  return codes.filter((code) => !isGrease(code)).map(name);
}

function version(code: number): string {
  return versionName(code) ?? `0x${code.toString(16).padStart(4, '0')}`;
}

function alertText({ name, code }: Alert): string {
  return name ?? String(code);
}

function toldHello(hello: ClientHello): ToldHello {
  return {
    size: hello.bytes.length,
    serverName: hello.serverName,
    versions: hello.versions.map(version),
    cipherSuites: named(hello.cipherSuites, cipherSuiteName),
    groups: named(hello.groups, groupName),
    keyShares: (hello.keyShares ?? [])
      .filter(({ group }) => !isGrease(group))
      .map(({ group, keyExchange }) => ({ group: groupName(group), size: keyExchange.length })),
    signatureAlgorithms: named(hello.signatureAlgorithms, signatureSchemeName),
    certificateSignatureAlgorithms:
      hello.certificateSignatureAlgorithms &&
      named(hello.certificateSignatureAlgorithms, signatureSchemeName),
    alpn: hello.alpn,
    preSharedKeys: hello.pskIdentities?.length ?? 0,
    sessionTicket: (hello.sessionTicket?.length ?? 0) > 0,
    earlyData: hello.earlyData,
    encryptedClientHello: hello.encryptedClientHello,
    grease: hello.grease,
    extensions: named(
      hello.extensions.map(({ type }) => type),
      extensionName,
    ),
    ja3: ja3(hello).hash,
    ja4: ja4(hello),
  };
}

function toldServerHello(session: CapturedSession): ToldSession['serverHello'] {
  const { clientHellos, serverHello, serverKeyExchange } = session;
  if (serverHello === undefined) return undefined;
  const group = serverHello.selectedGroup ?? serverKeyExchange?.group;
  const [hello] = clientHellos;
  // Before TLS 1.3 a server that resumes repeats the session id of the client, and nothing else is said in the clear.
  const sameSession =
    serverHello.version < 0x0304 &&
    serverKeyExchange === undefined &&
    hello !== undefined &&
    hello.sessionId.length > 0 &&
    Buffer.compare(hello.sessionId, serverHello.sessionId) === 0;
  const scheme = serverKeyExchange?.signatureScheme;
  return {
    size: serverHello.bytes.length,
    version: version(serverHello.version),
    cipherSuite: cipherSuiteName(serverHello.cipherSuite),
    group: group === undefined ? undefined : groupName(group),
    nature: group === undefined ? 'unknown' : groupNature(group),
    keyShare: serverHello.keyShare?.keyExchange.length,
    resumed: serverHello.selectedPsk !== undefined || sameSession,
    signatureScheme: scheme === undefined ? undefined : signatureSchemeName(scheme),
  };
}

function told(session: CapturedSession): ToldSession {
  const { helloRetryRequest: retry } = session;
  return {
    index: session.index,
    startedAt: session.startedAt?.toISOString(),
    client: endpoint(session.client),
    server: endpoint(session.server),
    clientHellos: session.clientHellos.map(toldHello),
    helloRetryRequest: retry && {
      size: retry.bytes.length,
      group: retry.selectedGroup === undefined ? undefined : groupName(retry.selectedGroup),
    },
    serverHello: toldServerHello(session),
    alerts: session.alerts.map(({ from, alert }) => ({
      from,
      alert: alertText(alert),
      level: alert.level ?? 'unknown',
    })),
    problems: session.problems.map(({ from, error }) => ({ from, message: error.message })),
    plaintextBytes: session.plaintextBytes,
  };
}

function shares({ keyShares }: ToldHello): string {
  if (keyShares.length === 0) return 'none';
  return keyShares.map(({ group, size }) => `${group} (${size} bytes)`).join(', ');
}

/** What stands out in a hello. */
function remarks(hello: ToldHello): readonly string[] {
  const keys = hello.preSharedKeys;
  return [
    ...(keys === 0 ? [] : [`${keys} pre-shared ${keys === 1 ? 'key' : 'keys'}`]),
    ...(hello.sessionTicket ? ['session ticket'] : []),
    ...(hello.earlyData ? ['early data'] : []),
    ...(hello.encryptedClientHello ? ['encrypted ClientHello, or GREASE of it'] : []),
    ...(hello.grease ? ['GREASE'] : []),
  ];
}

function rowsOf(session: ToldSession): readonly (readonly [label: string, text: string])[] {
  const rows: (readonly [string, string])[] = [];
  const add = (label: string, text: string | readonly string[] | undefined): void => {
    const value = typeof text === 'string' ? text : text?.join(', ');
    if (value !== undefined && value !== '') rows.push([`  ${label}`, value]);
  };
  const [first, second] = session.clientHellos;
  if (first !== undefined) {
    add('name', first.serverName);
    add('versions', first.versions);
    add('groups', first.groups);
    add('key shares', shares(first));
    add('signatures', first.signatureAlgorithms);
    add('in certificates', first.certificateSignatureAlgorithms);
    add('protocols', first.alpn);
    add('also', remarks(first));
    add('fingerprints', `JA4 ${first.ja4}, JA3 ${first.ja3}`);
    add('hello', `${first.size} bytes`);
  }
  const { helloRetryRequest: retry, serverHello } = session;
  if (retry !== undefined) add('asked again for', retry.group ?? 'a cookie');
  if (second !== undefined) add('second hello', `${second.size} bytes, key shares ${shares(second)}`);
  if (serverHello !== undefined) {
    const { group, nature, resumed, signatureScheme } = serverHello;
    add('chosen', [
      serverHello.version,
      serverHello.cipherSuite,
      group === undefined ? 'no group to be seen' : `${group} (${nature})`,
      ...(signatureScheme === undefined ? [] : [signatureScheme]),
      ...(resumed ? ['resumed or pre-shared'] : []),
    ]);
  }
  for (const { from, alert, level } of session.alerts) add('alert', `${alert} (${level}), from the ${from}`);
  for (const { from, message } of session.problems) add('problem', `${message} (${from})`);
  return rows;
}

function print(sessions: readonly ToldSession[]): void {
  if (sessions.length === 0) printLine('no TLS connection begins in this capture');
  for (const [index, session] of sessions.entries()) {
    if (index > 0) printLine('');
    printLine(
      `${session.client} to ${session.server}${session.startedAt === undefined ? '' : `, ${session.startedAt}`}`,
    );
    printTable(rowsOf(session));
  }
}

/** `hybridge tls hello`: the beginnings of the TLS connections in a capture. */
export function addHello(tls: Command): void {
  tls
    .command('hello')
    .description(
      'Shows what TLS clients in a capture offer and what servers choose: groups, key shares and their sizes, ' +
        'signature algorithms, versions, fingerprints, alerts.',
    )
    .argument('<file>', 'pcap or pcapng, of tcpdump, dumpcap or Wireshark; - for standard input')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge tls hello capture.pcapng')
    .action((path, flags) =>
      run(async () => {
        const { chunks, size } = openSource(path);
        const progress = startProgress('reading', size, flags);
        const sessions: ToldSession[] = [];
        try {
          await inFile(path, async () => {
            for await (const session of helloFlights(chunks, { onProgress: progress.report }))
              sessions.push(told(session));
          });
        } finally {
          progress.stop();
        }
        // They come in the order in which they were complete.
        sessions.sort((one, other) => one.index - other.index);
        return finish(flags, EXIT.done, { sessions }, () => {
          print(sessions);
        });
      }),
    );
}
