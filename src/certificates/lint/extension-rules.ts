/** Rules on extensions: usages, constraints, identifiers, purposes. */
import type { ExtensionName, KeyUsage } from '../extension.ts';
import { extensionName } from '../extensions.ts';
import { usagesOf } from '../key-rules.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import { KEY_KIND, type KeyFacts, nameOfKey } from '../named-algorithm.ts';
import { type CertificateFacts, inExtension } from './facts.ts';
import { FINE, type Rule, when } from './rule.ts';

const KEY_USAGE = inExtension('keyUsage');
const BASIC_CONSTRAINTS = inExtension('basicConstraints');

/** Usages that keys serve whose algorithm has no identifier of its own. */
const SHARED_KEY_USAGES: ReadonlyMap<
  string,
  { readonly allowed: readonly KeyUsage[]; readonly section: string }
> = new Map([
  [
    KEY_KIND.ec,
    {
      allowed: [
        'digitalSignature',
        'contentCommitment',
        'keyAgreement',
        'keyCertSign',
        'cRLSign',
        'encipherOnly',
        'decipherOnly',
      ],
      section: 'RFC 8813 §3',
    },
  ],
  [
    KEY_KIND.rsa,
    {
      allowed: [
        'digitalSignature',
        'contentCommitment',
        'keyEncipherment',
        'dataEncipherment',
        'keyCertSign',
        'cRLSign',
      ],
      section: 'RFC 3279 §2.3.1',
    },
  ],
  [
    KEY_KIND.pss,
    {
      allowed: ['digitalSignature', 'contentCommitment', 'keyCertSign', 'cRLSign'],
      section: 'RFC 4055 §1.2',
    },
  ],
]);

function usageRuleOf({
  identifier,
  descriptor,
}: KeyFacts): { readonly allowed: readonly KeyUsage[]; readonly section: string } | undefined {
  const shared = SHARED_KEY_USAGES.get(identifier.oid);
  if (shared !== undefined) return shared;
  const allowed = usagesOf(identifier);
  if (allowed === undefined || descriptor === undefined) return undefined;
  switch (descriptor.kind) {
    case 'ml-dsa':
    case 'hash-ml-dsa':
      return { allowed, section: 'RFC 9881 §5' };
    case 'slh-dsa':
    case 'hash-slh-dsa':
      return { allowed, section: 'RFC 9909 §6' };
    case 'ml-kem':
      return { allowed, section: 'RFC 9935 §5' };
    case 'composite-signature':
      return { allowed, section: 'draft-ietf-lamps-pq-composite-sigs-19 §5.2' };
    case 'composite-kem':
      return { allowed, section: 'draft-ietf-lamps-pq-composite-kem-21 §5.2' };
    case 'eddsa':
    case 'key-agreement':
      return { allowed, section: 'RFC 8410 §5' };
    case 'stateful-hash':
      return { allowed, section: 'RFC 9802 §5' };
    default:
      return { allowed, section: descriptor.reference };
  }
}

/** Extensions whose criticality the standard settles; `should` is a recommendation. */
const CRITICALITY: readonly {
  readonly name: ExtensionName;
  readonly critical: boolean;
  readonly should?: true;
  readonly section: string;
}[] = [
  { name: 'authorityKeyIdentifier', critical: false, section: 'RFC 5280 §4.2.1.1' },
  { name: 'subjectKeyIdentifier', critical: false, section: 'RFC 5280 §4.2.1.2' },
  { name: 'keyUsage', critical: true, should: true, section: 'RFC 5280 §4.2.1.3' },
  { name: 'policyMappings', critical: true, should: true, section: 'RFC 5280 §4.2.1.5' },
  { name: 'issuerAltName', critical: false, should: true, section: 'RFC 5280 §4.2.1.7' },
  { name: 'nameConstraints', critical: true, section: 'RFC 5280 §4.2.1.10' },
  { name: 'policyConstraints', critical: true, section: 'RFC 5280 §4.2.1.11' },
  { name: 'crlDistributionPoints', critical: false, should: true, section: 'RFC 5280 §4.2.1.13' },
  { name: 'inhibitAnyPolicy', critical: true, section: 'RFC 5280 §4.2.1.14' },
  { name: 'freshestCrl', critical: false, section: 'RFC 5280 §4.2.1.15' },
  { name: 'authorityInfoAccess', critical: false, section: 'RFC 5280 §4.2.2.1' },
  { name: 'subjectInfoAccess', critical: false, section: 'RFC 5280 §4.2.2.2' },
  { name: 'relatedCertificate', critical: false, should: true, section: 'RFC 9763 §4.1' },
];

