/** From what a server did to what it means for whoever runs it. Pure: facts in, conclusions out. */
import type { PostureNature } from '../../events/index.ts';
import { isAnswered } from './bench.ts';
import { acceptedGroups } from './groups.ts';
import type {
  Finding,
  FindingId,
  FindingSeverity,
  HelloForm,
  ProbeAnswer,
  ProbeReport,
  ProbeSummary,
  ShownCertificate,
} from './report.ts';

/** The answers of a server: a report without its conclusions. */
export type ProbeResults = Omit<ProbeReport, 'complete' | 'findings' | 'schema' | 'summary' | 'target'>;

/** What conclusions are drawn from. */
export interface ProbeFacts {
  readonly results: ProbeResults;
  /** What a client of today gets. */
  readonly defaultAnswer: ProbeAnswer;
  /** Connections that were not taken. */
  readonly lost: number;
}

/** Stronger first: a hybrid holds as long as either half does. */
const STRENGTH: readonly PostureNature[] = ['hybrid', 'post-quantum', 'classical', 'unknown'];

function strongest(natures: readonly PostureNature[]): PostureNature {
  return STRENGTH.find((nature) => natures.includes(nature)) ?? 'unknown';
}

const isQuantumSafe = (nature: PostureNature): boolean => nature === 'hybrid' || nature === 'post-quantum';

/** All leaves that were seen. */
function leaves({ handshakes, clearCertificates }: ProbeResults): readonly ShownCertificate[] {
  return [...handshakes.map(({ certificates }) => certificates?.[0]), clearCertificates?.[0]].filter(
    (leaf) => leaf !== undefined,
  );
}

/** What the server can prove itself with: signatures that it accepted to make, and keys that it showed. */
function authentication(results: ProbeResults): PostureNature {
  return strongest([
    ...results.signatures.flatMap(({ nature, answer }) => (answer.verdict === 'accepted' ? [nature] : [])),
    ...leaves(results).map(({ key }) => key.nature),
  ]);
}

const KEY_EXCHANGE: Readonly<Record<PostureNature, string>> = {
  hybrid: 'hybrid key exchange',
  'post-quantum': 'post-quantum key exchange',
  classical: 'classical key exchange only',
  unknown: 'no key exchange found',
};

const CREDENTIALS: Readonly<Record<PostureNature, string>> = {
  hybrid: 'hybrid certificates',
  'post-quantum': 'post-quantum certificates',
  classical: 'classical certificates',
  unknown: 'certificates not seen',
};

/** What a server does, in short. */
export function summarise({ results, defaultAnswer }: ProbeFacts): ProbeSummary {
  const { groups, versions, clearCertificates } = results;
  const accepted = acceptedGroups(groups);
  // TLS 1.2 has nothing but classical key exchange.
  const keyExchange = strongest([
    ...accepted.map(({ nature }) => nature),
    ...(clearCertificates === undefined ? [] : ['classical' as const]),
  ]);
  const proof = authentication(results);
  const { group, verdict } = defaultAnswer;
  return {
    keyExchange,
    authentication: proof,
    ...(verdict === 'accepted' && group !== undefined && { defaultGroup: group }),
    versions: versions.flatMap(({ version, answer }) => (isAnswered(answer) ? [version] : [])),
    text: `${KEY_EXCHANGE[keyExchange]}, ${CREDENTIALS[proof]}`,
  };
}

const FORMS: Readonly<Record<HelloForm, string>> = {
  large: 'a hello larger than one TCP segment, as every hello with ML-KEM is',
  'two-segments':
    'a hello that arrives in two TCP segments, as every hello with ML-KEM does on the Internet: it, or a middlebox before it, reads once and takes what it got for the whole (see tldr.fail)',
  'two-records': 'a hello in two TLS records, as RFC 9846 §5.1 allows',
  grease: 'values that stand for nothing (GREASE, RFC 8701), which browsers send',
  'unknown-extensions':
    'extensions, groups and schemes that it does not know, which RFC 9846 tells it to ignore',
};

const list = (names: readonly string[]): string => names.join(', ');

/** The conclusions, worst first. */
export function conclude(facts: ProbeFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (severity: FindingSeverity, id: FindingId, text: string): void => {
    findings.push({ id, severity, text });
  };
  const { results } = facts;
  if (results.versions.some(({ answer }) => isAnswered(answer))) {
    aboutKeyExchange(facts, find);
    aboutVersions(results, find);
    aboutHellos(results, find);
    aboutAuthentication(results, find);
    aboutCost(results, find);
  } else
    find(
      'bad',
      'nothing-accepted',
      `accepts no handshake at all: it ${facts.defaultAnswer.reason}; some servers answer only when they are asked for by their name`,
    );
  if (facts.lost > 0)
    find(
      'warning',
      'connections-lost',
      `${facts.lost} connections were not taken: the server, or something before it, limits them; what depends on them is not known`,
    );
  const order: readonly FindingSeverity[] = ['bad', 'warning', 'note', 'good'];
  return findings.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}

type Find = (severity: FindingSeverity, id: FindingId, text: string) => void;

