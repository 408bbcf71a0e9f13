/** JA3 and JA4, which are the same for all hellos of one shape, and are then worked out once. */
import { type ClientHello, ja3, ja4 } from '../tls/index.ts';

/** The fingerprints of a client. */
export interface Fingerprint {
  readonly ja3: string;
  readonly ja4: string;
}

/** Remembers the fingerprints of the shapes of hellos for as long as their memory does. */
export class Fingerprints {
  readonly #known: WeakMap<ClientHello, Fingerprint> = new WeakMap();

  /** The fingerprints of a hello. Throws what `ja3` and `ja4` throw. */
  of(hello: ClientHello): Fingerprint {
    const { shape = hello } = hello;
    const known = this.#known.get(shape);
    if (known !== undefined) return known;
    const made = { ja3: ja3(hello).hash, ja4: ja4(hello) };
    this.#known.set(shape, made);
    return made;
  }
}
