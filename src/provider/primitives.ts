/** The primitives of a provider, one by one: what there is to describe, to test and to guard. */
import {
  AEAD_NAMES,
  ECDSA_NAMES,
  EDDSA_NAMES,
  HASH_NAMES,
  KEY_AGREEMENT_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  type MlKemName,
  RSA_OAEP_NAMES,
  RSA_SIGNATURE_NAMES,
  SLH_DSA_NAMES,
} from '../registry/index.ts';
import type { Awaitable } from './awaitable.ts';
import type {
  Backend,
  BlockCipher,
  InternalSignatureName,
  KemLeafName,
  Provider,
  RandomSource,
  SeedExpansion,
  SeedExpansionName,
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
  checkMlDsaExpansion,
  checkMlKemExpansion,
  checkPbkdf2,
  checkScrypt,
  checkSignature,
  checkTripleDes,
  type Depth,
} from './known-answers/index.ts';

/** The tables of a provider. */
export type PrimitiveKind =
  | 'aead'
  | 'block-cipher'
  | 'hash'
  | 'internal-signature'
  | 'kem'
  | 'key-derivation'
  | 'seed-expansion'
  | 'signature';

/** One primitive with its known answers. */
export interface Primitive {
  readonly kind: PrimitiveKind;
  readonly name: string;
  readonly backend: Backend;
  /** Throws or rejects when an answer is wrong. */
  check(depth: Depth): Awaitable<void>;
}

export const KEM_LEAF_NAMES: readonly KemLeafName[] = [
  ...ML_KEM_NAMES,
  ...KEY_AGREEMENT_NAMES,
  ...RSA_OAEP_NAMES,
];
export const SIGNATURE_LEAF_NAMES: readonly SignatureLeafName[] = [
  ...ML_DSA_NAMES,
  ...SLH_DSA_NAMES,
  ...EDDSA_NAMES,
  ...ECDSA_NAMES,
  ...RSA_SIGNATURE_NAMES,
];
export const INTERNAL_SIGNATURE_NAMES: readonly InternalSignatureName[] = [...ML_DSA_NAMES, ...SLH_DSA_NAMES];
export const SEED_EXPANSION_NAMES: readonly SeedExpansionName[] = [...ML_KEM_NAMES, ...ML_DSA_NAMES];

/**
 * Randomness for known answers: keys are published, so nothing is lost, and a provider's own source, which may be a
 * fixed one, stays untouched. 0x5a... is a private key on every curve.
 */
export const TEST_RANDOM: RandomSource = { bytes: (length) => new Uint8Array(length).fill(0x5a) };

/** What a provider offers, table by table. */
export function primitivesOf(provider: Provider): readonly Primitive[] {
  const { keyDerivation, blockCipher } = provider;
  return [
    ...table('kem', KEM_LEAF_NAMES, provider.kem, (name, kem) => checkKem(name, kem, TEST_RANDOM)),
    ...table('signature', SIGNATURE_LEAF_NAMES, provider.signature, (name, signature, depth) =>
      checkSignature(name, signature, depth, TEST_RANDOM),
    ),
    ...table(
      'internal-signature',
      INTERNAL_SIGNATURE_NAMES,
      provider.internalSignature,
      checkInternalSignature,
    ),
    ...table('seed-expansion', SEED_EXPANSION_NAMES, provider.seedExpansion, checkSeedExpansion),
    ...table('hash', HASH_NAMES, provider.hash, checkHash),
    ...table('aead', AEAD_NAMES, provider.aead, checkAead),
    ...(keyDerivation === undefined
      ? []
      : KEY_DERIVATIONS.map(({ name, check }) => ({
          kind: 'key-derivation' as const,
          name,
          backend: keyDerivation.backend,
          check: () => check(keyDerivation),
        }))),
    ...(blockCipher === undefined
      ? []
      : BLOCK_CIPHERS.filter(({ offered }) => offered(blockCipher)).map(({ name, check }) => ({
          kind: 'block-cipher' as const,
          name,
          backend: blockCipher.backend,
          check: () => check(blockCipher),
        }))),
  ];
}

const KEY_DERIVATIONS = [
  { name: 'HMAC', check: checkHmac },
  { name: 'HKDF', check: checkHkdf },
  { name: 'PBKDF2', check: checkPbkdf2 },
  { name: 'scrypt', check: checkScrypt },
] as const;

const BLOCK_CIPHERS = [
  { name: 'AES-CBC', check: checkCbc, offered: () => true },
  { name: 'AES-GCM in pieces', check: checkGcm, offered: () => true },
  { name: 'AES key wrap', check: checkKeyWrap, offered: () => true },
  {
    name: 'Triple DES',
    check: checkTripleDes,
    offered: ({ decryptTripleDesCbc }: BlockCipher) => decryptTripleDesCbc !== undefined,
  },
] as const;

const isMlKemName = (name: SeedExpansionName): name is MlKemName =>
  ML_KEM_NAMES.some((known) => known === name);

/** Asks for the expanded form of a published seed. */
export function checkSeedExpansion(name: SeedExpansionName, expansion: SeedExpansion): Promise<void> {
  return isMlKemName(name) ? checkMlKemExpansion(name, expansion) : checkMlDsaExpansion(name, expansion);
}

function table<Name extends string, T extends { readonly backend: Backend }>(
  kind: PrimitiveKind,
  names: readonly Name[],
  offered: Readonly<Partial<Record<Name, T>>>,
  check: (name: Name, primitive: T, depth: Depth) => Awaitable<void>,
): readonly Primitive[] {
  return names.flatMap((name) => {
    const primitive = offered[name];
    if (primitive === undefined) return [];
    return [{ kind, name, backend: primitive.backend, check: (depth) => check(name, primitive, depth) }];
  });
}
