/** The names of alerts [RFC 9846 §6]. */

const CODES = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  no_certificate: 41,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  too_many_cids_requested: 52,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  certificate_unobtainable: 111,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  bad_certificate_hash_value: 114,
  unknown_psk_identity: 115,
  certificate_required: 116,
  general_error: 117,
  no_application_protocol: 120,
  ech_required: 121,
} as const;

/** The registered names of alerts; those that only versions before TLS 1.3 send are among them. */
export type AlertName = keyof typeof CODES;

const NAMES: ReadonlyMap<number, AlertName> = new Map(
  Object.keys(CODES)
    .filter(isAlertName)
    .map((name) => [CODES[name], name]),
);

/**
 * Whether a value is the name of an alert.
 *
 * @example
 * ```ts
 * import { isAlertName } from 'hybridge/tls';
 *
 * console.log(isAlertName('decode_error'), isAlertName('decode')); // true false
 * ```
 */
export function isAlertName(name: unknown): name is AlertName {
  return typeof name === 'string' && Object.hasOwn(CODES, name);
}

/**
 * The code of an alert.
 *
 * @example
 * ```ts
 * import { alertCode } from 'hybridge/tls';
 *
 * console.log(alertCode('handshake_failure')); // 40
 * ```
 */
export function alertCode(name: AlertName): number {
  return CODES[name];
}

/**
 * The name of an alert code; `undefined` when it is not registered.
 *
 * @example
 * ```ts
 * import { alertName } from 'hybridge/tls';
 *
 * console.log(alertName(70)); // protocol_version
 * ```
 */
export function alertName(code: number): AlertName | undefined {
  return NAMES.get(code);
}
