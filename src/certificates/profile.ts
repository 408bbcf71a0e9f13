/** What certificates for a purpose contain: key usages by the key's algorithm, extended key usages, a lifetime. */
import { HybridgeError } from '../bytes/index.ts';
import type { AlgorithmIdentifier } from './algorithm-identifier.ts';
import type { Extension, ExtensionInput, ExtensionValues, KeyUsage } from './extension.ts';
import { encodeExtension } from './extensions.ts';
import { isHardwareModuleName } from './hardware-module-name.ts';
import { keyAlgorithmOf, OF_SIGNATURE, usagesOf } from './key-rules.ts';
import { attributeTexts, isEmptyName, type Name } from './name.ts';
import { PURPOSE } from './oids.ts';

/** The profiles by name. */
export const PROFILES = [
  'ca',
  'tls-server',
  'tls-client',
  'device-identity',
  'code-signing',
  'encryption',
  'ocsp-signing',
  'time-stamping',
] as const;

/**
 * What a certificate is for.
 *
 * - `ca`: signs certificates and CRLs.
 * - `tls-server`, `tls-client`: authenticates a TLS endpoint; a server has its names in subjectAltName [RFC 9525].
 * - `device-identity`: what a device is born with [IEEE 802.1AR]: never expires, names the device by a serial number
 *   in its subject or a hardwareModuleName [RFC 4108 §5].
 * - `code-signing`: signs programs and firmware.
 * - `encryption`: receives encrypted messages; the only one for keys that establish secrets (ML-KEM, composite KEMs,
 *   X25519).
 * - `ocsp-signing`, `time-stamping`: delegated responders [RFC 6960 §4.2.2.2] and time-stamping authorities
 *   [RFC 3161 §2.3].
 */
export type Profile = (typeof PROFILES)[number];

/** Extensions that a caller may add: all but those that the profile, the keys and CRLs settle. */
export type CertificateExtensions = Omit<
  ExtensionInput,
  | 'altSignatureAlgorithm'
  | 'altSignatureValue'
  | 'basicConstraints'
  | 'certificateIssuer'
  | 'crlNumber'
  | 'deltaCrlIndicator'
  | 'invalidityDate'
  | 'issuingDistributionPoint'
  | 'reasonCode'
  | 'subjectAltPublicKeyInfo'
>;

interface Rule {
  /** Whether the purpose takes a key that signs, or one that establishes secrets. */
  readonly key: 'establishes' | 'signs';
  /** The usages of the purpose, the essential one first; a key has those of them that its algorithm can serve. */
  readonly usages: readonly KeyUsage[];
  /** Extended key usages; none leaves the purpose open, as for CAs and device identities. */
  readonly purposes: readonly string[];
  /** Days, unless the caller says otherwise. */
  readonly lifetime: number | 'never';
}

const RULES: Readonly<Record<Profile, Rule>> = {
  ca: { key: 'signs', usages: ['keyCertSign', 'cRLSign'], purposes: [], lifetime: 3650 },
  'code-signing': {
    key: 'signs',
    usages: ['digitalSignature'],
    purposes: [PURPOSE.codeSigning],
    lifetime: 365,
  },
  'device-identity': { key: 'signs', usages: ['digitalSignature'], purposes: [], lifetime: 'never' },
  encryption: {
    key: 'establishes',
    usages: ['keyEncipherment', 'keyAgreement'],
    purposes: [],
    lifetime: 365,
  },
  'ocsp-signing': {
    key: 'signs',
    usages: ['digitalSignature'],
    purposes: [PURPOSE.ocspSigning],
    lifetime: 30,
  },
  'time-stamping': {
    key: 'signs',
    usages: ['digitalSignature'],
    purposes: [PURPOSE.timeStamping],
    lifetime: 1825,
  },
  'tls-client': { key: 'signs', usages: ['digitalSignature'], purposes: [PURPOSE.clientAuth], lifetime: 365 },
  'tls-server': {
    key: 'signs',
    // An RSA key also decrypted secrets, up to TLS 1.2, and older software insists that it may.
    usages: ['digitalSignature', 'keyEncipherment'],
    purposes: [PURPOSE.serverAuth],
    lifetime: 90,
  },
};

