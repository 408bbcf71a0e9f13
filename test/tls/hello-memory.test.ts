import { expect, test } from 'vitest';
import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  type ClientHello,
  createHelloMemory,
  decodeClientHello,
  encodeClientHello,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { recordedHellos } from './hello-fixtures.ts';

/** All that a hello says, or how it is refused. */
function read(decode: (message: Uint8Array) => ClientHello, message: Uint8Array): unknown {
  try {
    const hello = decode(message);
    return {
      bytes: hello.bytes,
      legacyVersion: hello.legacyVersion,
      random: hello.random,
      sessionId: hello.sessionId,
      cipherSuites: hello.cipherSuites,
      compressionMethods: hello.compressionMethods,
      extensions: hello.extensions,
      versions: hello.versions,
      serverName: hello.serverName,
      alpn: hello.alpn,
      groups: hello.groups,
      pointFormats: hello.pointFormats,
      keyShares: hello.keyShares,
      signatureAlgorithms: hello.signatureAlgorithms,
      certificateSignatureAlgorithms: hello.certificateSignatureAlgorithms,
      pskIdentities: hello.pskIdentities,
      pskModes: hello.pskModes,
      sessionTicket: hello.sessionTicket,
      earlyData: hello.earlyData,
      encryptedClientHello: hello.encryptedClientHello,
      grease: hello.grease,
    };
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    return { code: error.code, message: error.message, details: error.details };
  }
}

/** Other bytes wherever a hello has values that nobody chooses. */
function withOtherValues(message: Uint8Array): Uint8Array {
  const other = Uint8Array.from(message);
  const { random, sessionId, keyShares = [], pskIdentities = [] } = decodeClientHello(other);
  for (const value of [random, sessionId, ...keyShares.map((share) => share.keyExchange), ...pskIdentities])
    value.forEach((octet, at) => (value[at] = octet ^ 0x5a));
  // The binders end the message.
  if (pskIdentities.length > 0) other.fill(0x77, other.length - 32);
  return other;
}

test('a hello of a known shape reads as one that is decoded', async () => {
  const memory = createHelloMemory();
  let known = 0;
  const hellos = (await recordedHellos()).filter(({ kind }) => kind === 'client');
  for (const { id, message } of hellos) {
    const { shape } = memory.decode(message);
    const other = withOtherValues(message);
    expect(memory.decode(other).shape, id).toBe(shape);
    expect(read(memory.decode, other), id).toEqual(read(decodeClientHello, other));
    known++;
  }
  report(`hello memory: ${String(known)} recorded hellos`);
  expect(known).toBeGreaterThan(60);
});

test('a broken hello is refused as without a memory', async () => {
  const memory = createHelloMemory();
  const numbers = new Numbers(20_261);
  let shared = 0;
  let refused = 0;
  for (const { id, message } of (await recordedHellos()).filter(({ kind }) => kind === 'client')) {
    const { shape } = memory.decode(message);
    for (let round = 0; round < 60; round++) {
      const broken = mutated(message, numbers);
      const expected = read(decodeClientHello, broken);
      expect(read(memory.decode, broken), id).toEqual(expected);
      if (typeof expected === 'object' && expected !== null && 'code' in expected) refused++;
      else if (memory.decode(broken).shape === shape) shared++;
    }
  }
  report(`hello memory: ${String(refused)} broken hellos refused, ${String(shared)} of the same shape`);
  expect(refused).toBeGreaterThan(1000);
  expect(shared).toBeGreaterThan(500);
});

test('it forgets when there are too many shapes, and keeps no long ones', () => {
  const memory = createHelloMemory();
  const hello = (suites: number, data = 0): Uint8Array =>
    encodeClientHello({
      random: new Uint8Array(32),
      cipherSuites: Array.from({ length: suites }, (_, index) => index + 1),
      extensions: [{ type: 21, data: new Uint8Array(data) }],
    });
  const first = memory.decode(hello(1)).shape;
  expect(memory.decode(hello(1)).shape).toBe(first);
  for (let suites = 2; suites < 1200; suites++) memory.decode(hello(suites));
  expect(memory.decode(hello(1)).shape).not.toBe(first);
  expect(memory.decode(hello(1, 5000)).shape).toBeUndefined();
});
