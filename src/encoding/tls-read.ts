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

  /** Where the next field begins, in bytes from the start of the outermost structure. */
  get offset(): number {
    return this.#offset;
  }

  /** The bytes not yet read, as a view; reading goes on where it was. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset, this.#end);
  }

  u8(name: string): number {
    return this.#bytes[this.#take(name, 1)] ?? 0;
  }

  u16(name: string): number {
    const start = this.#take(name, 2);
    return (this.#bytes[start] ?? 0) * 256 + (this.#bytes[start + 1] ?? 0);
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
    const length = this.#length(name, min, max);
    const start = this.#take(name, length);
    return this.#bytes.subarray(start, start + length);
  }

  /** `T name<min..max>`: a reader over the elements. Read until nothing remains, or call its `end`. */
  vector(name: string, min: number, max: number): TlsReader {
    const length = this.#length(name, min, max);
    const start = this.#take(name, length);
    return new TlsReader(this.#bytes, `${this.#path}.${name}`, start, start + length);
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

  #length(name: string, min: number, max: number): number {
    const at = this.#offset;
    const length = this.#unsigned(name, lengthWidth(max));
    if (length < min || length > max)
      throw this.#fail(`${this.#path}.${name}: length ${length} outside ${min}..${max} at byte ${at}`, at);
    return length;
  }
}

/** How many bytes the length of a vector of at most `max` bytes takes [RFC 9846 §3.4]. */
export function lengthWidth(max: number): number {
  if (max < 0x100) return 1;
  if (max < 0x1_0000) return 2;
  let width = 3;
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
