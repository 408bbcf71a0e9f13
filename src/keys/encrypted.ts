/** EncryptedPrivateKeyInfo [RFC 5958 §3] under PBES2 [RFC 8018 §6.2] with PBKDF2 or scrypt [RFC 7914 §7]. */
import { HybridgeError, utf8, wipe } from '../bytes/index.ts';
import { der, type DerReader, INTEGER, readDer, SEQUENCE } from '../encoding/index.ts';
import { type Provider, requireBlockCipher, requireKeyDerivation } from '../provider/index.ts';

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

type Prf = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';

const PRFS: Readonly<Record<Prf, string>> = {
  'SHA-1': '1.2.840.113549.2.7',
  'SHA-224': '1.2.840.113549.2.8',
  'SHA-256': '1.2.840.113549.2.9',
  'SHA-384': '1.2.840.113549.2.10',
  'SHA-512': '1.2.840.113549.2.11',
};

const CIPHERS: Readonly<Record<EncryptionCipher, { readonly oid: string; readonly keySize: number }>> = {
  'AES-128-CBC': { oid: '2.16.840.1.101.3.4.1.2', keySize: 16 },
  'AES-192-CBC': { oid: '2.16.840.1.101.3.4.1.22', keySize: 24 },
  'AES-256-CBC': { oid: '2.16.840.1.101.3.4.1.42', keySize: 32 },
};

const BLOCK = 16;
const SALT = 16;

// What a hostile file may cost: seconds, and memory that a phone has.
const MAX_ITERATIONS = 4_000_000;
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;
const MAX_SCRYPT_WORK = 2 ** 23;

