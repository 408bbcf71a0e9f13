/** As much of TLS 1.3 as it takes to see a group's secret: two hello messages and the first step of the key schedule. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readTls, tls } from '../../src/encoding/index.ts';

const HELLO = { client: 1, server: 2 } as const;
const EXTENSION = {
  supportedGroups: 10,
  signatureAlgorithms: 13,
  supportedVersions: 43,
  keyShare: 51,
} as const;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
const TLS_AES_128_GCM_SHA256 = 0x1301;
const HANDSHAKE_RECORD = 22;

function extension(type: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([tls.u16(type), tls.vector(0, 0xffff, ...contents)]);
}

function handshake(type: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([tls.u8(type), tls.vector(0, 0xffffff, body)]);
}

/** A hello as it goes over the wire. */
export function record(message: Uint8Array): Uint8Array {
  return Buffer.concat([tls.u8(HANDSHAKE_RECORD), tls.u16(0x0301), tls.vector(1, 0xffff, message)]);
}

/** A ClientHello that offers one group with one share. */
export function clientHello(group: number, share: Uint8Array): Uint8Array {
  return handshake(
    HELLO.client,
    Buffer.concat([
      tls.u16(TLS_1_2),
      randomBytes(32),
      tls.vector(0, 32, randomBytes(32)),
      tls.vector(2, 0xfffe, tls.u16(TLS_AES_128_GCM_SHA256)),
      tls.vector(1, 255, tls.u8(0)),
      tls.vector(
        8,
        0xffff,
        extension(EXTENSION.supportedVersions, tls.vector(2, 254, tls.u16(TLS_1_3))),
        extension(EXTENSION.supportedGroups, tls.vector(2, 0xffff, tls.u16(group))),
        // ecdsa_secp256r1_sha256
        extension(EXTENSION.signatureAlgorithms, tls.vector(2, 0xfffe, tls.u16(0x0403))),
        extension(EXTENSION.keyShare, tls.vector(0, 0xffff, tls.u16(group), tls.vector(1, 0xffff, share))),
      ),
    ]),
  );
}

/** A ServerHello with the share of one group, to a ClientHello with this session id. */
export function serverHello(group: number, share: Uint8Array, sessionId: Uint8Array): Uint8Array {
  return handshake(
    HELLO.server,
    Buffer.concat([
      tls.u16(TLS_1_2),
      randomBytes(32),
      tls.vector(0, 32, sessionId),
      tls.u16(TLS_AES_128_GCM_SHA256),
      tls.u8(0),
      tls.vector(
        6,
        0xffff,
        extension(EXTENSION.supportedVersions, tls.u16(TLS_1_3)),
        extension(EXTENSION.keyShare, tls.u16(group), tls.vector(1, 0xffff, share)),
      ),
    ]),
  );
}

/** What is read from the other side's hello. */
export interface Hello {
  /** The handshake message without its record. */
  readonly message: Uint8Array;
  readonly sessionId: Uint8Array;
  /** The share for the group. */
  readonly share: Uint8Array;
}

/** The hello in the first record of a connection; `undefined` while it has not come in full. */
export function readHello(received: Uint8Array, group: number): Hello | undefined {
  if (received.length < 5) return undefined;
  const length = Buffer.from(received).readUInt16BE(3);
  if (received.length < 5 + length) return undefined;
  if (received[0] !== HANDSHAKE_RECORD) throw new Error(`record of type ${String(received[0])}`);
  const message = received.subarray(5, 5 + length);
  const outer = readTls(message, 'Handshake');
  const client = outer.u8('msg_type') === HELLO.client;
  const hello = readTls(outer.fixed('body', outer.u24('length')), 'Hello');
  hello.u16('legacy_version');
  hello.fixed('random', 32);
  const sessionId = hello.opaque('legacy_session_id', 0, 32);
  if (client) {
    hello.opaque('cipher_suites', 2, 0xfffe);
    hello.opaque('legacy_compression_methods', 1, 255);
  } else {
    hello.u16('cipher_suite');
    hello.u8('legacy_compression_method');
  }
  const extensions = hello.vector('extensions', 0, 0xffff);
  while (extensions.remaining > 0) {
    const type = extensions.u16('extension_type');
    const data = extensions.opaque('extension_data', 0, 0xffff);
    if (type !== EXTENSION.keyShare) continue;
    const shares = client
      ? readTls(data, 'KeyShareClientHello').vector('client_shares', 0, 0xffff)
      : readTls(data, 'KeyShareServerHello');
    while (shares.remaining > 0) {
      const found = shares.u16('group');
      const share = shares.opaque('key_exchange', 1, 0xffff);
      if (found === group) return { message, sessionId, share };
    }
  }
  throw new Error('no share for the group in the hello');
}

function extract(salt: Uint8Array, inputKey: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update(inputKey).digest();
}

function expandLabel(secret: Uint8Array, label: string, context: Uint8Array): Uint8Array {
  const info = Buffer.concat([
    tls.u16(32),
    tls.vector(7, 255, Buffer.from(`tls13 ${label}`)),
    tls.vector(0, 255, context),
    Uint8Array.of(1),
  ]);
  return createHmac('sha256', secret).update(info).digest();
}

/** server_handshake_traffic_secret [RFC 9846 §7.1], which peers write into their key log. */
export function serverHandshakeSecret(
  sharedSecret: Uint8Array,
  hellos: readonly [client: Uint8Array, server: Uint8Array],
): Uint8Array {
  const zeros = new Uint8Array(32);
  const early = extract(zeros, zeros);
  const derived = expandLabel(early, 'derived', createHash('sha256').digest());
  const transcript = createHash('sha256').update(hellos[0]).update(hellos[1]).digest();
  return expandLabel(extract(derived, sharedSecret), 's hs traffic', transcript);
}
