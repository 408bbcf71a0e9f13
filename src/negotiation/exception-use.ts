/** When exceptions were last needed: what nobody uses any more can go. */
import type { Policy, PolicyException } from '../policy/index.ts';
import type { Store } from '../store/index.ts';

const keyOf = ({ name }: Policy, { id }: PolicyException): string => `exception-used/${name}/${id}`;

/**
 * Remembers that a session rests on an exception. Uses that are reported out of order leave the latest standing.
 *
 * @throws HybridgeError what the store rejects with: `invalid_argument` for an invalid date, or one before 1970.
 *
 * @example
 * ```ts
 * import { lastExceptionUse, recordExceptionUse } from 'hybridge/negotiation';
 * import { namedPolicy, type Policy } from 'hybridge/policy';
 * import { createMemoryStore } from 'hybridge/store';
 *
 * const policy: Policy = {
 *   ...namedPolicy('hybrid-required'),
 *   exceptions: [{
 *     id: 'pumps', peers: { network: ['192.0.2.0/24'] }, uses: ['key-establishment'], match: { name: ['X25519'] },
 *     owner: 'IT', reason: 'Firmware 3.', until: '2029-12-31',
 *   }],
 * };
 * const store = createMemoryStore();
 * for (const exception of policy.exceptions ?? []) {
 *   await recordExceptionUse(store, policy, exception, new Date('2027-03-01'));
 *   console.log(await lastExceptionUse(store, policy, exception)); // 2027-03-01T00:00:00.000Z
 * }
 * ```
 */
export async function recordExceptionUse(
  store: Store,
  policy: Policy,
  exception: PolicyException,
  at: Date,
): Promise<void> {
  await store.raise(keyOf(policy, exception), at.getTime());
}

/**
 * When a session last rested on an exception; `undefined`: never, as far as this store knows.
 *
 * @throws HybridgeError what the store rejects with.
 *
 * @example
 * ```ts no-run
 * import { lastExceptionUse } from 'hybridge/negotiation';
 * import { policyExceptions, type Policy } from 'hybridge/policy';
 * import type { Store } from 'hybridge/store';
 *
 * declare const store: Store;
 * declare const policy: Policy;
 * for (const { exception, daysLeft } of policyExceptions(policy, new Date()))
 *   console.log(exception.id, daysLeft, (await lastExceptionUse(store, policy, exception)) ?? 'never used');
 * ```
 */
export async function lastExceptionUse(
  store: Store,
  policy: Policy,
  exception: PolicyException,
): Promise<Date | undefined> {
  const entry = await store.get(keyOf(policy, exception));
  return typeof entry?.value === 'number' ? new Date(entry.value) : undefined;
}
