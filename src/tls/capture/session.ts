/** What two directions of a connection say before they encrypt. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import type { Alert } from '../alert.ts';
import { type ClientHello, decodeClientHello } from '../client-hello.ts';
import { HANDSHAKE_TYPE } from '../code-points.ts';
import { createFlightReader, type FlightItem } from '../flight-reader.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';
import { decodeServerKeyExchange, type ServerKeyExchange } from '../server-key-exchange.ts';

/** The two sides of a connection. */
export type Side = 'client' | 'server';

/** The hellos of a connection, and what else is in the clear. */
export interface HelloExchange {
  /** The ClientHellos: a second one answers a HelloRetryRequest. */
  readonly clientHellos: readonly ClientHello[];
  readonly helloRetryRequest: ServerHello | undefined;
  readonly serverHello: ServerHello | undefined;
  /** The group of TLS 1.2 and before, where it is over an elliptic curve. */
  readonly serverKeyExchange: ServerKeyExchange | undefined;
  /** Alerts before encryption. */
  readonly alerts: readonly { readonly from: Side; readonly alert: Alert }[];
  /** What cannot be read. The rest of its direction is left out. */
  readonly problems: readonly { readonly from: Side; readonly error: HybridgeError }[];
  /** Bytes that each side sent before it encrypted, with their records' headers. */
  readonly plaintextBytes: Readonly<Record<Side, number>>;
}

const SERVER_KEY_EXCHANGE = 12;

/** Reads both directions of a connection from their beginnings. */
export function readExchange(client: Uint8Array, server: Uint8Array): HelloExchange {
  const clientHellos: ClientHello[] = [];
  const answer: {
    helloRetryRequest?: ServerHello;
    serverHello?: ServerHello;
    serverKeyExchange?: ServerKeyExchange | undefined;
  } = {};
  const alerts: { from: Side; alert: Alert }[] = [];
  const problems: { from: Side; error: HybridgeError }[] = [];

  const read = (from: Side, bytes: Uint8Array, take: (item: HandshakeItem) => void): number => {
    const reader = createFlightReader({ helloRetry: answer.helloRetryRequest !== undefined });
    try {
      for (const item of reader.push(bytes))
        if (item.kind === 'alert') alerts.push({ from, alert: item.alert });
        else if (item.kind === 'handshake') take(item);
    } catch (error) {
      if (!isHybridgeError(error, 'invalid_encoding')) throw error;
      problems.push({ from, error });
    }
    return reader.bytesRead;
  };

  const serverBytes = read('server', server, ({ type, message }) => {
    if (type === HANDSHAKE_TYPE.serverHello) {
      // Copies, as the rest of what was captured is let go.
      const hello = decodeServerHello(new Uint8Array(message));
      if (hello.kind === 'server-hello') answer.serverHello ??= hello;
      else answer.helloRetryRequest ??= hello;
    } else if (type === SERVER_KEY_EXCHANGE && answer.serverHello !== undefined)
      answer.serverKeyExchange = decodeServerKeyExchange(message, answer.serverHello);
  });
  const clientBytes = read('client', client, ({ type, message }) => {
    if (type === HANDSHAKE_TYPE.clientHello) clientHellos.push(decodeClientHello(new Uint8Array(message)));
  });
  return {
    clientHellos,
    helloRetryRequest: answer.helloRetryRequest,
    serverHello: answer.serverHello,
    serverKeyExchange: answer.serverKeyExchange,
    alerts,
    problems,
    plaintextBytes: { client: clientBytes, server: serverBytes },
  };
}

type HandshakeItem = Extract<FlightItem, { readonly kind: 'handshake' }>;

/** Whether the bytes begin like the hello of that side, an SSLv2 ClientHello among them. */
export function beginsLikeHello(side: Side, bytes: Uint8Array): boolean {
  const [type = 0, major = 0, message = 0, version = 0, , handshake = 0] = bytes;
  if (type === 22 && major === 3)
    return handshake === (side === 'client' ? HANDSHAKE_TYPE.clientHello : HANDSHAKE_TYPE.serverHello);
  return side === 'client' && (type & 0x80) !== 0 && message === 1 && version === 3;
}

/** The problem of a direction that ends inside of its hello. */
export function cutOff(side: Side, bytes: number, hasGap: boolean): HybridgeError {
  const why = hasGap ? 'packets are missing from the capture' : 'the connection or the capture ends';
  return new HybridgeError(
    'invalid_encoding',
    `the ${side}'s hello is cut off after ${bytes} bytes: ${why}`,
    {
      details: { bytes },
    },
  );
}
