/** A policy as options of `node:tls`, `node:https` and `node:http2`. */
import { constants } from 'node:crypto';
import type { PeerCertificate, SecureVersion, TLSSocket } from 'node:tls';

import { HybridgeError } from '../bytes/index.ts';
import type { PeerFacts, Policy } from '../policy/index.ts';
import type { Credential } from './credentials.ts';
import { groupList } from './group-list.ts';
import { type TlsPlan, tlsPlan } from './plan.ts';
import { signatureSchemeName } from './schemes.ts';

interface CommonInput {
  readonly policy: Policy;
  /** The date that the policy is asked for; make new options when it changes its mind. */
  readonly at: Date;
  readonly credentials?: readonly Credential[] | undefined;
  /** PEM of the roots that the other side's certificates must lead to. Clients without it use those of Node.js. */
  readonly ca?: string | readonly string[] | undefined;
  /** Every peer is of this kind, so that the exceptions for it apply; else no exception does. */
  readonly peer?: PeerFacts | undefined;
}

/** An external pre-shared key of a client. */
export interface ClientPsk {
  readonly identity: string;
  /** 16 to 256 bytes; must be as random as any key [RFC 9257]. */
  readonly key: Uint8Array;
}

/** What {@link tlsOptions} is told for a client. */
export interface ClientTlsInput extends CommonInput {
  readonly side: 'client';
  /** Authenticates both sides in place of certificates. */
  readonly psk?: ClientPsk | undefined;
}

/** What {@link tlsOptions} is told for a server. */
export interface ServerTlsInput extends CommonInput {
  readonly side: 'server';
  /** Asks clients for a certificate, and refuses those without a valid one; needs `ca`. */
  readonly requestCert?: boolean | undefined;
  /** The external pre-shared key of an identity, 16 to 256 bytes; `undefined`: no such identity. */
  readonly psk?: ((identity: string) => Uint8Array | undefined) | undefined;
}

/** Options that both sides have. */
export interface CommonTlsOptions {
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
  ecdhCurve: string;
  sigalgs: string;
  ciphers: string;
  rejectUnauthorized: true;
  /** No renegotiation in TLS 1.2: what was negotiated stands for as long as the session [RFC 9325 §3.5]. */
  secureOptions: number;
  cert?: string[];
  key?: string[];
  ca?: string[];
}

