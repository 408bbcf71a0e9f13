import { describe, expect, test } from 'vitest';

import type { DowngradeSuspected, EventPeer, HybridgeEvent } from '../../src/events/index.ts';
import {
  createDowngradeDetector,
  type DowngradeDetector,
  type DowngradeDetectorOptions,
  type SeenOutcome,
} from '../../src/negotiation/index.ts';
import { LeastRecentlyUsed } from '../../src/negotiation/lru.ts';
import { hostOf, networkOf } from '../../src/negotiation/network.ts';
import { Tracks } from '../../src/negotiation/tracks.ts';
import { report } from '../support/tally.ts';
import { at as day, DAY, HOUR, neighbours, type Outcome, pumps, simulate } from './fleet.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-21T00:00:00Z');
const JA4 = 't13d1516h2_8daaf6152771_e5627efa2ab1';
const PEER: EventPeer = {
  address: '192.0.2.7:51234',
  serverName: 'pumps.example',
  identity: undefined,
  ja3: undefined,
  ja4: JA4,
};
const PUMP = 'uri:urn:dev:ops:pump-17';
const HYBRID = [0x0a0a, 0x11ec, 0x001d];
const CLASSICAL = [0x0a0a, 0x001d, 0x0017];

interface Attempt extends Partial<Omit<SeenOutcome, 'connection' | 'peer'>> {
  readonly groups: readonly number[];
  readonly peer?: Partial<EventPeer>;
  /** How long it takes. */
  readonly takes?: number;
}

/** A detector, and a hand to show it connections with. */
function laboratory(options: Partial<DowngradeDetectorOptions> = {}): {
  readonly detector: DowngradeDetector;
  readonly events: HybridgeEvent[];
  readonly suspected: () => DowngradeSuspected[];
  /** Shows an attempt that begins so many milliseconds after the one before began. */
  readonly show: (after: number, attempt: Attempt) => void;
  readonly at: (after?: number) => Date;
} {
  const events: HybridgeEvent[] = [];
  const detector = createDowngradeDetector({ events: { emit: (event) => events.push(event) }, ...options });
  let now = START;
  let connections = 0;
  const at = (after = 0): Date => {
    now += after;
    return new Date(now);
  };
  return {
    detector,
    events,
    suspected: () => events.filter((event) => event.type === 'downgrade-suspected'),
    at,
    show: (after, { groups, peer, takes = 50, result = 'established', helloRetry = false, floor }) => {
      const connection = String(connections++);
      const known = { ...PEER, ...peer };
      detector.hello(
        { connection, peer: { ...known, identity: undefined }, offer: { versions: [0x0304], groups } },
        at(after),
      );
      const identity = result === 'failed' ? undefined : known.identity;
      const outcome = { connection, peer: { ...known, identity }, result, helloRetry, floor };
      detector.outcome(outcome, new Date(now + takes));
    },
  };
}

