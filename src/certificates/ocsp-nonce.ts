/** The nonce of OCSP [RFC 9654]: binds a response to a request. */
import { HybridgeError } from '../bytes/index.ts';
import { der, readDer } from '../encoding/index.ts';
import type { Extension, Extensions } from './extension.ts';
import { OCSP } from './oids.ts';

/** RFC 9654 §2.1: what requests should have. */
export const NONCE_SIZE = 32;
const MAX_NONCE = 128;

/**
 * The nonce among extensions.
 *
 * @throws HybridgeError `invalid_encoding` for one that is empty or has more than 128 octets.
 */
export function nonceOf({ all }: Extensions): Uint8Array | undefined {
  const extension = all.find(({ oid }) => oid === OCSP.nonce);
  if (extension === undefined) return undefined;
  const outer = readDer(extension.value, 'Nonce');
  const nonce = outer.octetString('value');
  outer.end();
  if (nonce.length === 0 || nonce.length > MAX_NONCE)
    throw new HybridgeError(
      'invalid_encoding',
      `OCSP nonce: ${nonce.length} bytes, 1 to 128 [RFC 9654 §2.1]`,
      {
        details: { actual: nonce.length },
      },
    );
  return nonce;
}

/**
 * The extension for a nonce.
 *
 * @throws HybridgeError `invalid_argument` for one that is empty or has more than 128 octets.
 */
export function nonceExtension(nonce: Uint8Array): Extension {
  if (nonce.length === 0 || nonce.length > MAX_NONCE)
    throw new HybridgeError('invalid_argument', `OCSP nonce: ${nonce.length} bytes, 1 to 128`, {
      fault: 'caller',
    });
  return { oid: OCSP.nonce, critical: false, value: der.octetString(nonce) };
}
