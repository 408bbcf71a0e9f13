/** Clients of the kit that prove who they are to the listener: known ones, strangers, and those without a certificate. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Posture } from '../../src/events/index.ts';
import { temporaryFolder } from '../certificates/peers.ts';
import { type Chain, DEVICE, newChain } from '../certificates/tls/chains.ts';
import { CLIENTS, type ClientName } from '../certificates/tls/clients.ts';
import { nodeVersions } from '../runtimes/nodes.ts';
import { describeWithPeer } from '../support/peers.ts';
import { runCases, Skip } from '../support/tally.ts';
import { credentialOf } from './certificates.ts';
import { type Front, type Meeting, openFront, requireAgreement } from './front.ts';
import { PERMISSIVE } from './matrix.ts';
import { isRecent, type NodeClient, startNodes } from './nodes.ts';

/** Algorithms of the hierarchies, on either side. */
const KINDS = ['classical', 'pure', 'rsa'] as const;
type Kind = (typeof KINDS)[number];

const folder = temporaryFolder();
const chains = new Map<Kind, Chain>();
beforeAll(async () => {
  for (const kind of KINDS) chains.set(kind, await newChain(join(folder, 'chains'), kind));
});

function chainOf(kind: Kind): Chain {
  const chain = chains.get(kind);
  if (chain === undefined) throw new Error(`no ${kind} chain`);
  return chain;
}

/** What a client says; `posture(socket)` where it is ours. */
interface Said {
  readonly answered: boolean;
  readonly output: string;
  readonly posture?: Posture | undefined;
}

/** Who calls: a client of the hierarchy, one of the same names under another root, or nobody in particular. */
type Who = 'anonymous' | 'known' | 'stranger';

interface Caller {
  readonly name: string;
  readonly knowsMlDsa: boolean;
  readonly call: (call: {
    readonly port: number;
    readonly root: string;
    readonly credential: Chain['ours']['client'] | undefined;
  }) => Promise<Said>;
}

/** How the posture must name what a client signs with. */
const CLIENT_KEYS: Readonly<Record<Kind, { readonly nature: string; readonly key: RegExp }>> = {
  classical: { nature: 'classical', key: /^ECDSA-P256-SHA256$/ },
  pure: { nature: 'post-quantum', key: /^ML-DSA-65$/ },
  rsa: { nature: 'classical', key: /^RSA2048/ },
};

const IDENTITY = `uri:${DEVICE}`;

function check({ said, session, refusal, flight }: Meeting<Said>, who: Who, kind: Kind): void {
  if (who === 'known') {
    if (session === undefined || !said.answered)
      throw new Error(`${refusal?.reasons[0]?.text ?? 'not answered'}; ${said.output.trim().slice(-200)}`);
    requireAgreement(session.posture, flight);
    expect(session.identities).toEqual([IDENTITY]);
    expect(session.peer.identity).toBe(IDENTITY);
    const { by, nature, key } = session.posture.authentication.client;
    expect([by, nature]).toEqual(['certificate', CLIENT_KEYS[kind].nature]);
    expect(key).toMatch(CLIENT_KEYS[kind].key);
    if (said.posture !== undefined) requireSameProofs(session.posture, said.posture);
    return;
  }
  if (session !== undefined || said.answered) throw new Error('a session');
  expect([refusal?.because, refusal?.reasons.map(({ rule }) => rule)]).toEqual([
    'authentication',
    [who === 'stranger' ? 'signature-invalid' : 'certificate-required'],
  ]);
}

/** Both sides name the same keys. Which of its schemes an RSA key has used, the client's side is not told. */
function requireSameProofs(one: Posture, other: Posture): void {
  const proofs = ({ authentication: { server, client } }: Posture): unknown =>
    [server, client].map(({ by, nature, key }) => ({ by, nature, key }));
  expect(proofs(other)).toEqual(proofs(one));
}

interface Cell {
  readonly id: string;
  readonly verdict: string;
  readonly outcome: Error | Skip | undefined;
}

async function cellsOf(front: Front, caller: Caller, serverKind: Kind, clientKind: Kind): Promise<Cell[]> {
  const cells: Cell[] = [];
  const { ours, impostor } = chainOf(clientKind);
  const root = chainOf(serverKind).ours.rootFile;
  for (const [who, credential] of [
    ['known', ours.client],
    ['stranger', impostor.client],
    ['anonymous', undefined],
  ] as const) {
    const id = `${caller.name} with ${clientKind} to ${serverKind}: ${who}`;
    if ([serverKind, clientKind].includes('pure') && !caller.knowsMlDsa) {
      cells.push({ id, verdict: 'not run', outcome: new Skip(`${caller.name} has no ML-DSA in TLS`) });
      continue;
    }
    const meeting = await front.meet((port) => caller.call({ port, root, credential }));
    let outcome: Error | undefined;
    try {
      check(meeting, who, clientKind);
    } catch (error) {
      outcome = error instanceof Error ? error : new Error(String(error));
    }
    cells.push({ id, verdict: who, outcome });
  }
  return cells;
}

/** Every kind of server with every kind of client, for one program. */
async function meetAll(caller: Caller): Promise<void> {
  const cells: Cell[] = [];
  const server = await credentialOf(chainOf('classical').ours.server);
  const front = await openFront({ policy: PERMISSIVE, credentials: [server] });
  try {
    for (const serverKind of KINDS)
      for (const clientKind of KINDS) {
        await front.listener.reload({
          credentials: [await credentialOf(chainOf(serverKind).ours.server)],
          clientAuthentication: { mode: 'required', anchors: [chainOf(clientKind).ours.root] },
        });
        cells.push(...(await cellsOf(front, caller, serverKind, clientKind)));
      }
  } finally {
    await front.close();
  }
  const { passed } = await runCases(`mutual TLS of ${caller.name}`, cells, ({ outcome }) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  expect(passed).toBeGreaterThanOrEqual(12);
}

const PROGRAMS: readonly ClientName[] = ['openssl', 'curl', 'go', 'nss', 'gnutls', 'bouncyCastle', 'jdk'];

for (const name of PROGRAMS)
  describeWithPeer(['go-peer', ...CLIENTS[name].peers], `clients of ${CLIENTS[name].name}`, () => {
    it('are known by their certificates', () =>
      meetAll({
        name: CLIENTS[name].name,
        knowsMlDsa: name !== 'jdk' && name !== 'gnutls',
        call: (call) => CLIENTS[name].call({ folder, ...call }),
      }));
  });

describeWithPeer('go-peer', 'clients of Node.js', () => {
  let nodes: readonly NodeClient[] = [];
  beforeAll(async () => {
    nodes = await startNodes(folder);
  });
  afterAll(() => Promise.all(nodes.map((node) => node.stop())));

  // With options from a policy, and the same posture on both sides.
  it.each(nodeVersions)('%s are known by their certificates', async (version) => {
    const node = nodes.find((one) => one.version === version);
    if (node === undefined) throw new Error(`no Node ${version}`);
    await meetAll({
      name: `Node ${version}`,
      knowsMlDsa: isRecent(version),
      async call({ port, root, credential }) {
        const own = credential && { chain: credential.chain, key: credential.key };
        const { answered, error, posture } = await node.call({
          port,
          root,
          credential: own,
          policy: PERMISSIVE,
        });
        return { answered, output: error, posture };
      },
    });
  });
});
