/** Suspicions that belong together: one event when they begin, one when they have ended. */
import type { DowngradeSuspected, EventStream } from '../events/index.ts';

/** One suspicious connection. */
export type Suspicion = Omit<DowngradeSuspected, 'episode' | 'type'> & {
  /** Whom the suspicion is about: one peer or one place. */
  readonly scope: string;
};

interface Episode {
  readonly name: string;
  readonly since: Date;
  last: number;
  connections: number;
}

/** Whom an episode is about when too many are open at once for each to be told of. */
const EVERYWHERE = 'everywhere';

/** The open episodes. */
export class Episodes {
  /** By kind and scope; the one without a suspicion for longest first. */
  readonly #open = new Map<string, Episode>();
  readonly #events: Pick<EventStream, 'emit'>;
  readonly #quiet: number;
  readonly #most: number;

  /** Episodes end after `quiet` milliseconds without a suspicion; of one kind at most `most` are open. */
  constructor(events: Pick<EventStream, 'emit'>, quiet: number, most: number) {
    this.#events = events;
    this.#quiet = quiet;
    this.#most = most;
  }

  suspect({ scope, ...suspicion }: Suspicion): void {
    const { kind, at } = suspicion;
    if (this.#join(`${kind}/${scope}`, at)) return;
    const open = [...this.#open.keys()].filter((key) => key.startsWith(`${kind}/`)).length;
    const about = open < this.#most ? scope : EVERYWHERE;
    if (about === EVERYWHERE && this.#join(`${kind}/${EVERYWHERE}`, at)) return;
    const name = `${kind}/${about}/${at.toISOString()}`;
    this.#open.set(`${kind}/${about}`, { name, since: at, last: at.getTime(), connections: 1 });
    const evidence =
      about === scope
        ? suspicion.evidence
        : [
            ...suspicion.evidence,
            `${String(open)} such episodes are open: this one stands for all further ones`,
          ];
    this.#events.emit({ ...suspicion, type: 'downgrade-suspected', episode: name, evidence });
  }

  /** Ends the episodes that have been quiet for long enough. */
  sweep(at: Date): void {
    for (const [key, { name, since, last, connections }] of this.#open) {
      if (at.getTime() - last < this.#quiet) return;
      this.#open.delete(key);
      this.#events.emit({ type: 'downgrade-ended', at, episode: name, connections, since });
    }
  }

  #join(key: string, at: Date): boolean {
    const episode = this.#open.get(key);
    if (episode === undefined) return false;
    episode.last = Math.max(episode.last, at.getTime());
    episode.connections++;
    this.#open.delete(key);
    this.#open.set(key, episode);
    return true;
  }
}
