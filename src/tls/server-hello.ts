/** ServerHello and HelloRetryRequest [RFC 9846], [RFC 5246 §7.4.1.3]. */
import { concat, EMPTY, equal, fromHex, requireLength } from '../bytes/index.ts';
import { readTls, tls, type TlsReader } from '../encoding/index.ts';
import { EXTENSION, HANDSHAKE_TYPE, SSL_3_0, TLS_1_2, TLS_1_3 } from './code-points.ts';
import {
  type HelloExtension,
  type KeyShareEntry,
  readExtensions,
  readKeyShare,
  writeExtension,
  writeKeyShare,
} from './extension.ts';
import { peerError, reading } from './wire-error.ts';

/** Which of the two messages of one shape it is; a fixed random tells them apart. */
export type ServerHelloKind = 'hello-retry-request' | 'server-hello';

/** A ServerHello or HelloRetryRequest, decoded. All byte strings are views of the message. */
export interface ServerHello {
  readonly kind: ServerHelloKind;
  /** The whole handshake message with its header of four bytes. */
  readonly bytes: Uint8Array;
  /** The version chosen: supported_versions, or else `legacyVersion`. */
  readonly version: number;
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly HelloExtension[];
  /** The server's share; never in a HelloRetryRequest. */
  readonly keyShare: KeyShareEntry | undefined;
  /** The group chosen: that of the share, or the one that a HelloRetryRequest asks for. */
  readonly selectedGroup: number | undefined;
  /** The index of the pre-shared key chosen. */
  readonly selectedPsk: number | undefined;
}

/** What a ServerHello or HelloRetryRequest is built from; named extensions first, in this order. */
export interface ServerHelloFields {
  readonly kind: ServerHelloKind;
  /** TLS 1.2 unless told, which TLS 1.3 demands. */
  readonly legacyVersion?: number;
  /** 32 bytes; not wanted for a HelloRetryRequest, whose random is fixed. */
  readonly random?: Uint8Array;
  /** What the ClientHello has; empty unless told. */
  readonly sessionId?: Uint8Array;
  readonly cipherSuite: number;
  /** Written as supported_versions. */
  readonly version?: number;
  readonly keyShare?: KeyShareEntry;
  /** The group that a HelloRetryRequest asks for. */
  readonly selectedGroup?: number;
  readonly selectedPsk?: number;
  readonly extensions?: readonly HelloExtension[];
}

/** SHA-256 of "HelloRetryRequest" [RFC 9846]. */
const RETRY_RANDOM = fromHex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');

/** Whether a random, or what begins with one, is that of a HelloRetryRequest. */
export function isRetryRandom(random: Uint8Array): boolean {
  return equal(random.subarray(0, RETRY_RANDOM.length), RETRY_RANDOM);
}

interface Answer {
  version: number | undefined;
  keyShare: KeyShareEntry | undefined;
  selectedGroup: number | undefined;
  selectedPsk: number | undefined;
}

/**
 * Reads a ServerHello or HelloRetryRequest of SSL 3.0 to TLS 1.3: the handshake message with its header, without
 * records.
 *
 * @throws HybridgeError `invalid_encoding`, the fault of the peer, with the alert to answer in `details.alert`.
 * @example
 * ```ts
 * import { decodeServerHello, encodeServerHello } from 'hybridge/tls';
 *
 * const bytes = encodeServerHello({
 *   kind: 'hello-retry-request',
 *   cipherSuite: 0x1301,
 *   version: 0x0304,
 *   selectedGroup: 0x11ec,
 * });
 * console.log(decodeServerHello(bytes).selectedGroup); // 4588, X25519MLKEM768
 * ```
 */
