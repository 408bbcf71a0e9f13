/** A tap between two peers: what a third party reads of each connection on the wire. */
import { listen, LOOPBACK } from '../certificates/tls/processes.ts';

/** What was said in the clear on one connection. */
export interface Flight {
  /** Groups of the key shares in the first ClientHello. */
  readonly shares: readonly string[];
  /** Whether the client offered to resume a session, or another key shared beforehand. */
  readonly offeredPsk: boolean;
  /** Whether the server asked for another key share. */
  readonly helloRetry: boolean;
  /** What the server chose; `undefined` where it did not come to a ServerHello. */
  readonly chosen: Chosen | undefined;
  /** Codes of the alerts that were sent in plaintext. */
  readonly alerts: readonly number[];
}

/** A ServerHello. */
export interface Chosen {
  readonly version: number;
  readonly cipherSuite: number;
  /** The name of the group; TLS 1.2 has it in a message that the tap does not read. */
  readonly group: string | undefined;
  readonly psk: boolean;
}

export interface Tap {
  readonly port: number;
  /** The next connection that had a ClientHello and has been closed on both sides. */
  readonly next: () => Promise<Flight>;
  readonly stop: () => Promise<void>;
}

type Said = Readonly<Record<string, unknown>>;

function parse(line: string): Said {
  const said: unknown = JSON.parse(line);
  if (typeof said !== 'object' || said === null) throw new Error(`the tap says ${line}`);
  return { ...said };
}

const isKind = (said: Said, kind: string): boolean => said['msg'] === kind;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function sharesOf(hello: Said): readonly string[] {
  const shares = hello['keyShares'];
  if (!Array.isArray(shares)) return [];
  return shares.flatMap((share: unknown) =>
    typeof share === 'object' && share !== null && 'group' in share && typeof share.group === 'string'
      ? [share.group]
      : [],
  );
}

const TLS_1_2 = 0x0303;

/** How long a connection may take to end, in milliseconds. */
const PATIENCE = 10_000;

function flightOf(lines: readonly Said[]): Flight | undefined {
  const hello = lines.find((line) => isKind(line, 'ClientHello'));
  if (hello === undefined) return undefined;
  const answer = lines.find((line) => isKind(line, 'ServerHello'));
  return {
    shares: sharesOf(hello),
    offeredPsk: hello['pskIdentities'] !== undefined,
    helloRetry: lines.some((line) => isKind(line, 'HelloRetryRequest')),
    chosen: answer && {
      version: Number(answer['version'] ?? TLS_1_2),
      cipherSuite: Number(answer['cipher']),
      group: textOf(answer['group']),
      psk: answer['selectedPsk'] !== undefined,
    },
    alerts: lines.flatMap(({ alert }) => (typeof alert === 'number' ? [alert] : [])),
  };
}

/** Splits what the tap writes into connections, which come one after the other here. */
function connectionsOf(log: () => string): () => readonly Said[] | undefined {
  let offset = 0;
  let lines: Said[] = [];
  let closed = 0;
  return () => {
    const text = log();
    for (let end = text.indexOf('\n', offset); end >= 0; end = text.indexOf('\n', offset)) {
      const said = parse(text.slice(offset, end));
      offset = end + 1;
      lines.push(said);
      // Once for each direction.
      if (said['closed'] === undefined || ++closed < 2) continue;
      const connection = lines;
      lines = [];
      closed = 0;
      return connection;
    }
    return undefined;
  };
}

/** Opens a tap in front of a port of this machine. */
export async function openTap(to: number): Promise<Tap> {
  const { port, log, stop } = await listen((at) => ({
    peer: 'go-peer',
    args: ['tap', '-listen', `${LOOPBACK}:${String(at)}`, '-to', `${LOOPBACK}:${String(to)}`],
  }));
  const ended = connectionsOf(log);
  const nextConnection = async (): Promise<readonly Said[]> => {
    for (const until = Date.now() + PATIENCE; Date.now() < until;) {
      const connection = ended();
      if (connection !== undefined) return connection;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the tap has seen no further connection end: ${log().slice(-600)}`);
  };
  // Somebody has looked whether it listens: the lines of that connection must not mix with those of the next.
  await nextConnection();
  return {
    port,
    stop,
    async next() {
      for (;;) {
        const flight = flightOf(await nextConnection());
        if (flight !== undefined) return flight;
      }
    },
  };
}
