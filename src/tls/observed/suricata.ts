import type { TlsVersion } from '../../events/index.ts';
import { cipherSuiteName } from '../cipher-suites.ts';
import { EXTENSION } from '../code-points.ts';
import { offeredNames, postureOf, withoutGrease } from './evidence.ts';
import { endpoint, type Fields, fieldsOf, isCode, type Refuse } from './fields.ts';
import { jsonOfLine, lineError, type LogChunks, parsedLines } from './lines.ts';
import type { LogOptions, ObservedSession } from './session.ts';
import { GROUP_FLOWBIT } from './suricata-rules.ts';

const LOG = 'eve.json';

/** Versions as Suricata spells them (`output-json-tls.c`); those that TLS 1.3 replaced know nothing post-quantum. */
const VERSIONS: ReadonlyMap<string, TlsVersion | undefined> = new Map([
  ['SSLv2', undefined],
  ['SSLv3', undefined],
  ['TLSv1', 'TLSv1'],
  ['TLS 1.0', 'TLSv1'],
  ['TLS 1.1', 'TLSv1.1'],
  ['TLS 1.2', 'TLSv1.2'],
  ['TLS 1.3', 'TLSv1.3'],
]);

const UNDETERMINED = 'UNDETERMINED';

/** What the string of a JA3 fingerprint says of the hello. */
interface Ja3Lists {
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
}

function ja3Lists(text: string, refuse: Refuse): Ja3Lists {
  const lists = text.split(',').map((list) => (list === '' ? [] : list.split('-').map(Number)));
  const [, , extensions, groups] = lists;
  if (lists.length !== 5 || extensions === undefined || groups === undefined || !lists.flat().every(isCode))
    return refuse('the JA3 string is none');
  return { extensions: withoutGrease(extensions), groups: withoutGrease(groups) };
}

/** `2026-11-21T12:00:00.123456+0000`, or with a colon in the offset. */
function timeOf(text: string | undefined, refuse: Refuse): Date {
  const parts =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(?:Z|([+-][0-9]{2}):?([0-9]{2}))$/.exec(
      text ?? '',
    );
  const [, seconds = '', fraction = '', hours = '+00', minutes = '00'] = parts ?? [];
  const time = new Date(`${seconds}${fraction.slice(0, 4)}${hours}:${minutes}`);
  return Number.isNaN(time.getTime()) ? refuse('the timestamp is none') : time;
}

/** The group that a rule of ours saw in the ServerHello: it left its name in the flow. */
function groupSeen(event: Fields): string | undefined {
  const groups = (event.object('metadata')?.texts('flowbits') ?? []).filter((bit) =>
    bit.startsWith(GROUP_FLOWBIT),
  );
  const [group] = groups;
  return groups.length === 1 ? group?.slice(GROUP_FLOWBIT.length) : undefined;
}

/** The parts of a session that both kinds of events have. */
function common(
  event: Fields,
  refuse: Refuse,
): Pick<ObservedSession, 'destination' | 'flow' | 'source' | 'time'> {
  return {
    time: timeOf(event.text('timestamp'), refuse),
    flow: String(event.number('flow_id') ?? refuse('there is no flow_id')),
    source: endpoint(event.text('src_ip'), event.number('src_port'), 'client', refuse),
    destination: endpoint(event.text('dest_ip'), event.number('dest_port'), 'server', refuse),
  };
}

/** Whether the server selected a pre-shared key; before TLS 1.3, whether it took up an earlier session. */
function selectedPsk(
  beforeTls13: boolean,
  tls: Fields,
  offered: readonly number[] | undefined,
  answered: readonly number[] | undefined,
): boolean | undefined {
  if (!beforeTls13) {
    // The answer that is logged may be a HelloRetryRequest, in which no key is selected yet.
    if (offered?.includes(EXTENSION.preSharedKey) === false) return false;
    return answered?.includes(EXTENSION.preSharedKey) === true ? true : undefined;
  }
  if (tls.boolean('session_resumed') === true) return true;
  return tls.text('subject') === undefined ? undefined : false;
}

/** Whether a server of TLS 1.3 sent a key share: without one, a pre-shared key that it selected stands alone. */
function exchangedKeys(
  answered: readonly number[] | undefined,
  psk: boolean | undefined,
): boolean | undefined {
  if (answered?.includes(EXTENSION.keyShare) === true || psk === false) return true;
  return answered?.includes(EXTENSION.preSharedKey) === true ? false : undefined;
}

function tlsSession(event: Fields, tls: Fields, refuse: Refuse): ObservedSession {
  const named = tls.text('version');
  const protocol = named === UNDETERMINED ? undefined : named;
  const version = VERSIONS.get(protocol ?? '');
  const beforeTls13 = protocol !== undefined && VERSIONS.has(protocol) && version !== 'TLSv1.3';
  const fingerprint = tls.object('ja3');
  const hello = tls.object('client_handshake');
  const answer = tls.object('server_handshake');
  const text = fingerprint?.text('string');
  const lists = text === undefined ? undefined : ja3Lists(text, refuse);
  const offeredExtensions = hello?.codes('exts') ?? lists?.extensions;
  const answered = answer?.codes('exts');
  const psk = protocol === undefined ? undefined : selectedPsk(beforeTls13, tls, offeredExtensions, answered);
  const cipher = answer?.number('cipher');
  const [alpn] = tls.texts('server_alpns') ?? [];
  return {
    ...common(event, refuse),
    sensor: 'suricata',
    transport: 'tls',
    serverName: tls.text('sni'),
    alpn,
    ja3: fingerprint?.text('hash'),
    ja4: tls.text('ja4'),
    established: undefined,
    offeredGroups: lists === undefined ? undefined : offeredNames(lists.groups),
    posture: postureOf({
      protocol,
      version,
      beforeTls13,
      cipher: isCode(cipher) ? cipherSuiteName(cipher) : undefined,
      group: groupSeen(event),
      offered: lists?.groups,
      exchanged: exchangedKeys(answered, psk),
      psk,
      // The key of TLS 1.3 may be another than that of an earlier session.
      resumed: beforeTls13 || psk === false ? psk : undefined,
      helloRetry: beforeTls13 ? false : undefined,
      schemes: hello === undefined ? undefined : withoutGrease(hello.codes('sig_algs') ?? []),
      serverCertificate: tls.text('subject') !== undefined,
      clientCertificate: tls.object('client')?.text('subject') !== undefined,
      established: undefined,
    }),
  };
}

