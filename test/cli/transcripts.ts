import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { Sandbox } from './support.ts';

/**
 * A transcript is a session at the shell: lines beginning with `$ ` are run in one directory, one after the other;
 * what follows must be printed: standard output as it is, standard error behind `! `, the exit code as `? N` when
 * it is not 0. `{*}` stands for anything within a line, a line `{...}` for any number of lines, `# ` begins a remark.
 * Empty lines count for nothing.
 */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly stdout: string[];
  readonly stderr: string[];
  exit: number;
}

/** The steps of a transcript. */
export function parse(text: string): Step[] {
  const steps: Step[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '' || line.startsWith('# ')) return;
    if (line.startsWith('$ ')) {
      steps.push({ line: index + 1, command: line.slice(2), stdout: [], stderr: [], exit: 0 });
      return;
    }
    const step = steps.at(-1);
    if (step === undefined) throw new Error(`line ${String(index + 1)}: output before any command`);
    if (step.exit !== 0) throw new Error(`line ${String(index + 1)}: output after the exit code`);
    if (line.startsWith('! ')) step.stderr.push(line.slice(2));
    else if (/^\? [1-9]\d*$/u.test(line)) step.exit = Number(line.slice(2));
    else step.stdout.push(line);
  });
  return steps;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);

/** What the output must be, as an expression. */
export function pattern(lines: readonly string[]): RegExp {
  const source = lines
    .map((line) => (line === '{...}' ? '(?:.*\n)*?' : `${line.split('{*}').map(escaped).join('.*')}\n`))
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

const withoutEmptyLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');

/** Follows every transcript of a folder, each in a directory of its own. */
export function followTranscripts(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const sandbox = new Sandbox();
  let followed = 0;

  afterAll(() => {
    sandbox.remove();
    report(`transcripts: ${String(followed)} commands in ${String(files.length)} files`);
  });

  describe.concurrent('the built command', () => {
    it('has transcripts to follow', () => {
      expect(files.length).toBeGreaterThan(0);
    });

    it.each(files)('%s', { timeout: 240_000 }, async (name) => {
      const steps = parse(readFileSync(join(folder, name), 'utf8'));
      expect(steps.length).toBeGreaterThan(0);
      const cwd = sandbox.path(name.replace('.txt', ''));
      mkdirSync(cwd);
      for (const { line, command, ...expected } of steps) {
        const { code, stdout, stderr } = await sandbox.shell(command, { cwd });
        const where = `${name}:${String(line)} $ ${command}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
        expect(code, where).toBe(expected.exit);
        expect(withoutEmptyLines(stdout), where).toMatch(pattern(expected.stdout));
        expect(withoutEmptyLines(stderr), where).toMatch(pattern(expected.stderr));
        followed++;
      }
    });
  });
}
