import { expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { memoryGrowth } from './memory.ts';

it('holds less than 64 MiB more for 2 GiB than for a byte', async () => {
  const results = await memoryGrowth('2G', 300_000);
  expect(results.length).toBeGreaterThan(0);
  report(
    `memory for 2 GiB: ${results.map(({ what, growth }) => `${what} +${growth.toFixed(0)} MiB`).join('; ')}`,
  );
  for (const { what, growth } of results) expect(growth, what).toBeLessThan(64);
});
