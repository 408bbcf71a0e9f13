/** Decodes the ClientHellos of one software once: the next ones are the same but for randomness, keys and tickets. */
import { type ClientHello, decodeClientHello } from './client-hello.ts';
import type { HelloExtension, KeyShareEntry } from './extension.ts';

/** Remembers hellos, for the readers that are made with it. Bounded; what was learned first is forgotten first. */
export interface HelloMemory {
  /**
   * Reads a ClientHello as {@link decodeClientHello} does. A hello with the shape of one that was met before is compared
   * with that one instead of decoded; what it holds, and what is refused, is the same either way.
   *
   * @throws HybridgeError as {@link decodeClientHello}.
   */
  readonly decode: (message: Uint8Array) => ClientHello;
}

/** Software of a kind has one shape for each server name; browsers, which shuffle their extensions, always a new one. */
const SHAPES = 1024;
/** The longest hello that is remembered, in bytes: all of them together stay below four megabytes. */
const LONGEST = 4096;
/** So many shapes of one length are compared with at most, which costs no more than decoding the longest of them. */
const SAME_LENGTH = 16;

/**
 * Makes a memory of hellos. A fleet of devices sends few kinds of them, and telling that one is known costs a tenth of
 * decoding it. Hellos that differ in their random, session identifier, key shares, ticket and pre-shared keys alone
 * have one `shape`, by which callers can remember what they made of it.
 *
 * @example
 * ```ts
 * import { createHelloMemory, createHelloReader, encodeClientHello } from 'hybridge/tls';
 *
 * const memory = createHelloMemory();
 * const hello = (): Uint8Array =>
 *   encodeClientHello({ random: crypto.getRandomValues(new Uint8Array(32)), cipherSuites: [0x1301] });
 * console.log(memory.decode(hello()).shape === memory.decode(hello()).shape); // true
 * const reader = createHelloReader({ memory });
 * ```
 */
export function createHelloMemory(): HelloMemory {
  const byLength = new Map<number, Shape[]>();
  let held = 0;

  const forgetOldest = (): void => {
    for (const [length, shapes] of byLength) {
      held -= shapes.length;
      byLength.delete(length);
      return;
    }
  };

  const remember = (message: Uint8Array): Shape => {
    // A copy of its own: the message is a view of whatever else the connection has sent.
    const shape = new Shape(Uint8Array.from(message));
    const shapes = byLength.get(message.length) ?? [];
    // Lengths in the order of what was learned last; of one length, the last ones are kept.
    byLength.delete(message.length);
    byLength.set(message.length, shapes);
    shapes.push(shape);
    held++;
    if (shapes.length > SAME_LENGTH) {
      shapes.shift();
      held--;
    }
    if (held > SHAPES) forgetOldest();
    return shape;
  };

  return {
    decode(message) {
      const shapes = byLength.get(message.length);
      if (shapes !== undefined)
        for (const shape of shapes) if (shape.fits(message)) return new KnownHello(shape.hello, message);
      if (message.length > LONGEST) return decodeClientHello(message);
      return new KnownHello(remember(message).hello, message);
    },
  };
}

/** A hello that was decoded, and the bytes of it that say what it is. */
class Shape {
  readonly hello: ClientHello;
  /** Where fixed bytes begin and end, in turns. */
  readonly #fixed: readonly number[];

  constructor(message: Uint8Array) {
    this.hello = decodeClientHello(message);
    this.#fixed = fixedRanges(this.hello);
  }

  /** Whether a message of the same length is a hello of this shape. */
  fits(message: Uint8Array): boolean {
    const { bytes } = this.hello;
    const fixed = this.#fixed;
    for (let range = 0; range < fixed.length; range += 2) {
      const end = fixed[range + 1] ?? 0;
      for (let at = fixed[range] ?? 0; at < end; at++) if (bytes[at] !== message[at]) return false;
    }
    return true;
  }
}

