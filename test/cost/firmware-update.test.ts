import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COSE_DRAFTS, exportCoseKey, sign1 } from '../../src/cose/index.ts';
import { type CborMap, CborTag, encodeCbor } from '../../src/encoding/index.ts';
import { COST_DATA, findDevice, findLink } from '../../src/cost/data/index.ts';
import { contextOf } from '../../src/cost/context.ts';
import { predict } from '../../src/cost/predict.ts';
import type { Prediction } from '../../src/cost/prediction.ts';
import type { Figure } from '../../src/cost/quantity.ts';
import { predictFirmwareUpdate, untilChecked } from '../../src/cost/firmware-update.ts';
import type { FirmwareUpdateScenario, PredictRequest } from '../../src/cost/scenario.ts';
import { coseKeyBytes, coseSign1Bytes, suitEnvelopeBytes } from '../../src/cost/suit.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { known } from './predict-support.ts';
import { fileText, readMatchingFiles } from '../support/vectors-files.ts';
import type { SignatureName } from '../../src/registry/index.ts';

const provider = defaultProvider();

function exact(figure: Figure): number {
  if (!figure.known) throw new Error(figure.because);
  expect(figure.low).toBe(figure.value);
  expect(figure.high).toBe(figure.value);
  return figure.value;
}

/** Example 0 of draft-ietf-suit-manifest, with its one authentication block (ES256). */
const EXAMPLE_0 =
  'd86ba2025873825824822f58206658ea560262696dd1f13b782239a064da7c6c5cbaf52fded428a6fc83c7e5af584ad28443a10126a0' +
  'f65840408d0816f9b510749bf6a51b066951e08a4438f849eb092a1ac768eed9de696c1b1dd35d82ef149e6a73a61976ad2cfe78444b' +
  '8064293350a122f332cb49f0da035871a50101020003585fa202818141000458568614a40150fa6b4a53d5ad5fdfbe9de663e4d41ffe' +
  '02501492af1425695e48bf429b2d51f2ab45035824822f582000112233445566778899aabbccddeeff0123456789abcdeffedcba9876' +
  '5432100e1987d0010f020f074382030f0943821702';
/** The same without the block: the wrapper holds the digest alone. */
const EXAMPLE_0_UNSIGNED = `d86ba2025827815824822f5820${EXAMPLE_0.slice(26, 26 + 64)}${EXAMPLE_0.slice(2 * 121)}`;

