/** A small reader of our own pages, as strict as they are: whatever it does not expect is an error. */

/** An element and its attributes, unescaped. */
export interface PageElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** A page as it was read. */
export interface Page {
  readonly elements: readonly PageElement[];
  /** Text outside of elements that have no text for people. */
  readonly text: string;
}

const VOID = new Set(['meta', 'br']);
const TAG = /<(?:!doctype html|(\/)?([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<]*")?)*)\s*(\/)?)>/giuy;
const ATTRIBUTE = /([a-zA-Z:-]+)(?:="([^"<]*)")?/gu;
const TEXT = /[^<]*/uy;

function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');
}

/** Reads a page. @throws Error where elements are not closed in order, or a tag is none. */
export function readPage(page: string): Page {
  const elements: PageElement[] = [];
  const open: string[] = [];
  let text = '';
  let at = 0;
  while (at < page.length) {
    TEXT.lastIndex = at;
    const [between = ''] = TEXT.exec(page) ?? [];
    if (open.at(-1) !== 'style') text += plain(between);
    at += between.length;
    if (at === page.length) break;
    TAG.lastIndex = at;
    const found = TAG.exec(page);
    if (found === null) throw new Error(`no tag: ${page.slice(at, at + 80)}`);
    at = TAG.lastIndex;
    const [, closing, name, rest = '', alone] = found;
    if (name === undefined) continue;
    if (closing !== undefined) {
      const last = open.pop();
      if (last !== name) throw new Error(`${name} closed in ${last ?? 'nothing'}`);
      continue;
    }
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of rest.matchAll(ATTRIBUTE)) {
      if (attributes.has(key)) throw new Error(`${name} has ${key} twice`);
      attributes.set(key, plain(value));
    }
    elements.push({ name, attributes });
    if (alone === undefined && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return { elements, text };
}

/** The text of the table row that a link of a page leads to. @throws Error where there is none. */
export function rowOf(page: string, id: string): string {
  const [, row] = new RegExp(`<tr id="${id}">(.*?)</tr>`, 'su').exec(page) ?? [];
  if (row === undefined) throw new Error(`no row ${id}`);
  return plain(row.replaceAll(/<[^>]*>/gu, ' '))
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** Every link with this text, in the order of the page: where each leads. */
export function linksSaying(page: string, text: string): readonly string[] {
  return [...page.matchAll(/<a\s[^>]*href="#([^"]*)"[^>]*>(.*?)<\/a\s*>/gsu)].flatMap(
    ([, id = '', said = '']) => (plain(said.replaceAll(/<[^>]*>/gu, '')).trim() === text ? [id] : []),
  );
}
