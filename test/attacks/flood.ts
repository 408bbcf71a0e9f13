/** A process that opens connections from many addresses, says as much as it is told on each, and holds them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const SCRIPT = `
const { connect } = require('node:net');
const [port, count, addresses, bytes, drip] = process.argv.slice(1);
const start = Buffer.from(bytes, 'hex');
let opened = 0, ended = 0, heard = 0;
const held = new Set();
const next = (index) => {
  if (index >= count) return;
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.1.' + (1 + index % addresses) });
  let begun = false;
  const begin = () => { if (!begun) { begun = true; opened++; next(index + 50); } };
  socket.on('connect', () => { held.add(socket); socket.write(start.subarray(0, start.length - drip)); begin(); });
  socket.on('data', () => heard++).on('error', begin).on('close', () => { held.delete(socket); ended++; begin(); });
};
for (let lane = 0; lane < 50; lane++) next(lane);
const said = setInterval(() => {
  process.stdout.write(JSON.stringify({ opened, ended, heard, held: held.size }) + '\\n');
}, 100);
let dripped = 0;
if (drip > 0) setInterval(() => {
  const at = start.length - drip + dripped++;
  for (const socket of held) socket.write(start.subarray(at, at + 1));
}, 1000);
process.stdin.on('end', () => process.exit()).resume();
`;

/** How a flood stands. */
export interface FloodState {
  /** Connections that were tried. */
  readonly opened: number;
  /** Those that have ended. */
  readonly ended: number;
  /** How often something was received. */
  readonly heard: number;
  readonly held: number;
}

/** A flood that is running; it ends with the test. */
export interface Flood {
  readonly state: () => FloodState;
  stop(): Promise<void>;
}

/** What is sent on every connection. */
export interface FloodOptions {
  readonly port: number;
  readonly connections: number;
  /** From so many addresses. */
  readonly addresses: number;
  readonly bytes: Uint8Array;
  /** So many of the bytes, the last of them, are sent one each second. */
  readonly drip?: number;
}

function isState(value: unknown): value is FloodState {
  return typeof value === 'object' && value !== null && 'opened' in value && 'held' in value;
}

/** Starts a flood. */
export function flood({ port, connections, addresses, bytes, drip = 0 }: FloodOptions): Flood {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '-e',
      SCRIPT,
      ...[port, connections, addresses].map(String),
      Buffer.from(bytes).toString('hex'),
      String(drip),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const closed = once(child, 'close');
  let state: FloodState = { opened: 0, ended: 0, heard: 0, held: 0 };
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    const last: unknown = JSON.parse(lines.at(-1) ?? 'null');
    if (isState(last)) state = last;
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(stop);
  return { state: () => state, stop };
}
