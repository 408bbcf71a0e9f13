/** COSE_Sign1: what is written, what is accepted, and why the rest is not. */
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../src/bytes/index.ts';
import {
  COSE_DRAFTS,
  type CoseVerifyOptions,
  CborTag,
  decodeSign1,
  type DraftNumbers,
  type HeaderParameters,
  sign1,
  type Sign1Options,
  type Sign1Verdict,
  verify1,
} from '../../src/cose/index.ts';
import { sigStructureStart } from '../../src/cose/sig-structure.ts';
import { type CborValue, encodeCbor } from '../../src/encoding/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { PublicKey } from '../../src/provider/index.ts';
import { type SignatureName, SIGNATURES } from '../../src/registry/index.ts';
import { sign, type Signer } from '../../src/sign/index.ts';
import { report } from '../support/tally.ts';
import { bytesAt, elementsOf, messageOf, protectedOf } from './structures.ts';
import { pairOf, pieces, provider, text } from './support.ts';

const PAYLOAD = text('21.5 °C');

async function signed(name: SignatureName, options: Sign1Options = {}): Promise<Uint8Array> {
  return sign1(provider, (await pairOf(name)).privateKey, PAYLOAD, options);
}

async function judged(
  name: SignatureName,
  message: Uint8Array,
  options: CoseVerifyOptions = {},
): Promise<Sign1Verdict<Uint8Array>> {
  return verify1(provider, (await pairOf(name)).publicKey, message, options);
}

/** Numbers of RFC 9964, RFC 9864, RFC 8230 and RFC 8812, stated apart from the registry. */
const NUMBERS: readonly (readonly [SignatureName, number, polymorphic: number | undefined])[] = [
  ['ML-DSA-44', -48, undefined],
  ['ML-DSA-65', -49, undefined],
  ['ML-DSA-87', -50, undefined],
  ['ECDSA-P256-SHA256', -9, -7],
  ['ECDSA-P384-SHA384', -51, -35],
  ['ECDSA-P521-SHA512', -52, -36],
  ['ECDSA-brainpoolP256r1-SHA256', -265, -7],
  ['ECDSA-brainpoolP384r1-SHA384', -267, -35],
  ['Ed25519', -19, -8],
  ['Ed448', -53, -8],
  ['RSA2048-PSS-SHA256', -37, undefined],
  ['RSA2048-PSS-SHA384', -38, undefined],
  ['RSA2048-PSS-SHA512', -39, undefined],
  ['RSA2048-PKCS15-SHA256', -257, undefined],
];

