import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import type { KeyPair, Provider } from '../../src/provider/index.ts';
import type { EcdsaDescriptor, MlDsaDescriptor } from '../../src/registry/index.ts';
import {
  decodeDualSignature,
  type DualSignature,
  type DualVerdict,
  encodeDualSignature,
  generateKeyPair,
  isClassical,
  isDualSignature,
  isPostQuantum,
  localSigner,
  type PresentedSignatures,
  signDual,
  verify,
  verifyDual,
} from '../../src/sign/index.ts';
import { PROVIDERS, publicKeyOf } from './support.ts';

const message = utf8('image 1.2.3');
const until = new Date('2030-01-01');
const before = new Date('2029-12-31T23:59:59.999Z');

function spoilt(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[10] = (copy[10] ?? 0) ^ 1;
  return copy;
}

describe.each(PROVIDERS)('dual signatures, %s', (_name, provider) => {
  let ecdsa: KeyPair<EcdsaDescriptor>;
  let mlDsa: KeyPair<MlDsaDescriptor>;
  let dual: DualSignature;
  beforeAll(async () => {
    ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
    mlDsa = await generateKeyPair(provider, 'ML-DSA-44');
    dual = await signDual(provider, { classical: ecdsa.privateKey, postQuantum: mlDsa.privateKey }, message);
  });
  const keys = () => ({ classical: ecdsa.publicKey, postQuantum: mlDsa.publicKey });
  const judge = (presented: PresentedSignatures, at?: Date): Promise<DualVerdict> =>
    verifyDual(
      provider,
      keys(),
      message,
      presented,
      at === undefined ? {} : { transition: { accept: 'classical', until }, at },
    );

  it('are two plain signatures', async () => {
    expect(await judge(dual)).toEqual({ valid: true, basis: 'both' });
    expect(await verify(provider, ecdsa.publicKey, message, dual.classical.signature)).toBe(true);
    expect(await verify(provider, mlDsa.publicKey, message, dual.postQuantum.signature)).toBe(true);
  });

  it('hold both or not at all', async () => {
    const classical = { ...dual.classical, signature: spoilt(dual.classical.signature) };
    const postQuantum = { ...dual.postQuantum, signature: spoilt(dual.postQuantum.signature) };
    for (const at of [undefined, before]) {
      const reason = async (presented: PresentedSignatures): Promise<unknown> => judge(presented, at);
      expect(await reason({ ...dual, classical })).toEqual({ valid: false, reason: 'classical-invalid' });
      expect(await reason({ ...dual, postQuantum })).toEqual({
        valid: false,
        reason: 'post-quantum-invalid',
      });
      expect(await reason({ classical, postQuantum })).toEqual({ valid: false, reason: 'both-invalid' });
      expect(await reason({ classical })).toEqual({ valid: false, reason: 'classical-invalid' });
    }
  });

  it('lose the post-quantum half in a transition only, and the verdict says so', async () => {
    const stripped = { classical: dual.classical };
    expect(await judge(stripped)).toEqual({ valid: false, reason: 'post-quantum-missing' });
    expect(await judge(stripped, before)).toEqual({
      valid: true,
      basis: 'transition',
      accepted: 'classical',
      until,
      reason: 'post-quantum-missing',
    });
    for (const at of [until, new Date('2031-01-01')])
      expect(await judge(stripped, at)).toEqual({ valid: false, reason: 'post-quantum-missing' });
    // With both there the transition changes nothing.
    expect(await judge(dual, before)).toEqual({ valid: true, basis: 'both' });
  });

  it('may go to a verifier without the post-quantum algorithm, in a transition', async () => {
    const signature = Object.fromEntries(
      Object.entries(provider.signature).filter(([algorithm]) => algorithm !== 'ML-DSA-44'),
    );
    const without: Provider = { ...provider, name: 'old', signature };
    expect(await verifyDual(without, keys(), message, dual)).toEqual({
      valid: false,
      reason: 'post-quantum-unsupported',
    });
    const options = { transition: { accept: 'classical', until }, at: before } as const;
    expect(await verifyDual(without, keys(), message, dual, options)).toMatchObject({
      valid: true,
      basis: 'transition',
      reason: 'post-quantum-unsupported',
    });
    const lying = { ...dual, postQuantum: { ...dual.postQuantum, algorithm: 'ML-DSA-65' as const } };
    expect(await verifyDual(without, keys(), message, lying, options)).toEqual({
      valid: false,
      reason: 'post-quantum-invalid',
    });
  });

  it('do not pass for another algorithm', async () => {
    const relabelled = { ...dual, postQuantum: { ...dual.postQuantum, algorithm: 'ML-DSA-87' as const } };
    for (const at of [undefined, before])
      expect(await judge(relabelled, at)).toEqual({ valid: false, reason: 'post-quantum-invalid' });
    const other = { ...dual, classical: { ...dual.classical, algorithm: 'Ed25519' as const } };
    expect(await judge(other)).toEqual({ valid: false, reason: 'classical-invalid' });
  });

  it('read a stream once', async () => {
    let opened = 0;
    const once = (): Iterable<Uint8Array> => ({
      *[Symbol.iterator]() {
        opened++;
        yield message.subarray(0, 3);
        yield message.subarray(3);
      },
    });
    const seen: number[] = [];
    const signers = { classical: ecdsa.privateKey, postQuantum: localSigner(provider, mlDsa.privateKey) };
    const streamed = await signDual(provider, signers, once(), { onProgress: (bytes) => seen.push(bytes) });
    expect(opened).toBe(1);
    expect(seen).toEqual([3, message.length]);
    expect(await judge(streamed)).toEqual({ valid: true, basis: 'both' });
    expect(await verifyDual(provider, keys(), once(), dual)).toEqual({ valid: true, basis: 'both' });
    expect(opened).toBe(2);
    const mislabelled = { ...dual, postQuantum: { ...dual.postQuantum, algorithm: 'ML-DSA-87' as const } };
    expect(await verifyDual(provider, keys(), once(), mislabelled)).toEqual({
      valid: false,
      reason: 'post-quantum-invalid',
    });
  });

  it('bind a context with the post-quantum half', async () => {
    const context = utf8('pump');
    const signers = { classical: ecdsa.privateKey, postQuantum: mlDsa.privateKey };
    for (const source of [message, [message]]) {
      const bound = await signDual(provider, signers, source, { context });
      expect(await verifyDual(provider, keys(), source, bound, { context })).toEqual({
        valid: true,
        basis: 'both',
      });
      expect(await verifyDual(provider, keys(), source, bound)).toEqual({
        valid: false,
        reason: 'post-quantum-invalid',
      });
    }
  });

  it('take one key of each kind', async () => {
    const wrong = { code: 'wrong_algorithm' };
    const twice = { classical: mlDsa.privateKey, postQuantum: mlDsa.privateKey };
    // @ts-expect-error: two post-quantum keys
    await expect(signDual(provider, twice, message)).rejects.toMatchObject(wrong);
    const swapped = { classical: mlDsa.publicKey, postQuantum: ecdsa.publicKey };
    // @ts-expect-error: the wrong way round
    await expect(verifyDual(provider, swapped, message, dual)).rejects.toMatchObject(wrong);
    const composite = await generateKeyPair(provider, 'MLDSA44-Ed25519-SHA512');
    const hybrid = await signDual(
      provider,
      { classical: ecdsa.privateKey, postQuantum: composite.privateKey },
      message,
    );
    expect(hybrid.postQuantum.algorithm).toBe('MLDSA44-Ed25519-SHA512');
    expect([ecdsa.publicKey, mlDsa.publicKey, composite.publicKey].map(isClassical)).toEqual([
      true,
      false,
      false,
    ]);
    expect([ecdsa.publicKey, mlDsa.publicKey, composite.publicKey].map(isPostQuantum)).toEqual([
      false,
      true,
      true,
    ]);
    expect(isPostQuantum(publicKeyOf('XMSS', new Uint8Array(68)))).toBe(false);
  });

  it('need real dates for a transition', async () => {
    const nonsense = new Date('never');
    for (const [at, end] of [
      [nonsense, until],
      [before, nonsense],
    ] as const)
      await expect(
        verifyDual(
          provider,
          keys(),
          message,
          { classical: dual.classical },
          {
            transition: { accept: 'classical', until: end },
            at,
          },
        ),
      ).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(
      // @ts-expect-error: no time to judge at
      verifyDual(provider, keys(), message, dual, { transition: { accept: 'classical', until } }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('know one transition only', async () => {
    const transition = { accept: 'anything', until } as unknown as { accept: 'classical'; until: Date };
    await expect(
      verifyDual(provider, keys(), message, { classical: dual.classical }, { transition, at: before }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('never accept more as time goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.date({ noInvalidDate: true }),
        fc.date({ noInvalidDate: true }),
        async (one, other) => {
          const [early, late] = one <= other ? [one, other] : [other, one];
          const stripped = { classical: dual.classical };
          const [first, second] = [await judge(stripped, early), await judge(stripped, late)];
          return first.valid || !second.valid;
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('an encoded dual signature', () => {
  const dual: DualSignature = {
    classical: { algorithm: 'ECDSA-P256-SHA256', signature: new Uint8Array(71).fill(3) },
    postQuantum: { algorithm: 'ML-DSA-44', signature: new Uint8Array(2420).fill(5) },
  };
  const encoded = encodeDualSignature(dual);
  const header = 9;

  it('comes back, and is told apart', () => {
    expect(decodeDualSignature(encoded)).toEqual(dual);
    expect(isDualSignature(encoded)).toBe(true);
    expect(isDualSignature(encoded.subarray(0, 7))).toBe(false);
    expect(isDualSignature(dual.postQuantum.signature)).toBe(false);
    expect(encoded.length).toBe(header + 1 + 17 + 2 + 71 + 1 + 9 + 2 + 2420);
  });

  it('is refused when anything about it is wrong', () => {
    const renamed = (name: string, at = header): Uint8Array => {
      const length = encoded[at] ?? 0;
      return concat(
        encoded.subarray(0, at),
        Uint8Array.of(name.length),
        utf8(name),
        encoded.subarray(at + 1 + length),
      );
    };
    const second = header + 1 + 17 + 2 + 71;
    const changed = (at: number, value: number): Uint8Array => {
      const copy = encoded.slice();
      copy[at] = value;
      return copy;
    };
    const cases: readonly (readonly [string, Uint8Array, string])[] = [
      ['empty', new Uint8Array(0), 'invalid_encoding'],
      ['other magic', changed(0, 0), 'invalid_encoding'],
      ['version 2', changed(8, 2), 'unsupported'],
      ['trailing byte', concat(encoded, Uint8Array.of(0)), 'invalid_encoding'],
      ['truncated', encoded.subarray(0, -1), 'invalid_encoding'],
      ['no name', renamed(''), 'invalid_encoding'],
      ['a long name', renamed('A'.repeat(65)), 'invalid_encoding'],
      ['no such name', renamed('ECDSA'), 'unknown_algorithm'],
      ['another spelling', renamed('ecdsa-p256-sha256'), 'unknown_algorithm'],
      ['not UTF-8', changed(header + 1, 0xff), 'invalid_encoding'],
      ['an obsolete name', renamed('Dilithium2'), 'unknown_algorithm'],
      ['a KEM', renamed('ML-KEM-768'), 'wrong_algorithm'],
      ['post-quantum first', renamed('ML-DSA-44'), 'wrong_algorithm'],
      ['classical second', renamed('Ed25519', second), 'wrong_algorithm'],
      ['stateful second', renamed('XMSS', second), 'wrong_algorithm'],
      ['another size', renamed('ML-DSA-65', second), 'invalid_length'],
      ['a size too large', renamed('Ed25519'), 'invalid_length'],
      ['a length beyond the end', changed(second + 10, 0xff), 'invalid_encoding'],
      ['an empty signature', changed(second + 10, 0), 'invalid_length'],
    ];
    for (const [what, bytes, code] of cases) {
      let thrown: unknown;
      try {
        decodeDualSignature(bytes);
      } catch (error) {
        thrown = error;
      }
      expect(thrown, what).toMatchObject({ name: 'HybridgeError', code });
    }
  });

  it('has one encoding, and no bytes make the decoder fail otherwise', () => {
    const mutated = fc
      .array(fc.tuple(fc.nat(encoded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = encoded.slice();
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      });
    const cut = fc.nat(encoded.length).map((length) => encoded.subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(mutated, cut, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          expect(encodeDualSignature(decodeDualSignature(bytes))).toEqual(bytes);
        } catch (error) {
          if (!isHybridgeError(error)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
