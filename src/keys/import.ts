import { EMPTY, equal, equalSecret, HybridgeError, isHybridgeError, wipe } from '../bytes/index.ts';
import { kemFor } from '../kem/index.ts';
import {
  type DecapsulationKey,
  type Kem,
  PrivateKey,
  type Provider,
  PublicKey,
  requireSeedExpansion,
  requireSize,
  type Signature,
  type SigningKey,
} from '../provider/index.ts';
import {
  algorithm as registered,
  type KemDescriptor,
  type KemName,
  type KeyDescriptor,
  type SignatureDescriptor,
  type SignatureName,
} from '../registry/index.ts';
import { signatureFor } from '../sign/index.ts';
import { choose, type Wanted } from './algorithms.ts';
import { type Container, detect, type Half, type KeyFormat, type KeyInput } from './detect.ts';
import { describeEncoding, type KeyEncoding, readMaterial } from './encoding.ts';
import { decryptKey, readEncryptedKey, wrongPassword } from './encrypted.ts';
import type { Material, PrivateMaterial, PublicMaterial } from './material.ts';
import { readPkcs8 } from './pkcs8.ts';
import { type SeedSizes, seedSizes } from './seed-form.ts';

/** How a key is read. */
export interface ImportOptions extends Wanted {
  /** What the input is; found out when absent. `raw` needs `algorithm` too. */
  readonly format?: KeyFormat;
  /** For encrypted private keys. A text stands for its UTF-8 bytes. */
  readonly password?: Uint8Array | string;
}

/** Options that make the result a KEM key. */
export type KemImportOptions = ImportOptions & ({ readonly algorithm: KemName } | { readonly use: 'kem' });

/** Options that make the result a signature key. */
export type SignatureImportOptions = ImportOptions &
  ({ readonly algorithm: SignatureName } | { readonly use: 'signature' });

/** A key that was read, and how it was written. */
export type ImportedKey<Algorithm extends KeyDescriptor = KeyDescriptor> =
  | { readonly kind: 'private'; readonly key: PrivateKey<Algorithm>; readonly encoding: KeyEncoding }
  | { readonly kind: 'public'; readonly key: PublicKey<Algorithm>; readonly encoding: KeyEncoding };

/**
 * Reads a public or private key from PEM, DER, JWK or COSE_Key, and tells which it was and how it was written.
 *
 * Checked are the format, the rules of the algorithm (FIPS 203 §7.2, points on their curves), that a public key in a
 * private key's file belongs to it, and that a seed expands to the expanded key beside it.
 *
 * An EC key is taken for ECDSA and an RSA key for PKCS #1 v1.5 with SHA-256, unless the file, `algorithm` or `use`
 * says otherwise.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, `invalid_length`, `invalid_key`; `unknown_algorithm`;
 * `unsupported`; `wrong_algorithm` when the key is not for what `algorithm` and `use` ask; `decryption_failed` for a
 * wrong password; `invalid_argument` for a missing one.
 *
 * @example
 * ```ts
 * import { generateKeyPair } from 'hybridge/kem';
 * import { exportPublicKey, importKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-KEM-768');
 * const read = await importKey(provider, exportPublicKey(publicKey, { format: 'pem' }));
 * console.log(read.kind, read.key.algorithm.name, read.encoding.structure);
 * // public ML-KEM-768 SubjectPublicKeyInfo
 * ```
 */
export async function importKey(
  provider: Provider,
  input: KeyInput,
  options: KemImportOptions,
): Promise<ImportedKey<KemDescriptor>>;
export async function importKey(
  provider: Provider,
  input: KeyInput,
  options: SignatureImportOptions,
): Promise<ImportedKey<SignatureDescriptor>>;
export async function importKey(
  provider: Provider,
  input: KeyInput,
  options?: ImportOptions,
): Promise<ImportedKey>;
export async function importKey(
  provider: Provider,
  input: KeyInput,
  options: ImportOptions = {},
): Promise<ImportedKey> {
  return readKey(provider, input, 'any', options);
}

/**
 * Reads a public key from PEM, DER, JWK, COSE_Key or raw bytes.
 *
 * @throws {@link HybridgeError} as {@link importKey}; `invalid_argument` for a private key: read that with
 * `importPrivateKey`, its `publicKey` is at hand.
 *
 * @example
 * ```ts
 * import { importPublicKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
 * const key = await importPublicKey(createNobleProvider(), jwk, { use: 'signature' });
 * console.log(key.algorithm.name); // Ed25519
 * ```
 */
