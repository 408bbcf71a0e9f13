/** Looks at hellos and what came of them for signs of somebody who makes peers fall back. */
import { HybridgeError } from '../bytes/index.ts';
import type { DowngradeSuspected, EventPeer, EventStream } from '../events/index.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { Episodes } from './episodes.ts';
import type { FloorVerdict } from './floors.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { hostOf, networkOf } from './network.ts';
import { type OfferEvidence, OfferHistory } from './offer-history.ts';
import { describeStrength, type HelloOffer, type OfferStrength, offerStrength } from './strength.ts';
import { Tracks } from './tracks.ts';

/** A ClientHello as it came in. */
export interface SeenHello {
  /** Names the connection until its outcome is told. */
  readonly connection: string;
  readonly peer: EventPeer;
  /** A decoded `ClientHello` is one. */
  readonly offer: HelloOffer;
}

/** What became of a connection whose hello was seen. */
export interface SeenOutcome {
  readonly connection: string;
  /** The peer as it is known now: with its identity, where it has proven one. */
  readonly peer: EventPeer;
  /**
   * `established`: a session. `refused`: we ended it, for the policy or a floor. `failed`: it ended before there was a
   * session, whoever ended it.
   */
  readonly result: 'established' | 'failed' | 'refused';
  /** Whether the server asked for another hello (HelloRetryRequest). */
  readonly helloRetry: boolean | undefined;
  /** What the peer's floor says, where it was asked. */
  readonly floor?: FloorVerdict | undefined;
}

/** How a detector is made. */
export interface DowngradeDetectorOptions {
  readonly events: Pick<EventStream, 'emit'>;
  /** How many peers, places and connections are remembered, of each; 10,000 unless told. */
  readonly capacity?: number;
  /**
   * An episode has ended when nothing suspicious was seen for so long, in milliseconds; a day unless told. Longer than
   * the time between two connections of a device, or each connection is an episode.
   */
  readonly quiet?: number;
  /** Of one kind, at most so many episodes are told of one by one, further ones together; 5 unless told. */
  readonly episodes?: number;
}

/**
 * Watches hellos and outcomes. It reports and never decides; all dates are the caller's. Its memory is bounded and its
 * own: what must be shared by several processes, and enforced, are floors.
 */
