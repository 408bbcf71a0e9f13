import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { addWhatif } from '../../src/cli/commands/cost/whatif.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-whatif-'));
const fleet = join(folder, 'fleet.yaml');
writeFileSync(
  fleet,
  `years: { from: 2028, to: 2029 }
classes:
  pump:
    device: nrf52840
    devices: 7
    updates: { perYear: 4, imageBytes: 1000, signatures: [ECDSA-P256-SHA256] }
plans:
  soon: { to: { firmware: [ML-DSA-65] }, schedule: { shares: { 2028: 1 } } }
`,
);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** What the command prints. */
async function whatif(...args: readonly string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: readonly unknown[]) => {
    out += typeof text === 'string' ? text : new TextDecoder().decode(text);
    rest.find((one): one is () => void => typeof one === 'function')?.();
    return true;
  });
  const cost = new Command('cost').exitOverride();
  addWhatif(cost);
  await cost.parseAsync(['whatif', fleet, ...args], { from: 'user' });
  vi.restoreAllMocks();
  return out;
}

test('JSON is one document, as it is printed elsewhere', async () => {
  const text = await whatif('--json');
  const document = JSON.parse(text) as {
    readonly plans: readonly { readonly classes: readonly { readonly class: { readonly id: string } }[] }[];
  };
  expect(document).toMatchObject({ ok: true, devices: 7, years: [2028, 2029] });
  expect(document.plans[0]?.classes[0]?.class.id).toBe('pump');
  expect(text).toBe(`${JSON.stringify(document, undefined, 2)}\n`);
  expect(process.exitCode).toBe(0);
});

test('a table for people, or nothing but lines for a spreadsheet', async () => {
  expect(await whatif()).toMatch(/^.*: 7 devices\n/u);
  expect(await whatif('--quiet')).toBe('');
  const csv = await whatif('--csv', '-');
  // A head, and the class in both years.
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
  expect(await whatif('--csv', join(folder, 'fleet.csv'), '--quiet')).toBe('');
  expect(readFileSync(join(folder, 'fleet.csv'), 'utf8')).toBe(csv);
});
