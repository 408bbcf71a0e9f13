import { endOf, instantOf } from './dates.ts';
import { checked } from './judge.ts';
import type { Policy, PolicyException } from './types.ts';

const DAY = 86_400_000;

/** An exception, and how it stands on a day. */
export interface DatedException {
  readonly exception: PolicyException;
  /** Days on which it holds, today among them; 0 when it has expired. */
  readonly daysLeft: number;
  readonly expired: boolean;
}

/**
 * The exceptions of a policy as they stand on a day, the one that ends first before the others.
 *
 * @throws HybridgeError `invalid_argument` for an invalid date; other codes when the policy itself breaks a rule of its
 * format.
 *
 * @example
 * ```ts
 * import { parsePolicy, policyExceptions } from 'hybridge/policy';
 *
 * const policy = parsePolicy(`{
 *   "name": "ward-7", "version": 1, "date": "2026-11-21", "description": "Ward 7.", "rules": [], "preference": [],
 *   "exceptions": [{
 *     "id": "pumps", "peers": { "network": ["192.0.2.0/24"] }, "uses": ["key-establishment"],
 *     "match": { "name": ["X25519"] }, "owner": "IT", "reason": "Firmware 3.", "until": "2027-01-31"
 *   }]
 * }`);
 * for (const { exception, daysLeft } of policyExceptions(policy, new Date('2027-01-01')))
 *   console.log(exception.id, daysLeft); // pumps 31
 * ```
 */
export function policyExceptions(policy: Policy, at: Date): readonly DatedException[] {
  const instant = instantOf(at);
  return (checked(policy).exceptions ?? [])
    .map((exception) => {
      const left = endOf(exception.until) - instant;
      return { exception, daysLeft: Math.max(0, Math.ceil(left / DAY)), expired: left <= 0 };
    })
    .sort((a, b) => compare(a.exception.until, b.exception.until) || compare(a.exception.id, b.exception.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
