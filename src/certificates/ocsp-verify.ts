/** Whether an OCSP response is to be believed [RFC 6960 §3.2 and §4.2.2], and what it says of a certificate. */
import { equal, isHybridgeError } from '../bytes/index.ts';
import type { Provider } from '../provider/index.ts';
import type { Certificate } from './certificate.ts';
import type { Extensions } from './extension.ts';
import { extensionName } from './extensions.ts';
import { formatName } from './name.ts';
import { type CertificateToCheck, isAbout, responderKeyHash } from './ocsp-certificate-id.ts';
import {
  type OcspAnswers,
  type OcspResponse,
  type OcspSingleResponse,
  parseOcspResponse,
} from './ocsp-response.ts';
import { OCSP, PURPOSE } from './oids.ts';
import { isFuture, type RevocationStatus } from './revocation-status.ts';
import { verifySigned } from './signed.ts';

/** What a response is checked against. */
export interface OcspCheck extends CertificateToCheck {
  readonly at: Date;
  /** The nonce of the request: the response must have the same one. `false` or absent when none was sent. */
  readonly nonce?: Uint8Array | false | undefined;
  /** Certificates among which the responder's may be, beside those that come with the response. */
  readonly certificates?: readonly Certificate[] | undefined;
  /**
   * Asked about the certificate of a responder that is not the issuer itself, after everything that RFC 6960 wants of
   * it was found in order. Absent: that is enough.
   */
  readonly trusts?: ((responder: Certificate) => Promise<boolean>) | undefined;
}

/** How long an answer without nextUpdate counts, in milliseconds: its responder has newer ones at any time. */
const WITHOUT_NEXT_UPDATE = 24 * 60 * 60 * 1000;

/** Certificates that are tried as the responder's: more have no reason to be there, and each costs a verification. */
const MAX_RESPONDERS = 8;

/**
 * What a response says of a certificate, if it is to be believed: it answers about this certificate, is signed by its
 * issuer or by a responder that the issuer has certified for that (id-kp-OCSPSigning), is current, and has the nonce
 * of the request. All else is `unknown`, with the reason.
 *
 * An answer without nextUpdate counts for 24 hours. Clocks may differ by five minutes.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks a hash.
 *
 * @example
 * ```ts no-run
 * import { parseCertificate, parseOcspResponse, verifyOcspResponse } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const certificate = parseCertificate(readFileSync('pump.pem', 'utf8'));
 * const issuer = parseCertificate(readFileSync('ca.pem', 'utf8'));
 * const response = parseOcspResponse(readFileSync('response.der'));
 * const found = await verifyOcspResponse(createNobleProvider(), response, { certificate, issuer, at: new Date() });
 * console.log(found.status);
 * ```
 */
export async function verifyOcspResponse(
  provider: Provider,
  response: OcspResponse,
  check: OcspCheck,
): Promise<RevocationStatus> {
  if (response.status !== 'successful') return unknown(`the responder answers ${response.status}`);
  const { nonce, at } = check;
  if (nonce !== undefined && nonce !== false) {
    if (response.nonce === undefined) return unknown('the response has no nonce, and the request has');
    if (!equal(nonce, response.nonce)) return unknown('the nonce is not the one of the request');
  }
  const critical = unknownCritical(response.extensions);
  if (critical !== undefined) return unknown(`critical extension ${critical} is not understood`);
  if (isFuture(response.producedAt, at))
    return unknown(`produced in the future, at ${response.producedAt.toISOString()}`);
  const answer = answerAbout(provider, response, check);
  if ('reason' in answer) return unknown(answer.reason);
  const refusal = await refuseSigner(provider, response, check);
  if (refusal !== undefined) return unknown(refusal);
  const { status } = answer.found;
  if (status.kind === 'unknown') return unknown('the responder does not know the certificate');
  if (status.kind === 'good') return { status: 'good', source: 'ocsp' };
  return { status: 'revoked', source: 'ocsp', reason: status.reason ?? 'unspecified', since: status.since };
}

function unknown(why: string): RevocationStatus {
  return { status: 'unknown', reasons: [`OCSP: ${why}`] };
}

function unknownCritical({ all }: Extensions): string | undefined {
  return all.find(({ oid, critical }) => critical && oid !== OCSP.nonce)?.oid;
}

type Found = { readonly found: OcspSingleResponse } | { readonly reason: string };

// Of several answers about the certificate, a revocation before anything else, then the newest.
function answerAbout(provider: Provider, { answers }: OcspAnswers, check: OcspCheck): Found {
  const about = answers.filter(({ id }) => isAbout(provider, id, check));
  if (about.length === 0) return { reason: 'no answer is about the certificate' };
  let reason = '';
  const current = about.filter((answer) => {
    const refused = refuseTime(answer, check.at) ?? refuseExtensions(answer);
    reason = refused ?? reason;
    return refused === undefined;
  });
  const [found] = current.toSorted(
    (a, b) =>
      Number(b.status.kind === 'revoked') - Number(a.status.kind === 'revoked') ||
      b.thisUpdate.getTime() - a.thisUpdate.getTime(),
  );
  return found === undefined ? { reason } : { found };
}

