/** JA3 and JA4, which are the same for all hellos that offer the same, and are then worked out once. */
import { Buffer } from 'node:buffer';
import { type ClientHello, ja3, ja4 } from '../tls/index.ts';

/** The fingerprints of a client. */
export interface Fingerprint {
  readonly ja3: string;
  readonly ja4: string;
}

/** Software of a kind has one shape; browsers, which shuffle their extensions, have a new one each time. */
const MOST = 1024;
/** The longest shape that is kept, in characters; an attacker may make them as long as hellos can be. */
const LONGEST = 2048;
/** Where the session identifier begins: after the header of the message, the version and the random. */
const SESSION_ID = 38;

/** Extensions of which the fingerprints tell the contents: groups, point formats, signatures, protocols, versions. */
const TOLD: ReadonlySet<number> = new Set([10, 11, 13, 16, 43]);

/** Remembers the fingerprints of the shapes of hellos that it has seen. */
export class Fingerprints {
  readonly #known: Map<string, Fingerprint> = new Map();

  /** The fingerprints of a hello. Throws what `ja3` and `ja4` throw. */
  of(hello: ClientHello): Fingerprint {
    const shape = shapeOf(hello);
    const known = this.#known.get(shape);
    if (known !== undefined) return known;
    const made = { ja3: ja3(hello).hash, ja4: ja4(hello) };
    if (shape.length > LONGEST) return made;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(shape, made);
    return made;
  }
}

/** The bytes that the fingerprints depend on, each part with its length, as text: Maps find texts fast. */
function shapeOf({ bytes, legacyVersion, sessionId, cipherSuites, extensions }: ClientHello): string {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = (start: number, length: number): string => message.toString('latin1', start, start + length);
  let shape = String.fromCharCode(legacyVersion, cipherSuites.length);
  shape += text(SESSION_ID + 1 + sessionId.length + 2, 2 * cipherSuites.length);
  for (const { type, data } of extensions) {
    shape += String.fromCharCode(type);
    if (TOLD.has(type))
      shape += String.fromCharCode(data.length) + text(data.byteOffset - bytes.byteOffset, data.length);
  }
  return shape;
}
