/** Structures broken in the ways that files and attackers break them, the same ones in every run. */

/** A small generator of numbers (xorshift32): what matters is that a failure can be repeated. */
export class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) | 1;
  }

  /** A number from 0 up to, and not including, `limit`. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}

type Break = (bytes: Uint8Array, numbers: Numbers) => Uint8Array;

function replaced(bytes: Uint8Array, at: number, remove: number, ...insert: readonly number[]): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove));
}

/** Offsets of what looks like the header of an element: breaking these gets past the outermost checks. */
function headerAt(bytes: Uint8Array, numbers: Numbers): number {
  const start = numbers.below(Math.max(1, bytes.length));
  for (let step = 0; step < 64 && start + step < bytes.length; step++) {
    const tag = bytes[start + step] ?? 0;
    if (tag === 0x30 || tag === 0x31 || tag === 0x06 || tag === 0x04 || (tag & 0xe0) === 0xa0)
      return start + step;
  }
  return start;
}

const BREAKS: readonly Break[] = [
  // One bit, one octet.
  (bytes, numbers) => {
    const at = numbers.below(Math.max(1, bytes.length));
    return Uint8Array.from(bytes).fill((bytes[at] ?? 0) ^ (1 << numbers.below(8)), at, at + 1);
  },
  (bytes, numbers) => {
    const at = headerAt(bytes, numbers);
    return Uint8Array.from(bytes).fill(numbers.below(256), at, at + 1);
  },
  // The length of an element, which then reaches too far or not far enough.
  (bytes, numbers) => {
    const at = headerAt(bytes, numbers) + 1;
    const values = [0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff, (bytes[at] ?? 0) + 1, (bytes[at] ?? 0) - 1];
    return Uint8Array.from(bytes).fill(values[numbers.below(values.length)] ?? 0, at, at + 1);
  },
  // Octets gone, doubled, or put in.
  (bytes, numbers) => replaced(bytes, numbers.below(Math.max(1, bytes.length)), 1 + numbers.below(8)),
  (bytes, numbers) => {
    const at = numbers.below(Math.max(1, bytes.length));
    return replaced(bytes, at, 0, ...bytes.subarray(at, at + 1 + numbers.below(32)));
  },
  (bytes, numbers) => replaced(bytes, numbers.below(Math.max(1, bytes.length)), 0, numbers.below(256)),
  (bytes, numbers) => bytes.slice(0, numbers.below(Math.max(1, bytes.length))),
  // Two stretches change places.
  (bytes, numbers) => {
    const length = 1 + numbers.below(Math.min(64, bytes.length));
    const [a, b] = [numbers.below(bytes.length - length + 1), numbers.below(bytes.length - length + 1)];
    const out = Uint8Array.from(bytes);
    out.set(bytes.subarray(a, a + length), b);
    out.set(bytes.subarray(b, b + length), a);
    return out;
  },
];

/** A broken copy, which differs from the original; now and then it is broken in several places. */
export function mutated(original: Uint8Array, numbers: Numbers): Uint8Array {
  for (;;) {
    let bytes = original;
    do bytes = (BREAKS[numbers.below(BREAKS.length)] ?? ((same) => same))(bytes, numbers);
    while (numbers.below(8) === 0 && bytes.length > 0);
    if (bytes.length !== original.length || bytes.some((octet, at) => octet !== original[at])) return bytes;
  }
}
