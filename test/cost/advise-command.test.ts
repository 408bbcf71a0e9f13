import { Command } from '@commander-js/extra-typings';
import { afterEach, expect, test, vi } from 'vitest';
import { addAdvise } from '../../src/cli/commands/cost/advise.ts';
import { ADVICE_RULES } from '../../src/cost/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What the command prints, and its exit code. */
async function advise(
  ...args: readonly string[]
): Promise<{ readonly out: string; readonly code: number | string }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const cost = new Command('cost').exitOverride().configureOutput({ writeErr: () => undefined });
  addAdvise(cost);
  await cost.parseAsync(['advise', ...args], { from: 'user' });
  vi.restoreAllMocks();
  return { out, code: process.exitCode ?? 0 };
}

const PUMP = [
  ...['--signatures-per-year', '12', '--lifetime', '15', '--at', '2027-01-01'],
  ...['--device', 'nrf52840', '--link', 'ble-5-dle-2M'],
];

test('a table, the soonest checked first, with its reasons numbered', async () => {
  const { out, code } = await advise(...PUMP, '--custody', 'hsm', '--ram', '16000');
  const lines = out.split('\n');
  expect(code).toBe(0);
  expect(lines[0]).toBe('signatures in the life of the devices: 180; sizes in bytes');
  expect(lines[2]).toMatch(
    /^verdict +option +signature +manifest +verified in +checked after +RAM +state +by$/u,
  );
  expect(lines[3]).toMatch(
    /^recommended +LMS-SHA256\/192-H10-W2 +2,704 +2,920 .* 1,024 indices +hash-sigs\/c .*for \[1\]$/u,
  );
  expect(out).toMatch(/^recommended +ML-DSA-65 +3,309 +3,525 .* ms .* none +pqm4\/m4f$/mu);
  expect(out).toMatch(
    /^excluded +LMS-SHA256\/192-H5-W2 and \d+ more +180 signatures are needed, the key makes 32 \[\d+\]$/mu,
  );
  expect(out).toMatch(/^\[1\] suit-profile: .*draft-ietf-suit-mti-23 \(a draft\)/mu);
  // Every number that is used is explained.
  const used = new Set(
    [...out.matchAll(/(?:for|against|excludes|\S) \[(\d+)\]/gu)].map(([, number]) => number),
  );
  for (const number of used) expect(out).toMatch(new RegExp(`^\\[${number ?? ''}\\] [a-z]`, 'mu'));
});

test('all options on demand, and nothing but JSON for programs', async () => {
  const { out: all } = await advise(...PUMP, '--all');
  const { out: json, code } = await advise(...PUMP, '--json', '--cnsa', '--custody', 'hsm');
  const parsed = JSON.parse(json) as {
    readonly ok: boolean;
    readonly needed: number;
    readonly options: readonly { readonly name: string; readonly verdict: string }[];
    readonly rules: readonly object[];
  };
  expect(code).toBe(0);
  expect([parsed.ok, parsed.needed, parsed.rules.length]).toEqual([true, 180, ADVICE_RULES.length]);
  expect(parsed.options[0]).toMatchObject({ name: 'LMS-SHA256/192-H10-W2', verdict: 'recommended' });
  for (const { name } of parsed.options) expect(all).toContain(name);
});

test('without a device nothing is said of times, and without any option left the exit code is 1', async () => {
  const { out } = await advise('--signatures-per-year', '1', '--lifetime', '10', '--at', '2027-01-01');
  expect(out).toMatch(/^recommended +ML-DSA-44 +2,420 +2,636 +no data +no data +no data +none$/mu);
  const { code, out: nothing } = await advise(...PUMP, '--bytes', '100');
  expect(code).toBe(1);
  expect(nothing).not.toMatch(/^(?:recommended|possible)/mu);
  expect((await advise(...PUMP, '--bytes', '100', '--quiet')).out).toBe('');
});

test('the table of rules with its sources', async () => {
  const { out } = await advise('--rules');
  for (const { id, says, sources } of ADVICE_RULES) {
    expect(out).toContain(`${id} (`);
    expect(out).toContain(says);
    for (const source of sources) expect(out).toContain(`  ${source}\n`);
  }
});

test.each([
  [['--lifetime', '5']],
  [['--signatures-per-year', '12']],
  [[...PUMP, '--ram', '-1']],
  [[...PUMP, '--ram', '1e3']],
  [[...PUMP, '--hybrid-until', '2031-02-31']],
  [[...PUMP, '--device', 'nrf52841']],
  [['--signatures-per-year', '12', '--lifetime', '1000', '--at', '2027-01-01']],
])('bad input is refused: %j', async (args) => {
  await expect(advise(...args)).rejects.toMatchObject({ code: 'invalid_argument' });
});
