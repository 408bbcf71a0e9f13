import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { Sandbox } from './support.ts';

/**
 * A transcript is a session at the shell: lines beginning with `$ ` are run in one directory, one after the other;
 * what follows must be printed: standard output as it is, standard error behind `! `, the exit code as `? N` when
 * it is not 0. `{*}` stands for anything within a line, a line `{...}` for any number of lines, `# ` begins a remark.
 * Empty lines count for nothing.
 */
interface Step {
  readonly line: number;
  readonly command: string;
  readonly stdout: string[];
  readonly stderr: string[];
  exit: number;
}

const folder = join(import.meta.dirname, 'transcripts');
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

function parse(text: string): Step[] {
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

function pattern(lines: readonly string[]): RegExp {
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

let sandbox: Sandbox;
let followed = 0;

beforeAll(() => {
  sandbox = new Sandbox();
});

afterAll(() => {
  sandbox.remove();
  report(`transcripts: ${String(followed)} commands in ${String(files.length)} files`);
});

describe('a transcript', () => {
  it('is read line by line', () => {
    expect(parse('# remark\n\n$ a | b\nout\n! err\n? 2\n\n$ c\n{...}\n')).toEqual([
      { line: 3, command: 'a | b', stdout: ['out'], stderr: ['err'], exit: 2 },
      { line: 8, command: 'c', stdout: ['{...}'], stderr: [], exit: 0 },
    ]);
  });

  it('is refused when it says nothing that could fail', () => {
    expect(() => parse('out\n$ a\n')).toThrow('line 1: output before any command');
    expect(() => parse('$ a\n? 2\nout\n')).toThrow('line 3: output after the exit code');
    expect(parse('$ a\n? 0\n')[0]?.stdout, 'an exit code of 0 is not written').toEqual(['? 0']);
  });

  it('is compared with every line of the output', () => {
    const lines = pattern(['one (1)', '{...}', 'last {*}']);
    expect('one (1)\nlast x\n').toMatch(lines);
    expect('one (1)\n2\n3\nlast \n').toMatch(lines);
    expect('one 1\nlast x\n').not.toMatch(lines);
    expect('one (1)\nlast x\nmore\n').not.toMatch(lines);
    expect('').not.toMatch(lines);
    expect('x\n', 'nothing expected is nothing printed').not.toMatch(pattern([]));
  });
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
