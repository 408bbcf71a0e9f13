/** Whole handshakes by `node:tls`: what certificates, ALPN and tickets are is encrypted, and only a client sees it. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

import { HybridgeError, requireNotAborted } from '../../bytes/index.ts';
import { inspectCertificate, parseCertificate } from '../../certificates/index.ts';
import type { Provider } from '../../provider/index.ts';
import { engineGroups, engineHasScheme, NEWER_NODE } from '../engine.ts';
import { posture } from '../posture.ts';
import { signatureSchemeName } from '../schemes.ts';
import type { Examiner } from './examiner.ts';
import type { Destination, Patience } from './line.ts';
import { SCHEMES } from './offer.ts';
import type { Flight, HandshakeReport, ShownCertificate, SignatureFamily } from './report.ts';

const PROTOCOLS = ['h2', 'http/1.1'] as const;
/** Milliseconds that a server has for its tickets once the handshake is complete. */
const TICKET_WAIT = 150;
/** A handshake has four turns, five with a HelloRetryRequest. */
const MAX_TURNS = 16;
/** A chain of a server that goes on for ever is not followed. */
const MAX_CHAIN = 10;

/** Counts what goes over a connection, turn by turn. */
class Counted extends Duplex {
  readonly flights: Flight[] = [];
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#count('server', chunk.length);
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  #count(from: Flight['from'], bytes: number): void {
    const last = this.flights.at(-1);
    if (last?.from === from) this.flights[this.flights.length - 1] = { from, bytes: last.bytes + bytes };
    else if (this.flights.length < MAX_TURNS) this.flights.push({ from, bytes });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#count('client', chunk.length);
    this.#socket.write(chunk, callback);
  }

  override _final(callback: () => void): void {
    this.#socket.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#socket.destroy();
    callback(error);
  }
}

/** Certificates described; one that cannot be read says so in place of its names. */
export function describeCertificates(
  provider: Provider,
  chain: readonly Uint8Array[],
): readonly ShownCertificate[] {
  return chain.map((bytes): ShownCertificate => {
    try {
      const { subject, issuer, validity, key, signature } = inspectCertificate(
        provider,
        parseCertificate(bytes, { strict: false }),
      );
      return {
        subject,
        issuer,
        notAfter: validity.notAfter,
        bytes: bytes.length,
        key: { name: key.name, nature: key.nature },
        signature: { name: signature.name, nature: signature.nature },
      };
    } catch (error) {
      if (!(error instanceof HybridgeError)) throw error;
      const unknown = { name: 'unreadable', nature: 'unknown' } as const;
      const reason = `unreadable: ${error.message}`;
      return {
        subject: reason,
        issuer: '',
        notAfter: '',
        bytes: bytes.length,
        key: unknown,
        signature: unknown,
      };
    }
  });
}

function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < MAX_CHAIN) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

/** What a handshake is to show. */
interface Wish {
  readonly family: SignatureFamily | 'any';
  /** Names of the groups that the server accepts. */
  readonly groups: readonly string[];
  /** The kinds of keys that it proves itself with. */
  readonly families: readonly SignatureFamily[];
  readonly serverName: string | undefined;
}

/** Registered names of the signature schemes of these families that this runtime has. */
function schemesOf(families: readonly SignatureFamily[]): readonly string[] {
  return SCHEMES.filter(({ family, code }) => families.includes(family) && engineHasScheme(code)).map(
    ({ code }) => signatureSchemeName(code),
  );
}

/** The options for this wish, or why this runtime cannot fulfil it. */
function optionsFor({ family, groups, families, serverName }: Wish): ConnectionOptions | string {
  const able = engineGroups().map(({ name }) => name);
  const usable = groups.length === 0 ? able : groups.filter((name) => able.includes(name));
  if (usable.length === 0) return `the server accepts ${groups.join(', ')} and nothing else; ${NEWER_NODE}`;
  const wanted = family === 'any' ? families : [family];
  const schemes = schemesOf(wanted);
  if (wanted.length > 0 && schemes.length === 0)
    return `the server proves itself with ${wanted.join(', ')}, which OpenSSL ${process.versions.openssl} of this Node.js ${process.versions.node} does not verify in TLS`;
  return {
    ecdhCurve: usable.join(':'),
    ...(family !== 'any' && { sigalgs: schemes.join(':') }),
    ...(serverName !== undefined && { servername: serverName }),
    minVersion: 'TLSv1.2',
    // A probe looks, and trusts nobody: what it is shown is reported, whoever signed it.
    ca: [],
    rejectUnauthorized: false,
  };
}

async function complete(
  destination: Destination,
  { timeoutMs, signal }: Patience,
  options: ConnectionOptions,
  provider: Provider,
): Promise<Omit<HandshakeReport, 'family'>> {
  requireNotAborted(signal);
  const limit = AbortSignal.any([
    AbortSignal.timeout(2 * timeoutMs),
    ...(signal === undefined ? [] : [signal]),
  ]);
  const socket = connectTcp(destination);
  const counted = new Counted(socket);
  let tickets = 0;
  const secured = connect({ ...options, socket: counted });
  secured.on('session', () => tickets++);
  secured.on('error', () => undefined);
  try {
    await once(secured, 'secureConnect', { signal: limit });
    const handshake = [...counted.flights];
    await new Promise((resolve) => {
      setTimeout(resolve, TICKET_WAIT);
    });
    requireNotAborted(signal);
    const { group, version, cipher, authentication } = posture(secured);
    const { scheme } = authentication.server;
    const { alpnProtocol } = secured;
    return {
      outcome: 'completed',
      reason: `completed in ${version ?? 'TLS'}`,
      ...(version !== undefined && { version }),
      ...(cipher !== undefined && { cipher }),
      ...(group !== undefined && { group }),
      ...(scheme !== undefined && { scheme }),
      certificates: describeCertificates(provider, chainOf(secured)),
      alpn: typeof alpnProtocol === 'string' ? alpnProtocol : null,
      // Before TLS 1.3 there is a session in any case.
      tickets: version === 'TLSv1.3' ? tickets : secured.getTLSTicket() === undefined ? 0 : 1,
      flights: handshake,
    };
  } catch (error) {
    requireNotAborted(signal);
    const reason = error instanceof Error ? error.message : String(error);
    return {
      outcome: 'refused',
      reason: limit.aborted ? `not complete after ${2 * timeoutMs} ms` : reason,
      flights: counted.flights,
    };
  } finally {
    secured.destroy();
    counted.destroy();
    socket.destroy();
  }
}

/**
 * Completes a handshake, if this runtime can.
 *
 * @throws HybridgeError `aborted`.
 */
export async function askHandshake(examiner: Examiner, wish: Wish): Promise<HandshakeReport> {
  const { family } = wish;
  const options = optionsFor(wish);
  if (typeof options === 'string') return { family, outcome: 'impossible', reason: options };
  const attempt = (extra: ConnectionOptions): Promise<Omit<HandshakeReport, 'family'>> =>
    examiner.turn(`handshake: ${family}`, (destination, patience) =>
      complete(destination, patience, { ...options, ...extra }, examiner.provider),
    );
  const outcome = await attempt({ ALPNProtocols: [...PROTOCOLS] });
  if (outcome.outcome === 'completed') return { family, ...outcome };
  // Some servers fail at protocols that they do not know in place of ignoring them.
  const without = await attempt({});
  return { family, ...(without.outcome === 'completed' ? without : outcome) };
}
