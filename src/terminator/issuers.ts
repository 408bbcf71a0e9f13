/** Intermediate certificates of clients, for sessions that are resumed: a ticket carries the client's own alone. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isHybridgeError } from '../bytes/index.ts';
import { type Certificate, parseCertificate } from '../certificates/index.ts';
import type { Store } from '../store/index.ts';

/** More CAs than a fleet has. */
const MOST = 256;
const PREFIX = 'client-issuer/';
/** The store is not asked more often. */
const REFRESH_MILLISECONDS = 5000;

interface Learned {
  readonly certificate: Certificate;
  /** When it was last written to the store. */
  readonly written: number;
}

/**
 * Issuers that stood in valid paths. They are candidates and nothing more: every path through them is validated anew,
 * so the store that shares them among processes need not be trusted.
 */
export class Issuers {
  readonly #store: Store | undefined;
  readonly #lifetime: number;
  readonly #learned: Map<string, Learned> = new Map();
  #refreshed = -Infinity;

  /** @param lifetimeSeconds - For how long a session can be resumed. */
  constructor(store: Store | undefined, lifetimeSeconds: number) {
    this.#store = store;
    this.#lifetime = lifetimeSeconds * 1000;
  }

  get certificates(): readonly Certificate[] {
    return [...this.#learned.values()].map(({ certificate }) => certificate);
  }

  /** Takes in what stood above the leaf of a valid path. */
  learn(issuers: readonly Certificate[], at: Date): void {
    const instant = at.getTime();
    for (const certificate of issuers) {
      const key = PREFIX + createHash('sha256').update(certificate.bytes).digest('hex');
      const known = this.#learned.get(key);
      if (known !== undefined && instant - known.written < this.#lifetime) continue;
      this.#hold(key, { certificate, written: instant });
      // No session waits for the store. One that is lost costs resumptions, nothing more.
      this.#write(key, certificate, instant).catch(() => undefined);
    }
  }

  /** Looks at what other processes have learned. Answers whether there was anything new. */
  async refresh(at: Date): Promise<boolean> {
    const instant = at.getTime();
    if (this.#store === undefined || Math.abs(instant - this.#refreshed) < REFRESH_MILLISECONDS) return false;
    this.#refreshed = instant;
    const before = this.#learned.size;
    try {
      for await (const { key, value } of this.#store.entries(PREFIX))
        if (!this.#learned.has(key) && typeof value === 'string' && this.#learned.size < MOST)
          this.#hold(key, { certificate: parseCertificate(Buffer.from(value, 'base64')), written: instant });
    } catch (error) {
      // A store that is lost or holds something else costs resumptions, nothing more.
      if (!isHybridgeError(error)) throw error;
    }
    return this.#learned.size > before;
  }

  #hold(key: string, learned: Learned): void {
    this.#learned.delete(key);
    this.#learned.set(key, learned);
    if (this.#learned.size <= MOST) return;
    for (const oldest of this.#learned.keys()) {
      this.#learned.delete(oldest);
      break;
    }
  }

  async #write(key: string, { bytes }: Certificate, instant: number): Promise<void> {
    if (this.#store === undefined) return;
    const value = Buffer.from(bytes).toString('base64');
    // Tickets are accepted for two turns of their keys, and this is written again after one.
    const expiresAt = new Date(instant + 3 * this.#lifetime);
    const before = await this.#store.get(key);
    await this.#store.compareAndSet(key, before?.value, value, { expiresAt });
  }
}
