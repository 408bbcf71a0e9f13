/** Issuing certificates: roots, intermediates and leaves [RFC 5280 §4]. */
import { HybridgeError } from '../bytes/index.ts';
import { der } from '../encoding/index.ts';
import { writeSpki } from '../keys/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import { sign, type SigningIdentity } from '../sign/index.ts';
import { decodeAlgorithmIdentifier, keyAlgorithmIn, signatureIdentifier } from './algorithm-identifier.ts';
import { alternativeKeyHolder } from './alternative.ts';
import { type Certificate, parseCertificate, type Validity } from './certificate.ts';
import type { Extension } from './extension.ts';
import { encodeExtension, encodeExtensions, extensionsOf } from './extensions.ts';
import { requireKeyOf } from './key-match.ts';
import { authorityKeyIdentifier, keyIdentifier } from './key-identifier.ts';
import { type Name, nameFrom } from './name.ts';
import { type PolicyOptions, requirePermission } from './permission.ts';
import {
  type CertificateExtensions,
  defaultEnd,
  endAfter,
  NO_EXPIRY,
  type Profile,
  type Profiled,
  profileExtensions,
} from './profile.ts';
import { type CertificateRequest, verifyRequest } from './request.ts';
import { randomSerialNumber, requireSerialNumber } from './serial-number.ts';
import { type KeyHolder, signSigned, verifySigned } from './signed.ts';
import { encodeTime } from './time.ts';

/**
 * From when until when. Without an end the profile has one (90 days for `tls-server`, ten years for `ca`, none for
 * `device-identity`), brought forward to the issuer's where that is earlier. `never` is 99991231235959Z
 * [RFC 5280 §4.1.2.5].
 */
export type ValidityInput =
  | { readonly notBefore: Date; readonly notAfter?: Date | 'never' | undefined; readonly days?: undefined }
  | { readonly notBefore: Date; readonly days: number; readonly notAfter?: undefined };

/** A profile; `pathLength` says how many CA certificates may follow a CA, any number where it is absent. */
export type ProfileOptions =
  | { readonly profile: 'ca'; readonly pathLength?: number | undefined }
  | { readonly profile: Exclude<Profile, 'ca'>; readonly pathLength?: undefined };

/** What certificates have in common, whoever signs them. */
interface Content {
  readonly validity: ValidityInput;
  /**
   * Big-endian bytes of a positive number of at most 20 octets, which the issuer never uses again. Random unless
   * given.
   */
  readonly serialNumber?: Uint8Array | undefined;
  /** Extensions beside and instead of those of the profile. */
  readonly extensions?: CertificateExtensions | undefined;
}

/** Extensions that a request may ask for. */
export type RequestableExtension =
  'certificatePolicies' | 'extendedKeyUsage' | 'subjectAltName' | 'tlsFeature';

/** Whose certificate it is: what a request says, or what the issuer knows. */
export type SubjectOptions =
  | {
      /** The request; its proof of possession is verified. */
      readonly request: CertificateRequest;
      /** The subject instead of the request's. */
      readonly subject?: Name | string | undefined;
      /** Which extensions are taken over from the request: `subjectAltName` alone unless given. */
      readonly requested?: readonly RequestableExtension[] | undefined;
      /** Who signed a request that states possession [RFC 9883]; a certificate that the caller has validated. */
      readonly signer?: Certificate | undefined;
      readonly publicKey?: undefined;
    }
  | {
      /** A name, or its text form [RFC 4514]. */
      readonly subject: Name | string;
      /** The subject's key, signature or KEM. That the subject has the private key is the caller's to know. */
      readonly publicKey: PublicKey;
      readonly request?: undefined;
      readonly requested?: undefined;
      readonly signer?: undefined;
    };

/** Who signs. */
export interface Issuer {
  readonly certificate: Certificate;
  /** The private key of that certificate, or a signer that has it. */
  readonly key: SigningIdentity;
}

