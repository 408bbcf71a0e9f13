/** What it means for a provider's primitive to answer a vector rightly; the suites only choose cases. */
import { createHash, createPrivateKey } from 'node:crypto';
import { concat, isHybridgeError } from '../../src/bytes/index.ts';
import type {
  Awaitable,
  InternalSignature,
  Kem,
  Provider,
  RandomSource,
  Signature,
} from '../../src/provider/index.ts';
import { expectBytes, Skip } from '../support/tally.ts';
import type * as vectors from '../support/vectors.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** Randomness that is exactly these bytes, once. */
export function fixedRandom(bytes: Uint8Array): RandomSource {
  let offset = 0;
  return {
    bytes(length) {
      if (offset + length > bytes.length) throw new Error(`more randomness asked for than the vector gives`);
      offset += length;
      return bytes.slice(offset - length, offset);
    },
  };
}

const NOT_OFFERED = new Skip('not offered');

/** The result of a call, or that it was refused: with a HybridgeError that blames the input, anything else fails. */
async function answer<T>(call: () => Awaitable<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await call() };
  } catch (error) {
    if (isHybridgeError(error) && error.fault !== 'internal') return undefined;
    throw error;
  }
}

/** Holds an answer against the verdict: `matches` throws when a result is not the expected one. */
async function judge<T>(
  verdict: vectors.Verdict,
  call: () => Awaitable<T>,
  matches: (value: T) => unknown,
): Promise<void> {
  const outcome = await answer(call);
  if (verdict === 'invalid') {
    if (outcome !== undefined) throw new Error('accepted, but must be refused');
  } else if (outcome !== undefined) await matches(outcome.value);
  else if (verdict === 'valid') throw new Error('refused, but must be accepted');
}

// ---- KEM ----

/** From the seed: the public key, the expanded key where the provider shows it, and that both private forms agree. */
export async function checkKemKeyGen(
  provider: Provider,
  item: vectors.KemKeyGenCase,
): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  const fromSeed = await kem.decapsulationKey(item.seed);
  expectBytes(fromSeed.publicKey, item.publicKey, 'public key of the seed');
  const fromExpanded = await kem.decapsulationKey(item.privateKey);
  expectBytes(fromExpanded.publicKey, item.publicKey, 'public key of the expanded key');
  const expansion = provider.seedExpansion[item.algorithm];
  if (expansion !== undefined)
    expectBytes(await expansion.expand(item.seed), item.privateKey, 'expanded key of the seed');
  fromSeed.dispose();
  fromExpanded.dispose();
  return undefined;
}

/**
 * Byte for byte where the provider takes its randomness from the caller; elsewhere that good keys serve, with a
 * result of the right shape, and bad ones are refused.
 */
export async function checkKemEncapsulate(
  provider: Provider,
  item: vectors.KemEncapsulateCase,
): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  const exact = kem.backend.entropy === 'caller';
  const random = exact ? fixedRandom(item.entropy) : provider.random;
  await judge(
    item.verdict,
    async () => (await kem.encapsulationKey(item.publicKey)).encapsulate(random),
    ({ ciphertext, sharedSecret }) => {
      if (item.ciphertext === undefined || item.sharedSecret === undefined) return;
      if (exact) {
        expectBytes(ciphertext, item.ciphertext, 'ciphertext');
        expectBytes(sharedSecret, item.sharedSecret, 'shared secret');
      } else if (ciphertext.length !== item.ciphertext.length || sharedSecret.length !== 32)
        throw new Error('sizes differ');
    },
  );
  return undefined;
}

export async function checkKemDecapsulate(
  provider: Provider,
  item: vectors.KemDecapsulateCase,
): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  await judge(
    item.verdict,
    () => decapsulate(kem, item.privateKey.bytes, item.ciphertext),
    (secret) => expectBytes(secret, item.sharedSecret ?? EMPTY, 'shared secret'),
  );
  return undefined;
}

async function decapsulate(kem: Kem, privateKey: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
  const key = await kem.decapsulationKey(privateKey);
  try {
    return await key.decapsulate(ciphertext);
  } finally {
    key.dispose();
  }
}

export async function checkKemKey(
  provider: Provider,
  item: vectors.KemKeyCheckCase,
): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  await judge<unknown>(
    item.verdict,
    () => (item.half === 'public' ? kem.encapsulationKey(item.key) : kem.decapsulationKey(item.key)),
    () => undefined,
  );
  return undefined;
}

