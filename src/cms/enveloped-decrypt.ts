/** Opening messages: AuthEnvelopedData [RFC 5083] and EnvelopedData [RFC 5652 §6]. */
import { concat, EMPTY, equal, type ErrorCode, HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { der, explicit, implicit, OCTET_STRING, readDer, SET } from '../encoding/index.ts';
import { judge, type Policy, refusal } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { ATTRIBUTE, decodeProtectedAttributes, singleValue } from './attribute.ts';
import { type BerOptions, type BerReader, readBer } from './ber-read.ts';
import {
  type ContentDecryption,
  type ContentEncryptionAlgorithm,
  readContentEncryption,
  startContentDecryption,
} from './content-cipher.ts';
import { CONTENT_TYPE } from './content-type.ts';
import { requireCipherPermission } from './enveloped-encrypt.ts';
import { type EnvelopedHead, readEnvelopedHead } from './enveloped-read.ts';
import { type MessageInput, sourceOf } from './message-input.ts';
import type { RecipientInfo } from './recipient-info.ts';
import { PieceBuffer, type PieceOptions } from './piece-buffer.ts';
import { passwordCost } from './recipient-password.ts';
import { checkIdentity, type Identity, mayOpen, unwrapWith } from './recipient.ts';

/** How a message is opened. */
export interface DecryptMessageOptions extends BerOptions, PieceOptions {
  /**
   * Asked for the key that opens the message (use `key-establishment`) and for the cipher (`aead`); what it refuses
   * is not opened. A password is not asked about. CBC is refused under any policy.
   */
  readonly policy?: Policy | undefined;
  /** The date that the policy is asked about; that of the provider's clock unless told. */
  readonly at?: Date | undefined;
}

/** Iterations that the password recipients of one message may cost together. */
const MAX_PASSWORD_COST = 8_000_000;
/** Bytes of authenticated attributes: they come after the content, and what they cost in GCM is no stream cipher's. */
const MAX_ATTRIBUTES = 64 * 1024;
/** Most that is decrypted in one step. */
const STEP = 256 * 1024;

/**
 * Opens a message with the first identity that fits one of its recipients. DER and BER are read, streamed, and PEM.
 *
 * **Plaintext comes out before it is known to be genuine.** AES-GCM checks its tag at the end, after all pieces were
 * given out; a changed message ends in `decryption_failed`. So keep the pieces aside, for instance in a temporary
 * file, until the iteration has ended without an error; or use {@link decryptToBytes}, which gives out nothing before.
 * AES-CBC (EnvelopedData) has no tag at all: changes may go unnoticed, and only a signature inside can tell.
 *
 * @returns The content in pieces.
 * @throws {@link HybridgeError} `decryption_failed` when no identity fits, the tag is wrong or the padding is;
 * `invalid_encoding` for what is no such message; `unsupported` for recipients or ciphers that are not opened (RSA
 * with PKCS #1 v1.5, Triple DES); `policy_refused`; `invalid_argument` without identities or for a key beside another's
 * certificate; `message_too_large`; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { decryptMessage, encryptMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const request = { recipients: [{ password: 'horse', iterations: 1000 }] };
 * const message = encryptMessage(provider, request, new Uint8Array(1000));
 * let size = 0;
 * for await (const piece of decryptMessage(provider, [{ password: 'horse' }], message)) size += piece.length;
 * console.log(size); // 1000, and genuine, now that the loop is over
 * ```
 */
export async function* decryptMessage(
  provider: Provider,
  identities: readonly Identity[],
  message: MessageInput,
  options: DecryptMessageOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  if (identities.length === 0)
    throw new HybridgeError('invalid_argument', 'a message is opened with at least one identity', {
      fault: 'caller',
    });
  for (const identity of identities) checkIdentity(identity);
  const ber = readBer(sourceOf(message), 'message', options);
  try {
    const head = await readEnvelopedHead(ber);
    const algorithm = readContentEncryption(head.encryption);
    requireFitting(head, algorithm);
    const key = await contentKeyOf(provider, identities, head, algorithm, options);
    const decryption = startContentDecryption(provider, algorithm, key);
    const buffer = new PieceBuffer(options);
    for await (const piece of ber.octets('encryptedContent', implicit(0)))
      for (let at = 0; at < piece.length; at += STEP) {
        const plain = decryption.update(piece.subarray(at, at + STEP));
        if (plain.length > 0) yield buffer.handOut(plain);
      }
    await ber.leave();
    const rest = await finish(ber, head, decryption);
    if (rest.length > 0) yield rest;
  } finally {
    await ber.close();
  }
}

/**
 * Opens a message into memory: nothing is given out before the whole is known to be genuine (AES-GCM) or at least
 * ends as it must (AES-CBC). Otherwise as {@link decryptMessage}.
 *
 * @param maximum - Most bytes of content; 64 MiB unless told.
 * @throws {@link HybridgeError} as {@link decryptMessage}; `message_too_large` for more content.
 *
 * @example
 * ```ts
 * import { decryptToBytes, encryptMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const request = { recipients: [{ password: 'horse', iterations: 1000 }] };
 * const message = encryptMessage(provider, request, new Uint8Array(1000));
 * console.log((await decryptToBytes(provider, [{ password: 'horse' }], message)).length); // 1000
 * ```
 */
export async function decryptToBytes(
  provider: Provider,
  identities: readonly Identity[],
  message: MessageInput,
  options: DecryptMessageOptions = {},
  maximum: number = 64 * 1024 * 1024,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of decryptMessage(provider, identities, message, options)) {
    total += piece.length;
    if (total > maximum)
      throw new HybridgeError('message_too_large', `the content has more than ${maximum} bytes`, {
        details: { maximum },
      });
    pieces.push(piece.slice());
  }
  return concat(...pieces);
}