/** What {@link issueCertificate} is told. */
export type IssueOptions = Content &
  PolicyOptions &
  ProfileOptions &
  SubjectOptions & {
    readonly issuer: Issuer;
    /** Adds an alternative signature [ITU-T X.509 (2019) §9.8], which older software passes over. */
    readonly alternative?:
      | {
          /** The issuer's alternative private key; its certificate has the public one. */
          readonly key: SigningIdentity;
          /** The subject's alternative public key, where it has one. */
          readonly publicKey?: PublicKey | undefined;
        }
      | undefined;
    /** Lets a validity pass that is not within the issuer's; without it only device identities outlive their issuer. */
    readonly outsideIssuerValidity?: boolean | undefined;
  };

/** What {@link issueSelfSigned} is told. */
export type SelfSignedOptions = Content &
  PolicyOptions &
  ProfileOptions & {
    readonly key: SigningIdentity;
    /** A name, or its text form [RFC 4514]. */
    readonly subject: Name | string;
    /** A second key with a second signature [ITU-T X.509 (2019) §9.8], which older software passes over. */
    readonly alternative?: { readonly key: SigningIdentity } | undefined;
  };

/**
 * Issues a certificate. The profile settles key usage by the algorithm of the key [RFC 9881 §5, RFC 9909 §6,
 * RFC 9935 §5], extended key usage, basic constraints and key identifiers; `extensions` adds to it.
 *
 * The certificate is refused where it could not be valid: the issuer is no CA or has no path length left, its key is
 * not the signer's, the validity is not within the issuer's, the key cannot serve the profile. The signature is
 * verified before the certificate is returned, since a signer elsewhere may err.
 *
 * @throws {@link HybridgeError} `invalid_argument` for what contradicts itself, and for a request without proof of
 * possession; `wrong_algorithm` for a key that cannot serve; `policy_refused`; `unsupported`; what signers throw.
 *
 * @example
 * ```ts
 * import { createRequest, issueCertificate, issueSelfSigned } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const ca = await generateKeyPair(provider, 'MLDSA65-ECDSA-P256-SHA512');
 * const root = await issueSelfSigned(provider, {
 *   key: ca.privateKey,
 *   subject: 'CN=Hospital root,O=Hospital',
 *   profile: 'ca',
 *   validity: { notBefore: new Date('2027-01-01') },
 * });
 * const server = await generateKeyPair(provider, 'ML-DSA-65');
 * const leaf = await issueCertificate(provider, {
 *   issuer: { certificate: root, key: ca.privateKey },
 *   request: await createRequest(provider, {
 *     key: server.privateKey,
 *     subject: 'CN=pump.example',
 *     extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
 *   }),
 *   profile: 'tls-server',
 *   validity: { notBefore: new Date('2027-01-02'), days: 47 },
 * });
 * console.log(leaf.toPem().slice(0, 27), leaf.bytes.length);
 * ```
 */
export async function issueCertificate(provider: Provider, options: IssueOptions): Promise<Certificate> {
  const { issuer, alternative, extensions = {} } = options;
  requireKeyOf(issuer.certificate, issuer.key, "the issuer's certificate");
  requirePermission(options, issuer.key.algorithm, alternative?.key.algorithm);
  const { subject, spki, asked } = await subjectOf(provider, options);
  return build(provider, {
    issuerName: issuer.certificate.subject,
    signer: issuer.key,
    verifier: issuer.certificate,
    subject,
    spki,
    validity: validityWithin(issuer.certificate, options),
    serialNumber: options.serialNumber,
    extensions: extensionsFor(provider, spki, {
      profile: options.profile,
      pathLength: pathLengthUnder(issuer.certificate, options),
      subject,
      extensions: {
        ...extensions,
        ...overridden(asked, extensions),
        authorityKeyIdentifier: extensions.authorityKeyIdentifier ?? {
          keyIdentifier: authorityKeyIdentifier(provider, issuer.certificate),
        },
      },
    }),
    alternative: alternative === undefined ? undefined : alternativeOf(issuer.certificate, alternative),
  });
}

