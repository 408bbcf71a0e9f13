/** TLS handshakes in a capture file. */
import { formatIp } from '../../certificates/index.ts';
import { type ByteSource, piecesOf, type ReadingOptions } from '../../bytes/index.ts';
import { SocketAddress } from 'node:net';
import { packetsOf } from './packets.ts';
import { type Segment, segmentOf } from './segment.ts';
import { beginsLikeHello, cutOff, type HelloExchange, readExchange, type Side } from './session.ts';
import { TcpStream } from './tcp-stream.ts';

/** One end of a captured connection. */
export interface CapturedEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The beginning of one TLS connection in a capture. */
export interface CapturedSession extends HelloExchange {
  /** Its number among the TCP connections of the capture, from 0 in the order of their first packets. */
  readonly index: number;
  /** When its first packet was captured; `undefined` where the file does not say. */
  readonly startedAt: Date | undefined;
  readonly client: CapturedEndpoint;
  readonly server: CapturedEndpoint;
}

/** How the reading of a capture is bounded. */
export interface HelloFlightsOptions extends ReadingOptions {
  /** Connections followed at a time; 10,000 unless told. The oldest makes room for a new one. */
  readonly maxConnections?: number;
  /** Bytes kept of all connections together; 64 MiB unless told. */
  readonly maxBytes?: number;
}

interface End {
  readonly address: Uint8Array;
  readonly port: number;
  readonly stream: TcpStream;
}

interface Connection {
  readonly index: number;
  readonly time: number | undefined;
  readonly ends: readonly [End, End];
  /** Which end opened it; `undefined` when that is not in the capture. */
  client: 0 | 1 | undefined;
  /** The first sequence number of the client, by which a new connection between the same ports is told. */
  initial: number | undefined;
  /** Nothing more is wanted of it. */
  done: boolean;
  held: number;
}

/**
 * Finds the TLS connections of a capture - pcap or pcapng, of Ethernet, loopback, Linux "any" or bare IP - and
 * reads what they say before they encrypt. Segments may be captured in any order, doubled or overlapping; fragments of
 * IP packets are passed over. Memory is bounded whatever the capture holds.
 *
 * @throws HybridgeError `invalid_encoding` for what is no capture, or one that is cut off or damaged; what is wrong
 * with a single connection stands in its `problems`. Errors of the source as `piecesOf` has them.
 * @example
 * ```ts
 * import { helloFlights } from 'hybridge/tls';
 *
 * // The header of a capture of Ethernet frames without any packet.
 * const capture = new Uint8Array(24);
 * capture.set([0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4]);
 * capture[23] = 1;
 * for await (const { client, clientHellos } of helloFlights(capture)) console.log(client, clientHellos[0]?.groups);
 * ```
 */
export async function* helloFlights(
  capture: ByteSource,
  options: HelloFlightsOptions = {},
): AsyncGenerator<CapturedSession, void, undefined> {
  const { maxConnections = 10_000, maxBytes = 64 * 1024 * 1024 } = options;
  const pieces = piecesOf(capture, options);
  const connections = new Map<string, Connection>();
  let count = 0;
  let held = 0;

  const end = (connection: Connection): CapturedSession | undefined => {
    held -= connection.held;
    connection.held = 0;
    if (connection.done) return undefined;
    connection.done = true;
    const session = sessionOf(connection);
    for (const { stream } of connection.ends) stream.release();
    return session;
  };

  try {
    for await (const { linkType, time, data } of packetsOf(pieces)) {
      const segment = segmentOf(linkType, data);
      if (segment === undefined) continue;
      const { key, from } = keyOf(segment);
      let connection = connections.get(key);
      if (connection !== undefined && isNew(connection, segment)) {
        connections.delete(key);
        const session = end(connection);
        if (session !== undefined) yield session;
        connection = undefined;
      }
      if (connection === undefined) {
        connection = open(segment, from, count++, time);
        connections.set(key, connection);
      }
      if (!connection.done) {
        take(connection, segment, from);
        const used = connection.ends[0].stream.held + connection.ends[1].stream.held;
        held += used - connection.held;
        connection.held = used;
        if (isSettled(connection)) {
          const session = end(connection);
          if (session !== undefined) yield session;
        }
      }
      while (connections.size > maxConnections || held > maxBytes) {
        const [oldest] = connections;
        if (oldest === undefined) break;
        connections.delete(oldest[0]);
        const session = end(oldest[1]);
        if (session !== undefined) yield session;
      }
    }
    for (const connection of connections.values()) {
      const session = end(connection);
      if (session !== undefined) yield session;
    }
  } finally {
    await pieces.return();
  }
}

