/** A TLS 1.3 handshake of a device as client: bytes, time step by step, RAM in its worst phase, flash. */
import { signature, type KemDescriptor, type SignatureName } from '../registry/index.ts';
import { assemble, type JudgedAlgorithm } from './assemble.ts';
import { chainCertificates, publicKeyBytes, rootNameBytes } from './certificate-size.ts';
import { ifKnown, type Optional, trustAnchor, verifyChain } from './chain-work.ts';
import type { Context } from './context.ts';
import type { CostOperation } from './data/types.ts';
import {
  flightSteps,
  type MovedFlight,
  moveFlights,
  radioTimes,
  roundTripSteps,
  shownFlights,
} from './exchange.ts';
import {
  aeadLatency,
  codeOf,
  hashLatency,
  implementationsOf,
  larger,
  latencyOf,
  stackOf,
  type Use,
} from './implementation.ts';
import { constant } from './latency.ts';
import { objectsOf, storedPrivateKey } from './objects.ts';
import type { Need, Prediction, Step } from './prediction.ts';
import { type Figure, quantity, scale, sum } from './quantity.ts';
import type { TlsHandshakeScenario } from './scenario.ts';
import {
  chainOf,
  firstGroup,
  hasTlsScheme,
  signerOf,
  SMALL_RECORD,
  type TlsBytes,
  tlsBytes,
  tlsGroup,
} from './tls-bytes.ts';
import { clientFlash } from './tls-footprint.ts';
import { tlsStack } from './tls-stack.ts';

/** What is done with a group's share when the answer has come. */
const answering = (group: KemDescriptor): CostOperation =>
  group.kind === 'key-agreement' ? 'agree' : 'decaps';

/** A server-class core signs and encapsulates in well under a millisecond, and may be busy. */
const SERVER_TIME = constant(
  quantity(
    1,
    'ms',
    { status: 'estimate', because: 'one encapsulation and one signature of a server' },
    0.2,
    10,
  ),
);

/**
 * Transcript hash, secrets, traffic keys and what a library keeps around them; 0.5 kB are the hash (208), five secrets of
 * 48 bytes and two AES-256 key schedules.
 */
const STATE: Need['items'][number] = {
  label: 'TLS state',
  bytes: quantity(
    1024,
    'bytes',
    {
      status: 'estimate',
      because: 'transcript hash, secrets and traffic keys are 0.9 kB; libraries keep more',
    },
    900,
    4096,
  ),
};

/** The pieces of the question that everything else follows from. */
interface Question {
  readonly context: Context;
  readonly scenario: TlsHandshakeScenario;
  readonly group: KemDescriptor;
  /** The groups that the device makes key pairs for: that of the share that is refused comes first. */
  readonly shares: readonly KemDescriptor[];
  readonly server: SignatureName;
  readonly client: SignatureName;
  readonly bytes: TlsBytes;
}

/** What the device must be able to do. */
function usesOf({ scenario, group, shares, server, client }: Question): readonly Use[] {
  const keys: readonly Use[] = [
    ...shares.map(({ name }): Use => ({ algorithm: name, operation: 'keygen' })),
    { algorithm: group.name, operation: answering(group) },
  ];
  if (scenario.resumption) return keys;
  return [
    ...keys,
    { algorithm: server, operation: 'verify' },
    ...(scenario.mutual ? [{ algorithm: client, operation: 'sign' } as const] : []),
  ];
}

function cpu(context: Context, algorithm: string, operation: CostOperation, label?: string): Step {
  return {
    label: label ?? `${algorithm} ${operation}`,
    kind: 'cpu',
    time: latencyOf(context, algorithm, operation),
  };
}

/** What the client computes between the flight of the server and its own. */
function answerSteps({ context, scenario, group, server, client, bytes }: Question): Optional {
  const transcript = Math.round(bytes.transcript.value);
  const parts: Optional[] = [
    { steps: [cpu(context, group.name, answering(group))], missing: [] },
    ifKnown('decryption of records', aeadLatency(context, AEAD, transcript), transcript),
    ifKnown('hash of the transcript', hashLatency(context, HASH, transcript), transcript),
  ];
  if (!scenario.resumption) {
    const chain = chainOf(scenario, 'server');
    const sizes = sum(
      'bytes',
      chain.map((one) => one.bytes),
      'the certificates of the server',
    );
    parts.push(verifyChain(context, server, chain.length, sizes), {
      steps: [cpu(context, server, 'verify', `${server} verify: handshake`)],
      missing: [],
    });
    if (scenario.mutual) parts.push({ steps: [cpu(context, client, 'sign')], missing: [] });
  }
  return {
    steps: parts.flatMap(({ steps }) => steps),
    missing: parts.flatMap(({ missing }) => missing),
  };
}

/** The cipher suite whose bytes are counted: OpenSSL and wolfSSL prefer it. */
const SUITE = 'TLS_AES_256_GCM_SHA384';
const AEAD = 'AES-256-GCM';
const HASH = 'SHA-384';

