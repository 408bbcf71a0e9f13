/** ECDSA signatures as r ‖ s, each as long as a coordinate [RFC 9053 §2.1], and as Ecdsa-Sig-Value [RFC 3279 §2.2.3]. */
import { HybridgeError } from '../bytes/index.ts';
import { der, readDer } from '../encoding/index.ts';
import type { EcdsaDescriptor } from '../registry/index.ts';

export function ecdsaToFixed({ key, name }: EcdsaDescriptor, signature: Uint8Array): Uint8Array {
  const outer = readDer(signature, 'Ecdsa-Sig-Value');
  const fields = outer.sequence('fields');
  outer.end();
  const integers = [fields.unsignedInteger('r'), fields.unsignedInteger('s')];
  fields.end();
  const size = sizeOf(key);
  const fixed = new Uint8Array(2 * size);
  for (const [index, integer] of integers.entries()) {
    if (integer.length > size)
      throw new HybridgeError('invalid_length', `${name}: an integer of the signature is too long`);
    fixed.set(integer, (index + 1) * size - integer.length);
  }
  return fixed;
}

export function ecdsaFromFixed({ key }: EcdsaDescriptor, bytes: Uint8Array): Uint8Array | undefined {
  const size = sizeOf(key);
  if (bytes.length !== 2 * size) return undefined;
  return der.sequence(
    der.unsignedInteger(bytes.subarray(0, size)),
    der.unsignedInteger(bytes.subarray(size)),
  );
}

function sizeOf(key: EcdsaDescriptor['key']): number {
  if (key.kind !== 'ec') throw new HybridgeError('internal', 'an ECDSA key without a curve');
  return key.coordinateSize;
}
