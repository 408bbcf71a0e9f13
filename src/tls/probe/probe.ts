/** What does a TLS server do, and what does it not? Asked from outside, one connection for each question. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import { HybridgeError } from '../../bytes/index.ts';
import type { Provider } from '../../provider/index.ts';
import { TLS_1_2 } from '../code-points.ts';
import { type Bench, isAnswered, oldOffer, plainOffer } from './bench.ts';
import { type Asked, Examiner } from './examiner.ts';
import { conclude, type ProbeFacts, type ProbeResults, summarise } from './findings.ts';
import { askFlights } from './flights.ts';
import { acceptedGroups, askGroups, askObsoleteGroups, askPreference } from './groups.ts';
import { askHandshake, describeCertificates } from './handshake.ts';
import { askForms, askRetry } from './hellos.ts';
import { place } from './line.ts';
import type {
  HandshakeReport,
  ProbeProgress,
  ProbeReport,
  SignatureFamily,
  SignatureReport,
} from './report.ts';
import { askSignatures } from './signatures.ts';
import { askVersions } from './versions.ts';

/** What to probe, and how. */
export interface ProbeOptions {
  /** A name or an address. Nothing else is ever connected to. */
  readonly host: string;
  readonly port: number;
  /** Sent as server_name; `host` unless told, and nothing when that is an address. */
  readonly serverName?: string | undefined;
  /** Try every group and every signature scheme of the registry, and rank them: some 80 connections, not 40. */
  readonly all?: boolean | undefined;
  /** Makes the key shares. */
  readonly provider: Provider;
  /** Milliseconds that the server has for each step; 5,000 unless told. */
  readonly timeoutMs?: number | undefined;
  /** Connections at a time; 4 unless told. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how far it has come. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

const MAX_CONCURRENCY = 16;
const MAX_TIMEOUT = 120_000;

function requireNumber(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new HybridgeError('invalid_argument', `probe: ${name} ${value}, expected ${min} to ${max}`, {
      fault: 'caller',
      details: { minimum: min, maximum: max },
    });
  return value;
}

/**
 * Finds out what a TLS server does: which groups it takes with a key share and which through HelloRetryRequest, in
 * whose order, which versions and signatures; whether it can take hellos that are large, split, or hold what it does
 * not know; how many bytes and round trips a handshake costs; which certificates it shows.
 *
 * Hellos are built here and answers read here, so that hybrid groups can be tried on runtimes whose `node:tls` has
 * none. Key shares are real public keys; nothing is agreed, and the connection is closed after the server's answer.
 * Only certificates, ALPN and tickets need whole handshakes, by `node:tls` as far as it goes: no certificate is
 * trusted, and none is refused.
 *
 * Everything is bounded: connections (at most 200, a few at a time), bytes and time of each. All go to the one
 * address that answers first.
 *
 * @throws HybridgeError `input_output` when nobody listens there, or whoever does says nothing; `invalid_encoding`
 * when it does not speak TLS; `invalid_argument`; `aborted`.
 * @example
 * ```ts no-run
 * import { defaultProvider } from 'hybridge';
 * import { formatProbe, probe } from 'hybridge/tls';
 *
 * const report = await probe({ host: 'pump.example', port: 443, provider: defaultProvider() });
 * console.log(report.summary.keyExchange, report.findings.map(({ id }) => id));
 * console.log(formatProbe(report));
 * ```
 */
export async function probe(options: ProbeOptions): Promise<ProbeReport> {
  const {
    host,
    port,
    provider,
    all = false,
    timeoutMs = 5000,
    concurrency = 4,
    signal,
    onProgress,
  } = options;
  const serverName = serverNameFor(host, options.serverName);
  const examiner = new Examiner({
    destination: { host, port: requireNumber('port', port, 1, 65_535) },
    provider,
    timeoutMs: requireNumber('timeoutMs', timeoutMs, 1, MAX_TIMEOUT),
    concurrency: requireNumber('concurrency', concurrency, 1, MAX_CONCURRENCY),
    signal,
    onProgress,
  });
  const bench: Bench = { examiner, serverName, all };
  const { asked, address } = await examiner.begin('first hello', await plainOffer(bench));
  await requireTls(bench, place({ host, port }), asked);

  const [{ versions, clear }, groups, signatures, hellos] = await Promise.all([
    askVersions(bench),
    askGroups(bench),
    askSignatures(bench),
    askForms(bench, asked.answer),
  ]);
  const [preference, retry, { defaultAnswer, flights }, handshakes, obsoleteGroups] = await Promise.all([
    askPreference(bench, groups, asked.answer),
    askRetry(bench, groups),
    askFlights(bench, groups),
    askHandshakes(
      bench,
      signatures,
      acceptedGroups(groups).map(({ group }) => group),
    ),
    all ? askObsoleteGroups(bench) : undefined,
  ]);
  const results: ProbeResults = {
    groups,
    ...(obsoleteGroups !== undefined && { obsoleteGroups }),
    preference,
    versions,
    signatures,
    hellos,
    retry,
    flights,
    handshakes,
    ...(clear !== undefined && { clearCertificates: describeCertificates(provider, clear) }),
    connections: examiner.connections,
  };
  const facts: ProbeFacts = { results, defaultAnswer, lost: examiner.lost };
  return {
    schema: 1,
    target: { host, port, address, ...(serverName !== undefined && { serverName }) },
    complete: all,
    summary: summarise(facts),
    findings: conclude(facts),
    ...results,
  };
}

/** What goes into server_name: letters of other scripts as DNS has them, and no dot at the end [RFC 6066 §3]. */
function serverNameFor(host: string, asked: string | undefined): string | undefined {
  if (asked === undefined && isIP(host) !== 0) return undefined;
  const name = domainToASCII(asked ?? host).replace(/\.$/u, '');
  if (name === '')
    throw new HybridgeError('invalid_argument', `probe: not a server name: ${asked ?? host}`, {
      fault: 'caller',
    });
  return name;
}

/** Refuses to go on with what does not speak TLS, neither now nor as it was spoken ten years ago. */
async function requireTls(bench: Bench, where: string, { answer, flight }: Asked): Promise<void> {
  if (isAnswered(answer) || flight.alert !== undefined) return;
  const old = await bench.examiner.ask('first hello of TLS 1.2', oldOffer(bench, TLS_1_2));
  if (isAnswered(old.answer) || old.flight.alert !== undefined) return;
  const { reason, verdict } = answer;
  throw new HybridgeError(
    verdict === 'invalid' ? 'invalid_encoding' : 'input_output',
    `${where} does not speak TLS: it ${reason}`,
    {
      fault: 'peer',
      hint: 'is it the right port? some servers answer only when they are asked for by name: give the server name',
    },
  );
}

/** One handshake, and one for each kind of key where the server has several. */
async function askHandshakes(
  { examiner, serverName }: Bench,
  signatures: readonly SignatureReport[],
  groups: readonly string[],
): Promise<readonly HandshakeReport[]> {
  const families = [
    ...new Set(signatures.flatMap(({ family, answer }) => (answer.verdict === 'accepted' ? [family] : []))),
  ];
  const wanted: readonly (SignatureFamily | 'any')[] = ['any', ...(families.length > 1 ? families : [])];
  return Promise.all(
    wanted.map((family) => askHandshake(examiner, { family, groups, families, serverName })),
  );
}
