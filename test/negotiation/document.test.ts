import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';

import { fromHex, HybridgeError, toHex, utf8 } from '../../src/bytes/index.ts';
import { type Certificate, issueSelfSigned } from '../../src/certificates/index.ts';
import { decodeSign1, exportCoseKey, sign1 } from '../../src/cose/index.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../../src/encoding/index.ts';
import {
  capabilities,
  CAPABILITY_DOCUMENT_TYPE,
  issueCapabilityDocument,
  type IssueCapabilityOptions,
  openCapabilityDocument,
  type OpenCapabilityOptions,
} from '../../src/negotiation/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import type { PrivateKey, PublicKey } from '../../src/provider/index.ts';
import type { SignatureDescriptor } from '../../src/registry/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';

const NOW = new Date('2027-01-15T10:00:00.250Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const after = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

const OFFER = capabilities({
  kems: ['MLKEM768-X25519', 'ML-KEM-768'],
  signatures: ['ML-DSA-65', 'Ed25519'],
  formats: ['hpke', 'cose'],
  limits: { maxMessageSize: 65_536 },
});

let privateKey: PrivateKey<SignatureDescriptor>;
let publicKey: PublicKey<SignatureDescriptor>;
let other: PublicKey<SignatureDescriptor>;
let certificate: Certificate;
let good: Uint8Array;

beforeAll(async () => {
  ({ privateKey, publicKey } = await signatureKeys('ML-DSA-44', 'issuer'));
  other = (await signatureKeys('ML-DSA-44', 'other')).publicKey;
  certificate = await issueSelfSigned(provider, {
    key: privateKey,
    subject: 'CN=Gateway',
    profile: 'ca',
    validity: { notBefore: NOT_BEFORE, days: 3650 },
    extensions: { keyUsage: ['digitalSignature', 'keyCertSign'] },
  });
  good = await issue();
});

const issue = (changes: Partial<IssueCapabilityOptions> = {}): Promise<Uint8Array> =>
  issueCapabilityDocument(provider, {
    key: privateKey,
    issuer: 'gate.example',
    subject: 'gate.example',
    audience: 'cloud.example',
    capabilities: OFFER,
    at: NOW,
    ...changes,
  });

async function open(document: Uint8Array, changes: Partial<OpenCapabilityOptions> = {}): Promise<string> {
  const verdict = await openCapabilityDocument(provider, document, {
    key: publicKey,
    issuer: 'gate.example',
    audience: 'cloud.example',
    at: NOW,
    replay: 'unchecked',
    ...changes,
  });
  return verdict.valid ? 'valid' : verdict.reason;
}

/** The claims of a document as they are, or with some of them changed, signed again. */
async function resigned(change: (claims: Map<CborValue, CborValue>) => void): Promise<Uint8Array> {
  const claims = new Map(
    decodeCbor(decodeSign1(good).payload ?? utf8(''), 'claims') as Map<CborValue, CborValue>,
  );
  change(claims);
  return sign1(provider, privateKey, encodeCbor(claims), { contentType: CAPABILITY_DOCUMENT_TYPE });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HybridgeError) return error.code;
  throw new Error(`no HybridgeError: ${String(error)}`);
}

