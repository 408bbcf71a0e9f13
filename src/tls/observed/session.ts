import type { Posture } from '../../events/index.ts';

/** One end of a connection that a sensor saw. */
export interface ObservedEndpoint {
  /** An IP address as the sensor wrote it. */
  readonly address: string;
  readonly port: number;
}

/** A TLS session as a sensor on the network saw it, in the words that the terminator uses for its own. */
export interface ObservedSession {
  readonly sensor: 'suricata' | 'zeek';
  readonly time: Date;
  /** The name that the sensor gave the connection: `flow_id` of Suricata, `uid` of Zeek. */
  readonly flow: string;
  readonly transport: 'quic' | 'tls';
  /** The client. */
  readonly source: ObservedEndpoint;
  /** The server. */
  readonly destination: ObservedEndpoint;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
  /** Whether the handshake came to its end; `undefined`: the sensor does not say. */
  readonly established: boolean | undefined;
  /** Names of the groups that the client offered; `undefined`: the log hides them. */
  readonly offeredGroups: readonly string[] | undefined;
  /** What was negotiated, as far as the log tells; the rest is `unknown`, and the reason says why. */
  readonly posture: Posture;
}

/** How a log is read. */
export interface LogOptions {
  /** Characters of the longest line that is read, 1 Mi unless told. */
  readonly maxLineLength?: number;
  /**
   * Told of each line that is malformed, which is then passed over; without it, the first one ends the reading with
   * its error.
   */
  readonly onMalformed?: (error: Error) => void;
}
