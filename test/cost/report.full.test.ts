/** The report in Chromium: nothing that axe takes for serious, nothing asked for, nothing cut off, many rows at once. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { composeReport, renderReport } from '../../src/cost/report/index.ts';
import { report } from '../support/tally.ts';
import { type Tab, whyNoBrowser, withTab } from './browser.ts';
import { reportInput } from './report-fixtures.ts';
import { hostileReports } from './report-hostile.ts';

const reason = whyNoBrowser();
if (reason !== undefined) report(`report in Chromium: skipped, ${reason}`);

const folder = mkdtempSync(join(tmpdir(), 'hybridge-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const file = join(folder, 'report.html');
writeFileSync(file, renderReport(reportInput()));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly passes: number;
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly string[];
  }[];
}

/** Axe runs in the page beside its policy, which would not allow it. */
async function axe(tab: Tab): Promise<AxeResult> {
  await tab.evaluate(`${AXE};undefined`);
  const text = await tab.evaluate(`(async () => {
    document.querySelectorAll('details').forEach((details) => { details.open = true; });
    const { passes, violations } = await axe.run(document, { resultTypes: ['violations'] });
    return JSON.stringify({
      passes: passes.length,
      violations: violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 200)) })),
    });
  })()`);
  return JSON.parse(String(text)) as AxeResult;
}

async function media(tab: Tab, kind: 'print' | 'screen', scheme: 'dark' | 'light'): Promise<void> {
  await tab.send('Emulation.setEmulatedMedia', {
    media: kind,
    features: [{ name: 'prefers-color-scheme', value: scheme }],
  });
}

async function width(tab: Tab, pixels: number): Promise<void> {
  await tab.send('Emulation.setDeviceMetricsOverride', {
    width: pixels,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
}

describe.skipIf(reason !== undefined)('in Chromium', () => {
  for (const [kind, scheme, pixels] of [
    ['screen', 'light', 1280],
    ['screen', 'dark', 1280],
    ['screen', 'light', 360],
    ['screen', 'dark', 360],
    ['print', 'light', 1100],
    ['print', 'dark', 1100],
  ] as const)
    it(`gives axe nothing to say: ${kind}, ${scheme}, ${pixels} pixels`, async () => {
      const { passes, violations } = await withTab(file, async (tab) => {
        await width(tab, pixels);
        await media(tab, kind, scheme);
        return axe(tab);
      });
      report(
        `axe, ${kind}, ${scheme}, ${pixels} pixels: ${passes} rules passed, ${violations.length} broken`,
      );
      expect(passes).toBeGreaterThan(25);
      expect(violations).toEqual([]);
    });

  it('gives axe nothing to say about real data either', async () => {
    const real = join(folder, 'real.html');
    const input = composeReport({
      title: 'Pumps',
      at: new Date('2026-11-22'),
      devices: ['nrf52832'],
      links: ['lorawan-eu868-dr0'],
    });
    writeFileSync(real, renderReport(input));
    const { violations } = await withTab(real, axe);
    expect(violations).toEqual([]);
  });

  it('asks for nothing, and its policy stops nothing', async () => {
    const seen = await withTab(file, async (tab) => {
      await tab.evaluate(`window.refused = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => refused.push(violatedDirective))`);
      const styled = await tab.evaluate('getComputedStyle(document.body).margin');
      const entries = await tab.evaluate(
        `performance.getEntriesByType('resource').map(({ name }) => name).concat(refused).join()`,
      );
      return { styled, entries };
    });
    expect(seen).toEqual({ styled: '0px', entries: '' });
  });

  it('is as wide as the window, from a telephone to a sheet of paper', async () => {
    await withTab(file, async (tab) => {
      for (const pixels of [320, 360, 768, 1280, 1920]) {
        await width(tab, pixels);
        expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(pixels);
      }
    });
  });

  it('is reached by keyboard: the skip link, then contents, then what scrolls', async () => {
    await withTab(file, async (tab) => {
      await width(tab, 360);
      const reached: string[] = [];
      for (let presses = 0; presses < 40; presses++) {
        for (const type of ['rawKeyDown', 'keyUp'])
          await tab.send('Input.dispatchKeyEvent', {
            type,
            key: 'Tab',
            code: 'Tab',
            windowsVirtualKeyCode: 9,
          });
        reached.push(
          String(
            await tab.evaluate(
              `(({ className, tagName, outlineStyle }) => tagName + '.' + className + ':' + outlineStyle)(
                Object.assign({}, { className: document.activeElement.className, tagName: document.activeElement.tagName,
                  outlineStyle: getComputedStyle(document.activeElement).outlineStyle }))`,
            ),
          ),
        );
      }
      expect(reached[0]).toBe('A.skip:solid');
      expect(reached).toContain('DIV.scroll:solid');
      expect(reached.filter((name) => !name.endsWith(':solid'))).toEqual([]);
    });
  });

  it('prints every table, also those that are folded away', async () => {
    await withTab(file, async (tab) => {
      await width(tab, 1100);
      await media(tab, 'print', 'light');
      const hidden = await tab.evaluate(
        `[...document.querySelectorAll('table')].filter((table) => table.getBoundingClientRect().height < 20).length`,
      );
      expect(hidden).toBe(0);
      const { data } = await tab.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
      const pdf = Buffer.from(String(data), 'base64');
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      report(
        `report as PDF: ${pdf.length} bytes, ${pdf.toString('latin1').split('/Type /Page\n').length - 1} pages`,
      );
    });
  });
});

describe('texts of users', () => {
  it('stay texts', () => {
    report(`report: ${hostileReports(300)} sets of hostile texts, none an element or attribute`);
  });
});

describe('a large report', () => {
  it('of 200 predictions stays below 1.5 MB and is written in a second', () => {
    const input = reportInput();
    const some = input.fit;
    const fit = Array.from({ length: 200 }, (_, index) => {
      const one = some[index % some.length];
      if (one === undefined) throw new Error('the fixture has predictions');
      const { ram, title } = one.prediction;
      const because = `${ram.because} ${index}`;
      return {
        ...one,
        prediction: { ...one.prediction, title: `${title}, ${index}`, ram: { ...ram, because } },
      };
    });
    const large = { ...input, fit };
    renderReport(large);
    const began = performance.now();
    const page = renderReport(large);
    const milliseconds = performance.now() - began;
    report(`report of 200 predictions: ${page.length} bytes in ${milliseconds.toFixed(0)} ms`);
    expect(page.length).toBeLessThan(1_500_000);
    expect(milliseconds).toBeLessThan(1000);
  });
});
