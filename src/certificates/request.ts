/** Certification requests: PKCS #10 [RFC 2986] with the attributes of RFC 2985, RFC 9763 and RFC 9883. */
import { equal, HybridgeError, utf8 } from '../bytes/index.ts';
import {
  der,
  type DerReader,
  encodePem,
  explicit,
  PRINTABLE_STRING,
  readDer,
  UTF8_STRING,
} from '../encoding/index.ts';
import { writeSpki } from '../keys/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { KemDescriptor } from '../registry/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';
import type { Extension, Extensions } from './extension.ts';
import { encodeExtensions, extensionsOf, NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { structuresIn, type StructureKind } from './der-or-pem.ts';
import { isNamed } from './issuer-and-serial.ts';
import { requireKeyOf } from './key-match.ts';
import { isEmptyName, type Name, nameFrom, readName, sameName } from './name.ts';
import { ATTRIBUTE, EXTENSION } from './oids.ts';
import { type PolicyOptions, requirePermission } from './permission.ts';
import {
  encodePossessionStatement,
  type PossessionStatement,
  readPossessionStatement,
} from './possession.ts';
import type { CertificateExtensions } from './profile.ts';
import {
  encodeRequesterCertificate,
  readRequesterCertificate,
  type RelatedRequest,
  type RequesterCertificate,
} from './related.ts';
import { decodeSigned, type Signed, type SignedParts, signSigned, verifySigned } from './signed.ts';
import { decodeString, isPrintable, isString } from './strings.ts';

/** An attribute of a request. */
export interface RequestAttribute {
  /** Dotted object identifier. */
  readonly type: string;
  /** DER of each value. */
  readonly values: readonly Uint8Array[];
}

/** A certification request, read and never changed. Made by {@link parseRequest} and {@link createRequest}. */
export class CertificateRequest implements Signed {
  /** DER of the whole. */
  readonly bytes: Uint8Array;
  /** DER of the CertificationRequestInfo: the bytes under the signature. */
  readonly tbs: Uint8Array;
  readonly subject: Name;
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** The AlgorithmIdentifier inside the SubjectPublicKeyInfo. */
  readonly keyAlgorithm: AlgorithmIdentifier;
  readonly attributes: readonly RequestAttribute[];
  /** The extensions that are asked for [RFC 2985 §5.4.2]. */
  readonly extensions: Extensions;
  /** A text by which the requester may later revoke, or is known to the CA [RFC 2985 §5.4.1]; it is not secret here. */
  readonly challengePassword: string | undefined;
  /** Another certificate that the requester has, with its proof [RFC 9763 §3]. */
  readonly relatedCertificate: RequesterCertificate | undefined;
  /** Who signed the request, where that is not the key asked for [RFC 9883]. */
  readonly possessionStatement: PossessionStatement | undefined;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;

  /** @internal Use {@link parseRequest}. */
  constructor(bytes: Uint8Array, { tbs, fields, signatureAlgorithm, signature }: SignedParts) {
    this.bytes = bytes;
    this.tbs = tbs;
    this.signatureAlgorithm = signatureAlgorithm;
    this.signature = signature;
    const version = fields.smallInteger('version');
    if (version !== 0)
      throw new HybridgeError('invalid_encoding', `request: version ${version}, expected 0 [RFC 2986 §4.1]`);
    this.subject = readName(fields, 'subject');
    const { encoding, reader: key } = fields.encodedSequence('subjectPKInfo');
    this.subjectPublicKeyInfo = encoding;
    this.keyAlgorithm = readAlgorithmIdentifier(key, 'algorithm');
    key.bitString('subjectPublicKey');
    key.end();
    this.attributes = readAttributes(fields);
    fields.end();
    const asked = this.#value(ATTRIBUTE.extensionRequest);
    this.extensions = asked === undefined ? NO_EXTENSIONS : readExtensionRequest(asked);
    const challenge = this.#value(ATTRIBUTE.challengePassword);
    this.challengePassword = challenge === undefined ? undefined : readChallenge(challenge);
    const related = this.#value(ATTRIBUTE.relatedCertRequest);
    this.relatedCertificate = related === undefined ? undefined : readRequesterCertificate(related);
    const statement = this.#value(ATTRIBUTE.statementOfPossession);
    this.possessionStatement = statement === undefined ? undefined : readPossessionStatement(statement);
  }

  #value(type: string): Uint8Array | undefined {
    const attribute = this.attributes.find((one) => one.type === type);
    if (attribute === undefined) return undefined;
    const [value, second] = attribute.values;
    if (value === undefined || second !== undefined)
      throw new HybridgeError(
        'invalid_encoding',
        `request: ${attribute.values.length} values of the attribute ${type}, which has one`,
      );
    return value;
  }

  /** PEM of the request. */
  toPem(): string {
    return encodePem('CERTIFICATE REQUEST', this.bytes);
  }
}

