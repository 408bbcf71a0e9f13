/** SignerInfo [RFC 5652 §5.3]. */
import { EMPTY, HybridgeError, toHex } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  type Certificate,
  decodeAlgorithmIdentifier,
  encodeIssuerAndSerial,
  issuerAndSerialKey,
  type Name,
  readIssuerAndSerial,
} from '../certificates/index.ts';
import {
  der,
  type DerReader,
  explicit,
  implicit,
  INTEGER,
  OCTET_STRING,
  readDer,
  SEQUENCE,
  SET,
} from '../encoding/index.ts';
import {
  type Attribute,
  decodeProtectedAttributes,
  decodeUnprotectedAttributes,
  encodeAttributes,
} from './attribute.ts';
import { type BerReader, readBer } from './ber-read.ts';

/** How a message names the certificate of a signer or a recipient [RFC 5652 §5.3]. */
export type CertificateIdentifier =
  | { readonly kind: 'issuer-and-serial-number'; readonly issuer: Name; readonly serialNumber: Uint8Array }
  | { readonly kind: 'subject-key-identifier'; readonly keyIdentifier: Uint8Array };

/** Attributes that the signature covers. */
export interface SignedAttributes {
  /** DER as a SET OF: the bytes under the signature [RFC 5652 §5.4]. */
  readonly bytes: Uint8Array;
  readonly list: readonly Attribute[];
}

/** One signature with what is said about it. */
export interface SignerInfo {
  readonly identifier: CertificateIdentifier;
  readonly digestAlgorithm: AlgorithmIdentifier;
  readonly signedAttributes: SignedAttributes | undefined;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: readonly Attribute[];
}

/** Reads the next element as a SignerInfo. Its signed attributes must be DER, whatever the rest is [RFC 5652 §5.3]. */
export async function readSignerInfo(ber: BerReader, name: string): Promise<SignerInfo> {
  await ber.enter(name, SEQUENCE);
  const version = smallInteger(await ber.element('version', INTEGER), 'SignerInfo.version');
  const identifier = readIdentifier(readDer(await ber.element('sid'), 'SignerInfo'), 'sid');
  const expected = identifier.kind === 'issuer-and-serial-number' ? 1 : 3;
  if (version !== expected)
    throw new HybridgeError(
      'invalid_encoding',
      `SignerInfo: version ${version} with ${identifier.kind}, which is version ${expected} [RFC 5652 §5.3]`,
      { details: { version, expected } },
    );
  const digestAlgorithm = decodeAlgorithmIdentifier(await ber.element('digestAlgorithm', SEQUENCE));
  const signedAttributes = (await ber.has(explicit(0)))
    ? readSignedAttributes(await ber.derElement('signedAttrs'))
    : undefined;
  const signatureAlgorithm = decodeAlgorithmIdentifier(await ber.element('signatureAlgorithm', SEQUENCE));
  const signature = readDer(await ber.element('signature'), 'SignerInfo').octetString(
    'signature',
    OCTET_STRING,
  );
  const unsignedAttributes = (await ber.has(explicit(1)))
    ? decodeUnprotectedAttributes(await ber.element('unsignedAttrs'), 'SignerInfo.unsignedAttrs', explicit(1))
    : [];
  await ber.leave();
  return { identifier, digestAlgorithm, signedAttributes, signatureAlgorithm, signature, unsignedAttributes };
}

/** Reads the DER of a SignerInfo, as countersignatures hold it. */
export async function decodeSignerInfo(bytes: Uint8Array, structure: string): Promise<SignerInfo> {
  const ber = readBer(bytes, structure);
  const info = await readSignerInfo(ber, 'fields');
  await ber.end();
  return info;
}

/** Reads the identifier of a signer's or a recipient's certificate. */
export function readIdentifier(fields: DerReader, name: string): CertificateIdentifier {
  if (fields.has(implicit(0)))
    return { kind: 'subject-key-identifier', keyIdentifier: fields.octetString(name, implicit(0)) };
  const { issuer, serialNumber } = readIssuerAndSerial(fields, name);
  return { kind: 'issuer-and-serial-number', issuer, serialNumber };
}

