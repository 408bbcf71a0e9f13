import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HybridgeError } from '../../src/bytes/index.ts';
import {
  judge,
  type Match,
  namedPolicy,
  type Policy,
  refusal,
  type Rule,
  type Subject,
  timeline,
  type Use,
  USES,
  type Verdict,
  VERDICTS,
} from '../../src/policy/index.ts';
import {
  aead,
  algorithm,
  type AlgorithmName,
  findByName,
  hash,
  kem,
  OBSOLETE,
  signature,
} from '../../src/registry/index.ts';
import { anInstant, anyPolicy, aQuestion, DUALS, POLICIES, SUBJECTS } from './subjects.ts';

const at = (date: string): Date => new Date(date);
const severity = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

/**
 * The meaning of a policy written down a second time, as plainly as possible: day strings are compared as text and
 * fields by name. Nothing of the code under test is used.
 */
function model(policy: Policy, use: Use, subject: Subject, instant: Date): Verdict {
  if (subject.status === 'obsolete') return 'refuse';
  const isSignatureUse = use.includes('signature') || use === 'session-authentication';
  const wanted = use === 'key-establishment' ? 'kem' : isSignatureUse ? 'signature' : use;
  if (!('use' in subject) || subject.use !== wanted) return 'refuse';
  const day = instant.toISOString().slice(0, 10);
  const fields = subject as unknown as Record<string, unknown>;
  const holds = (match: Match): boolean =>
    Object.entries(match).every(([field, wish]: [string, unknown]) => {
      if (wish === undefined) return true;
      const value = fields[field];
      if (field === 'status') return (wish as string[]).includes(value === 'standard' ? 'standard' : 'draft');
      if (field === 'stateful') return value === wish;
      if (Array.isArray(wish)) return wish.includes(value);
      const { atLeast = -1, atMost = 1e9 } = wish as { atLeast?: number; atMost?: number };
      return typeof value === 'number' && value >= atLeast && value <= atMost;
    });
  const active = policy.rules.filter(
    (rule) =>
      rule.uses.includes(use) &&
      holds(rule.match) &&
      (rule.verdict === 'allow'
        ? rule.until === undefined || day <= rule.until
        : rule.from === undefined || day >= rule.from),
  );
  const has = (verdict: Verdict): boolean => active.some((rule) => rule.verdict === verdict);
  if (has('refuse') || !has('allow')) return 'refuse';
  return has('warn') ? 'warn' : 'allow';
}

