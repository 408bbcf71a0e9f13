import { describe, expect, it } from 'vitest';
import { concat, EMPTY, utf8 } from '../../src/bytes/index.ts';
import { encodeEcPrivateKey } from '../../src/encoding/index.ts';
import {
  type CompositeSignatureName,
  COMPOSITE_SIGNATURE_NAMES,
  signature,
} from '../../src/registry/index.ts';
import { generateKeyPair, sign, signatureFor, verify } from '../../src/sign/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { compositeSignatures } from '../support/vectors.ts';
import { exchangeWithBouncyCastle } from './bouncy-castle.ts';
import { COMPOSITE_PROVIDERS, native, privateKeyOf, PROVIDERS, publicKeyOf } from './support.ts';

describe.each(COMPOSITE_PROVIDERS)('composite vectors, %s', (name, provider) => {
  it('verifies every signature, with and without context, and no other', async () => {
    const cases = compositeSignatures().flatMap((item) =>
      item.signatures.map(({ context, signature: value }) => ({
        ...item,
        context,
        value,
        id: `${item.id}, context of ${String(context.length)} bytes`,
      })),
    );
    await runCases(`composite signatures, ${name}: verify`, cases, async (item) => {
      const key = publicKeyOf(item.algorithm, item.publicKey);
      const check = (message: Uint8Array, context: Uint8Array): Promise<boolean> =>
        verify(provider, key, message, item.value, { context });
      if (!(await check(item.message, item.context))) throw new Error('did not verify');
      if (await check(concat(item.message, Uint8Array.of(0)), item.context)) throw new Error('other message');
      if (await check(item.message, concat(item.context, Uint8Array.of(0)))) throw new Error('other context');
    });
  });

  it('reads every private key, finds its public key, and signs with it', async () => {
    await runCases(`composite signatures, ${name}: sign`, compositeSignatures(), async (item) => {
      const key = await privateKeyOf(provider, item.algorithm, item.privateKey);
      expectBytes(key.publicKey.bytes(), item.publicKey, 'public key');
      const context = utf8('a context');
      const value = await sign(provider, key, item.message, { context });
      const { signature: size } = signature(item.algorithm).sizes;
      if (value.length > (typeof size === 'number' ? size : size.max)) throw new Error('too long');
      if (
        !(await verify(provider, publicKeyOf(item.algorithm, item.publicKey), item.message, value, {
          context,
        }))
      )
        throw new Error('own signature does not verify');
    });
  });

  it('makes keys of the sizes the registry gives', async () => {
    // RSA keys take seconds to make; the full suite makes them.
    const names = COMPOSITE_SIGNATURE_NAMES.filter((item) => !item.includes('RSA'));
    for (const algorithm of names) {
      const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
      const { sizes } = signature(algorithm);
      expect(publicKey.bytes().length, algorithm).toBe(sizes.publicKey);
      const stored = privateKey.secretBytes();
      if (typeof sizes.privateKey === 'number') expect(stored.length, algorithm).toBe(sizes.privateKey);
      else expect(stored.length, algorithm).toBeLessThanOrEqual(sizes.privateKey.max);
      const again = await privateKeyOf(provider, algorithm, stored);
      expectBytes(again.publicKey.bytes(), publicKey.bytes(), algorithm);
    }
  }, 60_000);
});

describe.each(PROVIDERS)('a composite that is not whole, %s', (_name, provider) => {
  const algorithm = 'MLDSA65-ECDSA-P256-SHA512';
  const message = utf8('message');

  it('does not verify when either half is of something else', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
    const one = await sign(provider, privateKey, message);
    const other = await sign(provider, privateKey, utf8('other message'));
    const cut = 3309;
    const mixed = (first: Uint8Array, second: Uint8Array): Uint8Array =>
      concat(first.subarray(0, cut), second.subarray(cut));
    expect(await verify(provider, publicKey, message, one)).toBe(true);
    expect(await verify(provider, publicKey, message, mixed(one, other))).toBe(false);
    expect(await verify(provider, publicKey, message, mixed(other, one))).toBe(false);
    const again = await sign(provider, privateKey, message);
    // Unforgeable, not strongly so: halves of two signatures over one message may be swapped.
    expect(await verify(provider, publicKey, message, mixed(one, again))).toBe(true);
  });

  it('does not verify at any other length', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
    const whole = await sign(provider, privateKey, message);
    for (const length of [0, 1, 3308, 3309, 3310, whole.length - 1])
      expect(await verify(provider, publicKey, message, whole.subarray(0, length)), String(length)).toBe(
        false,
      );
    for (const tail of [Uint8Array.of(0), whole, EMPTY])
      expect(await verify(provider, publicKey, message, concat(whole, tail))).toBe(tail.length === 0);
  });

  it('asks both halves even when the first has failed', async () => {
    const asked: string[] = [];
    const watched = (name: 'ML-DSA-65' | 'ECDSA-P256-SHA256') => {
      const leaf = provider.signature[name];
      if (leaf === undefined) throw new Error(name);
      return {
        backend: leaf.backend,
        generateKeyPair: leaf.generateKeyPair.bind(leaf),
        signingKey: leaf.signingKey.bind(leaf),
        verifyingKey: async (key: Uint8Array) => {
          const handle = await leaf.verifyingKey(key);
          return {
            verify: (...args: Parameters<typeof handle.verify>) => {
              asked.push(name);
              return handle.verify(...args);
            },
          };
        },
      };
    };
    const spy = {
      ...provider,
      signature: {
        ...provider.signature,
        'ML-DSA-65': watched('ML-DSA-65'),
        'ECDSA-P256-SHA256': watched('ECDSA-P256-SHA256'),
      },
    };
    const { privateKey, publicKey } = await generateKeyPair(spy, algorithm);
    const value = await sign(spy, privateKey, message);
    value[0] = (value[0] ?? 0) ^ 1;
    expect(await verify(spy, publicKey, message, value)).toBe(false);
    expect(asked).toEqual(['ML-DSA-65', 'ECDSA-P256-SHA256']);
  });

  it('keeps its ML-DSA half from standing alone, and takes none from outside', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
    const value = await sign(provider, privateKey, message);
    const mlDsaKey = publicKeyOf('ML-DSA-65', publicKey.bytes().subarray(0, 1952));
    expect(await verify(provider, mlDsaKey, message, value.subarray(0, 3309))).toBe(false);
    const label = utf8('COMPSIG-MLDSA65-ECDSA-P256-SHA512');
    expect(await verify(provider, mlDsaKey, message, value.subarray(0, 3309), { context: label })).toBe(
      false,
    );
  });
});

