import { csvCell } from '../csv.ts';
import { benchFigures } from './bench.ts';
import { placedFigures } from './everything.ts';
import type { ReportInput } from './input.ts';

const HEAD = [
  'part',
  'label',
  'device',
  'link',
  'scenario',
  'quantity',
  'value',
  'low',
  'high',
  'unit',
  'status',
  'sources',
  'because',
] as const;

/**
 * The numbers of a report as comma-separated values [RFC 4180], one figure in a line, for a spreadsheet. Texts that a
 * spreadsheet would run as a formula have an apostrophe before them.
 *
 * @example
 * ```ts
 * import { COST_DATA, reportCsv } from 'hybridge/cost';
 *
 * const empty = { title: '', fit: [], changes: [], chains: [], signatures: [], comparisons: [] };
 * console.log(reportCsv({ ...empty, at: new Date('2026-11-22'), data: COST_DATA }).split('\r\n')[0]);
 * ```
 */
export function reportCsv(input: ReportInput): string {
  const measured = input.bench === undefined ? [] : benchFigures(input.bench);
  const lines = [...placedFigures(input), ...measured].map(({ part, label, name, figure, of }) =>
    [
      part,
      label,
      of?.device.id ?? '',
      of?.link?.id ?? '',
      of?.scenario.kind ?? '',
      name,
      ...(figure.known ? [String(figure.value), String(figure.low), String(figure.high)] : ['', '', '']),
      figure.unit,
      figure.known ? figure.status : 'no data',
      figure.known ? figure.sources.join(' ') : '',
      figure.because,
    ]
      .map(csvCell)
      .join(','),
  );
  return [HEAD.join(','), ...lines, ''].join('\r\n');
}
