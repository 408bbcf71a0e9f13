/** EncryptedPrivateKeyInfo [RFC 5958 §3] under PBES2 [RFC 8018 §6.2] with PBKDF2 or scrypt [RFC 7914 §7]. */
import { HybridgeError, wipe } from '../bytes/index.ts';
import { der, type DerReader, readDer } from '../encoding/index.ts';
import { type Provider, requireBlockCipher } from '../provider/index.ts';
import {
  deriveFromPassword,
  excess,
  keyOf,
  type PasswordDerivation,
  type Prf,
  readDerivation,
  writeDerivation,
} from './password-derivation.ts';

/** Ciphers of PBES2 that are read and written. */
export type EncryptionCipher = 'AES-128-CBC' | 'AES-192-CBC' | 'AES-256-CBC';

/** How a private key is encrypted under a password. Every member but `kdf` has a default. */
export type PasswordEncryption =
  | {
      readonly kdf: 'pbkdf2';
      readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512';
      /** 600 000 unless told. */
      readonly iterations?: number;
      readonly cipher?: EncryptionCipher;
    }
  | {
      readonly kdf: 'scrypt';
      /** N of RFC 7914, a power of two; 2^14 unless told. */
      readonly cost?: number;
      /** r of RFC 7914; 8 unless told. */
      readonly blockSize?: number;
      /** p of RFC 7914; 5 unless told. */
      readonly parallelization?: number;
      readonly cipher?: EncryptionCipher;
    };

/** What an encrypted file tells without its password. */
export type EncryptionParameters =
  | {
      readonly kdf: 'pbkdf2';
      readonly hash: Prf;
      readonly iterations: number;
      readonly cipher: EncryptionCipher;
    }
  | {
      readonly kdf: 'scrypt';
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelization: number;
      readonly cipher: EncryptionCipher;
    };

const PBES2 = '1.2.840.113549.1.5.13';

const CIPHERS: Readonly<Record<EncryptionCipher, { readonly oid: string; readonly keySize: number }>> = {
  'AES-128-CBC': { oid: '2.16.840.1.101.3.4.1.2', keySize: 16 },
  'AES-192-CBC': { oid: '2.16.840.1.101.3.4.1.22', keySize: 24 },
  'AES-256-CBC': { oid: '2.16.840.1.101.3.4.1.42', keySize: 32 },
};

const BLOCK = 16;
const SALT = 16;

/** PBES2 with its parameters: everything but the password. */
export interface Pbes2 {
  readonly parameters: EncryptionParameters;
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
}

/** An EncryptedPrivateKeyInfo taken apart. */
export interface EncryptedKey extends Pbes2 {
  readonly encrypted: Uint8Array;
}

/**
 * Reads an EncryptedPrivateKeyInfo without opening it.
 *
 * @throws HybridgeError `invalid_encoding`; `unsupported` for other schemes than PBES2 with PBKDF2 or scrypt and
 * AES-CBC, and for parameters that would cost more than a file may ask for.
 */
export function readEncryptedKey(bytes: Uint8Array): EncryptedKey {
  const outer = readDer(bytes, 'EncryptedPrivateKeyInfo');
  const fields = outer.sequence('fields');
  outer.end();
  const algorithm = fields.sequence('encryptionAlgorithm');
  const encrypted = fields.octetString('encryptedData');
  fields.end();
  const scheme = algorithm.oid('algorithm');
  if (scheme !== PBES2)
    throw new HybridgeError(
      'unsupported',
      `EncryptedPrivateKeyInfo: scheme ${scheme}; only PBES2 [RFC 8018 §6.2]`,
    );
  const pbes2 = readPbes2(algorithm, 'EncryptedPrivateKeyInfo');
  requireCiphertext(encrypted, 'EncryptedPrivateKeyInfo');
  return { ...pbes2, encrypted };
}

function requireCiphertext(encrypted: Uint8Array, what: string): void {
  if (encrypted.length === 0 || encrypted.length % BLOCK !== 0)
    throw new HybridgeError('invalid_encoding', `${what}: ${encrypted.length} bytes are no CBC ciphertext`);
}

/** Whether an AlgorithmIdentifier with this OID is one of PBES2. */
export function isPbes2(oid: string): boolean {
  return oid === PBES2;
}

/**
 * Reads the parameters of PBES2, which are all that is left of their AlgorithmIdentifier.
 *
 * @param what - Begins every message.
 * @throws HybridgeError `invalid_encoding`; `unsupported`.
 */
export function readPbes2(algorithm: DerReader, what: string): Pbes2 {
  const pbes2 = algorithm.sequence('parameters');
  algorithm.end();
  const { derivation, salt, keyLength } = readDerivation(pbes2.sequence('keyDerivationFunc'), what);
  const { cipher, iv } = readCipher(pbes2.sequence('encryptionScheme'), what);
  pbes2.end();
  if (keyLength !== undefined && keyLength !== CIPHERS[cipher].keySize)
    throw new HybridgeError('invalid_encoding', `${what}: a key of ${keyLength} bytes for ${cipher}`);
  return { parameters: { ...derivation, cipher }, salt, iv };
}

