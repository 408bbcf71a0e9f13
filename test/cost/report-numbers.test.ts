/** Numbers that the report itself makes of others: factors, rates, sums; where they lead, and what they leave out. */
import { describe, expect, it } from 'vitest';

import { COST_DATA } from '../../src/cost/data/index.ts';
import { noData, quantity } from '../../src/cost/quantity.ts';
import {
  composeReport,
  type ReportInput,
  type ReportRequest,
  renderReport,
  reportCsv,
  reportJson,
} from '../../src/cost/report/index.ts';
import { containing } from './predict-support.ts';
import { linksSaying, readPage, rowOf } from './page.ts';
import { reportInput } from './report-fixtures.ts';

const AT = new Date('2026-11-22');
const NBSP = '\u00a0';

/** A report of an update of 1000 bytes and a manifest of 100, verified by the very code of two rows. */
const update = composeReport({
  title: '',
  at: AT,
  devices: ['nrf52840'],
  scenarios: [{ kind: 'firmware-update', imageBytes: 1000, manifestBytes: 100, signatures: ['ML-DSA-65'] }],
});

function only<T>(list: readonly T[]): T {
  const [one, ...more] = list;
  if (one === undefined || more.length > 0) throw new Error(`${list.length} of what there is one of`);
  return one;
}

/** The same input with what comes after the change known as `figure` by RAM. */
function withRam(input: ReportInput, figures: readonly (number | undefined)[]): ReportInput {
  const { title, before, after } = only(input.changes);
  return {
    ...input,
    changes: [
      {
        title,
        before,
        after: after.map(({ label, prediction }, index) => {
          const value = figures[index];
          const total =
            value === undefined
              ? noData('bytes', 'nobody measured it')
              : quantity(value, 'bytes', { status: 'measured', because: 'counted' });
          return { label, prediction: { ...prediction, ram: { ...prediction.ram, total } } };
        }),
      },
    ],
  };
}

describe('a factor', () => {
  it('leads to the rows of both of its sides', () => {
    const page = renderReport(update);
    const { before, after } = only(update.changes);
    const [now, then] = [before.prediction.cpu.mean, only(after).prediction.cpu.mean];
    if (!now.known || !then.known) throw new Error('the data has both');
    const text = `×${Number((then.value / now.value).toPrecision(3))}`;
    const rows = linksSaying(page, text).map((id) => rowOf(page, id));
    expect(rows).toContainEqual(
      expect.stringMatching(/The figure after the change over that of today: Own CPU time, mean\. derived/u),
    );
    for (const row of rows) {
      expect(row).toContain('ECDSA-P256-SHA256:verify:emill/asm:cortex-m4');
      expect(row).toContain('ML-DSA-65:verify:pqm4/m4f:cortex-m4');
    }
  });

  it('is a link wherever it stands, and never better known than derived', () => {
    const page = renderReport(reportInput());
    const loose = page.replaceAll(/<a\s[^>]*>[^<]*<\/a\s*>/gu, '').replaceAll(/<svg.*?<\/svg>/gsu, '');
    expect(loose).not.toMatch(/×\s*\d/u);
    // 400 + 1120 + 2 * 7648 + 4627 + 1508 bytes over 400 + 32 + 2 * 570 + 72 + 330.
    const leads = linksSaying(page, '×11.6');
    expect(leads.length).toBeGreaterThan(1);
    for (const id of leads) expect(rowOf(page, id)).toMatch(/\. derived /u);
    expect(rowOf(page, leads[0] ?? '')).toContain(
      'over that of today: bytes. The largest of all: TLS handshake, made up, X25519MLKEM768 + ML-DSA-87.',
    );
  });

  it('of what is not known is none, and what it is not of is told', () => {
    const input = withRam(reportInput(), [50_000, undefined, 60_000]);
    const { text } = readPage(renderReport(input));
    const summary = text.slice(text.indexOf('RAM: from'));
    // Today 24,000 in use, 3,600 of keys, 9,900 of stack and two certificates of 570: 38,640 bytes.
    expect(summary).toMatch(/^RAM: from 38\.6\skB to\s+50\skB \(×1\.29, X25519MLKEM768 \+ ML-DSA-44\)/u);
    expect(summary).toMatch(
      /^[^–]*at most 60\skB \(×1\.55, X25519MLKEM768 \+ ML-DSA-87\); no data with X25519MLKEM768 \+ ML-DSA-65/u,
    );
    expect(text).toContain('RAM, at most, at the peak; there is no data for 1 of 3');
  });
});