const DAY = 86_400_000;

/** "No well-defined expiration date" [RFC 5280 §4.1.2.5]: 99991231235959Z. */
export const NO_EXPIRY: Date = new Date(Date.UTC(9999, 11, 31, 23, 59, 59));

/** When a certificate of this profile ends, unless the caller says otherwise. */
export function defaultEnd(profile: Profile, notBefore: Date): Date {
  const { lifetime } = RULES[profile];
  return lifetime === 'never' ? NO_EXPIRY : endAfter(notBefore, lifetime);
}

/** The last second of so many days: both ends of a validity are included [RFC 5280 §4.1.2.5]. */
export function endAfter(notBefore: Date, days: number): Date {
  return new Date(notBefore.getTime() + days * DAY - 1000);
}

/** What the extensions of a certificate follow from. */
export interface Profiled {
  readonly profile: Profile;
  readonly pathLength: number | undefined;
  readonly subject: Name;
  readonly keyAlgorithm: AlgorithmIdentifier;
  readonly extensions: CertificateExtensions;
}

/**
 * The extensions that the profile asks for and those that the caller adds.
 *
 * @throws HybridgeError `wrong_algorithm` for a key that cannot serve the purpose; `invalid_argument` where caller and
 * profile contradict each other.
 */
export function profileExtensions(profiled: Profiled): ExtensionInput {
  const { profile, pathLength, subject, keyAlgorithm, extensions } = profiled;
  const { purposes } = RULES[profile];
  requireName(profiled);
  const keyUsage = keyUsageFor(profile, keyAlgorithm, extensions.keyUsage);
  const { extendedKeyUsage, ...given }: CertificateExtensions = extensions;
  for (const purpose of purposes)
    if (extendedKeyUsage?.includes(purpose) === false)
      throw contradiction(profile, `the extended key usage lacks ${purpose}`);
  const wanted = extendedKeyUsage ?? purposes;
  return {
    ...given,
    ...(profile === 'ca' ? { basicConstraints: { ca: true, pathLength } } : {}),
    ...(profile === 'ocsp-signing' ? { ocspNoCheck: true } : {}),
    keyUsage,
    ...withCriticality(profile, subject, wanted, given),
  };
}

/** The two extensions whose criticality depends on the rest of the certificate. */
function withCriticality(
  profile: Profile,
  subject: Name,
  purposes: readonly string[],
  { subjectAltName, other = [] }: CertificateExtensions,
): Pick<ExtensionValues, 'extendedKeyUsage' | 'subjectAltName'> & { readonly other: readonly Extension[] } {
  // RFC 3161 §2.3: critical, and nothing else in it. RFC 5280 §4.2.1.6: critical where the subject is empty.
  const strictPurpose = profile === 'time-stamping';
  const names = subjectAltName?.length === 0 ? undefined : subjectAltName;
  const strictNames = names !== undefined && isEmptyName(subject);
  return {
    extendedKeyUsage: purposes.length === 0 || strictPurpose ? undefined : purposes,
    subjectAltName: strictNames ? undefined : names,
    other: [
      ...(strictPurpose ? [encodeExtension('extendedKeyUsage', purposes, true)] : []),
      ...(strictNames ? [encodeExtension('subjectAltName', names, true)] : []),
      ...other,
    ],
  };
}

