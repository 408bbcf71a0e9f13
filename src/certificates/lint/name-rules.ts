/** Rules on alternative names. */
import { toHex } from '../../bytes/index.ts';
import type { GeneralName } from '../general-name.ts';
import { commonName, isEmptyName } from '../name.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import { type CertificateFacts, inExtension } from './facts.ts';
import { FINE, type Rule, when } from './rule.ts';

const NAMES = inExtension('subjectAltName');

const namesOf = ({ extensions }: CertificateFacts): readonly GeneralName[] => extensions.subjectAltName ?? [];

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/u;
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

/** Names as they are shown: what a certificate says may hold control characters. */
const shown = (text: string): string => JSON.stringify(text);

/** Why a name is no host name in the preferred syntax [RFC 1034 §3.5, RFC 1123 §2.1]; wildcards are judged apart. */
function hostFault(name: string): string | undefined {
  const host = name.startsWith('*.') ? name.slice(2) : name;
  if (host === '') return 'it is empty';
  if (host.includes('*')) return undefined;
  if (host.endsWith('.')) return 'it ends in a dot';
  if (host.length > 253) return `it has ${host.length} characters, at most 253`;
  if (DOTTED_QUAD.test(host) || host.includes(':')) return 'it is an IP address, which has a form of its own';
  const label = host.split('.').find((one) => !LABEL.test(one));
  if (label === undefined) return undefined;
  if (label === '') return 'a label is empty';
  if (label.includes('_')) return 'underscores are not for host names';
  if (label.length > 63) return `a label of ${label.length} characters, at most 63`;
  return `the label ${shown(label)}`;
}

/** Why a wildcard will not match what it is meant for [RFC 9525 §6.3]. */
function wildcardFault(name: string): string | undefined {
  if (!name.includes('*')) return undefined;
  const [first, ...rest] = name.split('.');
  if (first !== '*') return 'the wildcard is not the whole leftmost label';
  if (rest.some((label) => label.includes('*'))) return 'more than one wildcard';
  return rest.length < 2 ? 'the wildcard stands for a whole top-level domain' : undefined;
}

function addressFault(address: Uint8Array, constraint: boolean): boolean {
  const expected = constraint ? [8, 32] : [4, 16];
  return !expected.includes(address.length);
}

/** A name as one text, so that equal names are found. */
function keyOf(name: GeneralName): string {
  switch (name.kind) {
    case 'dns':
      return `dns ${name.name.toLowerCase()}`;
    case 'email':
      return `email ${name.address}`;
    case 'uri':
      return `uri ${name.uri}`;
    case 'ip':
      return `ip ${toHex(name.address)}`;
    case 'directory':
      return `directory ${name.name.key}`;
    case 'registered-id':
      return `registered-id ${name.oid}`;
    case 'other':
      return `other ${name.type} ${toHex(name.value)}`;
    case 'edi':
    case 'x400':
      return toHex(name.bytes);
  }
}

/** The text of a common name, or undefined where it does not look like the name of a host. */
function hostInCommonName({ certificate: { subject } }: CertificateFacts): string | undefined {
  const text = commonName(subject);
  if (text === undefined || !text.includes('.')) return undefined;
  return DOTTED_QUAD.test(text) || hostFault(text) === undefined ? text : undefined;
}

function namesHost(names: readonly GeneralName[], host: string): boolean {
  return names.some((name) => {
    if (name.kind === 'dns') return name.name.toLowerCase() === host.toLowerCase();
    return name.kind === 'ip' && name.address.join('.') === host;
  });
}

const isTlsServer = ({ ca, extensions }: CertificateFacts): boolean =>
  !ca && extensions.extendedKeyUsage?.includes(PURPOSE.serverAuth) === true;

