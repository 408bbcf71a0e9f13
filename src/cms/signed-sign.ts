/** Making SignedData [RFC 5652 §5]. */
import {
  type ByteSource,
  concat,
  EMPTY,
  equal,
  HybridgeError,
  piecesOf,
  type ReadingOptions,
} from '../bytes/index.ts';
import { type Certificate, decodeAlgorithmIdentifier, signatureIdentifier } from '../certificates/index.ts';
import { der, explicit, OCTET_STRING, SEQUENCE } from '../encoding/index.ts';
import { readSpki } from '../keys/index.ts';
import { judge, type Policy, refusal } from '../policy/index.ts';
import { type Hasher, type IncrementalSigner, type Provider, requireHash } from '../provider/index.ts';
import type { HashName, SignatureDescriptor } from '../registry/index.ts';
import { sign, type SigningIdentity, startSigning } from '../sign/index.ts';
import { type Attribute, ATTRIBUTE, encodeAttributes } from './attribute.ts';
import {
  END_OF_CONTENTS,
  octetsInSegments,
  openDefinite,
  openIndefinite,
  type Wrapping,
} from './ber-write.ts';
import { CONTENT_TYPE } from './content-type.ts';
import { AmbiguityWatch } from './signed-ambiguity.ts';
import { statingAttributes } from './signed-attributes.ts';
import { defaultDigest, digestIdentifier, requireDigest } from './signed-digest.ts';
import {
  type CertificateIdentifier,
  encodeSignerInfo,
  identifierOf,
  maySignMessages,
  type SignerInfo,
} from './signer-info.ts';

/** One who signs a message. */
export interface MessageSigner {
  /** The private key, or a signer that stands for it. */
  readonly key: SigningIdentity;
  /** The certificate of that key; the message names it, and carries it. */
  readonly certificate: Certificate;
  /** How the message names the certificate; by issuer and serial number unless told. */
  readonly identifier?: CertificateIdentifier['kind'] | undefined;
  /**
   * The hash of the content. SHA-512 for ML-DSA and SLH-DSA unless told; no weaker one than the signature is taken.
   * RSA, ECDSA, EdDSA and composites have theirs fixed.
   */
  readonly digest?: HashName | undefined;
  /**
   * Attributes to sign beside those that are always there (content type, digest, time, certificate, algorithms);
   * `'none'` signs the content itself, without attributes.
   */
  readonly signedAttributes?: readonly Attribute[] | 'none' | undefined;
  /** Attributes to add without signing them. */
  readonly unsignedAttributes?: readonly Attribute[] | undefined;
}

/** What is signed, by whom, and what the message carries. */
export interface SigningRequest {
  /** At least one. A verifier demands all of them unless it says otherwise. */
  readonly signers: readonly MessageSigner[];
  /** Object identifier of the content's type; id-data unless told. Other types need signed attributes. */
  readonly contentType?: string | undefined;
  /** Certificates to carry beside those of the signers, such as the issuers'. */
  readonly certificates?: readonly Certificate[] | undefined;
  /** DER of revocation lists to carry. */
  readonly crls?: readonly Uint8Array[] | undefined;
}

/** How a message is signed. */
export interface SignMessageOptions extends ReadingOptions {
  /** The time that the signatures claim; that of the provider's clock unless told. `'none'` leaves it out. */
  readonly signingTime?: Date | 'none' | undefined;
  /** Asked for every algorithm, with the use `signature-create`, at the signing time or now. */
  readonly policy?: Policy | undefined;
}

/** A signer with everything settled that does not depend on the content. */
interface Plan {
  readonly signer: MessageSigner;
  readonly algorithm: SignatureDescriptor;
  readonly digest: HashName;
  readonly identifier: CertificateIdentifier;
  readonly digestAlgorithm: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
}

