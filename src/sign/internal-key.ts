import { wipe } from '../bytes/index.ts';
import {
  andThen,
  type Awaitable,
  Held,
  type InternalSignatureName,
  type InternalSigningKey,
  type InternalVerifyingKey,
  type Provider,
  requireInternalSignature,
} from '../provider/index.ts';

/** A private key for the internal function, imported when it is first needed: most keys never stream. */
export class InternalSigningKeyOnDemand {
  readonly #provider: Provider;
  readonly #name: InternalSignatureName;
  readonly #stored: Held<Uint8Array>;
  #key: Awaitable<InternalSigningKey> | undefined;

  constructor(provider: Provider, name: InternalSignatureName, stored: Uint8Array) {
    this.#provider = provider;
    this.#name = name;
    this.#stored = new Held(name, Uint8Array.from(stored));
  }

  /** @throws HybridgeError `unsupported`, `key_disposed`. */
  get(): Awaitable<InternalSigningKey> {
    const stored = this.#stored.get();
    return (this.#key ??= requireInternalSignature(this.#provider, this.#name).internalSigningKey(stored));
  }

  dispose(): void {
    this.#stored.drop(wipe);
    if (this.#key !== undefined) void andThen(this.#key, (key) => key.dispose());
  }
}

/** A public key for the internal function, imported when it is first needed. The bytes passed in must stay as they are. */
export class InternalVerifyingKeyOnDemand {
  readonly #provider: Provider;
  readonly #name: InternalSignatureName;
  readonly #publicKey: Uint8Array;
  #key: Awaitable<InternalVerifyingKey> | undefined;

  constructor(provider: Provider, name: InternalSignatureName, publicKey: Uint8Array) {
    this.#provider = provider;
    this.#name = name;
    this.#publicKey = publicKey;
  }

  /** @throws HybridgeError `unsupported`. */
  get(): Awaitable<InternalVerifyingKey> {
    return (this.#key ??= requireInternalSignature(this.#provider, this.#name).internalVerifyingKey(
      this.#publicKey,
    ));
  }
}
