/** Certificates and messages as a user of PKI.js makes them: nothing here knows Hybridge but by the engine it is given. */
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** What the tests ask of an engine; any engine of PKI.js is one. */
export type Engine = pkijs.ICryptoEngine;

/** A certificate with the private key of its subject. */
export interface Holder {
  readonly certificate: pkijs.Certificate;
  readonly privateKey: CryptoKey;
}

/** How a certificate is to be. */
export interface Wanted {
  readonly name: string;
  readonly publicKey: CryptoKey;
  /** Absent for a self-signed certificate. */
  readonly issuer?: Holder;
  readonly privateKey: CryptoKey;
  readonly ca?: boolean;
  readonly hash?: string;
  readonly extendedKeyUsage?: readonly string[];
}

const COMMON_NAME = '2.5.4.3';
const DAY = 86_400_000;

let serials = 1;

function setName(name: pkijs.RelativeDistinguishedNames, commonName: string): void {
  const value = new asn1js.Utf8String({ value: commonName });
  name.typesAndValues.push(new pkijs.AttributeTypeAndValue({ type: COMMON_NAME, value }));
}

/** The common name of a subject. */
export function commonName({ subject }: pkijs.Certificate): string {
  const [first] = subject.typesAndValues;
  return String(first?.value.valueBlock.value);
}

async function keyIdentifier(engine: Engine, info: pkijs.PublicKeyInfo): Promise<asn1js.OctetString> {
  const valueHex = await engine.digest(
    'SHA-1',
    new Uint8Array(info.subjectPublicKey.valueBlock.valueHexView),
  );
  return new asn1js.OctetString({ valueHex });
}

function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
}

/** Issues a certificate, then reads it back from its bytes, as whoever receives it would. */
export async function issue(engine: Engine, wanted: Wanted): Promise<Holder> {
  const { name, publicKey, issuer, privateKey, ca = false, hash = 'SHA-256', extendedKeyUsage } = wanted;
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ value: serials++ });
  setName(certificate.subject, name);
  setName(certificate.issuer, issuer === undefined ? name : commonName(issuer.certificate));
  certificate.notBefore.value = new Date(Date.now() - DAY);
  certificate.notAfter.value = new Date(Date.now() + 30 * DAY);
  await certificate.subjectPublicKeyInfo.importKey(publicKey, engine);
  const own = await keyIdentifier(engine, certificate.subjectPublicKeyInfo);
  const above =
    issuer === undefined ? own : await keyIdentifier(engine, issuer.certificate.subjectPublicKeyInfo);
  const keyUsage = new Uint8Array([ca ? 0x86 : 0x80]); // digitalSignature, and for a CA keyCertSign and cRLSign
  certificate.extensions = [
    extension('2.5.29.19', true, new pkijs.BasicConstraints({ cA: ca }).toSchema()),
    extension('2.5.29.15', true, new asn1js.BitString({ valueHex: keyUsage.buffer, unusedBits: ca ? 1 : 7 })),
    extension('2.5.29.14', false, own),
    extension(
      '2.5.29.35',
      false,
      new pkijs.AuthorityKeyIdentifier({
        keyIdentifier: new asn1js.OctetString({ valueHex: above.valueBlock.valueHexView.slice().buffer }),
      }).toSchema(),
    ),
  ];
  if (extendedKeyUsage !== undefined)
    certificate.extensions.push(
      extension('2.5.29.37', false, new pkijs.ExtKeyUsage({ keyPurposes: [...extendedKeyUsage] }).toSchema()),
    );
  await certificate.sign(issuer === undefined ? privateKey : issuer.privateKey, hash, engine);
  return { certificate: pkijs.Certificate.fromBER(derOf(certificate)), privateKey };
}

/** What PKI.js gives the bytes of. */
interface Encodable {
  toSchema(): asn1js.BaseBlock;
}

/** The bytes of a PKI.js object as they were signed; `toSchema(true)` would encode what was read anew. */
export function derOf(object: Encodable): Uint8Array<ArrayBuffer> {
  return new Uint8Array(object.toSchema().toBER());
}

