/** What the policy suites ask about, and policies made at random. */
import fc from 'fast-check';

import {
  type DualSignature,
  dualSignature,
  findPolicy,
  type IsoDate,
  type Match,
  namedPolicy,
  type PeerFacts,
  type PeerMatch,
  type Policy,
  type PolicyException,
  POLICY_NAMES,
  type Preference,
  type Rule,
  type Subject,
  type Use,
  USES,
} from '../../src/policy/index.ts';
import {
  ALGORITHMS,
  type AlgorithmDescriptor,
  HASHES,
  KEMS,
  OBSOLETE,
  signature,
  SIGNATURES,
} from '../../src/registry/index.ts';

export const LEGACY: Policy = namedPolicy('legacy-until(2029-12-31)');

/** Every named policy, and one of the dated family. */
export const POLICIES: readonly Policy[] = [...POLICY_NAMES.map((name) => namedPolicy(name)), LEGACY];

export const DUALS: readonly DualSignature[] = [
  dualSignature(signature('ECDSA-P256-SHA256'), signature('ML-DSA-65')),
  dualSignature(signature('RSA2048-PKCS15-SHA256'), signature('ML-DSA-87')),
  dualSignature(signature('Ed25519'), signature('SLH-DSA-SHA2-128s')),
  dualSignature(signature('ECDSA-P384-SHA384'), signature('HSS/LMS')),
];

/** Everything that can be judged. */
export const SUBJECTS: readonly Subject[] = [...ALGORITHMS, ...DUALS, ...OBSOLETE];

export function policyNamed(name: string): Policy {
  const policy = findPolicy(name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}

/** Uses that a descriptor can serve. */
const usesOf = (descriptor: { readonly use: AlgorithmDescriptor['use'] }): readonly Use[] =>
  descriptor.use === 'kem'
    ? ['key-establishment']
    : descriptor.use === 'signature'
      ? [
          'session-authentication',
          'certificate-signature',
          'signature-create',
          'signature-verify',
          'firmware-signature',
        ]
      : [descriptor.use];

/** A use, and what can serve it for the most part; now and then anything at all. */
const aSubjectFor = (use: Use): fc.Arbitrary<Subject> => {
  const fitting = SUBJECTS.filter((subject) => 'use' in subject && usesOf(subject).includes(use));
  return fc.oneof(
    { arbitrary: fc.constantFrom(...fitting), weight: 9 },
    { arbitrary: fc.constantFrom(...SUBJECTS), weight: 1 },
  );
};

// Half of all questions are about keys and secrets, where there is most to choose from.
const aUse: fc.Arbitrary<Use> = fc.oneof(fc.constantFrom<Use>('key-establishment'), fc.constantFrom(...USES));

/** A question to a policy. */
export const aQuestion: fc.Arbitrary<{ readonly use: Use; readonly subject: Subject }> = aUse.chain((use) =>
  aSubjectFor(use).map((subject) => ({ use, subject })),
);

/** Two offers and one more algorithm, for one use. */
export const aMeeting: fc.Arbitrary<{
  readonly use: Use;
  readonly ours: readonly Subject[];
  readonly theirs: readonly Subject[];
  readonly extra: Subject;
}> = aUse.chain((use) =>
  fc
    .record({
      common: fc.array(aSubjectFor(use), { maxLength: 4 }),
      mine: fc.array(aSubjectFor(use), { maxLength: 4 }),
      others: fc.array(aSubjectFor(use), { maxLength: 4 }),
      extra: aSubjectFor(use),
    })
    .map(({ common, mine, others, extra }) => ({
      use,
      ours: [...mine, ...common],
      theirs: [...common, ...others],
      extra,
    })),
);

const FIRST = Date.parse('2020-01-01');
const LAST = Date.parse('2045-12-31');
export const anInstant: fc.Arbitrary<Date> = fc
  .integer({ min: FIRST, max: LAST })
  .map((milliseconds) => new Date(milliseconds));

const aDay: fc.Arbitrary<IsoDate> = anInstant.map((date) => date.toISOString().slice(0, 10) as IsoDate);

const someOf = <T>(values: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });

/** A match that holds for the descriptor: some of its own fields, with other values beside. */
function matchOf(descriptor: AlgorithmDescriptor): fc.Arbitrary<Match> {
  const with_ = <T>(own: T, others: readonly T[]): fc.Arbitrary<readonly T[]> =>
    fc
      .uniqueArray(fc.constantFrom(...others), { maxLength: 2 })
      .map((more) => [own, ...more.filter((value) => value !== own)]);
  return fc.record(
    {
      nature: with_(descriptor.nature, ['classical', 'post-quantum', 'hybrid']),
      kind: with_(
        descriptor.kind,
        ALGORITHMS.map(({ kind }) => kind),
      ),
      name: with_(
        descriptor.name,
        ALGORITHMS.map(({ name }) => name),
      ),
      category: fc.constant({ atLeast: descriptor.category }),
      stateful: fc.constant(descriptor.stateful),
      status: fc.constant(['draft', 'standard'] as const),
      ...('hash' in descriptor
        ? {
            hash: with_(
              descriptor.hash,
              HASHES.map(({ name }) => name),
            ),
          }
        : {}),
      ...('modulusBits' in descriptor
        ? { modulusBits: fc.constant({ atMost: descriptor.modulusBits }) }
        : {}),
      ...('postQuantum' in descriptor
        ? {
            postQuantum: with_(
              descriptor.postQuantum,
              [...KEMS, ...SIGNATURES].map(({ name }) => name),
            ),
          }
        : {}),
    },
    { requiredKeys: [] },
  );
}