describe('an offer that shrinks', () => {
  const peer = { identity: PUMP };

  test('is an alarm when a device that always offered hybrids stops, once', () => {
    const { show, suspected, events, detector, at } = laboratory();
    for (let hour = 0; hour < 100; hour++) show(HOUR, { groups: HYBRID, peer });
    show(HOUR, { groups: CLASSICAL, peer });
    expect(events).toEqual([]);
    for (let hour = 0; hour < 20; hour++) show(HOUR, { groups: CLASSICAL, peer });
    expect(suspected()).toEqual([
      {
        type: 'downgrade-suspected',
        kind: 'offer-shrunk',
        at: new Date(START + 102 * HOUR + 50),
        connection: '101',
        peer: { ...PEER, identity: PUMP },
        episode: expect.stringMatching(/^offer-shrunk[/]uri:urn:dev:ops:pump-17[/]2026-/) as string,
        before: 'TLS 1.3 with X25519MLKEM768',
        now: 'TLS 1.3 with x25519, secp256r1',
        refused: false,
        evidence: [
          'this peer offered TLS 1.3 with X25519MLKEM768 in 100 spans of ten minutes, last at 2026-11-25T04:00:00.050Z',
          'only weaker offers in the last 2 spans of ten minutes: by this history a chance of 0.0096 %',
          `the hello has the JA4 of the stronger ones, ${JA4}`,
        ],
      },
    ]);
    // Better again: a day later the episode is over.
    show(HOUR, { groups: HYBRID, peer });
    detector.sweep(at(22 * HOUR));
    expect(events).toHaveLength(1);
    detector.sweep(at(2 * HOUR));
    expect(events[1]).toEqual({
      type: 'downgrade-ended',
      at: at(),
      episode: suspected()[0]?.episode,
      connections: 20,
      since: new Date(START + 102 * HOUR + 50),
    });
  });

  test('takes longer to be one when little is known, or when the software is another', () => {
    const few = laboratory();
    for (let hour = 0; hour < 3; hour++) few.show(HOUR, { groups: HYBRID, peer });
    for (let hour = 0; hour < 2; hour++) few.show(HOUR, { groups: CLASSICAL, peer });
    expect(few.events).toEqual([]);
    few.show(HOUR, { groups: CLASSICAL, peer });
    expect(few.suspected()).toHaveLength(1);

    const other = laboratory();
    for (let hour = 0; hour < 50; hour++) other.show(HOUR, { groups: HYBRID, peer });
    const ja4 = 't13d0607h1_5b57614c22b0_7121afd63204';
    for (let hour = 0; hour < 3; hour++) other.show(HOUR, { groups: CLASSICAL, peer: { ...peer, ja4 } });
    expect(other.events).toEqual([]);
    other.show(HOUR, { groups: CLASSICAL, peer: { ...peer, ja4 } });
    expect(other.suspected()[0]?.evidence).toContain('the hello has another JA4 than the stronger ones');
  });

  test('a hundred connections in ten minutes count as one', () => {
    const { show, events } = laboratory();
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID, peer });
    for (let turn = 0; turn < 100; turn++) show(5000, { groups: CLASSICAL, peer });
    expect(events).toEqual([]);
  });

  test('is judged for each server name apart: one device may speak through different software', () => {
    const { show, events } = laboratory();
    for (let hour = 0; hour < 50; hour++) {
      show(HOUR, { groups: HYBRID, peer });
      show(0, { groups: CLASSICAL, peer: { ...peer, serverName: 'updates.example' } });
    }
    for (let turn = 0; turn < 20; turn++)
      show(HOUR, { groups: CLASSICAL, peer: { ...peer, serverName: 'updates.example' } });
    expect(events).toEqual([]);
  });

  test('without an identity, what looks alike in one network is watched by the day', () => {
    const { show, suspected } = laboratory();
    for (let hour = 0; hour < 20 * 24; hour++)
      show(HOUR, { groups: HYBRID, peer: { address: `192.0.2.${String(hour % 200)}:1024` } });
    for (let hour = 0; hour < 24; hour++) show(HOUR, { groups: CLASSICAL });
    expect(suspected()).toEqual([]);
    for (let hour = 0; hour < 24; hour++) show(HOUR, { groups: CLASSICAL });
    expect(suspected().map(({ kind, peer: { identity } }) => [kind, identity])).toEqual([
      ['offer-shrunk', undefined],
    ]);
    expect(suspected()[0]?.evidence[0]).toContain('hellos of this JA4 from 192.0.2.0/24 for pumps.example');
  });

  test('counts where a session or a refusal came of it: whoever can connect can break off', () => {
    const { show, events, suspected } = laboratory();
    for (let days = 0; days < 30; days++) show(DAY, { groups: HYBRID });
    for (let days = 0; days < 3; days++) show(DAY, { groups: CLASSICAL, result: 'failed' });
    expect(events).toEqual([]);
    for (let days = 0; days < 3; days++) show(DAY, { groups: CLASSICAL, result: 'refused' });
    expect(suspected()[0]?.kind).toBe('offer-shrunk');
  });

  test('is none where it often did for a while', () => {
    const { show, events } = laboratory();
    for (let cycle = 0; cycle < 30; cycle++)
      for (let hour = 0; hour < 7; hour++) show(HOUR, { groups: hour < 5 ? HYBRID : CLASSICAL, peer });
    expect(events).toEqual([]);
  });

  test('is the new normal after seven days, or after a reset', () => {
    const slow = laboratory();
    for (let hour = 0; hour < 100; hour++) slow.show(HOUR, { groups: HYBRID, peer });
    for (let hour = 0; hour < 10 * 24; hour++) slow.show(HOUR, { groups: CLASSICAL, peer });
    expect(slow.events.map(({ type }) => type)).toEqual(['downgrade-suspected', 'downgrade-ended']);

    const { show, detector, events } = laboratory();
    for (let hour = 0; hour < 100; hour++) show(HOUR, { groups: HYBRID, peer });
    detector.reset();
    for (let hour = 0; hour < 100; hour++) show(HOUR, { groups: CLASSICAL, peer });
    expect(events).toEqual([]);
  });

  test('falls back in version as well as in groups', () => {
    const { detector, suspected, show } = laboratory();
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID, peer });
    for (let turn = 0; turn < 2; turn++) {
      const now = new Date(START + (51 + turn) * HOUR);
      const known = { ...PEER, identity: PUMP };
      detector.hello({ connection: 'old', peer: PEER, offer: { versions: [0x0303], groups: HYBRID } }, now);
      detector.outcome({ connection: 'old', peer: known, result: 'refused', helloRetry: undefined }, now);
    }
    expect(suspected().map(({ now, refused }) => [now, refused])).toEqual([['TLS 1.2', true]]);
  });
});