/**
 * Issues a certificate that is signed with its own key: a root, or one that is trusted by itself.
 *
 * @throws {@link HybridgeError} `wrong_algorithm` for a key that cannot sign or cannot serve the profile;
 * `invalid_argument` for what contradicts itself; `policy_refused`; `unsupported`; what signers throw.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-87');
 * const root = await issueSelfSigned(provider, {
 *   key: privateKey,
 *   subject: 'CN=Hospital root,O=Hospital,C=CH',
 *   profile: 'ca',
 *   pathLength: 1,
 *   validity: { notBefore: new Date('2027-01-01'), days: 7300 },
 * });
 * console.log(root.extensions.keyUsage); // [ 'keyCertSign', 'cRLSign' ]
 * ```
 */
export async function issueSelfSigned(provider: Provider, options: SelfSignedOptions): Promise<Certificate> {
  const { key, profile, pathLength, extensions = {}, alternative } = options;
  requireSigner(key);
  requirePermission(options, key.algorithm, alternative?.key.algorithm);
  const subject = nameOf(options.subject);
  const spki = spkiOf(key.publicKey);
  const { notBefore, notAfter } = endsOf(options);
  return build(provider, {
    issuerName: subject,
    signer: key,
    verifier: { subjectPublicKeyInfo: spki },
    subject,
    spki,
    validity: requireOrder({ notBefore, notAfter: notAfter ?? defaultEnd(profile, notBefore) }),
    serialNumber: options.serialNumber,
    extensions: extensionsFor(provider, spki, { profile, pathLength, subject, extensions }),
    alternative:
      alternative === undefined ? undefined : { key: alternative.key, publicKey: alternative.key.publicKey },
  });
}

// Types already refuse it, for those who have them.
function requireSigner({ algorithm }: { readonly algorithm: PublicKey['algorithm'] }): void {
  if (algorithm.use === 'signature') return;
  throw new HybridgeError(
    'wrong_algorithm',
    `certificate: a key of ${algorithm.name} establishes secrets; it cannot sign its own certificate`,
    {
      fault: 'caller',
      hint: 'let a CA with a signature key issue it: issueCertificate with publicKey',
      details: { algorithm: algorithm.name },
    },
  );
}

const nameOf = (subject: Name | string): Name => (typeof subject === 'string' ? nameFrom(subject) : subject);

const spkiOf = (publicKey: PublicKey): Uint8Array => writeSpki(publicKey.algorithm, publicKey.bytes());

type AskedExtensions = Pick<CertificateExtensions, RequestableExtension>;

/** Name, key and wishes of the subject. */
async function subjectOf(
  provider: Provider,
  { request, subject, publicKey, requested = ['subjectAltName'], signer }: SubjectOptions,
): Promise<{ readonly subject: Name; readonly spki: Uint8Array; readonly asked: AskedExtensions }> {
  if (request === undefined) return { subject: nameOf(subject), spki: spkiOf(publicKey), asked: {} };
  if (!(await verifyRequest(provider, request, { signer })))
    throw new HybridgeError('invalid_argument', 'request: it does not prove possession of its key', {
      fault: 'input',
      ...(request.possessionStatement === undefined
        ? {}
        : {
            hint: 'it is signed with another key [RFC 9883]; give the validated certificate of that as signer',
          }),
    });
  const { extensions, subjectPublicKeyInfo } = request;
  const taken = <T>(name: RequestableExtension, value: T): T | undefined =>
    requested.includes(name) ? value : undefined;
  return {
    subject: subject === undefined ? request.subject : nameOf(subject),
    spki: subjectPublicKeyInfo,
    asked: {
      certificatePolicies: taken('certificatePolicies', extensions.certificatePolicies),
      extendedKeyUsage: taken('extendedKeyUsage', extensions.extendedKeyUsage),
      subjectAltName: taken('subjectAltName', extensions.subjectAltName),
      tlsFeature: taken('tlsFeature', extensions.tlsFeature),
    },
  };
}

