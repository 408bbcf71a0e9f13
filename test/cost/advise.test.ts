import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADVICE_OPTIONS } from '../../src/cost/advise-options.ts';
import { ADVICE_RULES, type AdviceCase, reasonsFor } from '../../src/cost/advise-rules.ts';
import {
  advise,
  type AdviceQuestion,
  type AdvisedOption,
  type AdviceVerdict,
  COST_DATA,
  CUSTODIES,
  findDevice,
} from '../../src/cost/index.ts';
import { quantity } from '../../src/cost/quantity.ts';
import { known } from './predict-support.ts';
import { namedPolicy } from '../../src/policy/index.ts';

const QUESTION: AdviceQuestion = {
  signaturesPerYear: 12,
  lifetimeYears: 5,
  custody: 'hsm',
  cnsa: false,
  at: new Date('2027-01-01'),
};

function advised(question: Partial<AdviceQuestion> = {}): (name: string) => AdvisedOption {
  const { options } = advise({ ...QUESTION, ...question });
  return (name) => {
    const found = options.find((option) => option.name === name);
    if (found === undefined) throw new Error(`no option ${name}`);
    return found;
  };
}

function rulesOf({ reasons }: AdvisedOption, effect?: string): readonly string[] {
  return reasons.filter((reason) => effect === undefined || reason.effect === effect).map(({ rule }) => rule);
}

describe('the table', () => {
  test('every rule has sources, an id of its own, and an effect', () => {
    expect(new Set(ADVICE_RULES.map(({ id }) => id)).size).toBe(ADVICE_RULES.length);
    for (const { id, says, sources } of ADVICE_RULES) {
      expect([id, sources.length > 0 && sources.every((source) => source.length > 3)]).toEqual([id, true]);
      expect(says).toMatch(/[.]$/u);
    }
  });

  test('every rule applies in some case', () => {
    const everything = [
      advise({ ...QUESTION, cnsa: true, custody: 'single-signer', signaturesPerYear: 150 }),
      advise({
        ...QUESTION,
        cnsa: true,
        custody: 'hsm',
        lifetimeYears: 2,
        policy: namedPolicy('hybrid-required'),
      }),
      advise({ ...QUESTION, custody: 'none', lifetimeYears: 20, hybridUntil: new Date('2031-01-01') }),
      advise({ ...QUESTION, custody: 'single-signer', policy: namedPolicy('cnsa-2.0') }),
      advise({ ...QUESTION, device: 'stm32l072', limits: { ramBytes: 9000, verifyMilliseconds: 300 } }),
      advise({ ...QUESTION, device: 'esp32-c6', limits: { verifyMilliseconds: 300 } }),
    ];
    const applied = new Set(
      everything.flatMap(({ options }) => options.flatMap((option) => rulesOf(option))),
    );
    expect(ADVICE_RULES.map(({ id }) => id).filter((id) => !applied.has(id))).toEqual([]);
  });

  test('every option is judged once, and its verdict follows from its reasons', () => {
    for (const custody of CUSTODIES) {
      const { options } = advise({ ...QUESTION, custody, cnsa: true });
      expect(options.map(({ name }) => name).sort()).toEqual(ADVICE_OPTIONS.map(({ name }) => name).sort());
      for (const option of options) {
        const expected: AdviceVerdict =
          rulesOf(option, 'excludes').length > 0
            ? 'excluded'
            : rulesOf(option, 'against').length > 0
              ? 'possible'
              : 'recommended';
        expect([option.name, option.verdict]).toEqual([option.name, expected]);
      }
    }
  });
});

