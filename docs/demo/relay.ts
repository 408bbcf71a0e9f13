import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Somebody on the path between a client and a server. */
export interface OnPath {
  /** What becomes of bytes that the client sends; nothing for what is held back. */
  readonly up: (chunk: Uint8Array) => Uint8Array | undefined;
  /** Told of what the server sends. */
  readonly down?: (chunk: Uint8Array) => void;
}

/** A relay to a port. Each connection has somebody of its own on the path. */
export function createRelay(port: number, meet: () => OnPath): Server {
  const end = (one: Socket, other: Socket): void => {
    one.on('end', () => other.end());
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  };
  return createServer((downstream) => {
    const upstream = connect(port, '127.0.0.1');
    const { up, down } = meet();
    downstream.on('data', (chunk: Buffer) => {
      const sent = up(chunk);
      if (sent !== undefined) upstream.write(sent);
    });
    upstream.on('data', (chunk: Buffer) => {
      down?.(chunk);
      downstream.write(chunk);
    });
    end(downstream, upstream);
    end(upstream, downstream);
  });
}
