/** From the bytes of a connection to the ClientHello, however they are cut [RFC 9846 §5.1]. */
import { concat, EMPTY, HybridgeError } from '../bytes/index.ts';
import { type ClientHello, decodeClientHello } from './client-hello.ts';
import { CONTENT_TYPE, HANDSHAKE_TYPE } from './code-points.ts';
import type { HelloMemory } from './hello-memory.ts';
import { readRecordHeader, RECORD_HEADER } from './record.ts';
import { peerError } from './wire-error.ts';

/** How far the reading of a ClientHello has come. */
export type HelloProgress =
  | { readonly state: 'incomplete' }
  | {
      readonly state: 'complete';
      readonly hello: ClientHello;
      /** How many records the hello came in. */
      readonly records: number;
      /** Everything pushed so far, also what came behind the hello: what is put back for a TLS engine to read. */
      readonly received: Uint8Array;
    };

/** Reads the ClientHello off the start of a connection. */
export interface HelloReader {
  /**
   * Takes the next bytes of the connection. The reader keeps views of the first chunk: it must not be written to.
   *
   * @throws HybridgeError `invalid_encoding` with `details.alert` as soon as the bytes are no ClientHello of TLS;
   * `invalid_argument` after the hello was complete.
   */
  push(chunk: Uint8Array): HelloProgress;
  /** Bytes pushed so far. */
  readonly bytesRead: number;
}

/** How a reader is bounded. */
export interface HelloReaderOptions {
  /**
   * The most bytes up to the end of the hello, record headers included; 65,536 unless told. A reader holds no more
   * than that, twice, and one chunk.
   */
  readonly maxBytes?: number;
  /** What hellos of known shapes are read with; without one each is decoded. */
  readonly memory?: HelloMemory;
}

const INCOMPLETE: HelloProgress = { state: 'incomplete' };
const MESSAGE_HEADER = 4;
const MAX_BYTES = 65_536;
const DECODE: HelloMemory = { decode: decodeClientHello };

/**
 * Reads a ClientHello from the first bytes of a connection: split over records and over chunks at any byte, bounded,
 * and refused at the first byte that shows it to be something else - another message in between, an empty record, an
 * SSLv2 hello, HTTP.
 *
 * @throws HybridgeError `invalid_argument` for a bound below 1.
 * @example
 * ```ts
 * import { createHelloReader, encodeClientHello } from 'hybridge/tls';
 *
 * const message = encodeClientHello({ random: new Uint8Array(32), cipherSuites: [0x1301] });
 * const reader = createHelloReader();
 * console.log(reader.push(new Uint8Array([22, 3, 1, 0, message.length])).state); // incomplete
 * console.log(reader.push(message).state); // complete
 * ```
 */
export function createHelloReader({
  maxBytes = MAX_BYTES,
  memory = DECODE,
}: HelloReaderOptions = {}): HelloReader {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new HybridgeError('invalid_argument', `hello: at most ${String(maxBytes)} bytes is no bound`, {
      fault: 'caller',
    });
  return new Reader(maxBytes, memory);
}

class Reader implements HelloReader {
  readonly #maxBytes: number;
  readonly #memory: HelloMemory;
  #buffer: Uint8Array = EMPTY;
  #length = 0;
  /** Where the next record begins. */
  #next = 0;
  /** The handshake bytes of the records read. */
  readonly #fragments: Uint8Array[] = [];
  #gathered = 0;
  #done = false;

  constructor(maxBytes: number, memory: HelloMemory) {
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  get bytesRead(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): HelloProgress {
    if (this.#done)
      throw new HybridgeError('invalid_argument', 'hello: pushed to after the ClientHello was complete', {
        fault: 'caller',
      });
    this.#append(chunk);
    while (this.#readRecord()) {
      const bytes = this.#message();
      if (bytes === undefined) continue;
      const hello = this.#memory.decode(bytes);
      this.#done = true;
      const received =
        this.#length === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#length);
      return { state: 'complete', hello, records: this.#fragments.length, received };
    }
    return INCOMPLETE;
  }

  #append(chunk: Uint8Array): void {
    const length = this.#length;
    const needed = length + chunk.length;
    if (length === 0) this.#buffer = chunk;
    else {
      // Earlier chunks are copied once into room of the reader's own, which doubles; fragments stay views of the old.
      if (needed > this.#buffer.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * length));
        larger.set(this.#buffer.subarray(0, length));
        this.#buffer = larger;
      }
      this.#buffer.set(chunk, length);
    }
    this.#length = needed;
  }

  #readRecord(): boolean {
    const next = this.#next;
    if (this.#length - next < RECORD_HEADER) return false;
    const header = readRecordHeader(this.#buffer, next, next);
    if (header.type !== CONTENT_TYPE.handshake)
      throw peerError(
        'unexpected_message',
        `record at byte ${next}: content type ${header.type} where a ClientHello is expected`,
        next,
      );
    if (header.length === 0)
      throw peerError('unexpected_message', `record at byte ${next}: empty [RFC 9846 §5.1]`, next);
    const start = next + RECORD_HEADER;
    const end = start + header.length;
    if (end > this.#maxBytes) throw tooLong(this.#maxBytes, next);
    if (this.#length < end) return false;
    this.#fragments.push(this.#buffer.subarray(start, end));
    this.#gathered += header.length;
    this.#next = end;
    return true;
  }

  #message(): Uint8Array | undefined {
    const gathered = this.#gathered;
    if (gathered < MESSAGE_HEADER) return undefined;
    const fragments = this.#fragments;
    const [first = EMPTY] = fragments;
    // No fragment is empty, so the header is in the first four of them.
    const start =
      first.length >= MESSAGE_HEADER
        ? first
        : concat(...fragments.slice(0, MESSAGE_HEADER).map((part) => part.subarray(0, MESSAGE_HEADER)));
    const type = start[0] ?? 0;
    if (type !== HANDSHAKE_TYPE.clientHello)
      throw peerError(
        'unexpected_message',
        `handshake message of type ${type} where a ClientHello is expected`,
        RECORD_HEADER,
      );
    const size = MESSAGE_HEADER + (((start[1] ?? 0) << 16) | ((start[2] ?? 0) << 8) | (start[3] ?? 0));
    if (size > this.#maxBytes) throw tooLong(this.#maxBytes, RECORD_HEADER);
    if (gathered < size) return undefined;
    if (gathered > size)
      throw peerError(
        'unexpected_message',
        `${gathered - size} handshake bytes behind the ClientHello, in its record`,
        this.#next - (gathered - size),
      );
    return fragments.length === 1 ? first : concat(...fragments);
  }
}

function tooLong(maxBytes: number, offset: number): HybridgeError {
  return peerError('decode_error', `ClientHello: more than ${maxBytes} bytes`, offset);
}