describe('decisions', () => {
  test('a tree that is too small is excluded, one that is nearly used up is not recommended', () => {
    const of = advised({ signaturesPerYear: 200, lifetimeYears: 5 });
    expect(rulesOf(of('LMS-SHA256-H5-W4'), 'excludes')).toEqual(['capacity']);
    expect(of('LMS-SHA256-H5-W4').reasons[0]?.text).toBe('1,000 signatures are needed, the key makes 32');
    expect(rulesOf(of('LMS-SHA256-H10-W4'), 'against')).toEqual(['headroom']);
    expect(of('LMS-SHA256-H15-W4').verdict).toBe('recommended');
    expect(of('ML-DSA-65').verdict).toBe('recommended');
  });

  test('the last index counts, one more does not', () => {
    expect(advised({ signaturesPerYear: 1024, lifetimeYears: 1 })('LMS-SHA256-H10-W8').verdict).toBe(
      'possible',
    );
    expect(advised({ signaturesPerYear: 1025, lifetimeYears: 1 })('LMS-SHA256-H10-W8').verdict).toBe(
      'excluded',
    );
  });

  test('without custody of the state nothing stateful is left', () => {
    for (const option of advise({ ...QUESTION, custody: 'none' }).options.filter(({ stateful }) => stateful))
      expect([option.name, rulesOf(option, 'excludes').includes('no-state-custody')]).toEqual([
        option.name,
        true,
      ]);
    expect(advised({ custody: 'none' })('ML-DSA-65').verdict).toBe('recommended');
    expect(advised({ custody: 'none' })('SLH-DSA-SHA2-128s').verdict).toBe('possible');
  });

  test('one careful signer in software is possible, and not recommended', () => {
    const option = advised({ custody: 'single-signer' })('LMS-SHA256/192-H15-W4');
    expect([option.verdict, rulesOf(option, 'against')]).toEqual(['possible', ['signing-hardware']]);
  });

  test('CNSA 2.0 keeps ML-DSA-87, LMS and XMSS with one tree in hardware', () => {
    const { options } = advise({ ...QUESTION, cnsa: true });
    const left = options.filter(({ verdict }) => verdict !== 'excluded').map(({ name }) => name);
    expect(left).toContain('ML-DSA-87');
    expect(left).toContain('LMS-SHA256/192-H15-W4');
    expect(left).toContain('XMSS-SHA2_10_256');
    expect(left.every((name) => /^(?:ML-DSA-87|LMS-|XMSS-|ECDSA-P384-SHA384)/u.test(name))).toBe(true);
    expect(options[0]?.verdict).toBe('recommended');
    const of = advised({ cnsa: true });
    expect(rulesOf(of('LMS-SHA256/192-H15-W4'), 'for')).toContain('cnsa-prefers-192');
    expect(rulesOf(of('HSS-SHA256-H10/10-W4'), 'excludes')).toEqual(['cnsa-single-tree']);
    expect(rulesOf(of('SLH-DSA-SHA2-256s'), 'excludes')).toEqual(['cnsa-no-slh-dsa']);
    expect(rulesOf(of('ML-DSA-65'), 'excludes')).toEqual(['cnsa']);
    expect(
      rulesOf(advised({ cnsa: true, custody: 'single-signer' })('LMS-SHA256-H15-W4'), 'excludes'),
    ).toEqual(['cnsa-signing-hardware']);
  });

  test('a hybrid that is wanted: duals are recommended, lattices alone are not, hashes stand alone', () => {
    const of = advised({ hybridUntil: new Date('2031-01-01') });
    expect(of('ECDSA-P256-SHA256 + ML-DSA-65').verdict).toBe('recommended');
    expect(rulesOf(of('ML-DSA-65'), 'against')).toEqual(['hybrid-wanted']);
    expect(of('LMS-SHA256-H10-W4').verdict).toBe('recommended');
    expect(rulesOf(of('SLH-DSA-SHA2-128s'))).toEqual(['hash-stands-alone', 'no-cose-number']);
    expect(advised({ hybridUntil: new Date('2026-01-01') })('ML-DSA-65').verdict).toBe('recommended');
  });

  test('ECDSA is for what does not live on after 2035', () => {
    expect(rulesOf(advised({ lifetimeYears: 20 })('ECDSA-P256-SHA256'), 'excludes')).toEqual([
      'outlives-classical',
    ]);
    expect(advised({ lifetimeYears: 5 })('ECDSA-P256-SHA256').verdict).toBe('possible');
  });

  test('a policy excludes what it refuses, with its reason', () => {
    const option = advised({ policy: namedPolicy('cnsa-2.0') })('ML-DSA-65');
    expect(rulesOf(option, 'excludes')).toEqual(['policy']);
    expect(option.reasons[0]?.text).toMatch(/^cnsa-2[.]0: /u);
  });

  test('the implementation that fits is taken, and too little RAM excludes what none fits', () => {
    const at = (ramBytes: number): AdvisedOption =>
      advised({ device: 'nrf52840', link: 'ble-5-dle-2M', limits: { ramBytes } })('ML-DSA-65');
    expect([at(20_000).verdict, at(20_000).implementation]).toEqual(['recommended', 'pqm4/m4f']);
    expect([at(8000).verdict, at(8000).implementation]).toEqual(['recommended', 'pqm4/m4fstack']);
    expect([at(2000).verdict, rulesOf(at(2000), 'excludes')]).toEqual(['excluded', ['over-limit']]);
  });

  test('of the implementations that fit the faster one is taken', () => {
    // The M4 code of pqm4 on an M33: m4f takes 9.9 kB of stack for 2.4 Mcycles, m4fstack 2.7 kB for 5.7 Mcycles.
    const { implementation } = advised({ device: 'nrf5340-app', limits: { ramBytes: 20_000 } })('ML-DSA-65');
    expect(implementation).toBe('pqm4/m4f');
  });

  test('an image takes no part of the flash that a limit is for, however little is in use', () => {
    const device = {
      ...findDevice(COST_DATA, 'nrf52840'),
      flashUsed: { value: 0, status: 'measured' },
    } as const;
    expect(advised({ device, limits: { flashBytes: 40_000 } })('ML-DSA-65').verdict).toBe('recommended');
  });

  test('limits on time and bytes, and what nobody measured', () => {
    const fast = advised({ device: 'nrf52840', limits: { verifyMilliseconds: 100, envelopeBytes: 3000 } });
    expect(rulesOf(fast('LMS-SHA256-H10-W8'), 'excludes')).toEqual(['over-limit']);
    expect(rulesOf(fast('ML-DSA-65'), 'excludes')).toEqual(['over-limit']);
    expect(fast('LMS-SHA256-H10-W4').verdict).toBe('recommended');
    const unknown = advised({ device: 'nrf52840', limits: { verifyMilliseconds: 100 } })('ECDSA-P384-SHA384');
    expect(rulesOf(unknown, 'against')).toEqual(['classical', 'fit-unknown', 'limit-unknown']);
  });

  test('the link decides the order: fewer bytes where bytes are slow', () => {
    const first = (link: string): string | undefined =>
      advise({ ...QUESTION, device: 'nrf52840', link }).options.find(
        ({ verdict }) => verdict === 'recommended',
      )?.name;
    expect(first('lorawan-eu868-dr0')).toMatch(/^LMS-SHA256\/192-H10-W8$/u);
    expect(first('tcp-iw10-ethernet')).not.toMatch(/W8$/u);
  });
});

