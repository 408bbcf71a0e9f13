/** Why connections get no session, in words for whoever runs the listener. */
import { isHybridgeError } from '../bytes/index.ts';
import type { EventReason, SessionRefused } from '../events/index.ts';
import type { FloorVerdict } from '../negotiation/index.ts';
import { type AlertName, alertOf } from '../tls/index.ts';
import type { ClientVerdict } from './client-authentication.ts';

/** Why a connection gets no session. */
export interface Refusal {
  readonly because: SessionRefused['because'];
  /** The alert to send where that is still possible: in plaintext, before the handshake. */
  readonly alert?: AlertName | undefined;
  readonly reasons: readonly EventReason[];
  /** What to do about it. */
  readonly hint: string;
}

/** A limit that ended a connection. */
export function tooMuch(limit: string, text: string): Refusal {
  return {
    because: 'limit',
    reasons: [{ rule: limit, text, source: 'house: limits of the listener' }],
    hint: `somebody may be holding connections open on purpose; if these are devices of yours, raise ${limit}`,
  };
}

/** Bytes that are no hello; or, with bytes that are one, something wrong on our side. */
export function unreadable(error: unknown): Refusal {
  if (!isHybridgeError(error) || error.fault !== 'peer') return broken(error);
  return {
    because: 'protocol',
    alert: alertOf(error),
    reasons: [{ rule: error.code, text: error.message, source: 'RFC 9846' }],
    hint: 'nothing but TLS is spoken here: look at who calls this port, and with what',
  };
}

/** Something that is not the peer's fault. */
export function broken(error: unknown): Refusal {
  const text = error instanceof Error ? error.message : String(error);
  return {
    because: 'handshake',
    alert: 'internal_error',
    reasons: [{ rule: 'internal-error', text, source: 'house' }],
    hint: 'a defect, or a configuration that this runtime cannot serve; the peer is not to blame',
  };
}

/** No application protocol in common. */
export function noProtocol(ours: readonly string[], theirs: readonly string[]): Refusal {
  return {
    because: 'handshake',
    alert: 'no_application_protocol',
    reasons: [
      {
        rule: 'application-protocol',
        text: `The client speaks ${theirs.slice(0, 8).join(', ')}; here ${ours.join(', ')} is spoken.`,
        source: 'RFC 7301 §3.2',
      },
    ],
    hint: 'add the protocol to "alpn" if what stands behind speaks it',
  };
}

/** A client whose certificate will not do. */
export function unproven({
  reason,
  text,
  claimed,
}: Extract<ClientVerdict, { readonly outcome: 'refused' }>): Refusal {
  const [name] = claimed;
  return {
    because: 'authentication',
    reasons: [{ rule: reason, text, source: 'path validation' }],
    hint: `the certificate${name === undefined ? '' : ` for ${name}`} has no valid path: look at who issued it, at its dates, and at what the policy asks of devices`,
  };
}

/** A session that the floor of its peer does not let pass; `undefined` where it does. */
export function belowFloor(verdict: FloorVerdict | undefined): Refusal | undefined {
  if (verdict?.refuse !== true) return undefined;
  return {
    because: 'floor',
    reasons: [{ rule: `floor-${verdict.verdict}`, text: verdict.reason, source: 'house: floors' }],
    hint:
      verdict.verdict === 'violated'
        ? 'somebody may be weakening the connections of this device; if it was made weaker on purpose, reset its floor'
        : 'sessions are refused until the store of floors answers again, as "onLost" says',
  };
}

/** A client without a certificate where one is required. */
export const NO_CERTIFICATE: Refusal = {
  because: 'authentication',
  reasons: [{ rule: 'certificate-required', text: 'The client has no certificate.', source: 'RFC 9846' }],
  hint: 'give the device a certificate under one of the anchors, or ask for certificates without requiring them',
};

/** A connection that ended before its hello did. */
export const HELLO_CUT_OFF: Refusal = {
  because: 'protocol',
  reasons: [
    { rule: 'incomplete-hello', text: 'The connection ended within the ClientHello.', source: 'RFC 9846' },
  ],
  hint: 'if this is a device of yours, look for something on the way that drops long first messages',
};

/** A connection that ended before its handshake did. */
export const HANDSHAKE_CUT_OFF: Refusal = {
  because: 'handshake',
  reasons: [
    { rule: 'closed', text: 'The peer closed the connection during the handshake.', source: 'RFC 9846' },
  ],
  hint: 'the log of the peer may say more; clients that do not trust a certificate often just leave',
};

/** What the codes of OpenSSL's errors come down to. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)/,
    'the client does not accept our certificate: has it the root, and does it know the algorithms of the chain?',
  ],
  [
    /ALERT_CERTIFICATE_EXPIRED/,
    'the client takes our certificate for expired: look at its dates, and at the clock of the device',
  ],
  [
    /ALERT_DECRYPT_ERROR/,
    'the client could not verify the signature of the handshake: some list algorithms that they were built without; give it a certificate of another kind, or an update',
  ],
  [/ECONNRESET|EPIPE/, 'the peer broke the connection off; its own log may say why'],
];

/** A handshake that failed after the policy had agreed. Alerts in it are the engine's; which one, it does not tell. */
export function handshakeFailure(error: Error & { readonly code?: unknown }): Refusal {
  const { code, message } = error;
  const name = typeof code === 'string' ? code : 'tls-error';
  if (name.endsWith('PEER_DID_NOT_RETURN_A_CERTIFICATE')) return NO_CERTIFICATE;
  const hint = HINTS.find(([pattern]) => pattern.test(name))?.[1];
  return {
    because: 'handshake',
    reasons: [{ rule: name.toLowerCase().replaceAll('_', '-'), text: message, source: 'OpenSSL' }],
    hint: hint ?? 'the policy had agreed; what failed is the handshake itself',
  };
}
