import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { utf8 } from '../../src/bytes/index.ts';
import { encodeGeneralizedTime, encodeTime, readTime } from '../../src/certificates/index.ts';
import { der, GENERALIZED_TIME, readDer, UTC_TIME } from '../../src/encoding/index.ts';

const read = (tag: number, text: string): Date =>
  readTime(readDer(der.element(tag, utf8(text)), 'Test'), 'time');

describe('Time [RFC 5280 §4.1.2.5]', () => {
  it.each([
    [UTC_TIME, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [UTC_TIME, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [GENERALIZED_TIME, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    [GENERALIZED_TIME, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [GENERALIZED_TIME, '00500101000000Z', '0050-01-01T00:00:00.000Z'],
    [UTC_TIME, '240229120000Z', '2024-02-29T12:00:00.000Z'],
  ])('%i %s', (tag, text, iso) => {
    expect(read(tag, text).toISOString()).toBe(iso);
  });

  it.each([
    [UTC_TIME, '230229120000Z'],
    [UTC_TIME, '231301000000Z'],
    [UTC_TIME, '230101240000Z'],
    [UTC_TIME, '230101006000Z'],
    [UTC_TIME, '2301010000Z'],
    [UTC_TIME, '230101000000+0100'],
    [UTC_TIME, '20230101000000Z'],
    [GENERALIZED_TIME, '20500101000000.5Z'],
    [GENERALIZED_TIME, '20500101000000'],
    [GENERALIZED_TIME, '500101000000Z'],
    [GENERALIZED_TIME, ''],
  ])('refuses %i “%s”', (tag, text) => {
    expect(() => read(tag, text)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
  });

  it('comes back, in the form that its year has', () => {
    const seconds = fc.date({
      min: new Date('1950-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(seconds, (date) => {
        const encoded = encodeTime(date);
        expect(encoded[0]).toBe(date.getUTCFullYear() < 2050 ? UTC_TIME : GENERALIZED_TIME);
        const whole = Math.floor(date.getTime() / 1000) * 1000;
        expect(readTime(readDer(encoded, 'Test'), 'time').getTime()).toBe(whole);
      }),
    );
  });

  it.each([new Date(Number.NaN), new Date('1949-12-31T23:59:59Z'), new Date(8.64e15)])(
    'does not write %s',
    (date) => {
      expect(() => encodeTime(date)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
      if (Number.isNaN(date.getTime())) expect(() => encodeGeneralizedTime(date)).toThrow();
    },
  );
});
