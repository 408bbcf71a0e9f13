/** What ClientHello and ServerHello have in common: extensions and key shares [RFC 9846]. */
import type { TlsReader } from '../encoding/index.ts';
import { tls } from '../encoding/index.ts';
import { EXTENSION } from './code-points.ts';
import { peerError } from './wire-error.ts';

/** An extension as it stands in a hello. */
export interface HelloExtension {
  readonly type: number;
  readonly data: Uint8Array;
}

/** One public key or ciphertext for key exchange. */
export interface KeyShareEntry {
  /** The code of its NamedGroup. */
  readonly group: number;
  readonly keyExchange: Uint8Array;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [EXTENSION.serverName, 'server_name'],
  [1, 'max_fragment_length'],
  [5, 'status_request'],
  [EXTENSION.supportedGroups, 'supported_groups'],
  [EXTENSION.ecPointFormats, 'ec_point_formats'],
  [EXTENSION.signatureAlgorithms, 'signature_algorithms'],
  [14, 'use_srtp'],
  [15, 'heartbeat'],
  [EXTENSION.alpn, 'application_layer_protocol_negotiation'],
  [17, 'status_request_v2'],
  [18, 'signed_certificate_timestamp'],
  [19, 'client_certificate_type'],
  [20, 'server_certificate_type'],
  [21, 'padding'],
  [22, 'encrypt_then_mac'],
  [23, 'extended_master_secret'],
  [27, 'compress_certificate'],
  [28, 'record_size_limit'],
  [33, 'tls_cert_with_extern_psk'],
  [34, 'delegated_credential'],
  [EXTENSION.sessionTicket, 'session_ticket'],
  [EXTENSION.preSharedKey, 'pre_shared_key'],
  [EXTENSION.earlyData, 'early_data'],
  [EXTENSION.supportedVersions, 'supported_versions'],
  [EXTENSION.cookie, 'cookie'],
  [EXTENSION.pskKeyExchangeModes, 'psk_key_exchange_modes'],
  [47, 'certificate_authorities'],
  [48, 'oid_filters'],
  [49, 'post_handshake_auth'],
  [EXTENSION.signatureAlgorithmsCert, 'signature_algorithms_cert'],
  [EXTENSION.keyShare, 'key_share'],
  [57, 'quic_transport_parameters'],
  [0xfd00, 'ech_outer_extensions'],
  [EXTENSION.encryptedClientHello, 'encrypted_client_hello'],
  [0xff01, 'renegotiation_info'],
]);

/**
 * The registered name of an extension; `0x1a2b` for one that is not known here, GREASE among them.
 *
 * @example
 * ```ts
 * import { extensionName } from 'hybridge/tls';
 *
 * console.log(extensionName(51)); // key_share
 * ```
 */
export function extensionName(type: number): string {
  return NAMES.get(type) ?? `0x${type.toString(16).padStart(4, '0')}`;
}

/**
 * Reads the extensions of a hello.
 *
 * @param read - Called with the data of each extension in its order. What it leaves unread is an error for the
 * extensions that it reads (it returns true), and of no interest for the others.
 * @throws HybridgeError when an extension is there twice [RFC 9846].
 */
export function readExtensions(
  hello: TlsReader,
  read: (type: number, data: TlsReader) => boolean,
): readonly HelloExtension[] {
  const extensions: HelloExtension[] = [];
  const seen = new Set<number>();
  const entries = hello.vector('extensions', 0, 0xffff);
  while (entries.remaining > 0) {
    const { offset } = entries;
    const type = entries.u16('extension_type');
    if (seen.has(type))
      throw peerError(
        'illegal_parameter',
        `hello: the extension ${extensionName(type)} twice, again at byte ${offset}`,
        offset,
      );
    seen.add(type);
    const data = entries.vector(extensionName(type), 0, 0xffff);
    extensions.push({ type, data: data.rest });
    if (read(type, data)) data.end();
  }
  return extensions;
}

/** Reads a vector of code points of two bytes. */
export function readCodes(reader: TlsReader, name: string, max: number): readonly number[] {
  const entries = reader.vector(name, 2, max);
  const { rest } = entries;
  const codes: number[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) codes.push(((rest[at] ?? 0) << 8) | (rest[at + 1] ?? 0));
  entries.fixed('entries', codes.length * 2);
  // One byte that is left is the beginning of a code.
  if (entries.remaining > 0) entries.u16('entry');
  return codes;
}

export function readKeyShare(reader: TlsReader): KeyShareEntry {
  return { group: reader.u16('group'), keyExchange: reader.opaque('key_exchange', 1, 0xffff) };
}

export function writeKeyShare({ group, keyExchange }: KeyShareEntry): readonly Uint8Array[] {
  return [tls.u16(group), tls.vector(1, 0xffff, keyExchange)];
}

export function writeExtension({ type, data }: HelloExtension): readonly Uint8Array[] {
  return [tls.u16(type), tls.vector(0, 0xffff, data)];
}
