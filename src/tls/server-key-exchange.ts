/** ServerKeyExchange of TLS 1.2 and before, as far as it names a group [RFC 8422 §5.4], [RFC 5246 §7.4.3]. */
import { readTls } from '../encoding/index.ts';
import { cipherSuiteName } from './cipher-suites.ts';
import { TLS_1_2 } from './code-points.ts';
import { peerError, reading } from './wire-error.ts';

/** What a ServerKeyExchange over an elliptic curve says. */
export interface ServerKeyExchange {
  /** The code of its NamedGroup. */
  readonly group: number;
  /** The code of the algorithm that signed it; `undefined` before TLS 1.2, and where nothing is signed. */
  readonly signatureScheme: number | undefined;
}

const NAMED_CURVE = 3;

/**
 * Reads a ServerKeyExchange, the handshake message with its header.
 *
 * @returns `undefined` for a cipher suite without elliptic curves: its message names no group.
 * @throws HybridgeError `invalid_encoding`, the fault of the peer.
 */
export function decodeServerKeyExchange(
  message: Uint8Array,
  { version, cipherSuite }: { readonly version: number; readonly cipherSuite: number },
): ServerKeyExchange | undefined {
  const suite = cipherSuiteName(cipherSuite);
  if (!/_ECDHE_|_ECDH_anon_/u.test(suite)) return undefined;
  return reading(() => {
    const outer = readTls(message, 'Handshake');
    outer.u8('msg_type');
    const body = outer.vector('ServerKeyExchange', 0, 0xffffff);
    outer.end();
    // [RFC 5489 §2]
    if (suite.includes('_PSK_')) body.opaque('psk_identity_hint', 0, 0xffff);
    const { offset } = body;
    const type = body.u8('curve_type');
    if (type !== NAMED_CURVE)
      throw peerError(
        'illegal_parameter',
        `ServerKeyExchange: curve type ${type}, not a named curve`,
        offset,
      );
    const group = body.u16('namedcurve');
    body.opaque('public', 1, 0xff);
    if (/_anon_|_PSK_/u.test(suite)) {
      body.end();
      return { group, signatureScheme: undefined };
    }
    const signatureScheme = version >= TLS_1_2 ? body.u16('algorithm') : undefined;
    body.opaque('signature', 0, 0xffff);
    body.end();
    return { group, signatureScheme };
  });
}
