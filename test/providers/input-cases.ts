/** What every provider refuses, and how: with a HybridgeError of a known code and nothing secret in it. */
import assert from 'node:assert/strict';
import { isHybridgeError } from '../../src/bytes/index.ts';
import type { ErrorCode } from '../../src/bytes/index.ts';
import type { Kem, Provider, Signature } from '../../src/provider/index.ts';
import {
  type EcCurveName,
  hash as hashDescriptor,
  kem as kemDescriptor,
  signature as signatureDescriptor,
} from '../../src/registry/index.ts';
import { present } from './agreement-cases.ts';
import { type Case, keyPair, shared } from './case.ts';

const EMPTY = new Uint8Array(0);
const MESSAGE = new TextEncoder().encode('message');

async function refused(call: () => unknown, ...codes: readonly ErrorCode[]): Promise<void> {
  try {
    await call();
  } catch (error) {
    assert(isHybridgeError(error), `not a HybridgeError: ${String(error)}`);
    assert(codes.includes(error.code), `${error.code} (${error.message}) is none of ${codes.join(', ')}`);
    return;
  }
  assert.fail(`accepted, expected ${codes.join(' or ')}`);
}

/** Longer and shorter by one, and empty. */
function misfits(bytes: Uint8Array): readonly Uint8Array[] {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return [bytes.slice(1), longer, EMPTY];
}

/** Primes of the fields, for coordinates that are not reduced [SP 800-186, RFC 5639]. */
const PRIMES: Readonly<Partial<Record<EcCurveName, string>>> = {
  'P-256': 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
  brainpoolP256r1: 'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
};

/** SLH-DSA signs slowly in plain JavaScript; the everyday run takes one parameter set of each hash. */
export function inputCases(provider: Provider, slhDsa: RegExp = /-128f$/): readonly Case[] {
  const chosen = (name: string): boolean => !name.startsWith('SLH-DSA') || slhDsa.test(name);
  return [
    ...kemCases(provider),
    ...signatureCases(provider, chosen),
    ...internalCases(provider, chosen),
    ...symmetricCases(provider),
  ];
}

function kemCases(provider: Provider): readonly Case[] {
  return shared(provider.kem, provider.kem).map((name) => ({
    title: `${name}: malformed keys and ciphertexts`,
    run: async () => {
      const kem = present(provider.kem[name]);
      const descriptor = kemDescriptor(name);
      const { publicKey, privateKey } = await keyPair(name, kem, provider);
      const sender = await kem.encapsulationKey(publicKey);
      const receiver = await kem.decapsulationKey(privateKey);
      const { ciphertext, sharedSecret } = await sender.encapsulate(provider.random);
      const lengthCodes: readonly ErrorCode[] =
        descriptor.kind === 'rsa-oaep' ? ['invalid_encoding', 'invalid_length'] : ['invalid_length'];
      for (const bytes of misfits(publicKey))
        await refused(() => kem.encapsulationKey(bytes), ...lengthCodes);
      for (const bytes of misfits(privateKey))
        await refused(() => kem.decapsulationKey(bytes), ...lengthCodes);
      for (const bytes of misfits(ciphertext))
        await refused(() => receiver.decapsulate(bytes), 'invalid_length');
      if (descriptor.kind === 'ml-kem') await mlKemCases(kem, publicKey, privateKey, descriptor.rank);
      if (descriptor.key.kind === 'ec') await pointCases(kem, publicKey, privateKey, descriptor.key.curve);
      if (descriptor.kind === 'rsa-oaep') {
        const forged = Uint8Array.from(ciphertext);
        forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
        await refused(() => receiver.decapsulate(forged), 'decryption_failed');
        await refused(
          () => receiver.decapsulate(new Uint8Array(forged.length).fill(255)),
          'decryption_failed',
        );
      }
      if (descriptor.key.kind === 'okp') {
        // 0 and 1 are points of small order on both curves [RFC 7748 §6.1].
        for (const first of [0, 1]) {
          const point = new Uint8Array(publicKey.length);
          point[0] = first;
          await refused(() => receiver.decapsulate(point), 'invalid_encoding');
          await refused(
            async () => (await kem.encapsulationKey(point)).encapsulate(provider.random),
            'invalid_key',
          );
        }
      }
      // Inputs are copied: what the caller does with its arrays afterwards changes nothing.
      const givenPublic = Uint8Array.from(publicKey);
      const givenPrivate = Uint8Array.from(privateKey);
      const laterSender = await kem.encapsulationKey(givenPublic);
      const laterReceiver = await kem.decapsulationKey(givenPrivate);
      givenPublic.fill(0);
      givenPrivate.fill(0);
      const sent = await laterSender.encapsulate(provider.random);
      assert.deepEqual(await laterReceiver.decapsulate(sent.ciphertext), sent.sharedSecret);
      // Results belong to the receiver: wiping one does not reach the other.
      sharedSecret.fill(0);
      assert.notDeepEqual(await receiver.decapsulate(ciphertext), sharedSecret);
      receiver.dispose();
      receiver.dispose();
      await refused(() => receiver.decapsulate(ciphertext), 'key_disposed');
    },
  }));
}

