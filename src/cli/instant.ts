import { CommandError } from './command-error.ts';

const DAY = 86_400_000;
const FORM = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** Milliseconds, and whether the text was a day without a time. */
function parse(option: string, text: string): { readonly start: number; readonly isDay: boolean } {
  const [, day = '', time] = FORM.exec(text) ?? [];
  const midnight = Date.parse(day);
  const start = Date.parse(text);
  // Engines roll 31 February over into March instead of refusing it.
  if (Number.isNaN(start) || Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day))
    throw new CommandError('invalid_argument', `${option} ${text}: not a date`, {
      hint: 'write it as 2030-12-31 or 2030-12-31T12:00:00Z',
    });
  return { start, isDay: time === undefined };
}

/** The instant that an option such as `--at ISO-DATE` means: a day begins at midnight UTC. Without a text, now. */
export function instant(option: string, text: string | undefined): Date {
  return text === undefined ? new Date() : new Date(parse(option, text).start);
}

/** The first moment after what an option such as `--until ISO-DATE` allows: the day itself is still allowed. */
export function endOf(option: string, text: string): Date {
  const { start, isDay } = parse(option, text);
  return new Date(isDay ? start + DAY : start);
}
