/** Anything with a name and other spellings of it. */
interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Edit distance in which a swap of neighbours counts once (optimal string alignment), by rows of the matrix. */
function editDistance(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deletion = (previous[column] ?? 0) + 1;
      const insertion = (current[column - 1] ?? 0) + 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(substitution, deletion, insertion, swap));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Most spellings of one name differ in punctuation and case only. */
const essence = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Longer than any name; such a query resembles nothing, and costs nothing. */
const LONGEST_QUERY = 64;

/** 0 for the same letters and digits, below 1 for a beginning of the name, else the number of edits. */
function difference(wanted: string, spelling: string): number {
  const letters = essence(spelling);
  return letters.startsWith(wanted) ? 1 - wanted.length / letters.length : editDistance(wanted, letters);
}

/**
 * The names of at most `count` entries of which some spelling resembles a text, nearest first and otherwise in the
 * order given.
 */
export function nearest(text: string, entries: readonly Named[], count = 5): readonly string[] {
  const wanted = essence(text);
  if (wanted.length === 0 || text.length > LONGEST_QUERY) return [];
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return entries
    .map(({ name, aliases }) => ({
      name,
      score: Math.min(...[name, ...aliases].map((spelling) => difference(wanted, spelling))),
    }))
    .filter(({ score }) => score <= limit)
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ name }) => name);
}