async function mlKemCases(kem: Kem, publicKey: Uint8Array, seed: Uint8Array, rank: number): Promise<void> {
  // FIPS 203 §7.2: a coefficient of q or more; the first is made of the first byte and a half.
  for (const [low, high] of [
    [0x01, 0x0d],
    [0xff, 0x0f],
  ] as const) {
    const unreduced = Uint8Array.from(publicKey);
    unreduced[0] = low;
    unreduced[1] = ((unreduced[1] ?? 0) & 0xf0) | high;
    await refused(() => kem.encapsulationKey(unreduced), 'invalid_key');
  }
  await refused(() => kem.decapsulationKey(seed.slice(0, 32)), 'invalid_length');
  await refused(() => kem.decapsulationKey(new Uint8Array(768 * rank + 96)), 'invalid_key');
}

async function pointCases(
  kem: Kem,
  publicKey: Uint8Array,
  privateKey: Uint8Array,
  curve: EcCurveName,
): Promise<void> {
  const receiver = await kem.decapsulationKey(privateKey);
  const check = async (point: Uint8Array): Promise<void> => {
    await refused(() => kem.encapsulationKey(point), 'invalid_key', 'invalid_encoding');
    await refused(() => receiver.decapsulate(point), 'invalid_encoding');
  };
  const offCurve = Uint8Array.from(publicKey);
  offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1;
  await check(offCurve);
  for (const first of [0x00, 0x02, 0x06, 0x07]) {
    const other = Uint8Array.from(publicKey);
    other[0] = first;
    await check(other);
  }
  const zero = new Uint8Array(publicKey.length);
  zero[0] = 4;
  await check(zero);
  await check(new Uint8Array(publicKey.length).fill(0xff).fill(4, 0, 1));
  const prime = PRIMES[curve];
  if (prime !== undefined) {
    const size = prime.length / 2;
    const unreduced = Uint8Array.from(publicKey);
    unreduced.set(Buffer.from(prime, 'hex'), 1);
    await check(unreduced);
    unreduced.set(publicKey.subarray(1, 1 + size), 1);
    unreduced.set(Buffer.from(prime, 'hex'), 1 + size);
    await check(unreduced);
  }
  // Compressed points are a different length [SEC 1 §2.3.3].
  await refused(() => kem.encapsulationKey(publicKey.slice(0, (publicKey.length + 1) / 2)), 'invalid_length');
  await refused(() => kem.decapsulationKey(new Uint8Array(privateKey.length)), 'invalid_key');
  await refused(() => kem.decapsulationKey(new Uint8Array(privateKey.length).fill(0xff)), 'invalid_key');
}

