import { describe, it } from 'vitest';
import { runCases } from '../support/tally.ts';
import { acvpSlhDsaSign, acvpSlhDsaVerify, slhDsaVec } from '../support/vectors.ts';
import { checkSlhDsaSign, checkSlhDsaVerify } from './slh-dsa-cases.ts';
import { PROVIDERS } from './support.ts';

describe.each(PROVIDERS)('SLH-DSA vectors (all), %s', (name, provider) => {
  it('ACVP: signs to the byte', async () => {
    await runCases(`ACVP SLH-DSA sigGen, ${name}`, acvpSlhDsaSign(), (item) =>
      checkSlhDsaSign(provider, item),
    );
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
