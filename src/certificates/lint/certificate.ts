/** What is wrong with one certificate. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import { decodePem, explicit, isPem, readDer } from '../../encoding/index.ts';
import type { Policy } from '../../policy/index.ts';
import { Certificate, parseCertificate } from '../certificate.ts';
import { readSigned } from '../signed.ts';
import { ALGORITHM_RULES } from './algorithm-rules.ts';
import { ENCODING_RULES, UNREADABLE_RULES, type UnreadableFacts } from './encoding-rules.ts';
import { EXTENSION_RULES } from './extension-rules.ts';
import { type CertificateFacts, factsOf } from './facts.ts';
import { FIELD_RULES } from './field-rules.ts';
import { NAME_RULES } from './name-rules.ts';
import { POLICY_RULES } from './policy-rules.ts';
import { apply, type LintFinding, type Rule } from './rule.ts';
import { TRANSITION_RULES } from './transition-rules.ts';

/** How a certificate is looked at: with a policy, then a date too. */
export type LintOptions =
  | { readonly policy?: undefined; readonly at?: undefined }
  | {
      /** The policy whose verdicts are to be findings too. */
      readonly policy: Policy;
      /** The date that the policy is asked for. */
      readonly at: Date;
    };

/** A certificate that was read, its DER, or its PEM. */
export type LintInput = Certificate | Uint8Array | string;

/** Rules for certificates that can be read. */
export const CERTIFICATE_RULES: readonly Rule<CertificateFacts>[] = [
  ...ENCODING_RULES,
  ...ALGORITHM_RULES,
  ...FIELD_RULES,
  ...NAME_RULES,
  ...EXTENSION_RULES,
  ...TRANSITION_RULES,
  ...POLICY_RULES,
];

/** A certificate as it was found: with facts where it can be read. */
export interface Linted {
  readonly facts: CertificateFacts | undefined;
  readonly findings: readonly LintFinding[];
}

/** Lints one certificate and keeps what was worked out for rules on chains. */
export function lintOne(input: LintInput, { policy, at }: LintOptions): Linted {
  const certificate = read(input);
  if (certificate instanceof HybridgeError)
    return { facts: undefined, findings: apply(UNREADABLE_RULES, unreadable(input, certificate)) };
  const facts = factsOf(certificate, policy === undefined ? undefined : { policy, at });
  return { facts, findings: apply(CERTIFICATE_RULES, facts) };
}

/**
 * What is wrong with a certificate, and what is worth knowing about it. Pure: no clock, no network, no cryptography;
 * whether the signature holds is asked of `validatePath`.
 *
 * A certificate that cannot be read has a finding that says why. One that was read strictly has no findings of its
 * encoding, so give the bytes.
 *
 * @returns The findings in the order of the rules; none for a certificate without fault.
 * @throws {@link HybridgeError} `invalid_argument` for a text or a PEM without exactly one certificate;
 * `invalid_encoding` or `unknown_algorithm` when the policy breaks a rule of its format.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { lintCertificate } from 'hybridge/certificates';
 *
 * for (const { severity, rule, where, text, section } of lintCertificate(readFileSync('device.pem')))
 *   console.log(`${severity} ${rule} at ${where}: ${text} [${section}]`);
 * ```
 */
export function lintCertificate(input: LintInput, options: LintOptions = {}): readonly LintFinding[] {
  return lintOne(input, options).findings;
}

function read(input: LintInput): Certificate | HybridgeError {
  if (input instanceof Certificate) return input;
  try {
    return parseCertificate(input, { strict: false });
  } catch (error) {
    if (!isHybridgeError(error) || error.code === 'invalid_argument') throw error;
    // Neither DER nor PEM: there is nothing to find fault with.
    if (derOf(input) === undefined) throw error;
    return error;
  }
}

function unreadable(input: LintInput, error: HybridgeError): UnreadableFacts {
  const bytes = derOf(input);
  return { message: error.message, extensions: bytes === undefined ? undefined : extensionsIn(bytes) };
}

/** The DER of what is meant to be a certificate, `undefined` where there is none. */
function derOf(input: LintInput): Uint8Array | undefined {
  if (input instanceof Certificate) return input.bytes;
  if (input instanceof Uint8Array && input[0] === 0x30) return input;
  return certificateBlocks(input)[0];
}

/** What stands in the certificate blocks of a PEM text; nothing where the input is no PEM. */
export function certificateBlocks(input: LintInput): readonly Uint8Array[] {
  if (input instanceof Certificate || (input instanceof Uint8Array && input[0] === 0x30)) return [];
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  if (!isPem(text)) return [];
  return decodePem(text).flatMap(({ label, bytes }) => (label.endsWith('CERTIFICATE') ? [bytes] : []));
}

/** The object identifiers of the extensions, read without looking at anything else; `undefined` where there are none. */
function extensionsIn(bytes: Uint8Array): readonly string[] | undefined {
  try {
    const { fields } = readSigned(readDer(bytes, 'Certificate'), 'certificate');
    while (!fields.atEnd && !fields.has(explicit(3))) fields.any('field');
    const list = fields.explicit(3, 'extensions').sequence('extensions');
    const oids: string[] = [];
    while (!list.atEnd) oids.push(list.sequence('extension').oid('extnID'));
    return oids;
  } catch (error) {
    if (isHybridgeError(error)) return undefined;
    throw error;
  }
}
