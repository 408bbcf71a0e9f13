/** The report as a page: what it links to, what it fetches (nothing), and texts that want to be more than text. */
import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { namedPolicy } from '../../src/policy/index.ts';
import { composeReport, renderReport, reportCsv, reportJson } from '../../src/cost/report/index.ts';
import { STYLE, STYLE_HASH } from '../../src/cost/report/style.ts';
import { report } from '../support/tally.ts';
import { readPage } from './page.ts';
import { reportInput, TEXTS } from './report-fixtures.ts';
import { hostileReports } from './report-hostile.ts';

const page = renderReport(reportInput());

describe('the page', () => {
  it('is the same each time', () => {
    expect(renderReport(reportInput())).toBe(page);
  });

  it('allows the style that it has, and nothing else', () => {
    expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);
    expect(page).toContain(`<style>${STYLE}</style>`);
    expect(page.split('<style>')).toHaveLength(2);
    expect(page).toContain(
      `content="default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('fetches nothing', () => {
    const { elements } = readPage(page);
    expect(page).not.toMatch(
      /url\(|@import|@font-face|\ssrc(?:set)?=|<script|<link|<base|<iframe|\son\w+=/iu,
    );
    const targets = elements.flatMap(({ attributes }) => [
      attributes.get('href') ?? '',
      attributes.get('xlink:href') ?? '',
    ]);
    expect(elements.flatMap(({ attributes }) => attributes.get('href') ?? []).length).toBeGreaterThan(100);
    expect(targets.join('')).not.toMatch(/[a-z]:/iu);
    for (const { attributes } of elements) expect(attributes.has('style')).toBe(false);
  });

  it('leads every link to one place of its own', () => {
    const { elements } = readPage(page);
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    const links = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const unknown = links.filter((link) => !link.startsWith('#') || !ids.includes(link.slice(1)));
    expect(unknown).toEqual([]);
    report(`report: ${links.length} links to ${ids.length} anchors`);
  });

  it('says in words what its drawings show', () => {
    const { elements } = readPage(page);
    const ids = new Map(
      elements.flatMap(({ attributes, name }) => {
        const id = attributes.get('id');
        return id === undefined ? [] : [[id, name] as const];
      }),
    );
    const drawings = elements.filter(({ name }) => name === 'svg');
    const silent = drawings.filter(({ attributes }) => attributes.get('aria-hidden') !== 'true');
    expect(silent.length).toBeGreaterThan(20);
    for (const { attributes } of silent) {
      expect(attributes.get('role')).toBe('img');
      const [title, description] = (attributes.get('aria-labelledby') ?? '').split(' ');
      expect(ids.get(title ?? '')).toBe('title');
      expect(ids.get(description ?? '')).toBe('desc');
    }
  });

  it('has headings without a gap', () => {
    const levels = readPage(page).elements.flatMap(({ name }) => /^h([1-6])$/u.exec(name)?.[1] ?? []);
    expect(levels.length).toBeGreaterThan(15);
    levels.reduce((previous, level) => {
      expect(Number(level)).toBeLessThanOrEqual(Number(previous) + 1);
      return level;
    }, '0');
  });

  it('is written without anything to show', () => {
    const { data, at } = reportInput();
    const empty = {
      title: '',
      at,
      data,
      fit: [],
      changes: [],
      chains: [],
      signatures: [],
      comparisons: [],
    };
    expect(readPage(renderReport(empty)).elements.length).toBeGreaterThan(30);
    expect(reportCsv(empty).split('\r\n')).toHaveLength(2);
    expect(reportJson(empty).sources).toEqual({});
  });
});

describe('texts of users', () => {
  it('stay texts', () => {
    report(`report: ${hostileReports(12)} sets of hostile texts, none an element or attribute`);
  });

  it('are no formulae to a spreadsheet, and no lines of their own', () => {
    const texts = {
      ...TEXTS,
      label: '=1+1',
      because: 'a "quoted"\r\nline, with a comma',
      device: '@SUM(A1)',
    };
    const csv = reportCsv(reportInput(texts));
    const fields = [...csv.matchAll(/(?:^|,|\r\n)("(?:[^"]|"")*"|[^",\r\n]*)/gu)].map(
      ([, field]) => field ?? '',
    );
    expect(fields.filter((field) => /^"?[=+\-@]/u.test(field))).toEqual([]);
    expect(csv).toContain('"a ""quoted""\r\nline, with a comma');
  });
});

describe('a report of real data', () => {
  const input = composeReport({
    title: 'Pumps',
    at: new Date('2026-11-22'),
    devices: ['nrf52832', 'esp32-c6'],
    links: ['nb-iot-cat-nb1', 'lorawan-eu868-dr0'],
    policy: namedPolicy('hybrid-required'),
  });

  it('answers all questions, and knows where each number is from', () => {
    const { elements, text } = readPage(renderReport(input));
    const ids = new Set(elements.flatMap(({ attributes }) => attributes.get('id') ?? []));
    const links = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(links.filter((link) => !ids.has(link.slice(1)))).toEqual([]);
    for (const part of [
      'summary',
      'changes',
      'fit',
      'chains',
      'steps',
      'signing',
      'air',
      'trade-off',
      'options',
    ])
      expect(ids.has(part)).toBe(true);
    expect(text).not.toContain('not described by the data');
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/u);
    report(`report of real data: ${links.length} links, ${input.fit.length} combinations`);
  });

  it('says what would make it fit where something does', () => {
    const remedies = input.fit.flatMap(({ prediction, smallestChange }) =>
      smallestChange === undefined ? [] : [{ prediction, smallestChange }],
    );
    expect(remedies.length).toBeGreaterThan(0);
    for (const { prediction, smallestChange } of remedies) {
      expect(prediction.fits).not.toBe('yes');
      expect(smallestChange.prediction.fits).toBe('yes');
    }
  });

  it('sets scenarios with the same present beside each other', () => {
    const firmware = { kind: 'firmware-update', imageBytes: 1000 } as const;
    const { changes } = composeReport({
      title: '',
      at: new Date('2026-11-22'),
      devices: ['nrf52832'],
      scenarios: [
        { ...firmware, signatures: ['ML-DSA-65'] },
        { ...firmware, signatures: ['LMS-SHA256-H10-W4'] },
        { kind: 'certificate-chain', signature: 'ML-DSA-44', intermediates: 1 },
      ],
    });
    expect(changes.map(({ before, after }) => [before.label, after.map(({ label }) => label)])).toEqual([
      ['ECDSA-P256-SHA256', ['ML-DSA-65', 'LMS-SHA256-H10-W4']],
      ['ECDSA-P256-SHA256', ['ML-DSA-44']],
    ]);
  });
});

describe('time against that of today', () => {
  const summaryOn = (device: string): string => {
    const input = composeReport({ title: '', at: new Date('2026-11-22'), devices: [device] });
    return readPage(renderReport(input)).text;
  };

  it('names the implementations of both sides', () => {
    expect(summaryOn('nrf52840')).toMatch(
      /counted with: today emill\/asm-fpu, emill\/asm; after pqm4\/m4fspeed, emill\/asm-fpu, pqm4\/m4f/u,
    );
  });

  it('is no praise of post-quantum algorithms where only slow code of today is known', () => {
    const page = summaryOn('rp2040');
    expect(page).toContain('counted with: today orlp/c-O3, mbedtls/pico-sdk; after');
    expect(page).toContain('That less time is needed than today is no merit of the post-quantum algorithms');
    expect(page).toMatch(/42\.7\sMcycles with mbedtls\/pico-sdk on cortex-m0plus/u);
    expect(page).toMatch(/947\skcycles with emill\/asm-O2 on cortex-m4/u);
  });

  it('has no such remark where both sides are about the best that is known', () => {
    expect(summaryOn('nrf52840')).not.toContain('Factors of time compare');
  });
});

describe('the same numbers', () => {
  it('are in the page, the CSV and the JSON', () => {
    const input = reportInput();
    const document = reportJson(input);
    expect(JSON.parse(JSON.stringify(document))).toMatchObject({ at: '2026-11-22T00:00:00.000Z' });
    expect(Object.keys(document.sources)).toEqual([
      'ML-DSA-65:verify:example/fast:cortex-m4',
      'example-source',
    ]);
    const csv = reportCsv(input);
    for (const {
      prediction: { up, down },
    } of document.fit)
      for (const figure of [up, down]) {
        if (!figure.known) throw new Error('the fixture has all bytes');
        expect(csv).toContain(`,${figure.value},${figure.low},${figure.high},bytes,measured,`);
      }
    const [head = '', ...lines] = csv.split('\r\n');
    expect(head.split(',')).toHaveLength(13);
    expect(lines.length).toBeGreaterThan(1000);
  });
});
