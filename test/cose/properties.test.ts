/** What holds for every message, and what decoders make of damaged and hostile ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError } from '../../src/bytes/index.ts';
import {
  type CborValue,
  COSE_DRAFTS,
  coseKeyThumbprint,
  decodeSign,
  decodeSign1,
  exportCoseKey,
  exportCosePrivateKey,
  importCoseKey,
  type Label,
  sign1,
  signCose,
  verify1,
  verifyCose,
} from '../../src/cose/index.ts';
import { CborTag } from '../../src/encoding/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { expectBytes, report } from '../support/tally.ts';
import { type Fate, fateOf, flipped, readsKey, sign1Sample, signSample } from './mutation.ts';
import { messageOf } from './structures.ts';
import { pairOf, pieces, provider } from './support.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const label: fc.Arbitrary<Label> = fc.oneof(
  fc.integer().filter((value) => ![1, 2, 3, 4, 32, 33, 34, 35].includes(value)),
  fc.string({ unit: 'grapheme' }),
);
const value: fc.Arbitrary<CborValue> = fc.letrec<{ any: CborValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    bytes,
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .dictionary(fc.string({ unit: 'grapheme-ascii' }), tie('any'), { maxKeys: 3 })
      .map((entries) => new Map(Object.entries(entries))),
    fc.tuple(fc.nat(), tie('any')).map(([tag, inner]) => new CborTag(tag, inner)),
  ),
})).any;

describe('round trips', () => {
  it('what is signed is what is read', async () => {
    const { privateKey, publicKey } = await pairOf('Ed25519');
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          payload: bytes,
          externalAad: bytes,
          kid: fc.option(bytes, { nil: undefined }),
          contentType: fc.option(fc.oneof(fc.nat(), fc.string({ unit: 'grapheme' })), {
            nil: undefined,
          }),
          tagged: fc.boolean(),
          detached: fc.boolean(),
          own: fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), value, { maxKeys: 4 }),
          labels: fc.uniqueArray(fc.tuple(label, value), { maxLength: 4, selector: ([name]) => name }),
        }),
        async ({ payload, externalAad, kid, contentType, tagged, detached, own, labels }) => {
          const other = new Map(labels);
          const unprotected = new Map(Object.entries(own).filter(([name]) => !other.has(name)));
          const message = await sign1(provider, privateKey, payload, {
            externalAad,
            kid,
            contentType,
            tagged,
            detached,
            headers: { protected: { other }, unprotected: { other: unprotected } },
          });
          const verdict = await verify1(provider, publicKey, message, {
            externalAad,
            ...(detached ? { detachedPayload: payload } : {}),
          });
          if (!verdict.valid) throw new Error(verdict.reason);
          expectBytes(verdict.payload, payload, 'payload');
          expect(verdict.headers).toEqual({
            protected: {
              alg: -19,
              ...(kid === undefined ? {} : { kid }),
              ...(contentType === undefined ? {} : { contentType }),
              ...(other.size === 0 ? {} : { other }),
            },
            unprotected: unprotected.size === 0 ? {} : { other: unprotected },
          });
          expect(decodeSign1(message).tagged).toBe(tagged);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('pieces of any size give the same message', async () => {
    const { privateKey } = await pairOf('ML-DSA-44');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 7, max: 900 }),
        async (payload, size) => {
          const source = { size: payload.length, source: pieces(payload, size) };
          const options = { deterministic: true, detached: true };
          expectBytes(
            await sign1(provider, privateKey, source, options),
            await sign1(provider, privateKey, payload, options),
            'message',
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('COSE_Key of every algorithm that has one', async () => {
    const drafts = {
      ...COSE_DRAFTS['draft-ietf-cose-sphincs-plus-06'],
      ...COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'],
    };
    const names: readonly SignatureName[] = [
      'ML-DSA-44',
      'ECDSA-P521-SHA512',
      'ECDSA-brainpoolP384r1-SHA384',
      'Ed448',
      'RSA2048-PSS-SHA384',
      'SLH-DSA-SHA2-128f',
      'MLDSA44-ECDSA-P256-SHA256',
      'MLDSA87-Ed448-SHAKE256',
    ];
    for (const name of names) {
      const { publicKey, privateKey } = await pairOf(name);
      const kid = coseKeyThumbprint(provider, publicKey, { drafts });
      const options = { algorithm: name, drafts };
      const open = await importCoseKey(provider, exportCoseKey(publicKey, { kid, drafts }), options);
      const secret = await importCoseKey(
        provider,
        await exportCosePrivateKey(provider, privateKey, { kid, drafts }),
        options,
      );
      if (open.kind !== 'public' || secret.kind !== 'private') throw new Error(`${name}: halves mixed up`);
      expect([open.kid, secret.kid, open.key.algorithm.name]).toEqual([kid, kid, name]);
      expectBytes(open.key.bytes(), publicKey.bytes(), name);
      expectBytes(secret.key.secretBytes(), privateKey.secretBytes(), name);
      expect(coseKeyThumbprint(provider, secret.key.publicKey, { drafts })).toEqual(kid);
      expect(coseKeyThumbprint(provider, publicKey, { drafts, hash: 'SHA-512' })).toHaveLength(64);
    }
    const { publicKey } = await pairOf('SLH-DSA-SHA2-128f');
    expect(() => exportCoseKey(publicKey)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    const encoded = exportCoseKey(publicKey, { drafts });
    await expect(importCoseKey(provider, encoded)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(importCoseKey(provider, encoded, { drafts, algorithm: 'Ed25519' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('changed messages', () => {
  it('every bit of a message', async () => {
    const samples = [
      await sign1Sample('Ed25519'),
      await sign1Sample('ECDSA-P256-SHA256'),
      await signSample('Ed25519', 'ECDSA-P256-SHA256'),
    ];
    const fates = new Map<Fate, number>();
    for (const sample of samples)
      for (let bit = 0; bit < 8 * sample.message.length; bit++) {
        const fate = await fateOf(sample, flipped(sample.message, bit));
        fates.set(fate, (fates.get(fate) ?? 0) + 1);
      }
    report(`COSE bits flipped: ${[...fates].map(([fate, count]) => `${String(count)} ${fate}`).join(', ')}`);
    for (const fate of ['invalid', 'malformed', 'unsigned part changed'] as const)
      expect(fates.get(fate)).toBeGreaterThan(100);
  });

  it('bytes of ML-DSA messages changed, inserted, cut out and doubled', async () => {
    const samples = [await sign1Sample('ML-DSA-44'), await signSample('ML-DSA-44', 'Ed25519')];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.constantFrom('change', 'insert', 'cut', 'double'),
        // Most damage near the front, where the structure is.
        fc.oneof(fc.nat(160), fc.nat(9_999)),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 40 }),
        async (sample, how, place, byte, length) => {
          const { message } = sample;
          const at = place % message.length;
          const rest = message.subarray(at);
          const changed = {
            change: () => message.with(at, (message[at] ?? 0) ^ byte),
            insert: () => concat(message.subarray(0, at), Uint8Array.of(byte), rest),
            cut: () => concat(message.subarray(0, at), rest.subarray(length)),
            double: () => concat(message.subarray(0, at), rest.subarray(0, length), rest),
          }[how]();
          await fateOf(sample, changed);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('any value in the place of any element', async () => {
    const { publicKey } = await pairOf('Ed25519');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(18, 98),
        fc.array(fc.oneof(value, fc.constantFrom<CborValue>(new Uint8Array(0), new Map(), [])), {
          maxLength: 6,
        }),
        async (tag, elements) => {
          const message = messageOf(tag, ...elements);
          const verdicts = [
            () => verify1(provider, publicKey, message),
            () => verifyCose(provider, [publicKey], message),
          ];
          for (const judge of verdicts)
            await judge().then(
              ({ valid }) => expect(valid).toBe(false),
              (error: unknown) => expect(isHybridgeError(error)).toBe(true),
            );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('COSE_Key changed anywhere', async () => {
    const kid = new Uint8Array(4);
    const names = ['ML-DSA-44', 'ECDSA-P256-SHA256', 'Ed25519', 'RSA2048-PSS-SHA256'] as const;
    const keys = await Promise.all(
      names.map(async (name) => exportCoseKey((await pairOf(name)).publicKey, { kid })),
    );
    for (const key of keys) {
      expect(await readsKey(key)).toBe(true);
      for (let length = 0; length < Math.min(key.length, 200); length++)
        expect(await readsKey(key.subarray(0, length))).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys),
        fc.array(fc.tuple(fc.oneof(fc.nat(63), fc.nat(9_999)), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (key, changes) => {
          const changed = key.slice();
          for (const [at, byte] of changed.length === 0 ? [] : changes) changed[at % changed.length] = byte;
          await readsKey(changed);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('hostile input', () => {
  const nested = concat(new Uint8Array(100_000).fill(0x81), Uint8Array.of(0));
  const labels = Uint8Array.from(
    { length: 60_000 },
    (_, index) => [0x19, 0x10 + ((index / 3) >> 8), (index / 3) & 0xff].at(index % 3) ?? 0,
  );
  it.each<[string, Uint8Array]>([
    ['deep nesting', nested],
    ['deep tags', concat(new Uint8Array(100_000).fill(0xc1), Uint8Array.of(0))],
    [
      'deep nesting in the protected headers',
      messageOf(18, nested, new Map(), new Uint8Array(0), new Uint8Array(0)),
    ],
    ['an array that claims 2^32 elements', fromHex('d29affffffff40a04040')],
    ['an array that claims 2^63 elements', fromHex('d29b7fffffffffffffff40a04040')],
    ['a byte string that claims 2^40 bytes', fromHex('d284405b0000010000000000a04040')],
    ['a map that claims 2^32 entries', fromHex('d28440baffffffff4040')],
    ['indefinite lengths', fromHex('d29f40a04040ff')],
    ['an indefinite byte string', fromHex('d2845f4100ffa04040')],
    ['lengths that are longer than need be', fromHex('d2845800a04040')],
    ['a long integer for a short label', fromHex('d28440a11804404040')],
    ['a float for a label', fromHex('d28440a1f93c00404040')],
    ['undefined for the payload', fromHex('d28440a0f740')],
    ['no labels but bytes', concat(fromHex('d28440b94e20'), labels)],
    ['trailing bytes', fromHex('d28440a0404000')],
    ['16 MiB of zeros', new Uint8Array(16 * 1024 ** 2)],
  ])('%s', (_, message) => {
    const start = performance.now();
    for (const decode of [decodeSign1, decodeSign])
      expect(() => decode(message)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('4096 signatures', async () => {
    const { privateKey } = await pairOf('Ed25519');
    const message = await signCose(provider, [{ key: privateKey }], new Uint8Array(0));
    const layer = message.subarray(-72);
    expect(layer[0]).toBe(0x83);
    const many = concat(
      message.subarray(0, -73),
      fromHex('991000'),
      ...new Array<Uint8Array>(4096).fill(layer),
    );
    expect(() => decodeSign(many)).toThrow(expect.objectContaining({ code: 'message_too_large' }));
  });
});
