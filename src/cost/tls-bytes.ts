/**
 * The bytes of a TLS 1.3 handshake [RFC 9846 §4, §5], message by message and flight by flight, with the overhead of the
 * records around them. Certificates are described ({@link chainCertificates}); what else varies is in {@link TlsStack}.
 */
import { HybridgeError } from '../bytes/index.ts';
import { KEMS, type KemDescriptor, signature, type SignatureName } from '../registry/index.ts';
import {
  type ChainCertificate,
  chainCertificates,
  DEFAULT_PROFILE,
  dnsNamesOf,
  rootNameBytes,
  signatureBytes,
} from './certificate-size.ts';
import { nearestNames } from './data/index.ts';
import { quantity, type Quantity } from './quantity.ts';
import type { CertificateProfile, TlsHandshakeScenario } from './scenario.ts';
import { SERVER_STACK, type TlsStack, tlsStack } from './tls-stack.ts';

/** One message with the records around it. */
export interface TlsMessage {
  readonly label: string;
  readonly bytes: Quantity<'bytes'>;
}

/** What one side sends before the other says something. */
export interface TlsFlight {
  readonly label: string;
  /** `up` is sent by the device, the client. */
  readonly direction: 'down' | 'up';
  readonly messages: readonly TlsMessage[];
  readonly bytes: Quantity<'bytes'>;
}

/** The bytes of a handshake. */
export interface TlsBytes {
  readonly flights: readonly TlsFlight[];
  readonly up: Quantity<'bytes'>;
  readonly down: Quantity<'bytes'>;
  /** What the server sends once the handshake is over: two tickets, or one after a resumption. Not in `down`. */
  readonly tickets: Quantity<'bytes'>;
  /** The largest handshake message that the client receives, without records. */
  readonly largestReceived: Quantity<'bytes'>;
  /** All handshake messages, without records: what both sides hash. */
  readonly transcript: Quantity<'bytes'>;
  /** The most that one record brings, with what is around it. */
  readonly largestRecord: Quantity<'bytes'>;
}

/** What a record takes around its content: header, and when encrypted the content type and a tag of 16 bytes. */
const RECORD_HEADER = 5;
const ENCRYPTED_RECORD = RECORD_HEADER + 1 + 16;
/** The most that a record holds [RFC 9846 §5.1]. */
const RECORD_CONTENT = 16_384;
/** What a client asks for that cannot hold such a record; its tag comes last [RFC 6066 §4]. */
export const SMALL_RECORD = 1024;
const CHANGE_CIPHER_SPEC = RECORD_HEADER + 1;

/** Type and length of a message, and of an extension. */
const MESSAGE_HEADER = 4;
const EXTENSION_HEADER = 4;
const RANDOM = 32;
/** SHA-384, of TLS_AES_256_GCM_SHA384: what OpenSSL and wolfSSL prefer. */
const HASH = 48;

/** A number of bytes that is exact, or the one of a figure between bounds: arithmetic on all three. */
interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const exact = (value: number): Range => ({ value, low: value, high: value });
const map = ({ value, low, high }: Range, change: (bytes: number) => number): Range => ({
  value: change(value),
  low: change(low),
  high: change(high),
});
const total = (parts: readonly Range[]): Range => ({
  value: parts.reduce((all, { value }) => all + value, 0),
  low: parts.reduce((all, { low }) => all + low, 0),
  high: parts.reduce((all, { high }) => all + high, 0),
});

/** A message as it stands in the transcript and as it is sent. */
interface Sized {
  readonly label: string;
  readonly message: Range;
  readonly sent: Range;
}

/** The records around a message; `limit` is the most that one of them holds. */
function records(bytes: number, each: number, limit: number): number {
  return bytes + Math.ceil(bytes / limit) * each;
}

const plain = (label: string, message: Range, limit: number): Sized => ({
  label,
  message,
  sent: map(message, (bytes) => records(bytes, RECORD_HEADER, limit)),
});