export async function importPublicKey(
  provider: Provider,
  input: KeyInput,
  options: KemImportOptions,
): Promise<PublicKey<KemDescriptor>>;
export async function importPublicKey(
  provider: Provider,
  input: KeyInput,
  options: SignatureImportOptions,
): Promise<PublicKey<SignatureDescriptor>>;
export async function importPublicKey(
  provider: Provider,
  input: KeyInput,
  options?: ImportOptions,
): Promise<PublicKey>;
export async function importPublicKey(
  provider: Provider,
  input: KeyInput,
  options: ImportOptions = {},
): Promise<PublicKey> {
  const read = await readKey(provider, input, 'public', options);
  if (read.kind === 'public') return read.key;
  read.key[Symbol.dispose]();
  throw wrongHalf('public', 'private');
}

/**
 * Reads a private key from PEM, DER, JWK, COSE_Key or raw bytes, encrypted or not.
 *
 * @throws {@link HybridgeError} as {@link importKey}; `invalid_argument` for a public key.
 *
 * @example
 * ```ts
 * import { exportPrivateKey, importPrivateKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const password = 'correct horse battery staple';
 * const pem = await exportPrivateKey(provider, privateKey, { format: 'pem', password });
 * const same = await importPrivateKey(provider, pem, { algorithm: 'ML-DSA-65', password });
 * console.log(same.algorithm.name, same.form); // ML-DSA-65 seed
 * ```
 */
export async function importPrivateKey(
  provider: Provider,
  input: KeyInput,
  options: KemImportOptions,
): Promise<PrivateKey<KemDescriptor>>;
export async function importPrivateKey(
  provider: Provider,
  input: KeyInput,
  options: SignatureImportOptions,
): Promise<PrivateKey<SignatureDescriptor>>;
export async function importPrivateKey(
  provider: Provider,
  input: KeyInput,
  options?: ImportOptions,
): Promise<PrivateKey>;
export async function importPrivateKey(
  provider: Provider,
  input: KeyInput,
  options: ImportOptions = {},
): Promise<PrivateKey> {
  const read = await readKey(provider, input, 'private', options);
  if (read.kind === 'private') return read.key;
  throw wrongHalf('private', 'public');
}

function wrongHalf(expected: string, found: string): HybridgeError {
  return new HybridgeError('invalid_argument', `key: a ${found} key where a ${expected} key is expected`, {
    fault: 'caller',
  });
}

async function readKey(
  provider: Provider,
  input: KeyInput,
  half: Half,
  options: ImportOptions,
): Promise<ImportedKey> {
  const container = detect(input, options.format, half);
  const material = await materialOf(provider, container, half, options);
  try {
    const descriptor = choose(material.algorithms, options, container.structure);
    const encoding = describeEncoding(container, material);
    return material.kind === 'public'
      ? { kind: 'public', key: await publicKeyOf(provider, descriptor, material), encoding }
      : { kind: 'private', key: await privateKeyOf(provider, descriptor, material), encoding };
  } finally {
    if (material.kind === 'private' && isOurs(container))
      wipe(material.privateKey, material.expanded ?? EMPTY);
  }
}

// What was decoded from a text or decrypted is ours to wipe; the rest may be views of the caller's bytes.
function isOurs(container: Container): boolean {
  return (
    container.format === 'pem' ||
    container.format === 'jwk' ||
    container.structure === 'EncryptedPrivateKeyInfo'
  );
}

async function materialOf(
  provider: Provider,
  container: Container,
  half: Half,
  options: ImportOptions,
): Promise<Material> {
  if (container.structure === 'raw') return rawMaterial(container.bytes, half, options);
  if (container.structure !== 'EncryptedPrivateKeyInfo') return readMaterial(container);
  if (half === 'public') throw wrongHalf('public', 'private');
  const encrypted = readEncryptedKey(container.bytes);
  if (options.password === undefined)
    throw new HybridgeError(
      'invalid_argument',
      'private key: the file is encrypted and no password was given',
      {
        fault: 'caller',
        hint: 'pass the password',
      },
    );
  const plain = await decryptKey(provider, encrypted, options.password);
  try {
    return readPkcs8(plain);
  } catch (error) {
    wipe(plain);
    throw isHybridgeError(error, 'invalid_encoding') ? wrongPassword() : error;
  }
}

function rawMaterial(bytes: Uint8Array, half: Half, { algorithm }: ImportOptions): Material {
  if (algorithm === undefined || half === 'any')
    throw new HybridgeError(
      'invalid_argument',
      half === 'any'
        ? 'raw key: nothing tells public from private; import it as the one or the other'
        : 'raw key: the algorithm must be stated',
      { fault: 'caller' },
    );
  const descriptor = registered(algorithm);
  if (half === 'public') {
    requireSize(bytes, descriptor.sizes.publicKey, `${algorithm} public key`);
    return { kind: 'public', algorithms: [descriptor], publicKey: bytes };
  }
  const sizes = seedSizes(descriptor);
  if (sizes !== undefined && bytes.length === sizes.expanded)
    return { kind: 'private', algorithms: [descriptor], privateKey: bytes, form: 'expanded' };
  requireSize(bytes, descriptor.sizes.privateKey, `${algorithm} private key`);
  return {
    kind: 'private',
    algorithms: [descriptor],
    privateKey: bytes,
    ...(sizes === undefined ? {} : { form: 'seed' }),
  };
}

