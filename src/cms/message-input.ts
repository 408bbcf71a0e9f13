import { type ByteSource, fromUtf8, HybridgeError } from '../bytes/index.ts';
import { decodePem } from '../encoding/index.ts';

/** A message: its BER or DER in one or in pieces, or a PEM text, also as bytes in one. */
export type MessageInput = ByteSource | string;

/** RFC 7468 §8 and §9. */
const LABELS: ReadonlySet<string> = new Set(['CMS', 'PKCS7']);

/**
 * The bytes of a message.
 *
 * @throws HybridgeError `invalid_encoding` for a text that is not one PEM block of a message.
 */
export function sourceOf(input: MessageInput): ByteSource {
  if (typeof input !== 'string' && !isPemBytes(input)) return input;
  const blocks = decodePem(typeof input === 'string' ? input : fromUtf8(input, 'PEM')).filter(({ label }) =>
    LABELS.has(label),
  );
  const [block] = blocks;
  if (block === undefined || blocks.length !== 1)
    throw new HybridgeError('invalid_encoding', `PEM: ${blocks.length} blocks labelled CMS, expected one`);
  return block.bytes;
}

// BER begins with the tag of a SEQUENCE.
function isPemBytes(input: ByteSource): input is Uint8Array {
  return input instanceof Uint8Array && input[0] === 0x2d;
}
