/** Verifying time-stamp tokens [RFC 3161 §2.4.2, RFC 5816]. */
import { type ByteSource, EMPTY, equal, type ReadingOptions } from '../bytes/index.ts';
import { type Certificate, EXTENSION, type PathResult, PURPOSE } from '../certificates/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { ATTRIBUTE } from './attribute.ts';
import { CONTENT_TYPE } from './content-type.ts';
import { hashOf } from './signed-digest.ts';
import { pathOf, type SignerTrust } from './signed-trust.ts';
import type { SignerVerdict } from './signed-verdict.ts';
import { verifyMessage } from './signed-verify.ts';
import { decodeTimestampInfo, digestOf, type TimestampInfo } from './timestamp.ts';

/** How a time-stamp token is verified. */
export interface VerifyTimestampOptions extends ReadingOptions {
  /** The nonce of the request; the token must repeat it. */
  readonly nonce?: Uint8Array | undefined;
  /** Certificates of authorities, for tokens that do not carry theirs. */
  readonly certificates?: readonly Certificate[] | undefined;
  /** What the authority's certificate must lead to, at the time of the token [RFC 3161 Appendix B]. */
  readonly trust?: Omit<SignerTrust, 'use'> | undefined;
  /** Asked for the authority's algorithm, with the use `signature-verify`. */
  readonly policy?: Policy | undefined;
  /** The moment to judge for; that of the provider's clock unless told. */
  readonly at?: Date | undefined;
}

/** Why a token does not count. */
export type TimestampFault =
  /** What is signed is no TSTInfo, or not signed by exactly one. */
  | 'not-a-token'
  /** The signature does not count, or could not be judged; the text says why. */
  | 'signature'
  /** The token is for other bytes. */
  | 'message-imprint'
  /** The digest in the token is not known here, or too weak. */
  | 'digest'
  /** The nonce is not that of the request. */
  | 'nonce'
  /** The authority did not state its certificate under the signature [RFC 3161 §2.4.1]. */
  | 'certificate-not-stated'
  /** The certificate is not for time-stamping, and for nothing else, marked critical [RFC 3161 §2.3]. */
  | 'purpose'
  /** The time is outside the certificate's validity. */
  | 'validity'
  /** The certificate does not lead to an anchor. */
  | 'untrusted';

/** What became of a token. */
export type TimestampVerdict =
  | {
      readonly valid: true;
      readonly info: TimestampInfo;
      /** The authority's certificate. Whether it is to be trusted is for path validation, at `info.time`. */
      readonly certificate: Certificate;
      /** The certificates that the token carries. */
      readonly certificates: readonly Certificate[];
      readonly signer: SignerVerdict;
      /** The path of the certificate, where `trust` was given. */
      readonly path: PathResult | undefined;
    }
  | {
      readonly valid: false;
      readonly reason: TimestampFault;
      readonly text: string;
      readonly info: TimestampInfo | undefined;
    };

/**
 * Verifies that a time-stamp authority saw some bytes at a time.
 *
 * @param token - DER of the TimeStampToken.
 * @param content - The bytes that the token is for.
 * @throws {@link HybridgeError} `invalid_encoding` for what is no token; `unsupported` for a critical extension;
 * `aborted`; `input_output`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { decodeTimestampResponse, verifyTimestamp } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const response = decodeTimestampResponse(readFileSync('report.tsr'));
 * if (response.granted) {
 *   const verdict = await verifyTimestamp(createNobleProvider(), response.token, readFileSync('report.pdf'));
 *   console.log(verdict.valid ? verdict.info.time : verdict.text);
 * }
 * ```
 */
