import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { COST_DATA } from '../../src/cost/data/index.ts';
import { readCostData } from '../../src/cost/user-data.ts';
import { placesIn, replaced } from './places.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../docs/schemas/cost-data.schema.json', import.meta.url), 'utf8'),
);
if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object');
const conforms = new Ajv2020({ strict: true }).compile(schema);

/** What a schema cannot say: names that must be known, numbers that go together, and what extends nothing. */
const BEYOND_THE_SCHEMA =
  /no (?:device|link|source|such algorithm|algorithm)|is not between|are more than|is not what the other fields make|has the same id|is missing|is no field of this|is no field of any file/;

const pick = <T>(list: readonly T[], step: number): readonly T[] =>
  list.filter((_, index) => index % step === 0);
const FILE = {
  $schema: './cost-data.schema.json',
  sources: [{ id: 'lab', title: 'Our lab', reference: 'report 7', seen: 'measured' }],
  devices: [
    ...pick(COST_DATA.devices, 9),
    { id: 'pump', extends: 'nrf52840', currents: { volts: 3, cpuMilliamperes: 6 } },
  ],
  links: [...pick(COST_DATA.links, 5), { id: 'slow', extends: 'lorawan-eu868-dr0', dutyCycle: 0.001 }],
  rows: pick(COST_DATA.rows, 101),
  footprints: pick(COST_DATA.footprints, 6),
};

describe('the published schema of data files', () => {
  it('accepts what the reader reads', () => {
    expect(readCostData(JSON.stringify(FILE)).devices.length).toBe(FILE.devices.length);
    expect(conforms(JSON.parse(JSON.stringify(FILE))), JSON.stringify(conforms.errors)).toBe(true);
  });

  it('agrees with the reader wherever one value is another one, or gone', () => {
    const plain: unknown = JSON.parse(JSON.stringify(FILE));
    const junk = fc.constantFrom<unknown>(
      ...[null, true, -1, 0, 0.5, 7, 1e300, '', 'x', 'cortex-m4', 'a\nb', [], {}, undefined],
    );
    let both = 0;
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(plain)), junk, (path, value) => {
        const text = JSON.stringify(replaced(plain, path, value));
        const accepted = conforms(JSON.parse(text));
        try {
          readCostData(text);
          expect(accepted, `${path.join('.')}: ${JSON.stringify(conforms.errors)}`).toBe(true);
          both++;
        } catch (error) {
          if (!(error instanceof HybridgeError)) throw error;
          if (accepted) expect(error.message, path.join('.')).toMatch(BEYOND_THE_SCHEMA);
          else both++;
        }
      }),
      { numRuns: 150 },
    );
    expect(both).toBeGreaterThan(100);
  });
});
