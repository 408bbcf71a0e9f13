/** The best posture that each peer has proven, below which it is not believed later. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import type { EventStream } from '../events/index.ts';
import type { PeerFacts } from '../policy/index.ts';
import type { Store, StoreValue } from '../store/index.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { aspectsOf, describeStrength, STRONGEST, type StrengthAspects, strengthOf } from './strength.ts';

/** How floors are kept and what they do. */
export interface FloorsOptions {
  /** Where they are kept; what several terminators share, they enforce together. */
  readonly store: Store;
  /** What the store is called in events; `floors` unless told. */
  readonly name?: string;
  /**
   * How long a floor holds after the last session that reached it, in milliseconds; 180 days unless told. Long enough
   * for a device that is seldom used, short enough that a forgotten one is not locked out for good.
   */
  readonly maxAge?: number;
  /** What a session below its floor comes to: it is refused, or only reported. */
  readonly enforce: 'alarm' | 'refuse';
  /**
   * What happens while the store cannot be reached. `open`: sessions go on, but for those known to be below their
   * floor. `closed`: sessions are refused, but for those that no floor can be above and those checked moments ago.
   */
  readonly onLost: 'closed' | 'open';
  /** Where `store-lost` and `store-recovered` go: one of each for every time that the store is lost. */
  readonly events?: Pick<EventStream, 'emit'> | undefined;
  /**
   * What a peer is remembered by; `undefined` for peers without a floor. Unless told it is {@link identityOfPeer}: what
   * the certificate of the peer proves. An address alone is nobody: behind it may be many devices.
   */
  readonly key?: (peer: PeerFacts) => string | undefined;
  /**
   * What is remembered of the store: so many peers (10,000 unless told), each for so many milliseconds (10,000 unless
   * told). Since floors only rise, the most that an old answer can do is to miss, for that time, a rise that another
   * process saw.
   */
  readonly cache?: { readonly capacity?: number; readonly maxAge?: number };
}

/** What a floor says of a session. */
export type FloorVerdict =
  /** No floor, or one that the session reaches. */
  | { readonly verdict: 'met'; readonly floor: number | undefined; readonly refuse: false }
  /** The peer has proven more before. */
  | {
      readonly verdict: 'violated';
      readonly floor: number;
      readonly refuse: boolean;
      /** What was proven and what is there now, for a person. */
      readonly reason: string;
    }
  /** The store cannot be reached, so nobody knows. */
  | {
      readonly verdict: 'store-lost';
      readonly floor: undefined;
      readonly refuse: boolean;
      readonly reason: string;
    };

/** The floor of a peer. */
export interface Floor {
  readonly peer: string;
  /** As `postureStrength` counts. */
  readonly strength: number;
  /** From then on the floor is gone; `undefined`: never. */
  readonly expiresAt: Date | undefined;
}

/** Floors of peers. All dates are the caller's: there is no clock in here. */
export interface Floors {
  /**
   * What a peer is remembered by; `undefined`: it has no floor, and there is nothing to check or raise. So it is with a
   * name of more than 490 characters in percent-encoding, for which no store has room.
   */
  keyOf(peer: PeerFacts): string | undefined;
  /**
   * Whether a session is as strong as its peer has proven before, in each aspect of the strength. The answer comes at
   * once where it is known, so that no store is in the way of a handshake.
   *
   * @throws HybridgeError `invalid_argument` for a strength that is none or a name of more than 490 characters.
   */
  check(peer: string, strength: number, at: Date): FloorVerdict | Promise<FloorVerdict>;
  /**
   * Remembers what a peer has proven: call it when a session is established. Raises of the same peer are gathered, and
   * a floor that stands already is renewed at most once an hour. A lost store is an event, not an error.
   */
  raise(peer: string, strength: number, at: Date): Promise<void>;
  /**
   * Forgets the floor of a peer, for the operator who has made a device weaker on purpose. Answers whether there was
   * one. Other processes that share the store notice at the next session below the floor.
   *
   * @throws HybridgeError `input_output` when the store cannot be reached.
   */
  reset(peer: string): Promise<boolean>;
  /**
   * All floors, in no particular order.
   *
   * @throws HybridgeError `input_output` when the store cannot be reached.
   */
  list(): AsyncIterable<Floor>;
}

const DAY = 86_400_000;
/** A floor is written again when this much (milliseconds) would be added to its life, and no earlier. */
const RENEWAL = 3_600_000;

const ASPECTS = ['keyExchange', 'authentication'] as const;
type Aspect = (typeof ASPECTS)[number];

/** The keys of the store: one count for each aspect of a peer. */
const SPACE: Readonly<Record<Aspect, string>> = {
  keyExchange: 'floor/key-exchange/',
  authentication: 'floor/authentication/',
};

/** Characters of a key that the longest of these leaves for the peer, of 512. */
const LONGEST = 490;

/** What the store last said of one aspect; rank 0: no floor. */
interface Held {
  readonly rank: number;
  /** Infinity for one that stays. */
  readonly expiry: number;
  /** When the store said so. */
  readonly readAt: number;
}

type Known = Readonly<Record<Aspect, Held>>;

