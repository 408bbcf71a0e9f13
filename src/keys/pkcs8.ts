/** OneAsymmetricKey, that is PKCS #8 in both versions [RFC 5958], and what private keys look like inside it. */
import { equal, HybridgeError, requireLength } from '../bytes/index.ts';
import {
  decodeEcPrivateKey,
  der,
  type DerReader,
  encodeEcPrivateKey,
  explicit,
  implicit,
  readDer,
} from '../encoding/index.ts';
import { requireSize } from '../provider/index.ts';
import type { KeyDescriptor } from '../registry/index.ts';
import {
  ecIdentifierOf,
  type KeyIdentifier,
  readKeyIdentifier,
  writeKeyIdentifier,
} from './algorithm-identifier.ts';
import { formOf, type KeyFamily, type KeyFamilyOf } from './algorithms.ts';
import type { PrivateMaterial } from './material.ts';
import { decodeRsaPrivateKey, encodeRsaPublicKey, requireConsistent } from './rsa.ts';
import { FORM_NOTES, readSeedForm, seedSizes } from './seed-form.ts';
import { noForm, PSS_NOTE, publicMaterial, requireUncompressed, rsaFamily } from './spki.ts';

/**
 * Reads a OneAsymmetricKey. Attributes are checked for their form and otherwise left alone.
 *
 * @throws HybridgeError `invalid_encoding`, `invalid_length`, `invalid_key`, `unknown_algorithm`, `unsupported`.
 */
export function readPkcs8(bytes: Uint8Array): PrivateMaterial {
  const outer = readDer(bytes, 'OneAsymmetricKey');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.smallInteger('version');
  if (version > 1)
    throw new HybridgeError(
      'invalid_encoding',
      `OneAsymmetricKey: version ${version}, expected 0 or 1 [RFC 5958 §2]`,
    );
  const identifier = readKeyIdentifier(fields, 'privateKeyAlgorithm');
  const contents = fields.octetString('privateKey');
  const attributes = fields.has(explicit(0)) && skipAttributes(fields);
  const carried = fields.has(implicit(1)) ? fields.bitString('publicKey', implicit(1)) : undefined;
  fields.end();
  if (carried !== undefined && version === 0)
    throw new HybridgeError(
      'invalid_encoding',
      'OneAsymmetricKey: version 0 with a public key [RFC 5958 §2]',
    );
  const material = privateMaterial(identifier, contents);
  const note = [material.note, attributes ? 'attributes were left out' : undefined]
    .filter((one) => one !== undefined)
    .join('; ');
  return {
    ...material,
    ...(note === '' ? {} : { note }),
    ...(carried === undefined ? {} : { publicKey: samePublicKey(identifier, carried, material.publicKey) }),
  };
}

/**
 * Writes a version 1 OneAsymmetricKey, without attributes and public key: what every peer reads.
 *
 * @param contents - The private key field, as `privateKeyField` or `writeSeedForm` make it.
 */
export function writePkcs8(descriptor: KeyDescriptor, contents: Uint8Array): Uint8Array {
  const form = formOf(descriptor);
  if (form.kind === 'none') throw noForm(descriptor, 'PKCS #8 form');
  return der.sequence(der.integer(0), writeKeyIdentifier(form), der.octetString(contents));
}

/** The private key field for algorithms whose private key has one form only. */
export function privateKeyField(
  descriptor: KeyDescriptor,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  switch (formOf(descriptor).kind) {
    case 'ec':
      // As OpenSSL and Go write it: the curve is named outside, the public key saves its computation.
      return encodeEcPrivateKey({ scalar: privateKey, publicKey });
    case 'okp':
      // CurvePrivateKey [RFC 8410 §7].
      return der.octetString(privateKey);
    case 'none':
    case 'raw':
    case 'rsa':
      return privateKey;
  }
}

/**
 * Reads the ECPrivateKey of an `EC PRIVATE KEY` file [RFC 5915 §4]; it must name its curve.
 *
 * @throws HybridgeError as {@link readPkcs8}.
 */