describe('judge', () => {
  test('gives the same verdict as the rules read literally', () => {
    const runs: Record<Verdict, number> = { allow: 0, warn: 0, refuse: 0 };
    fc.assert(
      fc.property(anyPolicy, aQuestion, anInstant, (policy, { use, subject }, instant) => {
        const expected = model(policy, use, subject, instant);
        runs[expected]++;
        expect(judge(policy, use, subject, instant).verdict).toBe(expected);
      }),
      { numRuns: 2500 },
    );
    console.log(`judge against the literal model: ${JSON.stringify(runs)}`);
    expect(Math.min(...Object.values(runs))).toBeGreaterThan(0);
  });

  test('agrees with the literal model on every named policy, use, subject and day on which something changes', () => {
    const days = [
      '2026-11-21',
      '2026-12-31',
      '2027-01-01',
      '2029-12-31',
      '2030-01-01',
      '2030-12-31',
      '2031-01-01',
    ];
    days.push('2035-12-31', '2036-01-01', '2060-01-01');

    let cases = 0;
    for (const policy of POLICIES)
      for (const use of USES)
        for (const subject of SUBJECTS)
          for (const day of days) {
            cases++;
            const got = judge(policy, use, subject, at(day)).verdict;
            if (got !== model(policy, use, subject, at(day)))
              expect.fail(`${policy.name}, ${use}, ${subject.name}, ${day}: ${got}`);
          }
    console.log(`judge: ${String(cases)} verdicts compared`);
    expect(cases).toBeGreaterThan(10_000);
  });

  test('is total: always a verdict with a reason, for any policy, use, subject and date', () => {
    const extremes = fc.constantFrom(
      new Date(-8.64e15),
      new Date(8.64e15),
      new Date(0),
      new Date('+010000-01-01'),
    );
    fc.assert(
      fc.property(
        anyPolicy,
        aQuestion,
        fc.oneof(anInstant, extremes),
        (policy, { use, subject }, instant) => {
          const judgement = judge(policy, use, subject, instant);
          expect(VERDICTS).toContain(judgement.verdict);
          expect(judgement.reasons.length).toBeGreaterThan(0);
          for (const reason of judgement.reasons) {
            expect(reason.rule).not.toBe('');
            expect(reason.text).not.toBe('');
            expect(reason.source).not.toBe('');
          }
        },
      ),
    );
  });

  test('never gets milder as time moves on', () => {
    let hardened = 0;
    fc.assert(
      fc.property(anyPolicy, aQuestion, anInstant, anInstant, (policy, { use, subject }, one, other) => {
        const [early, late] = one <= other ? [one, other] : [other, one];
        const before = severity(judge(policy, use, subject, early).verdict);
        const after = severity(judge(policy, use, subject, late).verdict);
        expect(after).toBeGreaterThanOrEqual(before);
        if (after > before) hardened++;
      }),
      { numRuns: 2500 },
    );
    expect(hardened).toBeGreaterThan(0);
  });

  test('changes at midnight UTC, on the days that the judgement names', () => {
    const policy = namedPolicy('hybrid-preferred');
    const last = judge(policy, 'key-establishment', kem('X25519'), at('2035-12-31T23:59:59.999Z'));
    expect(last).toMatchObject({ verdict: 'warn', since: undefined, until: '2035-12-31' });
    const first = judge(policy, 'key-establishment', kem('X25519'), at('2036-01-01T00:00:00Z'));
    expect(first).toMatchObject({ verdict: 'refuse', since: '2036-01-01', until: undefined });
    expect(first.reasons).toEqual([
      expect.objectContaining({
        rule: 'classical',
        text: expect.stringContaining('Allowed until 2035-12-31: ') as string,
      }),
    ]);
  });

  test('refuses what no rule allows, and says so', () => {
    const nothing: Policy = { ...namedPolicy('pq-only'), name: 'nothing', rules: [] };
    for (const subject of SUBJECTS)
      expect(judge(nothing, 'key-establishment', subject, at('2027-01-01')).verdict).toBe('refuse');
    expect(judge(nothing, 'aead', aead('AES-256-GCM'), at('2027-01-01')).reasons[0]?.rule).toBe('no-rule');
  });

  test('refuses every obsolete descriptor for every use under every policy, with its replacement', () => {
    expect(OBSOLETE.length).toBeGreaterThan(0);
    for (const policy of POLICIES)
      for (const dead of OBSOLETE) {
        const { verdict, reasons, since, until } = judge(policy, 'key-establishment', dead, at('2026-11-21'));
        expect([verdict, since, until]).toEqual(['refuse', undefined, undefined]);
        expect(reasons).toHaveLength(1);
        expect(reasons[0]?.rule).toBe('obsolete');
        expect(reasons[0]?.text).toContain(dead.replacement);
      }
    const kyber = findByName('X25519Kyber768Draft00');
    expect(kyber?.status).toBe('obsolete');
  });

  test('refuses SHA-1, which has a descriptor and no replacement', () => {
    for (const policy of POLICIES)
      expect(judge(policy, 'hash', hash('SHA-1'), at('2026-11-21'))).toMatchObject({
        verdict: 'refuse',
        reasons: [{ rule: 'obsolete', text: 'SHA-1 is obsolete.' }],
      });
  });

  test('refuses an algorithm for a use it cannot serve', () => {
    const policy = namedPolicy('hybrid-preferred');
    expect(judge(policy, 'signature-create', kem('ML-KEM-768'), at('2027-01-01'))).toMatchObject({
      verdict: 'refuse',
      reasons: [{ rule: 'wrong-use', text: 'ML-KEM-768 is no algorithm for signature-create.' }],
    });
  });

  test('judges a dual signature as the hybrid it is', () => {
    const [dual] = DUALS;
    if (dual === undefined) throw new Error('no dual');
    const verdict = (policy: Policy): Verdict =>
      judge(policy, 'firmware-signature', dual, at('2032-01-01')).verdict;
    expect(verdict(namedPolicy('hybrid-required'))).toBe('allow');
    expect(verdict(namedPolicy('pq-only'))).toBe('refuse');
    expect(verdict(namedPolicy('cnsa-2.0'))).toBe('refuse');
  });

  test('refuses an invalid date as the caller’s fault', () => {
    expect(() => judge(namedPolicy('pq-only'), 'kdf', kem('X25519'), new Date(Number.NaN))).toThrow(
      expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
    );
  });

  test('checks a policy that was never parsed: a rule whose date is none would silently never hold', () => {
    const careless: Policy = {
      ...namedPolicy('pq-only'),
      rules: [
        {
          id: 'x',
          uses: ['hash'],
          match: {},
          verdict: 'refuse',
          from: '2031-02-30',
          reason: 'r',
          source: 's',
        },
      ],
    };
    expect(() => judge(careless, 'hash', hash('SHA-256'), at('2031-06-01'))).toThrow(/rules\[0\]\.from/);
  });

  test.each<[string, Match, readonly AlgorithmName[], readonly AlgorithmName[]]>([
    ['everything', {}, ['Ed25519', 'ML-DSA-44', 'MLDSA65-Ed25519-SHA512'], []],
    [
      'a hash, which Ed25519 and ML-DSA do not name',
      { hash: ['SHA-256'] },
      ['ECDSA-P256-SHA256', 'RSA3072-PSS-SHA256'],
      ['Ed25519', 'ML-DSA-44', 'MLDSA44-ECDSA-P256-SHA256', 'RSA3072-PSS-SHA384'],
    ],
    [
      'a modulus, which a composite hides',
      { modulusBits: { atMost: 3072 } },
      ['RSA2048-PSS-SHA256', 'RSA3072-PKCS15-SHA512'],
      ['RSA4096-PSS-SHA256', 'Ed25519', 'MLDSA44-RSA2048-PSS-SHA256'],
    ],
    [
      'a classical half',
      { traditional: ['RSA2048-PSS-SHA256'] },
      ['MLDSA44-RSA2048-PSS-SHA256'],
      ['RSA2048-PSS-SHA256', 'ML-DSA-44'],
    ],
    [
      'a post-quantum half',
      { postQuantum: ['ML-DSA-87'] },
      ['MLDSA87-Ed448-SHAKE256'],
      ['ML-DSA-87', 'Ed25519'],
    ],
    ['a draft', { status: ['draft'] }, ['MLDSA65-Ed25519-SHA512'], ['ML-DSA-65', 'Ed25519']],
    [
      'a category, ends included',
      { category: { atLeast: 2, atMost: 3 } },
      ['ML-DSA-44', 'ML-DSA-65'],
      ['ML-DSA-87', 'SLH-DSA-SHA2-128s', 'Ed25519'],
    ],
    ['state', { stateful: true }, ['HSS/LMS', 'XMSS'], ['SLH-DSA-SHA2-128s']],
    [
      'several fields at once',
      { nature: ['post-quantum'], kind: ['ml-dsa', 'slh-dsa'], category: { atLeast: 5 } },
      ['ML-DSA-87', 'SLH-DSA-SHA2-256f'],
      ['ML-DSA-65', 'HashML-DSA-87', 'MLDSA87-Ed448-SHAKE256'],
    ],
  ])('a rule can be about %s', (_, match, included, excluded) => {
    const policy: Policy = {
      ...namedPolicy('pq-only'),
      rules: [{ id: 'x', uses: ['signature-create'], match, verdict: 'allow', reason: 'r', source: 's' }],
    };
    for (const name of included)
      expect([name, judge(policy, 'signature-create', algorithm(name), at('2027-01-01')).verdict]).toEqual([
        name,
        'allow',
      ]);
    for (const name of excluded)
      expect([name, judge(policy, 'signature-create', algorithm(name), at('2027-01-01')).verdict]).toEqual([
        name,
        'refuse',
      ]);
  });

  test('does not see changes made to a policy after its first use', () => {
    const rules: Rule[] = [...namedPolicy('pq-only').rules];
    const policy: Policy = { ...namedPolicy('pq-only'), rules };
    const { verdict } = judge(policy, 'key-establishment', kem('X25519'), at('2027-01-01'));
    rules.splice(0, rules.length);
    expect(verdict).toBe('refuse');
    expect(judge(policy, 'key-establishment', kem('ML-KEM-768'), at('2027-01-01')).verdict).toBe('allow');
  });
});

