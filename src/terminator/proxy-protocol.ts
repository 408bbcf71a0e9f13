/** The header of the PROXY protocol, version 2, which tells a service who is behind a terminator. */
import { concat, HybridgeError, utf8 } from '../bytes/index.ts';
import { tls } from '../encoding/index.ts';
import { type Endpoint, octetsOf } from './endpoint.ts';

/** What a header tells of the TLS session. */
export interface ProxyTls {
  /** The version, for instance `TLSv1.3`. */
  readonly version: string | undefined;
  readonly cipher: string | undefined;
  /** The registered name of the NamedGroup. */
  readonly group: string | undefined;
  /** The registered name of the SignatureScheme that the server signed with. */
  readonly scheme: string | undefined;
  /** Whether the peer proved who it is by a certificate that was verified: in this connection, or in the session that it resumes. */
  readonly certificate: 'none' | 'presented' | 'resumed';
  /** The common name of that certificate. */
  readonly commonName: string | undefined;
}

/** What a header tells. */
export interface ProxyHeader {
  /** Where the peer is. */
  readonly source: Endpoint;
  /** Where it came in. */
  readonly destination: Endpoint;
  readonly alpn?: string | undefined;
  /** The server name that was asked for. */
  readonly authority?: string | undefined;
  /** Names the connection, at most 128 bytes. */
  readonly uniqueId?: string | undefined;
  readonly tls?: ProxyTls | undefined;
  /** What the session negotiated, as JSON, in a field of the range for own use; {@link PP2_TYPE_POSTURE}. */
  readonly posture?: object | undefined;
}

/**
 * The type of the field that holds the posture as JSON, out of the range 0xE0 to 0xEF that applications may use as
 * they like [PROXY protocol §2.2.8]. HAProxy reads it with `fc_pp_tlv(0xE0)`, nginx with `$proxy_protocol_tlv_0xe0`.
 */
export const PP2_TYPE_POSTURE = 0xe0;

const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
/** Version 2, command PROXY. */
const VERSION_AND_COMMAND = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

const TYPE = { alpn: 0x01, authority: 0x02, uniqueId: 0x05, ssl: 0x20 } as const;
const SSL_TYPE = { version: 0x21, commonName: 0x22, cipher: 0x23, group: 0x26, scheme: 0x27 } as const;

/** The bits of `pp2_tlv_ssl.client`. */
const CLIENT = { ssl: 0x01, certificateInConnection: 0x02, certificateInSession: 0x04 } as const;

/** HAProxy refuses a longer value. */
const MAX_VALUE = 1024;
const MAX_UNIQUE_ID = 128;
/** `::ffff:0:0/96`, for the rare connection with an end in each family. */
const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/**
 * Writes a header. It stands in front of everything else on the connection to the service, which has to expect it.
 *
 * @throws {@link HybridgeError} `invalid_argument` for an address or port that is none, and for a value that is longer
 *   than readers take: 128 bytes for the unique id, 1024 for any other.
 *
 * @example
 * ```ts
 * import { encodeProxyHeader } from 'hybridge/terminator';
 *
 * const header = encodeProxyHeader({
 *   source: { address: '192.0.2.7', port: 51234 },
 *   destination: { address: '192.0.2.1', port: 443 },
 *   authority: 'pump.example',
 * });
 * console.log(header.length); // 43
 * ```
 */
export function encodeProxyHeader(header: ProxyHeader): Uint8Array {
  const { alpn, authority, uniqueId, posture } = header;
  const source = octetsOf(header.source.address);
  const destination = octetsOf(header.destination.address);
  const isIpv4 = source.length === 4 && destination.length === 4;
  const content = concat(
    isIpv4 ? source : toIpv6(source),
    isIpv4 ? destination : toIpv6(destination),
    tls.u16(header.source.port),
    tls.u16(header.destination.port),
    field(TYPE.alpn, alpn),
    field(TYPE.authority, authority),
    field(TYPE.uniqueId, uniqueId, MAX_UNIQUE_ID),
    header.tls === undefined ? new Uint8Array(0) : encodeTls(header.tls),
    field(PP2_TYPE_POSTURE, posture === undefined ? undefined : JSON.stringify(posture)),
  );
  return concat(
    SIGNATURE,
    tls.u8(VERSION_AND_COMMAND),
    tls.u8(isIpv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6),
    tls.u16(content.length),
    content,
  );
}

function toIpv6(octets: Uint8Array): Uint8Array {
  return octets.length === 16 ? octets : concat(MAPPED_PREFIX, octets);
}

function encodeTls({ version, cipher, group, scheme, certificate, commonName }: ProxyTls): Uint8Array {
  const presented = certificate === 'presented' ? CLIENT.certificateInConnection : 0;
  return tlv(
    TYPE.ssl,
    concat(
      tls.u8(CLIENT.ssl | (certificate === 'none' ? 0 : presented | CLIENT.certificateInSession)),
      // Zero: a certificate was presented and verified.
      tls.u32(certificate === 'none' ? 1 : 0),
      field(SSL_TYPE.version, version),
      field(SSL_TYPE.commonName, commonName),
      field(SSL_TYPE.cipher, cipher),
      field(SSL_TYPE.group, group),
      field(SSL_TYPE.scheme, scheme),
    ),
  );
}

function field(type: number, text: string | undefined, most = MAX_VALUE): Uint8Array {
  return text === undefined ? new Uint8Array(0) : tlv(type, utf8(text), most);
}

function tlv(type: number, value: Uint8Array, most = MAX_VALUE): Uint8Array {
  if (value.length > most)
    throw new HybridgeError(
      'invalid_argument',
      `PROXY header: field 0x${type.toString(16)} has ${value.length} bytes, readers take ${most}`,
      { fault: 'caller', details: { type, actual: value.length, maximum: most } },
    );
  return concat(tls.u8(type), tls.u16(value.length), value);
}