function aboutKeyExchange({ results, defaultAnswer }: ProbeFacts, find: Find): void {
  const { groups, preference, obsoleteGroups = [] } = results;
  const accepted = acceptedGroups(groups);
  const strong = accepted.filter(({ nature }) => isQuantumSafe(nature)).map(({ group }) => group);
  if (strong.length === 0)
    find(
      'bad',
      'classical-only',
      'no hybrid or post-quantum group is accepted: what is recorded today can be read once there is a quantum computer',
    );
  else find('good', 'hybrid-available', `accepts ${list(strong)}`);

  const { bothShares, classicalShares } = preference;
  const isStrong = (group: string | undefined): boolean => group !== undefined && strong.includes(group);
  if (bothShares.verdict === 'retry' && isStrong(bothShares.group))
    find(
      'warning',
      'hybrid-needs-round-trip',
      `clients send key shares of X25519MLKEM768 and x25519, and the server wants ${bothShares.group ?? ''}: every hybrid handshake costs a round trip more`,
    );
  if (strong.length > 0 && bothShares.verdict === 'accepted' && !isStrong(bothShares.group))
    find(
      'warning',
      'classical-preferred',
      `with key shares of X25519MLKEM768 and x25519 the server selects ${bothShares.group ?? 'something classical'}, although it accepts ${list(strong)}`,
    );
  if (strong.length > 0 && classicalShares.verdict === 'accepted' && !isStrong(classicalShares.group))
    find(
      'note',
      'classical-share-taken',
      `a client that offers ${strong[0] ?? ''} but sends a key share of ${classicalShares.group ?? 'a classical group'} alone gets the latter: the server does not ask for the better one`,
    );
  if (classicalShares.verdict === 'retry' && isStrong(classicalShares.group))
    find(
      'note',
      'classical-share-retried',
      `a client that sends classical key shares alone is asked for ${classicalShares.group ?? ''}, at the cost of a round trip`,
    );
  if (!isAnswered(defaultAnswer) && accepted.length > 0)
    find(
      'bad',
      'default-client-refused',
      `clients of today offer X25519MLKEM768, x25519, secp256r1 and secp384r1; the server ${defaultAnswer.reason}`,
    );
  if (obsoleteGroups.length > 0)
    find('warning', 'obsolete-group', `still asks for withdrawn groups: ${list(obsoleteGroups)}`);
  const wrong = new Map<string, Set<string>>();
  for (const { group, keyShare, helloRetry } of groups)
    for (const answer of [keyShare, helloRetry])
      if (answer?.verdict === 'invalid')
        wrong.set(answer.reason, (wrong.get(answer.reason) ?? new Set()).add(group));
  for (const [reason, asked] of wrong)
    find('bad', 'invalid-answer', `breaks the protocol when ${list([...asked])} is offered: it ${reason}`);
}

function aboutVersions({ versions }: ProbeResults, find: Find): void {
  for (const { version, answer, downgradeMark } of versions) {
    const taken = isAnswered(answer);
    if (version === 'TLSv1.3') {
      if (!taken)
        find(
          'bad',
          'tls-1.3-missing',
          `TLS 1.3 is needed for hybrid groups and post-quantum certificates; the server ${answer.reason}`,
        );
      continue;
    }
    if (!taken) continue;
    if (version === 'TLSv1.2')
      find('note', 'tls-1.2-accepted', 'TLS 1.2 is accepted, which has classical key exchange alone');
    else find('bad', 'legacy-version', `${version} is accepted, which RFC 8996 forbids`);
    const modern = versions.some((one) => one.version === 'TLSv1.3' && isAnswered(one.answer));
    if (modern && downgradeMark === false)
      find(
        'warning',
        'downgrade-mark-missing',
        `${version}: the ServerHello lacks the mark by which clients of TLS 1.3 notice a downgrade [RFC 9846]`,
      );
  }
}

function aboutHellos({ hellos, retry, versions }: ProbeResults, find: Find): void {
  for (const { form, tolerated, answer } of hellos)
    if (tolerated === false)
      find('bad', 'hello-form-not-tolerated', `does not take ${FORMS[form]}: it ${answer.reason}`);
  if (!versions.some(({ version, answer }) => version === 'TLSv1.3' && isAnswered(answer))) return;
  const { emptyShares, secondHello, secondHelloUnchanged } = retry;
  if (emptyShares.verdict !== 'retry')
    find(
      'warning',
      'hello-retry-missing',
      `a hello without key shares is to be answered with a HelloRetryRequest; the server ${emptyShares.reason}`,
    );
  else if (secondHello?.verdict !== 'accepted')
    find(
      'bad',
      'hello-retry-unfinished',
      `asks for a key share and does not take it: it ${secondHello?.reason ?? 'asks for no group'}`,
    );
  if (secondHelloUnchanged !== undefined && isAnswered(secondHelloUnchanged))
    find(
      'warning',
      'hello-retry-repeated',
      'goes on after a second hello that lacks the key share it asked for',
    );
}

function aboutAuthentication(results: ProbeResults, find: Find): void {
  const { signatures, handshakes } = results;
  const nature = authentication(results);
  const strong = signatures.filter((one) => one.answer.verdict === 'accepted' && isQuantumSafe(one.nature));
  if (strong.length > 0)
    find(
      'good',
      'post-quantum-authentication',
      `can prove itself with ${list([...new Set(strong.map(({ family }) => family))])}`,
    );
  else if (nature === 'classical')
    find(
      'note',
      'classical-authentication',
      'proves itself with classical signatures alone, which matters once there is a quantum computer, not before',
    );
  for (const { family, outcome, reason } of handshakes)
    if (outcome !== 'completed')
      find(
        'note',
        'certificates-unseen',
        `certificates${family === 'any' ? '' : ` for ${family}`} were not seen, since they are encrypted and no handshake was completed: ${reason}`,
      );
}

function aboutCost({ flights }: ProbeResults, find: Find): void {
  for (const { group, flights: parts, fitsInitialWindow, roundTrips } of flights)
    if (!fitsInitialWindow)
      find(
        'warning',
        'large-server-flight',
        `${group}: the server's flight has ${(parts.at(-1)?.bytes ?? 0).toLocaleString('en-US')} bytes, more than the 14,600 that TCP sends at first: ${roundTrips} round trips`,
      );
}
