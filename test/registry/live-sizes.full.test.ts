/** The slow parameter sets of SLH-DSA, as live-sizes.test.ts has the rest. */
import { expect, it } from 'vitest';

import { compareLive, LEAVES } from './live.ts';

it.each(LEAVES.filter((name) => /^SLH-DSA-.+s$/.test(name)))('%s', (name) => {
  expect(compareLive(name)).toBe(7);
});
