/** Text that becomes HTML. Whatever is put into a template is escaped; only what another template made is not. */

/** HTML that a template of this module made. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template takes. Nothing is written for `undefined`. */
export type Content = Markup | number | string | undefined | readonly Content[];

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
]);
const SPECIAL = /[&<>"'`]/gu;
// Control characters, what turns the direction of the text around it, and halves of surrogate pairs.
const INVISIBLE = /[\p{Cs}\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text that stays text in an element and in a quoted attribute. */
function escapeText(text: string): string {
  return text
    .replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
    .replace(SPECIAL, (character) => ENTITIES.get(character) ?? '');
}

function write(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return String(content);
  if (content instanceof Markup) return content.toString();
  return content.map(write).join('');
}

/** Templates without the indentation of the source, each made once. */
const COMPACT = new WeakMap<TemplateStringsArray, readonly string[]>();

function compact(strings: TemplateStringsArray): readonly string[] {
  const known = COMPACT.get(strings);
  if (known !== undefined) return known;
  const made = strings.map((text) => text.replace(/\s*\n\s*/gu, '\n'));
  COMPACT.set(strings, made);
  return made;
}

/** A template whose values are escaped. Attributes in it are always quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const literals = compact(strings);
  let text = literals[0] ?? '';
  values.forEach((value, index) => {
    text += write(value) + (literals[index + 1] ?? '');
  });
  return new Markup(text);
}

/** Several pieces with the same text between them. */
export function join(pieces: readonly Content[], between: string): Content {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece]));
}
