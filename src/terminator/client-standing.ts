import { judge, type PeerPolicy, type PolicyException, type Reason } from '../policy/index.ts';
import type { KnownClient } from './client-authentication.ts';

/** What a policy has to say of a client's certificate, which it permits. */
export interface ClientStanding {
  readonly warnings: readonly Reason[];
  /** Exceptions without which the certificate would be refused. */
  readonly exceptions: readonly PolicyException[];
}

/** What a policy warns of in the certificate of a client whose path is valid under it. */
export function clientStanding(
  { signatures, chain }: KnownClient,
  peer: PeerPolicy,
  at: Date,
): ClientStanding {
  const warnings = [
    ...signatures.map((one) => judge(peer.policy, 'session-authentication', one, at)),
    ...chain.map((one) => judge(peer.policy, 'certificate-signature', one, at)),
  ].flatMap(({ verdict, reasons }) => (verdict === 'warn' ? reasons : []));
  const named = new Set(warnings.map(({ rule }) => rule));
  return { warnings, exceptions: peer.exceptions.filter(({ id }) => named.has(id)) };
}

/** Both lists, each entry once. */
export function together<Entry>(
  some: readonly Entry[],
  others: readonly Entry[],
  keyOf: (entry: Entry) => string,
): readonly Entry[] {
  if (others.length === 0) return some;
  return [...new Map([...some, ...others].map((entry) => [keyOf(entry), entry])).values()];
}
