import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { addReport } from '../../src/cli/commands/cost/report.ts';
import { readPage } from './page.ts';
import { reportInput } from './report-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What the command prints. */
async function report(...args: readonly string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: readonly unknown[]) => {
    out += typeof text === 'string' ? text : new TextDecoder().decode(text);
    rest.find((one): one is () => void => typeof one === 'function')?.();
    return true;
  });
  const cost = new Command('cost').exitOverride().configureOutput({ writeErr: () => undefined });
  addReport(cost);
  try {
    await cost.parseAsync(['report', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return out;
}

const UPDATE = [
  ...['--device', 'nrf52832', '--link', 'ble-5-dle-2M', '--at', '2026-11-22'],
  ...['--scenario', 'firmware-update', '--image-bytes', '262144'],
  ...['--signature', 'ML-DSA-65', '--signature', 'LMS-SHA256-H10-W4'],
];

test('a page and its numbers, the same each time', async () => {
  const [page, csv] = [join(folder, 'report.html'), join(folder, 'report.csv')];
  expect(await report(...UPDATE, '--title', 'Pumps <b>', '--out', page, '--csv', csv)).toContain(`${page}: `);
  const text = readFileSync(page, 'utf8');
  expect(readPage(text).text).toContain('Pumps <b>');
  expect(text).toContain('LMS-SHA256-H10-W4');
  expect(text).toContain('As of 2026-11-22');
  expect(readFileSync(csv, 'utf8')).toMatch(/^part,label,device,.*\r\nfit,/u);
  await expect(report(...UPDATE, '--out', page)).rejects.toMatchObject({ code: 'exists' });
  await report(...UPDATE, '--title', 'Pumps <b>', '--out', page, '--force', '--quiet');
  expect(readFileSync(page, 'utf8')).toBe(text);
});

test('nothing but JSON for programs', async () => {
  const parsed = JSON.parse(await report(...UPDATE, '--json')) as {
    readonly ok: boolean;
    readonly report: {
      readonly at: string;
      readonly changes: readonly { readonly after: readonly { readonly label: string }[] }[];
      readonly sources: Readonly<Record<string, { readonly source: { readonly reference: string } }>>;
    };
  };
  expect(parsed.ok).toBe(true);
  expect(parsed.report.changes[0]?.after.map(({ label }) => label)).toEqual([
    'ML-DSA-65',
    'LMS-SHA256-H10-W4',
  ]);
  expect(parsed.report.sources['ML-DSA-65:verify:pqm4/m4f:cortex-m4']?.source.reference).toContain('pqm4');
});

test('what was measured is a device and a table', async () => {
  const bench = join(folder, 'bench.json');
  writeFileSync(bench, JSON.stringify(reportInput().bench));
  const text = await report(
    ...['--device', 'this-machine', '--bench', bench, '--out', '-', '--implementation', 'smallest'],
    ...['--scenario', 'operation', '--algorithm', 'ML-DSA-65', '--operation', 'verify'],
  );
  expect(text).toContain('ML-DSA-65:verify:hybridge-portable/quickjs:host');
  expect(readPage(text).text).toContain('Times and heap, as measured');
});

test('what cannot be asked is refused', async () => {
  for (const [args, expected] of [
    [['--device', 'nrf52832'], { code: 'invalid_argument', message: 'nothing is to be written' }],
    [['--device', 'nrf52382', '--out', '-'], { code: 'invalid_argument', hint: /nrf52832/u }],
    [
      ['--device', 'nrf52832', '--link', 'ble-5', '--out', '-'],
      { code: 'invalid_argument', hint: /ble-5-dle-2M/u },
    ],
    [
      ['--device', 'nrf52832', '--signature', 'ML-DSA-65', '--out', '-'],
      { code: 'invalid_argument', message: /--scenario/u },
    ],
    [[...UPDATE, '--out', '-', '--csv', '-'], { code: 'invalid_argument' }],
    [[...UPDATE, '--json', '--out', '-'], { code: 'invalid_argument' }],
    [[...UPDATE, '--fleet', join(folder, 'none.yaml'), '--out', '-'], { code: 'input_output' }],
  ] as const) {
    const error: unknown = await report(...args).catch((cause: unknown) => cause);
    for (const [name, value] of Object.entries(expected)) {
      const found = (error as Record<string, unknown>)[name];
      if (value instanceof RegExp) expect(found).toMatch(value);
      else expect(found).toBe(value);
    }
  }
});
