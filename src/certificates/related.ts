/**
 * Related certificates [RFC 9763]: one subject, two certificates under different algorithms, and the evidence that
 * both are its own.
 */
import { concat, equal, fromUtf8, HybridgeError, toBase64 } from '../bytes/index.ts';
import { der, type DerReader, IA5_STRING, readDer } from '../encoding/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { hash, HASHES, type HashName } from '../registry/index.ts';
import { sign, type SigningIdentity, verify } from '../sign/index.ts';
import { algorithmIdentifier, signatureAlgorithmsOf } from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';
import type { RelatedCertificate } from './extension.ts';
import { encodeAscii } from './general-name.ts';
import {
  encodeIssuerAndSerial,
  isNamed,
  type IssuerAndSerialNumber,
  readIssuerAndSerial,
} from './issuer-and-serial.ts';
import { requireKeyOf, signatureAlgorithmsOfKey } from './key-match.ts';
import { signatureKeyOf } from './signed.ts';

/**
 * The value of the extension relatedCertificate: the digest of another certificate of the same subject
 * [RFC 9763 §4.1]. The hash is that of the other certificate's signature where its algorithm names one, else SHA-512.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks the hash.
 *
 * @example
 * ```ts
 * import { issueSelfSigned, isRelated, relatedCertificate } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const validity = { notBefore: new Date('2027-01-01') };
 * const subject = 'serialNumber=0815,O=Hospital';
 * const classical = await issueSelfSigned(provider, {
 *   key: (await generateKeyPair(provider, 'Ed25519')).privateKey,
 *   subject,
 *   profile: 'device-identity',
 *   validity,
 * });
 * const postQuantum = await issueSelfSigned(provider, {
 *   key: (await generateKeyPair(provider, 'ML-DSA-44')).privateKey,
 *   subject,
 *   profile: 'device-identity',
 *   validity,
 *   extensions: { relatedCertificate: relatedCertificate(provider, classical) },
 * });
 * console.log(isRelated(provider, postQuantum, classical)); // true
 * ```
 */
export function relatedCertificate(provider: Provider, certificate: Certificate): RelatedCertificate {
  const name = hashFor(certificate);
  const { oid = '' } = hash(name).identifiers;
  // RFC 5754 §2: parameters of SHA-2 are absent.
  const bytes = algorithmIdentifier(oid);
  return {
    hashAlgorithm: { oid, parameters: undefined, bytes },
    hashValue: requireHash(provider, name).digest(certificate.bytes),
  };
}

function hashFor({ signatureAlgorithm }: Certificate): HashName {
  const [named] = signatureAlgorithmsOf(signatureAlgorithm);
  return named?.kind === 'ecdsa' || named?.kind === 'rsa' ? named.hash : 'SHA-512';
}

/**
 * Whether a certificate names another as related to it: by its digest [RFC 9763 §4.2]. That both are valid, and both
 * end-entity certificates, is for path validation to find.
 *
 * @returns `false` also for a certificate without the extension.
 * @throws {@link HybridgeError} `unknown_algorithm`, `unsupported` for a hash that cannot be computed here.
 *
 * @example
 * ```ts no-run
 * import { isRelated, parseCertificate } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const [postQuantum, classical] = ['pq.pem', 'ec.pem'].map((file) => parseCertificate(readFileSync(file)));
 * if (postQuantum !== undefined && classical !== undefined)
 *   console.log(isRelated(createNobleProvider(), postQuantum, classical));
 * ```
 */
export function isRelated(provider: Provider, certificate: Certificate, other: Certificate): boolean {
  const related = certificate.extensions.relatedCertificate;
  if (related === undefined) return false;
  const { oid } = related.hashAlgorithm;
  const descriptor = HASHES.find(({ identifiers }) => identifiers.oid === oid);
  if (descriptor === undefined)
    throw new HybridgeError('unknown_algorithm', `relatedCertificate: ${oid} is no hash known here`, {
      details: { oid },
    });
  return equal(related.hashValue, requireHash(provider, descriptor.name).digest(other.bytes));
}

/** RequesterCertificate [RFC 9763 §3.1]: a certificate that the requester has, and the proof of it. */
export interface RequesterCertificate {
  readonly certificate: IssuerAndSerialNumber;
  readonly requestTime: Date;
  /** Where the certificate is to be found; also `data:` URIs. The signature does not cover them. */
  readonly locations: readonly string[];
  readonly signature: Uint8Array;
  /** DER of certID and requestTime: what the signature is over. */
  readonly signed: Uint8Array;
}

