import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal, type ErrorCode, HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import { decapsulate, deriveKeyPair, encapsulate, generateKeyPair, kemFor } from '../../src/kem/index.ts';
import type { DecapsulationKey, EncapsulationKey, Kem, KeyPair, Provider } from '../../src/provider/index.ts';
import {
  kem,
  type KemDescriptor,
  KEMS,
  type KemName,
  type KeyAgreementName,
  type MlKemName,
  type Size,
} from '../../src/registry/index.ts';
import { generateKeyPair as generateSignatureKeyPair } from '../../src/sign/index.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import { native, portable, privateKeyOf, PROVIDERS, publicKeyOf } from './support.ts';

function fits(bytes: Uint8Array, size: Size): boolean {
  return typeof size === 'number' ? bytes.length === size : bytes.length <= size.max;
}

async function outcome(action: () => Promise<Uint8Array>): Promise<Uint8Array | ErrorCode> {
  try {
    return await action();
  } catch (error) {
    if (isHybridgeError(error)) return error.code;
    throw error;
  }
}

/** The primitives a KEM is made of. */
function leaves(descriptor: KemDescriptor): readonly string[] {
  if ('postQuantum' in descriptor) return [descriptor.postQuantum, descriptor.traditional];
  return [descriptor.kind === 'dhkem' ? descriptor.agreement : descriptor.name];
}

const offered = (provider: Provider, descriptor: KemDescriptor): boolean =>
  leaves(descriptor).every((leaf) => Object.keys(provider.kem).includes(leaf));

const cases = KEMS.map((descriptor) => ({ id: descriptor.name, descriptor }));

describe.each(PROVIDERS)('every KEM of the registry, %s', (name, provider) => {
  // RSA keys take their time.
  const pairs = new Map<KemName, KeyPair<KemDescriptor>>();
  const pairFor = async (kemName: KemName): Promise<KeyPair<KemDescriptor>> => {
    const pair = pairs.get(kemName) ?? (await generateKeyPair(provider, kemName));
    pairs.set(kemName, pair);
    return pair;
  };

  it('agrees on a secret, and everything has the size the registry gives', async () => {
    await runCases(`KEMs, ${name}`, cases, async ({ descriptor }) => {
      if (!offered(provider, descriptor)) return new Skip('no RSA');
      const { sizes } = descriptor;
      const { publicKey, privateKey } = await pairFor(descriptor.name);
      const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
      expectBytes(await decapsulate(provider, privateKey, ciphertext), sharedSecret, 'shared secret');
      expect(fits(publicKey.bytes(), sizes.publicKey), 'public key').toBe(true);
      expect(fits(privateKey.secretBytes(), sizes.privateKey), 'private key').toBe(true);
      expect([ciphertext.length, sharedSecret.length]).toEqual([sizes.ciphertext, sizes.sharedSecret]);
      const again = await privateKeyOf(provider, descriptor.name, privateKey.secretBytes());
      expectBytes(again.publicKey.bytes(), publicKey.bytes(), 'public key of the stored private key');
      return undefined;
    });
  });

  it('refuses keys and ciphertexts of another length', async () => {
    await runCases(`KEM lengths, ${name}`, cases, async ({ descriptor }) => {
      if (!offered(provider, descriptor)) return new Skip('no RSA');
      const { publicKey, privateKey } = await pairFor(descriptor.name);
      const { ciphertext } = await encapsulate(provider, publicKey);
      const rsa = leaves(descriptor).some((leaf) => leaf.startsWith('RSA'));
      const accepted = rsa ? /^invalid_(length|encoding|key)$/ : /^invalid_length$/;
      const resized = (bytes: Uint8Array): readonly Uint8Array[] => [
        new Uint8Array(0),
        bytes.subarray(1),
        bytes.subarray(0, -1),
        Buffer.concat([bytes, Uint8Array.of(0)]),
        Buffer.concat([bytes, bytes]),
      ];
      for (const bytes of resized(ciphertext))
        expect(await outcome(() => decapsulate(provider, privateKey, bytes)), 'ciphertext').toBe(
          'invalid_length',
        );
      for (const bytes of resized(publicKey.bytes())) {
        const key = publicKeyOf(descriptor.name, bytes);
        const code = await outcome(async () => (await encapsulate(provider, key)).ciphertext);
        expect(code, `public key of ${String(bytes.length)}`).toMatch(accepted);
      }
      for (const bytes of resized(privateKey.secretBytes())) {
        // The composites' ECPrivateKey says its own length.
        const code = await outcome(async () => {
          const key = await privateKeyOf(provider, descriptor.name, bytes);
          return key.publicKey.bytes();
        });
        expect(code, `private key of ${String(bytes.length)}`).toMatch(accepted);
      }
      return undefined;
    });
  });

  it('answers a changed ciphertext with another secret or an error, never with the secret', async () => {
    const names: readonly KemName[] = [
      'MLKEM768-X25519',
      'MLKEM768-P256',
      'X25519MLKEM768',
      'SecP256r1MLKEM768',
      'MLKEM768-ECDH-P384-SHA3-256',
      'DHKEM(P-256, HKDF-SHA256)',
      'ML-KEM-768',
    ];
    await runCases(
      `changed ciphertexts, ${name}`,
      names.map((id) => ({ id })),
      async ({ id }) => {
        const { publicKey, privateKey } = await generateKeyPair(provider, id);
        const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
        await fc.assert(
          fc.asyncProperty(
            fc.nat(ciphertext.length - 1),
            fc.integer({ min: 1, max: 255 }),
            async (at, by) => {
              const changed = ciphertext.slice();
              changed[at] = (changed[at] ?? 0) ^ by;
              const result = await outcome(() => decapsulate(provider, privateKey, changed));
              // RFC 7748 §5: X25519 ignores the highest bit of a coordinate, and TLS does not bind the share.
              if (id === 'X25519MLKEM768' && at === ciphertext.length - 1 && by === 0x80) return;
              if (typeof result === 'string') expect(result).toMatch(/^invalid_(encoding|key)$/);
              else expect(equal(result, sharedSecret)).toBe(false);
            },
          ),
          { numRuns: 20 },
        );
      },
    );
  });
});

