/** What connections are decided by; replaced as a whole. */
import { createHash } from 'node:crypto';
import { HybridgeError } from '../bytes/index.ts';
import type { SessionOffer } from '../negotiation/index.ts';
import { judge, type Policy } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { kem } from '../registry/index.ts';
import { engineGroups } from '../tls/index.ts';
import { ClientVerifier } from './client-authentication.ts';
import { Contexts } from './contexts.ts';
import type { Issuers } from './issuers.ts';
import type { ListenerOptions, Replaceable } from './listener-types.ts';
import type { TicketKeys } from './tickets.ts';

/** Everything that a connection needs to know when its hello is complete. */
export interface Rules {
  readonly given: Replaceable;
  readonly policy: Policy;
  readonly offer: SessionOffer;
  readonly verifier: ClientVerifier | undefined;
  readonly contexts: Contexts;
}

/** What outlives the rules. */
export interface RulesBase {
  readonly provider: Provider;
  readonly groups: ListenerOptions['groups'];
  readonly tickets: TicketKeys;
  readonly issuers: Issuers;
  readonly contexts: number;
}

/**
 * Rules from what was given.
 *
 * @throws HybridgeError `invalid_argument` without credentials or anchors; what `judge` throws for a policy that breaks a
 * rule of its format.
 */
export function makeRules(given: Replaceable, base: RulesBase, at: Date): Rules {
  const { policy, credentials, clientAuthentication } = given;
  if (credentials.length === 0) throw argument('without credentials there is nothing to listen with');
  if (clientAuthentication?.anchors.length === 0)
    throw argument('client authentication without anchors would refuse everybody');
  // A policy is checked when it is first asked; better now than with the first connection.
  judge(policy, 'key-establishment', kem('X25519MLKEM768'), at);
  const verifier =
    clientAuthentication && new ClientVerifier(base.provider, clientAuthentication, base.issuers);
  const binding = createHash('sha256')
    .update(JSON.stringify([policy.name, policy.version, verifier?.digest]))
    .digest('hex');
  return {
    given,
    policy,
    offer: { credentials, groups: base.groups ?? engineGroups().map(({ algorithm }) => algorithm) },
    verifier,
    contexts: new Contexts({
      capacity: base.contexts,
      tickets: base.tickets,
      binding,
      anchors: clientAuthentication?.anchors ?? [],
    }),
  };
}

function argument(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `listener: ${why}`, { fault: 'caller' });
}
