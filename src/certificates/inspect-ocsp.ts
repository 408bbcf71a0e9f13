/** An OCSP response as an engineer wants to read it: plain data, and text. */
import {
  algorithmLines,
  block,
  describeSignature,
  grouped,
  type InspectedAlgorithm,
  nameOrEmpty,
} from './inspected.ts';
import { formatName } from './name.ts';
import { signatureFacts } from './named-algorithm.ts';
import type { OcspFailure, OcspResponse, ResponderId } from './ocsp-response.ts';
import { hexPairs, printable } from './text.ts';

/** What is said of one certificate. */
export interface InspectedAnswer {
  /** Contents of the INTEGER in hexadecimal, in pairs. */
  readonly serialNumber: string;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Since when it is revoked; ISO 8601, in UTC. */
  readonly since?: string;
  readonly reason?: string;
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
}

/** A response described; plain data, the same as JSON. */
export type OcspInspection =
  | { readonly status: OcspFailure; readonly bytes: number }
  | {
      readonly status: 'successful';
      readonly bytes: number;
      /** A name as in RFC 4514, or the SHA-1 of the responder's key. */
      readonly responder: string;
      readonly producedAt: string;
      readonly nonce: boolean;
      readonly signature: InspectedAlgorithm;
      readonly answers: readonly InspectedAnswer[];
      /** Subjects of the certificates that come with it. */
      readonly certificates: readonly string[];
    };

/**
 * Describes an OCSP response. Nothing is verified: see `verifyOcspResponse`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatOcspInspection, inspectOcspResponse, parseOcspResponse } from 'hybridge/certificates';
 *
 * console.log(formatOcspInspection(inspectOcspResponse(parseOcspResponse(readFileSync('response.der')))));
 * ```
 */
export function inspectOcspResponse(response: OcspResponse): OcspInspection {
  const { bytes } = response;
  if (response.status !== 'successful') return { status: response.status, bytes: bytes.length };
  return {
    status: 'successful',
    bytes: bytes.length,
    responder: describeResponder(response.responder),
    producedAt: response.producedAt.toISOString(),
    nonce: response.nonce !== undefined,
    signature: describeSignature(
      signatureFacts('signatureAlgorithm', response.signatureAlgorithm, response.signature),
    ),
    answers: response.answers.map(({ id, status, thisUpdate, nextUpdate }) => ({
      serialNumber: hexPairs(id.serialNumber),
      status: status.kind,
      ...(status.kind === 'revoked' ? { since: status.since.toISOString() } : {}),
      ...(status.kind === 'revoked' && status.reason !== undefined ? { reason: status.reason } : {}),
      thisUpdate: thisUpdate.toISOString(),
      ...(nextUpdate === undefined ? {} : { nextUpdate: nextUpdate.toISOString() }),
    })),
    certificates: response.certificates.map(({ subject }) => printable(formatName(subject))),
  };
}

function describeResponder(responder: ResponderId): string {
  return responder.kind === 'name'
    ? printable(formatName(responder.name))
    : `key ${hexPairs(responder.keyHash)}`;
}

function answerLine({
  serialNumber,
  status,
  since,
  reason,
  thisUpdate,
  nextUpdate,
}: InspectedAnswer): string {
  const revoked = since === undefined ? '' : ` since ${since}${reason === undefined ? '' : `, ${reason}`}`;
  return `${serialNumber}  ${status}${revoked}, as of ${thisUpdate}${nextUpdate === undefined ? '' : `, until ${nextUpdate}`}`;
}

/**
 * An inspection of an OCSP response as text of several lines, without a newline at its end.
 *
 * @example
 * ```ts
 * import { formatOcspInspection, inspectOcspResponse, ocspFailure, parseOcspResponse } from 'hybridge/certificates';
 *
 * const response = parseOcspResponse(ocspFailure('tryLater'));
 * console.log(formatOcspInspection(inspectOcspResponse(response))); // OCSP tryLater: ...
 * ```
 */
export function formatOcspInspection(inspection: OcspInspection): string {
  if (inspection.status !== 'successful')
    return block('OCSP', [
      `${inspection.status}: a response without an answer, ${inspection.bytes} bytes`,
    ]).join('\n');
  return [
    ...block('OCSP', [
      `response, ${grouped(inspection.bytes)} bytes${inspection.nonce ? ', with a nonce' : ''}`,
    ]),
    ...block('Responder', [nameOrEmpty(inspection.responder)]),
    ...block('Produced', [inspection.producedAt]),
    ...block('Signature', algorithmLines(inspection.signature)),
    ...block('Answers', inspection.answers.map(answerLine)),
    ...block('Certificates', inspection.certificates.map(nameOrEmpty)),
  ].join('\n');
}
