import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  judge,
  namedPolicy,
  type Policy,
  select,
  type Subject,
  type Use,
  type Verdict,
  VERDICTS,
} from '../../src/policy/index.ts';
import {
  findByName,
  type KemDescriptor,
  kem,
  KEMS,
  OBSOLETE,
  signature,
  SIGNATURES,
} from '../../src/registry/index.ts';
import { aMeeting, anInstant, anyPolicy, POLICIES } from './subjects.ts';

const now = new Date('2026-11-21');

function chosenOf(
  policy: Policy,
  use: Use,
  ours: readonly Subject[],
  theirs: readonly Subject[],
  at: Date,
): Subject | undefined {
  const selection = select(policy, use, ours, theirs, at);
  return selection.outcome === 'chosen' ? selection.chosen : undefined;
}

/** Strength as an outsider sees it, not as the policy orders it. */
const resists = (subject: Subject): boolean => subject.kind !== 'obsolete' && subject.nature !== 'classical';
const severity = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

describe('select', () => {
  test('one more offer never weakens the choice, whoever makes it', () => {
    const outcomes = { same: 0, better: 0, first: 0 };
    fc.assert(
      fc.property(
        anyPolicy,
        aMeeting,
        anInstant,
        fc.constantFrom('ours', 'theirs', 'both'),
        (policy, { use, ours, theirs, extra }, at, who) => {
          const before = chosenOf(policy, use, ours, theirs, at);
          const moreOurs = who === 'theirs' ? ours : [...ours, extra];
          const moreTheirs = who === 'ours' ? theirs : [...theirs, extra];
          const after = chosenOf(policy, use, moreOurs, moreTheirs, at);
          if (before === undefined) {
            if (after !== undefined) outcomes.first++;
            return;
          }
          if (after === undefined) expect.fail('an offer took the choice away');
          // The choice stays, or it is the new offer itself: nothing else can have moved.
          expect([before.name, extra.name]).toContain(after.name);
          if (after.name === before.name) {
            outcomes.same++;
            return;
          }
          outcomes.better++;
          if (resists(before)) expect(resists(after)).toBe(true);
          if (resists(before) === resists(after))
            expect(severity(judge(policy, use, after, at).verdict)).toBeLessThanOrEqual(
              severity(judge(policy, use, before, at).verdict),
            );
        },
      ),
      { numRuns: 5000 },
    );
    console.log(`select, one more offer: ${JSON.stringify(outcomes)}`);
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
  });

  test('under every named policy and for every pair, the better one wins by an outsider’s measure too', () => {
    // Above category 3 a policy may prefer the cheaper; below it may not. Classical never beats anything else.
    const strength = (subject: Subject): number =>
      subject.kind === 'obsolete' || subject.nature === 'classical' ? -1 : Math.min(subject.category, 3);
    const dates = ['2026-11-21', '2030-12-31', '2031-01-01', '2035-12-31'].map((day) => new Date(day));
    let pairs = 0;
    for (const policy of POLICIES)
      for (const [use, table] of [
        ['key-establishment', KEMS],
        ['session-authentication', SIGNATURES],
        ['certificate-signature', SIGNATURES],
        ['signature-create', SIGNATURES],
        ['firmware-signature', SIGNATURES],
      ] as const)
        for (const at of dates) {
          const permitted = table.filter((subject) => judge(policy, use, subject, at).verdict === 'allow');
          for (const one of permitted)
            for (const other of permitted) {
              if (one.name >= other.name) continue;
              pairs++;
              const chosen = chosenOf(policy, use, [one, other], [one, other], at);
              const best = Math.max(strength(one), strength(other));
              if (chosen === undefined || strength(chosen) !== best)
                expect.fail(
                  `${policy.name}, ${use}: ${one.name} and ${other.name} gave ${chosen?.name ?? 'nothing'}`,
                );
            }
        }
    console.log(`select, pairs under named policies: ${String(pairs)}`);
    expect(pairs).toBeGreaterThan(1000);
  });

  test('depends on what is offered, not on order or repetition', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        aMeeting,
        anInstant,
        fc.infiniteStream(fc.nat()),
        (policy, { use, ours }, at, noise) => {
          const shuffled = [...ours, ...ours]
            .map((subject) => ({ subject, key: Number(noise.next().value) }))
            .sort((a, b) => a.key - b.key)
            .map(({ subject }) => subject);
          expect(select(policy, use, shuffled, shuffled, at)).toEqual(select(policy, use, ours, ours, at));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('chooses only what both offer and the policy permits, and explains everything else', () => {
    fc.assert(
      fc.property(anyPolicy, aMeeting, anInstant, (policy, { use, ours, theirs }, at) => {
        const selection = select(policy, use, ours, theirs, at);
        const all = new Set([...ours, ...theirs].map(({ name }) => name));
        const mentioned = selection.passedOver.map(({ subject }) => subject.name);
        if (selection.outcome === 'chosen') {
          expect(ours).toContain(selection.chosen);
          expect(theirs.map(({ name }) => name)).toContain(selection.chosen.name);
          expect(selection.judgement).toEqual(judge(policy, use, selection.chosen, at));
          expect(selection.judgement.verdict).not.toBe('refuse');
          mentioned.push(selection.chosen.name);
        }
        expect(new Set(mentioned)).toEqual(all);
        expect(mentioned).toHaveLength(all.size);
        for (const { subject, because, reasons } of selection.passedOver) {
          expect(reasons.length).toBeGreaterThan(0);
          const mine = ours.some(({ name }) => name === subject.name);
          const others = theirs.some(({ name }) => name === subject.name);
          const refused = judge(policy, use, subject, at).verdict === 'refuse';
          const expected = !mine
            ? 'not-ours'
            : !others
              ? 'not-theirs'
              : refused
                ? 'refused'
                : 'less-preferred';
          expect(because).toBe(expected);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('takes X25519MLKEM768 by default and says why not the others', () => {
    const ours = [kem('X25519'), kem('SecP384r1MLKEM1024'), kem('X25519MLKEM768'), kem('P-256')];
    const kyber =
      OBSOLETE.find(({ name }) => name === 'X25519Kyber768Draft00') ?? findByName('X25519Kyber768Draft00');
    if (kyber === undefined) throw new Error('the registry has lost Kyber');
    const theirs = [kem('X25519'), kem('X25519MLKEM768'), kem('SecP384r1MLKEM1024'), kem('X448'), kyber];
    const selection = select(namedPolicy('hybrid-preferred'), 'key-establishment', ours, theirs, now);
    expect(selection.outcome === 'chosen' && selection.chosen.name).toBe('X25519MLKEM768');
    const why = Object.fromEntries(
      selection.passedOver.map(({ subject, because, reasons }) => [
        subject.name,
        [because, reasons[0]?.rule],
      ]),
    );
    expect(why).toEqual({
      SecP384r1MLKEM1024: ['less-preferred', 'preference'],
      X25519: ['less-preferred', 'quantum-resistance'],
      X448: ['not-ours', 'not-offered'],
      'P-256': ['not-theirs', 'not-offered'],
      [kyber.name]: ['not-ours', 'not-offered'],
    });
  });

  test('no preference in the data puts a classical algorithm before a hybrid', () => {
    const base = namedPolicy('hybrid-preferred');
    const backwards: Policy = {
      ...base,
      preference: [
        {
          uses: ['key-establishment'],
          order: [{ nature: ['classical'] }, { nature: ['hybrid'] }],
          reason: 'r',
          source: 's',
        },
      ],
    };
    const both = [kem('X25519'), kem('X25519MLKEM768')];
    expect(chosenOf(backwards, 'key-establishment', both, both, now)?.name).toBe('X25519MLKEM768');
  });

  test('without a preference the higher category wins, then the name', () => {
    const plain: Policy = { ...namedPolicy('pq-only'), preference: [] };
    const lattices = [signature('ML-DSA-44'), signature('ML-DSA-87'), signature('ML-DSA-65')];
    expect(chosenOf(plain, 'signature-create', lattices, lattices, now)?.name).toBe('ML-DSA-87');
    const twins = [signature('SLH-DSA-SHAKE-128f'), signature('SLH-DSA-SHA2-128f')];
    const selection = select(plain, 'signature-create', twins, twins, now);
    expect(selection.outcome === 'chosen' && selection.chosen.name).toBe('SLH-DSA-SHA2-128f');
    expect(selection.passedOver[0]?.reasons[0]?.rule).toBe('algorithm-name');
  });

  test('answers none, with reasons, when nothing is acceptable or nothing is offered', () => {
    const policy = namedPolicy('pq-only');
    const selection = select(policy, 'key-establishment', [kem('X25519')], [kem('X25519')], now);
    expect(selection).toMatchObject({
      outcome: 'none',
      passedOver: [{ because: 'refused', reasons: [{ rule: 'no-classical' }] }],
    });
    expect(select(policy, 'key-establishment', [], [], now)).toEqual({ outcome: 'none', passedOver: [] });
  });

  test('keeps the type of our own offers', () => {
    const ours: readonly KemDescriptor[] = [kem('ML-KEM-768')];
    const selection = select(namedPolicy('pq-only'), 'key-establishment', ours, ours, now);
    if (selection.outcome !== 'chosen') throw new Error('nothing chosen');
    const descriptor: KemDescriptor = selection.chosen;
    expect(descriptor.sizes.ciphertext).toBe(1088);
  });
});
