/** Policies as text: the golden tables of the suite and docs/policies.md. */
import {
  describeMatch,
  describeVerdict,
  explainPolicy,
  type Judgement,
  judge,
  legacyUntil,
  namedPolicy,
  type Policy,
  type PolicyException,
  POLICY_NAMES,
  timeline,
  type Use,
  USES,
} from '../../src/policy/index.ts';
import { algorithm, type AlgorithmName } from '../../src/registry/index.ts';

/** Days around every date that the named policies mention. */
const GOLDEN_DATES = ['2026-11-21', '2027-01-01', '2030-12-31', '2031-01-01', '2036-01-01'] as const;

const rulesOf = ({ reasons }: Judgement): string => reasons.map(({ rule }) => rule).join('+');

/** One line per use and algorithm: the verdict on each date, then the rules behind the verdicts in time order. */
export function goldenTable(policy: Policy): string {
  const lines = [`${policy.name}, version ${String(policy.version)} of ${policy.date}`];
  const { algorithms } = explainPolicy(policy);
  for (const use of USES) {
    lines.push('', `${use.padEnd(44)}${GOLDEN_DATES.map((date) => date.padEnd(12)).join('')}rules`);
    for (const { algorithm: name, judgements } of algorithms.filter((row) => row.use === use)) {
      const verdicts = GOLDEN_DATES.map(
        (date) => judge(policy, use, algorithm(name), new Date(date)).verdict,
      );
      const cells = verdicts.map((verdict) => verdict.padEnd(12)).join('');
      lines.push(`  ${name.padEnd(42)}${cells}${judgements.map(rulesOf).join(' > ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The `exceptions` of a policy file; a test reads it. */
export const EXCEPTION: { readonly exceptions: readonly [PolicyException] } = {
  exceptions: [
    {
      id: 'pump-bootrom-21',
      peers: { network: ['192.0.2.0/24', '2001:db8:7::/48'] },
      uses: ['key-establishment', 'session-authentication'],
      match: { name: ['P-256', 'ECDSA-P256-SHA256'] },
      tlsVersions: ['TLSv1.2'],
      owner: 'Biomedical engineering, ext. 4711',
      reason: 'Boot ROM 2.1 of the pumps knows nothing else; they are replaced by the end of 2029.',
      until: '2029-12-31',
    },
  ],
};

const EXAMPLE = legacyUntil('2029-12-31');

/** What people ask for first, by use. */
const OVERVIEW: readonly { readonly use: Use; readonly algorithms: readonly AlgorithmName[] }[] = [
  {
    use: 'key-establishment',
    algorithms: [
      'X25519MLKEM768',
      'SecP384r1MLKEM1024',
      'MLKEM768-X25519',
      'MLKEM768-X25519-SHA3-256',
      'ML-KEM-768',
      'ML-KEM-1024',
      'X25519',
      'P-256',
      'P-384',
      'RSA2048-OAEP-SHA256',
    ],
  },
  ...(
    [
      'session-authentication',
      'certificate-signature',
      'signature-create',
      'signature-verify',
      'firmware-signature',
    ] as const
  ).map((use) => ({
    use,
    algorithms: [
      'MLDSA65-Ed25519-SHA512',
      'ML-DSA-65',
      'ML-DSA-87',
      'SLH-DSA-SHA2-128s',
      'HSS/LMS',
      'Ed25519',
      'ECDSA-P256-SHA256',
      'ECDSA-P384-SHA384',
      'RSA2048-PSS-SHA256',
    ] as const,
  })),
  { use: 'hash', algorithms: ['SHA-256', 'SHA-384', 'SHA-224', 'SHA-1'] },
  { use: 'aead', algorithms: ['AES-256-GCM', 'AES-128-GCM', 'ChaCha20-Poly1305'] },
];

function cell(policy: Policy, use: Use, name: AlgorithmName): string {
  let text = '';
  for (const { verdict, since } of timeline(policy, use, algorithm(name)))
    if (text === '') text = verdict;
    else if (!text.endsWith(verdict) && since !== undefined) text += `, from ${since} ${verdict}`;
  // The second of two equal verdicts differs in its reasons only.
  return text;
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

function section(policy: Policy, title: string): readonly string[] {
  return [
    `## ${title}`,
    '',
    `Version ${String(policy.version)}, ${policy.date}. ${policy.description}`,
    '',
    ...table(
      ['rule', 'verdict', 'about', 'uses', 'reason', 'source'],
      policy.rules.map((rule) => [
        `\`${rule.id}\``,
        describeVerdict(rule),
        describeMatch(rule.match),
        rule.uses.join(', '),
        rule.reason,
        rule.source,
      ]),
    ),
    '',
    'Preference among what is permitted:',
    '',
    ...policy.preference.flatMap(({ uses, order, reason, source }) => [
      `- **${uses.join(', ')}**: ${order.map(describeMatch).join(' → ')}. ${reason} (${source})`,
    ]),
    '',
  ];
}

/** The text of docs/policies.md. */
export function policiesDocument(): string {
  const policies = [...POLICY_NAMES.map((name) => namedPolicy(name)), EXAMPLE];
  return [
    '# Named policies',
    '',
    '<!-- Generated from src/policy/named by `npm run golden`, and compared by `npm run check:golden`. Do not edit. -->',
    '',
    'A policy says what may be used for what, and until when. What no rule allows is refused; obsolete algorithms are refused by every policy, with their replacement. Days begin and end in UTC, and the day named after "until" is included. As time moves on a verdict can only get stricter. The rules of the format are in [decision 0006](decisions/0006-policy.md).',
    '',
    'These are readings of published documents by people who write software, not legal advice; where the document is a draft, the source says so.',
    '',
    '## Exceptions',
    '',
    'None of the named policies has exceptions. A policy of your own can permit single peers, for a time, what it refuses everybody else: by network, server name, JA4 fingerprint or identity, with an owner, a reason and a last day.',
    '',
    '```json',
    ...JSON.stringify(EXCEPTION, undefined, 2).split('\n'),
    '```',
    '',
    'What it permits is judged `warn`, with the exception as the reason; what is allowed anyway is not touched; what is obsolete stays refused. `hybridge policy exceptions --policy FILE` lists them with the days left, `--store FILE` adds when each was last needed.',
    '',
    '## Overview',
    '',
    ...OVERVIEW.flatMap(({ use, algorithms }) => [
      `### ${use}`,
      '',
      ...table(
        ['algorithm', ...policies.map(({ name }) => name)],
        algorithms.map((name) => [name, ...policies.map((policy) => cell(policy, use, name))]),
      ),
      '',
    ]),
    ...POLICY_NAMES.flatMap((name) => section(namedPolicy(name), name)),
    ...section(EXAMPLE, 'legacy-until(date), here with 2029-12-31'),
  ].join('\n');
}