describe('the halves of a hybrid', () => {
  const hybrids = [
    'MLKEM768-X25519',
    'X25519MLKEM768',
    'SecP384r1MLKEM1024',
    'MLKEM768-ECDH-P256-SHA3-256',
  ] as const;

  it.each(hybrids)('%s: implicit rejection for ML-KEM, an error for a bad point', async (name) => {
    const descriptor = kem(name);
    const traditionalSize = kem(descriptor.traditional).sizes.ciphertext;
    const pqFirst = descriptor.kind !== 'tls-hybrid' || descriptor.order[0] === descriptor.postQuantum;
    const { publicKey, privateKey } = await generateKeyPair(native, name);
    const { ciphertext, sharedSecret } = await encapsulate(native, publicKey);
    const boundary = pqFirst ? ciphertext.length - traditionalSize : traditionalSize;

    const forged = ciphertext.slice();
    const inMlKem = pqFirst ? 0 : boundary;
    forged[inMlKem] = (forged[inMlKem] ?? 0) ^ 1;
    const secret = await decapsulate(native, privateKey, forged);
    expect(secret.length).toBe(sharedSecret.length);
    expect(equal(secret, sharedSecret)).toBe(false);

    const badPoint = ciphertext.slice();
    // The all-zero coordinate is of small order, and 04 followed by zeros is not on the curve.
    const [start, end] = pqFirst ? [boundary, ciphertext.length] : [0, boundary];
    badPoint.fill(0, kem(descriptor.traditional).key.kind === 'ec' ? start + 1 : start, end);
    await expect(decapsulate(native, privateKey, badPoint)).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid_(encoding|key)$/) as string,
    });
  });

  it.each(hybrids)('%s: public keys are checked in both halves', async (name) => {
    const descriptor = kem(name);
    const { publicKey } = await generateKeyPair(native, name);
    const pqFirst = descriptor.kind !== 'tls-hybrid' || descriptor.order[0] === descriptor.postQuantum;
    const boundary = largestOf(
      kem(pqFirst ? descriptor.postQuantum : descriptor.traditional).sizes.publicKey,
    );
    const starts = [
      { half: 'ML-KEM', start: pqFirst ? 0 : boundary },
      // Every u-coordinate is a public key of X25519.
      ...(kem(descriptor.traditional).key.kind === 'ec'
        ? [{ half: 'point', start: pqFirst ? boundary : 0 }]
        : []),
    ];
    for (const { half, start } of starts) {
      const bad = publicKey.bytes().fill(0xff, start, start + 40);
      const result = await outcome(
        async () => (await encapsulate(native, publicKeyOf(name, bad))).ciphertext,
      );
      expect(result, half).toMatch(/^invalid_(encoding|key)$/);
    }
  });

  it('nest like primitives', async () => {
    // A provider whose ML-KEM-768 is itself built of two: hybrids do not know what their halves are.
    const inner: Provider = { ...native, kem: { ...native.kem, 'ML-KEM-768': sameSizes(native) } };
    const { publicKey, privateKey } = await generateKeyPair(inner, 'MLKEM768-X25519');
    const { ciphertext, sharedSecret } = await encapsulate(inner, publicKey);
    expectBytes(await decapsulate(inner, privateKey, ciphertext), sharedSecret, 'shared secret');
  });

  it('may be asynchronous', async () => {
    const slow = asynchronous(native, 'ML-KEM-768', 'X25519', 'P-256', 'ML-KEM-1024', 'P-384');
    for (const name of [...hybrids, 'DHKEM(X25519, HKDF-SHA256)'] as const) {
      const { publicKey, privateKey } = await generateKeyPair(slow, name);
      const { ciphertext, sharedSecret } = await encapsulate(slow, publicKey);
      expectBytes(await decapsulate(slow, privateKey, ciphertext), sharedSecret, name);
      const copy = await privateKeyOf(native, name, privateKey.secretBytes());
      expectBytes(await decapsulate(native, copy, ciphertext), sharedSecret, `${name}, at once`);
    }
  });

  it('are named when the provider lacks one', async () => {
    const others = Object.entries(native.kem).filter(([name]) => name !== 'X25519');
    const without: Provider = { ...native, name: 'partial', kem: Object.fromEntries(others) };
    await expect(generateKeyPair(without, 'MLKEM768-X25519')).rejects.toMatchObject({
      code: 'unsupported',
      message: 'provider partial does not offer X25519',
    });
  });
});

