import { describe, expect, test } from 'vitest';
import { isHybridgeError } from '../../src/bytes/index.ts';
import { guarded, type Kem, type Provider, selfTest } from '../../src/provider/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';

const noble = createNobleProvider();
const EMPTY = new Uint8Array(0);
const options = { context: EMPTY, random: noble.random };

/** A primitive that is there. */
function present<T>(primitive: T | undefined): T {
  if (primitive === undefined) throw new Error('not offered');
  return primitive;
}

const spoilt = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
};

const kem = present(noble.kem['ML-KEM-768']);
const agreement = present(noble.kem['P-256']);
const mlDsa = present(noble.signature['ML-DSA-44']);
const slhDsa = present(noble.signature['SLH-DSA-SHA2-128f']);
const ed25519 = present(noble.signature.Ed25519);
const rsa = present(noble.signature['RSA2048-PKCS15-SHA256']);
const internal = present(noble.internalSignature['ML-DSA-44']);
const slhInternal = present(noble.internalSignature['SLH-DSA-SHA2-128f']);
const expansion = present(noble.seedExpansion['ML-DSA-44']);
const kemExpansion = present(noble.seedExpansion['ML-KEM-512']);
const sha = present(noble.hash['SHA-256']);
const gcm = present(noble.aead['AES-256-GCM']);
const derivation = present(noble.keyDerivation);
const cbc = present(noble.blockCipher);
const oaep = present(noble.kem['RSA2048-OAEP-SHA256']);

/** A provider with one fault, and the uses of it that must fail for ever. */
interface Fault {
  readonly title: string;
  readonly provider: Partial<Provider>;
  readonly uses: readonly ((provider: Provider) => unknown)[];
}

const kemFault = (title: string, broken: Kem): Fault => ({
  title,
  provider: { kem: { ...noble.kem, 'ML-KEM-768': broken } },
  uses: [
    (provider) => present(provider.kem['ML-KEM-768']).generateKeyPair(noble.random),
    (provider) => present(provider.kem['ML-KEM-768']).encapsulationKey(new Uint8Array(1184)),
    (provider) => present(provider.kem['ML-KEM-768']).decapsulationKey(new Uint8Array(64)),
  ],
});

