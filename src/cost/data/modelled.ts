/**
 * Rows that this project counted itself: images run in QEMU, instructions counted per block, cycles computed from the
 * timing of the core, stack read from painted memory. docs/decisions/0013-cost-data.md says how well that predicts
 * silicon; the bands here are from there.
 */
import type { Status } from '../quantity.ts';
import { type Band, type Figures, type Operations, rowsOf } from './row.ts';
import type { Core, CostRow, RowBytes } from './types.ts';

/** Within this of 39 published figures of the same code on the same core, after a correction of 1.026. */
export const PLUS_MINUS_5: Band = { low: -0.05, high: 0.05 };
/** Timing of another core, or code for which nothing was compared. */
export const PLUS_MINUS_30: Band = { low: -0.3, high: 0.3 };

/** Rejection sampling makes the mean of four signatures uncertain by a factor of two in either direction. */
export const MEAN_OF_FOUR: Pick<Figures, 'band' | 'caveat' | 'runs' | 'status'> = {
  runs: 4,
  status: 'estimate',
  band: { low: -0.5, high: 1 },
  caveat: 'mean of 4 messages only; rejection sampling makes it uncertain by a factor of two',
};

/** A test image holds start-up code, hashes and the scheme: more than the scheme alone. */
export function imageOf(bytes: number): RowBytes {
  return {
    value: bytes,
    status: 'measured',
    atMost: true,
    note: 'whole test image with start-up code and hashes: an upper bound',
  };
}

/** The operations of one image, and the bytes of all of it. */
interface Image extends Operations {
  readonly image?: number;
}

/** Rows of one core and family of algorithms. */
export function modelled(
  core: Core,
  status: Status,
  band: Band,
  caveat?: string,
): (algorithm: string, implementation: string, image: Image) => readonly CostRow[] {
  return (algorithm, implementation, { image, ...operations }) =>
    rowsOf(
      {
        algorithm,
        implementation,
        core,
        source: 'here-qemu',
        status,
        band,
        ...(image === undefined ? {} : { code: imageOf(image) }),
        stack: { status: 'measured' },
        ...(caveat === undefined ? {} : { caveat }),
      },
      operations,
    );
}
