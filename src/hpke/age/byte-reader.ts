import { EMPTY } from '../../bytes/index.ts';

const LINE_FEED = 0x0a;

/** A line of text, one character for each byte, without its line feed. */
export interface Line {
  readonly text: string;
  /** Whether a line feed stood behind it; only the last line of a source can lack it. */
  readonly ended: boolean;
}

/**
 * Reads lines and counted bytes from pieces of any size. Holds the piece at hand and one array of the size asked for,
 * which is used again and again.
 */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array, void, undefined>;
  #piece: Uint8Array = EMPTY;
  #scratch: Uint8Array = EMPTY;
  #consumed = 0;

  constructor(pieces: AsyncIterable<Uint8Array, void, undefined>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** How many bytes have been taken. */
  get consumed(): number {
    return this.#consumed;
  }

  /** The next byte, which stays where it is; `undefined` at the end. */
  async peek(): Promise<number | undefined> {
    return this.#piece.length > 0 || (await this.#pull()) ? this.#piece[0] : undefined;
  }

  /** The next `size` bytes, or as many as there are. They are valid until the next `take`, also across `peek`. */
  async take(size: number): Promise<Uint8Array> {
    // A source may reuse its array once it is asked for more, so a piece that is used up is copied first.
    if (this.#piece.length > size) return this.#advance(size);
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    let length = 0;
    do {
      const part = this.#advance(Math.min(size - length, this.#piece.length));
      this.#scratch.set(part, length);
      length += part.length;
    } while (length < size && (await this.#pull()));
    return this.#scratch.subarray(0, length);
  }

  /**
   * The next line; `undefined` at the end.
   *
   * @param maximum - Most characters that are read; what comes after stays.
   */
  async line(maximum: number): Promise<Line | undefined> {
    let text = '';
    while ((await this.peek()) !== undefined) {
      const reach = this.#piece.subarray(0, maximum + 1 - text.length);
      const end = reach.indexOf(LINE_FEED);
      for (const byte of this.#advance(end < 0 ? reach.length : end)) text += String.fromCharCode(byte);
      if (end >= 0) {
        this.#advance(1);
        return { text, ended: true };
      }
      if (text.length > maximum) return { text, ended: false };
    }
    return text === '' ? undefined : { text, ended: false };
  }

  #advance(size: number): Uint8Array {
    const taken = this.#piece.subarray(0, size);
    this.#piece = this.#piece.subarray(size);
    this.#consumed += size;
    return taken;
  }

  async #pull(): Promise<boolean> {
    for (;;) {
      const step = await this.#pieces.next();
      if (step.done === true) return false;
      this.#piece = step.value;
      if (step.value.length > 0) return true;
    }
  }
}
