import { der } from '../encoding/index.ts';
import {
  type Awaitable,
  type Hash,
  type IncrementalSigner,
  type IncrementalVerifier,
  type Provider,
  requireHash,
  type VerifyingKey,
} from '../provider/index.ts';
import { hash, type HashName } from '../registry/index.ts';
import { HybridgeError } from '../bytes/index.ts';
import { MAX_CONTEXT } from './context.ts';

/** A hash that stands in for the message, with the size it is used at. */
export interface Prehash {
  readonly hash: Hash;
  /** Bytes of the digest. */
  readonly length: number;
}

/** A hash whose identifier is part of what is signed. */
interface NamedPrehash extends Prehash {
  /** The complete DER element of the hash's OBJECT IDENTIFIER. */
  readonly oid: Uint8Array;
}

/** The hash of HashML-DSA or HashSLH-DSA [FIPS 204 §5.4.1, FIPS 205 §10.2.2]. */
export function namedPrehash(provider: Provider, name: HashName): NamedPrehash {
  const { digestSize, identifiers } = hash(name);
  if (identifiers.oid === undefined)
    throw new HybridgeError('unsupported', `${name} has no object identifier to sign with`, {
      fault: 'caller',
    });
  return { hash: requireHash(provider, name), length: digestSize, oid: der.oid(identifiers.oid) };
}

/** The two ways to sign of an algorithm that signs a digest. */
interface DigestSigning<Options> {
  sign(message: Uint8Array, options: Options): Awaitable<Uint8Array>;
  start(options: Options): IncrementalSigner;
}

/** Signs messages and streams with what signs a digest. */
export function signingDigests<Options>(
  { hash: prehash, length }: Prehash,
  signDigest: (digest: Uint8Array, options: Options) => Awaitable<Uint8Array>,
): DigestSigning<Options> {
  return {
    sign: (message, options) => signDigest(prehash.digest(message, length), options),
    start(options) {
      const hasher = prehash.start(length);
      return {
        update: (chunk) => hasher.update(chunk),
        finish: () => signDigest(hasher.digest(), options),
      };
    },
  };
}

/** Verifies messages and streams with what verifies a digest. No signature holds under a context that is too long. */
export function verifyingDigests(
  { hash: prehash, length }: Prehash,
  verifyDigest: (digest: Uint8Array, signature: Uint8Array, context: Uint8Array) => Awaitable<boolean>,
): VerifyingKey & { start(context: Uint8Array): IncrementalVerifier } {
  return {
    verify: (message, signature, context) =>
      context.length <= MAX_CONTEXT && verifyDigest(prehash.digest(message, length), signature, context),
    start(context) {
      const hasher = prehash.start(length);
      return {
        update: (chunk) => hasher.update(chunk),
        finish: (signature) =>
          context.length <= MAX_CONTEXT && verifyDigest(hasher.digest(), signature, context),
      };
    },
  };
}