const faults: readonly Fault[] = [
  kemFault('a KEM that gives wrong secrets', {
    ...kem,
    decapsulationKey: async (stored) => {
      const handle = await kem.decapsulationKey(stored);
      return { ...handle, decapsulate: async (bytes) => spoilt(await handle.decapsulate(bytes)) };
    },
  }),
  kemFault('a KEM that derives wrong public keys', {
    ...kem,
    decapsulationKey: async (stored) => {
      const handle = await kem.decapsulationKey(stored);
      return { ...handle, publicKey: Uint8Array.from(handle.publicKey).fill(0, 0, 3) };
    },
  }),
  kemFault('a KEM that encapsulates wrongly', {
    ...kem,
    encapsulationKey: async (publicKey) => {
      const handle = await kem.encapsulationKey(publicKey);
      return {
        encapsulate: async (random) => {
          const made = await handle.encapsulate(random);
          return { ...made, sharedSecret: spoilt(made.sharedSecret) };
        },
      };
    },
  }),
  kemFault('a KEM that throws', {
    ...kem,
    decapsulationKey: () => {
      throw new RangeError('out of order');
    },
  }),
  {
    title: 'a key agreement that gives wrong secrets',
    provider: {
      kem: {
        ...noble.kem,
        'P-256': {
          ...agreement,
          decapsulationKey: async (stored) => {
            const handle = await agreement.decapsulationKey(stored);
            return { ...handle, decapsulate: async (bytes) => spoilt(await handle.decapsulate(bytes)) };
          },
        },
      },
    },
    uses: [(provider) => present(provider.kem['P-256']).generateKeyPair(noble.random)],
  },
  {
    title: 'a signature algorithm that accepts everything',
    provider: {
      signature: {
        ...noble.signature,
        'ML-DSA-44': { ...mlDsa, verifyingKey: () => ({ verify: () => true }) },
      },
    },
    uses: [
      (provider) => present(provider.signature['ML-DSA-44']).verifyingKey(new Uint8Array(1312)),
      (provider) => present(provider.signature['ML-DSA-44']).signingKey(new Uint8Array(32)),
      (provider) => present(provider.signature['ML-DSA-44']).generateKeyPair(noble.random),
    ],
  },
  {
    title: 'a signature algorithm that accepts nothing',
    provider: {
      signature: {
        ...noble.signature,
        'ML-DSA-44': { ...mlDsa, verifyingKey: () => ({ verify: () => false }) },
      },
    },
    uses: [(provider) => present(provider.signature['ML-DSA-44']).verifyingKey(new Uint8Array(1312))],
  },
  {
    title: 'SLH-DSA that accepts everything',
    provider: {
      signature: {
        ...noble.signature,
        'SLH-DSA-SHA2-128f': { ...slhDsa, verifyingKey: () => ({ verify: () => true }) },
      },
    },
    uses: [(provider) => present(provider.signature['SLH-DSA-SHA2-128f']).verifyingKey(new Uint8Array(32))],
  },
  {
    title: 'SLH-DSA that makes wrong keys',
    provider: {
      signature: {
        ...noble.signature,
        'SLH-DSA-SHA2-128f': {
          ...slhDsa,
          generateKeyPair: async (random) => {
            const made = await slhDsa.generateKeyPair(random);
            return { ...made, publicKey: spoilt(made.publicKey) };
          },
        },
      },
    },
    uses: [(provider) => present(provider.signature['SLH-DSA-SHA2-128f']).generateKeyPair(noble.random)],
  },
  {
    title: 'a deterministic signature that came out differently',
    provider: {
      signature: {
        ...noble.signature,
        Ed25519: {
          ...ed25519,
          signingKey: async (stored) => {
            const handle = await ed25519.signingKey(stored);
            return { ...handle, sign: async (message, how) => spoilt(await handle.sign(message, how)) };
          },
        },
      },
    },
    uses: [(provider) => present(provider.signature.Ed25519).signingKey(new Uint8Array(32))],
  },
  {
    title: 'RSA that signs another message',
    provider: {
      signature: {
        ...noble.signature,
        'RSA2048-PKCS15-SHA256': {
          ...rsa,
          signingKey: async (stored) => {
            const handle = await rsa.signingKey(stored);
            return { ...handle, sign: (_message, how) => handle.sign(EMPTY, how) };
          },
        },
      },
    },
    uses: [(provider) => present(provider.signature['RSA2048-PKCS15-SHA256']).signingKey(EMPTY)],
  },
  {
    title: 'an internal function that signs wrongly',
    provider: {
      internalSignature: {
        ...noble.internalSignature,
        'ML-DSA-44': {
          ...internal,
          internalSigningKey: async (stored) => {
            const handle = await internal.internalSigningKey(stored);
            return {
              ...handle,
              signInternal: (input, rnd) => handle.signInternal(input, rnd ?? new Uint8Array(32).fill(1)),
            };
          },
        },
      },
    },
    uses: [
      (provider) => present(provider.internalSignature['ML-DSA-44']).internalSigningKey(new Uint8Array(32)),
      (provider) =>
        present(provider.internalSignature['ML-DSA-44']).internalVerifyingKey(new Uint8Array(1312)),
    ],
  },
  {
    title: 'an internal function of SLH-DSA that accepts everything',
    provider: {
      internalSignature: {
        ...noble.internalSignature,
        'SLH-DSA-SHA2-128f': { ...slhInternal, internalVerifyingKey: () => ({ verifyInternal: () => true }) },
      },
    },
    uses: [
      (provider) =>
        present(provider.internalSignature['SLH-DSA-SHA2-128f']).internalVerifyingKey(new Uint8Array(32)),
    ],
  },
  {
    title: 'a seed of ML-DSA that expands wrongly',
    provider: {
      seedExpansion: {
        ...noble.seedExpansion,
        'ML-DSA-44': { ...expansion, expand: () => new Uint8Array(2560) },
      },
    },
    uses: [(provider) => present(provider.seedExpansion['ML-DSA-44']).expand(new Uint8Array(32))],
  },
  {
    title: 'a seed of ML-KEM that expands wrongly',
    provider: {
      seedExpansion: {
        ...noble.seedExpansion,
        'ML-KEM-512': { ...kemExpansion, expand: async (seed) => spoilt(await kemExpansion.expand(seed)) },
      },
    },
    uses: [(provider) => present(provider.seedExpansion['ML-KEM-512']).expand(new Uint8Array(64))],
  },
  {
    title: 'a hash that is wrong in one go',
    provider: { hash: { ...noble.hash, 'SHA-256': { ...sha, digest: (data) => spoilt(sha.digest(data)) } } },
    uses: [
      (provider) => present(provider.hash['SHA-256']).digest(EMPTY),
      (provider) => present(provider.hash['SHA-256']).start(),
    ],
  },
  {
    title: 'a hash that forgets pieces',
    provider: {
      hash: {
        ...noble.hash,
        'SHA-256': { ...sha, start: () => ({ update: () => undefined, digest: () => sha.digest(EMPTY) }) },
      },
    },
    uses: [(provider) => present(provider.hash['SHA-256']).digest(EMPTY)],
  },
  {
    title: 'a cipher that opens forged messages',
    provider: {
      aead: {
        ...noble.aead,
        'AES-256-GCM': {
          ...gcm,
          key: (bytes) => {
            const key = gcm.key(bytes);
            return {
              ...key,
              open: (nonce, sealed, data) => key.open(nonce, sealed, data) ?? sealed.slice(16),
            };
          },
        },
      },
    },
    uses: [(provider) => present(provider.aead['AES-256-GCM']).key(new Uint8Array(32))],
  },
  {
    title: 'a cipher that does not look at the additional data',
    provider: {
      aead: {
        ...noble.aead,
        'AES-256-GCM': {
          ...gcm,
          key: (bytes) => {
            const key = gcm.key(bytes);
            return {
              seal: (nonce, plaintext) => key.seal(nonce, plaintext, EMPTY),
              open: (nonce, sealed) => key.open(nonce, sealed, EMPTY),
            };
          },
        },
      },
    },
    uses: [(provider) => present(provider.aead['AES-256-GCM']).key(new Uint8Array(32))],
  },
  {
    title: 'HMAC',
    provider: { keyDerivation: { ...derivation, hmac: () => new Uint8Array(32) } },
    uses: [(provider) => present(provider.keyDerivation).hmac('SHA-256', EMPTY, EMPTY)],
  },
  {
    title: 'HKDF-Expand',
    provider: {
      keyDerivation: { ...derivation, hkdfExpand: (_hash, _key, _info, length) => new Uint8Array(length) },
    },
    uses: [
      (provider) => present(provider.keyDerivation).hkdfExtract('SHA-256', EMPTY, EMPTY),
      (provider) => present(provider.keyDerivation).hkdfExpand('SHA-256', new Uint8Array(32), EMPTY, 1),
    ],
  },
  {
    title: 'PBKDF2',
    provider: { keyDerivation: { ...derivation, pbkdf2: () => new Uint8Array(64) } },
    uses: [(provider) => present(provider.keyDerivation).pbkdf2('SHA-256', EMPTY, EMPTY, 1, 1)],
  },
  {
    title: 'scrypt',
    provider: { keyDerivation: { ...derivation, scrypt: () => new Uint8Array(64) } },
    uses: [
      (provider) =>
        present(provider.keyDerivation).scrypt(
          EMPTY,
          EMPTY,
          { cost: 2, blockSize: 1, parallelization: 1 },
          1,
        ),
    ],
  },
  {
    title: 'AES-CBC',
    provider: { blockCipher: { ...cbc, decryptCbc: () => EMPTY } },
    uses: [
      (provider) => present(provider.blockCipher).encryptCbc(new Uint8Array(16), new Uint8Array(16), EMPTY),
      (provider) => present(provider.blockCipher).decryptCbc(new Uint8Array(16), new Uint8Array(16), EMPTY),
    ],
  },
  {
    title: 'AES-CBC in pieces',
    provider: {
      blockCipher: {
        ...cbc,
        cbcEncryption: () => ({ update: () => EMPTY, finish: () => EMPTY }),
      },
    },
    uses: [
      (provider) => present(provider.blockCipher).cbcEncryption(new Uint8Array(16), new Uint8Array(16)),
      (provider) => present(provider.blockCipher).cbcDecryption(new Uint8Array(16), new Uint8Array(16)),
    ],
  },
  {
    title: 'AES-GCM in pieces that accepts any tag',
    provider: {
      blockCipher: {
        ...cbc,
        gcmDecryption: (key, nonce, tagSize) => {
          const decryption = cbc.gcmDecryption(key, nonce, tagSize);
          return { ...decryption, finish: (tag, data) => decryption.finish(tag, data) ?? EMPTY };
        },
      },
    },
    uses: [
      (provider) => present(provider.blockCipher).gcmEncryption(new Uint8Array(16), new Uint8Array(12)),
      (provider) => present(provider.blockCipher).gcmDecryption(new Uint8Array(16), new Uint8Array(12), 16),
    ],
  },
  {
    title: 'AES key wrap that unwraps anything',
    provider: { blockCipher: { ...cbc, unwrapKey: (_key, wrapped) => wrapped.slice(8) } },
    uses: [
      (provider) => present(provider.blockCipher).wrapKey(new Uint8Array(16), new Uint8Array(16)),
      (provider) => present(provider.blockCipher).unwrapKey(new Uint8Array(16), new Uint8Array(24)),
    ],
  },
  {
    title: 'Triple DES',
    provider: { blockCipher: { ...cbc, decryptTripleDesCbc: () => EMPTY } },
    uses: [
      (provider) =>
        present(present(provider.blockCipher).decryptTripleDesCbc)(
          new Uint8Array(24),
          new Uint8Array(8),
          EMPTY,
        ),
    ],
  },
  {
    title: 'RSA-OAEP that decrypts to something else',
    provider: {
      kem: {
        ...noble.kem,
        'RSA2048-OAEP-SHA256': {
          ...oaep,
          decapsulationKey: async (stored) => ({
            ...(await oaep.decapsulationKey(stored)),
            decrypt: () => new Uint8Array(32),
          }),
        },
      },
    },
    uses: [(provider) => present(provider.kem['RSA2048-OAEP-SHA256']).decapsulationKey(EMPTY)],
  },
];

