import { concat, HybridgeError } from '../bytes/index.ts';
import { type SignatureDescriptor, SIGNATURES } from '../registry/index.ts';

/** Most bytes of a stream that are held in memory for one signature: 16 MiB. */
const COLLECT_LIMIT = 16 * 1024 ** 2;

/** A stream collected for an algorithm that reads the message twice (pure SLH-DSA, EdDSA). */
export class Collected {
  readonly #algorithm: SignatureDescriptor;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(algorithm: SignatureDescriptor) {
    this.#algorithm = algorithm;
  }

  /** @throws HybridgeError `message_too_large`. */
  update(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > COLLECT_LIMIT) {
      const instead = streamingAlternatives(this.#algorithm);
      throw new HybridgeError(
        'message_too_large',
        `${this.#algorithm.name} reads its message twice; a stream is collected up to ${COLLECT_LIMIT} bytes`,
        {
          fault: 'caller',
          ...(instead.length > 0 ? { hint: `${instead.join(' or ')} signs a stream of any length` } : {}),
          details: { algorithm: this.#algorithm.name, maximum: COLLECT_LIMIT },
        },
      );
    }
    this.#pieces.push(Uint8Array.from(piece));
  }

  bytes(): Uint8Array {
    return concat(...this.#pieces);
  }
}

/** The algorithms built over this one that hash the message first. */
function streamingAlternatives({ name }: SignatureDescriptor): readonly string[] {
  return SIGNATURES.filter(
    (other) =>
      (other.kind === 'hash-slh-dsa' && other.base === name) ||
      (other.kind === 'composite-signature' && (other.traditional === name || other.postQuantum === name)),
  ).map((other) => other.name);
}
