/** Which of several options no other one surpasses. */

/** Numbers to be kept small, by name; `undefined` where nothing is known. */
export type Scores = Readonly<Record<string, number | undefined>>;

/**
 * Whether one option is at least as good as another everywhere and better somewhere. Where only one of the two has a
 * number they cannot be compared, so neither surpasses the other; a number that both lack tells nothing of either.
 */
export function dominates(one: Scores, other: Scores): boolean {
  let better = false;
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const a = one[name];
    const b = other[name];
    if (a === undefined && b === undefined) continue;
    if (a === undefined || b === undefined || a > b) return false;
    if (a < b) better = true;
  }
  return better;
}

/** For each option the index of one that surpasses it and is surpassed by none; `undefined` for the Pareto set. */
export function dominators(options: readonly Scores[]): readonly (number | undefined)[] {
  const surpassed = options.map((option) => options.some((other) => dominates(other, option)));
  return options.map((option, index) => {
    if (surpassed[index] !== true) return undefined;
    // What surpasses is transitive and without circles: following it ends in the set.
    const best = options.findIndex((other, at) => surpassed[at] !== true && dominates(other, option));
    return best === -1 ? undefined : best;
  });
}
