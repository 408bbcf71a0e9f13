/** The SIGNED macro [RFC 5280 §4.1.1]: what is signed, by which algorithm, and the signature. */
import { der, type DerReader, readDer } from '../encoding/index.ts';
import { importPublicKey } from '../keys/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { KeyAlgorithmName, SignatureDescriptor } from '../registry/index.ts';
import { sign, type SigningIdentity, type SignOptions, verify } from '../sign/index.ts';
import {
  type AlgorithmIdentifier,
  readAlgorithmIdentifier,
  signatureAlgorithmOf,
  signatureIdentifier,
} from './algorithm-identifier.ts';

/** A structure with a signature: certificates, requests, CRLs, OCSP responses. */
export interface Signed {
  /** DER of the signed part, byte for byte as it was signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/** Who holds a key: a certificate, or anything else that names one. */
export interface KeyHolder {
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
}

/** A signed structure that has been cut into its parts; `fields` stands inside what is signed. */
export interface SignedParts extends Signed {
  readonly fields: DerReader;
}

/** Reads a SEQUENCE of what is signed, the algorithm and the signature, and leaves the inside of `tbs` to the caller. */
export function readSigned(parent: DerReader, name: string): SignedParts & { readonly encoding: Uint8Array } {
  const { encoding, reader } = parent.encodedSequence(name);
  const { encoding: tbs, reader: fields } = reader.encodedSequence('toBeSigned');
  const signatureAlgorithm = readAlgorithmIdentifier(reader, 'signatureAlgorithm');
  const signature = reader.bitString('signature');
  reader.end();
  return { encoding, tbs, fields, signatureAlgorithm, signature };
}

/** Reads one signed structure from its DER. */
export function decodeSigned(bytes: Uint8Array, structure: string): SignedParts {
  const outer = readDer(bytes, structure);
  const signed = readSigned(outer, 'signed');
  outer.end();
  return signed;
}

const keys = new WeakMap<KeyHolder, Map<KeyAlgorithmName, Promise<PublicKey<SignatureDescriptor>>>>();

/**
 * The public key of a holder, ready for signatures by one algorithm. Keys are imported once per holder, so that what
 * backends make of them is made once.
 *
 * @throws HybridgeError what a malformed key leads to; `wrong_algorithm`.
 */
export function signatureKeyOf(
  provider: Provider,
  holder: KeyHolder,
  algorithm: SignatureDescriptor,
): Promise<PublicKey<SignatureDescriptor>> {
  const ofHolder = keys.get(holder) ?? new Map<KeyAlgorithmName, Promise<PublicKey<SignatureDescriptor>>>();
  keys.set(holder, ofHolder);
  const known = ofHolder.get(algorithm.name);
  if (known !== undefined) return known;
  const importing = importPublicKey(provider, holder.subjectPublicKeyInfo, {
    format: 'der',
    algorithm: algorithm.name,
  });
  ofHolder.set(algorithm.name, importing);
  return importing;
}

/**
 * The algorithm of the signature on a structure, which its identifier and the signer's key settle together.
 *
 * @throws HybridgeError `unknown_algorithm`, `unsupported`, `invalid_encoding`, `wrong_algorithm`.
 */
export function algorithmOfSignature(signed: Signed, signer: KeyHolder): SignatureDescriptor {
  return signatureAlgorithmOf(signed.signatureAlgorithm, signer.subjectPublicKeyInfo);
}

/**
 * Whether the signature on a structure holds under the signer's key. Nothing else is checked: neither who the signer
 * is nor whether the signer may sign such a thing.
 *
 * @throws HybridgeError as {@link algorithmOfSignature}, and what a malformed key leads to.
 */
export async function verifySigned(provider: Provider, signed: Signed, signer: KeyHolder): Promise<boolean> {
  const algorithm = algorithmOfSignature(signed, signer);
  const publicKey = await signatureKeyOf(provider, signer, algorithm);
  return verify(provider, publicKey, signed.tbs, signed.signature);
}

/**
 * Signs a structure.
 *
 * @param makeTbs - The part to be signed, given the DER of the AlgorithmIdentifier that stands in it too.
 * @returns DER of the whole.
 */
export async function signSigned(
  provider: Provider,
  signer: SigningIdentity,
  makeTbs: (algorithm: Uint8Array) => Uint8Array,
  options: SignOptions = {},
): Promise<Uint8Array> {
  const algorithm = signatureIdentifier(signer.algorithm);
  const tbs = makeTbs(algorithm);
  const signature = await sign(provider, signer, tbs, options);
  return der.sequence(tbs, algorithm, der.bitString(signature));
}