const encrypted = (label: string, message: Range, limit: number): Sized => ({
  label,
  message,
  sent: map(message, (bytes) => records(bytes, ENCRYPTED_RECORD, limit)),
});

const compatibility: Sized = {
  label: 'change_cipher_spec',
  message: exact(0),
  sent: exact(CHANGE_CIPHER_SPEC),
};

const byName = new Map(
  KEMS.flatMap((descriptor): readonly [string, KemDescriptor][] => {
    const { tlsGroup } = descriptor.identifiers;
    if (tlsGroup === undefined) return [];
    return [descriptor.name, tlsGroup.name, ...descriptor.aliases].map((name) => [
      name.toLowerCase(),
      descriptor,
    ]);
  }),
);

/**
 * A group of TLS by the name that TLS has for it, or the registry.
 *
 * @throws HybridgeError `unknown_algorithm`, with the nearest names as hint.
 */
export function tlsGroup(name: string): KemDescriptor {
  const found = byName.get(name.toLowerCase());
  if (found !== undefined) return found;
  const known = [
    ...new Set([...byName.values()].map((group) => group.identifiers.tlsGroup?.name ?? group.name)),
  ];
  const near = nearestNames(name, known);
  throw new HybridgeError('unknown_algorithm', `TLS has no group ${name.slice(0, 64)}`, {
    fault: 'caller',
    hint: `${near.length > 0 ? 'did you mean' : 'known are'} ${(near.length > 0 ? near : known).join(', ')}`,
  });
}

/** The size of a client's share, and of the server's answer to it; those of groups of TLS are fixed. */
const shareOf = ({ sizes, name }: KemDescriptor): number => {
  if (typeof sizes.publicKey !== 'number')
    throw new HybridgeError('internal', `${name}: a key share of no fixed size`);
  return sizes.publicKey;
};

/** Contents of max_fragment_length, which the server repeats. */
const MAX_FRAGMENT_LENGTH = 1;

interface Hello {
  readonly stack: TlsStack;
  readonly serverName: string;
  readonly groups: readonly KemDescriptor[];
  readonly share: KemDescriptor;
  /** The ticket that is offered, in bytes. */
  readonly ticket: Range | undefined;
  readonly smallRecords: boolean;
}

function clientHello({ stack, serverName, groups, share, ticket, smallRecords }: Hello): Range {
  const fixed = MESSAGE_HEADER + 2 + RANDOM + 1 + stack.sessionId + 2 + 2 * stack.cipherSuites + 2 + 2;
  const hasCurve = groups.some(({ kind }) => kind === 'key-agreement');
  const extensions = [
    1 + 2 + 2 + serverName.length,
    2 + 2 * groups.length,
    2 + 2 * stack.signatureSchemes,
    1 + 2 * stack.versions,
    1 + stack.pskModes,
    2 + 2 + 2 + shareOf(share),
    ...Array.from({ length: stack.emptyExtensions }, () => 0),
    ...(hasCurve && stack.pointFormats > 0 ? [stack.pointFormats] : []),
    ...(smallRecords ? [MAX_FRAGMENT_LENGTH] : []),
  ].map((content) => EXTENSION_HEADER + content);
  const rest = fixed + extensions.reduce((all, one) => all + one, 0);
  if (ticket === undefined) return exact(rest);
  // Identities with their ages, and binders [RFC 9846 §4.2.11].
  return map(ticket, (bytes) => rest + EXTENSION_HEADER + 2 + (2 + bytes + 4) + 2 + (1 + HASH));
}

/** A ServerHello or HelloRetryRequest: key_share holds an answer, or only the name of the group asked for. */
function serverHello(client: TlsStack, answer: number | undefined, resumes: boolean): number {
  const fixed = MESSAGE_HEADER + 2 + RANDOM + 1 + client.sessionId + 2 + 1 + 2;
  const version = EXTENSION_HEADER + 2;
  const share = EXTENSION_HEADER + 2 + (answer === undefined ? 0 : 2 + answer);
  return fixed + version + share + (resumes ? EXTENSION_HEADER + 2 : 0);
}