/** Rules on alternative names. */
export const NAME_RULES: readonly Rule<CertificateFacts>[] = [
  {
    id: 'san-missing',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9525 §4.1',
    description: 'A TLS server certificate without subjectAltName: clients do not look at the common name.',
    check: (facts) =>
      when(
        isTlsServer(facts) &&
          !facts.extensions.all.some(({ oid }) => oid === EXTENSION.subjectAltName) &&
          !isEmptyName(facts.certificate.subject),
        NAMES,
        'serverAuth without subjectAltName',
      ),
  },
  {
    id: 'common-name-not-in-san',
    subject: 'certificate',
    severity: 'warning',
    section: 'CA/Browser Forum TLS BR §7.1.4.3',
    description:
      'The common name is a host that subjectAltName does not have: clients will not take the certificate for it.',
    check: (facts) => {
      const host = hostInCommonName(facts);
      const names = namesOf(facts);
      if (host === undefined || names.length === 0 || !isTlsServer(facts)) return FINE;
      return when(!namesHost(names, host), 'subject', `${host} is not in subjectAltName`);
    },
  },
  {
    id: 'san-critical',
    subject: 'certificate',
    severity: 'notice',
    section: 'RFC 5280 §4.2.1.6',
    description: 'subjectAltName is critical beside a subject.',
    check: ({ certificate: { subject }, extensions }) =>
      when(
        !isEmptyName(subject) &&
          extensions.all.some(({ oid, critical }) => oid === EXTENSION.subjectAltName && critical),
        NAMES,
        'subjectAltName is critical, and the subject is not empty',
      ),
  },
  {
    id: 'san-duplicate',
    subject: 'certificate',
    severity: 'warning',
    section: 'RFC 5280 §4.2.1.6',
    description: 'An alternative name comes twice, which costs bytes and helps nobody.',
    check: (facts) => {
      const keys = namesOf(facts).map(keyOf);
      return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].map((key) => ({
        where: NAMES,
        text: `${shown(key)} comes ${keys.filter((one) => one === key).length} times`,
      }));
    },
  },
  {
    id: 'dns-name',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.6',
    description:
      'A DNS name that is no host name: an underscore, a trailing dot, an empty or over-long label, an IP address.',
    check: (facts) =>
      namesOf(facts).flatMap((name) => {
        const fault = name.kind === 'dns' ? hostFault(name.name) : undefined;
        return fault === undefined || name.kind !== 'dns'
          ? FINE
          : [{ where: NAMES, text: `${shown(name.name)}: ${fault}` }];
      }),
  },
  {
    id: 'dns-wildcard',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 9525 §6.3',
    description:
      'A wildcard that is not the whole leftmost label, more than one, or one for a whole top-level domain.',
    check: (facts) =>
      namesOf(facts).flatMap((name) => {
        const fault = name.kind === 'dns' ? wildcardFault(name.name) : undefined;
        return fault === undefined || name.kind !== 'dns'
          ? FINE
          : [{ where: NAMES, text: `${shown(name.name)}: ${fault}` }];
      }),
  },
  {
    id: 'ip-address',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.6',
    description: 'An IP address that is not 4 or 16 bytes long, or in name constraints not 8 or 32.',
    check: ({ extensions: { subjectAltName = [], nameConstraints } }) => [
      ...subjectAltName.flatMap((name) =>
        when(
          name.kind === 'ip' && addressFault(name.address, false),
          NAMES,
          `an IP address of ${name.kind === 'ip' ? name.address.length : 0} bytes`,
        ),
      ),
      ...[...(nameConstraints?.permitted ?? []), ...(nameConstraints?.excluded ?? [])].flatMap((name) =>
        when(
          name.kind === 'ip' && addressFault(name.address, true),
          inExtension('nameConstraints'),
          `an IP range of ${name.kind === 'ip' ? name.address.length : 0} bytes`,
          'RFC 5280 §4.2.1.10',
        ),
      ),
    ],
  },
  {
    id: 'uri',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.6',
    description: 'A URI without a scheme, or with nothing behind it.',
    check: (facts) =>
      namesOf(facts).flatMap((name) =>
        name.kind === 'uri' && !/^[A-Za-z][A-Za-z0-9+.-]*:./u.test(name.uri)
          ? [{ where: NAMES, text: `${shown(name.uri)} is no absolute URI` }]
          : FINE,
      ),
  },
  {
    id: 'email-address',
    subject: 'certificate',
    severity: 'error',
    section: 'RFC 5280 §4.2.1.6',
    description: 'An e-mail address that is no mailbox: no local part, no @, no host.',
    check: (facts) =>
      namesOf(facts).flatMap((name) => {
        if (name.kind !== 'email') return FINE;
        const at = name.address.lastIndexOf('@');
        const fits = at > 0 && hostFault(name.address.slice(at + 1)) === undefined;
        return when(!fits, NAMES, `${shown(name.address)} is no mailbox`);
      }),
  },
];
