/** What a service behind the terminator is told of a session. */
import type { PeerAuthentication } from '../events/index.ts';
import { endpointsOf } from './endpoint.ts';
import type { Session } from './listener-types.ts';
import { encodeProxyHeader } from './proxy-protocol.ts';
import { type BareItem, structuredDictionary } from './structured-field.ts';

/** Readers take no longer header unless told to: nginx reads it into `client_header_buffer_size`, 1 KiB by default. */
const HEADER_BYTES = 1024;
const COMMON_NAME = '2.5.4.3';
/** Common names have up to 64 characters [RFC 5280 Appendix A.1]. */
const MAX_NAME = 128;

/** What of a session concerns the service. */
export type ToldSession = Omit<Session, 'decision'>;

function withoutUndefined({ by, nature, scheme, key }: PeerAuthentication): object {
  return { by, nature, scheme, key };
}

/** The posture as plain data. */
function postureFor({ posture }: ToldSession): object {
  const { keyExchange, group, version, cipher, authentication, resumed, helloRetry } = posture;
  return {
    keyExchange,
    group,
    version,
    cipher,
    authentication: {
      server: withoutUndefined(authentication.server),
      client: withoutUndefined(authentication.client),
    },
    resumed,
    helloRetry,
  };
}

function commonNameOf({ certificate }: ToldSession): string | undefined {
  const attributes = certificate?.subject.relativeNames.flat() ?? [];
  const name = attributes.findLast(({ type }) => type === COMMON_NAME)?.text;
  return name === undefined || Buffer.byteLength(name) > MAX_NAME ? undefined : name;
}

/**
 * The header of the PROXY protocol for a session, with identities and exceptions where there is room for them.
 * `undefined` when the peer is gone already.
 */
export function proxyHeaderOf(session: ToldSession): Uint8Array | undefined {
  const { posture, socket, alpn, peer, connection, certificate, identities, exceptions } = session;
  const endpoints = endpointsOf(socket);
  if (endpoints === undefined) return undefined;
  const header = {
    ...endpoints,
    alpn,
    authority: peer.serverName,
    uniqueId: connection,
    tls: {
      version: posture.version,
      cipher: posture.cipher,
      group: posture.group,
      scheme: posture.authentication.server.scheme,
      certificate: certificate === undefined ? 'none' : posture.resumed === true ? 'resumed' : 'presented',
      commonName: commonNameOf(session),
    },
  } as const;
  const told = postureFor(session);
  const named = { ...told, identities, exceptions: exceptions.map(({ id }) => id) };
  if (Buffer.byteLength(JSON.stringify(named)) < HEADER_BYTES) {
    const whole = encodeProxyHeader({ ...header, posture: named });
    if (whole.length <= HEADER_BYTES) return whole;
  }
  return encodeProxyHeader({ ...header, posture: { ...told, shortened: true } });
}

/** How a side proved itself, in one token: the nature of its key, or `none`, `psk`, `unknown`. */
function authenticationToken({ by, nature }: PeerAuthentication): BareItem {
  return { token: by === 'certificate' ? nature : by };
}

/**
 * The value of the `Hybridge-Session` header, a dictionary of RFC 9651. It is the same for all requests of a session.
 */
export function sessionHeader({
  posture,
  identities,
  exceptions,
  peer,
  alpn,
  connection,
}: ToldSession): string {
  const { keyExchange, group, version, cipher, authentication, resumed, helloRetry } = posture;
  return structuredDictionary({
    'key-exchange': { token: keyExchange },
    group,
    version,
    cipher,
    'server-authentication': authenticationToken(authentication.server),
    'server-scheme': authentication.server.scheme,
    'client-authentication': authenticationToken(authentication.client),
    'client-scheme': authentication.client.scheme,
    resumed,
    'hello-retry': helloRetry,
    identity: peer.identity,
    identities: identities.length > 1 ? identities : undefined,
    exceptions: exceptions.length > 0 ? exceptions.map(({ id }) => id) : undefined,
    'server-name': peer.serverName,
    alpn,
    connection,
  });
}