describe('failures with weaker attempts after them', () => {
  test('are an alarm where neither is usual', () => {
    const { show, suspected } = laboratory();
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID });
    show(HOUR, { groups: HYBRID, result: 'failed' });
    show(1000, { groups: HYBRID, result: 'failed' });
    show(1000, { groups: CLASSICAL });
    expect(suspected()).toEqual([]);
    show(HOUR, { groups: HYBRID, result: 'failed' });
    show(1000, { groups: CLASSICAL });
    expect(suspected()).toEqual([
      expect.objectContaining({
        kind: 'retry-pattern',
        before: 'TLS 1.3 with X25519MLKEM768',
        now: 'TLS 1.3 with x25519, secp256r1',
        refused: false,
        evidence: [
          'attempts from 192.0.2.7 that failed and were followed by a weaker one within half a minute: 2',
          expect.stringContaining('by the history of this address a chance of 0.000') as string,
        ],
      }),
    ]);
    for (let hour = 0; hour < 10; hour++) {
      show(HOUR, { groups: HYBRID, result: 'failed' });
      show(1000, { groups: CLASSICAL });
    }
    expect(suspected()).toHaveLength(1);
  });

  test('are seen where the weaker attempt comes before the stronger one is known to have failed', () => {
    const { show, detector, suspected } = laboratory();
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID });
    const offer = { versions: [0x0304], groups: HYBRID };
    const ended = { peer: PEER, helloRetry: false };
    for (const now of [START + 60 * HOUR, START + 61 * HOUR]) {
      expect(suspected()).toEqual([]);
      detector.hello({ connection: 'strong', peer: PEER, offer }, new Date(now));
      detector.hello(
        { connection: 'weak', peer: PEER, offer: { ...offer, groups: CLASSICAL } },
        new Date(now + 9000),
      );
      detector.outcome({ ...ended, connection: 'weak', result: 'established' }, new Date(now + 9100));
      expect(suspected()).toEqual([]);
      detector.outcome({ ...ended, connection: 'strong', result: 'failed' }, new Date(now + 15_000));
    }
    expect(suspected().map(({ kind, now: weak }) => [kind, weak])).toEqual([
      ['retry-pattern', 'TLS 1.3 with x25519, secp256r1'],
    ]);
  });

  test('are seen from the first day where they go on', () => {
    const { show, suspected } = laboratory();
    for (let cycle = 1; cycle <= 12 && suspected().length === 0; cycle++) {
      show(HOUR, { groups: HYBRID, result: 'failed' });
      show(1000, { groups: CLASSICAL });
      if (suspected().length > 0) expect(cycle).toBe(7);
    }
    expect(suspected()).toHaveLength(1);
  });

  test('are none where a stronger one succeeds, nothing follows in time, or both are usual', () => {
    const { show, events } = laboratory();
    for (let hour = 0; hour < 50; hour++) {
      show(HOUR, { groups: HYBRID });
      show(HOUR, { groups: HYBRID, result: 'failed' });
      show(1000, { groups: HYBRID });
      show(HOUR, { groups: HYBRID, result: 'failed' });
      show(31_000, { groups: CLASSICAL });
      show(HOUR, { groups: CLASSICAL });
      show(1000, { groups: HYBRID, result: 'refused' });
      show(1000, { groups: CLASSICAL });
    }
    show(HOUR, { groups: HYBRID, result: 'failed' });
    show(1000, { groups: CLASSICAL });
    expect(events).toEqual([]);
  });
});

