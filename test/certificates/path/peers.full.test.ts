/** The verdicts of Bouncy Castle, which alone has composites, and of OpenSSL on SLH-DSA. */
import { expect, test } from 'vitest';
import { describeWithPeer } from '../../support/peers.ts';
import { runCases, Skip } from '../../support/tally.ts';
import { bouncyCastle, openssl, ours } from './peers.ts';
import { scenarios } from './scenarios.ts';

for (const [peer, ask, algorithms] of [
  ['bc-peer', bouncyCastle, ['MLDSA65-ECDSA-P256-SHA512', 'ECDSA-P384-SHA384']],
  ['peer-openssl', openssl, ['SLH-DSA-SHA2-128f', 'ML-DSA-87', 'Ed25519']],
] as const)
  describeWithPeer(peer, `paths and ${peer}, at length`, () => {
    test.each(algorithms)('%s', { timeout: 240_000 }, async (algorithm) => {
      await runCases(
        `path scenarios, ${peer}, ${algorithm}`,
        (await scenarios(algorithm)).map((one) => ({ ...one, verdict: one.valid ? 'valid' : 'invalid' })),
        async (one) => {
          expect(await ours(one)).toBe(one.valid);
          if (peer === 'peer-openssl' && one.except?.openssl !== undefined)
            return new Skip(one.except.openssl);
          const answer = await ask(one);
          if (answer === undefined) return new Skip('it is asked about plain paths only');
          expect(answer).toBe(one.valid);
          return undefined;
        },
      );
    });
  });
