/** One direction of a connection, message by message, up to where encryption begins [RFC 9846 §5]. */
import { concat, EMPTY, HybridgeError } from '../bytes/index.ts';
import { type Alert, decodeAlert } from './alert.ts';
import { CONTENT_TYPE, HANDSHAKE_TYPE } from './code-points.ts';
import { readRecordHeader, RECORD_HEADER } from './record.ts';
import { isRetryRandom } from './server-hello.ts';
import { peerError } from './wire-error.ts';

/** What is read in the clear. */
export type FlightItem =
  | {
      readonly kind: 'handshake';
      /** HandshakeType: 2 is server_hello. */
      readonly type: number;
      /** With its header of four bytes. */
      readonly message: Uint8Array;
    }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'change-cipher-spec' }
  /** From here on everything is encrypted; nothing is read any more. */
  | { readonly kind: 'encrypted' };

/** Reads what one side of a connection sends before it encrypts. */
export interface FlightReader {
  /**
   * Takes the next bytes and gives what has become complete; read it to its end before the next push.
   *
   * @throws HybridgeError `invalid_encoding` with `details.alert`, after the items before the fault.
   */
  push(chunk: Uint8Array): Iterable<FlightItem>;
  /** Bytes of records that were read, their headers included. */
  readonly bytesRead: number;
}

/** What a flight reader is told beforehand. */
export interface FlightReaderOptions {
  /** The longest handshake message, with its header; 65,536 bytes unless told. */
  readonly maxBytes?: number;
  /**
   * Whether a HelloRetryRequest was sent in the other direction: only then a ClientHello follows change_cipher_spec
   * in the clear. A HelloRetryRequest in this direction is seen by the reader itself.
   */
  readonly helloRetry?: boolean;
}

const MESSAGE_HEADER = 4;
const ALERT_LENGTH = 2;
/** Where the random of a ServerHello begins: behind the header and legacy_version. */
const RANDOM_OFFSET = 6;

/**
 * Reads the records of one direction: handshake messages, alerts, change_cipher_spec, until application data or
 * the change of ciphers of TLS 1.2 begins. A probe reads a server's answer with it, a capture both sides.
 *
 * @throws HybridgeError `invalid_argument` for a bound below 1.
 * @example
 * ```ts
 * import { createFlightReader, encodeAlert } from 'hybridge/tls';
 *
 * const reader = createFlightReader();
 * for (const item of reader.push(encodeAlert('handshake_failure'))) console.log(item.kind); // alert
 * ```
 */
export function createFlightReader(options: FlightReaderOptions = {}): FlightReader {
  const { maxBytes = 65_536 } = options;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new HybridgeError('invalid_argument', `flight: at most ${String(maxBytes)} bytes is no bound`, {
      fault: 'caller',
    });

  let helloRetry = options.helloRetry ?? false;
  /** ClientHellos or ServerHellos so far: after a HelloRetryRequest there are two. */
  let hellos = 0;
  /** What has come and is not yet a whole record. */
  let pending: Uint8Array = EMPTY;
  /** Fragments that are not yet a whole message; none is empty. */
  let parts: Uint8Array[] = [];
  let gathered = 0;
  let bytesRead = 0;
  let changed = false;
  let ended = false;

  function* messages(fragment: Uint8Array): Generator<FlightItem> {
    parts.push(fragment);
    gathered += fragment.length;
    while (gathered >= MESSAGE_HEADER) {
      const { type, size } = headerOf(parts);
      if (size > maxBytes)
        throw peerError(
          'decode_error',
          `handshake message of type ${type}: ${size} bytes, at most ${maxBytes}`,
          bytesRead,
        );
      if (gathered < size) return;
      const all = joined(parts, gathered);
      const message = all.subarray(0, size);
      parts = all.length > size ? [all.subarray(size)] : [];
      gathered -= size;
      if (type === HANDSHAKE_TYPE.clientHello || type === HANDSHAKE_TYPE.serverHello) hellos++;
      if (type === HANDSHAKE_TYPE.serverHello && isRetryRandom(message.subarray(RANDOM_OFFSET)))
        helloRetry = true;
      yield { kind: 'handshake', type, message };
    }
  }

  /** @returns Whether what follows can be read too. */
  function* readRecord(type: number, fragment: Uint8Array): Generator<FlightItem, boolean> {
    if (gathered > 0 && type !== CONTENT_TYPE.handshake)
      throw peerError(
        'unexpected_message',
        `record at byte ${bytesRead}: content type ${type} inside a handshake message`,
        bytesRead,
      );
    if (fragment.length === 0 && type !== CONTENT_TYPE.applicationData)
      throw peerError('unexpected_message', `record at byte ${bytesRead}: empty [RFC 9846 §5.1]`, bytesRead);
    const awaitingHello = helloRetry && hellos < 2;
    switch (type) {
      case CONTENT_TYPE.changeCipherSpec:
        if (fragment.length !== 1 || fragment[0] !== 1)
          throw peerError(
            'unexpected_message',
            `record at byte ${bytesRead}: not a change_cipher_spec`,
            bytesRead,
          );
        changed = true;
        yield { kind: 'change-cipher-spec' };
        return true;
      case CONTENT_TYPE.handshake:
        if (changed && !awaitingHello) break;
        yield* messages(fragment);
        return true;
      case CONTENT_TYPE.alert:
        // An encrypted alert is longer; one that comes before the keys are there may follow change_cipher_spec.
        if (changed && fragment.length !== ALERT_LENGTH) break;
        yield { kind: 'alert', alert: decodeAlert(fragment) };
        return true;
      case CONTENT_TYPE.applicationData:
        // Early data, which a server that asks for another ClientHello passes over [RFC 9846].
        if (awaitingHello) return true;
    }
    yield { kind: 'encrypted' };
    return false;
  }

  function* records(): Generator<FlightItem> {
    while (!ended && pending.length >= RECORD_HEADER) {
      const header = readRecordHeader(
        pending,
        0,
        bytesRead,
        changed || pending[0] === CONTENT_TYPE.applicationData,
      );
      const end = RECORD_HEADER + header.length;
      if (pending.length < end && (header.type !== CONTENT_TYPE.applicationData || helloRetry)) return;
      const fragment = pending.subarray(RECORD_HEADER, end);
      ended = !(yield* readRecord(header.type, fragment));
      if (ended) return;
      pending = pending.subarray(end);
      bytesRead += end;
    }
  }

  return {
    push(chunk) {
      if (!ended) pending = pending.length === 0 ? chunk : concat(pending, chunk);
      return records();
    },
    get bytesRead() {
      return bytesRead;
    },
  };
}

// A peer may cut a message into as many fragments as it has bytes: they are joined once, when it is whole.
function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function headerOf(parts: readonly Uint8Array[]): { readonly type: number; readonly size: number } {
  const [type = 0, high = 0, middle = 0, low = 0] = concat(
    ...parts.slice(0, MESSAGE_HEADER).map((part) => part.subarray(0, MESSAGE_HEADER)),
  );
  return { type, size: MESSAGE_HEADER + ((high << 16) | (middle << 8) | low) };
}