describe('hellos that are asked for again and again', () => {
  const again: Attempt = { groups: HYBRID, result: 'failed', helloRetry: true };

  test('are a loop from the fifth on, when none is finished', () => {
    const { show, suspected } = laboratory();
    for (let turn = 0; turn < 4; turn++) show(5000, again);
    expect(suspected()).toEqual([]);
    for (let turn = 0; turn < 40; turn++) show(5000, again);
    expect(suspected().map(({ kind, connection }) => [kind, connection])).toEqual([
      ['hello-retry-loop', '4'],
    ]);
  });

  test('are none when one is finished, or when they are far apart', () => {
    const { show, events } = laboratory();
    for (let turn = 0; turn < 40; turn++)
      show(5000, turn % 4 === 3 ? { ...again, result: 'established' } : again);
    for (let turn = 0; turn < 40; turn++) show(2 * MINUTE, again);
    expect(events).toEqual([]);
  });
});

describe('sessions below a floor', () => {
  const floor = {
    verdict: 'violated',
    floor: 40,
    refuse: true,
    reason: 'this peer has proven more',
  } as const;

  test('are one episode for each peer, refused or not', () => {
    const { show, suspected } = laboratory();
    for (let turn = 0; turn < 10; turn++)
      show(MINUTE, { groups: CLASSICAL, peer: { identity: PUMP }, result: 'refused', floor });
    show(MINUTE, {
      groups: CLASSICAL,
      peer: { identity: 'uri:b' },
      floor: { ...floor, refuse: false },
    });
    expect(
      suspected().map(({ kind, refused, before, evidence }) => ({ kind, refused, before, evidence })),
    ).toEqual(
      [true, false].map((refused) => ({
        kind: 'floor-violation',
        refused,
        before:
          'TLS 1.3 with a hybrid or post-quantum key exchange of category 3 to 5, classical or no authentication',
        evidence: ['this peer has proven more'],
      })),
    );
  });

  test('are no other verdict than that', () => {
    const { show, events } = laboratory();
    const verdicts: readonly SeenOutcome['floor'][] = [
      { verdict: 'met', floor: 40, refuse: false },
      { verdict: 'store-lost', floor: undefined, refuse: true, reason: 'gone' },
    ];
    for (const verdict of verdicts)
      show(MINUTE, { groups: HYBRID, peer: { identity: PUMP }, floor: verdict });
    expect(events).toEqual([]);
  });

  test('of a whole fleet are told of one by one only at first', () => {
    const { show, suspected, events, detector, at } = laboratory({ episodes: 3, quiet: HOUR });
    for (let device = 0; device < 500; device++)
      show(1000, {
        groups: CLASSICAL,
        peer: { identity: `uri:${String(device)}` },
        result: 'refused',
        floor,
      });
    expect(suspected()).toHaveLength(4);
    expect(suspected()[3]?.episode).toContain('floor-violation/everywhere/');
    expect(suspected()[3]?.evidence[1]).toBe(
      '3 such episodes are open: this one stands for all further ones',
    );
    detector.sweep(at(2 * HOUR));
    expect(
      events.filter((event) => event.type === 'downgrade-ended').map((event) => event.connections),
    ).toEqual([1, 1, 1, 497]);
  });
});

