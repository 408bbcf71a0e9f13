import { HybridgeError } from '../bytes/index.ts';
import { AEAD_NAMES, type AeadName, HASH_NAMES, type HashName } from '../registry/index.ts';
import { andThen, type Awaitable } from './awaitable.ts';
import type {
  Aead,
  BlockCipher,
  Hash,
  InternalSignature,
  InternalSignatureName,
  Kem,
  KemLeafName,
  KeyDerivation,
  Provider,
  SeedExpansion,
  SeedExpansionName,
  Signature,
  SignatureLeafName,
} from './contract.ts';
import {
  checkAead,
  checkCbc,
  checkGcm,
  checkHash,
  checkHkdf,
  checkHmac,
  checkInternalSignature,
  checkKem,
  checkKeyWrap,
  checkPbkdf2,
  checkScrypt,
  checkSignature,
  checkTripleDes,
} from './known-answers/index.ts';
import {
  checkSeedExpansion,
  INTERNAL_SIGNATURE_NAMES,
  KEM_LEAF_NAMES,
  SEED_EXPANSION_NAMES,
  SIGNATURE_LEAF_NAMES,
  TEST_RANDOM,
} from './primitives.ts';

/**
 * The same provider, where every primitive answers known questions before it is used for the first time. One that
 * answers wrongly throws `self_test_failed` from then on; the others go on working.
 *
 * The questions are asked when a handle is made, so a held key costs nothing more. They are those of `selfTest`
 * without its slow ones.
 *
 * @example
 * ```ts
 * import { guarded, portableProvider } from 'hybridge';
 *
 * const provider = guarded(portableProvider());
 * console.log(provider.hash['SHA-256']?.digest(new Uint8Array(3)).length); // 32
 * ```
 */
export function guarded(provider: Provider): Provider {
  const { keyDerivation, blockCipher } = provider;
  return Object.freeze({
    ...provider,
    kem: each(KEM_LEAF_NAMES, provider.kem, guardKem),
    signature: each(SIGNATURE_LEAF_NAMES, provider.signature, guardSignature),
    internalSignature: each(INTERNAL_SIGNATURE_NAMES, provider.internalSignature, guardInternalSignature),
    seedExpansion: each(SEED_EXPANSION_NAMES, provider.seedExpansion, guardSeedExpansion),
    hash: each(HASH_NAMES, provider.hash, guardHash),
    aead: each(AEAD_NAMES, provider.aead, guardAead),
    keyDerivation: keyDerivation === undefined ? undefined : guardKeyDerivation(keyDerivation),
    blockCipher: blockCipher === undefined ? undefined : guardBlockCipher(blockCipher),
  });
}

function each<Name extends string, T>(
  names: readonly Name[],
  offered: Readonly<Partial<Record<Name, T>>>,
  guard: (name: Name, primitive: T) => T,
): Readonly<Partial<Record<Name, T>>> {
  const table: Partial<Record<Name, T>> = {};
  for (const name of names) {
    const primitive = offered[name];
    if (primitive !== undefined) table[name] = guard(name, primitive);
  }
  return Object.freeze(table);
}

/** The error of a primitive that failed. */
function failure(primitive: string, cause: unknown): HybridgeError {
  const reason = cause instanceof Error ? cause.message : 'an exception';
  return new HybridgeError(
    'self_test_failed',
    `${primitive} failed its self-test (${reason}) and is not used`,
    {
      cause,
      hint: 'use another provider for this primitive, and report the fault with the versions of the runtime',
      details: { primitive },
    },
  );
}

/** Lets through when the check passed; runs it when it has not been run; refuses for ever when it failed. */
function gate(primitive: string, check: () => Promise<void>): () => Awaitable<void> {
  let verdict: { readonly cause: unknown } | 'passed' | undefined;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await check();
      verdict = 'passed';
    } catch (cause) {
      verdict = { cause };
      throw failure(primitive, cause);
    }
  };
  return () => {
    if (verdict === 'passed') return undefined;
    if (verdict !== undefined) throw failure(primitive, verdict.cause);
    return (running ??= run());
  };
}

/** The same for what must answer at once. */
function gateNow(primitive: string, check: () => void): () => void {
  let verdict: { readonly cause: unknown } | 'passed' | undefined;
  return () => {
    if (verdict === 'passed') return;
    if (verdict === undefined)
      try {
        check();
        verdict = 'passed';
        return;
      } catch (cause) {
        verdict = { cause };
      }
    throw failure(primitive, verdict.cause);
  };
}

function guardKem(name: KemLeafName, kem: Kem): Kem {
  const pass = gate(name, () => checkKem(name, kem, TEST_RANDOM));
  return {
    backend: kem.backend,
    generateKeyPair: (random) => andThen(pass(), () => kem.generateKeyPair(random)),
    encapsulationKey: (publicKey) => andThen(pass(), () => kem.encapsulationKey(publicKey)),
    decapsulationKey: (privateKey) => andThen(pass(), () => kem.decapsulationKey(privateKey)),
  };
}

