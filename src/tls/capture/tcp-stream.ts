/** One direction of a TCP connection: its first bytes, put in order [RFC 9293 §3.4]. */
import { CONTENT_TYPE } from '../code-points.ts';
import { RECORD_HEADER } from '../record.ts';

/** What is kept of a direction: more than any hello and the flight before encryption takes. */
const MAX_BYTES = 64 * 1024;
/** Segments that may wait for one before them. */
const MAX_WAITING = 128;

interface Waiting {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** How far `to` is ahead of `from` among sequence numbers, which go round; negative when it is behind. */
function ahead(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * Takes segments in any order, doubled and overlapping, and keeps what they begin with: at most 64 KiB in order and as
 * much that waits for something missing. Where segments disagree, the first that came is believed.
 */
export class TcpStream {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;
  /** The sequence number of the next byte in order; `undefined` before the first segment. */
  #next: number | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #finish: number | undefined;
  /** Where the next record begins, in `#buffer`. */
  #record = 0;
  #settled = false;
  #stopped = false;

  /** The bytes in order. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Memory in use. */
  get held(): number {
    return this.#buffer.length + this.#waitingBytes;
  }

  /** Whether it need not be waited for: it ended, came to encrypted records, is no TLS, or fills the room for it. */
  get settled(): boolean {
    return this.#settled || this.#stopped || (this.#finish !== undefined && this.#next === this.#finish);
  }

  /** Whether something is missing before bytes that have come. */
  get hasGap(): boolean {
    return this.#waiting.length > 0;
  }

  /** The number that the first byte will have. */
  begin(sequence: number): void {
    this.#next ??= sequence;
  }

  /** Takes a segment. */
  push(sequence: number, payload: Uint8Array): void {
    if (payload.length === 0 || this.#stopped) return;
    this.#next ??= sequence;
    const distance = ahead(this.#next, sequence);
    if (distance > 0) {
      this.#wait(sequence, payload, distance);
      return;
    }
    this.#append(sequence, payload);
    this.#release();
  }

  /** Notes that the direction ends before this number. */
  finish(sequence: number): void {
    this.#finish ??= sequence;
  }

  /** Ends the direction where it is. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Lets go of everything that is kept. */
  release(): void {
    this.stop();
    this.#buffer = new Uint8Array(0);
    this.#length = 0;
  }

  #wait(sequence: number, payload: Uint8Array, distance: number): void {
    if (this.#waiting.length === MAX_WAITING || distance + payload.length > MAX_BYTES) return;
    if (this.#waitingBytes + payload.length > MAX_BYTES) return;
    // A capture uses its buffer again.
    this.#waiting.push({ sequence, payload: new Uint8Array(payload) });
    this.#waitingBytes += payload.length;
  }

  /** Appends what waited for the bytes that have now come. */
  #release(): void {
    for (;;) {
      const index = this.#waiting.findIndex(({ sequence }) => ahead(this.#next ?? 0, sequence) <= 0);
      const [segment] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (segment === undefined) return;
      this.#waitingBytes -= segment.payload.length;
      this.#append(segment.sequence, segment.payload);
    }
  }

  /** Appends the part of a segment that is new; it begins at, or before, the next byte in order. */
  #append(sequence: number, payload: Uint8Array): void {
    const known = ahead(sequence, this.#next ?? sequence);
    const fresh = payload.subarray(known);
    if (fresh.length === 0) return;
    this.#next = (sequence + payload.length) >>> 0;
    const kept = fresh.subarray(0, MAX_BYTES - this.#length);
    if (this.#length + kept.length > this.#buffer.length) {
      const larger = new Uint8Array(
        Math.min(MAX_BYTES, Math.max(2 * this.#buffer.length, this.#length + kept.length)),
      );
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(kept, this.#length);
    this.#length += kept.length;
    this.#settle();
  }

  /** Walks over the records that have come. */
  #settle(): void {
    while (!this.#stopped && this.#record + RECORD_HEADER <= this.#length) {
      const [type = 0, major = 0, , high = 0, low = 0] = this.#buffer.subarray(this.#record);
      if (major !== 3 || type < CONTENT_TYPE.changeCipherSpec || type > CONTENT_TYPE.applicationData)
        this.stop();
      // More is taken all the same: behind rejected early data may be a second ClientHello.
      if (type === CONTENT_TYPE.applicationData) this.#settled = true;
      this.#record += RECORD_HEADER + ((high << 8) | low);
    }
    if (this.#length === MAX_BYTES) this.stop();
  }
}
