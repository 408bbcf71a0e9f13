/** Reports whose texts want to be more than text. */
import fc from 'fast-check';
import { expect } from 'vitest';

import { renderReport } from '../../src/cost/report/index.ts';
import { readPage } from './page.ts';
import { reportInput, type Texts } from './report-fixtures.ts';

/** Texts that end an attribute, an element or a style, and letters that engines treat in ways of their own. */
const hostile = fc.oneof(
  fc.constantFrom(
    '</title><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style></svg><iframe src="https://example.org">',
    '<!-- ',
    ']]>',
    '&lt;b&gt;&#60;b&#62;',
    '` onload=`',
    '\u202e\u0000\ud800\u2028',
    '#n1" href="https://example.org',
    '${7*7}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '=', ' ', 'a', '`', ';', '#'),
    maxLength: 40,
  }),
);

const hostileTexts: fc.Arbitrary<Texts> = fc.record({
  title: hostile,
  device: hostile,
  link: hostile,
  label: hostile,
  because: hostile,
  source: hostile,
});

/** Elements with the names of their attributes: all that a text could change without being escaped. */
function shape(text: string): string {
  return readPage(text)
    .elements.map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`)
    .join('\n');
}

/** Equal texts share a note, and a note more or less is no injection: these are equal where the hostile ones are. */
function harmless(texts: Texts): Texts {
  const different = [...new Set(Object.values(texts))];
  const name = (text: string): string => `x${different.indexOf(text)}`;
  const { title, device, link, label, because, source } = texts;
  return {
    title: name(title),
    device: name(device),
    link: name(link),
    label: name(label),
    because: name(because),
    source: name(source),
  };
}

/** Every set of hostile texts gives the elements that harmless ones give. @returns How many were tried. */
export function hostileReports(runs: number): number {
  let cases = 0;
  fc.assert(
    fc.property(hostileTexts, (texts) => {
      cases++;
      expect(shape(renderReport(reportInput(texts)))).toBe(shape(renderReport(reportInput(harmless(texts)))));
    }),
    { numRuns: runs },
  );
  return cases;
}