describe('what was measured on a machine', () => {
  it('leads to its row, and its row to the run', () => {
    const page = renderReport(reportInput());
    // The geometric mean of medians of 128 and 129 ms.
    const note = rowOf(page, only(linksSaying(page, '7.78')));
    expect(note).toContain('measured ML-DSA-65:verify:hybridge-portable/quickjs:host');
    const row = rowOf(
      page,
      only(linksSaying(page, 'ML-DSA-65:verify:hybridge-portable/quickjs:host').slice(0, 1)),
    );
    expect(row).toContain('hybridge bench on made up (linux-x64), 2026-11-22T06:00:00.000Z');
  });

  it('leads to the run where it makes no row', () => {
    const input = reportInput();
    const { bench } = input;
    if (bench === undefined) throw new Error('the fixture has measurements');
    const results = bench.results.map((row) => ({ ...row, runtime: 'slow-core' as const }));
    const page = renderReport({ ...input, bench: { ...bench, results } });
    expect(rowOf(page, only(linksSaying(page, '7.78')))).toMatch(/measured hybridge-bench$/u);
  });

  it('has no bound where the rounds have none', () => {
    const input = reportInput();
    const { bench } = input;
    if (bench === undefined) throw new Error('the fixture has measurements');
    const of = (margin: number): string =>
      readPage(
        renderReport({
          ...input,
          bench: { ...bench, results: bench.results.map((row) => ({ ...row, margin })) },
        }),
      ).text;
    expect(of(9.5)).toContain('7.78 ± 950 %');
    expect(of(10)).toContain('7.78, no bound');
  });
});

describe('rows', () => {
  it('of ciphers and hashes are by the byte', () => {
    const page = renderReport(
      composeReport({
        title: '',
        at: AT,
        devices: ['nrf52840'],
        scenarios: [
          {
            kind: 'tls-handshake',
            group: 'X25519',
            signature: 'ML-DSA-44',
            chain: 0,
            mutual: false,
            resumption: false,
          },
        ],
      }),
    );
    const rows = [...page.matchAll(/<tr id="(s\d+)">/gu)].map(([, id = '']) => rowOf(page, id));
    const timed = rows.filter((row) => /cycles/u.test(row));
    const byTheByte = timed.filter((row) => / cycles per byte[ ,]/u.test(row));
    expect(byTheByte.length).toBeLessThan(timed.length);
    expect(byTheByte).toEqual(timed.filter((row) => /:(?:aead|hash):/u.test(row)));
    expect(byTheByte.filter((row) => row.includes(':aead:'))).toHaveLength(1);
    // The status of its cycles, and that of its stack.
    expect(rows).toContainEqual(expect.stringMatching(/SHA-256:hash:.* derived measured /u));
  });
});

describe('the fleet', () => {
  const input = reportInput();
  const { fleet } = input;
  if (fleet === undefined) throw new Error('the fixture has a fleet');

  it('is drawn from the classes that its sums are of', () => {
    const drawn = (missing: readonly string[]): string =>
      /Stacked bars:[^<]*/u.exec(
        renderReport({ ...input, fleet: { ...fleet, without: { ...fleet.without, up: missing } } }),
      )?.[0] ?? '';
    // 4000, 9000 and 700 devices; all but the largest class are 4,700 of 13,700.
    const amount = (text: string): number =>
      Number(/to ([\d.,]+)\s(?:GB|TB)/u.exec(text)?.[1]?.replaceAll(',', '')) *
      (text.includes('TB in the last') ? 1000 : 1);
    expect(amount(drawn(['homes'])) / amount(drawn([]))).toBeCloseTo(4700 / 13_700, 2);
  });

  it('says of how many devices it is not known whether they fit', () => {
    const plans = fleet.plans.map((plan) => ({
      ...plan,
      byYear: plan.byYear.map((year, index) => ({ ...year, unknownFit: index * 1000 })),
    }));
    const { text } = readPage(renderReport({ ...input, fleet: { ...fleet, plans } }));
    expect(text).toContain(
      'devices that do not fit in the worst year of the plan made up; of up to 4,000 it is not known',
    );
    expect(readPage(renderReport(input)).text).not.toContain('it is not known');
  });
});

describe('an option without a figure', () => {
  it('is not praised for it', () => {
    const input = reportInput();
    const comparison = only(input.comparisons);
    const options = comparison.options.map((option) => ({ ...option, withoutData: ['time'] as const }));
    const { text } = readPage(renderReport({ ...input, comparisons: [{ ...comparison, options }] }));
    expect(text).toContain('not ranked: no data on time at p99');
    expect(text).not.toContain('not beaten');
  });
});