/**
 * Signs a message, with the content inside. Content given as bytes makes DER; content that comes in pieces makes BER
 * of indefinite length and is never held in memory, however long it is.
 *
 * Every signer signs attributes: content type, message digest, signing time, the certificate [RFC 5035] and the
 * algorithms [RFC 6211]. With `signedAttributes: 'none'` the content itself is signed: ML-DSA through µ in one pass;
 * SLH-DSA and EdDSA read it twice, so a stream is collected for them, up to 16 MiB.
 *
 * @returns The message in pieces; each must be used before the next is asked for.
 * @throws {@link HybridgeError} `invalid_argument` for a key that is not the certificate's, or a digest that does not
 * go with the algorithm; `unsupported` for pre-hash variants, which CMS does not have; `policy_refused`;
 * `message_too_large`; `key_disposed`; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { signMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Signer',
 *   profile: 'code-signing',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const report = new TextEncoder().encode('a report');
 * const message: Uint8Array[] = [];
 * for await (const piece of signMessage(provider, { signers: [{ key, certificate }] }, report))
 *   message.push(piece.slice());
 * console.log(message.length > 0); // the pieces, one after the other, are a .p7m file
 * ```
 */
export async function* signMessage(
  provider: Provider,
  request: SigningRequest,
  content: ByteSource,
  options: SignMessageOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const signing = await startSignatures(provider, request, options);
  const { before, after } = partsAround(request, signing.plans);
  const wrappings = (tailSize: number): readonly Wrapping[] => [
    { tag: SEQUENCE, before: [der.oid(CONTENT_TYPE.signedData)] },
    { tag: explicit(0), before: [] },
    { tag: SEQUENCE, before, after: tailSize },
    { tag: SEQUENCE, before: [der.oid(contentTypeOf(request))] },
    { tag: explicit(0), before: [] },
  ];
  if (content instanceof Uint8Array) {
    for await (const piece of piecesOf(content, options)) signing.update(piece);
    const tail = concat(after, await signing.finish());
    const header = der.header(OCTET_STRING, content.length);
    yield concat(openDefinite(wrappings(tail.length), header.length + content.length), header);
    yield content;
    yield tail;
    return;
  }
  yield openIndefinite(wrappings(0));
  yield* octetsInSegments(
    taking(piecesOf(content, options), (piece) => signing.update(piece)),
    {},
  );
  yield END_OF_CONTENTS;
  yield END_OF_CONTENTS;
  yield after;
  yield await signing.finish();
  yield concat(END_OF_CONTENTS, END_OF_CONTENTS, END_OF_CONTENTS);
}

/**
 * Signs a message that stays apart from its signature ("detached"). Otherwise as {@link signMessage}.
 *
 * @returns DER of the SignedData in its ContentInfo.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { signDetached, verifyMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'MLDSA65-Ed25519-SHA512');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Signer',
 *   profile: 'code-signing',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const firmware = new Uint8Array(100_000);
 * const signature = await signDetached(provider, { signers: [{ key, certificate }] }, firmware);
 * const verdict = await verifyMessage(provider, signature, { detachedContent: firmware });
 * console.log(verdict.valid); // true
 * ```
 */
export async function signDetached(
  provider: Provider,
  request: SigningRequest,
  content: ByteSource,
  options: SignMessageOptions = {},
): Promise<Uint8Array> {
  const signing = await startSignatures(provider, request, options);
  for await (const piece of piecesOf(content, options)) signing.update(piece);
  const { before, after } = partsAround(request, signing.plans);
  return der.sequence(
    der.oid(CONTENT_TYPE.signedData),
    der.explicit(
      0,
      der.sequence(...before, der.sequence(der.oid(contentTypeOf(request))), after, await signing.finish()),
    ),
  );
}

async function* taking(
  pieces: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    take(piece);
    yield piece;
  }
}

function contentTypeOf({ contentType = CONTENT_TYPE.data }: SigningRequest): string {
  return contentType;
}

/** Signatures over content that comes in pieces. */
interface Signatures {
  readonly plans: readonly Plan[];
  update(piece: Uint8Array): void;
  /** DER of the signerInfos. */
  finish(): Promise<Uint8Array>;
}