/** ML-KEM-768 behind another name for the same thing. */
function sameSizes(provider: Provider): Kem {
  const inner = kemFor(provider, kem('ML-KEM-768'));
  return { ...inner, backend: { ...inner.backend, name: 'wrapped' } };
}

/** A provider that answers later. */
function asynchronous(provider: Provider, ...names: readonly (KeyAgreementName | MlKemName)[]): Provider {
  const later = <T>(value: T | PromiseLike<T>): Promise<T> =>
    new Promise<T>((resolve) => setTimeout(() => resolve(value), 1));
  const wrap = (inner: Kem): Kem => ({
    backend: inner.backend,
    generateKeyPair: (random) => later(inner.generateKeyPair(random)),
    encapsulationKey: async (bytes) => {
      const handle = await later(inner.encapsulationKey(bytes.slice()));
      return { encapsulate: (random) => later(handle.encapsulate(random)) };
    },
    // Reads its argument only later: it must not be wiped before.
    decapsulationKey: async (bytes) => {
      await later(undefined);
      const handle = await inner.decapsulationKey(bytes);
      return { ...handle, decapsulate: (ciphertext) => later(handle.decapsulate(ciphertext)) };
    },
  });
  const kems = names.map((name) => [name, wrap(kemFor(provider, kem(name)))] as const);
  return { ...provider, kem: { ...provider.kem, ...Object.fromEntries(kems) } };
}

