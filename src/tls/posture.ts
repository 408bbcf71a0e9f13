/** What a session negotiated: from a socket of `node:tls`, or from the two hellos. */
import type { TLSSocket } from 'node:tls';

import { HybridgeError, isHybridgeError, wipe } from '../bytes/index.ts';
import { parseCertificate } from '../certificates/index.ts';
import type { PeerAuthentication, Posture, PostureNature, TlsVersion } from '../events/index.ts';
import { readSpki } from '../keys/index.ts';
import { findByOid, type SignatureDescriptor } from '../registry/index.ts';
import { cipherSuiteName } from './cipher-suites.ts';
import type { ClientHello } from './client-hello.ts';
import { EXTENSION, TLS_1_3, versionName } from './code-points.ts';
import { groupName, groupNature, schemeChoices, signatureSchemeName } from './schemes.ts';
import type { ServerHello } from './server-hello.ts';
import { readSession, type SessionFacts } from './session-object.ts';

const recorded = new WeakMap<TLSSocket, Posture>();

/**
 * Keeps what is known of a session, so that {@link posture} says the same.
 *
 * @internal For whoever decided the session and saw its hellos, which no socket tells of.
 */
export function recordPosture(socket: TLSSocket, known: Posture): void {
  recorded.set(socket, known);
}

/**
 * What the session of a socket negotiated, on either side, in every supported line of Node.js.
 *
 * The group is read from the session object of OpenSSL, which has it on servers too, and in resumed sessions. A socket
 * does not tell whether there was a HelloRetryRequest, nor with which of its schemes an RSA key signed; sockets that
 * come from `hybridge/terminator` do. Ask while the socket is open: nothing is known of one whose handshake has not
 * ended, or that is closed. What a certificate is worth is not asked here: where `rejectUnauthorized` is false, look at
 * `socket.authorized` first.
 *
 * @example
 * ```ts no-run
 * import { connect } from 'node:tls';
 * import { posture } from 'hybridge/tls';
 *
 * const socket = connect({ host: 'example.org', port: 443, servername: 'example.org' }, () => {
 *   const { keyExchange, group, authentication } = posture(socket);
 *   console.log(keyExchange, group, authentication.server.key); // hybrid X25519MLKEM768 ECDSA-P256-SHA256
 *   socket.end();
 * });
 * ```
 */
export function posture(socket: TLSSocket): Posture {
  const known = recorded.get(socket);
  if (known !== undefined) return known;
  const version = socket.getPeerFinished() === undefined ? undefined : namedVersion(socket.getProtocol());
  if (version === undefined)
    return {
      keyExchange: 'unknown',
      group: undefined,
      version: undefined,
      cipher: undefined,
      authentication: { server: UNKNOWN, client: UNKNOWN },
      resumed: undefined,
      helloRetry: undefined,
      reason: 'the handshake has not ended, or the socket is closed',
    };
  const session = sessionOf(socket);
  const { standardName } = socket.getCipher();
  const resumed = socket.isSessionReused();
  const exchange = keyExchangeOf(session?.group, version, session !== undefined);
  // The documentation promises null on servers alone.
  const isServer = socket.getEphemeralKeyInfo() === null;
  const authentication = resumed
    ? resumedAuthentication(isServer, session, version)
    : freshAuthentication(socket, isServer, session, version);
  const reasons = [exchange.reason];
  if (resumed)
    reasons.push(
      'both sides proved that they hold a key from before: that of an earlier session, or an external one',
    );
  if (session?.peerCertificate !== undefined && !socket.authorized)
    reasons.push(`the certificate of the ${isServer ? 'client' : 'server'} was not accepted`);
  reasons.push('sockets do not tell of a HelloRetryRequest');
  return {
    keyExchange: exchange.nature,
    group: exchange.group,
    version,
    cipher: standardName,
    authentication,
    resumed,
    helloRetry: undefined,
    reason: reasons.join('; '),
  };
}

const VERSIONS: ReadonlySet<string> = new Set<TlsVersion>(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);

function isVersion(name: string | null): name is TlsVersion {
  return name !== null && VERSIONS.has(name);
}

function namedVersion(name: string | null): TlsVersion | undefined {
  return isVersion(name) ? name : undefined;
}

function sessionOf(socket: TLSSocket): SessionFacts | undefined {
  const session = socket.getSession();
  if (session === undefined) return undefined;
  try {
    return readSession(session);
  } finally {
    // It holds what resumes the session.
    wipe(session);
  }
}

interface Exchange {
  readonly nature: PostureNature;
  readonly group: string | undefined;
  readonly reason: string;
}

