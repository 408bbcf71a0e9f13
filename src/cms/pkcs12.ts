/** PKCS #12: a private key and its certificates in one file, under a password [RFC 7292, RFC 9879]. */
import { concat, HybridgeError, wipe } from '../bytes/index.ts';
import { type Certificate, parseCertificate } from '../certificates/index.ts';
import { der, type DerReader, explicit, implicit, OCTET_STRING, readDer } from '../encoding/index.ts';
import {
  encryptPbes2,
  excess,
  exportPrivateKey,
  importPrivateKey,
  type PasswordEncryption,
} from '../keys/index.ts';
import { type PrivateKey, type Provider, requireHash } from '../provider/index.ts';
import { derOf } from './ber-der.ts';
import { CONTENT_TYPE, contentTypeName } from './content-type.ts';
import {
  belongsTo,
  chainOf,
  type KeyBundle,
  type ReadBundleOptions,
  requireOwnCertificate,
} from './key-bundle.ts';
import {
  BAG,
  type Bag,
  type BagNames,
  readBags,
  readCertBag,
  writeBags,
  writeCertBag,
} from './pkcs12-bags.ts';
import { decryptWithPassword } from './pkcs12-encryption.ts';
import { WorkBudget } from './pkcs12-kdf.ts';
import {
  integrityOf,
  type MacData,
  type Pkcs12Integrity,
  readMacData,
  verifyMac,
  writeOldMac,
  writePbmac1,
} from './pkcs12-mac.ts';

/** A private key in a file. */
export interface Pkcs12Key extends BagNames {
  readonly key: PrivateKey;
  /** Its certificate and the issuers above, as far as the file has them. */
  readonly certificates: readonly Certificate[];
}

/** A certificate in a file. */
export interface Pkcs12Certificate extends BagNames {
  readonly certificate: Certificate;
}

/** What a file holds. */
export interface Pkcs12 {
  readonly keys: readonly Pkcs12Key[];
  /** Every certificate, in the order of the file. */
  readonly certificates: readonly Pkcs12Certificate[];
  readonly integrity: Pkcs12Integrity;
  /** Object identifiers of bags that were left aside: revocation lists, secrets. */
  readonly leftOut: readonly string[];
}

/** How a file is read. */
export interface ReadPkcs12Options extends Omit<ReadBundleOptions, 'password'> {
  /** `false` reads a file without a MAC, which anybody may have changed. */
  readonly requireMac?: boolean | undefined;
}

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 32;
/** Iterations that one file may ask for altogether. */
const MAX_WORK = 8_000_000;

/**
 * Reads a PKCS #12 file: PBES2 and PBMAC1, and the older MAC and Triple DES schemes where the provider has that
 * cipher. RC2 and RC4 are refused. The MAC is checked before anything is decrypted.
 *
 * @param input - DER, or BER as some write it.
 * @param password - A text; bytes are taken for UTF-8. Empty for files without one.
 * @throws {@link HybridgeError} `decryption_failed` for a wrong password or changed bytes; `invalid_encoding`;
 * `unsupported` for other schemes, for public-key modes, and for files that ask for hours of key derivation;
 * `message_too_large` above 16 MiB; what a key or a certificate inside leads to.
 *
 * @example
 * ```ts
 * import { readPkcs12, writePkcs12 } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const file = await writePkcs12(provider, { key, certificates: [], friendlyName: 'pump' }, 'secret', {
 *   iterations: 1000,
 * });
 * const { keys, integrity } = await readPkcs12(provider, file, 'secret');
 * console.log(keys[0]?.friendlyName, keys[0]?.key.algorithm.name, integrity.kind); // pump ML-DSA-65 PBMAC1
 * ```
 */
export async function readPkcs12(
  provider: Provider,
  input: Uint8Array,
  password: Uint8Array | string,
  options: ReadPkcs12Options = {},
): Promise<Pkcs12> {
  const { mac, content } = readPfx(input);
  const budget = new WorkBudget(MAX_WORK);
  const integrity = integrityOf(mac);
  if (mac === undefined) {
    if (options.requireMac !== false)
      throw new HybridgeError('invalid_encoding', 'PKCS #12: no MAC, anybody may have changed the file', {
        hint: 'to read it all the same, say requireMac: false',
      });
  } else if (!(await verifyMac(provider, mac, content, password, budget))) throw wrongPassword();
  const opening = new Opening(provider, password, budget, options);
  for (const safe of readSafes(content)) await opening.safe(safe);
  return { ...opening.contents(), integrity };
}

function wrongPassword(): HybridgeError {
  return new HybridgeError('decryption_failed', 'PKCS #12: wrong password, or the file was changed');
}

/** BER anywhere becomes DER before the strict reader sees it. */
function normalized(bytes: Uint8Array, structure: string): Uint8Array {
  return derOf(bytes, structure, 0, MAX_DEPTH);
}