describe.each(PROVIDERS)('composite keys that are malformed, %s', (_name, provider) => {
  it('are refused when they are imported', async () => {
    const good = await generateKeyPair(provider, 'MLDSA65-ECDSA-P256-SHA512');
    const scheme = signatureFor(provider, signature('MLDSA65-ECDSA-P256-SHA512'));
    const secret = good.privateKey.secretBytes();
    const open = good.publicKey.bytes();
    const at = (bytes: Uint8Array, index: number, value: number): Uint8Array => {
      const copy = bytes.slice();
      copy[index] = value;
      return copy;
    };
    const curveOid = '1.2.840.10045.3.1.7';
    const withPublicKey = concat(
      secret.subarray(0, 32),
      encodeEcPrivateKey({ scalar: secret.slice(39, 71), curveOid, publicKey: open.subarray(1952) }),
    );
    const shortScalar = concat(
      secret.subarray(0, 32),
      encodeEcPrivateKey({ scalar: secret.slice(40, 71), curveOid }),
    );
    const secrets: readonly (readonly [string, Uint8Array, string])[] = [
      ['empty', EMPTY, 'invalid_length'],
      ['a seed alone', secret.subarray(0, 32), 'invalid_length'],
      ['truncated', secret.subarray(0, -1), 'invalid_encoding'],
      ['with something behind it', concat(secret, Uint8Array.of(0)), 'invalid_encoding'],
      ['with a raw scalar', concat(secret.subarray(0, 32), secret.subarray(39, 71)), 'invalid_encoding'],
      ['with a public key inside', withPublicKey, 'invalid_encoding'],
      ['with a short scalar', shortScalar, 'invalid_length'],
      ['of another version', at(secret, 36, 2), 'invalid_encoding'],
      ['with another curve', at(secret, secret.length - 1, 8), 'invalid_encoding'],
      ['with an indefinite length', at(secret, 33, 0x80), 'invalid_encoding'],
    ];
    for (const [what, bytes, code] of secrets)
      await expect(async () => scheme.signingKey(bytes), what).rejects.toMatchObject({ code });
    const zero = concat(secret.subarray(0, 39), new Uint8Array(32), secret.subarray(71));
    await expect(async () => scheme.signingKey(zero), 'zero scalar').rejects.toMatchObject({
      code: 'invalid_key',
    });
    const opens: readonly (readonly [string, Uint8Array])[] = [
      ['empty', EMPTY],
      ['ML-DSA alone', open.subarray(0, 1952)],
      ['truncated', open.subarray(0, -1)],
      ['too long', concat(open, Uint8Array.of(0))],
      ['off the curve', at(open, open.length - 1, (open.at(-1) ?? 0) ^ 1)],
      ['with a point of no known form', at(open, 1952, 5)],
    ];
    for (const [what, bytes] of opens)
      await expect(async () => scheme.verifyingKey(bytes), what).rejects.toMatchObject({
        name: 'HybridgeError',
        code: expect.stringMatching(/^invalid_(length|key|encoding)$/) as string,
      });
  });
});

describeWithPeer('bc-peer', 'composites with Bouncy Castle (one of each kind)', () => {
  // RSA keys take long to make, on either side; here they come from the vectors. All 18 are in the full suite.
  const kinds: readonly CompositeSignatureName[] = [
    'MLDSA44-RSA2048-PSS-SHA256',
    'MLDSA65-Ed25519-SHA512',
    'MLDSA65-ECDSA-P256-SHA512',
    'MLDSA87-Ed448-SHAKE256',
  ];
  it.each(kinds)(
    '%s: verifies ours, and we verify theirs',
    async (algorithm) => {
      const made = compositeSignatures().find((item) => item.algorithm === algorithm);
      if (made === undefined) throw new Error(`no key for ${algorithm}`);
      const key = algorithm.includes('RSA')
        ? await privateKeyOf(native, algorithm, made.privateKey)
        : (await generateKeyPair(native, algorithm)).privateKey;
      await exchangeWithBouncyCastle(native, key);
    },
    60_000,
  );
});