export function decodeServerHello(message: Uint8Array): ServerHello {
  return reading(() => {
    const outer = readTls(message, 'Handshake');
    const type = outer.u8('msg_type');
    if (type !== HANDSHAKE_TYPE.serverHello)
      throw peerError('unexpected_message', `Handshake: message type ${type}, not a ServerHello`, 0);
    const hello = outer.vector('ServerHello', 0, 0xffffff);
    outer.end();

    const legacyVersion = hello.u16('legacy_version');
    if (legacyVersion < SSL_3_0 || legacyVersion > TLS_1_2)
      throw peerError(
        'protocol_version',
        `ServerHello: version 0x${legacyVersion.toString(16).padStart(4, '0')}`,
        4,
      );
    const random = hello.fixed('random', 32);
    const kind = isRetryRandom(random) ? 'hello-retry-request' : 'server-hello';
    const sessionId = hello.opaque('legacy_session_id_echo', 0, 32);
    const cipherSuite = hello.u16('cipher_suite');
    const compressionAt = hello.offset;
    const compressionMethod = hello.u8('legacy_compression_method');
    const answer: Answer = {
      version: undefined,
      keyShare: undefined,
      selectedGroup: undefined,
      selectedPsk: undefined,
    };
    const extensions =
      hello.remaining === 0
        ? []
        : readExtensions(hello, (entry, data) => readAnswer(answer, kind, entry, data));
    hello.end();

    const { version = legacyVersion } = answer;
    if (answer.version !== undefined && (version < TLS_1_3 || legacyVersion !== TLS_1_2))
      throw peerError(
        'illegal_parameter',
        `ServerHello: supported_versions 0x${version.toString(16)} beside legacy_version 0x${legacyVersion.toString(16)}`,
        4,
      );
    if (version >= TLS_1_3 && compressionMethod !== 0)
      throw peerError('illegal_parameter', 'ServerHello: compression in TLS 1.3', compressionAt);
    if (kind === 'hello-retry-request' && version < TLS_1_3)
      throw peerError('illegal_parameter', 'HelloRetryRequest: without supported_versions', 4);
    return {
      kind,
      bytes: message,
      legacyVersion,
      random,
      sessionId,
      cipherSuite,
      compressionMethod,
      extensions,
      ...answer,
      version,
    };
  });
}

function readAnswer(answer: Answer, kind: ServerHelloKind, type: number, data: TlsReader): boolean {
  switch (type) {
    case EXTENSION.supportedVersions:
      answer.version = data.u16('selected_version');
      return true;
    case EXTENSION.keyShare:
      if (kind === 'hello-retry-request') answer.selectedGroup = data.u16('selected_group');
      else {
        answer.keyShare = readKeyShare(data);
        answer.selectedGroup = answer.keyShare.group;
      }
      return true;
    case EXTENSION.preSharedKey:
      answer.selectedPsk = data.u16('selected_identity');
      return true;
    default:
      return false;
  }
}

/**
 * Builds a ServerHello or HelloRetryRequest: the handshake message with its header, without records.
 *
 * @throws HybridgeError `invalid_argument` for values that no field can hold, `invalid_length` for the random.
 * @example
 * ```ts
 * import { encodeServerHello } from 'hybridge/tls';
 *
 * const retry = encodeServerHello({ kind: 'hello-retry-request', cipherSuite: 0x1301, version: 0x0304, selectedGroup: 0x11ec });
 * console.log(retry.length);
 * ```
 */
export function encodeServerHello(fields: ServerHelloFields): Uint8Array {
  const { kind, legacyVersion = TLS_1_2, sessionId = EMPTY, cipherSuite } = fields;
  const random = kind === 'hello-retry-request' ? RETRY_RANDOM : (fields.random ?? EMPTY);
  requireLength(random, 32, 'ServerHello random');
  const extensions: HelloExtension[] = [];
  if (fields.version !== undefined)
    extensions.push({ type: EXTENSION.supportedVersions, data: tls.u16(fields.version) });
  if (fields.keyShare !== undefined)
    extensions.push({ type: EXTENSION.keyShare, data: concat(...writeKeyShare(fields.keyShare)) });
  else if (fields.selectedGroup !== undefined)
    extensions.push({ type: EXTENSION.keyShare, data: tls.u16(fields.selectedGroup) });
  if (fields.selectedPsk !== undefined)
    extensions.push({ type: EXTENSION.preSharedKey, data: tls.u16(fields.selectedPsk) });
  extensions.push(...(fields.extensions ?? []));
  return concat(
    tls.u8(HANDSHAKE_TYPE.serverHello),
    tls.vector(
      0,
      0xffffff,
      tls.u16(legacyVersion),
      random,
      tls.vector(0, 32, sessionId),
      tls.u16(cipherSuite),
      tls.u8(0),
      ...(extensions.length === 0 ? [] : [tls.vector(0, 0xffff, ...extensions.flatMap(writeExtension))]),
    ),
  );
}
