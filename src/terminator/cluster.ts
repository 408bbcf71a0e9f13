/** Several processes that are one terminator: they share the address, the ticket secret and their metrics. */
import cluster, { type Worker } from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { HybridgeError } from '../bytes/index.ts';
import type { MetricsSnapshot } from '../events/index.ts';
import type { HealthSource } from './health.ts';
import type { DrainOptions } from './listener-types.ts';
import { mergeMetrics } from './metrics.ts';
import type { Readiness, Terminator } from './terminator.ts';

/** What happens to a worker; `process` is the id of its process. */
export type WorkerChange =
  | { readonly change: 'started'; readonly process: number }
  /** It was not asked to, and left with an exit code or a signal; another takes its place. */
  | {
      readonly change: 'ended';
      readonly process: number;
      readonly reason: string;
      readonly restartMilliseconds: number;
    }
  /** One that was to take the place of another did not start; it is tried again. */
  | { readonly change: 'failed'; readonly reason: string; readonly restartMilliseconds: number };

/** How workers are supervised. */
export interface SupervisorOptions<Settings> {
  /** How many, at least 1; usually as many as there are cores. */
  readonly workers: number;
  /**
   * What each worker is started with. It is copied, so it is plain data: keys in PEM, policies, the secret of tickets.
   * Workers that are started later, because others ended, are started with the latest settings that all accepted.
   */
  readonly settings: Settings;
  /** Told of workers that start and end. */
  readonly onChange?: (change: WorkerChange) => void;
}

/** The primary process of a cluster. */
export interface Supervisor<Settings> extends HealthSource {
  /** Where the workers listen. */
  readonly address: AddressInfo;
  /**
   * Gives all workers new settings.
   *
   * @throws {@link HybridgeError} when a worker refuses them; try them before, since others may have accepted them.
   */
  reload(settings: Settings): Promise<void>;
  /** Lets the sessions of all workers end, then the workers. */
  drain(options?: DrainOptions): Promise<void>;
  /** Ends the workers at once. */
  close(): Promise<void>;
}

/** A worker's part. */
export interface WorkerTask<Settings> {
  /** Whether a message of the primary holds settings; anything else is a defect. */
  readonly isSettings: (value: unknown) => value is Settings;
  /** Makes a terminator and begins to listen. */
  readonly start: (settings: Settings) => Promise<{
    readonly terminator: Terminator;
    readonly address: AddressInfo;
    /** Done last, when all sessions have ended. */
    readonly end?: () => Promise<void>;
  }>;
  /** Puts new settings into force. */
  readonly reload: (settings: Settings, terminator: Terminator) => Promise<void>;
}

type Question =
  | { readonly ask: 'drain'; readonly timeoutMs: number | undefined }
  | { readonly ask: 'metrics' }
  | { readonly ask: 'readiness' }
  | { readonly ask: 'reload' | 'start'; readonly settings: unknown };

/** A question to a worker. */
type Request = Question & { readonly id: number };

/** What a worker answers. */
type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly hint: string | undefined };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isRequest = (value: unknown): value is Request => isObject(value) && 'ask' in value && 'id' in value;
const isReply = (value: unknown): value is Reply => isObject(value) && 'ok' in value && 'id' in value;
const isAddress = (value: unknown): value is AddressInfo => isObject(value) && 'port' in value;
const isReadiness = (value: unknown): value is Readiness => isObject(value) && 'ready' in value;
const isMetrics = (value: unknown): value is MetricsSnapshot => isObject(value) && 'metrics' in value;

/** Milliseconds until a worker takes the place of one that ended: doubled each time, up to the last. */
const RESTART = { first: 250, last: 30_000 } as const;
/** A worker that lived so long (milliseconds) did not end because of how it was started. */
const SETTLED = 10_000;
/** A worker that does not answer within so many milliseconds is busy with nothing good. */
const PATIENCE = 5000;

function failure(message: string, hint?: string): HybridgeError {
  return new HybridgeError('input_output', `worker: ${message}`, {
    fault: 'caller',
    ...(hint !== undefined && { hint }),
  });
}

/** One worker, as its supervisor sees it. */
class Held {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >();
  #asked = 0;
  readonly ended: Promise<string>;
  readonly since: number = performance.now();
  /** Whether it has begun to listen. */
  listening = false;
  /** Whether its process has ended. */
  gone = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: unknown) => {
      if (isReply(message)) this.#settle(message);
    });
    worker.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.gone = true;
        const reason = signal ?? `exit code ${String(code)}`;
        for (const { reject } of this.#waiting.values()) reject(failure(`it ended with ${reason}`));
        this.#waiting.clear();
        resolve(reason);
      });
    });
  }

  get process(): number {
    return this.#worker.process.pid ?? 0;
  }

  /** @param milliseconds - Until it must have answered; as long as it takes unless told. */
  ask(question: Question, milliseconds?: number): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer =
        milliseconds === undefined
          ? undefined
          : setTimeout(() => {
              this.#waiting.delete(id);
              reject(failure(`no answer within ${milliseconds} ms`));
            }, milliseconds);
      this.#waiting.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#worker.send({ ...question, id }, (error) => {
        // Without its channel a worker cannot be supervised. That it ends answers all questions.
        if (error !== null) this.kill();
      });
    });
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(failure(reply.message, reply.hint));
  }
}

