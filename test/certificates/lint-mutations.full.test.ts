/** A hundred thousand mutated certificates. */
import { expect, it } from 'vitest';

import { report } from '../support/tally.ts';
import { lintMutations } from './lint-mutations.ts';

it('a hundred thousand mutations are linted and inspected without any error of ours', async () => {
  const readable = await lintMutations(100_000);
  report(`lint: 100000 mutated certificates, ${String(readable)} of them readable`);
  expect(readable).toBeGreaterThan(10_000);
});
