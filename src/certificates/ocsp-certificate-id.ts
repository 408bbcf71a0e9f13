/** CertID [RFC 6960 §4.1.1]: how OCSP names a certificate. */
import { equal } from '../bytes/index.ts';
import { der, type DerReader, INTEGER, readDer } from '../encoding/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { findByOid, hash, type HashName } from '../registry/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  readAlgorithmIdentifier,
} from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';
import type { KeyHolder } from './signed.ts';

/** A certificate in an OCSP request or response: hashes of its issuer's name and key, and its serial number. */
export interface CertificateId {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly issuerNameHash: Uint8Array;
  /** Of the issuer's key without its algorithm. */
  readonly issuerKeyHash: Uint8Array;
  /** INTEGER contents. */
  readonly serialNumber: Uint8Array;
  /** DER of the whole; responders answer with the bytes they were asked with. */
  readonly bytes: Uint8Array;
}

/** Hashes of a CertID; the second for responders that know nothing newer. It protects nothing here. */
export type CertificateIdHash = 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SHA-1';

/** A certificate to ask about, and the one of its issuer. */
export interface CertificateToCheck {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** Reads a CertID. */
export function readCertificateId(parent: DerReader, name: string): CertificateId {
  const { encoding, reader } = parent.encodedSequence(name);
  const hashAlgorithm = readAlgorithmIdentifier(reader, 'hashAlgorithm');
  const issuerNameHash = reader.octetString('issuerNameHash');
  const issuerKeyHash = reader.octetString('issuerKeyHash');
  const serialNumber = reader.integerOctets('serialNumber');
  reader.end();
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, bytes: encoding };
}

/**
 * How OCSP names a certificate.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks the hash.
 *
 * @example
 * ```ts no-run
 * import { certificateId, parseCertificate } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const certificate = parseCertificate(readFileSync('pump.pem', 'utf8'));
 * const issuer = parseCertificate(readFileSync('ca.pem', 'utf8'));
 * console.log(certificateId(createNobleProvider(), { certificate, issuer }).issuerKeyHash.length); // 32
 * ```
 */
export function certificateId(
  provider: Provider,
  { certificate, issuer }: CertificateToCheck,
  hashName: CertificateIdHash = 'SHA-256',
): CertificateId {
  const { oid = '' } = hash(hashName).identifiers;
  const bytes = der.sequence(
    // RFC 3370 §2.1: SHA-1 is written with NULL; RFC 5754 §2: SHA-2 without parameters.
    algorithmIdentifier(oid, hashName === 'SHA-1' ? der.nil() : undefined),
    der.octetString(digest(provider, hashName, certificate.issuer.bytes)),
    der.octetString(digest(provider, hashName, keyBits(issuer))),
    der.element(INTEGER, certificate.serialNumber),
  );
  return readCertificateId(readDer(bytes, 'CertID'), 'fields');
}

/**
 * Whether an identifier names a certificate; an unknown hash names none.
 *
 * @throws HybridgeError `unsupported` when the provider lacks the hash.
 */
export function isAbout(
  provider: Provider,
  id: CertificateId,
  { certificate, issuer }: CertificateToCheck,
): boolean {
  if (!equal(id.serialNumber, certificate.serialNumber)) return false;
  const name = hashNamed(id.hashAlgorithm.oid);
  if (name === undefined) return false;
  return (
    equal(id.issuerNameHash, digest(provider, name, certificate.issuer.bytes)) &&
    equal(id.issuerKeyHash, digest(provider, name, keyBits(issuer)))
  );
}

/** The SHA-1 of a key, by which responders name themselves [RFC 6960 §4.2.1]. */
export function responderKeyHash(provider: Provider, holder: KeyHolder): Uint8Array {
  return digest(provider, 'SHA-1', keyBits(holder));
}

function digest(provider: Provider, name: HashName, bytes: Uint8Array): Uint8Array {
  return requireHash(provider, name).digest(bytes);
}

function hashNamed(oid: string): CertificateIdHash | undefined {
  const [entry] = findByOid(oid);
  switch (entry?.name) {
    case 'SHA-1':
    case 'SHA-256':
    case 'SHA-384':
    case 'SHA-512':
      return entry.name;
    default:
      return undefined;
  }
}

// The value of the BIT STRING, without tag, length and the octet of unused bits.
function keyBits({ subjectPublicKeyInfo }: KeyHolder): Uint8Array {
  const outer = readDer(subjectPublicKeyInfo, 'SubjectPublicKeyInfo');
  const fields = outer.sequence('fields');
  outer.end();
  fields.any('algorithm');
  const bits = fields.bitString('subjectPublicKey');
  fields.end();
  return bits;
}
