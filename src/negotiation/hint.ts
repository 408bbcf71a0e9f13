/** What an operator can do about a refused connection. */
import { expiredExceptions, type PeerFacts, type Policy } from '../policy/index.ts';
import type { Refused } from './session-choice.ts';

/** One sentence for the log: what is wrong, and what to do. */
export function hintFor({ problem, remedy }: Refused, peer: PeerFacts, policy: Policy, at: Date): string {
  switch (remedy) {
    case 'client':
      return `${problem}; the client has to be updated or configured`;
    case 'server':
      return `${problem}; give the server a certificate chain that serves it`;
    case 'exception': {
      const ended = expiredExceptions(policy, peer, at).map(
        ({ id, until, owner }) => `${id} ended on ${until} (${owner})`,
      );
      const history =
        ended.length === 0 ? '' : `; the exception ${ended.slice(0, 3).join(', the exception ')}`;
      const where = peer.address === undefined ? 'this peer' : `network ${peer.address}`;
      return `${problem}; update the device, or add an exception to policy ${policy.name} for ${where}${history}`;
    }
  }
}
