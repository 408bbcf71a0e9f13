/** One process of `hybridge tls serve`: the terminator, its store and its log. */
import { createWriteStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseCertificates } from '../certificates/index.ts';
import {
  createEventStream,
  describeEvent,
  eventSeverity,
  type HybridgeEvent,
  toEcsLine,
  toJsonLine,
} from '../events/index.ts';
import { defaultProvider } from '../index.ts';
import { createTerminator, type Replaceable, type Terminator, writeEvents } from '../terminator/index.ts';
import { loadCredential } from '../tls/index.ts';
import { visible } from './outcome.ts';
import type { Reloadable, ServeSettings } from './serve-settings.ts';

const STANDARD_ERROR = 2;
/** Events that wait for a slow reader of the log before the oldest are dropped. */
const LOG_CAPACITY = 10_000;

function textLine(event: HybridgeEvent): string {
  return `${event.at.toISOString()} ${eventSeverity(event)} ${visible(describeEvent(event))}\n`;
}

const LINES = { ecs: toEcsLine, json: toJsonLine, text: textLine } as const;

async function replaceable({ policy, credentials, client }: Reloadable): Promise<Replaceable> {
  const provider = defaultProvider();
  return {
    policy,
    credentials: await Promise.all(credentials.map((one) => loadCredential(provider, one))),
    clientAuthentication: client && {
      mode: client.mode,
      anchors: client.anchors.flatMap((anchor) => parseCertificates(anchor)),
    },
  };
}

/** A process that serves. */
export interface Serving {
  readonly terminator: Terminator;
  readonly address: AddressInfo;
  /** Writes the rest of the log and lets go of the store. */
  readonly end: () => Promise<void>;
}

/** Starts to serve. */
export async function serve(settings: ServeSettings): Promise<Serving> {
  const { upstream, floors, ticketSecret, log } = settings;
  // Only the store that is needed is loaded.
  const store =
    settings.store.kind === 'redis'
      ? (await import('../stores/redis/index.ts')).createRedisStore({ url: settings.store.url })
      : (await import('../stores/sqlite/index.ts')).createSqliteStore({ path: settings.store.path });
  const events = createEventStream({ capacity: LOG_CAPACITY });
  // Writes to a pipe by process.stderr hold everything up when nobody reads.
  const { done } = writeEvents(
    events,
    createWriteStream('', { fd: STANDARD_ERROR, autoClose: false }),
    LINES[log],
  );
  const end = async (): Promise<void> => {
    events.close();
    await Promise.all([done, store.close()]);
  };
  try {
    const terminator = createTerminator({
      provider: defaultProvider(),
      ...(await replaceable(settings)),
      upstream,
      store,
      floors,
      events,
      tickets: { secret: ticketSecret },
    });
    return { terminator, address: await terminator.listen(settings.listen), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Puts other settings into force. */
export async function reload(settings: Reloadable, terminator: Terminator): Promise<void> {
  await terminator.reload(await replaceable(settings));
}