function stepsOf(
  question: Question,
  flights: readonly MovedFlight[],
  answer: readonly Step[],
): readonly Step[] {
  const { context, shares } = question;
  const { link } = context;
  const connect =
    link?.kind === 'stream' && link.transport === 'tcp' ? roundTripSteps(context, 'TCP connect') : [];
  const server: Step = { label: 'server computes', kind: 'peer', time: SERVER_TIME };
  // Flights alternate and the device begins: what it computes before each of its own.
  const before = [...shares.map(({ name }) => [cpu(context, name, 'keygen')]), answer];
  const moved = flights.flatMap((flight, index): readonly Step[] => {
    if (flight.direction === 'down')
      // The round trip is that of the question and its answer together.
      return [
        ...roundTripSteps(context, 'round trip'),
        ...(link === undefined ? [] : [server]),
        ...flightSteps(flight),
      ];
    return [...(before[index / 2] ?? []), ...flightSteps(flight)];
  });
  return [...connect, ...moved];
}

/** What RAM holds at one time. */
interface Phase {
  readonly title: string;
  readonly items: Need['items'];
}

function phasesOf({ context, scenario, group, server, client, bytes }: Question): readonly Phase[] {
  const { incrementalParsing = false, mutual, resumption } = scenario;
  const operation = answering(group);
  const keyExchange: Phase = {
    title: 'the key exchange',
    items: [
      STATE,
      ...objectsOf(group.name, operation),
      {
        label: 'stack',
        bytes: larger(stackOf(context, group.name, 'keygen'), stackOf(context, group.name, operation)),
      },
      { label: 'ClientHello or ServerHello', bytes: helloBytes(bytes) },
    ],
  };
  if (resumption) return [keyExchange];
  const verification: Phase = {
    title: 'checking the server',
    items: [
      STATE,
      ...(incrementalParsing
        ? objectsOf(server, 'verify')
        : [{ label: `${server} public key of the issuer`, bytes: publicKey(server) }]),
      { label: 'stack', bytes: stackOf(context, server, 'verify') },
      incrementalParsing
        ? { label: 'record', bytes: bytes.largestRecord }
        : { label: 'largest message of the server', bytes: bytes.largestReceived },
    ],
  };
  if (!mutual) return [keyExchange, verification];
  const signing: Phase = {
    title: 'signing',
    items: [
      STATE,
      ...objectsOf(client, 'sign'),
      { label: 'stack', bytes: stackOf(context, client, 'sign') },
      OWN_RECORD,
    ],
  };
  return [keyExchange, verification, signing];
}

const publicKey = (name: SignatureName): Figure<'bytes'> =>
  quantity(publicKeyBytes(signature(name)), 'bytes', {
    status: 'published',
    because: signature(name).reference,
  });

function sentMessages({ flights }: TlsBytes, label: string): readonly Figure<'bytes'>[] {
  return flights.flatMap(({ messages }) =>
    messages.filter((one) => one.label === label).map((one) => one.bytes),
  );
}

function helloBytes(bytes: TlsBytes): Figure<'bytes'> {
  const [first, ...more] = [...sentMessages(bytes, 'ClientHello'), ...sentMessages(bytes, 'ServerHello')];
  return first === undefined
    ? quantity(0, 'bytes', { status: 'derived', because: 'no hello' })
    : more.reduce(larger, first);
}

/** Its certificates lie in flash, and it chooses how much of them it sends at a time. */
const OWN_RECORD: Need['items'][number] = {
  label: 'record being sent',
  bytes: quantity(
    SMALL_RECORD,
    'bytes',
    { status: 'estimate', because: 'certificates are sent from flash, a record of this size at a time' },
    512,
    4096,
  ),
};

/** The phase that needs most; one of which that is not known counts as such, for it may be. */
function worstPhase(phases: readonly Phase[], fallback: Phase): Phase {
  const size = ({ items }: Phase): number =>
    items.reduce((all, { bytes }) => all + (bytes.known ? bytes.high : Infinity), 0);
  return phases.reduce((worst, phase) => (size(phase) > size(worst) ? phase : worst), fallback);
}

function storedItems({ scenario, server, client }: Question): Need['items'] {
  const { mutual, resumption, chain, profile } = scenario;
  if (resumption) return [];
  const anchor = trustAnchor(server, rootNameBytes(chain, profile));
  if (!mutual) return [anchor];
  const own = chainCertificates({ signature: client, intermediates: chain, side: 'client', profile });
  return [
    anchor,
    {
      label: 'own certificates',
      bytes: sum(
        'bytes',
        own.map(({ bytes }) => bytes),
        'the chain of the device',
      ),
    },
    { label: 'own private key', bytes: storedPrivateKey(signature(client)) },
  ];
}

function algorithmsOf({ scenario, group, server, client }: Question): readonly JudgedAlgorithm[] {
  if (scenario.resumption) return [{ algorithm: group.name, use: 'key-establishment' }];
  return [
    { algorithm: group.name, use: 'key-establishment' },
    { algorithm: server, use: 'session-authentication' },
    { algorithm: server, use: 'certificate-signature' },
    ...(scenario.mutual && client !== server
      ? ([
          { algorithm: client, use: 'session-authentication' },
          { algorithm: client, use: 'certificate-signature' },
        ] as const)
      : []),
  ];
}

