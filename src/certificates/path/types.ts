import type { Policy } from '../../policy/index.ts';
import type { Certificate } from '../certificate.ts';
import type { Crl } from '../crl.ts';
import type { NameConstraints } from '../extension.ts';
import type { Name } from '../name.ts';
import type { OcspResponse } from '../ocsp-response.ts';
import type { PathUse } from './purpose.ts';
import type { ReferenceName } from './reference-name.ts';

/** A certificate, or its DER or PEM. A PEM text may hold several: the first one is meant, the others join the pool. */
export type CertificateInput = Certificate | Uint8Array | string;

/**
 * What is to be validated: one certificate; a chain as protocols carry it, whose first certificate is meant and whose
 * order does not matter beyond that; or one certificate and a pool of others.
 */
export type PathInput =
  | CertificateInput
  | readonly CertificateInput[]
  | { readonly certificate: CertificateInput; readonly pool?: readonly CertificateInput[] | undefined };

/** A name and a key that are trusted as they are [RFC 5280 §6.1.1 (d)]; without dates, so they never expire. */
export interface NamedKey {
  readonly name: Name;
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** Names that the anchor's subjects are limited to [RFC 5914 §2.5]. */
  readonly nameConstraints?: NameConstraints | undefined;
}

/**
 * What the caller trusts. A certificate is taken with what it says of itself: it must be within its dates and
 * allowed to issue certificates, and its constraints hold for the path [RFC 5937 §3]. Its own signature says nothing
 * that the caller's trust does not, and is not looked at. To trust a key beyond the dates of its certificate, give
 * `{ name, subjectPublicKeyInfo }`.
 */
export type TrustAnchor = Certificate | NamedKey;

/** The certificate policies of X.509 that the path is to be good for [RFC 5280 §6.1.1 (c), (e)-(g)]. */
export interface PolicyInputs {
  /** user-initial-policy-set: object identifiers of acceptable policies; any policy unless given. */
  readonly initial?: readonly string[] | undefined;
  /** initial-explicit-policy: the path must be valid for one of `initial`. */
  readonly requireExplicit?: boolean | undefined;
  /** initial-policy-mapping-inhibit */
  readonly inhibitMapping?: boolean | undefined;
  /** initial-any-policy-inhibit: anyPolicy stands for nothing. */
  readonly inhibitAny?: boolean | undefined;
}

/** Bounds of the work that one call does, whatever the pool holds. */
export interface PathLimits {
  /** Certificates in a path, the leaf included; 16 unless given. */
  readonly certificates?: number | undefined;
  /** Signatures checked while the path is built; 100 unless given. */
  readonly signatures?: number | undefined;
  /** Possible issuers that are looked at; 2000 unless given. */
  readonly candidates?: number | undefined;
}

/** Where revocation is looked up. Nothing is fetched: the caller hands over what there is. */
export interface RevocationOptions {
  /** CRLs, complete and delta, read or as DER or PEM. */
  readonly crls?: readonly (Crl | Uint8Array | string)[] | undefined;
  /** OCSP responses, read or as DER. */
  readonly ocsp?: readonly (OcspResponse | Uint8Array)[] | undefined;
  /** Certificates of CRL issuers and OCSP responders, beside those in the pool. */
  readonly certificates?: readonly CertificateInput[] | undefined;
  /**
   * `require`: a certificate whose status cannot be told makes the path invalid. `check`: only one that is known to be
   * revoked does.
   */
  readonly mode: 'check' | 'require';
}

/** How a path is validated. */
export interface PathOptions {
  /** What is trusted; nothing else is. */
  readonly anchors: readonly (CertificateInput | NamedKey)[];
  /** The moment for which the path is to be valid. No clock is read. */
  readonly at: Date;
  /** What the leaf is to be used for; `any` unless given, which checks neither key usage nor purposes of the leaf. */
  readonly use?: PathUse | undefined;
  /** The name that the leaf must have [RFC 9525]. */
  readonly name?: ReferenceName | undefined;
  /** The crypto policy that judges every signature on the path and the use of the leaf's key. */
  readonly policy?: Policy | undefined;
  readonly policies?: PolicyInputs | undefined;
  readonly revocation?: RevocationOptions | undefined;
  readonly limits?: PathLimits | undefined;
  /**
   * `true` unless given: what departs from DER or from the profiles of RFC 5280, 9881, 9909 and 9935 is refused.
   * `false` reads such certificates, and names the departures as warnings.
   */
  readonly strict?: boolean | undefined;
}

