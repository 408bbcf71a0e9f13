/** ClientHello [RFC 9846], [RFC 5246 §7.4.1.2]. */
import { concat, EMPTY, fromUtf8, requireLength, utf8 } from '../bytes/index.ts';
import { readTls, tls, type TlsReader } from '../encoding/index.ts';
import { EXTENSION, HANDSHAKE_TYPE, isGrease, SSL_3_0, TLS_1_0, TLS_1_2, TLS_1_3 } from './code-points.ts';
import {
  extensionName,
  type HelloExtension,
  type KeyShareEntry,
  readCodes,
  readExtensions,
  readKeyShare,
  writeExtension,
  writeKeyShare,
} from './extension.ts';
import { peerError, reading } from './wire-error.ts';

/**
 * A ClientHello, decoded. An extension that is not there is `undefined`. All byte strings are views of the message.
 * Lists are in the order of the wire and keep GREASE, which `isGrease` tells; only `versions` is without it.
 */
export interface ClientHello {
  /** The whole handshake message with its header of four bytes. */
  readonly bytes: Uint8Array;
  /** The field that TLS 1.3 no longer negotiates by. */
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: readonly number[];
  readonly extensions: readonly HelloExtension[];
  /** Versions on offer: supported_versions, or TLS 1.0 up to what `legacyVersion` says, best first. */
  readonly versions: readonly number[];
  /** The host_name as it was written: visible ASCII, at most 255 characters [RFC 6066 §3]. */
  readonly serverName: string | undefined;
  /** Protocol names, one character for each byte [RFC 7301 §3.1]. */
  readonly alpn: readonly string[] | undefined;
  readonly groups: readonly number[] | undefined;
  /** ECPointFormat of TLS 1.2 and before: 0 is uncompressed [RFC 8422 §5.1.2]. */
  readonly pointFormats: readonly number[] | undefined;
  /** Each group at most once, and only groups of `groups`. */
  readonly keyShares: readonly KeyShareEntry[] | undefined;
  readonly signatureAlgorithms: readonly number[] | undefined;
  readonly certificateSignatureAlgorithms: readonly number[] | undefined;
  readonly pskIdentities: readonly Uint8Array[] | undefined;
  /** PskKeyExchangeMode: 0 is psk_ke, 1 is psk_dhe_ke [RFC 9846]. */
  readonly pskModes: readonly number[] | undefined;
  /** The ticket of TLS 1.2; empty when the client only asks for one [RFC 5077 §3.2]. */
  readonly sessionTicket: Uint8Array | undefined;
  readonly earlyData: boolean;
  /** Whether encrypted_client_hello is there; what it holds and what is GREASE look the same [RFC 9849]. */
  readonly encryptedClientHello: boolean;
  /** Whether any list holds a GREASE value [RFC 8701]. */
  readonly grease: boolean;
  /**
   * One object for all hellos of this shape that one `HelloMemory` has read; to remember things by. Everything but
   * byte strings is the same in it.
   */
  readonly shape?: ClientHello;
}

/** A pre-shared key on offer [RFC 9846]. */
export interface OfferedPsk {
  readonly identity: Uint8Array;
  /** 0 for keys that are not tickets, unless told. */
  readonly obfuscatedTicketAge?: number;
  /** 32 to 255 bytes. */
  readonly binder: Uint8Array;
}

/**
 * What a ClientHello is built from. The named extensions that are given are written in the order in which they stand
 * here, then `extensions` as they are, then the pre-shared keys, which must be last.
 */
export interface ClientHelloFields {
  /** TLS 1.2 unless told, which TLS 1.3 demands. */
  readonly legacyVersion?: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** At most 32 bytes; empty unless told. */
  readonly sessionId?: Uint8Array;
  readonly cipherSuites: readonly number[];
  /** No compression unless told. */
  readonly compressionMethods?: readonly number[];
  readonly serverName?: string;
  readonly groups?: readonly number[];
  readonly signatureAlgorithms?: readonly number[];
  readonly certificateSignatureAlgorithms?: readonly number[];
  readonly alpn?: readonly string[];
  readonly sessionTicket?: Uint8Array;
  readonly earlyData?: boolean;
  /** Written as supported_versions. */
  readonly versions?: readonly number[];
  readonly pskModes?: readonly number[];
  readonly keyShares?: readonly KeyShareEntry[];
  /** Any other extension. Nothing stops one that is there already: hostile hellos are built as well. */
  readonly extensions?: readonly HelloExtension[];
  readonly preSharedKeys?: readonly OfferedPsk[];
}