function requireFitting({ kind }: EnvelopedHead, { cipher }: ContentEncryptionAlgorithm): void {
  if ((cipher.mode === 'gcm') !== (kind === 'auth-enveloped-data'))
    throw new HybridgeError('invalid_encoding', `${cipher.name} in ${kind} [RFC 5083 §2, RFC 5084 §3]`, {
      details: { cipher: cipher.name, kind },
    });
}

/** The content key, from the first recipient that an identity opens. */
async function contentKeyOf(
  provider: Provider,
  identities: readonly Identity[],
  { recipients }: EnvelopedHead,
  { cipher }: ContentEncryptionAlgorithm,
  { policy, at = provider.clock.now() }: DecryptMessageOptions,
): Promise<Uint8Array> {
  if (policy !== undefined) requireCipherPermission(policy, cipher, at);
  let cost = 0;
  let obstacle: HybridgeError | undefined;
  for (const info of recipients)
    for (const identity of identities) {
      if (!mayOpen(identity, info)) continue;
      try {
        if (info.kind === 'password' && (cost += passwordCost(info)) > MAX_PASSWORD_COST) throw tooCostly();
        requirePermission(policy, identity, at);
        const key = await unwrapWith(provider, identity, info);
        if (key?.length === cipher.keySize) return key;
      } catch (error) {
        if (!isHybridgeError(error) || isOurs(error)) throw error;
        // Another recipient may do. A ciphertext that does not decrypt says no more than a key that does not unwrap.
        if (error.code !== 'decryption_failed') obstacle ??= error;
      }
    }
  throw obstacle ?? nobodyFits(recipients);
}

/** What no other recipient can mend. */
const isOurs = (error: HybridgeError): boolean => OURS.some((code) => code === error.code);
const OURS: readonly ErrorCode[] = ['internal', 'invalid_argument', 'key_disposed', 'self_test_failed'];

function requirePermission(policy: Policy | undefined, identity: Identity, at: Date): void {
  if (policy === undefined || 'password' in identity) return;
  const { algorithm } = identity.privateKey;
  const judgement = judge(policy, 'key-establishment', algorithm, at);
  if (judgement.verdict === 'refuse') throw refusal(policy, 'key-establishment', algorithm, judgement);
}

function tooCostly(): HybridgeError {
  return new HybridgeError(
    'unsupported',
    `the password recipients ask for more than ${MAX_PASSWORD_COST} iterations together`,
  );
}

function nobodyFits(recipients: readonly RecipientInfo[]): HybridgeError {
  const kinds = [...new Set(recipients.map(({ kind }) => kind))];
  return new HybridgeError('decryption_failed', 'none of the identities opens this message', {
    hint: `its recipients are of the kind ${kinds.join(', ')}`,
    details: { kinds },
  });
}

/** Reads what follows the content, and checks the whole. */
async function finish(
  ber: BerReader,
  head: EnvelopedHead,
  decryption: ContentDecryption,
): Promise<Uint8Array> {
  let attributes = EMPTY;
  let tag = EMPTY;
  if (head.kind === 'auth-enveloped-data') {
    // RFC 5083 §2.1: these are DER, and authenticated with the tag of a SET OF.
    if (await ber.has(explicit(1))) attributes = Uint8Array.from(await ber.derElement('authAttrs'));
    tag = readDer(await ber.element('mac', OCTET_STRING), 'AuthEnvelopedData').octetString('mac');
    if (await ber.has(explicit(2))) await ber.element('unauthAttrs');
  } else if (await ber.has(explicit(1))) await ber.element('unprotectedAttrs');
  for (let level = 0; level < 3; level++) await ber.leave();
  await ber.end();
  if (attributes.length > MAX_ATTRIBUTES)
    throw new HybridgeError(
      'message_too_large',
      `AuthEnvelopedData: ${attributes.length} bytes of attributes, at most ${MAX_ATTRIBUTES}`,
      { details: { actual: attributes.length, maximum: MAX_ATTRIBUTES } },
    );
  if (attributes.length > 0) attributes[0] = SET;
  const rest = decryption.finish(tag, attributes);
  if (rest === undefined)
    throw new HybridgeError(
      'decryption_failed',
      'the content was changed, or cut off, or the key is another',
    );
  if (head.kind === 'auth-enveloped-data') requireContentType(head.contentType, attributes);
  return rest;
}

// RFC 5083 §2.1: without the attribute the type of the content would be what an attacker says.
function requireContentType(contentType: string, attributes: Uint8Array): void {
  const stated =
    attributes.length === 0
      ? undefined
      : singleValue(
          decodeProtectedAttributes(attributes, 'AuthEnvelopedData.authAttrs'),
          ATTRIBUTE.contentType,
          'content-type',
        );
  const wanted = stated === undefined ? der.oid(CONTENT_TYPE.data) : stated;
  if (!equal(wanted, der.oid(contentType)))
    throw new HybridgeError(
      'invalid_encoding',
      `AuthEnvelopedData: content of the type ${contentType} without an attribute that says so [RFC 5083 §2.1]`,
      { details: { contentType } },
    );
}