/** What a step looks at. */
export type PathCheck =
  | 'alternative-signature'
  | 'anchor'
  | 'basic-constraints'
  | 'certificate-policies'
  | 'critical-extensions'
  | 'crypto-policy'
  | 'encoding'
  | 'extended-key-usage'
  | 'issuer'
  | 'key-usage'
  | 'name'
  | 'name-constraints'
  | 'path-length'
  | 'profile'
  | 'revocation'
  | 'signature'
  | 'validity';

/**
 * Why a path is not valid. Codes are never renamed.
 *
 * - `malformed`: the certificate cannot be read.
 * - `profile`: it can, and departs from the profile; `strict: false` lets it pass.
 * - `no-issuer`: nothing in the pool or among the anchors issued this certificate.
 * - `untrusted-root`: the path ends in a certificate that names itself as its issuer and is no anchor.
 * - `unsupported-algorithm`: the signature or the key is of an algorithm that cannot be checked here.
 * - `alternative-signature-invalid`: the second signature of a certificate does not hold under the issuer's second key.
 * - `signature-invalid`: the signature does not hold under the key of any certificate of the issuer.
 * - `expired`, `not-yet-valid`: the moment asked about is not within the dates.
 * - `not-a-ca`: an issuer that is no CA (basic constraints).
 * - `path-length`: more certificates follow a CA than it may have, or than the limit.
 * - `key-usage`, `extended-key-usage`: the key is not for this.
 * - `name-constraints`: a name outside what a CA is limited to.
 * - `certificate-policies`: no acceptable certificate policy holds for the path.
 * - `critical-extension`: a critical extension that is not understood.
 * - `revoked`, `revocation-unknown`: see {@link RevocationOptions}.
 * - `policy-refused`: the crypto policy refuses an algorithm.
 * - `name-mismatch`: the leaf does not have the name asked for.
 * - `work-limit`: the limits were reached before any path was seen to its end.
 */
export type PathFailure =
  | 'alternative-signature-invalid'
  | 'certificate-policies'
  | 'critical-extension'
  | 'expired'
  | 'extended-key-usage'
  | 'key-usage'
  | 'malformed'
  | 'name-constraints'
  | 'name-mismatch'
  | 'no-issuer'
  | 'not-a-ca'
  | 'not-yet-valid'
  | 'path-length'
  | 'policy-refused'
  | 'profile'
  | 'revocation-unknown'
  | 'revoked'
  | 'signature-invalid'
  | 'unsupported-algorithm'
  | 'untrusted-root'
  | 'work-limit';

interface StepBase {
  /** Place in the path: 0 is the leaf, the length of the path is the anchor. */
  readonly certificate: number;
  readonly check: PathCheck;
  /** What was found, in words. */
  readonly text: string;
  /** The section that asks for it. */
  readonly section: string;
}

/** One thing that was looked at. */
export type PathStep =
  | (StepBase & { readonly verdict: 'pass' | 'warn' })
  | (StepBase & { readonly verdict: 'fail'; readonly reason: PathFailure });

/** How much was done. */
export interface PathWork {
  /** Signatures checked. */
  readonly signatures: number;
  /** Possible issuers looked at. */
  readonly candidates: number;
  /** Complete paths examined. */
  readonly paths: number;
  /** Whether the limits ended the search. */
  readonly limitReached: boolean;
}

interface ResultBase {
  /** The leaf first, each certificate issued by the one after it; the anchor is not part of it. */
  readonly path: readonly Certificate[];
  /** From the anchor to the leaf. */
  readonly steps: readonly PathStep[];
  /** What a person should hear of even though the path is valid, each beginning with the place in the path. */
  readonly warnings: readonly string[];
  readonly work: PathWork;
}

/** A path that is valid for what was asked. */
export interface ValidPath extends ResultBase {
  readonly valid: true;
  readonly anchor: TrustAnchor;
  /** user-constrained-policy-set [RFC 9618 §5.5 (g)]: policies that the path is valid for; `2.5.29.32.0` is any policy. */
  readonly policies: readonly string[];
}

/** No valid path: the one that came closest, and what is wrong with it. */
export interface InvalidPath extends ResultBase {
  readonly valid: false;
  readonly reason: PathFailure;
  /** The reason in words. */
  readonly text: string;
  /** Place in `path` of the certificate that it is about; the length of the path is the anchor. */
  readonly at: number;
  /** The anchor that the path led to, if it led to one. */
  readonly anchor: TrustAnchor | undefined;
}

/** A verdict. `JSON.stringify` writes it with certificates by name, number and dates. */
export type PathResult = ValidPath | InvalidPath;
