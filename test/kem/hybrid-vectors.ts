/** The published answers of the hybrid KEMs and composites, for the everyday and the exhaustive suite. */
import { describe, it } from 'vitest';
import { decapsulate, encapsulate, kemFor } from '../../src/kem/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { kem, type KeyAgreementName, type RsaOaepName } from '../../src/registry/index.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import {
  compositeKems,
  type HybridKemCase,
  hybridKem,
  hybridKemWithComponents,
  xWing,
} from '../support/vectors.ts';
import { privateKeyOf, PROVIDERS, publicKeyOf, withRandomness } from './support.ts';

type Take = <T>(cases: readonly T[], key: (item: T) => string) => readonly T[];

/** RSA is not in every provider; what lacks it cannot be checked there. */
function offers(provider: Provider, name: KeyAgreementName | RsaOaepName): boolean {
  return provider.kem[name] !== undefined;
}

/** @param take - Which of the cases run. */
export function hybridKemSuites(take: Take): void {
  describe.each(PROVIDERS)('%s', (name, provider) => {
    const families: readonly (readonly [string, () => readonly HybridKemCase[]])[] = [
      ['CFRG hybrid KEMs', hybridKem],
      ['CFRG hybrid KEMs with component keys', hybridKemWithComponents],
      ['X-Wing', xWing],
    ];
    // These corpora are beside the repository; the answers of HPKE, which are in it, cover the same KEMs.
    it.each(families.filter(([, load]) => load().length > 0))(
      '%s: key pair, encapsulation and decapsulation, byte for byte',
      async (family, load) => {
        await runCases(
          `${family}, ${name}`,
          take(load(), ({ algorithm }) => algorithm),
          async (item) => {
            // In October 2025 the document sampled keys of NIST curves in another way.
            if (item.components !== undefined && kem(item.algorithm).traditional !== 'X25519')
              return new Skip('a state of the draft that was superseded');
            const descriptor = kem(item.algorithm);
            const seeded = withRandomness(provider, item.seed);
            const made = await kemFor(seeded, descriptor).generateKeyPair(seeded.random);
            expectBytes(made.privateKey, item.privateKey, 'private key');
            expectBytes(made.publicKey, item.publicKey, 'public key');
            const sent = await encapsulate(
              withRandomness(provider, item.entropy),
              publicKeyOf(item.algorithm, item.publicKey),
            );
            expectBytes(sent.ciphertext, item.ciphertext, 'ciphertext');
            expectBytes(sent.sharedSecret, item.sharedSecret, 'shared secret of the sender');
            const key = await privateKeyOf(provider, item.algorithm, item.privateKey);
            expectBytes(
              await decapsulate(provider, key, item.ciphertext),
              item.sharedSecret,
              'shared secret',
            );
            return undefined;
          },
        );
      },
    );

    it('composite KEMs: private key, public key and shared secret', async () => {
      await runCases(
        `composite KEMs, ${name}`,
        take(compositeKems(), ({ algorithm }) => algorithm),
        async (item) => {
          const descriptor = kem(item.algorithm);
          if (descriptor.kind === 'composite-kem' && !offers(provider, descriptor.traditional))
            return new Skip(`no ${descriptor.traditional}`);
          const key = await privateKeyOf(provider, item.algorithm, item.privateKey);
          expectBytes(key.publicKey.bytes(), item.publicKey, 'public key');
          expectBytes(await decapsulate(provider, key, item.ciphertext), item.sharedSecret, 'shared secret');
          const again = await encapsulate(provider, publicKeyOf(item.algorithm, item.publicKey));
          expectBytes(await decapsulate(provider, key, again.ciphertext), again.sharedSecret, 'own secret');
          return undefined;
        },
      );
    });
  });
}
