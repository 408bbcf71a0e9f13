import { HybridgeError } from '../bytes/index.ts';
import { isIsoDate } from './dates.ts';
import { CNSA_2_0 } from './named/cnsa-2.0.ts';
import { HYBRID_PREFERRED } from './named/hybrid-preferred.ts';
import { HYBRID_REQUIRED } from './named/hybrid-required.ts';
import { legacyUntilPolicy } from './named/legacy-until.ts';
import { NIST_IR_8547 } from './named/nist-ir-8547.ts';
import { PQ_ONLY } from './named/pq-only.ts';
import { readPolicy } from './parse.ts';
import type { IsoDate, Policy } from './types.ts';

/** The policies that come with Hybridge, except `legacy-until(date)`, of which there is one for every day. */
export const POLICY_NAMES = [
  'hybrid-preferred',
  'hybrid-required',
  'pq-only',
  'cnsa-2.0',
  'nist-ir-8547',
] as const;

/** A policy that comes with Hybridge. */
export type PolicyName = (typeof POLICY_NAMES)[number] | `legacy-until(${IsoDate})`;

const DATA: Readonly<Record<(typeof POLICY_NAMES)[number], Policy>> = {
  'hybrid-preferred': HYBRID_PREFERRED,
  'hybrid-required': HYBRID_REQUIRED,
  'pq-only': PQ_ONLY,
  'cnsa-2.0': CNSA_2_0,
  'nist-ir-8547': NIST_IR_8547,
};

// One object per name, so that what has been worked out about a policy is found again.
const read = new Map<string, Policy>();

function once(name: string, data: () => Policy): Policy {
  const before = read.get(name);
  if (before !== undefined) return before;
  const policy = readPolicy(data());
  read.set(name, policy);
  return policy;
}

/**
 * The policy for a migration with an end: hybrids first, classical algorithms with a warning through the day
 * given (UTC), and not after it.
 *
 * @throws HybridgeError `invalid_argument` when the text is no day of the calendar.
 *
 * @example
 * ```ts
 * import { judge, legacyUntil } from 'hybridge/policy';
 * import { signature } from 'hybridge/registry';
 *
 * const policy = legacyUntil('2029-12-31');
 * const old = signature('ECDSA-P256-SHA256');
 * console.log(judge(policy, 'firmware-signature', old, new Date('2029-12-31T23:59:59Z')).verdict); // warn
 * console.log(judge(policy, 'firmware-signature', old, new Date('2030-01-01')).verdict); // refuse
 * ```
 */
export function legacyUntil(date: IsoDate): Policy {
  if (!isIsoDate(date))
    throw new HybridgeError('invalid_argument', `legacy-until: ${String(date)} is no day of the calendar`, {
      fault: 'caller',
      hint: 'Days are written YYYY-MM-DD.',
    });
  return readPolicy(legacyUntilPolicy(date));
}

/** The policy of a name, `legacy-until(2029-12-31)` included; `undefined` when there is none. */
export function findPolicy(name: string): Policy | undefined {
  const builtIn = POLICY_NAMES.find((candidate) => candidate === name);
  if (builtIn !== undefined) return once(builtIn, () => DATA[builtIn]);
  const date = /^legacy-until\(([^)]*)\)$/.exec(name)?.[1];
  return date !== undefined && isIsoDate(date) ? legacyUntil(date) : undefined;
}

/**
 * A policy that comes with Hybridge, frozen.
 *
 * @throws HybridgeError `invalid_argument` when there is none of that name.
 *
 * @example
 * ```ts
 * import { namedPolicy, POLICY_NAMES } from 'hybridge/policy';
 *
 * for (const name of POLICY_NAMES) console.log(name, namedPolicy(name).description);
 * ```
 */
export function namedPolicy(name: PolicyName): Policy {
  const policy = findPolicy(name);
  if (policy === undefined)
    throw new HybridgeError('invalid_argument', `no policy is named ${name}`, {
      fault: 'caller',
      hint: `There are ${POLICY_NAMES.join(', ')} and legacy-until(YYYY-MM-DD).`,
    });
  return policy;
}
