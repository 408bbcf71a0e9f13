import type { TlsVersion } from '../../events/index.ts';
import { groupName } from '../schemes.ts';
import { offeredNames, postureOf, withoutGrease } from './evidence.ts';
import { endpoint, fieldsOf, isCode, type Refuse } from './fields.ts';
import { jsonOfLine, lineError, type LogChunks, parsedLines } from './lines.ts';
import type { LogOptions, ObservedSession } from './session.ts';

const LOG = 'ssl.log';

/** Versions as Zeek spells them (`version_strings` of `base/protocols/ssl/consts.zeek`). */
const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['TLSv10', 'TLSv1'],
  ['TLSv11', 'TLSv1.1'],
  ['TLSv12', 'TLSv1.2'],
  ['TLSv13', 'TLSv1.3'],
]);

const BEFORE_TLS_13: ReadonlySet<string> = new Set([
  'SSLv2',
  'SSLv3',
  'TLSv10',
  'TLSv11',
  'TLSv12',
  'DTLSv10',
  'DTLSv12',
]);

/** The columns of `SSL::Info` that are read, in either form of the log; absent or unset is `undefined`. */
interface ZeekRow {
  readonly time: Date;
  readonly uid: string;
  readonly source: ObservedSession['source'];
  readonly destination: ObservedSession['destination'];
  readonly version: string | undefined;
  readonly cipher: string | undefined;
  readonly curve: string | undefined;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  readonly resumed: boolean | undefined;
  readonly established: boolean | undefined;
  /** What was seen in which order, capital letters from the client; `j` is a HelloRetryRequest. */
  readonly history: string | undefined;
  /** Groups of the hello, in logs of the script `ssl-log-ext`. */
  readonly clientCurves: readonly number[] | undefined;
  /** Columns of the packages of that name. */
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
}

/** `unknown-4590` is what Zeek calls a group whose name it does not know. */
function curveName(curve: string): string {
  const code = Number(/^unknown-([0-9]{1,5})$/.exec(curve)?.[1] ?? Number.NaN);
  return isCode(code) ? groupName(code) : curve;
}

function helloRetry({ version, history }: ZeekRow): boolean | undefined {
  if (version !== undefined && BEFORE_TLS_13.has(version)) return false;
  if (history === undefined || history === '') return undefined;
  return /j/i.test(history);
}

function sessionOf(row: ZeekRow): ObservedSession {
  const { version: protocol, cipher, curve, resumed, established, clientCurves } = row;
  const offered = clientCurves === undefined ? undefined : withoutGrease(clientCurves);
  const beforeTls13 = protocol !== undefined && BEFORE_TLS_13.has(protocol);
  return {
    sensor: 'zeek',
    time: row.time,
    flow: row.uid,
    transport: 'tls',
    source: row.source,
    destination: row.destination,
    serverName: row.serverName,
    alpn: row.alpn,
    ja3: row.ja3,
    ja4: row.ja4,
    established,
    offeredGroups: offered === undefined ? undefined : offeredNames(offered),
    posture: postureOf({
      protocol,
      version: VERSIONS.get(protocol ?? ''),
      beforeTls13,
      cipher,
      group: curve === undefined ? undefined : curveName(curve),
      offered,
      // Zeek names the group of every key share that a server sent: without one, there was none or it was not seen.
      exchanged: undefined,
      psk: resumed,
      resumed: protocol === undefined ? undefined : resumed,
      helloRetry: helloRetry(row),
      schemes: undefined,
      serverCertificate:
        resumed === false && established === true && cipher !== undefined && !/_(?:anon|PSK)_/.test(cipher),
      clientCertificate: false,
      established,
    }),
  };
}

/** Seconds since 1970 with a fraction, or ISO 8601, as `LogAscii::json_timestamps` says. */
function timeOf(value: number | string | undefined, refuse: Refuse): Date {
  const seconds =
    typeof value === 'number' || /^[0-9]+(?:\.[0-9]+)?$/.test(value ?? '') ? Number(value) : undefined;
  const iso = typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$/.test(value) ? value : '';
  const time = new Date(seconds === undefined ? iso : Math.round(seconds * 1000));
  return Number.isNaN(time.getTime()) ? refuse('ts is no time') : time;
}