describe('a capability document', () => {
  test('comes back as it was issued, and names the offer alike on both sides', async () => {
    const verdict = await openCapabilityDocument(provider, good, {
      key: publicKey,
      issuer: 'gate.example',
      audience: 'cloud.example',
      at: NOW,
      replay: 'unchecked',
    });
    if (!verdict.valid) throw new Error(verdict.reason);
    expect(verdict.capabilities).toEqual({ ...OFFER, source: 'capability-document' });
    expect(verdict).toMatchObject({
      issuer: 'gate.example',
      subject: 'gate.example',
      audience: 'cloud.example',
      issuedAt: new Date('2027-01-15T10:00:00Z'),
      expires: new Date('2027-02-14T10:00:00Z'),
      sequence: NOW.getTime(),
    });
    expect(verdict.nonce).toHaveLength(16);
  });

  test.each<[string, Partial<OpenCapabilityOptions>, string]>([
    ['before it was issued', { at: after(-2 * MINUTE) }, 'not-yet'],
    ['before it was issued, within the skew', { at: after(-MINUTE / 2) }, 'valid'],
    ['at its last moment', { at: after(30 * DAY) }, 'valid'],
    ['after it, within the skew', { at: after(30 * DAY + MINUTE / 2) }, 'valid'],
    ['after it', { at: after(30 * DAY + 2 * MINUTE) }, 'expired'],
    ['after it, at the end of the skew', { at: new Date('2027-02-14T10:01:00Z') }, 'expired'],
    ['without any skew', { at: after(30 * DAY), clockSkew: 0 }, 'expired'],
    ['where less time is accepted', { maxDays: 29 }, 'lifetime'],
    ['by another audience', { audience: 'Cloud.example' }, 'audience'],
    ['of another issuer', { issuer: 'pump.example' }, 'issuer'],
    ['about somebody else', { subject: 'pump.example' }, 'subject'],
    ['under a policy that refuses its signature', { policy: namedPolicy('cnsa-2.0') }, 'policy-refused'],
    ['under a policy that permits it', { policy: namedPolicy('pq-only') }, 'valid'],
  ])('opened %s', async (_, changes, expected) => {
    expect(await open(good, changes)).toBe(expected);
  });

  test.each([{ clockSkew: Number.NaN }, { clockSkew: -1 }, { maxDays: Number.NaN }, { maxDays: 0 }])(
    'is not judged by times that are none: %o',
    async (changes) => {
      expect(await codeOf(open(good, changes))).toBe('invalid_argument');
    },
  );

  test('that never was valid is not, within the skew either', async () => {
    const [expires, issuedAt] = [4, 6];
    const empty = await resigned((claims) => claims.set(expires, claims.get(issuedAt) ?? 0));
    expect(await open(empty)).toBe('lifetime');
  });

  test('is judged by the key, or by a certificate that is in its time and may sign', async () => {
    expect(await open(good, { key: other })).toBe('signature-invalid');
    expect(await open(good, { key: (await signatureKeys('Ed25519')).publicKey })).toBe('algorithm-mismatch');
    expect(await open(good, { key: certificate })).toBe('valid');
    for (const validity of [
      { notBefore: NOT_BEFORE, days: 10 },
      { notBefore: after(DAY), days: 3650 },
    ]) {
      const elsewhen = await issueSelfSigned(provider, {
        key: privateKey,
        subject: 'CN=Elsewhen',
        profile: 'ca',
        validity,
        extensions: { keyUsage: ['digitalSignature', 'keyCertSign'] },
      });
      expect(await open(good, { key: elsewhen })).toBe('certificate');
    }
    const root = await issueSelfSigned(provider, {
      key: privateKey,
      subject: 'CN=Root',
      profile: 'ca',
      validity: { notBefore: NOT_BEFORE, days: 3650 },
    });
    expect(await open(good, { key: root })).toBe('certificate');
    const withChain = await issue({ certificates: [certificate] });
    expect(decodeSign1(withChain).headers.protected.x5chain).toEqual([certificate.bytes]);
    expect(await open(withChain)).toBe('valid');
  });

  test('is no other COSE_Sign1 of the same key', async () => {
    const payload = decodeSign1(good).payload ?? utf8('');
    expect(await open(await sign1(provider, privateKey, payload))).toBe('content-type');
    expect(await open(await sign1(provider, privateKey, payload, { contentType: 'application/cwt' }))).toBe(
      'content-type',
    );
  });

  test('is taken once, and nothing older after it, by all who share the store', async () => {
    const replay = createMemoryStore({ clock: { now: () => NOW } });
    const [older, newer] = [await issue({ at: after(-1000) }), await issue({ at: after(1000) })];
    expect(await open(good, { replay })).toBe('valid');
    expect(await open(good, { replay })).toBe('replayed');
    expect(await open(older, { replay })).toBe('replayed');
    expect(await open(newer, { replay })).toBe('valid');
    expect(await open(good, { replay })).toBe('replayed');
    // Other subjects and audiences count for themselves.
    const elsewhere = await issue({ audience: 'other.example' });
    expect(await open(elsewhere, { replay, audience: 'other.example' })).toBe('valid');
    // What is refused leaves nothing behind.
    const fresh = createMemoryStore({ clock: { now: () => NOW } });
    expect(await open(newer, { replay: fresh, key: other })).toBe('signature-invalid');
    expect(await open(newer, { replay: fresh, audience: 'x' })).toBe('audience');
    expect(await open(good, { replay: fresh })).toBe('valid');
    // At once, from several sides: one of them has it.
    const shared = createMemoryStore({ clock: { now: () => NOW } });
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => open(good, { replay: shared })));
    expect(verdicts.toSorted()).toEqual(['replayed', 'replayed', 'replayed', 'valid']);
  });

  test('is remembered for as long as an older one could be valid', async () => {
    let now = NOW;
    const replay = createMemoryStore({ clock: { now: () => now } });
    const longest = await issue({ at: after(-1000), days: 90 });
    const brief = await issue({ days: 1 });
    expect(await open(brief, { replay })).toBe('valid');
    now = after(90 * DAY - 2000);
    expect(await open(longest, { replay, at: now })).toBe('replayed');
    now = after(91 * DAY);
    expect(await open(longest, { replay, at: now })).toBe('expired');
  });

  test('without the store there is no verdict', async () => {
    const replay = createMemoryStore();
    await replay.close();
    expect(await codeOf(open(good, { replay }))).toBe('invalid_argument');
  });

  test('keeps what it does not know, and never takes an alias', async () => {
    const document = await resigned((claims) => {
      claims.set(
        -70_001,
        new Map<CborValue, CborValue>([
          [1, ['ML-KEM-768', 'X-Wing', 'Kyber768', 'HQC-3', 'ML-DSA-65']],
          [2, ['ML-DSA-65']],
          [3, ['cose', 'openpgp']],
        ]),
      );
    });
    const verdict = await openCapabilityDocument(provider, document, {
      key: publicKey,
      issuer: 'gate.example',
      audience: 'cloud.example',
      at: NOW,
      replay: 'unchecked',
    });
    if (!verdict.valid) throw new Error(verdict.reason);
    expect(verdict.capabilities.kems.map(({ name }) => name)).toEqual(['ML-KEM-768', 'Kyber768']);
    expect(verdict.capabilities.unknown).toEqual(['X-Wing', 'HQC-3', 'ML-DSA-65', 'openpgp']);
  });

  test.each<[string, (claims: Map<CborValue, CborValue>) => void]>([
    ['a claim missing', (claims) => claims.delete(7)],
    ['a claim too many', (claims) => claims.set(5, 1)],
    ['an empty issuer', (claims) => claims.set(1, '')],
    ['an issuer of several lines', (claims) => claims.set(1, 'a\nb')],
    ['an audience that is a list', (claims) => claims.set(3, ['cloud.example'])],
    ['a subject too long', (claims) => claims.set(2, 'a'.repeat(257))],
    ['a date as text', (claims) => claims.set(4, '2027-01-01')],
    ['a date with a fraction', (claims) => claims.set(6, 1.5)],
    ['a date before 1970', (claims) => claims.set(6, -1)],
    ['a date that no Date has', (claims) => claims.set(4, 8_640_000_000_001)],
    ['a sequence beyond counting', (claims) => claims.set(-70_002, 2n ** 60n)],
    ['a short nonce', (claims) => claims.set(7, new Uint8Array(15))],
    ['an offer that is a list', (claims) => claims.set(-70_001, [])],
    [
      'an offer without KEMs',
      (claims) =>
        claims.set(
          -70_001,
          new Map([
            [2, []],
            [3, []],
          ]),
        ),
    ],
    [
      'an unknown member',
      (claims) =>
        claims.set(
          -70_001,
          new Map<CborValue, CborValue>([
            [1, []],
            [2, []],
            [3, []],
            [6, 1],
          ]),
        ),
    ],
    [
      'an algorithm twice',
      (claims) =>
        claims.set(
          -70_001,
          new Map([
            [1, ['P-256', 'P-256']],
            [2, []],
            [3, []],
          ]),
        ),
    ],
    [
      'an algorithm by number',
      (claims) =>
        claims.set(
          -70_001,
          new Map<CborValue, CborValue>([
            [1, [4588]],
            [2, []],
            [3, []],
          ]),
        ),
    ],
    [
      'too many names',
      (claims) =>
        claims.set(
          -70_001,
          new Map([
            [1, Array.from({ length: 257 }, (_, i) => `k${String(i)}`)],
            [2, []],
            [3, []],
          ]),
        ),
    ],
    [
      'a limit of nothing',
      (claims) =>
        claims.set(
          -70_001,
          new Map<CborValue, CborValue>([
            [1, []],
            [2, []],
            [3, []],
            [4, 0],
          ]),
        ),
    ],
  ])('is malformed with %s', async (_, change) => {
    expect(await codeOf(open(await resigned(change)))).toBe('invalid_encoding');
  });

  test('is of bounded size', async () => {
    expect(await codeOf(open(new Uint8Array(65_537)))).toBe('message_too_large');
    expect(await codeOf(open(new Uint8Array(0)))).toBe('invalid_encoding');
  });

  test.each<[string, Partial<IssueCapabilityOptions>]>([
    ['an empty issuer', { issuer: '' }],
    ['an audience with a line break', { audience: 'a\u2028b' }],
    ['no date', { at: new Date(Number.NaN) }],
    ['no days', { days: 0 }],
    ['endless days', { days: Infinity }],
    ['a negative sequence', { sequence: -1 }],
  ])('is not issued with %s', async (_, changes) => {
    expect(await codeOf(issue(changes))).toBe('invalid_argument');
  });

  test('broken in any way is refused, and leaves the store alone', async () => {
    const numbers = new Numbers(4);
    const runs: Record<string, number> = {};
    const replay = createMemoryStore({ clock: { now: () => NOW } });
    for (let round = 0; round < 600; round++) {
      const bytes = mutated(good, numbers);
      const outcome = await open(bytes, { replay }).catch((error: unknown) => {
        if (error instanceof HybridgeError) return error.code;
        throw error;
      });
      runs[outcome] = (runs[outcome] ?? 0) + 1;
      // The tag of the outer array may go; every other byte is signed or is the signature.
      if (outcome === 'valid') expect(toHex(good).endsWith(toHex(bytes))).toBe(true);
    }
    console.log(`capability documents, mutations: ${JSON.stringify(runs)}`);
    expect(runs['invalid_encoding']).toBeGreaterThan(0);
    expect(runs['signature-invalid']).toBeGreaterThan(0);
  }, 20_000);

  test('any claims at all end in a verdict or a HybridgeError', async () => {
    const { privateKey: key, publicKey: fast } = await signatureKeys('Ed25519', 'fast');
    const value: fc.Arbitrary<CborValue> = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 20 }),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('1', '2', '3', '4', '6', '7', '-70001', '-70002'), value),
        async (claims) => {
          const map = new Map<CborValue, CborValue>(
            Object.entries(claims).map(([claim, item]): [CborValue, CborValue] => [Number(claim), item]),
          );
          const document = await sign1(provider, key, encodeCbor(map), {
            contentType: CAPABILITY_DOCUMENT_TYPE,
          });
          expect(await codeOf(open(document, { key: fast }))).toBe('invalid_encoding');
        },
      ),
      { numRuns: 200 },
    );
  });
});

