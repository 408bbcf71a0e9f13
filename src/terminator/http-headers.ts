/** Header fields on their way through the terminator: what is dropped, what is refused, what is added. */
import { formatEndpoint, type Endpoint } from './endpoint.ts';
import { writeString } from './structured-field.ts';

/** Header fields as `node:http` has them: a name, its value, the next name, ... */
export type RawHeaders = readonly string[];

/** Fields that are for the next hop alone [RFC 9110 §7.6.1], with the older ones among them. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Fields that a service believes because a proxy sets them: from a client they are lies [RFC 7239 §8.1, RFC 9440 §4]. */
const OURS: ReadonlySet<string> = new Set([
  'client-cert',
  'client-cert-chain',
  'forwarded',
  // Services that hand fields on as variables would take it for their own setting, HTTP_PROXY.
  'proxy',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-real-ip',
]);
const OUR_PREFIXES = ['hybridge-', 'ssl-client-', 'x-forwarded-', 'x-hybridge-', 'x-ssl-'] as const;

// Services that hand fields on as variables of the environment do not tell an underscore from a hyphen [RFC 3875 §4.1.18].
function isOurs(name: string): boolean {
  const hyphened = name.replaceAll('_', '-');
  return OURS.has(hyphened) || OUR_PREFIXES.some((prefix) => hyphened.startsWith(prefix));
}

function* pairs(headers: RawHeaders): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [headers[at] ?? '', headers[at + 1] ?? ''];
}

function optionsOf(headers: RawHeaders): ReadonlySet<string> {
  const options = new Set<string>();
  for (const [name, value] of pairs(headers))
    if (name.toLowerCase() === 'connection')
      for (const option of value.split(',')) options.add(option.trim().toLowerCase());
  return options;
}

/** What the service is told of the session, in every request. */
export interface ForwardedSession {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** The value of `Hybridge-Session`. */
  readonly session: string;
}

/** A request as the parser has it. */
export interface IncomingRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
}

/** The request for the service, or why there is none. */
export type OutgoingRequest =
  | {
      readonly outcome: 'forward';
      readonly target: string;
      readonly headers: string[];
      /** Whether a body follows. */
      readonly body: boolean;
    }
  | { readonly outcome: 'refuse'; readonly status: 400 | 501; readonly why: string };

function refuse(status: 400 | 501, why: string): OutgoingRequest {
  return { outcome: 'refuse', status, why };
}

/** The target in origin-form, with the authority of one in absolute-form [RFC 9112 §3.2]. */
function originForm(
  method: string,
  target: string,
): { readonly target: string; readonly host?: string } | undefined {
  // No target has a fragment [RFC 9112 §3.2], and those who cut one off see another path.
  if (target.includes('#')) return undefined;
  if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) return { target };
  const [, host, path = ''] = /^https?:\/\/([^/?#@]+)(.*)$/iu.exec(target) ?? [];
  if (host === undefined) return undefined;
  return { target: path.startsWith('/') ? path : `/${path}`, host };
}

/** Fields of which there must not be two: readers that choose differently see different requests [RFC 9112 §11.2]. */
const SINGLE = ['host', 'content-length', 'transfer-encoding'] as const;

/** Turns a request into the one that the service gets. `upgrade`: the protocol that the connection changes to. */
export function outgoingRequest(
  { method, target, headers }: IncomingRequest,
  { source, destination, session }: ForwardedSession,
  upgrade?: 'websocket',
): OutgoingRequest {
  const form = originForm(method, target);
  if (form === undefined) return refuse(400, 'the target is no path');
  const values = new Map<string, string>();
  for (const [name, value] of pairs(headers)) {
    const field = name.toLowerCase();
    if (!SINGLE.some((one) => one === field)) continue;
    if (values.has(field)) return refuse(400, `more than one ${field}`);
    values.set(field, value);
  }
  const coding = values.get('transfer-encoding');
  const length = values.get('content-length');
  if (coding !== undefined && length !== undefined) return refuse(400, 'two lengths');
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return refuse(501, 'a transfer coding other than chunked');
  const host = form.host ?? values.get('host') ?? '';
  // What a host may consist of [RFC 3986 §3.2.2].
  if (!/^[A-Za-z0-9\-._~!$&'()*+,;=%:[\]]*$/u.test(host)) return refuse(400, 'Host is none');
  const options = optionsOf(headers);
  if (SINGLE.some((field) => options.has(field))) return refuse(400, 'Connection names what all need');
  const out: string[] = ['Host', host];
  for (const [name, value] of pairs(headers)) {
    const field = name.toLowerCase();
    // The terminator has answered an expectation itself by the time that the request is sent on.
    if (field === 'host' || field === 'expect' || HOP_BY_HOP.has(field)) continue;
    if (options.has(field) || isOurs(field)) continue;
    out.push(name, value);
  }
  const body = coding !== undefined || (length !== undefined && Number(length) > 0);
  // Where the one body ends and the other protocol begins, two readers may see in two places.
  if (upgrade !== undefined && body) return refuse(400, 'a body before the change of protocol');
  if (coding !== undefined) out.push('Transfer-Encoding', 'chunked');
  else if (length === undefined && !/^(?:GET|HEAD|OPTIONS|TRACE|DELETE)$/u.test(method))
    out.push('Content-Length', '0');
  if (upgrade !== undefined) out.push('Connection', 'Upgrade', 'Upgrade', upgrade);
  out.push(
    'Via',
    '1.1 hybridge',
    'Forwarded',
    `for=${writeString(formatEndpoint(source))};by=${writeString(formatEndpoint(destination))};host=${writeString(host)};proto=https`,
    'X-Forwarded-For',
    source.address,
    'X-Forwarded-Host',
    host,
    'X-Forwarded-Port',
    String(destination.port),
    'X-Forwarded-Proto',
    'https',
    'Hybridge-Session',
    session,
  );
  return { outcome: 'forward', target: form.target, headers: out, body };
}

/** The header fields of an answer, without those between the service and the terminator. */
export function answerHeaders(headers: RawHeaders): string[] {
  const options = optionsOf(headers);
  const out: string[] = [];
  for (const [name, value] of pairs(headers)) {
    const field = name.toLowerCase();
    if (!HOP_BY_HOP.has(field) && (field === 'content-length' || !options.has(field))) out.push(name, value);
  }
  return out;
}
