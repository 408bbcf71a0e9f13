/** Run by the Node.js of each line, against the built package: calls and answers, each a line of JSON. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { connect, type ConnectionOptions } from 'node:tls';

import { defaultProvider } from 'hybridge';
import type { Posture } from 'hybridge/events';
import type { Policy } from 'hybridge/policy';
import { loadCredential, posture, tlsOptions } from 'hybridge/tls';

/** A call over loopback to a server called `localhost`. */
export interface NodeCall {
  readonly port: number;
  /** The file of the root that is trusted. */
  readonly root: string;
  /** The files of the client's own certificate and key. */
  readonly credential?: { readonly chain: string; readonly key: string } | undefined;
  /** Connects with `tlsOptions` under this policy; else with what Node.js does by itself. */
  readonly policy?: Policy | undefined;
  /** The only group on offer, for calls without a policy. */
  readonly group?: string | undefined;
  readonly maxVersion?: 'TLSv1.2' | undefined;
  /** A session to resume, in base64. */
  readonly ticket?: string | undefined;
}

/** What came of a call. */
export interface NodeAnswer {
  /** Whether the server answered on a connection whose certificate the client has verified. */
  readonly answered: boolean;
  /** Code and message of the error that ended it, or that there were no options. */
  readonly error: string;
  /** What `posture(socket)` says after the handshake. */
  readonly posture?: Posture;
  /** The last session that can be resumed, in base64. */
  readonly ticket?: string;
}

const PATIENCE = 10_000;

async function optionsOf({
  root,
  credential,
  policy,
  group,
  maxVersion,
}: NodeCall): Promise<ConnectionOptions> {
  const ca = readFileSync(root, 'utf8');
  const own = credential && {
    certificate: readFileSync(credential.chain, 'utf8'),
    privateKey: readFileSync(credential.key, 'utf8'),
  };
  if (policy !== undefined)
    return tlsOptions({
      side: 'client',
      policy,
      at: new Date(),
      ca,
      credentials: own === undefined ? [] : [await loadCredential(defaultProvider(), own)],
    });
  return {
    ca,
    ...(group !== undefined && { ecdhCurve: group }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(own !== undefined && { cert: own.certificate, key: own.privateKey }),
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${'code' in error ? String(error.code) : error.name}: ${error.message}`;
}

async function call(wanted: NodeCall): Promise<NodeAnswer> {
  let options: ConnectionOptions;
  try {
    options = await optionsOf(wanted);
  } catch (error) {
    return { answered: false, error: describe(error) };
  }
  const socket = connect({
    ...options,
    port: wanted.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ...(wanted.ticket !== undefined && { session: Buffer.from(wanted.ticket, 'base64') }),
  });
  let error = '';
  let seen: Posture | undefined;
  let ticket: Buffer | undefined;
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error('nothing comes')));
  socket.on('error', (one) => (error = describe(one)));
  socket.on('session', (one) => (ticket = one));
  socket.on('secureConnect', () => {
    seen = posture(socket);
    socket.write('GET / HTTP/1.0\r\n\r\n');
  });
  let isAnswered = false;
  // Some servers keep the connection open, and some send their tickets late.
  socket.once('data', () => {
    isAnswered = socket.authorized;
    setTimeout(() => socket.end(), 20);
  });
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return {
    answered: isAnswered,
    error,
    ...(seen !== undefined && { posture: seen }),
    ...(ticket !== undefined && { ticket: ticket.toString('base64') }),
  };
}

function isCall(value: unknown): value is NodeCall {
  return typeof value === 'object' && value !== null && 'port' in value && 'root' in value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const wanted: unknown = JSON.parse(line);
  if (!isCall(wanted)) throw new Error(`no call: ${line}`);
  process.stdout.write(`${JSON.stringify(await call(wanted))}\n`);
}
