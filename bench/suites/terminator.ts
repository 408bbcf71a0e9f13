import { performance } from 'node:perf_hooks';
import { generateKeyPair } from 'hybridge';
import { issueCertificate, type Issuer, issueSelfSigned } from 'hybridge/certificates';
import { exportPrivateKey } from 'hybridge/keys';
import { createNativeProvider } from 'hybridge/providers/native';
import type { Effort } from '../compare.ts';
import {
  type Caller,
  callerContext,
  callTimes,
  download,
  idle,
  sessionOf,
  upload,
} from './terminator-load.ts';
import { type RunningServer, type ServerTask, startServer } from './terminator-server.ts';

/** One line of the report. More is better, of `subject`, `baseline` and the ratio, unless the unit is of time or memory. */
export interface TerminatorResult {
  /** Stable name, `terminator/what`. */
  readonly name: string;
  readonly unit: string;
  readonly subject: number;
  readonly baseline: number;
  /** The subject beside the baseline of the same round, so that more is better: median, with the extremes. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
  readonly target: number | undefined;
}

type Provider = NonNullable<ReturnType<typeof createNativeProvider>>;
type Algorithm = 'ECDSA-P256-SHA256' | 'ML-DSA-65';

/** A certificate and its key, in PEM. */
interface Pem {
  readonly cert: string;
  readonly key: string;
}

/** What one side did in one round, by the clock and by the processor time of the server. */
interface Round {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  /** Milliseconds of a handshake as its client sees it; not a number for what is no handshake. */
  readonly p50: number;
  readonly p99: number;
}

type Pair<T> = readonly [subject: T, baseline: T];

const DAY = 86_400_000;
const MEBI = 1_048_576;
/** Handshakes under way at the same time: enough to keep the server busy, few enough to say something of latency. */
const TOGETHER = 16;
const CROWD = 200;
/** So many that several processes have something to do at any time. */
const FLOOD = 64;

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Certificates of one algorithm: a root, a server, a device. */
class Ward {
  readonly root: string;
  readonly #server: Pem;
  readonly #device: Pem;

  private constructor(root: string, server: Pem, device: Pem) {
    this.root = root;
    this.#server = server;
    this.#device = device;
  }

  static async of(provider: Provider, algorithm: Algorithm): Promise<Ward> {
    const validity = { notBefore: new Date(Date.now() - DAY), days: 90 };
    const { privateKey: key } = await generateKeyPair(algorithm);
    const root = await issueSelfSigned(provider, { key, subject: 'CN=root', profile: 'ca', validity });
    const issuer: Issuer = { certificate: root, key };
    const leaf = async (profile: 'tls-client' | 'tls-server'): Promise<Pem> => {
      const { privateKey, publicKey } = await generateKeyPair(algorithm);
      const certificate = await issueCertificate(provider, {
        issuer,
        publicKey,
        subject: 'CN=pump.example',
        profile,
        validity,
        extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
      });
      return {
        cert: certificate.toPem(),
        key: await exportPrivateKey(provider, privateKey, { format: 'pem' }),
      };
    };
    return new Ward(root.toPem(), await leaf('tls-server'), await leaf('tls-client'));
  }

  start(
    kind: ServerTask['kind'],
    more: Pick<ServerTask, 'clientRoot' | 'upstream'> = {},
  ): Promise<RunningServer> {
    const { cert, key } = this.#server;
    return startServer({ kind, certificate: cert, key, ...more });
  }

