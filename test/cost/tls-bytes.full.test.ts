import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { describeWithPeer, describeWithRecentNode } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { compare } from './counted-handshakes.ts';
import { expectPredicted } from './expect-predicted.ts';
import { matrix, title } from './handshake-cases.ts';
import { countInNode, isTooLargeForNode } from './node-handshakes.ts';
import { countPeers, RECORDINGS } from './peer-handshakes.ts';
import { PEER_CLIENTS } from './tls-peer.ts';

describeWithRecentNode('bytes of handshakes of node:tls, the whole matrix', () => {
  it('are as predicted', { timeout: 60_000 }, async () => {
    const cases = matrix(['full', 'resumption', 'hello-retry'])
      .filter((one) => !isTooLargeForNode(one))
      .map((one) => ({ id: title(one), verdict: one.kind, one }));
    const { passed } = await runCases('node:tls to itself, all', cases, async ({ one }) => {
      expectPredicted(compare(one, await countInNode(one), { stack: 'openssl-3.5' }));
    });
    expect(passed).toBe(cases.length);
  });

  it('are not there for sessions that Node.js forgets', async () => {
    const forgotten = matrix(['resumption']).find(isTooLargeForNode);
    if (forgotten === undefined) throw new Error('no such handshake in the matrix');
    await expect(countInNode(forgotten)).rejects.toThrow('no session to resume');
  });
});

for (const recording of RECORDINGS)
  describeWithPeer(
    ['peer-openssl', PEER_CLIENTS[recording.client].peer],
    `bytes of handshakes: ${recording.by}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'hybridge-handshakes-'));
      afterAll(() => {
        rmSync(folder, { recursive: true });
      });
      it('are as predicted, one in seven of the recorded ones made anew', { timeout: 110_000 }, async () => {
        const cases = matrix(recording.kinds)
          .filter((_, index) => index % 7 === 0)
          .map((one) => ({ id: title(one), verdict: one.kind, one }));
        const { passed } = await runCases(`${recording.what}, made anew`, cases, async ({ one }) => {
          const { stack, serverName } = recording;
          const counted = await countPeers(folder, recording, one);
          expectPredicted(compare(one, counted, { stack, profile: { dnsNames: [serverName] } }));
        });
        expect(passed).toBe(cases.length);
      });
    },
  );
