/** Rules on algorithms, keys and signatures. */
import { equal, isHybridgeError } from '../../bytes/index.ts';
import { der, readDer } from '../../encoding/index.ts';
import { findByOid, type KeyDescriptor, signature, type Size } from '../../registry/index.ts';
import {
  isPostQuantum,
  KEY_KIND,
  type KeyFacts,
  nameOfKey,
  nameOfSignature,
  type SignatureFacts,
} from '../named-algorithm.ts';
import { type CertificateFacts } from './facts.ts';
import { type Complaint, FINE, type Rule, when } from './rule.ts';

/** Signatures over hashes that collide, and algorithms of that time [RFC 3279 §2.2, RFC 5758 §3.2]. */
const WEAK_SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'RSA with MD2'],
  ['1.2.840.113549.1.1.3', 'RSA with MD4'],
  ['1.2.840.113549.1.1.4', 'RSA with MD5'],
  ['1.2.840.113549.1.1.5', 'RSA with SHA-1'],
  ['1.3.14.3.2.29', 'RSA with SHA-1'],
  ['1.2.840.10045.4.1', 'ECDSA with SHA-1'],
  ['1.2.840.10040.4.3', 'DSA with SHA-1'],
]);

const keysOf = ({ key, alternativeKey }: CertificateFacts): readonly KeyFacts[] =>
  alternativeKey === undefined ? [key] : [key, alternativeKey];

const signaturesOf = ({
  signature: primary,
  alternativeSignature,
}: CertificateFacts): readonly SignatureFacts[] =>
  alternativeSignature === undefined ? [primary] : [primary, alternativeSignature];

/** One complaint per algorithm, at the first place where it stands. */
function oncePerAlgorithm(
  facts: CertificateFacts,
  complain: (algorithm: KeyFacts | SignatureFacts) => string | undefined,
): readonly Complaint[] {
  const seen = new Set<string>();
  return [...signaturesOf(facts), ...keysOf(facts)].flatMap((algorithm) => {
    const text = complain(algorithm);
    if (text === undefined || seen.has(text)) return FINE;
    seen.add(text);
    return [{ where: algorithm.where, text }];
  });
}

/** Whether the standard of a key's algorithm wants its parameters absent. */
function hasNoParameters({ descriptor, identifier: { oid } }: KeyFacts): boolean {
  const form = descriptor?.key;
  return (form?.kind === 'raw' || form?.kind === 'okp') && form.oid === oid;
}

function parametersText(parameters: Uint8Array, name: string): string {
  const what = equal(parameters, der.nil()) ? 'NULL' : `${parameters.length} bytes of parameters`;
  return `${name} with ${what}; its parameters must be absent`;
}

function mayHaveSize(size: Size, actual: number, least: number): boolean {
  return typeof size === 'number' ? actual === size : actual <= size.max && actual > least;
}

/** Bytes of the post-quantum half, which has one size; the other half of a composite may vary. */
function fixedPart(descriptor: KeyDescriptor, part: 'publicKey' | 'signature'): number {
  if (descriptor.kind !== 'composite-signature') return 0;
  const size = signature(descriptor.postQuantum).sizes[part];
  return typeof size === 'number' ? size : 0;
}

const describeSize = (size: Size): string =>
  typeof size === 'number' ? String(size) : `at most ${size.max}`;

/** Whether another rule already says what is wrong with a key. */
function isExplained(key: KeyFacts): boolean {
  const { descriptor, identifier, modulusBits, problem } = key;
  return (
    isUnknownKey(key) ||
    identifier.oid === KEY_KIND.dsa ||
    hasWrongSize(key) ||
    (hasNoParameters(key) && identifier.parameters !== undefined) ||
    (modulusBits !== undefined && modulusBits < 2048) ||
    (descriptor === undefined && identifier.parameters === undefined) ||
    isHybridgeError(problem, 'unknown_algorithm')
  );
}

function hasWrongSize(key: KeyFacts): boolean {
  const { descriptor, bytes } = key;
  return (
    descriptor !== undefined &&
    hasNoParameters(key) &&
    !mayHaveSize(descriptor.sizes.publicKey, bytes.length, fixedPart(descriptor, 'publicKey'))
  );
}

/** A curve or a modulus that is as good as others and that nobody here can use, or another kind of key. */
function isUnknownKey({ identifier, problem, modulusBits, obsolete }: KeyFacts): boolean {
  const { oid, parameters } = identifier;
  if (obsolete !== undefined || oid === KEY_KIND.dsa) return false;
  if (findByOid(oid).length === 0) return true;
  if (!isHybridgeError(problem, 'unsupported')) return false;
  if (modulusBits !== undefined) return modulusBits >= 2048;
  // Explicit curves and compressed points are known, and wrong.
  return parameters !== undefined && isUnknownCurve(parameters);
}

