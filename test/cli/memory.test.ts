import { expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { memoryGrowth } from './memory.ts';

it('holds less than 64 MiB more for 256 MiB than for a byte', { timeout: 120_000 }, async () => {
  const results = await memoryGrowth('256M', 60_000);
  expect(results.length).toBeGreaterThan(0);
  report(
    `memory for 256 MiB: ${results.map(({ what, growth }) => `${what} +${growth.toFixed(0)} MiB`).join('; ')}`,
  );
  for (const { what, growth } of results) expect(growth, what).toBeLessThan(64);
});
