/** Those who look at sessions over time: floors, the detector of downgrades, the monitor of cohorts. */
import type { EventPeer, Posture, SessionRefused } from '../events/index.ts';
import {
  type CohortMonitor,
  type DowngradeDetector,
  type Floors,
  type FloorVerdict,
  postureStrength,
} from '../negotiation/index.ts';
import type { PeerFacts } from '../policy/index.ts';
import type { ClientHello } from '../tls/index.ts';

/** A connection as its guards see it. */
export interface Guarded {
  readonly connection: string;
  /** With an identity only where it is proven. */
  readonly peer: EventPeer;
  readonly facts: PeerFacts;
  /** Whether the client was asked for another hello; `undefined` before that is decided. */
  readonly helloRetry: boolean | undefined;
}

/** Who guards. */
export interface GuardOptions {
  readonly floors: Floors | undefined;
  readonly detector: DowngradeDetector | undefined;
  readonly cohorts: CohortMonitor | undefined;
  readonly cohortOf: ((peer: PeerFacts) => string | undefined) | undefined;
}

const byServerName = ({ serverName }: PeerFacts): string => serverName ?? 'no server name';

/** What a listener tells its guards, and asks them. */
export class Guards {
  readonly #floors: Floors | undefined;
  readonly #detector: DowngradeDetector | undefined;
  readonly #cohorts: CohortMonitor | undefined;
  readonly #cohortOf: (peer: PeerFacts) => string | undefined;

  constructor({ floors, detector, cohorts, cohortOf = byServerName }: GuardOptions) {
    this.#floors = floors;
    this.#detector = detector;
    this.#cohorts = cohorts;
    this.#cohortOf = cohortOf;
  }

  /** A hello was read. */
  hello({ connection, peer }: Guarded, hello: ClientHello, at: Date): void {
    this.#detector?.hello({ connection, peer, offer: hello }, at);
  }

  /** What the floor of a peer says of a session; `undefined` for a peer without one. */
  floor({ facts }: Guarded, posture: Posture, at: Date): FloorVerdict | Promise<FloorVerdict> | undefined {
    const key = this.#floors?.keyOf(facts);
    const strength = postureStrength(posture, 'client');
    return key === undefined || strength === undefined ? undefined : this.#floors?.check(key, strength, at);
  }

  /** A session is handed over. */
  established(guarded: Guarded, posture: Posture, floor: FloorVerdict | undefined, at: Date): void {
    const { facts, peer } = guarded;
    this.#tellDetector(guarded, 'established', floor, at);
    const cohort = this.#cohorts && this.#cohortOf(facts);
    if (cohort !== undefined)
      this.#cohorts?.session(
        { cohort, classical: posture.keyExchange === 'classical', peer: peer.identity ?? facts.address },
        at,
      );
    const key = this.#floors?.keyOf(facts);
    const strength = postureStrength(posture, 'client');
    if (key === undefined || strength === undefined) return;
    // A lost store is told by the floors themselves, and a name too long for them has no floor.
    this.#floors?.raise(key, strength, at).catch(() => undefined);
  }

  /** A connection gets no session. */
  refused(
    guarded: Guarded,
    because: SessionRefused['because'],
    floor: FloorVerdict | undefined,
    at: Date,
  ): void {
    const result = because === 'policy' || because === 'floor' ? 'refused' : 'failed';
    this.#tellDetector(guarded, result, floor, at);
  }

  #tellDetector(
    { connection, peer, helloRetry }: Guarded,
    result: 'established' | 'failed' | 'refused',
    floor: FloorVerdict | undefined,
    at: Date,
  ): void {
    this.#detector?.outcome({ connection, peer, result, helloRetry, floor }, at);
  }
}