function signatureCases(provider: Provider, chosen: (name: string) => boolean): readonly Case[] {
  return shared(provider.signature, provider.signature)
    .filter(chosen)
    .map((name) => ({
      title: `${name}: malformed keys and signatures`,
      run: async () => {
        const signature = present(provider.signature[name]);
        const descriptor = signatureDescriptor(name);
        const { publicKey, privateKey } = await keyPair(name, signature, provider);
        const signingKey = await signature.signingKey(privateKey);
        const verifyingKey = await signature.verifyingKey(publicKey);
        const options = { context: EMPTY, random: provider.random };
        const signed = await signingKey.sign(MESSAGE, options);
        const lengthCodes: readonly ErrorCode[] =
          descriptor.kind === 'rsa' ? ['invalid_encoding', 'invalid_length'] : ['invalid_length'];
        for (const bytes of misfits(publicKey))
          await refused(() => signature.verifyingKey(bytes), ...lengthCodes);
        for (const bytes of misfits(privateKey))
          await refused(() => signature.signingKey(bytes), ...lengthCodes);
        const rejected = async (bytes: Uint8Array): Promise<void> => {
          assert.equal(await verifyingKey.verify(MESSAGE, bytes, EMPTY), false);
          const verifier = verifyingKey.start?.(EMPTY);
          verifier?.update(MESSAGE);
          assert.notEqual(await verifier?.finish(bytes), true);
        };
        for (const bytes of misfits(signed)) await rejected(bytes);
        await rejected(new Uint8Array(signed.length));
        await rejected(new Uint8Array(signed.length).fill(255));
        if (descriptor.kind === 'ecdsa') await derCases(rejected, signed);
        if (descriptor.key.kind === 'ec') {
          const offCurve = Uint8Array.from(publicKey);
          offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1;
          await refused(() => signature.verifyingKey(offCurve), 'invalid_key');
          await refused(() => signature.signingKey(new Uint8Array(privateKey.length)), 'invalid_key');
        }
        if (descriptor.kind === 'rsa') {
          await rsaCases(signature, publicKey, descriptor.modulusBits);
          await faultCases(signature, publicKey, privateKey);
        }
        await contextCases(provider, signingKey, verifyingKey, descriptor.kind.endsWith('-dsa'));
        signingKey.dispose();
        await refused(() => signingKey.sign(MESSAGE, options), 'key_disposed');
      },
    }));
}

/** The two integers of an ECDSA signature in ways that are no DER, or out of range. */
async function derCases(rejected: (bytes: Uint8Array) => Promise<void>, signed: Uint8Array): Promise<void> {
  const spoilt = (change: (bytes: Uint8Array) => Uint8Array): Promise<void> =>
    rejected(change(Uint8Array.from(signed)));
  const headerSize = signed[1] === 0x81 ? 3 : 2;
  const body = signed.slice(headerSize);
  await spoilt((bytes) => Uint8Array.of(...bytes, 0));
  await rejected(Uint8Array.of(0x31, ...signed.slice(1)));
  // BER: long-form length where the short one does, and the indefinite length.
  if (headerSize === 2) await rejected(Uint8Array.of(0x30, 0x81, body.length, ...body));
  await rejected(Uint8Array.of(0x30, 0x80, ...body, 0, 0));
  // An integer with a zero in front that it does not need, a negative one, and 0.
  await rejected(Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0));
  await rejected(Uint8Array.of(0x30, 6, 2, 1, 0xff, 2, 1, 1));
  await rejected(Uint8Array.of(0x30, 7, 2, 2, 0, 1, 2, 1, 1));
}

