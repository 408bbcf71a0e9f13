import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { describe, expect, it } from 'vitest';
import { EMPTY, utf8 } from '../../src/bytes/index.ts';
import { PrivateKey, type Provider, PublicKey } from '../../src/provider/index.ts';
import { kem, signature, SIGNATURES } from '../../src/registry/index.ts';
import { generateKeyPair, sign, signatureFor, signMu, verify } from '../../src/sign/index.ts';
import { native, PROVIDERS, privateKeyOf } from './support.ts';

const message = utf8('message');

describe('keys', () => {
  it('are refused for another use', async () => {
    const open = new PublicKey(kem('ML-KEM-768'), new Uint8Array(1184));
    const secret = new PrivateKey(open, new Uint8Array(64));
    const wrong = { code: 'wrong_algorithm', fault: 'caller' };
    // @ts-expect-error: a KEM key does not sign
    await expect(sign(native, secret, message)).rejects.toMatchObject(wrong);
    // @ts-expect-error: nor verify
    await expect(verify(native, open, message, message)).rejects.toMatchObject(wrong);
    // @ts-expect-error: nor sign µ
    await expect(signMu(native, secret, new Uint8Array(64))).rejects.toMatchObject(wrong);
  });

  it('are made ready once for each provider that uses them', async () => {
    let imports = 0;
    const leaf = native.signature.Ed25519;
    if (leaf === undefined) throw new Error('no Ed25519');
    const counting: Provider = {
      ...native,
      signature: {
        ...native.signature,
        Ed25519: {
          backend: leaf.backend,
          generateKeyPair: (random) => leaf.generateKeyPair(random),
          signingKey(stored) {
            imports++;
            return leaf.signingKey(stored);
          },
          verifyingKey(raw) {
            imports++;
            return leaf.verifyingKey(raw);
          },
        },
      },
    };
    const { privateKey, publicKey } = await generateKeyPair(counting, 'Ed25519');
    for (let round = 0; round < 3; round++)
      expect(await verify(counting, publicKey, message, await sign(counting, privateKey, message))).toBe(
        true,
      );
    expect(imports).toBe(2);
    expect(signatureFor(counting, signature('Ed25519'))).toBe(signatureFor(counting, signature('Ed25519')));
  });

  it.each(PROVIDERS)('disposed of sign no more, %s', async (_name, provider) => {
    for (const algorithm of ['ML-DSA-44', 'Ed25519', 'MLDSA44-ECDSA-P256-SHA256', 'HashML-DSA-44'] as const) {
      const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
      const value = await sign(provider, privateKey, [message]);
      privateKey[Symbol.dispose]();
      privateKey[Symbol.dispose]();
      for (const source of [message, [message]])
        await expect(sign(provider, privateKey, source), algorithm).rejects.toMatchObject({
          code: 'key_disposed',
        });
      expect(await verify(provider, publicKey, message, value)).toBe(true);
    }
    const { privateKey } = await generateKeyPair(provider, 'ML-DSA-44');
    await signMu(provider, privateKey, new Uint8Array(64));
    privateKey[Symbol.dispose]();
    await expect(signMu(provider, privateKey, new Uint8Array(64))).rejects.toMatchObject({
      code: 'key_disposed',
    });
    const handle = await signatureFor(provider, signature('ML-DSA-44')).signingKey(
      new Uint8Array(32).fill(1),
    );
    handle.dispose();
    const options = { context: EMPTY, random: provider.random, deterministic: true };
    await expect(async () => handle.sign(message, options)).rejects.toMatchObject({ code: 'key_disposed' });
  });

  it.each(PROVIDERS)('of the wrong length are refused, %s', async (_name, provider) => {
    const exact = SIGNATURES.filter(({ kind }) => kind !== 'rsa' && kind !== 'stateful-hash');
    for (const descriptor of exact) {
      const { publicKey } = descriptor.sizes;
      if (typeof publicKey !== 'number') continue;
      const scheme = signatureFor(provider, descriptor);
      for (const length of [0, 1, publicKey - 1, publicKey + 1])
        await expect(
          async () => scheme.verifyingKey(new Uint8Array(length)),
          `${descriptor.name} public key of ${length}`,
        ).rejects.toMatchObject({ name: 'HybridgeError' });
      for (const length of [0, 1, 31])
        await expect(
          async () => scheme.signingKey(new Uint8Array(length)),
          `${descriptor.name} private key of ${length}`,
        ).rejects.toMatchObject({ name: 'HybridgeError' });
    }
  });

  it('in expanded form sign as their seeds do', async () => {
    for (const name of ['ML-DSA-44', 'HashML-DSA-44'] as const) {
      const seed = new Uint8Array(32).fill(9);
      const held = await privateKeyOf(native, name, seed);
      const expanded = ml_dsa44.keygen(seed).secretKey;
      const other = await privateKeyOf(native, name, expanded);
      expect(other.publicKey.bytes()).toEqual(held.publicKey.bytes());
      expect(await sign(native, other, message, { deterministic: true })).toEqual(
        await sign(native, held, message, { deterministic: true }),
      );
    }
  });
});
