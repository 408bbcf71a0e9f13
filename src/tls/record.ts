/** The record layer before encryption [RFC 9846 §5.1], and what is sent to TLS ports that is not TLS. */
import { CONTENT_TYPE } from './code-points.ts';
import { peerError } from './wire-error.ts';

/** ContentType, version and length. */
export const RECORD_HEADER = 5;

/** No plaintext record holds more [RFC 9846 §5.1]. */
export const MAX_FRAGMENT: number = 2 ** 14;

/** What an encryption may add to a record: TLS 1.2 allows the most [RFC 5246 §6.2.3]. */
const MAX_EXPANSION = 2048;

export interface RecordHeader {
  /** ContentType: 20 to 24. */
  readonly type: number;
  /** 0x03XX; the number is not negotiated by [RFC 9846 §5.1]. */
  readonly version: number;
  /** Bytes of the fragment. */
  readonly length: number;
}

const MAX_CONTENT_TYPE = 24;

/** Protocols that end up on TLS ports, by their first bytes; the name is for a person. */
const STRANGERS: readonly (readonly [name: string, beginnings: readonly string[]])[] = [
  [
    'HTTP without TLS',
    ['GET ', 'POST', 'HEAD', 'PUT ', 'DELE', 'OPTI', 'PATC', 'CONN', 'TRAC', 'PRI ', 'HTTP'],
  ],
  ['SSH', ['SSH-']],
  ['a PROXY protocol header', ['PROX', '\r\n\r\n']],
];

/**
 * Reads the header of the record at `at`. The caller has seen to it that its five bytes are there.
 *
 * @param position - Where this is in everything received, for the error.
 * @param encrypted - Whether the fragment may be encrypted, and so be longer.
 * @throws HybridgeError `invalid_encoding`: `protocol_version` for SSL 2 and other versions, `unexpected_message` for
 * what is no TLS, `record_overflow`.
 */
export function readRecordHeader(
  bytes: Uint8Array,
  at: number,
  position: number,
  encrypted = false,
): RecordHeader {
  const type = bytes[at] ?? 0;
  const major = bytes[at + 1] ?? 0;
  const version = (major << 8) | (bytes[at + 2] ?? 0);
  const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
  if (type < CONTENT_TYPE.changeCipherSpec || type > MAX_CONTENT_TYPE)
    throw notTls(bytes.subarray(at, at + RECORD_HEADER), position);
  if (major !== 3)
    throw peerError(
      'protocol_version',
      `record at byte ${position}: version 0x${version.toString(16).padStart(4, '0')}, not TLS`,
      position,
    );
  const maximum = encrypted ? MAX_FRAGMENT + MAX_EXPANSION : MAX_FRAGMENT;
  if (length > maximum)
    throw peerError(
      'record_overflow',
      `record at byte ${position}: ${length} bytes, at most ${maximum}`,
      position,
    );
  return { type, version, length };
}

function notTls(start: Uint8Array, position: number): Error {
  // A length with its top bit set, then the message type CLIENT-HELLO [RFC 6101 §E].
  if (((start[0] ?? 0) & 0x80) !== 0 && start[2] === 1 && position === 0)
    return peerError('protocol_version', 'an SSLv2 ClientHello, which no version of TLS answers', position);
  const text = String.fromCharCode(...start.subarray(0, 4));
  const stranger = position === 0 ? STRANGERS.find(([, beginnings]) => beginnings.includes(text)) : undefined;
  return peerError(
    'unexpected_message',
    stranger === undefined
      ? `record at byte ${position}: content type ${start[0] ?? 0}, not TLS`
      : `${stranger[0]} where a TLS record is expected`,
    position,
  );
}