function guardSignature(name: SignatureLeafName, signature: Signature): Signature {
  const passSigning = gate(name, () => checkSignature(name, signature, 'sign', TEST_RANDOM));
  const passVerifying = gate(name, () => checkSignature(name, signature, 'verify', TEST_RANDOM));
  return {
    backend: signature.backend,
    generateKeyPair: (random) => andThen(passSigning(), () => signature.generateKeyPair(random)),
    signingKey: (privateKey) => andThen(passSigning(), () => signature.signingKey(privateKey)),
    verifyingKey: (publicKey) => andThen(passVerifying(), () => signature.verifyingKey(publicKey)),
  };
}

function guardInternalSignature(name: InternalSignatureName, internal: InternalSignature): InternalSignature {
  const passSigning = gate(name, () => checkInternalSignature(name, internal, 'sign'));
  const passVerifying = gate(name, () => checkInternalSignature(name, internal, 'verify'));
  return {
    backend: internal.backend,
    internalSigningKey: (privateKey) => andThen(passSigning(), () => internal.internalSigningKey(privateKey)),
    internalVerifyingKey: (publicKey) =>
      andThen(passVerifying(), () => internal.internalVerifyingKey(publicKey)),
  };
}

function guardSeedExpansion(name: SeedExpansionName, expansion: SeedExpansion): SeedExpansion {
  const pass = gate(name, () => checkSeedExpansion(name, expansion));
  return {
    backend: expansion.backend,
    expand: (seed) => andThen(pass(), () => expansion.expand(seed)),
  };
}

function guardHash(name: HashName, hash: Hash): Hash {
  const pass = gateNow(name, () => checkHash(name, hash));
  return {
    backend: hash.backend,
    digest: (data, length) => {
      pass();
      return hash.digest(data, length);
    },
    start: (length) => {
      pass();
      return hash.start(length);
    },
  };
}

function guardAead(name: AeadName, aead: Aead): Aead {
  const pass = gateNow(name, () => checkAead(name, aead));
  return {
    backend: aead.backend,
    key: (bytes) => {
      pass();
      return aead.key(bytes);
    },
  };
}

function guardKeyDerivation(derivation: KeyDerivation): KeyDerivation {
  const passHmac = gateNow('HMAC', () => checkHmac(derivation));
  const passHkdf = gateNow('HKDF', () => checkHkdf(derivation));
  const passPbkdf2 = gate('PBKDF2', () => checkPbkdf2(derivation));
  const passScrypt = gate('scrypt', () => checkScrypt(derivation));
  return {
    backend: derivation.backend,
    hmac: (hash, key, data) => {
      passHmac();
      return derivation.hmac(hash, key, data);
    },
    hkdfExtract: (hash, salt, inputKey) => {
      passHkdf();
      return derivation.hkdfExtract(hash, salt, inputKey);
    },
    hkdfExpand: (hash, pseudoRandomKey, info, length) => {
      passHkdf();
      return derivation.hkdfExpand(hash, pseudoRandomKey, info, length);
    },
    pbkdf2: (...question) => andThen(passPbkdf2(), () => derivation.pbkdf2(...question)),
    scrypt: (...question) => andThen(passScrypt(), () => derivation.scrypt(...question)),
  };
}

function guardBlockCipher(cipher: BlockCipher): BlockCipher {
  const passCbc = gateNow('AES-CBC', () => checkCbc(cipher));
  const passGcm = gateNow('AES-GCM in pieces', () => checkGcm(cipher));
  const passWrap = gateNow('AES key wrap', () => checkKeyWrap(cipher));
  const passTripleDes = gateNow('Triple DES', () => checkTripleDes(cipher));
  const { decryptTripleDesCbc } = cipher;
  return {
    backend: cipher.backend,
    encryptCbc: (key, iv, plaintext) => {
      passCbc();
      return cipher.encryptCbc(key, iv, plaintext);
    },
    decryptCbc: (key, iv, ciphertext) => {
      passCbc();
      return cipher.decryptCbc(key, iv, ciphertext);
    },
    cbcEncryption: (key, iv) => {
      passCbc();
      return cipher.cbcEncryption(key, iv);
    },
    cbcDecryption: (key, iv) => {
      passCbc();
      return cipher.cbcDecryption(key, iv);
    },
    gcmEncryption: (key, nonce) => {
      passGcm();
      return cipher.gcmEncryption(key, nonce);
    },
    gcmDecryption: (key, nonce, tagSize) => {
      passGcm();
      return cipher.gcmDecryption(key, nonce, tagSize);
    },
    wrapKey: (wrappingKey, key) => {
      passWrap();
      return cipher.wrapKey(wrappingKey, key);
    },
    unwrapKey: (wrappingKey, wrapped) => {
      passWrap();
      return cipher.unwrapKey(wrappingKey, wrapped);
    },
    ...(decryptTripleDesCbc !== undefined && {
      decryptTripleDesCbc: (key, iv, ciphertext) => {
        passTripleDes();
        return decryptTripleDesCbc(key, iv, ciphertext);
      },
    }),
  };
}
