/** Recipients that know a password [RFC 5652 §6.2.4]: PBKDF2 and the double encryption of RFC 3211. */
import { concat, EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  decodeAlgorithmIdentifier,
} from '../certificates/index.ts';
import { der, readDer } from '../encoding/index.ts';
import {
  deriveFromPassword,
  excess,
  readDerivation,
  type SaltedDerivation,
  writeDerivation,
} from '../keys/index.ts';
import { type BlockCipher, type Provider, requireBlockCipher } from '../provider/index.ts';
import { contentCipher, readContentEncryption } from './content-cipher.ts';
import type { PasswordRecipientInfo } from './recipient-info.ts';

/** A password that opens the message. */
export interface PasswordRecipient {
  /** A text stands for its UTF-8 bytes. */
  readonly password: Uint8Array | string;
  /** Iterations of PBKDF2; 600 000 unless told. */
  readonly iterations?: number | undefined;
  /** The hash of PBKDF2; SHA-256 unless told. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined;
}

/** id-alg-PWRI-KEK [RFC 3211 §2.3]. */
const PWRI_KEK = '1.2.840.113549.1.9.16.3.9';
const BLOCK = 16;
const SALT = 16;

/** CBC without padding: the block that padding adds is left out, or made so that it comes off again. */
const encryptBlocks = (
  cipher: BlockCipher,
  key: Uint8Array,
  iv: Uint8Array,
  blocks: Uint8Array,
): Uint8Array => cipher.encryptCbc(key, iv, blocks).slice(0, blocks.length);

function decryptBlocks(cipher: BlockCipher, key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const padding = cipher.encryptCbc(key, blocks.slice(-BLOCK), EMPTY);
  const decrypted = cipher.decryptCbc(key, iv, concat(blocks, padding));
  if (decrypted === undefined) throw new HybridgeError('internal', 'CBC: own padding refused');
  return decrypted;
}

/** Wraps a content key [RFC 3211 §2.3.1]: length, check bytes, key, random padding; encrypted twice. */
function wrap(provider: Provider, kek: Uint8Array, iv: Uint8Array, contentKey: Uint8Array): Uint8Array {
  const cipher = requireBlockCipher(provider);
  const length = Math.max(2 * BLOCK, Math.ceil((4 + contentKey.length) / BLOCK) * BLOCK);
  const block = provider.random.bytes(length);
  block.set([contentKey.length, ...contentKey.subarray(0, 3).map((byte) => byte ^ 0xff)]);
  block.set(contentKey, 4);
  const once = encryptBlocks(cipher, kek, iv, block);
  const twice = encryptBlocks(cipher, kek, once.slice(-BLOCK), once);
  wipe(block);
  return twice;
}

/** Takes off what {@link wrap} put on [RFC 3211 §2.3.2]; `undefined` when the check bytes are wrong. */
function unwrap(
  provider: Provider,
  kek: Uint8Array,
  iv: Uint8Array,
  wrapped: Uint8Array,
): Uint8Array | undefined {
  if (wrapped.length < 2 * BLOCK || wrapped.length % BLOCK !== 0 || wrapped.length > 256 + 2 * BLOCK)
    return undefined;
  const cipher = requireBlockCipher(provider);
  // The outer encryption began with the last block of its own plaintext, which the last two blocks give.
  const last = decryptBlocks(cipher, kek, wrapped.slice(-2 * BLOCK, -BLOCK), wrapped.slice(-BLOCK));
  const once = decryptBlocks(cipher, kek, last, wrapped);
  const block = decryptBlocks(cipher, kek, iv, once);
  const [length = 0, ...check] = block.subarray(0, 4);
  const key = block.slice(4, 4 + length);
  wipe(block);
  let wrong = key.length === length && length >= 3 ? 0 : 1;
  for (let at = 0; at < 3; at++) wrong |= (check[at] ?? 0) ^ (key[at] ?? 0) ^ 0xff;
  return wrong === 0 ? key : undefined;
}

/** Wraps a content key under a password. */
export async function wrapForPassword(
  provider: Provider,
  { password, iterations = 600_000, hash = 'SHA-256' }: PasswordRecipient,
  contentKey: Uint8Array,
): Promise<PasswordRecipientInfo> {
  const derivation = { kdf: 'pbkdf2', hash, iterations } as const;
  const why = password.length === 0 ? 'the password is empty' : excess(derivation);
  if (why !== undefined)
    throw new HybridgeError('invalid_argument', `password recipient: ${why}`, { fault: 'caller' });
  const { oid, keySize } = contentCipher('AES-256-CBC');
  const salt = provider.random.bytes(SALT);
  const iv = provider.random.bytes(BLOCK);
  const kek = await deriveFromPassword(provider, derivation, salt, password, keySize);
  try {
    return {
      kind: 'password',
      derivation: decodeAlgorithmIdentifier(writeDerivation({ derivation, salt, keyLength: undefined })),
      encryption: decodeAlgorithmIdentifier(
        algorithmIdentifier(PWRI_KEK, algorithmIdentifier(oid, der.octetString(iv))),
      ),
      encryptedKey: wrap(provider, kek, iv, contentKey),
    };
  } finally {
    wipe(kek);
  }
}

/** What a password recipient asks for. */
interface PasswordWrap extends SaltedDerivation {
  readonly keySize: number;
  readonly iv: Uint8Array;
}

function readPasswordWrap({ derivation, encryption }: PasswordRecipientInfo): PasswordWrap {
  if (derivation === undefined)
    throw new HybridgeError('unsupported', 'PasswordRecipientInfo: a key-encryption key from elsewhere');
  if (encryption.oid !== PWRI_KEK)
    throw new HybridgeError('unsupported', `PasswordRecipientInfo: ${encryption.oid}, only PWRI-KEK`, {
      details: { oid: encryption.oid },
    });
  const { cipher, iv } = readContentEncryption(parametersOf(encryption));
  if (cipher.mode !== 'cbc')
    throw new HybridgeError('unsupported', `PasswordRecipientInfo: ${cipher.name}; RFC 3211 wants CBC`);
  const outer = readDer(derivation.bytes, 'PasswordRecipientInfo');
  // The derivation stands under [0] IMPLICIT in the place of SEQUENCE.
  const fields = outer.sequence('keyDerivationAlgorithm', derivation.bytes[0]);
  const salted = readDerivation(fields, 'PasswordRecipientInfo');
  if (salted.keyLength !== undefined && salted.keyLength !== cipher.keySize)
    throw new HybridgeError('invalid_encoding', `PasswordRecipientInfo: a key of ${salted.keyLength} bytes`);
  return { ...salted, keySize: cipher.keySize, iv };
}

function parametersOf({ parameters }: AlgorithmIdentifier): AlgorithmIdentifier {
  return decodeAlgorithmIdentifier(parameters ?? EMPTY);
}

/**
 * Iterations that trying a password costs.
 *
 * @throws HybridgeError as {@link unwrapWithPassword}.
 */
export function passwordCost(info: PasswordRecipientInfo): number {
  const { derivation } = readPasswordWrap(info);
  return derivation.kdf === 'pbkdf2'
    ? derivation.iterations
    : derivation.cost * derivation.blockSize * derivation.parallelization;
}

/**
 * The content key; `undefined` when the password does not fit.
 *
 * @throws HybridgeError `unsupported`; `invalid_encoding`.
 */
export async function unwrapWithPassword(
  provider: Provider,
  password: Uint8Array | string,
  info: PasswordRecipientInfo,
): Promise<Uint8Array | undefined> {
  const { derivation, salt, keySize, iv } = readPasswordWrap(info);
  const kek = await deriveFromPassword(provider, derivation, salt, password, keySize);
  try {
    return unwrap(provider, kek, iv, info.encryptedKey);
  } finally {
    wipe(kek);
  }
}
