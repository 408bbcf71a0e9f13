import { HybridgeError, wipe } from '../bytes/index.ts';
import { encodePem } from '../encoding/index.ts';
import { type PrivateKey, type Provider, type PublicKey, requireSeedExpansion } from '../provider/index.ts';
import { writeCoseKey } from './cose-key.ts';
import type { KeyFormat } from './detect.ts';
import { encryptKey, type PasswordEncryption } from './encrypted.ts';
import { type Jwk, writePrivateJwk, writePublicJwk } from './jwk.ts';
import { privateKeyField, writePkcs8 } from './pkcs8.ts';
import { type SeedFormParts, seedSizes, writeSeedForm } from './seed-form.ts';
import { writeSpki } from './spki.ts';

/** What each format is written as. */
export interface ExportedKey {
  readonly cose: Uint8Array;
  readonly der: Uint8Array;
  readonly jwk: Jwk;
  readonly pem: string;
  readonly raw: Uint8Array;
}

/** How a public key is written. */
export interface PublicKeyExportOptions<Format extends KeyFormat = KeyFormat> {
  /** `pem` and `der` are a SubjectPublicKeyInfo. */
  readonly format: Format;
}

/** How a private key is written. */
export interface PrivateKeyExportOptions<Format extends KeyFormat = KeyFormat> {
  /** `pem` and `der` are a PKCS #8 OneAsymmetricKey, encrypted when there is a password. */
  readonly format: Format;
  /** ML-KEM and ML-DSA in `pem`, `der` and `raw`: the seed unless told. Few peers read the other forms. */
  readonly form?: 'both' | 'expanded' | 'seed';
  /**
   * Encrypts `pem` and `der`. A text stands for its UTF-8 bytes. PBES2 hides the key but does not authenticate it: who
   * can write the file can change the key.
   */
  readonly password?: Uint8Array | string;
  /** How to encrypt; scrypt and AES-256-CBC unless told. */
  readonly encryption?: PasswordEncryption;
}

/** What is said, in these words, to whoever asks for the seed of a key that came without it. */
const NO_SEED = 'The seed cannot be recovered from an expanded key';

const PUBLIC_WRITERS: { readonly [Format in KeyFormat]: (key: PublicKey) => ExportedKey[Format] } = {
  cose: (key) => writeCoseKey(key.algorithm, key.bytes(), undefined),
  der: (key) => writeSpki(key.algorithm, key.bytes()),
  jwk: (key) => writePublicJwk(key.algorithm, key.bytes()),
  pem: (key) => encodePem('PUBLIC KEY', writeSpki(key.algorithm, key.bytes())),
  raw: (key) => key.bytes(),
};

/**
 * Writes a public key.
 *
 * @returns Text for `pem`, an object for `jwk`, bytes for the others.
 * @throws {@link HybridgeError} `unsupported` where no standard gives the algorithm's keys this format.
 *
 * @example
 * ```ts
 * import { exportPublicKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const { publicKey } = await generateKeyPair(createNobleProvider(), 'ML-DSA-44');
 * console.log(exportPublicKey(publicKey, { format: 'der' }).length); // 1334
 * console.log(exportPublicKey(publicKey, { format: 'jwk' })['kty']); // AKP
 * ```
 */
export function exportPublicKey<Format extends KeyFormat>(
  key: PublicKey,
  { format }: PublicKeyExportOptions<Format>,
): ExportedKey[Format] {
  return PUBLIC_WRITERS[format](key);
}

type PrivateWriter<Format extends KeyFormat> = (
  provider: Provider,
  key: PrivateKey,
  options: PrivateKeyExportOptions,
) => Promise<ExportedKey[Format]>;

const PRIVATE_WRITERS: { readonly [Format in KeyFormat]: PrivateWriter<Format> } = {
  cose: (_, key, options) =>
    withOnlyForm(key, options, (secret) => writeCoseKey(key.algorithm, key.publicKey.bytes(), secret)),
  der: writeDer,
  jwk: (_, key, options) =>
    withOnlyForm(key, options, (secret) => writePrivateJwk(key.algorithm, key.publicKey.bytes(), secret)),
  pem: async (provider, key, options) => {
    const bytes = await writeDer(provider, key, options);
    try {
      return encodePem(options.password === undefined ? 'PRIVATE KEY' : 'ENCRYPTED PRIVATE KEY', bytes);
    } finally {
      wipe(bytes);
    }
  },
  raw: writeRaw,
};

