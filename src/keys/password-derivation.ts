/** Keys from passwords: PBKDF2 [RFC 8018 §5.2, §A.2] and scrypt [RFC 7914 §7], as files and messages name them. */
import { HybridgeError, utf8, wipe } from '../bytes/index.ts';
import { der, type DerReader, INTEGER, SEQUENCE } from '../encoding/index.ts';
import { type Provider, requireKeyDerivation } from '../provider/index.ts';

/** Hashes of the HMAC in PBKDF2. */
export type Prf = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** How a key is made of a password. */
export type PasswordDerivation =
  | { readonly kdf: 'pbkdf2'; readonly hash: Prf; readonly iterations: number }
  | {
      readonly kdf: 'scrypt';
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelization: number;
    };

/** A derivation as it stands in a file. */
export interface SaltedDerivation {
  readonly derivation: PasswordDerivation;
  readonly salt: Uint8Array;
  /** Bytes of the key, where the file says it. */
  readonly keyLength: number | undefined;
}

const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';

/** HMAC by its hash [RFC 8018 §B.1.2]. */
const HMAC_OIDS: Readonly<Record<Prf, string>> = {
  'SHA-1': '1.2.840.113549.2.7',
  'SHA-224': '1.2.840.113549.2.8',
  'SHA-256': '1.2.840.113549.2.9',
  'SHA-384': '1.2.840.113549.2.10',
  'SHA-512': '1.2.840.113549.2.11',
};

/** Most iterations that a file may ask for: seconds. */
export const MAX_ITERATIONS = 4_000_000;
// What a hostile file may cost: memory that a phone has, and seconds.
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;
const MAX_SCRYPT_WORK = 2 ** 23;

/** Why these parameters are out of bounds, if they are. */
export function excess(derivation: PasswordDerivation): string | undefined {
  if (derivation.kdf === 'pbkdf2') {
    const { iterations } = derivation;
    return Number.isInteger(iterations) && iterations >= 1 && iterations <= MAX_ITERATIONS
      ? undefined
      : `${iterations} iterations of PBKDF2, supported are 1 to ${MAX_ITERATIONS}`;
  }
  const { cost, blockSize, parallelization } = derivation;
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

/** The key that a password makes. A text stands for its UTF-8 bytes. */
export async function deriveFromPassword(
  provider: Provider,
  derivation: PasswordDerivation,
  salt: Uint8Array,
  password: Uint8Array | string,
  length: number,
): Promise<Uint8Array> {
  const keyDerivation = requireKeyDerivation(provider);
  const bytes = typeof password === 'string' ? utf8(password) : Uint8Array.from(password);
  try {
    return derivation.kdf === 'pbkdf2'
      ? await keyDerivation.pbkdf2(derivation.hash, bytes, salt, derivation.iterations, length)
      : await keyDerivation.scrypt(bytes, salt, derivation, length);
  } finally {
    wipe(bytes);
  }
}

/**
 * Reads the contents of the AlgorithmIdentifier of a derivation.
 *
 * @param what - Begins every message.
 * @throws HybridgeError `invalid_encoding`; `unsupported` for others than PBKDF2 and scrypt, and for parameters that
 * would cost more than a file may ask for.
 */
export function readDerivation(reader: DerReader, what: string): SaltedDerivation {
  const oid = reader.oid('algorithm');
  const fields = reader.sequence('parameters');
  reader.end();
  const read = { [PBKDF2]: readPbkdf2, [SCRYPT]: readScrypt }[oid];
  if (read === undefined)
    throw new HybridgeError('unsupported', `${what}: key derivation ${oid}; only PBKDF2 and scrypt`);
  const result = read(fields, what);
  fields.end();
  const why = excess(result.derivation);
  if (why !== undefined) throw new HybridgeError('unsupported', `${what}: ${why}`);
  return result;
}

// PBKDF2-params [RFC 8018 §A.2]. Encoders that write the default PRF explicitly are let through.
function readPbkdf2(fields: DerReader, what: string): SaltedDerivation {
  if (fields.has(SEQUENCE))
    throw new HybridgeError('unsupported', `${what}: PBKDF2 with a salt from elsewhere`);
  const salt = fields.octetString('salt');
  const iterations = fields.smallInteger('iterationCount');
  const keyLength = readKeyLength(fields);
  const hash = fields.atEnd ? 'SHA-1' : readHmac(fields.sequence('prf'), what);
  return { derivation: { kdf: 'pbkdf2', hash, iterations }, salt, keyLength };
}

/**
 * Reads the contents of the AlgorithmIdentifier of an HMAC.
 *
 * @throws HybridgeError `invalid_encoding`; `unsupported`.
 */
export function readHmac(reader: DerReader, what: string): Prf {
  const oid = reader.oid('algorithm');
  // NULL in RFC 8018 §B.1.1; NSS leaves it out.
  if (!reader.atEnd) reader.null('parameters');
  reader.end();
  const hash = keyOf(HMAC_OIDS, (entry) => entry === oid);
  if (hash === undefined) throw new HybridgeError('unsupported', `${what}: pseudorandom function ${oid}`);
  return hash;
}

// scrypt-params [RFC 7914 §7.1].
function readScrypt(fields: DerReader): SaltedDerivation {
  const salt = fields.octetString('salt');
  const cost = fields.smallInteger('costParameter');
  const blockSize = fields.smallInteger('blockSize');
  const parallelization = fields.smallInteger('parallelizationParameter');
  const keyLength = readKeyLength(fields);
  return { derivation: { kdf: 'scrypt', cost, blockSize, parallelization }, salt, keyLength };
}

function readKeyLength(fields: DerReader): number | undefined {
  return fields.has(INTEGER) ? fields.smallInteger('keyLength') : undefined;
}

/** DER of the AlgorithmIdentifier of an HMAC. */
export function writeHmac(hash: Prf): Uint8Array {
  return der.sequence(der.oid(HMAC_OIDS[hash]), der.nil());
}

/** DER of the AlgorithmIdentifier of a derivation; the key length is written where it is given. */
export function writeDerivation({ derivation, salt, keyLength }: SaltedDerivation): Uint8Array {
  const length = keyLength === undefined ? [] : [der.integer(keyLength)];
  if (derivation.kdf === 'pbkdf2')
    return der.sequence(
      der.oid(PBKDF2),
      der.sequence(
        der.octetString(salt),
        der.integer(derivation.iterations),
        ...length,
        writeHmac(derivation.hash),
      ),
    );
  return der.sequence(
    der.oid(SCRYPT),
    der.sequence(
      der.octetString(salt),
      der.integer(derivation.cost),
      der.integer(derivation.blockSize),
      der.integer(derivation.parallelization),
      ...length,
    ),
  );
}

/** The key of the first entry that passes, typed as the table's keys are. */
export function keyOf<Key extends string, Value>(
  table: Readonly<Record<Key, Value>>,
  test: (value: Value) => boolean,
): Key | undefined {
  for (const key in table) if (test(table[key])) return key;
  return undefined;
}
