import { expect, it } from 'vitest';
import { type Hash, requireHash } from '../../src/provider/index.ts';
import { combiner } from '../../src/kem/combiner.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import { compositeCombiners } from '../support/vectors.ts';
import { portable } from './support.ts';

it('wipes the secrets it was given, and its copies of them', () => {
  const sha3 = requireHash(portable, 'SHA3-256');
  const inputs: Uint8Array[] = [];
  const watched: Hash = {
    ...sha3,
    digest: (data) => {
      inputs.push(data);
      return sha3.digest(data);
    },
  };
  const combine = combiner(watched, { secrets: 64, ciphertext: 1 }, Uint8Array.of(9), Uint8Array.of(8));
  const [pq, t] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  combine(pq, t, Uint8Array.of(7));
  expect([...pq, ...t].every((byte) => byte === 0)).toBe(true);
  expect(inputs.map((input) => [...input].filter((byte) => byte !== 0))).toEqual([[7, 9, 8]]);
});

const examples = compositeCombiners();

it.skipIf(examples.length === 0)('combines as the examples of the LAMPS document do', async () => {
  await runCases('composite KEM combiner', examples, (item) => {
    if (item.hash !== 'SHA3-256') return new Skip('a combiner that the document no longer has');
    const sizes = {
      secrets: item.mlkemSecret.length + item.tradSecret.length,
      ciphertext: item.tradCiphertext.length,
    };
    const combine = combiner(requireHash(portable, 'SHA3-256'), sizes, item.tradPublicKey, item.label);
    // Twice: the input is laid out once, and the secrets in it are wiped.
    for (let round = 0; round < 2; round++) {
      const secret = combine(item.mlkemSecret.slice(), item.tradSecret.slice(), item.tradCiphertext);
      expectBytes(secret, item.sharedSecret, 'shared secret');
    }
    return undefined;
  });
});
