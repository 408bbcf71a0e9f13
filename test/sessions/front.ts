/** A listener behind a tap: what the listener says of each session beside what the tap has read of it. */
import { isDeepStrictEqual } from 'node:util';
import { onTestFinished } from 'vitest';

import type { HybridgeEvent, Posture } from '../../src/events/index.ts';
import type { ListenerOptions, Session } from '../../src/terminator/index.ts';
import { posture } from '../../src/tls/index.ts';
import { type Listening, listening } from '../terminator/listener-support.ts';
import { type Flight, openTap } from './tap.ts';

type Event<Type extends HybridgeEvent['type']> = Extract<HybridgeEvent, { readonly type: Type }>;

/** What came of one call. */
export interface Meeting<Said> {
  /** By the client. */
  readonly said: Said;
  /** By the tap. */
  readonly flight: Flight;
  /** By the listener: a session, or why there is none. */
  readonly session: Session | undefined;
  readonly refusal: Event<'session-refused'> | undefined;
  readonly exceptions: readonly Event<'exception-used'>[];
}

export interface Front {
  readonly listener: Listening['listener'];
  /** Lets a client make one connection, to the port of the tap. */
  meet<Said>(call: (port: number) => Promise<Said>): Promise<Meeting<Said>>;
  readonly close: () => Promise<void>;
}

/** Answers one request. */
function answer({ socket }: Session): void {
  socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok\n'));
}

/** Starts a listener and its tap, which end with the test at the latest. */
export async function openFront(options: Partial<ListenerOptions>): Promise<Front> {
  const { listener, port, events, sessions } = await listening(options, answer);
  const tap = await openTap(port);
  onTestFinished(tap.stop);
  const isOver = (): boolean => events.some(({ type }) => type === 'session' || type === 'session-refused');
  return {
    listener,
    async meet(call) {
      events.length = 0;
      sessions.length = 0;
      const said = await call(tap.port);
      const flight = await tap.next();
      for (const until = Date.now() + 2000; !isOver() && Date.now() < until;)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const of = <Type extends HybridgeEvent['type']>(type: Type): readonly Event<Type>[] =>
        events.filter((event): event is Event<Type> => event.type === type);
      const [reported, more] = of('session');
      const [session] = sessions;
      if (more !== undefined) throw new Error('more than one session');
      if (session !== undefined) requireOneStory(session, reported?.posture);
      const [refusal] = of('session-refused');
      return { said, flight, session, refusal, exceptions: of('exception-used') };
    },
    async close() {
      await tap.stop();
      await listener.close();
    },
  };
}

/** The event, the session and its socket say the same. */
function requireOneStory({ socket, posture: ours }: Session, reported: Posture | undefined): void {
  for (const [who, said] of [
    ['the event', reported],
    ['posture(socket)', posture(socket)],
  ] as const)
    if (!isDeepStrictEqual(said, ours))
      throw new Error(`${who} says ${JSON.stringify(said)}, the session ${JSON.stringify(ours)}`);
}

const VERSIONS: ReadonlyMap<number, Posture['version']> = new Map([
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);

/** From the registry of cipher suites, those that the listener may choose. */
const SUITES: ReadonlyMap<number, string> = new Map([
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
]);

/** Which fields of a posture a tap can confirm. */
type Confirmed = Pick<Posture, 'cipher' | 'group' | 'helloRetry' | 'resumed' | 'version'>;

/**
 * Throws unless a posture is what the tap has read. The group of TLS 1.2 it cannot read.
 *
 * @param retryIsUnknown - For sockets that do not tell of a HelloRetryRequest: then they must not claim to.
 */
export function requireAgreement(
  ours: Confirmed,
  { chosen, helloRetry }: Flight,
  retryIsUnknown = false,
): void {
  if (chosen === undefined) throw new Error('a posture, and no ServerHello on the wire');
  const version = VERSIONS.get(chosen.version);
  const read: Confirmed = {
    version,
    cipher: SUITES.get(chosen.cipherSuite),
    group: version === 'TLSv1.3' ? chosen.group : ours.group,
    helloRetry: retryIsUnknown ? undefined : helloRetry,
    // TLS 1.2 resumes by the ticket, which the ServerHello does not tell of.
    resumed: version === 'TLSv1.3' ? chosen.psk : ours.resumed,
  };
  const { version: one, cipher, group, helloRetry: retry, resumed } = ours;
  const said: Confirmed = { version: one, cipher, group, helloRetry: retry, resumed };
  if (!isDeepStrictEqual(said, read))
    throw new Error(`posture ${JSON.stringify(said)}, on the wire ${JSON.stringify(read)}`);
}