/** What the extensions say, as it is read. */
type Offer = {
  -readonly [
    Name in
      | 'alpn'
      | 'certificateSignatureAlgorithms'
      | 'groups'
      | 'keyShares'
      | 'pointFormats'
      | 'pskIdentities'
      | 'pskModes'
      | 'serverName'
      | 'sessionTicket'
      | 'signatureAlgorithms'
  ]: ClientHello[Name];
} & { supportedVersions: readonly number[] | undefined; earlyData: boolean; encryptedClientHello: boolean };

const NULL_COMPRESSION = 0;
const HOST_NAME = 0;
const MAX_HOST_NAME = 255;

/**
 * Reads a ClientHello of SSL 3.0 to TLS 1.3: the handshake message with its header, without records.
 *
 * @throws HybridgeError `invalid_encoding`, the fault of the peer, with the alert to answer in `details.alert`:
 * `decode_error` for lengths and left-over bytes; `unexpected_message` for another message; `protocol_version` below
 * SSL 3.0; `illegal_parameter` for an extension twice, pre_shared_key that is not last, key shares that are doubled
 * or for groups not offered, a name that is none; `missing_extension` for an extension that another one needs.
 * @example
 * ```ts
 * import { decodeClientHello, encodeClientHello } from 'hybridge/tls';
 *
 * const bytes = encodeClientHello({ random: new Uint8Array(32), cipherSuites: [0x1301], serverName: 'pump.example' });
 * console.log(decodeClientHello(bytes).serverName); // pump.example
 * ```
 */
export function decodeClientHello(message: Uint8Array): ClientHello {
  return reading(() => {
    const outer = readTls(message, 'Handshake');
    const type = outer.u8('msg_type');
    if (type !== HANDSHAKE_TYPE.clientHello)
      throw peerError('unexpected_message', `Handshake: message type ${type}, not a ClientHello`, 0);
    const hello = outer.vector('ClientHello', 0, 0xffffff);
    outer.end();

    const legacyVersion = hello.u16('legacy_version');
    if (legacyVersion < SSL_3_0)
      throw peerError('protocol_version', `ClientHello: version ${hex(legacyVersion)}, below SSL 3.0`, 4);
    const random = hello.fixed('random', 32);
    const sessionId = hello.opaque('legacy_session_id', 0, 32);
    const cipherSuites = readCodes(hello, 'cipher_suites', 0xfffe);
    const compressionAt = hello.offset;
    const compressionMethods = Array.from(hello.opaque('legacy_compression_methods', 1, 0xff));

    const offer = emptyOffer();
    // Before TLS 1.3 a hello may end here [RFC 5246 §7.4.1.2].
    const extensions =
      hello.remaining === 0 ? [] : readExtensions(hello, (entry, data) => readOffer(offer, entry, data));
    hello.end();

    const { supportedVersions } = offer;
    const versions =
      supportedVersions === undefined
        ? impliedVersions(legacyVersion)
        : supportedVersions.filter((version) => !isGrease(version));
    requireCompression(compressionMethods, versions, compressionAt);
    requireOrder(extensions, message);
    requireShares(offer, extensions, message);
    // Field by field: copying what is left of an object costs as much as all the rest.
    return {
      bytes: message,
      legacyVersion,
      random,
      sessionId,
      cipherSuites,
      compressionMethods,
      extensions,
      versions,
      serverName: offer.serverName,
      alpn: offer.alpn,
      groups: offer.groups,
      pointFormats: offer.pointFormats,
      keyShares: offer.keyShares,
      signatureAlgorithms: offer.signatureAlgorithms,
      certificateSignatureAlgorithms: offer.certificateSignatureAlgorithms,
      pskIdentities: offer.pskIdentities,
      pskModes: offer.pskModes,
      sessionTicket: offer.sessionTicket,
      earlyData: offer.earlyData,
      encryptedClientHello: offer.encryptedClientHello,
      grease:
        holdsGrease(extensions.map(({ type }) => type)) ||
        holdsGrease(cipherSuites) ||
        holdsGrease(supportedVersions) ||
        holdsGrease(offer.groups) ||
        holdsGrease(offer.signatureAlgorithms),
    };
  });
}

