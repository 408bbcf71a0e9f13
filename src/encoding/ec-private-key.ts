import * as der from './der-write.ts';
import { readDer } from './der-read.ts';
import { explicit } from './der-tags.ts';
import { HybridgeError, requireLength } from '../bytes/index.ts';

/** ECPrivateKey [RFC 5915 §3]. Which of the optional fields stand in it depends on what carries it. */
export interface EcPrivateKey {
  /** The scalar, big-endian, as long as the order of the curve. */
  readonly scalar: Uint8Array;
  /** OID of the named curve. */
  readonly curveOid?: string;
  /** The public point, encoded as in SubjectPublicKeyInfo. */
  readonly publicKey?: Uint8Array;
}

/** Writes an ECPrivateKey with the optional fields that are given. */
export function encodeEcPrivateKey({ scalar, curveOid, publicKey }: EcPrivateKey): Uint8Array {
  return der.sequence(
    der.integer(1),
    der.octetString(scalar),
    ...(curveOid === undefined ? [] : [der.explicit(0, der.oid(curveOid))]),
    ...(publicKey === undefined ? [] : [der.explicit(1, der.bitString(publicKey))]),
  );
}

/**
 * Reads an ECPrivateKey; byte strings are views of the input. Curve and sizes are for the caller to judge.
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 */
export function decodeEcPrivateKey(bytes: Uint8Array): EcPrivateKey {
  const outer = readDer(bytes, 'ECPrivateKey');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.smallInteger('version');
  if (version !== 1)
    throw new HybridgeError('invalid_encoding', `ECPrivateKey: version ${version}, expected 1 [RFC 5915 §3]`);
  const scalar = fields.octetString('privateKey');
  let key: EcPrivateKey = { scalar };
  if (fields.has(explicit(0))) {
    const parameters = fields.explicit(0, 'parameters');
    key = { ...key, curveOid: parameters.oid('namedCurve') };
    parameters.end();
  }
  if (fields.has(explicit(1))) {
    const publicKey = fields.explicit(1, 'publicKey');
    key = { ...key, publicKey: publicKey.bitString('point') };
    publicKey.end();
  }
  fields.end();
  return key;
}

/**
 * The scalar of an ECPrivateKey inside a LAMPS composite key: it names its curve and does not carry the public key,
 * so that a key has one encoding [draft-ietf-lamps-pq-composite-sigs-19 §4, draft-ietf-lamps-pq-composite-kem-21 §5].
 *
 * @throws {@link HybridgeError} `invalid_encoding`, `invalid_length`.
 */
export function decodeCompositeEcScalar(
  bytes: Uint8Array,
  { curveOid: expected, coordinateSize }: { readonly curveOid: string; readonly coordinateSize: number },
): Uint8Array {
  const { scalar, curveOid, publicKey } = decodeEcPrivateKey(bytes);
  if (curveOid !== expected || publicKey !== undefined)
    throw new HybridgeError(
      'invalid_encoding',
      `ECPrivateKey in a composite: expected curve ${expected} and no public key`,
      { details: { curve: expected } },
    );
  requireLength(scalar, coordinateSize, 'ECPrivateKey in a composite');
  return scalar;
}
