import { clearTimeout, setTimeout } from 'node:timers';
import { createClient } from '@redis/client';

import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';

/** What the store needs of a client: `createClient()` of `@redis/client` has it, of any version since 4. */
export interface RedisConnection {
  /** Sends a command, and answers with the reply; rejects with what the server or the connection says. */
  sendCommand(command: readonly string[]): Promise<unknown>;
}

/** A connection that can be given up. */
export interface Link extends RedisConnection {
  /** Ends it in order. */
  close(): Promise<void>;
}

/** TLS to the server, for `rediss:` URLs; the rest is as `node:tls` has it by default. */
export interface RedisTls {
  /** Certificates that the server's chain may end in, PEM; those of Node unless told. */
  readonly ca?: string;
  /** Certificate and private key of this side, PEM, where the server wants to know who it talks to. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must have; that of the URL unless told. */
  readonly servername?: string;
}

/** How a connection is made. */
export interface LinkOptions {
  readonly url: string;
  readonly tls: RedisTls | undefined;
  readonly timeout: number;
}

/** After a failure nobody tries for so long (milliseconds): everything fails at once instead. */
const PAUSE = 500;

/** An error about the server: never with the URL in it, which may hold a password. */
export function unreachable(why: string, cause?: unknown): HybridgeError {
  return new HybridgeError('input_output', `store in Redis: ${why}`, cause === undefined ? {} : { cause });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node gathers the failures of all addresses of a name in one error without a message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error.message === '' ? error.name : error.message;
}

function silence(milliseconds: number): string {
  return `no answer within ${String(milliseconds)} ms`;
}

/** Waits so long for an answer, then rejects and calls `onTimeout`. */
function within<T>(milliseconds: number, answer: Promise<T>, onTimeout: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(unreachable(silence(milliseconds)));
      onTimeout();
    }, milliseconds);
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** Commands over a client that the caller looks after; a command without an answer fails in time. */
export function borrowed(client: RedisConnection, timeout: number): Link {
  return {
    sendCommand: (command) => within(timeout, client.sendCommand(command), () => undefined),
    close: () => Promise.resolve(),
  };
}

/** Refuses what is no URL of a Redis server, without repeating it. */
function requireUrl(url: string): void {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    throw new HybridgeError(
      'invalid_argument',
      'store in Redis: the URL is not redis://... or rediss://...',
      {
        fault: 'caller',
      },
    );
}

type Client = ReturnType<typeof makeClient>;

function makeClient({ url, tls, timeout }: LinkOptions) {
  const secure = new URL(url).protocol === 'rediss:';
  const common = { connectTimeout: timeout, reconnectStrategy: false } as const;
  return createClient({
    url,
    socket: secure ? { ...common, tls: true, ...tls } : common,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
  });
}

/**
 * A connection that is made when the first command needs it, and anew when a command finds it gone. There is one
 * attempt at a time, which all commands wait for; after a failed one, or a command without an answer, commands fail
 * at once for half a second. So a server that is gone costs one timeout now and then, not one for every command.
 *
 * @throws HybridgeError `invalid_argument` for what is no URL of a Redis server.
 */
export function linkTo(options: LinkOptions): Link {
  requireUrl(options.url);
  const { timeout } = options;
  let current: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let failure: { readonly why: string; readonly at: number } | undefined;

  /** Gives a client up: what waits for it fails, and the next command connects anew. */
  const drop = (client: Client): void => {
    if (current === client) current = undefined;
    if (client.isOpen) client.destroy();
  };

  const silent = silence(timeout);

  const connect = async (): Promise<Client> => {
    const client = makeClient(options);
    // Commands and connect() tell of errors; without a listener Node would end the process for the same ones.
    client.on('error', () => {
      drop(client);
    });
    try {
      await within(timeout, client.connect(), () => {
        drop(client);
      });
    } catch (error) {
      const why = isHybridgeError(error) ? silent : messageOf(error);
      failure = { why, at: performance.now() };
      throw isHybridgeError(error) ? error : unreachable(why, error);
    }
    failure = undefined;
    current = client;
    return client;
  };

  const ready = (): Promise<Client> => {
    if (current?.isReady === true) return Promise.resolve(current);
    if (failure !== undefined && performance.now() - failure.at < PAUSE)
      return Promise.reject(unreachable(failure.why));
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };

  return {
    async sendCommand(command) {
      const client = await ready();
      return within(timeout, client.sendCommand([...command]), () => {
        failure = { why: silent, at: performance.now() };
        drop(client);
      });
    },
    async close() {
      // An attempt under way is waited for: it ends in time.
      await connecting?.catch(() => undefined);
      const client = current;
      if (client === undefined) return;
      current = undefined;
      try {
        await within(timeout, client.close(), () => undefined);
      } catch {
        drop(client);
      }
    },
  };
}
