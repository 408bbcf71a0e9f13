/** Rules on serial number, validity and names of issuer and subject. */
import { isEmptyName, type Name } from '../name.ts';
import { PURPOSE } from '../oids.ts';
import { isPostQuantum, nameOfKey } from '../named-algorithm.ts';
import { type CertificateFacts, inExtension } from './facts.ts';
import { type Complaint, type Rule, when } from './rule.ts';

const DAY = 86_400_000;

/** Longest validity of TLS certificates by the day they begin [CA/Browser Forum TLS BR §6.3.2, ballot SC-081v3]. */
const TLS_DAYS: readonly { readonly from: number; readonly days: number }[] = [
  { from: Date.UTC(2029, 2, 15), days: 47 },
  { from: Date.UTC(2027, 2, 15), days: 100 },
  { from: Date.UTC(2026, 2, 15), days: 200 },
  { from: -Infinity, days: 398 },
];

/** 99991231235959Z: no end [RFC 5280 §4.1.2.5]. */
const NO_END = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Upper bounds of attributes in characters [RFC 5280 Appendix A.1]. */
const UPPER_BOUNDS: ReadonlyMap<string, readonly [name: string, most: number]> = new Map([
  ['2.5.4.3', ['commonName', 64]],
  ['2.5.4.5', ['serialNumber', 64]],
  ['2.5.4.6', ['countryName', 2]],
  ['2.5.4.7', ['localityName', 128]],
  ['2.5.4.8', ['stateOrProvinceName', 128]],
  ['2.5.4.10', ['organizationName', 64]],
  ['2.5.4.11', ['organizationalUnitName', 64]],
  ['2.5.4.12', ['title', 64]],
]);

function attributeFaults(where: string, name: Name): readonly Complaint[] {
  return name.relativeNames.flat().flatMap(({ type, text }) => {
    const bound = UPPER_BOUNDS.get(type);
    if (bound === undefined || text === undefined) return [];
    const [attribute, most] = bound;
    // Characters are code points: X.680 counts them so.
    const { length } = Array.from(text);
    return [
      ...when(length === 0, where, `${attribute} is empty`),
      ...when(length > most, where, `${attribute} has ${length} characters, at most ${most}`),
    ];
  });
}

function serialBits(serial: Uint8Array): number {
  const [first = 0, second = 0] = serial;
  return first === 0
    ? 8 * (serial.length - 1) - (Math.clz32(second) - 24)
    : 8 * serial.length - (Math.clz32(first) - 24);
}

const isNegative = (serial: Uint8Array): boolean => ((serial[0] ?? 0) & 0x80) !== 0;
const isZero = (serial: Uint8Array): boolean => serial.every((octet) => octet === 0);

const isTlsServer = ({ ca, extensions }: CertificateFacts): boolean =>
  !ca && extensions.extendedKeyUsage?.includes(PURPOSE.serverAuth) === true;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Rules on serial number, validity and names of issuer and subject. */