describe('timeline', () => {
  test('covers all time without gap, each judgement stricter or for other reasons than the one before', () => {
    let changes = 0;
    fc.assert(
      fc.property(anyPolicy, aQuestion, (policy, { use, subject }) => {
        const judgements = timeline(policy, use, subject);
        expect(judgements[0]?.since).toBeUndefined();
        expect(judgements.at(-1)?.until).toBeUndefined();
        for (const [index, judgement] of judgements.slice(1).entries()) {
          changes++;
          const before = judgements[index];
          expect(Date.parse(judgement.since ?? '') - Date.parse(before?.until ?? '')).toBe(86_400_000);
          expect(severity(judgement.verdict)).toBeGreaterThanOrEqual(severity(before?.verdict ?? 'refuse'));
        }
      }),
      { numRuns: 1000 },
    );
    expect(changes).toBeGreaterThan(0);
  });

  test('is what judge answers on its days', () => {
    fc.assert(
      fc.property(anyPolicy, aQuestion, (policy, { use, subject }) => {
        for (const judgement of timeline(policy, use, subject))
          for (const day of [judgement.since, judgement.until])
            if (day !== undefined) expect(judge(policy, use, subject, at(day))).toEqual(judgement);
      }),
      { numRuns: 500 },
    );
  });
});

describe('refusal', () => {
  test('is a policy_refused error that names policy, use, algorithm and rules', () => {
    const policy = namedPolicy('cnsa-2.0');
    const subject = signature('SLH-DSA-SHA2-128s');
    const error = refusal(
      policy,
      'signature-create',
      subject,
      judge(policy, 'signature-create', subject, at('2027-01-01')),
    );
    expect(error).toBeInstanceOf(HybridgeError);
    expect(error.code).toBe('policy_refused');
    expect(error.details).toMatchObject({
      policy: 'cnsa-2.0',
      use: 'signature-create',
      algorithm: 'SLH-DSA-SHA2-128s',
      rules: ['no-rule'],
    });
    expect(error.message).toContain('No rule allows it');
  });
});
