/** The changed lines between two texts, with the lines around them, as `diff -u` shows them. */
export function difference(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const context = 2;
  const limit = 40;
  const shorten = (lines: string[]): string[] =>
    lines.length <= limit ? lines : [...lines.slice(0, limit), `… ${lines.length - limit} more lines`];
  return [
    `@@ line ${start + 1} @@`,
    ...a.slice(Math.max(0, start - context), start).map((line) => ` ${line}`),
    ...shorten(a.slice(start, a.length - end)).map((line) => `-${line}`),
    ...shorten(b.slice(start, b.length - end)).map((line) => `+${line}`),
    ...a.slice(a.length - end, a.length - end + context).map((line) => ` ${line}`),
  ].join('\n');
}
