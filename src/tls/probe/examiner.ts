/** Asks a server one thing per connection; how often, how many at once and how long is bounded here. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import type { Provider } from '../../provider/index.ts';
import { TLS_1_0, TLS_1_2 } from '../code-points.ts';
import type { KeyShareEntry } from '../extension.ts';
import { answerOf, refusalOf } from './answer.ts';
import { type Destination, type Heard, type Line, overLine, type Patience } from './line.ts';
import { clientHello, cookieOf, type HelloIdentity, inRecords, type Offer } from './offer.ts';
import type { Flight, ProbeAnswer, ProbeProgress } from './report.ts';
import { ServerFlight } from './server-flight.ts';

/** How a hello is put on the wire. */
export type Delivery = 'two-records' | 'two-segments' | 'whole';

/** How far a conversation goes. */
export interface Asking {
  readonly delivery?: Delivery;
  /**
   * The key shares of the second hello, when a HelloRetryRequest asks for this group. Without this a conversation
   * ends with the HelloRetryRequest.
   */
  readonly second?: (group: number) => Promise<readonly KeyShareEntry[]>;
  /**
   * Encrypted bytes to hear after a ServerHello of TLS 1.3, `Infinity` for all there are: a flight has no end that
   * can be seen without keys, so that silence ends it. 0 unless told.
   */
  readonly encrypted?: number;
}

/** What was asked and answered. */
export interface Asked {
  /** To the last hello that was sent. */
  readonly answer: ProbeAnswer;
  /** To the first hello, when there was a second one. */
  readonly first: ProbeAnswer | undefined;
  readonly flight: ServerFlight;
  readonly flights: readonly Flight[];
  /** Of the first ClientHello with its records. */
  readonly helloBytes: number;
}

/** How an examiner is set up. */
export interface Examination extends Patience {
  readonly destination: Destination;
  readonly provider: Provider;
  readonly concurrency: number;
  readonly onProgress: ((progress: ProbeProgress) => void) | undefined;
}

/** More connections than this are never made, whatever a server answers. */
const MAX_CONNECTIONS = 200;
/** After so many connections that are not taken no more are tried. */
const MAX_LOST = 4;
/** Milliseconds between two segments: so long that no kernel puts them together. */
const SEGMENT_PAUSE = 60;
/** Milliseconds of silence, and round trips of it, after which a flight is taken to be complete. */
const QUIET = 120;
const QUIET_ROUND_TRIPS = 4;
/** A flight with a certificate has more encrypted bytes; before that, the server may still be signing. */
const LEAST_WITH_CERTIFICATE = 256;

const LOST: Asked = {
  answer: { verdict: 'silent', reason: 'takes no further connection' },
  first: undefined,
  flight: new ServerFlight(),
  flights: [],
  helloBytes: 0,
};

/** Holds the bounds of one probe. */
export class Examiner {
  readonly #options: Examination;
  readonly #queue: (() => void)[] = [];
  #destination: Destination;
  #running = 0;
  #planned = 0;
  #done = 0;
  #connections = 0;
  #lost = 0;

  constructor(options: Examination) {
    this.#options = options;
    this.#destination = options.destination;
  }

