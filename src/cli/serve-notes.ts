/** What is said to the operator beside the events, in the format of the log that it stands in. */
import { ECS_VERSION } from '../events/index.ts';
import { type CommonFlags, note } from './outcome.ts';
import type { ServeSettings } from './serve-settings.ts';

/** How serious it is: errors are told even with `--quiet`. */
export type NoteLevel = 'error' | 'info' | 'warning';

/** Says something to the operator. */
export type Tell = (level: NoteLevel, message: string, hint?: string) => void;

/** The way to speak into a log. */
export function tellIn(log: ServeSettings['log'], flags: CommonFlags): Tell {
  return (level, message, hint) => {
    const heard = level === 'error' ? {} : flags;
    if (log === 'text') {
      note(heard, level === 'info' ? message : `${level}: ${message}`);
      if (hint !== undefined) note(heard, `hint: ${hint}`);
      return;
    }
    const time = new Date().toISOString();
    const said = hint === undefined ? message : `${message}; ${hint}`;
    note(
      heard,
      JSON.stringify(
        log === 'json'
          ? { time, type: 'note', level, message: said }
          : { '@timestamp': time, message: said, log: { level }, ecs: { version: ECS_VERSION } },
      ),
    );
  };
}