function readPfx(input: Uint8Array): { readonly mac: MacData | undefined; readonly content: Uint8Array } {
  if (input.length > MAX_BYTES)
    throw new HybridgeError('message_too_large', `PKCS #12: ${input.length} bytes, at most ${MAX_BYTES}`, {
      details: { actual: input.length, maximum: MAX_BYTES },
    });
  const outer = readDer(normalized(input, 'PFX'), 'PFX');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.smallInteger('version');
  if (version !== 3) throw new HybridgeError('invalid_encoding', `PFX: version ${version}, expected 3`);
  const { type, inside } = readContentInfo(fields);
  if (type !== CONTENT_TYPE.data)
    throw new HybridgeError('unsupported', `PFX: protected by ${contentTypeName(type)}, not by a password`);
  const content = inside.octetString('content');
  inside.end();
  const mac = fields.atEnd ? undefined : readMacData(fields.sequence('macData'));
  fields.end();
  return { mac, content };
}

function readContentInfo(parent: DerReader): { readonly type: string; readonly inside: DerReader } {
  const fields = parent.sequence('ContentInfo');
  const type = fields.oid('contentType');
  const inside = fields.explicit(0, 'content');
  fields.end();
  return { type, inside };
}

/** SafeContents, or what decrypts to them. */
type Safe =
  | { readonly kind: 'plain'; readonly contents: Uint8Array }
  | { readonly kind: 'encrypted'; readonly algorithm: DerReader; readonly encrypted: Uint8Array };

function readSafes(content: Uint8Array): readonly Safe[] {
  const outer = readDer(normalized(content, 'AuthenticatedSafe'), 'AuthenticatedSafe');
  const reader = outer.sequence('safes');
  outer.end();
  const safes: Safe[] = [];
  while (!reader.atEnd) {
    const { type, inside } = readContentInfo(reader);
    if (type === CONTENT_TYPE.data) safes.push({ kind: 'plain', contents: inside.octetString('content') });
    else if (type === CONTENT_TYPE.encryptedData) safes.push(readEncryptedData(inside));
    else
      throw new HybridgeError(
        'unsupported',
        `PKCS #12: a safe in ${contentTypeName(type)}, not under a password`,
      );
    inside.end();
  }
  return safes;
}

// EncryptedData [RFC 5652 §8].
function readEncryptedData(inside: DerReader): Safe {
  const fields = inside.sequence('EncryptedData');
  const version = fields.smallInteger('version');
  if (version !== 0) throw new HybridgeError('invalid_encoding', `EncryptedData: version ${version}`);
  const info = fields.sequence('encryptedContentInfo');
  fields.end();
  info.oid('contentType');
  const algorithm = info.sequence('contentEncryptionAlgorithm');
  const encrypted = readEncryptedContent(info);
  info.end();
  return { kind: 'encrypted', algorithm, encrypted };
}

// [0] IMPLICIT OCTET STRING, in pieces where the file is BER.
function readEncryptedContent(info: DerReader): Uint8Array {
  if (!info.has(explicit(0))) return info.octetString('encryptedContent', implicit(0));
  const pieces = info.sequence('encryptedContent', explicit(0));
  const parts: Uint8Array[] = [];
  while (!pieces.atEnd) parts.push(pieces.octetString('piece', OCTET_STRING));
  return concat(...parts);
}

/** A file on its way out of its bags. */
class Opening {
  readonly #provider: Provider;
  readonly #password: Uint8Array | string;
  readonly #budget: WorkBudget;
  readonly #options: ReadPkcs12Options;
  readonly #keys: (BagNames & { readonly key: PrivateKey })[] = [];
  readonly #certificates: Pkcs12Certificate[] = [];
  readonly #leftOut: string[] = [];

  constructor(
    provider: Provider,
    password: Uint8Array | string,
    budget: WorkBudget,
    options: ReadPkcs12Options,
  ) {
    this.#provider = provider;
    this.#password = password;
    this.#budget = budget;
    this.#options = options;
  }

  async safe(safe: Safe): Promise<void> {
    if (safe.kind === 'plain') {
      await this.#bags(safe.contents);
      return;
    }
    const plain = await this.#decrypt(safe.algorithm, safe.encrypted);
    try {
      await this.#bags(plain);
    } finally {
      wipe(plain);
    }
  }

  async #decrypt(algorithm: DerReader, encrypted: Uint8Array): Promise<Uint8Array> {
    return decryptWithPassword(this.#provider, algorithm, encrypted, this.#password, this.#budget);
  }

