/**
 * A terminator in a process of its own, whose memory and handles can be looked at. Its parent tells it what to start
 * with, when to reload, and when to look: one answer for each message.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseCertificate } from '../../src/certificates/index.ts';
import { createEventStream } from '../../src/events/index.ts';
import { defaultProvider } from '../../src/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import { createTerminator } from '../../src/terminator/index.ts';
import { loadCredential } from '../../src/tls/index.ts';
import type { SoakPem, SoakRequest, SoakState } from './soak-messages.ts';

const HOST = '127.0.0.1';
const provider = defaultProvider();

const credential = ({ cert, key }: SoakPem): ReturnType<typeof loadCredential> =>
  loadCredential(provider, { certificate: cert, privateKey: key });

/** Everything that the event loop waits for, by kind, but for the pipes to the parent. */
function handles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo())
    if (kind !== 'PipeWrap') counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

const first = await new Promise<SoakRequest>((resolve) => process.once('message', resolve));
if (first.ask !== 'start') throw new Error('not started');
const { policies, credentials, anchors } = first;

const upstream = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume().end('ok');
}).listen(0, HOST);
await once(upstream, 'listening');
const address = upstream.address();
if (address === null || typeof address === 'string') throw new Error('no port');

const events = createEventStream();
const seen = {
  sessions: 0,
  hybrid: 0,
  classical: 0,
  resumed: 0,
  withIdentity: 0,
  exceptions: 0,
  refused: 0,
  upstreamFailed: 0,
  suspected: 0,
  policyChanges: 0,
};
const complaints: string[] = [];
events.subscribe((event) => {
  switch (event.type) {
    case 'session':
      seen.sessions++;
      if (event.posture.keyExchange === 'hybrid') seen.hybrid++;
      if (event.posture.keyExchange === 'classical') seen.classical++;
      if (event.posture.resumed === true) seen.resumed++;
      if (event.peer.identity !== undefined) seen.withIdentity++;
      return;
    case 'exception-used':
      seen.exceptions++;
      return;
    case 'policy-changed':
      seen.policyChanges++;
      return;
    case 'session-refused':
      seen.refused++;
      if (complaints.length < 5) complaints.push(`${event.because}: ${event.reasons[0]?.text ?? ''}`);
      return;
    case 'upstream-failed':
      seen.upstreamFailed++;
      if (complaints.length < 5) complaints.push(`upstream: ${event.message}`);
      return;
    case 'downgrade-suspected':
      seen.suspected++;
      if (complaints.length < 5) complaints.push(event.evidence.join('; '));
      return;
    default:
      return;
  }
});

const loaded = await Promise.all(credentials.map(credential));
const terminator = createTerminator({
  provider,
  policy: pick(policies, 0),
  credentials: [pick(loaded, 0)],
  clientAuthentication: { mode: 'requested', anchors: anchors.map((anchor) => parseCertificate(anchor)) },
  store: createMemoryStore(),
  floors: { enforce: 'refuse', onLost: 'closed' },
  upstream: { host: HOST, port: address.port, mode: 'tcp' },
  events,
});
const { port } = await terminator.listen({ port: 0, host: HOST, backlog: 1024 });

function pick<T>(from: readonly T[], index: number): T {
  const one = from[index % from.length];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

/** One thing at a time, in turn: a policy, then a credential. */
let reloads = 0;
async function reload(): Promise<void> {
  const turn = reloads >> 1;
  const policy: Policy = pick(policies, turn + 1);
  await terminator.reload(reloads++ % 2 === 0 ? { policy } : { credentials: [pick(loaded, turn + 1)] });
}

function look(collect: boolean): SoakState {
  if (collect) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    port,
    rss,
    heap: heapUsed,
    external,
    cpuSeconds: (user + system) / 1e6,
    handles: handles(),
    reloads,
    seen: { ...seen },
    complaints,
    stats: terminator.stats,
  };
}

process.on('message', (request: SoakRequest) => {
  void (async () => {
    if (request.ask === 'reload') await reload();
    process.send?.(look(request.ask === 'look'));
  })();
});
process.once('disconnect', () => process.exit());
process.send?.(look(true));
