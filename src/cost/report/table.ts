/** Tables with a caption, a head, and a place to scroll to where the page is narrow. */
import { type Content, html, type Markup } from './html.ts';

/** A table as it is described. The first cell of each row is its head. */
export interface Table {
  readonly caption: string;
  /** The caption says what the heading before it says: it is for those who hear the page. */
  readonly quiet?: boolean;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Content[])[];
}

function headOf(names: readonly string[]): Markup {
  return html`<thead>
    <tr>
      ${names.map((name) => html`<th scope="col">${name}</th>`)}
    </tr>
  </thead>`;
}

/** A table that scrolls sideways, by keyboard as well. */
export function table({ caption, quiet = false, head, rows }: Table, kind?: 'sources'): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table${
    kind === undefined ? undefined : html` class="${kind}"`
  }><caption class="${quiet ? 'hidden' : 'shown'}">${caption}</caption>${headOf(head)}<tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${cells.map((cell) => html`<td>${cell}</td>`)}
      </tr>`,
  )}</tbody></table></div>`;
}

/**
 * A table whose rows become cards where the page is narrow. Its roles are written down because what is displayed as a
 * block is no longer taken for a table.
 */
export function cards({ caption, quiet = false, head, rows }: Table): Markup {
  const [, ...labels] = head;
  return html`<table class="cards" role="table">
    <caption class="${quiet ? 'hidden' : 'shown'}">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${head.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        ([first, ...cells]) =>
          html`<tr role="row">
            <th scope="row" role="rowheader">${first}</th>
            ${cells.map(
              (cell, index) => html`<td role="cell" data-label="${labels[index]}"><div>${cell}</div></td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
