import {
  type ByteSource,
  piecesOf,
  type ReadingOptions,
  concat,
  HybridgeError,
  utf8,
  wipe,
} from '../../bytes/index.ts';
import { type Provider, type PublicKey, requireAead } from '../../provider/index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { writeArmor } from './armor.ts';
import { ByteReader } from './byte-reader.ts';
import { FILE_KEY_SIZE, headerMac, PAYLOAD_NONCE_SIZE, payloadKey } from './file-key.ts';
import { MAX_HEADER_SIZE, type Stanza, writeHeader, writeMac } from './header.ts';
import { type AgeRecipient, decodeAgeRecipient } from './key-text.ts';
import { sealPayload } from './payload.ts';
import { recipientTypeOf, wrapFileKey } from './recipient.ts';

/** How a file is sealed. */
export interface SealOptions extends ReadingOptions {
  /** Who can open it: at least one. */
  readonly to: readonly AgeRecipient[];
  /** Writes text (ASCII armor), a third longer, instead of bytes. */
  readonly armor?: boolean | undefined;
  /**
   * Lets classical recipients (`age1...`) stand beside post-quantum ones (`age1pq1...`). The file is then as strong as
   * the classical ones: one quantum computer opens it for good. Not needed when all recipients are classical.
   */
  readonly allowClassical?: boolean | undefined;
}

/**
 * Encrypts a file of any size to one or more recipients, in the age format [age-encryption.org/v1]. What is read is
 * encrypted and handed on in pieces of 64 KiB; no more than a few pieces are in memory.
 *
 * Nothing happens before the first piece is asked for, and errors come from there.
 *
 * @returns The sealed file, piece by piece.
 * @throws {@link HybridgeError} `invalid_argument` without recipients, and for classical recipients beside
 * post-quantum ones; `wrong_algorithm` for keys that age has no recipients for; the errors of
 * {@link decodeAgeRecipient}; `aborted`; `input_output` when the source fails.
 *
 * @example
 * ```ts
 * import { open, seal } from 'hybridge/hpke';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'MLKEM768-X25519');
 * const image = new Uint8Array(200_000);
 *
 * const sealed: Uint8Array[] = [];
 * for await (const piece of seal(provider, { to: [publicKey] }, image)) sealed.push(piece);
 *
 * let bytes = 0;
 * for await (const piece of open(provider, { identities: [privateKey] }, sealed)) bytes += piece.length;
 * console.log(bytes); // 200000
 * ```
 */
export async function* seal(
  provider: Provider,
  options: SealOptions,
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = sealBinary(provider, options, source);
  yield* options.armor === true ? writeArmor(file) : file;
}

async function* sealBinary(
  provider: Provider,
  options: SealOptions,
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  const recipients = await readRecipients(provider, options);
  requireAead(provider, 'ChaCha20-Poly1305');
  const fileKey = provider.random.bytes(FILE_KEY_SIZE);
  const pieces = piecesOf(source, options);
  try {
    const stanzas: Stanza[] = [];
    for (const recipient of recipients) stanzas.push(await wrapFileKey(provider, recipient, fileKey));
    const header = writeHeader(stanzas);
    if (header.length >= MAX_HEADER_SIZE - 64)
      throw new HybridgeError(
        'message_too_large',
        `age header: ${recipients.length} recipients are too many`,
        {
          fault: 'caller',
          details: { maximum: MAX_HEADER_SIZE, recipients: recipients.length },
        },
      );
    const mac = headerMac(provider, fileKey, header);
    const nonce = provider.random.bytes(PAYLOAD_NONCE_SIZE);
    yield concat(utf8(header + writeMac(mac)), nonce);
    yield* sealPayload(payloadKey(provider, fileKey, nonce), new ByteReader(pieces));
  } finally {
    wipe(fileKey);
    await pieces.return();
  }
}

async function readRecipients(
  provider: Provider,
  { to, allowClassical }: SealOptions,
): Promise<readonly PublicKey<KemDescriptor>[]> {
  const recipients: PublicKey<KemDescriptor>[] = [];
  for (const recipient of to)
    recipients.push(
      typeof recipient === 'string' ? await decodeAgeRecipient(provider, recipient) : recipient,
    );
  if (recipients.length === 0)
    throw new HybridgeError('invalid_argument', 'a file is sealed to at least one recipient', {
      fault: 'caller',
    });
  const classical = recipients.filter(
    ({ algorithm }) => recipientTypeOf(algorithm).algorithm.nature === 'classical',
  );
  if (classical.length > 0 && classical.length < recipients.length && allowClassical !== true)
    throw new HybridgeError(
      'invalid_argument',
      'classical recipients beside post-quantum ones: the file would be only as strong as the classical ones',
      { fault: 'caller', hint: 'seal two files, or allow classical recipients by name' },
    );
  return recipients;
}