function keyExchangeOf(group: number | undefined, version: TlsVersion, isKnown: boolean): Exchange {
  if (group !== undefined)
    return {
      nature: groupNature(group),
      group: groupName(group),
      reason: 'the group is that of the session object',
    };
  if (version !== 'TLSv1.3')
    return {
      nature: 'classical',
      group: undefined,
      reason: `${version} has no post-quantum key exchange; this session names no group`,
    };
  return {
    nature: 'unknown',
    group: undefined,
    reason: isKnown
      ? 'there was no key exchange: the session rests on a pre-shared key alone'
      : 'the session object of this OpenSSL cannot be read',
  };
}

const UNKNOWN: PeerAuthentication = { by: 'unknown', nature: 'unknown', scheme: undefined, key: undefined };
const NONE: PeerAuthentication = { by: 'none', nature: 'unknown', scheme: undefined, key: undefined };
const PSK: PeerAuthentication = { by: 'psk', nature: 'unknown', scheme: undefined, key: undefined };

function freshAuthentication(
  socket: TLSSocket,
  isServer: boolean,
  session: SessionFacts | undefined,
  version: TlsVersion,
): Posture['authentication'] {
  const peer =
    session?.peerCertificate === undefined
      ? NONE
      : authenticationBy(session.peerCertificate, version).authentication;
  const other = session === undefined ? UNKNOWN : peer;
  return isServer
    ? { server: ownAuthentication(socket, version), client: other }
    : { server: other, client: clientOwnAuthentication(socket, version) };
}

// What a session that is resumed has kept is the certificate of the other side alone.
function resumedAuthentication(
  isServer: boolean,
  session: SessionFacts | undefined,
  version: TlsVersion,
): Posture['authentication'] {
  const peer: PeerAuthentication =
    session?.peerCertificate === undefined
      ? PSK
      : { ...authenticationBy(session.peerCertificate, version).authentication, by: 'psk' };
  return isServer ? { server: PSK, client: peer } : { server: peer, client: PSK };
}

/** By the certificate that this side has; OpenSSL points at the one that it has used. */
function ownAuthentication(socket: TLSSocket, version: TlsVersion): PeerAuthentication {
  const own = socket.getX509Certificate()?.raw;
  return own === undefined ? NONE : authenticationBy(own, version).authentication;
}

// A client is not told whether its certificate was sent. It is when the server asked for one (else there are no shared
// algorithms) and takes what its key can do.
function clientOwnAuthentication(socket: TLSSocket, version: TlsVersion): PeerAuthentication {
  const shared = socket.getSharedSigalgs();
  const own = socket.getX509Certificate()?.raw;
  if (shared.length === 0 || own === undefined) return NONE;
  const { authentication, algorithms } = authenticationBy(own, version);
  return algorithms.some((algorithm) => shared.includes(sigalgOf(algorithm))) ? authentication : NONE;
}

/** How `getSharedSigalgs` calls an algorithm: OpenSSL's names of key and hash. */
function sigalgOf(algorithm: SignatureDescriptor): string {
  switch (algorithm.kind) {
    case 'ecdsa':
      return `ECDSA+${algorithm.hash.replace('-', '')}`;
    case 'rsa':
      return `${algorithm.padding === 'pss' ? 'RSA-PSS' : 'RSA'}+${algorithm.hash.replace('-', '')}`;
    case 'eddsa':
      return `${algorithm.name}+UNDEF`;
    case 'composite-signature':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'ml-dsa':
    case 'slh-dsa':
    case 'stateful-hash':
      return `id-${algorithm.name.toLowerCase()}+UNDEF`;
  }
}

interface CertificateFacts {
  readonly authentication: PeerAuthentication;
  /** What its key can sign handshakes of this version with. */
  readonly algorithms: readonly SignatureDescriptor[];
}

/** What a certificate says of the signature in a handshake: its scheme is settled where the key has one only. */
function authenticationBy(certificate: Uint8Array, version: TlsVersion): CertificateFacts {
  try {
    const { subjectPublicKeyInfo, keyAlgorithm } = parseCertificate(certificate, { strict: false });
    const choices = schemeChoices(signaturesOf(subjectPublicKeyInfo), version);
    const [first] = choices;
    const schemes = new Set(choices.map(({ scheme }) => scheme));
    const kind = findByOid(keyAlgorithm.oid).find((entry) => entry.kind !== 'obsolete');
    const nature =
      first?.algorithm.nature ?? (kind !== undefined && 'nature' in kind ? kind.nature : 'unknown');
    const scheme = schemes.size === 1 && first !== undefined ? signatureSchemeName(first.scheme) : undefined;
    return {
      authentication: { by: 'certificate', nature, scheme, key: first?.algorithm.name },
      algorithms: choices.map(({ algorithm }) => algorithm),
    };
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    return {
      authentication: { by: 'certificate', nature: 'unknown', scheme: undefined, key: undefined },
      algorithms: [],
    };
  }
}

// A key on a curve, or with a modulus, that the registry does not have: its kind still tells its nature.
function signaturesOf(spki: Uint8Array): readonly SignatureDescriptor[] {
  try {
    return readSpki(spki).algorithms.filter((algorithm) => algorithm.use === 'signature');
  } catch (error) {
    if (isHybridgeError(error)) return [];
    throw error;
  }
}

