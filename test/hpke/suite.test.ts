import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, HybridgeError, utf8 } from '../../src/bytes/index.ts';
import { NonceSequence } from '../../src/hpke/context.ts';
import { hpkeSuite } from '../../src/hpke/index.ts';
import { encapsulate, generateKeyPair } from '../../src/kem/index.ts';
import { AEAD_NAMES, KDF_NAMES } from '../../src/registry/index.ts';
import { generateKeyPair as generateSignatureKeyPair } from '../../src/sign/index.ts';
import { native } from '../kem/support.ts';
import { expectBytes } from '../support/tally.ts';
import { HPKE_KEMS, hpkeRoundTrips } from './round-trips.ts';

const SUITE = { kem: 'MLKEM768-X25519', kdf: 'HKDF-SHA256', aead: 'AES-256-GCM' } as const;
const info = utf8('pump 17');
const psk = new Uint8Array(32).fill(7);
const pskId = utf8('key 1');

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('no items');
  return item;
}

// Each KEM, KDF and AEAD at least once; all combinations are in the exhaustive suite.
hpkeRoundTrips(
  HPKE_KEMS.map((kem, index) => ({
    kem,
    kdf: at(KDF_NAMES, index),
    aead: at([...AEAD_NAMES, 'export-only'] as const, index),
  })),
);

