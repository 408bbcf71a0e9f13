import { judge, type PeerPolicy, type PolicyException, type Reason } from '../policy/index.ts';
import type { KnownClient } from './client-authentication.ts';

/** What a policy has to say of a client's certificate, which it permits. */
export interface ClientStanding {
  readonly warnings: readonly Reason[];
  /** Exceptions without which the certificate would be refused. */
  readonly exceptions: readonly PolicyException[];
}

const DAY = 86_400_000;

/** By client, as it is remembered between its sessions: verdicts change at midnight and with the policy. */
const known = new WeakMap<
  KnownClient,
  { readonly peer: PeerPolicy; readonly day: number; readonly standing: ClientStanding }
>();

/** What a policy warns of in the certificate of a client whose path is valid under it. */
export function clientStanding(client: KnownClient, peer: PeerPolicy, at: Date): ClientStanding {
  const day = Math.floor(at.getTime() / DAY);
  const before = known.get(client);
  if (before?.peer === peer && before.day === day) return before.standing;
  const standing = judgeClient(client, peer, at);
  known.set(client, { peer, day, standing });
  return standing;
}

function judgeClient({ signatures, chain }: KnownClient, peer: PeerPolicy, at: Date): ClientStanding {
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
