/** A certification request as an engineer wants to read it: plain data, and text. */
import { toHex } from '../bytes/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import {
  algorithmLines,
  block,
  describeExtensions,
  describeKey,
  describeSignature,
  extensionLines,
  type ExtensionText,
  grouped,
  type InspectedAlgorithm,
  nameOrEmpty,
} from './inspected.ts';
import { formatName } from './name.ts';
import { keyFacts, signatureFacts } from './named-algorithm.ts';
import type { CertificateRequest } from './request.ts';
import { hexPairs, printable } from './text.ts';

/** A request described; plain data, the same as JSON. */
export interface RequestInspection {
  /** As in RFC 4514. */
  readonly subject: string;
  /** The key that a certificate is asked for. */
  readonly key: InspectedAlgorithm;
  readonly signature: InspectedAlgorithm;
  /** The certificate whose key signed in place of the one asked for [RFC 9883]. */
  readonly signer?: { readonly issuer: string; readonly serialNumber: string };
  /** Whether it names another certificate that the requester has [RFC 9763 §3]. */
  readonly related: boolean;
  readonly challengePassword: boolean;
  /** The extensions that are asked for. */
  readonly extensions: readonly ExtensionText[];
  /** Of the whole. */
  readonly bytes: number;
  /** SHA-256 of the SubjectPublicKeyInfo in hexadecimal. */
  readonly publicKeyFingerprint: string;
}

/**
 * Describes a request: who asks, for which key, with which extensions. Nothing is verified: see `verifyRequest`.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider has no SHA-256.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatRequestInspection, inspectRequest, parseRequest } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const inspection = inspectRequest(createNobleProvider(), parseRequest(readFileSync('device.csr')));
 * console.log(inspection.subject, inspection.key.nature);
 * console.log(formatRequestInspection(inspection));
 * ```
 */
export function inspectRequest(provider: Provider, request: CertificateRequest): RequestInspection {
  const { subjectPublicKeyInfo, signatureAlgorithm, signature, possessionStatement } = request;
  return {
    subject: printable(formatName(request.subject)),
    key: describeKey(keyFacts('subjectPKInfo', subjectPublicKeyInfo)),
    signature: describeSignature(signatureFacts('signatureAlgorithm', signatureAlgorithm, signature)),
    ...(possessionStatement === undefined
      ? {}
      : {
          signer: {
            issuer: printable(formatName(possessionStatement.signer.issuer)),
            serialNumber: hexPairs(possessionStatement.signer.serialNumber),
          },
        }),
    related: request.relatedCertificate !== undefined,
    challengePassword: request.challengePassword !== undefined,
    extensions: describeExtensions(request.extensions),
    bytes: request.bytes.length,
    publicKeyFingerprint: toHex(requireHash(provider, 'SHA-256').digest(subjectPublicKeyInfo)),
  };
}

/**
 * An inspection of a request as text of several lines, without a newline at its end.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatRequestInspection, inspectRequest, parseRequest } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const request = parseRequest(readFileSync('device.csr'));
 * console.log(formatRequestInspection(inspectRequest(createNobleProvider(), request)));
 * ```
 */
export function formatRequestInspection(inspection: RequestInspection): string {
  const { signer, related, challengePassword } = inspection;
  return [
    ...block('Request', [`PKCS #10, ${grouped(inspection.bytes)} bytes`]),
    ...block('Subject', [nameOrEmpty(inspection.subject)]),
    ...block('Public key', algorithmLines(inspection.key)),
    ...block('Signature', algorithmLines(inspection.signature)),
    ...(signer === undefined
      ? []
      : block('Signed by', [
          `the key of certificate ${signer.serialNumber} of ${nameOrEmpty(signer.issuer)} [RFC 9883]`,
        ])),
    ...(related ? block('Related', ['another certificate of the requester [RFC 9763]']) : []),
    ...(challengePassword ? block('Challenge', ['a password, which is not shown']) : []),
    ...extensionLines(inspection.extensions),
    ...block('SHA-256', [`public key  ${inspection.publicKeyFingerprint}`]),
  ].join('\n');
}
