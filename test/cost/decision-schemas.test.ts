/** The published schemas of fleets and budgets against their readers, place by place. */
import { it } from 'vitest';
import { readBudget, readFleet } from '../../src/cost/index.ts';
import { expectAgreement, publishedSchema } from './schema-agreement.ts';

const FLEET = {
  $schema: './fleet.schema.json',
  title: 'Ward',
  years: { from: 2026, to: 2030 },
  prices: { currency: 'EUR', perMegabyte: 0.4, perKilowattHour: 0.3 },
  classes: {
    sensor: {
      device: 'nrf52832',
      link: 'ble-4.2-dle-1M',
      implementation: 'smallest',
      sessions: {
        perDay: 4,
        resumed: 0.5,
        group: 'X25519',
        signature: 'ECDSA-P256-SHA256',
        chain: 1,
        mutual: true,
      },
      updates: {
        perYear: 4,
        imageBytes: 1000,
        signatures: ['ECDSA-P256-SHA256'],
        slots: 2,
        link: 'uart-115200',
      },
      messages: { perDay: 1, bytes: 20, kem: 'DHKEM(X25519, HKDF-SHA256)', direction: 'seal' },
    },
    patch: { title: 'Patch', extends: 'sensor', devices: 10, perMegabyte: 1, sessions: { perDay: 2 } },
  },
  plans: {
    'by dates': {
      to: {
        group: 'X25519MLKEM768',
        signature: 'ML-DSA-44',
        chain: 0,
        resumed: 0.9,
        firmware: ['ML-DSA-44'],
      },
      schedule: { policy: 'cnsa-2.0', on: 'warn', years: 2 },
      classes: { patch: { to: { kem: 'MLKEM768-X25519' }, schedule: { shares: { 2027: 0.5, 2028: 1 } } } },
    },
  },
};

const BUDGET = {
  $schema: './budget.schema.json',
  title: 'Pump',
  bounds: 'strict',
  budgets: [
    {
      name: 'session',
      device: 'nrf52840',
      link: 'tcp-wifi',
      implementation: { 'ML-DSA-65': 'pqm4/m4fstack' },
      scenario: {
        kind: 'tls-handshake',
        group: 'X25519',
        signature: 'ML-DSA-65',
        chain: 1,
        profile: { subject: 'CN=x' },
      },
      limits: { ramBytes: 65_536, msP99: 3000, totalBytes: 20_000 },
    },
    {
      name: 'update',
      device: 'nrf52840',
      scenario: { kind: 'firmware-update', imageBytes: 1000, signatures: ['ML-DSA-65'], slots: 2 },
      bundle: 'app.js',
      limits: { flashBytes: 1e6, bundleKilobytes: 24 },
    },
  ],
};

/** What a schema cannot say: names that must be known, fields that go together, what extends what. */
const BEYOND_THE_SCHEMA =
  /no (?:device|link|policy|class|years|limit)|has both|has neither|go with a policy|goes back|has no|is missing|none of them|goes round|for which it needs|is no field of any file|are not 1 to|is no YAML/u;

it.each([
  { name: 'fleet', file: FLEET, read: (text: string): object => readFleet(text) },
  { name: 'budget', file: BUDGET, read: (text: string): object => readBudget(text) },
])('a $name is described by its published schema as its reader reads it', ({ name, file, read }) => {
  expectAgreement({
    file,
    conforms: publishedSchema(name, { allowUnionTypes: true }),
    read,
    words: ['cnsa-2.0'],
    beyondTheSchema: BEYOND_THE_SCHEMA,
    runs: 200,
    atLeast: 100,
  });
});
