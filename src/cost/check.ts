/** Numbers that callers give: refused where they mean nothing, with what was expected. */
import { HybridgeError } from '../bytes/index.ts';

/** Larger inputs are mistakes of a unit; sums of a few of these are still exact. */
const LARGEST = 2 ** 48;

function refuse(what: string, given: number, wanted: string): never {
  throw new HybridgeError('invalid_argument', `${what}: ${given} is not ${wanted}`, {
    details: { given, wanted },
  });
}

/** A whole number from 0, of bytes or things; `least` and `most` narrow it. */
export function requireCount(what: string, given: number, least = 0, most: number = LARGEST): number {
  if (!Number.isInteger(given) || given < least || given > most)
    refuse(what, given, `a whole number from ${least} to ${most}`);
  return given;
}

/** A number from 0, or from `least`, that is finite. */
export function requireNumber(what: string, given: number, least = 0, most: number = LARGEST): number {
  if (!(given >= least && given <= most)) refuse(what, given, `a number from ${least} to ${most}`);
  return given;
}
