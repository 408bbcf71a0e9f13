/** Keys of session tickets [RFC 5077 §4, RFC 9846]: the same in every process that has the same secret. */
import { Buffer } from 'node:buffer';
import { hkdfSync, randomBytes } from 'node:crypto';
import { HybridgeError, utf8, wipe } from '../bytes/index.ts';
import type { ClientHello } from '../tls/index.ts';

/** How sessions are resumed. */
export interface TicketOptions {
  /**
   * What ticket keys are derived from, at least 32 random bytes; the caller may wipe it afterwards. Listeners with the
   * same secret resume each other's sessions. Each listener makes one of its own unless given.
   */
  readonly secret?: Uint8Array | undefined;
  /**
   * For how long a session can be resumed, in seconds; 7200 unless told, at least 1, at most a week [RFC 9846]. Keys
   * change as often and are accepted for one more turn, so whoever steals the keys in use reads tickets of two turns.
   */
  readonly lifetimeSeconds?: number | undefined;
}

const DEFAULT_LIFETIME = 7200;
const WEEK = 604_800;
const MIN_SECRET = 32;
const NAME_LENGTH = 16;
/** After the name, the HMAC and AES keys that OpenSSL works with [RFC 5077 §4]. */
const KEYS_LENGTH = 32;
const SALT = utf8('hybridge session tickets');

interface EpochKeys {
  /** The first 16 bytes of every ticket of the epoch, hexadecimal. */
  readonly name: string;
  /** Name and keys, as `tls.createSecureContext` takes them. */
  readonly keys: Buffer;
}

/**
 * Ticket keys by epoch. An epoch lasts as long as a ticket; tickets of the one before are still accepted, and so are
 * those of the one after, which come from processes whose clocks are ahead.
 */
export class TicketKeys {
  readonly lifetimeSeconds: number;
  readonly #secret: Uint8Array;
  readonly #epochs: Map<number, EpochKeys> = new Map();

  /** @throws HybridgeError `invalid_argument` for a short secret or a lifetime out of range. */
  constructor({ secret, lifetimeSeconds = DEFAULT_LIFETIME }: TicketOptions = {}) {
    if (secret !== undefined && secret.length < MIN_SECRET)
      throw new HybridgeError(
        'invalid_argument',
        `tickets: a secret of ${secret.length} bytes, at least ${MIN_SECRET} are needed`,
        { fault: 'caller' },
      );
    if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > WEEK)
      throw new HybridgeError(
        'invalid_argument',
        `tickets: a lifetime of ${lifetimeSeconds} seconds is not within 1 and ${WEEK}`,
        { fault: 'caller' },
      );
    this.lifetimeSeconds = lifetimeSeconds;
    this.#secret = secret === undefined ? randomBytes(MIN_SECRET) : Uint8Array.from(secret);
  }

  /** The epoch whose keys new sessions get. */
  current(at: Date): number {
    return Math.floor(at.getTime() / 1000 / this.lifetimeSeconds);
  }

  /** The epoch whose keys a hello is to be answered with: that of its ticket while it is accepted, else the current. */
  epochOf(hello: ClientHello, at: Date): number {
    const current = this.current(at);
    // TLS 1.3 has tickets among its PSK identities, TLS 1.2 in an extension of their own, empty to ask for one.
    const tickets = hello.pskIdentities ?? (hello.sessionTicket === undefined ? [] : [hello.sessionTicket]);
    for (const ticket of tickets) {
      if (ticket.length <= NAME_LENGTH) continue;
      const name = Buffer.from(ticket.buffer, ticket.byteOffset, NAME_LENGTH).toString('hex');
      for (const epoch of [current, current - 1, current + 1])
        if (this.#keysOf(epoch).name === name) return epoch;
    }
    return current;
  }

  /** Name and keys of an epoch, 48 bytes. */
  keys(epoch: number): Buffer {
    return this.#keysOf(epoch).keys;
  }

  #keysOf(epoch: number): EpochKeys {
    const known = this.#epochs.get(epoch);
    if (known !== undefined) return known;
    for (const [other, { keys }] of this.#epochs)
      if (Math.abs(other - epoch) > 2) {
        wipe(keys);
        this.#epochs.delete(other);
      }
    const derive = (what: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', this.#secret, SALT, utf8(`${what} ${epoch}`), length));
    const name = derive('name', NAME_LENGTH);
    const made = { name: name.toString('hex'), keys: Buffer.concat([name, derive('keys', KEYS_LENGTH)]) };
    this.#epochs.set(epoch, made);
    return made;
  }
}
