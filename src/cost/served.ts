/** What work takes on a device, remembered: fleets ask the same many times. */
import type { CostData, CostRow, Device } from './data/types.ts';
import type { Latency } from './prediction.ts';
import type { Figure } from './quantity.ts';
import type { Work } from './work.ts';

/** The row that serves an operation, or why there is none. */
export type Chosen =
  | {
      readonly row: CostRow;
      /** The row is of another core: an estimate with a wide band. */
      readonly standIn: boolean;
      readonly because: string;
    }
  | { readonly row: undefined; readonly because: string };

/** Code of one implementation of one algorithm. */
export interface Code {
  readonly bytes: Figure<'bytes'>;
  /** The figure is that of a whole image, with the hashes in it. */
  readonly whole: boolean;
}

/** What one piece of work takes on one device by one choice; worked out once. */
export interface Served {
  readonly chosen: Chosen;
  readonly latency: Latency;
  readonly stack: Figure<'bytes'>;
  readonly code: Code;
}

/** What was worked out for one data set, device and choice: pieces of work are the same objects every time. */
export type Memo = Map<Work, Served>;

/** Choices of one device that are remembered. */
const MOST_CHOICES = 1000;

const memos = new WeakMap<CostData, WeakMap<Device, Map<string, Memo>>>();

/** The memo of a data set, a device and a choice, which is told by a text. */
export function memoFor(data: CostData, device: Device, choice: string): Memo {
  let ofData = memos.get(data);
  if (ofData === undefined) memos.set(data, (ofData = new WeakMap<Device, Map<string, Memo>>()));
  let ofDevice = ofData.get(device);
  if (ofDevice === undefined) ofData.set(device, (ofDevice = new Map<string, Memo>()));
  let memo = ofDevice.get(choice);
  if (memo === undefined) {
    // Choices are texts of callers.
    if (ofDevice.size >= MOST_CHOICES) ofDevice.clear();
    ofDevice.set(choice, (memo = new Map<Work, Served>()));
  }
  return memo;
}