function readJson(line: string, number: number, refuse: Refuse): ObservedSession | undefined {
  const value = jsonOfLine(LOG, line, number);
  const record = fieldsOf(value, 'the record', refuse);
  const path = record.text('_path');
  if (path !== undefined && path !== 'ssl') return undefined;
  const ts: unknown = typeof value === 'object' && value !== null && 'ts' in value ? value.ts : undefined;
  return sessionOf({
    time: timeOf(typeof ts === 'number' || typeof ts === 'string' ? ts : undefined, refuse),
    uid: record.text('uid') ?? refuse('there is no uid'),
    source: endpoint(record.text('id.orig_h'), record.number('id.orig_p'), 'client', refuse),
    destination: endpoint(record.text('id.resp_h'), record.number('id.resp_p'), 'server', refuse),
    version: record.text('version'),
    cipher: record.text('cipher'),
    curve: record.text('curve'),
    serverName: record.text('server_name'),
    alpn: record.text('next_protocol'),
    resumed: record.boolean('resumed'),
    established: record.boolean('established'),
    history: record.text('ssl_history'),
    clientCurves: record.codes('client_curves'),
    ja3: record.text('ja3'),
    ja4: record.text('ja4'),
  });
}

/** What the header of a log says of its lines. */
interface Header {
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  readonly columns: ReadonlyMap<string, number>;
}

const REQUIRED = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'version'] as const;

/** Bytes that Zeek does not write as they are (`\x09`), and a backslash doubled. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const [part, hex] of text.matchAll(/\\x([0-9a-fA-F]{2})|\\\\|[^\\]+|\\/g)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...encoder.encode(part === '\\\\' ? '\\' : part));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Reads a log in Zeek's own form: a header in lines that begin with `#`, then values in columns. */
function createColumnReader(): (line: string, refuse: Refuse) => ObservedSession | undefined {
  let header: Header = {
    separator: '\t',
    setSeparator: ',',
    emptyField: '(empty)',
    unsetField: '-',
    columns: new Map(),
  };

  const readHeader = (line: string, refuse: Refuse): void => {
    // The line that names the separator is the one that does not use it.
    const separator = /^#separator (.+)$/.exec(line)?.[1];
    if (separator !== undefined) {
      header = { ...header, separator: unescaped(separator), columns: new Map() };
      return;
    }
    const [directive = '', ...values] = line.slice(1).split(header.separator);
    const [value = ''] = values;
    switch (directive) {
      case 'set_separator':
        header = { ...header, setSeparator: value };
        return;
      case 'empty_field':
        header = { ...header, emptyField: value };
        return;
      case 'unset_field':
        header = { ...header, unsetField: value };
        return;
      case 'path':
        if (value !== 'ssl') refuse(`this is the log ${JSON.stringify(value.slice(0, 64))}, not ssl`);
        return;
      case 'fields': {
        const columns = new Map(values.map((name, index) => [name, index]));
        if (columns.size !== values.length) refuse('a column is there twice');
        for (const name of REQUIRED) if (!columns.has(name)) refuse(`there is no column ${name}`);
        header = { ...header, columns };
        return;
      }
      default:
      // #types, #open, #close, and what later versions may add.
    }
  };

  return (line, refuse) => {
    if (line.startsWith('#')) {
      readHeader(line, refuse);
      return undefined;
    }
    const { separator, setSeparator, emptyField, unsetField, columns } = header;
    if (columns.size === 0) return refuse('there is no #fields before it');
    const values = line.split(separator);
    if (values.length !== columns.size)
      return refuse(`${values.length} columns, ${columns.size} were announced`);
    const raw = (name: string): string | undefined => {
      const value = values[columns.get(name) ?? -1];
      return value === undefined || value === unsetField ? undefined : value;
    };
    const text = (name: string): string | undefined => {
      const value = raw(name);
      return value === undefined ? undefined : value === emptyField ? '' : unescaped(value);
    };
    const whole = (name: string): number | undefined => {
      const value = raw(name);
      return value !== undefined && /^[0-9]{1,5}$/.test(value) ? Number(value) : undefined;
    };
    const truth = (name: string): boolean | undefined => {
      const value = raw(name);
      if (value === undefined) return undefined;
      return value === 'T' || value === 'F' ? value === 'T' : refuse(`${name} is neither T nor F`);
    };
    const codes = (name: string): readonly number[] | undefined => {
      const value = raw(name);
      if (value === undefined || value === emptyField) return value === undefined ? undefined : [];
      const numbers = value
        .split(setSeparator)
        .map((one) => (/^[0-9]{1,5}$/.test(one) ? Number(one) : Number.NaN));
      return numbers.every(isCode) ? numbers : refuse(`${name} is no list of code points`);
    };
    return sessionOf({
      time: timeOf(raw('ts'), refuse),
      uid: raw('uid') ?? refuse('there is no uid'),
      source: endpoint(raw('id.orig_h'), whole('id.orig_p'), 'client', refuse),
      destination: endpoint(raw('id.resp_h'), whole('id.resp_p'), 'server', refuse),
      version: text('version'),
      cipher: text('cipher'),
      curve: text('curve'),
      serverName: text('server_name'),
      alpn: text('next_protocol'),
      resumed: truth('resumed'),
      established: truth('established'),
      history: text('ssl_history'),
      clientCurves: codes('client_curves'),
      ja3: text('ja3'),
      ja4: text('ja4'),
    });
  };
}

