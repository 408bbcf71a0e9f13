import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

import { createFloors, recordExceptionUse } from '../../src/negotiation/index.ts';
import { namedPolicy, type Policy, type PolicyException } from '../../src/policy/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { Sandbox } from './support.ts';

const sandbox = new Sandbox();
afterAll(() => {
  sandbox.remove();
});

const exception = (id: string): PolicyException => ({
  id,
  peers: { network: ['192.0.2.0/24'] },
  uses: ['key-establishment'],
  match: { name: ['P-256'] },
  owner: 'IT',
  reason: 'Firmware 3.',
  until: '2029-12-31',
});
const used = exception('used');
const policy: Policy = {
  ...namedPolicy('hybrid-required'),
  name: 'ward',
  exceptions: [exception('idle'), used],
};

it('policy exceptions tells when each was last used', async () => {
  writeFileSync(sandbox.path('ward.json'), JSON.stringify(policy));
  const store = createSqliteStore({ path: sandbox.path('floors.db') });
  await recordExceptionUse(store, policy, used, new Date('2027-03-01T10:00:00Z'));
  await store.close();
  const options = [
    'policy',
    'exceptions',
    '--policy',
    'ward.json',
    '--store',
    'floors.db',
    '--at',
    '2027-03-02',
  ];
  const plain = await sandbox.hybridge(options);
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(/idle: .*used {4}never\n.*used: .*used {4}2027-03-01T10:00:00.000Z\n/su);
  const json = JSON.parse((await sandbox.hybridge([...options, '--json'])).stdout) as {
    exceptions: { id: string; lastUsed: string | null }[];
  };
  expect(json.exceptions.map(({ id, lastUsed }) => [id, lastUsed])).toEqual([
    ['idle', null],
    ['used', '2027-03-01T10:00:00.000Z'],
  ]);
});

it('policy floors lists what devices have proven, and forgets one of them', async () => {
  const path = sandbox.path('proven.db');
  const store = createSqliteStore({ path });
  const floors = createFloors({ store, enforce: 'refuse', onLost: 'closed' });
  const now = new Date();
  await floors.raise('uri:urn:dev:ops:pump-17', 40, now);
  await floors.raise('dns:pump 18.example', 41, now);
  await store.close();
  const listed = await sandbox.hybridge(['policy', 'floors', '--store', 'proven.db']);
  expect(listed.code).toBe(0);
  expect(listed.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^dns:pump 18\.example .* until \d{4}-\d\d-\d\d$/u),
    expect.stringMatching(/^uri:urn:dev:ops:pump-17 .* until \d{4}-\d\d-\d\d$/u),
  ]);
  const args = ['policy', 'floors', '--store', 'proven.db', '--reset', 'uri:urn:dev:ops:pump-17', '--json'];
  const first = await sandbox.hybridge(args);
  expect([first.code, JSON.parse(first.stdout)]).toEqual([
    0,
    { ok: true, peer: 'uri:urn:dev:ops:pump-17', reset: true },
  ]);
  expect((await sandbox.hybridge(args)).code, 'there is none any more').toBe(1);
  expect((await sandbox.hybridge(['policy', 'floors', '--store', 'absent.db'])).code).toBe(2);
});