async function startSignatures(
  provider: Provider,
  request: SigningRequest,
  options: SignMessageOptions,
): Promise<Signatures> {
  const { signal } = options;
  const contentType = contentTypeOf(request);
  if (request.signers.length === 0)
    throw new HybridgeError('invalid_argument', 'a signed message needs a signer', { fault: 'caller' });
  const signingTime = options.signingTime ?? provider.clock.now();
  const at = signingTime === 'none' ? provider.clock.now() : signingTime;
  const plans = request.signers.map((signer) => planFor(signer, options.policy, at));
  const hashers = new Map<HashName, Hasher>();
  const direct = new Map<Plan, IncrementalSigner>();
  const watch = new AmbiguityWatch();
  for (const plan of plans) {
    if (plan.signer.signedAttributes === 'none') {
      if (contentType !== CONTENT_TYPE.data)
        throw new HybridgeError(
          'invalid_argument',
          `content of the type ${contentType} is signed with attributes [RFC 5652 §5.3]`,
          { fault: 'caller' },
        );
      direct.set(plan, await startSigning(provider, plan.signer.key, { signal }));
    } else if (!hashers.has(plan.digest))
      hashers.set(plan.digest, requireHash(provider, plan.digest).start());
  }
  return {
    plans,
    update(piece) {
      for (const hasher of hashers.values()) hasher.update(piece);
      for (const signer of direct.values()) signer.update(piece);
      if (direct.size > 0) watch.take(piece);
    },
    async finish() {
      if (watch.isAmbiguous())
        throw new HybridgeError(
          'invalid_argument',
          'the content is a set of signed attributes: a signature over it would be one of another message',
          { fault: 'caller', hint: 'sign it with attributes of its own' },
        );
      const digests = new Map(Array.from(hashers, ([name, hasher]) => [name, hasher.digest()] as const));
      const infos: Uint8Array[] = [];
      for (const plan of plans) {
        const messageDigest = digests.get(plan.digest) ?? EMPTY;
        const started = direct.get(plan);
        infos.push(
          started === undefined
            ? await signAttributes(
                provider,
                plan,
                { contentType, messageDigest, signingTime: signingTime === 'none' ? undefined : signingTime },
                signal,
              )
            : encodeSignerInfo(infoOf(plan, undefined, await started.finish())),
        );
      }
      return der.setOf(...infos);
    },
  };
}

/**
 * A countersignature or signature of one signer over attributes that state a digest.
 *
 * @returns DER of the SignerInfo.
 */
async function signAttributes(
  provider: Provider,
  plan: Plan,
  stated: {
    readonly contentType: string | undefined;
    readonly messageDigest: Uint8Array;
    readonly signingTime: Date | undefined;
  },
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { signer, digest, digestAlgorithm, signatureAlgorithm } = plan;
  const { signedAttributes = [], certificate, key } = signer;
  const own = statingAttributes(provider, {
    ...stated,
    certificate,
    digest,
    digestAlgorithm,
    signatureAlgorithm,
  });
  const list = [...own, ...(signedAttributes === 'none' ? [] : signedAttributes)];
  requireDistinct(list);
  const bytes = encodeAttributes(list);
  return encodeSignerInfo(infoOf(plan, { bytes, list }, await sign(provider, key, bytes, { signal })));
}

/**
 * DER of the SignerInfo that countersigns a signature [RFC 5652 §11.4].
 *
 * @throws HybridgeError as {@link signMessage}.
 */
export async function countersignatureOver(
  provider: Provider,
  signature: Uint8Array,
  signer: MessageSigner,
  options: SignMessageOptions,
): Promise<Uint8Array> {
  const signingTime = options.signingTime ?? provider.clock.now();
  const plan = planFor(signer, options.policy, signingTime === 'none' ? provider.clock.now() : signingTime);
  if (signer.signedAttributes === 'none')
    return encodeSignerInfo(
      infoOf(plan, undefined, await sign(provider, signer.key, signature, { signal: options.signal })),
    );
  const stated = {
    contentType: undefined,
    messageDigest: requireHash(provider, plan.digest).digest(signature),
    signingTime: signingTime === 'none' ? undefined : signingTime,
  };
  return signAttributes(provider, plan, stated, options.signal);
}

function infoOf(
  plan: Plan,
  signedAttributes: SignerInfo['signedAttributes'],
  signature: Uint8Array,
): SignerInfo {
  return {
    identifier: plan.identifier,
    digestAlgorithm: decodeAlgorithmIdentifier(plan.digestAlgorithm),
    signedAttributes,
    signatureAlgorithm: decodeAlgorithmIdentifier(plan.signatureAlgorithm),
    signature,
    unsignedAttributes: plan.signer.unsignedAttributes ?? [],
  };
}