/** Reads a RequesterCertificate. */
export function readRequesterCertificate(bytes: Uint8Array): RequesterCertificate {
  const outer = readDer(bytes, 'RequesterCertificate');
  const fields = outer.sequence('fields');
  outer.end();
  const certificate = readIssuerAndSerial(fields, 'certID');
  // BinaryTime [RFC 6019 §2]: seconds since 1970.
  const time = fields.any('requestTime');
  const seconds = readDer(time, 'BinaryTime').smallInteger('seconds');
  const locations = readLocations(fields);
  const signature = fields.bitString('signature');
  fields.end();
  return {
    certificate,
    requestTime: new Date(seconds * 1000),
    locations,
    signature,
    signed: concat(certificate.bytes, time),
  };
}

function readLocations(fields: DerReader): readonly string[] {
  const list = fields.sequence('locationInfo');
  const locations: string[] = [];
  do locations.push(fromUtf8(list.primitive('uri', IA5_STRING), 'locationInfo'));
  while (!list.atEnd);
  return locations;
}

/** What a requester proves with an old certificate. */
export interface RelatedRequest {
  readonly certificate: Certificate;
  /** The private key of that certificate. */
  readonly key: SigningIdentity;
  /** The time that the proof states; a CA takes only fresh ones. */
  readonly at: Date;
  /** Where the CA finds the certificate. Without any it goes along as a `data:` URI [RFC 2397]. */
  readonly locations?: readonly string[] | undefined;
}

/** DER of the RequesterCertificate that proves possession of a certificate [RFC 9763 §3.1]. */
export async function encodeRequesterCertificate(
  provider: Provider,
  { certificate, key, at, locations }: RelatedRequest,
): Promise<Uint8Array> {
  if (Number.isNaN(at.getTime()) || at.getTime() < 0)
    throw new HybridgeError('invalid_argument', 'related certificate: a time before 1970, or none', {
      fault: 'caller',
    });
  const certId = encodeIssuerAndSerial(certificate);
  const time = der.integer(Math.floor(at.getTime() / 1000));
  requireKeyOf(certificate, key, 'related certificate');
  const signature = await sign(provider, key, concat(certId, time));
  const uris = locations ?? [`data:application/pkix-cert;base64,${toBase64(certificate.bytes)}`];
  return der.sequence(
    certId,
    time,
    der.sequence(...uris.map((uri) => der.element(IA5_STRING, encodeAscii(uri, 'URI')))),
    der.bitString(signature),
  );
}

/** How a CA judges the proof in a request. */
export interface RelatedRequestCheck {
  /** The certificate that the requester names, which the CA has found and validated. */
  readonly certificate: Certificate;
  /** The CA's present time. */
  readonly at: Date;
  /** How old a proof may be, in seconds; 600 unless given. Without a bound a proof could be used for ever. */
  readonly maxAge?: number | undefined;
}

/** What became of a proof of possession of a related certificate. */
export type RelatedVerdict =
  | { readonly verified: true }
  | {
      readonly verified: false;
      /** The proof names another certificate; is too old or from the future; or its signature does not hold. */
      readonly reason: 'another-certificate' | 'not-fresh' | 'signature';
    };

/**
 * Judges the proof that a requester holds the key of a certificate [RFC 9763 §3.2]: the certificate is the one named,
 * the proof is fresh, and its signature holds. The path of the certificate is the caller's to validate.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`, `wrong_algorithm` and what a malformed key leads to.
 *
 * @example
 * ```ts no-run
 * import { parseCertificate, parseRequest, verifyRelated } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const { relatedCertificate } = parseRequest(readFileSync('device.csr'));
 * const certificate = parseCertificate(readFileSync('device.pem'));
 * if (relatedCertificate !== undefined)
 *   console.log(await verifyRelated(createNobleProvider(), relatedCertificate, { certificate, at: new Date() }));
 * ```
 */
export async function verifyRelated(
  provider: Provider,
  proof: RequesterCertificate,
  { certificate, at, maxAge = 600 }: RelatedRequestCheck,
): Promise<RelatedVerdict> {
  if (!isNamed(proof.certificate, certificate)) return { verified: false, reason: 'another-certificate' };
  const age = (at.getTime() - proof.requestTime.getTime()) / 1000;
  // Clocks differ; a proof from the far future would be good for as long.
  if (!(Math.abs(age) <= maxAge)) return { verified: false, reason: 'not-fresh' };
  // RFC 9763 §3.1: the algorithm is one of the certificate's key; the attribute does not name it.
  for (const algorithm of signatureAlgorithmsOfKey(certificate)) {
    const key = await signatureKeyOf(provider, certificate, algorithm);
    if (await verify(provider, key, proof.signed, proof.signature)) return { verified: true };
  }
  return { verified: false, reason: 'signature' };
}
