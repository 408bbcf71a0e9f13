/** The verdicts of OpenSSL and Go on the chains and pools that ours are asked about. */
import { expect, test } from 'vitest';
import { describeWithPeer } from '../../support/peers.ts';
import { runCases, Skip } from '../../support/tally.ts';
import { go, openssl, ours } from './peers.ts';
import { scenarios } from './scenarios.ts';

const ALGORITHMS = ['ECDSA-P256-SHA256', 'ML-DSA-44'] as const;

test.each(ALGORITHMS)('ours, %s', async (algorithm) => {
  const counted = await runCases(
    `path scenarios, ours, ${algorithm}`,
    (await scenarios(algorithm)).map((one) => ({ ...one, verdict: one.valid ? 'valid' : 'invalid' })),
    async (one) => expect(await ours(one)).toBe(one.valid),
  );
  expect(counted.passed).toBeGreaterThan(30);
});

for (const [peer, name, ask] of [
  ['peer-openssl', 'openssl', openssl],
  ['go-peer', 'go', go],
] as const)
  describeWithPeer(peer, `paths and ${peer}`, () => {
    test.each(ALGORITHMS)('%s', { timeout: 60_000 }, async (algorithm) => {
      await runCases(
        `path scenarios, ${peer}, ${algorithm}`,
        (await scenarios(algorithm)).map((one) => ({ ...one, verdict: one.valid ? 'valid' : 'invalid' })),
        async (one) => {
          const why = one.except?.[name];
          if (why !== undefined) return new Skip(why);
          const answer = await ask(one);
          if (answer === undefined) return new Skip('it is not asked about purposes and names');
          expect(answer).toBe(one.valid);
          return undefined;
        },
      );
    });
  });
