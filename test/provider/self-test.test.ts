import { describe, expect, test } from 'vitest';
import { type Provider, selfTest, type SelfTestResult } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { report } from '../support/tally.ts';

const noble = createNobleProvider();
const native = createNativeProvider() ?? noble;

/** All but SLH-DSA, whose trees take plain JavaScript seconds. */
const quick = (provider: Provider): readonly string[] => [
  ...Object.keys(provider.kem),
  ...Object.keys(provider.signature).filter((name) => !name.startsWith('SLH-DSA')),
  ...Object.keys(provider.hash),
  ...Object.keys(provider.aead),
  'HMAC',
  'HKDF',
  'PBKDF2',
  'scrypt',
  'AES-CBC',
  'AES-GCM in pieces',
  'AES key wrap',
];

describe('known answers', () => {
  test.each([native, noble])('$name gives them', async (provider) => {
    const { passed, results } = await selfTest(provider, {
      only: [...quick(provider), 'SLH-DSA-SHA2-128f', 'SLH-DSA-SHAKE-128f'],
    });
    report(`self-test of ${provider.name}: ${String(results.length)} primitives`);
    expect(results.filter((result) => !result.passed)).toEqual([]);
    expect(passed).toBe(true);
    expect(results.length).toBeGreaterThan(60);
    for (const { milliseconds, backend } of results) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      expect(backend.length).toBeGreaterThan(3);
    }
  });

  test('a wrong answer is a result, with its reason, and the others go on', async () => {
    const sha = native.hash['SHA-256'];
    const broken: Provider = {
      ...native,
      hash: {
        ...native.hash,
        ...(sha === undefined ? {} : { 'SHA-256': { ...sha, digest: () => new Uint8Array(32) } }),
        'SHA-512': {
          backend: { name: 'odd', because: 'throws what is no error', entropy: 'caller' },
          digest: () => {
            throw Object.assign(new Error('no'), { message: 'out of order' });
          },
          start: () => ({ update: () => undefined, digest: () => new Uint8Array(64) }),
        },
      },
    };
    const { passed, results } = await selfTest(broken, { only: ['SHA-256', 'SHA-384', 'SHA-512'] });
    expect(passed).toBe(false);
    expect(results.map(({ primitive, passed: one, reason }) => [primitive, one, reason])).toEqual([
      ['SHA-256', false, 'wrong digest'],
      ['SHA-384', true, undefined],
      ['SHA-512', false, 'out of order'],
    ]);
  });

  test('results are reported as they come, and the same at the end', async () => {
    const heard: SelfTestResult[] = [];
    const { results } = await selfTest(native, {
      only: ['SHA-256', 'X25519'],
      onResult: (one) => heard.push(one),
    });
    expect(heard).toEqual(results);
    expect(results.map(({ kind, primitive }) => `${kind} ${primitive}`)).toEqual([
      'kem X25519',
      'hash SHA-256',
    ]);
  });

  test('one name may stand for several primitives', async () => {
    const { results } = await selfTest(noble, { only: ['ML-DSA-44'] });
    expect(results.map(({ kind }) => kind)).toEqual(['signature', 'internal-signature', 'seed-expansion']);
  });

  test('can be aborted', async () => {
    const controller = new AbortController();
    const run = selfTest(noble, { signal: controller.signal, onResult: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    await expect(selfTest(noble, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  test('refuses to test what is not offered', async () => {
    await expect(selfTest(noble, { only: ['ML-KEM-768', 'Kyber768'] })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: 'provider noble does not offer Kyber768',
    });
  });
});
