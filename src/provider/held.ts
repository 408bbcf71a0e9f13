import { HybridgeError } from '../bytes/index.ts';

/** The secret half of a handle: there until the handle is disposed of. */
export class Held<T> {
  readonly #name: string;
  #value: T | undefined;

  /** @param name - The algorithm, for the message. */
  constructor(name: string, value: T) {
    this.#name = name;
    this.#value = value;
  }

  /** @throws {@link HybridgeError} `key_disposed`. */
  get(): T {
    if (this.#value === undefined)
      throw new HybridgeError('key_disposed', `the ${this.#name} private key was disposed of`, {
        fault: 'caller',
      });
    return this.#value;
  }

  /** Lets go of the value, handing it to `wipe` first if it was still there. */
  drop(wipe?: (value: T) => void): void {
    if (this.#value !== undefined) wipe?.(this.#value);
    this.#value = undefined;
  }
}
