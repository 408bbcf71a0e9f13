/** How many times as much: a number of its own, which leads to what both of its sides come from. */
import { allSources, type Figure, type Quantity, quantity, weaker } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { linkedAs } from './figure-cell.ts';
import type { Markup } from './html.ts';
import { plainNumber } from './numbers.ts';

/** `after` over `before`; `undefined` where one is not known, or where today it is nothing. */
export function factorOf(before: Figure, after: Figure, because: string): Quantity<'count'> | undefined {
  if (!before.known || !after.known || before.value <= 0) return undefined;
  return quantity(after.value / before.value, 'count', {
    status: weaker('derived', weaker(before.status, after.status)),
    sources: allSources(before.sources, after.sources),
    because,
  });
}

/** What a factor of a change says of itself. */
export function factorReason(what: string): string {
  return `The figure after the change over that of today: ${what}.`;
}

/** A ratio as `×9.1`. */
export function timesText(ratio: number): string {
  return `×${plainNumber(ratio)}`;
}

const UNCHANGED = 0.005;

/** A factor with its link. */
export function factorLink(evidence: Evidence, factor: Quantity<'count'>, look?: 'times'): Markup {
  const text = Math.abs(factor.value - 1) < UNCHANGED ? 'unchanged' : timesText(factor.value);
  return linkedAs(evidence, factor, text, look);
}