export interface DowngradeDetector {
  /** Tell it of every hello, as soon as it is read. */
  hello(seen: SeenHello, at: Date): void;
  /** Tell it what came of it. A connection whose hello it does not know, or no longer, is passed over. */
  outcome(seen: SeenOutcome, at: Date): void;
  /** Ends episodes that are over; the other calls do so too, so this is for times without any. */
  sweep(at: Date): void;
  /** Forgets what peers have offered, for the operator who has made a fleet weaker on purpose. */
  reset(): void;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/**
 * How offers are watched. One device that has proven who it is, in slots of ten minutes. All that look alike and come
 * from one network, in days: there devices come and go with office hours, and only whole days are alike.
 */
const WATCH = {
  identity: { slot: 10 * MINUTE, unit: 'spans of ten minutes' },
  shape: { slot: DAY, unit: 'days' },
} as const;
/** A run of weaker offers is remarkable that is not likelier than this, and no shorter than two slots. */
const SHRUNK = { chance: 0.01, run: 2 } as const;
/** As likely as this, at most, are failures followed by weaker attempts that are remarkable. */
const RETRY_CHANCE = 0.0001;

function percent(chance: number): string {
  return `${(chance * 100).toPrecision(2)} %`;
}

/** Where attempts come from, and for which name. */
interface Place {
  readonly host: string;
  readonly network: string;
  readonly name: string;
  /** Host and name. */
  readonly key: string;
}

/** An attempt whose outcome is awaited. */
interface Pending {
  readonly place: Place;
  readonly attempts: Attempts;
  readonly attempt: Attempt;
}

function requireCount(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new HybridgeError('invalid_argument', `downgrade detector: ${what} ${String(value)} is below 1`, {
      fault: 'caller',
    });
}

/** What speaks for an offer that shrank; `undefined` when it is nothing remarkable. */
function shrunk(
  { run, chance, slots, best, bestShape, bestSeenAt }: OfferEvidence,
  { ja4 }: EventPeer,
  whose: string,
  unit: string,
): readonly string[] | undefined {
  if (run === 0) return undefined;
  const sameShape = ja4 !== undefined && ja4 === bestShape;
  // Other software is a good reason to offer something else: then a run must be twice as long.
  const weight = sameShape ? 1 : 0.5;
  if (run * weight < SHRUNK.run || chance ** weight > SHRUNK.chance) return undefined;
  return [
    `${whose} offered ${best.text} in ${String(slots)} ${unit}, last at ${new Date(bestSeenAt).toISOString()}`,
    `only weaker offers in the last ${String(run)} ${unit}: by this history a chance of ${percent(chance)}`,
    sameShape
      ? `the hello has the JA4 of the stronger ones, ${ja4}`
      : 'the hello has another JA4 than the stronger ones',
  ];
}

/**
 * Makes a detector of induced downgrades. What it reports as `downgrade-suspected`, once for each episode:
 *
 * - `offer-shrunk`: a peer offers less than it used to. A peer is a proven identity; without one, all hellos of one
 *   JA4 and server name from one network (24 bits of IPv4, 48 of IPv6). How long weaker offers must go on depends on how
 *   unusual they are there, so that two devices behind one address are no alarm.
 * - `retry-pattern`: from one address, attempts that offer more fail before they are finished and ones that offer less
 *   follow within half a minute, more often than both would meet by chance.
 * - `hello-retry-loop`: five handshakes in a row from one address ask for another hello, and none is finished.
 * - `floor-violation`: a session is below the floor of its peer.
 *
 * An operator who rolls firmware back on purpose gets an alarm for the first devices; `reset` ends it. A peer that has
 * not made its best offer for seven days is taken for what it offers now.
 *
 * @throws HybridgeError `invalid_argument` for a capacity, a time or a number of episodes below 1.
 *
 * @example
 * ```ts
 * import { createEventStream } from 'hybridge/events';
 * import { createDowngradeDetector } from 'hybridge/negotiation';
 *
 * const events = createEventStream();
 * events.subscribe((event) => console.log(event.type)); // downgrade-suspected
 * const detector = createDowngradeDetector({ events });
 * const peer = {
 *   address: '192.0.2.7:51234', serverName: 'pumps.example', identity: 'uri:urn:dev:ops:pump-17', ja3: undefined,
 *   ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
 * };
 * const meet = (connection: string, groups: readonly number[], at: Date): void => {
 *   detector.hello({ connection, peer, offer: { versions: [0x0304], groups } }, at);
 *   detector.outcome({ connection, peer, result: 'established', helloRetry: false }, at);
 * };
 * for (let hour = 0; hour < 100; hour++) meet(`strong ${hour}`, [0x11ec, 0x001d], new Date(hour * 3_600_000));
 * for (let hour = 100; hour < 110; hour++) meet(`weak ${hour}`, [0x001d], new Date(hour * 3_600_000));
 * ```
 */
export function createDowngradeDetector(options: DowngradeDetectorOptions): DowngradeDetector {
  const { events, capacity = 10_000, quiet = DAY, episodes: most = 5 } = options;
  requireCount(capacity, 'a capacity of');
  requireCount(quiet, 'a quiet time of');
  requireCount(most, 'a number of episodes of');
  const episodes = new Episodes(events, quiet, most);
  const pending = new LeastRecentlyUsed<string, Pending>(capacity);
  const identities = new Tracks<OfferHistory>(capacity);
  const shapes = new Tracks<OfferHistory>(capacity);
  const places = new Tracks<Attempts>(capacity);

  const placeOf = ({ address, serverName: name = '' }: EventPeer): Place => {
    const host = hostOf(address);
    return { host, network: networkOf(host), name, key: `${host} ${name}` };
  };

  const offered = (seen: SeenOutcome, offer: OfferStrength, { network, name }: Place, at: Date): void => {
    const { peer } = seen;
    const { identity, ja4 } = peer;
    const now = at.getTime();
    const shape = `${ja4 ?? ''} ${name}`;
    const alike = shapes.open(network, shape, () => new OfferHistory(WATCH.shape.slot));
    const byShape = alike.see(offer, ja4, now);
    // One device may speak through different software to different names.
    const evidence =
      identity === undefined
        ? byShape
        : identities.open(identity, name, () => new OfferHistory(WATCH.identity.slot)).see(offer, ja4, now);
    const reasons =
      identity === undefined
        ? shrunk(
            evidence,
            peer,
            `hellos of this JA4 from ${network} for ${name || 'no name'}`,
            WATCH.shape.unit,
          )
        : shrunk(evidence, peer, 'this peer', WATCH.identity.unit);
    if (reasons === undefined) return;
    suspect('offer-shrunk', seen, at, {
      scope: identity ?? `${network} ${shape}`,
      before: evidence.best.text,
      now: offer.text,
      evidence: reasons,
    });
  };

  const suspect = (
    kind: DowngradeSuspected['kind'],
    { connection, peer, result }: SeenOutcome,
    at: Date,
    what: Pick<DowngradeSuspected, 'before' | 'evidence' | 'now'> & { readonly scope: string },
  ): void => {
    episodes.suspect({ kind, at, connection, peer, refused: result === 'refused', ...what });
  };

  return {
    hello({ connection, peer, offer }, at) {
      episodes.sweep(at);
      const place = placeOf(peer);
      const attempts = places.open(place.network, place.key, () => new Attempts());
      pending.set(connection, {
        place,
        attempts,
        attempt: attempts.begin(offerStrength(offer), at.getTime()),
      });
    },
    outcome(seen, at) {
      episodes.sweep(at);
      const { connection, peer, result, helloRetry = false, floor } = seen;
      const begun = pending.get(connection);
      if (begun === undefined) return;
      pending.delete(connection);
      const { attempt, attempts, place } = begun;
      const { offer } = attempt;
      const { host } = place;
      const ended = attempts.end(attempt, { result, helloRetry }, at.getTime());
      const { pairs, chance, strong, weak, loop } = ended;
      if (floor?.verdict === 'violated')
        suspect('floor-violation', seen, at, {
          scope: peer.identity ?? place.key,
          before: describeStrength(floor.floor),
          now: offer.text,
          evidence: [floor.reason],
        });
      if (pairs > 0 && chance <= RETRY_CHANCE)
        suspect('retry-pattern', seen, at, {
          scope: place.key,
          before: strong,
          now: weak,
          evidence: [
            `attempts from ${host} that failed and were followed by a weaker one within half a minute: ${String(pairs)}`,
            `by the history of this address a chance of ${percent(chance)}`,
          ],
        });
      if (loop > 0)
        suspect('hello-retry-loop', seen, at, {
          scope: place.key,
          before: offer.text,
          now: offer.text,
          evidence: [
            `handshakes from ${host} in a row that asked for another hello and were not finished: ${String(loop)}`,
          ],
        });
      if (result !== 'failed') offered(seen, offer, place, at);
    },
    sweep: (at) => {
      episodes.sweep(at);
    },
    reset() {
      identities.clear();
      shapes.clear();
      places.clear();
    },
  };
}
