import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  COST_DATA,
  describeSource,
  findDevice,
  findLink,
  mergeCostData,
  nearestNames,
} from '../../src/cost/data/index.ts';
import type { CostRow, Device, Known } from '../../src/cost/data/types.ts';
import { STATUSES } from '../../src/cost/quantity.ts';
import { ALGORITHMS, findByName } from '../../src/registry/index.ts';
import { expectRefusal } from './refusal.ts';
import { Fields, SHARED_FOLDER } from '../support/vectors-files.ts';

const { rows, devices, links, sources, footprints } = COST_DATA;

/** Names of rows that the registry does not have: parameter sets of stateful schemes, and what is no standard yet. */
const NAMES_OF_THE_DATA = [
  'FN-DSA-512',
  'FN-DSA-1024',
  'LMS-SHA256-H10-W4',
  'LMS-SHA256-H10-W8',
  'LMS-SHA256-H20-W8',
  'XMSS-SHA2_10_256',
];

/** What the code of the model cites: formulae, sizes and thresholds are from there. */
const MODEL = readdirSync(new URL('../../src/cost', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('data/'))
  .map((path) => readFileSync(new URL(`../../src/cost/${path}`, import.meta.url), 'utf8'))
  .join('\n');

const knownOf = ({ megahertz, ramBytes, flashBytes, ramUsed, flashUsed }: Device): readonly Known[] =>
  [megahertz, ramBytes, flashBytes, ramUsed, flashUsed].filter((known) => known !== undefined);

describe('the data', () => {
  it('names every row by what it is of, once', () => {
    expect(rows.length).toBeGreaterThan(500);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, algorithm, operation, implementation, core } of rows)
      expect(id).toBe(`${algorithm}:${operation}:${implementation}:${core}`);
    for (const list of [devices, links, sources])
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  it('spells algorithms as the registry does', () => {
    const registry = new Set<string>(ALGORITHMS.map(({ name }) => name));
    const own = new Set(rows.map(({ algorithm }) => algorithm).filter((name) => !registry.has(name)));
    expect([...own].sort()).toEqual([...NAMES_OF_THE_DATA].sort());
    for (const name of own) expect(findByName(name)?.kind ?? 'obsolete', name).toBe('obsolete');
  });

  it('has a source and a status for every figure', () => {
    const known = new Set(sources.map(({ id }) => id));
    for (const { id, source, cycles, stack, code } of rows) {
      expect(known, id).toContain(source);
      for (const figure of [cycles, stack, code])
        if (figure !== undefined) expect(STATUSES, id).toContain(figure.status);
      const measured = cycles !== undefined || stack !== undefined;
      // A signature in JavaScript of which only the luckiest was timed has its size, and says why there is no time.
      expect(measured || code !== undefined, id).toBe(true);
    }
    for (const device of devices)
      for (const { status, source, because } of knownOf(device)) {
        expect(STATUSES).toContain(status);
        if (source === undefined) expect(because, device.id).toMatch(/\w/);
        else expect(known, device.id).toContain(source);
      }
    for (const { id, source, status } of links) {
      expect(STATUSES).toContain(status);
      if (source !== undefined) expect(known, id).toContain(source);
    }
    for (const { source, status } of footprints) {
      expect(known).toContain(source);
      expect(STATUSES).toContain(status);
    }
  });

  it('has no source that nothing cites', () => {
    const used = new Set([
      ...rows.map(({ source }) => source),
      ...devices.flatMap((device) => knownOf(device).flatMap(({ source }) => source ?? [])),
      ...links.flatMap(({ source }) => source ?? []),
      ...footprints.map(({ source }) => source),
    ]);
    for (const { id } of sources) expect(used.has(id) || MODEL.includes(`'${id}'`), id).toBe(true);
    for (const { reference, seen, title } of sources)
      expect(`${title} ${reference} ${seen}`).toMatch(/\w \w/);
  });

  it('has spreads around means, bands that say how far they reach, and shares', () => {
    for (const { id, cycles, hashShare } of rows) {
      if (hashShare !== undefined)
        expect(hashShare, id).toSatisfy((share: number) => share >= 0 && share <= 1);
      if (cycles === undefined) continue;
      const { mean, min = mean, max = mean, p99 = mean, band, status } = cycles;
      expect(mean, id).toBeGreaterThan(0);
      expect(min, id).toBeLessThanOrEqual(mean);
      expect(max, id).toBeGreaterThanOrEqual(mean);
      expect(p99, id).toBeGreaterThanOrEqual(mean);
      if (status === 'estimate') expect(band, id).toBeDefined();
      if (band !== undefined) expect(band.low <= 0 && band.low > -1 && band.high >= 0, id).toBe(true);
    }
    for (const { id, ramBytes, flashBytes, ramUsed, flashUsed, waitStates } of devices) {
      expect(ramUsed.value, id).toBeLessThanOrEqual(ramBytes.value);
      expect(flashUsed.value, id).toBeLessThanOrEqual(flashBytes.value);
      expect(waitStates.low <= waitStates.value && waitStates.value <= waitStates.high, id).toBe(true);
    }
    for (const { id, rtt } of links) expect(rtt.low <= rtt.value && rtt.value <= rtt.high, id).toBe(true);
  });

  it('calls nothing published of which somebody only remembers', () => {
    for (const { source, cycles } of rows) {
      const seen = sources.find(({ id }) => id === source)?.seen;
      if (cycles?.status === 'published') expect(seen).toMatch(/^read directly/);
      if (seen?.startsWith('quoted') === true) expect(cycles?.status).toBe('quoted');
    }
  });

  it('is frozen to the bottom', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every((one) => frozen(one)));
    expect(frozen(COST_DATA)).toBe(true);
  });
});

