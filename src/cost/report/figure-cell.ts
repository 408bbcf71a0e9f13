/** A number as the page shows it: the value linked to its note, its bounds, and how it is known. */
import type { Figure, Status } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { type Content, html, type Markup } from './html.ts';
import { bounds, figureText } from './numbers.ts';

/** How a number is known, as a word and a shape of its own. */
export function badge(status: Status | 'no data'): Markup {
  return html`<span class="badge ${status.replace(' ', '-')}">${status}</span>`;
}

/** The value alone, linked to its note. */
export function linked(evidence: Evidence, figure: Figure): Markup {
  return linkedAs(evidence, figure, figureText(figure));
}

/** The value in words of its own, linked to its note. */
export function linkedAs(evidence: Evidence, figure: Figure, text: string, look?: 'times'): Markup {
  return html`<a class="${look === undefined ? 'n' : `n ${look}`}" href="#${evidence.note(figure).id}"
    >${text}</a
  >`;
}

/** Value, bounds and badge. `beside` stands next to the value. */
export function figureCell(evidence: Evidence, figure: Figure, beside?: Content): Markup {
  if (!figure.known) return html`<a class="n badge no-data" href="#${evidence.note(figure).id}">no data</a>`;
  const range = bounds(figure);
  return html`${linked(evidence, figure)}${beside === undefined ? undefined : html` ${beside}`}
    <small class="how"
      >${range === undefined ? undefined : html`<span class="range">${range}</span> `}${badge(figure.status)}</small
    >`;
}
