/** Programs that talk over loopback: started, spoken to, and ended whatever happens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { findPeer } from '../../support/peers.ts';

export const LOOPBACK = '127.0.0.1';

/** What every client asks and every server answers. */
export const REQUEST = 'GET / HTTP/1.0\r\n\r\n';
export const RESPONSE: RegExp = /HTTP\/1\.[01] 200/i;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, LOOPBACK);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** What it has written so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** How a program is started. */
export interface Program {
  readonly peer: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** What a client says last when it does not end by itself. */
  readonly last?: RegExp;
}

function start({ peer, args, cwd }: Program): ReturnType<typeof spawn> {
  const program = findPeer(peer);
  if (program === undefined) throw new Error(`${peer} is not installed`);
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd });
}

/** Starts a server and waits until it listens; another program may take the port before it does. */
export async function listen(programAt: (port: number) => Program, timeout = 30_000): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = start(programAt(port));
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (log += text));
    const closed = new Promise<void>((resolve) => {
      child.on('close', () => {
        resolve();
      });
    });
    child.on('error', (error) => (log += error.message));
    const stop = (): Promise<void> => {
      child.kill('SIGKILL');
      return closed;
    };
    const until = Date.now() + timeout;
    while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
      if (await isListening(port)) return { port, log: () => log, stop };
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await stop();
    if (attempt === 3) throw new Error(`${child.spawnfile} does not listen: ${log.trim().slice(-400)}`);
  }
}

/** What came of a conversation. */
export interface Conversation {
  readonly output: string;
  /** Whether the server answered. */
  readonly answered: boolean;
  /** Whether nothing was heard any more, and the client had to be ended. */
  readonly hung: boolean;
}

/** Runs a client until it ends or the server has answered, with the request on its standard input. */
export function converse(program: Program, timeout = 30_000): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const child = start(program);
    let output = '';
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, timeout);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        // Some stay when all is said.
        if (RESPONSE.test(output) || program.last?.test(output) === true) child.kill('SIGTERM');
      });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve({ output, answered: RESPONSE.test(output), hung });
    });
    child.stdin?.on('error', () => undefined);
    // Left open: some take the end of their input for the end of the conversation.
    child.stdin?.write(REQUEST);
  });
}