  get provider(): Provider {
    return this.#options.provider;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Connections that were not taken. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Asks the first question. All that follow go to the address that answered it: a name may stand for several servers.
   *
   * @throws HybridgeError `input_output` when there is no connection; `aborted`.
   */
  async begin(what: string, offer: Offer, asking?: Asking): Promise<{ asked: Asked; address: string }> {
    return this.turn(what, (destination, patience) =>
      overLine(destination, patience, async (line) => {
        const address = line.remoteAddress ?? destination.host;
        this.#destination = { ...destination, host: address };
        return { asked: await this.#converse(line, offer, asking), address };
      }),
    );
  }

  /** Asks another question; a connection that is not taken is an answer as well. @throws HybridgeError `aborted`. */
  async ask(what: string, offer: Offer, asking?: Asking): Promise<Asked> {
    return this.turn(
      what,
      async (destination, patience) => {
        try {
          return await overLine(destination, patience, (line) => this.#converse(line, offer, asking));
        } catch (error) {
          if (!isHybridgeError(error, 'input_output')) throw error;
          this.#lost++;
          return LOST;
        }
      },
      LOST,
    );
  }

  /**
   * Does something that takes one connection, when it is its turn.
   *
   * @param otherwise - The result when connections are no longer taken.
   */
  async turn<Result>(
    what: string,
    work: (destination: Destination, patience: Patience) => Promise<Result>,
    otherwise?: Result,
  ): Promise<Result> {
    const { concurrency, onProgress, timeoutMs, signal } = this.#options;
    this.#planned++;
    if (this.#running >= concurrency) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running++;
    try {
      if (otherwise !== undefined && this.#lost >= MAX_LOST) return otherwise;
      if (++this.#connections > MAX_CONNECTIONS)
        throw new HybridgeError('internal', `a probe of more than ${MAX_CONNECTIONS} connections`);
      return await work(this.#destination, { timeoutMs, signal });
    } finally {
      // The place goes to whoever waits the longest.
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
      onProgress?.({ done: ++this.#done, planned: this.#planned, what });
    }
  }

  async #converse(line: Line, offer: Offer, asking: Asking = {}): Promise<Asked> {
    const { delivery = 'whole', second, encrypted = 0 } = asking;
    const { random } = this.#options.provider;
    const identity: HelloIdentity = { random: random.bytes(32), sessionId: random.bytes(32) };
    const { flight } = line;
    await line.send(piecesOf(clientHello(offer, identity), delivery), SEGMENT_PAUSE);
    const helloBytes = line.sent;
    const flights: Flight[] = [{ from: 'client', bytes: helloBytes }];
    let answer = await this.#answer(line, offer, identity, () => flight.hellos.length > 0);
    let first: ProbeAnswer | undefined;
    let last = offer;

    const retry = flight.helloRetryRequest;
    if (second !== undefined && answer.verdict === 'retry' && retry?.selectedGroup !== undefined) {
      const heard = flight.bytes;
      flights.push({ from: 'server', bytes: heard });
      const again: Offer = {
        ...offer,
        keyShares: await second(retry.selectedGroup),
        extensions: [...offer.extensions, ...cookieOf(retry.extensions)],
      };
      await line.send([inRecords(clientHello(again, identity), TLS_1_2)], 0);
      flights.push({ from: 'client', bytes: line.sent - helloBytes });
      first = answer;
      last = again;
      answer = await this.#answer(line, again, identity, () => flight.serverHello !== undefined);
    }
    const hello = flight.serverHello;
    if (answer.verdict === 'accepted' && hello !== undefined && encrypted > 0) {
      const heard = await this.#hearFlight(line, encrypted);
      answer =
        heard.kind === 'broken'
          ? refusalOf(flight, heard, this.#options.timeoutMs)
          : answerOf(hello, flight, last, identity);
    }
    const before = flights.reduce((sum, { from, bytes }) => (from === 'server' ? sum + bytes : sum), 0);
    flights.push({ from: 'server', bytes: flight.bytes - before });
    return { answer, first, flight, flights, helloBytes };
  }

  async #answer(
    line: Line,
    offer: Offer,
    identity: HelloIdentity,
    hasHello: () => boolean,
  ): Promise<ProbeAnswer> {
    const { flight } = line;
    const heard: Heard = await line.until(() => hasHello() || flight.alert !== undefined);
    const hello = flight.hellos.at(-1);
    return hello === undefined || !hasHello() || heard.kind === 'broken'
      ? refusalOf(flight, heard, this.#options.timeoutMs)
      : answerOf(hello, flight, offer, identity);
  }

  #hearFlight(line: Line, encrypted: number): Promise<Heard> {
    const quiet = Math.max(QUIET, QUIET_ROUND_TRIPS * line.roundTripMs);
    return line.until(
      ({ alert, done, encrypted: heard }) => alert !== undefined || done || heard >= encrypted,
      ({ encrypted: heard, endsWithEncryptedAlert }) =>
        heard >= LEAST_WITH_CERTIFICATE || endsWithEncryptedAlert ? quiet : undefined,
    );
  }
}

/** What goes out in one write each. The cut is in the middle, within the key share of a large hello. */
function piecesOf(message: Uint8Array, delivery: Delivery): readonly Uint8Array[] {
  const middle = Math.floor(message.length / 2);
  switch (delivery) {
    case 'whole':
      return [inRecords(message, TLS_1_0)];
    case 'two-records':
      return [inRecords(message, TLS_1_0, middle)];
    case 'two-segments': {
      const bytes = inRecords(message, TLS_1_0);
      return [bytes.subarray(0, middle), bytes.subarray(middle)];
    }
  }
}
