/** Comma-separated values [RFC 4180] that are safe to open in a spreadsheet. */

/** Spreadsheets take a cell that begins like this for a formula; names in cells come from files. */
const FORMULA = /^[=+\-@\t\r\n]/u;

/** A text as one cell: an apostrophe before what a spreadsheet would run, quotes where the text needs them. */
export function csvCell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
