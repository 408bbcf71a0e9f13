/** What TLS 1.3 libraries put into their messages beside keys, certificates and signatures. Counted, not guessed. */
import { HybridgeError } from '../bytes/index.ts';
import { nearestNames } from './data/index.ts';

/** The libraries whose messages were counted. */
export const TLS_STACKS = ['openssl-3.5', 'openssl-3.6', 'wolfssl-5.9'] as const;

/** A library whose messages were counted. */
export type TlsStackName = (typeof TLS_STACKS)[number];

/** What a library offers, as far as bytes go. All of it follows from its configuration and can be set otherwise. */
export interface TlsStack {
  readonly name: TlsStackName;
  readonly title: string;
  /** Id of the source that says where it was counted. */
  readonly source: string;
  /** Bytes of the session id that has no meaning in TLS 1.3 and makes middleboxes let it pass [RFC 9846 §D.4]. */
  readonly sessionId: 0 | 32;
  /** Whether a change_cipher_spec record is sent, for the same reason. */
  readonly changesCipherSpec: boolean;
  /** Cipher suites offered. */
  readonly cipherSuites: number;
  /** Signature schemes offered, and asked for in a CertificateRequest. */
  readonly signatureSchemes: number;
  /** Versions offered. */
  readonly versions: number;
  /** Key exchange modes of pre-shared keys offered. */
  readonly pskModes: number;
  /** Extensions without content: session_ticket, encrypt_then_mac, extended_master_secret. */
  readonly emptyExtensions: number;
  /** Contents of ec_point_formats, which is sent where a curve alone is among the groups; 0 for never. */
  readonly pointFormats: number;
}

const STACKS: Readonly<Record<TlsStackName, TlsStack>> = {
  'openssl-3.5': {
    name: 'openssl-3.5',
    title: 'OpenSSL 3.5 as in Node.js 26, TLS 1.3 alone',
    source: 'here-handshakes',
    sessionId: 32,
    changesCipherSpec: true,
    cipherSuites: 3,
    signatureSchemes: 20,
    versions: 1,
    pskModes: 1,
    emptyExtensions: 3,
    pointFormats: 4,
  },
  'openssl-3.6': {
    name: 'openssl-3.6',
    title: 'OpenSSL 3.6, TLS 1.3 alone',
    source: 'here-handshakes',
    sessionId: 32,
    changesCipherSpec: true,
    cipherSuites: 3,
    signatureSchemes: 20,
    versions: 1,
    pskModes: 1,
    emptyExtensions: 3,
    pointFormats: 2,
  },
  'wolfssl-5.9': {
    name: 'wolfssl-5.9',
    title: 'wolfSSL 5.9 with all its cipher suites, TLS 1.3 alone',
    source: 'here-handshakes',
    sessionId: 0,
    changesCipherSpec: false,
    cipherSuites: 27,
    signatureSchemes: 18,
    versions: 1,
    pskModes: 2,
    emptyExtensions: 1,
    pointFormats: 0,
  },
};

/** The library of the other end, always. */
export const SERVER_STACK: TlsStack = STACKS['openssl-3.6'];

const isStack = (name: string): name is TlsStackName => Object.hasOwn(STACKS, name);

/**
 * A library by its name.
 *
 * @throws HybridgeError `invalid_argument`, with the nearest names as hint.
 */
export function tlsStack(name: string): TlsStack {
  if (isStack(name)) return STACKS[name];
  const near = nearestNames(name, TLS_STACKS);
  throw new HybridgeError(
    'invalid_argument',
    `no messages of a TLS library ${name.slice(0, 64)} were counted`,
    {
      fault: 'caller',
      hint: `known are ${(near.length > 0 ? near : TLS_STACKS).join(', ')}`,
    },
  );
}