// Attributes ::= SET OF Attribute [RFC 2986 §4.1], present even where empty.
function readAttributes(fields: DerReader): readonly RequestAttribute[] {
  const set = fields.set('attributes', explicit(0));
  const attributes: RequestAttribute[] = [];
  const seen = new Set<string>();
  while (!set.atEnd) {
    const attribute = set.sequence('attribute');
    const type = attribute.oid('type');
    const list = attribute.set('values');
    attribute.end();
    const values: Uint8Array[] = [];
    do values.push(list.any('value'));
    while (!list.atEnd);
    if (seen.has(type))
      throw new HybridgeError('invalid_encoding', `request: the attribute ${type} stands twice`, {
        details: { oid: type },
      });
    seen.add(type);
    attributes.push({ type, values });
  }
  return attributes;
}

function readExtensionRequest(value: Uint8Array): Extensions {
  const outer = readDer(value, 'ExtensionRequest');
  const extensions = readExtensions(outer);
  outer.end();
  return extensions;
}

function readChallenge(value: Uint8Array): string {
  const reader = readDer(value, 'ChallengePassword');
  const tag = reader.nextTag;
  if (!isString(tag)) throw new HybridgeError('invalid_encoding', 'challengePassword: not a string');
  const text = decodeString(tag, reader.primitive('value', tag), 'challengePassword');
  reader.end();
  return text;
}

const REQUEST: StructureKind = {
  what: 'request',
  // RFC 7468 §7 and the name from before it.
  labels: ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'],
  maxBytes: 1024 * 1024,
};

/**
 * Reads a PKCS #10 request from DER or PEM. Its signature is not checked: see {@link verifyRequest}.
 *
 * @throws {@link HybridgeError} `invalid_encoding` with the field and the offset; `message_too_large`.
 *
 * @example
 * ```ts no-run
 * import { formatName, parseRequest } from 'hybridge/certificates';
 * import { readFileSync } from 'node:fs';
 *
 * const request = parseRequest(readFileSync('device.csr'));
 * console.log(formatName(request.subject), request.extensions.subjectAltName);
 * ```
 */
export function parseRequest(input: Uint8Array | string): CertificateRequest {
  const [bytes, second] = structuresIn(input, REQUEST);
  if (bytes === undefined || second !== undefined)
    throw new HybridgeError(
      'invalid_encoding',
      'request: the PEM text holds more than one CERTIFICATE REQUEST block',
    );
  return new CertificateRequest(bytes, decodeSigned(bytes, 'CertificationRequest'));
}

/** What a request asks for, whoever signs it. */
interface RequestContent {
  /** A name, or its text form [RFC 4514]. */
  readonly subject: Name | string;
  /** Extensions that the CA is asked for; it decides. */
  readonly extensions?: CertificateExtensions | undefined;
  /** At most 255 characters [RFC 2985 §5.4.1]. Anybody who sees the request sees it. */
  readonly challengePassword?: string | undefined;
  /** Proves that the requester has another certificate too [RFC 9763]. */
  readonly related?: RelatedRequest | undefined;
}

/**
 * What is requested.
 *
 * A key that signs is requested with itself. A key that establishes secrets (ML-KEM, a composite KEM) cannot sign a
 * request; it is requested by `publicKey`, with the signature and certificate of another key of the same subject
 * [RFC 9883].
 */
export type RequestOptions = PolicyOptions &
  RequestContent &
  (
    | { readonly key: SigningIdentity; readonly publicKey?: undefined; readonly signer?: undefined }
    | {
        readonly publicKey: PublicKey<KemDescriptor>;
        readonly signer: { readonly certificate: Certificate; readonly key: SigningIdentity };
        readonly key?: undefined;
      }
  );

/**
 * A PKCS #10 request, signed by the key that it asks a certificate for: the proof that the requester has it
 * [RFC 2986 §3].
 *
 * @throws {@link HybridgeError} `wrong_algorithm` for a key that cannot sign; `invalid_argument` for a subject or a
 * challenge password that is none; `policy_refused`; `key_disposed`; `unsupported`.
 *
 * @example
 * ```ts
 * import { createRequest, verifyRequest } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'MLDSA65-Ed25519-SHA512');
 * const request = await createRequest(provider, {
 *   key: privateKey,
 *   subject: 'CN=pump.example,O=Hospital',
 *   extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
 * });
 * console.log(request.toPem().slice(0, 35), await verifyRequest(provider, request)); // ... true
 * ```
 */
export async function createRequest(
  provider: Provider,
  options: RequestOptions,
): Promise<CertificateRequest> {
  const signer = options.key ?? options.signer.key;
  requireSigner(signer);
  if (options.signer !== undefined)
    requireKeyOf(options.signer.certificate, signer, "the signer's certificate");
  requirePermission(options, signer.algorithm);
  const publicKey = options.publicKey ?? signer.publicKey;
  return signRequest(provider, signer, {
    subject: typeof options.subject === 'string' ? nameFrom(options.subject) : options.subject,
    spki: writeSpki(publicKey.algorithm, publicKey.bytes()),
    attributes: await attributesOf(provider, options, extensionsOf(options.extensions ?? {})),
  });
}

