/** Encrypting messages: AuthEnvelopedData [RFC 5083, RFC 5084] and EnvelopedData [RFC 5652 §6]. */
import {
  type ByteSource,
  concat,
  EMPTY,
  HybridgeError,
  piecesOf,
  type ReadingOptions,
  wipe,
} from '../bytes/index.ts';
import { der, explicit, implicit, SEQUENCE } from '../encoding/index.ts';
import { judge, type Policy, refusal } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { ATTRIBUTE, encodeAttributes } from './attribute.ts';
import {
  END_OF_CONTENTS,
  octetsInSegments,
  openDefinite,
  openIndefinite,
  type Wrapping,
} from './ber-write.ts';
import {
  type ContentCipher,
  contentCipher,
  type ContentCipherName,
  type ContentEncryption,
  encryptedSize,
  startContentEncryption,
} from './content-cipher.ts';
import { CONTENT_TYPE } from './content-type.ts';
import { PieceBuffer, type PieceOptions } from './piece-buffer.ts';
import { encodeRecipientInfo, envelopedVersion } from './recipient-info.ts';
import { prepareRecipient, type PreparedRecipient, type Recipient, wrapFor } from './recipient.ts';

/** To whom a message is encrypted, and how. */
export interface EncryptionRequest {
  /** At least one, of any kinds: each of them opens the message alone. **The weakest one decides how strong it is.** */
  readonly recipients: readonly Recipient[];
  /**
   * AES-256-GCM unless told, which makes AuthEnvelopedData. CBC makes EnvelopedData, which nothing protects against
   * changes: for software that reads nothing else.
   */
  readonly cipher?: ContentCipherName | undefined;
  /** Object identifier of the content's type; id-data unless told, such as id-signedData for a signed message. */
  readonly contentType?: string | undefined;
}

/** How a message is encrypted. */
export interface EncryptMessageOptions extends PieceOptions, ReadingOptions {
  /** Bytes of the content, if it comes in pieces and its size is known all the same: makes DER instead of BER. */
  readonly size?: number | undefined;
  /**
   * Asked for the key of every recipient (use `key-establishment`) and for the cipher (`aead`); what it refuses is
   * not done. A password is not asked about. CBC is refused under any policy, for it authenticates nothing.
   */
  readonly policy?: Policy | undefined;
  /** The date that the policy is asked about; that of the provider's clock unless told. */
  readonly at?: Date | undefined;
}

/** Most that is encrypted in one step, so that memory does not grow with the pieces of the source. */
const STEP = 256 * 1024;

/**
 * Encrypts a message to one or more recipients: holders of ML-KEM and composite KEM keys [RFC 9629, RFC 9936], of
 * elliptic curve keys [RFC 5753, RFC 8418], of RSA keys (OAEP), and those who know a password. Give several, of
 * different kinds, and an old device opens what a migrated one opens; the message is then as strong as the weakest
 * recipient, which {@link inspectEncrypted} tells and `policy` may refuse.
 *
 * Content given as bytes, or with its `size`, makes DER. Content of unknown size makes BER: indefinite lengths and an
 * OCTET STRING in segments, since DER would have to announce the size first. Either way nothing is held in memory.
 *
 * @returns The message in pieces.
 * @throws {@link HybridgeError} `invalid_argument` without recipients, for a certificate whose key usage forbids it,
 * or when the content has not the `size` announced; `wrong_algorithm` for signature keys; `unsupported` for keys that
 * CMS has no recipients for; `policy_refused`; `message_too_large` beyond 64 GiB in GCM; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { decryptMessage, encryptMessage } from 'hybridge/cms';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'ML-KEM-768');
 * const request = { recipients: [{ publicKey }, { password: 'for the archive' }] };
 * const message = encryptMessage(provider, request, new TextEncoder().encode('dose table 7'));
 * for await (const piece of decryptMessage(provider, [{ privateKey }], message))
 *   console.log(new TextDecoder().decode(piece)); // dose table 7
 * ```
 */
export async function* encryptMessage(
  provider: Provider,
  request: EncryptionRequest,
  content: ByteSource,
  options: EncryptMessageOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { contentType = CONTENT_TYPE.data } = request;
  const cipher = contentCipher(request.cipher ?? 'AES-256-GCM');
  const { infos, encryption } = await startMessage(provider, request, cipher, options);
  const size = content instanceof Uint8Array ? content.length : options.size;
  const authenticated = cipher.mode === 'gcm';
  // RFC 5083 §2.1: a content type other than id-data must be authenticated, in an attribute.
  const attributes =
    authenticated && contentType !== CONTENT_TYPE.data
      ? encodeAttributes([{ type: ATTRIBUTE.contentType, values: [der.oid(contentType)] }])
      : EMPTY;
  const sealed = new SealedContent(encryption, attributes);
  const wrappings = (after: number): readonly Wrapping[] => [
    {
      tag: SEQUENCE,
      before: [der.oid(authenticated ? CONTENT_TYPE.authEnvelopedData : CONTENT_TYPE.envelopedData)],
    },
    { tag: explicit(0), before: [] },
    { tag: SEQUENCE, before: [der.integer(infos.version), infos.set], after },
    { tag: SEQUENCE, before: [der.oid(contentType), encryption.algorithm] },
  ];
  if (size !== undefined) {
    const after = authenticated ? attributes.length + TAG_ELEMENT : 0;
    const inside: Wrapping = { tag: implicit(0), before: [] };
    yield openDefinite([...wrappings(after), inside], encryptedSize(cipher, size));
    yield* sealed.pieces(content, options, size);
    yield sealed.after();
    return;
  }
  yield openIndefinite(wrappings(0));
  yield* octetsInSegments(sealed.pieces(content, options, undefined), {}, implicit(0));
  yield END_OF_CONTENTS;
  yield concat(sealed.after(), END_OF_CONTENTS, END_OF_CONTENTS, END_OF_CONTENTS);
}

