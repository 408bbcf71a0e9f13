import { EMPTY, HybridgeError } from '../../bytes/index.ts';
import type { AeadKey } from '../../provider/index.ts';
import type { ByteReader } from './byte-reader.ts';

/** The payload of an age file [age, "Payload"]: the STREAM construction, in chunks of 64 KiB. */

const CHUNK_SIZE = 64 * 1024;
const SEALED_SIZE = CHUNK_SIZE + 16;

/** The nonce of a chunk: its number in eleven bytes, then whether it is the last. */
class ChunkNonce {
  readonly #bytes = new Uint8Array(12);
  #number = 0;

  /** The number of the chunk, from 0. */
  get number(): number {
    return this.#number;
  }

  bytes(last: boolean): Uint8Array {
    this.#bytes[11] = last ? 1 : 0;
    return this.#bytes;
  }

  advance(): void {
    this.#number++;
    // A JavaScript number counts 2^53 chunks, half a zettabyte: seven of the eleven bytes.
    for (let index = 10, rest = this.#number; rest > 0; index--, rest = Math.floor(rest / 256))
      this.#bytes[index] = rest & 0xff;
  }
}

/** Encrypts what the reader holds, chunk by chunk. */
export async function* sealPayload(
  key: AeadKey,
  reader: ByteReader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const nonce = new ChunkNonce();
  for (;;) {
    const chunk = await reader.take(CHUNK_SIZE);
    const last = (await reader.peek()) === undefined;
    yield key.seal(nonce.bytes(last), chunk, EMPTY);
    if (last) return;
    nonce.advance();
  }
}

/**
 * Decrypts the payload; a chunk is handed on once it is known to be genuine and in its place. That nothing is missing
 * at the end is known only when the last chunk has come.
 *
 * @throws HybridgeError `decryption_failed` with the chunk; `invalid_encoding` for a last chunk that must not be empty.
 */
export async function* openPayload(
  key: AeadKey,
  reader: ByteReader,
): AsyncGenerator<Uint8Array, void, undefined> {
  const nonce = new ChunkNonce();
  for (;;) {
    const start = reader.consumed;
    const sealed = await reader.take(SEALED_SIZE);
    const last = (await reader.peek()) === undefined;
    const chunk = key.open(nonce.bytes(last), sealed, EMPTY);
    if (chunk === undefined) {
      // A whole chunk that opens under the other mark is genuine and in its place, but the file does not end with it.
      const misplaced =
        sealed.length === SEALED_SIZE ? key.open(nonce.bytes(!last), sealed, EMPTY) : undefined;
      if (misplaced === undefined)
        throw failure(nonce.number, start, 'it does not open, it was changed or cut off');
      yield misplaced;
      throw failure(
        nonce.number,
        start,
        last ? 'the file was cut off after it' : 'something was added after it',
      );
    }
    if (chunk.length === 0 && nonce.number > 0)
      throw new HybridgeError(
        'invalid_encoding',
        `age payload: the last chunk, number ${nonce.number}, is empty`,
        {
          details: { chunk: nonce.number, offset: start },
        },
      );
    if (chunk.length > 0) yield chunk;
    if (last) return;
    nonce.advance();
  }
}

function failure(chunk: number, offset: number, why: string): HybridgeError {
  return new HybridgeError('decryption_failed', `age payload: chunk ${chunk}: ${why}`, {
    details: { chunk, offset },
  });
}
