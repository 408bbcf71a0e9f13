/** Clients that send the header of the PROXY protocol themselves, to seem to be somebody else. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventStream, type HybridgeEvent } from '../../src/events/index.ts';
import { createTerminator, encodeProxyHeader } from '../../src/terminator/index.ts';
import { provider } from '../certificates/fixtures.ts';
import { alertIn } from '../terminator/listener-hellos.ts';
import { authority, closed, credential, plain, policyWith, readAll } from '../terminator/listener-support.ts';
import { listening, LOOPBACK } from '../terminator/proxy-support.ts';

const FORGED: readonly (readonly [what: string, header: Uint8Array])[] = [
  ['version 1', Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 443\r\n')],
  [
    'version 2',
    encodeProxyHeader({
      source: { address: '10.0.0.1', port: 1 },
      destination: { address: '10.0.0.2', port: 443 },
    }),
  ],
];

interface Front {
  readonly port: number;
  /** All that came to the service, by connection. */
  readonly received: Buffer[][];
  readonly events: HybridgeEvent[];
}

async function front(mode: 'http' | 'tcp'): Promise<Front> {
  const received: Buffer[][] = [];
  const service = await listening(
    createServer((socket) => {
      const chunks: Buffer[] = [];
      received.push(chunks);
      socket
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (mode === 'http') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      socket.on('end', () => socket.end());
    }),
  );
  const stream = createEventStream();
  const events: HybridgeEvent[] = [];
  stream.subscribe((event) => events.push(event));
  const terminator = createTerminator({
    provider,
    policy: policyWith(),
    credentials: [await credential()],
    upstream: { host: LOOPBACK, port: service.port, mode, proxyProtocol: true },
    events: stream,
  });
  onTestFinished(() => terminator.close());
  const { port } = await terminator.listen({ port: 0, host: LOOPBACK });
  return { port, received, events };
}

/** A session on which this is said. */
async function sending(mode: 'http' | 'tcp', port: number, bytes: Uint8Array): Promise<string> {
  const { root } = await authority();
  const socket = connect({ port, host: LOOPBACK, servername: 'localhost', ca: root.toPem() });
  socket.on('error', () => undefined);
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => (text += more));
  await once(socket, 'secureConnect');
  socket.write(bytes);
  if (mode === 'tcp') socket.end();
  await closed(socket);
  return text;
}

/** The address in a header of version 2, and what is behind it. */
function readHeader(bytes: Buffer): { readonly source: string; readonly rest: Buffer } {
  expect(bytes.subarray(0, 12).toString('latin1')).toBe('\r\n\r\n\0\r\nQUIT\n');
  const end = 16 + bytes.readUInt16BE(14);
  return { source: bytes.subarray(16, 20).join('.'), rest: bytes.subarray(end) };
}

describe.each(FORGED)('a forged header of %s', (_, forged) => {
  it('before TLS is no TLS', async () => {
    const { port, received, events } = await front('tcp');
    const socket = await plain(port);
    socket.write(forged);
    expect(alertIn(await readAll(socket))).toBe('unexpected_message');
    expect(events).toMatchObject([{ type: 'session-refused', because: 'protocol' }]);
    expect(JSON.stringify(events)).toMatch(/a PROXY protocol header/);
    expect(received).toEqual([]);
  });

  it('within TLS is what the client says, behind the header of the terminator', async () => {
    const { port, received } = await front('tcp');
    await sending('tcp', port, forged);
    expect(received).toHaveLength(1);
    const { source, rest } = readHeader(Buffer.concat(received[0] ?? []));
    expect(source).toBe('127.0.0.1');
    expect(rest.equals(forged)).toBe(true);
  });

  it('is no HTTP, and reaches nobody', async () => {
    const { port, received } = await front('http');
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await sending('http', port, Buffer.concat([forged, request]))).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).toEqual([]);
    expect(await sending('http', port, request)).toMatch(/^HTTP\/1\.1 200 /);
    const { source, rest } = readHeader(Buffer.concat(received[0] ?? []));
    expect([source, rest.subarray(0, 14).toString()]).toEqual(['127.0.0.1', 'GET / HTTP/1.1']);
  });
});
