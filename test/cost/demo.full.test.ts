/** The demo as a user runs it, and the report that it ends with. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { describeWithRecentNode } from '../support/peers.ts';
import { report } from '../support/tally.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Count {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly status: string;
}

/** What is read here of what the demo prints for machines. */
interface Told {
  readonly result: { readonly good: boolean };
  readonly update: { readonly imageBytes: number; readonly compositeBytes: number };
  readonly costs: readonly { readonly algorithm: string }[];
  readonly forecast: {
    readonly outlooks: readonly { readonly who: string; readonly after: { readonly fits: string } }[];
    readonly checks: readonly {
      readonly label: string;
      readonly predicted: Count;
      readonly measured: Count;
    }[];
  };
}

/** As the page writes whole numbers. */
const grouped = (value: number): string => value.toLocaleString('en-US');

describeWithRecentNode('the demo', () => {
  let told: Told;
  let page = '';
  beforeAll(async () => {
    await rm(join(ROOT, 'out/report.html'), { force: true });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'docs/demo/main.ts'), '--json'],
      { cwd: ROOT, timeout: 60_000 },
    );
    told = JSON.parse(stdout) as Told;
    page = await readFile(join(ROOT, 'out/report.html'), 'utf8');
  });

  it('goes as it should', () => {
    expect(told.result.good).toBe(true);
  });

  it('predicts what went over the wire within the bounds', () => {
    const { checks } = told.forecast;
    expect(checks.length).toBeGreaterThanOrEqual(10);
    for (const { label, predicted, measured } of checks) {
      expect(measured.status, label).toBe('measured');
      expect(measured.value, label).toBeGreaterThanOrEqual(predicted.low);
      expect(measured.value, label).toBeLessThanOrEqual(predicted.high);
      expect(predicted.high - predicted.low, label).toBeLessThanOrEqual(0.02 * predicted.value + 16);
    }
    report(`demo: ${checks.length} sizes predicted and measured`);
  });

  it('writes a report that needs nothing else', () => {
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(?:base|embed|iframe|img|link|object|script)\b/iu);
    expect(page).not.toMatch(/\b(?:src|srcset)=|@import|url\(/iu);
    // Links stay on the page.
    for (const [, target = ''] of page.matchAll(/href="([^"]*)"/gu)) expect(target).toMatch(/^#/u);
  });

  it('writes what it measured into it', () => {
    const text = page.replaceAll(/<[^>]+>/gu, ' ').replaceAll(/\s+/gu, ' ');
    for (const { label, measured } of told.forecast.checks) {
      expect(text).toContain(label);
      expect(text).toContain(`${grouped(measured.value)} − `);
    }
    for (const { algorithm } of told.costs) expect(text).toContain(algorithm);
    expect(text).toContain(String(told.update.imageBytes));
    expect(text).toContain('Measured on this machine');
  });
});
