import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { COST_DATA, findDevice } from '../../src/cost/data/index.ts';
import { predict } from '../../src/cost/predict.ts';
import type { Prediction } from '../../src/cost/prediction.ts';
import type { Figure } from '../../src/cost/quantity.ts';
import type { CertificateChainScenario, TlsHandshakeScenario } from '../../src/cost/scenario.ts';
import { GROUPS, SIGNATURES } from './handshake-cases.ts';

const SCENARIO: TlsHandshakeScenario = {
  kind: 'tls-handshake',
  group: 'X25519MLKEM768',
  signature: 'ML-DSA-65',
  chain: 1,
  mutual: false,
  resumption: false,
};

const ask = (rest: Partial<TlsHandshakeScenario> = {}, link = 'tcp-iw10-ethernet'): Prediction =>
  predict({ device: 'nrf52840', link, scenario: { ...SCENARIO, ...rest } });

function known(figure: Figure): number {
  if (!figure.known) throw new Error(figure.because);
  return figure.value;
}

const labels = (prediction: Prediction, kind: string): readonly string[] =>
  prediction.steps.flatMap((step) => (step.kind === kind ? [step.label] : []));

describe('a TLS handshake on a device', () => {
  it('takes its steps in the order in which they happen', () => {
    const { steps, items } = ask({ mutual: true });
    expect(steps.map(({ label }) => label)).toEqual([
      'TCP connect',
      'X25519MLKEM768 keygen',
      'ClientHello',
      'round trip',
      'server computes',
      'server flight',
      'server flight: link waits',
      'X25519MLKEM768 decaps',
      'decryption of records',
      'hash of the transcript',
      'SHAKE256 of the certificates',
      'ML-DSA-65 verify: 2 certificates',
      'ML-DSA-65 verify: handshake',
      'ML-DSA-65 sign',
      'client flight',
    ]);
    expect(items.filter(({ direction }) => direction === 'up').map(({ label }) => label)).toEqual([
      'ClientHello',
      'change_cipher_spec',
      'Certificate',
      'CertificateVerify',
      'Finished',
    ]);
  });

  it('needs a window more with ML-DSA-65 and an intermediate than with ML-DSA-44', () => {
    const windows = (prediction: Prediction): number | undefined => {
      const flight = prediction.flights.find(({ label }) => label === 'server flight');
      return flight && known(flight.extraRoundTrips);
    };
    expect(windows(ask({ signature: 'ECDSA-P256-SHA256' }))).toBe(0);
    expect(windows(ask({ signature: 'ML-DSA-44' }))).toBe(0);
    expect(windows(ask())).toBe(1);
    expect(windows(ask({ chain: 0 }))).toBe(0);
  });

  it('has neither certificates nor their code when it resumes', () => {
    const resumed = ask({ resumption: true });
    expect(labels(resumed, 'cpu').join()).not.toContain('verify');
    expect(resumed.flash.items.map(({ label }) => label)).not.toContain('ML-DSA-65');
    expect(known(resumed.down)).toBeLessThan(known(ask().down) / 10);
    expect(known(resumed.flash.total)).toBeLessThan(known(ask().flash.total));
  });

  it('costs a round trip and a key pair more when the share is refused', () => {
    const retried = ask({ helloRetry: true }, 'tcp-wifi');
    const once = ask({}, 'tcp-wifi');
    expect(labels(retried, 'wait').filter((label) => label === 'round trip')).toHaveLength(2);
    expect(labels(retried, 'cpu')).toContain('X25519MLKEM768 keygen again');
    expect(known(retried.time.mean)).toBeGreaterThan(known(once.time.mean));
  });

  it('holds less while certificates are read as they arrive', () => {
    const whole = ask({ signature: 'ML-DSA-87', chain: 2 });
    const piecewise = ask({ signature: 'ML-DSA-87', chain: 2, incrementalParsing: true });
    expect(known(piecewise.ram.total)).toBeLessThan(known(whole.ram.total) - 10_000);
    expect(known(piecewise.down)).toBeGreaterThan(known(whole.down));
  });

  it('is a distribution where the device signs', () => {
    const { time } = ask({ mutual: true });
    expect(known(time.p99)).toBeGreaterThan(known(time.mean) * 1.2);
    const { time: without } = ask();
    expect(known(without.p99)).toBe(known(without.mean));
  });

  it('says what it assumes', () => {
    expect(ask({ signature: 'MLDSA65-ECDSA-P256-SHA512' }).assumptions.join(' ')).toContain(
      'TLS has no number for',
    );
    expect(ask({ stack: 'wolfssl-5.9' }).assumptions.join(' ')).toContain('wolfSSL 5.9');
    expect(ask({ mutual: true }).assumptions.join(' ')).toMatch(
      /\d+ bytes of tickets.*certificate of the device/u,
    );
    expect(ask({}, 'quic-wifi').down.known && ask({}, 'quic-wifi').down).toMatchObject({
      status: 'estimate',
    });
  });

  it('says nothing of transfer without a link', () => {
    const alone = predict({ device: 'nrf52840', scenario: SCENARIO });
    expect(alone.steps.every(({ kind }) => kind === 'cpu')).toBe(true);
    expect(alone.flights).toEqual([]);
    expect(known(alone.down)).toBe(known(ask().down));
  });

  it('takes no less with more of anything, and fits no worse on a bigger device', () => {
    const device = findDevice(COST_DATA, 'nrf52832');
    const bigger = { ...device, ramBytes: { ...device.ramBytes, value: 4 * device.ramBytes.value } };
    const rank = { no: 0, unknown: 1, yes: 2 } as const;
    fc.assert(
      fc.property(
        fc.record({
          group: fc.constantFrom(...GROUPS),
          signature: fc.constantFrom(...SIGNATURES),
          chain: fc.integer({ min: 0, max: 3 }),
          mutual: fc.boolean(),
        }),
        fc.constantFrom(
          'nb-iot-cat-nb1',
          'tcp-wifi',
          'quic-wifi',
          'ieee802154-6lowpan',
          'tcp-1-mss-window-node',
        ),
        fc.constantFrom('fastest', 'smallest'),
        (rest, link, implementation) => {
          const scenario = { ...SCENARIO, ...rest };
          const now = predict({ device, link, scenario, implementation });
          const longer = predict({
            device,
            link,
            implementation,
            scenario: { ...scenario, chain: rest.chain + 1 },
          });
          if (now.time.mean.known && longer.time.mean.known)
            expect(longer.time.mean.value).toBeGreaterThan(now.time.mean.value);
          expect(known(longer.down)).toBeGreaterThan(known(now.down));
          const large = predict({ device: bigger, link, scenario, implementation });
          expect(rank[large.ram.fits]).toBeGreaterThanOrEqual(rank[now.ram.fits]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['an unknown group', { group: 'X25519MLKEM786' }, 'unknown_algorithm'],
    ['half an intermediate', { chain: 0.5 }, 'invalid_argument'],
    ['a chain without end', { chain: 1e9 }, 'invalid_argument'],
    ['a subject that is no name', { profile: { subject: 'pump' } }, 'invalid_argument'],
  ])('refuses %s', (_, wrong, code) => {
    expect(() => ask(wrong)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a chain on a device', () => {
  const scenario: CertificateChainScenario = {
    kind: 'certificate-chain',
    signature: 'ML-DSA-65',
    intermediates: 2,
  };
  const chainOf = (rest: Partial<CertificateChainScenario> = {}): Prediction =>
    predict({ device: 'nrf52840', link: 'ieee802154-6lowpan', scenario: { ...scenario, ...rest } });

  it('is fetched, hashed and checked certificate by certificate', () => {
    const { steps, items } = chainOf();
    expect(items.map(({ label }) => label)).toEqual(['leaf', 'intermediate 1', 'intermediate 2']);
    expect(steps.map(({ label }) => label)).toContain('ML-DSA-65 verify: 3 certificates');
  });

  it('may have a leaf whose key establishes secrets', () => {
    const { items, verdicts } = chainOf({ leafKey: 'ML-KEM-768' });
    expect(verdicts).toEqual([]);
    const [leaf] = items;
    const [usual] = chainOf().items;
    if (leaf === undefined || usual === undefined) throw new Error('no leaf');
    expect(known(usual.bytes) - known(leaf.bytes)).toBeGreaterThan(1952 - 1184);
  });
});