/**
 * What two hellos say of the session that they begin. In TLS 1.3 that is the group, but no certificate: those are
 * encrypted. In TLS 1.2 an ECDHE group stands in ServerKeyExchange, which follows; a HelloRetryRequest names the group
 * that the session is going to have.
 *
 * @param clientHello - The first ClientHello of the connection.
 * @throws {@link HybridgeError} `invalid_argument` when the second does not answer the first: a version, cipher suite
 * or group that was not offered.
 *
 * @example
 * ```ts
 * import { decodeClientHello, decodeServerHello, encodeClientHello, encodeServerHello, postureFromHellos } from 'hybridge/tls';
 *
 * const random = crypto.getRandomValues(new Uint8Array(32));
 * const share = { group: 0x11ec, keyExchange: new Uint8Array(1216) };
 * const offer = encodeClientHello({ random, cipherSuites: [0x1301], versions: [0x0304], groups: [0x11ec], keyShares: [share] });
 * const answer = encodeServerHello({
 *   kind: 'server-hello', random, cipherSuite: 0x1301, version: 0x0304,
 *   keyShare: { group: 0x11ec, keyExchange: new Uint8Array(1120) },
 * });
 * const { keyExchange, group } = postureFromHellos(decodeClientHello(offer), decodeServerHello(answer));
 * console.log(keyExchange, group); // hybrid X25519MLKEM768
 * ```
 */
export function postureFromHellos(clientHello: ClientHello, serverHello: ServerHello): Posture {
  const { version: code, cipherSuite, selectedGroup: group, selectedPsk } = serverHello;
  const version = versionName(code);
  const notOffered = !clientHello.versions.includes(code)
    ? `version ${version ?? code}`
    : !clientHello.cipherSuites.includes(cipherSuite)
      ? `cipher suite ${cipherSuiteName(cipherSuite)}`
      : group !== undefined && clientHello.groups?.includes(group) !== true
        ? `group ${groupName(group)}`
        : undefined;
  if (notOffered !== undefined)
    throw new HybridgeError(
      'invalid_argument',
      `hellos: the server chose ${notOffered}, which was not offered`,
      {
        fault: 'peer',
      },
    );
  const common = { version, cipher: cipherSuiteName(cipherSuite) };
  if (code !== TLS_1_3) return { ...common, ...legacyPosture(clientHello, serverHello) };
  // RFC 8773: the key goes into the key schedule, and certificates still authenticate.
  const withCertificate = serverHello.extensions.some(({ type }) => type === CERT_WITH_EXTERN_PSK);
  const byPsk = selectedPsk !== undefined && !withCertificate;
  const keyExchange = group === undefined ? 'unknown' : groupNature(group);
  const asked = serverHello.kind === 'hello-retry-request';
  return {
    ...common,
    keyExchange,
    group: group === undefined ? undefined : groupName(group),
    authentication: {
      server: asked ? UNKNOWN : byPsk ? PSK : { ...UNKNOWN, by: 'certificate' },
      client: asked || !byPsk ? UNKNOWN : PSK,
    },
    resumed: asked || byPsk ? undefined : false,
    helloRetry: asked || (group !== undefined && isRetried(clientHello, group)),
    reason: [
      group === undefined
        ? 'there is no key exchange: the session rests on a pre-shared key alone'
        : asked
          ? 'the server asks for a share of this group; nothing is agreed yet'
          : 'the group is that of the key share in ServerHello',
      byPsk
        ? 'a pre-shared key was chosen, external or from an earlier session'
        : 'certificates are encrypted',
    ].join('; '),
  };
}

/** tls_cert_with_extern_psk [RFC 8773]. */
const CERT_WITH_EXTERN_PSK = 33;

// RFC 9846: a share that was not in the first hello has been asked for.
function isRetried({ keyShares, extensions }: ClientHello, group: number): boolean {
  return (
    keyShares?.some((share) => share.group === group) !== true ||
    extensions.some(({ type }) => type === EXTENSION.cookie)
  );
}

function legacyPosture(
  clientHello: ClientHello,
  serverHello: ServerHello,
): Omit<Posture, 'cipher' | 'version'> {
  // RFC 5246 §7.4.1.3: a session identifier that the client sent and the server repeats is resumed.
  const { sessionId } = serverHello;
  const resumed =
    sessionId.length > 0 &&
    sessionId.length === clientHello.sessionId.length &&
    sessionId.every((byte, index) => byte === clientHello.sessionId[index]);
  return {
    keyExchange: 'classical',
    group: undefined,
    authentication: { server: resumed ? PSK : UNKNOWN, client: resumed ? PSK : UNKNOWN },
    resumed,
    helloRetry: false,
    reason:
      'before TLS 1.3 there is no post-quantum key exchange; its group is in ServerKeyExchange, which follows',
  };
}
