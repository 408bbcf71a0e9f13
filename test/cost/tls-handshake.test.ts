import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chainCertificates } from '../../src/cost/certificate-size.ts';
import { COST_DATA, findDevice, findLink } from '../../src/cost/data/index.ts';
import type { CostData } from '../../src/cost/data/types.ts';
import { predict } from '../../src/cost/predict.ts';
import type { Prediction } from '../../src/cost/prediction.ts';
import type { Figure } from '../../src/cost/quantity.ts';
import type { CertificateChainScenario, TlsHandshakeScenario } from '../../src/cost/scenario.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { GROUPS, HANDSHAKE, SIGNATURES } from './handshake-cases.ts';
import { withoutWaitStates } from './predict-support.ts';

const ask = (rest: Partial<TlsHandshakeScenario> = {}, link = 'tcp-iw10-ethernet'): Prediction =>
  predict({ device: 'nrf52840', link, scenario: { ...HANDSHAKE, ...rest } });

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
    // The second share is of another group than the first [RFC 9846].
    expect(labels(retried, 'cpu').slice(0, 2)).toEqual(['X25519 keygen', 'X25519MLKEM768 keygen']);
    expect(labels(ask({ helloRetry: true, group: 'X25519' }), 'cpu').slice(0, 2)).toEqual([
      'X25519MLKEM768 keygen',
      'X25519 keygen',
    ]);
    expect(retried.steps.map(({ label }) => label).indexOf('X25519MLKEM768 keygen')).toBe(
      retried.steps.map(({ label }) => label).indexOf('second ClientHello') - 1,
    );
    expect(known(retried.time.mean)).toBeGreaterThan(known(once.time.mean));
  });

  it('has the code of both groups in flash where the first one is refused', () => {
    const code = (prediction: Prediction): readonly string[] =>
      prediction.flash.items.map(({ label }) => label);
    expect(code(ask({ group: 'X25519' }))).not.toContain('ML-KEM-768');
    expect(code(ask({ group: 'X25519', helloRetry: true }))).toContain('ML-KEM-768');
  });

  it('takes the time of the cipher suite whose bytes are counted', () => {
    const { steps, up, down, assumptions } = predict({
      device: withoutWaitStates('nrf52840'),
      scenario: HANDSHAKE,
    });
    const time = (label: string): number => {
      const step = steps.find((one) => one.label === label);
      if (step === undefined) throw new Error(`no step ${label}`);
      return known(step.time.mean);
    };
    // AES-256-GCM of wolfCrypt on the M4: 244.379 KiB/s at 80 MHz. SHA-512, of which SHA-384 is a part: 92.9 cycles.
    const decrypted = (time('decryption of records') * 64_000 * 244.379 * 1024) / 80e6;
    const hashed = (time('hash of the transcript') * 64_000) / 92.9;
    expect(hashed / decrypted).toBeCloseTo(1, 3);
    // Messages without what is around them: 5 bytes to 22 of each of six records.
    expect(decrypted).toBeLessThan(known(up) + known(down) - 6 * 5);
    expect(decrypted).toBeGreaterThan(known(up) + known(down) - 10 * 22);
    expect(assumptions.join(' ')).toMatch(/TLS_AES_256_GCM_SHA384.* computes AES-256-GCM and SHA-384/u);
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
    const alone = predict({ device: 'nrf52840', scenario: HANDSHAKE });
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
          const scenario = { ...HANDSHAKE, ...rest };
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

/** Items by their labels, without what is in use already. */
function sizesOf({ items }: Prediction['flash' | 'ram']): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    items.slice(1).map(({ label, bytes }) => {
      if (!bytes.known) throw new Error(bytes.because);
      return [label, [bytes.low, bytes.value, bytes.high]];
    }),
  );
}

const exactly = (bytes: number): readonly number[] => [bytes, bytes, bytes];