/** Diffie-Hellman with raw keys and points; a zero result of X25519 and X448 is refused, whatever the case allows. */
export async function checkKeyAgreement(
  provider: Provider,
  item: vectors.KeyAgreementCase,
): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  const zero = item.flags.includes('ZeroSharedSecret');
  await judge(
    zero ? 'invalid' : item.verdict,
    () => decapsulate(kem, item.privateKey, item.publicKey),
    (secret) => expectBytes(secret, item.sharedSecret, 'shared secret'),
  );
  return undefined;
}

/** RSA-OAEP as a KEM: messages of 32 bytes without a label are secrets; everything else must not come out changed. */
export async function checkRsaOaep(provider: Provider, item: vectors.RsaOaepCase): Promise<Skip | undefined> {
  const kem = provider.kem[item.algorithm];
  if (kem === undefined) return NOT_OFFERED;
  const pkcs1 = createPrivateKey({ key: Buffer.from(item.privateKey), format: 'der', type: 'pkcs8' }).export({
    format: 'der',
    type: 'pkcs1',
  });
  const secret = item.plaintext.length === 32 && item.label.length === 0;
  await judge(
    item.verdict === 'valid' && !secret ? 'acceptable' : item.verdict,
    () => decapsulate(kem, new Uint8Array(pkcs1), item.ciphertext),
    (plaintext) => expectBytes(plaintext, item.plaintext, 'plaintext'),
  );
  // As transport of a message of any size: without a label everything that is valid comes out.
  const key = await kem.decapsulationKey(new Uint8Array(pkcs1));
  const { decrypt } = key;
  if (decrypt === undefined) throw new Error('decrypts no message');
  await judge(
    item.label.length > 0 ? 'invalid' : item.verdict,
    () => decrypt(item.ciphertext, 'SHA-256'),
    (plaintext) => expectBytes(plaintext, item.plaintext, 'message'),
  );
  key.dispose();
  return undefined;
}

// ---- Signatures ----

export async function checkSignatureKeyGen(
  provider: Provider,
  item: vectors.SignatureKeyGenCase,
  stored: (item: vectors.SignatureKeyGenCase) => Uint8Array,
): Promise<Skip | undefined> {
  const signature = provider.signature[item.algorithm];
  const internal = provider.internalSignature[item.algorithm];
  if (signature === undefined && internal === undefined) return NOT_OFFERED;
  for (const privateKey of [stored(item), item.privateKey]) {
    if (signature !== undefined) {
      const key = await signature.signingKey(privateKey);
      expectBytes(key.publicKey, item.publicKey, 'public key');
      key.dispose();
    }
    if (internal !== undefined) {
      const key = await internal.internalSigningKey(privateKey);
      expectBytes(key.publicKey, item.publicKey, 'public key (internal function)');
      key.dispose();
    }
  }
  const { algorithm } = item;
  if (algorithm === 'ML-DSA-44' || algorithm === 'ML-DSA-65' || algorithm === 'ML-DSA-87') {
    const expansion = provider.seedExpansion[algorithm];
    if (expansion !== undefined)
      expectBytes(await expansion.expand(item.seed), item.privateKey, 'expanded key of the seed');
  }
  return undefined;
}

// DER of the hash identifiers that FIPS 204 §5.4.1 and FIPS 205 §10.2.2 put before a digest: the arc
// 2.16.840.1.101.3.4.2 and a last number.
const HASHES: Readonly<
  Record<string, { readonly node: string; readonly length: number; readonly oid: number }>
> = {
  'SHA-224': { node: 'sha224', length: 28, oid: 4 },
  'SHA-256': { node: 'sha256', length: 32, oid: 1 },
  'SHA-384': { node: 'sha384', length: 48, oid: 2 },
  'SHA-512': { node: 'sha512', length: 64, oid: 3 },
  'SHA-512/224': { node: 'sha512-224', length: 28, oid: 5 },
  'SHA-512/256': { node: 'sha512-256', length: 32, oid: 6 },
  'SHA3-224': { node: 'sha3-224', length: 28, oid: 7 },
  'SHA3-256': { node: 'sha3-256', length: 32, oid: 8 },
  'SHA3-384': { node: 'sha3-384', length: 48, oid: 9 },
  'SHA3-512': { node: 'sha3-512', length: 64, oid: 10 },
  SHAKE128: { node: 'shake128', length: 32, oid: 11 },
  SHAKE256: { node: 'shake256', length: 64, oid: 12 },
};

