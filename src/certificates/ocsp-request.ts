/** OCSPRequest [RFC 6960 §4.1]: asking about certificates. */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, explicit, readDer } from '../encoding/index.ts';
import type { Provider } from '../provider/index.ts';
import { sign } from '../sign/index.ts';
import { readAlgorithmIdentifier, signatureIdentifier } from './algorithm-identifier.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { strictly } from './deviation.ts';
import type { Extensions } from './extension.ts';
import { encodeExtensions, NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { encodeGeneralName, type GeneralName, readGeneralName } from './general-name.ts';
import type { Issuer } from './issue.ts';
import { nonceExtension, nonceOf, NONCE_SIZE } from './ocsp-nonce.ts';
import {
  type CertificateId,
  certificateId,
  type CertificateIdHash,
  type CertificateToCheck,
  readCertificateId,
} from './ocsp-certificate-id.ts';
import { type Signed, verifySigned } from './signed.ts';

/** Bytes of a request or a response; signatures and certificates in it have some 60,000 each at most. */
export const MAX_OCSP: number = 1024 * 1024;

/** One certificate that is asked about. */
export interface OcspQuestion {
  readonly id: CertificateId;
  readonly extensions: Extensions;
}

/** The signature on a request. */
export interface OcspRequestSignature extends Signed {
  /** Certificates that come with it; the signer's first. */
  readonly certificates: readonly Certificate[];
}

/** A request, read. */
export interface OcspRequest {
  /** DER of the whole, which goes to the responder as application/ocsp-request. */
  readonly bytes: Uint8Array;
  readonly requestor: GeneralName | undefined;
  /** At least one. */
  readonly questions: readonly OcspQuestion[];
  readonly extensions: Extensions;
  /** 1 to 128 bytes. */
  readonly nonce: Uint8Array | undefined;
  readonly signature: OcspRequestSignature | undefined;
}

/**
 * Reads an OCSP request.
 *
 * @throws {@link HybridgeError} `invalid_encoding`; `message_too_large` above 1 MiB.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { parseOcspRequest } from 'hybridge/certificates';
 *
 * const request = parseOcspRequest(readFileSync('request.der'));
 * console.log(request.questions.length, request.nonce);
 * ```
 */
export function parseOcspRequest(input: Uint8Array): OcspRequest {
  if (input.length > MAX_OCSP) throw tooLarge('request', input);
  const bytes = Uint8Array.from(input);
  const outer = readDer(bytes, 'OCSPRequest');
  const fields = outer.sequence('fields');
  outer.end();
  const { encoding: tbs, reader } = fields.encodedSequence('tbsRequest');
  readVersion(reader);
  const requestor = reader.has(explicit(1)) ? readRequestor(reader) : undefined;
  const list = reader.sequence('requestList');
  const questions: OcspQuestion[] = [];
  do questions.push(readQuestion(list));
  while (!list.atEnd);
  const extensions = readTaggedExtensions(reader, 2, 'requestExtensions');
  reader.end();
  const signature = fields.has(explicit(0)) ? readSignature(fields, tbs) : undefined;
  fields.end();
  return { bytes, requestor, questions, extensions, nonce: nonceOf(extensions), signature };
}

/** What is said of a request or a response that is too large. */
export function tooLarge(what: string, bytes: Uint8Array): HybridgeError {
  return new HybridgeError('message_too_large', `OCSP ${what}: ${bytes.length} bytes, at most ${MAX_OCSP}`, {
    details: { actual: bytes.length, maximum: MAX_OCSP },
  });
}

/** The version of a request or a response: v1, which is the default and is not written [X.690 §11.5]. */
export function readVersion(fields: DerReader): void {
  if (!fields.has(explicit(0))) return;
  const tagged = fields.explicit(0, 'version');
  const version = tagged.smallInteger('value') + 1;
  tagged.end();
  if (version !== 1)
    throw new HybridgeError('invalid_encoding', `OCSP: version ${version}`, { details: { version } });
  strictly('default-encoded', 'OCSP: version v1 is the default, and written', 'X.690 §11.5');
}

/** Extensions under an explicit tag; none where the tag is absent. */
export function readTaggedExtensions(fields: DerReader, tag: number, name: string): Extensions {
  if (!fields.has(explicit(tag))) return NO_EXTENSIONS;
  const tagged = fields.explicit(tag, name);
  const extensions = readExtensions(tagged);
  tagged.end();
  return extensions;
}

/** certs [0] of a signature: none where the tag is absent. */
export function readCertificates(fields: DerReader): readonly Certificate[] {
  if (!fields.has(explicit(0))) return [];
  const tagged = fields.explicit(0, 'certs');
  const list = tagged.sequence('list');
  tagged.end();
  const certificates: Certificate[] = [];
  while (!list.atEnd) certificates.push(parseCertificate(list.any('certificate')));
  return certificates;
}

function readRequestor(fields: DerReader): GeneralName {
  const tagged = fields.explicit(1, 'requestorName');
  const name = readGeneralName(tagged, 'name');
  tagged.end();
  return name;
}

function readQuestion(list: DerReader): OcspQuestion {
  const fields = list.sequence('request');
  const id = readCertificateId(fields, 'reqCert');
  const extensions = readTaggedExtensions(fields, 0, 'singleRequestExtensions');
  fields.end();
  return { id, extensions };
}

function readSignature(fields: DerReader, tbs: Uint8Array): OcspRequestSignature {
  const tagged = fields.explicit(0, 'optionalSignature');
  const reader = tagged.sequence('signature');
  tagged.end();
  const signatureAlgorithm = readAlgorithmIdentifier(reader, 'signatureAlgorithm');
  const signature = reader.bitString('signature');
  const certificates = readCertificates(reader);
  reader.end();
  return { tbs, signatureAlgorithm, signature, certificates };
}

/** What {@link createOcspRequest} is told. */
export interface OcspRequestOptions {
  /** At least one; most responders answer about one only. */
  readonly about: readonly CertificateToCheck[];
  /** Hash of the identifiers, SHA-256 unless told; SHA-1 for responders that know nothing newer [RFC 5019 §2.1.1]. */
  readonly hash?: CertificateIdHash | undefined;
  /** 1 to 128 bytes; 32 fresh random ones unless given; `false` for none, which lets a responder answer from store. */
  readonly nonce?: Uint8Array | false | undefined;
  /** Signs the request, for responders that answer to those they know. */
  readonly signer?: Issuer | undefined;
}

/**
 * Makes an OCSP request.
 *
 * @returns The request; its `bytes` go to the responder, its `nonce` to {@link verifyOcspResponse}.
 * @throws {@link HybridgeError} `invalid_argument` for no certificate at all or a nonce of another size; what signing
 * leads to.
 *
 * @example
 * ```ts no-run
 * import { createOcspRequest, parseCertificate, parseOcspResponse, verifyOcspResponse } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const provider = createNobleProvider();
 * const certificate = parseCertificate(readFileSync('pump.pem', 'utf8'));
 * const issuer = parseCertificate(readFileSync('ca.pem', 'utf8'));
 * const request = await createOcspRequest(provider, { about: [{ certificate, issuer }] });
 * const body = new Blob([Uint8Array.from(request.bytes)]);
 * const answer = await fetch('http://ocsp.hospital.example/', { method: 'POST', body });
 * const response = parseOcspResponse(new Uint8Array(await answer.arrayBuffer()));
 * const { nonce } = request;
 * console.log(await verifyOcspResponse(provider, response, { certificate, issuer, nonce, at: new Date() }));
 * ```
 */
export async function createOcspRequest(
  provider: Provider,
  options: OcspRequestOptions,
): Promise<OcspRequest> {
  const { about, hash, nonce = provider.random.bytes(NONCE_SIZE), signer } = options;
  if (about.length === 0)
    throw new HybridgeError('invalid_argument', 'OCSP request: about no certificate', { fault: 'caller' });
  const questions = about.map((one) => der.sequence(certificateId(provider, one, hash).bytes));
  const tbs = der.sequence(
    ...(signer === undefined ? [] : [der.explicit(1, requestorOf(signer.certificate))]),
    der.sequence(...questions),
    ...(nonce === false ? [] : [der.explicit(2, encodeExtensions([nonceExtension(nonce)]))]),
  );
  if (signer === undefined) return parseOcspRequest(der.sequence(tbs));
  const signature = der.sequence(
    signatureIdentifier(signer.key.algorithm),
    der.bitString(await sign(provider, signer.key, tbs)),
    der.explicit(0, der.sequence(signer.certificate.bytes)),
  );
  return parseOcspRequest(der.sequence(tbs, der.explicit(0, signature)));
}

function requestorOf({ subject }: Certificate): Uint8Array {
  return encodeGeneralName({ kind: 'directory', name: subject });
}

/**
 * Whether the signature on a request holds under the key of a certificate; `false` for a request without one. Whether
 * that certificate is to be trusted is the caller's to decide.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`, `unsupported`, `wrong_algorithm`, `invalid_encoding` where the
 * algorithm and the key do not go together.
 *
 * @example
 * ```ts no-run
 * import { parseOcspRequest, verifyOcspRequest } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const request = parseOcspRequest(readFileSync('request.der'));
 * const [requestor] = request.signature?.certificates ?? [];
 * if (requestor !== undefined) console.log(await verifyOcspRequest(createNobleProvider(), request, requestor));
 * ```
 */
export async function verifyOcspRequest(
  provider: Provider,
  { signature }: OcspRequest,
  requestor: Certificate,
): Promise<boolean> {
  return signature !== undefined && verifySigned(provider, signature, requestor);
}
