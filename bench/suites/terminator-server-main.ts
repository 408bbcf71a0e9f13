/**
 * The servers that the benchmarks of the terminator call, each in a process of its own so that its processor time and
 * memory can be told from those of the clients. Started by `terminator-server.ts`, told what to be in a message.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { parseCertificate } from 'hybridge/certificates';
import { createEventStream, createSessionMetrics } from 'hybridge/events';
import { createCohortMonitor, createDowngradeDetector, createFloors } from 'hybridge/negotiation';
import { namedPolicy } from 'hybridge/policy';
import { createNativeProvider } from 'hybridge/providers/native';
import { createMemoryStore } from 'hybridge/store';
import {
  createListener,
  createTerminator,
  type ListenerOptions,
  runWorker,
  superviseWorkers,
  type Upstream,
} from 'hybridge/terminator';
import { loadCredential } from 'hybridge/tls';
import { isTask, type Question, type ServerTask, type Usage } from './terminator-server.ts';

/** The group of every handshake that is measured. */
const GROUP = 'X25519MLKEM768';
const LOOPBACK = '127.0.0.1';
const PIECE = Buffer.alloc(65_536, 'hybridge');

const ignore = (): void => undefined;

function greet(socket: TLSSocket): void {
  socket.on('error', ignore);
  socket.resume();
  socket.write('ok');
}

/** The least that a server can be: the same certificate and group, and what Node does unless told for the rest. */
function tlsServer(
  { certificate, key, clientRoot }: ServerTask,
  onSession: (socket: TLSSocket) => void,
): Server {
  const asking = clientRoot !== undefined && { requestCert: true, rejectUnauthorized: true, ca: clientRoot };
  const server = createTlsServer(
    { cert: certificate, key, ecdhCurve: GROUP, minVersion: 'TLSv1.3', ...asking },
    onSession,
  );
  return server.on('tlsClientError', ignore);
}

async function listenerOptions({
  certificate,
  key,
  clientRoot,
}: ServerTask): Promise<Omit<ListenerOptions, 'floors'>> {
  const provider = createNativeProvider();
  if (provider === undefined) throw new Error('this Node has no ML-KEM');
  return {
    provider,
    policy: namedPolicy('hybrid-preferred'),
    credentials: [await loadCredential(provider, { certificate, privateKey: key })],
    ...(clientRoot !== undefined && {
      clientAuthentication: { mode: 'required', anchors: [parseCertificate(clientRoot)] },
    }),
  };
}

/** With everything that a terminator has: store, floors, detector, cohorts, and events that are counted. */
async function listener(task: ServerTask): Promise<Server> {
  const events = createEventStream();
  const counted = createSessionMetrics();
  events.subscribe((event) => {
    counted.record(event);
  });
  const store = createMemoryStore();
  const made = createListener(
    {
      ...(await listenerOptions(task)),
      store,
      events,
      floors: createFloors({ store, enforce: 'refuse', onLost: 'open', events }),
      detector: createDowngradeDetector({ events }),
      cohorts: createCohortMonitor({ events }),
    },
    ({ socket }) => {
      greet(socket);
    },
  );
  return made.server;
}

/** A TLS server and `pipe`, as everybody would write it. */
function tlsPipe(task: ServerTask, port: number): Server {
  return tlsServer(task, (socket) => {
    const upstream = connect({ port, host: LOOPBACK, noDelay: true });
    const end = (): void => {
      socket.destroy();
      upstream.destroy();
    };
    socket.on('error', end);
    upstream.on('error', end);
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
}

/** Sends as many bytes as the first eight say that it is sent; asked for none, it takes all there is and then ends. */
function source(): Server {
  return createTcpServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', ignore);
    socket.once('data', (request: Buffer) => {
      let left = Number(request.readBigUInt64BE());
      if (left === 0) {
        socket.once('end', () => socket.end());
        return;
      }
      const send = (): void => {
        while (left > 0) {
          const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
          left -= piece.length;
          if (!socket.write(piece)) return;
        }
        socket.end();
      };
      socket.on('drain', send);
      send();
    });
  });
}

async function listening(server: Server): Promise<number> {
  server.listen({ port: 0, host: LOOPBACK, backlog: 4096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens nowhere');
  return address.port;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMicroseconds: user + system, resident: rss, heap: heapUsed, external };
}

/** A server under way: its port, and what it has used so far. */
interface Running {
  readonly port: number;
  readonly usage: () => Promise<Usage>;
}

async function start(task: ServerTask): Promise<Running> {
  const { kind, upstream = 0 } = task;
  const alone = async (server: Server): Promise<Running> => ({
    port: await listening(server),
    usage: () => Promise.resolve(usage()),
  });
  switch (kind) {
    case 'listener':
      return alone(await listener(task));
    case 'tls':
      return alone(tlsServer(task, greet));
    case 'tls-pipe':
      return alone(tlsPipe(task, upstream));
    case 'source':
      return alone(source());
    case 'one-process':
    case 'terminator': {
      const { port } = await (await terminator(task)).listen({ port: 0, host: LOOPBACK });
      return { port, usage: () => Promise.resolve(usage()) };
    }
    case 'two-processes':
      return twoProcesses(task);
  }
}

async function terminator(task: ServerTask): Promise<ReturnType<typeof createTerminator>> {
  const upstream: Upstream = { host: LOOPBACK, port: task.upstream ?? 0, mode: 'tcp' };
  return createTerminator({ ...(await listenerOptions(task)), store: createMemoryStore(), upstream });
}

/** Processor time of another process in microseconds, by the clock ticks of Linux, which are hundredths of a second. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // Behind the name, which may hold anything: utime and stime are the fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** What counts is the worker that works most: with a core for each, the others wait for it. */
async function twoProcesses(task: ServerTask): Promise<Running> {
  const supervisor = await superviseWorkers({ workers: 2, settings: task });
  const pids = Object.values(cluster.workers ?? {}).flatMap((worker) => worker?.process.pid ?? []);
  let used = pids.map(cpuOf);
  let busiest = 0;
  return {
    port: supervisor.address.port,
    usage() {
      const now = pids.map(cpuOf);
      busiest += Math.max(...now.map((cpu, index) => cpu - (used[index] ?? 0)));
      used = now;
      const own = usage();
      return Promise.resolve({ ...own, cpuMicroseconds: own.cpuMicroseconds + busiest });
    },
  };
}

if (cluster.isWorker)
  runWorker({
    isSettings: isTask,
    async start(task) {
      const made = await terminator(task);
      return { terminator: made, address: await made.listen({ port: 0, host: LOOPBACK }) };
    },
    reload: () => Promise.resolve(),
  });
else {
  const running = new Promise((resolve) => process.once('message', resolve)).then((task) => {
    if (!isTask(task)) throw new Error('that is no task');
    return start(task);
  });
  process.send?.({ port: (await running).port });
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    if (question.ask === 'collect') globalThis.gc?.();
    void running.then(async (server) => process.send?.(await server.usage()));
  });
}
