import type { TLSSocket } from 'node:tls';
import type { PeerAuthentication, Posture } from '../events/index.ts';
import { groupName, schemesOf, signatureSchemeName } from '../tls/index.ts';
import type { KnownClient } from './client-authentication.ts';
import type { AcceptedOffer } from './listener-types.ts';

const NONE: PeerAuthentication = { by: 'none', nature: 'unknown', scheme: undefined, key: undefined };

/** What was negotiated, known because nothing else was allowed. */
export function establishedPosture(
  socket: TLSSocket,
  { version, group, signature, scheme, helloRetry }: AcceptedOffer,
  client: KnownClient | undefined,
): Posture {
  const resumed = socket.isSessionReused();
  // Sessions are resumed under the certificate and scheme that they were made with, and no others.
  const by = resumed ? 'psk' : 'certificate';
  // TLS 1.2 resumes the keys of the session before, whose group nobody told us.
  const withoutGroup = resumed && version === 'TLSv1.2';
  return {
    keyExchange: withoutGroup ? 'classical' : group.nature,
    group: withoutGroup ? undefined : groupName(group.identifiers.tlsGroup?.code ?? 0),
    version,
    cipher: socket.getCipher().standardName,
    authentication: {
      server: { by, nature: signature.nature, scheme: signatureSchemeName(scheme), key: signature.name },
      client: client === undefined ? NONE : clientAuthentication(client, by, version),
    },
    resumed,
    helloRetry,
    reason: withoutGroup
      ? 'decided from the ClientHello; a resumed session of TLS 1.2 has no key exchange of its own, and TLS 1.2 has none that is not classical'
      : 'decided from the ClientHello: the engine was allowed nothing else',
  };
}

function clientAuthentication(
  { signatures }: KnownClient,
  by: 'certificate' | 'psk',
  version: AcceptedOffer['version'],
): PeerAuthentication {
  const [first] = signatures;
  const [scheme, another] = schemesOf(signatures, version);
  return {
    by,
    nature: first?.nature ?? 'unknown',
    // Which of several an RSA key has used, sockets do not tell.
    scheme: scheme === undefined || another !== undefined ? undefined : signatureSchemeName(scheme),
    key: first?.name,
  };
}
