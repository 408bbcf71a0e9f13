/** Handshakes whose bytes are counted, flight by flight and record by record. */
import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, createSecureContext, TLSSocket, type TlsOptions } from 'node:tls';

/** Whose bytes. */
export type End = 'client' | 'server';

/** What one end sent before the other said something. */
export interface WireFlight {
  readonly from: End;
  /** Sizes of the records with their headers, in order. */
  readonly records: readonly number[];
}

/** Collects what goes over a wire, in the order in which it does. */
export class Wire {
  readonly #flights: { readonly from: End; readonly chunks: Uint8Array[] }[] = [];

  add(from: End, chunk: Uint8Array): void {
    const last = this.#flights.at(-1);
    if (last?.from === from) last.chunks.push(chunk);
    else this.#flights.push({ from, chunks: [chunk] });
  }

  /** The flights of the handshake: up to the last one of the client, and what the server sent then (tickets). */
  flights(): readonly WireFlight[] {
    return this.#flights.map(({ from, chunks }) => ({ from, records: recordsIn(Buffer.concat(chunks)) }));
  }
}

function recordsIn(bytes: Buffer): readonly number[] {
  const records: number[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const size = 5 + bytes.readUInt16BE(at + 3);
    records.push(size);
    at += size;
  }
  return records;
}

/** A handshake as it was on the wire, and the records with tickets after it. */
export interface Counted {
  readonly up: number;
  readonly down: number;
  readonly flights: readonly WireFlight[];
  /** Sizes of the records that the server sent after the last flight of the client. */
  readonly tickets: readonly number[];
}

/** The bytes of one end. */
function bytesFrom(end: End, flights: readonly WireFlight[]): number {
  return flights
    .filter(({ from }) => from === end)
    .flatMap(({ records }) => records)
    .reduce((all, one) => all + one, 0);
}

/** The record of a Finished with SHA-384: after it a client may go on with what it has to say. */
const FINISHED = 5 + 4 + 48 + 1 + 16;

/** Counts up to the Finished of the client, its flight number `clientFlights`; `undefined` until it has come. */
export function counted(wire: Wire, clientFlights: number): Counted | undefined {
  const all = wire.flights();
  const end = 2 * clientFlights - 1;
  const last = all[end - 1];
  if (last === undefined) return undefined;
  const finished = last.records.indexOf(FINISHED);
  if (finished < 0) return undefined;
  const flights = [
    ...all.slice(0, end - 1),
    { from: last.from, records: last.records.slice(0, finished + 1) },
  ];
  return {
    up: bytesFrom('client', flights),
    down: bytesFrom('server', flights),
    flights,
    tickets: all[end]?.records ?? [],
  };
}

/** Two ends of a wire in memory. */
function wirePair(wire: Wire): Readonly<Record<End, Duplex>> {
  const end = (from: End, other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        wire.add(from, chunk);
        // Not at once: the other end would answer before this one has returned.
        setImmediate(() => {
          other().push(chunk);
          done();
        });
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const client: Duplex = end('client', () => server);
  const server: Duplex = end('server', () => client);
  return { client, server };
}

/** A handshake of node:tls with itself, in memory. */
export interface Meeting {
  readonly server: TlsOptions;
  readonly client: ConnectionOptions;
  /** 3 with HelloRetryRequest, else 2. */
  readonly clientFlights: number;
}

/** What came of it: the bytes, and the last session that was offered for resumption. */
export interface Met {
  readonly counted: Counted;
  readonly session: Buffer | undefined;
  readonly resumed: boolean;
}

/** Lets node:tls meet itself and counts. */
export async function meetInMemory({ server, client, clientFlights }: Meeting): Promise<Met> {
  const wire = new Wire();
  const ends = wirePair(wire);
  const accepted = new TLSSocket(ends.server, {
    isServer: true,
    secureContext: createSecureContext(server),
    requestCert: server.requestCert,
    rejectUnauthorized: false,
  });
  const socket = connect({ socket: ends.client, rejectUnauthorized: false, ...client });
  let session: Buffer | undefined;
  socket.on('session', (one) => (session = one));
  try {
    const ended = (end: TLSSocket, event: 'secure' | 'secureConnect'): Promise<void> =>
      new Promise((resolve, reject) => {
        end.once('error', reject).once(event, resolve);
      });
    await Promise.all([ended(socket, 'secureConnect'), ended(accepted, 'secure')]);
    // Tickets follow at once, for the wire is in memory.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    const bytes = counted(wire, clientFlights);
    if (bytes === undefined) throw new Error(`no Finished in flight ${String(clientFlights)} of the client`);
    return { resumed: socket.isSessionReused(), session, counted: bytes };
  } finally {
    socket.destroy();
    accepted.destroy();
  }
}
