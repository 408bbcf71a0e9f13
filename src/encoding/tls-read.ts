import { HybridgeError } from '../bytes/index.ts';

/**
 * A cursor over the TLS presentation language [RFC 9846 §3]. Every method reads one field, in the order of the
 * structure, and moves on; the first deviation throws with the path of names and the offset. Byte strings are views
 * of the input.
 */
export class TlsReader {
  readonly #bytes: Uint8Array;
  readonly #path: string;
  readonly #end: number;
  #offset: number;

  /** @internal Use {@link readTls}. */
  constructor(bytes: Uint8Array, path: string, start: number, end: number) {
    this.#bytes = bytes;
    this.#path = path;
    this.#offset = start;
    this.#end = end;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  u8(name: string): number {
    return this.#unsigned(name, 1);
  }

  u16(name: string): number {
    return this.#unsigned(name, 2);
  }

  u24(name: string): number {
    return this.#unsigned(name, 3);
  }

  u32(name: string): number {
    return this.#unsigned(name, 4);
  }

  /** `opaque name[length]`. */
  fixed(name: string, length: number): Uint8Array {
    const start = this.#take(name, length);
    return this.#bytes.subarray(start, start + length);
  }

  /** `opaque name<min..max>`; the width of the length follows from `max` [RFC 9846 §3.4]. */
  opaque(name: string, min: number, max: number): Uint8Array {
    const { start, end } = this.#vector(name, min, max);
    return this.#bytes.subarray(start, end);
  }

  /** `T name<min..max>`: a reader over the elements. Read until nothing remains, or call its `end`. */
  vector(name: string, min: number, max: number): TlsReader {
    const { start, end } = this.#vector(name, min, max);
    return new TlsReader(this.#bytes, `${this.#path}.${name}`, start, end);
  }

  /** Ends the reading of this structure: anything left over is an error. */
  end(): void {
    if (this.remaining !== 0)
      throw this.#fail(
        `${this.#path}: ${this.remaining} bytes left over at byte ${this.#offset}`,
        this.#offset,
      );
  }

  #fail(message: string, offset: number): HybridgeError {
    return new HybridgeError('invalid_encoding', message, { details: { structure: this.#path, offset } });
  }

  #take(name: string, length: number): number {
    const start = this.#offset;
    if (length > this.remaining)
      throw this.#fail(
        `${this.#path}.${name}: ${length} bytes expected at byte ${start}, ${this.remaining} there`,
        start,
      );
    this.#offset += length;
    return start;
  }

  #unsigned(name: string, width: number): number {
    const start = this.#take(name, width);
    let value = 0;
    for (let at = start; at < start + width; at++) value = value * 256 + (this.#bytes[at] ?? 0);
    return value;
  }

  #vector(name: string, min: number, max: number): { readonly start: number; readonly end: number } {
    const at = this.#offset;
    const length = this.#unsigned(name, lengthWidth(max));
    if (length < min || length > max)
      throw this.#fail(`${this.#path}.${name}: length ${length} outside ${min}..${max} at byte ${at}`, at);
    const start = this.#take(name, length);
    return { start, end: start + length };
  }
}

/** How many bytes the length of a vector of at most `max` bytes takes [RFC 9846 §3.4]. */
export function lengthWidth(max: number): number {
  let width = 1;
  while (max >= 256 ** width) width++;
  return width;
}

/**
 * Starts reading a structure of the TLS presentation language. Call `end` when its last field has been read.
 *
 * @param structure - The name of the structure in its standard, which begins every error message.
 */
export function readTls(bytes: Uint8Array, structure: string): TlsReader {
  return new TlsReader(bytes, structure, 0, bytes.length);
}
