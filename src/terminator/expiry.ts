/** Certificates in use that end soon: looked at when connections come, so that no timer is needed. */
import { createHash } from 'node:crypto';
import { formatName } from '../certificates/index.ts';
import type { EventStream } from '../events/index.ts';
import { findByOid } from '../registry/index.ts';
import type { Credential } from '../tls/index.ts';

const DAY = 86_400_000;
/** Certificates are renewed with a third of 90 days left; who has not by then should hear of it. */
const SOON = 30 * DAY;

/** Tells of certificates that end within 30 days, once a day. */
export class ExpiryWatch {
  readonly #events: EventStream | undefined;
  #day = -Infinity;

  constructor(events: EventStream | undefined) {
    this.#events = events;
  }

  /** To be called with every connection. */
  look(credentials: readonly Credential[], at: Date): void {
    const day = Math.floor(at.getTime() / DAY);
    if (day === this.#day) return;
    this.lookNow(credentials, at);
  }

  /** To be called when the certificates are new. */
  lookNow(credentials: readonly Credential[], at: Date): void {
    this.#day = Math.floor(at.getTime() / DAY);
    const told = new Set<string>();
    for (const certificate of credentials.flatMap(({ certificates }) => certificates)) {
      const { notAfter } = certificate.validity;
      const left = notAfter.getTime() - at.getTime();
      const fingerprint = createHash('sha256').update(certificate.bytes).digest('hex');
      if (left > SOON || told.has(fingerprint)) continue;
      told.add(fingerprint);
      const { oid } = certificate.signatureAlgorithm;
      this.#events?.emit({
        type: 'certificate-expiring',
        at,
        subject: formatName(certificate.subject),
        fingerprint,
        algorithm: findByOid(oid)[0]?.name ?? oid,
        notAfter,
        daysLeft: Math.floor(left / DAY),
      });
    }
  }
}
