/** Simulated fleets: devices that connect, fail, retry, reboot and roll back, the same in every run. */
import type { DowngradeEnded, DowngradeSuspected, HybridgeEvent } from '../../src/events/index.ts';
import { createDowngradeDetector, type SeenOutcome } from '../../src/negotiation/index.ts';

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const HOUR = 3_600_000;
export const DAY: number = 24 * HOUR;
const START = Date.parse('2026-11-21T00:00:00Z');

const HYBRID = { versions: [0x0304], groups: [0x11ec, 0x001d] };
const CLASSICAL = { versions: [0x0304], groups: [0x001d] };

/** What a device does when it connects. */
export interface Device {
  readonly address: string;
  readonly serverName: string;
  /** Undefined for a device without a certificate. */
  readonly identity: string | undefined;
  readonly ja4: string;
  /** Milliseconds between two connections, on average. */
  readonly interval: number;
  /** Share of handshakes that the network breaks at this moment. */
  flaky(at: number): number;
  /** Milliseconds between two reboots, on average: then its boot loader, which knows no hybrids, connects thrice. */
  readonly reboots?: number;
  /** Whether it is switched on. */
  isOn(at: number): boolean;
  /** Whether it offers hybrids at this moment. */
  offersHybrid(at: number): boolean;
}

/** Somebody on the way who breaks hybrid handshakes; the device then tries without. */
export interface Attack {
  readonly from: number;
  hits(device: Device): boolean;
}

/** What a simulation came to. */
export interface Outcome {
  readonly sessions: number;
  readonly suspected: readonly DowngradeSuspected[];
  readonly ended: readonly DowngradeEnded[];
  /** Connections that the attack hit, until the first suspicion (all, where there is none). */
  readonly hitsBeforeAlarm: number;
}

export function simulate(devices: readonly Device[], days: number, seed: number, attack?: Attack): Outcome {
  const random = randomOf(seed);
  const seen: HybridgeEvent[] = [];
  const detector = createDowngradeDetector({ events: { emit: (event) => seen.push(event) } });
  let sessions = 0;
  let hits = 0;
  let hitsBeforeAlarm: number | undefined;
  let port = 1024;
  const attempt = (device: Device, hybrid: boolean, result: SeenOutcome['result'], at: number): void => {
    const connection = String(sessions++);
    port = port === 65_535 ? 1024 : port + 1;
    const { address, serverName, ja4, identity } = device;
    const peer = {
      address: `${address}:${String(port)}`,
      serverName,
      ja4,
      ja3: undefined,
      identity: undefined,
    };
    detector.hello({ connection, peer, offer: hybrid ? HYBRID : CLASSICAL }, new Date(at));
    const known = { ...peer, identity: result === 'established' ? identity : undefined };
    detector.outcome({ connection, peer: known, result, helloRetry: false }, new Date(at + 50));
  };
  const connect = (device: Device, at: number): void => {
    const hybrid = device.offersHybrid(at);
    if (hybrid && attack !== undefined && at >= attack.from && attack.hits(device)) {
      hits++;
      attempt(device, true, 'failed', at);
      attempt(device, false, 'established', at + 2000);
      if (hitsBeforeAlarm === undefined && seen.length > 0) hitsBeforeAlarm = hits;
      return;
    }
    let now = at;
    if (device.reboots !== undefined && random() < device.interval / device.reboots)
      for (let turn = 0; turn < 3; turn++) {
        attempt(device, false, 'established', now);
        now += 20_000 + random() * 60_000;
      }
    while (random() < device.flaky(at - START)) {
      attempt(device, hybrid, 'failed', now);
      now += 1000 + random() * 4000;
    }
    attempt(device, hybrid, 'established', now);
  };
  // Minutes are small enough to bring the devices into one order.
  const next = devices.map((device) => START + random() * device.interval);
  const end = START + days * DAY;
  for (let now = START; now < end; now += 60_000)
    for (const [index, device] of devices.entries()) {
      const due = next[index] ?? 0;
      if (due > now) continue;
      if (device.isOn(now - START)) connect(device, now);
      next[index] = now - Math.log(1 - random()) * device.interval;
    }
  return {
    sessions,
    suspected: seen.filter((event) => event.type === 'downgrade-suspected'),
    ended: seen.filter((event) => event.type === 'downgrade-ended'),
    hitsBeforeAlarm: hitsBeforeAlarm ?? hits,
  };
}

/** Times inside a simulation are counted from its beginning. */
export const at = (day: number): number => START + day * DAY;

/** Devices with certificates that connect about hourly from sites of ten. */
export function pumps(count: number, offersHybrid: (device: number, at: number) => boolean): Device[] {
  return Array.from({ length: count }, (_, index) => ({
    address: `198.51.${String(Math.floor(index / 10) % 256)}.${String(index % 10)}`,
    serverName: 'pumps.example',
    identity: `uri:urn:dev:ops:pump-${String(index)}`,
    ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
    interval: HOUR,
    flaky: () => 0.02,
    isOn: () => true,
    offersHybrid: (now) => offersHybrid(index, now - START),
  }));
}

/** Pairs of devices without certificates behind one address, alike but for the hybrid group. */
export function neighbours(sites: number, flaky: number, seed: number): Device[] {
  const random = randomOf(seed);
  return Array.from({ length: sites }, (_, site) => {
    const common = {
      address: `203.0.${String(site % 256)}.1`,
      serverName: `site-${String(Math.floor(site / 256))}.example`,
      identity: undefined,
      ja4: 't13d1715h2_5b57614c22b0_7121afd63204',
      flaky: () => flaky,
    };
    const opens = 6 + random() * 4;
    const closes = 15 + random() * 6;
    return [
      // A workstation with office hours, and none at the weekend.
      {
        ...common,
        interval: HOUR * (0.2 + random()),
        isOn: (now: number) =>
          Math.floor(now / DAY) % 7 < 5 && (now % DAY) / HOUR > opens && (now % DAY) / HOUR < closes,
        offersHybrid: () => true,
      },
      // A monitor that is always on.
      {
        ...common,
        interval: HOUR * (0.2 + 2 * random()),
        isOn: () => true,
        offersHybrid: () => false,
      },
    ];
  }).flat();
}

/** Devices of eight kinds without certificates, fifty behind one address, every other one hybrid. */
export function wards(count: number, seed: number): Device[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, index) => ({
    address: `203.0.${String(Math.floor(index / 50))}.1`,
    serverName: 'front.example',
    identity: undefined,
    ja4: `t13d15${String(10 + Math.floor(random() * 8))}h2_8daaf6152771_e5627efa2ab1`,
    interval: HOUR * (0.2 + 3 * random()),
    flaky: () => 0.05,
    isOn: () => true,
    offersHybrid: () => index % 2 === 0,
  }));
}
