import { type ByteSource, HybridgeError, piecesOf, type ReadingOptions } from '../bytes/index.ts';

/**
 * A message to sign or to verify: bytes, or pieces of it that come one after the other. Pieces are taken in before
 * the next one is asked for, so a source may reuse its buffer.
 */
export type MessageSource = ByteSource;

/** Backends hash arrays of up to 2^31-1 bytes in one call; larger ones are cut. */
const ONE_CALL = 1024 ** 3;

/** Whether a message goes to a key in one call: bytes, unless they are too many for one and the key takes pieces. */
export function isWhole(message: MessageSource, key: { readonly start?: unknown }): message is Uint8Array {
  return message instanceof Uint8Array && (message.length <= ONE_CALL || key.start === undefined);
}

/**
 * Refuses what only a caller without types can pass: text would be taken for as many zeros.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireBytes(value: Uint8Array, what: string): void {
  if (!(value instanceof Uint8Array))
    throw new HybridgeError('invalid_argument', `${what}: not a Uint8Array`, { fault: 'caller' });
}

/** Hands every piece of a message to `take`; what it throws ends the reading, and the source is told. */
export async function forEachPiece(
  source: MessageSource,
  take: (piece: Uint8Array) => void,
  options: ReadingOptions,
): Promise<void> {
  for await (const piece of piecesOf(source, options)) take(piece);
}
