import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import { PublicKey } from '../../src/provider/index.ts';
import { signature } from '../../src/registry/index.ts';
import {
  compositeSigner,
  externalMuSigner,
  generateKeyPair,
  localSigner,
  sign,
  type Signer,
  signMu,
  verify,
} from '../../src/sign/index.ts';
import { signWithService } from '../../docs/examples/signer-in-another-process.ts';
import { native, PROVIDERS } from './support.ts';

const message = utf8('image 1.2.3');

describe.each(PROVIDERS)('signers, %s', (_name, provider) => {
  it('stand for a local key', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const signer = localSigner(provider, privateKey);
    const context = utf8('context');
    for (const source of [message, [message]]) {
      const value = await sign(provider, signer, source, { context });
      expect(await verify(provider, publicKey, message, value, { context })).toBe(true);
    }
    expect(await sign(provider, signer, message, { deterministic: true })).toEqual(
      await sign(provider, privateKey, message, { deterministic: true }),
    );
    privateKey[Symbol.dispose]();
    await expect(sign(provider, signer, message)).rejects.toMatchObject({ code: 'key_disposed' });
  });

  it('make composites of two, verified as any other', async () => {
    const mlDsa = await generateKeyPair(provider, 'ML-DSA-87');
    const ecdsa = await generateKeyPair(provider, 'ECDSA-P384-SHA384');
    const signer = compositeSigner(
      provider,
      'MLDSA87-ECDSA-P384-SHA512',
      localSigner(provider, mlDsa.privateKey),
      localSigner(provider, ecdsa.privateKey),
    );
    const context = utf8('context');
    for (const source of [message, [message]]) {
      const value = await sign(provider, signer, source, { context });
      expect(await verify(provider, signer.publicKey, message, value, { context })).toBe(true);
      expect(await verify(provider, signer.publicKey, message, value)).toBe(false);
    }
    await expect(sign(provider, signer, message, { deterministic: true })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('are refused for a composite that is not theirs', async () => {
    const mlDsa = localSigner(provider, (await generateKeyPair(provider, 'ML-DSA-44')).privateKey);
    const ecdsa = localSigner(provider, (await generateKeyPair(provider, 'ECDSA-P256-SHA256')).privateKey);
    expect(() => compositeSigner(provider, 'MLDSA65-ECDSA-P256-SHA512', mlDsa, ecdsa)).toThrow(
      'takes a signer for ML-DSA-65, not ML-DSA-44',
    );
    expect(() => compositeSigner(provider, 'MLDSA44-Ed25519-SHA512', mlDsa, ecdsa)).toThrow(
      'takes a signer for Ed25519, not ECDSA-P256-SHA256',
    );
  });

  it('sign µ for whoever holds the key', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
    const signer = externalMuSigner(provider, publicKey, (mu, { deterministic }) =>
      signMu(provider, privateKey, mu, { deterministic }),
    );
    const context = utf8('context');
    for (const source of [message, [message]]) {
      const value = await sign(provider, signer, source, { context, deterministic: true });
      expect(value).toEqual(await sign(provider, privateKey, message, { context, deterministic: true }));
      expect(await verify(provider, publicKey, message, value, { context })).toBe(true);
    }
  });
});

describe('a signer of someone else', () => {
  const publicKey = new PublicKey(signature('Ed25519'), new Uint8Array(32));
  const answering = (answer: Uint8Array): Signer => ({
    algorithm: publicKey.algorithm,
    publicKey,
    sign: () => Promise.resolve(answer),
  });

  it('must answer with something that can be a signature', async () => {
    await expect(sign(native, answering(new Uint8Array(63)), message)).rejects.toMatchObject({
      code: 'invalid_length',
    });
    expect(await sign(native, answering(new Uint8Array(64)), [message])).toHaveLength(64);
    const mlDsa = await generateKeyPair(native, 'ML-DSA-65');
    const composite = compositeSigner(
      native,
      'MLDSA65-Ed25519-SHA512',
      localSigner(native, mlDsa.privateKey),
      { ...answering(new Uint8Array(65)), algorithm: publicKey.algorithm, publicKey },
    );
    await expect(sign(native, composite, message)).rejects.toMatchObject({ code: 'invalid_length' });
  });

  it('gets streams collected, and the options it is promised', async () => {
    const asked: unknown[] = [];
    const { signal } = new AbortController();
    const signer: Signer = {
      ...answering(new Uint8Array(64)),
      sign(bytes, { context, deterministic, signal: passed }) {
        asked.push([bytes, context.length, deterministic, passed === signal]);
        return new Uint8Array(64);
      },
    };
    await sign(native, signer, [message.subarray(0, 2), message.subarray(2)], { signal });
    expect(asked).toEqual([[message, 0, false, true]]);
  });

  it('passes its own error on', async () => {
    const cause = new Error('the token was pulled out');
    const signer: Signer = { ...answering(message), sign: () => Promise.reject(cause) };
    await expect(sign(native, signer, message)).rejects.toBe(cause);
  });
});

describe('docs/examples/signer-in-another-process.ts', () => {
  it('signs a composite whose keys are in another process', async () => {
    const { publicKey, value } = await signWithService(message);
    expect(publicKey.algorithm.name).toBe('MLDSA65-ECDSA-P256-SHA512');
    expect(await verify(native, publicKey, message, value)).toBe(true);
    expect(await verify(native, publicKey, utf8('another image'), value)).toBe(false);
  });
});
