/** Suites that open what they seal, in base and PSK mode. */
import { describe, it } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import { type HpkeKemName, hpkeSuite, type HpkeSuiteNames } from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { DHKEM_NAMES, HYBRID_KEM_NAMES, ML_KEM_NAMES } from '../../src/registry/index.ts';
import { PROVIDERS } from '../kem/support.ts';
import { expectBytes, runCases } from '../support/tally.ts';

export const HPKE_KEMS: readonly HpkeKemName[] = [...DHKEM_NAMES, ...HYBRID_KEM_NAMES, ...ML_KEM_NAMES];

const INFO = utf8('pump 17');
const PSK = { psk: new Uint8Array(32).fill(7), pskId: utf8('key 1') };
const AAD = utf8('settings');

export function hpkeRoundTrips(suites: readonly HpkeSuiteNames[]): void {
  describe.each(PROVIDERS)('suites, %s', (name, provider) => {
    it('open what they seal and export the same secrets', async () => {
      const kems = [...new Set(suites.map(({ kem }) => kem))];
      const keys = new Map(
        await Promise.all(kems.map(async (kem) => [kem, await generateKeyPair(provider, kem)] as const)),
      );
      const cases = suites.map((suite) => ({ ...suite, id: Object.values(suite).join(' ') }));
      await runCases(`HPKE suites, ${name}`, cases, async ({ kem, kdf, aead }) => {
        const pair = keys.get(kem);
        if (pair === undefined) throw new Error(kem);
        for (const setup of [{ info: INFO }, { info: INFO, ...PSK }]) {
          if (aead === 'export-only') {
            const suite = hpkeSuite(provider, { kem, kdf, aead });
            const { enc, context } = await suite.setupSender(pair.publicKey, setup);
            const recipient = await suite.setupRecipient(pair.privateKey, enc, setup);
            expectBytes(recipient.export(AAD, 40), context.export(AAD, 40), 'export');
            continue;
          }
          const suite = hpkeSuite(provider, { kem, kdf, aead });
          const { enc, ciphertext } = await suite.seal(pair.publicKey, INFO, { ...setup, aad: AAD });
          const opened = await suite.open(pair.privateKey, enc, ciphertext, { ...setup, aad: AAD });
          expectBytes(opened, INFO, 'opened');
        }
      });
    });
  });
}