const encryptedExtensions = (smallRecords: boolean): number =>
  MESSAGE_HEADER + 2 + (smallRecords ? EXTENSION_HEADER + MAX_FRAGMENT_LENGTH : 0);
const FINISHED = MESSAGE_HEADER + HASH;

/** With the name of the one CA whose certificates the server takes. */
function certificateRequest(caName: number): number {
  const schemes = EXTENSION_HEADER + 2 + 2 * SERVER_STACK.signatureSchemes;
  const authorities = EXTENSION_HEADER + 2 + 2 + caName;
  return MESSAGE_HEADER + 1 + 2 + schemes + authorities;
}

function certificateMessage(chain: readonly ChainCertificate[]): Range {
  const entries = chain.map(({ bytes }) => map(bytes, (one) => 3 + one + 2));
  return map(total(entries), (bytes) => MESSAGE_HEADER + 1 + 3 + bytes);
}

function certificateVerify(name: SignatureName): Range {
  return map(signatureBytes(name), (bytes) => MESSAGE_HEADER + 2 + 2 + bytes);
}

/**
 * A ticket of OpenSSL: key name, initialisation vector and MAC around the encrypted session, which holds the client's
 * certificate too where there was one.
 */
function opensslTicket(clientLeaf: Range | undefined): Range {
  const size = (session: number): number => 16 + 16 + 16 * (Math.floor(session / 16) + 1) + 32;
  const session = clientLeaf === undefined ? exact(140) : map(clientLeaf, (leaf) => 145 + leaf);
  // The rest of a session is a few bytes longer or shorter, as its times are.
  const { value, low, high } = map(session, size);
  return { value, low: low - 16, high: high + 16 };
}

/** Lifetime, age, nonce, ticket, no extensions [RFC 9846 §4.6.1]. */
const newSessionTicket = (ticket: Range): Range =>
  map(ticket, (bytes) => MESSAGE_HEADER + 4 + 4 + 9 + 2 + bytes + 2);

/** Who meets with what. */
interface Meeting {
  readonly client: TlsStack;
  readonly group: KemDescriptor;
  /** The group of the first share; the other one with HelloRetryRequest. */
  readonly first: KemDescriptor;
  readonly serverName: string;
  readonly scenario: TlsHandshakeScenario;
}

/** The other group of a HelloRetryRequest: a hybrid one before a curve, a curve before anything newer. */
export function firstGroup(group: KemDescriptor): KemDescriptor {
  return tlsGroup(group.kind === 'key-agreement' ? 'X25519MLKEM768' : 'X25519');
}

function meetingOf(scenario: TlsHandshakeScenario): Meeting {
  const group = tlsGroup(scenario.group);
  return {
    client: tlsStack(scenario.stack ?? 'openssl-3.6'),
    group,
    first: scenario.helloRetry === true ? firstGroup(group) : group,
    serverName: dnsNamesOf(scenario.profile)[0] ?? '',
    scenario,
  };
}

/** The certificates of a side, leaf first. */
export function chainOf(
  scenario: TlsHandshakeScenario,
  side: 'client' | 'server',
): readonly ChainCertificate[] {
  return chainCertificates({
    signature: signerOf(scenario, side),
    intermediates: scenario.chain,
    side,
    profile: scenario.profile,
  });
}

/** What a side signs with. */
export function signerOf(
  { signature: servers, clientSignature = servers }: TlsHandshakeScenario,
  side: 'client' | 'server',
): SignatureName {
  return side === 'server' ? servers : clientSignature;
}

