import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { COST_DATA, findDevice, findLink, mergeCostData } from '../../src/cost/data/index.ts';
import { readCostData } from '../../src/cost/user-data.ts';
import { expectRefusal } from './refusal.ts';
import { placesIn, replaced } from './places.ts';

const SOURCE = { id: 'lab', title: 'Our lab', reference: 'report 7', seen: 'measured' };
const ROW = {
  algorithm: 'ML-DSA-65',
  operation: 'verify',
  implementation: 'mylib/c-O3',
  core: 'cortex-m4',
  cycles: { mean: 5e6, min: 4.9e6, max: 5.1e6, p99: 5.05e6, runs: 100, status: 'measured' },
  stack: { value: 10_000, status: 'measured', atMost: true, note: 'high-water mark' },
  source: 'lab',
};
const DEVICE = {
  id: 'ours',
  title: 'Ours',
  core: 'cortex-m4',
  megahertz: { value: 48, status: 'measured', source: 'lab' },
  ramBytes: { value: 65_536, status: 'published', because: 'data sheet' },
  flashBytes: { value: 524_288, status: 'published', because: 'data sheet' },
  ramUsed: { value: 30_000, low: 28_000, high: 40_000, status: 'measured' },
  flashUsed: { value: 200_000, status: 'measured' },
  keccakPresent: true,
  waitStates: { low: 0, value: 0.1, high: 0.2 },
  use: 'pump',
};
const LINK = {
  ...{ kind: 'frames', id: 'bus', title: 'Bus', status: 'measured', source: 'lab', radio: false, loss: 0.01 },
  ...{ rtt: { low: 1, value: 2, high: 5 }, payloadBytes: 8, overheadBytes: 4, bitsPerSecond: 9600 },
  gapMilliseconds: 0.1,
};
const FILE = { sources: [SOURCE], rows: [ROW], devices: [DEVICE], links: [LINK] };

const read = (file: object): ReturnType<typeof readCostData> => readCostData(JSON.stringify(file));

