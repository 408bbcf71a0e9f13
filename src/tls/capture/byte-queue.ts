/** Bytes that come in pieces, taken in other pieces. */

/** A queue in front of a source. What it gives is a view that holds until the next call of `fill` or `skip`. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array, unknown>;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(64 * 1024);
  #start = 0;
  #end = 0;
  #position = 0;

  constructor(source: AsyncIterator<Uint8Array, unknown>) {
    this.#source = source;
  }

  /** Where in the source the next byte is. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that can be taken without waiting. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Waits until `length` bytes are there; false when the source ends before. */
  async fill(length: number): Promise<boolean> {
    while (this.length < length) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#append(next.value);
    }
    return true;
  }

  /** The next bytes, which are there, without taking them. */
  peek(length: number): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#start + length);
  }

  /** Takes bytes that are there. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.#start += length;
    this.#position += length;
    return bytes;
  }

  /** Passes over bytes, without keeping them; false when the source ends before. */
  async skip(length: number): Promise<boolean> {
    for (let left = length; left > 0;) {
      if (this.length === 0 && !(await this.fill(1))) return false;
      left -= this.take(Math.min(left, this.length)).length;
    }
    return true;
  }

  // A source may use its buffer again, so every piece is copied, once.
  #append(piece: Uint8Array): void {
    const needed = this.length + piece.length;
    if (this.#end + piece.length > this.#buffer.length) {
      const target =
        needed > this.#buffer.length
          ? new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
          : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#end -= this.#start;
      this.#start = 0;
      this.#buffer = target;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }
}