/** A request for a certificate, read back from its bytes. */
export async function request(
  engine: Engine,
  name: string,
  { publicKey, privateKey }: CryptoKeyPair,
  hash = 'SHA-256',
): Promise<pkijs.CertificationRequest> {
  const made = new pkijs.CertificationRequest();
  made.version = 0;
  setName(made.subject, name);
  await made.subjectPublicKeyInfo.importKey(publicKey, engine);
  made.attributes = [];
  await made.sign(privateKey, hash, engine);
  return pkijs.CertificationRequest.fromBER(derOf(made));
}

/** A list of revoked certificates, read back from its bytes. */
export async function revoke(
  engine: Engine,
  issuer: Holder,
  revoked: readonly pkijs.Certificate[],
  hash = 'SHA-256',
): Promise<pkijs.CertificateRevocationList> {
  const list = new pkijs.CertificateRevocationList();
  list.version = 1;
  setName(list.issuer, commonName(issuer.certificate));
  list.thisUpdate = new pkijs.Time({ value: new Date(Date.now() - DAY) });
  list.nextUpdate = new pkijs.Time({ value: new Date(Date.now() + DAY) });
  if (revoked.length > 0)
    list.revokedCertificates = revoked.map(
      ({ serialNumber }) =>
        new pkijs.RevokedCertificate({
          userCertificate: serialNumber,
          revocationDate: new pkijs.Time({ value: new Date() }),
        }),
    );
  const number = new asn1js.Integer({ value: serials++ });
  list.crlExtensions = new pkijs.Extensions({ extensions: [extension('2.5.29.20', false, number)] });
  await list.sign(issuer.privateKey, hash, engine);
  return pkijs.CertificateRevocationList.fromBER(derOf(list));
}

/** How a message is signed. */
export interface MessageOptions {
  readonly detached?: boolean;
  /** Without signed attributes the signature is over the content itself. */
  readonly attributes?: boolean;
  /** The digest; what the key of the signer says unless given. */
  readonly hash?: string;
}

/** The hash that the algorithm of a key names, as PKI.js reads it; SHA-256 where it names none. */
export function hashOf({ algorithm }: CryptoKey): string {
  if (!('hash' in algorithm) || typeof algorithm.hash !== 'object' || algorithm.hash === null)
    return 'SHA-256';
  return 'name' in algorithm.hash ? String(algorithm.hash.name) : 'SHA-256';
}

/** The bytes of a SignedData in its ContentInfo, signed by everyone named. */
export async function signMessage(
  engine: Engine,
  content: Uint8Array,
  signers: readonly Holder[],
  { detached = false, attributes = true, hash }: MessageOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(content).buffer;
  const message = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({
      eContentType: pkijs.ContentInfo.DATA,
      ...(detached ? {} : { eContent: new asn1js.OctetString({ valueHex: data }) }),
    }),
    certificates: signers.map(({ certificate }) => certificate),
  });
  for (const [index, { certificate, privateKey }] of signers.entries()) {
    const digest = hash ?? hashOf(privateKey);
    const signer = new pkijs.SignerInfo({
      version: 1,
      sid: new pkijs.IssuerAndSerialNumber({
        issuer: certificate.issuer,
        serialNumber: certificate.serialNumber,
      }),
    });
    if (attributes)
      signer.signedAttrs = new pkijs.SignedAndUnsignedAttributes({
        type: 0,
        attributes: [
          new pkijs.Attribute({
            type: '1.2.840.113549.1.9.3',
            values: [new asn1js.ObjectIdentifier({ value: pkijs.ContentInfo.DATA })],
          }),
          new pkijs.Attribute({
            type: '1.2.840.113549.1.9.4',
            values: [new asn1js.OctetString({ valueHex: await engine.digest(digest, data) })],
          }),
        ],
      });
    message.signerInfos.push(signer);
    await message.sign(privateKey, index, digest, data, engine);
  }
  const info = new pkijs.ContentInfo({
    contentType: pkijs.ContentInfo.SIGNED_DATA,
    content: message.toSchema(),
  });
  return new Uint8Array(info.toSchema().toBER());
}

/** The SignedData of a message. */
export function readMessage(bytes: Uint8Array): pkijs.SignedData {
  const info = pkijs.ContentInfo.fromBER(new Uint8Array(bytes));
  return new pkijs.SignedData({ schema: info.content });
}