// A loop of its own: with a callback for each code this would be a tenth of the reading.
function holdsGrease(codes: readonly number[] | undefined): boolean {
  if (codes !== undefined) for (const code of codes) if (isGrease(code)) return true;
  return false;
}

function emptyOffer(): Offer {
  return {
    serverName: undefined,
    alpn: undefined,
    groups: undefined,
    pointFormats: undefined,
    keyShares: undefined,
    signatureAlgorithms: undefined,
    certificateSignatureAlgorithms: undefined,
    pskIdentities: undefined,
    pskModes: undefined,
    sessionTicket: undefined,
    supportedVersions: undefined,
    earlyData: false,
    encryptedClientHello: false,
  };
}

/** Reads the extensions that are known; false for those that are kept without being looked into. */
function readOffer(offer: Offer, type: number, data: TlsReader): boolean {
  switch (type) {
    case EXTENSION.serverName:
      offer.serverName = readServerName(data);
      return true;
    case EXTENSION.supportedGroups:
      offer.groups = readCodes(data, 'named_group_list', 0xffff);
      return true;
    case EXTENSION.ecPointFormats:
      offer.pointFormats = Array.from(data.opaque('ec_point_format_list', 1, 0xff));
      return true;
    case EXTENSION.signatureAlgorithms:
      offer.signatureAlgorithms = readCodes(data, 'supported_signature_algorithms', 0xfffe);
      return true;
    case EXTENSION.signatureAlgorithmsCert:
      offer.certificateSignatureAlgorithms = readCodes(data, 'supported_signature_algorithms', 0xfffe);
      return true;
    case EXTENSION.alpn:
      offer.alpn = readAlpn(data);
      return true;
    case EXTENSION.sessionTicket:
      offer.sessionTicket = data.fixed('ticket', data.remaining);
      return true;
    case EXTENSION.preSharedKey:
      offer.pskIdentities = readPskIdentities(data);
      return true;
    case EXTENSION.earlyData:
      offer.earlyData = true;
      return true;
    case EXTENSION.supportedVersions:
      offer.supportedVersions = readCodes(data, 'versions', 0xfe);
      return true;
    case EXTENSION.pskKeyExchangeModes:
      offer.pskModes = Array.from(data.opaque('ke_modes', 1, 0xff));
      return true;
    case EXTENSION.keyShare:
      offer.keyShares = readKeyShares(data);
      return true;
    case EXTENSION.encryptedClientHello:
      offer.encryptedClientHello = true;
      return false;
    default:
      return false;
  }
}

function readServerName(data: TlsReader): string | undefined {
  const names = data.vector('server_name_list', 1, 0xffff);
  let serverName: string | undefined;
  while (names.remaining > 0) {
    const { offset } = names;
    const type = names.u8('name_type');
    // Every type to come begins with a length of two bytes as well [RFC 6066 §3].
    const name = names.opaque('name', 1, 0xffff);
    if (type !== HOST_NAME) continue;
    if (serverName !== undefined)
      throw peerError('illegal_parameter', `server_name: a second host_name at byte ${offset}`, offset);
    if (name.length > MAX_HOST_NAME || name.some((octet) => octet <= 0x20 || octet >= 0x7f))
      throw peerError('illegal_parameter', `server_name: at byte ${offset}, not a host name`, offset);
    serverName = fromUtf8(name);
  }
  return serverName;
}

function readAlpn(data: TlsReader): readonly string[] {
  const list = data.vector('protocol_name_list', 2, 0xffff);
  const names: string[] = [];
  while (list.remaining > 0) names.push(String.fromCharCode(...list.opaque('ProtocolName', 1, 0xff)));
  return names;
}

