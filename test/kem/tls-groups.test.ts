import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toHex } from '../../src/bytes/index.ts';
import { decapsulate, encapsulate, generateKeyPair } from '../../src/kem/index.ts';
import { kem, TLS_HYBRID_NAMES, type TlsHybridName } from '../../src/registry/index.ts';
import { askPeer, describeWithPeer, findPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { native, portable, publicKeyOf } from './support.ts';
import { scratchFolder } from '../support/key-files.ts';
import {
  clientHello,
  type Hello,
  readHello,
  record,
  serverHandshakeSecret,
  serverHello,
} from './tls-wire.ts';

const LOOPBACK = '127.0.0.1';

function groupOf(name: TlsHybridName): number {
  const { tlsGroup } = kem(name).identifiers;
  if (tlsGroup === undefined) throw new Error(`${name} has no code point`);
  return tlsGroup.code;
}

async function helloFrom(socket: Socket, group: number): Promise<Hello> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk as Buffer]);
    const hello = readHello(received, group);
    if (hello !== undefined) return hello;
  }
  throw new Error(`the connection ended after ${String(received.length)} bytes`);
}

/** Waits for the peer to log the secret of its handshake. */
async function loggedSecret(file: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = existsSync(file)
      ? /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)$/m.exec(readFileSync(file, 'utf8'))
      : null;
    if (found?.[1] !== undefined) return found[1];
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the peer logged no handshake secret');
}

async function listeningPort(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listeningPort(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function connectSoon(port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, LOOPBACK);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

describeWithPeer('peer-openssl', 'TLS hybrid groups with OpenSSL', () => {
  const program = findPeer('peer-openssl') ?? '';

  it('has the client side of a handshake: the secret of the server’s share', async () => {
    const folder = scratchFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    await askPeer('peer-openssl', [
      ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-keyout', key, '-out', cert, '-subj', '/CN=localhost'],
    ]);
    const cases = TLS_HYBRID_NAMES.map((name) => ({ id: name, name }));
    await runCases('TLS hybrid groups, OpenSSL as the server', cases, async ({ name }) => {
      const group = groupOf(name);
      const log = join(folder, `${name}.server.log`);
      const port = await freePort();
      const args = ['-accept', `${LOOPBACK}:${String(port)}`, '-groups', name, '-keylogfile', log];
      const server = spawn(program, ['s_server', '-tls1_3', '-key', key, '-cert', cert, '-quiet', ...args], {
        stdio: 'ignore',
      });
      try {
        const { publicKey, privateKey } = await generateKeyPair(portable, name);
        const ours = clientHello(group, publicKey.bytes());
        const socket = await connectSoon(port);
        socket.write(record(ours));
        const { message, share } = await helloFrom(socket, group);
        socket.destroy();
        const secret = await decapsulate(native, privateKey, share);
        expect(toHex(serverHandshakeSecret(secret, [ours, message]))).toBe(await loggedSecret(log));
      } finally {
        server.kill('SIGKILL');
      }
    });
  });

  it('has the server side of a handshake: a share for the client', async () => {
    const folder = scratchFolder();
    const cases = TLS_HYBRID_NAMES.map((name) => ({ id: name, name }));
    await runCases('TLS hybrid groups, OpenSSL as the client', cases, async ({ name }) => {
      const group = groupOf(name);
      const log = join(folder, `${name}.client.log`);
      const server = createServer();
      const port = await listeningPort(server);
      const args = ['-connect', `${LOOPBACK}:${String(port)}`, '-groups', name, '-keylogfile', log];
      const suite = ['-ciphersuites', 'TLS_AES_128_GCM_SHA256'];
      const client = spawn(program, ['s_client', '-tls1_3', ...suite, ...args], { stdio: 'ignore' });
      try {
        const [socket] = (await once(server, 'connection')) as [Socket];
        const hello = await helloFrom(socket, group);
        const { sharedSecret, ciphertext } = await encapsulate(native, publicKeyOf(name, hello.share));
        const ours = serverHello(group, ciphertext, hello.sessionId);
        socket.write(record(ours));
        const logged = await loggedSecret(log);
        socket.destroy();
        expect(toHex(serverHandshakeSecret(sharedSecret, [hello.message, ours]))).toBe(logged);
      } finally {
        client.kill('SIGKILL');
        server.close();
      }
    });
  });
});
