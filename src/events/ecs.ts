import { peerAddress } from './address.ts';
import { attackTechniques, type AttackTechnique } from './attack.ts';
import { describeEvent, eventSeverity, type EventSeverity } from './describe.ts';
import type { EventPeer, HybridgeEvent } from './event.ts';
import { jsonLine } from './json-lines.ts';
import { eventFieldName, eventFields, type PlainValue } from './plain.ts';
import type { Posture, TlsVersion } from './posture.ts';

/** The version of the Elastic Common Schema that documents follow. */
export const ECS_VERSION = '9.4.0';

/** Values of `event.category` that are used here. */
export type EcsCategory =
  'api' | 'configuration' | 'database' | 'intrusion_detection' | 'network' | 'process' | 'session';

/** Values of `event.type` that are used here. */
export type EcsType = 'allowed' | 'change' | 'connection' | 'denied' | 'error' | 'info' | 'start';

/** The categorisation of an event. */
export interface EcsEvent {
  readonly kind: 'alert' | 'event';
  readonly category: readonly EcsCategory[];
  readonly type: readonly EcsType[];
  /** The type of the event, for instance `session-refused`. */
  readonly action: HybridgeEvent['type'];
  readonly outcome?: 'failure' | 'success';
  readonly provider: 'hybridge';
  readonly dataset: 'hybridge.events';
  /** Nanoseconds. */
  readonly duration?: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** One end of a connection. */
export interface EcsEndpoint {
  readonly address: string;
  readonly ip?: string;
  readonly port?: number;
}

/** What is known of TLS. `curve` holds the name of the group, also where it is no curve. */
export interface EcsTls {
  readonly version?: string;
  readonly version_protocol?: 'tls';
  readonly cipher?: string;
  readonly curve?: string;
  readonly established?: boolean;
  readonly resumed?: boolean;
  readonly next_protocol?: string;
  readonly client?: { readonly server_name?: string; readonly ja3?: string };
}

/** Techniques of MITRE ATT&CK. */
export interface EcsThreat {
  readonly framework: 'MITRE ATT&CK';
  readonly technique: {
    readonly id: readonly string[];
    readonly name: readonly string[];
    readonly subtechnique?: { readonly id: readonly string[]; readonly name: readonly string[] };
  };
}

/** An event as a document of the Elastic Common Schema. */
export interface EcsDocument {
  readonly '@timestamp': string;
  readonly ecs: { readonly version: typeof ECS_VERSION };
  readonly event: EcsEvent;
  readonly log: { readonly level: EventSeverity };
  /** One sentence for a person. */
  readonly message: string;
  readonly network?: { readonly protocol: 'tls' };
  readonly source?: EcsEndpoint;
  readonly destination?: EcsEndpoint;
  readonly tls?: EcsTls;
  readonly threat?: EcsThreat;
  /** What the schema has no field for: `connection`, `identity`, `ja4`, and the event's own fields under its type. */
  readonly hybridge: Readonly<Record<string, PlainValue>>;
}

type Categorisation = Pick<EcsEvent, 'category' | 'kind' | 'outcome' | 'type'>;

function categorise(event: HybridgeEvent): Categorisation {
  switch (event.type) {
    case 'session':
      return {
        kind: 'event',
        category: ['network', 'session'],
        type: ['connection', 'start'],
        outcome: 'success',
      };
    case 'session-refused':
      return { kind: 'event', category: ['network'], type: ['connection', 'denied'], outcome: 'failure' };
    case 'exception-used':
      return { kind: 'event', category: ['network'], type: ['allowed', 'info'], outcome: 'success' };
    case 'downgrade-suspected':
      return {
        kind: 'alert',
        category: ['network', 'intrusion_detection'],
        type: [event.refused ? 'denied' : 'allowed', 'info'],
      };
    case 'downgrade-ended':
      return { kind: 'event', category: ['network', 'intrusion_detection'], type: ['info'] };
    case 'classical-share-rising':
      return { kind: 'alert', category: ['network', 'intrusion_detection'], type: ['info'] };
    case 'policy-changed':
      return { kind: 'event', category: ['configuration'], type: ['change'], outcome: 'success' };
    case 'certificate-expiring':
      return { kind: 'event', category: ['configuration'], type: ['info'] };
    case 'policy-refused':
      return { kind: 'event', category: ['api'], type: ['denied'], outcome: 'failure' };
    case 'policy-warned':
    case 'transition-accepted':
      return { kind: 'event', category: ['api'], type: ['allowed'], outcome: 'success' };
    case 'self-test-failed':
      return { kind: 'event', category: ['api'], type: ['info'], outcome: 'failure' };
    case 'upstream-failed':
      return { kind: 'event', category: ['network'], type: ['connection', 'info'], outcome: 'failure' };
    case 'store-lost':
      return { kind: 'event', category: ['database'], type: ['error'], outcome: 'failure' };
    case 'store-recovered':
      return { kind: 'event', category: ['database'], type: ['info'], outcome: 'success' };
    case 'events-dropped':
      return { kind: 'event', category: ['process'], type: ['info'], outcome: 'failure' };
  }
}

function endpoint({ address }: EventPeer): EcsEndpoint {
  const { host, ip, port } = peerAddress(address);
  return { address: host, ...(ip !== undefined && { ip }), ...(port !== undefined && { port }) };
}

/** The numeric part of a version, as the field of that name wants it. */
const VERSIONS: Readonly<Record<TlsVersion, string>> = {
  TLSv1: '1.0',
  'TLSv1.1': '1.1',
  'TLSv1.2': '1.2',
  'TLSv1.3': '1.3',
};

/** @internal */
export function tlsVersionNumber(version: TlsVersion): string {
  return VERSIONS[version];
}

function negotiated({ version, cipher, group, resumed }: Posture): EcsTls {
  return {
    ...(version !== undefined && { version: tlsVersionNumber(version), version_protocol: 'tls' }),
    ...(cipher !== undefined && { cipher }),
    ...(group !== undefined && { curve: group }),
    ...(resumed !== undefined && { resumed }),
    established: true,
  };
}

function outcome(event: HybridgeEvent): EcsTls {
  if (event.type === 'session')
    return {
      ...negotiated(event.posture),
      ...(event.alpn !== undefined && { next_protocol: event.alpn.toLowerCase() }),
    };
  return event.type === 'session-refused' ? { established: false } : {};
}

function clientOf({ serverName, ja3 }: EventPeer): EcsTls {
  if (serverName === undefined && ja3 === undefined) return {};
  return {
    client: {
      ...(serverName !== undefined && { server_name: serverName }),
      ...(ja3 !== undefined && { ja3 }),
    },
  };
}

function threat(techniques: readonly AttackTechnique[]): EcsThreat {
  const parents = new Map(techniques.map(({ id, name, parent }) => [parent?.id ?? id, parent?.name ?? name]));
  const subtechniques = techniques.filter(({ parent }) => parent !== undefined);
  return {
    framework: 'MITRE ATT&CK',
    technique: {
      id: [...parents.keys()],
      name: [...parents.values()],
      ...(subtechniques.length > 0 && {
        subtechnique: { id: subtechniques.map(({ id }) => id), name: subtechniques.map(({ name }) => name) },
      }),
    },
  };
}

/**
 * An event as a document of the Elastic Common Schema 9. The peer is the `source`, of a client's session the
 * `destination`; the group is `tls.curve`; what the schema has no field for is under `hybridge`, apart for each type
 * of event, so that fields of the same name never meet in one mapping.
 *
 * @example
 * ```ts
 * import { toEcs } from 'hybridge/events';
 *
 * const document = toEcs({ type: 'store-lost', at: new Date(0), store: 'redis', failing: 'closed', message: 'ECONNREFUSED' });
 * console.log(document.event.category, document.event.outcome, document.hybridge);
 * // [ 'database' ] failure { store_lost: { store: 'redis', failing: 'closed', message: 'ECONNREFUSED' } }
 * ```
 */
export function toEcs(event: HybridgeEvent): EcsDocument {
  const peer = 'peer' in event ? event.peer : undefined;
  const techniques = attackTechniques(event);
  return {
    '@timestamp': event.at.toISOString(),
    ecs: { version: ECS_VERSION },
    event: {
      ...categorise(event),
      action: event.type,
      provider: 'hybridge',
      dataset: 'hybridge.events',
      ...(event.type === 'session' && { duration: Math.round(event.handshakeMilliseconds * 1e6) }),
      ...((event.type === 'session-refused' || event.type === 'upstream-failed') && {
        reason: event.because,
      }),
    },
    log: { level: eventSeverity(event) },
    message: describeEvent(event),
    ...(peer !== undefined && {
      network: { protocol: 'tls' },
      [event.type === 'session' && event.side === 'client' ? 'destination' : 'source']: endpoint(peer),
      tls: { ...outcome(event), ...clientOf(peer) },
    }),
    ...(techniques.length > 0 && { threat: threat(techniques) }),
    hybridge: {
      ...('connection' in event && { connection: event.connection }),
      ...(peer?.identity !== undefined && { identity: peer.identity }),
      ...(peer?.ja4 !== undefined && { ja4: peer.ja4 }),
      [eventFieldName(event)]: eventFields(event),
    },
  };
}

/**
 * {@link toEcs} as one line of JSON, with the line feed at its end; no character in it controls a terminal.
 *
 * @example
 * ```ts
 * import { createEventStream, toEcsLine } from 'hybridge/events';
 *
 * const events = createEventStream();
 * events.subscribe((event) => console.log(toEcsLine(event).trimEnd()));
 * events.emit({ type: 'store-recovered', at: new Date(), store: 'redis' });
 * ```
 */
export function toEcsLine(event: HybridgeEvent): string {
  return jsonLine(toEcs(event));
}