describe('asking', () => {
  it('finds a device and a link by id, and hands profiles back', () => {
    expect(findDevice(COST_DATA, 'nrf52840').core).toBe('cortex-m4');
    expect(findLink(COST_DATA, 'lorawan-eu868-dr0').kind).toBe('lora');
    const own = { ...findDevice(COST_DATA, 'c1'), id: 'own' };
    expect(findDevice(COST_DATA, own)).toBe(own);
  });

  it('names the nearest for an unknown id', () => {
    const device = (id: string) => (): unknown => findDevice(COST_DATA, id);
    const link = (id: string) => (): unknown => findLink(COST_DATA, id);
    expectRefusal(device('nrf52841'), 'invalid_argument', /no device is called 'nrf52841'/, /nrf52840/);
    expectRefusal(link('pigeon'), 'invalid_argument', /no link/, /known are lorawan/);
    expectRefusal(link('x'.repeat(1e6)), 'invalid_argument', /no link is called 'x{64}'/);
    expect(nearestNames('rp2400', ['rp2040', 'esp32-s3'])).toEqual(['rp2040']);
  });

  it('tells what stands behind an id', () => {
    const id = 'ML-KEM-768:decaps:pqm4/m4fspeed:cortex-m4';
    expect(describeSource(COST_DATA, id)).toMatchObject({ source: { id: 'pqm4' }, row: { id } });
    const fips = describeSource(COST_DATA, 'fips');
    expect([fips?.source.id, fips?.row]).toEqual(['fips', undefined]);
    expect(describeSource(COST_DATA, 'nobody')).toBeUndefined();
  });

  it('lets entries of a user take the place of those with the same id', () => {
    const [row] = rows;
    if (row === undefined) throw new Error('no rows');
    const mine: CostRow = { ...row, caveat: 'mine' };
    const device = { ...findDevice(COST_DATA, 'c1'), id: 'own' };
    const merged = mergeCostData(COST_DATA, { rows: [mine], devices: [device] });
    expect(merged.rows).toHaveLength(rows.length);
    expect(merged.rows[0]).toBe(mine);
    expect(merged.devices).toHaveLength(devices.length + 1);
    expect(merged.links).toBe(links);
    expect(mergeCostData(merged, {}).rows).toEqual(merged.rows);
  });
});

