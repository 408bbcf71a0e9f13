/**
 * Permanent error codes. A code is never renamed or reused; detail goes into `HybridgeError.details`.
 *
 * - `aborted`: the caller's `AbortSignal` fired.
 * - `decryption_failed`: a sealed message, a wrapped key or an encrypted key did not open (wrong key, wrong
 *   password or changed bytes: deliberately not distinguished).
 * - `exists`: an output file is there already.
 * - `input_output`: a file or stream could not be read or written.
 * - `internal`: a state that should not exist; a defect in Hybridge.
 * - `invalid_argument`: the call itself is wrong (option out of range, wrong combination).
 * - `invalid_encoding`: bytes or text that do not follow their format.
 * - `invalid_key`: a key that decodes but breaks a rule of its algorithm (not on the curve, not reduced, ...).
 * - `invalid_length`: a value whose size is fixed by its algorithm has another size.
 * - `key_disposed`: the key was wiped.
 * - `message_too_large`: more bytes than the operation or the format allows.
 * - `policy_refused`: the policy in force does not allow this algorithm for this use at this date.
 * - `self_test_failed`: the backend of a primitive answered a known question wrongly and is not used.
 * - `unknown_algorithm`: a name, OID or code point that the registry does not know, or knows as obsolete.
 * - `unsupported`: known, but not offered by this provider or in this form.
 * - `wrong_algorithm`: a key or value of one algorithm where another is required.
 */
export type ErrorCode =
  | 'aborted'
  | 'decryption_failed'
  | 'exists'
  | 'input_output'
  | 'internal'
  | 'invalid_argument'
  | 'invalid_encoding'
  | 'invalid_key'
  | 'invalid_length'
  | 'key_disposed'
  | 'message_too_large'
  | 'policy_refused'
  | 'self_test_failed'
  | 'unknown_algorithm'
  | 'unsupported'
  | 'wrong_algorithm';

/** Whose fault an error is: the calling code, the other side of a protocol, the bytes given, or Hybridge. */
export type ErrorFault = 'caller' | 'input' | 'internal' | 'peer';

/** What may stand in the details of an error: never key material, never a password. */
export type ErrorDetail = string | number | boolean | readonly string[];

/** How an error is made: fault and details beside code and message. */
export interface HybridgeErrorOptions {
  /** Defaults by code: `internal` for `internal` and `self_test_failed`, else `input`. */
  readonly fault?: ErrorFault;
  /** A next step in words for a person, printed as `hint:` by the command line. */
  readonly hint?: string;
  /** Data about the error: offset, expected and actual sizes, names. */
  readonly details?: Readonly<Record<string, ErrorDetail>>;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The one error class that Hybridge throws.
 *
 * @example
 * ```ts
 * import { HybridgeError } from 'hybridge';
 *
 * const error = new HybridgeError('invalid_length', 'ML-KEM-768 ciphertext: 1087 bytes, expected 1088', {
 *   details: { expected: 1088, actual: 1087 },
 * });
 * console.log(error.code, error.fault, error.details['expected']);
 * ```
 */
export class HybridgeError extends Error {
  /** The stable code to branch on. */
  readonly code: ErrorCode;
  /** Whose fault it is. */
  readonly fault: ErrorFault;
  /** A next step for a person, where there is one. */
  readonly hint: string | undefined;
  /** Data about the error; free of secrets. */
  readonly details: Readonly<Record<string, ErrorDetail>>;

  constructor(code: ErrorCode, message: string, options: HybridgeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HybridgeError';
    this.code = code;
    this.fault = options.fault ?? (code === 'internal' || code === 'self_test_failed' ? 'internal' : 'input');
    this.hint = options.hint;
    this.details = Object.freeze({ ...options.details });
  }
}

/**
 * Whether a caught value is a {@link HybridgeError}, optionally with one of the given codes.
 *
 * @example
 * ```ts
 * import { isHybridgeError, importKey } from 'hybridge';
 *
 * try {
 *   await importKey(new Uint8Array([0x30]));
 * } catch (error) {
 *   if (isHybridgeError(error, 'invalid_encoding')) console.log(error.message);
 *   else throw error;
 * }
 * ```
 */
export function isHybridgeError(value: unknown, ...codes: readonly ErrorCode[]): value is HybridgeError {
  return value instanceof HybridgeError && (codes.length === 0 || codes.includes(value.code));
}
