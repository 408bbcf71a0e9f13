/** Assumptions, how each number came about, and the rows and sources behind them. */
import type { CostOperation, CostRow, RowBytes } from '../data/types.ts';
import type { Evidence, Note, Reference } from './evidence.ts';
import { predictionsOf } from './everything.ts';
import { badge } from './figure-cell.ts';
import { type Content, html, join, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { atBeginning, counted, inUnit } from './numbers.ts';
import { table } from './table.ts';

const ALWAYS = [
  'kB is 1,000 bytes, MB is 1,000,000 bytes.',
  'Sums are as well known as their least known part.',
] as const;

/** A number that stands by itself, not one in a name. */
const NUMBER = /(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/-]|\.\d)/gu;

/** A sentence that predictions share but for its numbers. */
interface Assumption {
  /** What is before, between and after the numbers. */
  readonly words: readonly string[];
  /** The least and the most of each number. */
  readonly numbers: readonly { low: number; high: number }[];
  count: number;
}

/** Sentences in the order of how many predictions they stand under. */
function folded(sentences: readonly string[]): readonly Assumption[] {
  const found = new Map<string, Assumption>();
  for (const sentence of sentences) {
    const values = (sentence.match(NUMBER) ?? []).map(Number);
    const words = sentence.split(NUMBER);
    const key = JSON.stringify(words);
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { words, numbers: values.map((value) => ({ low: value, high: value })), count: 1 });
      continue;
    }
    known.count++;
    known.numbers.forEach((range, index) => {
      const value = values[index] ?? range.low;
      range.low = Math.min(range.low, value);
      range.high = Math.max(range.high, value);
    });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function assumptionText({ words, numbers }: Assumption): string {
  return words
    .map((text, index) => {
      const range = numbers[index];
      if (range === undefined) return text;
      const { low, high } = range;
      return `${text}${low === high ? String(low) : `${low} to ${high}`}`;
    })
    .join('');
}

/** What was assumed, each sentence once, with how many predictions it stands under. */
export function assumptionsSection(input: ReportInput): Markup {
  const predictions = predictionsOf(input);
  const listed = folded(predictions.flatMap(({ assumptions }) => [...new Set(assumptions)]));
  return html`<p class="lede">Numbers hold while these hold.</p>
    <ul class="assumptions">
      ${[...ALWAYS, ...(input.fleet?.assumptions ?? [])].map((text) => html`<li>${text}</li>`)}${listed.map(
        (one) =>
          html`<li>
            ${assumptionText(one)}
            <small>(${counted(one.count, 'prediction')})</small>
          </li>`,
      )}
    </ul>`;
}

const ROWLESS = {
  known: 'no row: follows from a standard, the scenario or the profile',
  unknown: 'nothing',
} as const;

function noteRow({ id, status, because, sources }: Note): Markup {
  return html`<tr id="${id}">
    <th scope="row">${id.slice(1)}</th>
    <td>${atBeginning(because)}</td>
    <td>${badge(status)}</td>
    <td class="id">
      ${
        sources.length === 0
          ? ROWLESS[status === 'no data' ? 'unknown' : 'known']
          : sources.map(
              ({ id: anchor, name }, index) =>
                html`${index === 0 ? '' : ', '}<a href="#${anchor}"><code>${name}</code></a>`,
            )
      }
    </td>
  </tr>`;
}

function bytesText(name: string, bytes: RowBytes | undefined): string | undefined {
  return bytes === undefined ? undefined : `${name} ${inUnit(bytes.value, 'bytes')} (${bytes.status})`;
}

/** What is counted for each byte of the message. */
const PER_BYTE: readonly CostOperation[] = ['aead', 'hash'];

function rowText({ cycles, stack, code, operation }: CostRow): string {
  const cyclesText =
    cycles === undefined
      ? undefined
      : `${inUnit(cycles.mean, 'cycles')}${PER_BYTE.includes(operation) ? ' per byte' : ''}${
          cycles.max === undefined ? '' : `, at most ${inUnit(cycles.max, 'cycles')}`
        } (${cycles.status})`;
  return [cyclesText, bytesText('stack', stack), bytesText('code', code)]
    .filter((text) => text !== undefined)
    .join('; ');
}

function statusesOf({ cycles, stack, code }: CostRow): Content {
  const statuses = new Set([cycles, stack, code].flatMap((figure) => figure?.status ?? []));
  return join([...statuses].map(badge), ' ');
}

function referenceRow({ id, name, row, source }: Reference): Markup {
  return html`<tr id="${id}">
    <th scope="row" class="id"><code>${name}</code></th>
    <td>
      ${
        row === undefined ? 'a source as a whole' : rowText(row)
      }${row?.caveat === undefined ? undefined : html`<small>${row.caveat}</small>`}
    </td>
    <td>${row === undefined ? undefined : statusesOf(row)}</td>
    <td>
      ${
        source === undefined
          ? 'not described by the data of this report'
          : html`${source.title}<small>${source.reference}; ${source.seen}</small>`
      }
    </td>
  </tr>`;
}

function listing(caption: string, head: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="sources">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const STATUS_WORDS = [
  ['measured', 'measured by this project, here or on the user’s board, or counted from bytes that were made'],
  ['published', 'read at the cited source'],
  ['quoted', 'published, but seen only as somebody else’s quotation'],
  ['derived', 'computed by a stated formula from cited figures'],
  ['estimate', 'an assumption, or a figure outside of what its formula was validated for'],
  ['no data', 'nothing is known, and nothing was put in its place'],
] as const;

/** Where each number of the page leads. To be written after everything else. */
export function sourcesSection(evidence: Evidence): Markup {
  const references = evidence.references();
  return html`<p class="lede">
      Every number of this page leads to a line of the first list, and from there to the measurement or
      publication behind it.
    </p>
    <h3>What the words mean</h3>
    ${table({
      caption: 'Provenance of numbers, best first',
      head: ['Word', 'Meaning'],
      rows: STATUS_WORDS.map(([word, meaning]) => [badge(word), meaning]),
    })}
    <h3>How the numbers came about</h3>
    ${listing('Notes', ['No.', 'How it came about', 'Known as', 'From'], evidence.notes().map(noteRow))}${
      references.length === 0
        ? undefined
        : html`<h3>Rows and sources</h3>
            ${listing(
              'Rows of the data and their sources',
              ['Row or source', 'What it says', 'Known as', 'Reference'],
              references.map(referenceRow),
            )}`
    }`;
}
