import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import { type SignatureName, SIGNATURES } from '../../src/registry/index.ts';
import { computeMu, generateKeyPair, sign, signMu, verify, verifyMu } from '../../src/sign/index.ts';
import { PROVIDERS } from './support.ts';

const FAST: readonly SignatureName[] = [
  'ML-DSA-44',
  'HashML-DSA-44',
  'MLDSA44-Ed25519-SHA512',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA87-Ed448-SHAKE256',
  'HashSLH-DSA-SHA2-128f-SHA256',
  'SLH-DSA-SHA2-128f',
  'ECDSA-P256-SHA256',
  'Ed25519',
  'Ed448',
];

/** Bytes that differ from the given ones: changed, cut, longer, or anything. */
function others(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const changed =
    bytes.length === 0
      ? []
      : [
          fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, difference]) => {
            const copy = bytes.slice();
            copy[at] = (copy[at] ?? 0) ^ difference;
            return copy;
          }),
          fc.nat(bytes.length - 1).map((length) => bytes.slice(0, length)),
        ];
  const longer = fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .map((tail) => new Uint8Array([...bytes, ...tail]));
  return fc
    .oneof(...changed, longer, fc.uint8Array({ maxLength: 300 }))
    .filter((other) => Buffer.compare(other, bytes) !== 0);
}

describe.each(PROVIDERS)('whatever is changed, %s', (name, provider) => {
  it.each(FAST)(
    '%s: does not verify, and does not throw',
    async (algorithm) => {
      const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
      const takesContext = !['ecdsa', 'eddsa', 'rsa'].includes(publicKey.algorithm.kind);
      const message = utf8('the message');
      const context = takesContext ? utf8('the context') : new Uint8Array(0);
      const value = await sign(provider, privateKey, message, { context });
      expect(await verify(provider, publicKey, message, value, { context })).toBe(true);
      const change = fc.oneof(
        others(message).map((other) => ({ message: other, context, value })),
        others(value).map((other) => ({ message, context, value: other })),
        ...(takesContext ? [others(context).map((other) => ({ message, context: other, value }))] : []),
      );
      await fc.assert(
        fc.asyncProperty(change, fc.boolean(), async (changed, inPieces) => {
          const source = inPieces ? [changed.message] : changed.message;
          return !(await verify(provider, publicKey, source, changed.value, { context: changed.context }));
        }),
        { numRuns: name === 'native' ? 60 : 25 },
      );
    },
    60_000,
  );
});

describe('what an algorithm does not take', () => {
  const [, provider] = PROVIDERS[0] ?? [];
  if (provider === undefined) throw new Error('no provider');
  const message = utf8('message');
  const context = utf8('context');

  it.each(['Ed25519', 'Ed448', 'ECDSA-P256-SHA256'] as const)('%s: no context', async (algorithm) => {
    const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
    const refused = { code: 'invalid_argument', fault: 'caller' };
    await expect(sign(provider, privateKey, message, { context })).rejects.toMatchObject(refused);
    await expect(verify(provider, publicKey, message, message, { context })).rejects.toMatchObject(refused);
  });

  it('no text for bytes', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const text = 'pump' as unknown as Uint8Array;
    const refused = { code: 'invalid_argument', fault: 'caller' };
    await expect(sign(provider, privateKey, message, { context: text })).rejects.toMatchObject(refused);
    await expect(verify(provider, publicKey, message, message, { context: text })).rejects.toMatchObject(
      refused,
    );
    await expect(verify(provider, publicKey, message, text)).rejects.toMatchObject(refused);
    await expect(computeMu(provider, publicKey, message, { context: text })).rejects.toMatchObject(refused);
    await expect(signMu(provider, privateKey, text)).rejects.toMatchObject(refused);
    await expect(verifyMu(provider, publicKey, new Uint8Array(64), text)).rejects.toMatchObject(refused);
  });

  it('no determinism where randomness is drawn, and the same bytes elsewhere', async () => {
    for (const algorithm of ['ECDSA-P256-SHA256', 'MLDSA44-ECDSA-P256-SHA256'] as const) {
      const { privateKey } = await generateKeyPair(provider, algorithm);
      await expect(sign(provider, privateKey, message, { deterministic: true })).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    for (const algorithm of ['Ed25519', 'MLDSA44-Ed25519-SHA512', 'HashML-DSA-44'] as const) {
      const { privateKey } = await generateKeyPair(provider, algorithm);
      const once = await sign(provider, privateKey, message, { deterministic: true });
      expect(await sign(provider, privateKey, [message], { deterministic: true })).toEqual(once);
    }
  });

  it('stateful algorithms: neither keys nor signatures here', async () => {
    for (const { name, stateful } of SIGNATURES)
      if (stateful)
        await expect(generateKeyPair(provider, name)).rejects.toMatchObject({
          code: 'unsupported',
          hint: expect.stringContaining('firmware') as string,
        });
  });
});
