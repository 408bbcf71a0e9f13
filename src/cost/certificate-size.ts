/**
 * The bytes of certificates before they exist. A certificate is written with the encoder that issues certificates, with
 * zeros in place of key, identifiers and signature, and counted: what differs from the real one has the same length,
 * except ECDSA signatures, whose DER drops leading zeros.
 */
import { HybridgeError } from '../bytes/index.ts';
import {
  ACCESS_METHOD,
  type CertificateExtensions,
  encodeTbs,
  extensionsOf,
  keyAlgorithmIn,
  type Name,
  nameFrom,
  NO_EXPIRY,
  type Profile,
  profileExtensions,
  requirePermission,
  signatureIdentifier,
} from '../certificates/index.ts';
import { der } from '../encoding/index.ts';
import { writeSpki } from '../keys/index.ts';
import {
  algorithm,
  type EcCurveName,
  type KeyAlgorithmName,
  type KeyDescriptor,
  signature,
  type SignatureDescriptor,
  type SignatureName,
} from '../registry/index.ts';
import { quantity, type Quantity } from './quantity.ts';
import type { CertificateProfile } from './scenario.ts';

/** A certificate that nobody has issued yet. */
export interface CertificateDescription {
  /** What it is for, which settles key usages and purposes. */
  readonly use: Profile;
  /** Distinguished names in the text form of RFC 4514; the same name twice is a self-signed certificate. */
  readonly subject: string;
  readonly issuer: string;
  /** Whose key is in it. */
  readonly key: KeyAlgorithmName;
  /** What the issuer signs it with. */
  readonly signature: SignatureName;
  /** Of `ca`: how many CA certificates may follow. */
  readonly pathLength?: number | undefined;
  /** DNS names in subjectAltName. */
  readonly dnsNames?: readonly string[] | undefined;
  /** URL of the CRL distribution point. */
  readonly crlUrl?: string | undefined;
  /** URL of the OCSP responder. */
  readonly ocspUrl?: string | undefined;
  /** Octets of the serial number, 1 to 20; default 20, as issued here. */
  readonly serialOctets?: number | undefined;
  /** End of the validity; default one before 2050, whose encoding is two bytes shorter [RFC 5280 §4.1.2.5]. */
  readonly expires?: Date | 'never' | undefined;
}

/** Any date that is written as UTCTime. */
const SOON = new Date(Date.UTC(2027, 0, 1));

const KEY_IDENTIFIER = new Uint8Array(20);

/**
 * The size of the DER of a certificate, exact for certificates of `issueCertificate` with the same contents; of ECDSA
 * the expected size between bounds that fewer than one signature in a million leaves.
 *
 * @throws {@link HybridgeError} `invalid_argument` for names that are none and contents that contradict each other;
 * `unknown_algorithm`; `unsupported` for algorithms that certificates here cannot have; `wrong_algorithm` for a key or a
 * signature that cannot serve.
 *
 * @example
 * ```ts
 * import { certificateBytes } from 'hybridge/cost';
 *
 * const { value } = certificateBytes({
 *   use: 'tls-server',
 *   subject: 'CN=pump.example',
 *   issuer: 'CN=Ward CA,O=Hospital',
 *   key: 'ML-DSA-65',
 *   signature: 'ML-DSA-65',
 *   dnsNames: ['pump.example'],
 * });
 * console.log(value);
 * ```
 */
export function certificateBytes(description: CertificateDescription): Quantity<'bytes'> {
  const signer = signature(description.signature);
  requirePermission({}, signer);
  const { value, low, high } = signatureBytes(description.signature);
  const identifier = signatureIdentifier(signer);
  const rest = tbsOf(description, identifier).length + identifier.length;
  const whole = (signed: number): number => element(rest + element(1 + signed));
  return quantity(
    whole(value),
    'bytes',
    {
      status: 'derived',
      sources: ['rfc5280'],
      because: `DER of a certificate for ${description.subject} with a key of ${description.key}, signed with ${description.signature}`,
    },
    whole(low),
    whole(high),
  );
}

function tbsOf(description: CertificateDescription, identifier: Uint8Array): Uint8Array {
  const { use, key, pathLength, serialOctets = 20, expires = SOON } = description;
  if (!Number.isInteger(serialOctets) || serialOctets < 1 || serialOctets > 20)
    throw new HybridgeError(
      'invalid_argument',
      `certificate: a serial number of ${String(serialOctets)} octets, 1 to 20 [RFC 5280 §4.1.2.2]`,
      { fault: 'caller' },
    );
  const subject = named(description.subject);
  const descriptor: KeyDescriptor = algorithm(key);
  const spki = writeSpki(descriptor, new Uint8Array(publicKeyBytes(descriptor)));
  const wanted = profileExtensions({
    profile: use,
    pathLength,
    subject,
    keyAlgorithm: keyAlgorithmIn(spki),
    extensions: extensionsOfDescription(description),
  });
  return encodeTbs(
    {
      issuerName: named(description.issuer),
      subject,
      spki,
      validity: { notBefore: SOON, notAfter: expires === 'never' ? NO_EXPIRY : expires },
    },
    new Uint8Array(serialOctets).fill(0x40),
    [identifier],
    extensionsOf({ ...wanted, subjectKeyIdentifier: KEY_IDENTIFIER }),
  );
}

