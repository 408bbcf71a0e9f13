import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How the pump's process is started. */
export interface Pump {
  readonly node: string;
  readonly version: string;
  /** Whether the portable provider is forced, because the system's Node is the very one that runs this. */
  readonly portable: boolean;
}

/** What the pump answers; see `device.mjs`. */
export type Answer = Readonly<Record<string, unknown>> & {
  readonly accepted: boolean;
  /** What served the primitives that matter here. */
  readonly backends: Readonly<Record<string, string>>;
};

function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'accepted' in value &&
    typeof value.accepted === 'boolean' &&
    'backends' in value &&
    typeof value.backends === 'object' &&
    value.backends !== null
  );
}

/**
 * The system's own Node when it is of another line than this process (npm puts a newer one first on the path), else
 * this one with the portable provider forced.
 */
export async function findPump(): Promise<Pump> {
  const here = { node: process.execPath, version: process.version, portable: true };
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    if (
      folder.includes('node_modules') ||
      !existsSync(node) ||
      realpathSync(node) === realpathSync(process.execPath)
    )
      continue;
    const version = (await run(node, ['--version'])).stdout.trim();
    const major = Number(/^v(\d+)/u.exec(version)?.[1] ?? 0);
    if (major >= 20 && major !== Number(process.versions.node.split('.')[0]))
      return { node, version, portable: false };
  }
  return here;
}

/** Gives the pump a task in its own process and waits for its answer. */
export async function askPump(pump: Pump, folder: string, task: string): Promise<Answer> {
  const { stdout } = await run(pump.node, [join(import.meta.dirname, 'device.mjs'), folder, task], {
    env: { ...process.env, ...(pump.portable && { HYBRIDGE_DEMO_PORTABLE: '1' }) },
  });
  const answer: unknown = JSON.parse(stdout);
  if (!isAnswer(answer)) throw new Error(`the pump said ${stdout}`);
  return answer;
}
