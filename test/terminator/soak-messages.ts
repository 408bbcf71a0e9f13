import type { Policy } from '../../src/policy/index.ts';
import type { ListenerStats } from '../../src/terminator/index.ts';

/** A certificate chain and its key. */
export interface SoakPem {
  readonly cert: string;
  readonly key: string;
}

/** What the process under test is asked. */
export type SoakRequest =
  | {
      readonly ask: 'start';
      readonly policies: readonly Policy[];
      readonly credentials: readonly SoakPem[];
      /** Roots of clients. */
      readonly anchors: readonly string[];
    }
  | { readonly ask: 'look' | 'reload' };

/** What it looks like, when it was asked to look after a collection of garbage; sizes in bytes. */
export interface SoakState {
  readonly port: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  readonly cpuSeconds: number;
  readonly handles: Readonly<Record<string, number>>;
  readonly reloads: number;
  readonly seen: Readonly<
    Record<
      | 'classical'
      | 'exceptions'
      | 'hybrid'
      | 'policyChanges'
      | 'refused'
      | 'resumed'
      | 'sessions'
      | 'suspected'
      | 'upstreamFailed'
      | 'withIdentity',
      number
    >
  >;
  readonly complaints: readonly string[];
  readonly stats: ListenerStats;
}