describe('figures', () => {
  test('are sizes of keys and signatures, and the signatures that are needed, in whole ones', () => {
    const of = advised();
    expect(of('ML-DSA-65')).toMatchObject({
      signatureBytes: { value: 3309 },
      publicKeyBytes: { value: 1952 },
    });
    expect(of('ECDSA-P256-SHA256 + ML-DSA-65').signatureBytes).toMatchObject({ value: 64 + 3309 });
    const needed = (signaturesPerYear: number, lifetimeYears: number): number =>
      advise({ ...QUESTION, signaturesPerYear, lifetimeYears }).needed;
    expect([needed(0.1, 1), needed(12, 5), needed(0, 5)]).toEqual([1, 60, 0]);
  });

  test('tell the time of the checks from the time until they are done', () => {
    const option = advised({ device: 'nrf52840', link: 'lorawan-eu868-dr0' })('ML-DSA-44');
    // 1.42 Mcycles at 64 MHz; the signature alone takes 3.7 hours at a duty cycle of 1 %.
    expect(known(option.verify).value).toBeLessThan(40);
    expect(known(option.untilChecked).value).toBeGreaterThan(3.7 * 3_600_000);
    expect(known(option.untilChecked).value).toBeLessThan(1.3 * 3.7 * 3_600_000);
  });

  test('order options of one verdict: by time and then by bytes, what is unknown last', () => {
    const key = ({ verdict, untilChecked, envelopeBytes }: AdvisedOption): readonly number[] => [
      VERDICTS.indexOf(verdict),
      untilChecked.known ? untilChecked.value : Infinity,
      envelopeBytes.known ? envelopeBytes.value : Infinity,
    ];
    for (const device of ['esp32-s3', 'nrf52840', undefined]) {
      const { options } = advise({ ...QUESTION, ...(device !== undefined && { device }) });
      const keys = options.map(key);
      const sorted = keys.toSorted((a, b) => {
        const index = a.findIndex((one, place) => one !== b[place]);
        return index === -1 ? 0 : (a[index] ?? 0) < (b[index] ?? 0) ? -1 : 1;
      });
      expect(keys).toEqual(sorted);
    }
  });
});