describe('memory of a handshake', () => {
  // Stacks as pqm4 has them; keys and signatures of FIPS 203 and FIPS 204.
  it('is that of the check, beside the message that brings the certificates', () => {
    const { ram } = ask();
    const certificate = ask().items.find(({ label }) => label === 'Certificate');
    expect(sizesOf(ram)).toEqual({
      'TLS state': [900, 1024, 4096],
      'ML-DSA-65 public key of the issuer': exactly(1952),
      stack: exactly(9888),
      // One record: header, content type and tag are no part of the message.
      'largest message of the server': exactly(known(certificate?.bytes ?? ram.total) - 22),
    });
  });

  it('is that of one record, where certificates are read as they arrive', () => {
    expect(sizesOf(ask({ incrementalParsing: true }).ram)).toMatchObject({
      'public key': exactly(1952),
      signature: exactly(3309),
      record: exactly(1024 + 22),
    });
  });

  it('is that of the key exchange, where nothing is checked', () => {
    const resumed = ask({ resumption: true, mutual: true });
    expect(sizesOf(resumed.ram)).toMatchObject({
      'private key': [96, 2432, 2432],
      ciphertext: exactly(1120),
      'shared secret': exactly(64),
      stack: exactly(6452),
    });
    expect(Object.keys(sizesOf(resumed.flash)).join()).not.toMatch(/trust anchor|own|ECDSA|ML-DSA/u);
    expect(resumed.assumptions.join(' ')).toContain('RAM is that of the key exchange');
    expect(resumed.assumptions.join(' ')).toContain('ticket that is offered');
    expect(ask().assumptions.join(' ')).not.toContain('ticket that is offered');
  });

  it('has the deeper stack of making the key pair and of using it', () => {
    const data = {
      ...COST_DATA,
      rows: COST_DATA.rows.map((row) =>
        row.id === 'ML-KEM-768:keygen:pqm4/m4fspeed:cortex-m4' && row.stack !== undefined
          ? { ...row, stack: { ...row.stack, value: 7000 } }
          : row,
      ),
    };
    const { ram } = predict({ device: 'nrf52840', scenario: { ...HANDSHAKE, resumption: true }, data });
    expect(sizesOf(ram)).toMatchObject({ stack: exactly(7000) });
  });

  it('is that of signing, where the device signs with what takes more', () => {
    const mutual = ask({ mutual: true, signature: 'ECDSA-P256-SHA256', clientSignature: 'ML-DSA-65' });
    expect(sizesOf(mutual.ram)).toEqual({
      'TLS state': [900, 1024, 4096],
      'private key': [32, 4032, 4032],
      signature: exactly(3309),
      stack: exactly(68_872),
      'record being sent': [512, 1024, 4096],
    });
    const chain = chainCertificates({ signature: 'ML-DSA-65', intermediates: 1, side: 'client' });
    expect(sizesOf(mutual.flash)).toMatchObject({
      // CN=Root CA is 20 bytes of DER, a point on P-256 is 65.
      'trust anchor': exactly(20 + 65),
      'own certificates': exactly(chain.reduce((sum, { bytes }) => sum + bytes.value, 0)),
      'own private key': exactly(32),
    });
    expect(Object.keys(sizesOf(ask().flash)).join()).not.toContain('own');
    expect(labels(mutual, 'cpu').slice(-2)).toEqual([
      'ECDSA-P256-SHA256 verify: handshake',
      'ML-DSA-65 sign',
    ]);
    expect(Object.keys(mutual.implementations)).toContain('ML-DSA-65 sign');
  });
});

