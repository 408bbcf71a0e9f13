/** Counting: what a vector suite checked, by verdict, in one printed line; nothing checked is a failure. */
/** What a case asks for, as far as counting goes. */
interface CountedCase {
  readonly id: string;
  readonly note?: string;
  readonly verdict?: string;
}

/** A case that could not be run, with the reason; counted apart, never as passed. */
export class Skip {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What a suite did. */
interface TallyResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const SHOWN_FAILURES = 10;

/** Counts the cases of one suite. */
export class Tally {
  readonly #suite: string;
  readonly #verdicts = new Map<string, number>();
  readonly #skips = new Map<string, number>();
  readonly #failures: string[] = [];
  #passed = 0;

  constructor(suite: string) {
    this.#suite = suite;
  }

  pass(item: CountedCase): void {
    this.#passed++;
    const verdict = item.verdict ?? 'valid';
    this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1);
  }

  fail(item: CountedCase, cause: unknown): void {
    const note = item.note === undefined || item.note === '' ? '' : ` (${item.note})`;
    this.#failures.push(`${item.id}${note}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }

  skip(reason: string): void {
    this.#skips.set(reason, (this.#skips.get(reason) ?? 0) + 1);
  }

  /** Prints the suite's line; throws when a case failed or none passed. */
  finish(): TallyResult {
    const counts = (map: ReadonlyMap<string, number>): string =>
      [...map].map(([name, count]) => `${String(count)} ${name}`).join(', ');
    const skipped = [...this.#skips.values()].reduce((sum, count) => sum + count, 0);
    const verdicts = this.#verdicts.size > 1 ? ` (${counts(this.#verdicts)})` : '';
    const skips = skipped > 0 ? `, ${String(skipped)} not run: ${counts(this.#skips)}` : '';
    report(
      `${this.#suite}: ${String(this.#passed)} passed${verdicts}, ${String(this.#failures.length)} failed${skips}`,
    );
    if (this.#failures.length > 0) {
      const more = this.#failures.length - SHOWN_FAILURES;
      throw new Error(
        [
          `${this.#suite}: ${String(this.#failures.length)} cases failed`,
          ...this.#failures.slice(0, SHOWN_FAILURES),
          ...(more > 0 ? [`and ${String(more)} more`] : []),
        ].join('\n  '),
      );
    }
    if (this.#passed === 0) throw new Error(`${this.#suite}: no case was checked`);
    return { passed: this.#passed, failed: 0, skipped };
  }
}

/**
 * Runs every case through `check`, which throws when the case fails and may return a {@link Skip}. One suite is one
 * test: thousands of cases would drown a reporter.
 */
export async function runCases<T extends CountedCase>(
  suite: string,
  cases: readonly T[],
  check: (item: T) => unknown,
): Promise<TallyResult> {
  const tally = new Tally(suite);
  for (const item of cases) {
    try {
      const outcome = await check(item);
      if (outcome instanceof Skip) tally.skip(outcome.reason);
      else tally.pass(item);
    } catch (cause) {
      tally.fail(item, cause);
    }
  }
  return tally.finish();
}

/** At most `limit` cases for every value of `key`, spread evenly over each group, in the original order. */
export function sample<T>(cases: readonly T[], limit: number, key: (item: T) => string): readonly T[] {
  const groups = new Map<string, T[]>();
  for (const item of cases) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  const kept = new Set<T>();
  for (const group of groups.values())
    for (let index = 0; index < Math.min(limit, group.length); index++) {
      const item = group[Math.floor((index * group.length) / Math.min(limit, group.length))];
      if (item !== undefined) kept.add(item);
    }
  return cases.filter((item) => kept.has(item));
}

/** Fails with both values in hexadecimal when two byte strings differ. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const show = (bytes: Uint8Array): string =>
    `${Buffer.from(bytes.subarray(0, 24)).toString('hex')}${bytes.length > 24 ? '...' : ''} (${String(bytes.length)} bytes)`;
  throw new Error(`${what}: got ${show(actual)}, expected ${show(expected)}`);
}

/** One line on standard output; the configuration of the test runner lets it through as it is. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
