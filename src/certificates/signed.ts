/** The SIGNED macro [RFC 5280 §4.1.1]: what is signed, by which algorithm, and the signature. */
import { EMPTY } from '../bytes/index.ts';
import { der, type DerReader, readDer } from '../encoding/index.ts';
import { importPublicKey, readSpki } from '../keys/index.ts';
import type { Provider, PublicKey, VerifyingKey } from '../provider/index.ts';
import type { KeyAlgorithmName, SignatureDescriptor } from '../registry/index.ts';
import { sign, signatureFor, type SigningIdentity, type SignOptions } from '../sign/index.ts';
import {
  type AlgorithmIdentifier,
  chooseSignatureAlgorithm,
  readAlgorithmIdentifier,
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

/** A key that has been read, and what backends made of it for each algorithm that it was asked to verify. */
interface VerificationKey {
  readonly material: ReturnType<typeof readSpki>;
  readonly handles: WeakMap<Provider, Map<SignatureDescriptor, VerifyingKey>>;
}

const verificationKeys = new WeakMap<KeyHolder, VerificationKey>();

function verificationKeyOf(holder: KeyHolder): VerificationKey {
  const known = verificationKeys.get(holder);
  if (known !== undefined) return known;
  const made = { material: readSpki(holder.subjectPublicKeyInfo), handles: new WeakMap() };
  verificationKeys.set(holder, made);
  return made;
}

/**
 * The algorithm of the signature on a structure, which its identifier and the signer's key settle together.
 *
 * @throws HybridgeError `unknown_algorithm`, `unsupported`, `invalid_encoding`, `wrong_algorithm`.
 */
export function algorithmOfSignature(signed: Signed, signer: KeyHolder): SignatureDescriptor {
  return chooseSignatureAlgorithm(signed.signatureAlgorithm, verificationKeyOf(signer).material.algorithms);
}

/**
 * Whether the signature on a structure holds under the signer's key. Nothing else is checked: neither who the signer
 * is nor whether the signer may sign such a thing. Backends import a key once per holder.
 *
 * @throws HybridgeError as {@link algorithmOfSignature}, and what a malformed key leads to.
 */
export async function verifySigned(provider: Provider, signed: Signed, signer: KeyHolder): Promise<boolean> {
  const algorithm = algorithmOfSignature(signed, signer);
  const { material, handles } = verificationKeyOf(signer);
  const ofProvider = handles.get(provider) ?? new Map<SignatureDescriptor, VerifyingKey>();
  let key = ofProvider.get(algorithm);
  if (key === undefined) {
    key = await signatureFor(provider, algorithm).verifyingKey(material.publicKey);
    ofProvider.set(algorithm, key);
    handles.set(provider, ofProvider);
  }
  return key.verify(signed.tbs, signed.signature, EMPTY);
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
