/** What a prediction says; the same shape for every scenario. */
import type { Device, Link } from './data/types.ts';
import type { Verdict } from '../policy/index.ts';
import type { Figure } from './quantity.ts';
import type { Scenario } from './scenario.ts';

/** A time as a distribution. Work without randomness has the same figure in all five. */
export interface Latency {
  readonly mean: Figure<'ms'>;
  readonly p50: Figure<'ms'>;
  readonly p95: Figure<'ms'>;
  readonly p99: Figure<'ms'>;
  /** The worst seen, or for rejection sampling the attempt count that one in a million exceeds. */
  readonly worst: Figure<'ms'>;
}

/** One bar of the waterfall. */
export interface Step {
  readonly label: string;
  /** `cpu`: the device computes; `peer`: the other side does; `wire`: bytes move; `wait`: round trips, duty cycle. */
  readonly kind: 'cpu' | 'peer' | 'wait' | 'wire';
  readonly time: Latency;
}

/** A message of the scenario. `up` is sent by the device. */
export interface Item {
  readonly label: string;
  readonly direction: 'down' | 'up';
  readonly bytes: Figure<'bytes'>;
}

/** A flight on a stream link, or a message on a link of frames. */
export interface Flight {
  readonly label: string;
  readonly direction: 'down' | 'up';
  readonly bytes: Figure<'bytes'>;
  /** Segments or frames. */
  readonly pieces: Figure<'count'>;
  /** Round trips beyond the first that the congestion window costs. */
  readonly extraRoundTrips: Figure<'count'>;
}

/** RAM or flash: what is needed, piece by piece, against what there is. */
export interface Need {
  /** In order: base, objects, stack, reassembly for RAM; scheme, hash, protocol, stored keys for flash. */
  readonly items: readonly { readonly label: string; readonly bytes: Figure<'bytes'> }[];
  readonly total: Figure<'bytes'>;
  /** What the device has in all. */
  readonly capacity: Figure<'bytes'>;
  /** `unknown` where data is missing, or where capacity lies between the bounds of the need. */
  readonly fits: 'no' | 'unknown' | 'yes';
  /** Why, in a sentence. */
  readonly because: string;
}

/** The answer to one question. */
export interface Prediction {
  readonly scenario: Scenario;
  readonly device: Device;
  readonly link: Link | undefined;
  /** One line: what was asked. */
  readonly title: string;
  /** Which implementation serves each algorithm, by `algorithm operation`. */
  readonly implementations: Readonly<Record<string, string>>;
  readonly items: readonly Item[];
  readonly flights: readonly Flight[];
  readonly up: Figure<'bytes'>;
  readonly down: Figure<'bytes'>;
  /** In the order in which they happen. */
  readonly steps: readonly Step[];
  readonly time: Latency;
  /** CPU time of the device alone. */
  readonly cpu: Latency;
  readonly ram: Need;
  readonly flash: Need;
  /** Time on air of the device's own sending: none where the link is no radio, no data without a link. */
  readonly airtime: Figure<'ms'>;
  /** Always an estimate, from the user's currents; without them no data. */
  readonly energy: Figure<'mJ'>;
  /** The three verdicts together: `no` beats `unknown` beats `yes`. */
  readonly fits: 'no' | 'unknown' | 'yes';
  /** What the policy asked about says of each algorithm; empty without one. */
  readonly verdicts: readonly {
    readonly algorithm: string;
    readonly verdict: Verdict;
    readonly because: string;
  }[];
  /** What was assumed, one sentence each; printed with the numbers. */
  readonly assumptions: readonly string[];
}
