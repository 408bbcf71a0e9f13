/** AlgorithmIdentifier as keys carry it [RFC 5280 §4.1.1.2], and the rules for its parameters. */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, explicit, NULL, SEQUENCE } from '../encoding/index.ts';
import { findByOid, type KeyDescriptor, type KeyForm, SIGNATURES } from '../registry/index.ts';
import { findFamily, type KeyFamilyOf, unknownKeyOid } from './algorithms.ts';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** What an AlgorithmIdentifier settles about the key that follows it. */
export type KeyIdentifier =
  | { readonly kind: 'ec'; readonly family: KeyFamilyOf<'ec'> }
  | { readonly kind: 'okp'; readonly family: KeyFamilyOf<'okp'> }
  | { readonly kind: 'raw'; readonly family: KeyFamilyOf<'raw'> }
  /** The size stands in the key itself; id-RSASSA-PSS narrows what the key may do. */
  | { readonly kind: 'rsa'; readonly allows: (algorithm: KeyDescriptor) => boolean; readonly pss: boolean };

/**
 * Reads the AlgorithmIdentifier of a key.
 *
 * @throws HybridgeError `invalid_encoding`; `unknown_algorithm`; `unsupported` for curves without a name here and for
 * PSS parameters that no algorithm of the registry has.
 */
export function readKeyIdentifier(parent: DerReader, name: string): KeyIdentifier {
  const reader = parent.sequence(name);
  const oid = reader.oid('algorithm');
  switch (oid) {
    case EC_PUBLIC_KEY:
      return readCurve(reader);
    case RSA_ENCRYPTION:
      // RFC 3279 §2.3.1: the parameters are NULL, not absent.
      reader.null('parameters');
      reader.end();
      return { kind: 'rsa', allows: () => true, pss: false };
    case RSASSA_PSS:
      return { kind: 'rsa', allows: pssRestriction(reader), pss: true };
  }
  const identifier = namedByOid(oid);
  // RFC 8410 §3, RFC 9881 §2, RFC 9909 §3, RFC 9935 §3: absent, and NULL is not absent.
  if (!reader.atEnd)
    throw new HybridgeError('invalid_encoding', `key: the parameters of ${oid} must be absent`, {
      details: { oid },
    });
  return identifier;
}

const byOid = new Map<string, KeyIdentifier>();

// Certificates ask for the same few again and again, and the registry is long.
function namedByOid(oid: string): KeyIdentifier {
  const known = byOid.get(oid) ?? findByKeyOid(oid);
  byOid.set(oid, known);
  return known;
}

function findByKeyOid(oid: string): KeyIdentifier {
  const raw = findFamily('raw', (form) => form.oid === oid);
  if (raw !== undefined) return { kind: 'raw', family: raw };
  const okp = findFamily('okp', (form) => form.oid === oid);
  if (okp !== undefined) return { kind: 'okp', family: okp };
  throw unknownKeyOid(oid);
}

/** Writes the AlgorithmIdentifier of a key. */
export function writeKeyIdentifier(form: Exclude<KeyForm, { readonly kind: 'none' }>): Uint8Array {
  switch (form.kind) {
    case 'ec':
      return der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(form.curveOid));
    case 'rsa':
      return der.sequence(der.oid(RSA_ENCRYPTION), der.nil());
    case 'okp':
    case 'raw':
      return der.sequence(der.oid(form.oid));
  }
}

/**
 * What a curve settles about its keys.
 *
 * @throws HybridgeError `unsupported`.
 */
export function ecIdentifierOf(curveOid: string): KeyIdentifier & { readonly kind: 'ec' } {
  const family = findFamily('ec', (form) => form.curveOid === curveOid);
  if (family === undefined)
    throw new HybridgeError('unsupported', `EC key: the curve ${curveOid} is not supported`, {
      details: { oid: curveOid },
    });
  return { kind: 'ec', family };
}

function readCurve(reader: DerReader): KeyIdentifier {
  // RFC 5480 §2.1.1: implicitCurve and specifiedCurve MUST NOT be used; explicit parameters once forged a CA
  // (CVE-2020-0601).
  if (reader.has(SEQUENCE) || reader.has(NULL))
    throw new HybridgeError(
      'unsupported',
      'EC key: explicit or inherited curve parameters; only named curves are [RFC 5480 §2.1.1]',
    );
  const curveOid = reader.oid('parameters');
  reader.end();
  return ecIdentifierOf(curveOid);
}

// RSASSA-PSS-params [RFC 8017 §A.2.3]. Absent parameters leave the hash open; present ones must be those of an
// algorithm of the registry: one hash throughout and a salt as long as its digest.
function pssRestriction(reader: DerReader): (algorithm: KeyDescriptor) => boolean {
  if (reader.atEnd) return (algorithm) => algorithm.kind === 'rsa' && algorithm.padding === 'pss';
  const parameters = reader.sequence('parameters');
  reader.end();
  const sha1 = { digest: 'SHA-1', mgf: 'SHA-1', salt: 20, trailer: 1 };
  const digest = parameters.has(explicit(0))
    ? readHash(parameters.explicit(0, 'hashAlgorithm'))
    : sha1.digest;
  const mgf = parameters.has(explicit(1)) ? readMgf(parameters.explicit(1, 'maskGenAlgorithm')) : sha1.mgf;
  const salt = parameters.has(explicit(2)) ? readNumber(parameters.explicit(2, 'saltLength')) : sha1.salt;
  const trailer = parameters.has(explicit(3))
    ? readNumber(parameters.explicit(3, 'trailerField'))
    : sha1.trailer;
  parameters.end();
  const allows = (algorithm: KeyDescriptor): boolean =>
    algorithm.kind === 'rsa' &&
    algorithm.padding === 'pss' &&
    algorithm.hash === digest &&
    algorithm.saltLength === salt;
  if (mgf !== digest || trailer !== 1 || !SIGNATURES.some(allows))
    throw new HybridgeError(
      'unsupported',
      `RSA key: PSS parameters ${digest}, MGF1 with ${mgf}, salt ${salt}; no algorithm here has these`,
    );
  return allows;
}

function readNumber(tagged: DerReader): number {
  const value = tagged.smallInteger('value');
  tagged.end();
  return value;
}

function readMgf(tagged: DerReader): string {
  const reader = tagged.sequence('algorithm');
  tagged.end();
  if (reader.oid('algorithm') !== MGF1)
    throw new HybridgeError('unsupported', 'RSA key: a mask other than MGF1');
  return readHash(reader);
}

/** The name of the hash whose AlgorithmIdentifier is all that is left to read; NULL or absent parameters. */
function readHash(parent: DerReader): string {
  const reader = parent.sequence('hash');
  parent.end();
  const oid = reader.oid('algorithm');
  if (!reader.atEnd) reader.null('parameters');
  reader.end();
  const entry = findByOid(oid).find((one) => one.kind === 'hash');
  return entry?.name ?? oid;
}