/** Certificate and CertificateVerify of a side. */
function authentication(
  scenario: TlsHandshakeScenario,
  side: 'client' | 'server',
  limit: number,
): readonly Sized[] {
  return [
    encrypted('Certificate', certificateMessage(chainOf(scenario, side)), limit),
    encrypted('CertificateVerify', certificateVerify(signerOf(scenario, side)), limit),
  ];
}

/** The most that a record holds once both sides have agreed. */
function recordLimit({ incrementalParsing = false }: TlsHandshakeScenario): number {
  return incrementalParsing ? SMALL_RECORD : RECORD_CONTENT;
}

interface SizedFlight {
  readonly label: string;
  readonly direction: 'down' | 'up';
  readonly messages: readonly Sized[];
}

function flightsOf({ client, group, first, serverName, scenario }: Meeting): readonly SizedFlight[] {
  const { mutual, resumption, helloRetry = false, chain, profile, incrementalParsing = false } = scenario;
  const limit = recordLimit(scenario);
  const clientLeaf = mutual ? chainOf(scenario, 'client')[0]?.bytes : undefined;
  const offered = {
    stack: client,
    serverName,
    groups: helloRetry ? [first, group] : [group],
    ticket: resumption ? opensslTicket(clientLeaf) : undefined,
    smallRecords: incrementalParsing,
  };
  // Nothing is agreed on when it is sent: its records are as large as any.
  const hello = (share: KemDescriptor): Sized =>
    plain('ClientHello', clientHello({ ...offered, share }), RECORD_CONTENT);
  const clientSpec = client.changesCipherSpec ? [compatibility] : [];
  const finished = encrypted('Finished', exact(FINISHED), limit);
  const retry: readonly SizedFlight[] = [
    {
      label: 'HelloRetryRequest',
      direction: 'down',
      messages: [
        plain('HelloRetryRequest', exact(serverHello(client, undefined, false)), limit),
        compatibility,
      ],
    },
    { label: 'second ClientHello', direction: 'up', messages: [...clientSpec, hello(group)] },
  ];
  return [
    { label: 'ClientHello', direction: 'up', messages: [hello(first)] },
    ...(helloRetry ? retry : []),
    {
      label: 'server flight',
      direction: 'down',
      messages: [
        plain('ServerHello', exact(serverHello(client, group.sizes.ciphertext, resumption)), limit),
        ...(helloRetry ? [] : [compatibility]),
        encrypted('EncryptedExtensions', exact(encryptedExtensions(incrementalParsing)), limit),
        ...(mutual && !resumption
          ? [encrypted('CertificateRequest', exact(certificateRequest(rootNameBytes(chain, profile))), limit)]
          : []),
        ...(resumption ? [] : authentication(scenario, 'server', limit)),
        finished,
      ],
    },
    {
      label: 'client flight',
      direction: 'up',
      messages: [
        ...(helloRetry ? [] : clientSpec),
        ...(mutual && !resumption ? authentication(scenario, 'client', limit) : []),
        finished,
      ],
    },
  ];
}

/** Whether TLS has a number for the signature; without one there are no handshakes to count. */
export function hasTlsScheme(name: SignatureName): boolean {
  return signature(name).identifiers.tlsSignature !== undefined;
}

/** Signatures whose handshakes were counted. */
const COUNTED: ReadonlySet<string> = new Set(['ecdsa', 'eddsa', 'ml-dsa', 'rsa']);

const counted = new WeakMap<CertificateProfile, Map<string, TlsBytes>>();

/** Handshakes that are remembered for a profile; a fleet has fewer. */
const MOST_COUNTED = 1000;

/** Everything of a scenario but its profile. */
function keyOf(scenario: TlsHandshakeScenario): string {
  const { group, signature: server, clientSignature, chain, mutual, resumption } = scenario;
  const { helloRetry, incrementalParsing, stack } = scenario;
  return [
    group,
    server,
    clientSignature,
    chain,
    mutual,
    resumption,
    helloRetry,
    incrementalParsing,
    stack,
  ].join('\n');
}