/** What a request asks for, except where the issuer says otherwise. */
function overridden(asked: AskedExtensions, given: AskedExtensions): AskedExtensions {
  return {
    certificatePolicies: given.certificatePolicies ?? asked.certificatePolicies,
    extendedKeyUsage: given.extendedKeyUsage ?? asked.extendedKeyUsage,
    subjectAltName: given.subjectAltName ?? asked.subjectAltName,
    tlsFeature: given.tlsFeature ?? asked.tlsFeature,
  };
}

/** The extensions of the profile, with the identifier of the key. */
function extensionsFor(
  provider: Provider,
  spki: Uint8Array,
  content: Omit<Profiled, 'keyAlgorithm'>,
): readonly Extension[] {
  const { subjectKeyIdentifier } = content.extensions;
  return extensionsOf({
    ...profileExtensions({ ...content, keyAlgorithm: keyAlgorithmIn(spki) }),
    subjectKeyIdentifier: subjectKeyIdentifier ?? keyIdentifier(provider, { subjectPublicKeyInfo: spki }),
  });
}

/**
 * How many CA certificates may follow: what is given, within what the issuer has left [RFC 5280 §4.2.1.9].
 *
 * @throws HybridgeError `invalid_argument` for an issuer that is no CA or has nothing left.
 */
function pathLengthUnder(
  { extensions: { basicConstraints, keyUsage } }: Certificate,
  { profile, pathLength }: ProfileOptions,
): number | undefined {
  if (basicConstraints?.ca !== true) throw refused('the issuer is no CA', 'RFC 5280 §4.2.1.9');
  if (keyUsage?.includes('keyCertSign') === false)
    throw refused('the key usage of the issuer lacks keyCertSign', 'RFC 5280 §4.2.1.3');
  const left = basicConstraints.pathLength;
  if (profile !== 'ca' || left === undefined) return pathLength;
  if (left === 0)
    throw refused('the issuer may issue to end entities only (path length 0)', 'RFC 5280 §4.2.1.9');
  if (pathLength !== undefined && pathLength >= left)
    throw refused(`a path length of ${pathLength} under an issuer with ${left}`, 'RFC 5280 §4.2.1.9');
  return pathLength ?? left - 1;
}

/** Begin and end as given, in the whole seconds that certificates have. */
function endsOf({ validity }: Content): { readonly notBefore: Date; readonly notAfter: Date | undefined } {
  const notBefore = wholeSeconds(validity.notBefore);
  if (validity.days === undefined) {
    const { notAfter } = validity;
    return { notBefore, notAfter: notAfter === 'never' ? NO_EXPIRY : notAfter && wholeSeconds(notAfter) };
  }
  if (!(validity.days > 0)) throw refused(`a validity of ${validity.days} days`);
  return { notBefore, notAfter: endAfter(notBefore, validity.days) };
}

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function requireOrder(validity: Validity): Validity {
  if (validity.notBefore > validity.notAfter) throw refused('the validity ends before it begins');
  return validity;
}

function validityWithin(
  { validity: outer }: Certificate,
  options: Content & Pick<IssueOptions, 'outsideIssuerValidity' | 'profile'>,
): Validity {
  const { profile, outsideIssuerValidity = profile === 'device-identity' } = options;
  const { notBefore, notAfter } = endsOf(options);
  const usual = defaultEnd(profile, notBefore);
  const end = notAfter ?? (usual > outer.notAfter && !outsideIssuerValidity ? outer.notAfter : usual);
  const validity = requireOrder({ notBefore, notAfter: end });
  if (!outsideIssuerValidity && (notBefore < outer.notBefore || end > outer.notAfter))
    throw new HybridgeError(
      'invalid_argument',
      `certificate: valid from ${notBefore.toISOString()} to ${end.toISOString()}, ` +
        `its issuer from ${outer.notBefore.toISOString()} to ${outer.notAfter.toISOString()}`,
      { fault: 'caller', hint: 'shorten it, or say outsideIssuerValidity where that is meant' },
    );
  return validity;
}