describe('createDowngradeDetector', () => {
  test('passes over outcomes of connections that it does not know', () => {
    const { detector, events, at } = laboratory();
    detector.outcome({ connection: 'x', peer: PEER, result: 'failed', helloRetry: true }, at());
    expect(events).toEqual([]);
  });

  test('takes one outcome of a connection', () => {
    const { detector, events, at } = laboratory();
    const offer = { versions: [0x0304], groups: HYBRID };
    detector.hello({ connection: 'x', peer: PEER, offer }, at());
    for (let turn = 0; turn < 10; turn++)
      detector.outcome({ connection: 'x', peer: PEER, result: 'failed', helloRetry: true }, at(1000));
    expect(events).toEqual([]);
  });

  test('forgets attempts as well when it is reset', () => {
    const { detector, events, show } = laboratory();
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID });
    detector.reset();
    for (let turn = 0; turn < 2; turn++) {
      show(HOUR, { groups: HYBRID, result: 'failed' });
      show(1000, { groups: CLASSICAL });
    }
    expect(events).toEqual([]);
  });

  test('ends each episode in its time, however long another goes on', () => {
    const { detector, events, show, at } = laboratory({ quiet: HOUR });
    const floor: SeenOutcome['floor'] = { verdict: 'violated', floor: 40, refuse: true, reason: 'r' };
    const below = (identity: string): void => {
      show(HOUR / 4, { groups: HYBRID, peer: { identity }, floor, takes: 0 });
    };
    below('uri:long');
    below('uri:short');
    below('uri:long');
    detector.sweep(at((3 * HOUR) / 4 - 1));
    expect(events.map(({ type }) => type)).toEqual(['downgrade-suspected', 'downgrade-suspected']);
    detector.sweep(at(1));
    expect(events.slice(2)).toEqual([
      expect.objectContaining({
        type: 'downgrade-ended',
        episode: expect.stringContaining('uri:short') as string,
        connections: 1,
      }),
    ]);
  });

  test('refuses what is no number of anything', () => {
    for (const options of [{ capacity: 0 }, { quiet: 0.5 }, { episodes: Number.NaN }])
      expect(() => laboratory(options)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }) as Error,
      );
  });

  test('takes any address, name and offer', () => {
    const { detector, at } = laboratory({ capacity: 3 });
    for (const address of [
      '',
      ':',
      '[',
      '[]:1',
      'x',
      '::1',
      '[::1]:443',
      '1.2.3.4',
      '::ffff:1.2.3.4',
      '%eth0',
    ])
      for (const versions of [[], [0], [0x0304]]) {
        const peer = { ...PEER, address, serverName: undefined, ja4: undefined };
        detector.hello({ connection: address, peer, offer: { versions, groups: undefined } }, at(1));
        detector.outcome({ connection: address, peer, result: 'failed', helloRetry: undefined }, at(1));
      }
  });
});

