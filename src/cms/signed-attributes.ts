/** The attributes under a signature: what Hybridge writes, and what must be right about those that it reads. */
import { equal } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type Certificate,
  encodeTime,
  readAlgorithmIdentifier,
  readTime,
} from '../certificates/index.ts';
import { der, explicit, OCTET_STRING, readDer } from '../encoding/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { hash, type HashName } from '../registry/index.ts';
import { type Attribute, ATTRIBUTE, singleValue } from './attribute.ts';
import { hashOf } from './signed-digest.ts';

/** What the attributes of one signature state. */
export interface SigningStatement {
  /** The type of the content; a countersignature has none [RFC 5652 §11.4]. */
  readonly contentType: string | undefined;
  readonly messageDigest: Uint8Array;
  readonly signingTime: Date | undefined;
  readonly certificate: Certificate;
  readonly digest: HashName;
  /** DER of both identifiers. */
  readonly digestAlgorithm: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
}

/** The attributes that state it. */
export function statingAttributes(provider: Provider, statement: SigningStatement): readonly Attribute[] {
  const { contentType, messageDigest, signingTime, certificate, digest } = statement;
  return [
    ...(contentType === undefined ? [] : [{ type: ATTRIBUTE.contentType, values: [der.oid(contentType)] }]),
    ...(signingTime === undefined
      ? []
      : [{ type: ATTRIBUTE.signingTime, values: [encodeTime(signingTime)] }]),
    { type: ATTRIBUTE.messageDigest, values: [der.octetString(messageDigest)] },
    { type: ATTRIBUTE.signingCertificateV2, values: [signingCertificateV2(provider, certificate, digest)] },
    {
      type: ATTRIBUTE.cmsAlgorithmProtection,
      // RFC 6211 §2: signatureAlgorithm is [1] IMPLICIT.
      values: [der.sequence(statement.digestAlgorithm, der.implicitly(1, statement.signatureAlgorithm))],
    },
  ];
}

// RFC 5035 §3: SHA-256 is the default and not written. XOFs are not among what verifiers know here.
function signingCertificateV2(provider: Provider, certificate: Certificate, digest: HashName): Uint8Array {
  const name: HashName = digest === 'SHA-256' ? digest : 'SHA-512';
  const certHash = der.octetString(requireHash(provider, name).digest(certificate.bytes));
  const { oid = '' } = hash(name).identifiers;
  const essCertId =
    name === 'SHA-256' ? der.sequence(certHash) : der.sequence(algorithmIdentifier(oid), certHash);
  return der.sequence(der.sequence(essCertId));
}

/** The certificate that a signature says it was made with. */
export interface StatedCertificate {
  readonly hash: AlgorithmIdentifier | 'SHA-1';
  readonly digest: Uint8Array;
}

/** What was read from the attributes under a signature. */
export interface ReadStatement {
  readonly contentType: string | undefined;
  readonly messageDigest: Uint8Array | undefined;
  readonly signingTime: Date | undefined;
  /** The first certificate of signingCertificateV2 or signingCertificate. */
  readonly certificate: StatedCertificate | undefined;
  readonly algorithms:
    { readonly digest: AlgorithmIdentifier; readonly signature: AlgorithmIdentifier } | undefined;
}

/**
 * Reads what the attributes state. Each of them is there at most once, with one value [RFC 5652 §11, RFC 5035 §2,
 * RFC 6211 §2].
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readStatement(attributes: readonly Attribute[]): ReadStatement {
  const read = <T>(type: string, name: string, decode: (value: Uint8Array) => T): T | undefined => {
    const value = singleValue(attributes, type, name);
    return value === undefined ? undefined : decode(value);
  };
  return {
    contentType: read(ATTRIBUTE.contentType, 'contentType', (value) => {
      const outer = readDer(value, 'contentType');
      const oid = outer.oid('value');
      outer.end();
      return oid;
    }),
    messageDigest: read(ATTRIBUTE.messageDigest, 'messageDigest', (value) => {
      const outer = readDer(value, 'messageDigest');
      const digest = outer.octetString('value');
      outer.end();
      return digest;
    }),
    signingTime: read(ATTRIBUTE.signingTime, 'signingTime', (value) => {
      const outer = readDer(value, 'signingTime');
      const time = readTime(outer, 'value');
      outer.end();
      return time;
    }),
    certificate:
      read(ATTRIBUTE.signingCertificateV2, 'signingCertificateV2', (value) =>
        readStatedCertificate(value, true),
      ) ??
      read(ATTRIBUTE.signingCertificate, 'signingCertificate', (value) =>
        readStatedCertificate(value, false),
      ),
    algorithms: read(ATTRIBUTE.cmsAlgorithmProtection, 'cmsAlgorithmProtection', readProtection),
  };
}

// RFC 5035 §3 and §5.4.1: the first certificate is the signer's; the policies and the others are not needed here.
function readStatedCertificate(value: Uint8Array, second: boolean): StatedCertificate {
  const outer = readDer(value, second ? 'signingCertificateV2' : 'signingCertificate');
  const fields = outer.sequence('fields');
  outer.end();
  const certificates = fields.sequence('certs');
  const certificate = certificates.sequence('certificate');
  const named =
    second && !certificate.has(OCTET_STRING)
      ? readAlgorithmIdentifier(certificate, 'hashAlgorithm')
      : undefined;
  const digest = certificate.octetString('certHash');
  return { hash: second ? (named ?? SHA256) : 'SHA-1', digest };
}

const SHA256: AlgorithmIdentifier = {
  oid: hash('SHA-256').identifiers.oid ?? '',
  parameters: undefined,
  bytes: algorithmIdentifier(hash('SHA-256').identifiers.oid ?? ''),
};

function readProtection(value: Uint8Array): ReadStatement['algorithms'] {
  const outer = readDer(value, 'cmsAlgorithmProtection');
  const fields = outer.sequence('fields');
  outer.end();
  const digest = readAlgorithmIdentifier(fields, 'digestAlgorithm');
  const signature = readAlgorithmIdentifier(fields, 'signatureAlgorithm', explicit(1));
  fields.end();
  return { digest, signature };
}

/**
 * Whether a certificate is the stated one; `undefined` where this provider lacks the hash that would tell.
 *
 * RFC 2634 §5.4 knows SHA-1 only. Finding another certificate for a given digest is still out of reach.
 */
export function isStatedCertificate(
  provider: Provider,
  stated: StatedCertificate,
  certificate: Certificate,
): boolean | undefined {
  const descriptor = stated.hash === 'SHA-1' ? hash('SHA-1') : hashOf(stated.hash);
  const primitive = descriptor === undefined ? undefined : provider.hash[descriptor.name];
  return primitive === undefined ? undefined : equal(primitive.digest(certificate.bytes), stated.digest);
}