/**
 * Opens an EncryptedPrivateKeyInfo.
 *
 * @returns The OneAsymmetricKey inside; the caller wipes it.
 * @throws HybridgeError `decryption_failed` when the padding is wrong. A wrong password may also yield bytes that
 * are no key, which the caller reports in the same words.
 */
export async function decryptKey(
  provider: Provider,
  key: EncryptedKey,
  password: Uint8Array | string,
): Promise<Uint8Array> {
  const plain = await decryptPbes2(provider, key, key.encrypted, password);
  if (plain === undefined) throw wrongPassword();
  return plain;
}

/** What was encrypted under a password; `undefined` when the padding is wrong. */
export async function decryptPbes2(
  provider: Provider,
  { parameters, salt, iv }: Pbes2,
  encrypted: Uint8Array,
  password: Uint8Array | string,
): Promise<Uint8Array | undefined> {
  const cipher = requireBlockCipher(provider);
  const { keySize } = CIPHERS[parameters.cipher];
  const secret = await deriveFromPassword(provider, parameters, salt, password, keySize);
  try {
    return cipher.decryptCbc(secret, iv, encrypted);
  } finally {
    wipe(secret);
  }
}

/** The one answer to a password that does not fit. */
export function wrongPassword(): HybridgeError {
  return new HybridgeError('decryption_failed', 'private key: wrong password, or the file was changed');
}

/**
 * Encrypts a OneAsymmetricKey. Salt and IV are fresh from the provider's randomness.
 *
 * @throws HybridgeError `invalid_argument` for parameters out of range and for an empty password.
 */
export async function encryptKey(
  provider: Provider,
  plain: Uint8Array,
  password: Uint8Array | string,
  encryption: PasswordEncryption = { kdf: 'scrypt' },
): Promise<Uint8Array> {
  if (password.length === 0)
    throw new HybridgeError('invalid_argument', 'private key: the password is empty', { fault: 'caller' });
  const { algorithm, encrypted } = await encryptPbes2(provider, plain, password, encryption, 'private key');
  return der.sequence(algorithm, der.octetString(encrypted));
}

/**
 * Encrypts bytes under a password.
 *
 * @returns DER of the AlgorithmIdentifier, and the ciphertext.
 * @throws HybridgeError `invalid_argument` for parameters out of range.
 */
export async function encryptPbes2(
  provider: Provider,
  plain: Uint8Array,
  password: Uint8Array | string,
  encryption: PasswordEncryption,
  what: string,
): Promise<{ readonly algorithm: Uint8Array; readonly encrypted: Uint8Array }> {
  const blockCipher = requireBlockCipher(provider);
  const { cipher, ...derivation } = withDefaults(encryption);
  const why = excess(derivation);
  if (why !== undefined) throw new HybridgeError('invalid_argument', `${what}: ${why}`, { fault: 'caller' });
  const { oid, keySize } = CIPHERS[cipher];
  const salt = provider.random.bytes(SALT);
  const iv = provider.random.bytes(BLOCK);
  const secret = await deriveFromPassword(provider, derivation, salt, password, keySize);
  try {
    const algorithm = der.sequence(
      der.oid(PBES2),
      der.sequence(
        writeDerivation({ derivation, salt, keyLength: undefined }),
        der.sequence(der.oid(oid), der.octetString(iv)),
      ),
    );
    return { algorithm, encrypted: blockCipher.encryptCbc(secret, iv, plain) };
  } finally {
    wipe(secret);
  }
}

/*
 * scrypt because it costs an attacker memory, which PBKDF2 does not. N = 2^14, r = 8, p = 5 is one of the equivalent
 * settings of the OWASP password storage guidance, and the one whose 16 MiB OpenSSL accepts: its limit is 32 MiB,
 * which N = 2^15 exceeds. 600 000 iterations of HMAC-SHA-256 are from the same guidance.
 */
function withDefaults(encryption: PasswordEncryption): PasswordDerivation & {
  readonly cipher: EncryptionCipher;
} {
  const { cipher = 'AES-256-CBC' } = encryption;
  if (encryption.kdf === 'pbkdf2') {
    const { kdf, hash = 'SHA-256', iterations = 600_000 } = encryption;
    return { kdf, hash, iterations, cipher };
  }
  const { kdf, cost = 2 ** 14, blockSize = 8, parallelization = 5 } = encryption;
  return { kdf, cost, blockSize, parallelization, cipher };
}

function readCipher(
  scheme: DerReader,
  what: string,
): { readonly cipher: EncryptionCipher; readonly iv: Uint8Array } {
  const oid = scheme.oid('algorithm');
  const cipher = keyOf(CIPHERS, (entry) => entry.oid === oid);
  if (cipher === undefined) throw new HybridgeError('unsupported', `${what}: cipher ${oid}; only AES-CBC`);
  const iv = scheme.octetString('iv');
  scheme.end();
  if (iv.length !== BLOCK)
    throw new HybridgeError('invalid_encoding', `${what}: an IV of ${iv.length} bytes, expected ${BLOCK}`);
  return { cipher, iv };
}