export function readEcPrivateKeyFile(bytes: Uint8Array): PrivateMaterial {
  const { curveOid } = decodeEcPrivateKey(bytes);
  if (curveOid === undefined)
    throw new HybridgeError('invalid_encoding', 'ECPrivateKey: the curve is not named [RFC 5915 §3]');
  return privateMaterial(ecIdentifierOf(curveOid), bytes);
}

/**
 * Reads an RSAPrivateKey.
 *
 * @throws HybridgeError as {@link readPkcs8}.
 */
export function readRsaPrivateKeyFile(bytes: Uint8Array): PrivateMaterial {
  return privateMaterial({ kind: 'rsa', allows: () => true, pss: false }, bytes);
}

function privateMaterial(identifier: KeyIdentifier, contents: Uint8Array): PrivateMaterial {
  switch (identifier.kind) {
    case 'ec':
      return ecMaterial(identifier.family, contents);
    case 'okp': {
      const reader = readDer(contents, 'CurvePrivateKey');
      const privateKey = reader.octetString('key');
      reader.end();
      return oneFormMaterial(identifier.family, privateKey);
    }
    case 'raw':
      return rawMaterial(identifier.family, contents);
    case 'rsa': {
      const key = decodeRsaPrivateKey(contents);
      const algorithms = rsaFamily(key).algorithms.filter(identifier.allows);
      requireConsistent(key);
      return {
        kind: 'private',
        algorithms,
        privateKey: contents,
        publicKey: encodeRsaPublicKey(key),
        ...(identifier.pss ? { note: PSS_NOTE } : {}),
      };
    }
  }
}

function ecMaterial(family: KeyFamilyOf<'ec'>, contents: Uint8Array): PrivateMaterial {
  const { form, algorithms } = family;
  const { scalar, curveOid, publicKey } = decodeEcPrivateKey(contents);
  if (curveOid !== undefined && curveOid !== form.curveOid)
    throw new HybridgeError('invalid_key', `ECPrivateKey: curve ${curveOid} inside a key on ${form.curve}`);
  requireLength(scalar, form.coordinateSize, `${form.curve} private key`);
  if (publicKey !== undefined) requireUncompressed(publicKey, family);
  return {
    kind: 'private',
    algorithms,
    privateKey: scalar,
    ...(publicKey === undefined ? {} : { publicKey }),
  };
}

function rawMaterial(family: KeyFamilyOf<'raw'>, contents: Uint8Array): PrivateMaterial {
  const { preferred, algorithms } = family;
  if (preferred.stateful)
    throw new HybridgeError(
      'unsupported',
      `${preferred.name}: private keys with a state are not read, since a copied state signs twice [SP 800-208 §1]`,
    );
  const sizes = seedSizes(preferred);
  if (sizes === undefined) return oneFormMaterial(family, contents);
  const read = readSeedForm(contents, sizes, `${preferred.name} private key`);
  const note = FORM_NOTES[read.form];
  return { kind: 'private', algorithms, ...read, ...(note === undefined ? {} : { note }) };
}

function oneFormMaterial({ preferred, algorithms }: KeyFamily, privateKey: Uint8Array): PrivateMaterial {
  requireSize(privateKey, preferred.sizes.privateKey, `${preferred.name} private key`);
  return { kind: 'private', algorithms, privateKey };
}

// Attributes ::= SET OF Attribute [RFC 5958 §2]; nothing here has a use for any.
function skipAttributes(fields: DerReader): true {
  const attributes = fields.set('attributes', explicit(0));
  while (!attributes.atEnd) attributes.any('attribute');
  return true;
}

/** The public key field, and refuses one that differs from the public key inside the private key. */
function samePublicKey(
  identifier: KeyIdentifier,
  carried: Uint8Array,
  inside: Uint8Array | undefined,
): Uint8Array {
  const { publicKey } = publicMaterial(identifier, carried);
  if (inside !== undefined && !equal(inside, publicKey))
    throw new HybridgeError(
      'invalid_key',
      'OneAsymmetricKey: the public keys inside and beside the private key differ',
    );
  return publicKey;
}
