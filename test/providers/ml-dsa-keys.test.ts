import { describe, expect, it } from 'vitest';
import type { Provider } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { ML_DSA_NAMES } from '../../src/registry/index.ts';

const portable = createNobleProvider();
const providers: readonly Provider[] = [portable, createNativeProvider()].filter(
  (provider) => provider !== undefined,
);

// skEncode [FIPS 204 Algorithm 24]: ρ, K, tr, s1, ...
const PARTS = { ρ: 0, tr: 64, s1: 128 } as const;

describe.each(providers.map((provider) => [provider.name, provider] as const))(
  'an expanded ML-DSA private key, %s',
  (_name, provider) => {
    it.each(ML_DSA_NAMES)('%s: is refused when its parts do not belong together', async (name) => {
      const algorithm = provider.signature[name];
      const expanded = await portable.seedExpansion[name]?.expand(new Uint8Array(32).fill(1));
      if (algorithm === undefined || expanded === undefined) return expect.unreachable('not offered');
      expect((await algorithm.signingKey(expanded)).publicKey.length).toBeGreaterThan(0);
      for (const [part, start] of Object.entries(PARTS)) {
        const damaged = Uint8Array.from(expanded);
        damaged[start] = (damaged[start] ?? 0) ^ 1;
        // A backend may refuse at once or asynchronously.
        await expect((async () => algorithm.signingKey(damaged))(), part).rejects.toMatchObject({
          code: 'invalid_key',
        });
      }
    });
  },
);