const NEVER_READ: Held = { rank: 0, expiry: Infinity, readAt: -Infinity };
const UNKNOWN: Known = { keyExchange: NEVER_READ, authentication: NEVER_READ };
const MET_WITHOUT_FLOOR: FloorVerdict = { verdict: 'met', floor: undefined, refuse: false };

/** Printable ASCII without `%` stays as it is, so that keys can be read; the rest is percent-encoded. */
function encodePeer(peer: string): string {
  return peer.replace(/\p{Cs}/gu, '\ufffd').replace(/[^!-$&-~]/gu, encodeURIComponent);
}

/** The rank that a store holds; one of a later release is at least as much as the best that is known here. */
function rankOf(aspect: Aspect, value: StoreValue | undefined): number {
  return typeof value === 'number' ? Math.min(value, aspectsOf(STRONGEST)[aspect]) : 0;
}

/**
 * The identity of a peer as its certificate proves it: the first URI among its identities, else the first of them.
 *
 * @example
 * ```ts
 * import { identityOfPeer } from 'hybridge/negotiation';
 *
 * console.log(identityOfPeer({ identities: ['dns:pump-17.example', 'uri:urn:dev:ops:pump-17'] }));
 * // uri:urn:dev:ops:pump-17
 * console.log(identityOfPeer({ address: '192.0.2.7' })); // undefined
 * ```
 */
export function identityOfPeer({ identities = [] }: PeerFacts): string | undefined {
  return identities.find((identity) => identity.startsWith('uri:')) ?? identities[0];
}

/** The floor in what is known, without what has ended. */
function floorAt(known: Known, now: number): StrengthAspects {
  const rank = ({ rank: held, expiry }: Held): number => (expiry > now ? held : 0);
  return { keyExchange: rank(known.keyExchange), authentication: rank(known.authentication) };
}

function isBelow(session: StrengthAspects, floor: StrengthAspects): boolean {
  return session.keyExchange < floor.keyExchange || session.authentication < floor.authentication;
}

function requireAtLeast(value: number, least: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new HybridgeError(
      'invalid_argument',
      `floors: ${what} ${String(value)} is below ${String(least)}`,
      {
        fault: 'caller',
      },
    );
}

/**
 * Makes floors over a store.
 *
 * A store that fails is lost until an operation begun later succeeds. Calls that are wrong (`invalid_argument`) are
 * thrown; everything else that a store rejects with counts as a loss.
 *
 * @throws HybridgeError `invalid_argument` for ages or capacities that are none.
 *
 * @example
 * ```ts
 * import { createFloors } from 'hybridge/negotiation';
 * import { createMemoryStore } from 'hybridge/store';
 *
 * const floors = createFloors({ store: createMemoryStore(), enforce: 'refuse', onLost: 'open' });
 * const now = new Date();
 * await floors.raise('uri:urn:dev:ops:pump-17', 40, now); // a hybrid session
 * console.log(await floors.check('uri:urn:dev:ops:pump-17', 20, now)); // { verdict: 'violated', refuse: true, ... }
 * await floors.reset('uri:urn:dev:ops:pump-17');
 * ```
 */
