/** What a policy says of the algorithms in a certificate. */
import { judge, type Use, type Verdict } from '../../policy/index.ts';
import type { KeyDescriptor, ObsoleteDescriptor } from '../../registry/index.ts';
import { PURPOSE } from '../oids.ts';
import type { CertificateFacts } from './facts.ts';
import { type Complaint, FINE, type Rule } from './rule.ts';

/** What a key is used for, from what the certificate says of it. */
function useOf({ ca, extensions, key }: CertificateFacts): Use {
  const { extendedKeyUsage = [], keyUsage } = extensions;
  if (ca) return 'certificate-signature';
  if (key.descriptor?.use === 'kem') return 'key-establishment';
  if (keyUsage !== undefined && !keyUsage.some((usage) => SIGNATURE_USAGES.has(usage)))
    return 'key-establishment';
  if (extendedKeyUsage.includes(PURPOSE.codeSigning)) return 'firmware-signature';
  if (extendedKeyUsage.includes(PURPOSE.serverAuth) || extendedKeyUsage.includes(PURPOSE.clientAuth))
    return 'session-authentication';
  return 'signature-verify';
}

const SIGNATURE_USAGES: ReadonlySet<string> = new Set([
  'digitalSignature',
  'contentCommitment',
  'keyCertSign',
  'cRLSign',
]);

interface Judged {
  readonly where: string;
  readonly use: Use;
  readonly subject: KeyDescriptor | ObsoleteDescriptor | undefined;
}

function judgedIn(facts: CertificateFacts): readonly Judged[] {
  const { key, signature, selfIssued } = facts;
  const use = useOf(facts);
  const wanted = use === 'key-establishment' ? 'kem' : 'signature';
  const ofKey = key.algorithms.find((one) => one.use === wanted) ?? key.descriptor ?? key.obsolete;
  return [
    // The signature of a root on itself is relied upon by nobody.
    ...(selfIssued && facts.ca
      ? []
      : [
          {
            where: signature.where,
            use: 'certificate-signature' as const,
            subject: signature.descriptor ?? signature.obsolete,
          },
        ]),
    { where: key.where, use, subject: ofKey },
  ];
}

function verdicts(facts: CertificateFacts, wanted: Verdict): readonly Complaint[] {
  const { policy: dated } = facts;
  if (dated === undefined) return FINE;
  const { policy, at } = dated;
  return judgedIn(facts).flatMap(({ where, use, subject }) => {
    if (subject === undefined) return FINE;
    const { verdict, reasons } = judge(policy, use, subject, at);
    if (verdict !== wanted) return FINE;
    return [
      {
        where,
        text: `${subject.name} for ${use}: ${reasons.map(({ text }) => text).join(' ')}`,
        section: `policy ${policy.name}, ${reasons.map(({ rule }) => rule).join(', ')}`,
      },
    ];
  });
}

/** Rules that ask a policy; without one they are silent. */
export const POLICY_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'policy-refuses',
    subject: 'certificate',
    severity: 'error',
    section: 'the policy given',
    description:
      'The policy that was given refuses the algorithm of the signature or of the key at the date given.',
    check: (facts) => verdicts(facts, 'refuse'),
  },
  {
    id: 'policy-warns',
    subject: 'certificate',
    severity: 'warning',
    section: 'the policy given',
    description:
      'The policy that was given permits the algorithm of the signature or of the key with a warning.',
    check: (facts) => verdicts(facts, 'warn'),
  },
];