/**
 * Writes a private key. The result is secret: wipe it, or store it where only its owner reads.
 *
 * @returns Text for `pem`, an object for `jwk`, bytes for the others.
 * @throws {@link HybridgeError} `unsupported` where no standard gives the algorithm's keys this format, and for the
 * seed of a key that came without it; `invalid_argument` for options that do not go together; `key_disposed`.
 *
 * @example
 * ```ts
 * import { exportPrivateKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const seed = await exportPrivateKey(provider, privateKey, { format: 'der' });
 * const both = await exportPrivateKey(provider, privateKey, { format: 'der', form: 'both' });
 * console.log(seed.length, both.length); // 54 4098
 * ```
 */
export async function exportPrivateKey<Format extends KeyFormat>(
  provider: Provider,
  key: PrivateKey,
  options: PrivateKeyExportOptions<Format>,
): Promise<ExportedKey[Format]> {
  const { format, password, encryption } = options;
  if (password !== undefined && format !== 'der' && format !== 'pem')
    throw misuse(`${format} has no encrypted form; pem and der have`);
  if (encryption !== undefined && password === undefined)
    throw misuse('encryption is given without a password');
  return PRIVATE_WRITERS[format](provider, key, options);
}

async function writeDer(
  provider: Provider,
  key: PrivateKey,
  { form, password, encryption }: PrivateKeyExportOptions,
): Promise<Uint8Array> {
  const plain = await plainDer(provider, key, form);
  if (password === undefined) return plain;
  try {
    return await encryptKey(provider, plain, password, encryption);
  } finally {
    wipe(plain);
  }
}

async function plainDer(
  provider: Provider,
  key: PrivateKey,
  form: PrivateKeyExportOptions['form'],
): Promise<Uint8Array> {
  const parts = await seedFormParts(provider, key, form);
  const secret = parts === undefined ? key.secretBytes() : writeSeedForm(parts);
  const field = parts === undefined ? privateKeyField(key.algorithm, secret, key.publicKey.bytes()) : secret;
  try {
    return writePkcs8(key.algorithm, field);
  } finally {
    wipe(secret, field, ...secretsOf(parts));
  }
}

async function writeRaw(
  provider: Provider,
  key: PrivateKey,
  { form }: PrivateKeyExportOptions,
): Promise<Uint8Array> {
  if (form === 'both') throw misuse('a raw key has one form');
  const parts = await seedFormParts(provider, key, form);
  if (parts === undefined) return key.secretBytes();
  return parts.form === 'seed' ? parts.seed : parts.expanded;
}

/** Hands the stored form to a writer of a format that knows no other [RFC 9964 §3]. */
async function withOnlyForm<Result>(
  key: PrivateKey,
  { format, form }: PrivateKeyExportOptions,
  write: (secret: Uint8Array) => Result,
): Promise<Result> {
  if (form !== undefined && form !== 'seed') throw misuse(`${format} holds the seed and no other form`);
  if (key.form === 'expanded') throw noSeed(`${format} holds the seed and no other form`);
  const secret = key.secretBytes();
  try {
    // The writer runs inside the promise, so that its errors are rejections as well.
    return await Promise.resolve(secret).then(write);
  } finally {
    wipe(secret);
  }
}

/** The forms to write, or `undefined` where a private key has one form only. */
async function seedFormParts(
  provider: Provider,
  key: PrivateKey,
  form: PrivateKeyExportOptions['form'],
): Promise<SeedFormParts | undefined> {
  const { algorithm } = key;
  const sizes = seedSizes(algorithm);
  if (sizes === undefined) {
    if (form === 'both' || form === 'expanded') throw misuse(`${algorithm.name} private keys have one form`);
    return undefined;
  }
  if (key.form === 'expanded') {
    if (form !== 'expanded') throw noSeed('write the form expanded');
    return { form, expanded: key.secretBytes() };
  }
  const seed = key.secretBytes();
  if (form === undefined || form === 'seed') return { form: 'seed', seed };
  const expanded = await requireSeedExpansion(provider, sizes.expansion).expand(seed);
  if (form === 'both') return { form, seed, expanded };
  wipe(seed);
  return { form, expanded };
}

function secretsOf(parts: SeedFormParts | undefined): readonly Uint8Array[] {
  if (parts === undefined) return [];
  return [...('seed' in parts ? [parts.seed] : []), ...('expanded' in parts ? [parts.expanded] : [])];
}

function noSeed(hint: string): HybridgeError {
  return new HybridgeError('unsupported', NO_SEED, { fault: 'caller', hint });
}

function misuse(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `key: ${why}`, { fault: 'caller' });
}