describe('what is told beside a handshake', () => {
  it('is a server that may be busy', () => {
    const { time } = ask({}, 'tcp-wifi').steps.find(({ kind }) => kind === 'peer') ?? { time: undefined };
    expect(time?.mean).toMatchObject({ low: 0.2, value: 1, high: 10, status: 'estimate' });
  });

  it('is what the data has no time of, and that the sum is an estimate then', () => {
    const { assumptions, cpu } = predict({ device: 'rp2040', scenario: HANDSHAKE });
    expect(assumptions.at(-1)).toMatch(/^Not counted, .*core: decryption of records \(\d+ bytes\)\.$/u);
    expect(cpu.mean).toMatchObject({ status: 'estimate' });
    const data = { ...COST_DATA, rows: COST_DATA.rows.filter(({ operation }) => operation !== 'aead') };
    const status = (from: CostData): unknown =>
      predict({ device: 'nrf52840', scenario: HANDSHAKE, data: from }).cpu.mean;
    expect(status(COST_DATA)).toMatchObject({ status: 'derived' });
    expect(status(data)).toMatchObject({ status: 'estimate' });
  });

  it('is no connection of TCP where there is none', () => {
    expect(labels(ask({}, 'tcp-wifi'), 'wait')).toContain('TCP connect');
    expect(labels(ask({}, 'quic-wifi'), 'wait')).not.toContain('TCP connect');
  });

  it('is no missing number of a signature that a resumption does not use', () => {
    const composite = 'MLDSA65-ECDSA-P256-SHA512';
    expect(ask({ signature: composite, resumption: true }).assumptions.join(' ')).not.toContain('no number');
    expect(ask({ mutual: true, clientSignature: composite }).assumptions.join(' ')).toContain(
      `no number for ${composite}:`,
    );
  });

  it('is what a policy says of each algorithm in each of its uses', () => {
    const judged = (rest: Partial<TlsHandshakeScenario>): readonly string[] =>
      predict({
        device: 'nrf52840',
        scenario: { ...HANDSHAKE, ...rest },
        policy: namedPolicy('cnsa-2.0'),
        at: new Date('2027-01-01'),
      }).verdicts.map(({ algorithm }) => algorithm);
    expect(judged({})).toEqual(['X25519MLKEM768', 'ML-DSA-65', 'ML-DSA-65']);
    expect(judged({ mutual: true })).toEqual(judged({}));
    expect(judged({ mutual: true, clientSignature: 'ML-DSA-87' })).toEqual([
      ...judged({}),
      ...['ML-DSA-87', 'ML-DSA-87'],
    ]);
    expect(judged({ resumption: true })).toEqual(['X25519MLKEM768']);
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

  it('is in RAM a certificate at a time, and in flash whole', () => {
    const { ram, flash } = chainOf();
    const sizes = chainCertificates({ signature: 'ML-DSA-65', intermediates: 2 }).map(
      ({ bytes }) => bytes.value,
    );
    expect(sizesOf(ram)).toEqual({
      'public key': exactly(1952),
      signature: exactly(3309),
      stack: exactly(9888),
      'largest certificate': exactly(Math.max(...sizes)),
    });
    expect(sizesOf(flash)).toMatchObject({
      'trust anchor': exactly(20 + 1952),
      'the chain, stored': exactly(sizes.reduce((sum, one) => sum + one)),
    });
  });

  it('takes a request, the hash of all of it and a check for each certificate', () => {
    const device = withoutWaitStates('nrf52840');
    const link = 'ieee802154-6lowpan';
    const time = (label: string, intermediates: number): number => {
      const asked = predict({ device, link, scenario: { ...scenario, intermediates } });
      const step = asked.steps.find((one) => one.label === label);
      if (step === undefined) throw new Error(`no step ${label}`);
      return known(step.time.mean);
    };
    expect(time('request', 2)).toBe(findLink(COST_DATA, link).rtt.value);
    const one = time('ML-DSA-65 verify: certificate', 0);
    // 2.416 Mcycles; SHAKE256 in assembly 80.8 a byte.
    expect(one).toBeCloseTo(2.416e6 / 64_000, 1);
    expect(time('ML-DSA-65 verify: 3 certificates', 2)).toBeCloseTo(3 * one, 6);
    expect((time('SHAKE256 of the certificates', 2) * 64_000) / known(chainOf().down)).toBeCloseTo(80.8, 1);
  });

  it('says where the data has no time of its hash', () => {
    const data = { ...COST_DATA, rows: COST_DATA.rows.filter(({ operation }) => operation !== 'hash') };
    const { assumptions, cpu, steps } = predict({ device: 'nrf52840', scenario, data });
    expect(assumptions.at(-1)).toMatch(/^Not counted, .*: SHAKE256 of the certificates \(\d+ bytes\)\.$/u);
    expect(cpu.mean).toMatchObject({ status: 'estimate' });
    expect(steps).toHaveLength(1);
  });

  it('is judged as what it is signed with, and as a key that establishes secrets', () => {
    const judged = (leafKey: CertificateChainScenario['leafKey']): readonly string[] =>
      predict({
        device: 'nrf52840',
        scenario: { ...scenario, ...(leafKey !== undefined && { leafKey }) },
        policy: namedPolicy('cnsa-2.0'),
        at: new Date('2027-01-01'),
      }).verdicts.map(({ algorithm }) => algorithm);
    expect(judged(undefined)).toEqual(['ML-DSA-65']);
    expect(judged('ML-DSA-44')).toEqual(['ML-DSA-65']);
    expect(judged('ML-KEM-768')).toEqual(['ML-DSA-65', 'ML-KEM-768']);
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