/**
 * Suricata reads the hello of a QUIC client, whose keys everybody can derive, in an event of its own; of packets that
 * hold no hello there are events as well. QUIC carries no other version than TLS 1.3 [RFC 9001 §4.2].
 */
function quicSession(event: Fields, quic: Fields, refuse: Refuse): ObservedSession | undefined {
  const fingerprint = quic.object('ja3');
  const serverName = quic.text('sni');
  const ja4 = quic.text('ja4');
  if (fingerprint === undefined && serverName === undefined && ja4 === undefined) return undefined;
  const text = fingerprint?.text('string');
  const lists = text === undefined ? undefined : ja3Lists(text, refuse);
  return {
    ...common(event, refuse),
    sensor: 'suricata',
    transport: 'quic',
    serverName,
    alpn: undefined,
    ja3: fingerprint?.text('hash'),
    ja4,
    established: undefined,
    offeredGroups: lists === undefined ? undefined : offeredNames(lists.groups),
    posture: postureOf({
      protocol: undefined,
      version: 'TLSv1.3',
      beforeTls13: false,
      cipher: undefined,
      group: undefined,
      offered: lists?.groups,
      exchanged: undefined,
      psk: undefined,
      resumed: undefined,
      helloRetry: undefined,
      schemes: undefined,
      serverCertificate: false,
      clientCertificate: false,
      established: undefined,
    }),
  };
}

function readEvent(value: unknown, refuse: Refuse): ObservedSession | undefined {
  const event = fieldsOf(value, 'the event', refuse);
  const type = event.text('event_type') ?? refuse('there is no event_type');
  if (type !== 'tls' && type !== 'quic') return undefined;
  const detail = event.object(type) ?? refuse(`there is no ${type}`);
  return type === 'tls' ? tlsSession(event, detail, refuse) : quicSession(event, detail, refuse);
}

function readLine(line: string, number: number): ObservedSession | undefined {
  return readEvent(jsonOfLine(LOG, line, number), (problem) => {
    throw lineError(LOG, number, problem);
  });
}

/**
 * Reads one event of Suricata's EVE log: a `tls` or `quic` event becomes a session, others are `undefined`. Members
 * that are not known are passed over.
 *
 * Suricata does not log the group of TLS 1.3. What the log forces is stated all the same (TLS 1.2 is classical; a
 * client that offers nothing but hybrids has a hybrid), and what the client offered is read from `ja3.string`;
 * where that leaves it open, the posture is `unknown` and its reason says "offered, outcome unknown". With the rules
 * of {@link suricataRules} loaded, Suricata notes the group of the ServerHello in the flow, and the posture has it.
 *
 * @param event - A line of `eve.json`, or what `JSON.parse` made of it.
 * @throws HybridgeError `invalid_encoding` or `message_too_large` for a malformed event.
 *
 * @example
 * ```ts
 * import { readSuricataEve } from 'hybridge/tls';
 *
 * const session = readSuricataEve({
 *   event_type: 'tls', timestamp: '2026-11-21T12:00:00.000000+0000', flow_id: 1,
 *   src_ip: '192.0.2.7', src_port: 40000, dest_ip: '198.51.100.1', dest_port: 443,
 *   tls: { sni: 'pump.example', version: 'TLS 1.3', ja3: { string: '771,4865,10-43-51,4588-29,' } },
 * });
 * console.log(session?.posture.keyExchange, session?.posture.reason);
 * // unknown X25519MLKEM768, x25519 offered, outcome unknown: the log does not name the group
 * ```
 */
export function readSuricataEve(event: object | string): ObservedSession | undefined {
  if (typeof event === 'string') return readLine(event, 1);
  return readEvent(event, (problem) => {
    throw lineError(LOG, 1, problem);
  });
}

/**
 * Reads the sessions of an EVE log as it streams by, in bounded memory.
 *
 * @param chunks - The log, for instance `createReadStream('eve.json')`.
 * @throws HybridgeError `invalid_encoding` or `message_too_large` with `details.line`, unless told of malformed
 * lines by `onMalformed`.
 *
 * @example
 * ```ts
 * import { suricataSessions } from 'hybridge/tls';
 *
 * const log = ['{"event_type":"stats"}\n'];
 * for await (const { serverName, posture } of suricataSessions(log)) console.log(serverName, posture.keyExchange);
 * ```
 */
export function suricataSessions(
  chunks: LogChunks,
  options: LogOptions = {},
): AsyncGenerator<ObservedSession, undefined> {
  return parsedLines(LOG, chunks, options, readLine);
}
