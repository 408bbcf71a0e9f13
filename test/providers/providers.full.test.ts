import { describe, test } from 'vitest';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { present } from './agreement-cases.ts';
import { crossUseCases } from './cross-use-cases.ts';
import { inputCases } from './input-cases.ts';

const noble = createNobleProvider();
const native = present(createNativeProvider());

describe('native and noble accept what the other made, with every parameter set', () => {
  test.each(crossUseCases(native, noble, /./))('$title', ({ run }) => run());
});

describe.each([native, noble])('what $name refuses, with every fast parameter set', (provider) => {
  test.each(inputCases(provider, /f$/))('$title', ({ run }) => run());
});
