/** Servers in processes of their own, and what they have used. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const KINDS = [
  'listener',
  'one-process',
  'source',
  'terminator',
  'tls',
  'tls-pipe',
  'two-processes',
] as const;

/** What a server is to be. */
export interface ServerTask {
  /**
   * `tls` and `listener` greet each session; `tls-pipe` and `terminator` pass its bytes to `upstream`, as do
   * `one-process` and `two-processes`, which is one cluster of two; `source` is what stands behind them.
   */
  readonly kind: (typeof KINDS)[number];
  readonly certificate: string;
  readonly key: string;
  /** Root of the certificates that clients must have; they need none unless given. */
  readonly clientRoot?: string | undefined;
  /** Port of the service behind a proxy. */
  readonly upstream?: number | undefined;
}

/** What a server has used so far, and what it holds, in microseconds and bytes. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

/** What a server is asked; `collect` has it collect its garbage before it looks. */
export interface Question {
  readonly ask: 'collect' | 'usage';
}

/** A server that is listening. */
export interface RunningServer {
  readonly port: number;
  usage(ask?: Question['ask']): Promise<Usage>;
  stop(): Promise<void>;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether a message is a task. */
export function isTask(value: unknown): value is ServerTask {
  return isObject(value) && 'kind' in value && KINDS.some((kind) => kind === value.kind);
}

const isPort = (value: unknown): value is { readonly port: number } => isObject(value) && 'port' in value;
const isUsage = (value: unknown): value is Usage => isObject(value) && 'cpuMicroseconds' in value;

/** The next thing that a server says. */
function answer<T>(child: ChildProcess, isAnswer: (value: unknown) => value is T): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      reject(new Error('the server ended'));
    };
    child.once('exit', ended);
    child.once('message', (value: unknown) => {
      child.off('exit', ended);
      if (isAnswer(value)) resolve(value);
      else reject(new Error(`the server says ${JSON.stringify(value)}`));
    });
  });
}

/** Starts a server. */
export async function startServer(task: ServerTask): Promise<RunningServer> {
  const child = fork(join(import.meta.dirname, 'terminator-server-main.ts'), {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
  });
  const listening = answer(child, isPort);
  child.send(task);
  const { port } = await listening;
  return {
    port,
    usage(ask = 'usage') {
      const said = answer(child, isUsage);
      child.send({ ask });
      return said;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
