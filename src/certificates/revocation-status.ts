/** What is known about the revocation of one certificate. */
import type { RevocationReason } from './extension.ts';

/** Where a status comes from. */
export type RevocationSource = 'crl' | 'ocsp';

/** Whether a certificate is revoked, as far as genuine and current sources tell. */
export type RevocationStatus =
  | { readonly status: 'good'; readonly source: RevocationSource }
  | {
      readonly status: 'revoked';
      readonly source: RevocationSource;
      /** `unspecified` where the source does not say; `certificateHold` may be taken back. */
      readonly reason: RevocationReason;
      readonly since: Date;
    }
  | {
      readonly status: 'unknown';
      /** Why each source settled nothing, in words for a person; never empty. */
      readonly reasons: readonly string[];
    };

/** How far the clock of an issuer may be ahead, in milliseconds: what it signs this very second is to be used. */
const CLOCK_SKEW = 5 * 60 * 1000;

/** Whether a time lies in the future by more than clocks differ. */
export function isFuture(time: Date, at: Date): boolean {
  return time.getTime() > at.getTime() + CLOCK_SKEW;
}
