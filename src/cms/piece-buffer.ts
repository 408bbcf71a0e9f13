/** How the pieces of a message are handed out. */
export interface PieceOptions {
  /**
   * `true` hands out every piece in the same array, so that memory stays flat however long the message is: for callers
   * that have used a piece up before they ask for the next, as `for await` with an awaited write does. Not for
   * `Readable.from` and others that read ahead. `false` unless told: every piece is a new array, which the receiver
   * owns; the garbage of that is some 100 MiB before the engine collects it.
   */
  readonly reusePieces?: boolean | undefined;
}

/** Hands out pieces as they are, or all in one array. */
export class PieceBuffer {
  readonly #reuse: boolean;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor({ reusePieces = false }: PieceOptions) {
    this.#reuse = reusePieces;
  }

  /** @param fresh - A new array that nobody else holds; it is given up. */
  handOut(fresh: Uint8Array): Uint8Array {
    if (!this.#reuse) return fresh;
    const { length } = fresh;
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    this.#buffer.set(fresh);
    release(fresh);
    return this.#buffer.subarray(0, length);
  }
}

/** Gives memory back at once, where the engine can; else the garbage collector will. */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength && isTransferable(buffer)) buffer.transfer(0);
}

/** ECMA-262 2024, ArrayBuffer.prototype.transfer; Node has it since 22. */
interface TransferableBuffer extends ArrayBuffer {
  transfer(newByteLength: number): ArrayBuffer;
}

function isTransferable(buffer: ArrayBufferLike): buffer is TransferableBuffer {
  return 'transfer' in buffer;
}
