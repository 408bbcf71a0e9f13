/** Rules on the forms of transition: alternative signatures, related and delta certificates. */
import { findByOid } from '../../registry/index.ts';
import { EXTENSION } from '../oids.ts';
import { isPostQuantum, nameOfKey, nameOfSignature } from '../named-algorithm.ts';
import { type CertificateFacts, inExtension } from './facts.ts';
import { FINE, type Rule, when } from './rule.ts';

const ALTERNATIVE = ['subjectAltPublicKeyInfo', 'altSignatureAlgorithm', 'altSignatureValue'] as const;

function has({ extensions }: CertificateFacts, name: keyof typeof EXTENSION): boolean {
  return extensions.all.some(({ oid }) => oid === EXTENSION[name]);
}

/** Rules on the forms of transition. */
export const TRANSITION_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'catalyst-incomplete',
    subject: 'certificate',
    severity: 'error',
    section: 'X.509 (2019) §9.8',
    description:
      'An alternative signature without its algorithm, or the other way round: the alternative signature cannot be verified.',
    check: (facts) => {
      const algorithm = has(facts, 'altSignatureAlgorithm');
      const value = has(facts, 'altSignatureValue');
      return [
        ...when(
          value && !algorithm,
          inExtension('altSignatureValue'),
          'altSignatureValue without altSignatureAlgorithm',
        ),
        ...when(
          algorithm && !value,
          inExtension('altSignatureAlgorithm'),
          'altSignatureAlgorithm without altSignatureValue',
        ),
      ];
    },
  },
  {
    id: 'catalyst-unsigned-key',
    subject: 'certificate',
    severity: 'warning',
    section: 'X.509 (2019) §9.8',
    description:
      'An alternative key without an alternative signature: it is certified by the classical signature alone.',
    check: (facts) =>
      when(
        has(facts, 'subjectAltPublicKeyInfo') &&
          !has(facts, 'altSignatureAlgorithm') &&
          !has(facts, 'altSignatureValue') &&
          !isPostQuantum(facts.signature.nature),
        inExtension('subjectAltPublicKeyInfo'),
        'an alternative key under no alternative signature',
      ),
  },
  {
    id: 'catalyst-critical',
    subject: 'certificate',
    severity: 'warning',
    section: 'X.509 (2019) §9.8',
    description:
      'An alternative extension is critical: the verifiers for whose sake there is one refuse the certificate.',
    check: ({ extensions }) =>
      ALTERNATIVE.flatMap((name) =>
        when(
          extensions.all.some(({ oid, critical }) => oid === EXTENSION[name] && critical),
          inExtension(name),
          `${name} is critical`,
        ),
      ),
  },
  {
    id: 'catalyst-classical',
    subject: 'certificate',
    severity: 'warning',
    section: 'X.509 (2019) §9.8',
    description: 'The alternative key or signature is one that a quantum computer breaks as well.',
    check: ({ alternativeKey, alternativeSignature }) => [
      ...(alternativeKey?.nature === 'classical'
        ? [{ where: alternativeKey.where, text: `the alternative key is ${nameOfKey(alternativeKey)}` }]
        : FINE),
      ...(alternativeSignature?.nature === 'classical'
        ? [
            {
              where: alternativeSignature.where,
              text: `the alternative signature is by ${nameOfSignature(alternativeSignature)}`,
            },
          ]
        : FINE),
    ],
  },
  {
    id: 'delta-certificate',
    subject: 'certificate',
    severity: 'warning',
    section: 'draft-bonnell-lamps-chameleon-certs-07 (expired April 2026)',
    description: 'A delta certificate descriptor: the form of a draft that has expired.',
    check: (facts) =>
      when(
        has(facts, 'deltaCertificateDescriptor'),
        inExtension('deltaCertificateDescriptor'),
        'a delta certificate descriptor',
      ),
  },
  {
    id: 'related-certificate-hash',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9763 §4.1',
    description:
      'The digest of the related certificate is by a hash that collides or is not known, or it is of another size than that hash has.',
    check: ({ extensions: { relatedCertificate } }) => {
      if (relatedCertificate === undefined) return FINE;
      const { hashAlgorithm, hashValue } = relatedCertificate;
      const where = inExtension('relatedCertificate');
      const descriptor = findByOid(hashAlgorithm.oid).find((entry) => entry.kind === 'hash');
      if (descriptor?.kind !== 'hash') return [{ where, text: `the hash ${hashAlgorithm.oid} is not known` }];
      // The category of a hash is that of its collisions.
      if (descriptor.category === 0) return [{ where, text: `the hash is ${descriptor.name}` }];
      return when(
        descriptor.digestSize !== hashValue.length,
        where,
        `${hashValue.length} bytes; a digest by ${descriptor.name} has ${descriptor.digestSize}`,
      );
    },
  },
];
