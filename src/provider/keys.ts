import { EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import type { KeyDescriptor } from '../registry/index.ts';

/** How the private key is kept: as the seed or scalar it was made from, or only in expanded form. */
export type PrivateKeyForm = 'expanded' | 'seed';

/**
 * A public key: its algorithm and its raw bytes. Opaque and immutable; handles that backends make of it are cached.
 * Read it with `hybridge/keys`, or get it from `generateKeyPair`.
 */
export class PublicKey<Algorithm extends KeyDescriptor = KeyDescriptor> {
  /** The registry's descriptor of the algorithm this key belongs to. */
  readonly algorithm: Algorithm;
  readonly #bytes: Uint8Array;

  /** Copies the raw bytes, which the caller has checked. Users get keys from `generateKeyPair` or `importKey`. */
  constructor(algorithm: Algorithm, bytes: Uint8Array) {
    this.algorithm = algorithm;
    this.#bytes = Uint8Array.from(bytes);
  }

  /** The raw public key in a new array: what the standard of the algorithm calls the public key. */
  bytes(): Uint8Array {
    return this.#bytes.slice();
  }
}

/**
 * A private key: its algorithm, its public key, and the stored form (the seed where there is one).
 *
 * `using key = ...` or `key[Symbol.dispose]()` wipes the stored bytes and the handles that backends made. JavaScript
 * cannot promise erasure: the engine may hold copies.
 */
export class PrivateKey<Algorithm extends KeyDescriptor = KeyDescriptor> {
  readonly algorithm: Algorithm;
  readonly publicKey: PublicKey<Algorithm>;
  /** `expanded` when the key came without its seed. The seed cannot be recovered from an expanded key. */
  readonly form: PrivateKeyForm;
  #bytes: Uint8Array;
  #disposed = false;
  readonly #onDispose: (() => void)[] = [];

  constructor(publicKey: PublicKey<Algorithm>, bytes: Uint8Array, form: PrivateKeyForm = 'seed') {
    this.algorithm = publicKey.algorithm;
    this.publicKey = publicKey;
    this.form = form;
    this.#bytes = Uint8Array.from(bytes);
  }

  /**
   * The stored private key in a new array. The caller owns it and should wipe it.
   *
   * @throws {@link HybridgeError} `key_disposed`.
   */
  secretBytes(): Uint8Array {
    this.assertUsable();
    return this.#bytes.slice();
  }

  /** @throws {@link HybridgeError} `key_disposed`. */
  assertUsable(): void {
    if (this.#disposed)
      throw new HybridgeError('key_disposed', `the ${this.algorithm.name} private key was disposed of`, {
        fault: 'caller',
      });
  }

  /** Registers what must be wiped together with this key. */
  onDispose(action: () => void): void {
    this.#onDispose.push(action);
  }

  /** Wipes the stored bytes and everything that backends made of them; the key cannot be used afterwards. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    wipe(this.#bytes);
    this.#bytes = EMPTY;
    for (const action of this.#onDispose.splice(0)) action();
  }

  /** Never shows key material, whatever prints it. */
  toJSON(): { algorithm: string; privateKey: string } {
    return { algorithm: this.algorithm.name, privateKey: '[hidden]' };
  }
}

/** A private key with its public key. */
export interface KeyPair<Algorithm extends KeyDescriptor = KeyDescriptor> {
  readonly publicKey: PublicKey<Algorithm>;
  readonly privateKey: PrivateKey<Algorithm>;
}