/** An EncryptedPrivateKeyInfo taken apart. */
export interface EncryptedKey {
  readonly parameters: EncryptionParameters;
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
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
  if (scheme !== PBES2) throw unsupported(`scheme ${scheme}; only PBES2 [RFC 8018 §6.2]`);
  const pbes2 = algorithm.sequence('parameters');
  algorithm.end();
  const derivation = pbes2.sequence('keyDerivationFunc');
  const { cipher, iv } = readCipher(pbes2.sequence('encryptionScheme'));
  pbes2.end();
  if (encrypted.length === 0 || encrypted.length % BLOCK !== 0)
    throw new HybridgeError(
      'invalid_encoding',
      `EncryptedPrivateKeyInfo: ${encrypted.length} bytes are no CBC ciphertext`,
    );
  return { ...readDerivation(derivation, cipher), iv, encrypted };
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
  const cipher = requireBlockCipher(provider);
  const secret = await deriveKey(provider, key.parameters, key.salt, password);
  try {
    const plain = cipher.decryptCbc(secret, key.iv, key.encrypted);
    if (plain === undefined) throw wrongPassword();
    return plain;
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
  const blockCipher = requireBlockCipher(provider);
  const parameters = withDefaults(encryption);
  const why = excess(parameters);
  if (why !== undefined)
    throw new HybridgeError('invalid_argument', `private key: ${why}`, { fault: 'caller' });
  const salt = provider.random.bytes(SALT);
  const iv = provider.random.bytes(BLOCK);
  const secret = await deriveKey(provider, parameters, salt, password);
  try {
    return der.sequence(
      der.sequence(
        der.oid(PBES2),
        der.sequence(
          writeDerivation(parameters, salt),
          der.sequence(der.oid(CIPHERS[parameters.cipher].oid), der.octetString(iv)),
        ),
      ),
      der.octetString(blockCipher.encryptCbc(secret, iv, plain)),
    );
  } finally {
    wipe(secret);
  }
}

/*
 * scrypt because it costs an attacker memory, which PBKDF2 does not. N = 2^14, r = 8, p = 5 is one of the equivalent
 * settings of the OWASP password storage guidance, and the one whose 16 MiB OpenSSL accepts: its limit is 32 MiB,
 * which N = 2^15 exceeds. 600 000 iterations of HMAC-SHA-256 are from the same guidance.
 */
function withDefaults(encryption: PasswordEncryption): EncryptionParameters {
  const { cipher = 'AES-256-CBC' } = encryption;
  if (encryption.kdf === 'pbkdf2') {
    const { kdf, hash = 'SHA-256', iterations = 600_000 } = encryption;
    return { kdf, hash, iterations, cipher };
  }
  const { kdf, cost = 2 ** 14, blockSize = 8, parallelization = 5 } = encryption;
  return { kdf, cost, blockSize, parallelization, cipher };
}

/** Why these parameters are out of bounds, if they are. */
function excess(parameters: EncryptionParameters): string | undefined {
  if (parameters.kdf === 'pbkdf2') {
    const { iterations } = parameters;
    return Number.isInteger(iterations) && iterations >= 1 && iterations <= MAX_ITERATIONS
      ? undefined
      : `${iterations} iterations of PBKDF2, supported are 1 to ${MAX_ITERATIONS}`;
  }
  const { cost, blockSize, parallelization } = parameters;
  const positive = [cost, blockSize, parallelization].every((one) => Number.isInteger(one) && one >= 1);
  if (!positive || cost < 2 || !Number.isInteger(Math.log2(cost)))
    return `scrypt with N = ${cost}, r = ${blockSize}, p = ${parallelization}; N is a power of two above 1 [RFC 7914 §2]`;
  const fits =
    128 * cost * blockSize <= MAX_SCRYPT_MEMORY &&
    128 * blockSize * parallelization <= MAX_SCRYPT_MEMORY &&
    cost * blockSize * parallelization <= MAX_SCRYPT_WORK;
  return fits
    ? undefined
    : `scrypt with N = ${cost}, r = ${blockSize}, p = ${parallelization} costs more than is supported (256 MiB, N·r·p = 2^23)`;
}

async function deriveKey(
  provider: Provider,
  parameters: EncryptionParameters,
  salt: Uint8Array,
  password: Uint8Array | string,
): Promise<Uint8Array> {
  const derivation = requireKeyDerivation(provider);
  const { keySize } = CIPHERS[parameters.cipher];
  const bytes = typeof password === 'string' ? utf8(password) : Uint8Array.from(password);
  try {
    return parameters.kdf === 'pbkdf2'
      ? await derivation.pbkdf2(parameters.hash, bytes, salt, parameters.iterations, keySize)
      : await derivation.scrypt(bytes, salt, parameters, keySize);
  } finally {
    wipe(bytes);
  }
}

function readCipher(scheme: DerReader): { readonly cipher: EncryptionCipher; readonly iv: Uint8Array } {
  const oid = scheme.oid('algorithm');
  const cipher = keyOf(CIPHERS, (entry) => entry.oid === oid);
  if (cipher === undefined) throw unsupported(`cipher ${oid}; only AES-CBC`);
  const iv = scheme.octetString('iv');
  scheme.end();
  if (iv.length !== BLOCK)
    throw new HybridgeError(
      'invalid_encoding',
      `EncryptedPrivateKeyInfo: an IV of ${iv.length} bytes, expected ${BLOCK}`,
    );
  return { cipher, iv };
}

function readDerivation(
  reader: DerReader,
  cipher: EncryptionCipher,
): { readonly parameters: EncryptionParameters; readonly salt: Uint8Array } {
  const oid = reader.oid('algorithm');
  const fields = reader.sequence('parameters');
  reader.end();
  const read = { [PBKDF2]: readPbkdf2, [SCRYPT]: readScrypt }[oid];
  if (read === undefined) throw unsupported(`key derivation ${oid}; only PBKDF2 and scrypt`);
  const result = read(fields, cipher);
  fields.end();
  const why = excess(result.parameters);
  if (why !== undefined) throw unsupported(why);
  return result;
}

// PBKDF2-params [RFC 8018 §A.2]. Encoders that write the default PRF explicitly are let through.
function readPbkdf2(fields: DerReader, cipher: EncryptionCipher): ReturnType<typeof readDerivation> {
  if (fields.has(SEQUENCE)) throw unsupported('PBKDF2 with a salt from elsewhere');
  const salt = fields.octetString('salt');
  const iterations = fields.smallInteger('iterationCount');
  readKeyLength(fields, cipher);
  let hash: Prf | undefined = 'SHA-1';
  if (!fields.atEnd) {
    const prf = fields.sequence('prf');
    const oid = prf.oid('algorithm');
    // NULL in RFC 8018 §B.1.1; NSS leaves it out.
    if (!prf.atEnd) prf.null('parameters');
    prf.end();
    hash = keyOf(PRFS, (entry) => entry === oid);
    if (hash === undefined) throw unsupported(`pseudorandom function ${oid}`);
  }
  return { parameters: { kdf: 'pbkdf2', hash, iterations, cipher }, salt };
}

// scrypt-params [RFC 7914 §7.1].
function readScrypt(fields: DerReader, cipher: EncryptionCipher): ReturnType<typeof readDerivation> {
  const salt = fields.octetString('salt');
  const cost = fields.smallInteger('costParameter');
  const blockSize = fields.smallInteger('blockSize');
  const parallelization = fields.smallInteger('parallelizationParameter');
  readKeyLength(fields, cipher);
  return { parameters: { kdf: 'scrypt', cost, blockSize, parallelization, cipher }, salt };
}

function readKeyLength(fields: DerReader, cipher: EncryptionCipher): void {
  if (!fields.has(INTEGER)) return;
  const length = fields.smallInteger('keyLength');
  if (length !== CIPHERS[cipher].keySize)
    throw new HybridgeError(
      'invalid_encoding',
      `EncryptedPrivateKeyInfo: a key of ${length} bytes for ${cipher}`,
    );
}

function writeDerivation(parameters: EncryptionParameters, salt: Uint8Array): Uint8Array {
  if (parameters.kdf === 'pbkdf2')
    return der.sequence(
      der.oid(PBKDF2),
      der.sequence(
        der.octetString(salt),
        der.integer(parameters.iterations),
        der.sequence(der.oid(PRFS[parameters.hash]), der.nil()),
      ),
    );
  return der.sequence(
    der.oid(SCRYPT),
    der.sequence(
      der.octetString(salt),
      der.integer(parameters.cost),
      der.integer(parameters.blockSize),
      der.integer(parameters.parallelization),
    ),
  );
}

/** The key of the first entry that passes, typed as the table's keys are. */
function keyOf<Key extends string, Value>(
  table: Readonly<Record<Key, Value>>,
  test: (value: Value) => boolean,
): Key | undefined {
  for (const key in table) if (test(table[key])) return key;
  return undefined;
}

function unsupported(why: string): HybridgeError {
  return new HybridgeError('unsupported', `EncryptedPrivateKeyInfo: ${why}`);
}
