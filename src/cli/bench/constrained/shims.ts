/**
 * What QuickJS lacks of the web platform, for the portable code. Loaded before everything else, and does nothing in Node.
 */

/** QuickJS with `--std`. */
interface QuickJsStd {
  readonly open: (path: string, mode: string) => QuickJsFile | null;
}

interface QuickJsFile {
  readonly read: (buffer: ArrayBufferLike, offset: number, length: number) => number;
  readonly close: () => void;
}

declare global {
  /** Name of the script and its arguments, in QuickJS. */
  var scriptArgs: readonly string[] | undefined;
  var std: QuickJsStd | undefined;
}

/** Real randomness: a key that is made here is a key. */
function getRandomValues<T extends ArrayBufferView>(view: T): T {
  const file = globalThis.std?.open('/dev/urandom', 'rb');
  if (file === undefined || file === null) throw new Error('there is no /dev/urandom');
  const count = file.read(view.buffer, view.byteOffset, view.byteLength);
  file.close();
  if (count !== view.byteLength) throw new Error('/dev/urandom ended');
  return view;
}

class Utf8Encoder {
  encode(text = ''): Uint8Array {
    const octets = encodeURIComponent(text).replaceAll(/%(..)/gu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
  }
}

class Utf8Decoder {
  decode(bytes: Uint8Array): string {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  }
}

/** Puts in place what the engine does not have itself. */
function provide(name: string, value: unknown): void {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
}

provide('crypto', { getRandomValues });
provide('TextEncoder', Utf8Encoder);
provide('TextDecoder', Utf8Decoder);

/** Written as an argument, so that the parent can learn what the engine does by itself. */
const AS_IS = 'as-is';

const LIMB = 64;

/**
 * QuickJS 2025-04-26 writes a number of 64, 128, 256, 384 or 448 bits in bases 2, 4, 8 and 16 with a zero before it.
 * noble takes the length of such a text for the size of a number: it refuses its own curves, and numbers of P-256.
 */
const isDefective = (1n << BigInt(LIMB - 1)).toString(2).length !== LIMB;

const written: unknown = Reflect.get(BigInt.prototype, 'toString');

if (isDefective && typeof written === 'function' && globalThis.scriptArgs?.includes(AS_IS) !== true)
  Object.defineProperty(BigInt.prototype, 'toString', {
    value: function (this: bigint, radix?: number): string {
      return String(Reflect.apply(written, this, [radix])).replace(/^(-?)0(?=.)/u, '$1');
    },
  });

/** What had to be mended for the code to run as it should; for the report. */
export const DEFECTS: readonly string[] = isDefective
  ? ['BigInt.prototype.toString writes a zero before numbers of 64, 128, 256, 384 or 448 bits']
  : [];
