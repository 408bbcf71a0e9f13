import { describe, it } from 'vitest';
import { runCases } from '../support/tally.ts';
import { acvpSlhDsaSign, acvpSlhDsaVerify, slhDsaVec } from '../support/vectors.ts';
import { checkSlhDsaSign, checkSlhDsaVerify } from './slh-dsa-cases.ts';
import { PROVIDERS } from './support.ts';

describe.each(PROVIDERS)('SLH-DSA vectors (all), %s', (name, provider) => {
  it('ACVP: signs to the byte', async () => {
    // Pre-hash and internal cases run the same JavaScript under both providers, minutes of it: once is enough.
    const cases = acvpSlhDsaSign().filter(({ input }) => name === 'portable' || input.kind === 'message');
    await runCases(`ACVP SLH-DSA sigGen, ${name}`, cases, (item) => checkSlhDsaSign(provider, item));
  });

  it('ACVP: verifies', async () => {
    await runCases(`ACVP SLH-DSA sigVer, ${name}`, acvpSlhDsaVerify(), (item) =>
      checkSlhDsaVerify(provider, item),
    );
  });

  it('vectors of another implementation', async () => {
    await runCases(`SLH-DSA signatures of Botan, ${name}`, slhDsaVec(), (item) =>
      checkSlhDsaSign(provider, item),
    );
  });
});