/**
 * The bytes of a handshake, both directions, tickets apart. Exact where signatures have one size.
 *
 * @throws {@link HybridgeError} `unknown_algorithm` for a group or signature that nobody knows; `invalid_argument` for a
 * chain that cannot be; `unsupported` for a signature without a size of its own.
 *
 * @example
 * ```ts
 * import { tlsBytes } from 'hybridge/cost';
 *
 * const { up, down, flights } = tlsBytes({
 *   kind: 'tls-handshake',
 *   group: 'X25519MLKEM768',
 *   signature: 'ML-DSA-65',
 *   chain: 1,
 *   mutual: false,
 *   resumption: false,
 * });
 * console.log(up.value, down.value, flights.map(({ label }) => label));
 * ```
 */
export function tlsBytes(scenario: TlsHandshakeScenario): TlsBytes {
  const { profile = DEFAULT_PROFILE } = scenario;
  let ofProfile = counted.get(profile);
  if (ofProfile === undefined) counted.set(profile, (ofProfile = new Map<string, TlsBytes>()));
  const key = keyOf(scenario);
  const before = ofProfile.get(key);
  if (before !== undefined) return before;
  const made = countBytes(scenario);
  if (ofProfile.size >= MOST_COUNTED) ofProfile.clear();
  ofProfile.set(key, made);
  return made;
}

function countBytes(scenario: TlsHandshakeScenario): TlsBytes {
  const meeting = meetingOf(scenario);
  const { client } = meeting;
  const countedHere = (['server', 'client'] as const).every((side) =>
    COUNTED.has(signature(signerOf(scenario, side)).kind),
  );
  const bytes = (range: Range, because: string): Quantity<'bytes'> =>
    quantity(
      range.value,
      'bytes',
      { status: countedHere ? 'derived' : 'estimate', sources: [client.source], because },
      range.low,
      range.high,
    );
  const flights = flightsOf(meeting);
  const sentBy = (direction: 'down' | 'up'): Range =>
    total(
      flights.flatMap((flight) =>
        flight.direction === direction ? flight.messages.map(({ sent }) => sent) : [],
      ),
    );
  const received = flights
    .filter(({ direction }) => direction === 'down')
    .flatMap(({ messages }) => messages.map(({ message }) => message));
  const largest = received.reduce((a, b) => (b.value > a.value ? b : a), exact(0));
  const ticket = newSessionTicket(
    opensslTicket(scenario.mutual ? chainOf(scenario, 'client')[0]?.bytes : undefined),
  );
  const tickets = total(
    Array.from(
      { length: scenario.resumption ? 1 : 2 },
      () => encrypted('NewSessionTicket', ticket, recordLimit(scenario)).sent,
    ),
  );
  return {
    flights: flights.map(({ label, direction, messages }) => ({
      label,
      direction,
      messages: messages.map((one) => ({
        label: one.label,
        bytes: bytes(one.sent, `${one.label} with its records`),
      })),
      bytes: bytes(total(messages.map(({ sent }) => sent)), `${label} of ${client.title}`),
    })),
    up: bytes(sentBy('up'), 'all that the client sends until the handshake is over'),
    down: bytes(
      sentBy('down'),
      'all that the server sends until the handshake is over, tickets not included',
    ),
    tickets: bytes(tickets, 'tickets of OpenSSL, which hold the session and the certificate of the client'),
    largestReceived: bytes(largest, 'the largest message of the server'),
    largestRecord: bytes(
      map(largest, (one) => ENCRYPTED_RECORD + Math.min(one, recordLimit(scenario))),
      'the largest record of the server, which is worth nothing before its tag has come',
    ),
    transcript: bytes(
      total(flights.flatMap(({ messages }) => messages.map(({ message }) => message))),
      'all handshake messages',
    ),
  };
}
