/**
 * Somebody between device and terminator who wants the session to be classical. What must come of it: a handshake whose
 * hellos were changed fails, because both sides hash what they have seen [RFC 9846 §4.5.1]; a device that falls back is not
 * let below what it has proven; and the operator hears of it once.
 */
import { createServer } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventStream, type DowngradeSuspected, type HybridgeEvent } from '../../src/events/index.ts';
import { postureStrength } from '../../src/negotiation/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import { createTerminator, type TerminatorOptions } from '../../src/terminator/index.ts';
import type { ClientHello } from '../../src/tls/index.ts';
import { provider } from '../certificates/fixtures.ts';
import {
  authority,
  call,
  credential,
  exception,
  NOW,
  plain,
  readAll,
} from '../terminator/listener-support.ts';
import { listening, LOOPBACK } from '../terminator/proxy-support.ts';
import { otherServerHello, type Relay, relayTo, type Tampering } from './relay.ts';
import { changed, EXTENSION, GROUP, groupsData, records, said, sharesData, x25519Share } from './wire.ts';

interface Attacked {
  readonly port: number;
  readonly relay: Relay;
  readonly events: HybridgeEvent[];
  /** Moves the terminator's clock, in milliseconds. */
  readonly wait: (milliseconds: number) => void;
}

/** A terminator, a service behind it that says `ok`, and somebody before it. */
async function attacked(options: Partial<TerminatorOptions>): Promise<Attacked> {
  const service = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined).end('ok');
    }),
  );
  const stream = createEventStream();
  const events: HybridgeEvent[] = [];
  stream.subscribe((event) => events.push(event));
  let now = NOW.getTime();
  const terminator = createTerminator({
    provider,
    policy: namedPolicy('hybrid-preferred'),
    credentials: [await credential()],
    upstream: { host: LOOPBACK, port: service.port, mode: 'tcp' },
    store: createMemoryStore(),
    events: stream,
    clock: { now: () => new Date(now) },
    ...options,
  });
  onTestFinished(() => terminator.close());
  const { port } = await terminator.listen({ port: 0, host: LOOPBACK });
  return { port, relay: await relayTo(port), events, wait: (milliseconds) => (now += milliseconds) };
}

const ofType = <Type extends HybridgeEvent['type']>(
  events: readonly HybridgeEvent[],
  type: Type,
): Extract<HybridgeEvent, { readonly type: Type }>[] =>
  events.filter((event): event is Extract<HybridgeEvent, { readonly type: Type }> => event.type === type);

const kinds = (events: readonly HybridgeEvent[]): DowngradeSuspected['kind'][] =>
  ofType(events, 'downgrade-suspected')
    .map(({ kind }) => kind)
    .toSorted();

/** What the device goes back to when nothing else works, as clients have always done. */
const FALLBACK: ConnectionOptions = { ecdhCurve: 'X25519' };

/** Only the share of X25519 is left; the server has to ask for the hybrid one, which the client believes it has sent. */
const stripShare = (hello: ClientHello): Uint8Array =>
  changed(hello, ({ type, data }) => (type === EXTENSION.keyShare ? sharesData(x25519Share()) : data));

/** The client seems to know nothing but X25519. */
const rewriteGroups = (hello: ClientHello): Uint8Array =>
  changed(hello, ({ type, data }) => {
    if (type === EXTENSION.groups) return groupsData(GROUP.x25519);
    const own = hello.keyShares?.find(({ group }) => group === GROUP.x25519);
    return type === EXTENSION.keyShare ? sharesData(own ?? x25519Share()) : data;
  });

/** X25519MLKEM768: 1184 bytes of ML-KEM, of which the last 32 are a seed, then 32 of X25519. */
const SEED = 1152;
function corruptShare(hello: ClientHello, change: (share: Uint8Array) => void): Uint8Array {
  const shares = (hello.keyShares ?? []).map(({ group, keyExchange }) => {
    const copy = Uint8Array.from(keyExchange);
    if (group === GROUP.hybrid) change(copy);
    return { group, keyExchange: copy };
  });
  return changed(hello, ({ type, data }) => (type === EXTENSION.keyShare ? sharesData(...shares) : data));
}

/** Touches only hellos with something to take away; the fallback goes through. */
const ofStrong =
  (tamper: (hello: ClientHello) => Uint8Array | undefined) =>
  (hello: ClientHello): Uint8Array | undefined =>
    hello.groups?.includes(GROUP.hybrid) === true ? tamper(hello) : hello.bytes;

