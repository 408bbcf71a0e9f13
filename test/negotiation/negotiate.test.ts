import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { HybridgeError } from '../../src/bytes/index.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../../src/encoding/index.ts';
import { hpkeSuite } from '../../src/hpke/index.ts';
import {
  type Capabilities,
  capabilities,
  checkNegotiationRecord,
  MESSAGE_FORMATS,
  negotiate,
  negotiationRecord,
} from '../../src/negotiation/index.ts';
import { judge, namedPolicy, select } from '../../src/policy/index.ts';
import type { PrivateKey, PublicKey } from '../../src/provider/index.ts';
import { kem, type KemDescriptor, KEMS, OBSOLETE, SIGNATURES } from '../../src/registry/index.ts';
import { kemKeys, provider } from '../certificates/fixtures.ts';
import { mutated, Numbers } from '../support/mutate.ts';

const NOW = new Date('2027-01-15T10:00:00.250Z');
const PREFERRED = namedPolicy('hybrid-preferred');

const MINE = capabilities({
  kems: ['X25519', 'MLKEM768-X25519', 'ML-KEM-768'],
  signatures: ['ML-DSA-65', 'Ed25519'],
  formats: ['hpke', 'cms', 'cose'],
  limits: { maxMessageSize: 1_000_000 },
});
const THEIRS = capabilities({
  kems: ['MLKEM768-X25519', 'X25519'],
  signatures: ['Ed25519'],
  formats: ['age', 'cms', 'hpke'],
  limits: { maxMessageSize: 65_536, maxChainSize: 16_384 },
});

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof HybridgeError) return error.code;
    throw error;
  }
  throw new Error('was accepted');
}

describe('negotiate', () => {
  test('chooses by the policy and says why everything else was passed over', () => {
    const { kem: key, signature, format, limits, policy } = negotiate(MINE, THEIRS, PREFERRED, NOW);
    expect(policy).toEqual({ name: 'hybrid-preferred', version: PREFERRED.version });
    expect(key).toMatchObject({ outcome: 'chosen', chosen: { name: 'MLKEM768-X25519' } });
    expect(key.passedOver.map(({ subject, because }) => [subject.name, because])).toEqual([
      ['ML-KEM-768', 'not-theirs'],
      ['X25519', 'less-preferred'],
    ]);
    expect(signature).toMatchObject({ outcome: 'chosen', chosen: { name: 'Ed25519' } });
    expect(format).toMatchObject({ outcome: 'chosen', chosen: 'cms' });
    expect(format.passedOver.map((one) => [one.format, one.because, one.reasons.length])).toEqual([
      ['cose', 'not-theirs', 1],
      ['hpke', 'less-preferred', 1],
      ['age', 'not-ours', 1],
    ]);
    expect(limits).toMatchObject({ maxMessageSize: 65_536, maxChainSize: 16_384 });
    expect(limits.reasons.map(({ text }) => text)).toEqual([
      'The other side takes messages of at most 65536 bytes.',
      'The other side takes certificate chains of at most 16384 bytes.',
    ]);
  });

  test('comes to nothing where nothing is permitted or nothing is in common', () => {
    const nothing = capabilities({});
    const { kem: key, signature, format, limits } = negotiate(MINE, nothing, PREFERRED, NOW);
    expect([key.outcome, signature.outcome, format.outcome]).toEqual(['none', 'none', 'none']);
    expect(limits).toEqual({ maxMessageSize: 1_000_000, maxChainSize: undefined, reasons: limits.reasons });
    expect(negotiate(MINE, THEIRS, namedPolicy('pq-only'), NOW).kem.outcome).toBe('none');
  });

  test('asks the policy for the use that is meant', () => {
    const session = negotiate(MINE, THEIRS, namedPolicy('hybrid-required'), NOW, {
      signatureUse: 'session-authentication',
    });
    expect(session.signatureUse).toBe('session-authentication');
    const { signature } = session;
    const expected = select(
      namedPolicy('hybrid-required'),
      'session-authentication',
      MINE.signatures,
      THEIRS.signatures,
      NOW,
    );
    expect(signature).toEqual(expected);
  });

  test('never chooses what is obsolete, though both name it', () => {
    const [obsolete] = OBSOLETE.filter(({ name }) => name === 'Kyber768');
    if (obsolete === undefined) throw new Error('no Kyber768');
    const old = capabilities({ kems: [obsolete] });
    const { kem: key } = negotiate(old, old, PREFERRED, NOW);
    expect(key.outcome).toBe('none');
    expect(key.passedOver).toHaveLength(1);
    // What we name and cannot do is no offer of ours.
    expect(key.passedOver[0]?.because).toBe('not-ours');
  });

  const some = <T>(all: readonly T[]): fc.Arbitrary<readonly T[]> =>
    fc.uniqueArray(fc.constantFrom(...all), { maxLength: 5 });
  const anOffer = fc
    .record({
      kems: some(KEMS.slice(0, 14)),
      signatures: some(SIGNATURES.slice(0, 12)),
      formats: some(MESSAGE_FORMATS),
    })
    .map((options) => capabilities(options));
  const aPolicy = fc.constantFrom(
    PREFERRED,
    namedPolicy('hybrid-required'),
    namedPolicy('pq-only'),
    namedPolicy('cnsa-2.0'),
  );
  const reversed = (offer: Capabilities): Capabilities => ({
    ...offer,
    kems: offer.kems.toReversed(),
    signatures: offer.signatures.toReversed(),
    formats: offer.formats.toReversed(),
  });

  test('does not depend on the order of the offers', () => {
    fc.assert(
      fc.property(anOffer, anOffer, aPolicy, (ours, theirs, policy) => {
        const { kem: key, signature, format, limits } = negotiate(ours, theirs, policy, NOW);
        expect(negotiate(reversed(ours), reversed(theirs), policy, NOW)).toMatchObject({
          kem: key,
          signature,
          format,
          limits,
        });
      }),
      { numRuns: 300 },
    );
  });

  test('gets no weaker by one more offer, and permits only what the policy permits', () => {
    const runs = { none: 0, first: 0, same: 0, better: 0 };
    fc.assert(
      fc.property(
        anOffer,
        anOffer,
        fc.constantFrom(...KEMS.slice(0, 14)),
        aPolicy,
        (ours, theirs, extra, policy) => {
          const more = (offer: Capabilities): Capabilities => ({
            ...offer,
            kems: [...new Set([...offer.kems, extra])],
          });
          const before = negotiate(ours, theirs, policy, NOW).kem;
          const after = negotiate(more(ours), more(theirs), policy, NOW).kem;
          if (after.outcome === 'none') {
            expect(before.outcome).toBe('none');
            runs.none++;
            return;
          }
          expect(judge(policy, 'key-establishment', after.chosen, NOW).verdict).not.toBe('refuse');
          if (before.outcome === 'none') runs.first++;
          else if (before.chosen === after.chosen) runs.same++;
          else {
            const pair = [before.chosen, after.chosen];
            const best = select(policy, 'key-establishment', pair, pair, NOW);
            expect(best).toMatchObject({ outcome: 'chosen', chosen: after.chosen });
            runs.better++;
          }
        },
      ),
      { numRuns: 500 },
    );
    console.log(`negotiate, one more offer: ${JSON.stringify(runs)}`);
    expect(Math.min(...Object.values(runs))).toBeGreaterThan(0);
  });
});