function readKeyShares(data: TlsReader): readonly KeyShareEntry[] {
  const list = data.vector('client_shares', 0, 0xffff);
  const shares: KeyShareEntry[] = [];
  const seen = new Set<number>();
  while (list.remaining > 0) {
    const { offset } = list;
    const share = readKeyShare(list);
    if (seen.has(share.group))
      throw peerError(
        'illegal_parameter',
        `key_share: group ${hex(share.group)} twice, again at byte ${offset}`,
        offset,
      );
    seen.add(share.group);
    shares.push(share);
  }
  return shares;
}

function readPskIdentities(data: TlsReader): readonly Uint8Array[] {
  const identities: Uint8Array[] = [];
  const list = data.vector('identities', 7, 0xffff);
  while (list.remaining > 0) {
    identities.push(list.opaque('identity', 1, 0xffff));
    list.u32('obfuscated_ticket_age');
  }
  const { offset } = data;
  const binders = data.vector('binders', 33, 0xffff);
  let count = 0;
  for (; binders.remaining > 0; count++) binders.opaque('PskBinderEntry', 32, 0xff);
  if (count !== identities.length)
    throw peerError(
      'illegal_parameter',
      `pre_shared_key: ${identities.length} identities and ${count} binders at byte ${offset}`,
      offset,
    );
  return identities;
}

// A hello without supported_versions takes TLS 1.2 at most, whatever its number [RFC 9846].
function impliedVersions(legacyVersion: number): readonly number[] {
  const versions: number[] = [];
  for (let version = Math.min(legacyVersion, TLS_1_2); version >= TLS_1_0; version--) versions.push(version);
  return versions.length === 0 ? [SSL_3_0] : versions;
}

function requireCompression(methods: readonly number[], versions: readonly number[], offset: number): void {
  const wrong = versions.includes(TLS_1_3)
    ? methods.length !== 1 || methods[0] !== NULL_COMPRESSION
    : !methods.includes(NULL_COMPRESSION);
  if (wrong)
    throw peerError(
      'illegal_parameter',
      `ClientHello: compression methods ${methods.join(', ')} at byte ${offset}`,
      offset,
    );
}

/** The rules about which extensions stand together, and where. */
function requireOrder(extensions: readonly HelloExtension[], message: Uint8Array): void {
  const psk = extensions.findIndex(({ type }) => type === EXTENSION.preSharedKey);
  if (psk === -1) return;
  const offset = offsetOf(extensions, EXTENSION.preSharedKey, message);
  if (psk !== extensions.length - 1)
    throw peerError(
      'illegal_parameter',
      `ClientHello: pre_shared_key at byte ${offset} is not the last extension`,
      offset,
    );
  requireWith(extensions, EXTENSION.preSharedKey, EXTENSION.pskKeyExchangeModes, message);
}

function requireShares(
  { groups, keyShares }: Pick<ClientHello, 'groups' | 'keyShares'>,
  extensions: readonly HelloExtension[],
  message: Uint8Array,
): void {
  if (keyShares === undefined) return;
  requireWith(extensions, EXTENSION.keyShare, EXTENSION.supportedGroups, message);
  // A hello has room for thousands of both.
  const offered = new Set(groups);
  const stray = keyShares.find(({ group }) => !offered.has(group));
  if (stray !== undefined)
    throw peerError(
      'illegal_parameter',
      `key_share: group ${hex(stray.group)} is not among supported_groups`,
      stray.keyExchange.byteOffset - message.byteOffset,
    );
}

function requireWith(
  extensions: readonly HelloExtension[],
  present: number,
  needed: number,
  message: Uint8Array,
): void {
  if (extensions.some(({ type }) => type === needed)) return;
  const offset = offsetOf(extensions, present, message);
  throw peerError(
    'missing_extension',
    `ClientHello: ${extensionName(present)} at byte ${offset} without ${extensionName(needed)}`,
    offset,
  );
}