describe('keys', () => {
  /** A provider that counts imports and disposals. */
  function counting(): {
    readonly provider: Provider;
    readonly counts: Record<'disposed' | 'private' | 'public', number>;
  } {
    const counts = { public: 0, private: 0, disposed: 0 };
    const inner = kemFor(native, kem('X25519'));
    const X25519: Kem = {
      ...inner,
      encapsulationKey: async (bytes): Promise<EncapsulationKey> => {
        counts.public++;
        return inner.encapsulationKey(bytes);
      },
      decapsulationKey: async (bytes): Promise<DecapsulationKey> => {
        counts.private++;
        const handle = await inner.decapsulationKey(bytes);
        return {
          publicKey: handle.publicKey,
          decapsulate: (ciphertext) => handle.decapsulate(ciphertext),
          dispose: () => {
            counts.disposed++;
            handle.dispose();
          },
        };
      },
    };
    return { provider: { ...native, kem: { ...native.kem, X25519 } }, counts };
  }

  it('are imported once by each provider', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, 'MLKEM768-X25519');
    const [first, second] = [counting(), counting()];
    for (let round = 0; round < 3; round++)
      for (const { provider } of [first, second]) {
        const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
        expectBytes(await decapsulate(provider, privateKey, ciphertext), sharedSecret, 'shared secret');
      }
    for (const { counts } of [first, second]) expect(counts).toEqual({ public: 1, private: 1, disposed: 0 });
    privateKey[Symbol.dispose]();
    for (const { counts } of [first, second]) expect(counts.disposed).toBe(1);
  });

  it('are of no use once disposed of, also while they are being imported', async () => {
    const { publicKey, privateKey } = await generateKeyPair(native, 'MLKEM768-X25519');
    const { ciphertext } = await encapsulate(native, publicKey);
    await decapsulate(native, privateKey, ciphertext);
    const { provider, counts } = counting();
    const pending = decapsulate(provider, privateKey, ciphertext);
    privateKey[Symbol.dispose]();
    await expect(pending).rejects.toMatchObject({ code: 'key_disposed' });
    expect(counts.disposed).toBe(1);
    await expect(decapsulate(native, privateKey, ciphertext)).rejects.toMatchObject({ code: 'key_disposed' });
  });

  it('of signature algorithms are a type error, and an error', async () => {
    const signing = await generateSignatureKeyPair(native, 'Ed25519');
    // @ts-expect-error a signature key does not encapsulate
    await expect(encapsulate(native, signing.publicKey)).rejects.toMatchObject({ code: 'wrong_algorithm' });
    // @ts-expect-error a signature key does not decapsulate
    await expect(decapsulate(native, signing.privateKey, new Uint8Array(1))).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
    // @ts-expect-error a signature algorithm is no KEM
    await expect(generateKeyPair(native, 'Ed25519')).rejects.toMatchObject({ code: 'unknown_algorithm' });
  });

  it('know their algorithm', async () => {
    const { publicKey } = await generateKeyPair(portable, 'ML-KEM-512');
    const name: MlKemName = publicKey.algorithm.name;
    expect(name).toBe('ML-KEM-512');
    expect(publicKey.algorithm).toBe(kem('ML-KEM-512'));
  });

  it('are derived from secret input, for the KEMs of HPKE', async () => {
    const input = new Uint8Array(66).fill(1);
    const one = await deriveKeyPair(native, 'MLKEM768-P256', input);
    const two = await deriveKeyPair(portable, 'MLKEM768-P256', input);
    expectBytes(one.privateKey.secretBytes(), two.privateKey.secretBytes(), 'private key');
    expectBytes(one.publicKey.bytes(), two.publicKey.bytes(), 'public key');
    await expect(deriveKeyPair(native, 'ML-KEM-768', input.subarray(0, 63))).rejects.toMatchObject({
      code: 'invalid_length',
    });
    await expect(deriveKeyPair(native, 'X25519MLKEM768', input)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('in composites carry an ECPrivateKey that fits', async () => {
    const name = 'MLKEM768-ECDH-P256-SHA3-256';
    const { privateKey } = await generateKeyPair(native, name);
    const stored = privateKey.secretBytes();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 64, max: stored.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = stored.slice();
          changed[at] = (changed[at] ?? 0) ^ by;
          const inScalar = at >= 64 + 7 && at < 64 + 7 + 32;
          const result = await outcome(async () =>
            (await privateKeyOf(native, name, changed)).publicKey.bytes(),
          );
          if (!inScalar) expect(result).toMatch(/^invalid_/);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of nothing in particular give a HybridgeError or work', async () => {
    const names = KEMS.filter((descriptor) => offered(native, descriptor)).map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 200 }), async (name, bytes) => {
        const size = largestOf(kem(name).sizes.privateKey);
        const stored = new Uint8Array(size);
        stored.set(bytes.subarray(0, size));
        for (const candidate of [bytes, stored]) {
          try {
            await kemFor(native, kem(name)).decapsulationKey(candidate);
            await kemFor(native, kem(name)).encapsulationKey(candidate);
          } catch (error) {
            expect(error).toBeInstanceOf(HybridgeError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function largestOf(size: Size): number {
  return typeof size === 'number' ? size : size.max;
}
