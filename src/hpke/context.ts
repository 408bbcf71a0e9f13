import { EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import type { AeadKey } from '../provider/index.ts';
import type { KeySchedule } from './key-schedule.ts';

/**
 * What both sides of an HPKE exchange hold after the setup: a source of secrets that only they know.
 *
 * `using context = ...` wipes its secrets at the end of the block.
 */
export class ExportContext {
  readonly #schedule: KeySchedule;
  readonly #exporterSecret: Uint8Array;
  #disposed = false;

  /** @internal Made by the setup functions of a suite. */
  constructor(schedule: KeySchedule, exporterSecret: Uint8Array) {
    this.#schedule = schedule;
    this.#exporterSecret = exporterSecret;
  }

  /**
   * A secret that both sides compute alike [RFC 9180 §5.3].
   *
   * @param exporterContext - Says what the secret is for; each context gives another secret.
   * @param length - In bytes; at most 255 hash lengths with HKDF, 65535 with the one-stage functions.
   * @throws {@link HybridgeError} `invalid_argument` for another length; `key_disposed`.
   */
  export(exporterContext: Uint8Array, length: number): Uint8Array {
    this.assertUsable();
    return this.#schedule.export(this.#exporterSecret, exporterContext, length);
  }

  /** @throws {@link HybridgeError} `key_disposed`. */
  protected assertUsable(): void {
    if (this.#disposed)
      throw new HybridgeError('key_disposed', 'the HPKE context was disposed of', { fault: 'caller' });
  }

  /** Wipes the secrets of this context; it cannot be used afterwards. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    wipe(this.#exporterSecret);
  }
}

/**
 * The nonces of a context: the base nonce XOR a counter [RFC 9180 §5.2]. The counter stops at 2^53 - 1, the largest
 * whole number that JavaScript counts exactly, well before the limit of the RFC.
 */
export class NonceSequence {
  readonly #baseNonce: Uint8Array;
  readonly #nonce: Uint8Array;
  #sequence: number;

  constructor(baseNonce: Uint8Array, start = 0) {
    this.#baseNonce = baseNonce;
    this.#nonce = Uint8Array.from(baseNonce);
    this.#sequence = start;
  }

  /**
   * ComputeNonce for the next message; the array is used again for the one after.
   *
   * @throws HybridgeError `invalid_argument` when the context has had its last message.
   */
  current(): Uint8Array {
    if (this.#sequence === Number.MAX_SAFE_INTEGER)
      throw new HybridgeError('invalid_argument', 'the HPKE context has reached its message limit', {
        fault: 'caller',
        hint: 'set up a new context',
      });
    let rest = this.#sequence;
    for (let index = this.#nonce.length - 1; rest > 0; index--) {
      this.#nonce[index] = (this.#baseNonce[index] ?? 0) ^ (rest & 0xff);
      rest = Math.floor(rest / 256);
    }
    return this.#nonce;
  }

  /** IncrementSeq. */
  advance(): void {
    this.#sequence++;
  }

  wipe(): void {
    wipe(this.#baseNonce, this.#nonce);
  }
}

/** What messages are sealed with: the key, and the nonce of each. */
export interface MessageKey {
  readonly key: AeadKey;
  readonly nonces: NonceSequence;
}

/** The sending side: seals messages, which are opened in the same order. */
export class SenderContext extends ExportContext {
  readonly #message: MessageKey;

  /** @internal Made by `setupSender`. */
  constructor(schedule: KeySchedule, exporterSecret: Uint8Array, message: MessageKey) {
    super(schedule, exporterSecret);
    this.#message = message;
  }

  /**
   * Encrypts the next message [RFC 9180 §5.2].
   *
   * @param aad - Additional data: not encrypted and not contained in the result, but the recipient must give the same.
   * @returns The ciphertext followed by the tag: 16 bytes more than the plaintext.
   * @throws {@link HybridgeError} `invalid_argument` after 2^53 - 1 messages; `key_disposed`.
   */
  seal(plaintext: Uint8Array, aad: Uint8Array = EMPTY): Uint8Array {
    this.assertUsable();
    const { key, nonces } = this.#message;
    const sealed = key.seal(nonces.current(), plaintext, aad);
    nonces.advance();
    return sealed;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#message.nonces.wipe();
  }
}

/** The receiving side: opens messages in the order in which they were sealed. */
export class RecipientContext extends ExportContext {
  readonly #message: MessageKey;

  /** @internal Made by `setupRecipient`. */
  constructor(schedule: KeySchedule, exporterSecret: Uint8Array, message: MessageKey) {
    super(schedule, exporterSecret);
    this.#message = message;
  }

  /**
   * Decrypts the next message. A message that does not open leaves the context where it was, so that the right one
   * can still be opened.
   *
   * @throws {@link HybridgeError} `decryption_failed` when key, order, additional data or bytes do not fit;
   * `invalid_argument` after 2^53 - 1 messages; `key_disposed`.
   */
  open(ciphertext: Uint8Array, aad: Uint8Array = EMPTY): Uint8Array {
    this.assertUsable();
    const { key, nonces } = this.#message;
    const plaintext = key.open(nonces.current(), ciphertext, aad);
    if (plaintext === undefined)
      throw new HybridgeError('decryption_failed', 'the HPKE message does not open', { fault: 'peer' });
    nonces.advance();
    return plaintext;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#message.nonces.wipe();
  }
}
