/** COSE algorithm numbers [RFC 9964, RFC 9864, RFC 8230], and how their signatures are written. */
import { HybridgeError } from '../bytes/index.ts';
import type { CompositeSignatureName, SignatureDescriptor, SlhDsaName } from '../registry/index.ts';
import type { CoseHeaders } from './header.ts';
import { ecdsaFromFixed, ecdsaToFixed } from './ecdsa-value.ts';

/** Algorithms that have a draft for COSE and no number yet. */
export type DraftAlgorithmName = CompositeSignatureName | SlhDsaName;

/**
 * Numbers for algorithms that have none assigned. Both sides must agree on them, and they will change: the requests
 * of drafts overlap each other, and numbers that RFC 9864 has since given to ESP384, ESP512 and Ed448.
 */
export type DraftNumbers = Readonly<Partial<Record<DraftAlgorithmName, number>>>;

/**
 * What drafts asked for, by the name of the draft. Nothing here is assigned; pass one as `drafts` to write or accept
 * its numbers, or an object of your own.
 *
 * @example
 * ```ts
 * import { COSE_DRAFTS, sign1, verify1 } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'MLDSA65-Ed25519-SHA512');
 * const drafts = COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'];
 * const message = await sign1(provider, privateKey, new Uint8Array(100), { drafts });
 * console.log((await verify1(provider, publicKey, message, { drafts })).valid); // true
 * ```
 */
export const COSE_DRAFTS: {
  /** What revisions 04 to 06 asked for; RFC 9864 has given all three numbers to others. */
  readonly 'draft-ietf-cose-sphincs-plus-06': DraftNumbers;
  /** The six combinations of revision 04 and what it asks for. */
  readonly 'draft-ietf-jose-pq-composite-sigs-04': DraftNumbers;
} = Object.freeze({
  'draft-ietf-cose-sphincs-plus-06': Object.freeze({
    'SLH-DSA-SHA2-128s': -51,
    'SLH-DSA-SHAKE-128s': -52,
    'SLH-DSA-SHA2-128f': -53,
  }),
  'draft-ietf-jose-pq-composite-sigs-04': Object.freeze({
    'MLDSA44-ECDSA-P256-SHA256': -54,
    'MLDSA65-ECDSA-P256-SHA512': -55,
    'MLDSA87-ECDSA-P384-SHA512': -56,
    'MLDSA44-Ed25519-SHA512': -57,
    'MLDSA65-Ed25519-SHA512': -58,
    'MLDSA87-Ed448-SHAKE256': -59,
  }),
});

/** The assigned number of an algorithm, or the one that a draft's numbers give it. */
export function numberOf(descriptor: SignatureDescriptor, drafts: DraftNumbers = {}): number | undefined {
  const assigned = descriptor.identifiers.cose;
  if (assigned !== undefined || !isDraftKind(descriptor)) return assigned;
  const number = drafts[descriptor.name];
  if (number !== undefined && !Number.isSafeInteger(number))
    throw new HybridgeError(
      'invalid_argument',
      `drafts: the number of ${descriptor.name} is not an integer`,
      {
        fault: 'caller',
      },
    );
  return number;
}

function isDraftKind(
  descriptor: SignatureDescriptor,
): descriptor is Extract<SignatureDescriptor, { readonly kind: 'composite-signature' | 'slh-dsa' }> {
  return descriptor.kind === 'composite-signature' || descriptor.kind === 'slh-dsa';
}

/**
 * The number that a signer writes.
 *
 * @throws HybridgeError `unsupported` for algorithms without one.
 */
export function requireNumber(
  descriptor: SignatureDescriptor,
  drafts: DraftNumbers | undefined,
  polymorphic: boolean,
): number {
  const number = (polymorphic ? polymorphicNumberOf(descriptor) : undefined) ?? numberOf(descriptor, drafts);
  if (number === undefined)
    throw new HybridgeError('unsupported', `COSE: no number is assigned to ${descriptor.name}`, {
      fault: 'caller',
      ...(isDraftKind(descriptor)
        ? { hint: 'the option drafts takes the number that both sides agreed on' }
        : {}),
      details: { algorithm: descriptor.name },
    });
  return number;
}

/**
 * The numbers that leave the curve to the key: ES256, ES384, ES512 and EdDSA, which RFC 9864 §4.2 deprecates. They
 * are read as the fully specified numbers that took their place: a curve with another hash than its own has none.
 */
function polymorphicNumberOf(descriptor: SignatureDescriptor): number | undefined {
  if (descriptor.kind === 'eddsa') return -8;
  if (descriptor.kind !== 'ecdsa' || descriptor.identifiers.cose === undefined) return undefined;
  switch (descriptor.hash) {
    case 'SHA-256':
      return -7;
    case 'SHA-384':
      return -35;
    case 'SHA-512':
      return -36;
    default:
      return undefined;
  }
}

/** Which numbers a verifier takes for an algorithm. */
export interface AlgorithmOptions {
  /**
   * Refuses ES256, ES384, ES512 and EdDSA. They are accepted unless told: deprecated by RFC 9864 §4.2, they stay in
   * use, and the curve that they leave open is the one of the key.
   */
  readonly fullySpecifiedOnly?: boolean | undefined;
  /** Numbers for algorithms that have none. */
  readonly drafts?: DraftNumbers | undefined;
}

/** How `alg` of a layer relates to the algorithm of a key. */
export type AlgorithmMatch = 'algorithm-deprecated' | 'algorithm-mismatch' | 'algorithm-missing' | 'match';

/**
 * Compares `alg` with the algorithm of a key. An unprotected `alg` is as good as a protected one here: it can only
 * name the algorithm that the key fixes anyway [RFC 9052 §3.1].
 */
export function matchAlgorithm(
  headers: CoseHeaders,
  descriptor: SignatureDescriptor,
  { drafts, fullySpecifiedOnly = false }: AlgorithmOptions,
): AlgorithmMatch {
  const alg = headers.protected.alg ?? headers.unprotected.alg;
  if (alg === undefined) return 'algorithm-missing';
  if (alg === numberOf(descriptor, drafts)) return 'match';
  if (alg !== polymorphicNumberOf(descriptor)) return 'algorithm-mismatch';
  return fullySpecifiedOnly ? 'algorithm-deprecated' : 'match';
}

/** A signature as COSE writes it: ECDSA as both integers in full length [RFC 9053 §2.1], all others as they are. */
export function toCoseSignature(descriptor: SignatureDescriptor, signature: Uint8Array): Uint8Array {
  return descriptor.kind === 'ecdsa' ? ecdsaToFixed(descriptor, signature) : signature;
}

/** The signature that COSE bytes stand for; undefined when they stand for none. */
export function fromCoseSignature(
  descriptor: SignatureDescriptor,
  bytes: Uint8Array,
): Uint8Array | undefined {
  return descriptor.kind === 'ecdsa' ? ecdsaFromFixed(descriptor, bytes) : bytes;
}
