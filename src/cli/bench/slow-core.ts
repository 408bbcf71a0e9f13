import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '../file-error.ts';
import { onInterruption } from '../interruption.ts';
import { runChild } from './child.ts';

/** A core that is slow, as far as this system lets it be. */
export interface SlowCore {
  /** Goes before the words of a command. */
  readonly prefix: readonly string[];
  /** What could not be had, in a sentence each. */
  readonly lacking: readonly string[];
  readonly release: () => void;
}

const NOTHING = (): void => undefined;

const CGROUPS = '/sys/fs/cgroup';
/** Microseconds of processor time in each period: a tenth, in pieces that are short beside what is measured. */
const QUOTA = '1000 10000';
const PATIENCE = 10_000;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The last core that this process may use: the first ones serve interrupts. */
function lastCore(): string {
  const [, list = '0'] = /^Cpus_allowed_list:\s*(\S+)/mu.exec(textOf('/proc/self/status')) ?? [];
  return /\d+$/u.exec(list)?.[0] ?? '0';
}

/** Where a group of ours may be: beside the own one, where that is delegated, or at the top. */
function places(root: string): readonly string[] {
  const [, own = '/'] = /^0::(\/.*)$/mu.exec(textOf('/proc/self/cgroup')) ?? [];
  return [...new Set([join(root, dirname(own)), join(root, '/')])];
}

/** Milliseconds between two tries to remove a group, and how many there are: what was killed takes a moment to go. */
const MOMENT = 5;
const TRIES = 20;

/** Ends what is in a group and removes it. */
function removeGroup(folder: string): void {
  for (let attempt = 0; attempt < TRIES; attempt++)
    try {
      // Nothing is in it, as a rule; after a signal the engine still is.
      if (attempt > 0) writeFileSync(join(folder, 'cgroup.kill'), '1');
      rmdirSync(folder);
      return;
    } catch (cause) {
      if (systemCode(cause) !== 'EBUSY') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT);
    }
}

/** A control group that gets a tenth of a core; `undefined` where the system does not let us make one. */
function slowGroup(root: string): { readonly members: string; readonly release: () => void } | undefined {
  for (const place of places(root)) {
    const folder = join(place, `hybridge-bench-${String(process.pid)}`);
    const forget = onInterruption(() => {
      removeGroup(folder);
    });
    try {
      mkdirSync(folder);
      // What looks like control groups may be a plain directory, or a group without this controller.
      if (existsSync(join(folder, 'cpu.max'))) {
        writeFileSync(join(folder, 'cpu.max'), QUOTA);
        return {
          members: join(folder, 'cgroup.procs'),
          release: () => {
            forget();
            removeGroup(folder);
          },
        };
      }
    } catch {
      // Not ours to make or to write.
    }
    forget();
    removeGroup(folder);
  }
  return undefined;
}

/**
 * Pins what is run to one core, and slows that down through a control group.
 *
 * @param root - Where control groups are mounted.
 * @returns `undefined` without `taskset`.
 */
export async function slowCore(root: string = CGROUPS): Promise<SlowCore | undefined> {
  const pinned = ['taskset', '-c', lastCore()];
  if ((await runChild([...pinned, 'true'], PATIENCE)).code !== 0) return undefined;
  const group = slowGroup(root);
  const only = {
    prefix: pinned,
    lacking: ['only pinned to a core and not slowed: no control group with cpu.max can be made here'],
    release: NOTHING,
  };
  if (group === undefined) return only;
  const { members, release } = group;
  const prefix = ['sh', '-c', 'echo $$ > "$0" && exec "$@"', members, ...pinned];
  if ((await runChild([...prefix, 'true'], PATIENCE)).code !== 0) {
    release();
    return only;
  }
  return { prefix, lacking: [], release };
}
