/** Inputs that are DER or PEM, as files of certificates, requests and revocation lists are. */
import { fromUtf8, HybridgeError } from '../bytes/index.ts';
import { decodePem, isPem, SEQUENCE } from '../encoding/index.ts';

/** What is looked for in an input. */
export interface StructureKind {
  /** How it is called in messages. */
  readonly what: string;
  /** The labels of its PEM blocks [RFC 7468]; the first one is today's. */
  readonly labels: readonly [string, ...string[]];
  /** Bytes of DER that one of them may have. */
  readonly maxBytes: number;
}

/** Characters of a PEM text whatever a single block may have: bundles are long. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/**
 * The structures in an input: the one of a DER, or those of a PEM text in their order. Blocks with other labels, such as
 * a private key beside its chain, are left alone.
 *
 * @returns Copies: what the caller does to its buffer later must not change what was checked.
 * @throws HybridgeError `invalid_encoding`, also where there is none; `message_too_large`.
 */
export function structuresIn(
  input: Uint8Array | string,
  { what, labels, maxBytes }: StructureKind,
): readonly Uint8Array[] {
  // DER begins with 0x30, which is the digit 0: no PEM text begins so.
  if (input instanceof Uint8Array && input[0] === SEQUENCE) {
    requireAtMost(what, input.length, maxBytes, 'bytes');
    return [Uint8Array.from(input)];
  }
  // Four characters for three bytes, and a line feed after 64 of them.
  const maxCharacters = Math.max(MAX_CHARACTERS, Math.ceil(maxBytes * 1.4) + 1024);
  requireAtMost(what, input.length, maxCharacters, 'characters');
  const text = typeof input === 'string' ? input : fromUtf8(input, 'PEM');
  if (!isPem(text)) throw new HybridgeError('invalid_encoding', `${what}: neither DER nor PEM`);
  const blocks = decodePem(text, { maxCharacters }).filter(({ label }) => labels.includes(label));
  if (blocks.length === 0)
    throw new HybridgeError('invalid_encoding', `${what}: the PEM text holds no ${labels[0]} block`);
  for (const { bytes } of blocks) requireAtMost(what, bytes.length, maxBytes, 'bytes');
  return blocks.map(({ bytes }) => bytes);
}

function requireAtMost(what: string, actual: number, maximum: number, unit: string): void {
  if (actual > maximum)
    throw new HybridgeError('message_too_large', `${what}: ${actual} ${unit}, at most ${maximum}`, {
      details: { actual, maximum },
    });
}