interface AlternativeSigner {
  readonly key: SigningIdentity;
  readonly publicKey?: PublicKey | undefined;
}

function alternativeOf(issuer: Certificate, alternative: AlternativeSigner): AlternativeSigner {
  const holder = alternativeKeyHolder(issuer);
  if (holder === undefined)
    throw refused('the issuer has no alternative key, so no alternative signature of it can be verified');
  requireKeyOf(holder, alternative.key, 'the alternative key of the issuer');
  return alternative;
}

/** What stands in a certificate beside serial number, algorithm and extensions. */
interface Unnumbered {
  readonly issuerName: Name;
  readonly subject: Name;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly validity: Validity;
}

/** A certificate before it is signed. */
interface Unsigned extends Unnumbered {
  readonly signer: SigningIdentity;
  /** Who has the public key of the signer. */
  readonly verifier: KeyHolder;
  readonly serialNumber: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
  readonly alternative: AlternativeSigner | undefined;
}

async function build(provider: Provider, unsigned: Unsigned): Promise<Certificate> {
  const { signer, verifier, alternative, serialNumber = randomSerialNumber(provider.random) } = unsigned;
  requireSerialNumber(serialNumber);
  const tbs = (algorithm: readonly Uint8Array[], extensions: readonly Extension[]): Uint8Array =>
    encodeTbs(unsigned, serialNumber, algorithm, extensions);
  const extensions =
    alternative === undefined
      ? unsigned.extensions
      : await withAlternative(provider, alternative, unsigned.extensions, (kept) => tbs([], kept));
  const bytes = await signSigned(provider, signer, (algorithm) => tbs([algorithm], extensions));
  const certificate = parseCertificate(bytes);
  if (!(await verifySigned(provider, certificate, verifier)))
    throw new HybridgeError(
      'invalid_key',
      'certificate: the signature made does not verify under the issuer’s key',
      {
        hint: 'the signer is not the one it claims to be, or it erred',
      },
    );
  return certificate;
}

/** The alternative signature is made first; the ordinary one then covers it. */
async function withAlternative(
  provider: Provider,
  { key, publicKey }: AlternativeSigner,
  extensions: readonly Extension[],
  alternativeTbs: (extensions: readonly Extension[]) => Uint8Array,
): Promise<readonly Extension[]> {
  const algorithm = decodeAlgorithmIdentifier(signatureIdentifier(key.algorithm));
  const covered = [
    ...extensions,
    ...(publicKey === undefined ? [] : [encodeExtension('subjectAltPublicKeyInfo', spkiOf(publicKey))]),
    encodeExtension('altSignatureAlgorithm', algorithm),
  ];
  const signature = await sign(provider, key, alternativeTbs(covered));
  return [...covered, encodeExtension('altSignatureValue', signature)];
}

/** DER of a TBSCertificate; without an `algorithm` it is what alternative signatures cover. */
export function encodeTbs(
  { issuerName, validity, subject, spki }: Unnumbered,
  serialNumber: Uint8Array,
  algorithm: readonly Uint8Array[],
  extensions: readonly Extension[],
): Uint8Array {
  return der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsignedInteger(serialNumber),
    ...algorithm,
    issuerName.bytes,
    der.sequence(encodeTime(validity.notBefore), encodeTime(validity.notAfter)),
    subject.bytes,
    spki,
    der.explicit(3, encodeExtensions(extensions)),
  );
}

function refused(what: string, section?: string): HybridgeError {
  return new HybridgeError(
    'invalid_argument',
    `certificate: ${what}${section === undefined ? '' : ` [${section}]`}`,
    { fault: 'caller' },
  );
}