describe('what is remembered', () => {
  test('networks are a /24 or a /48', () => {
    const network = (address: string): string => networkOf(hostOf(address));
    expect(network('192.0.2.7:51234')).toBe('192.0.2.0/24');
    expect(network('192.0.2.7')).toBe('192.0.2.0/24');
    expect(network('[::ffff:192.0.2.7]:1')).toBe('192.0.2.0/24');
    expect(network('[2001:db8:1:2::7]:443')).toBe('2001:db8:1::/48');
    expect(network('2001:db8::7')).toBe('2001:db8:0::/48');
    expect(network('[2001:db8:0:0:0:0:0:7]:443')).toBe('2001:db8:0::/48');
    expect(network('::1')).toBe('0:0:0::/48');
  });

  test('is bounded: for a network, and in all', () => {
    const tracks = new Tracks<number>(1000);
    for (let name = 0; name < 5000; name++) tracks.open('192.0.2.0/24', String(name), () => name);
    expect(tracks.size).toBe(256);
    for (let network = 0; network < 5000; network++) tracks.open(String(network), 'x', () => network);
    expect(tracks.size).toBe(1000);
    expect(tracks.open('4999', 'x', () => -1)).toBe(4999);
    expect(tracks.open('3', 'x', () => -1)).toBe(-1);
    tracks.clear();
    expect(tracks.size).toBe(0);
  });

  test('is what was used last, of a network and of all', () => {
    const names = new Tracks<number>(1000);
    const open = (owner: string, name: number): number => names.open(owner, String(name), () => -name);
    for (let name = 0; name < 256; name++) names.open('a', String(name), () => name);
    expect(open('a', 0)).toBe(0);
    open('a', 256);
    expect([open('a', 1), open('a', 3)]).toEqual([-1, 3]);
    const owners = new Tracks<string>(2);
    owners.open('a', 'x', () => 'first');
    owners.open('b', 'x', () => 'first');
    owners.open('a', 'x', () => 'again');
    owners.open('c', 'x', () => 'first');
    expect([owners.open('a', 'x', () => 'lost'), owners.open('b', 'x', () => 'lost')]).toEqual([
      'first',
      'lost',
    ]);
  });

  test('of one device is not lost to another that speaks to many names', () => {
    const { show, suspected } = laboratory({ capacity: 300 });
    for (let hour = 0; hour < 50; hour++) show(HOUR, { groups: HYBRID, peer: { identity: PUMP } });
    for (let name = 0; name < 1000; name++)
      show(1, {
        groups: HYBRID,
        peer: { identity: 'uri:urn:dev:ops:insider', serverName: `x${String(name)}.example` },
      });
    for (let hour = 0; hour < 3; hour++) show(HOUR, { groups: CLASSICAL, peer: { identity: PUMP } });
    expect(suspected().map(({ peer }) => peer.identity)).toEqual([PUMP]);
  });

  test('is what was used last', () => {
    const cache = new LeastRecentlyUsed<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });
});

describe('simulated fleets', () => {
  const told = (name: string, { sessions, suspected }: Outcome): number => {
    report(
      `downgrade detector, ${name}: ${String(suspected.length)} alarms in ${String(sessions)} connections`,
    );
    expect(sessions).toBeGreaterThan(5000);
    return suspected.length;
  };
  const fleet = pumps(40, () => true);

  test('that are well raise no alarm', () => {
    expect(told('hybrid devices on a line that fails', simulate(fleet, 10, 1))).toBe(0);
    const rebooting = fleet.map((device) => ({ ...device, reboots: 7 * DAY }));
    expect(told('devices whose boot loader is classical', simulate(rebooting, 10, 2))).toBe(0);
    expect(told('unlike devices behind one address', simulate(neighbours(40, 0.1, 3), 10, 3))).toBe(0);
  });

  test('that are rolled back raise a few', () => {
    const rolledBack = pumps(40, (device, now) => device % 4 > 0 || now < 5 * DAY);
    expect(told('a quarter of the fleet rolled back', simulate(rolledBack, 10, 4))).toBe(6);
  });

  test('that are attacked raise a few, at once', () => {
    const one = simulate(fleet, 10, 5, {
      from: day(5),
      hits: ({ identity }) => identity === 'uri:urn:dev:ops:pump-7',
    });
    expect(told('one device attacked', one)).toBe(2);
    expect(one.hitsBeforeAlarm).toBeLessThan(4);
    const all = simulate(fleet, 10, 6, { from: day(5), hits: () => true });
    expect(told('all devices attacked', all)).toBe(12);
    expect(all.hitsBeforeAlarm).toBeLessThan(40);
  });
});
