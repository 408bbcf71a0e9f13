/** The status of a certificate by revocation lists [RFC 5280 §6.3] and OCSP responses. */
import { equal, isHybridgeError } from '../bytes/index.ts';
import type { Provider } from '../provider/index.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, verifyCrl } from './crl.ts';
import {
  type DistributionPoint,
  type DistributionPointName,
  type IssuingDistributionPoint,
  REASON_FLAGS,
  type RevocationReason,
} from './extension.ts';
import type { GeneralName } from './general-name.ts';
import { formatName, type Name, nameOf, sameName } from './name.ts';
import { EXTENSION } from './oids.ts';
import type { OcspResponse } from './ocsp-response.ts';
import { verifyOcspResponse } from './ocsp-verify.ts';
import { isFuture, type RevocationStatus } from './revocation-status.ts';

/** What there is to look into; nothing is fetched. */
export interface RevocationSources {
  readonly crls?: readonly Crl[] | undefined;
  readonly ocsp?: readonly OcspResponse[] | undefined;
  /** Certificates among which those of CRL issuers and OCSP responders may be. */
  readonly certificates?: readonly Certificate[] | undefined;
}

/** A certificate whose status is asked for. */
export interface RevocationCheck {
  readonly certificate: Certificate;
  /** The certificate of its issuer, which is trusted. */
  readonly issuer: Certificate;
  readonly sources: RevocationSources;
  readonly at: Date;
  /**
   * Whether a certificate other than that of the issuer may be believed for a list or a response: it has a path to the
   * trust anchor of the certificate in question [RFC 5280 §6.3.3 (f)].
   */
  readonly trusts: (candidate: Certificate, purpose: 'crl' | 'ocsp') => Promise<boolean>;
}

/**
 * The status of a certificate at a date: what genuine and current lists and responses among the sources say. One that
 * says revoked prevails. Lists have to cover all reasons together before a certificate is good by them.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks a hash; what `trusts` throws.
 *
 * @example
 * ```ts no-run
 * import { parseCertificate, parseCrl, revocationStatus } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const found = await revocationStatus(createNobleProvider(), {
 *   certificate: parseCertificate(readFileSync('pump.pem', 'utf8')),
 *   issuer: parseCertificate(readFileSync('ca.pem', 'utf8')),
 *   sources: { crls: [parseCrl(readFileSync('ca.crl'))] },
 *   at: new Date(),
 *   trusts: () => Promise.resolve(false),
 * });
 * console.log(found.status);
 * ```
 */
export async function revocationStatus(
  provider: Provider,
  check: RevocationCheck,
): Promise<RevocationStatus> {
  const { sources, trusts } = check;
  const { ocsp = [], crls = [], certificates } = sources;
  const found: RevocationStatus[] = [];
  for (const response of ocsp) {
    const status = await verifyOcspResponse(provider, response, {
      certificate: check.certificate,
      issuer: check.issuer,
      at: check.at,
      certificates,
      trusts: (candidate) => trusts(candidate, 'ocsp'),
    });
    if (status.status === 'revoked') return status;
    found.push(status);
  }
  if (crls.length > 0) {
    const status = await new CrlProcessing(provider, check, crls).run();
    if (status.status === 'revoked') return status;
    found.push(status);
  }
  const good = found.find(({ status }) => status === 'good');
  if (good !== undefined) return good;
  const reasons = found.flatMap((one) => (one.status === 'unknown' ? one.reasons : []));
  return { status: 'unknown', reasons: reasons.length === 0 ? ['no CRL and no OCSP response'] : reasons };
}

/** all-reasons [RFC 5280 §6.3.2]. */
const ALL_REASONS: ReadonlySet<RevocationReason> = new Set(
  REASON_FLAGS.filter((reason) => reason !== 'unused'),
);

/** Distribution points that are looked at; certificates have one or two. */
const MAX_POINTS = 32;
/** Certificates that are tried for one list: each costs a verification, and perhaps a path. */
const MAX_ISSUERS = 8;

