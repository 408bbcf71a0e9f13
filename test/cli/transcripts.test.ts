import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * A transcript is a session at the shell: lines beginning with `$ ` are run in one directory, one after the other;
 * what follows must be printed: standard output as it is, standard error behind `! `, the exit code as `? N` when
 * it is not 0. `{*}` stands for anything within a line, a line `{...}` for any number of lines, `# ` begins a remark.
 */
interface Step {
  readonly line: number;
  readonly command: string;
  readonly stdout: string[];
  readonly stderr: string[];
  exit: number;
}

const here = import.meta.dirname;
const root = join(here, '../..');
const main = join(root, 'dist/cli/main.js');
let work = '';

function parse(text: string): Step[] {
  const steps: Step[] = [];
  text.split('\n').forEach((line, index) => {
    const step = steps.at(-1);
    if (line.startsWith('$ '))
      steps.push({ line: index + 1, command: line.slice(2), stdout: [], stderr: [], exit: 0 });
    else if (line.startsWith('# ') || step === undefined) return;
    else if (line.startsWith('! ')) step.stderr.push(line.slice(2));
    else if (line.startsWith('? ')) step.exit = Number(line.slice(2));
    else if (line !== '') step.stdout.push(line);
  });
  return steps;
}

function pattern(lines: readonly string[]): RegExp {
  const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  const source = lines
    .map((line) => (line === '{...}' ? '(?:.*\n)*?' : `${line.split('{*}').map(escape).join('.*')}\n`))
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

const withoutBlankLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'hybridge-cli-'));
  mkdirSync(join(work, 'bin'));
  const shim = join(work, 'bin/hybridge');
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(shim, 0o755);
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const files = readdirSync(join(here, 'transcripts')).filter((name) => name.endsWith('.txt'));

describe('the built command', () => {
  it('has transcripts to follow', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('%s', { timeout: 120_000 }, (name) => {
    const steps = parse(readFileSync(join(here, 'transcripts', name), 'utf8'));
    expect(steps.length).toBeGreaterThan(0);
    const directory = join(work, name.replace('.txt', ''));
    mkdirSync(directory);
    for (const step of steps) {
      const run = spawnSync('bash', ['-c', step.command], {
        cwd: directory,
        encoding: 'utf8',
        timeout: 60_000,
        env: {
          ...process.env,
          PATH: `${join(work, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
          NO_COLOR: '1',
        },
      });
      const where = `${name}:${String(step.line)} $ ${step.command}\n--- stdout\n${run.stdout}--- stderr\n${run.stderr}`;
      expect(run.status, where).toBe(step.exit);
      expect(withoutBlankLines(run.stdout), where).toMatch(pattern(step.stdout));
      expect(withoutBlankLines(run.stderr), where).toMatch(pattern(step.stderr));
    }
  });
});
