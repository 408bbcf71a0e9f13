/** The alert protocol [RFC 9846 §6]. */
import { isHybridgeError } from '../bytes/index.ts';
import { readTls, tls } from '../encoding/index.ts';
import { alertCode, type AlertName, alertName, isAlertName } from './alert-name.ts';
import { CONTENT_TYPE, TLS_1_2 } from './code-points.ts';
import { reading } from './wire-error.ts';

/** How grave an alert is. In TLS 1.3 it says nothing beyond the description [RFC 9846 §6]. */
export type AlertLevel = 'fatal' | 'warning';

/** An alert as it came. */
export interface Alert {
  /** `undefined`: a level that the protocol does not have. */
  readonly level: AlertLevel | undefined;
  readonly code: number;
  /** `undefined`: not a registered code. */
  readonly name: AlertName | undefined;
}

const LEVELS = { warning: 1, fatal: 2 } as const;

/**
 * A whole plaintext record with one alert: what goes to a peer whose hello is refused.
 *
 * @param level - `fatal` unless told, which every alert of a refusal is.
 * @param version - The version in the record header; TLS 1.2, as TLS 1.3 demands, unless told.
 * @returns 7 bytes.
 * @example
 * ```ts
 * import { encodeAlert } from 'hybridge/tls';
 *
 * console.log(encodeAlert('protocol_version')); // 21, 3, 3, 0, 2, 2, 70
 * ```
 */
export function encodeAlert(
  name: AlertName,
  level: AlertLevel = 'fatal',
  version: number = TLS_1_2,
): Uint8Array {
  return Uint8Array.of(
    CONTENT_TYPE.alert,
    ...tls.u16(version),
    ...tls.u16(2),
    LEVELS[level],
    alertCode(name),
  );
}

/**
 * Reads the two bytes of an alert.
 *
 * @throws HybridgeError `invalid_encoding` when they are not two.
 * @example
 * ```ts
 * import { decodeAlert } from 'hybridge/tls';
 *
 * console.log(decodeAlert(new Uint8Array([2, 40])).name); // handshake_failure
 * ```
 */
export function decodeAlert(bytes: Uint8Array): Alert {
  return reading(() => {
    const fields = readTls(bytes, 'Alert');
    const level = fields.u8('level');
    const code = fields.u8('description');
    fields.end();
    const known = level === LEVELS.fatal ? 'fatal' : level === LEVELS.warning ? 'warning' : undefined;
    return { level: known, code, name: alertName(code) };
  });
}

/**
 * The alert that answers a failed reading of the peer's bytes; `internal_error` for everything that is not the
 * peer's fault.
 *
 * @example
 * ```ts
 * import { alertOf, decodeClientHello } from 'hybridge/tls';
 *
 * try {
 *   decodeClientHello(new Uint8Array([1, 0, 0, 0]));
 * } catch (error) {
 *   console.log(alertOf(error)); // decode_error
 * }
 * ```
 */
export function alertOf(error: unknown): AlertName {
  const alert = isHybridgeError(error) ? error.details['alert'] : undefined;
  return isAlertName(alert) ? alert : 'internal_error';
}