const shake256 = (length: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('shake256', { outputLength: length });
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** M' of FIPS 204 and 205, made without the code under test. Undefined when the context is too long for one. */
function formatted(input: Exclude<vectors.SignedInput, { kind: 'mu' }>): Uint8Array | undefined {
  if (input.kind === 'internal') return input.message;
  if (input.context.length > 255) return undefined;
  if (input.kind === 'message')
    return new Uint8Array([0, input.context.length, ...input.context, ...input.message]);
  const hash = HASHES[input.hash];
  if (hash === undefined) throw new Error(`no identifier for ${input.hash}`);
  const xof = hash.node.startsWith('shake') ? { outputLength: hash.length } : {};
  const digest = createHash(hash.node, xof).update(input.message).digest();
  const oid = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash.oid];
  return new Uint8Array([1, input.context.length, ...input.context, ...oid, ...digest]);
}

/** What the internal function takes: µ for ML-DSA, M' for SLH-DSA. */
function internalInput(
  algorithm: string,
  publicKey: Uint8Array,
  input: vectors.SignedInput,
): Uint8Array | undefined {
  if (input.kind === 'mu') return input.mu;
  const message = formatted(input);
  if (message === undefined || !algorithm.startsWith('ML-DSA')) return message;
  return shake256(64, shake256(64, publicKey), message);
}

/**
 * Signing with the randomness of the vector: through the internal function, and through the public one where it
 * takes randomness from the caller. A provider with neither must accept the vector's signature as its own key's,
 * and its own signature of the message must hold.
 */
export async function checkSign(provider: Provider, item: vectors.SignCase): Promise<Skip | undefined> {
  const signature = provider.signature[item.algorithm];
  const internal = provider.internalSignature[item.algorithm];
  if (signature === undefined && internal === undefined) return NOT_OFFERED;
  let ran = false;
  if (internal !== undefined) ran = await signInternal(internal, item);
  if (signature !== undefined && item.input.kind === 'message' && !(ran && isDeterministicSlhDsa(item))) {
    await signMessage(signature, item, item.input, provider.random);
    ran = true;
  }
  return ran ? undefined : new Skip('needs the internal function');
}

// The public function of SLH-DSA hedges, so a second signature that takes seconds would prove nothing new.
function isDeterministicSlhDsa(item: vectors.SignCase): boolean {
  return item.algorithm.startsWith('SLH-DSA') && item.randomness === undefined;
}

async function signInternal(internal: InternalSignature, item: vectors.SignCase): Promise<boolean> {
  // A context that is too long cannot reach the internal function.
  if (item.input.kind !== 'mu' && formatted(item.input) === undefined) return false;
  await judge(
    item.verdict,
    async () => {
      const key = await internal.internalSigningKey(item.privateKey.bytes);
      if (item.publicKey !== undefined) expectBytes(key.publicKey, item.publicKey, 'public key');
      const input = internalInput(item.algorithm, key.publicKey, item.input) ?? EMPTY;
      const made = await key.signInternal(input, item.randomness);
      const verifying = await internal.internalVerifyingKey(key.publicKey);
      const holds = await verifying.verifyInternal(input, made);
      key.dispose();
      return { made, holds };
    },
    ({ made, holds }) => {
      expectBytes(made, item.signature ?? EMPTY, 'signature');
      if (!holds) throw new Error('own signature does not hold');
    },
  );
  return true;
}

async function signMessage(
  signature: Signature,
  item: vectors.SignCase,
  { message, context }: { readonly message: Uint8Array; readonly context: Uint8Array },
  random: RandomSource,
): Promise<void> {
  // The public function always hedges; zeros in place of randomness are ML-DSA's deterministic variant.
  const zeros = item.algorithm.startsWith('ML-DSA') ? new Uint8Array(32) : undefined;
  const bytes = item.randomness ?? zeros;
  const exact = signature.backend.entropy === 'caller' && bytes !== undefined;
  await judge(
    item.verdict,
    async () => {
      const key = await signature.signingKey(item.privateKey.bytes);
      if (item.publicKey !== undefined) expectBytes(key.publicKey, item.publicKey, 'public key');
      const made = await key.sign(message, { context, random: exact ? fixedRandom(bytes) : random });
      const verifying = await signature.verifyingKey(key.publicKey);
      const own = await verifying.verify(message, made, context);
      const given =
        item.signature === undefined || (await verifying.verify(message, item.signature, context));
      key.dispose();
      return { made, own, given };
    },
    ({ made, own, given }) => {
      if (exact) expectBytes(made, item.signature ?? EMPTY, 'signature (public function)');
      if (!own) throw new Error('own signature does not hold');
      if (!given) throw new Error("the vector's signature does not hold");
    },
  );
}

