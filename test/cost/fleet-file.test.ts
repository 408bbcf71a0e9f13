/** Fleet files: what they mean, and what is refused, at once and with the place. */
import { describe, expect, it } from 'vitest';
import { HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import { readFleet } from '../../src/cost/index.ts';

const FLEET = `
title: Ward
years: { from: 2026, to: 2028 }
prices: { currency: EUR, perMegabyte: 0.4 }
classes:
  sensor:
    device: nrf52832
    link: ble-4.2-dle-1M
    sessions: { perDay: 4, group: X25519, signature: ECDSA-P256-SHA256 }
  patch:
    extends: sensor
    title: Patch
    devices: 500
    sessions: { perDay: 8 }
  pump:
    extends: patch
    devices: 20
    device: nrf52840
plans:
  hybrid:
    to: { group: X25519MLKEM768 }
    schedule: { policy: cnsa-2.0, years: 1 }
    classes:
      patch: { to: { signature: ML-DSA-44 }, schedule: { shares: { 2028: 1, 2027: 0.5 } } }
`;

function refusal(text: string): HybridgeError {
  try {
    readFleet(text);
  } catch (error) {
    if (isHybridgeError(error)) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** The file with one piece of it replaced; the piece is there. */
function changed(piece: string, by: string): string {
  expect(FLEET).toContain(piece);
  return FLEET.replace(piece, by);
}

describe('a fleet file', () => {
  it('is read with everything that classes extend, but not their devices', () => {
    const { title, classes, plans, prices } = readFleet(FLEET);
    expect(title).toBe('Ward');
    expect(prices).toStrictEqual({ currency: 'EUR', perMegabyte: 0.4 });
    expect(classes.map(({ id, device, count }) => [id, device, count])).toStrictEqual([
      ['patch', 'nrf52832', 500],
      ['pump', 'nrf52840', 20],
    ]);
    expect(classes[1]).toMatchObject({
      lineage: ['pump', 'patch', 'sensor'],
      title: 'pump',
      link: 'ble-4.2-dle-1M',
      sessions: { perDay: 8, group: 'X25519', chain: 1, mutual: false, resumed: 0 },
    });
    expect(plans[0]?.schedule).toStrictEqual({ kind: 'policy', policy: 'cnsa-2.0', on: 'refuse', years: 1 });
    expect(plans[0]?.classes.get('patch')?.schedule).toStrictEqual({
      kind: 'shares',
      shares: [
        { year: 2027, share: 0.5 },
        { year: 2028, share: 1 },
      ],
    });
  });

  it('counts no devices of a class that is extended, nor its title, but all that it sends', () => {
    const text = `
years: { from: 2026, to: 2075 }
classes:
  meter:
    title: Meter
    device: stm32l072
    devices: 5
    messages: { perDay: 24, bytes: 50, kem: "DHKEM(X25519, HKDF-SHA256)" }
  kind: { extends: meter }
  late: { extends: kind, devices: 2, messages: { perDay: 1 } }
`;
    const { classes } = readFleet(text);
    expect(classes.map(({ id, title, count }) => [id, title, count])).toStrictEqual([
      ['meter', 'Meter', 5],
      ['late', 'late', 2],
    ]);
    expect(classes[1]?.messages).toStrictEqual({
      perDay: 1,
      bytes: 50,
      kem: 'DHKEM(X25519, HKDF-SHA256)',
      direction: 'seal',
    });
    expect(refusal(text.replace('2075', '2076')).message).toContain('not 1 to 50 years');
  });

  it('has up to fifty plans', () => {
    const withPlans = (count: number): string => {
      const plan = '{ to: {}, schedule: { shares: { 2027: 1 } } }';
      const plans = Array.from({ length: count }, (_, index) => `  p${index}: ${plan}`).join('\n');
      return `years: { from: 2026, to: 2026 }\nclasses: { a: { device: rp2040, devices: 1 } }\nplans:\n${plans}`;
    };
    expect(readFleet(withPlans(50)).plans).toHaveLength(50);
    expect(refusal(withPlans(51)).message).toContain('plans: are more than 50');
  });

  it('may be JSON', () => {
    const json = JSON.stringify({
      years: { from: 2026, to: 2026 },
      classes: { tag: { device: 'stm32l072', devices: 3 } },
    });
    expect(readFleet(json).classes[0]).toMatchObject({ id: 'tag', count: 3 });
  });

  it.each<readonly [string, string, string, string | undefined]>([
    [
      'an unknown field',
      changed('perDay: 4', 'perday: 4'),
      'line 9: classes.sensor.sessions.perday',
      'perDay',
    ],
    [
      'an unknown device',
      changed('device: nrf52840', 'device: nrf52480'),
      'line 18: classes.pump.device',
      'nrf52840',
    ],
    ['an unknown link', changed('ble-4.2-dle-1M', 'ble-4.2-dle-1N'), 'link', 'ble-4.2-dle-1M'],
    [
      'an unknown signature',
      changed('ECDSA-P256-SHA256', 'ECDSA-P255-SHA256'),
      'signature',
      'ECDSA-P256-SHA256',
    ],
    [
      'an unknown class to extend',
      changed('extends: patch', 'extends: path'),
      'classes.pump.extends',
      'patch',
    ],
    [
      'an unknown class in a plan',
      changed('      patch: {', '      pach: {'),
      'plans.hybrid.classes.pach',
      'patch',
    ],
    [
      'an unknown policy',
      changed('policy: cnsa-2.0', 'policy: cnsa-3.0'),
      'plans.hybrid.schedule.policy',
      'cnsa-2.0',
    ],
    [
      'a class that extends itself',
      changed('extends: patch', 'extends: pump'),
      'pump is extended by pump',
      undefined,
    ],
    [
      'a circle',
      changed('  sensor:\n', '  sensor:\n    extends: pump\n'),
      'goes round in a circle',
      undefined,
    ],
    ['shares that go back', changed('2027: 0.5', '2029: 0.5'), 'goes back from 1 to 0.5', undefined],
    [
      'shares and a policy',
      changed('years: 1 }', 'shares: { 2027: 1 } }'),
      'both a policy and shares',
      undefined,
    ],
    [
      'shares and years before a day',
      changed('shares: { 2028: 1, 2027: 0.5 }', 'years: 1, shares: { 2028: 1 }'),
      'go with a policy, not with shares',
      undefined,
    ],
    ['no shares', changed('{ 2028: 1, 2027: 0.5 }', '{}'), 'shares: has no year', undefined],
    [
      'an unknown link of updates',
      changed(
        'devices: 500',
        'devices: 500\n    updates: { perYear: 1, imageBytes: 1, signatures: [Ed25519], link: uart-115201 }',
      ),
      'classes.patch.updates.link',
      'uart-115200',
    ],
    ['a share above one', changed('2028: 1', '2028: 1.5'), 'expected a number from 0 to 1', undefined],
    ['negative devices', changed('devices: 500', 'devices: -1'), 'expected a number from 0', undefined],
    [
      'an image of nothing',
      changed('devices: 500', 'updates: { imageBytes: 0 }'),
      'expected a number from 1 ',
      undefined,
    ],
    ['half a device', changed('devices: 500', 'devices: 1.5'), 'expected a whole number', undefined],
    ['no number', changed('devices: 500', 'devices: .nan'), 'classes.patch.devices', undefined],
    ['infinitely many', changed('devices: 500', 'devices: .inf'), 'classes.patch.devices', undefined],
    ['years in the wrong order', changed('from: 2026', 'from: 2030'), 'from 2030 to 2028', undefined],
    [
      'a missing device',
      changed('    device: nrf52832\n', ''),
      'classes.patch.device: is missing',
      undefined,
    ],
    [
      'no device anywhere',
      FLEET.replaceAll(/ {4}devices: \d+\n/gu, ''),
      'none of them has devices',
      undefined,
    ],
    [
      'a duplicate key',
      changed('title: Patch', 'devices: 3'),
      'classes.patch.devices: is there twice',
      undefined,
    ],
    ['a key for JavaScript', changed('title: Patch', '__proto__: { device: x }'), '__proto__', undefined],
    ['another one', changed('title: Ward', 'constructor: Ward'), 'constructor', undefined],
    ['a key that is a list', changed('title: Ward', '? [a]\n: b'), 'no YAML', undefined],
    [
      'an alias',
      changed('title: Ward', 'title: &a Ward\nextra: *a'),
      'line 3: extra: refers to *a',
      'extend',
    ],
    ['a cycle of aliases', 'years: &a [*a]', 'refers to *a', undefined],
    ['a tag', changed('title: Ward', 'title: !!js/function Ward'), 'no YAML', undefined],
    ['a second document', `${FLEET}---\n{}`, 'a second document', undefined],
    ['nothing', '', 'expected fields', undefined],
    ['a list', '- 1', 'years: is missing', undefined],
    [
      'a list for fields',
      changed('{ group: X25519MLKEM768 }', '[]'),
      'plans.hybrid.to: expected fields, found a list',
      undefined,
    ],
    [
      'a list for classes',
      FLEET.replace(/classes:\n[^]*/u, 'classes: [{ devices: 1, device: rp2040 }]'),
      'classes: expected fields',
      undefined,
    ],
    ['broken YAML', 'years: {', 'no YAML', undefined],
    ['a title over two lines', changed('title: Ward', 'title: "a\\nb"'), 'one line', undefined],
  ])('with %s is refused', (_, text, where, hint) => {
    const error = refusal(text);
    expect(error.code).toBe('invalid_encoding');
    expect(error.message).toContain(where);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  /** Classes that extend each other in a row, from the one that extends nothing. */
  const lineage = (length: number): readonly string[] =>
    Array.from(
      { length },
      (_, index) =>
        `  c${index}: { devices: 1${index === 0 ? ', device: rp2040' : `, extends: c${index - 1}`} }`,
    );
  const withClasses = (classes: readonly string[]): string =>
    `years: { from: 2026, to: 2026 }\nclasses:\n${classes.join('\n')}`;

  it('refuses a chain of classes that is too long, from either end', () => {
    expect(readFleet(withClasses(lineage(16))).classes).toHaveLength(16);
    expect(readFleet(withClasses(lineage(16).toReversed())).classes).toHaveLength(16);
    for (const length of [17, 40])
      for (const classes of [lineage(length), lineage(length).toReversed()])
        expect(refusal(withClasses(classes)).message).toContain('a chain of more than 16 classes');
    // At the sixteenth, and not at the end of a chain that may be as long as the file.
    expect(refusal(withClasses(lineage(40).toReversed())).message).toContain('classes.c24.extends');
  });
});

describe('a hostile file', () => {
  it.each<readonly [string, string]>([
    ['laughs', Array.from({ length: 20 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`).join('\n')],
    ['is nested deeply in brackets', '['.repeat(2_000_000)],
    ['is nested deeply in dashes', '- '.repeat(2_000_000)],
    ['is nested deeply in keys', '? '.repeat(2_000_000)],
    ['has a key of megabytes', `${'k'.repeat(4_000_000)}: 1`],
    ['is one quote', '"'],
    ['is control characters', '\u{0}\u{1b}[2J'],
  ])('that %s is refused within a second', (_, text) => {
    const begun = performance.now();
    const { code, message } = refusal(text);
    expect(code).toBe('invalid_encoding');
    expect(message.length).toBeLessThan(400);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('of 100 MB is refused by its size, before anything is parsed', () => {
    const text = '- a\n'.repeat(25_000_000);
    const begun = performance.now();
    expect(refusal(text)).toMatchObject({ code: 'message_too_large', details: { actual: 100_000_000 } });
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
