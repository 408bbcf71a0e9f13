import { expect, test } from 'vitest';

import { lastExceptionUse, recordExceptionUse } from '../../src/negotiation/index.ts';
import { namedPolicy, type Policy, type PolicyException } from '../../src/policy/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';

const PUMPS: PolicyException = {
  id: 'pumps',
  peers: { network: ['192.0.2.0/24'] },
  uses: ['key-establishment'],
  match: { name: ['X25519'] },
  owner: 'IT',
  reason: 'Firmware 3.',
  until: '2029-12-31',
};
const policy: Policy = { ...namedPolicy('hybrid-required'), exceptions: [PUMPS] };

test('the last use of an exception is kept, in whatever order uses are reported', async () => {
  const store = createMemoryStore();
  expect(await lastExceptionUse(store, policy, PUMPS)).toBeUndefined();
  await recordExceptionUse(store, policy, PUMPS, new Date('2027-03-02'));
  await recordExceptionUse(store, policy, PUMPS, new Date('2027-03-01'));
  expect(await lastExceptionUse(store, policy, PUMPS)).toEqual(new Date('2027-03-02'));
  expect((await store.get('exception-used/hybrid-required/pumps'))?.value).toBe(Date.parse('2027-03-02'));
  expect(await lastExceptionUse(store, { ...policy, name: 'other' }, PUMPS)).toBeUndefined();
  expect(await lastExceptionUse(store, policy, { ...PUMPS, id: 'other' })).toBeUndefined();
});

test('a use is not recorded for a date that is none', async () => {
  for (const at of [new Date(Number.NaN), new Date(-1)])
    await expect(recordExceptionUse(createMemoryStore(), policy, PUMPS, at)).rejects.toMatchObject({
      code: 'invalid_argument',
    });
});