/** OCTET STRING of 16 bytes. */
const TAG_ELEMENT = 18;

/** The content on its way through the cipher, and what follows it. */
class SealedContent {
  readonly #encryption: ContentEncryption;
  readonly #attributes: Uint8Array;
  #tag: Uint8Array | undefined;

  constructor(encryption: ContentEncryption, attributes: Uint8Array) {
    this.#encryption = encryption;
    this.#attributes = attributes;
  }

  async *pieces(
    content: ByteSource,
    options: EncryptMessageOptions,
    size: number | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const buffer = new PieceBuffer(options);
    let total = 0;
    for await (const piece of piecesOf(content, options)) {
      total += piece.length;
      if (size !== undefined && total > size) throw notTheSize(size);
      for (let at = 0; at < piece.length; at += STEP) {
        const encrypted = this.#encryption.update(piece.subarray(at, at + STEP));
        if (encrypted.length > 0) yield buffer.handOut(encrypted);
      }
    }
    if (size !== undefined && total < size) throw notTheSize(size);
    const { rest, tag } = this.#encryption.finish(this.#attributes);
    this.#tag = tag;
    if (rest.length > 0) yield rest;
  }

  /** The authenticated attributes and the tag, once the content is through. */
  after(): Uint8Array {
    if (this.#tag === undefined) return EMPTY;
    const attributes = this.#attributes.length === 0 ? EMPTY : der.implicitly(1, this.#attributes);
    return concat(attributes, der.octetString(this.#tag));
  }
}

function notTheSize(size: number): HybridgeError {
  return new HybridgeError('invalid_argument', `the content has not the ${size} bytes that were announced`, {
    fault: 'caller',
    details: { size },
  });
}

/** Makes the content key, protects it for everybody, and begins to encrypt. */
async function startMessage(
  provider: Provider,
  { recipients }: EncryptionRequest,
  cipher: ContentCipher,
  options: EncryptMessageOptions,
): Promise<{
  readonly infos: { readonly version: number; readonly set: Uint8Array };
  readonly encryption: ContentEncryption;
}> {
  if (recipients.length === 0)
    throw new HybridgeError('invalid_argument', 'an encrypted message needs a recipient', {
      fault: 'caller',
    });
  const prepared: PreparedRecipient[] = [];
  for (const recipient of recipients) prepared.push(await prepareRecipient(provider, recipient));
  if (options.policy !== undefined)
    requirePermission(options.policy, prepared, cipher, options.at ?? provider.clock.now());
  const contentKey = provider.random.bytes(cipher.keySize);
  try {
    const infos = [];
    for (const one of prepared) infos.push(await wrapFor(provider, one, contentKey));
    return {
      infos: {
        version: cipher.mode === 'gcm' ? 0 : envelopedVersion(infos, false),
        set: der.setOf(...infos.map(encodeRecipientInfo)),
      },
      encryption: startContentEncryption(provider, cipher, contentKey),
    };
  } finally {
    wipe(contentKey);
  }
}

function requirePermission(
  policy: Policy,
  recipients: readonly PreparedRecipient[],
  cipher: ContentCipher,
  at: Date,
): void {
  for (const recipient of recipients) {
    if (recipient.kind === 'password') continue;
    const { algorithm } = recipient.publicKey;
    const judgement = judge(policy, 'key-establishment', algorithm, at);
    if (judgement.verdict === 'refuse') throw refusal(policy, 'key-establishment', algorithm, judgement);
  }
  requireCipherPermission(policy, cipher, at);
}

/**
 * Refuses a cipher that a policy refuses, or cannot be asked about.
 *
 * @throws HybridgeError `policy_refused`.
 */
export function requireCipherPermission(policy: Policy, { name, descriptor }: ContentCipher, at: Date): void {
  if (descriptor === undefined)
    throw new HybridgeError(
      'policy_refused',
      `policy ${policy.name}: ${name} is no algorithm that it knows`,
      {
        fault: 'caller',
        hint: 'use AES-256-GCM',
        details: { policy: policy.name, algorithm: name },
      },
    );
  const judgement = judge(policy, 'aead', descriptor, at);
  if (judgement.verdict === 'refuse') throw refusal(policy, 'aead', descriptor, judgement);
}