function wrongCriticality({ extensions }: CertificateFacts, should: boolean) {
  return CRITICALITY.filter((row) => (row.should === true) === should).flatMap(
    ({ name, critical, section }) => {
      const extension = extensions.all.find(({ oid }) => oid === EXTENSION[name]);
      return when(
        extension !== undefined && extension.critical !== critical,
        inExtension(name),
        `${name} is ${critical ? 'not critical' : 'critical'}`,
        section,
      );
    },
  );
}

/** Extensions that mean something in certificates of CAs alone. */
const OF_CAS: readonly ExtensionName[] = [
  'nameConstraints',
  'policyConstraints',
  'policyMappings',
  'inhibitAnyPolicy',
];

/** Extensions of CRLs and their entries, which a certificate has no use for. */
const OF_CRLS: readonly ExtensionName[] = [
  'crlNumber',
  'reasonCode',
  'invalidityDate',
  'deltaCrlIndicator',
  'issuingDistributionPoint',
  'certificateIssuer',
];

/** Purposes that a signature serves [RFC 5280 §4.2.1.12]. */
const SIGNING_PURPOSES: ReadonlyMap<string, string> = new Map([
  [PURPOSE.clientAuth, 'clientAuth'],
  [PURPOSE.codeSigning, 'codeSigning'],
  [PURPOSE.timeStamping, 'timeStamping'],
  [PURPOSE.ocspSigning, 'OCSPSigning'],
]);
const SERVER_PURPOSE: ReadonlyMap<string, string> = new Map([
  ...SIGNING_PURPOSES,
  [PURPOSE.serverAuth, 'serverAuth'],
]);

/** Purposes that need a signature of this key, and that it is not for. */
function unservedPurposes({ extensions, key, ca }: CertificateFacts): readonly string[] {
  const { extendedKeyUsage = [], keyUsage } = extensions;
  if (ca) return [];
  const signs = key.descriptor?.use !== 'kem';
  // RSA key transport and static ECDH served TLS 1.2 servers without a signature.
  const purposes = signs && key.nature === 'classical' ? SIGNING_PURPOSES : SERVER_PURPOSE;
  const named = extendedKeyUsage.flatMap((purpose) => purposes.get(purpose) ?? []);
  if (!signs) return named;
  const may = keyUsage === undefined || keyUsage.includes('digitalSignature');
  return may ? [] : named.filter((name) => name !== 'clientAuth' || !keyUsage.includes('keyAgreement'));
}

function duplicatesOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Rules on extensions. */
export const EXTENSION_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'extension-unknown-critical',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2',
    description:
      'A critical extension that is not known here: verifiers that do not know it refuse the certificate.',
    check: ({ extensions }) =>
      extensions.all
        .filter(({ oid, critical }) => critical && extensionName(oid) === undefined)
        .map(({ oid }) => ({ where: inExtension(oid), text: `${oid} is critical` })),
  },
  {
    id: 'extension-of-crl',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §5.2',
    description: 'An extension of CRLs or their entries in a certificate, where it means nothing.',
    check: ({ extensions }) =>
      OF_CRLS.filter((name) => extensions[name] !== undefined).map((name) => ({
        where: inExtension(name),
        text: `${name} in a certificate`,
      })),
  },
  {
    id: 'extension-of-ca',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.10',
    description: 'Constraints on names or policies in a certificate that is not of a CA.',
    check: ({ extensions, ca }) =>
      ca
        ? FINE
        : OF_CAS.filter((name) => extensions[name] !== undefined).map((name) => ({
            where: inExtension(name),
            text: `${name} in a certificate that is not of a CA`,
          })),
  },
  {
    id: 'criticality',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2',
    description: 'An extension is critical that must not be, or is not that must be.',
    check: (facts) => wrongCriticality(facts, false),
  },
  {
    id: 'criticality-unusual',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2',
    description: 'An extension is critical that should not be, or is not that should be.',
    check: (facts) => wrongCriticality(facts, true),
  },
  {
    id: 'basic-constraints-not-critical',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.9',
    description: 'The basic constraints of a CA are not critical: a verifier may pass over them.',
    check: ({ extensions, ca }) =>
      when(
        ca && extensions.all.some(({ oid, critical }) => oid === EXTENSION.basicConstraints && !critical),
        BASIC_CONSTRAINTS,
        'basicConstraints of a CA is not critical',
      ),
  },
  {
    id: 'path-length-without-ca',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.9',
    description:
      'A path length in a certificate that is not of a CA, or of one that must not sign certificates.',
    check: ({ extensions: { basicConstraints, keyUsage }, ca }) =>
      when(
        basicConstraints?.pathLength !== undefined && (!ca || keyUsage?.includes('keyCertSign') === false),
        BASIC_CONSTRAINTS,
        `pathLenConstraint ${basicConstraints?.pathLength ?? ''} ${ca ? 'without keyCertSign' : 'without cA'}`,
      ),
  },
  {
    id: 'key-cert-sign-without-ca',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.9',
    description:
      'keyCertSign on a certificate that does not say it is a CA: verifiers that only look at usages let it issue.',
    check: ({ extensions: { keyUsage }, ca }) =>
      when(!ca && keyUsage?.includes('keyCertSign') === true, KEY_USAGE, 'keyCertSign without cA'),
  },
  {
    id: 'ca-without-key-usage',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.3',
    description: 'A CA without key usage.',
    check: ({ extensions, ca }) =>
      when(
        ca && !extensions.all.some(({ oid }) => oid === EXTENSION.keyUsage),
        KEY_USAGE,
        'a CA without keyUsage',
      ),
  },
  {
    id: 'ca-without-key-cert-sign',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.3',
    description: 'A CA whose key must not sign certificates.',
    check: ({ extensions: { keyUsage }, ca }) =>
      when(ca && keyUsage?.includes('keyCertSign') === false, KEY_USAGE, 'a CA without keyCertSign'),
  },
  {
    id: 'ca-without-crl-sign',
    subject: 'certificate',
    severity: 'notice',
    section: 'RFC 5280 §4.2.1.3',
    description: 'A CA whose key must not sign CRLs: another one has to revoke what it issues.',
    check: ({ extensions: { keyUsage }, ca }) =>
      when(
        ca && keyUsage?.includes('keyCertSign') === true && !keyUsage.includes('cRLSign'),
        KEY_USAGE,
        'a CA without cRLSign',
      ),
  },
  {
    id: 'key-usage',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9881 §5',
    description:
      'A usage that the algorithm of the key cannot serve, such as encipherment by ML-DSA or signatures by ML-KEM.',
    check: ({ extensions: { keyUsage = [] }, key }) => {
      const rule = usageRuleOf(key);
      const wrong = keyUsage.filter((usage) => rule?.allowed.includes(usage) === false);
      return when(
        wrong.length > 0,
        KEY_USAGE,
        `${wrong.join(', ')}, and the key is ${nameOfKey(key)}`,
        rule?.section,
      );
    },
  },
  {
    id: 'key-usage-undefined',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.3',
    description: 'encipherOnly or decipherOnly without keyAgreement, where they have no meaning.',
    check: ({ extensions: { keyUsage = [] } }) =>
      when(
        (keyUsage.includes('encipherOnly') || keyUsage.includes('decipherOnly')) &&
          !keyUsage.includes('keyAgreement'),
        KEY_USAGE,
        'encipherOnly or decipherOnly without keyAgreement',
      ),
  },
  {
    id: 'purpose-without-usage',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.12',
    description:
      'A purpose that takes a signature, by a key that cannot sign or must not: TLS 1.3 with an ML-KEM key, code signing without digitalSignature.',
    check: (facts) => {
      const purposes = unservedPurposes(facts);
      return when(
        purposes.length > 0,
        inExtension('extendedKeyUsage'),
        facts.key.descriptor?.use === 'kem'
          ? `${purposes.join(', ')}, and the key is ${nameOfKey(facts.key)}, which cannot sign`
          : `${purposes.join(', ')} without digitalSignature`,
      );
    },
  },
  {
    id: 'purpose-any',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.12',
    description: 'anyExtendedKeyUsage: the certificate restricts nothing, whatever else it lists.',
    check: ({ extensions: { extendedKeyUsage = [] } }) =>
      when(
        extendedKeyUsage.includes(PURPOSE.any),
        inExtension('extendedKeyUsage'),
        extendedKeyUsage.length === 1
          ? 'anyExtendedKeyUsage'
          : `anyExtendedKeyUsage beside ${extendedKeyUsage.length - 1} others`,
      ),
  },
  {
    id: 'time-stamping',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 3161 §2.3',
    description: 'A time stamping certificate whose purpose is not critical or not the only one.',
    check: ({ extensions, ca }) => {
      const { extendedKeyUsage = [], all } = extensions;
      const critical = all.some((one) => one.oid === EXTENSION.extendedKeyUsage && one.critical);
      return when(
        !ca && extendedKeyUsage.includes(PURPOSE.timeStamping) && (!critical || extendedKeyUsage.length > 1),
        inExtension('extendedKeyUsage'),
        critical ? 'timeStamping beside other purposes' : 'timeStamping is not critical',
      );
    },
  },
  {
    id: 'entries-duplicate',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.4',
    description: 'A purpose or a policy is listed twice.',
    check: ({ extensions: { extendedKeyUsage = [], certificatePolicies = [] } }) => [
      ...duplicatesOf(extendedKeyUsage).map((oid) => ({
        where: inExtension('extendedKeyUsage'),
        text: `the purpose ${oid} comes twice`,
        section: 'RFC 5280 §4.2.1.12',
      })),
      ...duplicatesOf(certificatePolicies.map(({ policy }) => policy)).map((oid) => ({
        where: inExtension('certificatePolicies'),
        text: `the policy ${oid} comes twice`,
      })),
    ],
  },
  {
    id: 'subject-key-identifier-missing',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.2',
    description: 'A CA without subject key identifier: verifiers cannot tell its certificates apart by key.',
    check: ({ extensions, ca }) =>
      when(
        ca && !extensions.all.some(({ oid }) => oid === EXTENSION.subjectKeyIdentifier),
        inExtension('subjectKeyIdentifier'),
        'a CA without subjectKeyIdentifier',
      ),
  },
  {
    id: 'authority-key-identifier-missing',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.1',
    description:
      'No authority key identifier, or none with a key identifier: several keys of one issuer must be tried.',
    check: ({ extensions, selfIssued }) =>
      when(
        !selfIssued &&
          extensions.authorityKeyIdentifier?.keyIdentifier === undefined &&
          // A malformed one is told by another rule.
          (extensions.authorityKeyIdentifier !== undefined ||
            !extensions.all.some(({ oid }) => oid === EXTENSION.authorityKeyIdentifier)),
        inExtension('authorityKeyIdentifier'),
        'the issuer’s key is not identified',
      ),
  },
];
