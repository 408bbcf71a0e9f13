/** Errors about a peer's bytes: each names the alert that answers it. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import type { AlertName } from './alert-name.ts';

/** The error for bytes of a peer that break a rule of the protocol. */
export function peerError(alert: AlertName, message: string, offset: number): HybridgeError {
  return new HybridgeError('invalid_encoding', message, { fault: 'peer', details: { alert, offset } });
}

/**
 * Runs a reader over a peer's bytes. What it finds malformed is answered with decode_error: "the length of the
 * message was incorrect" or a field out of its range [RFC 9846 §6.2].
 */
export function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!isHybridgeError(error, 'invalid_encoding') || error.fault === 'peer') throw error;
    throw new HybridgeError('invalid_encoding', error.message, {
      fault: 'peer',
      details: { ...error.details, alert: 'decode_error' },
      cause: error,
    });
  }
}
