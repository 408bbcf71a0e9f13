/** TLS sessions made by hand, for what comes after the handshake. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterAll } from 'vitest';
import { issueSelfSigned } from '../../src/certificates/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import type { ToldSession } from '../../src/terminator/told.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';

export const LOOPBACK = '127.0.0.1';

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A server that listens on a port of its own until the tests of the file are done. */
export async function listening(server: Server): Promise<AddressInfo> {
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  afterAll(() => {
    server.close();
  });
  return { address: LOOPBACK, family: 'IPv4', port: portOf(server) };
}

/** What a session is said to have negotiated. */
const SAID: Omit<ToldSession, 'socket'> = {
  connection: '01JD3K7E',
  posture: {
    keyExchange: 'hybrid',
    group: 'X25519MLKEM768',
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    authentication: {
      server: { by: 'certificate', nature: 'post-quantum', scheme: 'mldsa65', key: 'ML-DSA-65' },
      client: {
        by: 'certificate',
        nature: 'classical',
        scheme: 'ecdsa_secp256r1_sha256',
        key: 'ECDSA-P256-SHA256',
      },
    },
    resumed: false,
    helloRetry: false,
    reason: 'made by hand',
  },
  peer: {
    address: '127.0.0.1:1',
    serverName: 'pump.example',
    identity: 'uri:urn:dev:ops:pump-17',
    ja3: undefined,
    ja4: undefined,
  },
  identities: ['uri:urn:dev:ops:pump-17'],
  certificate: undefined,
  alpn: 'http/1.1',
  exceptions: [],
};

async function selfSigned(): Promise<{ readonly cert: string; readonly key: string }> {
  const { privateKey } = await signatureKeys('ECDSA-P256-SHA256');
  const certificate = await issueSelfSigned(provider, {
    key: privateKey,
    subject: 'CN=pump.example',
    profile: 'tls-server',
    validity: { notBefore: NOT_BEFORE, days: 730 },
    extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  });
  const key = await exportPrivateKey(provider, privateKey, { format: 'pem' });
  return { cert: certificate.toPem(), key: typeof key === 'string' ? key : new TextDecoder().decode(key) };
}

/** A promise, and what settles it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return {
    promise,
    resolve: (value) => {
      settle(value);
    },
  };
}

/** Accepts TLS connections and makes sessions of them. Gives the port. */
export async function front(
  onSession: (session: ToldSession) => void,
  said: Partial<ToldSession> = {},
): Promise<number> {
  const server = createServer({ ...(await selfSigned()) }, (socket: TLSSocket) => {
    onSession({ ...SAID, ...said, socket });
  });
  server.on('tlsClientError', () => undefined);
  return (await listening(server)).port;
}

/** A client with a session. */
export async function dial(port: number): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: LOOPBACK,
    servername: 'pump.example',
    rejectUnauthorized: false,
  });
  socket.allowHalfOpen = true;
  await once(socket, 'secureConnect');
  return socket;
}

/** All that comes until the other side has ended or the connection is gone. */
export async function everything(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => (text += more));
  socket.on('error', () => undefined);
  // A reset is an end as well; `once` of node:events would reject with it.
  await new Promise<void>((resolve) => {
    socket.once('end', resolve).once('close', () => {
      resolve();
    });
  });
  return text;
}

/** Sends text, and gives all that comes back. */
export async function say(port: number, text: string): Promise<string> {
  const socket = await dial(port);
  const answer = everything(socket);
  socket.write(text, 'latin1');
  try {
    return await answer;
  } finally {
    socket.destroy();
  }
}
