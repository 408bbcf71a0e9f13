/** What a report is made from: answers that exist already. Nothing is computed here that changes a number. */
import type { BenchResult } from '../bench-result.ts';
import type { Comparison } from '../compare.ts';
import type { CostData } from '../data/types.ts';
import type { FleetOutcome } from '../fleet.ts';
import type { Prediction } from '../prediction.ts';
import type { Figure } from '../quantity.ts';
import type { SmallestChange } from '../smallest-change.ts';

/** What is used today, and what could take its place, in the same scenario on the same device. */
export interface Change {
  /** As `TLS handshake of a sensor hub over NB-IoT`. */
  readonly title: string;
  readonly before: LabelledPrediction;
  readonly after: readonly LabelledPrediction[];
}

/** A prediction held against what was measured of the same thing. */
export interface Check {
  /** As `handshake with X25519MLKEM768, server to client`. */
  readonly label: string;
  readonly predicted: Figure;
  readonly measured: Figure;
}

/** Whether something fits, and what to change where it does not. */
export interface FitRow {
  readonly prediction: Prediction;
  readonly smallestChange: SmallestChange | undefined;
}

/** A prediction and what it is called beside others, as `X25519MLKEM768 + ML-DSA-65`. */
export interface LabelledPrediction {
  readonly label: string;
  readonly prediction: Prediction;
}

/** A signature scheme as a point between the bytes of a signature and the time of a verification. */
export interface SignaturePoint {
  readonly label: string;
  readonly signature: Figure<'bytes'>;
  /** A prediction of verification on the device that is meant. */
  readonly verification: Prediction;
  /** Whether the signer must never use an index twice, as with LMS and XMSS. */
  readonly stateful: boolean;
}

/** Everything a report shows. Parts that are empty are left out of the page. */
export interface ReportInput {
  readonly title: string;
  /** The date that the report speaks for; it is printed. */
  readonly at: Date;
  /** The data that the predictions were made from: sources are looked up in it. */
  readonly data: CostData;
  /** Rows of the fit matrix; those that sign are drawn as distributions as well. */
  readonly fit: readonly FitRow[];
  readonly changes: readonly Change[];
  /** TLS handshakes that differ in the length of their chain, for the plot of chains. */
  readonly chains: readonly Prediction[];
  readonly signatures: readonly SignaturePoint[];
  readonly comparisons: readonly Comparison[];
  readonly fleet?: FleetOutcome;
  readonly bench?: BenchResult;
  readonly checks?: readonly Check[];
}
