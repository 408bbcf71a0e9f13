/**
 * Libraries for the algorithms of today differ up to ten times in speed on one core. A factor is therefore one between
 * two implementations: the page names both, and says where today's side is not the fastest that is known.
 */
import type { CostData, CostRow } from '../data/types.ts';
import { quantity } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { linked } from './figure-cell.ts';
import { grouped } from './fit.ts';
import { html, join, type Markup } from './html.ts';
import type { Change } from './input.ts';

/** The core that has code in assembly for most algorithms. */
const TUNED_CORE = 'cortex-m4';
/** Cores differ among themselves; from here on it is the code. */
const MUCH_SLOWER = 2;

type Timed = CostRow & Required<Pick<CostRow, 'cycles'>>;

const isTimed = (row: CostRow): row is Timed => row.cycles !== undefined;

/** What today's side runs, and the fastest known code for the same work, where that is much faster. */
interface Slow {
  readonly used: Timed;
  readonly fastest: Timed;
}

function slowToday({ before: { prediction } }: Change, data: CostData): readonly Slow[] {
  const { cpu, implementations } = prediction;
  const cited = cpu.mean.known ? cpu.mean.sources : [];
  return Object.entries(implementations).flatMap(([use, name]): readonly Slow[] => {
    const rows = data.rows
      .filter(isTimed)
      .filter(({ algorithm, operation }) => `${algorithm} ${operation}` === use);
    const used = rows.find(({ id, implementation }) => implementation === name && cited.includes(id));
    const [fastest] = rows
      .filter(({ core }) => core === TUNED_CORE)
      .toSorted((a, b) => a.cycles.mean - b.cycles.mean);
    return used !== undefined &&
      fastest !== undefined &&
      used.cycles.mean >= MUCH_SLOWER * fastest.cycles.mean
      ? [{ used, fastest }]
      : [];
  });
}

/** Whether the device would compute less than today in one of the options. */
function looksFaster({ before, after }: Change): boolean {
  const today = before.prediction.cpu.mean;
  return after.some(
    ({ prediction: { cpu } }) => today.known && cpu.mean.known && cpu.mean.value < today.value,
  );
}

function cyclesOf(
  evidence: Evidence,
  { id, algorithm, operation, implementation, core, cycles }: Timed,
): Markup {
  const because = `${algorithm} ${operation}: ${implementation} on ${core}`;
  const figure = quantity(cycles.mean, 'cycles', { status: cycles.status, sources: [id], because });
  return html`${linked(evidence, figure)} with ${implementation} on ${core}`;
}

function namesOf(predictions: readonly Change['before'][]): string {
  const names = predictions.flatMap(({ prediction }) => Object.values(prediction.implementations));
  return [...new Set(names)].filter((name) => name !== 'no data').join(', ') || 'no data';
}

/** The implementations that a change is counted with, on either side. */
export function countedWith({ before, after }: Change): string {
  return `today ${namesOf([before])}; after ${namesOf(after)}`;
}

/** What a factor of time does not say, in short; `undefined` where today's side is about the best that is known. */
export function caution(change: Change, data: CostData): string | undefined {
  const slow = slowToday(change, data).length > 0;
  const faster = looksFaster(change);
  if (!slow && !faster) return undefined;
  return [
    'Factors of time compare these implementations, not the algorithms',
    ...(slow ? [': today’s side is much slower than the fastest code in the data'] : []),
    ...(faster ? ['. That less time is needed than today is no merit of the post-quantum algorithms'] : []),
  ].join('');
}

/** The same at length: what today's side takes, and what the fastest code in the data takes for the same. */
export function baselineCaveat(change: Change, data: CostData, evidence: Evidence): Markup | undefined {
  const inShort = caution(change, data);
  if (inShort === undefined) return undefined;
  const slow = grouped(slowToday(change, data), ({ used: { algorithm, cycles } }) =>
    JSON.stringify([algorithm, cycles]),
  );
  const instances = slow.map(
    ([{ used, fastest }]) =>
      html`${used.algorithm} ${used.operation} takes ${cyclesOf(evidence, used)},
      ${cyclesOf(evidence, fastest)}`,
  );
  const otherCore = slow.some(([{ used }]) => used.core !== TUNED_CORE);
  return html`${inShort}.${instances.length === 0 ? undefined : html` ${join(instances, '; ')}.`}${
    otherCore ? ' Part of that is the core.' : undefined
  }`;
}
