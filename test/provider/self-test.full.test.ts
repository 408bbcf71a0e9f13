import { expect, test } from 'vitest';
import { selfTest } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { report } from '../support/tally.ts';

const noble = createNobleProvider();

test.each([createNativeProvider() ?? noble, noble])(
  '$name passes its thorough self-test',
  async (provider) => {
    const { passed, results } = await selfTest(provider, { thorough: true });
    report(`thorough self-test of ${provider.name}: ${String(results.length)} primitives`);
    expect(results.filter((result) => !result.passed)).toEqual([]);
    expect(passed).toBe(true);
  },
);
