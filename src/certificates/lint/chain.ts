/** What is wrong with a chain of certificates. */
import { equal } from '../../bytes/index.ts';
import { mostBytes, signature, type SignatureName } from '../../registry/index.ts';
import { formatName } from '../name.ts';
import { certificateBlocks, type LintInput, type LintOptions, lintOne } from './certificate.ts';
import { isPostQuantum, nameOfKey, nameOfSignature } from '../named-algorithm.ts';
import { type CertificateFacts } from './facts.ts';
import { apply, type Complaint, FINE, type LintFinding, type Rule, when } from './rule.ts';

/** How many bytes a chain may cost; what is not given is not bounded. */
export interface ChainBudget {
  /** Of all certificates that are sent, together. */
  readonly maxChainBytes?: number | undefined;
  /** Of each certificate. */
  readonly maxCertificateBytes?: number | undefined;
}

/** How a chain is looked at. */
export type ChainLintOptions = LintOptions & { readonly budget?: ChainBudget | undefined };

/** What rules on chains look at: certificates that can be read, the leaf first. */
export interface ChainFacts {
  readonly links: readonly CertificateFacts[];
  readonly budget: ChainBudget;
}

interface Link {
  readonly where: string;
  readonly lower: CertificateFacts;
  readonly upper: CertificateFacts;
}

const at = (index: number): string => `certificates[${index}]`;

function linksOf({ links }: ChainFacts): readonly Link[] {
  return links.flatMap((upper, index) => {
    const lower = links[index - 1];
    return lower === undefined ? [] : [{ where: at(index - 1), lower, upper }];
  });
}

function eachLink(facts: ChainFacts, complain: (link: Link) => readonly Complaint[]): readonly Complaint[] {
  return linksOf(facts).flatMap(complain);
}

const bytesOf = ({ certificate }: CertificateFacts): number => certificate.bytes.length;
const named = ({ certificate }: CertificateFacts): string => formatName(certificate.subject);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const grouped = (bytes: number): string => bytes.toLocaleString('en-US');

/** Algorithms that a chain could be made with instead, the strongest first [composite-sigs-19 §6: the short list]. */
const ALTERNATIVES: readonly SignatureName[] = [
  'ML-DSA-87',
  'MLDSA87-ECDSA-P384-SHA512',
  'ML-DSA-65',
  'MLDSA65-ECDSA-P256-SHA512',
  'MLDSA65-Ed25519-SHA512',
  'ML-DSA-44',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA44-Ed25519-SHA512',
];

/** What the chain would cost with one signature algorithm throughout: all else stays as it is. */
function bytesWith({ links }: ChainFacts, name: SignatureName): number {
  const { sizes } = signature(name);
  return sum(
    links.map(({ certificate, layout, key }) => {
      const ofKey = key.descriptor?.use === 'kem' ? layout.publicKey.length : mostBytes(sizes.publicKey);
      const others = certificate.bytes.length - layout.publicKey.length - certificate.signature.length;
      return others + ofKey + mostBytes(sizes.signature);
    }),
  );
}

function advice(facts: ChainFacts, most: number): string {
  const fitting = ALTERNATIVES.find((name) => bytesWith(facts, name) <= most);
  return fitting === undefined
    ? `even with ML-DSA-44 it would have about ${grouped(bytesWith(facts, 'ML-DSA-44'))}`
    : `with ${fitting} it would have about ${grouped(bytesWith(facts, fitting))}`;
}

