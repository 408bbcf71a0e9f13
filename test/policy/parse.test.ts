import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HybridgeError } from '../../src/bytes/index.ts';
import {
  type AllowRule,
  judge,
  parsePolicy,
  type Policy,
  type RestrictingRule,
} from '../../src/policy/index.ts';
import { kem } from '../../src/registry/index.ts';
import { caught } from '../support/caught.ts';
import { aPolicy, policyNamed } from './subjects.ts';

const rule = {
  id: 'hybrid',
  uses: ['key-establishment'],
  match: { nature: ['hybrid'] },
  verdict: 'allow',
  reason: 'A reason.',
  source: 'A source.',
};
const policy = {
  name: 'ward-7',
  version: 1,
  date: '2026-11-21',
  description: 'What ward 7 speaks.',
  rules: [rule],
  preference: [
    { uses: ['key-establishment'], order: [{ name: ['X25519MLKEM768'] }], reason: 'r', source: 's' },
  ],
};

const withRule = (changes: object): object => ({ ...policy, rules: [{ ...rule, ...changes }] });
const withMatch = (match: unknown): object => withRule({ match });

const refused = (json: string): HybridgeError => caught(() => parsePolicy(json));

describe('parsePolicy', () => {
  test('reads a policy file', () => {
    const read = parsePolicy(JSON.stringify(policy, undefined, 2));
    expect(read).toEqual(policy);
    expect(judge(read, 'key-establishment', kem('X25519MLKEM768'), new Date('2027-01-01')).verdict).toBe(
      'allow',
    );
    expect(judge(read, 'key-establishment', kem('X25519'), new Date('2027-01-01')).verdict).toBe('refuse');
  });

  test('reads back whatever the format admits', () => {
    fc.assert(
      fc.property(aPolicy, (made) => {
        const text = JSON.stringify(made);
        expect(JSON.parse(JSON.stringify(parsePolicy(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, unknown, string, RegExp]>([
    ['no object', [], 'the whole', /expected an object, found a list/],
    ['null', null, 'the whole', /found null/],
    ['a missing field', { ...policy, version: undefined }, 'version', /is missing/],
    ['an unknown field', { ...policy, rulez: [] }, 'rulez', /is no field/],
    ['a name with spaces', { ...policy, name: 'Ward 7' }, 'name', /expected a name/],
    ['version zero', { ...policy, version: 0 }, 'version', /whole number/],
    ['a version as text', { ...policy, version: '1' }, 'version', /found "1"/],
    ['a date that is none', { ...policy, date: '2026-02-30' }, 'date', /day of the calendar/],
    ['a date with a time', { ...policy, date: '2026-11-21T00:00:00Z' }, 'date', /day of the calendar/],
    ['an empty description', { ...policy, description: ' ' }, 'description', /is empty/],
    ['an escape sequence', { ...policy, description: 'a\u001b[31m' }, 'description', /control characters/],
    ['a bidirectional override', { ...policy, description: 'a\u202eb' }, 'description', /control characters/],
    ['a long text', { ...policy, description: 'a'.repeat(2001) }, 'description', /longer than 2000/],
    ['rules as an object', { ...policy, rules: {} }, 'rules', /expected a list/],
    ['too many rules', { ...policy, rules: Array(1001).fill(rule) }, 'rules', /more than 1000/],
    ['a rule that is text', { ...policy, rules: ['allow all'] }, 'rules[0]', /expected an object/],
    ['the same rule twice', { ...policy, rules: [rule, rule] }, 'rules', /hybrid is there twice/],
    ['a rule without reason', withRule({ reason: undefined }), 'rules[0].reason', /is missing/],
    ['a rule without source', withRule({ source: '' }), 'rules[0].source', /is empty/],
    ['a rule named as the house speaks', withRule({ id: 'no-rule' }), 'rules[0].id', /name of the house/],
    ['a rule id in capitals', withRule({ id: 'Hybrid' }), 'rules[0].id', /lower-case/],
    ['a misspelt field', withRule({ untill: '2030-01-01' }), 'rules[0].untill', /is no field/],
    ['no uses', withRule({ uses: [] }), 'rules[0].uses', /empty list/],
    ['a use twice', withRule({ uses: ['kdf', 'kdf'] }), 'rules[0].uses', /twice/],
    [
      'an unknown use',
      withRule({ uses: ['signing'] }),
      'rules[0].uses[0]',
      /expected one of key-establishment/,
    ],
    ['an unknown verdict', withRule({ verdict: 'deny' }), 'rules[0].verdict', /allow, warn, refuse/],
    [
      'a permission that begins',
      withRule({ from: '2027-01-01' }),
      'rules[0].from',
      /refusal into a permission/,
    ],
    [
      'a refusal that ends',
      withRule({ verdict: 'refuse', until: '2027-01-01' }),
      'rules[0].until',
      /refusal into a permission/,
    ],
    [
      'a warning that ends',
      withRule({ verdict: 'warn', until: '2027-01-01' }),
      'rules[0].until',
      /may begin but not end/,
    ],
    ['null for a date', withRule({ until: null }), 'rules[0].until', /found null/],
    [
      'an unknown match field',
      withMatch({ algorithm: ['X25519'] }),
      'rules[0].match.algorithm',
      /is no field/,
    ],
    ['an inherited name', withMatch({ toString: 1 }), 'rules[0].match.toString', /is no field/],
    ['an empty list', withMatch({ nature: [] }), 'rules[0].match.nature', /would match nothing/],
    ['an unknown nature', withMatch({ nature: ['quantum'] }), 'rules[0].match.nature[0]', /expected one of/],
    ['an unknown kind', withMatch({ kind: ['kyber'] }), 'rules[0].match.kind[0]', /expected one of/],
    ['stateful as text', withMatch({ stateful: 'no' }), 'rules[0].match.stateful', /true or false/],
    ['an empty range', withMatch({ category: {} }), 'rules[0].match.category', /needs atLeast or atMost/],
    [
      'a range upside down',
      withMatch({ category: { atLeast: 3, atMost: 1 } }),
      'rules[0].match.category',
      /more than/,
    ],
    ['category six', withMatch({ category: { atLeast: 6 } }), 'rules[0].match.category.atLeast', /0 to 5/],
    [
      'a rule about nothing',
      withMatch({ nature: ['hybrid'], category: { atMost: 1 } }),
      'rules[0].match',
      /no algorithm/,
    ],
    [
      'a KEM asked to sign',
      withRule({ uses: ['signature-create'], match: { kind: ['ml-kem'] } }),
      'rules[0].match',
      /no algorithm/,
    ],
    [
      'a use with two preferences',
      { ...policy, preference: [...policy.preference, ...policy.preference] },
      'preference',
      /key-establishment is there twice/,
    ],
    [
      'a preference for nothing',
      { ...policy, preference: [{ ...policy.preference[0], order: [{ kind: ['aead'] }] }] },
      'preference[0].order[0]',
      /no algorithm/,
    ],
  ])('refuses %s and says where', (_, value, path, message) => {
    const error = refused(JSON.stringify(value));
    expect(error.code).toBe('invalid_encoding');
    expect(error.details['path']).toBe(path);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
  });

  test.each([
    ['ML-KEM-769', undefined],
    ['x-wing', 'MLKEM768-X25519'],
    ['X25519Kyber768Draft00', 'X25519MLKEM768'],
  ])(
    'refuses the name %s, which the registry does not list, and knows better where it can',
    (name, better) => {
      const error = refused(JSON.stringify(withMatch({ name: [name] })));
      expect(error.code).toBe('unknown_algorithm');
      expect(error.details['path']).toBe('rules[0].match.name[0]');
      if (better === undefined) expect(error.hint).toBeUndefined();
      else expect(error.hint).toContain(better);
    },
  );

  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"x":[{"b":1},{"b":1,"c":"\\"b\\":","b":2}]}', 'b'],
    ['{"verdict":"refuse","verd\\u0069ct":"allow"}', 'verdict'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ])('refuses a key that stands twice: %s', (json, key) => {
    const error = refused(json);
    expect(error.code).toBe('invalid_encoding');
    expect(error.message).toContain(`policy: ${key}: stands twice`);
  });

  test('does not take equal keys of different objects, or texts that look like keys, for repetition', () => {
    const text = JSON.stringify({ ...policy, description: 'a "name": "x", {"name":1,"name":2}' });
    expect(parsePolicy(text).description).toContain('"name"');
  });

  test('refuses what is not JSON, and too much of it', () => {
    for (const text of ['', '{', '{"name":"x",}', 'name: x', '\u0000', JSON.stringify(policy) + '{}'])
      expect(refused(text).code).toBe('invalid_encoding');
    expect(refused(' '.repeat((1 << 20) + 1)).code).toBe('message_too_large');
    expect(refused('['.repeat(1 << 20)).code).toBe('invalid_encoding');
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(refused(deep).code).toBe('invalid_encoding');
    expect(refused(`{"name":${deep}}`).code).toBe('invalid_encoding');
  });

  test('answers any mutation of a policy file with a policy or a HybridgeError', () => {
    const text = JSON.stringify(policyNamed('cnsa-2.0'));
    const values: readonly unknown[] = [
      null,
      0,
      -1,
      1.5,
      '',
      'x',
      [],
      {},
      true,
      [[]],
      { a: 1 },
      '2030-01-01',
    ];
    const outcomes = { accepted: 0, refused: 0 };
    const run = (mutated: string): void => {
      try {
        parsePolicy(mutated);
        outcomes.accepted++;
      } catch (error) {
        expect(error).toBeInstanceOf(HybridgeError);
        outcomes.refused++;
      }
    };
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(20), fc.string({ maxLength: 5 }), (offset, cut, put) => {
        run(text.slice(0, offset) + put + text.slice(offset + cut));
      }),
      { numRuns: 1500 },
    );
    // Every value of the file in turn replaced by each odd one.
    const tree = JSON.parse(text) as object;
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const fields = node as Record<string, unknown>;
      for (const key of Object.keys(fields)) {
        const original = fields[key];
        for (const value of values) {
          fields[key] = value;
          run(JSON.stringify(tree));
        }
        fields[key] = original;
        visit(original);
      }
    };
    visit((tree as { rules: unknown[] }).rules[4]);
    visit((tree as { preference: unknown[] }).preference);
    console.log(`parsePolicy, mutations: ${JSON.stringify(outcomes)}`);
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
  });

  test('the types say what the parser says: permissions end, restrictions begin', () => {
    const base = { id: 'x', uses: ['kdf'], match: {}, reason: 'r', source: 's' } as const;
    // @ts-expect-error An allow rule has no `from`.
    const allow: AllowRule = { ...base, verdict: 'allow', from: '2027-01-01' };
    // @ts-expect-error A refuse rule has no `until`.
    const refuse: RestrictingRule = { ...base, verdict: 'refuse', until: '2027-01-01' };
    const made = (bad: unknown): string =>
      JSON.stringify({ ...policy, rules: [bad], exceptions: [] } satisfies Record<keyof Policy, unknown>);
    expect(refused(made(allow)).details['path']).toBe('rules[0].from');
    expect(refused(made(refuse)).details['path']).toBe('rules[0].until');
  });
});
