/** The parts of the page: what they show beside what is known of the predictions from elsewhere. */
import { describe, expect, it } from 'vitest';

import { noData, quantity } from '../../src/cost/quantity.ts';
import {
  composeReport,
  type ReportInput,
  type ReportRequest,
  renderReport,
} from '../../src/cost/report/index.ts';
import { linksSaying, readPage, rowOf } from './page.ts';
import { reportInput } from './report-fixtures.ts';

const AT = new Date('2026-11-22');

function compose(request: Partial<ReportRequest>): ReportInput {
  return composeReport({ title: '', at: AT, devices: ['nrf52840'], ...request });
}

const textOf = (input: ReportInput): string => readPage(renderReport(input)).text.replaceAll(/\s+/gu, ' ');

/** From the first piece of text to the next one after it. */
function part(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  return text.slice(start, text.indexOf(to, start + from.length));
}

/** Bars in a drawing: where each begins and how wide it is. */
function barsOf(drawing: string): readonly (readonly [x: number, width: number])[] {
  return [
    ...drawing.matchAll(/<rect\s+class="f\d[^"]*"\s+x="([\d.]+)"\s+y="[\d.]+"\s+width="([\d.]+)"/gu),
  ].map(([, x, width]) => [Number(x), Number(width)]);
}

/** The drawing with this id. */
const drawingOf = (page: string, id: string): string => part(page, `aria-labelledby="${id}-t`, '</svg>');

describe('in short', () => {
  it('counts what fits', () => {
    // One handshake fits, of those after the change one each; of twelve ways to sign the three with 68.9 kB do not.
    expect(textOf(reportInput())).toMatch(
      /12 of 17 ?combinations of device, task and implementation fit; 4 do not, 1 is not known/u,
    );
  });

  it('calls unchanged what differs by less than half a per cent', () => {
    const input = reportInput();
    const times = (factor: number): string => {
      const changes = input.changes.map((change) => {
        const { ram } = change.before.prediction;
        if (!ram.total.known) throw new Error('the fixture has its RAM');
        const total = quantity(factor * ram.total.value, 'bytes', { status: 'derived', because: '' });
        const after = change.after.map(({ label, prediction }) => ({
          label,
          prediction: { ...prediction, ram: { ...ram, total } },
        }));
        return { ...change, after };
      });
      return /RAM: from 38.6 kB to [\d.]+ kB \(([^,)]*)/u.exec(textOf({ ...input, changes }))?.[1] ?? '';
    };
    expect([times(1.004), times(0.996), times(1.006), times(0.9)]).toEqual([
      'unchanged',
      'unchanged',
      '×1.01',
      '×0.9',
    ]);
  });
});

describe('today’s side', () => {
  it('is judged by the code that it was counted with, and not by that of another core', () => {
    // On the core of the RP2040 nobody has timed assembly; that of a Cortex-M4 is what the caveat compares with.
    const text = textOf(compose({ devices: ['rp2040'] }));
    const used = [...text.matchAll(/takes [\d.]+ [kM]cycles with \S+ on (\S+),/gu)].map(([, core]) => core);
    expect(used.length).toBeGreaterThan(0);
    expect(new Set(used)).toEqual(new Set(['cortex-m0plus']));
    const fixture = reportInput();
    // Its figures cite one row alone, which is of ML-DSA-65.
    const changes = fixture.changes.map(({ before, ...rest }) => ({
      ...rest,
      before: {
        ...before,
        prediction: {
          ...before.prediction,
          implementations: { 'ECDSA-P256-SHA256 verify': 'mbedtls/pico-sdk' },
        },
      },
    }));
    const { data } = compose({});
    expect(textOf({ ...fixture, changes, data }).includes('takes 42.7 Mcycles')).toBe(false);
  });
});