function extensionsOfDescription(description: CertificateDescription): CertificateExtensions {
  const { subject, issuer, dnsNames = [], crlUrl, ocspUrl } = description;
  return {
    ...(dnsNames.length > 0 && { subjectAltName: dnsNames.map((name) => ({ kind: 'dns', name }) as const) }),
    ...(crlUrl !== undefined && {
      crlDistributionPoints: [{ name: { fullName: [{ kind: 'uri', uri: crlUrl }] } }],
    }),
    ...(ocspUrl !== undefined && {
      authorityInfoAccess: [{ method: ACCESS_METHOD.ocsp, location: { kind: 'uri', uri: ocspUrl } }],
    }),
    ...(subject !== issuer && { authorityKeyIdentifier: { keyIdentifier: KEY_IDENTIFIER } }),
  };
}

const names = new Map<string, Name>();

// A fleet has a few names and asks for each of them again and again.
function named(text: string): Name {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = nameFrom(text);
  if (names.size >= 1000) names.clear();
  names.set(text, name);
  return name;
}

/** Tag, length and contents of an element. */
function element(contents: number): number {
  return der.header(0x30, contents).length + contents;
}

/** What a public exponent of 65537 saves against the largest one, which the registry's sizes of RSA keys allow. */
export const RSA_EXPONENT_SAVING: number = 30;

/** The size of the public key of an algorithm, in bytes; RSA with the exponent 65537. */
export function publicKeyBytes(descriptor: KeyDescriptor): number {
  const { publicKey } = descriptor.sizes;
  if (typeof publicKey === 'number') return publicKey;
  return descriptor.key.kind === 'rsa' ? publicKey.max - RSA_EXPONENT_SAVING : publicKey.max;
}

/**
 * How many bytes an ECDSA signature is below its largest size on average: two integers, each a byte shorter where the
 * first bit of its largest length is clear. That is half of all below an order near 2^256 or 2^384, a quarter near
 * 2^521, more where the order begins with 0xA9 or 0x8C as those of Brainpool.
 */
const ECDSA_SAVING: Readonly<Record<EcCurveName, number>> = {
  'P-256': 1.01,
  'P-384': 1.01,
  'P-521': 0.5,
  brainpoolP256r1: 1.51,
  brainpoolP384r1: 1.83,
};

/**
 * How many bytes two integers in DER are below their largest size together, at most: every byte after the first of each
 * has a probability of 1/256, so that one ECDSA signature in sixteen million is shorter.
 */
export const DER_SPREAD = 4;

/**
 * The size of a signature: exact, or for ECDSA and composites with it the expected one between bounds.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`; `unsupported` for stateful schemes, whose sizes hang on parameter
 * sets that the name does not tell.
 *
 * @example
 * ```ts
 * import { signatureBytes } from 'hybridge/cost';
 *
 * console.log(signatureBytes('ML-DSA-65').value, signatureBytes('ECDSA-P256-SHA256').high);
 * ```
 */
export function signatureBytes(name: SignatureName): Quantity<'bytes'> {
  const descriptor: SignatureDescriptor = signature(name);
  const provenance = {
    status: 'published',
    because: `a signature of ${name} [${descriptor.reference}]`,
  } as const;
  const size = descriptor.sizes.signature;
  if (typeof size === 'number') return quantity(size, 'bytes', provenance);
  const curve = curveIn(descriptor);
  if (curve === undefined)
    throw new HybridgeError('unsupported', `${name}: the size of a signature hangs on its parameter set`, {
      fault: 'caller',
      details: { algorithm: name },
    });
  return quantity(
    Math.round(size.max - ECDSA_SAVING[curve]),
    'bytes',
    { ...provenance, status: 'derived', because: `${provenance.because}, whose DER drops leading zeros` },
    size.max - DER_SPREAD,
    size.max,
  );
}

function curveIn(descriptor: SignatureDescriptor): EcCurveName | undefined {
  if (descriptor.kind === 'ecdsa') return descriptor.curve;
  return descriptor.kind === 'composite-signature' ? curveIn(signature(descriptor.traditional)) : undefined;
}

