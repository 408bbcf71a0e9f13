/** Conversations over loopback, overheard by a relay and written as the capture file that a sensor would have made. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { LOOPBACK } from '../../certificates/tls/processes.ts';

/** Bytes that went one way at one moment. */
interface Overheard {
  readonly from: 'client' | 'server';
  readonly bytes: Buffer;
}

/** A relay that listens, and what went over its connections. */
export interface Relay {
  readonly port: number;
  readonly conversations: readonly (readonly Overheard[])[];
  readonly stop: () => Promise<void>;
}

/** Listens on a free port and passes everything on to another. */
export async function overhear(to: number): Promise<Relay> {
  const conversations: Overheard[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const conversation: Overheard[] = [];
    conversations.push(conversation);
    const upstream = connect(to, LOOPBACK);
    const pass = (from: Overheard['from'], source: Socket, target: Socket): void => {
      sockets.add(source);
      source.on('data', (bytes: Buffer) => {
        conversation.push({ from, bytes });
        target.write(bytes);
      });
      source.on('end', () => target.end());
      source.on('error', () => target.destroy());
      source.on('close', () => {
        sockets.delete(source);
        target.destroy();
      });
    };
    pass('client', client, upstream);
    pass('server', upstream, client);
  }).listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return {
    port: address.port,
    conversations,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

const FLAGS = { fin: 1, syn: 2, push: 8, ack: 16 } as const;
/** Longest payload of a segment, as on an Ethernet. */
const SEGMENT = 1448;

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(LINK_TYPE_RAW, 20);
  return header;
}

const LINK_TYPE_RAW = 101;
const CLIENT = [192, 0, 2, 7];
const SERVER = [198, 51, 100, 1];

/** An IPv4 packet as the file has it, captured so many microseconds after the first. */
function packetRecord(protocol: 6 | 17, from: Overheard['from'], payload: Buffer, clock: number): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt32LE(1_800_000_000, 0);
  record.writeUInt32LE(clock, 4);
  record.writeUInt32LE(20 + payload.length, 8);
  record.writeUInt32LE(20 + payload.length, 12);
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  header.set(from === 'client' ? CLIENT : SERVER, 12);
  header.set(from === 'client' ? SERVER : CLIENT, 16);
  return Buffer.concat([record, header, payload]);
}

/** A capture file (pcap, bare IP) of one TCP connection. Checksums are zero: readers are told not to look at them. */
export function captureOf(conversation: readonly Overheard[]): Uint8Array {
  const packets: Buffer[] = [fileHeader()];
  const ports = { client: 40_000, server: 443 };
  const next = { client: 1000, server: 5000 };
  const send = (from: Overheard['from'], flags: number, payload: Buffer = Buffer.alloc(0)): void => {
    const to = from === 'client' ? 'server' : 'client';
    const header = Buffer.alloc(20);
    header.writeUInt16BE(ports[from], 0);
    header.writeUInt16BE(ports[to], 2);
    header.writeUInt32BE(next[from], 4);
    header.writeUInt32BE((flags & FLAGS.ack) === 0 ? 0 : next[to], 8);
    header.writeUInt8(0x50, 12);
    header.writeUInt8(flags, 13);
    header.writeUInt16BE(65_535, 14);
    next[from] += payload.length + ((flags & (FLAGS.syn | FLAGS.fin)) === 0 ? 0 : 1);
    packets.push(packetRecord(6, from, Buffer.concat([header, payload]), packets.length));
  };
  send('client', FLAGS.syn);
  send('server', FLAGS.syn | FLAGS.ack);
  send('client', FLAGS.ack);
  for (const { from, bytes } of conversation)
    for (let offset = 0; offset < bytes.length; offset += SEGMENT) {
      send(from, FLAGS.push | FLAGS.ack, bytes.subarray(offset, offset + SEGMENT));
      send(from === 'client' ? 'server' : 'client', FLAGS.ack);
    }
  send('client', FLAGS.fin | FLAGS.ack);
  send('server', FLAGS.fin | FLAGS.ack);
  send('client', FLAGS.ack);
  return Buffer.concat(packets);
}

/** A capture file of what a client sends over UDP to a port where nobody answers. */
export async function captureOfDatagrams(
  call: (port: number, heard: () => boolean) => Promise<void>,
): Promise<Uint8Array> {
  const packets: Buffer[] = [fileHeader()];
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(40_000, 0);
    header.writeUInt16BE(443, 2);
    header.writeUInt16BE(8 + bytes.length, 4);
    packets.push(packetRecord(17, 'client', Buffer.concat([header, bytes]), packets.length));
  });
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  try {
    // The hello of a client with a hybrid key share fills two datagrams.
    await call(socket.address().port, () => packets.length > 2);
  } finally {
    socket.close();
  }
  return Buffer.concat(packets);
}