/** Rules on chains. */
export const CHAIN_RULES: readonly Rule<ChainFacts>[] = [
  {
    id: 'chain-budget',
    subject: 'chain',
    severity: 'error',
    section: 'the budget given',
    description:
      'The certificates together are larger than the budget: more round trips, or more memory than the device has.',
    check: (facts) => {
      const { maxChainBytes } = facts.budget;
      const total = sum(facts.links.map(bytesOf));
      if (maxChainBytes === undefined || total <= maxChainBytes) return FINE;
      const keys = sum(facts.links.map(({ layout }) => layout.publicKey.length));
      const signatures = sum(facts.links.map(({ certificate }) => certificate.signature.length));
      return [
        {
          where: 'certificates',
          text:
            `${grouped(total)} bytes, at most ${grouped(maxChainBytes)}: ${grouped(keys)} of public keys, ` +
            `${grouped(signatures)} of signatures; ${advice(facts, maxChainBytes)}`,
        },
      ];
    },
  },
  {
    id: 'certificate-budget',
    subject: 'chain',
    severity: 'error',
    section: 'the budget given',
    description: 'A certificate is larger than the budget for one: the device has no buffer for it.',
    check: ({ links, budget: { maxCertificateBytes } }) =>
      links.flatMap((link, index) =>
        when(
          maxCertificateBytes !== undefined && bytesOf(link) > maxCertificateBytes,
          at(index),
          `${grouped(bytesOf(link))} bytes, at most ${grouped(maxCertificateBytes ?? 0)}`,
        ),
      ),
  },
  {
    id: 'chain-order',
    subject: 'chain',
    severity: 'error',
    section: 'RFC 9846, Certificate',
    description: 'A certificate is not issued by the subject of the next one.',
    check: (facts) =>
      eachLink(facts, ({ where, lower, upper }) =>
        when(
          lower.certificate.issuer.key !== upper.certificate.subject.key,
          `${where}.issuer`,
          `issued by ${formatName(lower.certificate.issuer)}; next comes ${named(upper)}`,
        ),
      ),
  },
  {
    id: 'chain-key-identifier',
    subject: 'chain',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.1',
    description: 'The issuer has the name, and another key than the one that the certificate names.',
    check: (facts) =>
      eachLink(facts, ({ where, lower, upper }) => {
        const wanted = lower.extensions.authorityKeyIdentifier?.keyIdentifier;
        const found = upper.extensions.subjectKeyIdentifier;
        return when(
          wanted !== undefined && found !== undefined && !equal(wanted, found),
          `${where}.extensions.authorityKeyIdentifier`,
          `the key identifier is not that of ${named(upper)}`,
        );
      }),
  },
  {
    id: 'chain-algorithm',
    subject: 'chain',
    severity: 'error',
    section: 'RFC 5280 §6.1.3',
    description: 'A signature by an algorithm that the key of the issuer is not for: it cannot verify.',
    check: (facts) =>
      eachLink(facts, ({ where, lower, upper }) => {
        const { algorithms, descriptor } = lower.signature;
        const able = upper.key.algorithms;
        return when(
          descriptor !== undefined && able.length > 0 && !algorithms.some((one) => able.includes(one)),
          `${where}.signatureAlgorithm`,
          `signed by ${nameOfSignature(lower.signature)}; the key of the issuer is ${nameOfKey(upper.key)}`,
        );
      }),
  },
  {
    id: 'chain-issuer-not-ca',
    subject: 'chain',
    severity: 'error',
    section: 'RFC 5280 §6.1.4',
    description: 'A certificate that issued another one is not of a CA.',
    check: (facts) =>
      facts.links
        .slice(1)
        .flatMap((upper, index) =>
          when(!upper.ca, `${at(index + 1)}.extensions.basicConstraints`, `${named(upper)} is no CA`),
        ),
  },
  {
    id: 'chain-path-length',
    subject: 'chain',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.9',
    description: 'More intermediate certificates follow a CA than its path length permits.',
    check: ({ links }) =>
      links.flatMap(({ extensions: { basicConstraints } }, index) => {
        const most = basicConstraints?.pathLength;
        // RFC 5280 §4.2.1.9: self-issued ones do not count, and neither does the leaf.
        const between = links.slice(1, index).filter(({ selfIssued }) => !selfIssued).length;
        return when(
          most !== undefined && between > most,
          `${at(index)}.extensions.basicConstraints`,
          `pathLenConstraint ${most ?? 0}, and ${between} intermediate certificates follow`,
        );
      }),
  },
  {
    id: 'chain-duplicate',
    subject: 'chain',
    severity: 'warning',
    section: 'RFC 9846, Certificate',
    description: 'A certificate is sent twice.',
    check: ({ links }) =>
      links.flatMap(({ certificate }, index) => {
        const first = links.findIndex((one) => equal(one.certificate.bytes, certificate.bytes));
        return when(first < index, at(index), `the same as ${at(first)}`);
      }),
  },
  {
    id: 'chain-root-included',
    subject: 'chain',
    severity: 'notice',
    section: 'RFC 9846, Certificate',
    description:
      'The root is in the chain: who verifies has it already, and with post-quantum keys it costs kilobytes.',
    check: ({ links }) =>
      links.length < 2
        ? FINE
        : links.flatMap((link, index) =>
            when(
              link.selfIssued && link.ca && index === links.length - 1,
              at(index),
              `${named(link)} costs ${grouped(bytesOf(link))} bytes and may be left out`,
            ),
          ),
  },
  {
    id: 'chain-validity',
    subject: 'chain',
    severity: 'notice',
    section: 'RFC 5280 §6.1.3',
    description: 'A certificate outlives its issuer, with which it ends.',
    check: (facts) =>
      eachLink(facts, ({ where, lower, upper }) =>
        when(
          lower.certificate.validity.notAfter > upper.certificate.validity.notAfter,
          `${where}.validity.notAfter`,
          `valid until ${day(lower)}, its issuer until ${day(upper)}`,
        ),
      ),
  },
  {
    id: 'chain-breakable',
    subject: 'chain',
    severity: 'warning',
    section: 'NIST IR 8547 (initial public draft)',
    description:
      'The leaf has a post-quantum or hybrid key, and a classical signature stands somewhere above it: the chain is broken where that is.',
    check: ({ links }) => {
      const [leaf] = links;
      if (leaf === undefined || !isPostQuantum(leaf.key.nature)) return FINE;
      const index = links.findIndex(
        ({ signature: primary, alternativeSignature, selfIssued, ca }) =>
          // What a root signs of itself is no link.
          !(selfIssued && ca) &&
          primary.nature === 'classical' &&
          !isPostQuantum(alternativeSignature?.nature),
      );
      const weakest = links[index];
      if (weakest === undefined) return FINE;
      return [
        {
          where: `${at(index)}.signatureAlgorithm`,
          text: `the key of the leaf is ${nameOfKey(leaf.key)}, and ${named(weakest)} is signed by ${nameOfSignature(weakest.signature)}`,
        },
      ];
    },
  },
];

