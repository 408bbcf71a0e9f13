/** COSE_Sign: who must have signed, and what became of each signature. */
import { describe, expect, it } from 'vitest';

import {
  type CoseSigner,
  type CoseSignOptions,
  decodeSign,
  decodeSign1,
  signCose,
  type SignVerdict,
  type SignVerifyOptions,
  verify1,
  verifyCose,
} from '../../src/cose/index.ts';
import { type CborValue, encodeCbor, isCborArray } from '../../src/encoding/index.ts';
import { namedPolicy, parsePolicy } from '../../src/policy/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { elementsOf, messageOf, protectedOf } from './structures.ts';
import { pairOf, pieces, provider, text } from './support.ts';

const PAYLOAD = text('firmware 1.2.3');

async function signers(...names: readonly SignatureName[]): Promise<readonly CoseSigner[]> {
  return Promise.all(
    names.map(async (name) => ({ key: (await pairOf(name)).privateKey, kid: text(name.slice(0, 7)) })),
  );
}

async function signedBy(names: readonly SignatureName[], options: CoseSignOptions = {}): Promise<Uint8Array> {
  return signCose(provider, await signers(...names), PAYLOAD, options);
}

async function judged(
  names: readonly SignatureName[],
  message: Uint8Array,
  options: SignVerifyOptions = {},
): Promise<SignVerdict<Uint8Array>> {
  const keys = await Promise.all(names.map(async (name) => (await pairOf(name)).publicKey));
  return verifyCose(provider, keys, message, options);
}

/** The verdicts on the single signatures, in one word each. */
const words = (verdict: SignVerdict): readonly string[] =>
  verdict.signers.map((signer) => (signer.valid ? signer.key.algorithm.name : signer.reason));

/** The message with its signatures changed. */
function withSignatures(
  message: Uint8Array,
  change: (signatures: readonly CborValue[]) => readonly CborValue[],
): Uint8Array {
  const [body = null, headers = null, payload = null, signatures = null] = elementsOf(message);
  return messageOf(98, body, headers, payload, change(isCborArray(signatures) ? signatures : []));
}

/** The signature layer with one bit of the signature changed. */
function spoilt(layer: CborValue | undefined): CborValue {
  const [own = null, headers = null, signature] = isCborArray(layer ?? null) ? elements(layer) : [];
  if (!(signature instanceof Uint8Array)) throw new Error('no signature');
  return [own, headers, signature.with(9, (signature[9] ?? 0) ^ 1)];
}

function elements(layer: CborValue | undefined): readonly CborValue[] {
  return layer !== undefined && isCborArray(layer) ? layer : [];
}

const BOTH = ['ECDSA-P256-SHA256', 'ML-DSA-65'] as const;

