/** A file of data: its published schema and its reader. */
import { expect, it } from 'vitest';
import { COST_DATA } from '../../src/cost/data/index.ts';
import { readCostData } from '../../src/cost/user-data.ts';
import { expectAgreement, publishedSchema } from './schema-agreement.ts';

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

it('is described by its published schema as its reader reads it', () => {
  expect(readCostData(JSON.stringify(FILE)).devices.length).toBe(FILE.devices.length);
  expectAgreement({
    file: FILE,
    conforms: publishedSchema('cost-data'),
    read: readCostData,
    words: ['cortex-m4'],
    beyondTheSchema: BEYOND_THE_SCHEMA,
    runs: 150,
    atLeast: 100,
  });
});