describe('a primitive that answers wrongly is not used', () => {
  test.each(faults)('$title', async ({ provider: broken, uses }) => {
    const provider = guarded({ ...noble, ...broken });
    for (const round of [1, 2, 3])
      for (const use of uses) {
        const error: unknown = await Promise.resolve()
          .then(() => use(provider))
          .then(
            () => `no error in round ${String(round)}`,
            (caught: unknown) => caught,
          );
        expect(error).toMatchObject({ code: 'self_test_failed', fault: 'internal' });
        expect(isHybridgeError(error) && error.message).toMatch(/failed its self-test .* is not used$/);
      }
    // The rest goes on working.
    const other = await present(provider.kem['ML-KEM-1024']).generateKeyPair(noble.random);
    expect(other.privateKey).toHaveLength(64);
    expect(present(provider.hash['SHA-512']).digest(EMPTY)).toHaveLength(64);
    expect(present(provider.aead['ChaCha20-Poly1305']).key(new Uint8Array(32))).toBeDefined();
  });
});

describe('a primitive that answers rightly', () => {
  test('is asked once, also when several begin at the same time', async () => {
    let asked = 0;
    const counted: Kem = {
      ...kem,
      decapsulationKey: (stored) => {
        asked++;
        return kem.decapsulationKey(stored);
      },
    };
    const provider = guarded({ ...noble, kem: { 'ML-KEM-768': counted } });
    const guardedKem = present(provider.kem['ML-KEM-768']);
    const pairs = await Promise.all([1, 2, 3].map(async () => guardedKem.generateKeyPair(noble.random)));
    expect(asked).toBe(1);
    expect(pairs).toHaveLength(3);
    await guardedKem.encapsulationKey(present(pairs[0]).publicKey);
    expect(asked).toBe(1);
  });

  test('answers at once after that, when its backend does', async () => {
    const provider = guarded(noble);
    const guardedKem = present(provider.kem['X25519']);
    const { publicKey, privateKey } = await guardedKem.generateKeyPair(noble.random);
    expect(guardedKem.encapsulationKey(publicKey)).not.toHaveProperty('then');
    expect(guardedKem.decapsulationKey(privateKey)).not.toHaveProperty('then');
  });

  test('hands out the handles of the backend, so that nothing comes between', async () => {
    const handle = await kem.encapsulationKey((await kem.generateKeyPair(noble.random)).publicKey);
    const provider = guarded({ ...noble, kem: { 'ML-KEM-768': { ...kem, encapsulationKey: () => handle } } });
    // This one fails its test: every key gets the same handle.
    await expect(
      Promise.resolve(present(provider.kem['ML-KEM-768']).encapsulationKey(EMPTY)),
    ).rejects.toMatchObject({ code: 'self_test_failed' });
    const sound = guarded(noble);
    const signing = present(sound.signature.Ed25519);
    const { privateKey } = await signing.generateKeyPair(noble.random);
    const signingKey = await signing.signingKey(privateKey);
    expect(await signingKey.sign(EMPTY, options)).toHaveLength(64);
  });

  test('leaves the random source of the provider alone', async () => {
    const silent = {
      bytes: () => {
        throw new Error('asked for randomness');
      },
    };
    const report = await selfTest(
      { ...noble, random: silent },
      { only: ['ML-KEM-768', 'P-256', 'ML-DSA-65'] },
    );
    expect(report.passed).toBe(true);
  });

  test('absent primitives stay absent', () => {
    const provider = guarded({ ...noble, kem: {}, keyDerivation: undefined, blockCipher: undefined });
    expect(provider.kem).toEqual({});
    expect(provider.keyDerivation).toBeUndefined();
    expect(provider.blockCipher).toBeUndefined();
  });
});