/** How the collected figures, which name the image they were counted in, call what rows call an implementation. */
const IMPLEMENTATIONS: Readonly<Record<string, string>> = {
  'PQClean clean -Os': 'pqclean/pico-sdk-Os',
  'mbedTLS (per source build)': 'mbedtls/pico-sdk',
  'Emill asm': 'emill/asm',
  'Emill asm, FPU variant': 'emill/asm-fpu',
  'mlkem-native v2.0.0 C': 'mlkem-native/esp-idf',
  'ESP-IDF mbedTLS generic ECP': 'mbedtls/esp-idf',
  'liboqs/wolfSSL generic -O2': 'liboqs/c-O2',
  'liboqs/wolfSSL generic -O2 (software SHA table)': 'liboqs/c-O2',
  'wolfCrypt 5.8.4 RISC-V asm': 'wolfcrypt/riscv-asm',
  'wolfCrypt 5.6.4 SP-ASM small -Os': 'wolfcrypt/sp-asm-small-Os',
  'cisco/hash-sigs': 'hash-sigs/c',
  'xmss-reference': 'xmss-reference/c',
};
const PROJECTS: readonly (readonly [RegExp, string])[] = [
  [/^hash-pqm4-asm-keccak/, 'pqm4/asm-keccak'],
  [/emill-asm/, 'emill/asm'],
  [/mlkemnative/, 'mlkem-native/c'],
  [/pqclean/, 'pqclean/c'],
  [/orlp/, 'orlp/c'],
  [/microecc-c/, 'micro-ecc/c'],
  [/microecc-asm/, 'micro-ecc/asm'],
  [/cisco/, 'hash-sigs/c'],
];
const HASHED = 16_384;
const HASHES: Readonly<Record<string, string>> = {
  'sha256-16KiB': 'SHA-256',
  'sha512-16KiB': 'SHA-512',
  'shake256-16KiB': 'SHAKE256',
  'sha3_256-16KiB': 'SHA3-256',
};
const RENAMED: Readonly<Record<string, string>> = {
  'ECDSA-P256': 'ECDSA-P256-SHA256',
  'RSA-2048': 'RSA2048-PKCS15-SHA256',
};
const OPERATIONS: Readonly<Record<string, string>> = {
  scalarmult: 'agree',
  'key-agreement (whole, per source)': 'agree',
  public: 'verify',
  private: 'sign',
  'x25519-agree': 'agree',
  ecdh: 'agree',
};

function implementationOf(collected: string): string {
  const named = IMPLEMENTATIONS[collected];
  if (named !== undefined || collected.startsWith('pqm4/')) return named ?? collected;
  const [image = '', flag = ''] = collected.split(' -');
  const project = PROJECTS.find(([pattern]) => pattern.test(image))?.[1];
  return `${project ?? image}-${flag}`;
}

function idOf(figure: Fields): string {
  const algorithm = figure.text('alg');
  const operation = figure.text('op');
  const core = figure.text('core').split(' ')[0]?.replace('m4f', 'm4') ?? '';
  const implementation = implementationOf(figure.text('impl'));
  const hash = HASHES[operation];
  if (hash !== undefined) return `${hash}:hash:${implementation}:${core}`;
  const name =
    operation === 'x25519-agree'
      ? 'X25519'
      : operation === 'ecdh'
        ? 'P-256'
        : (RENAMED[algorithm] ?? algorithm);
  return `${name}:${OPERATIONS[operation] ?? operation}:${implementation}:${core}`;
}

const numberIn = (figure: Fields, name: string): number | undefined =>
  figure.has(name) ? figure.number(name) : undefined;

const collected = join(SHARED_FOLDER, 'data', 'device-costs.json');

describe.runIf(existsSync(collected))('against the figures as they were collected', () => {
  const costs = new Fields(JSON.parse(readFileSync(collected, 'utf8')), 'device-costs').objects('costs');
  const byId = new Map(rows.map((row) => [row.id, row]));
  /** The same code as `pqclean/c-O3`: only Keccak is another one in that image. */
  const same = /^SHA-(?:256|512):hash:pqm4\/asm-keccak-O3:cortex-m4$/;

  test('every one of them is here, with the same number', () => {
    let compared = 0;
    for (const figure of costs) {
      const id = idOf(figure);
      const row = byId.get(same.test(id) ? id.replace('pqm4/asm-keccak-O3', 'pqclean/c-O3') : id);
      expect(row, id).toBeDefined();
      const perByte = row?.operation === 'hash' ? HASHED : 1;
      const cycles = numberIn(figure, 'cycles') ?? numberIn(figure, 'estimatedCycles');
      const instructions = numberIn(figure, 'instructions') ?? NaN;
      // Of RV32 only instructions were counted; the row assumes cycles.
      expect((row?.cycles?.mean ?? NaN) * perByte, id).toBeCloseTo(cycles ?? 1.4 * instructions, 3);
      expect(row?.cycles?.min, id).toBe(numberIn(figure, 'cyclesMin'));
      expect(row?.cycles?.max, id).toBe(numberIn(figure, 'cyclesMax'));
      if (!same.test(id)) expect(row?.stack?.value, id).toBe(numberIn(figure, 'stackBytes'));
      compared++;
    }
    expect(compared).toBe(459);
  });

  test('statuses are those of the collection', () => {
    const statuses: Readonly<Record<string, readonly string[]>> = {
      published: ['published'],
      'published-secondary': ['quoted'],
      'measured-instructions': ['derived', 'estimate'],
    };
    for (const figure of costs) {
      const row = byId.get(idOf(figure));
      if (row?.cycles !== undefined)
        expect(statuses[figure.text('status')], row.id).toContain(row.cycles.status);
    }
  });
});