test('capabilities refuse a limit of nothing, and name equal offers alike', () => {
  expect(code(() => capabilities({ limits: { maxMessageSize: 0 } }))).toBe('invalid_argument');
  expect(code(() => capabilities({ limits: { maxChainSize: 1.5 } }))).toBe('invalid_argument');
  expect(capabilities({ kems: ['X25519', 'X25519'] }).offer).toEqual(
    capabilities({ kems: [kem('X25519')] }).offer,
  );
});

describe('a record', () => {
  let privateKey: PrivateKey<KemDescriptor>;
  let publicKey: PublicKey<KemDescriptor>;
  const suite = hpkeSuite(provider, { kem: 'MLKEM768-X25519', kdf: 'HKDF-SHA256', aead: 'AES-256-GCM' });
  const record = negotiationRecord(provider, negotiate(MINE, THEIRS, PREFERRED, NOW));
  const expected = { initiator: MINE, responder: THEIRS, policy: PREFERRED, at: NOW };
  const check = (bytes: Uint8Array, changes: Partial<typeof expected> = {}): string => {
    const verdict = checkNegotiationRecord(provider, bytes, { ...expected, ...changes });
    return verdict.holds ? 'holds' : verdict.reason;
  };

  beforeAll(async () => {
    ({ privateKey, publicKey } = await kemKeys('MLKEM768-X25519'));
  });

  test('is the same for the same negotiation, and says what was chosen', () => {
    const again = negotiationRecord(provider, negotiate(MINE, THEIRS, PREFERRED, NOW));
    expect(again).toEqual(record);
    const verdict = checkNegotiationRecord(provider, record.bytes, expected);
    expect(verdict).toMatchObject({
      holds: true,
      digest: record.digest,
      record: {
        policy: { name: 'hybrid-preferred', version: PREFERRED.version },
        at: new Date('2027-01-15T10:00:00Z'),
        kem: { name: 'MLKEM768-X25519' },
        signature: { name: 'Ed25519' },
        signatureUse: 'signature-create',
        format: 'cms',
        maxMessageSize: 65_536,
        maxChainSize: 16_384,
      },
    });
  });

  test('binds into the info of HPKE, in both directions; another record opens nothing', async () => {
    const message = new TextEncoder().encode('rate=2.5');
    const back = negotiationRecord(provider, negotiate(THEIRS, MINE, PREFERRED, NOW));
    // Our offer as an attacker left it: without the hybrid.
    const stripped = capabilities({ kems: ['X25519'], signatures: ['Ed25519'], formats: ['cms'] });
    const forged = negotiationRecord(provider, negotiate(MINE, stripped, PREFERRED, NOW));
    for (const { digest } of [record, back]) {
      const { enc, ciphertext } = await suite.seal(publicKey, message, { info: digest });
      expect(await suite.open(privateKey, enc, ciphertext, { info: digest })).toEqual(message);
      for (const other of [record, back, forged].filter((one) => one.digest !== digest))
        await expect(suite.open(privateKey, enc, ciphertext, { info: other.digest })).rejects.toMatchObject({
          code: 'decryption_failed',
        });
    }
    expect(check(forged.bytes)).toBe('responder-offer');
  });

  test('is refused where it is about other offers, or about choices that are not in them or not permitted', () => {
    expect(check(record.bytes)).toBe('holds');
    expect(check(record.bytes, { initiator: THEIRS })).toBe('initiator-offer');
    expect(check(record.bytes, { responder: MINE })).toBe('responder-offer');
    expect(check(record.bytes, { policy: namedPolicy('pq-only') })).toBe('policy-refused');
    expect(check(altered((members) => members.set(6, 'ML-KEM-768')))).toBe('not-offered');
    expect(check(altered((members) => members.set(7, 'ML-DSA-65')))).toBe('not-offered');
    expect(check(altered((members) => members.set(9, 'cose')))).toBe('not-offered');
    // In the offer of whoever receives, and not in that of whoever negotiated.
    const back = negotiationRecord(provider, negotiate(THEIRS, MINE, PREFERRED, NOW));
    const backwards = { initiator: THEIRS, responder: MINE };
    expect(check(back.bytes, backwards)).toBe('holds');
    for (const [member, choice] of [
      [6, 'ML-KEM-768'],
      [7, 'ML-DSA-65'],
      [9, 'cose'],
    ] as const)
      expect(
        check(
          altered((members) => members.set(member, choice), back.bytes),
          backwards,
        ),
      ).toBe('not-offered');
    const empty = negotiationRecord(provider, negotiate(MINE, capabilities({}), PREFERRED, NOW));
    expect(check(empty.bytes, { responder: capabilities({}) })).toBe('holds');
  });

  function altered(
    change: (members: Map<CborValue, CborValue>) => void,
    bytes: Uint8Array = record.bytes,
  ): Uint8Array {
    const members = new Map(decodeCbor(bytes, 'record') as Map<CborValue, CborValue>);
    change(members);
    return encodeCbor(members);
  }

  test.each<[string, (members: Map<CborValue, CborValue>) => void]>([
    ['another version', (members) => members.set(1, 2)],
    ['a member missing', (members) => members.delete(11)],
    ['a member too many', (members) => members.set(12, 0)],
    ['one offer', (members) => members.set(2, [new Uint8Array(32)])],
    [
      'three offers',
      (members) =>
        members.set(
          2,
          [1, 2, 3].map(() => new Uint8Array(32)),
        ),
    ],
    ['a short digest', (members) => members.set(2, [new Uint8Array(32), new Uint8Array(31)])],
    ['a policy without a name', (members) => members.set(3, '')],
    ['a policy without a version', (members) => members.set(4, null)],
    ['no date', (members) => members.set(5, null)],
    ['a date that is a text', (members) => members.set(5, '2027')],
    ['a KEM that signs', (members) => members.set(6, 'ML-DSA-65')],
    ['an alias', (members) => members.set(6, 'X-Wing')],
    ['an obsolete KEM', (members) => members.set(6, 'Kyber768')],
    ['an unknown signature', (members) => members.set(7, 'HAWK')],
    ['no use', (members) => members.set(8, null)],
    ['an unknown format', (members) => members.set(9, 'openpgp')],
    ['a negative limit', (members) => members.set(10, -1)],
  ])('is malformed with %s', (_, change) => {
    expect(code(() => check(altered(change)))).toBe('invalid_encoding');
  });

  test('is malformed in any other encoding, truncated, or too long', () => {
    const members = [...(decodeCbor(record.bytes, 'record') as Map<CborValue, CborValue>)].toReversed();
    const backwards = Uint8Array.of(
      0xab,
      ...members.flatMap(([key, value]) => [...encodeCbor(key), ...encodeCbor(value)]),
    );
    expect(code(() => check(backwards))).toBe('invalid_encoding');
    for (let length = 0; length < record.bytes.length; length++)
      expect(code(() => check(record.bytes.subarray(0, length)))).toBe('invalid_encoding');
    expect(code(() => check(new Uint8Array(4097)))).toBe('message_too_large');
  });

  test('changed in any byte is malformed, does not hold, or has another digest', () => {
    const numbers = new Numbers(7);
    const runs: Record<string, number> = {};
    for (let round = 0; round < 2000; round++) {
      const bytes = mutated(record.bytes, numbers);
      let outcome: string;
      try {
        const verdict = checkNegotiationRecord(provider, bytes, expected);
        outcome = verdict.holds ? 'another digest' : verdict.reason;
        if (verdict.holds) expect(verdict.digest).not.toEqual(record.digest);
      } catch (error) {
        if (!(error instanceof HybridgeError)) throw error;
        outcome = error.code;
      }
      runs[outcome] = (runs[outcome] ?? 0) + 1;
    }
    console.log(`records of negotiations, mutations: ${JSON.stringify(runs)}`);
    expect(Object.keys(runs).length).toBeGreaterThanOrEqual(4);
  });
});