export async function verifyTimestamp(
  provider: Provider,
  token: Uint8Array,
  content: ByteSource,
  options: VerifyTimestampOptions = {},
): Promise<TimestampVerdict> {
  const { certificates, policy, at, nonce } = options;
  const message = await verifyMessage(provider, token, { certificates, policy, at });
  const [signer, second] = message.signers;
  const invalid = (reason: TimestampFault, text: string, info?: TimestampInfo): TimestampVerdict => ({
    valid: false,
    reason,
    text,
    info,
  });
  if (
    message.contentType !== CONTENT_TYPE.tstInfo ||
    message.detached ||
    signer === undefined ||
    second !== undefined
  )
    return invalid(
      'not-a-token',
      'a token is a TSTInfo inside SignedData with one signature [RFC 3161 §2.4.2]',
    );
  if (!message.valid) return invalid('signature', message.text);
  if (signer.status !== 'valid') return invalid('signature', signer.text);
  const info = decodeTimestampInfo(message.content ?? EMPTY);
  const { certificate, signedAttributes = [] } = signer;
  const isStated = signedAttributes.some(
    ({ type }) => type === ATTRIBUTE.signingCertificate || type === ATTRIBUTE.signingCertificateV2,
  );
  if (!isStated)
    return invalid('certificate-not-stated', 'the authority did not sign which certificate is its own', info);
  const purpose = certificate.extensions.all.find(({ oid }) => oid === EXTENSION.extendedKeyUsage);
  const purposes = certificate.extensions.extendedKeyUsage ?? [];
  if (purpose?.critical !== true || purposes.length !== 1 || purposes[0] !== PURPOSE.timeStamping)
    return invalid(
      'purpose',
      'the certificate must be for time-stamping alone, critically [RFC 3161 §2.3]',
      info,
    );
  const { notBefore, notAfter } = certificate.validity;
  if (info.time < notBefore || info.time > notAfter)
    return invalid('validity', "the time is outside the validity of the authority's certificate", info);
  if (nonce !== undefined && (info.nonce === undefined || !equal(nonce, info.nonce)))
    return invalid('nonce', 'the token is the answer to another request', info);
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  const digest = hashOf(hashAlgorithm);
  if (digest === undefined || digest.category === 0 || provider.hash[digest.name] === undefined)
    return invalid(
      'digest',
      `the digest ${digest?.name ?? hashAlgorithm.oid} is not known here, or too weak`,
      info,
    );
  if (!equal(await digestOf(provider, digest.name, content, options), hashedMessage))
    return invalid('message-imprint', 'the token is for other bytes', info);
  const brought = {
    certificates: [...message.certificates, ...(options.certificates ?? [])],
    crls: message.crls,
  };
  const path =
    options.trust === undefined
      ? undefined
      : await pathOf(
          provider,
          certificate,
          brought,
          { ...options.trust, use: 'time-stamping' },
          info.time,
          policy,
        );
  if (path?.valid === false) return invalid('untrusted', path.text, info);
  return { valid: true, info, certificate, certificates: message.certificates, signer, path };
}

/**
 * Verifies the time-stamp tokens that a signature carries as unsigned attributes [RFC 3161 Appendix A]: each says that
 * the signature was there at a time.
 *
 * @param signer - One of the `signers` of a message's verdict.
 * @returns One verdict for each token, in their order.
 * @throws {@link HybridgeError} as {@link verifyTimestamp}.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { verifyMessage, verifySignatureTimestamps } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { signers } = await verifyMessage(provider, readFileSync('report.p7m'));
 * for (const signer of signers)
 *   for (const stamp of await verifySignatureTimestamps(provider, signer))
 *     console.log(stamp.valid ? stamp.info.time : stamp.text);
 * ```
 */
export async function verifySignatureTimestamps(
  provider: Provider,
  signer: SignerVerdict,
  options: Omit<VerifyTimestampOptions, 'nonce'> = {},
): Promise<readonly TimestampVerdict[]> {
  const tokens = signer.unsignedAttributes
    .filter(({ type }) => type === ATTRIBUTE.timeStampToken)
    .flatMap(({ values }) => values);
  const verdicts: TimestampVerdict[] = [];
  for (const token of tokens)
    verdicts.push(await verifyTimestamp(provider, token, signer.signature, options));
  return verdicts;
}