/** Reads either form: a line of JSON begins with a brace. */
function createLineReader(): (line: string, number: number) => ObservedSession | undefined {
  const readColumns = createColumnReader();
  return (line, number) => {
    const refuse: Refuse = (problem) => {
      throw lineError(LOG, number, problem);
    };
    return line.startsWith('{') ? readJson(line, number, refuse) : readColumns(line, refuse);
  };
}

/**
 * Reads the `ssl.log` of Zeek, in its own form with a header or as JSON, from a text that is in memory. Columns that
 * are not known are passed over.
 *
 * Zeek names the group in the column `curve`, for TLS 1.2 from the ServerKeyExchange and for TLS 1.3 from the
 * server's key share; where the column is unset, TLS 1.2 is classical all the same, and TLS 1.3 is `unknown`.
 *
 * @throws HybridgeError `invalid_encoding` with `details.line` for a malformed line.
 *
 * @example
 * ```ts
 * import { readZeekSslLog } from 'hybridge/tls';
 *
 * const [session] = readZeekSslLog(
 *   '{"ts":1795262400.5,"uid":"C1","id.orig_h":"192.0.2.7","id.orig_p":40000,"id.resp_h":"198.51.100.1",' +
 *     '"id.resp_p":443,"version":"TLSv13","curve":"X25519MLKEM768","resumed":false,"established":true}\n',
 * );
 * console.log(session?.posture.keyExchange, session?.posture.group); // hybrid X25519MLKEM768
 * ```
 */
export function readZeekSslLog(text: string): readonly ObservedSession[] {
  const read = createLineReader();
  return text.split('\n').flatMap((line, index) => {
    const session = line.trim() === '' ? undefined : read(line.replace(/\r$/, ''), index + 1);
    return session === undefined ? [] : [session];
  });
}

/**
 * Reads the sessions of an `ssl.log` of Zeek as it streams by, in bounded memory; see {@link readZeekSslLog}.
 *
 * @param chunks - The log, for instance `createReadStream('ssl.log')`.
 * @throws HybridgeError `invalid_encoding` or `message_too_large` with `details.line`, unless told of malformed
 * lines by `onMalformed`.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { zeekSessions } from 'hybridge/tls';
 *
 * async function classicalShare(path: string): Promise<number> {
 *   let [all, classical] = [0, 0];
 *   for await (const { posture } of zeekSessions(createReadStream(path))) {
 *     all++;
 *     if (posture.keyExchange === 'classical') classical++;
 *   }
 *   return classical / all;
 * }
 * ```
 */
export function zeekSessions(
  chunks: LogChunks,
  options: LogOptions = {},
): AsyncGenerator<ObservedSession, undefined> {
  return parsedLines(LOG, chunks, options, createLineReader());
}