describeWithPeer('peer-python3', 'capability documents, Python: cbor2 and pyca/cryptography', () => {
  const script = fileURLToPath(new URL('../cose/peers/cose.py', import.meta.url));

  it('verifies one, and finds its claims in deterministic encoding', async () => {
    const request = { do: 'verify', keys: [toHex(exportCoseKey(publicKey))], message: toHex(good), aad: '' };
    const answer = await askPeer('peer-python3', [script], { input: utf8(`${JSON.stringify(request)}\n`) });
    expect(new TextDecoder().decode(answer).trim()).toBe('yes');
    const program = `
import sys, json, cbor2
payload = cbor2.loads(cbor2.loads(sys.stdin.buffer.read()).value[2])
again = cbor2.dumps(payload, canonical=True)
offer = payload[-70001]
print(json.dumps([payload[1], payload[3], payload[6], len(payload[7]), offer[1], offer[4], again.hex()]))`;
    const said = await askPeer('peer-python3', ['-c', program], { input: good });
    const [issuer, audience, issuedAt, nonce, kems, limit, again] = JSON.parse(
      new TextDecoder().decode(said),
    ) as unknown[];
    expect([issuer, audience, issuedAt, nonce, kems, limit]).toEqual([
      'gate.example',
      'cloud.example',
      Math.floor(NOW.getTime() / 1000),
      16,
      ['MLKEM768-X25519', 'ML-KEM-768'],
      65_536,
    ]);
    // cbor2 orders keys by length first [RFC 7049 §3.9]; of these claims none is longer and smaller than another.
    expect(fromHex(String(again))).toEqual(decodeSign1(good).payload);
  });
});