const VERDICTS: readonly AdviceVerdict[] = ['recommended', 'possible', 'excluded'];

describe('properties', () => {
  test('more signatures never make a stateful option more possible', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CUSTODIES),
        fc.boolean(),
        fc.nat(2_000_000),
        fc.nat(2_000_000),
        (custody, cnsa, a, b) => {
          const [few, many] = [Math.min(a, b), Math.max(a, b)].map((signaturesPerYear) =>
            advised({ custody, cnsa, signaturesPerYear }),
          );
          for (const { name, stateful } of ADVICE_OPTIONS)
            if (stateful)
              expect(VERDICTS.indexOf(many?.(name).verdict ?? 'recommended')).toBeGreaterThanOrEqual(
                VERDICTS.indexOf(few?.(name).verdict ?? 'excluded'),
              );
        },
      ),
      { numRuns: 25 },
    );
  });

  test('less RAM never makes an option more possible', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('nrf52840', 'rp2040', 'stm32l072', 'esp32-s3'),
        fc.nat(100_000),
        fc.nat(100_000),
        (device, a, b) => {
          const [little, much] = [Math.min(a, b), Math.max(a, b)].map((ramBytes) =>
            advised({ device, limits: { ramBytes } }),
          );
          for (const { name } of ADVICE_OPTIONS)
            expect(VERDICTS.indexOf(little?.(name).verdict ?? 'recommended')).toBeGreaterThanOrEqual(
              VERDICTS.indexOf(much?.(name).verdict ?? 'excluded'),
            );
        },
      ),
      { numRuns: 12 },
    );
  });

  test('a bigger device never fits less', () => {
    const [small] = COST_DATA.devices.filter(({ id }) => id === 'nrf52832');
    if (small === undefined) throw new Error('no nrf52832');
    const big = { ...small, ramBytes: { ...small.ramBytes, value: 4 * small.ramBytes.value } };
    const [little, much] = [small, big].map((device) => advised({ device }));
    for (const { name } of ADVICE_OPTIONS)
      expect(VERDICTS.indexOf(little?.(name).verdict ?? 'recommended')).toBeGreaterThanOrEqual(
        VERDICTS.indexOf(much?.(name).verdict ?? 'excluded'),
      );
  });
});

