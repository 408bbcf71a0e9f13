import { HybridgeError } from '../../bytes/index.ts';
import type { CertificateChain } from '../credentials.ts';
import type { TlsPlan } from '../plan.ts';

/** A plan, whether its certificates have come with their keys or not. */
export type AnyPlan = TlsPlan<CertificateChain>;

/** Where the files of a certificate will be when the program reads its configuration. */
export interface CertificateFiles {
  /** PEM of the chain, the leaf first. */
  readonly certificate: string;
  /** PEM of the private key. */
  readonly key: string;
}

/** What all configurations begin with: where they come from, and what they cannot express. */
export function heading({ policy, at, side, warnings }: AnyPlan, note: string): readonly string[] {
  return [
    `TLS ${side} under the policy ${policy.name}, version ${policy.version}, as of ${at.toISOString().slice(0, 10)}.`,
    'Needs OpenSSL 3.5 or later. Rendered by hybridge: change the policy, not this.',
    ...warnings.map(({ rule, text }) => `Warning (${rule}): ${text}`),
  ].map((line) => `${note} ${oneLine(line)}`);
}

// Texts of a policy must not become directives.
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/**
 * A file name between double quotes, which nginx, HAProxy and OpenSSL read alike when nothing in it has a meaning for
 * any of them.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function quoted(path: string): string {
  if (path === '' || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"'`$\\]/u.test(path))
    throw new HybridgeError(
      'invalid_argument',
      `file name: ${JSON.stringify(path)} cannot be written in a configuration`,
      {
        fault: 'caller',
        hint: 'use one without quotes, backslashes, dollar signs and line breaks',
      },
    );
  return `"${path}"`;
}