function offsetOf(extensions: readonly HelloExtension[], type: number, message: Uint8Array): number {
  const extension = extensions.find((entry) => entry.type === type);
  return extension === undefined ? 0 : extension.data.byteOffset - message.byteOffset;
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

/**
 * Builds a ClientHello: the handshake message with its header, without records.
 *
 * @throws HybridgeError `invalid_argument` for values that no field can hold, `invalid_length` for the random.
 * @example
 * ```ts
 * import { encodeClientHello } from 'hybridge/tls';
 *
 * const hello = encodeClientHello({
 *   random: crypto.getRandomValues(new Uint8Array(32)),
 *   cipherSuites: [0x1301],
 *   groups: [0x11ec],
 *   versions: [0x0304],
 *   keyShares: [],
 * });
 * console.log(hello.length);
 * ```
 */
export function encodeClientHello(fields: ClientHelloFields): Uint8Array {
  const { legacyVersion = TLS_1_2, sessionId = EMPTY, compressionMethods = [NULL_COMPRESSION] } = fields;
  requireLength(fields.random, 32, 'ClientHello random');
  const extensions = writeExtensions(fields);
  return concat(
    tls.u8(HANDSHAKE_TYPE.clientHello),
    tls.vector(
      0,
      0xffffff,
      tls.u16(legacyVersion),
      fields.random,
      tls.vector(0, 32, sessionId),
      codes(2, 0xfffe, fields.cipherSuites),
      tls.vector(1, 0xff, ...compressionMethods.map(tls.u8)),
      ...(extensions.length === 0 ? [] : [tls.vector(0, 0xffff, ...extensions.flatMap(writeExtension))]),
    ),
  );
}

function writeExtensions(fields: ClientHelloFields): readonly HelloExtension[] {
  const extensions: HelloExtension[] = [];
  const add = <Value>(type: number, value: Value | undefined, write: (value: Value) => Uint8Array): void => {
    if (value !== undefined) extensions.push({ type, data: write(value) });
  };
  add(EXTENSION.serverName, fields.serverName, (name) =>
    tls.vector(1, 0xffff, tls.u8(HOST_NAME), tls.vector(1, 0xffff, utf8(name))),
  );
  add(EXTENSION.supportedGroups, fields.groups, (groups) => codes(2, 0xffff, groups));
  add(EXTENSION.signatureAlgorithms, fields.signatureAlgorithms, (schemes) => codes(2, 0xfffe, schemes));
  add(EXTENSION.signatureAlgorithmsCert, fields.certificateSignatureAlgorithms, (schemes) =>
    codes(2, 0xfffe, schemes),
  );
  add(EXTENSION.alpn, fields.alpn, (names) =>
    tls.vector(2, 0xffff, ...names.map((name) => tls.vector(1, 0xff, octets(name)))),
  );
  add(EXTENSION.sessionTicket, fields.sessionTicket, (ticket) => ticket);
  add(EXTENSION.earlyData, fields.earlyData === true ? EMPTY : undefined, (empty) => empty);
  add(EXTENSION.supportedVersions, fields.versions, (versions) => codes(2, 0xfe, versions));
  add(EXTENSION.pskKeyExchangeModes, fields.pskModes, (modes) => tls.vector(1, 0xff, ...modes.map(tls.u8)));
  add(EXTENSION.keyShare, fields.keyShares, (shares) =>
    tls.vector(0, 0xffff, ...shares.flatMap(writeKeyShare)),
  );
  extensions.push(...(fields.extensions ?? []));
  add(EXTENSION.preSharedKey, fields.preSharedKeys, writePreSharedKeys);
  return extensions;
}

function writePreSharedKeys(keys: readonly OfferedPsk[]): Uint8Array {
  const identities = keys.flatMap(({ identity, obfuscatedTicketAge = 0 }) => [
    tls.vector(1, 0xffff, identity),
    tls.u32(obfuscatedTicketAge),
  ]);
  const binders = keys.map(({ binder }) => tls.vector(32, 0xff, binder));
  return concat(tls.vector(7, 0xffff, ...identities), tls.vector(33, 0xffff, ...binders));
}

function codes(min: number, max: number, values: readonly number[]): Uint8Array {
  return tls.vector(min, max, ...values.map(tls.u16));
}

function octets(text: string): Uint8Array {
  return concat(...Array.from(text, (character) => tls.u8(character.charCodeAt(0))));
}
