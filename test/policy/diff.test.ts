import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  describeMatch,
  describeVerdict,
  diffPolicies,
  dualSignature,
  explainPolicy,
  judge,
  namedPolicy,
  type Policy,
  timeline,
  VERDICTS,
} from '../../src/policy/index.ts';
import { algorithm, ALGORITHMS, signature } from '../../src/registry/index.ts';
import { anInstant, anyPolicy, POLICIES } from './subjects.ts';

describe('diffPolicies', () => {
  test('finds nothing between a policy and its copy, whatever the order of fields', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, field]: [string, unknown]) => [name, reversed(field)]),
            )
          : value;
    for (const policy of POLICIES)
      expect(diffPolicies(policy, reversed(policy) as Policy)).toEqual({
        rules: [],
        preference: [],
        exceptions: [],
        verdicts: [],
      });
  });

  test('names the rules, preferences and verdicts that change', () => {
    const before = namedPolicy('hybrid-preferred');
    const after: Policy = {
      ...before,
      version: 2,
      rules: before.rules
        .filter(({ id }) => id !== 'rsa-2048')
        .map((rule) =>
          rule.id === 'classical' && rule.verdict === 'allow'
            ? { ...rule, until: '2032-12-31' as const }
            : rule,
        ),
      preference: before.preference.slice(1),
    };
    const { rules, preference, verdicts } = diffPolicies(before, after);
    expect(
      rules.map(({ change, ...sides }) => [change, ('after' in sides ? sides.after : sides.before).id]),
    ).toEqual([
      ['removed', 'rsa-2048'],
      ['changed', 'classical'],
    ]);
    expect(preference).toEqual([
      { use: 'key-establishment', before: before.preference[0], after: undefined },
    ]);
    expect(
      verdicts.find(({ algorithm: name, use }) => name === 'X25519' && use === 'key-establishment'),
    ).toEqual({
      use: 'key-establishment',
      algorithm: 'X25519',
      before: [
        { since: undefined, verdict: 'warn' },
        { since: '2036-01-01', verdict: 'refuse' },
      ],
      after: [
        { since: undefined, verdict: 'warn' },
        { since: '2033-01-01', verdict: 'refuse' },
      ],
      stricter: true,
      looser: false,
    });
    const rsa = verdicts.find(
      ({ algorithm: name, use }) => name === 'RSA2048-PSS-SHA256' && use === 'signature-create',
    );
    expect([rsa?.stricter, rsa?.looser]).toEqual([false, true]);
    expect(diffPolicies(after, before).rules.map(({ change }) => change)).toEqual(['changed', 'added']);
  });

  test('lists an algorithm exactly when some day brings different verdicts', () => {
    let different = 0;
    fc.assert(
      fc.property(
        anyPolicy,
        anyPolicy,
        fc.constantFrom(...ALGORITHMS.filter(({ use }) => use === 'kem')),
        anInstant,
        (before, after, descriptor, at) => {
          const change = diffPolicies(before, after).verdicts.find(
            ({ use, algorithm: name }) => use === 'key-establishment' && name === descriptor.name,
          );
          const left = VERDICTS.indexOf(judge(before, 'key-establishment', descriptor, at).verdict);
          const right = VERDICTS.indexOf(judge(after, 'key-establishment', descriptor, at).verdict);
          if (right > left) expect(change?.stricter).toBe(true);
          if (right < left) expect(change?.looser).toBe(true);
          if (right !== left) different++;
        },
      ),
      { numRuns: 150 },
    );
    expect(different).toBeGreaterThan(0);
  });
});

describe('explainPolicy', () => {
  test('says everything: each rule in words, each algorithm for each use it can serve', () => {
    const explained = explainPolicy(namedPolicy('cnsa-2.0'));
    expect(explained.rules).toHaveLength(namedPolicy('cnsa-2.0').rules.length);
    expect(explained.rules.find(({ id }) => id === 'cnsa-1-rsa')).toMatchObject({
      about: 'kind rsa; modulus bits at least 3072; hash SHA-384',
      verdict: 'allow until 2030-12-31',
    });
    expect(explained.preference[0]?.order[0]).toContain('ML-KEM-1024');
    const count = (use: string): number => explained.algorithms.filter((row) => row.use === use).length;
    expect(count('key-establishment')).toBe(ALGORITHMS.filter(({ use }) => use === 'kem').length);
    expect(count('firmware-signature')).toBe(ALGORITHMS.filter(({ use }) => use === 'signature').length);
    for (const { use, algorithm: name, judgements } of explained.algorithms)
      expect(judgements).toBe(timeline(namedPolicy('cnsa-2.0'), use, algorithm(name)));
    expect(JSON.parse(JSON.stringify(explained))).toBeTypeOf('object');
  });

  test('puts matches and verdicts into words', () => {
    expect(describeMatch({})).toBe('everything');
    expect(
      describeMatch({ nature: ['hybrid'], category: { atLeast: 3, atMost: 3 }, status: ['draft'] }),
    ).toBe('hybrid; status draft; category 3');
    expect(
      describeMatch({
        stateful: false,
        category: { atLeast: 1, atMost: 3 },
        modulusBits: { atMost: 2048 },
        postQuantum: ['ML-DSA-87'],
        traditional: ['Ed25519', 'Ed448'],
      }),
    ).toBe(
      'not stateful; category 1 to 3; modulus bits at most 2048; post-quantum half ML-DSA-87; classical half Ed25519 or Ed448',
    );
    const base = { id: 'x', uses: ['kdf'], match: { stateful: true }, reason: 'r', source: 's' } as const;
    expect(describeVerdict({ ...base, verdict: 'allow' })).toBe('allow');
    expect(describeVerdict({ ...base, verdict: 'warn', from: '2027-01-01' })).toBe('warn from 2027-01-01');
    expect(describeMatch(base.match)).toBe('stateful');
  });
});

describe('dualSignature', () => {
  test('has the strength of its post-quantum half', () => {
    expect(dualSignature(signature('ECDSA-P256-SHA256'), signature('ML-DSA-65'))).toEqual({
      name: 'ECDSA-P256-SHA256 + ML-DSA-65',
      kind: 'dual-signature',
      use: 'signature',
      nature: 'hybrid',
      category: 3,
      stateful: false,
      status: 'standard',
      traditional: 'ECDSA-P256-SHA256',
      postQuantum: 'ML-DSA-65',
    });
    expect(dualSignature(signature('Ed25519'), signature('MLDSA44-Ed25519-SHA512')).status).toMatch(
      /^draft-/,
    );
    expect(dualSignature(signature('Ed25519'), signature('XMSS')).stateful).toBe(true);
  });

  test('is a classical and a post-quantum signature, in this order', () => {
    for (const [first, second] of [
      ['ML-DSA-65', 'Ed25519'],
      ['Ed25519', 'ECDSA-P256-SHA256'],
      ['ML-DSA-65', 'ML-DSA-87'],
    ] as const)
      expect(() => dualSignature(signature(first), signature(second))).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });
});