/** What is between the values that no decoding looks into. */
function fixedRanges(hello: ClientHello): readonly number[] {
  const { bytes, random, sessionId, keyShares = [], sessionTicket } = hello;
  const values = [random, sessionId, ...keyShares.map(({ keyExchange }) => keyExchange), ...pskValues(hello)];
  if (sessionTicket !== undefined) values.push(sessionTicket);
  values.sort((a, b) => a.byteOffset - b.byteOffset);
  const fixed = [0];
  for (const value of values) {
    const start = value.byteOffset - bytes.byteOffset;
    fixed.push(start, start + value.length);
  }
  fixed.push(bytes.length);
  return fixed;
}

const AGE = 4;
const VECTOR_HEADER = 2;

/** Identities with their ages, and binders without their lengths [RFC 9846]; the hello was found to be well formed. */
function pskValues({ bytes, pskIdentities = [] }: ClientHello): Uint8Array[] {
  const values: Uint8Array[] = [];
  let at = 0;
  for (const { byteOffset, length } of pskIdentities) {
    const start = byteOffset - bytes.byteOffset;
    at = start + length + AGE;
    values.push(bytes.subarray(start, at));
  }
  at += VECTOR_HEADER;
  // As many binders as identities.
  for (let left = pskIdentities.length; left > 0; left--) {
    const start = at + 1;
    at = start + (bytes[at] ?? 0);
    values.push(bytes.subarray(start, at));
  }
  return values;
}

/** A hello of a known shape: what is the same is that of the shape, views are made when they are asked for. */
class KnownHello implements ClientHello {
  readonly bytes: Uint8Array;
  readonly shape: ClientHello;

  constructor(shape: ClientHello, bytes: Uint8Array) {
    this.shape = shape;
    this.bytes = bytes;
  }

  get legacyVersion(): number {
    return this.shape.legacyVersion;
  }

  get random(): Uint8Array {
    return this.#own(this.shape.random);
  }

  get sessionId(): Uint8Array {
    return this.#own(this.shape.sessionId);
  }

  get cipherSuites(): readonly number[] {
    return this.shape.cipherSuites;
  }

  get compressionMethods(): readonly number[] {
    return this.shape.compressionMethods;
  }

  get extensions(): readonly HelloExtension[] {
    return this.shape.extensions.map(({ type, data }) => ({ type, data: this.#own(data) }));
  }

  get versions(): readonly number[] {
    return this.shape.versions;
  }

  get serverName(): string | undefined {
    return this.shape.serverName;
  }

  get alpn(): readonly string[] | undefined {
    return this.shape.alpn;
  }

  get groups(): readonly number[] | undefined {
    return this.shape.groups;
  }

  get pointFormats(): readonly number[] | undefined {
    return this.shape.pointFormats;
  }

  get keyShares(): readonly KeyShareEntry[] | undefined {
    return this.shape.keyShares?.map(({ group, keyExchange }) => ({
      group,
      keyExchange: this.#own(keyExchange),
    }));
  }

  get signatureAlgorithms(): readonly number[] | undefined {
    return this.shape.signatureAlgorithms;
  }

  get certificateSignatureAlgorithms(): readonly number[] | undefined {
    return this.shape.certificateSignatureAlgorithms;
  }

  get pskIdentities(): readonly Uint8Array[] | undefined {
    return this.shape.pskIdentities?.map((identity) => this.#own(identity));
  }

  get pskModes(): readonly number[] | undefined {
    return this.shape.pskModes;
  }

  get sessionTicket(): Uint8Array | undefined {
    return this.shape.sessionTicket && this.#own(this.shape.sessionTicket);
  }

  get earlyData(): boolean {
    return this.shape.earlyData;
  }

  get encryptedClientHello(): boolean {
    return this.shape.encryptedClientHello;
  }

  get grease(): boolean {
    return this.shape.grease;
  }

  /** The same place in this hello. */
  #own({ byteOffset, length }: Uint8Array): Uint8Array {
    const start = byteOffset - this.shape.bytes.byteOffset;
    return this.bytes.subarray(start, start + length);
  }
}
