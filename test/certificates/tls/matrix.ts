/** Handshakes between servers and clients over chains of ours: who accepts, and that a wrong root is refused. */
import { expect, it } from 'vitest';

import { findPeer } from '../../support/peers.ts';
import { report, runCases } from '../../support/tally.ts';
import { type Chain, type KindName, KINDS, newChain } from './chains.ts';
import { type Client, type ClientName, CLIENTS } from './clients.ts';
import type { Conversation, Listening } from './processes.ts';
import { type Server, type ServerName, SERVERS } from './servers.ts';

/** Who is put together with whom. */
export interface Pairing {
  readonly chain: KindName;
  readonly server: ServerName;
  readonly clients: readonly ClientName[];
}

/** What was seen of one server, client and chain. */
interface Case {
  readonly id: string;
  readonly verdict: string;
  readonly outcome: Error | undefined;
}

const said = ({ output }: Conversation): string => output.trim().replace(/\s+/g, ' ').slice(-300);

function accepted(conversation: Conversation): Error | undefined {
  return conversation.answered ? undefined : new Error(`refused: ${said(conversation)}`);
}

function distrusted({ distrust }: Client, conversation: Conversation): Error | undefined {
  const otherwise = refused(conversation);
  if (otherwise !== undefined || distrust.test(conversation.output)) return otherwise;
  return new Error(`refused, but not for its root: ${said(conversation)}`);
}

function refused(conversation: Conversation): Error | undefined {
  if (conversation.answered) return new Error(`accepted: ${said(conversation)}`);
  return conversation.hung ? new Error(`neither accepted nor refused: ${said(conversation)}`) : undefined;
}

const missing = ({ peers }: Client | Server): readonly string[] =>
  peers.filter((peer) => findPeer(peer) === undefined);

async function served<T>(starting: Promise<Listening>, work: (port: number) => Promise<T>): Promise<T> {
  const server = await starting;
  try {
    return await work(server.port);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw new Error(`${message}\n${server.log().slice(-400)}`, { cause: error });
  } finally {
    await server.stop();
  }
}

/** One server with its clients over one chain: without client certificates, then with them. */
async function meet(folder: string, { kind, ours, impostor }: Chain, pairing: Pairing): Promise<Case[]> {
  const server = SERVERS[pairing.server];
  const clients = pairing.clients.map((name) => CLIENTS[name]);
  const cases: Case[] = [];
  const see = (client: Client, verdict: string, outcome: Error | undefined): void => {
    cases.push({ id: `${client.name} to ${server.name}, ${kind}: ${verdict}`, verdict, outcome });
  };
  const able = clients.filter(({ cannot }) => cannot?.(kind, pairing.server) === undefined);
  await served(server.start({ folder, credential: ours.server }), async (port) => {
    for (const client of clients) {
      const call = { folder, port };
      const [right, wrong] = await Promise.all([
        client.call({ ...call, root: ours.rootFile }),
        client.call({ ...call, root: impostor.rootFile }),
      ]);
      if (able.includes(client)) {
        see(client, 'accepted', accepted(right));
        see(client, 'wrong root refused', distrusted(client, wrong));
      } else see(client, 'cannot', refused(right));
    }
  });
  const mutual = able.filter(({ withoutCredential }) => withoutCredential === undefined);
  if (mutual.length === 0) return cases;
  const service = { folder, credential: ours.server, clientRoot: ours.rootFile };
  await served(server.start(service), async (port) => {
    for (const client of mutual) {
      const call = { folder, port, root: ours.rootFile };
      const [known, stranger] = await Promise.all([
        client.call({ ...call, credential: ours.client }),
        client.call({ ...call, credential: impostor.client }),
      ]);
      see(client, 'mutual', accepted(known));
      see(client, 'stranger refused', refused(stranger));
    }
  });
  return cases;
}

/** One line a server: `ok` is accepted and a wrong root refused, `mutual` the same of client certificates. */
function printTable(kind: KindName, pairings: readonly Pairing[], cases: readonly Case[]): void {
  const names = [...new Set(pairings.flatMap(({ clients }) => clients))];
  const rows = new Set(pairings.map(({ server }) => server));
  report(`  TLS, ${KINDS[kind].id} | ${names.map((name) => CLIENTS[name].name).join(' | ')}`);
  for (const row of rows) {
    const server = SERVERS[row];
    const cells = names.map((name) => {
      const seen = cases.filter(({ id }) =>
        id.startsWith(`${CLIENTS[name].name} to ${server.name}, ${kind}: `),
      );
      if (seen.some(({ outcome }) => outcome !== undefined)) return 'NO';
      if (seen.some(({ verdict }) => verdict === 'cannot')) return 'cannot';
      if (seen.some(({ verdict }) => verdict === 'mutual')) return 'ok, mutual';
      return seen.length === 0 ? '' : 'ok';
    });
    report(`  ${server.name} | ${cells.join(' | ')}`);
  }
}

/** The pairings of one chain as one test; what is not installed is named and left out. */
export function handshakes(folder: string, kind: KindName, all: readonly Pairing[]): void {
  it(`${kind}: ${KINDS[kind].id}`, async (context) => {
    const absent = new Set<string>();
    const isThere = (peer: Client | Server): boolean => {
      for (const name of missing(peer)) absent.add(name);
      return missing(peer).length === 0;
    };
    const pairings = all
      .filter(({ chain, server }) => chain === kind && isThere(SERVERS[server]))
      .map((pairing) => ({ ...pairing, clients: pairing.clients.filter((name) => isThere(CLIENTS[name])) }))
      .filter(({ clients }) => clients.length > 0);
    if (absent.size > 0) report(`TLS with ${kind} chains: skipped without ${[...absent].join(', ')}`);
    if (pairings.length === 0) context.skip();
    const chain = await newChain(folder, kind);
    const cases: Case[] = [];
    for (const pairing of pairings) cases.push(...(await meet(folder, chain, pairing)));
    printTable(kind, pairings, cases);
    const cannot = pairings.flatMap(({ server, clients }) =>
      clients.flatMap((name) => {
        const reason = CLIENTS[name].cannot?.(kind, server);
        return reason === undefined ? [] : [`  ${CLIENTS[name].name} cannot: ${reason}`];
      }),
    );
    for (const line of new Set(cannot)) report(line);
    const { passed } = await runCases(`TLS handshakes over ${kind} chains`, cases, ({ outcome }) => {
      if (outcome !== undefined) throw outcome;
    });
    expect(passed).toBe(cases.length);
  });
}