  async #bags(contents: Uint8Array): Promise<void> {
    for (const bag of readBags(normalized(contents, 'SafeContents'))) await this.#bag(bag);
  }

  async #bag({ type, value, friendlyName, localKeyId }: Bag): Promise<void> {
    // Copies: the bytes around them are wiped.
    const names = {
      friendlyName,
      localKeyId: localKeyId === undefined ? undefined : new Uint8Array(localKeyId),
    };
    switch (type) {
      case BAG.key:
        this.#keys.push({ key: await this.#key(value), ...names });
        return;
      case BAG.shroudedKey: {
        const outer = readDer(value, 'EncryptedPrivateKeyInfo');
        const fields = outer.sequence('fields');
        outer.end();
        const algorithm = fields.sequence('encryptionAlgorithm');
        const encrypted = fields.octetString('encryptedData');
        fields.end();
        const plain = await this.#decrypt(algorithm, encrypted);
        try {
          this.#keys.push({ key: await this.#key(plain), ...names });
        } finally {
          wipe(plain);
        }
        return;
      }
      case BAG.certificate: {
        const bytes = readCertBag(value);
        if (bytes === undefined) this.#leftOut.push(type);
        else {
          const { strict } = this.#options;
          this.#certificates.push({ certificate: parseCertificate(bytes, { strict }), ...names });
        }
        return;
      }
      default:
        this.#leftOut.push(type);
    }
  }

  async #key(pkcs8: Uint8Array): Promise<PrivateKey> {
    const { use } = this.#options;
    return importPrivateKey(this.#provider, pkcs8, { format: 'der', ...(use === undefined ? {} : { use }) });
  }

  contents(): Omit<Pkcs12, 'integrity'> {
    const heap = this.#certificates.map(({ certificate }) => certificate);
    return {
      keys: this.#keys.map((entry) => ({ ...entry, certificates: chainOf(entry.key, heap) })),
      certificates: this.#certificates,
      leftOut: this.#leftOut,
    };
  }
}

/** How a file is written. */
export interface WritePkcs12Options {
  /** Iterations of every key derivation; 600 000 unless told. */
  readonly iterations?: number | undefined;
  /** The hash of PBKDF2 and HMAC; SHA-256 unless told. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined;
  /**
   * PBMAC1 unless told [RFC 9879], which OpenSSL reads since 3.4. `PKCS12-KDF` is for older readers: the same HMAC with
   * a key from the derivation of RFC 7292.
   */
  readonly mac?: 'PBMAC1' | 'PKCS12-KDF' | undefined;
}

/**
 * Writes a PKCS #12 file with one key and its certificates: AES-256-CBC under PBKDF2 (PBES2), and a MAC over the whole.
 * The certificates are encrypted too, as all readers expect.
 *
 * @param bundle - The key's own certificate first; none is allowed.
 * @throws {@link HybridgeError} `invalid_argument` for an empty password, parameters out of range, or a first
 * certificate that is another key's; `unsupported` for keys without a PKCS #8 form.
 *
 * @example
 * ```ts
 * import { writePkcs12 } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'Ed25519');
 * const file = await writePkcs12(provider, { key, certificates: [] }, 'secret', { iterations: 1000 });
 * console.log(file[0]); // 48
 * ```
 */
export async function writePkcs12(
  provider: Provider,
  bundle: KeyBundle,
  password: Uint8Array | string,
  options: WritePkcs12Options = {},
): Promise<Uint8Array> {
  const { iterations = 600_000, hash = 'SHA-256', mac = 'PBMAC1' } = options;
  const why = password.length === 0 ? 'the password is empty' : excess({ kdf: 'pbkdf2', hash, iterations });
  if (why !== undefined) throw new HybridgeError('invalid_argument', `PKCS #12: ${why}`, { fault: 'caller' });
  requireOwnCertificate(bundle);
  const { key, certificates, friendlyName } = bundle;
  const encryption: PasswordEncryption = { kdf: 'pbkdf2', hash, iterations };
  // Any bytes that key and certificate share; a digest of the public key, as others do.
  const localKeyId = requireHash(provider, 'SHA-256').digest(key.publicKey.bytes()).slice(0, 20);
  const shrouded = await exportPrivateKey(provider, key, { format: 'der', password, encryption });
  const safes = [data(writeBags([{ type: BAG.shroudedKey, value: shrouded, friendlyName, localKeyId }]))];
  if (certificates.length > 0) {
    const bags = certificates.map((certificate, index): Bag => {
      const own = index === 0 && belongsTo(key, certificate);
      return {
        type: BAG.certificate,
        value: writeCertBag(certificate.bytes),
        friendlyName: own ? friendlyName : undefined,
        localKeyId: own ? localKeyId : undefined,
      };
    });
    const { algorithm, encrypted } = await encryptPbes2(
      provider,
      writeBags(bags),
      password,
      encryption,
      'PKCS #12',
    );
    safes.unshift(encryptedData(algorithm, encrypted));
  }
  const content = der.sequence(...safes);
  const macData =
    mac === 'PBMAC1'
      ? await writePbmac1(provider, content, password, hash, iterations)
      : writeOldMac(provider, content, password, hash, iterations);
  return der.sequence(der.integer(3), data(content), macData);
}

/** ContentInfo of bytes. */
function data(content: Uint8Array): Uint8Array {
  return der.sequence(der.oid(CONTENT_TYPE.data), der.explicit(0, der.octetString(content)));
}

/** ContentInfo of an EncryptedData. */
function encryptedData(algorithm: Uint8Array, encrypted: Uint8Array): Uint8Array {
  return der.sequence(
    der.oid(CONTENT_TYPE.encryptedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(0),
        der.sequence(der.oid(CONTENT_TYPE.data), algorithm, der.implicitOctetString(0, encrypted)),
      ),
    ),
  );
}
