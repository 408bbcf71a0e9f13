/** `hybridge tls serve` as a process, a service behind it, and clients in front. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { onTestFinished } from 'vitest';
import { authority, credential } from '../terminator/listener-support.ts';
import { LOOPBACK, portOf } from '../terminator/proxy-support.ts';
import type { Ended, Sandbox } from './support.ts';

/** What the command says when it is ready. */
export interface Ready {
  readonly listen: { readonly port: number };
  readonly health?: { readonly port: number };
  readonly process: number;
}

function isReady(value: unknown): value is Ready {
  return typeof value === 'object' && value !== null && 'ready' in value && value.ready === true;
}

/** A command that serves. */
export interface Serving extends Ready {
  /** What it has written so far to standard error. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts the command and waits until it is ready. */
export async function serve(sandbox: Sandbox, args: readonly string[]): Promise<Serving> {
  let output = '';
  let hasEnded = false;
  let isReadyNow: (ready: Ready) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const ready = new Promise<Ready>((resolve, reject) => {
    isReadyNow = resolve;
    failed = reject;
  });
  const ended = sandbox
    .hybridge(['tls', 'serve', '--listen', `${LOOPBACK}:0`, '--json', ...args], {
      timeout: 120_000,
      onOutput: (text) => {
        // The whole of one stream; the ready line is the only one on standard output.
        if (!text.startsWith('{"ok":true,"ready"')) output = text;
        const line = /^\{"ok":true,"ready".*$/m.exec(text)?.[0];
        const value: unknown = line === undefined ? undefined : JSON.parse(line);
        if (isReady(value)) isReadyNow(value);
      },
    })
    .then((result) => {
      hasEnded = true;
      failed(new Error(`it ended: ${JSON.stringify(result)}`));
      return result;
    });
  const said = await ready;
  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded) process.kill(said.process, name);
  };
  onTestFinished(async () => {
    signal('SIGTERM');
    const impatient = setTimeout(() => {
      signal('SIGTERM');
    }, 300);
    await ended;
    clearTimeout(impatient);
  });
  return { ...said, ended, signal, output: () => output };
}

/** A service that answers with what it was told of the session; gives its port. */
export async function service(): Promise<number> {
  const server = createServer((asked, response) => {
    response.end(String(asked.headers['hybridge-session']));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return portOf(server);
}

/** Writes a certificate with its key as the files of that name, the key for its owner alone; gives the options. */
export async function writeCredential(
  sandbox: Sandbox,
  name: string,
  wish: Parameters<typeof credential>[0] = {},
): Promise<readonly string[]> {
  const { certificatePem, privateKeyPem } = await credential(wish);
  const [cert, key] = [sandbox.path(`${name}.pem`), sandbox.path(`${name}.key`)];
  mkdirSync(sandbox.folder, { recursive: true });
  writeFileSync(cert, certificatePem);
  writeFileSync(key, privateKeyPem, { mode: 0o600 });
  return ['--cert', cert, '--key', key];
}

/** What a client is answered. */
export interface Got {
  readonly status: number | undefined;
  readonly text: string;
  /** The serial number of the server's certificate. */
  readonly serial: string;
}

/** Asks over a connection of its own. */
export async function get(port: number): Promise<Got> {
  const { root } = await authority();
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: LOOPBACK, servername: 'localhost', ca: root.toPem(), agent: false },
      (response) => {
        const socket: unknown = response.socket;
        const serial = isTls(socket) ? socket.getPeerCertificate().serialNumber : '';
        let text = '';
        response.setEncoding('utf8').on('data', (more: string) => (text += more));
        response.on('end', () => {
          resolve({ status: response.statusCode, text, serial });
        });
        response.on('error', reject);
      },
    );
    asked.on('error', reject).end();
  });
}

interface WithCertificate {
  getPeerCertificate(): { readonly serialNumber: string };
}

function isTls(socket: unknown): socket is WithCertificate {
  return typeof socket === 'object' && socket !== null && 'getPeerCertificate' in socket;
}

/** What a probe is told. */
export async function probe(port: number | undefined, path: string): Promise<string> {
  return (await fetch(`http://${LOOPBACK}:${String(port)}${path}`)).text();
}