function isUnknownCurve(parameters: Uint8Array): boolean {
  try {
    return findByOid(readDer(parameters, 'ECParameters').oid('namedCurve')).length === 0;
  } catch (error) {
    if (isHybridgeError(error)) return false;
    throw error;
  }
}

function isEcdsaValue(bytes: Uint8Array): boolean {
  try {
    const outer = readDer(bytes, 'Ecdsa-Sig-Value');
    const fields = outer.sequence('fields');
    outer.end();
    fields.unsignedInteger('r');
    fields.unsignedInteger('s');
    fields.end();
    return true;
  } catch (error) {
    if (isHybridgeError(error)) return false;
    throw error;
  }
}

/** Rules on algorithms, keys and signatures. */
export const ALGORITHM_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'signature-algorithms-differ',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.1.2',
    description:
      'The algorithm inside what is signed is not the one beside the signature: the latter is under no signature.',
    check: ({ certificate, layout }) =>
      when(
        !equal(certificate.signatureAlgorithm.bytes, layout.signature.bytes),
        'tbsCertificate.signature',
        layout.signature.oid === certificate.signatureAlgorithm.oid
          ? `${layout.signature.oid} with other parameters inside than outside`
          : `${layout.signature.oid} inside, ${certificate.signatureAlgorithm.oid} outside`,
      ),
  },
  {
    id: 'signature-parameters',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9881 §2',
    description:
      'The signature algorithm has parameters where its standard wants none, NULL included, or RSA has others than NULL.',
    check: (facts) =>
      signaturesOf(facts).flatMap(({ descriptor, identifier: { parameters, oid }, where }) => {
        if (descriptor === undefined || parameters === undefined || oid === KEY_KIND.pss) return FINE;
        if (descriptor.kind === 'rsa')
          return when(
            !equal(parameters, der.nil()),
            where,
            'RSA with parameters other than NULL',
            'RFC 4055 §5',
          );
        return [
          { where, text: parametersText(parameters, descriptor.name), section: signatureSection(descriptor) },
        ];
      }),
  },
  {
    id: 'key-parameters',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9881 §2',
    description: 'The key algorithm has parameters where its standard wants none, NULL included.',
    check: (facts) =>
      keysOf(facts).flatMap((key) => {
        const { descriptor, identifier, where } = key;
        const { parameters } = identifier;
        if (descriptor === undefined || parameters === undefined || !hasNoParameters(key)) return FINE;
        return [
          { where, text: parametersText(parameters, descriptor.name), section: keySection(descriptor) },
        ];
      }),
  },
  {
    id: 'parameters-missing',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 4055 §5',
    description: 'RSA without NULL, RSASSA-PSS without its hash, or an EC key without its curve.',
    check: (facts) => [
      ...signaturesOf(facts).flatMap(({ descriptor, identifier, where }) =>
        when(
          descriptor?.kind === 'rsa' && identifier.parameters === undefined,
          where,
          `the parameters of ${identifier.oid} are absent`,
        ),
      ),
      ...keysOf(facts).flatMap(({ identifier, where }) =>
        when(
          (identifier.oid === KEY_KIND.rsa || identifier.oid === KEY_KIND.ec) &&
            identifier.parameters === undefined,
          where,
          `the parameters of ${identifier.oid} are absent`,
          identifier.oid === KEY_KIND.ec ? 'RFC 5480 §2.1.1' : 'RFC 3279 §2.3.1',
        ),
      ),
    ],
  },
  {
    id: 'hash-ml-dsa',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9881 §8.3',
    description: 'HashML-DSA, which is not for certificates: verifiers know ML-DSA alone.',
    check: (facts) =>
      oncePerAlgorithm(facts, ({ descriptor }) =>
        descriptor?.kind === 'hash-ml-dsa' ? `${descriptor.name}; use ${descriptor.base}` : undefined,
      ),
  },
  {
    id: 'hash-slh-dsa',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 9909 §4',
    description:
      'HashSLH-DSA is permitted in certificates and hardly implemented: most verifiers know SLH-DSA alone.',
    check: (facts) =>
      oncePerAlgorithm(facts, ({ descriptor }) =>
        descriptor?.kind === 'hash-slh-dsa' ? `${descriptor.name}; use ${descriptor.base}` : undefined,
      ),
  },
  {
    id: 'obsolete-algorithm',
    subject: 'certificate',
    severity: 'error',
    section: 'registry of obsolete identifiers',
    description:
      'An algorithm under an identifier that was abandoned: round-3 submissions, drafts, dead arcs. Keys and signatures do not carry over to the replacement.',
    check: (facts) =>
      oncePerAlgorithm(facts, ({ obsolete, identifier: { oid } }) =>
        obsolete === undefined
          ? undefined
          : `${oid} is ${obsolete.name}: ${obsolete.was}; use ${obsolete.replacement}`,
      ),
  },
  {
    id: 'draft-algorithm',
    subject: 'certificate',
    severity: 'notice',
    section: 'registry: status of the standard',
    description:
      'The standard of the algorithm is a draft still: its text may change, and other software may not know it.',
    check: (facts) =>
      oncePerAlgorithm(facts, ({ descriptor }) =>
        descriptor?.status.startsWith('draft-') === true
          ? `${descriptor.name} is of ${descriptor.reference} (${descriptor.status})`
          : undefined,
      ),
  },
  {
    id: 'unknown-algorithm',
    subject: 'certificate',
    severity: 'warning',
    section: 'registry of algorithms',
    description:
      'An algorithm, a curve or an RSA key size that is not in the registry: nothing can be said of it.',
    check: (facts) => [
      ...signaturesOf(facts).flatMap(({ descriptor, obsolete, identifier: { oid }, where, problem }) =>
        when(
          (descriptor === undefined && obsolete === undefined && !WEAK_SIGNATURES.has(oid)) ||
            (isHybridgeError(problem, 'unsupported') && !usesSha1(problem.details)),
          where,
          descriptor === undefined
            ? `${oid} is no signature algorithm known here`
            : (problem?.message ?? oid),
        ),
      ),
      ...keysOf(facts).flatMap((key) =>
        when(isUnknownKey(key), key.where, key.problem?.message ?? `${key.identifier.oid} is not known here`),
      ),
    ],
  },
  {
    id: 'weak-signature',
    subject: 'certificate',
    severity: 'error',
    section: 'SP 800-131A §9',
    description: 'A signature over SHA-1 or worse: two certificates with one signature can be made.',
    check: (facts) =>
      signaturesOf(facts).flatMap(({ identifier: { oid }, where, problem }) => {
        const name = WEAK_SIGNATURES.get(oid);
        if (name !== undefined) return [{ where, text: `signed by ${name}` }];
        return when(
          problem !== undefined && usesSha1(problem.details),
          where,
          'signed by RSASSA-PSS with SHA-1',
        );
      }),
  },
  {
    id: 'weak-key',
    subject: 'certificate',
    severity: 'error',
    section: 'SP 800-131A §3',
    description: 'An RSA key of less than 2048 bits, of the subject or behind the signature, or a DSA key.',
    check: (facts) => [
      ...keysOf(facts).flatMap(({ modulusBits, identifier: { oid }, where }) => [
        ...when(
          modulusBits !== undefined && modulusBits < 2048,
          where,
          `an RSA key of ${modulusBits ?? 0} bits`,
        ),
        ...when(oid === KEY_KIND.dsa, where, 'a DSA key'),
      ]),
      ...signaturesOf(facts).flatMap(({ descriptor, bytes, where }) =>
        when(
          descriptor?.kind === 'rsa' && bytes !== undefined && bytes.length < 256,
          where,
          `signed by an RSA key of ${8 * (bytes?.length ?? 0)} bits`,
        ),
      ),
    ],
  },
  {
    id: 'public-key-size',
    subject: 'certificate',
    severity: 'error',
    section: 'standard of the algorithm',
    description: 'The public key does not have the size that its algorithm has.',
    check: (facts) =>
      keysOf(facts).flatMap((key) => {
        const { descriptor, bytes, where } = key;
        if (descriptor === undefined || !hasWrongSize(key)) return FINE;
        const text = `${bytes.length} bytes; a key of ${descriptor.name} has ${describeSize(descriptor.sizes.publicKey)}`;
        return [{ where, text, section: descriptor.reference }];
      }),
  },
  {
    id: 'public-key-value',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5480 §2; RFC 8017 §A.1.1',
    description:
      'The public key cannot be read: no point in uncompressed form, explicit curve parameters, no RSAPublicKey.',
    check: (facts) =>
      keysOf(facts).flatMap((key) =>
        when(key.problem !== undefined && !isExplained(key), key.where, key.problem?.message ?? ''),
      ),
  },
  {
    id: 'signature-size',
    subject: 'certificate',
    severity: 'error',
    section: 'standard of the algorithm',
    description: 'The signature does not have the size that its algorithm has: it cannot hold.',
    check: (facts) =>
      signaturesOf(facts).flatMap(({ algorithms, descriptor, bytes, where }) => {
        if (descriptor === undefined || bytes === undefined) return FINE;
        // The issuer's modulus and curve settle the size of RSA and ECDSA.
        if (descriptor.kind === 'rsa' || descriptor.kind === 'ecdsa') return FINE;
        const fits = algorithms.some((one) =>
          mayHaveSize(one.sizes.signature, bytes.length, fixedPart(one, 'signature')),
        );
        const text = `${bytes.length} bytes; a signature by ${descriptor.name} has ${describeSize(descriptor.sizes.signature)}`;
        return when(!fits, where, text, descriptor.reference);
      }),
  },
  {
    id: 'signature-value',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 3279 §2.2.3',
    description: 'An ECDSA signature that is no Ecdsa-Sig-Value in DER: strict verifiers refuse it.',
    check: (facts) =>
      signaturesOf(facts).flatMap(({ descriptor, bytes, where }) =>
        when(
          descriptor?.kind === 'ecdsa' && bytes !== undefined && !isEcdsaValue(bytes),
          where,
          'not a SEQUENCE of two positive INTEGERs',
        ),
      ),
  },
  {
    id: 'signature-breakable',
    subject: 'certificate',
    severity: 'warning',
    section: 'NIST IR 8547 (initial public draft)',
    description:
      'A key that withstands a quantum computer under a signature that does not, and no alternative signature beside it: whoever breaks the signature certifies a key of his own.',
    check: ({ key, signature: primary, alternativeSignature }) =>
      when(
        isPostQuantum(key.nature) &&
          primary.nature === 'classical' &&
          !isPostQuantum(alternativeSignature?.nature),
        primary.where,
        `the key (${nameOfKey(key)}) is certified by ${nameOfSignature(primary)}`,
      ),
  },
  {
    id: 'signature-weaker',
    subject: 'certificate',
    severity: 'notice',
    section: 'SP 800-57 Part 1 §5.6.2',
    description:
      'The signature is of a lower security category than the key that it certifies; the certificate is worth the lower one.',
    check: ({ key, signature: primary }) => {
      const upper = primary.descriptor;
      const lower = key.descriptor;
      if (upper === undefined || lower === undefined) return FINE;
      return when(
        isPostQuantum(upper.nature) && isPostQuantum(lower.nature) && upper.category < lower.category,
        primary.where,
        `category ${upper.category} (${upper.name}) certifies category ${lower.category} (${lower.name})`,
      );
    },
  },
  {
    id: 'self-signed-without-signature-key',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9935 §5',
    description: 'A self-signed certificate of a key that cannot sign: ML-KEM, composite KEM, X25519.',
    check: ({ key, selfIssued, extensions }) => {
      const { authorityKeyIdentifier: authority, subjectKeyIdentifier: subject } = extensions;
      const other =
        authority?.keyIdentifier !== undefined &&
        subject !== undefined &&
        !equal(authority.keyIdentifier, subject);
      return when(
        key.descriptor?.use === 'kem' && selfIssued && !other,
        key.where,
        `issuer and subject are the same, and ${nameOfKey(key)} cannot sign`,
      );
    },
  },
  {
    id: 'ca-without-signature-key',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.9',
    description: 'A CA whose key cannot sign: ML-KEM, composite KEM, X25519.',
    check: ({ key, ca }) =>
      when(key.descriptor?.use === 'kem' && ca, key.where, `a CA, and its key is ${nameOfKey(key)}`),
  },
];

function usesSha1(details: Readonly<Record<string, unknown>>): boolean {
  return details['hash'] === 'SHA-1';
}

function signatureSection({ kind, reference }: KeyDescriptor): string {
  switch (kind) {
    case 'ml-dsa':
      return 'RFC 9881 §2';
    case 'slh-dsa':
    case 'hash-slh-dsa':
      return 'RFC 9909 §3';
    case 'ecdsa':
      return 'RFC 5758 §3.2';
    case 'eddsa':
      return 'RFC 8410 §3';
    default:
      return reference;
  }
}

function keySection(descriptor: KeyDescriptor): string {
  if (descriptor.use === 'signature') return signatureSection(descriptor);
  if (descriptor.kind === 'ml-kem') return 'RFC 9935 §3';
  return descriptor.kind === 'key-agreement' ? 'RFC 8410 §3' : descriptor.reference;
}