/** What a question is called. */
function titleOf({ context, scenario, group, server, client }: Question): string {
  const { chain, mutual, resumption, helloRetry } = scenario;
  const name = group.identifiers.tlsGroup?.name ?? group.name;
  const how = resumption
    ? 'resumed'
    : `${server}, ${String(chain)} ${chain === 1 ? 'intermediate' : 'intermediates'}${mutual ? `, client with ${client}` : ''}`;
  return `TLS 1.3 with ${name}, ${how}${helloRetry === true ? ', HelloRetryRequest' : ''} on ${context.device.title}`;
}

function assumptionsOf(
  { context, scenario, server, client, bytes }: Question,
  missing: readonly string[],
  phase: Phase,
): readonly string[] {
  const { link } = context;
  const { resumption, mutual, incrementalParsing = false } = scenario;
  const withoutNumber = [...new Set(mutual ? [server, client] : [server])].filter(
    (name) => !hasTlsScheme(name),
  );
  return [
    `Messages as ${tlsStack(scenario.stack ?? 'openssl-3.6').title} sends them, offering one group${scenario.helloRetry === true ? ' and the one that was refused' : ''}; ${SUITE}, neither OCSP staple nor SCTs, no certificate compression.`,
    `${String(Math.round(bytes.tickets.value))} bytes of tickets come after it and are not counted${mutual ? '; each holds the certificate of the device, which it sends back when it resumes' : ''}.`,
    `RAM is that of ${phase.title}, the phase that needs most; keys of the others are gone by then.`,
    incrementalParsing
      ? `Records hold ${String(SMALL_RECORD)} bytes [RFC 6066 §4].`
      : 'The largest message of the server is held whole while it is checked.',
    ...(link === undefined || (link.kind === 'stream' && link.transport === 'tcp')
      ? []
      : [carriage(link.kind)]),
    `The device computes ${AEAD} and ${HASH} over the messages; the key schedule, a few dozen short hashes, is not counted.`,
    ...(resumption ? ['Where the ticket that is offered is kept between sessions is not counted.'] : []),
    'The time ends when the device may send what it has to say; certificates are checked when all of them have come.',
    ...(missing.length === 0
      ? []
      : [`Not counted, for the data has no time of it on this core: ${missing.join('; ')}.`]),
    ...(resumption || withoutNumber.length === 0
      ? []
      : [`TLS has no number for ${withoutNumber.join(' and ')}: nobody can negotiate this handshake today.`]),
  ];
}

function carriage(kind: 'can-fd' | 'frames' | 'lora' | 'stream'): string {
  return kind === 'stream'
    ? 'Bytes are those of TLS records; QUIC has packets of its own in their place, which take about as much.'
    : 'Bytes are those of TLS records on the link as it is: headers of DTLS or of a transport come on top.';
}

/** On QUIC and on links of frames the bytes of records are an estimate of what is around the messages. */
function carried({ link }: Context, figure: Figure<'bytes'>): Figure<'bytes'> {
  if (link === undefined || (link.kind === 'stream' && link.transport === 'tcp')) return figure;
  return scale(figure, 1, 'bytes', figure.because, 'estimate');
}

/**
 * What a TLS 1.3 handshake takes, with the device as client.
 *
 * @throws HybridgeError `unknown_algorithm` for a group or signature, `invalid_argument` for a chain or name that cannot
 * be, `unsupported` for a signature without a size of its own.
 */
export function predictTlsHandshake(context: Context, scenario: TlsHandshakeScenario): Prediction {
  const group = tlsGroup(scenario.group);
  const question: Question = {
    context,
    scenario,
    group,
    shares: scenario.helloRetry === true ? [firstGroup(group), group] : [group],
    server: signerOf(scenario, 'server'),
    client: signerOf(scenario, 'client'),
    bytes: tlsBytes(scenario),
  };
  const { bytes } = question;
  const flights = moveFlights(
    context,
    bytes.flights.map((flight) => ({ ...flight, bytes: carried(context, flight.bytes) })),
  );
  const answer = answerSteps(question);
  const [first, ...more] = phasesOf(question);
  const phase = worstPhase(more, first ?? { title: 'nothing', items: [] });
  const uses = usesOf(question);
  return assemble(context, {
    title: titleOf(question),
    items: bytes.flights.flatMap(({ direction, messages }) =>
      messages.map((one) => ({ label: one.label, direction, bytes: carried(context, one.bytes) })),
    ),
    flights: shownFlights(flights),
    steps: stepsOf(question, flights, answer.steps),
    missing: answer.missing,
    ram: phase.items,
    flash: [...clientFlash(context, scenario.resumption, codeOf(context, uses)), ...storedItems(question)],
    ...radioTimes(flights),
    implementations: implementationsOf(context, uses),
    assumptions: assumptionsOf(question, answer.missing, phase),
    algorithms: algorithmsOf(question),
  });
}
