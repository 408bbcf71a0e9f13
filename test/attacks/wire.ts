/** TLS spoken by hand: hellos made and changed, records read, for those who do not keep to the rules. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  type ClientHello,
  createFlightReader,
  createHelloReader,
  decodeAlert,
  encodeClientHello,
  type FlightItem,
  type HelloExtension,
} from '../../src/tls/index.ts';
import { firstFlight } from '../terminator/listener-hellos.ts';
import { closed } from '../terminator/listener-support.ts';

/** Numbers of extensions [RFC 9846 §4.3]. */
export const EXTENSION = {
  serverName: 0,
  groups: 10,
  earlyData: 42,
  versions: 43,
  cookie: 44,
  keyShare: 51,
} as const;

export const GROUP = { x25519: 0x001d, hybrid: 0x11ec, p256: 0x0017 } as const;

/** What is sent before encryption begins, as records of at most `size` bytes. */
export function records(message: Uint8Array, size = 16_384, type = 22): Buffer {
  const out: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < message.length; at += size) {
    const fragment = message.subarray(at, at + size);
    out.push(Uint8Array.of(type, 3, 1, fragment.length >> 8, fragment.length & 0xff), fragment);
  }
  return Buffer.concat(out);
}

/** The hello in the first bytes of a connection. */
export function helloIn(bytes: Uint8Array): ClientHello {
  const progress = createHelloReader().push(bytes);
  if (progress.state !== 'complete') throw new Error('no complete hello');
  return progress.hello;
}

/** The hello that `node:tls` begins with, asking for `localhost`. */
async function nodeHello(): Promise<ClientHello> {
  return helloIn(await firstFlight());
}

/** A hello with other extensions; everything else stays as it is. */
function withExtensions(
  { legacyVersion, random, sessionId, cipherSuites }: ClientHello,
  extensions: readonly HelloExtension[],
): Uint8Array {
  return encodeClientHello({ legacyVersion, random, sessionId, cipherSuites, extensions });
}

/** Replaces the contents of extensions, or leaves out those for which there is `undefined`. */
export function changed(
  hello: ClientHello,
  change: (extension: HelloExtension) => Uint8Array | undefined,
): Uint8Array {
  const extensions = hello.extensions.flatMap((extension) => {
    const data = change(extension);
    return data === undefined ? [] : [{ type: extension.type, data }];
  });
  return withExtensions(hello, extensions);
}

const u16 = (value: number): number[] => [value >> 8, value & 0xff];

/** The contents of supported_groups. */
export function groupsData(...groups: readonly number[]): Uint8Array {
  return Uint8Array.from([...u16(2 * groups.length), ...groups.flatMap(u16)]);
}

/** The contents of key_share. */
export function sharesData(
  ...shares: readonly { readonly group: number; readonly keyExchange: Uint8Array }[]
): Uint8Array {
  const entries = shares.flatMap(({ group, keyExchange }) => [
    ...u16(group),
    ...u16(keyExchange.length),
    ...keyExchange,
  ]);
  return Uint8Array.from([...u16(entries.length), ...entries]);
}

/** A hello as `node:tls` sends it, with these changes. */
export async function hello(
  data: Partial<Record<keyof typeof EXTENSION, Uint8Array>> = {},
): Promise<Uint8Array> {
  const base = await nodeHello();
  const wished = new Map<number, Uint8Array>();
  for (const [name, type] of Object.entries(EXTENSION)) {
    const wish = Object.entries(data).find(([key]) => key === name)?.[1];
    if (wish !== undefined) wished.set(type, wish);
  }
  const had = new Set(base.extensions.map(({ type }) => type));
  const added = [...wished].flatMap(([type, wish]) => (had.has(type) ? [] : [{ type, data: wish }]));
  return withExtensions(base, [
    ...base.extensions.map(({ type, data: own }) => ({ type, data: wished.get(type) ?? own })),
    ...added,
  ]);
}

/** A share of X25519 whose private key nobody has. */
export const x25519Share = (): { readonly group: number; readonly keyExchange: Uint8Array } => ({
  group: GROUP.x25519,
  keyExchange: randomBytes(32),
});

/** What a server says in the clear. */
export interface Said {
  readonly items: readonly FlightItem[];
  /** The name of the last alert in the clear, if any. */
  readonly alert: string | undefined;
  /** The handshake messages in the clear, by their types; 2 is ServerHello or HelloRetryRequest. */
  readonly messages: readonly number[];
}

/** Reads what a server says in the clear. */
export function said(bytes: Uint8Array): Said {
  const items = [...createFlightReader({ helloRetry: true }).push(bytes)];
  let alert: string | undefined;
  const messages: number[] = [];
  for (const item of items) {
    if (item.kind === 'alert') alert = item.alert.name ?? 'unknown';
    if (item.kind === 'handshake') messages.push(item.type);
  }
  // Behind a ServerHello an alert may still come in the clear: the client has no keys that could be told from others.
  if (alert === undefined && bytes.length >= 7 && bytes.at(-7) === 21 && bytes.at(-3) === 2)
    alert = decodeAlert(bytes.subarray(-2)).name;
  return { items, alert, messages };
}

/** The next bytes, once nothing more has come for a moment. */
export async function nextBytes(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer): void => void chunks.push(chunk);
  socket.on('data', take);
  await Promise.race([once(socket, 'data'), closed(socket)]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.off('data', take);
  return Buffer.concat(chunks);
}