/** Options for `tls.connect`, `https.request`, `http2.connect`. */
export interface ClientTlsOptions extends CommonTlsOptions {
  /** Gives the key shared beforehand. */
  pskCallback?: () => { psk: Uint8Array; identity: string };
  /** With a shared key: refuses a certificate in its place. */
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** Options for `tls.createServer`, `https.createServer`, `http2.createSecureServer`. */
export interface ServerTlsOptions extends CommonTlsOptions {
  honorCipherOrder: true;
  requestCert?: true;
  /** The key of an identity; `null`: none. */
  pskCallback?: (socket: TLSSocket, identity: string) => Uint8Array | null;
}

/**
 * Options for `node:tls`, `node:https` and `node:http2` that allow what a policy allows, and nothing else: add host,
 * port and protocols to them. What the policy wants that cannot be said in options stands in the warnings of `tlsPlan`.
 *
 * - Groups in the policy's order. A server takes a classical one only from clients that support no other, and asks for
 *   another share where a client has sent the wrong one. A client sends shares of its first group and, where the policy
 *   allows one, of the first classical group, so that neither kind of server costs a round trip.
 * - Of dual certificates (one of each kind of key) a server takes the one whose algorithm the policy prefers and the
 *   client supports, since the order of signature schemes is the server's.
 * - TLS 1.2 is there only for a `peer` that an exception allows it to.
 * - A pre-shared key is used or the connection refused: without care `node:tls` drops it in silence where the suite's
 *   hash is not SHA-256, and then asks for a certificate; and with it a client certificate is never asked for.
 *
 * @throws {@link HybridgeError} as `tlsPlan`; `invalid_argument` for options that contradict each other.
 *
 * @example
 * ```ts
 * import { namedPolicy } from 'hybridge/policy';
 * import { tlsOptions } from 'hybridge/tls';
 *
 * const options = tlsOptions({ policy: namedPolicy('hybrid-preferred'), at: new Date('2027-01-01'), side: 'client' });
 * console.log(options.minVersion, options.ecdhCurve.split(':')[0]); // TLSv1.3 *X25519MLKEM768
 * ```
 */
export function tlsOptions(input: ClientTlsInput): ClientTlsOptions;
export function tlsOptions(input: ServerTlsInput): ServerTlsOptions;
export function tlsOptions(input: ClientTlsInput | ServerTlsInput): ClientTlsOptions | ServerTlsOptions {
  return input.side === 'client' ? clientOptions(input) : serverOptions(input);
}

function clientOptions(input: ClientTlsInput): ClientTlsOptions {
  const { psk, credentials = [] } = input;
  if (psk !== undefined && credentials.length > 0)
    throw contradiction('a session by a pre-shared key never asks a client for its certificate');
  const options = commonOptions(input, tlsPlan({ ...input, externalPsk: psk !== undefined }));
  if (psk === undefined) return options;
  const { identity } = psk;
  const key = requireKey(psk.key);
  return {
    ...options,
    pskCallback: () => ({ psk: key, identity }),
    // Called when a certificate was verified in place of the key.
    checkServerIdentity: () => dropped('the server presented a certificate'),
  };
}

function serverOptions(input: ServerTlsInput): ServerTlsOptions {
  const { psk, credentials = [], requestCert = false, ca } = input;
  if (credentials.length === 0 && psk === undefined)
    throw contradiction('a server needs a certificate or pre-shared keys');
  if (requestCert && psk !== undefined)
    throw contradiction('a session by a pre-shared key never asks for the certificate of the client');
  if (requestCert && ca === undefined)
    throw contradiction('without ca every client would be accepted that any public authority vouches for');
  const plan = tlsPlan({ ...input, clientCertificates: requestCert, externalPsk: psk !== undefined });
  return {
    ...commonOptions(input, plan),
    honorCipherOrder: true,
    ...(requestCert && { requestCert }),
    ...(psk !== undefined && { pskCallback: (socket, identity) => answerIdentity(socket, psk(identity)) }),
  };
}

function commonOptions({ ca }: CommonInput, plan: TlsPlan): CommonTlsOptions {
  const { versions, schemes, suites, credentials } = plan;
  const [best = 'TLSv1.3'] = versions;
  return {
    minVersion: versions.at(-1) ?? best,
    maxVersion: best,
    ecdhCurve: groupList(plan),
    sigalgs: schemes.map(signatureSchemeName).join(':'),
    ciphers: [...suites.tls13, ...suites.tls12].join(':'),
    rejectUnauthorized: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(credentials.length > 0 && {
      cert: credentials.map(({ certificatePem }) => certificatePem),
      key: credentials.map(({ privateKeyPem }) => privateKeyPem),
    }),
    ...(ca !== undefined && { ca: typeof ca === 'string' ? [ca] : [...ca] }),
  };
}

const MIN_PSK = 16;
const MAX_PSK = 256;

function isKey(key: Uint8Array): boolean {
  return key.length >= MIN_PSK && key.length <= MAX_PSK;
}

function requireKey(key: Uint8Array): Uint8Array {
  if (isKey(key)) return Uint8Array.from(key);
  throw new HybridgeError(
    'invalid_length',
    `pre-shared key: ${key.length} bytes, expected ${MIN_PSK} to ${MAX_PSK}`,
    {
      fault: 'caller',
      details: { actual: key.length, minimum: MIN_PSK, maximum: MAX_PSK },
    },
  );
}

// OpenSSL decides after this answer whether it takes the key, and says nothing when it does not.
function answerIdentity(socket: TLSSocket, key: Uint8Array | undefined): Uint8Array | null {
  if (key === undefined) return null;
  if (!isKey(key)) {
    socket.destroy(dropped(`it has ${key.length} bytes, not ${MIN_PSK} to ${MAX_PSK}`));
    return null;
  }
  socket.prependOnceListener('secure', () => {
    if (!socket.isSessionReused()) socket.destroy(dropped('OpenSSL did not take it'));
  });
  return key;
}

function dropped(why: string): HybridgeError {
  return new HybridgeError('unsupported', `the pre-shared key was not used: ${why}`, { fault: 'peer' });
}

function contradiction(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `TLS options: ${why}`, { fault: 'caller' });
}
