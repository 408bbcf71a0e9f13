import { describe, expect, it } from 'vitest';

import { certificateBytes } from '../../src/cost/certificate-size.ts';
import { signature, SIGNATURES } from '../../src/registry/index.ts';
import { runCases } from '../support/tally.ts';
import { issued } from './issued.ts';

describe('bytes of certificates, all algorithms', () => {
  it('are those of certificates issued with each', { timeout: 110_000 }, async () => {
    // The small signatures of SLH-DSA take seconds each, and differ from the fast ones by their size alone.
    const cases = SIGNATURES.filter(
      ({ kind, name, identifiers }) =>
        kind !== 'stateful-hash' &&
        kind !== 'hash-ml-dsa' &&
        identifiers.oid !== undefined &&
        !/^(?:Hash)?SLH-DSA-.*s/u.test(name),
    ).map(({ name }) => ({ id: name, name }));
    const { passed } = await runCases('Certificates of every algorithm', cases, async ({ name }) => {
      const description = {
        use: 'tls-server',
        subject: 'CN=pump.example,O=Hospital,C=CH',
        // Signed with its own key: one signature for each, and SLH-DSA takes its time.
        issuer: 'CN=pump.example,O=Hospital,C=CH',
        dnsNames: ['pump.example'],
        key: name,
        signature: name,
      } as const;
      const { length } = (await issued(description)).bytes;
      const { value, low, high } = certificateBytes(description);
      if (typeof signature(name).sizes.signature === 'number') expect(length).toBe(value);
      expect(length).toBeGreaterThanOrEqual(low);
      expect(length).toBeLessThanOrEqual(high);
    });
    expect(passed).toBe(cases.length);
  });
});
