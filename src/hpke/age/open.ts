import {
  type ByteSource,
  piecesOf,
  type ReadingOptions,
  equalSecret,
  HybridgeError,
  wipe,
} from '../../bytes/index.ts';
import type { PrivateKey, Provider } from '../../provider/index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { isArmored, readArmor } from './armor.ts';
import { ByteReader } from './byte-reader.ts';
import { headerMac, PAYLOAD_NONCE_SIZE, payloadKey } from './file-key.ts';
import { type Header, readHeader } from './header.ts';
import { type AgeIdentity, decodeAgeIdentity } from './key-text.ts';
import { openPayload } from './payload.ts';
import { readStanza, recipientTypeOf } from './recipient.ts';

/** How a sealed file is opened. */
export interface OpenOptions extends ReadingOptions {
  /** Private keys, one of which the file was sealed to. */
  readonly identities: readonly AgeIdentity[];
}

/**
 * Decrypts a file in the age format [age-encryption.org/v1], in bytes or in ASCII armor. Pieces of at most 64 KiB are
 * handed on as soon as they are known to be genuine and in order; **only when the iteration ends without an error is
 * the file known to be complete**, so keep what it gives aside until then.
 *
 * Nothing happens before the first piece is asked for, and errors come from there.
 *
 * @returns The content, piece by piece.
 * @throws {@link HybridgeError} `decryption_failed` when no identity fits, or header or content were changed or cut
 * off; `invalid_encoding` for what is no age file; `message_too_large` for a header above 1 MiB; `invalid_argument`
 * without identities; `wrong_algorithm` for keys that age has no recipients for; the errors of
 * {@link decodeAgeIdentity}; `aborted`; `input_output` when the source fails.
 *
 * @example
 * ```ts
 * import { encodeAgeIdentity, encodeAgeRecipient, open, seal } from 'hybridge/hpke';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'MLKEM768-X25519');
 * const sealed = seal(provider, { to: [encodeAgeRecipient(publicKey)], armor: true }, new Uint8Array(10));
 * for await (const piece of open(provider, { identities: [encodeAgeIdentity(privateKey)] }, sealed))
 *   console.log(piece.length); // 10
 * ```
 */
export async function* open(
  provider: Provider,
  options: OpenOptions,
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  const identities = await readIdentities(provider, options);
  const pieces = piecesOf(source, options);
  let fileKey: Uint8Array | undefined;
  try {
    const raw = new ByteReader(pieces);
    const reader = (await isArmored(raw)) ? new ByteReader(readArmor(raw)) : raw;
    const header = await readHeader(reader);
    fileKey = await unwrapFileKey(provider, identities, header);
    if (!equalSecret(headerMac(provider, fileKey, header.text), header.mac))
      throw new HybridgeError(
        'decryption_failed',
        'age header: the MAC does not match, the header was changed',
      );
    const nonce = Uint8Array.from(await reader.take(PAYLOAD_NONCE_SIZE));
    if (nonce.length < PAYLOAD_NONCE_SIZE)
      throw new HybridgeError('invalid_encoding', 'age payload: the file ends before it', {
        details: { offset: reader.consumed },
      });
    yield* openPayload(payloadKey(provider, fileKey, nonce), reader);
  } finally {
    if (fileKey !== undefined) wipe(fileKey);
    await pieces.return();
  }
}

async function readIdentities(
  provider: Provider,
  options: OpenOptions,
): Promise<readonly PrivateKey<KemDescriptor>[]> {
  const identities: PrivateKey<KemDescriptor>[] = [];
  for (const identity of options.identities) {
    const key = typeof identity === 'string' ? await decodeAgeIdentity(provider, identity) : identity;
    recipientTypeOf(key.algorithm);
    identities.push(key);
  }
  if (identities.length === 0)
    throw new HybridgeError('invalid_argument', 'a file is opened with at least one identity', {
      fault: 'caller',
    });
  return identities;
}

async function unwrapFileKey(
  provider: Provider,
  identities: readonly PrivateKey<KemDescriptor>[],
  { stanzas }: Header,
): Promise<Uint8Array> {
  const known = stanzas.map(readStanza).filter((stanza) => stanza !== undefined);
  for (const { type, wrapped } of known)
    for (const identity of identities) {
      if (identity.algorithm.name !== type.algorithm.name) continue;
      const fileKey = await type.unwrap(provider, identity, wrapped);
      if (fileKey !== undefined) return fileKey;
    }
  const types = [...new Set(stanzas.map(({ type }) => type))].slice(0, 16);
  throw new HybridgeError('decryption_failed', 'none of the identities opens this file', {
    hint: `it is sealed to recipients of type ${types.join(', ')}`,
    details: { types },
  });
}