export const FIELD_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'serial-zero',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.2',
    description: 'The serial number is zero; it must be positive.',
    check: ({ certificate: { serialNumber } }) =>
      when(isZero(serialNumber), 'serialNumber', 'the serial number is 0'),
  },
  {
    id: 'serial-negative',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.2',
    description: 'The serial number is negative; it must be positive. Mostly a sign octet was forgotten.',
    check: ({ certificate: { serialNumber } }) =>
      when(isNegative(serialNumber), 'serialNumber', 'the serial number is negative'),
  },
  {
    id: 'serial-length',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.2',
    description: 'The serial number has more than 20 octets; verifiers need not take it.',
    check: ({ certificate: { serialNumber } }) =>
      when(
        serialNumber.length > 20,
        'serialNumber',
        `a serial number of ${serialNumber.length} octets, at most 20`,
      ),
  },
  {
    id: 'serial-entropy',
    subject: 'certificate',
    severity: 'notice',
    section: 'CA/Browser Forum TLS BR §7.1',
    description:
      'The serial number is too short for 64 random bits, which keep whoever finds collisions of the hash from preparing a certificate.',
    check: ({ certificate: { serialNumber } }) =>
      // 64 random bits begin with eight zeros once in 256 times.
      when(
        !isZero(serialNumber) && !isNegative(serialNumber) && serialBits(serialNumber) < 56,
        'serialNumber',
        `a serial number of ${serialBits(serialNumber)} bits`,
      ),
  },
  {
    id: 'validity-inverted',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.5',
    description: 'The certificate ends before it begins: it is never valid.',
    check: ({ certificate: { validity } }) =>
      when(
        validity.notAfter < validity.notBefore,
        'validity',
        `from ${dayOf(validity.notBefore)} to ${dayOf(validity.notAfter)}`,
      ),
  },
  {
    id: 'validity-long-tls',
    subject: 'certificate',
    severity: 'notice',
    section: 'CA/Browser Forum TLS BR §6.3.2',
    description:
      'A TLS server certificate that is valid longer than browsers take from public CAs; a private CA may know better.',
    check: (facts) => {
      const { notBefore, notAfter } = facts.certificate.validity;
      // RFC 5280 §4.1.2.5: both ends are included.
      const days = (notAfter.getTime() - notBefore.getTime() + 1000) / DAY;
      const most = TLS_DAYS.find(({ from }) => notBefore.getTime() >= from)?.days ?? 398;
      return when(
        isTlsServer(facts) && days > most,
        'validity',
        `valid for ${Math.ceil(days)} days, at most ${most} from ${dayOf(notBefore)} on`,
      );
    },
  },
  {
    id: 'validity-unbounded',
    subject: 'certificate',
    severity: 'notice',
    section: 'RFC 5280 §4.1.2.5',
    description:
      'The certificate has no end (99991231235959Z), as IEEE 802.1AR has it for devices: only revocation ends it.',
    check: ({ certificate: { validity } }) =>
      when(validity.notAfter.getTime() === NO_END, 'validity.notAfter', 'the certificate has no end'),
  },
  {
    id: 'classical-beyond-2035',
    subject: 'certificate',
    severity: 'notice',
    section: 'NIST IR 8547 (initial public draft)',
    description:
      'A key that a quantum computer breaks is certified beyond 2035, after which NIST means to disallow it; plan its replacement.',
    check: ({ key, alternativeKey, certificate: { validity } }) =>
      when(
        key.nature === 'classical' &&
          !isPostQuantum(alternativeKey?.nature) &&
          validity.notAfter.getUTCFullYear() > 2035,
        'validity.notAfter',
        `the key is ${nameOfKey(key)}, certified until ${dayOf(validity.notAfter)}`,
      ),
  },
  {
    id: 'issuer-empty',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.1.2.4',
    description: 'The issuer has no name, so that no path leads to it.',
    check: ({ certificate: { issuer } }) => when(isEmptyName(issuer), 'issuer', 'the issuer is empty'),
  },
  {
    id: 'subject-empty',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.6',
    description:
      'The subject is empty, and there is no critical subjectAltName in its place; a CA needs a subject in any case.',
    check: ({ certificate: { subject }, ca, extensions }) => {
      if (!isEmptyName(subject)) return [];
      if (ca) return [{ where: 'subject', text: 'a CA without a subject', section: 'RFC 5280 §4.1.2.6' }];
      const names = extensions.all.find(({ oid }) => oid === '2.5.29.17');
      if (names === undefined) return [{ where: 'subject', text: 'neither a subject nor a subjectAltName' }];
      return when(
        !names.critical,
        inExtension('subjectAltName'),
        'the subject is empty, and subjectAltName is not critical',
      );
    },
  },
  {
    id: 'name-attribute',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 Appendix A.1',
    description: 'An attribute of a name is empty or longer than its upper bound.',
    check: ({ certificate: { subject, issuer } }) => [
      ...attributeFaults('issuer', issuer),
      ...attributeFaults('subject', subject),
    ],
  },
];