/** RFC 5280 §6.3.3, for one certificate. */
class CrlProcessing {
  readonly #provider: Provider;
  readonly #check: RevocationCheck;
  readonly #complete: readonly Crl[];
  readonly #deltas: readonly Crl[];
  readonly #signers = new Map<Crl, Promise<Certificate | undefined>>();
  readonly #reasons = new Set<string>();
  readonly #covered = new Set<RevocationReason>();

  constructor(provider: Provider, check: RevocationCheck, crls: readonly Crl[]) {
    this.#provider = provider;
    this.#check = check;
    this.#complete = crls
      .filter((crl) => !isDelta(crl))
      .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
    this.#deltas = crls
      .filter(isDelta)
      .toSorted((a, b) => compareNumbers(b.extensions.crlNumber, a.extensions.crlNumber));
  }

  async run(): Promise<RevocationStatus> {
    if (this.#complete.length === 0) this.#note('there are delta lists only');
    for (const point of this.#points())
      for (const crl of this.#complete) {
        if (this.#covered.size === ALL_REASONS.size) return { status: 'good', source: 'crl' };
        const revoked = await this.#process(point, crl);
        if (revoked !== undefined) return revoked;
      }
    if (this.#covered.size === ALL_REASONS.size) return { status: 'good', source: 'crl' };
    if (this.#covered.size > 0)
      this.#note(`no list covers ${[...ALL_REASONS].filter((one) => !this.#covered.has(one)).join(', ')}`);
    return { status: 'unknown', reasons: [...this.#reasons] };
  }

  // Those of the certificate, and at last its issuer as a whole.
  #points(): readonly DistributionPoint[] {
    const { issuer, extensions } = this.#check.certificate;
    const points = extensions.crlDistributionPoints ?? [];
    if (points.length > MAX_POINTS)
      this.#note(`of ${points.length} distribution points ${MAX_POINTS} are looked at`);
    return [...points.slice(0, MAX_POINTS), { name: { fullName: [{ kind: 'directory', name: issuer }] } }];
  }

  async #process(point: DistributionPoint, crl: Crl): Promise<RevocationStatus | undefined> {
    const { certificate } = this.#check;
    const refusal = refuseScope(certificate, point, crl) ?? refuseList(crl, this.#check.at);
    if (refusal !== undefined) {
      this.#refuse(crl, refusal);
      return undefined;
    }
    const reasons = reasonsOf(point, crl.extensions.issuingDistributionPoint);
    if (![...reasons].some((reason) => !this.#covered.has(reason))) return undefined;
    const signer = await this.#signer(crl);
    if (signer === undefined) return undefined;
    const delta = await this.#delta(crl, signer);
    // RFC 5280 §6.3.3 (a)(1): a list that has run out is brought up to date by a current delta.
    if (delta === undefined && !isCurrent(crl, this.#check.at)) {
      this.#refuse(
        crl,
        crl.nextUpdate === undefined
          ? 'it has no nextUpdate'
          : `it ran out on ${crl.nextUpdate.toISOString()}`,
      );
      return undefined;
    }
    const { serialNumber, issuer } = certificate;
    const entry = delta?.find(serialNumber, issuer) ?? crl.find(serialNumber, issuer);
    if (entry !== undefined && entry.reason !== 'removeFromCRL')
      return {
        status: 'revoked',
        source: 'crl',
        reason: entry.reason ?? 'unspecified',
        since: entry.revocationDate,
      };
    for (const reason of reasons) this.#covered.add(reason);
    return undefined;
  }

  /** The certificate whose key signed a list, when it may. */
  #signer(crl: Crl): Promise<Certificate | undefined> {
    let signer = this.#signers.get(crl);
    if (signer === undefined) {
      signer = this.#findSigner(crl);
      this.#signers.set(crl, signer);
    }
    return signer;
  }

  async #findSigner(crl: Crl): Promise<Certificate | undefined> {
    const { issuer, sources, trusts } = this.#check;
    const others = (sources.certificates ?? []).filter(({ bytes }) => !equal(bytes, issuer.bytes));
    const named = [issuer, ...others].filter(({ subject }) => sameName(subject, crl.issuer));
    // A key identifier says whose key it is likely to be; the signature says whose it is.
    const candidates = named
      .toSorted((a, b) => Number(isIdentified(crl, b)) - Number(isIdentified(crl, a)))
      .slice(0, MAX_ISSUERS);
    if (candidates.length === 0) this.#refuse(crl, 'the certificate of its issuer is missing');
    for (const candidate of candidates) {
      const refusal = await this.#refuseSignature(crl, candidate);
      if (refusal !== undefined) this.#refuse(crl, refusal);
      else if (candidate === issuer || (await trusts(candidate, 'crl'))) return candidate;
      else this.#refuse(crl, 'its issuer is not trusted');
    }
    return undefined;
  }

  async #refuseSignature(crl: Crl, signer: Certificate): Promise<string | undefined> {
    if (signer.extensions.keyUsage?.includes('cRLSign') === false)
      return 'the key usage of its issuer does not have cRLSign';
    try {
      return (await verifyCrl(this.#provider, crl, signer)) ? undefined : 'its signature does not hold';
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
      return `its signature cannot be verified: ${error.message}`;
    }
  }

  // RFC 5280 §5.2.4 and §6.3.3 (c): the newest one that goes with the list and is signed by the same key.
  async #delta(crl: Crl, signer: Certificate): Promise<Crl | undefined> {
    for (const delta of this.#deltas) {
      if (!goesWith(delta, crl) || refuseList(delta, this.#check.at) !== undefined) continue;
      if (!isCurrent(delta, this.#check.at)) continue;
      const refusal = await this.#refuseSignature(delta, signer);
      if (refusal === undefined) return delta;
      this.#refuse(delta, refusal);
    }
    return undefined;
  }

  #note(reason: string): void {
    this.#reasons.add(`CRL: ${reason}`);
  }

  #refuse(crl: Crl, why: string): void {
    this.#note(`list of ${formatName(crl.issuer)} of ${crl.thisUpdate.toISOString()}: ${why}`);
  }
}

function isIdentified({ extensions }: Crl, { extensions: { subjectKeyIdentifier } }: Certificate): boolean {
  const identifier = extensions.authorityKeyIdentifier?.keyIdentifier;
  return (
    identifier !== undefined && subjectKeyIdentifier !== undefined && equal(identifier, subjectKeyIdentifier)
  );
}

function isDelta({ extensions }: Crl): boolean {
  return extensions.deltaCrlIndicator !== undefined;
}

function isCurrent({ nextUpdate }: Crl, at: Date): boolean {
  return nextUpdate !== undefined && at <= nextUpdate;
}

function refuseList({ thisUpdate, unrecognized }: Crl, at: Date): string | undefined {
  if (unrecognized.length > 0) return `critical extension ${unrecognized.join(', ')} is not understood`;
  return isFuture(thisUpdate, at) ? 'it is from the future' : undefined;
}

// RFC 5280 §6.3.3 (b).
function refuseScope(certificate: Certificate, point: DistributionPoint, crl: Crl): string | undefined {
  const scope = crl.extensions.issuingDistributionPoint;
  const { crlIssuer } = point;
  if (crlIssuer === undefined) {
    if (!sameName(crl.issuer, certificate.issuer)) return 'it is of another issuer';
  } else {
    if (!crlIssuer.some((name) => name.kind === 'directory' && sameName(name.name, crl.issuer)))
      return 'it is of another issuer';
    if (scope?.indirect !== true) return 'it is not indirect';
  }
  if (scope === undefined) return undefined;
  if (scope.name !== undefined) {
    const named = namesOf(scope.name, crl.issuer);
    const wanted = point.name === undefined ? (crlIssuer ?? []) : wantedNames(point.name, point, certificate);
    if (!named.some((one) => wanted.some((other) => isSameName(one, other))))
      return 'it is of another distribution point';
  }
  const isCa = certificate.extensions.basicConstraints?.ca === true;
  if (scope.onlyUserCertificates && isCa) return 'it has no CA certificates';
  if (scope.onlyCaCertificates && !isCa) return 'it has CA certificates only';
  return scope.onlyAttributeCertificates ? 'it has attribute certificates only' : undefined;
}

// RFC 5280 §4.2.1.13: a relative name continues that of the CRL issuer, where one is named, else of the issuer.
function wantedNames(
  name: DistributionPointName,
  { crlIssuer }: DistributionPoint,
  { issuer }: Certificate,
): readonly GeneralName[] {
  const authority = crlIssuer?.find((one) => one.kind === 'directory');
  return namesOf(name, authority?.name ?? issuer);
}

function namesOf(
  { fullName, relativeToIssuer }: DistributionPointName,
  authority: Name,
): readonly GeneralName[] {
  if (fullName !== undefined) return fullName;
  if (relativeToIssuer === undefined) return [];
  return [{ kind: 'directory', name: nameOf([...authority.relativeNames, relativeToIssuer]) }];
}

function isSameName(a: GeneralName, b: GeneralName): boolean {
  switch (a.kind) {
    case 'directory':
      return b.kind === 'directory' && sameName(a.name, b.name);
    case 'uri':
      return b.kind === 'uri' && a.uri === b.uri;
    case 'dns':
      return b.kind === 'dns' && a.name.toLowerCase() === b.name.toLowerCase();
    case 'email':
      return b.kind === 'email' && a.address === b.address;
    case 'ip':
      return b.kind === 'ip' && equal(a.address, b.address);
    case 'registered-id':
      return b.kind === 'registered-id' && a.oid === b.oid;
    case 'other':
      return b.kind === 'other' && a.type === b.type && equal(a.value, b.value);
    case 'edi':
    case 'x400':
      return b.kind === a.kind && equal(a.bytes, b.bytes);
  }
}

// RFC 5280 §6.3.3 (d): what the point and the list both cover.
function reasonsOf(
  { reasons }: DistributionPoint,
  scope: IssuingDistributionPoint | undefined,
): ReadonlySet<RevocationReason> {
  const some = scope?.onlySomeReasons;
  return new Set(
    [...ALL_REASONS].filter(
      (reason) => reasons?.includes(reason) !== false && some?.includes(reason) !== false,
    ),
  );
}

// RFC 5280 §5.2.4 and §6.3.3 (c).
function goesWith(delta: Crl, complete: Crl): boolean {
  const { crlNumber, authorityKeyIdentifier } = complete.extensions;
  return (
    crlNumber !== undefined &&
    delta.extensions.crlNumber !== undefined &&
    sameName(delta.issuer, complete.issuer) &&
    sameValue(delta, complete, EXTENSION.issuingDistributionPoint) &&
    (authorityKeyIdentifier === undefined || sameValue(delta, complete, EXTENSION.authorityKeyIdentifier)) &&
    compareNumbers(delta.extensions.deltaCrlIndicator, crlNumber) <= 0 &&
    compareNumbers(delta.extensions.crlNumber, crlNumber) > 0
  );
}

function sameValue(a: Crl, b: Crl, oid: string): boolean {
  const [one, other] = [a, b].map(
    ({ extensions }) => extensions.all.find((extension) => extension.oid === oid)?.value,
  );
  return one === undefined || other === undefined ? one === other : equal(one, other);
}

/** CRL numbers as they stand in INTEGERs that are not negative; none is the smallest. */
function compareNumbers(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((octet, index) => octet !== b[index]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}
