import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { addCalibrate } from '../../src/cli/commands/cost/calibrate.ts';
import { COST_DATA, findDevice, mergeCostData, readCostData } from '../../src/cost/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

interface Printed {
  readonly out: string;
  readonly err: string;
}

/** What the command prints. */
async function calibrate(...args: readonly string[]): Promise<Printed> {
  const printed = { out: '', err: '' };
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    vi.spyOn(stream, 'write').mockImplementation((text, ...rest: readonly unknown[]) => {
      printed[name] += typeof text === 'string' ? text : new TextDecoder().decode(text);
      rest.find((one): one is () => void => typeof one === 'function')?.();
      return true;
    });
  const cost = new Command('cost').exitOverride().configureOutput({ writeErr: () => undefined });
  addCalibrate(cost);
  try {
    await cost.parseAsync(['calibrate', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return printed;
}

const folder = mkdtempSync(join(tmpdir(), 'hybridge-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const log = join(folder, 'board.csv');
const out = join(folder, 'board.json');
writeFileSync(
  log,
  'algorithm,operation,implementation,milliseconds,stack_bytes\nML-DSA-65,verify,mylib/c-O3,31.5,9888\n',
);
const BOARD = [
  ...['--device-id', 'our-board', '--core', 'cortex-m33', '--megahertz', '160'],
  ...['--ram', '786432', '--flash', '2097152'],
];

test('a log becomes a data file that is read again', async () => {
  const made = await calibrate(log, ...BOARD, '--out', out);
  expect(made.out).toMatch(/^ML-DSA-65:verify:mylib\/c-O3:cortex-m33 +5040000 cycles$/mu);
  const data = mergeCostData(COST_DATA, readCostData(readFileSync(out, 'utf8')));
  expect(findDevice(data, 'our-board')).toMatchObject({ core: 'cortex-m33', megahertz: { value: 160 } });

  await expect(calibrate(log, ...BOARD, '--out', out)).rejects.toMatchObject({ code: 'exists' });
  expect((await calibrate(log, ...BOARD, '--out', out, '--force', '--quiet')).out).toBe('');
});

test('a table of pqm4 may be given as it is, and what it has beyond is named', async () => {
  const table = readFileSync(new URL('../../vectors/pqm4/benchmarks.csv', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'pqm4.csv'), table.replaceAll('ml-kem-512', 'hqc-128'));
  const made = await calibrate(join(folder, 'pqm4.csv'), ...BOARD, '--out', out, '--force');
  expect(made.err).toMatch(/no names for hqc-128: left out/);
  expect(made.out).toMatch(/our-board with 99 rows/);
});

test.each<[string, readonly string[], RegExp]>([
  ['a clock that is none', ['--megahertz', 'fast'], /--megahertz fast: not a clock/],
  ['negative RAM', ['--ram', '-1'], /--ram -1: not a whole number/],
  ['no RAM', ['--ram', '0'], /^--ram 0: a board has some$/],
  ['no flash', ['--flash', '00'], /^--flash 00: a board has some$/],
  ['an id with a blank', ['--device-id', 'our board'], /device id 'our board'/],
])('refuses %s', async (_, flags, message) => {
  const refused = calibrate(log, ...BOARD, ...flags, '--out', join(folder, 'never.json'));
  await expect(refused).rejects.toThrow(message);
  expect(existsSync(join(folder, 'never.json'))).toBe(false);
});

test('names file and line of what it cannot read', async () => {
  const broken = join(folder, 'broken.csv');
  writeFileSync(broken, 'algorithm,operation,implementation,cycles\nML-DSA-65,verfy,x,5\n');
  await expect(calibrate(broken, ...BOARD, '--out', join(folder, 'never.json'))).rejects.toMatchObject({
    code: 'invalid_encoding',
    message: `${broken}: board log, line 2: no operation of ML-DSA-65 is called 'verfy'`,
    hint: 'did you mean verify?',
  });
});

test('a data file names the log without the folders of whoever made it', async () => {
  const made = await calibrate(log, ...BOARD, '--out', join(folder, 'named.json'));
  expect(made.out).toContain('our-board with 1 row\n');
  const text = readFileSync(join(folder, 'named.json'), 'utf8');
  expect(text).toContain('board.csv');
  expect(text).not.toContain(folder);
});
