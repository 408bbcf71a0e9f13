/** A hierarchy, a listener over it, and clients that call it. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import {
  type Certificate,
  type GeneralName,
  issueCertificate,
  type Issuer,
  issueSelfSigned,
} from '../../src/certificates/index.ts';
import { createEventStream, type EventStream, type HybridgeEvent } from '../../src/events/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import { namedPolicy, type Policy, type PolicyException } from '../../src/policy/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { createListener } from '../../src/terminator/listener.ts';
import type { Listener, ListenerOptions, Session } from '../../src/terminator/listener-types.ts';
import { type Credential, loadCredential, posture } from '../../src/tls/index.ts';
import { provider, signatureKeys } from '../certificates/fixtures.ts';

/** The moment of the tests: that of the machine, because peers look at their own clocks. */
export const NOW: Date = new Date();
const YEAR = 365;
const validity = { notBefore: new Date(NOW.getTime() - 86_400_000), days: YEAR };

/** What is trusted, what stands between, and who issues. */
export interface Authority {
  readonly root: Certificate;
  readonly intermediate: Certificate;
  readonly issuer: Issuer;
}

const authorities = new Map<string, Promise<Authority>>();

/** A root with an intermediate under it, the same for one label. */
export function authority(
  algorithm: SignatureName = 'ECDSA-P256-SHA256',
  label = 'ours',
): Promise<Authority> {
  const name = `${algorithm} ${label}`;
  const known = authorities.get(name) ?? newAuthority(algorithm, label);
  authorities.set(name, known);
  return known;
}

async function newAuthority(algorithm: SignatureName, label: string): Promise<Authority> {
  const [top, middle] = await Promise.all([
    signatureKeys(algorithm, `${label} root`),
    signatureKeys(algorithm, `${label} intermediate`),
  ]);
  const root = await issueSelfSigned(provider, {
    key: top.privateKey,
    subject: `CN=${label} root`,
    profile: 'ca',
    validity: { notBefore: validity.notBefore, days: 4 * YEAR },
  });
  const intermediate = await issueCertificate(provider, {
    issuer: { certificate: root, key: top.privateKey },
    publicKey: middle.publicKey,
    subject: `CN=${label} intermediate`,
    profile: 'ca',
    pathLength: 0,
    validity: { notBefore: validity.notBefore, days: 2 * YEAR },
  });
  return { root, intermediate, issuer: { certificate: intermediate, key: middle.privateKey } };
}

/** How a credential is made. */
export interface CredentialWish {
  readonly algorithm?: SignatureName;
  readonly names?: readonly GeneralName[];
  readonly profile?: 'tls-client' | 'tls-server';
  readonly by?: Authority;
  readonly days?: number;
  readonly notBefore?: Date;
}

/** A certificate with its intermediate and key; for `localhost` unless told. */
export async function credential({
  algorithm = 'ECDSA-P256-SHA256',
  names = [{ kind: 'dns', name: 'localhost' }],
  profile = 'tls-server',
  by,
  days = 90,
  notBefore = validity.notBefore,
}: CredentialWish = {}): Promise<Credential> {
  const { issuer, intermediate } = by ?? (await authority());
  const { privateKey, publicKey } = await signatureKeys(algorithm, JSON.stringify(names));
  const leaf = await issueCertificate(provider, {
    issuer,
    publicKey,
    subject: profile === 'tls-server' ? 'CN=server' : 'CN=device',
    profile,
    validity: { notBefore, days },
    ...(names.length > 0 && { extensions: { subjectAltName: names } }),
  });
  return loadCredential(provider, {
    certificate: [leaf.toPem(), intermediate.toPem()],
    privateKey: await exportPrivateKey(provider, privateKey, { format: 'pem' }),
  });
}