  caller({ port }: RunningServer, mutual = false): Caller {
    return { port, context: callerContext(this.root, mutual ? this.#device : undefined) };
  }
}

/** What the server used while `work` was done. */
async function round(
  server: Pick<RunningServer, 'usage'>,
  amount: number,
  work: () => Promise<readonly number[]>,
): Promise<Round> {
  const before = await server.usage();
  const began = performance.now();
  const took = await work();
  const seconds = (performance.now() - began) / 1000;
  const after = await server.usage();
  return {
    perSecond: amount / seconds,
    perCpuSecond: (amount * 1e6) / (after.cpuMicroseconds - before.cpuMicroseconds),
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
  };
}

/** Both sides in turns, changing who goes first; a first round, in which code is compiled, does not count. */
async function inTurns(rounds: number, sides: Pair<() => Promise<Round>>): Promise<readonly Pair<Round>[]> {
  const [subject, baseline] = sides;
  const pairs: Pair<Round>[] = [];
  for (let turn = 0; turn <= rounds; turn++) {
    let pair: Pair<Round>;
    if (turn % 2 === 0) pair = [await subject(), await baseline()];
    else {
      const second = await baseline();
      pair = [await subject(), second];
    }
    if (turn > 0) pairs.push(pair);
  }
  return pairs;
}

/** @param lessIsBetter - For times and sizes, whose ratio is turned round. */
function result(
  name: string,
  unit: string,
  pairs: readonly Pair<number>[],
  target?: number,
  lessIsBetter = false,
): TerminatorResult {
  const ratios = pairs.map(([subject, baseline]) => (lessIsBetter ? baseline / subject : subject / baseline));
  return {
    name: `terminator/${name}`,
    unit,
    subject: median(pairs.map(([subject]) => subject)),
    baseline: median(pairs.map(([, baseline]) => baseline)),
    ratio: { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) },
    target,
  };
}

const pick = (pairs: readonly Pair<Round>[], what: keyof Round): readonly Pair<number>[] =>
  pairs.map(([subject, baseline]) => [subject[what], baseline[what]]);

async function withServer<T>(
  starting: Promise<RunningServer>,
  use: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await starting;
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Runs both servers for as long as they are used. */
function withBoth<T>(
  [subject, baseline]: Pair<Promise<RunningServer>>,
  use: (subject: RunningServer, baseline: RunningServer) => Promise<T>,
): Promise<T> {
  return withServer(subject, (one) => withServer(baseline, (other) => use(one, other)));
}

/** Handshakes of one kind with a listener, beside a bare `tls.createServer`. */
function handshakes(
  ward: Ward,
  { rounds, times }: { readonly rounds: number; readonly times: number },
  { mutual = false, resumed = false, together = TOGETHER } = {},
): Promise<readonly Pair<Round>[]> {
  const client = mutual ? { clientRoot: ward.root } : {};
  return withBoth([ward.start('listener', client), ward.start('tls', client)], async (subject, baseline) => {
    const side = async (server: RunningServer): Promise<() => Promise<Round>> => {
      const caller = ward.caller(server, mutual);
      const calling = resumed ? { ...caller, session: await sessionOf(caller) } : caller;
      return () => round(server, times, () => callTimes(calling, times, together));
    };
    return inTurns(rounds, [await side(subject), await side(baseline)]);
  });
}

async function bulk(ward: Ward, rounds: number, mebibytes: number): Promise<readonly TerminatorResult[]> {
  const none = async (work: Promise<void>): Promise<readonly number[]> => {
    await work;
    return [];
  };
  return withServer(ward.start('source'), async (source) => {
    const upstream = { upstream: source.port };
    return withBoth(
      [ward.start('terminator', upstream), ward.start('tls-pipe', upstream)],
      async (subject, baseline) => {
        const results: TerminatorResult[] = [];
        for (const [name, move] of [
          ['download', download],
          ['upload', upload],
        ] as const) {
          const side = (server: RunningServer) => (): Promise<Round> =>
            round(server, mebibytes, () => none(move(ward.caller(server), mebibytes * MEBI)));
          const pairs = await inTurns(rounds, [side(subject), side(baseline)]);
          results.push(
            result(`${name}, processor time`, 'MiB per second of it', pick(pairs, 'perCpuSecond'), 0.8),
            result(`${name}, by the clock`, 'MiB/s', pick(pairs, 'perSecond'), 0.8),
          );
        }
        return results;
      },
    );
  });
}

/** Resident memory for each session on which nothing moves, in KiB; of servers that have done nothing else. */
async function idleMemory(ward: Ward, times: number): Promise<TerminatorResult> {
  const measure = (kind: 'listener' | 'tls'): Promise<number> =>
    withServer(ward.start(kind), async (server) => {
      const caller = ward.caller(server);
      // Code that was never run is compiled by the first sessions.
      await callTimes(caller, 200, TOGETHER);
      const before = await server.usage('collect');
      const sockets = await idle(caller, times, TOGETHER);
      const after = await server.usage('collect');
      for (const socket of sockets) socket.destroy();
      return (after.resident - before.resident) / times / 1024;
    });
  const pairs: Pair<number>[] = [];
  for (let turn = 0; turn < 3; turn++) pairs.push([await measure('listener'), await measure('tls')]);
  return result('memory per idle session', 'KiB', pairs, undefined, true);
}

/** Processes of one program differ by a tenth and more, from one start to the next; so many starts are measured. */
const STARTS = 6;

/**
 * A cluster of two, beside two terminators that have nothing to do with each other and share the same load: a handshake
 * costs those what it costs one process that has the same neighbours on its cores. The ratio is what two cores carry
 * that have nothing else to do: handshakes for a second of processor time of the worker that works most, the process
 * that hands out connections included. By the clock there is nothing to see where the clients need the same two cores.
 */
async function twoProcesses(ward: Ward, rounds: number, times: number): Promise<TerminatorResult> {
  const pairs: Pair<Round>[] = [];
  await withServer(ward.start('source'), async (source) => {
    const upstream = { upstream: source.port };
    const alone = (): Promise<RunningServer> => ward.start('one-process', upstream);
    for (let start = 0; start < STARTS; start++)
      await withServer(alone(), (other) =>
        withBoth([ward.start('two-processes', upstream), alone()], async (cluster, one) => {
          const together = (): Promise<Round> =>
            round(cluster, times, () => callThrough([ward.caller(cluster)], times));
          const apart = (): Promise<Round> =>
            round(bothOf(one, other), times, () =>
              callThrough([ward.caller(one), ward.caller(other)], times),
            );
          pairs.push(...(await inTurns(Math.ceil(rounds / 3), [together, apart])));
        }),
      );
  });
  return result(
    'two processes, processor time',
    'handshakes per second of the busiest',
    pick(pairs, 'perCpuSecond'),
    1.8,
  );
}

/** Two servers as one that used what both did. */
function bothOf(one: RunningServer, other: RunningServer): Pick<RunningServer, 'usage'> {
  return {
    async usage(ask) {
      const [a, b] = await Promise.all([one.usage(ask), other.usage(ask)]);
      return { ...a, cpuMicroseconds: a.cpuMicroseconds + b.cpuMicroseconds };
    },
  };
}

/** Handshakes through a proxy, each with eight bytes for the source, which then ends. */
async function callThrough(callers: readonly Caller[], times: number): Promise<readonly number[]> {
  let left = times;
  const line = async (caller: Caller): Promise<void> => {
    while (left-- > 0) await download(caller, 1);
  };
  const lines = Array.from({ length: FLOOD / callers.length }, () => callers.map(line));
  await Promise.all(lines.flat());
  return [];
}

/** The terminator beside bare `node:tls`: handshakes, bytes, latency, memory, processes. */
export async function* terminator(
  effort: Effort,
  wanted: (name: string) => boolean,
): AsyncGenerator<TerminatorResult> {
  const provider = createNativeProvider();
  if (provider === undefined) return;
  const quick = effort.rounds < 5;
  const rounds = quick ? 3 : 7;
  const ecdsa = await Ward.of(provider, 'ECDSA-P256-SHA256');
  const mldsa = await Ward.of(provider, 'ML-DSA-65');
  const times = quick ? 500 : 2000;

  const kinds = [
    ['full handshake, ECDSA P-256', ecdsa, {}],
    ['full handshake, ML-DSA-65', mldsa, {}],
    ['resumed handshake', ecdsa, { resumed: true }],
    ['mutual handshake, ECDSA P-256', ecdsa, { mutual: true }],
  ] as const;
  for (const [name, ward, how] of kinds) {
    if (!wanted(`terminator/${name}`)) continue;
    const pairs = await handshakes(ward, { rounds, times }, how);
    yield result(`${name}, processor time`, 'per second of it', pick(pairs, 'perCpuSecond'), 0.9);
    yield result(`${name}, by the clock`, 'handshakes/s', pick(pairs, 'perSecond'), 0.9);
  }
  if (wanted('terminator/latency')) {
    const pairs = await handshakes(ecdsa, { rounds, times }, { together: CROWD });
    yield result(`latency of ${CROWD} clients, p50`, 'ms', pick(pairs, 'p50'), undefined, true);
    yield result(`latency of ${CROWD} clients, p99`, 'ms', pick(pairs, 'p99'), undefined, true);
  }
  if (wanted('terminator/download') || wanted('terminator/upload'))
    yield* await bulk(ecdsa, rounds, quick ? 64 : 256);
  if (wanted('terminator/memory')) yield await idleMemory(ecdsa, quick ? 500 : 2000);
  if (wanted('terminator/two processes')) yield await twoProcesses(ecdsa, rounds, times);
}

/** One line for a person. */
export function terminatorLine({ name, unit, subject, baseline, ratio, target }: TerminatorResult): string {
  const digits = subject < 100 ? 1 : 0;
  const verdict =
    target === undefined ? '' : `  (target ${target}: ${ratio.median >= target ? 'met' : 'MISSED'})`;
  return `${name.padEnd(52)} x${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)} .. ${ratio.high.toFixed(2)}]  hybridge ${subject.toFixed(digits)}, baseline ${baseline.toFixed(digits)} ${unit}${verdict}`;
}