describe('time on air', () => {
  const real = (link: string): string => {
    const { text } = readPage(
      renderReport(
        composeReport({
          title: '',
          at: AT,
          devices: ['nrf52840'],
          links: [link],
          scenarios: [
            { kind: 'sealed-message', kem: 'MLKEM768-X25519', messageBytes: 100, direction: 'seal' },
          ],
        }),
      ),
    );
    return text.slice(text.indexOf('Again after'), text.indexOf('Options and what moves', 1000));
  };

  it('is waited for a hundred times as long where one per cent is allowed, and not where nothing is', () => {
    expect(real('lorawan-eu868-dr0')).not.toContain('no duty cycle');
    expect(real('ble-5-dle-2M')).toContain('no duty cycle');
  });
});

describe('a drawing within one decade', () => {
  it('has ticks as well', () => {
    const input = reportInput();
    const [point] = input.signatures;
    if (point === undefined) throw new Error('the fixture has signatures');
    const page = renderReport({ ...input, signatures: [point] });
    const drawing = page.slice(
      page.indexOf('<svg', page.indexOf('id="trade-off"')),
      page.indexOf('id="options"'),
    );
    // From 72 / 1.3 to 72 * 1.3 bytes.
    expect(drawing).toMatch(new RegExp(`>(?:60|70|80|90)${NBSP}B<`, 'u'));
  });
});

describe('the CSV', () => {
  const input = reportInput();
  const check = {
    label: 'handshake',
    predicted: quantity(100, 'bytes', { status: 'derived', because: 'a model' }),
    measured: quantity(101, 'bytes', { status: 'measured', because: 'counted' }),
  };
  const lines = reportCsv({ ...input, checks: [check] }).split('\r\n');
  const starting = (start: string): readonly string[] => lines.filter((line) => line.startsWith(start));

  it('has the fleet by year, signatures, checks and measurements', () => {
    // Five years, today and the sum, of six amounts each.
    expect(starting('fleet,')).toHaveLength(7 * 6);
    expect(starting('fleet,made up: 2031,,,,bytes received,')).toEqual([
      containing(',63000000000,59850000000,66150000000,bytes,derived,'),
    ]);
    expect(only(starting('check,handshake,,,,measured,'))).toContain(',101,101,101,bytes,measured,,counted');
    expect(only(starting('check,handshake,,,,predicted,'))).toContain(',100,100,100,bytes,derived,,a model');
    expect(starting('bench,"ML-DSA-65 verify, portable on quickjs",')).toHaveLength(4);
    expect(only(starting('bench,"ML-DSA-65 verify, portable on quickjs",,,,time p50,'))).toContain(
      ',128,128,128,ms,measured,ML-DSA-65:verify:hybridge-portable/quickjs:host,',
    );
    expect(
      only(starting('trade-off,SLH-DSA-SHA2-128s,example-m4,,operation,bytes of the signature,')),
    ).toContain(',7856,');
  });

  it('has as many fields in each line', () => {
    for (const line of lines.slice(0, -1))
      expect(line.replaceAll(/"(?:[^"]|"")*"/gu, '').split(',')).toHaveLength(13);
  });
});

describe('the JSON', () => {
  it('has the years and failures of a fleet, and not what each of thousands of classes does', () => {
    const { fleet } = reportJson(reportInput());
    const plan = only(fleet?.plans ?? []);
    expect(Object.keys(plan)).toEqual(['name', 'byYear', 'total', 'failures', 'refusals']);
    expect(plan.byYear.map(({ year }) => year)).toEqual([2027, 2028, 2029, 2030, 2031]);
    expect(plan.failures.map(({ class: id }) => id)).toEqual(['vans']);
    expect(fleet?.devices).toBe(13_700);
  });
});

describe('composeReport', () => {
  it.each<readonly [Partial<ReportRequest>, string]>([
    [{ devices: [] }, 'a report is of one device or more'],
    [{ at: new Date('soon') }, 'the date of the report is none'],
  ])('%o is refused', (wrong, message) => {
    expect(() => composeReport({ title: '', at: AT, devices: ['nrf52840'], ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_argument', message: containing(message) }) as Error,
    );
  });

  it('describes the chain of today as that of tomorrow is described', () => {
    const dnsNames = ['ward-7.pumps.hospital.example'];
    const bytesOf = (profile: object): number => {
      const { changes } = composeReport({
        title: '',
        at: AT,
        devices: ['nrf52840'],
        data: COST_DATA,
        scenarios: [{ kind: 'certificate-chain', signature: 'ML-DSA-44', intermediates: 0, ...profile }],
      });
      const { down } = only(changes).before.prediction;
      return down.known ? down.value : Number.NaN;
    };
    // A second name of 29 letters takes two more octets of tag and length.
    expect(
      bytesOf({ profile: { dnsNames: [...dnsNames, ...dnsNames] } }) - bytesOf({ profile: { dnsNames } }),
    ).toBeGreaterThanOrEqual(31);
  });
});