const day = ({ certificate }: CertificateFacts): string =>
  certificate.validity.notAfter.toISOString().slice(0, 10);

/**
 * What is wrong with a chain as it is sent, the leaf first: with each certificate, with how they follow each other,
 * and with what they cost.
 *
 * @param chain - Certificates that were read, or DER, or PEM; a PEM text with several stands for all of them.
 * @returns The findings on each certificate, in the order of the chain, and then those on the whole.
 * @throws {@link HybridgeError} as {@link lintCertificate}.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { lintChain } from 'hybridge/certificates';
 *
 * const chain = readFileSync('fullchain.pem');
 * // RFC 6928: the first flight of a TCP connection.
 * for (const { rule, text } of lintChain([chain], { budget: { maxChainBytes: 14_600 } })) console.log(rule, text);
 * ```
 */
export function lintChain(
  chain: readonly LintInput[],
  options: ChainLintOptions = {},
): readonly LintFinding[] {
  const linted = chain.flatMap(certificatesIn).map((input) => lintOne(input, options));
  const each = linted.flatMap(({ findings }, index) =>
    findings.map((finding) => ({
      ...finding,
      where: finding.where === 'certificate' ? at(index) : `${at(index)}.${finding.where}`,
    })),
  );
  const links = linted.flatMap(({ facts }) => facts ?? []);
  // A gap would make every rule on neighbours wrong.
  if (links.length < linted.length) return each;
  return [...each, ...apply(CHAIN_RULES, { links, budget: options.budget ?? {} })];
}

/** The certificates in one input: of a PEM text all of them, also those that cannot be read. */
function certificatesIn(input: LintInput): readonly LintInput[] {
  const blocks = certificateBlocks(input);
  return blocks.length === 0 ? [input] : blocks;
}