interface Attack {
  readonly name: string;
  readonly tampering: Tampering;
  /** Whether the server sees strong attempts fail; else it sees only weak ones, or nothing. */
  readonly strongFail: boolean;
  /** How the client fails, where that is laid down. */
  readonly error?: RegExp;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'strips the post-quantum key share',
    tampering: { hello: ofStrong(stripShare) },
    strongFail: true,
  },
  {
    name: 'rewrites the groups to classical ones',
    tampering: { hello: ofStrong(rewriteGroups) },
    strongFail: false,
  },
  {
    name: 'changes the seed of the ML-KEM share',
    tampering: {
      hello: ofStrong((hello) => corruptShare(hello, (share) => (share[SEED] = (share[SEED] ?? 0) ^ 1))),
    },
    strongFail: true,
  },
  {
    name: 'makes the ML-KEM share one that is none',
    tampering: { hello: ofStrong((hello) => corruptShare(hello, (share) => share.fill(0xff, 0, 3))) },
    strongFail: true,
    // The server checks the key that it is given [FIPS 203 §7.2], and says so [RFC 9846 §4.3.8].
    error: /ALERT_ILLEGAL_PARAMETER/,
  },
  {
    name: 'drops hellos that need two segments',
    tampering: { hello: ofStrong(() => undefined) },
    strongFail: false,
  },
  {
    name: 'passes on the first segment alone',
    tampering: { longFlight: (flight) => flight.subarray(0, 1460) },
    strongFail: false,
  },
];

const PUMP = 'urn:dev:ops:pump-17';

/** A device with an ML-DSA certificate. */
async function device(): Promise<ConnectionOptions> {
  const { certificatePem, privateKeyPem } = await credential({
    algorithm: 'ML-DSA-65',
    profile: 'tls-client',
    names: [{ kind: 'uri', uri: PUMP }],
  });
  return { cert: certificatePem, key: privateKeyPem };
}

const anchored = async (): Promise<NonNullable<TerminatorOptions['clientAuthentication']>> => {
  const { root } = await authority();
  return { mode: 'required', anchors: [root] };
};

const ROUNDS = 5;

/** An attack in which the device tries, fails and falls back, again and again; what it was answered when it fell back. */
async function underAttack(
  { relay }: Attacked,
  tampering: Tampering,
  identity: ConnectionOptions,
  between: () => void,
  error = /./,
): Promise<readonly string[]> {
  const fallbacks: string[] = [];
  relay.tampering = tampering;
  for (let round = 0; round < ROUNDS; round++) {
    const strong = await call(relay.port, identity);
    expect(strong.text).toBe('');
    expect(strong.error?.code).toMatch(error);
    fallbacks.push((await call(relay.port, { ...identity, ...FALLBACK })).text);
    between();
  }
  relay.tampering = {};
  return fallbacks;
}

describe('a device that proves who it is', () => {
  it.each(ATTACKS)(
    'is refused below its floor when somebody $name',
    async ({ tampering, strongFail, error = /./ }) => {
      const floors = { enforce: 'refuse', onLost: 'closed' } as const;
      const front = await attacked({ floors, clientAuthentication: await anchored() });
      const identity = await device();
      for (let count = 0; count < 10; count++)
        expect(await call(front.relay.port, identity)).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
      const fallbacks = await underAttack(
        front,
        tampering,
        identity,
        () => {
          front.wait(1000);
        },
        error,
      );
      expect(fallbacks).toEqual(Array.from({ length: ROUNDS }, () => ''));
      const sessions = ofType(front.events, 'session');
      expect(sessions).toHaveLength(10);
      // Hybrid key exchange, post-quantum authentication: the floor.
      for (const { posture } of sessions) expect(postureStrength(posture, 'client')).toBe(41);
      expect(kinds(front.events)).toEqual(
        strongFail ? ['floor-violation', 'retry-pattern'] : ['floor-violation'],
      );
      const [violation] = ofType(front.events, 'downgrade-suspected').filter(
        ({ kind }) => kind === 'floor-violation',
      );
      expect(violation).toMatchObject({
        refused: true,
        peer: { identity: `uri:${PUMP}`, serverName: 'localhost' },
        now: 'TLS 1.3 with x25519',
      });
      expect(violation?.before).toMatch(/hybrid or post-quantum key exchange/);
      expect(
        ofType(front.events, 'session-refused').filter(({ because }) => because === 'floor'),
      ).toHaveLength(ROUNDS);
      // When it is over the device is served again, and a day later the operator hears of the end.
      expect(await call(front.relay.port, identity)).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
      front.wait(86_400_000);
      await call(front.relay.port, identity);
      const ends = ofType(front.events, 'downgrade-ended');
      expect(ends).toHaveLength(strongFail ? 2 : 1);
      expect(ends.find(({ episode }) => episode.startsWith('floor-violation/'))?.connections).toBe(ROUNDS);
    },
  );

  it('is served and reported where floors only raise an alarm', async () => {
    const floors = { enforce: 'alarm', onLost: 'open' } as const;
    const front = await attacked({ floors, clientAuthentication: await anchored() });
    const identity = await device();
    expect(await call(front.relay.port, identity)).toMatchObject({ text: 'ok' });
    const fallbacks = await underAttack(front, { hello: ofStrong(rewriteGroups) }, identity, () => {
      front.wait(1000);
    });
    expect(fallbacks).toEqual(Array.from({ length: ROUNDS }, () => 'ok'));
    expect(ofType(front.events, 'downgrade-suspected')).toMatchObject([
      { kind: 'floor-violation', refused: false, peer: { identity: `uri:${PUMP}` } },
    ]);
  });
});