/** An exception for everybody on this machine, or as told. */
export function exception(wish: Partial<PolicyException> = {}): PolicyException {
  return {
    id: 'old-pumps',
    peers: { network: ['127.0.0.0/8', '::1'] },
    uses: ['key-establishment', 'session-authentication', 'certificate-signature'],
    match: { nature: ['classical'] },
    tlsVersions: ['TLSv1.2'],
    owner: 'Biomedical engineering',
    reason: 'Boot ROM 2.1 knows nothing else.',
    until: '2099-12-31',
    ...wish,
  };
}

/** A policy under which groups are hybrid and certificates may be classical, with exceptions. */
export function policyWith(exceptions: readonly PolicyException[] = [], name = 'ward-7'): Policy {
  const base = namedPolicy('hybrid-preferred');
  return {
    ...base,
    name,
    rules: [
      ...base.rules,
      {
        id: 'hybrid-groups-only',
        uses: ['key-establishment'],
        match: { nature: ['classical'] },
        verdict: 'refuse',
        reason: 'Sessions are recorded today and read later.',
        source: 'house: tests',
      },
    ],
    exceptions,
  };
}

/** A listener that is listening, what it was told and what it tells. */
export interface Listening {
  readonly listener: Listener;
  readonly port: number;
  readonly events: HybridgeEvent[];
  readonly sessions: Session[];
  /** The next event of a type, or one that is there already. */
  readonly event: <Type extends HybridgeEvent['type']>(
    type: Type,
  ) => Promise<Extract<HybridgeEvent, { readonly type: Type }>>;
}

/** Starts a listener that answers with `ok`; it ends with the test. */
export async function listening(
  options: Partial<ListenerOptions> = {},
  onSession: (session: Session) => void = ({ socket }) => socket.end('ok'),
): Promise<Listening> {
  const stream: EventStream = createEventStream();
  const events: HybridgeEvent[] = [];
  const sessions: Session[] = [];
  stream.subscribe((event) => events.push(event));
  const listener = createListener(
    {
      provider,
      policy: policyWith(),
      credentials: options.credentials ?? [await credential()],
      events: stream,
      ...options,
    },
    (session) => {
      sessions.push(session);
      onSession(session);
    },
  );
  onTestFinished(() => listener.close());
  const { port } = await listener.listen({ port: 0, host: '127.0.0.1' });
  const event: Listening['event'] = async (type) => {
    for (let round = 0; round < 200; round++) {
      const found = events.find(
        (one): one is Extract<HybridgeEvent, { type: typeof type }> => one.type === type,
      );
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no ${type} among ${JSON.stringify(events)}`);
  };
  return { listener, port, events, sessions, event };
}

/** What a client got. */
export interface Answer {
  readonly text: string;
  readonly error: (Error & { readonly code?: string }) | undefined;
  readonly group: string | undefined;
  readonly version: string | null;
  readonly reused: boolean;
  /** The last session ticket it was given. */
  readonly ticket: Buffer | undefined;
  readonly alpn: string | false | null;
}

/** Calls with node:tls and reads until the end. */
export async function call(port: number, options: ConnectionOptions = {}): Promise<Answer> {
  const { root } = await authority();
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: root.toPem(), ...options });
  onTestFinished(() => void socket.destroy());
  return answerOf(socket);
}

/** What comes of a client's socket. */
export async function answerOf(socket: TLSSocket): Promise<Answer> {
  let text = '';
  let error: Error | undefined;
  let ticket: Buffer | undefined;
  let facts: Pick<Answer, 'group' | 'reused' | 'version'> = {
    group: undefined,
    reused: false,
    version: null,
  };
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', (one) => (error = one));
  socket.on('session', (one: Buffer) => (ticket = one));
  socket.on('secureConnect', () => {
    const { group } = posture(socket);
    facts = { group, reused: socket.isSessionReused(), version: socket.getProtocol() };
  });
  await closed(socket);
  return { text, error, ticket, alpn: socket.alpnProtocol, ...facts };
}

/** Until a socket is closed, however it came to that. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** A connection in plain TCP. */
export async function plain(port: number, localAddress?: string): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', ...(localAddress !== undefined && { localAddress }) });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closed(socket);
  return Buffer.concat(chunks);
}
