import { HybridgeError } from '../bytes/index.ts';
import { der, readDer } from '../encoding/index.ts';
import type { KeyForm } from '../registry/index.ts';

type EcForm = KeyForm & { readonly kind: 'ec' };

/** ECPrivateKey with the named curve and without the public key [RFC 5915 §3], as composites carry it. */
export function encodeEcPrivateKey(scalar: Uint8Array, form: EcForm): Uint8Array {
  return der.sequence(der.integer(1), der.octetString(scalar), der.explicit(0, der.oid(form.curveOid)));
}

/**
 * The scalar of an ECPrivateKey: a view of the input.
 *
 * @throws HybridgeError `invalid_encoding`, also for another curve and for a public key carried along.
 */
export function decodeEcPrivateKey(bytes: Uint8Array, form: EcForm): Uint8Array {
  const outer = readDer(bytes, 'ECPrivateKey');
  const fields = outer.sequence('contents');
  outer.end();
  const version = fields.smallInteger('version');
  const scalar = fields.octetString('privateKey');
  const parameters = fields.explicit(0, 'parameters');
  const curveOid = parameters.oid('namedCurve');
  parameters.end();
  fields.end();
  if (version !== 1) throw wrong(`version ${String(version)}, expected 1`);
  if (curveOid !== form.curveOid) throw wrong(`curve ${curveOid}, expected ${form.curveOid}`);
  if (scalar.length !== form.coordinateSize)
    throw wrong(`private key of ${String(scalar.length)} bytes, expected ${String(form.coordinateSize)}`);
  return scalar;
}

function wrong(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `ECPrivateKey: ${why}`);
}