describe('a data file', () => {
  it('is read as it is, in JSON and YAML', () => {
    const { rows, devices, links, sources, footprints } = read(FILE);
    expect(rows).toEqual([{ ...ROW, id: 'ML-DSA-65:verify:mylib/c-O3:cortex-m4' }]);
    expect(devices).toEqual([DEVICE]);
    expect(links).toEqual([LINK]);
    expect(sources).toEqual([SOURCE]);
    expect(footprints).toEqual([]);
    expect(readCostData('sources:\n  - {id: a, title: A, reference: b, seen: c}\n').sources).toHaveLength(1);
  });

  it('takes everything that the project’s own data holds', () => {
    const some = { ...COST_DATA, rows: COST_DATA.rows.filter((_, index) => index % 8 === 0) };
    expect(read(some)).toEqual(JSON.parse(JSON.stringify(some)));
  });

  it('may change a few fields of what is known', () => {
    const currents = { volts: 3, cpuMilliamperes: 6.3 };
    const ours = read({
      devices: [
        { id: 'pump', extends: 'nrf52840', title: 'Pump', currents },
        { id: 'pump-2', extends: 'pump', keccakPresent: true },
      ],
      links: [{ id: 'slow', extends: 'lorawan-eu868-dr0', dutyCycle: 0.001 }],
    });
    const data = mergeCostData(COST_DATA, ours);
    const parent = findDevice(COST_DATA, 'nrf52840');
    expect(findDevice(data, 'pump')).toEqual({ ...parent, id: 'pump', title: 'Pump', currents });
    expect(findDevice(data, 'pump-2')).toMatchObject({ title: 'Pump', keccakPresent: true, currents });
    expect(findLink(data, 'slow')).toMatchObject({ spreadingFactor: 12, dutyCycle: 0.001 });
  });

  it('may use as much as there is at most, and extend links of its own', () => {
    const known = (value: number, high = value): object => ({ value, high, status: 'measured' });
    const full = { ...DEVICE, ramBytes: known(65_536, 70_000), ramUsed: known(70_000) };
    const links = [LINK, { id: 'slower', extends: 'bus', bitsPerSecond: 4800 }];
    const ours = read({ ...FILE, devices: [full], links });
    expect(ours.devices[0]?.ramUsed.value).toBe(70_000);
    expect(ours.links[1]).toEqual({ ...LINK, id: 'slower', bitsPerSecond: 4800 });
  });

  it('may extend a class of devices, which has neither core nor clock', () => {
    const [ours] = read({ devices: [{ id: 'tag', extends: 'c1' }] }).devices;
    expect(ours).toEqual({ ...findDevice(COST_DATA, 'c1'), id: 'tag' });
  });

  it('tells the line of a field that an entry has or lacks', () => {
    const text = 'devices:\n  - id: a\n    extends: rp2040\n    ramBytes:\n      value: 1\n';
    expectRefusal(
      () => readCostData(text),
      'invalid_encoding',
      /^cost data: line 4: devices\[0\]\.ramBytes\.status: is missing/,
    );
    const lacking = 'sources: []\ndevices:\n  - id: a\n    title: A\n';
    expectRefusal(() => readCostData(lacking), 'invalid_encoding', /^cost data: devices\[0\]: line 3: /);
  });

  it('may have 8 Mi characters, and not one more', () => {
    const most = 8 * 1024 * 1024;
    expectRefusal(() => readCostData(' '.repeat(most)), 'invalid_encoding', /found null/);
    expectRefusal(() => readCostData(' '.repeat(most + 1)), 'message_too_large', /8388609 characters/);
  });

  it('may extend what an earlier file brought', () => {
    const data = mergeCostData(COST_DATA, read(FILE));
    const text = JSON.stringify({ devices: [{ id: 'theirs', extends: 'ours', title: 'Theirs' }] });
    expect(readCostData(text, { data }).devices[0]).toEqual({ ...DEVICE, id: 'theirs', title: 'Theirs' });
    expect(() => readCostData(text)).toThrow(/no device is called 'ours'/);
  });

  it('spells algorithms as the registry does', () => {
    expect(read({ sources: [SOURCE], rows: [{ ...ROW, algorithm: 'mldsa65' }] }).rows[0]?.algorithm).toBe(
      'ML-DSA-65',
    );
  });

  it.each<[string, object, RegExp, RegExp?]>([
    ['a list', [], /expected fields, found a list/],
    ['an unknown field', { row: [] }, /row: is no field/, /rows/],
    ['a misspelt field', { devices: [{ ...DEVICE, megaherz: 4 }] }, /devices\[0\]\.megaherz/, /megahertz/],
    [
      'negative RAM',
      { devices: [{ ...DEVICE, ramBytes: { value: -1, status: 'measured' } }] },
      /ramBytes\.value: .*-1/,
    ],
    [
      'an unknown status',
      { devices: [{ ...DEVICE, ramBytes: { value: 1, status: 'guessed' } }] },
      /status/,
      /known are/,
    ],
    ['no status', { devices: [{ ...DEVICE, ramBytes: { value: 1 } }] }, /ramBytes\.status: is missing/],
    [
      'a device that lacks a field',
      { devices: [{ id: 'a', title: 'A' }] },
      /devices\[0\].*ramBytes: is missing/,
    ],
    ['an unknown core', { devices: [{ ...DEVICE, core: 'cortex-m5' }] }, /core/, /cortex-m[34]/],
    [
      'an unknown parent',
      { devices: [{ id: 'a', extends: 'nrf52480' }] },
      /devices\[0\]\.extends/,
      /nrf52840/,
    ],
    ['itself as a parent', { devices: [{ id: 'a', extends: 'a' }] }, /no device is called 'a'/],
    [
      'more used than there is',
      { ...FILE, devices: [{ ...DEVICE, ramUsed: { value: 1e6, status: 'measured' } }] },
      /ramUsed: 1000000 bytes are more/,
    ],
    [
      'bounds in no order',
      { ...FILE, devices: [{ ...DEVICE, waitStates: { low: 1, value: 0, high: 0 } }] },
      /waitStates: 0 is not between/,
    ],
    ['an unknown source', { rows: [{ ...ROW, source: 'pqm5' }] }, /rows\[0\]\.source/, /pqm4/],
    [
      'an unknown algorithm',
      { ...FILE, rows: [{ ...ROW, algorithm: 'ML-DSA-66' }] },
      /rows\[0\]\.algorithm/,
      /ML-DSA-65/,
    ],
    [
      'an unknown operation',
      { ...FILE, rows: [{ ...ROW, operation: 'verfy' }] },
      /operation: no such name: "verfy"/,
      /^did you mean verify\b/,
    ],
    ['a title of nothing', { sources: [{ ...SOURCE, title: '' }] }, /title: expected a text of one line/],
    [
      'a value as long as a page, which is not repeated',
      { ...FILE, rows: [{ ...ROW, operation: 'x'.repeat(1000) }] },
      /no such name: "x{59}…$/,
    ],
    [
      'more flash used than there is',
      { ...FILE, devices: [{ ...DEVICE, flashUsed: { value: 524_289, status: 'measured' } }] },
      /devices\[0\]\.flashUsed: 524289 bytes are more/,
    ],
    [
      'an unknown source of a number',
      { ...FILE, devices: [{ ...DEVICE, megahertz: { value: 1, status: 'measured', source: 'lob' } }] },
      /devices\[0\]\.megahertz\.source: no source is called lob/,
      /lab/,
    ],
    ['an unknown source of a link', { links: [LINK] }, /links\[0\]\.source: no source is called lab/],
    [
      'a round trip below its least',
      { ...FILE, links: [{ ...LINK, rtt: { low: 3, value: 2, high: 5 } }] },
      /links\[0\]\.rtt: 2 is not between 3 and 5/,
    ],
    [
      'more repetitions than the most',
      {
        links: [{ id: 'a', extends: 'nb-iot-cat-nb1', repetitions: { low: 1, value: 9, high: 8 } }],
      },
      /links\[0\]\.repetitions: 9 is not between 1 and 8/,
    ],
    ['the same link twice', { ...FILE, links: [LINK, LINK] }, /links\[1\]: has the same id as links\[0\]/],
    ['the same source twice', { sources: [SOURCE, SOURCE] }, /sources\[1\]: has the same id/],
    ['a formula', { ...FILE, rows: [{ ...ROW, implementation: '=1+1' }] }, /implementation/],
    [
      'an id that is another row’s',
      { ...FILE, rows: [{ ...ROW, id: 'x' }] },
      /is not what the other fields make/,
    ],
    [
      'a mean outside its spread',
      { ...FILE, rows: [{ ...ROW, cycles: { ...ROW.cycles, max: 1 } }] },
      /cycles: 5000000 is not between/,
    ],
    ['a percentile outside it', { ...FILE, rows: [{ ...ROW, cycles: { ...ROW.cycles, p99: 6e6 } }] }, /p99/],
    ['the same row twice', { ...FILE, rows: [ROW, ROW] }, /rows\[1\]: has the same id as rows\[0\]/],
    ['the same device twice', { ...FILE, devices: [DEVICE, DEVICE] }, /devices\[1\]/],
    [
      'a field of another kind of link',
      { ...FILE, links: [{ ...LINK, spreadingFactor: 7 }] },
      /links\[0\].*spreadingFactor/,
    ],
    ['a link without a kind', { links: [{ id: 'a' }] }, /kind: is missing/],
    ['a loss of one', { ...FILE, links: [{ ...LINK, loss: 1 }] }, /loss/],
    [
      'a title that moves the cursor',
      { sources: [{ ...SOURCE, title: '\u001b[2J' }] },
      /sources\[0\]\.title/,
    ],
    [
      'five thousand and one sources',
      { sources: Array.from({ length: 5001 }, (_, i) => ({ ...SOURCE, id: `s${i}` })) },
      /at most 5000/,
    ],
  ])('refuses %s', (_, file, message, hint) => {
    expectRefusal(() => read(file), 'invalid_encoding', message, hint);
  });

  it('refuses too much, and what is no document', () => {
    expectRefusal(() => readCostData(' '.repeat(100e6)), 'message_too_large', /100000000 characters/);
    for (const [text, message] of [
      ['{"rows": [', /line 1/],
      ['{"rows": [], "rows": []}', /is there twice/],
      ['a: &a [*a]', /refers to/],
      ['', /found null/],
    ] as const)
      expectRefusal(() => readCostData(text), 'invalid_encoding', message);
  });

  it('reads or refuses whatever a file holds', () => {
    const leaves = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.boolean());
    const names = fc.constantFrom(
      ...Object.keys(FILE),
      ...Object.keys(DEVICE),
      ...Object.keys(ROW),
      ...Object.keys(LINK),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaves,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        try {
          readCostData(JSON.stringify(value));
        } catch (error) {
          expect(error).toBeInstanceOf(HybridgeError);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('refuses with a place whatever one value is replaced', () => {
    const paths = placesIn(FILE);
    const junk = fc.constantFrom<unknown>(null, -1, 'x\n', [], {}, 1e300, true);
    fc.assert(
      fc.property(fc.constantFrom(...paths), junk, (path, value) => {
        try {
          readCostData(JSON.stringify(replaced(FILE, path, value)));
        } catch (error) {
          expect(error).toBeInstanceOf(HybridgeError);
          if (error instanceof HybridgeError)
            expect(error.message).toMatch(/^cost data: .*(line 1|links\[0\]|devices\[0\])/);
        }
      }),
      { numRuns: 120 },
    );
  });
});