function refuseTime({ thisUpdate, nextUpdate }: OcspSingleResponse, at: Date): string | undefined {
  if (isFuture(thisUpdate, at)) return `thisUpdate ${thisUpdate.toISOString()} is in the future`;
  if (nextUpdate !== undefined)
    return nextUpdate < at ? `nextUpdate ${nextUpdate.toISOString()} has passed` : undefined;
  return at.getTime() - thisUpdate.getTime() > WITHOUT_NEXT_UPDATE
    ? `no nextUpdate, and thisUpdate ${thisUpdate.toISOString()} is more than a day ago`
    : undefined;
}

function refuseExtensions({ extensions }: OcspSingleResponse): string | undefined {
  const critical = unknownCritical(extensions);
  return critical === undefined ? undefined : `critical extension ${critical} is not understood`;
}

// RFC 6960 §4.2.2.2: the issuer itself, or one that the issuer has certified for id-kp-OCSPSigning.
async function refuseSigner(
  provider: Provider,
  response: OcspAnswers,
  check: OcspCheck,
): Promise<string | undefined> {
  const { issuer, certificates = [], trusts } = check;
  const names = (candidate: Certificate): boolean =>
    response.responder.kind === 'name'
      ? response.responder.name.key === candidate.subject.key
      : equal(response.responder.keyHash, responderKeyHash(provider, candidate));
  const reasons: string[] = [];
  if (names(issuer)) {
    const refusal = await refuseSignature(provider, response, issuer);
    if (refusal === undefined) return undefined;
    reasons.push(refusal);
  }
  const candidates = [...response.certificates, ...certificates]
    .filter((candidate) => !equal(candidate.bytes, issuer.bytes) && names(candidate))
    .slice(0, MAX_RESPONDERS);
  for (const candidate of candidates) {
    const refusal =
      (await refuseDelegate(provider, candidate, check)) ??
      (await refuseSignature(provider, response, candidate));
    if (refusal !== undefined) reasons.push(refusal);
    else if (trusts === undefined || (await trusts(candidate))) return undefined;
    else reasons.push('the responder is not trusted');
  }
  return reasons.length === 0 ? `no certificate of the responder ${describe(response)}` : reasons.join('; ');
}

function describe({ responder }: OcspAnswers): string {
  return responder.kind === 'name' ? formatName(responder.name) : 'with the key of the given hash';
}

async function refuseSignature(
  provider: Provider,
  signed: Certificate | OcspAnswers,
  signer: Certificate,
): Promise<string | undefined> {
  const what = 'responder' in signed ? 'the signature' : "the signature on the responder's certificate";
  try {
    return (await verifySigned(provider, signed, signer)) ? undefined : `${what} does not hold`;
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    return `${what} cannot be verified: ${error.message}`;
  }
}

async function refuseDelegate(
  provider: Provider,
  responder: Certificate,
  { issuer, at }: OcspCheck,
): Promise<string | undefined> {
  const { extensions, validity } = responder;
  const who = formatName(responder.subject);
  if (responder.issuer.key !== issuer.subject.key) return `${who} is not certified by the issuer itself`;
  if (extensions.extendedKeyUsage?.includes(PURPOSE.ocspSigning) !== true)
    return `${who} is not certified for ocspSigning`;
  if (extensions.keyUsage?.includes('digitalSignature') === false)
    return `the key usage of ${who} does not have digitalSignature`;
  if (at < validity.notBefore || at > validity.notAfter) return `the certificate of ${who} is not valid then`;
  const critical = extensions.all.find((one) => one.critical && extensionName(one.oid) === undefined);
  if (critical !== undefined) return `${who}: critical extension ${critical.oid} is not understood`;
  return refuseSignature(provider, responder, issuer);
}

/**
 * Checks what a TLS server staples [RFC 6066 §8, RFC 9846, OCSP status] for its certificate: an OCSP response that the
 * client has not asked for and that therefore has no nonce.
 *
 * @param staple - DER of the OCSPResponse.
 * @throws {@link HybridgeError} as {@link parseOcspResponse} for what is no response; `unsupported` when the provider
 * lacks a hash.
 *
 * @example
 * ```ts no-run
 * import { parseCertificate, verifyStaple } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const certificate = parseCertificate(readFileSync('server.pem', 'utf8'));
 * const issuer = parseCertificate(readFileSync('ca.pem', 'utf8'));
 * const staple = readFileSync('staple.der');
 * console.log(await verifyStaple(createNobleProvider(), staple, { certificate, issuer, at: new Date() }));
 * ```
 */
export async function verifyStaple(
  provider: Provider,
  staple: Uint8Array,
  check: Omit<OcspCheck, 'nonce'>,
): Promise<RevocationStatus> {
  return verifyOcspResponse(provider, parseOcspResponse(staple), check);
}