async function rsaCases(signature: Signature, publicKey: Uint8Array, bits: number): Promise<void> {
  // What follows the modulus: INTEGER 65537 of five octets.
  assert.deepEqual(publicKey.slice(-5), Uint8Array.of(2, 3, 1, 0, 1));
  const even = Uint8Array.from(publicKey);
  even[even.length - 1] = 2;
  await refused(() => signature.verifyingKey(even), 'invalid_key');
  const evenModulus = Uint8Array.from(publicKey);
  evenModulus[evenModulus.length - 6] = (evenModulus.at(-6) ?? 0) & 0xfe;
  await refused(() => signature.verifyingKey(evenModulus), 'invalid_key');
  // A modulus of another size, in good DER.
  const start = publicKey.length - 5 - bits / 8;
  const smaller = publicKey.slice(start + 1, -5);
  smaller[0] = (smaller[0] ?? 0) | 0x80;
  const integer = Uint8Array.of(
    2,
    0x82,
    (smaller.length + 1) >> 8,
    (smaller.length + 1) & 255,
    0,
    ...smaller,
  );
  const size = integer.length + 5;
  const other = Uint8Array.of(0x30, 0x82, size >> 8, size & 255, ...integer, ...publicKey.slice(-5));
  await refused(() => signature.verifyingKey(other), 'invalid_key');
}

