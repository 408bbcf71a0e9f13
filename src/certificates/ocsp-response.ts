/** OCSPResponse [RFC 6960 §4.2]: what a responder says of certificates, also as TLS staples it. */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, ENUMERATED, explicit, implicit, readDer } from '../encoding/index.ts';
import type { Provider } from '../provider/index.ts';
import { sign } from '../sign/index.ts';
import {
  type AlgorithmIdentifier,
  readAlgorithmIdentifier,
  signatureIdentifier,
} from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';
import type { Extension, Extensions, RevocationReason } from './extension.ts';
import { encodeExtensions, encodeReason, readReason } from './extensions.ts';
import type { Issuer } from './issue.ts';
import { requireKeyOf } from './key-match.ts';
import { type Name, readName } from './name.ts';
import { type CertificateId, readCertificateId, responderKeyHash } from './ocsp-certificate-id.ts';
import { nonceExtension, nonceOf } from './ocsp-nonce.ts';
import { MAX_OCSP, readCertificates, readTaggedExtensions, readVersion, tooLarge } from './ocsp-request.ts';
import { OCSP, PURPOSE } from './oids.ts';
import { type PolicyOptions, requirePermission } from './permission.ts';
import type { Signed } from './signed.ts';
import { encodeGeneralizedTime, readGeneralizedTime } from './time.ts';

/** Why a responder gives no answer [RFC 6960 §4.2.1]. */
export type OcspFailure = 'internalError' | 'malformedRequest' | 'sigRequired' | 'tryLater' | 'unauthorized';