async function publicKeyOf(
  provider: Provider,
  descriptor: KeyDescriptor,
  { publicKey }: PublicMaterial,
): Promise<PublicKey> {
  // Stateful signatures are verified where firmware is; here they have no scheme to ask.
  if (!descriptor.stateful) {
    if (descriptor.use === 'kem') await kemFor(provider, descriptor).encapsulationKey(publicKey);
    else await signatureFor(provider, descriptor).verifyingKey(publicKey);
  }
  return new PublicKey(descriptor, publicKey);
}

async function privateKeyOf(
  provider: Provider,
  descriptor: KeyDescriptor,
  material: PrivateMaterial,
): Promise<PrivateKey> {
  const { privateKey, publicKey: carried, expanded } = material;
  const sizes = seedSizes(descriptor);
  const isExpanded = sizes !== undefined && privateKey.length === sizes.expanded;
  const publicKey = await publicKeyFrom(provider, descriptor, privateKey, isExpanded);
  if (carried !== undefined && !equal(publicKey, carried))
    throw new HybridgeError(
      'invalid_key',
      `${descriptor.name}: the public key beside the private key is another's`,
    );
  if (sizes !== undefined && expanded !== undefined)
    await requireExpansion(provider, sizes, privateKey, expanded, descriptor.name);
  return new PrivateKey(new PublicKey(descriptor, publicKey), privateKey, isExpanded ? 'expanded' : 'seed');
}

/** The public key of a private key, which a backend has checked; `tried` also makes it work once. */
async function publicKeyFrom(
  provider: Provider,
  descriptor: KeyDescriptor,
  privateKey: Uint8Array,
  tried: boolean,
): Promise<Uint8Array> {
  if (descriptor.use === 'kem') {
    const kem = kemFor(provider, descriptor);
    const handle = await kem.decapsulationKey(privateKey);
    try {
      if (tried) await requireSecretsAgree(provider, kem, handle, descriptor.name);
      return handle.publicKey;
    } finally {
      handle.dispose();
    }
  }
  const signature = signatureFor(provider, descriptor);
  const handle = await signature.signingKey(privateKey);
  try {
    if (tried) await requireSignatureHolds(provider, signature, handle, descriptor.name);
    return handle.publicKey;
  } finally {
    handle.dispose();
  }
}

/*
 * A seed makes a consistent key by construction; an expanded key may be put together from parts of several
 * [RFC 9881 §C.4, RFC 9935 §8 and §C.4]. So it has to work once.
 */
async function requireSecretsAgree(
  provider: Provider,
  kem: Kem,
  handle: DecapsulationKey,
  name: string,
): Promise<void> {
  const encapsulation = await (await kem.encapsulationKey(handle.publicKey)).encapsulate(provider.random);
  const secret = await handle.decapsulate(encapsulation.ciphertext);
  const agree = equalSecret(secret, encapsulation.sharedSecret);
  wipe(secret, encapsulation.sharedSecret);
  if (!agree) throw inconsistent(name);
}

async function requireSignatureHolds(
  provider: Provider,
  signature: Signature,
  handle: SigningKey,
  name: string,
): Promise<void> {
  const message = provider.random.bytes(32);
  const signed = await handle.sign(message, { context: EMPTY, random: provider.random });
  const verifier = await signature.verifyingKey(handle.publicKey);
  if (!(await verifier.verify(message, signed, EMPTY))) throw inconsistent(name);
}

function inconsistent(name: string): HybridgeError {
  return new HybridgeError(
    'invalid_key',
    `${name}: the parts of the expanded private key do not belong together`,
  );
}

/** The seed consistency check of RFC 9881 §8.2 and RFC 9935 §8. */
async function requireExpansion(
  provider: Provider,
  sizes: SeedSizes,
  seed: Uint8Array,
  expanded: Uint8Array,
  name: string,
): Promise<void> {
  const computed = await requireSeedExpansion(provider, sizes.expansion).expand(seed);
  try {
    if (!equalSecret(computed, expanded))
      throw new HybridgeError(
        'invalid_key',
        `${name}: the seed does not expand to the expanded key beside it`,
      );
  } finally {
    wipe(computed);
  }
}