/** Verification through the public function, and through the internal one where a provider has it. */
export async function checkVerify(provider: Provider, item: vectors.VerifyCase): Promise<Skip | undefined> {
  const { algorithm } = item;
  let ran = false;
  if (isLeaf(provider.signature, algorithm) && item.input.kind === 'message') {
    const signature = provider.signature[algorithm];
    if (signature !== undefined) {
      const { message, context } = item.input;
      const bytes = item.encoding === 'p1363' ? ecdsaDer(item.signature, algorithm) : item.signature;
      if (bytes === undefined) return new Skip('its size is wrong before any leaf sees it');
      await judgeSignature(item.verdict, async () =>
        (await signature.verifyingKey(item.publicKey.bytes)).verify(message, bytes, context),
      );
      ran = true;
    }
  }
  if (isLeaf(provider.internalSignature, algorithm)) {
    const internal = provider.internalSignature[algorithm];
    const input = internalInput(algorithm, item.publicKey.bytes, item.input);
    if (internal !== undefined && input !== undefined) {
      await judgeSignature(item.verdict, async () =>
        (await internal.internalVerifyingKey(item.publicKey.bytes)).verifyInternal(input, item.signature),
      );
      ran = true;
    }
  }
  return ran
    ? undefined
    : item.input.kind === 'message'
      ? NOT_OFFERED
      : new Skip('needs the internal function');
}

function isLeaf<Table extends object>(table: Table, name: PropertyKey): name is keyof Table {
  return name in table;
}

/** An invalid case may be a signature that does not hold, or a key or context that is refused. */
async function judgeSignature(verdict: vectors.Verdict, call: () => Promise<boolean>): Promise<void> {
  const holds = (await answer(call))?.value === true;
  if (verdict === 'valid' && !holds) throw new Error('does not hold, but must');
  if (verdict === 'invalid' && holds) throw new Error('holds, but must not');
}

const P1363_SIZES: Readonly<Record<string, number>> = {
  'ECDSA-P256-SHA256': 64,
  'ECDSA-P384-SHA384': 96,
  'ECDSA-P521-SHA512': 132,
  'ECDSA-brainpoolP256r1-SHA256': 64,
  'ECDSA-brainpoolP384r1-SHA384': 96,
  'ECDSA-P256-SHA384': 64,
  'ECDSA-P256-SHA512': 64,
  'ECDSA-P384-SHA256': 96,
  'ECDSA-P384-SHA512': 96,
  'ECDSA-P521-SHA256': 132,
  'ECDSA-P521-SHA384': 132,
};

/** r and s side by side as the DER sequence that ECDSA leaves take; undefined when the size is not the curve's. */
function ecdsaDer(signature: Uint8Array, algorithm: string): Uint8Array | undefined {
  if (signature.length !== P1363_SIZES[algorithm]) return undefined;
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map((bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = start < 0 ? [0] : [...bytes.subarray(start)];
    const positive = (digits[0] ?? 0) > 0x7f ? [0, ...digits] : digits;
    return [0x02, ...derLength(positive.length), ...positive];
  });
  const body = integers.flat();
  return new Uint8Array([0x30, ...derLength(body.length), ...body]);
}

function derLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

// ---- Symmetric ----

export async function checkAead(provider: Provider, item: vectors.AeadCase): Promise<Skip | undefined> {
  const aead = provider.aead[item.algorithm];
  if (aead === undefined) return NOT_OFFERED;
  const { nonce, plaintext, ciphertext, additionalData } = item;
  const key = await answer(() => aead.key(item.key));
  if (key === undefined) throw new Error('key refused');
  const opened = await answer(() => key.value.open(nonce, ciphertext, additionalData));
  // Every protocol of the house uses nonces of 12 bytes; other lengths may be refused.
  if (opened === undefined && nonce.length !== 12) return new Skip('nonce is not 12 bytes');
  if (item.verdict === 'invalid') {
    if (opened?.value !== undefined) throw new Error('opened, but must not');
    return undefined;
  }
  if (opened?.value === undefined) throw new Error('does not open');
  expectBytes(opened.value, plaintext, 'plaintext');
  expectBytes(key.value.seal(nonce, plaintext, additionalData), ciphertext, 'ciphertext and tag');
  return undefined;
}

export async function checkHkdf(provider: Provider, item: vectors.HkdfCase): Promise<Skip | undefined> {
  const { keyDerivation } = provider;
  if (keyDerivation === undefined) return NOT_OFFERED;
  const extracted = keyDerivation.hkdfExtract(item.hash, item.salt, item.inputKey);
  await judge(
    item.verdict,
    () => keyDerivation.hkdfExpand(item.hash, extracted, item.info, item.length),
    (output) => expectBytes(output, item.output, 'output'),
  );
  return undefined;
}

