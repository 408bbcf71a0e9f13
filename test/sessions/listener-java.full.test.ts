/** The listener with the clients on the Java platform, which take longest to start; see listener.full.test.ts. */
import { expect, it } from 'vitest';

import { temporaryFolder } from '../certificates/peers.ts';
import { CLIENTS } from '../certificates/tls/clients.ts';
import { describeWithPeer } from '../support/peers.ts';
import { programCaller } from './callers.ts';
import { certificatesIn, meetAll } from './matrix.ts';

const folder = temporaryFolder();

describeWithPeer(['go-peer', 'bc-peer'], 'the listener and Java', () => {
  it.each(['bouncyCastle', 'jdk'] as const)('%s, over every group and certificate', async (name) => {
    const { passed } = await meetAll(programCaller(name, folder), await certificatesIn(folder));
    expect(passed, CLIENTS[name].name).toBeGreaterThan(20);
  });
});
