/** Hellos to take apart: those of the recorded peers, and arbitrary ones. */
import * as fc from 'fast-check';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  type ClientHelloFields,
  helloFlights,
  isAlertName,
  type ServerHelloFields,
} from '../../src/tls/index.ts';
import { recordings } from './corpus.ts';

/** A ClientHello or ServerHello of a peer. */
export interface RecordedHello {
  readonly id: string;
  readonly kind: 'client' | 'server';
  readonly message: Uint8Array;
}

/** All hellos in the corpus. */
export async function recordedHellos(): Promise<readonly RecordedHello[]> {
  const hellos: RecordedHello[] = [];
  for (const { name, capture } of recordings())
    for await (const { index, clientHellos, helloRetryRequest, serverHello } of helloFlights(capture)) {
      const id = `${name} ${String(index)}`;
      for (const { bytes } of clientHellos) hellos.push({ id, kind: 'client', message: bytes });
      for (const hello of [helloRetryRequest, serverHello])
        if (hello !== undefined) hellos.push({ id, kind: 'server', message: hello.bytes });
    }
  return hellos;
}

const code = fc.integer({ min: 0, max: 0xffff });
const octets = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const codes = fc.array(code, { minLength: 1, maxLength: 12 });
/** Numbers of extensions that are looked into. */
const KNOWN = new Set([0, 10, 11, 13, 16, 35, 41, 42, 43, 45, 50, 51, 0xfe0d]);

const shares = fc
  .uniqueArray(fc.tuple(code, octets(1, 80)), { minLength: 1, maxLength: 4, selector: ([group]) => group })
  .map((entries) => entries.map(([group, keyExchange]) => ({ group, keyExchange })));

const unknown = fc.uniqueArray(
  fc.record({ type: code.filter((type) => !KNOWN.has(type)), data: octets(0, 40) }),
  { maxLength: 4, selector: ({ type }) => type },
);

/** What any well-formed ClientHello can be built from. */
export const clientHelloFields: fc.Arbitrary<ClientHelloFields> = fc
  .record(
    {
      random: octets(32, 32),
      cipherSuites: codes,
      legacyVersion: fc.constantFrom(0x0300, 0x0301, 0x0302, 0x0303),
      sessionId: octets(0, 32),
      serverName: fc.domain(),
      signatureAlgorithms: codes,
      certificateSignatureAlgorithms: codes,
      alpn: fc.array(
        octets(1, 20).map((bytes) => Buffer.from(bytes).toString('latin1')),
        { minLength: 1, maxLength: 3 },
      ),
      sessionTicket: octets(0, 40),
      earlyData: fc.constant(true),
      versions: fc.array(code, { minLength: 1, maxLength: 5 }),
      pskModes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 3 }),
      keyShares: shares,
      extensions: unknown,
      preSharedKeys: fc.array(fc.record({ identity: octets(1, 40), binder: octets(32, 64) }), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    { requiredKeys: ['random', 'cipherSuites'] },
  )
  .chain((fields) =>
    codes.map((more) => ({
      ...fields,
      groups: [...(fields.keyShares ?? []).map(({ group }) => group), ...more],
      ...(fields.preSharedKeys !== undefined && { pskModes: fields.pskModes ?? [1] }),
    })),
  );

/** What any well-formed ServerHello of TLS 1.3, or HelloRetryRequest, can be built from. */
export const serverHelloFields: fc.Arbitrary<ServerHelloFields> = fc.oneof(
  fc
    .record({
      random: octets(32, 32),
      sessionId: octets(0, 32),
      cipherSuite: code,
      keyShare: fc.record({ group: code, keyExchange: octets(1, 80) }),
      selectedPsk: code,
      extensions: unknown,
    })
    .map((fields) => ({ ...fields, kind: 'server-hello' as const, version: 0x0304 })),
  fc
    .record({ sessionId: octets(0, 32), cipherSuite: code, selectedGroup: code, extensions: unknown })
    .map((fields) => ({ ...fields, kind: 'hello-retry-request' as const, version: 0x0304 })),
);

/** Records of a handshake message, cut behind the given numbers of bytes. */
export function inRecords(message: Uint8Array, ...cuts: readonly number[]): Uint8Array {
  const bounds = [0, ...cuts, message.length];
  return Buffer.concat(
    bounds.slice(1).map((end, index) => {
      const fragment = message.subarray(bounds[index], end);
      return Buffer.concat([Uint8Array.of(22, 3, 1, fragment.length >> 8, fragment.length & 0xff), fragment]);
    }),
  );
}

/** Runs a decoder over hostile bytes; true when it takes them. It may refuse them in one way only. */
export function takes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (!isHybridgeError(error, 'invalid_encoding')) throw error;
    const { alert, offset } = error.details;
    if (error.fault !== 'peer' || !isAlertName(alert) || typeof offset !== 'number' || offset < 0)
      throw new Error(`not as the peer's fault with an alert and an offset: ${error.message}`, {
        cause: error,
      });
    return false;
  }
}
