import { describe, expect, test, vi } from 'vitest';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { AEAD_NAMES, HASH_NAMES, KEY_AGREEMENT_NAMES } from '../../src/registry/index.ts';
import { agreementCases, present } from './agreement-cases.ts';
import { crossUseCases } from './cross-use-cases.ts';
import { inputCases } from './input-cases.ts';

const noble = createNobleProvider();
const native = present(createNativeProvider());

describe.each([native, noble])('what $name refuses', (provider) => {
  test.each(inputCases(provider))('$title', ({ run }) => run());
});

describe('native and noble agree', () => {
  test.each(agreementCases(native, noble))('$title', ({ run }) => run());
});

describe('native and noble accept what the other made', () => {
  test.each(crossUseCases(native, noble))('$title', ({ run }) => run());
});

describe('what is offered', () => {
  test('noble has every primitive', () => {
    expect(Object.keys(noble.hash)).toEqual([...HASH_NAMES]);
    expect(Object.keys(noble.aead)).toEqual([...AEAD_NAMES]);
    expect(Object.keys(noble.kem)).toHaveLength(13);
    expect(Object.keys(noble.signature)).toHaveLength(3 + 12 + 2 + 11 + 18);
    expect(Object.keys(noble.internalSignature)).toHaveLength(15);
    expect(Object.keys(noble.seedExpansion)).toHaveLength(6);
  });

  test('native has what this Node has: all but TurboSHAKE and the internal functions', () => {
    expect(Object.keys(native.kem)).toEqual(Object.keys(noble.kem));
    expect(Object.keys(native.signature)).toEqual(Object.keys(noble.signature));
    expect(Object.keys(native.hash)).toEqual(HASH_NAMES.filter((name) => !name.startsWith('Turbo')));
    expect(native.internalSignature).toEqual({});
    expect(native.seedExpansion).toEqual({});
    for (const name of KEY_AGREEMENT_NAMES) expect(native.kem[name]?.backend.entropy).toBe('caller');
  });

  test('native is absent where there is no node:crypto, and its module loads there', () => {
    vi.stubGlobal('process', undefined);
    const absent = createNativeProvider();
    vi.stubGlobal('process', {});
    const empty = createNativeProvider();
    vi.unstubAllGlobals();
    expect(absent).toBeUndefined();
    expect(empty).toBeUndefined();
  });

  test('noble takes another source of randomness and another clock', () => {
    const random = { bytes: (length: number) => new Uint8Array(length) };
    const clock = { now: () => new Date(0) };
    const provider = createNobleProvider({ random, clock });
    expect(provider.random).toBe(random);
    expect(provider.clock).toBe(clock);
    expect(Math.abs(noble.clock.now().getTime() - Date.now())).toBeLessThan(60_000);
    expect(Math.abs(native.clock.now().getTime() - Date.now())).toBeLessThan(60_000);
  });

  test.each([native, noble])('the random source of $name gives fresh bytes of any length', ({ random }) => {
    for (const length of [0, 1, 32, 70_000]) expect(random.bytes(length)).toHaveLength(length);
    expect(random.bytes(32)).not.toEqual(random.bytes(32));
    expect(random.bytes(3)).toBeInstanceOf(Uint8Array);
    expect(random.bytes(3)).not.toBeInstanceOf(Buffer);
  });
});