function requireName({ profile, subject, extensions: { subjectAltName = [] } }: Profiled): void {
  if (isEmptyName(subject) && (profile === 'ca' || subjectAltName.length === 0))
    throw contradiction(profile, 'the subject is empty, and nothing else names it', 'RFC 5280 §4.1.2.6');
  if (profile === 'tls-server' && !subjectAltName.some(({ kind }) => kind === 'dns' || kind === 'ip'))
    throw contradiction(profile, 'no DNS name and no IP address in subjectAltName', 'RFC 9525 §6.1');
  if (
    profile === 'device-identity' &&
    attributeTexts(subject, SERIAL_NUMBER).length === 0 &&
    !subjectAltName.some(isHardwareModuleName)
  )
    throw contradiction(
      profile,
      'neither a serialNumber in the subject nor a hardwareModuleName in subjectAltName',
      'IEEE 802.1AR-2018 §8.6',
    );
}

const SERIAL_NUMBER = '2.5.4.5';

/** An EC key signs and agrees [RFC 5480 §3]. */
const OF_EC: readonly KeyUsage[] = [...OF_SIGNATURE, 'keyAgreement', 'encipherOnly', 'decipherOnly'];
/** An RSA key signs and transports keys [RFC 3279 §2.3.1]. */
const OF_RSA: readonly KeyUsage[] = [...OF_SIGNATURE, 'keyEncipherment', 'dataEncipherment'];
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

function servedBy(keyAlgorithm: AlgorithmIdentifier): readonly KeyUsage[] {
  if (keyAlgorithm.oid === EC_PUBLIC_KEY) return OF_EC;
  if (keyAlgorithm.oid === RSA_ENCRYPTION) return OF_RSA;
  return usagesOf(keyAlgorithm) ?? OF_SIGNATURE;
}

function keyUsageFor(
  profile: Profile,
  keyAlgorithm: AlgorithmIdentifier,
  given: readonly KeyUsage[] | undefined,
): readonly KeyUsage[] {
  const served = servedBy(keyAlgorithm);
  const { key, usages } = RULES[profile];
  const usual = usages.filter((usage) => served.includes(usage));
  const [essential] = usual;
  if (essential === undefined || (key === 'signs' && !served.includes('digitalSignature')))
    throw wrongKey(profile, keyAlgorithm);
  if (given === undefined) return usual;
  const unserved = given.filter((usage) => !served.includes(usage));
  if (unserved.length > 0)
    throw contradiction(profile, `a key of ${nameOfKey(keyAlgorithm)} cannot serve ${unserved.join(', ')}`);
  if (!given.includes(essential)) throw contradiction(profile, `the key usage lacks ${essential}`);
  if (profile !== 'ca' && given.includes('keyCertSign'))
    throw contradiction(profile, 'the key usage has keyCertSign', 'RFC 5280 §4.2.1.9');
  return given;
}

function wrongKey(profile: Profile, keyAlgorithm: AlgorithmIdentifier): HybridgeError {
  const name = nameOfKey(keyAlgorithm);
  const establishes = profile !== 'encryption';
  return new HybridgeError(
    'wrong_algorithm',
    establishes
      ? `certificate: ${profile} wants a key that signs, and ${name} establishes secrets`
      : `certificate: ${profile} wants a key that establishes secrets, and ${name} signs`,
    {
      fault: 'caller',
      hint: establishes
        ? 'TLS 1.3 takes its KEM from the handshake, not from the certificate; KEM keys have the profile encryption'
        : 'generate a key such as ML-KEM-768 or MLKEM768-X25519-SHA3-256 for it',
      details: { profile, algorithm: name },
    },
  );
}

function nameOfKey({ oid }: AlgorithmIdentifier): string {
  if (oid === EC_PUBLIC_KEY) return 'an elliptic curve';
  if (oid === RSA_ENCRYPTION) return 'RSA';
  return keyAlgorithmOf(oid)?.name ?? oid;
}

function contradiction(profile: Profile, what: string, section?: string): HybridgeError {
  return new HybridgeError(
    'invalid_argument',
    `certificate for ${profile}: ${what}${section === undefined ? '' : ` [${section}]`}`,
    { fault: 'caller', details: { profile } },
  );
}
