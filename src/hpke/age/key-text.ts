import { HybridgeError, isHybridgeError, wipe } from '../../bytes/index.ts';
import { kemFor } from '../../kem/index.ts';
import { PrivateKey, type Provider, PublicKey } from '../../provider/index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { decodeBech32, encodeBech32 } from './bech32.ts';
import { RECIPIENT_TYPES, recipientTypeOf } from './recipient.ts';

/** A public key that age files are sealed to, in age's text form or as a key for MLKEM768-X25519 or X25519. */
export type AgeRecipient = PublicKey<KemDescriptor> | string;

/** A private key that opens age files, in age's text form or as a key for MLKEM768-X25519 or X25519. */
export type AgeIdentity = PrivateKey<KemDescriptor> | string;

/**
 * A public key as age writes it: `age1pq1...` for MLKEM768-X25519, `age1...` for X25519.
 *
 * @throws {@link HybridgeError} `wrong_algorithm` for keys of other algorithms.
 *
 * @example
 * ```ts
 * import { encodeAgeIdentity, encodeAgeRecipient } from 'hybridge/hpke';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const { publicKey, privateKey } = await generateKeyPair(createNobleProvider(), 'MLKEM768-X25519');
 * console.log(encodeAgeRecipient(publicKey).slice(0, 8)); // age1pq1...
 * console.log(encodeAgeIdentity(privateKey).slice(0, 19)); // AGE-SECRET-KEY-PQ-1
 * ```
 */
export function encodeAgeRecipient(publicKey: PublicKey<KemDescriptor>): string {
  return encodeBech32(recipientTypeOf(publicKey.algorithm).prefix.recipient, publicKey.bytes());
}

/**
 * The public key that `age1pq1...` or `age1...` stands for.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, `invalid_length` or `invalid_key` for a text that is no such key,
 * `unsupported` for recipients of another kind (`age1tag1...`, plugins).
 */
export async function decodeAgeRecipient(
  provider: Provider,
  text: string,
): Promise<PublicKey<KemDescriptor>> {
  const { prefix, bytes } = decodeBech32(text, 'age recipient');
  const type = RECIPIENT_TYPES.find((candidate) => candidate.prefix.recipient === prefix);
  if (type === undefined) throw unsupported('recipient');
  await kemFor(provider, type.algorithm).encapsulationKey(bytes);
  return new PublicKey(type.algorithm, bytes);
}

/**
 * A private key as age writes it: `AGE-SECRET-KEY-PQ-1...` for MLKEM768-X25519, `AGE-SECRET-KEY-1...` for X25519.
 * Whoever reads the text can open the files.
 *
 * @throws {@link HybridgeError} `wrong_algorithm` for keys of other algorithms; `key_disposed`.
 */
export function encodeAgeIdentity(privateKey: PrivateKey<KemDescriptor>): string {
  const { prefix } = recipientTypeOf(privateKey.algorithm);
  const bytes = privateKey.secretBytes();
  try {
    return encodeBech32(prefix.identity, bytes).toUpperCase();
  } finally {
    wipe(bytes);
  }
}

/**
 * The private key that `AGE-SECRET-KEY-PQ-1...` or `AGE-SECRET-KEY-1...` stands for. No message repeats any of the text.
 *
 * @throws {@link HybridgeError} `invalid_encoding` or `invalid_length` for a text that is no such key, `unsupported`
 * for identities of another kind (plugins).
 */
export async function decodeAgeIdentity(
  provider: Provider,
  text: string,
): Promise<PrivateKey<KemDescriptor>> {
  if (text !== text.toUpperCase())
    throw new HybridgeError('invalid_encoding', 'age identity: not in upper case');
  const { prefix, bytes } = decodeBech32(text.toLowerCase(), 'age identity');
  try {
    const type = RECIPIENT_TYPES.find((candidate) => candidate.prefix.identity === prefix);
    if (type === undefined) throw unsupported('identity');
    const handle = await kemFor(provider, type.algorithm).decapsulationKey(bytes);
    const publicKey = new PublicKey(type.algorithm, handle.publicKey);
    handle.dispose();
    return new PrivateKey(publicKey, bytes);
  } finally {
    wipe(bytes);
  }
}

/**
 * The private keys of an identity file, as `age-keygen` writes it: one a line; empty lines and lines that begin with
 * `#` are passed over.
 *
 * @throws {@link HybridgeError} as {@link decodeAgeIdentity}, with the line in `details`; `invalid_encoding` for a file
 * without identities.
 */
export async function decodeAgeIdentities(
  provider: Provider,
  text: string,
): Promise<readonly PrivateKey<KemDescriptor>[]> {
  const identities: PrivateKey<KemDescriptor>[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    try {
      identities.push(await decodeAgeIdentity(provider, line));
    } catch (cause) {
      throw isHybridgeError(cause) ? inLine(cause, index + 1) : cause;
    }
  }
  if (identities.length === 0)
    throw new HybridgeError('invalid_encoding', 'age identity file: no identity in it');
  return identities;
}

function inLine(error: HybridgeError, line: number): HybridgeError {
  return new HybridgeError(error.code, `line ${line}: ${error.message}`, {
    fault: error.fault,
    cause: error,
    details: { ...error.details, line },
  });
}

function unsupported(what: 'identity' | 'recipient'): HybridgeError {
  const known = RECIPIENT_TYPES.map(({ prefix }) => `${prefix[what]}1...`);
  return new HybridgeError('unsupported', `age ${what}: of a kind not supported here`, {
    hint: `supported are ${known.join(' and ')}`,
  });
}
