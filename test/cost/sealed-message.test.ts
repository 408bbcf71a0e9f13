import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { COST_DATA, findLink } from '../../src/cost/data/index.ts';
import { contextOf } from '../../src/cost/context.ts';
import type { Prediction } from '../../src/cost/prediction.ts';
import type { Figure } from '../../src/cost/quantity.ts';
import type { PredictRequest, SealedMessageScenario } from '../../src/cost/scenario.ts';
import { predictSealedMessage } from '../../src/cost/sealed-message.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { type HpkeKemName, hpkeSuite } from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';

const provider = defaultProvider();

function sealed(
  scenario: Partial<SealedMessageScenario> = {},
  request: Partial<Pick<PredictRequest, 'data' | 'device' | 'link'>> = {},
): Prediction {
  const whole: SealedMessageScenario = {
    kind: 'sealed-message',
    kem: 'MLKEM768-X25519',
    messageBytes: 1000,
    direction: 'open',
    ...scenario,
  };
  return predictSealedMessage(contextOf({ device: 'nrf52840', ...request, scenario: whole }), whole);
}

function value(figure: Figure): number {
  if (!figure.known) throw new Error(figure.because);
  return figure.value;
}

const KEMS: readonly HpkeKemName[] = [
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  'MLKEM768-X25519',
  'MLKEM768-P256',
  'MLKEM1024-P384',
  'DHKEM(X25519, HKDF-SHA256)',
  'DHKEM(P-256, HKDF-SHA256)',
  'DHKEM(P-384, HKDF-SHA384)',
];

describe('a sealed message', () => {
  test('has exactly the bytes that HPKE makes', async () => {
    for (const kem of KEMS)
      for (const aead of ['AES-128-GCM', 'AES-256-GCM', 'ChaCha20-Poly1305'] as const) {
        const { publicKey } = await generateKeyPair(provider, kem);
        for (const messageBytes of [0, 1, 1000]) {
          const made = await hpkeSuite(provider, { kem, kdf: 'HKDF-SHA256', aead }).seal(
            publicKey,
            new Uint8Array(messageBytes),
          );
          const { items, up } = sealed({ kem, aead, messageBytes, direction: 'seal' });
          const bytes = items.map((item) => value(item.bytes));
          expect([kem, aead, ...bytes]).toEqual([kem, aead, made.enc.length, made.ciphertext.length]);
          expect(value(up)).toBe(made.enc.length + made.ciphertext.length);
        }
      }
  });

  test('goes up when it is sealed and comes down when it is opened', () => {
    expect(value(sealed({ direction: 'seal' }).down)).toBe(0);
    expect(value(sealed({ direction: 'open' }).up)).toBe(0);
    const labels = (direction: 'open' | 'seal'): readonly string[] =>
      sealed({ direction }, { link: 'lte-m-cat-m1' }).steps.map(({ label }) => label);
    expect(labels('seal').at(-1)).toBe('link waits');
    expect(labels('open').slice(-2)).toEqual(['MLKEM768-X25519 decaps', 'AES-256-GCM open']);
  });

  test('where no AEAD was measured the time is unknown, and the KEM still told', () => {
    const { steps, cpu } = sealed({}, { device: 'rp2040' });
    const [kem, aead] = steps;
    expect(kem?.time.mean.known).toBe(true);
    expect(aead?.time.mean.known).toBe(false);
    expect(aead?.time.mean.because).toMatch(/^no data: AES-256-GCM/u);
    expect(cpu.mean.known).toBe(false);
    expect(value(sealed().cpu.mean)).toBeGreaterThan(value(steps[0]?.time.mean ?? cpu.mean) / 10);
  });

  test('takes the deeper stack: that of AES-128-GCM in C where nobody measured the AEAD', () => {
    const items = ({ ram }: Prediction): ReadonlyMap<string, Figure> =>
      new Map(ram.items.map(({ label, bytes }) => [label, bytes]));
    const classical = items(sealed({ kem: 'DHKEM(X25519, HKDF-SHA256)' }));
    // X25519 in assembly takes some 400 bytes; cifra 836 for AES-128-GCM, which is no bound for another library.
    expect(classical.get('stack')).toMatchObject({ value: 836, high: 2 * 836, status: 'estimate' });
    expect(classical.get('message and tag')).toMatchObject({ low: 1016, value: 1016, high: 1016 });
    expect(items(sealed()).get('stack')).toMatchObject({ value: 6452 });
  });

  test('has code of an AEAD that is an estimate, and code of a KEM that is unknown where it is', () => {
    const code = (device: string, kem: HpkeKemName): ReadonlyMap<string, Figure> =>
      new Map(sealed({ kem }, { device }).flash.items.map(({ label, bytes }) => [label, bytes]));
    const estimated = { low: 0, value: 3548, high: 2 * 3548, status: 'estimate', sources: ['cifra'] };
    expect(code('nrf52840', 'ML-KEM-768').get('AES-256-GCM')).toMatchObject(estimated);
    const unknown = code('esp32-s3', 'ML-KEM-1024');
    expect(unknown.get('AES-256-GCM')).toMatchObject(estimated);
    expect(unknown.get('ML-KEM-1024')).toMatchObject({ known: false });
  });

  test('is on the way for half a round trip', () => {
    const { steps } = sealed({}, { link: 'lte-m-cat-m1' });
    const { rtt } = findLink(COST_DATA, 'lte-m-cat-m1');
    const step = steps.find(({ label }) => label === 'on the way');
    expect(step?.time.mean).toMatchObject({ low: rtt.low / 2, value: rtt.value / 2, high: rtt.high / 2 });
  });

  test('longer messages never cost less', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((messageBytes) =>
          sealed({ kem: 'ML-KEM-768', messageBytes }, { link: 'lte-m-cat-m1' }),
        );
        if (less === undefined || more === undefined) throw new Error('two predictions');
        expect(value(more.time.mean)).toBeGreaterThanOrEqual(value(less.time.mean));
        expect(value(more.ram.total)).toBeGreaterThanOrEqual(value(less.ram.total));
        expect(value(more.down)).toBeGreaterThanOrEqual(value(less.down));
      }),
      { numRuns: 50 },
    );
  });

  test('KEMs that HPKE does not have, and sizes that cannot be, are refused', () => {
    expect(() => sealed({ kem: 'X25519MLKEM768' })).toThrow(
      expect.objectContaining({ message: 'X25519MLKEM768 is not a KEM of HPKE' }),
    );
    for (const messageBytes of [-1, 0.5, Number.NaN])
      expect(() => sealed({ messageBytes })).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});