describe('bytes against what is made', () => {
  const algorithms: readonly SignatureName[] = [
    'ECDSA-P256-SHA256',
    'ECDSA-P384-SHA384',
    'ECDSA-P521-SHA512',
    'Ed25519',
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
  ];

  test('COSE_Sign1 and COSE_Key of every algorithm with a COSE number', async () => {
    for (const name of algorithms) {
      const { privateKey, publicKey } = await generateKeyPair(provider, name);
      const made = await sign1(provider, privateKey, new Uint8Array(36), { detached: true });
      expect([name, exact(coseSign1Bytes(name))]).toEqual([name, made.length]);
      expect([name, exact(coseKeyBytes(name))]).toEqual([name, exportCoseKey(publicKey).length]);
    }
  });

  test('algorithms without a number: as a draft numbers them, and said to be an estimate', async () => {
    const drafts = {
      ...COSE_DRAFTS['draft-ietf-cose-sphincs-plus-06'],
      ...COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'],
    };
    for (const name of ['SLH-DSA-SHA2-128f', 'MLDSA65-Ed25519-SHA512'] as const) {
      const { privateKey } = await generateKeyPair(provider, name);
      const made = await sign1(provider, privateKey, new Uint8Array(36), { detached: true, drafts });
      const figure = coseSign1Bytes(name);
      expect(exact(figure)).toBe(made.length);
      expect(figure.known && figure.status).toBe('estimate');
    }
  });

  test('a composite with ECDSA is within its bounds', async () => {
    const drafts = COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'];
    const name = 'MLDSA44-ECDSA-P256-SHA256';
    const { privateKey } = await generateKeyPair(provider, name);
    const figure = coseSign1Bytes(name);
    if (!figure.known) throw new Error(figure.because);
    for (let i = 0; i < 8; i++) {
      const { length } = await sign1(provider, privateKey, new Uint8Array(36), { detached: true, drafts });
      expect(length).toBeGreaterThanOrEqual(figure.low);
      expect(length).toBeLessThanOrEqual(figure.high);
    }
  });

  test('the published SUIT envelope, unsigned and signed', () => {
    const unsignedBytes = EXAMPLE_0_UNSIGNED.length / 2;
    expect([unsignedBytes, EXAMPLE_0.length / 2]).toEqual([161, 237]);
    expect(exact(suitEnvelopeBytes({ unsignedBytes, signatures: ['ECDSA-P256-SHA256'] }))).toBe(237);
  });

  const examples = readMatchingFiles('suit/manifest-spec', /[.]txt$/u).map(fileText);
  test.skipIf(examples.length === 0)('all examples of the specification', () => {
    const size = (text: string, kind: 'with' | 'without'): number =>
      Number(new RegExp(`^Total size of .*Envelope ${kind} COSE.*: +(\\d+)$`, 'mu').exec(text)?.[1]);
    for (const text of examples)
      expect(
        exact(suitEnvelopeBytes({ unsignedBytes: size(text, 'without'), signatures: ['ECDSA-P256-SHA256'] })),
      ).toBe(size(text, 'with'));
    console.log(`SUIT: ${examples.length} examples of the specification`);
    expect(examples.length).toBeGreaterThanOrEqual(6);
  });

  test.each([
    { hash: 'SHA-256', alg: -16, digest: 32 },
    { hash: 'SHA-512', alg: -44, digest: 64 },
    { hash: 'SHAKE256', alg: -45, digest: 64 },
  ] as const)('SUIT envelopes with one and two real signatures over $hash', async ({ hash, alg, digest }) => {
    const { privateKey: classical } = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
    const { privateKey: postQuantum } = await generateKeyPair(provider, 'ML-DSA-65');
    const digestItem = encodeCbor([alg, new Uint8Array(digest)]);
    const block = (key: typeof classical | typeof postQuantum): Promise<Uint8Array> =>
      sign1(provider, key, digestItem, { detached: true });
    const envelope = (blocks: readonly Uint8Array[]): number =>
      encodeCbor(
        new CborTag(
          107,
          new Map([
            [2, encodeCbor([digestItem, ...blocks])],
            [3, new Uint8Array(113)],
          ]) satisfies CborMap,
        ),
      ).length;
    const unsignedBytes = envelope([]);
    const one = await block(postQuantum);
    const two = [await block(classical), one];
    expect(exact(suitEnvelopeBytes({ unsignedBytes, hash, signatures: ['ML-DSA-65'] }))).toBe(
      envelope([one]),
    );
    expect(
      exact(suitEnvelopeBytes({ unsignedBytes, hash, signatures: ['ECDSA-P256-SHA256', 'ML-DSA-65'] })),
    ).toBe(envelope(two));
  });
});

const SCENARIO: FirmwareUpdateScenario = {
  kind: 'firmware-update',
  imageBytes: 256 * 1024,
  signatures: ['ML-DSA-65'],
};

function update(
  scenario: Partial<FirmwareUpdateScenario> = {},
  request: Partial<Pick<PredictRequest, 'device' | 'implementation' | 'link'>> = {},
): Prediction {
  const whole = { ...SCENARIO, ...scenario };
  return predictFirmwareUpdate(contextOf({ device: 'nrf52840', ...request, scenario: whole }), whole);
}

function timeOf(prediction: Prediction, label: string): number {
  const mean = prediction.steps.find((step) => step.label === label)?.time.mean;
  if (mean?.known !== true) throw new Error(mean?.because ?? `no step ${label}`);
  return mean.value;
}

