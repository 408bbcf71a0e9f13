import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { addReport } from '../../src/cli/commands/cost/report.ts';
import { readPage } from './page.ts';
import { reportInput } from './report-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const { isTTY } = process.stderr;
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
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

interface Shown {
  readonly text: string;
  /** Whether somebody hears a signal at this moment. */
  readonly interruptible: boolean;
}

/** What appears on standard error as if that were a terminal. */
function watchTerminal(): Shown[] & { readonly before: number } {
  const before = process.listenerCount('SIGINT');
  const shown: Shown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown.push({ text: String(text), interruptible: process.listenerCount('SIGINT') > before });
    return true;
  });
  process.stderr.isTTY = true;
  return Object.assign(shown, { before });
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

interface Told {
  readonly report: {
    readonly changes: readonly {
      readonly after: readonly {
        readonly label: string;
        readonly prediction: { readonly scenario: object };
      }[];
    }[];
  };
}

test.each<readonly [flags: string, scenario: object]>([
  [
    '--scenario tls-handshake --signature ML-DSA-65 --mutual --client-signature ML-DSA-44 --resumption',
    { signature: 'ML-DSA-65', mutual: true, clientSignature: 'ML-DSA-44', resumption: true },
  ],
  [
    '--scenario tls-handshake --signature ML-DSA-65 --hello-retry --incremental-parsing --stack wolfssl-5.9',
    { helloRetry: true, incrementalParsing: true, stack: 'wolfssl-5.9' },
  ],
  [
    '--scenario firmware-update --image-bytes 1000 --signature ML-DSA-65 --manifest-bytes 300 --hash SHA-512 --key-included --order image-first',
    { manifestBytes: 300, hash: 'SHA-512', keyIncluded: true, order: 'image-first' },
  ],
  [
    '--scenario firmware-update --image-bytes 1000 --signature ECDSA-P256-SHA256+ML-DSA-65',
    { signatures: ['ECDSA-P256-SHA256', 'ML-DSA-65'] },
  ],
  [
    '--scenario sealed-message --message-bytes 10 --aead ChaCha20-Poly1305 --direction seal',
    { aead: 'ChaCha20-Poly1305', direction: 'seal' },
  ],
])('%s is what the report is of', async (flags, scenario) => {
  const { changes } = (
    JSON.parse(await report('--device', 'nrf52840', ...flags.split(' '), '--json')) as Told
  ).report;
  expect(changes.map(({ after }) => after.map(({ prediction }) => prediction.scenario))).toEqual([
    [expect.objectContaining(scenario)],
  ]);
});

test('a page on standard output stands there alone', async () => {
  const csv = join(folder, 'beside.csv');
  const text = await report(...UPDATE, '--out', '-', '--csv', csv);
  expect(text.trimEnd().endsWith('</html>')).toBe(true);
  expect(readFileSync(csv, 'utf8')).toMatch(/^part,/u);
});

/** Classes enough that the work pauses in between. */
const FLEET = JSON.stringify({
  years: { from: 2028, to: 2029 },
  classes: Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [
      `class-${index}`,
      {
        device: 'nrf52832',
        devices: 1,
        updates: { perYear: 1, imageBytes: 65_536, signatures: ['ECDSA-P256-SHA256'] },
      },
    ]),
  ),
  plans: { soon: { to: { firmware: ['ML-DSA-65'] }, schedule: { shares: { 2028: 1 } } } },
});

test('at a terminal a fleet shows how far it is, and can be interrupted meanwhile', async () => {
  const fleet = join(folder, 'fleet.json');
  writeFileSync(fleet, FLEET);
  const page = join(folder, 'fleet.html');
  const shown = watchTerminal();
  await report(...UPDATE, '--fleet', fleet, '--out', page);
  const texts = shown.map(({ text }) => text);
  const steps = shown.filter(({ text }) => /moving the fleet: \d+ %$/u.test(text));
  // From 0 to 100 %, each told once.
  expect(steps.length).toBeGreaterThan(50);
  expect(new Set(steps.map(({ text }) => text)).size).toBe(steps.length);
  for (const { interruptible } of steps) expect(interruptible).toBe(true);
  expect(texts).toContain('\r\u001b[Kpredicting');
  expect(texts.at(-1)).toBe('\r\u001b[K');
  expect(process.listenerCount('SIGINT')).toBe(shown.before);
  expect(readPage(readFileSync(page, 'utf8')).text).toContain('Plan soon');
});

test('an error stands on a line of its own', async () => {
  const shown = watchTerminal();
  await expect(report('--device', 'nrf52841', '--out', '-')).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  expect(shown.map(({ text }) => text)).toEqual(['\r\u001b[Kpredicting', '\r\u001b[K']);
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
    [
      [...UPDATE, '--force', '--out', join(folder, 'one'), '--csv', `${folder}/../${basename(folder)}/one`],
      { code: 'invalid_argument', message: /^--out and --csv are both / },
    ],
    [
      [...UPDATE, '--signature', 'ML-DSA-44', '--out', '-', '--group', 'X25519'],
      { code: 'invalid_argument', message: '--group says nothing about a scenario firmware-update' },
    ],
    [
      [
        ...['--device', 'nrf52832', '--scenario', 'certificate-chain', '--out', '-'],
        ...['--signature', 'ML-DSA-44+Ed25519'],
      ],
      { code: 'unknown_algorithm' },
    ],
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