describe('a suite', () => {
  const suite = hpkeSuite(native, SUITE);

  it('opens messages in their order and nothing else', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, SUITE.kem);
    const { enc, context } = await suite.setupSender(publicKey, { info });
    const recipient = await suite.setupRecipient(privateKey, enc, { info });
    const [first, second] = [context.seal(utf8('one')), context.seal(utf8('two'), utf8('aad'))];
    expect(() => recipient.open(second, utf8('aad'))).toThrow(
      expect.objectContaining({ code: 'decryption_failed', fault: 'peer' }),
    );
    // What did not open did not count.
    expectBytes(recipient.open(first), utf8('one'), 'first');
    expect(() => recipient.open(second)).toThrow(HybridgeError);
    expectBytes(recipient.open(second, utf8('aad')), utf8('two'), 'second');
    expect(() => recipient.open(first)).toThrow(HybridgeError);
    for (const length of [0, 1, 15])
      expect(() => recipient.open(first.subarray(0, length))).toThrow(HybridgeError);
  });

  it('has one context for each combination of keys, info and psk', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, SUITE.kem);
    const other = await generateKeyPair(native, SUITE.kem);
    const { enc, ciphertext } = await suite.seal(publicKey, info, { info, psk, pskId });
    const failing = [
      () => suite.open(privateKey, enc, ciphertext, { info }),
      () => suite.open(privateKey, enc, ciphertext, { psk, pskId }),
      () => suite.open(privateKey, enc, ciphertext, { info, psk, pskId: info }),
      () => suite.open(privateKey, enc, ciphertext, { info, psk: psk.map((byte) => byte + 1), pskId }),
      () => suite.open(other.privateKey, enc, ciphertext, { info, psk, pskId }),
      () => suite.open(privateKey, enc, ciphertext, { info, psk, pskId, aad: info }),
    ];
    for (const attempt of failing)
      await expect(attempt()).rejects.toMatchObject({ code: 'decryption_failed' });
    expectBytes(await suite.open(privateKey, enc, ciphertext, { info, psk, pskId }), info, 'opened');
  });

  it('refuses keys of other algorithms and bad pre-shared keys', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, 'ML-KEM-768');
    await expect(suite.setupSender(publicKey)).rejects.toMatchObject({ code: 'wrong_algorithm' });
    await expect(suite.setupRecipient(privateKey, EMPTY)).rejects.toMatchObject({ code: 'wrong_algorithm' });
    const own = await generateKeyPair(native, SUITE.kem);
    const signing = await generateSignatureKeyPair(native, 'Ed25519');
    // @ts-expect-error a signature key is no KEM key
    await expect(suite.setupSender(signing.publicKey)).rejects.toMatchObject({ code: 'wrong_algorithm' });
    const bad = [
      { psk: psk.subarray(1), pskId },
      { psk, pskId: EMPTY },
      { psk: EMPTY, pskId },
    ];
    for (const setup of bad)
      await expect(suite.setupSender(own.publicKey, setup)).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    // @ts-expect-error the secret and its name go together
    await expect(suite.setupSender(own.publicKey, { psk })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('without an AEAD has nothing to seal with', () => {
    const exporting = hpkeSuite(native, { kem: 'ML-KEM-768', kdf: 'HKDF-SHA384', aead: 'export-only' });
    // @ts-expect-error an export-only suite does not seal
    expect(exporting.seal).toBeUndefined();
    // @ts-expect-error nor has it an AEAD
    expect(exporting.aead).toBeUndefined();
    // @ts-expect-error X25519 is not a KEM of HPKE; DHKEM(X25519, HKDF-SHA256) is
    expect(() => hpkeSuite(native, { ...SUITE, kem: 'X25519' })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
    // @ts-expect-error SHA-256 is no KDF
    expect(() => hpkeSuite(native, { ...SUITE, kdf: 'SHA-256' })).toThrow(
      expect.objectContaining({ code: 'unknown_algorithm' }),
    );
  });

  it('exports as much as its KDF gives', async () => {
    const { publicKey } = await generateKeyPair(native, 'ML-KEM-768');
    for (const [kdf, most] of [
      ['HKDF-SHA256', 255 * 32],
      ['HKDF-SHA512', 255 * 64],
      ['KDF-SHAKE128', 65_535],
    ] as const) {
      const { context } = await hpkeSuite(native, {
        kem: 'ML-KEM-768',
        kdf,
        aead: 'AES-128-GCM',
      }).setupSender(publicKey);
      expect(context.export(EMPTY, most).length).toBe(most);
      expect(context.export(EMPTY, 0).length).toBe(0);
      for (const length of [most + 1, -1, 1.5, Number.NaN])
        expect(() => context.export(EMPTY, length)).toThrow(
          expect.objectContaining({ code: 'invalid_argument' }),
        );
    }
  });

  it('bounds what one-stage functions prefix with two bytes of length', async () => {
    const { publicKey } = await generateKeyPair(native, 'ML-KEM-768');
    const oneStage = hpkeSuite(native, { kem: 'ML-KEM-768', kdf: 'KDF-SHAKE256', aead: 'AES-128-GCM' });
    await expect(oneStage.setupSender(publicKey, { info: new Uint8Array(65_536) })).rejects.toMatchObject({
      code: 'message_too_large',
    });
    await oneStage.setupSender(publicKey, { info: new Uint8Array(65_535) });
  });

  it('is of no use after its context was disposed of', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, SUITE.kem);
    const { enc, context } = await suite.setupSender(publicKey);
    const recipient = await suite.setupRecipient(privateKey, enc);
    const sealed = context.seal(info);
    context[Symbol.dispose]();
    recipient[Symbol.dispose]();
    const disposed = expect.objectContaining({ code: 'key_disposed' }) as Error;
    expect(() => context.seal(info)).toThrow(disposed);
    expect(() => recipient.open(sealed)).toThrow(disposed);
    expect(() => context.export(EMPTY, 1)).toThrow(disposed);
  });

  it('counts messages in the nonce, up to its limit', () => {
    const base = Uint8Array.from({ length: 12 }, (_, index) => 16 * index);
    for (const sequence of [0, 1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 5, 2 ** 53 - 2]) {
      const nonces = new NonceSequence(base, sequence);
      const expected = (offset: bigint): Uint8Array => {
        let rest = BigInt(sequence) + offset;
        const nonce = base.slice();
        for (let index = 11; index >= 0; index--, rest >>= 8n)
          nonce[index] = (nonce[index] ?? 0) ^ Number(rest & 0xffn);
        return nonce;
      };
      expectBytes(nonces.current(), expected(0n), String(sequence));
      nonces.advance();
      if (sequence === 2 ** 53 - 2) expect(() => nonces.current()).toThrow(/message limit/);
      else expectBytes(nonces.current(), expected(1n), String(sequence + 1));
    }
  });

  it('takes any enc without surprises', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, SUITE.kem);
    const { ciphertext: enc } = await encapsulate(native, publicKey);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 1300 }),
          fc
            .record({ at: fc.nat(enc.length - 1), by: fc.integer({ min: 1, max: 255 }) })
            .map(({ at, by }) => enc.map((byte, index) => (index === at ? byte ^ by : byte))),
        ),
        async (changed) => {
          try {
            await suite.setupRecipient(privateKey, changed);
          } catch (error) {
            expect(error).toBeInstanceOf(HybridgeError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