export function checkMac(provider: Provider, item: vectors.MacCase): Skip | undefined {
  if (provider.keyDerivation === undefined) return NOT_OFFERED;
  const tag = provider.keyDerivation.hmac(item.hash, item.key, item.message).subarray(0, item.tag.length);
  const same = Buffer.compare(tag, item.tag) === 0;
  if (same !== (item.verdict !== 'invalid'))
    throw new Error(same ? 'tag agrees, but must not' : 'tag differs');
  return undefined;
}

export async function checkPbkdf2(provider: Provider, item: vectors.Pbkdf2Case): Promise<Skip | undefined> {
  const { keyDerivation } = provider;
  if (keyDerivation === undefined) return NOT_OFFERED;
  const { hash, password, salt, iterations, output } = item;
  expectBytes(await keyDerivation.pbkdf2(hash, password, salt, iterations, output.length), output, 'output');
  return undefined;
}

export async function checkPbes2(provider: Provider, item: vectors.Pbes2Case): Promise<Skip | undefined> {
  const { keyDerivation, blockCipher } = provider;
  if (keyDerivation === undefined || blockCipher === undefined) return NOT_OFFERED;
  const key = await keyDerivation.pbkdf2(item.hash, item.password, item.salt, item.iterations, item.keySize);
  expectBytes(blockCipher.decryptCbc(key, item.iv, item.ciphertext) ?? EMPTY, item.plaintext, 'plaintext');
  expectBytes(blockCipher.encryptCbc(key, item.iv, item.plaintext), item.ciphertext, 'ciphertext');
  return undefined;
}

export async function checkCbc(provider: Provider, item: vectors.CbcCase): Promise<Skip | undefined> {
  const { blockCipher } = provider;
  if (blockCipher === undefined) return NOT_OFFERED;
  const opened = await answer(() => blockCipher.decryptCbc(item.key, item.iv, item.ciphertext));
  if (item.verdict === 'invalid') {
    if (opened?.value !== undefined) throw new Error('decrypted, but must not');
    return undefined;
  }
  if (opened?.value === undefined) throw new Error('does not decrypt');
  expectBytes(opened.value, item.plaintext, 'plaintext');
  expectBytes(blockCipher.encryptCbc(item.key, item.iv, item.plaintext), item.ciphertext, 'ciphertext');
  return undefined;
}

/** In two pieces, the additional data at the end. */
export async function checkGcm(provider: Provider, item: vectors.GcmCase): Promise<Skip | undefined> {
  const { blockCipher } = provider;
  if (blockCipher === undefined) return NOT_OFFERED;
  const { key, nonce, additionalData, plaintext, ciphertext, tag } = item;
  if (nonce.length !== 12) {
    if ((await answer(() => blockCipher.gcmDecryption(key, nonce, 16))) !== undefined)
      throw new Error('a nonce that is not 12 bytes was taken');
    return undefined;
  }
  const decryption = blockCipher.gcmDecryption(key, nonce, tag.length);
  const head = decryption.update(ciphertext.subarray(0, 7));
  const body = decryption.update(ciphertext.subarray(7));
  const rest = decryption.finish(tag, additionalData);
  if (item.verdict === 'invalid') {
    if (rest !== undefined) throw new Error('accepted, but must not');
    return undefined;
  }
  if (rest === undefined) throw new Error('not accepted');
  expectBytes(concat(head, body, rest), plaintext, 'plaintext');
  const encryption = blockCipher.gcmEncryption(key, nonce);
  const sealed = [encryption.update(plaintext.subarray(0, 7)), encryption.update(plaintext.subarray(7))];
  const end = encryption.finish(additionalData);
  expectBytes(concat(...sealed, end.rest), ciphertext, 'ciphertext');
  expectBytes(end.tag, tag, 'tag');
  return undefined;
}

export async function checkKeyWrap(provider: Provider, item: vectors.KeyWrapCase): Promise<Skip | undefined> {
  const { blockCipher } = provider;
  if (blockCipher === undefined) return NOT_OFFERED;
  const unwrapped = await answer(() => blockCipher.unwrapKey(item.wrappingKey, item.wrapped));
  if (item.verdict === 'invalid') {
    if (unwrapped?.value !== undefined) throw new Error('unwrapped, but must not');
    return undefined;
  }
  // RFC 3394 §2 wraps two blocks at least; Wycheproof calls a single one acceptable.
  if (unwrapped?.value === undefined && item.verdict === 'acceptable') return undefined;
  if (unwrapped?.value === undefined) throw new Error('does not unwrap');
  expectBytes(unwrapped.value, item.key, 'key');
  expectBytes(blockCipher.wrapKey(item.wrappingKey, item.key), item.wrapped, 'wrapped key');
  return undefined;
}
