import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { type Ended, errorLines, Sandbox } from './support.ts';

/** Every file that a command reads, in every bad state: a clear refusal, nothing written, nothing secret said. */

const DEFECTS = [
  'empty',
  'truncated',
  'trailing',
  'oversized',
  'wrong-type',
  'wrong-algorithm',
  'corrupted',
  'directory',
  'missing',
] as const;
type Defect = (typeof DEFECTS)[number];

/** Exit codes that differ from 2; `any` where there is no such bad state, since any content will do. */
type Outcomes = Readonly<Partial<Record<Defect, 1 | 'any' | undefined>>>;

/** One file that one command reads. `FILE` stands for it; results go to `result`. */
export interface Role {
  readonly line: string;
  /** A good one. */
  readonly good: string;
  /** A file of another type, and one of the right type that is for another algorithm. */
  readonly type?: string;
  readonly algorithm?: string;
  /** Where a byte is changed when it is corrupted, from the end: well inside of what is checked. */
  readonly spot?: number;
  readonly outcomes?: Outcomes;
}

/** Roles, and what makes their files. */
export interface BadInput {
  /** A shell script. */
  readonly setup: string;
  readonly roles: readonly Role[];
  /** Files made by the script whose bytes nobody may be told. */
  readonly secretFiles: readonly [first: string, ...others: string[]];
  readonly otherSecrets: (sandbox: Sandbox) => readonly string[];
}

export const ANY_CONTENT: Outcomes = {
  empty: 'any',
  truncated: 'any',
  trailing: 'any',
  oversized: 'any',
  'wrong-type': 'any',
  'wrong-algorithm': 'any',
  corrupted: 'any',
};
export const NO_ALGORITHM: Outcomes = { 'wrong-algorithm': 'any' };
export const VERDICTS: Outcomes = {
  empty: 1,
  truncated: 1,
  trailing: 1,
  'wrong-type': 1,
  'wrong-algorithm': 1,
  corrupted: 1,
};
/** Text beside a PEM block is a remark, and what is encrypted cannot be looked into. */
export const LOCKED: Outcomes = { ...NO_ALGORITHM, trailing: 'any', corrupted: 'any' };
/** Wrong passwords are told from right ones, but not by what is wrong with them. */
export const PASSWORD: Outcomes = { truncated: 1, corrupted: 1, trailing: 1, 'wrong-algorithm': 'any' };

const OVERSIZED = 5 * 1024 * 1024;
/** Windows of a secret this long are looked for: short enough to see a part of it, too long to occur by chance. */
const WINDOW = 8;

let sandbox: Sandbox;
let secrets: ReadonlySet<string>;
const counts = new Map<string, number>();

const good = (name: string): Uint8Array => readFileSync(sandbox.path(name));