// Types already refuse it, for those who have them.
function requireSigner({
  algorithm,
}: {
  readonly algorithm: SigningIdentity['algorithm'] | KemDescriptor;
}): void {
  if (algorithm.use === 'signature') return;
  throw new HybridgeError(
    'wrong_algorithm',
    `request: a key of ${algorithm.name} establishes secrets and cannot sign its own request [RFC 2986 §3]`,
    {
      fault: 'caller',
      hint:
        'sign it with another key of the same subject that has a certificate (publicKey and signer) [RFC 9883], ' +
        'or give the CA the bare public key; it can answer with a certificate encrypted to the key [RFC 4210 §5.2.8.2]',
      details: { algorithm: algorithm.name },
    },
  );
}

/** A request before it is signed. */
export interface UnsignedRequest {
  readonly subject: Name;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly attributes: readonly RequestAttribute[];
}

/** Signs a request. */
export async function signRequest(
  provider: Provider,
  signer: SigningIdentity,
  { subject, spki, attributes }: UnsignedRequest,
): Promise<CertificateRequest> {
  const encoded = attributes.map(({ type, values }) => der.sequence(der.oid(type), der.setOf(...values)));
  const bytes = await signSigned(provider, signer, () =>
    der.sequence(der.integer(0), subject.bytes, spki, der.implicitly(0, der.setOf(...encoded))),
  );
  return parseRequest(bytes);
}

/** The attributes that a request has, given the extensions it asks for. */
export async function attributesOf(
  provider: Provider,
  options: Pick<RequestContent, 'challengePassword' | 'related'> & Pick<RequestOptions, 'signer'>,
  extensions: readonly Extension[],
): Promise<readonly RequestAttribute[]> {
  const { challengePassword, related, signer } = options;
  const attributes: RequestAttribute[] = [];
  const add = (type: string, value: Uint8Array): void => {
    attributes.push({ type, values: [value] });
  };
  if (extensions.length > 0) add(ATTRIBUTE.extensionRequest, encodeExtensions(extensions));
  if (challengePassword !== undefined) add(ATTRIBUTE.challengePassword, encodeChallenge(challengePassword));
  if (related !== undefined)
    add(ATTRIBUTE.relatedCertRequest, await encodeRequesterCertificate(provider, related));
  if (signer !== undefined)
    add(ATTRIBUTE.statementOfPossession, encodePossessionStatement(signer.certificate));
  return attributes;
}

function encodeChallenge(text: string): Uint8Array {
  if (text.length === 0 || text.length > 255)
    throw new HybridgeError(
      'invalid_argument',
      `challenge password: ${text.length} characters, 1 to 255 are allowed [RFC 2985 §5.4.1]`,
      { fault: 'caller' },
    );
  // RFC 2985 §5.4.1: PrintableString where possible, else UTF8String.
  return der.element(isPrintable(text) ? PRINTABLE_STRING : UTF8_STRING, utf8(text));
}

/**
 * Whether the signature on a request holds: the proof that the requester has the private key. That the requester is
 * who the subject says is for the CA to find out.
 *
 * @param signer - The certificate of the key that signed, for a request that states possession of a key that cannot
 * sign [RFC 9883]; the CA has validated it. It must be the one that the statement names, and of the same subject.
 * @returns `false` also for a request with a statement where no signer is given.
 * @throws {@link HybridgeError} `wrong_algorithm` for a signature that the key cannot have made; `unknown_algorithm`,
 * `unsupported`, and what a malformed key leads to.
 *
 * @example
 * ```ts no-run
 * import { parseRequest, verifyRequest } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { readFileSync } from 'node:fs';
 *
 * const request = parseRequest(readFileSync('device.csr'));
 * if (!(await verifyRequest(createNobleProvider(), request))) console.log('no proof of possession');
 * ```
 */
export async function verifyRequest(
  provider: Provider,
  request: CertificateRequest,
  { signer }: { readonly signer?: Certificate | undefined } = {},
): Promise<boolean> {
  const statement = request.possessionStatement;
  if (statement === undefined) return verifySigned(provider, request, request);
  if (signer === undefined || !isNamed(statement.signer, signer) || !isOfSameSubject(request, signer))
    return false;
  const { keyUsage } = signer.extensions;
  if (keyUsage?.includes('digitalSignature') === false) return false;
  return verifySigned(provider, request, signer);
}

// RFC 9883 §3: the same subject; where that is empty, the alternative names are what names it.
function isOfSameSubject(request: CertificateRequest, signer: Certificate): boolean {
  if (!isEmptyName(request.subject)) return sameName(request.subject, signer.subject);
  const names = ({ all }: Extensions): Uint8Array | undefined =>
    all.find(({ oid }) => oid === EXTENSION.subjectAltName)?.value;
  const [asked, certified] = [names(request.extensions), names(signer.extensions)];
  return (
    isEmptyName(signer.subject) && asked !== undefined && certified !== undefined && equal(asked, certified)
  );
}
