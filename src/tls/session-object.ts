/** What a session object of OpenSSL says of the handshake: it is the only place where servers find the group. */
import { equal, isHybridgeError, utf8 } from '../bytes/index.ts';
import { explicit, OCTET_STRING, readDer } from '../encoding/index.ts';

/** The facts in a session object that no other call tells. */
export interface SessionFacts {
  /** NamedGroup of the key exchange; `undefined`: there was none, or it was one of TLS 1.2 without groups. */
  readonly group: number | undefined;
  /** DER of the certificate that the other side presented, in this handshake or in the one that is resumed. */
  readonly peerCertificate: Uint8Array | undefined;
}

/** Newer Node.js lines put this, two bytes of length and a host name before the session that a client gets. */
const NODE_PREFIX = utf8('\0nodejs:tls:session:1\0');

// SSL_SESSION_ASN1 of OpenSSL: five fields, then optional ones under the tags that follow.
const PEER = 3;
const KEX_GROUP = 19;
const LAST = 20;

/**
 * Reads what `TLSSocket.getSession` returns. The format is OpenSSL's own (`i2d_SSL_SESSION`), the same from 3.0 to 3.5.
 *
 * @returns `undefined` for what does not look as these versions write it.
 */
export function readSession(session: Uint8Array): SessionFacts | undefined {
  try {
    const outer = readDer(withoutPrefix(session), 'SSL_SESSION');
    const fields = outer.sequence('fields');
    outer.end();
    fields.smallInteger('version');
    fields.smallInteger('ssl_version');
    fields.primitive('cipher', OCTET_STRING);
    fields.primitive('session_id', OCTET_STRING);
    fields.primitive('master_key', OCTET_STRING);
    let group: number | undefined;
    let peerCertificate: Uint8Array | undefined;
    for (let number = 0; number <= LAST; number++) {
      if (!fields.has(explicit(number))) continue;
      const field = fields.explicit(number, `[${number}]`);
      if (number === KEX_GROUP) group = field.smallInteger('kex_group');
      else {
        const value = field.any('value');
        // A copy, since the session is wiped; `slice` of a Buffer is none.
        if (number === PEER) peerCertificate = Uint8Array.from(value);
      }
      field.end();
    }
    fields.end();
    return { group: group === 0 ? undefined : group, peerCertificate };
  } catch (error) {
    if (isHybridgeError(error)) return undefined;
    throw error;
  }
}

function withoutPrefix(session: Uint8Array): Uint8Array {
  if (!equal(session.subarray(0, NODE_PREFIX.length), NODE_PREFIX)) return session;
  const at = NODE_PREFIX.length;
  const length = (session[at] ?? 0) * 256 + (session[at + 1] ?? 0);
  return session.subarray(at + 2 + length);
}