/** A chain as it is sent: leaf first, without its root. */
export interface ChainDescription {
  readonly signature: SignatureName;
  /** Key of the leaf; default one for the same signature. */
  readonly leafKey?: KeyAlgorithmName | undefined;
  readonly intermediates: number;
  /** Whose leaf it is. Default `server`; a leaf whose key establishes secrets is neither. */
  readonly side?: 'client' | 'server' | undefined;
  readonly profile?: CertificateProfile | undefined;
}

/** One certificate of a chain. */
export interface ChainCertificate {
  readonly label: string;
  readonly bytes: Quantity<'bytes'>;
}

/** The profile of scenarios that name none. */
export const DEFAULT_PROFILE: CertificateProfile = {};

/** What a profile leaves open. */
export const DEFAULT_SUBJECT = 'CN=device.example';
const DEFAULT_DNS_NAMES: readonly string[] = ['device1.example'];

/** The most intermediates that are asked about; more are a mistake. */
const MOST_INTERMEDIATES = 16;

/** The DNS names of a profile; the first is the one that clients ask for. */
export function dnsNamesOf({
  dnsNames = DEFAULT_DNS_NAMES,
}: CertificateProfile = DEFAULT_PROFILE): readonly string[] {
  return dnsNames;
}

/** The size of the encoded name of the root, which servers send with the request for a client certificate. */
export function rootNameBytes(intermediates: number, profile: CertificateProfile = DEFAULT_PROFILE): number {
  return named(issuerAt(intermediates, intermediates, profile)).bytes.length;
}

/** The name of a CA: 0 is the one that signs the leaf, `intermediates` the root. */
function issuerAt(index: number, intermediates: number, { issuers = [] }: CertificateProfile): string {
  return (
    issuers[index] ?? (index === intermediates ? 'CN=Root CA' : `CN=Intermediate CA ${String(index + 1)}`)
  );
}

const chains = new WeakMap<CertificateProfile, Map<string, readonly ChainCertificate[]>>();

/**
 * The certificates of a chain with their sizes, leaf first, the root left out. Intermediates have a path length and
 * the CRL and OCSP addresses of the profile, as the leaf has. Kept for each profile object.
 *
 * @throws {@link HybridgeError} as {@link certificateBytes}.
 *
 * @example
 * ```ts
 * import { chainCertificates } from 'hybridge/cost';
 *
 * for (const { label, bytes } of chainCertificates({ signature: 'ML-DSA-44', intermediates: 1 }))
 *   console.log(label, bytes.value);
 * ```
 */
export function chainCertificates(chain: ChainDescription): readonly ChainCertificate[] {
  const {
    signature: name,
    leafKey = name,
    intermediates,
    side = 'server',
    profile = DEFAULT_PROFILE,
  } = chain;
  if (!Number.isInteger(intermediates) || intermediates < 0 || intermediates > MOST_INTERMEDIATES)
    throw new HybridgeError(
      'invalid_argument',
      `a chain with ${String(intermediates)} intermediates; 0 to ${String(MOST_INTERMEDIATES)}`,
      { fault: 'caller' },
    );
  const key = `${name} ${leafKey} ${String(intermediates)} ${side}`;
  const ofProfile = chains.get(profile) ?? new Map<string, readonly ChainCertificate[]>();
  const known = ofProfile.get(key);
  if (known !== undefined) return known;
  const made = describedChain(name, leafKey, intermediates, side, profile).map(
    ({ label, ...description }) => ({
      label,
      bytes: certificateBytes(description),
    }),
  );
  ofProfile.set(key, made);
  chains.set(profile, ofProfile);
  return made;
}

function describedChain(
  name: SignatureName,
  leafKey: KeyAlgorithmName,
  intermediates: number,
  side: 'client' | 'server',
  profile: CertificateProfile,
): readonly (CertificateDescription & { readonly label: string })[] {
  const { subject = DEFAULT_SUBJECT, crlUrl, ocspUrl, expires } = profile;
  const dnsNames = dnsNamesOf(profile);
  const leaf: CertificateDescription & { readonly label: string } = {
    label: 'leaf',
    use: useOf(leafKey, side),
    subject,
    issuer: issuerAt(0, intermediates, profile),
    key: leafKey,
    signature: name,
    dnsNames,
    crlUrl,
    ocspUrl,
    expires,
  };
  const authorities = Array.from({ length: intermediates }, (_, index) => ({
    label: intermediates === 1 ? 'intermediate' : `intermediate ${String(index + 1)}`,
    use: 'ca' as const,
    subject: issuerAt(index, intermediates, profile),
    issuer: issuerAt(index + 1, intermediates, profile),
    key: name,
    signature: name,
    pathLength: index,
    crlUrl,
    ocspUrl,
  }));
  return [leaf, ...authorities];
}

function useOf(leafKey: KeyAlgorithmName, side: 'client' | 'server'): Profile {
  if (algorithm(leafKey).use === 'kem') return 'encryption';
  return side === 'server' ? 'tls-server' : 'tls-client';
}