/**
 * Starts workers, in the primary process of `node:cluster`, and keeps their number. Each runs the script of this
 * process anew, finds `cluster.isWorker` true there and calls {@link runWorker}. The primary holds the listening socket,
 * from which all of them accept, so that no connection is refused while a worker is replaced. Whichever is free takes the
 * next one: under load all have the same share, in quiet hours one may have most.
 *
 * @throws {@link HybridgeError} `input_output` when a worker does not start; the others are ended then.
 *
 * @example
 * ```ts no-run
 * import cluster from 'node:cluster';
 * import { randomBytes } from 'node:crypto';
 * import { readFile } from 'node:fs/promises';
 * import { defaultProvider } from 'hybridge';
 * import { namedPolicy } from 'hybridge/policy';
 * import { createTerminator, runWorker, superviseWorkers } from 'hybridge/terminator';
 * import { loadCredential } from 'hybridge/tls';
 *
 * interface Settings { certificate: string; privateKey: string; secret: Uint8Array }
 * const read = async (secret: Uint8Array): Promise<Settings> => ({
 *   certificate: await readFile('pump.pem', 'utf8'),
 *   privateKey: await readFile('pump.key', 'utf8'),
 *   secret,
 * });
 *
 * if (cluster.isPrimary) {
 *   const secret = randomBytes(32);
 *   const supervisor = await superviseWorkers({ workers: 2, settings: await read(secret) });
 *   process.on('SIGHUP', async () => supervisor.reload(await read(secret)));
 *   process.once('SIGTERM', () => supervisor.drain());
 * } else {
 *   const provider = defaultProvider();
 *   runWorker({
 *     isSettings: (value): value is Settings => typeof value === 'object' && value !== null && 'secret' in value,
 *     start: async ({ secret, ...pem }) => {
 *       const terminator = createTerminator({
 *         provider,
 *         policy: namedPolicy('hybrid-preferred'),
 *         credentials: [await loadCredential(provider, pem)],
 *         upstream: { host: '127.0.0.1', port: 8080, mode: 'http' },
 *         tickets: { secret },
 *       });
 *       return { terminator, address: await terminator.listen({ port: 8443 }) };
 *     },
 *     reload: async (pem, terminator) =>
 *       terminator.reload({ credentials: [await loadCredential(provider, pem)] }),
 *   });
 * }
 * ```
 */