describe('an update', () => {
  test('the example of the sources: hashing 256 KiB at 64 MHz takes longer than the check', () => {
    const device = { ...findDevice(COST_DATA, 'nrf52840'), waitStates: { low: 0, value: 0, high: 0 } };
    const fast = update({}, { device });
    expect(timeOf(fast, 'SHA-256 of the image')).toBeCloseTo(165, 0);
    expect(timeOf(fast, 'ML-DSA-65 verify')).toBeCloseTo(38, 0);
    expect(timeOf(update({}, { device, implementation: 'smallest' }), 'ML-DSA-65 verify')).toBeCloseTo(90, 0);
  });

  test('the manifest is refused before the image is downloaded, unless asked otherwise', () => {
    const order = (prediction: Prediction): readonly string[] => prediction.steps.map(({ label }) => label);
    const first = order(update({}, { link: 'lte-m-cat-m1' }));
    expect(first.indexOf('ML-DSA-65 verify')).toBeLessThan(first.indexOf('image: transfer'));
    const last = order(update({ order: 'image-first' }, { link: 'lte-m-cat-m1' }));
    expect(last.indexOf('ML-DSA-65 verify')).toBeGreaterThan(last.indexOf('SHA-256 of the image'));
    expect([...first].sort()).toEqual([...last].sort());
    expect(update().assumptions[0]).toMatch(/^The manifest is checked before .* 352\d bytes and \d+ ms\.$/);
  });

  test('each download is a request, a transfer and what the link lets it wait', () => {
    const slow = update({ imageBytes: 51 }, { link: 'lorawan-eu868-dr0' });
    // A duty cycle of 1 % is 99 times as much silence.
    expect(timeOf(slow, 'image: link waits') / timeOf(slow, 'image: transfer')).toBeCloseTo(99, 6);
    const { rtt } = findLink(COST_DATA, 'lte-m-cat-m1');
    const fast = update({ keyIncluded: true }, { link: 'lte-m-cat-m1' });
    for (const what of ['manifest', 'key for ML-DSA-65', 'image'])
      expect(timeOf(fast, `${what}: request`)).toBe(rtt.value);
  });

  test('two signatures cost two checks, both blocks, and the deeper stack', () => {
    const one = update();
    const dual = update({ signatures: ['ECDSA-P256-SHA256', 'ML-DSA-65'] });
    const stack = ({ ram }: Prediction): number | undefined => {
      const bytes = ram.items.find(({ label }) => label === 'stack')?.bytes;
      return bytes?.known === true ? bytes.value : undefined;
    };
    expect(dual.down.known && one.down.known && dual.down.value - one.down.value).toBe(64 + 10 + 2);
    expect(timeOf(dual, 'ECDSA-P256-SHA256 verify')).toBeGreaterThan(0);
    expect(stack(dual)).toBeGreaterThan(0);
    expect(stack(dual)).toBe(stack(one));
  });

  test('a key that travels moves from flash to RAM and onto the link', () => {
    const carried = update({ keyIncluded: true });
    expect(carried.items.map(({ label }) => label)).toEqual(['manifest', 'key for ML-DSA-65', 'image']);
    expect(carried.ram.items.some(({ label }) => label === 'ML-DSA-65 public key')).toBe(true);
    expect(carried.flash.items.some(({ label }) => label === 'ML-DSA-65 public key')).toBe(false);
    expect(update().flash.items.some(({ label }) => label === 'ML-DSA-65 public key')).toBe(true);
  });

  test('an implementation decides whether it fits', () => {
    const small = update({}, { device: 'stm32l072', implementation: 'smallest' });
    expect(small.ram.fits).not.toBe('yes');
    expect(update({}, { implementation: 'smallest' }).fits).toBe('yes');
  });

  test('a larger image never takes less of anything, on any link', () => {
    const value = (figure: Figure): number => (figure.known ? figure.value : 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...COST_DATA.links.map(({ id }) => id)),
        fc.constantFrom('nrf52832', 'rp2040', 'stm32l072', 'gateway-linux-u54'),
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.integer({ min: 1, max: 2_000_000 }),
        (link, device, a, b) => {
          const [small, large] = [Math.min(a, b), Math.max(a, b)].map((imageBytes) =>
            update({ imageBytes }, { device, link }),
          );
          if (small === undefined || large === undefined) throw new Error('two predictions');
          expect(value(large.time.mean)).toBeGreaterThanOrEqual(value(small.time.mean));
          expect(value(large.down)).toBeGreaterThan(value(small.down) - 1);
          expect(value(large.ram.total)).toBe(value(small.ram.total));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what cannot be is refused', () => {
    for (const wrong of [
      { imageBytes: 0 },
      { imageBytes: -1 },
      { imageBytes: 1.5 },
      { manifestBytes: -1 },
      { signatures: [] },
      { signatures: ['ML-DSA-65', 'mldsa65'] },
      { signatures: ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] },
    ])
      expect(() => update(wrong)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    expect(() => update({ signatures: ['ML-DSA-66'] })).toThrow(
      expect.objectContaining({ code: 'unknown_algorithm' }),
    );
    expect(() => update({ signatures: ['ML-KEM-768'] })).toThrow(
      expect.objectContaining({ code: 'wrong_algorithm' }),
    );
    expect(() => update({ signatures: ['LMS-SHA256-H11-W4'] })).toThrow(
      expect.objectContaining({
        code: 'unknown_algorithm',
        hint: 'did you mean LMS-SHA256-H10-W4, LMS-SHA256-H15-W4, LMS-SHA256-H5-W4, LMS-SHA256-H10-W1, LMS-SHA256-H10-W2?',
      }),
    );
  });
});

describe('what is hashed, held and checked', () => {
  const update = (
    scenario: Partial<FirmwareUpdateScenario>,
    request: Partial<PredictRequest> = {},
  ): Prediction => {
    const whole: FirmwareUpdateScenario = {
      kind: 'firmware-update',
      imageBytes: 100_000,
      signatures: ['ML-DSA-44'],
      ...scenario,
    };
    return predictFirmwareUpdate(contextOf({ device: 'nrf52840', ...request, scenario: whole }), whole);
  };
  const item = ({ ram }: Prediction, label: string): number =>
    exact(
      ram.items.find((one) => one.label === label)?.bytes ?? { known: false, unit: 'bytes', because: label },
    );

  test('the hash runs over the manifest, and then over the image', () => {
    const { steps } = update({ manifestBytes: 1000 });
    const [manifest, image] = ['manifest', 'image'].map((what) => {
      const mean = steps.find(({ label }) => label === `SHA-256 of the ${what}`)?.time.mean;
      return mean?.known === true ? mean.value : NaN;
    });
    expect((image ?? NaN) / (manifest ?? NaN)).toBeCloseTo(100, 9);
  });

  test('the state of a hash, and one frame of the link, are in RAM', () => {
    // Keccak has 1600 bits; beside them stands how far the block is filled [FIPS 202 §3.1].
    expect(item(update({ hash: 'SHAKE256' }), 'SHAKE256 over a stream')).toBe(1600 / 8 + 8);
    // A chaining value, a block and a counter of 128 bits [FIPS 180-4 §6.4].
    expect(item(update({ hash: 'SHA-512' }), 'SHA-512 over a stream')).toBe(64 + 128 + 16);
    expect(item(update({ hash: 'SHA-256' }), 'SHA-256 over a stream')).toBe(32 + 64 + 8);
    for (const [link, bytes] of [
      ['can-fd-64', 64],
      ['lorawan-eu868-dr0', 51],
      ['tcp-iw10-ethernet', 1460],
    ] as const)
      expect([link, item(update({}, { link }), 'piece of the image')]).toEqual([link, bytes]);
    expect(update({}).ram.items.find(({ label }) => label === 'piece of the image')?.bytes).toMatchObject({
      low: 64,
      value: 4096,
      high: 4096,
      status: 'estimate',
    });
  });

  test('a manifest of which nobody says the size has 200 bytes', () => {
    expect(update({}).items[0]).toEqual(update({ manifestBytes: 200 }).items[0]);
    expect(update({}).steps).toEqual(update({ manifestBytes: 200 }).steps);
  });

  test('the stack is that of the hash where this goes deeper than the check', () => {
    // Counted on Cortex-M0+: SHA-512 of PQClean takes 4304 bytes and SHA-256 368, LMS with W4 less than the one.
    const on = (hash: 'SHA-256' | 'SHA-512'): number =>
      item(update({ hash, signatures: ['LMS-SHA256-H10-W4'] }, { device: 'stm32l072' }), 'stack');
    expect(on('SHA-512')).toBe(4304);
    expect(on('SHA-256')).toBeLessThan(4304);
    expect(on('SHA-256')).toBeGreaterThan(368);
  });

  test('two signatures are checked before anything is trusted', () => {
    const dual = update({ signatures: ['Ed25519', 'ML-DSA-44'] });
    expect(dual.assumptions).toContain('Both signatures must hold.');
    expect(update({}).assumptions).not.toContain('Both signatures must hold.');
    const checked = untilChecked(dual);
    expect(checked.map(({ label }) => label).filter((label) => label.endsWith(' verify'))).toEqual([
      'Ed25519 verify',
      'ML-DSA-44 verify',
    ]);
  });
});

test('an image takes the place of what is in use, and one that the flash cannot hold does not fit', () => {
  const fitting = (imageBytes: number): ReturnType<typeof predict> =>
    predict({
      device: 'nrf52832',
      scenario: { kind: 'firmware-update', imageBytes, signatures: ['ML-DSA-65'] },
    });
  expect(fitting(262_144).flash).toMatchObject({ fits: 'yes', total: fitting(1000).flash.total });
  const larger = fitting(600_000).flash;
  expect(larger.fits).toBe('no');
  expect(larger.items).toContainEqual(
    expect.objectContaining({
      label: 'image beyond what is in use',
      bytes: expect.objectContaining({ value: 600_000 - 262_144, status: 'estimate' }) as unknown,
    }),
  );
});

describe('a second slot', () => {
  const flashOf = (
    scenario: Partial<FirmwareUpdateScenario>,
    device: PredictRequest['device'] = 'nrf52832',
  ): Prediction =>
    predict({
      device,
      scenario: { kind: 'firmware-update', imageBytes: 131_072, signatures: ['ML-DSA-65'], ...scenario },
    });

  test('takes the size of the image once more, and one is what is counted without it', () => {
    const one = flashOf({});
    const two = flashOf({ slots: 2 });
    expect(flashOf({ slots: 1 })).toEqual({ ...one, scenario: { ...one.scenario, slots: 1 } });
    expect(known(two.flash.total).value - known(one.flash.total).value).toBe(131_072);
    expect(two.flash.items).toContainEqual({
      label: 'second slot',
      bytes: expect.objectContaining({ value: 131_072, low: 131_072, high: 131_072 }) as unknown,
    });
    expect([two.ram, two.time, two.down]).toEqual([one.ram, one.time, one.down]);
    expect(two.title).toContain('in a second slot');
  });

  test('leaves no room for an image that one slot has room for', () => {
    // 512 KiB of flash, half of it in use: one image of 256 KiB has the place of what runs, a second one has none.
    expect(flashOf({ imageBytes: 262_144 }).flash.fits).toBe('yes');
    expect(flashOf({ imageBytes: 262_144, slots: 2 }).flash.fits).toBe('no');
    expect(flashOf({ imageBytes: 200_000, slots: 2 }).flash.fits).toBe('yes');
  });

  test('holds two images of the new size where that is larger than what is in use', () => {
    const bytes = ({ flash }: Prediction, label: string): number | undefined => {
      const found = flash.items.find((one) => one.label === label)?.bytes;
      return found?.known === true ? found.value : undefined;
    };
    const two = flashOf({ imageBytes: 300_000, slots: 2 });
    expect(bytes(two, 'in use already')).toBe(262_144);
    expect(bytes(two, 'image beyond what is in use')).toBe(300_000 - 262_144);
    expect(bytes(two, 'second slot')).toBe(300_000);
  });

  test('is what a forged image does not overwrite', () => {
    const told = (scenario: Partial<FirmwareUpdateScenario>): string =>
      flashOf(scenario).assumptions.join(' ');
    expect(told({ order: 'image-first' })).toContain('what ran is overwritten');
    expect(told({ order: 'image-first', slots: 2 })).not.toContain('overwritten');
    expect(told({})).not.toContain('overwritten');
    expect(told({})).toContain('a second slot beside it and the code of the hash are not counted');
    expect(told({ slots: 2 })).toContain('into a second slot');
  });

  test('is not a third one, nor half of one', () => {
    for (const slots of [0, 3, 1.5, '2'])
      expect(() => flashOf(JSON.parse(JSON.stringify({ slots })) as object)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }),
      );
  });
});