test('what cannot be is refused', () => {
  for (const wrong of [
    { signaturesPerYear: -1 },
    { signaturesPerYear: Number.NaN },
    { lifetimeYears: -1 },
    { lifetimeYears: 1000 },
    { limits: { ramBytes: -1 } },
    { limits: { flashBytes: Number.NaN } },
    { limits: { verifyMilliseconds: -1 } },
    { limits: { envelopeBytes: Number.NaN } },
    { at: new Date(Number.NaN) },
    { device: 'nrf52841' },
    { device: 'nrf52840', link: 'lorawan' },
  ])
    expect(() => advise({ ...QUESTION, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
});

describe('a rule at its edge', () => {
  const rules = (name: string, asked: Partial<AdviceCase> = {}): readonly string[] => {
    const option = ADVICE_OPTIONS.find((one) => one.name === name);
    if (option === undefined) throw new Error(`no option ${name}`);
    const bytes = quantity(100, 'bytes', { status: 'derived', because: 'a test' }, 80, 120);
    const verify = quantity(100, 'ms', { status: 'derived', because: 'a test' }, 80, 120);
    return reasonsFor({
      option,
      question: QUESTION,
      figures: {
        envelope: bytes,
        verify,
        ram: bytes,
        flash: bytes,
        ramFits: undefined,
        flashFits: undefined,
      },
      needed: 1,
      end: new Date('2032-01-01'),
      ...asked,
    }).map(({ rule }) => rule);
  };

  test('half of a key leaves headroom, one more does not', () => {
    expect(rules('LMS-SHA256-H10-W4', { needed: 512 })).not.toContain('headroom');
    expect(rules('LMS-SHA256-H10-W4', { needed: 513 })).toContain('headroom');
  });

  const inQuestion = (name: string, question: Partial<AdviceQuestion>): readonly string[] =>
    rules(name, { question: { ...QUESTION, ...question } });

  test('a hybrid is wanted until its day, and not on it', () => {
    const dual = 'ECDSA-P256-SHA256 + ML-DSA-65';
    const before = new Date(QUESTION.at.getTime() + 1);
    expect(inQuestion('ML-DSA-65', { hybridUntil: before })).toContain('hybrid-wanted');
    expect(inQuestion(dual, { hybridUntil: before })).toContain('is-hybrid');
    expect(inQuestion('ML-DSA-65', { hybridUntil: QUESTION.at })).not.toContain('hybrid-wanted');
    expect(inQuestion(dual, { hybridUntil: QUESTION.at })).not.toContain('is-hybrid');
  });

  test('CNSA 2.0 prefers SHA-256/192 of LMS, and of nothing else', () => {
    const prefers = (name: string, cnsa: boolean): boolean =>
      inQuestion(name, { cnsa }).includes('cnsa-prefers-192');
    expect(prefers('LMS-SHA256/192-H10-W4', true)).toBe(true);
    expect(prefers('LMS-SHA256/192-H10-W4', false)).toBe(false);
    expect(prefers('LMS-SHA256-H10-W4', true)).toBe(false);
    expect(prefers('XMSS-SHA2_10_192', true)).toBe(false);
  });

  test('who keeps no state is told that, and not what a signer in software has to mind', () => {
    expect(inQuestion('LMS-SHA256-H10-W4', { custody: 'none' })).not.toContain('signing-hardware');
    expect(inQuestion('LMS-SHA256-H10-W4', { custody: 'single-signer' })).toContain('signing-hardware');
  });

  test('a policy refuses or warns, and does not do both', () => {
    const judged = (name: string): readonly string[] =>
      inQuestion(name, { policy: namedPolicy('cnsa-2.0') }).filter((rule) => rule.startsWith('policy'));
    expect(judged('ML-DSA-65')).toEqual(['policy']);
    expect(judged('ML-DSA-87')).toEqual([]);
    expect(judged('ECDSA-P384-SHA384')).toEqual(['policy-warns']);
  });

  test('COSE has numbers for HSS-LMS and ML-DSA, and none for XMSS, SLH-DSA and composites', () => {
    for (const { name, family, withoutCoseNumber } of ADVICE_OPTIONS)
      expect([name, withoutCoseNumber]).toEqual([
        name,
        ['composite', 'slh-dsa', 'xmss', 'xmss-mt'].includes(family) ? [name] : [],
      ]);
    expect(ADVICE_OPTIONS.find(({ name }) => name === 'HSS-SHA256-H10/10-W4')?.family).toBe('hss');
    // The six of draft-ietf-jose-pq-composite-sigs-04.
    expect(ADVICE_OPTIONS.filter(({ family }) => family === 'composite').map(({ name }) => name)).toEqual([
      'MLDSA44-Ed25519-SHA512',
      'MLDSA44-ECDSA-P256-SHA256',
      'MLDSA65-ECDSA-P256-SHA512',
      'MLDSA65-Ed25519-SHA512',
      'MLDSA87-ECDSA-P384-SHA512',
      'MLDSA87-Ed448-SHAKE256',
    ]);
  });

  test('classical signatures end with 2035', () => {
    const last = new Date('2035-12-31T23:59:59Z');
    expect(rules('Ed25519', { end: last })).not.toContain('outlives-classical');
    expect(rules('Ed25519', { end: new Date(last.getTime() + 1) })).toContain('outlives-classical');
  });

  test.each(['ramBytes', 'flashBytes', 'verifyMilliseconds', 'envelopeBytes'] as const)(
    '%s: over it for certain, perhaps, or not',
    (name) => {
      const at = (limit: number): readonly string[] =>
        rules('ML-DSA-44', { question: { ...QUESTION, limits: { [name]: limit } } }).filter((rule) =>
          rule.includes('limit'),
        );
      expect([79, 80, 110, 119, 120].map(at)).toEqual([
        ['over-limit'],
        ['limit-unknown'],
        ['limit-unknown'],
        ['limit-unknown'],
        [],
      ]);
    },
  );

  test('hashes stand alone only while a hybrid is wanted, and HSS has a profile as LMS has', () => {
    const until = (date: string): readonly string[] =>
      rules('SLH-DSA-SHA2-128s', { question: { ...QUESTION, hybridUntil: new Date(date) } });
    expect(until('2031-01-01')).toContain('hash-stands-alone');
    expect(until('2026-01-01')).not.toContain('hash-stands-alone');
    for (const { name } of ADVICE_OPTIONS.filter(({ family }) => family === 'lms' || family === 'hss'))
      expect([name, rules(name).includes('suit-profile')]).toEqual([name, true]);
  });
});