function planFor(signer: MessageSigner, policy: Policy | undefined, at: Date): Plan {
  const { key, certificate, identifier = 'issuer-and-serial-number' } = signer;
  const { algorithm } = key;
  if (
    algorithm.kind === 'hash-ml-dsa' ||
    algorithm.kind === 'hash-slh-dsa' ||
    algorithm.kind === 'stateful-hash'
  )
    throw new HybridgeError('unsupported', `${algorithm.name} does not sign CMS messages`, {
      fault: 'caller',
      ...(algorithm.kind === 'stateful-hash'
        ? {}
        : { hint: `use ${algorithm.base} [RFC 9882 §1, RFC 9814 §1]` }),
    });
  if (policy !== undefined) {
    const judgement = judge(policy, 'signature-create', algorithm, at);
    if (judgement.verdict === 'refuse') throw refusal(policy, 'signature-create', algorithm, judgement);
  }
  requireOwnKey(signer);
  const digest = digestFor(signer, algorithm);
  return {
    signer,
    algorithm,
    digest,
    identifier: identifierOf(certificate, identifier),
    digestAlgorithm: digestIdentifier(digest, algorithm),
    signatureAlgorithm: signatureIdentifier(algorithm),
  };
}

// RFC 9882 §3.3: without attributes nothing is hashed, and the digestAlgorithm is SHA-512 for form's sake.
function digestFor({ digest, signedAttributes }: MessageSigner, algorithm: SignatureDescriptor): HashName {
  const usual = defaultDigest(algorithm);
  if (signedAttributes === 'none' && digest !== undefined && digest !== usual)
    throw new HybridgeError('invalid_argument', `without signed attributes the digest is ${usual}`, {
      fault: 'caller',
      details: { algorithm: algorithm.name, expected: usual, actual: digest },
    });
  return requireDigest(digest ?? usual, algorithm);
}

// A message under another key than its certificate's would never verify; better now than at the receiver.
function requireOwnKey({ key, certificate }: MessageSigner): void {
  const { algorithms, publicKey } = readSpki(certificate.subjectPublicKeyInfo);
  if (!algorithms.includes(key.algorithm) || !equal(publicKey, key.publicKey.bytes()))
    throw new HybridgeError('invalid_argument', 'the certificate of the signer is for another key', {
      fault: 'caller',
      details: { algorithm: key.algorithm.name },
    });
  const { keyUsage } = certificate.extensions;
  if (!maySignMessages(certificate))
    throw new HybridgeError(
      'invalid_argument',
      `the certificate of the signer is for ${keyUsage?.join(', ') ?? ''}, not for signing messages`,
      { fault: 'caller' },
    );
}

// RFC 5652 §5.3 and §11: one instance of each attribute; a countersignature is never signed.
function requireDistinct(list: readonly Attribute[]): void {
  const seen = new Set<string>([ATTRIBUTE.countersignature]);
  for (const { type, values } of list) {
    if (seen.has(type) || values.length === 0)
      throw new HybridgeError(
        'invalid_argument',
        `the signed attribute ${type} is there twice, or has no place there`,
        {
          fault: 'caller',
          details: { attribute: type },
        },
      );
    seen.add(type);
  }
}

/** What stands before and after the encapContentInfo, the signerInfos excepted. */
function partsAround(
  request: SigningRequest,
  plans: readonly Plan[],
): { readonly before: readonly Uint8Array[]; readonly after: Uint8Array } {
  const digests = distinct(plans.map(({ digestAlgorithm }) => digestAlgorithm));
  const certificates = distinct(
    [...plans.map(({ signer }) => signer.certificate), ...(request.certificates ?? [])].map(
      ({ bytes }) => bytes,
    ),
  );
  const crls = distinct(request.crls ?? []);
  // RFC 5652 §5.1: 3 for other content than data and for signers named by their key, else 1.
  const version =
    contentTypeOf(request) !== CONTENT_TYPE.data ||
    plans.some(({ identifier }) => identifier.kind === 'subject-key-identifier')
      ? 3
      : 1;
  return {
    before: [der.integer(version), der.setOf(...digests)],
    after: concat(
      der.implicitly(0, der.setOf(...certificates)),
      crls.length === 0 ? EMPTY : der.implicitly(1, der.setOf(...crls)),
    ),
  };
}

function distinct(list: readonly Uint8Array[]): readonly Uint8Array[] {
  return list.filter((one, index) => list.findIndex((other) => equal(one, other)) === index);
}
