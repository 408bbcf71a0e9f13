/** The listener with every client of the kit, every group and every certificate, a tap in between. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { temporaryFolder } from '../certificates/peers.ts';
import { CLIENTS, type ClientName } from '../certificates/tls/clients.ts';
import { nodeVersions } from '../runtimes/nodes.ts';
import { describeWithPeer } from '../support/peers.ts';
import { nodeCaller, programCaller } from './callers.ts';
import type { CertificateKind, Certified } from './certificates.ts';
import { certificatesIn, meetAll } from './matrix.ts';
import { type NodeClient, startNodes } from './nodes.ts';

const folder = temporaryFolder();
let certificates: readonly Certified<CertificateKind>[];
beforeAll(async () => {
  certificates = await certificatesIn(folder);
});

const PROGRAMS: readonly ClientName[] = ['openssl', 'curl', 'go', 'botan', 'nss', 'gnutls'];

for (const name of PROGRAMS)
  describeWithPeer(['go-peer', ...CLIENTS[name].peers], `the listener and ${CLIENTS[name].name}`, () => {
    it('over every group and certificate', async () => {
      expect((await meetAll(programCaller(name, folder), certificates)).passed).toBeGreaterThan(20);
    });
  });

describeWithPeer('go-peer', 'the listener and Node.js', () => {
  let nodes: readonly NodeClient[] = [];
  beforeAll(async () => {
    nodes = await startNodes(folder);
  });
  afterAll(() => Promise.all(nodes.map((node) => node.stop())));

  it.each(nodeVersions)('%s, over every group and certificate', async (version) => {
    const node = nodes.find((one) => one.version === version);
    if (node === undefined) throw new Error(`no Node ${version}`);
    expect((await meetAll(nodeCaller(node), certificates)).passed).toBeGreaterThan(20);
  });
});