describe('several signers', () => {
  it('sign one payload, each under headers of their own', async () => {
    const [ecdsa, mlDsa] = await signers(...BOTH);
    if (ecdsa === undefined || mlDsa === undefined) throw new Error('no signers');
    const message = await signCose(
      provider,
      [ecdsa, { ...mlDsa, headers: { unprotected: { x5u: 'https://ca.example/leaf.cer' } } }],
      PAYLOAD,
      { contentType: 'application/octet-stream', headers: { unprotected: { kid: text('x') } } },
    );
    expect(decodeSign(message)).toMatchObject({
      headers: { protected: { contentType: 'application/octet-stream' }, unprotected: { kid: text('x') } },
      payload: PAYLOAD,
      signatures: [
        { headers: { protected: { alg: -9, kid: text('ECDSA-P') }, unprotected: {} } },
        {
          headers: {
            protected: { alg: -49, kid: text('ML-DSA-') },
            unprotected: { x5u: 'https://ca.example/leaf.cer' },
          },
        },
      ],
      tagged: true,
    });
    const verdict = await judged(BOTH, message);
    expect(verdict).toMatchObject({ valid: true, payload: PAYLOAD });
    expect(words(verdict)).toEqual(BOTH);
    expect((await judged(BOTH.toReversed(), message)).valid).toBe(true);
  });

  it('over a source are fed in one pass', async () => {
    const payload = new Uint8Array(50_000).fill(5);
    const message = await signCose(provider, await signers(...BOTH, 'Ed25519'), {
      size: payload.length,
      source: pieces(payload),
    });
    expect(decodeSign(message).payload).toBeUndefined();
    const keys = await Promise.all(
      [...BOTH, 'Ed25519' as const].map(async (name) => (await pairOf(name)).publicKey),
    );
    const detachedPayload = { size: payload.length, source: pieces(payload, 77) };
    expect((await verifyCose(provider, keys, message, { detachedPayload })).valid).toBe(true);
    const changed = await verifyCose(provider, keys, message, { detachedPayload: payload.with(49_999, 4) });
    expect(words(changed)).toEqual(['signature-invalid', 'signature-invalid', 'signature-invalid']);
  });

  it('without a tag, with external data, with older numbers', async () => {
    const options = { externalAad: text('session 5') };
    const message = await signedBy(BOTH, { ...options, tagged: false, polymorphic: true });
    expect(message[0]).toBe(0x84);
    expect(decodeSign(message).signatures.map(({ headers }) => headers.protected.alg)).toEqual([-7, -49]);
    expect((await judged(BOTH, message, options)).valid).toBe(true);
    expect((await judged(BOTH, message)).valid).toBe(false);
    expect(words(await judged(BOTH, message, { ...options, fullySpecifiedOnly: true }))).toEqual([
      'algorithm-deprecated',
      'ML-DSA-65',
    ]);
  });

  it('as many as a message may have, and at least one', async () => {
    const [signer] = await signers('Ed25519');
    if (signer === undefined) throw new Error('no signer');
    const most = await signCose(provider, new Array<CoseSigner>(32).fill(signer), PAYLOAD);
    expect((await judged(['Ed25519'], most)).valid).toBe(true);
    for (const count of [0, 33])
      await expect(
        signCose(provider, new Array<CoseSigner>(count).fill(signer), PAYLOAD),
      ).rejects.toMatchObject({ code: 'invalid_argument' });
    const more = withSignatures(most, (all) => [...all, ...all]);
    expect(() => decodeSign(more)).toThrow(expect.objectContaining({ code: 'message_too_large' }));
    await expect(verifyCose(provider, [], most)).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('who must have signed', () => {
  it('a signature that is left out, added or spoilt', async () => {
    const message = await signedBy(BOTH);
    const stripped = withSignatures(message, (all) => all.slice(0, 1));
    const spoiltPq = withSignatures(message, ([first = null, second]) => [first, spoilt(second)]);
    const extra = await signedBy([...BOTH, 'Ed25519']);
    const table: readonly (readonly [Uint8Array, readonly SignatureName[], string, string, string])[] = [
      // message, keys, then the verdicts for every-signature, every-key, any-key
      [message, BOTH, 'valid', 'valid', 'valid'],
      [stripped, BOTH, 'signature-missing', 'signature-missing', 'valid'],
      [spoiltPq, BOTH, 'signature-missing', 'signature-missing', 'valid'],
      [extra, BOTH, 'signature-invalid', 'valid', 'valid'],
      [message, ['ECDSA-P256-SHA256'], 'signature-invalid', 'valid', 'valid'],
      [spoiltPq, ['ECDSA-P256-SHA256'], 'signature-invalid', 'valid', 'valid'],
      [spoiltPq, ['ML-DSA-65'], 'signature-missing', 'signature-missing', 'signature-missing'],
      [message, ['Ed25519'], 'signature-missing', 'signature-missing', 'signature-missing'],
      [message, [...BOTH, 'Ed25519'], 'signature-missing', 'signature-missing', 'valid'],
    ];
    for (const [bytes, names, ...expected] of table)
      for (const [index, require] of (['every-signature', 'every-key', 'any-key'] as const).entries()) {
        const verdict = await judged(names, bytes, { require });
        expect(verdict.valid ? 'valid' : verdict.reason, `${names.join('+')} ${require}`).toBe(
          expected[index],
        );
      }
    const verdict = await judged(BOTH, spoiltPq);
    expect(words(verdict)).toEqual(['ECDSA-P256-SHA256', 'signature-invalid']);
    if (verdict.valid || verdict.reason !== 'signature-missing') throw new Error('not missing');
    expect(verdict.keys.map(({ algorithm }) => algorithm.name)).toEqual(['ML-DSA-65']);
    expect(words(await judged(['ECDSA-P256-SHA256'], message))).toEqual(['ECDSA-P256-SHA256', 'key-missing']);
  });

  it('two keys of one algorithm are told apart by their signatures', async () => {
    const one = await generateKeyPair(provider, 'Ed25519');
    const two = await generateKeyPair(provider, 'Ed25519');
    const message = await signCose(provider, [{ key: two.privateKey }, { key: one.privateKey }], PAYLOAD);
    const verdict = await verifyCose(provider, [one.publicKey, two.publicKey], message);
    expect(verdict.signers.map((signer) => signer.valid && signer.key)).toEqual([
      two.publicKey,
      one.publicKey,
    ]);
    // The same signature twice does not stand for two signers.
    const doubled = withSignatures(message, ([first = null]) => [first, first]);
    expect(await verifyCose(provider, [one.publicKey, two.publicKey], doubled)).toMatchObject({
      valid: false,
      reason: 'signature-missing',
      keys: [one.publicKey],
    });
  });

  it('crit of the body stops all, crit of a signature that one', async () => {
    const other = new Map([['hop', 3]]);
    const headers = { protected: { crit: ['hop'], other } };
    const body = await signedBy(BOTH, { headers });
    expect(await judged(BOTH, body)).toEqual({
      valid: false,
      reason: 'critical-unknown',
      labels: ['hop'],
      signers: [],
    });
    expect((await judged(BOTH, body, { understood: ['hop'] })).valid).toBe(true);
    const [ecdsa, mlDsa] = await signers(...BOTH);
    if (ecdsa === undefined || mlDsa === undefined) throw new Error('no signers');
    const layer = await signCose(provider, [ecdsa, { ...mlDsa, headers }], PAYLOAD);
    expect(words(await judged(BOTH, layer))).toEqual(['ECDSA-P256-SHA256', 'critical-unknown']);
  });

  it('a signature without alg is of nobody', async () => {
    const message = withSignatures(await signedBy(BOTH), ([first]) => [
      [new Uint8Array(0), new Map(), elements(first)[2] ?? null],
    ]);
    expect(words(await judged(BOTH, message))).toEqual(['algorithm-missing']);
  });

  it('COSE_Sign1 and COSE_Sign do not stand for each other', async () => {
    const message = await signedBy(['Ed25519']);
    expect(() => decodeSign1(message)).toThrow(/tag 98, expected 18/);
    const layer = elements(elements(elementsOf(message)[3])[0]);
    const [own = null, headers = null, signature = null] = layer;
    const sign1 = messageOf(18, own, headers, PAYLOAD, signature);
    expect(await verify1(provider, (await pairOf('Ed25519')).publicKey, sign1)).toEqual({
      valid: false,
      reason: 'signature-invalid',
    });
  });
});

describe('policy', () => {
  const at = new Date('2027-01-01');

  it('a classical and a post-quantum signature are judged as one', async () => {
    const policy = namedPolicy('hybrid-required');
    const message = await signedBy(BOTH, { policy, at });
    expect((await judged(BOTH, message, { policy, at })).valid).toBe(true);
    await expect(signedBy(['ECDSA-P256-SHA256'], { policy, at })).rejects.toMatchObject({
      code: 'policy_refused',
    });
    // One of the two alone is judged as what it is.
    expect(await judged(['ECDSA-P256-SHA256'], message, { policy, at, require: 'every-key' })).toMatchObject({
      valid: false,
      reason: 'policy-refused',
      judgement: { verdict: 'refuse' },
    });
    expect(await judged(BOTH, message, { policy, at, require: 'any-key' })).toMatchObject({ valid: false });
  });

  it('otherwise all must be allowed, and with any-key one', async () => {
    const policy = parsePolicy(
      JSON.stringify({
        ...namedPolicy('hybrid-required'),
        name: 'ed25519-only',
        rules: [
          {
            id: 'ed25519',
            verdict: 'allow',
            uses: ['signature-create', 'signature-verify'],
            match: { name: ['Ed25519'] },
            reason: 'For this test.',
            source: 'house',
          },
        ],
        preference: [],
      }),
    );
    const names = ['Ed25519', 'ECDSA-P256-SHA256'] as const;
    const message = await signedBy(names);
    expect(await judged(names, message, { policy, at })).toMatchObject({ reason: 'policy-refused' });
    expect(await judged(names, message, { policy, at, require: 'any-key' })).toMatchObject({
      valid: true,
      judgement: { verdict: 'allow' },
    });
    await expect(signedBy(names, { policy, at })).rejects.toMatchObject({ code: 'policy_refused' });
  });
});

describe('what is not a COSE_Sign', () => {
  const none = new Uint8Array(0);
  const empty: CborValue = new Map();
  const of = (...signatures: readonly CborValue[]): Uint8Array =>
    messageOf(98, none, empty, PAYLOAD, signatures);
  it.each<[string, Uint8Array, RegExp]>([
    ['the tag of COSE_Sign1', messageOf(18, none, empty, PAYLOAD, []), /tag 18, expected 98/],
    ['signatures that are bytes', messageOf(98, none, empty, PAYLOAD, none), /no array of signatures/],
    ['no signature', of(), /no array of signatures/],
    ['a signature of two', of([none, empty]), /signatures\[0\]: not an array of three/],
    ['a signature of four', of([none, empty, none, none]), /not an array of three/],
    ['a signature that is nil', of([none, empty, none], [none, empty, null]), /signatures\[1\]: the sig/],
    ['headers of a signature', of([protectedOf([4, 0]), empty, none]), /signatures\[0\].protected: kid/],
    ['an array in place of the message', encodeCbor([[]]), /not an array of four/],
  ])('%s', async (_, message, why) => {
    expect(() => decodeSign(message)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
    expect(() => decodeSign(message)).toThrow(why);
    await expect(judged(['Ed25519'], message)).rejects.toThrow(why);
  });
});
