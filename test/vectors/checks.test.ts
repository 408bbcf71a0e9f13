import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../src/bytes/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import * as vectors from '../support/vectors.ts';
import * as checks from './checks.ts';

const noble = createNobleProvider();

function offered<T>(primitive: T | undefined): T {
  if (primitive === undefined) throw new Error('noble must offer it');
  return primitive;
}

function first<T>(cases: readonly T[], wanted: (item: T) => boolean): T {
  return offered(cases.find(wanted));
}

const kem = offered(noble.kem['ML-KEM-512']);
const signature = offered(noble.signature['ML-DSA-44']);
const internal = offered(noble.internalSignature['ML-DSA-44']);
const aead = offered(noble.aead['AES-256-GCM']);

const withKem = (changed: Partial<typeof kem>): Provider => ({
  ...noble,
  kem: { ...noble.kem, 'ML-KEM-512': { ...kem, ...changed } },
});
const withSignature = (changed: Partial<typeof signature>): Provider => ({
  ...noble,
  signature: { 'ML-DSA-44': { ...signature, ...changed } },
  internalSignature: {},
});
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));

const decapsulation = first(
  vectors.acvpKemDecapsulate('committed'),
  (item) => item.algorithm === 'ML-KEM-512',
);
const encapsulation = first(
  vectors.acvpKemEncapsulate('committed'),
  (item) => item.algorithm === 'ML-KEM-512',
);
const badKey = first(
  vectors.wycheproofKemEncapsulate('committed'),
  (item) => item.algorithm === 'ML-KEM-512' && item.flags.includes('ModulusOverflow'),
);
const verification = (verdict: vectors.Verdict): vectors.VerifyCase =>
  first(
    vectors.acvpMlDsaVerify('committed'),
    (item) => item.algorithm === 'ML-DSA-44' && item.input.kind === 'message' && item.verdict === verdict,
  );
const signing = first(
  vectors.acvpMlDsaSign('committed'),
  (item) => item.algorithm === 'ML-DSA-44' && item.input.kind === 'message',
);
const opening = (verdict: vectors.Verdict): vectors.AeadCase =>
  first(
    vectors.wycheproofAead('committed'),
    (item) => item.algorithm === 'AES-256-GCM' && item.nonce.length === 12 && item.verdict === verdict,
  );

// A check that passes whatever the provider does proves nothing: each of these providers is wrong in one way.
describe('a wrong provider is found out', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'another shared secret from decapsulation',
      () =>
        checks.checkKemDecapsulate(
          withKem({
            decapsulationKey: async (bytes) => {
              const key = await kem.decapsulationKey(bytes);
              return { ...key, decapsulate: async (text) => flipped(await key.decapsulate(text)) };
            },
          }),
          decapsulation,
        ),
      /shared secret: got/,
    ],
    [
      'another ciphertext',
      () =>
        checks.checkKemEncapsulate(
          withKem({
            encapsulationKey: async (bytes) => {
              const key = await kem.encapsulationKey(bytes);
              return {
                encapsulate: async (random) => {
                  const { ciphertext, sharedSecret } = await key.encapsulate(random);
                  return { ciphertext: flipped(ciphertext), sharedSecret };
                },
              };
            },
          }),
          encapsulation,
        ),
      /ciphertext: got/,
    ],
    [
      'an unreduced key accepted',
      () =>
        checks.checkKemEncapsulate(
          withKem({ encapsulationKey: () => kem.encapsulationKey(encapsulation.publicKey) }),
          badKey,
        ),
      /more randomness|accepted, but must be refused/,
    ],
    [
      'an error of another class',
      () =>
        checks.checkKemEncapsulate(
          withKem({
            encapsulationKey: () => {
              throw new RangeError('not ours');
            },
          }),
          badKey,
        ),
      /not ours/,
    ],
    [
      'a good key refused',
      () =>
        checks.checkKemEncapsulate(
          withKem({ encapsulationKey: () => kem.encapsulationKey(EMPTY) }),
          encapsulation,
        ),
      /refused, but must be accepted/,
    ],
    [
      'a bad signature that holds',
      () =>
        checks.checkVerify(
          withSignature({ verifyingKey: () => ({ verify: () => true }) }),
          verification('invalid'),
        ),
      /holds, but must not/,
    ],
    [
      'a good signature that does not',
      () =>
        checks.checkVerify(
          withSignature({ verifyingKey: () => ({ verify: () => false }) }),
          verification('valid'),
        ),
      /does not hold, but must/,
    ],
    [
      'another signature',
      () =>
        checks.checkSign(
          {
            ...noble,
            internalSignature: {
              'ML-DSA-44': {
                ...internal,
                internalSigningKey: async (bytes) => {
                  const key = await internal.internalSigningKey(bytes);
                  return {
                    ...key,
                    signInternal: async (mu, rnd) => flipped(await key.signInternal(mu, rnd)),
                  };
                },
              },
            },
          },
          signing,
        ),
      /signature: got/,
    ],
    [
      'a tag that nobody looks at',
      () =>
        checks.checkAead(
          {
            ...noble,
            aead: { 'AES-256-GCM': { ...aead, key: (bytes) => ({ ...aead.key(bytes), open: () => EMPTY }) } },
          },
          opening('invalid'),
        ),
      /opened, but must not/,
    ],
    [
      'another MAC',
      () =>
        checks.checkMac(
          {
            ...noble,
            keyDerivation: { ...offered(noble.keyDerivation), hmac: () => new Uint8Array(64) },
          },
          first(vectors.wycheproofMac('committed'), (item) => item.verdict === 'valid'),
        ),
      /tag differs/,
    ],
  ])('%s', async (_, check, message) => {
    await expect((async () => check())()).rejects.toThrow(message);
  });

  test('and a missing primitive is not counted as right', async () => {
    const outcome = await checks.checkKemDecapsulate({ ...noble, kem: {} }, decapsulation);
    expect(outcome?.reason).toBe('not offered');
  });
});
