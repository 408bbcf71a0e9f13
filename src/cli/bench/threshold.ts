import { Option } from '@commander-js/extra-typings';
import type { BenchComparison } from '../../cost/index.ts';
import { CommandError } from '../command-error.ts';
import { EXIT, type ExitCode } from '../outcome.ts';

/** `--fail-below`: the least ratio that is accepted. */
export const failBelowOption: Option<'--fail-below <ratio>'> = new Option(
  '--fail-below <ratio>',
  'exit 1 when an interval is wholly below this ratio of speeds, as 0.9',
);

/** A number in a range, both ends included. */
export function numberIn(option: string, text: string, least: number, most: number, unit = ''): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most))
    throw new CommandError('invalid_argument', `${option} ${text}: not from ${least} to ${most}${unit}`);
  return value;
}

/** The value of `--fail-below`. */
export function thresholdOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberIn('--fail-below', text, 0.001, 1000);
}

/** The exit code of a comparison: what is undecided is no regression. */
export function exitOf({ verdict }: BenchComparison): ExitCode {
  return verdict === 'below' ? EXIT.negative : EXIT.done;
}