describe('chains', () => {
  const limits = (link: string): string =>
    part(textOf(compose({ links: [link] })), 'Limits:', 'A server that sends');

  it('stand beside the sizes that somebody named, and the window of the link', () => {
    // 9 kB: Cloudflare 2021. Ten segments of 1,460 bytes, and then twenty: RFC 6928, RFC 5681.
    const usual = '9,000 B advised for the web; 14.6 kB first window of TCP; 43.8 kB first two windows';
    expect(limits('tcp-iw10-ethernet')).toBe(`Limits: ${usual}. `);
    // Ten segments of 1,200 bytes.
    expect(limits('quic-wifi')).toMatch(/; 12 kB first window of /u);
    // A single frame of ISO 15765-2 with 64 bytes of data has two of header.
    expect(limits('can-fd-64')).toMatch(/; 62 B one frame of /u);
    expect(limits('lorawan-eu868-dr0')).toMatch(/; 51 B one frame of /u);
  });

  it('are those of one device: their bytes are the same for all', () => {
    const of = (...devices: readonly string[]): number =>
      compose({ devices, links: ['ble-5-dle-2M', 'tcp-wifi'] }).chains.length;
    // Four signatures, none to three intermediates, two links.
    expect([of('nrf52840'), of('nrf52840', 'nrf52832')]).toEqual([32, 32]);
  });
});