describe('a device that proves nothing', () => {
  it.each(ATTACKS)('is reported when somebody $name', async ({ tampering, strongFail }) => {
    const front = await attacked({});
    for (let day = 0; day < 10; day++) {
      expect(await call(front.relay.port)).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
      front.wait(86_400_000);
    }
    const fallbacks = await underAttack(front, tampering, {}, () => {
      front.wait(6 * 3_600_000);
    });
    // Nobody knows who it is, and the policy permits classical groups: it is served, and reported.
    expect(fallbacks).toEqual(Array.from({ length: ROUNDS }, () => 'ok'));
    expect(kinds(front.events)).toEqual(strongFail ? ['offer-shrunk', 'retry-pattern'] : ['offer-shrunk']);
    const [shrunk] = ofType(front.events, 'downgrade-suspected').filter(
      ({ kind }) => kind === 'offer-shrunk',
    );
    expect(shrunk).toMatchObject({
      refused: false,
      now: 'TLS 1.3 with x25519',
    });
    expect(shrunk?.before).toContain('X25519MLKEM768');
    expect(shrunk?.evidence[0]).toMatch(/^hellos of this JA4 from 127\.0\.0\.0\/24/);
  });
});

describe('answers of the server that are changed on the way', () => {
  it.each<[string, NonNullable<Tampering['serverHello']>, ConnectionOptions]>([
    ['another cipher', (hello) => otherServerHello(hello, { cipherSuite: 0x1303 }), {}],
    [
      'another share',
      (hello) =>
        otherServerHello(hello, {
          extensions: ({ type, data }) =>
            type === EXTENSION.keyShare
              ? { type, data: sharesData(x25519Share()).subarray(2) }
              : { type, data },
        }),
      {},
    ],
    [
      'an older version',
      (hello) =>
        otherServerHello(hello, {
          extensions: (extension) => (extension.type === EXTENSION.versions ? undefined : extension),
        }),
      {},
    ],
    [
      'another group asked for',
      (hello) =>
        hello.kind === 'server-hello'
          ? hello.bytes
          : otherServerHello(hello, {
              extensions: ({ type, data }) =>
                type === EXTENSION.keyShare ? { type, data: Uint8Array.of(0, GROUP.p256) } : { type, data },
            }),
      // The client begins with X25519, so that the server has to ask.
      { ecdhCurve: 'X25519:P-256:SecP256r1MLKEM768' },
    ],
  ])('make no session: %s', async (_, serverHello, options) => {
    const front = await attacked({});
    expect(await call(front.relay.port, options)).toMatchObject({ text: 'ok' });
    front.relay.tampering = { serverHello };
    const { text, error } = await call(front.relay.port, options);
    expect(text).toBe('');
    expect(error).toBeDefined();
    await expect.poll(() => front.events.map(({ type }) => type)).toEqual(['session', 'session-refused']);
    expect(front.events[1]).toMatchObject({ because: 'handshake' });
  });
});

describe('versions taken away', () => {
  const withoutTls13 = (hello: ClientHello): Uint8Array =>
    changed(hello, ({ type, data }) => (type === EXTENSION.versions ? undefined : data));

  it('lead to no TLS 1.2, for which there is no exception', async () => {
    const front = await attacked({});
    front.relay.tampering = { hello: withoutTls13 };
    expect((await call(front.relay.port)).error).toMatchObject({ code: /PROTOCOL_VERSION/ });
    expect(front.events).toMatchObject([
      { type: 'session-refused', because: 'policy', alert: 'protocol_version' },
    ]);
  });

  it('are noticed by a client of TLS 1.3 where there is one [RFC 9846 §4.1.3]', async () => {
    const policy = { ...namedPolicy('hybrid-preferred'), exceptions: [exception()] };
    const front = await attacked({ policy });
    front.relay.tampering = { hello: withoutTls13 };
    const { text, error } = await call(front.relay.port);
    expect(text).toBe('');
    // What OpenSSL calls the mark in the random of the server.
    expect(error).toMatchObject({ code: 'ERR_SSL_INAPPROPRIATE_FALLBACK' });
    expect(ofType(front.events, 'session')).toEqual([]);
  });
});

it('hellos of yesterday make no session, whoever sends them', async () => {
  const floors = { enforce: 'refuse', onLost: 'closed' } as const;
  const front = await attacked({ floors, clientAuthentication: await anchored() });
  const identity = await device();
  expect(await call(front.relay.port, { ...identity, ...FALLBACK })).toMatchObject({ text: 'ok' });
  expect(await call(front.relay.port, identity)).toMatchObject({ text: 'ok' });
  const recorded = [...front.relay.flights];
  expect(recorded).toHaveLength(2);
  for (const flight of [...recorded, ...recorded, ...recorded]) {
    const socket = await plain(front.port);
    socket.write(flight);
    socket.end(records(Uint8Array.of(0), 1, 23));
    expect(said(await readAll(socket)).messages).toEqual([2]);
  }
  expect(ofType(front.events, 'session')).toHaveLength(2);
  expect(kinds(front.events)).toEqual([]);
});
