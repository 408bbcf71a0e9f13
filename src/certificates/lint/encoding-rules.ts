/** Rules on how a certificate is written. */
import { equal } from '../../bytes/index.ts';
import { der, GENERALIZED_TIME } from '../../encoding/index.ts';
import type { DeviationRule } from '../deviation.ts';
import type { Extension } from '../extension.ts';
import { extensionName } from '../extensions.ts';
import { type CertificateFacts, inExtension } from './facts.ts';
import { type Complaint, FINE, type Rule, when } from './rule.ts';

/** What is known of a certificate that cannot be read. */
export interface UnreadableFacts {
  /** Why. */
  readonly message: string;
  /** Object identifiers of the extensions, as far as there are any. */
  readonly extensions: readonly string[] | undefined;
}

function duplicates(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function isOtherwiseUnreadable({ extensions }: UnreadableFacts): boolean {
  return extensions === undefined || (extensions.length > 0 && duplicates(extensions).length === 0);
}

/** Rules for what no parser should accept. */
export const UNREADABLE_RULES: readonly Rule<UnreadableFacts>[] = [
  {
    id: 'unreadable',
    subject: 'certificate',
    severity: 'error',
    section: 'X.690 §10',
    description:
      'The certificate is not DER, or not a Certificate: lengths, tags, missing and superfluous fields. Parsers disagree on what it says.',
    check: (facts) => when(isOtherwiseUnreadable(facts), 'certificate', facts.message),
  },
  {
    id: 'extension-duplicate',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2',
    description: 'An extension comes twice. One verifier heeds the first and another the last.',
    check: ({ extensions = [] }) =>
      duplicates(extensions).map((oid) => ({
        where: inExtension(extensionName(oid) ?? oid),
        text: `${extensionName(oid) ?? oid} comes ${extensions.filter((one) => one === oid).length} times`,
      })),
  },
  {
    id: 'extensions-empty',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.9',
    description: 'The field for extensions is there and holds none; it must then be left out.',
    check: ({ extensions }) =>
      when(extensions?.length === 0, 'extensions', 'a list of extensions without any extension'),
  },
];

function told(
  { certificate }: CertificateFacts,
  rule: DeviationRule,
  where: (text: string) => string,
): readonly Complaint[] {
  return certificate.deviations
    .filter((deviation) => deviation.rule === rule)
    .map(({ text, section }) => ({ where: where(text), text: text.replace(/^certificate: /u, ''), section }));
}

const EMPTY_SEQUENCE = der.sequence();
const NO_BITS = der.namedBits([]);

/** Extensions whose values are lists of at least one, or sequences that must not be empty [RFC 5280 §4.2.1]. */
function isEmptyValue({ oid, value }: Extension): boolean {
  const name = extensionName(oid);
  switch (name) {
    case 'keyUsage':
      return equal(value, NO_BITS);
    case undefined:
    case 'authorityKeyIdentifier':
    case 'basicConstraints':
      return false;
    default:
      return equal(value, EMPTY_SEQUENCE);
  }
}

/** Rules for what can be read and is written wrongly all the same. */
export const ENCODING_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'trailing-bytes',
    subject: 'certificate',
    severity: 'error',
    section: 'X.690 §10',
    description:
      'Bytes follow the end of the certificate. Nothing protects them, and its hash depends on them.',
    check: (facts) => told(facts, 'trailing-bytes', () => 'certificate'),
  },
  {
    id: 'default-encoded',
    subject: 'certificate',
    severity: 'error',
    section: 'X.690 §11.5',
    description:
      'A value that equals its default is written: BER, not DER. Strict parsers refuse the certificate.',
    check: (facts) =>
      told(facts, 'default-encoded', (text) => (text.includes('version') ? 'version' : 'extensions')),
  },
  {
    id: 'extension-empty',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1',
    description: 'An extension that lists nothing: no name, no purpose, no usage.',
    check: ({ extensions }) =>
      extensions.all.filter(isEmptyValue).map(({ oid }) => ({
        where: inExtension(extensionName(oid) ?? oid),
        text: `${extensionName(oid) ?? oid} is empty`,
      })),
  },
  {
    id: 'extension-value',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1',
    description: 'The value of a known extension is malformed, so that nobody can act on it.',
    check: (facts) =>
      facts.extensions.all.flatMap((extension) => {
        const name = extensionName(extension.oid);
        if (name === undefined || facts.extensions[name] !== undefined || isEmptyValue(extension))
          return FINE;
        return told(facts, 'extension-value', () => inExtension(name)).filter(({ text }) =>
          text.startsWith(`${name} (`),
        );
      }),
  },
  {
    id: 'version',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.1',
    description: 'The version does not go with the fields: extensions are for version 3.',
    check: (facts) => told(facts, 'version', () => 'version'),
  },
  {
    id: 'version-old',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.1.2.1',
    description:
      'Version 1 or 2 without extensions: it cannot say whether it is a CA, whom it names or what its key is for.',
    check: ({ certificate: { version }, extensions }) =>
      when(version !== 3 && extensions.all.length === 0, 'version', `version ${version}, without extensions`),
  },
  {
    id: 'unique-identifier',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.8',
    description: 'Unique identifiers of issuer or subject, which conforming CAs do not write.',
    check: ({ layout }) =>
      layout.uniqueIdentifiers.map((bytes) => ({
        where: bytes[0] === 0x81 ? 'issuerUniqueID' : 'subjectUniqueID',
        text: `a unique identifier of ${bytes.length} bytes`,
      })),
  },
  {
    id: 'time-form',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.5',
    description: 'A date before 2050 as GeneralizedTime; it must be a UTCTime.',
    check: ({ layout, certificate: { validity } }) =>
      (['notBefore', 'notAfter'] as const).flatMap((name) =>
        when(
          layout[name][0] === GENERALIZED_TIME && validity[name].getUTCFullYear() < 2050,
          `validity.${name}`,
          `${name} in ${validity[name].getUTCFullYear()} is a GeneralizedTime`,
        ),
      ),
  },
];