const STATUSES: ReadonlyMap<number, OcspFailure | 'successful'> = new Map([
  [0, 'successful'],
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

/** What a responder says of one certificate. */
export type OcspCertificateStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly since: Date; readonly reason?: RevocationReason | undefined }
  /** The responder does not know the certificate. */
  | { readonly kind: 'unknown' };

/** The answer about one certificate. */
export interface OcspAnswer {
  readonly id: CertificateId;
  readonly status: OcspCertificateStatus;
  /** When this was known to be right. */
  readonly thisUpdate: Date;
  /** When there will be something newer at the latest; absent where there always is. */
  readonly nextUpdate?: Date | undefined;
}

/** An answer as it was read. */
export interface OcspSingleResponse extends OcspAnswer {
  readonly extensions: Extensions;
}

/** How a responder names itself. */
export type ResponderId =
  | { readonly kind: 'name'; readonly name: Name }
  /** The SHA-1 of its public key. */
  | { readonly kind: 'key'; readonly keyHash: Uint8Array };

/** A response with answers; signed. */
export interface OcspAnswers extends Signed {
  readonly status: 'successful';
  /** DER of the OCSPResponse: what a responder sends and TLS staples. */
  readonly bytes: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly responder: ResponderId;
  /** When the response was signed. */
  readonly producedAt: Date;
  /** At least one. */
  readonly answers: readonly OcspSingleResponse[];
  readonly extensions: Extensions;
  readonly nonce: Uint8Array | undefined;
  /** Certificates that come with the response, to verify the signature with. */
  readonly certificates: readonly Certificate[];
}

/** A response, read. */
export type OcspResponse = OcspAnswers | { readonly status: OcspFailure; readonly bytes: Uint8Array };

/**
 * Reads an OCSP response: what a responder sends, or what a TLS server staples [RFC 6066 §8].
 *
 * @throws {@link HybridgeError} `invalid_encoding`; `unsupported` for another type than the basic one;
 * `message_too_large` above 1 MiB.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { parseOcspResponse } from 'hybridge/certificates';
 *
 * const response = parseOcspResponse(readFileSync('response.der'));
 * if (response.status === 'successful') console.log(response.answers.map(({ status }) => status.kind));
 * ```
 */
export function parseOcspResponse(input: Uint8Array): OcspResponse {
  if (input.length > MAX_OCSP) throw tooLarge('response', input);
  const bytes = Uint8Array.from(input);
  const outer = readDer(bytes, 'OCSPResponse');
  const fields = outer.sequence('fields');
  outer.end();
  const code = fields.smallInteger('responseStatus', ENUMERATED);
  const status = STATUSES.get(code);
  if (status === undefined)
    throw new HybridgeError('invalid_encoding', `OCSP response: status ${code} has no meaning`, {
      details: { code },
    });
  if (status !== 'successful') {
    // RFC 6960 §4.2.1: responseBytes are not set.
    fields.end();
    return { status, bytes };
  }
  const tagged = fields.explicit(0, 'responseBytes');
  fields.end();
  const reader = tagged.sequence('fields');
  tagged.end();
  const type = reader.oid('responseType');
  const response = reader.octetString('response');
  reader.end();
  if (type !== OCSP.basicResponse)
    throw new HybridgeError('unsupported', `OCSP response: of type ${type}, not the basic one`, {
      details: { oid: type },
    });
  return readBasic(bytes, response);
}

function readBasic(bytes: Uint8Array, response: Uint8Array): OcspAnswers {
  const outer = readDer(response, 'BasicOCSPResponse');
  const fields = outer.sequence('fields');
  outer.end();
  const { encoding: tbs, reader } = fields.encodedSequence('tbsResponseData');
  const signatureAlgorithm = readAlgorithmIdentifier(fields, 'signatureAlgorithm');
  const signature = fields.bitString('signature');
  const certificates = readCertificates(fields);
  fields.end();

  readVersion(reader);
  const responder = readResponderId(reader);
  const producedAt = readGeneralizedTime(reader, 'producedAt');
  const list = reader.sequence('responses');
  const answers: OcspSingleResponse[] = [];
  do answers.push(readSingleResponse(list));
  while (!list.atEnd);
  const extensions = readTaggedExtensions(reader, 1, 'responseExtensions');
  reader.end();
  return {
    status: 'successful',
    bytes,
    tbs,
    signatureAlgorithm,
    signature,
    responder,
    producedAt,
    answers,
    extensions,
    nonce: nonceOf(extensions),
    certificates,
  };
}

function readResponderId(fields: DerReader): ResponderId {
  const byName = fields.has(explicit(1));
  const tagged = fields.explicit(byName ? 1 : 2, 'responderID');
  const responder: ResponderId = byName
    ? { kind: 'name', name: readName(tagged, 'byName') }
    : { kind: 'key', keyHash: tagged.octetString('byKey') };
  tagged.end();
  return responder;
}

function readSingleResponse(list: DerReader): OcspSingleResponse {
  const fields = list.sequence('response');
  const id = readCertificateId(fields, 'certID');
  const status = readStatus(fields);
  const thisUpdate = readGeneralizedTime(fields, 'thisUpdate');
  const nextUpdate = fields.has(explicit(0)) ? readNextUpdate(fields) : undefined;
  const extensions = readTaggedExtensions(fields, 1, 'singleExtensions');
  fields.end();
  return { id, status, thisUpdate, nextUpdate, extensions };
}

function readNextUpdate(fields: DerReader): Date {
  const tagged = fields.explicit(0, 'nextUpdate');
  const nextUpdate = readGeneralizedTime(tagged, 'value');
  tagged.end();
  return nextUpdate;
}

function readStatus(fields: DerReader): OcspCertificateStatus {
  if (fields.has(implicit(0))) {
    fields.null('good', implicit(0));
    return { kind: 'good' };
  }
  if (fields.has(implicit(2))) {
    fields.null('unknown', implicit(2));
    return { kind: 'unknown' };
  }
  const info = fields.sequence('revoked', explicit(1));
  const since = readGeneralizedTime(info, 'revocationTime');
  const tagged = info.atEnd ? undefined : info.explicit(0, 'revocationReason');
  const reason = tagged === undefined ? undefined : readReason(tagged, 'value');
  tagged?.end();
  info.end();
  return { kind: 'revoked', since, reason };
}

/** What {@link createOcspResponse} is told. */
export type OcspResponseOptions = PolicyOptions & {
  /**
   * Who signs: the issuer of the certificates, or a responder with a certificate of that issuer for `ocspSigning`,
   * which then comes with the response.
   */
  readonly responder: Issuer;
  /** At least one; `id` is best taken from the request. */
  readonly answers: readonly OcspAnswer[];
  readonly producedAt: Date;
  /** The nonce of the request, where it has one [RFC 9654 §2.1]. */
  readonly nonce?: Uint8Array | undefined;
  /** How the responder names itself; `key` unless given. */
  readonly responderId?: ResponderId['kind'] | undefined;
  /** Certificates that come with the response; unless given, that of a responder for `ocspSigning`, else none. */
  readonly certificates?: readonly Certificate[] | undefined;
  /** Further extensions of the response, as they are. */
  readonly other?: readonly Extension[] | undefined;
};

/**
 * Makes and signs an OCSP response with any signature algorithm of the registry.
 *
 * @throws {@link HybridgeError} `invalid_argument` for no answer at all, a nonce of another size or times that none
 * have; `policy_refused`; what signing leads to.
 *
 * @example
 * ```ts
 * import { createOcspRequest, createOcspResponse, issueSelfSigned, verifyOcspResponse } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-44');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Hospital root,O=Hospital',
 *   profile: 'ca',
 *   validity: { notBefore: new Date('2027-01-01') },
 * });
 * const { questions, nonce } = await createOcspRequest(provider, { about: [{ certificate, issuer: certificate }] });
 * const at = new Date('2027-02-01T08:00:00Z');
 * const response = await createOcspResponse(provider, {
 *   responder: { certificate, key },
 *   producedAt: at,
 *   nonce,
 *   answers: questions.map(({ id }) => ({ id, status: { kind: 'good' }, thisUpdate: at })),
 * });
 * console.log(await verifyOcspResponse(provider, response, { certificate, issuer: certificate, nonce, at }));
 * ```
 */
export async function createOcspResponse(
  provider: Provider,
  options: OcspResponseOptions,
): Promise<OcspAnswers> {
  const { responder, answers, producedAt, nonce, responderId = 'key', certificates, other = [] } = options;
  if (answers.length === 0)
    throw new HybridgeError('invalid_argument', 'OCSP response: no answer', { fault: 'caller' });
  requireKeyOf(responder.certificate, responder.key, "the responder's certificate");
  requirePermission(options, responder.key.algorithm);
  const extensions = [...(nonce === undefined ? [] : [nonceExtension(nonce)]), ...other];
  const tbs = der.sequence(
    responderId === 'name'
      ? der.explicit(1, responder.certificate.subject.bytes)
      : der.explicit(2, der.octetString(responderKeyHash(provider, responder.certificate))),
    encodeGeneralizedTime(producedAt),
    der.sequence(...answers.map(encodeAnswer)),
    ...(extensions.length === 0 ? [] : [der.explicit(1, encodeExtensions(extensions))]),
  );
  const enclosed = certificates ?? (isDelegated(responder.certificate) ? [responder.certificate] : []);
  const basic = der.sequence(
    tbs,
    signatureIdentifier(responder.key.algorithm),
    der.bitString(await sign(provider, responder.key, tbs)),
    ...(enclosed.length === 0 ? [] : [der.explicit(0, der.sequence(...enclosed.map(({ bytes }) => bytes)))]),
  );
  const bytes = der.sequence(
    der.enumerated(0),
    der.explicit(0, der.sequence(der.oid(OCSP.basicResponse), der.octetString(basic))),
  );
  return readBasic(bytes, basic);
}

function isDelegated({ extensions }: Certificate): boolean {
  return extensions.extendedKeyUsage?.includes(PURPOSE.ocspSigning) === true;
}

function encodeAnswer({ id, status, thisUpdate, nextUpdate }: OcspAnswer): Uint8Array {
  return der.sequence(
    id.bytes,
    encodeStatus(status),
    encodeGeneralizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [der.explicit(0, encodeGeneralizedTime(nextUpdate))]),
  );
}

function encodeStatus(status: OcspCertificateStatus): Uint8Array {
  if (status.kind !== 'revoked') return der.element(implicit(status.kind === 'good' ? 0 : 2));
  return der.element(
    explicit(1),
    encodeGeneralizedTime(status.since),
    ...(status.reason === undefined ? [] : [der.explicit(0, encodeReason(status.reason))]),
  );
}

/**
 * A response that gives no answer and the reason why; it is not signed.
 *
 * @example
 * ```ts
 * import { ocspFailure, parseOcspResponse } from 'hybridge/certificates';
 *
 * console.log(parseOcspResponse(ocspFailure('tryLater')).status); // tryLater
 * ```
 */
export function ocspFailure(failure: OcspFailure): Uint8Array {
  for (const [code, status] of STATUSES) if (status === failure) return der.sequence(der.enumerated(code));
  throw new HybridgeError('invalid_argument', `OCSP: no failure is called ${failure}`, { fault: 'caller' });
}
