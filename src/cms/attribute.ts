/** Attributes of CMS messages [RFC 5652 §5.3, §11]. */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, readDer, SET, type Tag } from '../encoding/index.ts';

/** Object identifiers of attributes [RFC 5652 §11, RFC 5035, RFC 3161 Appendix A, RFC 6211]. */
export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  countersignature: '1.2.840.113549.1.9.6',
  cmsAlgorithmProtection: '1.2.840.113549.1.9.52',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  timeStampToken: '1.2.840.113549.1.9.16.2.14',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/** One attribute: a type and its values, as DER. */
export interface Attribute {
  /** Dotted object identifier. */
  readonly type: string;
  /** DER of each value; in a message there is at least one. */
  readonly values: readonly Uint8Array[];
}

/**
 * Reads the DER of attributes that a signature or a MAC covers: a SET OF in ascending order [RFC 5652 §5.4].
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function decodeProtectedAttributes(
  bytes: Uint8Array,
  structure: string,
  tag: Tag = SET,
): readonly Attribute[] {
  const outer = readDer(bytes, structure);
  const set = outer.set('attributes', tag);
  outer.end();
  return readAll(set, (fields) => fields.set('values'));
}

/**
 * Reads attributes that nothing protects, in whatever order they come.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function decodeUnprotectedAttributes(
  bytes: Uint8Array,
  structure: string,
  tag: Tag,
): readonly Attribute[] {
  const outer = readDer(bytes, structure);
  const set = outer.sequence('attributes', tag);
  outer.end();
  return readAll(set, (fields) => fields.sequence('values', SET));
}

function readAll(set: DerReader, valuesOf: (fields: DerReader) => DerReader): readonly Attribute[] {
  const attributes: Attribute[] = [];
  do {
    const fields = set.sequence('attribute');
    const type = fields.oid('type');
    const reader = valuesOf(fields);
    fields.end();
    const values: Uint8Array[] = [];
    // RFC 5652 §5.3: SIZE (1..MAX) in both; an empty one is missed as an element here.
    do values.push(reader.any('value'));
    while (!reader.atEnd);
    attributes.push({ type, values });
  } while (!set.atEnd);
  return attributes;
}

/** DER of a SET OF attributes. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  return der.setOf(
    ...attributes.map(({ type, values }) => der.sequence(der.oid(type), der.setOf(...values))),
  );
}

/**
 * The one value of an attribute that must be there at most once, with one value.
 *
 * @throws HybridgeError `invalid_encoding` when there are more.
 */
export function singleValue(
  attributes: readonly Attribute[],
  type: string,
  name: string,
): Uint8Array | undefined {
  const found = attributes.filter((attribute) => attribute.type === type);
  const [attribute] = found;
  if (attribute === undefined) return undefined;
  const [value] = attribute.values;
  if (found.length !== 1 || attribute.values.length !== 1 || value === undefined)
    throw new HybridgeError('invalid_encoding', `the attribute ${name} must be there once, with one value`, {
      details: { attribute: type },
    });
  return value;
}
