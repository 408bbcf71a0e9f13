import { describe, it } from 'vitest';
import { runCases } from '../support/tally.ts';
import {
  acvpMlDsaSign,
  acvpMlDsaVerify,
  nistMlDsaKnownAnswers,
  wycheproofMlDsaSign,
  wycheproofMlDsaVerify,
} from '../support/vectors.ts';
import { checkMlDsaSign, checkMlDsaVerify } from './ml-dsa-cases.ts';
import { PROVIDERS } from './support.ts';

describe.each(PROVIDERS)('ML-DSA vectors (all), %s', (name, provider) => {
  it('signs to the byte', async () => {
    const sets = [
      ['ACVP ML-DSA sigGen', acvpMlDsaSign()],
      ['Wycheproof ML-DSA sign', wycheproofMlDsaSign()],
      ['ML-DSA known answers', nistMlDsaKnownAnswers().sign],
    ] as const;
    for (const [title, cases] of sets)
      await runCases(`${title}, ${name}`, cases, (item) => checkMlDsaSign(provider, item));
  });

  it('verifies', async () => {
    const sets = [
      ['ACVP ML-DSA sigVer', acvpMlDsaVerify()],
      ['Wycheproof ML-DSA verify', wycheproofMlDsaVerify()],
    ] as const;
    for (const [title, cases] of sets)
      await runCases(`${title}, ${name}`, cases, (item) => checkMlDsaVerify(provider, item));
  });
});