/** A damaged private number must not end in a faulty signature, which would give the primes away. */
async function faultCases(
  signature: Signature,
  publicKey: Uint8Array,
  privateKey: Uint8Array,
): Promise<void> {
  const verifyingKey = await signature.verifyingKey(publicKey);
  for (const part of [0.4, 0.52, 0.65, 0.75, 0.85, 0.95]) {
    const damaged = Uint8Array.from(privateKey);
    const at = Math.floor(part * damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ 4;
    try {
      const signingKey = await signature.signingKey(damaged);
      const options = { context: EMPTY, random: { bytes: (length: number) => new Uint8Array(length) } };
      const signed = await signingKey.sign(MESSAGE, options);
      assert.equal(await verifyingKey.verify(MESSAGE, signed, EMPTY), true);
    } catch (error) {
      assert(isHybridgeError(error, 'invalid_key', 'invalid_encoding'), String(error));
    }
  }
}

async function contextCases(
  provider: Provider,
  signingKey: Awaited<ReturnType<Signature['signingKey']>>,
  verifyingKey: Awaited<ReturnType<Signature['verifyingKey']>>,
  takesContext: boolean,
): Promise<void> {
  const { random } = provider;
  const longest = new Uint8Array(255).fill(7);
  if (takesContext) {
    const signed = await signingKey.sign(MESSAGE, { context: longest, random });
    assert.equal(await verifyingKey.verify(MESSAGE, signed, longest), true);
    assert.equal(await verifyingKey.verify(MESSAGE, signed, longest.subarray(1)), false);
  }
  const tooMuch = takesContext ? new Uint8Array(256) : longest;
  await refused(() => signingKey.sign(MESSAGE, { context: tooMuch, random }), 'invalid_argument');
  await refused(() => verifyingKey.verify(MESSAGE, new Uint8Array(64), tooMuch), 'invalid_argument');
}

function internalCases(provider: Provider, chosen: (name: string) => boolean): readonly Case[] {
  return shared(provider.internalSignature, provider.internalSignature)
    .filter(chosen)
    .map((name) => ({
      title: `${name} (internal function): malformed keys and inputs`,
      run: async () => {
        const internal = present(provider.internalSignature[name]);
        const signature = present(provider.signature[name]);
        const descriptor = signatureDescriptor(name);
        const { publicKey, privateKey } = await keyPair(name, signature, provider);
        const input = new Uint8Array(64).fill(1);
        const signingKey = await internal.internalSigningKey(privateKey);
        const verifyingKey = await internal.internalVerifyingKey(publicKey);
        assert.deepEqual(signingKey.publicKey, publicKey);
        for (const bytes of misfits(publicKey))
          await refused(() => internal.internalVerifyingKey(bytes), 'invalid_length');
        for (const bytes of misfits(privateKey))
          await refused(() => internal.internalSigningKey(bytes), 'invalid_length');
        const signed = await signingKey.signInternal(input, undefined);
        assert.deepEqual(await signingKey.signInternal(input, undefined), signed);
        assert.equal(await verifyingKey.verifyInternal(input, signed), true);
        for (const bytes of misfits(signed))
          assert.equal(await verifyingKey.verifyInternal(input, bytes), false);
        const randomness = descriptor.kind === 'ml-dsa' ? 32 : publicKey.length / 2;
        const hedged = await signingKey.signInternal(input, new Uint8Array(randomness).fill(9));
        assert.notDeepEqual(hedged, signed);
        assert.equal(await verifyingKey.verifyInternal(input, hedged), true);
        await refused(() => signingKey.signInternal(input, new Uint8Array(randomness - 1)), 'invalid_length');
        if (descriptor.kind === 'ml-dsa') {
          await refused(() => signingKey.signInternal(input.subarray(1), undefined), 'invalid_length');
          await refused(() => verifyingKey.verifyInternal(input.subarray(1), signed), 'invalid_length');
        }
        signingKey.dispose();
        await refused(() => signingKey.signInternal(input, undefined), 'key_disposed');
      },
    }));
}

function symmetricCases(provider: Provider): readonly Case[] {
  const derivation = present(provider.keyDerivation);
  const cipher = present(provider.blockCipher);
  const fixed = shared(provider.hash, provider.hash).filter((name) => hashDescriptor(name).kind === 'hash');
  const extendable = shared(provider.hash, provider.hash).filter(
    (name) => hashDescriptor(name).kind === 'xof',
  );
  return [
    {
      title: 'hashes: lengths that they do not have',
      run: async () => {
        for (const name of fixed) {
          const hash = present(provider.hash[name]);
          const { digestSize } = hashDescriptor(name);
          assert.equal(hash.digest(EMPTY).length, digestSize);
          assert.equal(hash.digest(EMPTY, digestSize).length, digestSize);
          await refused(() => hash.digest(EMPTY, digestSize - 1), 'invalid_argument');
          await refused(() => hash.start(digestSize + 1), 'invalid_argument');
        }
        for (const name of extendable) {
          const hash = present(provider.hash[name]);
          assert.equal(hash.digest(EMPTY).length, hashDescriptor(name).digestSize);
          for (const length of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
            await refused(() => hash.digest(EMPTY, length), 'invalid_argument');
            await refused(() => hash.start(length), 'invalid_argument');
          }
        }
      },
    },
    {
      title: 'key derivation: parameters out of range',
      run: async () => {
        for (const name of extendable) {
          await refused(() => derivation.hmac(name, EMPTY, EMPTY), 'invalid_argument');
          await refused(() => derivation.pbkdf2(name, EMPTY, EMPTY, 1, 1), 'invalid_argument');
        }
        const key = new Uint8Array(32);
        assert.equal(derivation.hkdfExpand('SHA-256', key, EMPTY, 255 * 32).length, 255 * 32);
        for (const length of [255 * 32 + 1, -1, 0.5])
          await refused(() => derivation.hkdfExpand('SHA-256', key, EMPTY, length), 'invalid_argument');
        await refused(() => derivation.hkdfExpand('SHA-256', key.subarray(1), EMPTY, 1), 'invalid_argument');
        for (const iterations of [0, -1, 1.5, 2 ** 31])
          await refused(() => derivation.pbkdf2('SHA-256', EMPTY, EMPTY, iterations, 32), 'invalid_argument');
        for (const length of [0, -1, 2 ** 31])
          await refused(() => derivation.pbkdf2('SHA-256', EMPTY, EMPTY, 1, length), 'invalid_argument');
        const good = { cost: 16, blockSize: 1, parallelization: 1 };
        for (const bad of [
          { cost: 0 },
          { cost: 1 },
          { cost: 15 },
          { cost: 2 ** 40 },
          { cost: 2 ** 21, blockSize: 8 },
          { blockSize: 0 },
          { blockSize: 2 ** 30 },
          { parallelization: 0 },
          { parallelization: 2 ** 30 },
          { cost: Number.NaN },
        ])
          await refused(() => derivation.scrypt(EMPTY, EMPTY, { ...good, ...bad }, 32), 'invalid_argument');
        await refused(() => derivation.scrypt(EMPTY, EMPTY, good, 0), 'invalid_argument');
      },
    },
    {
      title: 'ciphers: keys, nonces and initialization vectors of the wrong size',
      run: async () => {
        for (const name of shared(provider.aead, provider.aead)) {
          const aead = present(provider.aead[name]);
          const bytes = new Uint8Array(name === 'AES-128-GCM' ? 16 : 32);
          for (const key of misfits(bytes)) await refused(() => aead.key(key), 'invalid_length');
          const key = aead.key(bytes);
          for (const nonce of misfits(new Uint8Array(12))) {
            await refused(() => key.seal(nonce, EMPTY, EMPTY), 'invalid_length');
            await refused(() => key.open(nonce, new Uint8Array(16), EMPTY), 'invalid_length');
          }
          // The key is copied.
          const nonce = new Uint8Array(12);
          const sealed = key.seal(nonce, MESSAGE, EMPTY);
          bytes.fill(1);
          assert.deepEqual(key.open(nonce, sealed, EMPTY), MESSAGE);
        }
        const iv = new Uint8Array(16);
        for (const size of [0, 15, 17, 31, 33])
          await refused(() => cipher.encryptCbc(new Uint8Array(size), iv, MESSAGE), 'invalid_length');
        for (const bytes of misfits(iv))
          await refused(() => cipher.decryptCbc(new Uint8Array(16), bytes, iv), 'invalid_length');
        for (const size of [0, 1, 15, 16, 17, 32])
          assert.equal(cipher.decryptCbc(new Uint8Array(16), iv, new Uint8Array(size)), undefined);
        const nonce = new Uint8Array(12);
        for (const size of [0, 15, 17, 31, 33]) {
          const key = new Uint8Array(size);
          await refused(() => cipher.cbcEncryption(key, iv), 'invalid_length');
          await refused(() => cipher.cbcDecryption(key, iv), 'invalid_length');
          await refused(() => cipher.gcmEncryption(key, nonce), 'invalid_length');
          await refused(() => cipher.gcmDecryption(key, nonce, 16), 'invalid_length');
          await refused(() => cipher.wrapKey(key, new Uint8Array(16)), 'invalid_length');
          await refused(() => cipher.unwrapKey(key, new Uint8Array(24)), 'invalid_length');
          await refused(() => cipher.wrapKey(new Uint8Array(16), key), 'invalid_length');
          assert.equal(cipher.unwrapKey(new Uint8Array(16), key), undefined);
        }
        const key = new Uint8Array(16);
        for (const bytes of misfits(iv)) {
          await refused(() => cipher.cbcEncryption(key, bytes), 'invalid_length');
          await refused(() => cipher.cbcDecryption(key, bytes), 'invalid_length');
        }
        for (const bytes of misfits(nonce)) {
          await refused(() => cipher.gcmEncryption(key, bytes), 'invalid_length');
          await refused(() => cipher.gcmDecryption(key, bytes, 16), 'invalid_length');
        }
        for (const size of [0, 11, 17, 12.5])
          await refused(() => cipher.gcmDecryption(key, nonce, size), 'invalid_argument');
        await refused(
          () => cipher.gcmDecryption(key, nonce, 16).finish(new Uint8Array(15), EMPTY),
          'invalid_length',
        );
        const { decryptTripleDesCbc } = cipher;
        if (decryptTripleDesCbc !== undefined) {
          await refused(
            () => decryptTripleDesCbc(new Uint8Array(16), new Uint8Array(8), iv),
            'invalid_length',
          );
          await refused(() => decryptTripleDesCbc(new Uint8Array(24), iv, iv), 'invalid_length');
          assert.equal(decryptTripleDesCbc(new Uint8Array(24), new Uint8Array(8), iv), undefined);
        }
      },
    },
    {
      title: 'seeds of the wrong size do not expand',
      run: async () => {
        for (const name of shared(provider.seedExpansion, provider.seedExpansion)) {
          const expansion = present(provider.seedExpansion[name]);
          const seed = new Uint8Array(name.startsWith('ML-KEM') ? 64 : 32);
          for (const bytes of misfits(seed)) await refused(() => expansion.expand(bytes), 'invalid_length');
        }
      },
    },
  ];
}
