import { HybridgeError } from '../bytes/index.ts';

/** Bounds on what connections may cost before they are sessions. */
export interface Limits {
  /** Sockets open at the same time; new ones are closed at once beyond that. */
  readonly connections: number;
  /**
   * Sockets without a session. Beyond that the oldest of them makes room: an honest client is done within a few round
   * trips, one that holds a place for nothing is always among the oldest.
   */
  readonly halfOpen: number;
  /** The same for one IPv4 address, or one /64 of IPv6. */
  readonly halfOpenPerAddress: number;
  /** Bytes of a hello with its records. */
  readonly helloBytes: number;
  /** Milliseconds until the hello must be complete, however many pieces it comes in. */
  readonly helloMilliseconds: number;
  /** Milliseconds from the hello to the session. */
  readonly handshakeMilliseconds: number;
  /** Secure contexts kept for reuse. */
  readonly contexts: number;
}

/** The limits of a listener that was told none. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  connections: 20_000,
  halfOpen: 4096,
  halfOpenPerAddress: 512,
  // Hellos with several post-quantum key shares have a few kilobytes.
  helloBytes: 65_536,
  helloMilliseconds: 10_000,
  handshakeMilliseconds: 15_000,
  contexts: 256,
});

/** Timers of Node hold 31 bits. */
const MAX_MILLISECONDS = 0x7fff_ffff;

/**
 * The limits asked for, with defaults for the others.
 *
 * @throws HybridgeError `invalid_argument` for a limit that is not a whole number of at least 1.
 */
export function readLimits(limits: Partial<Limits> = {}): Limits {
  const read = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(read))
    if (!Number.isSafeInteger(value) || value < 1 || value > MAX_MILLISECONDS)
      throw new HybridgeError('invalid_argument', `listener: the limit ${name} is ${String(value)}`, {
        fault: 'caller',
      });
  return read;
}

/** An address as people write it: IPv4 without the dress of IPv6, no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, '');
}

/**
 * What counts as one place on the network: an IPv4 address, or the /64 of an IPv6 address, of which one host has all
 * it wants.
 *
 * @param address - From {@link plainAddress}.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined || before.length >= 4) return before.slice(0, 4).join(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

/** Who is without a session, the oldest first; overall and by network. */
export class HalfOpen<Holder> {
  readonly #most: number;
  readonly #mostPerNetwork: number;
  /** Sets keep the order of insertion, so their first element is the oldest. */
  readonly #all: Set<Holder> = new Set();
  readonly #byNetwork: Map<string, Set<Holder>> = new Map();

  constructor({ halfOpen, halfOpenPerAddress }: Limits) {
    this.#most = halfOpen;
    this.#mostPerNetwork = halfOpenPerAddress;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes a holder in. The one returned has to {@link leave} at once: when many come at once, each sends another away. */
  enter(holder: Holder, network: string): Holder | undefined {
    this.#all.add(holder);
    let here = this.#byNetwork.get(network);
    if (here === undefined) this.#byNetwork.set(network, (here = new Set()));
    here.add(holder);
    if (here.size > this.#mostPerNetwork) return first(here);
    return this.#all.size > this.#most ? first(this.#all) : undefined;
  }

  /** Lets a holder out; one that is not in is none. */
  leave(holder: Holder, network: string): void {
    if (!this.#all.delete(holder)) return;
    const here = this.#byNetwork.get(network);
    here?.delete(holder);
    if (here?.size === 0) this.#byNetwork.delete(network);
  }
}

function first<Element>(set: ReadonlySet<Element>): Element | undefined {
  for (const element of set) return element;
  return undefined;
}