export async function superviseWorkers<Settings>(
  options: SupervisorOptions<Settings>,
): Promise<Supervisor<Settings>> {
  const { workers, onChange } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > 1024)
    throw new HybridgeError('invalid_argument', `cluster: ${String(workers)} workers`, { fault: 'caller' });
  // To hand each connection from the primary to a worker costs a third as much again as its handshake.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ serialization: 'advanced' });
  let { settings } = options;
  let ending = false;
  let delay: number = RESTART.first;
  const held = new Set<Held>();
  const restarts = new Set<NodeJS.Timeout>();

  const begin = async (): Promise<AddressInfo> => {
    const worker = new Held(cluster.fork());
    held.add(worker);
    void worker.ended.then((reason) => {
      held.delete(worker);
      if (worker.listening && !ending) replace(worker, reason);
    });
    const given = settings;
    const address = await worker.ask({ ask: 'start', settings: given }).catch((error: unknown) => {
      worker.kill();
      throw error;
    });
    if (!isAddress(address)) throw failure('it listens nowhere');
    // Settings may have changed while it started.
    if (settings !== given) await worker.ask({ ask: 'reload', settings });
    worker.listening = true;
    onChange?.({ change: 'started', process: worker.process });
    return address;
  };

  const again = (): void => {
    const wait = delay;
    delay = Math.min(delay * 2, RESTART.last);
    const timer = setTimeout(() => {
      restarts.delete(timer);
      if (ending) return;
      begin().catch((error: unknown) => {
        if (ending) return;
        onChange?.({ change: 'failed', reason: reasonOf(error), restartMilliseconds: delay });
        again();
      });
    }, wait);
    restarts.add(timer);
  };

  const replace = (worker: Held, reason: string): void => {
    if (performance.now() - worker.since > SETTLED) delay = RESTART.first;
    onChange?.({ change: 'ended', process: worker.process, reason, restartMilliseconds: delay });
    again();
  };

  const kill = async (): Promise<void> => {
    ending = true;
    for (const timer of restarts) clearTimeout(timer);
    const left = [...held];
    for (const worker of left) worker.kill();
    await Promise.all(left.map(({ ended }) => ended));
  };

  const askAll = async <T>(
    question: Question,
    isAnswer: (value: unknown) => value is T,
  ): Promise<readonly T[]> => {
    const listening = [...held].filter((worker) => worker.listening);
    // A worker that has just ended has nothing to say; another takes its place.
    const answers = await Promise.allSettled(listening.map((worker) => worker.ask(question, PATIENCE)));
    return answers.flatMap((answer) =>
      answer.status === 'fulfilled' && isAnswer(answer.value) ? [answer.value] : [],
    );
  };

  let address: AddressInfo;
  try {
    [address] = await Promise.all([begin(), ...Array.from({ length: workers - 1 }, begin)]);
  } catch (error) {
    await kill();
    throw error;
  }

  return {
    address,
    async reload(changed) {
      const before = settings;
      settings = changed;
      // Who has not started yet, or ends meanwhile and is replaced, has them from the start.
      const all = [...held].filter(({ listening }) => listening);
      try {
        await Promise.all(
          all.map((worker) =>
            worker.ask({ ask: 'reload', settings: changed }).catch((error: unknown) => {
              if (!worker.gone) throw error;
            }),
          ),
        );
      } catch (error) {
        settings = before;
        throw error;
      }
    },
    async readiness() {
      const all = await askAll({ ask: 'readiness' }, isReadiness);
      const ready = all.filter(({ ready: one }) => one).length;
      const checks = all.find(({ ready: one }) => !one)?.checks ?? all[0]?.checks ?? {};
      // While one is replaced, the others serve.
      return { ready: ready > 0 && !ending, checks: { ...checks, workers: `${ready} of ${workers}` } };
    },
    async metrics() {
      return mergeMetrics(await askAll({ ask: 'metrics' }, isMetrics));
    },
    async drain({ timeoutMs, signal } = {}) {
      ending = true;
      for (const timer of restarts) clearTimeout(timer);
      const cut = (): void => {
        void kill();
      };
      signal?.addEventListener('abort', cut);
      const left = [...held];
      // A worker leaves when it has drained; one that is ended meanwhile has left as well.
      // One that has not started has nothing to drain.
      for (const worker of left)
        worker.ask({ ask: 'drain', timeoutMs }).catch(() => {
          worker.kill();
        });
      await Promise.all(left.map(({ ended }) => ended));
      signal?.removeEventListener('abort', cut);
    },
    close: kill,
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function replyTo(id: number, error: unknown): Reply {
  return {
    id,
    ok: false,
    message: reasonOf(error),
    hint: error instanceof HybridgeError ? error.hint : undefined,
  };
}

/**
 * The part of a worker: starts a terminator with the settings of its supervisor, does what it is asked, and ends the
 * process when it has drained. Signals are the supervisor's to handle: those that a terminal sends to all processes are
 * ignored here.
 *
 * {@link superviseWorkers} has an example of both sides.
 *
 * @throws {@link HybridgeError} `invalid_argument` outside of a worker.
 */
export function runWorker<Settings>({ isSettings, start, reload }: WorkerTask<Settings>): void {
  if (!cluster.isWorker)
    throw new HybridgeError('invalid_argument', 'cluster: this process is no worker', { fault: 'caller' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  let terminator: Terminator | undefined;
  let end: (() => Promise<void>) | undefined;

  const readSettings = (value: unknown): Settings => {
    if (isSettings(value)) return value;
    throw new HybridgeError('internal', 'cluster: these are no settings');
  };

  const running = (): Terminator => {
    if (terminator !== undefined) return terminator;
    throw new HybridgeError('internal', 'cluster: the worker has not been started');
  };

  const work = async (request: Request): Promise<unknown> => {
    switch (request.ask) {
      case 'start': {
        const started = await start(readSettings(request.settings));
        ({ terminator, end } = started);
        return started.address;
      }
      case 'reload':
        return reload(readSettings(request.settings), running());
      case 'metrics':
        return running().metrics();
      case 'readiness':
        return running().readiness();
      case 'drain': {
        const drained = await running().drain({ timeoutMs: request.timeoutMs });
        await end?.();
        return drained;
      }
    }
  };

  const send = (reply: Reply, then?: () => void): void => {
    process.send?.(reply, undefined, undefined, () => {
      then?.();
    });
  };

  process.on('message', (request: unknown) => {
    if (!isRequest(request)) return;
    work(request).then(
      (value) => {
        send(
          { id: request.id, ok: true, value },
          request.ask === 'drain'
            ? () => {
                process.exit();
              }
            : undefined,
        );
      },
      (error: unknown) => {
        send(replyTo(request.id, error));
      },
    );
  });
}