function endKey(address: Uint8Array, port: number): string {
  return String.fromCharCode(...address, port);
}

/** The same key for both directions, and which of its ends this segment is from. */
function keyOf(segment: Segment): { readonly key: string; readonly from: 0 | 1 } {
  const source = endKey(segment.source, segment.sourcePort);
  const destination = endKey(segment.destination, segment.destinationPort);
  return source < destination
    ? { key: source + destination, from: 0 }
    : { key: destination + source, from: 1 };
}

function open(segment: Segment, from: 0 | 1, index: number, time: number | undefined): Connection {
  // Copies: a capture uses its buffer again.
  const source = {
    address: new Uint8Array(segment.source),
    port: segment.sourcePort,
    stream: new TcpStream(),
  };
  const destination = {
    address: new Uint8Array(segment.destination),
    port: segment.destinationPort,
    stream: new TcpStream(),
  };
  return {
    index,
    time,
    ends: from === 0 ? [source, destination] : [destination, source],
    client: undefined,
    initial: undefined,
    done: false,
    held: 0,
  };
}

/** Whether a segment opens another connection between the ports of this one. */
function isNew({ initial, done }: Connection, { syn, ack, sequence }: Segment): boolean {
  return syn && !ack && (initial === undefined ? done : initial !== sequence);
}

function take(connection: Connection, segment: Segment, from: 0 | 1): void {
  const { stream } = connection.ends[from];
  let { sequence } = segment;
  if (segment.syn) {
    if (segment.ack) connection.client ??= from === 0 ? 1 : 0;
    else {
      connection.client ??= from;
      connection.initial ??= sequence;
    }
    // SYN takes a number of its own.
    sequence = (sequence + 1) >>> 0;
    stream.begin(sequence);
  }
  stream.push(sequence, segment.payload);
  if (segment.fin) stream.finish((sequence + segment.payload.length) >>> 0);
  if (segment.rst) for (const each of connection.ends) each.stream.stop();
}

function isSettled({ ends }: Connection): boolean {
  return ends.every(({ stream }) => stream.settled);
}

function sideOf({ client, ends }: Connection, index: 0 | 1): Side {
  if (client !== undefined) return client === index ? 'client' : 'server';
  const other = ends[index === 0 ? 1 : 0].stream.bytes;
  return beginsLikeHello('client', ends[index].stream.bytes) || beginsLikeHello('server', other)
    ? 'client'
    : 'server';
}

/** What a connection says; `undefined` when it is no TLS. */
function sessionOf(connection: Connection): CapturedSession | undefined {
  const { index, time, ends } = connection;
  const [client, server] = sideOf(connection, 0) === 'client' ? ends : [ends[1], ends[0]];
  const hasClient = beginsLikeHello('client', client.stream.bytes);
  if (!hasClient && !beginsLikeHello('server', server.stream.bytes)) return undefined;
  const exchange = readExchange(client.stream.bytes, server.stream.bytes);
  const isCut =
    hasClient &&
    exchange.clientHellos.length === 0 &&
    !exchange.problems.some((problem) => problem.from === 'client');
  return {
    index,
    startedAt: time === undefined ? undefined : new Date(time),
    client: endpoint(client),
    server: endpoint(server),
    ...exchange,
    problems: isCut
      ? [
          ...exchange.problems,
          {
            from: 'client',
            error: cutOff('client', client.stream.bytes.length, client.stream.hasGap),
          },
        ]
      : exchange.problems,
  };
}

function endpoint({ address, port }: End): CapturedEndpoint {
  if (address.length === 4) return { address: formatIp(address), port };
  // In the short form of IPv6 [RFC 5952].
  const { address: text } = new SocketAddress({ address: formatIp(address), family: 'ipv6', port });
  return { address: text, port };
}