function readSignedAttributes(encoded: Uint8Array): SignedAttributes {
  const bytes = Uint8Array.from(encoded);
  // RFC 5652 §5.4: what is signed has the tag of a SET OF in place of [0].
  bytes[0] = SET;
  return { bytes, list: decodeProtectedAttributes(bytes, 'SignerInfo.signedAttrs') };
}

function smallInteger(bytes: Uint8Array, structure: string): number {
  return readDer(bytes, structure).smallInteger('value');
}

/** DER of a SignerInfo. */
export function encodeSignerInfo(info: SignerInfo): Uint8Array {
  const { identifier, digestAlgorithm, signedAttributes, signatureAlgorithm, signature, unsignedAttributes } =
    info;
  return der.sequence(
    der.integer(identifier.kind === 'issuer-and-serial-number' ? 1 : 3),
    encodeIdentifier(identifier),
    digestAlgorithm.bytes,
    signedAttributes === undefined ? EMPTY : der.implicitly(0, signedAttributes.bytes),
    signatureAlgorithm.bytes,
    der.octetString(signature),
    unsignedAttributes.length === 0 ? EMPTY : der.implicitly(1, encodeAttributes(unsignedAttributes)),
  );
}

/** DER of the identifier of a signer's or a recipient's certificate. */
export function encodeIdentifier(identifier: CertificateIdentifier): Uint8Array {
  switch (identifier.kind) {
    case 'issuer-and-serial-number':
      return encodeIssuerAndSerial(identifier);
    case 'subject-key-identifier':
      return der.implicitOctetString(0, identifier.keyIdentifier);
  }
}

/**
 * What names a certificate in a message.
 *
 * @throws HybridgeError `invalid_argument` for a key identifier that the certificate does not have.
 */
export function identifierOf(
  certificate: Certificate,
  kind: CertificateIdentifier['kind'],
): CertificateIdentifier {
  if (kind === 'issuer-and-serial-number')
    return { kind, issuer: certificate.issuer, serialNumber: certificate.serialNumber };
  const keyIdentifier = certificate.extensions.subjectKeyIdentifier;
  if (keyIdentifier === undefined)
    throw new HybridgeError('invalid_argument', 'the certificate has no subject key identifier', {
      fault: 'caller',
    });
  return { kind, keyIdentifier };
}

/** Whether the key usage of a certificate, if it has one, is for signing messages [RFC 5280 §4.2.1.3]. */
export function maySignMessages({ extensions: { keyUsage } }: Certificate): boolean {
  return keyUsage?.some((usage) => usage === 'digitalSignature' || usage === 'contentCommitment') !== false;
}

/** Certificates that a message can name. */
export class CertificatePool {
  readonly #byIssuer = new Map<string, Certificate[]>();
  readonly #byKey = new Map<string, Certificate[]>();

  constructor(certificates: Iterable<Certificate>) {
    const seen = new Set<string>();
    for (const certificate of certificates) {
      const whole = toHex(certificate.bytes);
      if (seen.has(whole)) continue;
      seen.add(whole);
      put(this.#byIssuer, issuerAndSerialKey(certificate), certificate);
      const { subjectKeyIdentifier } = certificate.extensions;
      if (subjectKeyIdentifier !== undefined) put(this.#byKey, toHex(subjectKeyIdentifier), certificate);
    }
  }

  /** The certificates that an identifier fits; more than one only if somebody made two for it. */
  named(identifier: CertificateIdentifier): readonly Certificate[] {
    return (
      (identifier.kind === 'issuer-and-serial-number'
        ? this.#byIssuer.get(issuerAndSerialKey(identifier))
        : this.#byKey.get(toHex(identifier.keyIdentifier))) ?? []
    );
  }
}

function put(map: Map<string, Certificate[]>, key: string, certificate: Certificate): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [certificate]);
  else found.push(certificate);
}