export function createFloors(options: FloorsOptions): Floors {
  const {
    store,
    name = 'floors',
    maxAge = 180 * DAY,
    enforce,
    onLost,
    events,
    key = identityOfPeer,
  } = options;
  const { capacity = 10_000, maxAge: fresh = 10_000 } = options.cache ?? {};
  requireAtLeast(maxAge, 1, 'an age of');
  requireAtLeast(capacity, 1, 'a capacity of');
  requireAtLeast(fresh, 0, 'an age of cached answers of');
  const cache = new LeastRecentlyUsed<string, Known>(capacity);
  const rising = new Map<string, { readonly rank: number; readonly done: Promise<void> }>();

  // Operations are numbered, so that an answer to an old question does not end a loss, nor begin one.
  let operations = 0;
  let lost = false;
  let turned = 0;

  const reached = (operation: number, at: Date): void => {
    if (!lost || operation <= turned) return;
    lost = false;
    turned = operations;
    events?.emit({ type: 'store-recovered', at, store: name });
  };

  const failed = (operation: number, error: unknown, at: Date): void => {
    if (isHybridgeError(error, 'invalid_argument')) throw error;
    if (lost || operation <= turned) return;
    lost = true;
    turned = operations;
    const message = error instanceof Error ? error.message : String(error);
    events?.emit({ type: 'store-lost', at, store: name, failing: onLost, message });
  };

  const readAspect = async (aspect: Aspect, encoded: string, readAt: number): Promise<Held> => {
    const entry = await store.get(`${SPACE[aspect]}${encoded}`);
    return { rank: rankOf(aspect, entry?.value), expiry: entry?.expiresAt?.getTime() ?? Infinity, readAt };
  };

  const read = async (peer: string, at: Date): Promise<Known | undefined> => {
    const operation = ++operations;
    const encoded = encodePeer(peer);
    const before = cache.get(peer);
    try {
      const [keyExchange, authentication] = await Promise.all([
        readAspect('keyExchange', encoded, at.getTime()),
        readAspect('authentication', encoded, at.getTime()),
      ]);
      reached(operation, at);
      const known = { keyExchange, authentication };
      // What became known meanwhile is newer: a raise of this process among it.
      if (cache.get(peer) === before) cache.set(peer, known);
      return known;
    } catch (error) {
      failed(operation, error, at);
      return undefined;
    }
  };

  const judge = (known: Known, session: StrengthAspects, now: number): FloorVerdict => {
    const floor = floorAt(known, now);
    const proven = strengthOf(floor);
    if (!isBelow(session, floor))
      return proven === 0 ? MET_WITHOUT_FLOOR : { verdict: 'met', floor: proven, refuse: false };
    return {
      verdict: 'violated',
      floor: proven,
      refuse: enforce === 'refuse',
      reason: `this peer has proven ${describeStrength(proven)}; the session has ${describeStrength(strengthOf(session))}`,
    };
  };

  const ask = async (peer: string, session: StrengthAspects, at: Date): Promise<FloorVerdict> => {
    const now = at.getTime();
    const before = cache.get(peer);
    const known = await read(peer, at);
    if (known !== undefined) return judge(known, session, now);
    // A floor that was there is there still, unless it was reset: good enough while nobody can say.
    const remembered = before === undefined ? MET_WITHOUT_FLOOR : judge(before, session, now);
    if (remembered.verdict === 'violated') return remembered;
    return {
      verdict: 'store-lost',
      floor: undefined,
      refuse: onLost === 'closed',
      reason: `the floors cannot be read, and sessions are ${onLost === 'closed' ? 'refused' : 'let through'} meanwhile`,
    };
  };

  /** Whether a raise would add nothing worth writing. */
  const stands = ({ rank: held, expiry, readAt }: Held, rank: number, now: number): boolean =>
    held >= rank &&
    now - readAt < RENEWAL &&
    expiry > (held > rank ? now : now + maxAge - Math.min(RENEWAL, maxAge / 2));

  const write = async (peer: string, aspect: Aspect, rank: number, at: Date): Promise<void> => {
    const operation = ++operations;
    const end = at.getTime() + maxAge;
    try {
      const { value } = await store.raise(`${SPACE[aspect]}${encodePeer(peer)}`, rank, {
        expiresAt: new Date(end),
      });
      reached(operation, at);
      // Where another process has proven more, when that ends is not known here.
      if (value > rank) cache.delete(peer);
      else {
        const held: Held = { rank, expiry: end, readAt: at.getTime() };
        cache.set(peer, { ...(cache.get(peer) ?? UNKNOWN), [aspect]: held });
      }
    } catch (error) {
      failed(operation, error, at);
    }
  };

  const raiseAspect = (peer: string, aspect: Aspect, rank: number, at: Date): Promise<void> => {
    if (stands((cache.get(peer) ?? UNKNOWN)[aspect], rank, at.getTime())) return Promise.resolve();
    const rise = `${aspect} ${peer}`;
    const under = rising.get(rise);
    if (under !== undefined && under.rank >= rank) return under.done;
    const done = write(peer, aspect, rank, at).finally(() => {
      if (rising.get(rise)?.done === done) rising.delete(rise);
    });
    rising.set(rise, { rank, done });
    return done;
  };

  return {
    keyOf(peer) {
      const named = key(peer);
      return named === undefined || encodePeer(named).length > LONGEST ? undefined : named;
    },
    check(peer, strength, at) {
      const session = aspectsOf(strength);
      // Nothing can be above it: the sessions of a fleet that has arrived ask nobody.
      if (strength === STRONGEST) return MET_WITHOUT_FLOOR;
      const now = at.getTime();
      const known = cache.get(peer);
      if (known !== undefined && ASPECTS.every((aspect) => Math.abs(now - known[aspect].readAt) <= fresh)) {
        const verdict = judge(known, session, now);
        // Before a session is found wanting the store is asked, where the floor may have been reset.
        if (verdict.verdict === 'met') return verdict;
      }
      return ask(peer, session, at);
    },
    async raise(peer, strength, at) {
      const session = aspectsOf(strength);
      // Rank 0 is no floor: there is nothing below it.
      const risen = ASPECTS.filter((aspect) => session[aspect] > 0);
      await Promise.all(risen.map((aspect) => raiseAspect(peer, aspect, session[aspect], at)));
    },
    async reset(peer) {
      const encoded = encodePeer(peer);
      const removed = await Promise.all(ASPECTS.map((aspect) => store.delete(`${SPACE[aspect]}${encoded}`)));
      cache.delete(peer);
      return removed.includes(true);
    },
    async *list() {
      for await (const { key: storeKey, value, expiresAt } of store.entries(SPACE.keyExchange)) {
        const encoded = storeKey.slice(SPACE.keyExchange.length);
        const other = await store.get(`${SPACE.authentication}${encoded}`);
        const strength = strengthOf({
          keyExchange: rankOf('keyExchange', value),
          authentication: rankOf('authentication', other?.value),
        });
        yield { peer: decodeURIComponent(encoded), strength, expiresAt };
      }
    },
  };
}