describe('algorithms', () => {
  it.each(NUMBERS)('%s is %i', async (name, number, polymorphic) => {
    const message = await signed(name);
    expect(decodeSign1(message).headers).toEqual({ protected: { alg: number }, unprotected: {} });
    expect(await judged(name, message, { fullySpecifiedOnly: true })).toEqual({
      valid: true,
      payload: PAYLOAD,
      headers: { protected: { alg: number }, unprotected: {} },
      judgement: undefined,
    });

    const older = await signed(name, { polymorphic: true });
    expect(decodeSign1(older).headers.protected.alg).toBe(polymorphic ?? number);
    expect((await judged(name, older)).valid).toBe(true);
    expect(await judged(name, older, { fullySpecifiedOnly: true })).toMatchObject(
      polymorphic === undefined ? { valid: true } : { valid: false, reason: 'algorithm-deprecated' },
    );
  });

  it('ECDSA signatures are two integers in full length', async () => {
    for (const [name, size] of [
      ['ECDSA-P256-SHA256', 64],
      ['ECDSA-P384-SHA384', 96],
      ['ECDSA-P521-SHA512', 132],
    ] as const)
      // Often enough to meet an integer with leading zeros.
      for (let round = 0; round < 20; round++) {
        const message = await signed(name);
        expect(decodeSign1(message).signature).toHaveLength(size);
        expect((await judged(name, message)).valid).toBe(true);
      }
  });

  it('without a number are refused unless the caller names a draft', async () => {
    let unnumbered = 0;
    for (const algorithm of SIGNATURES) {
      if (algorithm.stateful || algorithm.identifiers.cose !== undefined) continue;
      unnumbered++;
      const signer: Signer = {
        algorithm,
        publicKey: new PublicKey(algorithm, new Uint8Array(0)),
        sign: () => Promise.reject(new Error('was asked to sign')),
      };
      await expect(sign1(provider, signer, PAYLOAD)).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect(unnumbered).toBe(12 + 12 + 3 + 18 + 6);
  });

  it('of a curve and its own hash do not stand for the curve with another hash', async () => {
    for (const [name, pairs] of [
      ['ECDSA-P384-SHA256', ['ECDSA-P256-SHA256', 'ECDSA-P384-SHA384']],
      ['ECDSA-P256-SHA384', ['ECDSA-P256-SHA256', 'ECDSA-P384-SHA384']],
      ['ECDSA-P521-SHA256', ['ECDSA-P256-SHA256', 'ECDSA-P521-SHA512']],
      ['ECDSA-P384-SHA512', ['ECDSA-P384-SHA384', 'ECDSA-P521-SHA512']],
    ] as const)
      for (const pair of pairs)
        for (const polymorphic of [false, true])
          expect(await judged(name, await signed(pair, { polymorphic }))).toEqual({
            valid: false,
            reason: 'algorithm-mismatch',
          });
  });

  const drafts: readonly (readonly [SignatureName, DraftNumbers, number])[] = [
    ['SLH-DSA-SHA2-128f', COSE_DRAFTS['draft-ietf-cose-sphincs-plus-06'], -53],
    ['MLDSA44-Ed25519-SHA512', COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'], -57],
    ['MLDSA65-ECDSA-P256-SHA512', COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'], -55],
    ['MLDSA65-RSA3072-PSS-SHA512', { 'MLDSA65-RSA3072-PSS-SHA512': -65_537 }, -65_537],
  ];
  it.each(drafts)('%s under a number of a draft', async (name, numbers, number) => {
    const message = await signed(name, { drafts: numbers });
    expect(decodeSign1(message).headers.protected.alg).toBe(number);
    expect((await judged(name, message, { drafts: numbers })).valid).toBe(true);
    expect(await judged(name, message)).toEqual({ valid: false, reason: 'algorithm-mismatch' });
    expect(await judged(name, message, { drafts: { [name]: -1 } })).toMatchObject({ valid: false });
  });

  it('a number that a draft shares with a standard means what the key means', async () => {
    const numbers = { 'SLH-DSA-SHA2-128f': -51 } as const;
    const slhDsa = await signed('SLH-DSA-SHA2-128f', { drafts: numbers });
    const ecdsa = await signed('ECDSA-P384-SHA384');
    for (const [name, own, other] of [
      ['SLH-DSA-SHA2-128f', slhDsa, ecdsa],
      ['ECDSA-P384-SHA384', ecdsa, slhDsa],
    ] as const) {
      expect((await judged(name, own, { drafts: numbers })).valid).toBe(true);
      expect(await judged(name, other, { drafts: numbers })).toEqual({
        valid: false,
        reason: 'signature-invalid',
      });
    }
  });

  it('drafts cannot renumber what a standard numbers', async () => {
    const message = await signed('ML-DSA-44', { drafts: { 'ML-DSA-44': -1 } as DraftNumbers });
    expect(decodeSign1(message).headers.protected.alg).toBe(-48);
    await expect(signed('SLH-DSA-SHA2-128f', { drafts: { 'SLH-DSA-SHA2-128f': 0.5 } })).rejects.toMatchObject(
      { code: 'invalid_argument' },
    );
  });
});

describe('what is written', () => {
  it('is the deterministic encoding, tagged unless told', async () => {
    const message = await signed('Ed25519', {
      kid: text('11'),
      contentType: 50,
      headers: {
        unprotected: {
          other: new Map<number | string, CborValue>([
            ['b', 1],
            [99, true],
          ]),
        },
      },
    });
    // Labels ascend by their encodings: 1, 3, 4; then 99 before the text.
    expect(toHex(message.subarray(0, 31))).toBe(
      'd284' + '4aa3013203183204423131' + 'a21863f5616201' + '4832312e3520c2b043' + '5840',
    );
    const untagged = await signed('Ed25519', { tagged: false });
    expect(untagged[0]).toBe(0x84);
    expect(decodeSign1(untagged).tagged).toBe(false);
    expect((await judged('Ed25519', untagged)).valid).toBe(true);
  });

  it('gives back every header', async () => {
    const parameters: HeaderParameters = {
      crit: ['profile', 70_000],
      contentType: 'application/vnd.example+cbor',
      kid: new Uint8Array(0),
      x5bag: [fromHex('3000')],
      x5chain: [fromHex('3000'), fromHex('300100')],
      x5t: { algorithm: -16, hash: new Uint8Array(32) },
      x5u: 'https://ca.example/leaf.cer',
      other: new Map<number | string, CborValue>([
        ['profile', 'x'],
        [70_000, null],
        [9, new CborTag(1, 0)],
      ]),
    };
    const message = await signed('Ed25519', { headers: { protected: parameters } });
    expect(decodeSign1(message).headers.protected).toEqual({ alg: -19, ...parameters });
    const one = { x5chain: [fromHex('3000')] };
    const loose = await signed('Ed25519', { headers: { unprotected: one } });
    expect(decodeSign1(loose).headers.unprotected).toEqual(one);
  });

  it('is repeatable where the algorithm is', async () => {
    const twice = await Promise.all([1, 2].map(() => signed('ML-DSA-44', { deterministic: true })));
    expect(twice[0]).toEqual(twice[1]);
    await expect(signed('ECDSA-P256-SHA256', { deterministic: true })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it.each<[string, Sign1Options]>([
    ['kid twice', { kid: PAYLOAD, headers: { protected: { kid: PAYLOAD } } }],
    ['kid in both buckets', { kid: PAYLOAD, headers: { unprotected: { kid: PAYLOAD } } }],
    ['crit of nothing', { headers: { protected: { crit: [] } } }],
    ['crit of what is not there', { headers: { protected: { crit: ['x'] } } }],
    ['a label twice in crit', { headers: { protected: { crit: [3, 3], contentType: 0 } } }],
    ['no certificate', { headers: { protected: { x5chain: [] } } }],
    ['a negative content type', { contentType: -1 }],
    ['a label that has a name', { headers: { protected: { other: new Map([[4, 'x']]) } } }],
    ['a label that is no integer', { headers: { protected: { other: new Map([[0.5, 'x']]) } } }],
    ['alg by the back door', { headers: { protected: { alg: -7 } as HeaderParameters } }],
    ['external data that is a text', { externalAad: 'x' as never }],
  ])('refuses %s', async (_, options) => {
    await expect(signed('Ed25519', options)).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('payloads', () => {
  it.each([0, 1, 23, 24, 255, 256, 65_535, 65_536, 100_000])(
    '%i bytes, attached and detached',
    async (size) => {
      const { privateKey, publicKey } = await pairOf('ML-DSA-44');
      const payload = new Uint8Array(size).fill(7);
      const attached = await sign1(provider, privateKey, payload, { deterministic: true });
      const detached = await sign1(provider, privateKey, payload, { deterministic: true, detached: true });
      const streamed = await sign1(
        provider,
        privateKey,
        { size, source: pieces(payload) },
        { deterministic: true },
      );
      expect(decodeSign1(attached).payload).toEqual(payload);
      expect(decodeSign1(detached).payload).toBeUndefined();
      expect(streamed).toEqual(detached);
      expect(decodeSign1(detached).signature).toEqual(decodeSign1(attached).signature);
      const whole = await verify1(provider, publicKey, detached, { detachedPayload: payload });
      expect(whole.valid && whole.payload).toEqual(payload);
      const verdict = await verify1(provider, publicKey, detached, {
        detachedPayload: { size, source: pieces(payload, 333) },
      });
      expect(verdict.valid && verdict.payload).toBeUndefined();
      expect(verdict.valid).toBe(true);
    },
  );

  it.each<SignatureName>(['ECDSA-P256-SHA256', 'Ed25519', 'RSA2048-PSS-SHA256'])(
    '%s over a source',
    async (name) => {
      const { privateKey, publicKey } = await pairOf(name);
      const payload = new Uint8Array(5000).fill(3);
      const message = await sign1(provider, privateKey, { size: 5000, source: pieces(payload) });
      expect((await verify1(provider, publicKey, message, { detachedPayload: payload })).valid).toBe(true);
      const detachedPayload = { size: 5000, source: pieces(payload.with(4999, 4)) };
      expect(await verify1(provider, publicKey, message, { detachedPayload })).toEqual({
        valid: false,
        reason: 'signature-invalid',
      });
    },
  );

  it('a source must give what it announces', async () => {
    const { privateKey, publicKey } = await pairOf('ML-DSA-44');
    const payload = new Uint8Array(5000);
    const message = await sign1(provider, privateKey, { size: 5000, source: pieces(payload) });
    for (const size of [0, 4999, 5001]) {
      const wrong = () => ({ size, source: pieces(payload) });
      await expect(sign1(provider, privateKey, wrong())).rejects.toMatchObject({ code: 'invalid_length' });
      await expect(verify1(provider, publicKey, message, { detachedPayload: wrong() })).rejects.toMatchObject(
        { code: 'invalid_length' },
      );
    }
    for (const size of [-1, 0.5, NaN, 2 ** 53])
      await expect(sign1(provider, privateKey, { size, source: [] })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    await expect(
      sign1(provider, privateKey, { size: 5000, source: pieces(payload) }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });

  it('a payload of 2^32 bytes has a head of nine bytes', () => {
    const none = new Uint8Array(0);
    expect(toHex(sigStructureStart(none, undefined, none, 2 ** 32).subarray(-9))).toBe('5b0000000100000000');
    expect(toHex(sigStructureStart(none, undefined, none, 2 ** 32 - 1).subarray(-5))).toBe('5affffffff');
  });

  it('is in the message or beside it', async () => {
    const { publicKey } = await pairOf('Ed25519');
    const attached = await signed('Ed25519');
    const detached = await signed('Ed25519', { detached: true });
    await expect(verify1(provider, publicKey, detached)).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(verify1(provider, publicKey, attached, { detachedPayload: PAYLOAD })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });
});

describe('verdicts', () => {
  it('external data is signed', async () => {
    const message = await signed('Ed25519', { externalAad: text('session 5') });
    expect((await judged('Ed25519', message, { externalAad: text('session 5') })).valid).toBe(true);
    for (const externalAad of [undefined, text('session 6')])
      expect(await judged('Ed25519', message, { externalAad })).toEqual({
        valid: false,
        reason: 'signature-invalid',
      });
  });

  it('crit is understood or the message refused', async () => {
    const other = new Map([['hop', 3]]);
    const message = await signed('Ed25519', {
      contentType: 0,
      headers: { protected: { crit: ['hop', 3], other } },
    });
    expect(await judged('Ed25519', message)).toEqual({
      valid: false,
      reason: 'critical-unknown',
      labels: ['hop'],
    });
    expect((await judged('Ed25519', message, { understood: ['hop'] })).valid).toBe(true);
    const certificates = await signed('Ed25519', {
      headers: { protected: { crit: [33], x5chain: [fromHex('3000')] } },
    });
    expect(await judged('Ed25519', certificates)).toMatchObject({ reason: 'critical-unknown', labels: [33] });
  });

  it('alg may be unprotected, never absent, never of another key', async () => {
    const { privateKey } = await pairOf('Ed25519');
    const structure = encodeCbor(['Signature1', new Uint8Array(0), new Uint8Array(0), PAYLOAD]);
    const signature = await sign(provider, privateKey, structure);
    const of = (...entries: readonly (readonly [CborValue, CborValue])[]): Uint8Array =>
      messageOf(18, new Uint8Array(0), new Map(entries), PAYLOAD, signature);
    expect((await judged('Ed25519', of([1, -19]))).valid).toBe(true);
    expect((await judged('Ed25519', of([1, -8]))).valid).toBe(true);
    expect(await judged('Ed25519', of())).toEqual({ valid: false, reason: 'algorithm-missing' });
    for (const alg of [-9, -53, 'EdDSA', 0])
      expect(await judged('Ed25519', of([1, alg]))).toEqual({ valid: false, reason: 'algorithm-mismatch' });
    // RFC 9052 §4.4: an empty map is signed as no bytes, whichever way it is sent.
    const emptyMap = messageOf(18, fromHex('a0'), new Map([[1, -19]]), PAYLOAD, signature);
    expect((await judged('Ed25519', emptyMap)).valid).toBe(true);
  });

  it('a policy is asked before anything is computed', async () => {
    const policy = namedPolicy('hybrid-required');
    const at = new Date('2027-01-01');
    await expect(signed('Ed25519', { policy, at })).rejects.toMatchObject({ code: 'policy_refused' });
    const classical = await signed('Ed25519');
    expect(await judged('Ed25519', classical, { policy, at })).toMatchObject({
      valid: false,
      reason: 'policy-refused',
      judgement: { verdict: 'refuse' },
    });
    const drafts = COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'];
    const hybrid = await signed('MLDSA65-Ed25519-SHA512', { drafts, policy, at });
    const verdict = await judged('MLDSA65-Ed25519-SHA512', hybrid, { drafts, policy, at });
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.valid && verdict.judgement?.verdict).not.toBe('refuse');
  });
});

describe('what is not a COSE_Sign1', () => {
  const none = new Uint8Array(0);
  const empty: CborValue = new Map();
  const inProtected = (...entries: readonly (readonly [CborValue, CborValue])[]): Uint8Array =>
    messageOf(18, protectedOf(...entries), empty, PAYLOAD, none);
  const inUnprotected = (...entries: readonly (readonly [CborValue, CborValue])[]): Uint8Array =>
    messageOf(18, none, new Map(entries), PAYLOAD, none);
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', none, /CBOR/],
    ['a map', fromHex('a0'), /not an array of four/],
    ['an array of three', messageOf(18, none, empty, PAYLOAD), /not an array of four/],
    ['an array of five', messageOf(18, none, empty, PAYLOAD, none, none), /not an array of four/],
    ['the tag of COSE_Sign', messageOf(98, none, empty, PAYLOAD, none), /tag 98, expected 18/],
    ['two tags', encodeCbor(new CborTag(18, new CborTag(18, [none, empty, PAYLOAD, none]))), /array of four/],
    ['protected headers as a map', messageOf(18, empty, empty, PAYLOAD, none), /not a byte string/],
    ['protected headers that are an array', messageOf(18, fromHex('80'), empty, none, none), /not a map/],
    ['protected headers and more', messageOf(18, fromHex('a000'), empty, none, none), /protected: CBOR/],
    ['a protected label twice', messageOf(18, fromHex('a204000401'), empty, none, none), /Duplicate/],
    ['unprotected headers as bytes', messageOf(18, none, none, PAYLOAD, none), /not a map/],
    ['a payload that is a text', messageOf(18, none, empty, 'x', none), /neither a byte string nor nil/],
    ['a signature that is nil', messageOf(18, none, empty, PAYLOAD, null), /signature is not a byte string/],
    [
      'a label in both buckets',
      messageOf(18, protectedOf([4, PAYLOAD]), new Map([[4, PAYLOAD]]), none, none),
      /both protected and unprotected/,
    ],
    ['alg as bytes', inProtected([1, PAYLOAD]), /alg \(1\)/],
    ['alg as a big integer', inProtected([1, 2n ** 60n]), /alg \(1\)/],
    ['crit as an integer', inProtected([2, 3]), /crit \(2\)/],
    ['crit of nothing', inProtected([2, []]), /crit \(2\)/],
    ['crit of what is not there', inProtected([2, [9]]), /crit names a parameter that is not there/],
    ['an unprotected crit', inUnprotected([2, [3]], [3, 0]), /crit must be protected/],
    ['a negative content type', inProtected([3, -1]), /content type \(3\)/],
    ['kid as a text', inUnprotected([4, 'x']), /kid \(4\)/],
    ['one certificate in an array', inUnprotected([33, [none]]), /x5chain \(33\)/],
    ['a chain of texts', inUnprotected([33, ['x', 'y']]), /x5chain \(33\)/],
    ['a bag of nothing', inUnprotected([32, []]), /x5bag \(32\)/],
    ['a digest without a hash', inUnprotected([34, [-16]]), /x5t \(34\)/],
    ['a URI without its tag', inUnprotected([35, 'https://ca.example']), /x5u \(35\)/],
    ['a label that is bytes', inUnprotected([none, 0]), /neither an integer nor a text/],
    ['a label that is a fraction', inUnprotected([0.5, 0]), /neither an integer nor a text/],
  ];

  it.each(cases)('%s', async (_, message, why) => {
    expect(() => decodeSign1(message)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
    expect(() => decodeSign1(message)).toThrow(why);
    await expect(judged('Ed25519', message)).rejects.toThrow(why);
  });

  it('too much', () => {
    expect(() => decodeSign1(new Uint8Array(16 * 1024 ** 2 + 1))).toThrow(
      expect.objectContaining({ code: 'message_too_large' }),
    );
  });

  it('a message cut anywhere', async () => {
    const message = await signed('Ed25519', { kid: text('11') });
    for (let length = 0; length < message.length; length++)
      expect(() => decodeSign1(message.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'invalid_encoding' }),
      );
    report(`COSE_Sign1 truncated at every byte: ${String(message.length)} refused`);
    expect(elementsOf(message)).toHaveLength(4);
    expect(bytesAt(elementsOf(message), 2)).toEqual(PAYLOAD);
  });
});
