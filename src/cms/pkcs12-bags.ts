/** SafeContents of PKCS #12: bags and what they are called [RFC 7292 §4.2]. */
import { HybridgeError } from '../bytes/index.ts';
import { BMP_STRING, der, type DerReader, explicit, readDer, SET } from '../encoding/index.ts';

/** Object identifiers of bags [RFC 7292 §4.2]. */
export const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  crl: '1.2.840.113549.1.12.10.1.4',
  secret: '1.2.840.113549.1.12.10.1.5',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const;

const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';

/** How files name what is in a bag. */
export interface BagNames {
  /** What a person calls it. */
  readonly friendlyName: string | undefined;
  /** What a key and its certificate have in common. */
  readonly localKeyId: Uint8Array | undefined;
}

/** One bag. */
export interface Bag extends BagNames {
  readonly type: string;
  /** DER of the value. */
  readonly value: Uint8Array;
}

const MAX_BAGS = 10_000;
const MAX_NESTING = 8;

/**
 * The bags of a SafeContents, those of nested ones included.
 *
 * @throws HybridgeError `invalid_encoding`; `message_too_large` for more than 10 000.
 */
export function readBags(bytes: Uint8Array, nesting: number = MAX_NESTING): readonly Bag[] {
  if (nesting === 0) throw new HybridgeError('invalid_encoding', 'PKCS #12: bags nested too deeply');
  const outer = readDer(bytes, 'SafeContents');
  const reader = outer.sequence('bags');
  outer.end();
  const bags: Bag[] = [];
  while (!reader.atEnd) {
    const bag = readBag(reader.sequence('bag'));
    bags.push(...(bag.type === BAG.safeContents ? readBags(bag.value, nesting - 1) : [bag]));
    if (bags.length > MAX_BAGS)
      throw new HybridgeError('message_too_large', `PKCS #12: more than ${MAX_BAGS} bags`);
  }
  return bags;
}

function readBag(fields: DerReader): Bag {
  const type = fields.oid('bagId');
  const tagged = fields.explicit(0, 'bagValue');
  const value = tagged.any('value');
  tagged.end();
  const names = fields.atEnd
    ? { friendlyName: undefined, localKeyId: undefined }
    : readNames(fields.sequence('bagAttributes', SET));
  fields.end();
  return { type, value, ...names };
}

// Writers are not strict about the order of this SET, and it carries no security.
function readNames(attributes: DerReader): BagNames {
  let friendlyName: string | undefined;
  let localKeyId: Uint8Array | undefined;
  while (!attributes.atEnd) {
    const attribute = attributes.sequence('attribute');
    const type = attribute.oid('attrId');
    const values = attribute.sequence('attrValues', SET);
    attribute.end();
    if (type === FRIENDLY_NAME && values.has(BMP_STRING))
      friendlyName ??= decodeBmp(values.octetString('friendlyName', BMP_STRING));
    else if (type === LOCAL_KEY_ID && !values.atEnd) localKeyId ??= values.octetString('localKeyId');
    while (!values.atEnd) values.any('value');
  }
  return { friendlyName, localKeyId };
}

function decodeBmp(bytes: Uint8Array): string {
  if (bytes.length % 2 !== 0)
    throw new HybridgeError('invalid_encoding', 'PKCS #12: a BMPString with an odd number of bytes');
  let text = '';
  for (let at = 0; at < bytes.length; at += 2)
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return text;
}

function encodeBmp(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let at = 0; at < text.length; at++) new DataView(bytes.buffer).setUint16(2 * at, text.charCodeAt(at));
  return der.element(BMP_STRING, bytes);
}

/** DER of a SafeContents. */
export function writeBags(bags: readonly Bag[]): Uint8Array {
  return der.sequence(
    ...bags.map(({ type, value, friendlyName, localKeyId }) => {
      const attributes = [
        ...(friendlyName === undefined ? [] : [attribute(FRIENDLY_NAME, encodeBmp(friendlyName))]),
        ...(localKeyId === undefined ? [] : [attribute(LOCAL_KEY_ID, der.octetString(localKeyId))]),
      ];
      return der.sequence(
        der.oid(type),
        der.explicit(0, value),
        ...(attributes.length === 0 ? [] : [der.setOf(...attributes)]),
      );
    }),
  );
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return der.sequence(der.oid(type), der.setOf(value));
}

/** The certificate in a CertBag; `undefined` for other kinds of certificate. */
export function readCertBag(value: Uint8Array): Uint8Array | undefined {
  const outer = readDer(value, 'CertBag');
  const fields = outer.sequence('fields');
  outer.end();
  const type = fields.oid('certId');
  const tagged = fields.sequence('certValue', explicit(0));
  fields.end();
  if (type !== X509_CERTIFICATE) return undefined;
  const bytes = tagged.octetString('certificate');
  tagged.end();
  return bytes;
}

/** DER of a CertBag. */
export function writeCertBag(certificate: Uint8Array): Uint8Array {
  return der.sequence(der.oid(X509_CERTIFICATE), der.explicit(0, der.octetString(certificate)));
}