/** The texts that would give away a part of the secret bytes. */
function textsOf(secret: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at + WINDOW <= secret.length; at++) {
    const window = Buffer.from(secret.subarray(at, at + WINDOW));
    // Base64 of whole groups of three, wherever they begin, looks the same in a longer text.
    const groups = window.subarray(0, WINDOW - (WINDOW % 3)).toString('base64');
    texts.push(window.toString('hex'), window.toString('latin1'), [...window].join(','), groups);
    texts.push(groups.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return texts;
}

function corrupted(bytes: Uint8Array, spot: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = copy.length - spot;
  copy[at] = (copy[at] ?? 0) ^ 0x15;
  return copy;
}

/** Puts the file into its bad state. */
function make(file: string, role: Role, defect: Defect): void {
  const bytes = good(role.good);
  const content: Readonly<Record<Exclude<Defect, 'directory' | 'missing'>, () => Uint8Array>> = {
    empty: () => new Uint8Array(0),
    truncated: () => bytes.subarray(0, Math.floor(bytes.length * 0.7)),
    trailing: () => Buffer.concat([bytes, Buffer.from('{')]),
    oversized: () => Buffer.concat([bytes], OVERSIZED),
    'wrong-type': () => good(role.type ?? ''),
    'wrong-algorithm': () => good(role.algorithm ?? ''),
    corrupted: () => corrupted(bytes, role.spot ?? Math.min(20, bytes.length)),
  };
  if (defect === 'directory') mkdirSync(file);
  else if (defect !== 'missing') writeFileSync(file, content[defect]());
}

function expectRefusal({ code, stdout, stderr }: Ended, expected: number): void {
  const said = `--- stdout\n${stdout}--- stderr\n${stderr}`;
  expect(code, said).toBe(expected);
  const answer: unknown = JSON.parse(stdout);
  expect(answer, said).toMatchObject({ ok: false });
  const isVerdict =
    code === 1 &&
    typeof answer === 'object' &&
    answer !== null &&
    ('valid' in answer || 'findings' in answer);
  expect(errorLines(stderr).length, said).toBe(isVerdict ? 0 : 1);
  expect(stderr, 'a trace is for defects').not.toMatch(/^ {2,}at |unexpected failure/mu);
  for (const line of stderr.split('\n'))
    expect(line === '' || /^(?:error|hint|warning): \S/u.test(line), said).toBe(true);
  for (const text of secrets)
    if ((stdout + stderr).includes(text)) throw new Error(`a secret is told: ${said}`);
}

interface Case {
  readonly role: Role;
  readonly defect: Defect;
  readonly expected: number;
  readonly name: string;
  /** Of every three in a row, over roles as over bad states, one has each remainder by three. */
  readonly turn: number;
}

/** Every role in every bad state that it knows. */
function casesOf(roles: readonly Role[]): readonly Case[] {
  return roles.flatMap((role, index) =>
    DEFECTS.flatMap((defect, position) => {
      const expected = role.outcomes?.[defect] ?? 2;
      const name = `case-${String(index)}-${defect}`;
      return expected === 'any' ? [] : [{ role, defect, expected, name, turn: index + position }];
    }),
  );
}

/**
 * Makes the tests.
 *
 * @param share - `third` takes some of the cases, in which each role and each bad state has its turn.
 */
export function testBadInput(
  { setup, roles, secretFiles, otherSecrets }: BadInput,
  share: 'all' | 'third',
): void {
  const cases = casesOf(roles).filter(({ turn }) => share === 'all' || turn % 3 === 0);

  beforeAll(async () => {
    sandbox = new Sandbox();
    expect(await sandbox.shell(setup)).toMatchObject({ code: 0, stderr: '' });
    secrets = new Set([...secretFiles.flatMap((name) => textsOf(good(name))), ...otherSecrets(sandbox)]);
  }, 60_000);

  afterAll(() => {
    sandbox.remove();
    const verdicts = [...counts].map(([code, count]) => `${String(count)} exit ${code}`).join(', ');
    report(`bad input: ${String(cases.length)} cases: ${verdicts}`);
  });

  describe.concurrent('bad input', () => {
    it('is asked of every role: its good file is taken', { timeout: 60_000 }, async () => {
      for (const [index, { line, good: file }] of roles.entries()) {
        const cwd = sandbox.path(`good-${String(index)}`);
        mkdirSync(cwd);
        const { code, stderr } = await sandbox.shell(`hybridge ${line.replace('FILE', `../${file}`)}`, {
          cwd,
        });
        expect(code, `${line} (${file}): ${stderr}`).toBe(line.startsWith('policy diff') ? 1 : 0);
      }
    });

    it('would be seen if it told a secret', () => {
      const seed = good(secretFiles[0]);
      expect(seed.length).toBe(32);
      const told = [
        Buffer.from(seed).toString('hex'),
        Buffer.from(seed).toString('base64'),
        `x${Buffer.from(seed.subarray(3, 20)).toString('base64url')}`,
        ...otherSecrets(sandbox),
      ];
      for (const text of told)
        expect(
          [...secrets].some((secret) => text.includes(secret)),
          text,
        ).toBe(true);
    });

    it.each(cases)(
      '$role.line ($role.good): $defect',
      { timeout: 60_000 },
      async ({ role, defect, expected, name }) => {
        const cwd = sandbox.path(name);
        mkdirSync(cwd);
        const file = `${cwd}.input`;
        make(file, role, defect);
        const line = role.line.replace('FILE', file);
        const ended = await sandbox.hybridge([...line.split(' '), '--json'], { cwd });
        expectRefusal(ended, expected);
        expect(readdirSync(cwd), 'nothing is left').toEqual([]);
        counts.set(String(ended.code), (counts.get(String(ended.code)) ?? 0) + 1);
      },
    );
  });
}