describe('what fits', () => {
  it('has remedies for what does not, and for what may not', () => {
    const { fit } = compose({ devices: ['nrf52832'], links: ['ble-5-dle-2M'] });
    const remedied = fit.filter(({ smallestChange }) => smallestChange !== undefined);
    expect(new Set(remedied.map(({ prediction }) => prediction.fits))).toEqual(new Set(['no', 'unknown']));
  });

  it('gives the reason of what is against it alone', () => {
    const input = reportInput();
    const [first] = input.fit;
    if (first === undefined) throw new Error('the fixture has rows');
    const { prediction } = first;
    const row = (ram: 'no' | 'yes', flash: 'no' | 'yes'): string =>
      part(
        textOf({
          ...input,
          fit: [
            {
              smallestChange: undefined,
              prediction: {
                ...prediction,
                fits: ram === 'no' || flash === 'no' ? 'no' : 'yes',
                ram: { ...prediction.ram, fits: ram, because: 'RAM is the reason' },
                flash: { ...prediction.flash, fits: flash, because: 'flash is the reason' },
              },
            },
          ],
        }),
        'What fits Whether',
        'Certificate chains',
      ).replace(/^.*RAM of TLS handshake, X25519/u, '');
    const reasons = (text: string): readonly string[] =>
      ['RAM', 'flash'].filter(
        (what) => text.lastIndexOf(`${what} is the reason`) > text.indexOf('319 kB of'),
      );
    expect(reasons(row('yes', 'yes'))).toEqual(['RAM']);
    expect(reasons(row('no', 'yes'))).toEqual(['RAM']);
    expect(reasons(row('yes', 'no'))).toEqual(['flash']);
    expect(reasons(row('no', 'no'))).toEqual(['RAM', 'flash']);
  });

  it('draws the parts of RAM one after the other, as wide as they are large', () => {
    const bars = barsOf(drawingOf(renderReport(reportInput()), 'fit-0-0'));
    // 24,000, 3,600, 9,900 and 1,140 bytes of 65,536, which are 298 wide.
    const scale = 298 / 65_536;
    expect(bars.map(([, width]) => width)).toEqual(
      [24_000, 3600, 9900, 1140].map((bytes) => expect.closeTo(bytes * scale, 0) as number),
    );
    bars.slice(1).forEach(([x], index) => {
      const [before, width] = bars[index] ?? [NaN, NaN];
      expect(Math.abs(x - before - width)).toBeLessThan(0.15);
    });
    const classes = [...drawingOf(renderReport(reportInput()), 'fit-0-0').matchAll(/class="(f\d)/gu)];
    // In use, objects, stack, reassembly: the colours of the legend in its order.
    expect(classes.map(([, hue]) => hue)).toEqual(['f6', 'f1', 'f2', 'f3']);
  });
});

describe('where the time goes', () => {
  it('draws steps one after the other', () => {
    const bars = barsOf(drawingOf(renderReport(reportInput()), 'steps-0'));
    // Six steps, today and with three choices.
    expect(bars).toHaveLength(24);
    for (let first = 0; first < bars.length; first += 6)
      for (let index = first + 1; index < first + 6; index++) {
        const [[before, width], [x]] = [bars[index - 1] ?? [NaN, NaN], bars[index] ?? [NaN, NaN]];
        // A step too short to be seen is drawn as wide as can be seen.
        expect(Math.abs(x - before - width)).toBeLessThan(1.6);
      }
    expect(bars[0]?.[0]).toBe(250);
    // The server sends 400, 32, twice 570 and 72 bytes at 3.25 bytes a millisecond; the connection takes 400 ms.
    expect((bars[2]?.[1] ?? NaN) / (bars[0]?.[1] ?? NaN)).toBeCloseTo(1644 / 3.25 / 400, 1);
    expect(bars[2]?.[0]).toBeGreaterThan(260);
  });

  it('draws how far a step may reach from where it begins', () => {
    const input = reportInput();
    const ms = (value: number) => quantity(value, 'ms', { status: 'derived', because: '' });
    const time = (mean: number, p99: number) => ({
      ...{ mean: ms(mean), p50: ms(mean), p95: ms(p99), p99: ms(p99), worst: ms(p99) },
    });
    const changes = input.changes.map((change) => ({
      ...change,
      after: [],
      before: {
        ...change.before,
        prediction: {
          ...change.before.prediction,
          time: time(200, 400),
          steps: [
            { label: 'first', kind: 'wire' as const, time: time(100, 100) },
            { label: 'second', kind: 'cpu' as const, time: time(100, 300) },
          ],
        },
      },
    }));
    const drawing = drawingOf(renderReport({ ...input, changes }), 'steps-0');
    // 400 ms are 520 wide, from 250 on: bars to 380 and 510, and from there to where 100 and 300 are.
    expect(barsOf(drawing)).toEqual([
      [250, 130],
      [380, 130],
    ]);
    expect(
      [...drawing.matchAll(/d="M([\d.]+) [\d.]+H([\d.]+)m0 -4v8"/gu)].map(([, from, to]) => [from, to]),
    ).toEqual([['510', '770']]);
  });
});

describe('time on air', () => {
  it('over the duty cycle is the time to the next', () => {
    const page = renderReport(reportInput());
    // 78 s in a hundredth of the time: 7,800 s.
    const [id = ''] = linksSaying(page, '2.17\u00a0h');
    expect(rowOf(page, id)).toContain('Time on air over a duty cycle of 1 %. derived');
  });

  it('is not of what sends nothing', () => {
    const silent = compose({
      links: ['ble-5-dle-2M'],
      scenarios: [{ kind: 'firmware-update', imageBytes: 1000, signatures: ['ML-DSA-65'] }],
    });
    expect(silent.changes[0]?.before.prediction.airtime).toMatchObject({ known: true, value: 0 });
    expect(textOf(silent)).not.toContain('Frames both ways');
  });
});

describe('signatures', () => {
  it('that take no time at all are nowhere on a logarithmic scale', () => {
    const input = reportInput();
    const none = quantity(0, 'ms', { status: 'measured', because: '' });
    const signatures = input.signatures.map((one) => ({
      ...one,
      verification: { ...one.verification, time: { ...one.verification.time, mean: none } },
    }));
    const page = renderReport({ ...input, signatures });
    expect(page).not.toMatch(/NaN|Infinity/u);
    expect(page).not.toContain('id="trade-off"');
    const [first, ...more] = signatures;
    const [, second] = input.signatures;
    if (first === undefined || second === undefined) throw new Error('the fixture has signatures');
    expect(renderReport({ ...input, signatures: [...more, second] })).not.toMatch(/NaN|Infinity/u);
  });

  it('without a distribution are in no chart of it', () => {
    const input = reportInput();
    const fit = input.fit.map(({ prediction, smallestChange }) => ({
      smallestChange,
      prediction: { ...prediction, time: { ...prediction.time, p50: noData('ms', 'nobody looked') } },
    }));
    expect(renderReport({ ...input, fit })).not.toContain('id="signing"');
  });
});

describe('the fleet', () => {
  const input = reportInput();
  const { fleet } = input;
  if (fleet === undefined) throw new Error('the fixture has a fleet');
  const [plan] = fleet.plans;
  if (plan === undefined) throw new Error('the fixture has a plan');

  it('is as high in a year as the shares say', () => {
    const bars = barsOf(drawingOf(renderReport(input), 'fleet-0'));
    expect(bars.length).toBeGreaterThan(0);
    const heights = [
      ...drawingOf(renderReport(input), 'fleet-0').matchAll(
        /<rect\s+class="f1[^"]*"[^>]*height="([\d.]+)"/gu,
      ),
    ].map(([, height]) => Number(height));
    // Today, then 0, 20, 60, 100 and 100 % of the way to where it ends.
    const [now = 0, , , , , end = 0] = heights;
    expect(heights).toEqual(
      [0, 0, 0.2, 0.6, 1, 1].map((share) => expect.closeTo(now + share * (end - now), 0) as number),
    );
    expect(end).toBeGreaterThan(2 * now);
  });

  it('marks the years in which devices do not fit', () => {
    const drawing = drawingOf(renderReport(input), 'fleet-0');
    const at = (text: string): readonly string[] =>
      [...drawing.matchAll(/<text\s+x="([\d.]+)"[^>]*>([^<]*)<\/text/gu)].flatMap(([, x = '', said = '']) =>
        said.trim() === text ? [x] : [],
      );
    expect(at('✕')).toEqual([...at('2030'), ...at('2031')]);
  });

  it('lists sixty failures and five names, and says how many more there are', () => {
    const failures = Array.from({ length: 63 }, () => plan.failures).flat();
    const refusals = Array.from({ length: 8 }, (_, index) =>
      plan.refusals.map((refusal) => ({ ...refusal, class: `c${index}` })),
    ).flat();
    const text = textOf({ ...input, fleet: { ...fleet, plans: [{ ...plan, failures, refusals }] } });
    expect(/And \d+ more[^.]*\./u.exec(text)?.[0]).toBe('And 3 more, in the JSON form of this report.');
    expect(text).toContain('c0, c1, c2, c3, c4 and 3 more');
    expect(textOf(input)).not.toMatch(/ more, in the JSON form/u);
  });
});

describe('predicted beside measured', () => {
  it('takes the prediction from the measurement, and shares by what was measured', () => {
    const [predicted, measured] = [90, 100].map((value) =>
      quantity(value, 'bytes', { status: 'derived', because: '' }),
    );
    if (predicted === undefined || measured === undefined) throw new Error('there are two');
    const residual = (one: typeof predicted, other: typeof predicted): string =>
      textOf({ ...reportInput(), checks: [{ label: 'a check', predicted: one, measured: other }] });
    expect(residual(predicted, measured)).toContain('100 − 90 = +10, 10 %');
    expect(residual(measured, predicted)).toContain('90 − 100 = −10, 11.1 %');
    expect(residual(measured, measured)).toContain('100 − 100 = 0');
  });
});

describe('assumptions', () => {
  it('are folded into one with the least and the most, that of most predictions first', () => {
    const input = reportInput();
    const [one] = input.fit;
    if (one === undefined) throw new Error('the fixture has rows');
    const saying = (...assumptions: readonly string[]) => ({
      ...one,
      prediction: { ...one.prediction, assumptions },
    });
    const { title, at, data } = input;
    const text = textOf({
      ...{ title, at, data, changes: [], chains: [], signatures: [], comparisons: [] },
      fit: [
        saying('Rare.', '7 bytes are sent in 2 frames.'),
        saying('30 bytes are sent in 2 frames.'),
        saying('12 bytes are sent in 2 frames.'),
      ],
    });
    expect(text).toMatch(/7 to 30 bytes are sent in 2 frames\. \(3 predictions\) .*Rare\. \(1 prediction\)/u);
  });
});

describe('the usual questions', () => {
  it('are asked once of a device and a link that are named twice', () => {
    const [id, link] = ['nrf52840', 'ble-5-dle-2M'];
    expect(compose({ devices: [id, id], links: [link, link] }).changes).toHaveLength(
      compose({ devices: [id], links: [link] }).changes.length,
    );
  });

  it('are of an image of 256 KiB', () => {
    expect(textOf(compose({}))).toContain('Update of 262144 bytes');
  });

  it('are answered with implementations whose memory is known on both sides, where there are such', () => {
    // Of the fastest code for the core of the STM32L072 nobody has measured the stack.
    for (const device of ['nrf52840', 'stm32l072']) {
      const { changes } = compose({ devices: [device] });
      for (const { before, after } of changes)
        for (const { label, prediction } of [before, ...after])
          expect(prediction.ram.total.known, `${device}: ${label}`).toBe(true);
    }
  });
});
