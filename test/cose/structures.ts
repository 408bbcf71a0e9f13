/** Messages taken apart and put together without the code under test, to look at single elements and to change them. */
import { concat } from '../../src/bytes/index.ts';
import { CborTag, type CborValue, decodeCbor, encodeCbor, isCborArray } from '../../src/encoding/index.ts';

/** The elements of a message, whether or not it is tagged. */
export function elementsOf(message: Uint8Array): readonly CborValue[] {
  const item = decodeCbor(message, 'message');
  const array = item instanceof CborTag ? item.value : item;
  if (!isCborArray(array)) throw new Error('not an array');
  return array;
}

/** A byte string among elements. */
export function bytesAt(elements: readonly CborValue[], index: number): Uint8Array {
  const element = elements[index];
  if (!(element instanceof Uint8Array)) throw new Error(`element ${String(index)} is not a byte string`);
  return element;
}

/** The Sig_structure of a COSE_Sign1 with its payload in it, written as one CBOR item [RFC 9052 §4.4]. */
export function sign1ToBeSigned(message: Uint8Array): Uint8Array {
  const elements = elementsOf(message);
  return encodeCbor(['Signature1', bytesAt(elements, 0), new Uint8Array(0), bytesAt(elements, 2)]);
}

/** A tagged message of these elements. */
export function messageOf(tag: number, ...elements: readonly CborValue[]): Uint8Array {
  return encodeCbor(new CborTag(tag, elements));
}

/** The CBOR of a map, as the contents of a protected header. */
export function protectedOf(...entries: readonly (readonly [CborValue, CborValue])[]): Uint8Array {
  return concat(encodeCbor(new Map(entries)));
}