const live = ALGORITHMS.filter(({ status }) => status !== 'obsolete');

const aRule: fc.Arbitrary<Rule> = fc.constantFrom(...live).chain((descriptor) =>
  fc
    .record({
      match: matchOf(descriptor),
      uses: someOf(usesOf(descriptor)),
      day: fc.option(aDay, { nil: undefined }),
      verdict: fc.constantFrom('allow', 'allow', 'warn', 'refuse'),
      number: fc.nat(),
    })
    .map(({ match, uses, day, verdict, number }): Rule => {
      const base = { id: `rule-${String(number)}`, uses, match, reason: 'made up', source: 'made up' };
      if (verdict === 'allow') return { ...base, verdict, until: day };
      return { ...base, verdict, from: day };
    }),
);

const aPreference: fc.Arbitrary<Preference> = fc.constantFrom(...live).chain((descriptor) =>
  fc.record({
    uses: someOf(usesOf(descriptor)),
    order: fc.array(matchOf(descriptor), { minLength: 1, maxLength: 3 }),
    reason: fc.constant('made up'),
    source: fc.constant('made up'),
  }),
);

/** A permission for nearly everything, so that the other rules have something to restrict. */
const broad = (until: IsoDate | undefined): Rule => ({
  id: 'broad',
  uses: USES,
  match: {},
  verdict: 'allow',
  until,
  reason: 'made up',
  source: 'made up',
});

/** Networks near the addresses of {@link someFacts}, so that exceptions and peers meet. */
const aNetwork: fc.Arbitrary<string> = fc.constantFrom(
  '192.0.2.0/24',
  '192.0.2.128/25',
  '192.0.2.7',
  '128.0.0.0/1',
  '198.51.100.0/23',
  '2001:db8::/32',
  '2001:db8:0:1::/64',
  '2001:db8::7',
  '::/1',
);

/** What may be known of a peer. */
export const someFacts: fc.Arbitrary<PeerFacts> = fc.record(
  {
    address: fc.constantFrom(
      '192.0.2.7',
      '192.0.2.200',
      '::ffff:192.0.2.7',
      '198.51.101.1',
      '2001:db8::7',
      '::1',
    ),
    serverName: fc.constantFrom(
      'a.old.example',
      'A.Old.Example.',
      'old.example',
      'x.a.old.example',
      'new.example',
    ),
    ja4: fc.constantFrom('t13d1516h2_8daaf6152771_02713d6af862', 't12i050500_000000000000_ffffffffffff'),
    identities: fc.uniqueArray(
      fc.constantFrom(
        'uri:urn:dev:ops:pump-17',
        'uri:urn:dev:ops:pump-',
        'dns:Pump-17.example',
        'dns:gate.example',
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const aPeerMatch: fc.Arbitrary<PeerMatch> = fc
  .record(
    {
      network: fc.uniqueArray(aNetwork, { minLength: 1, maxLength: 3 }),
      serverName: fc.uniqueArray(fc.constantFrom('*.old.example', 'old.example', 'new.example'), {
        minLength: 1,
        maxLength: 2,
      }),
      ja4: fc.constant(['t13d1516h2_8daaf6152771_02713d6af862']),
      identity: fc.uniqueArray(
        fc.constantFrom('uri:urn:dev:ops:pump-*', 'uri:*ops*17', 'dns:pump-17.example', 'dns:*.EXAMPLE'),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  )
  .filter((match) => Object.keys(match).length > 0);

const anException: fc.Arbitrary<PolicyException> = fc.constantFrom(...live).chain((descriptor) =>
  fc
    .record({
      number: fc.nat(),
      peers: aPeerMatch,
      match: fc.oneof(fc.constant({}), matchOf(descriptor)),
      uses: fc.oneof(fc.constant(USES), someOf(usesOf(descriptor))),
      until: aDay,
      old: fc.boolean(),
    })
    .map(({ number, peers, match, uses, until, old }) => ({
      id: `exception-${String(number)}`,
      peers,
      uses,
      match,
      ...(old ? { tlsVersions: ['TLSv1.2' as const] } : {}),
      owner: 'made up',
      reason: 'made up',
      until,
    })),
);

/** Any policy that the format admits. */
export const aPolicy: fc.Arbitrary<Policy> = fc.record({
  name: fc.constant('made-up'),
  version: fc.integer({ min: 1, max: 9 }),
  date: aDay,
  description: fc.constant('made up'),
  rules: fc
    .tuple(
      fc.uniqueArray(aRule, { maxLength: 12, selector: ({ id }) => id }),
      fc.option(aDay, { nil: undefined }),
      fc.boolean(),
    )
    .map(([rules, until, withBroad]) => (withBroad ? [...rules, broad(until)] : rules)),
  preference: fc.array(aPreference, { maxLength: 1 }),
  exceptions: fc.uniqueArray(anException, { maxLength: 3, selector: ({ id }) => id }),
});

/** A policy that comes with Hybridge, or any other. */
export const anyPolicy: fc.Arbitrary<Policy> = fc.oneof(fc.constantFrom(...POLICIES), aPolicy);
