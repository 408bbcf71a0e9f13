/** How content is encrypted: AES in CBC [RFC 3565] and in GCM [RFC 5084]. */
import { EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import { type AlgorithmIdentifier, algorithmIdentifier } from '../certificates/index.ts';
import { der, INTEGER, readDer } from '../encoding/index.ts';
import { type Provider, requireBlockCipher } from '../provider/index.ts';
import { aead, type AeadDescriptor } from '../registry/index.ts';

/** Names of the ciphers that content is encrypted with. */
export const CONTENT_CIPHER_NAMES = [
  'AES-128-GCM',
  'AES-192-GCM',
  'AES-256-GCM',
  'AES-128-CBC',
  'AES-192-CBC',
  'AES-256-CBC',
] as const;

/** A cipher of content. GCM makes AuthEnvelopedData, CBC the EnvelopedData that old software reads. */
export type ContentCipherName = (typeof CONTENT_CIPHER_NAMES)[number];

/** A cipher of content with what code needs to know of it. */
export interface ContentCipher {
  readonly name: ContentCipherName;
  readonly oid: string;
  /** Bytes. */
  readonly keySize: 16 | 24 | 32;
  readonly mode: 'cbc' | 'gcm';
  /** What a policy can be asked about; none for CBC, which authenticates nothing, and for the 192-bit GCM. */
  readonly descriptor: AeadDescriptor | undefined;
}

const aes = (arc: number): string => `2.16.840.1.101.3.4.1.${arc}`;

const CONTENT_CIPHERS: Readonly<Record<ContentCipherName, Omit<ContentCipher, 'name'>>> = {
  'AES-128-GCM': { oid: aes(6), keySize: 16, mode: 'gcm', descriptor: aead('AES-128-GCM') },
  'AES-192-GCM': { oid: aes(26), keySize: 24, mode: 'gcm', descriptor: undefined },
  'AES-256-GCM': { oid: aes(46), keySize: 32, mode: 'gcm', descriptor: aead('AES-256-GCM') },
  'AES-128-CBC': { oid: aes(2), keySize: 16, mode: 'cbc', descriptor: undefined },
  'AES-192-CBC': { oid: aes(22), keySize: 24, mode: 'cbc', descriptor: undefined },
  'AES-256-CBC': { oid: aes(42), keySize: 32, mode: 'cbc', descriptor: undefined },
};

/**
 * The cipher of that name.
 *
 * @throws HybridgeError `unknown_algorithm`.
 */
export function contentCipher(name: ContentCipherName): ContentCipher {
  const found = CONTENT_CIPHER_NAMES.find((known) => known === name);
  if (found === undefined)
    throw new HybridgeError('unknown_algorithm', `no such content cipher: ${name}`, {
      fault: 'caller',
      hint: `use one of ${CONTENT_CIPHER_NAMES.join(', ')}`,
    });
  return { name: found, ...CONTENT_CIPHERS[found] };
}

/** The cipher that an object identifier names, if it is one of those here. */
export function contentCipherByOid(oid: string): ContentCipher | undefined {
  const name = CONTENT_CIPHER_NAMES.find((known) => CONTENT_CIPHERS[known].oid === oid);
  return name === undefined ? undefined : contentCipher(name);
}

const CBC_BLOCK = 16;
const NONCE = 12;
const TAG = 16;
/** ICVlen where GCMParameters leave it out [RFC 5084 §3.2]. */
const DEFAULT_TAG = 12;

/** The size of a ciphertext without its tag. */
export function encryptedSize({ mode }: ContentCipher, size: number): number {
  return mode === 'gcm' ? size : size - (size % CBC_BLOCK) + CBC_BLOCK;
}

/** Encryption of content that comes in pieces. */
export interface ContentEncryption {
  /** DER of the contentEncryptionAlgorithm. */
  readonly algorithm: Uint8Array;
  update(piece: Uint8Array): Uint8Array;
  /** The rest of the ciphertext, and the tag of GCM, which covers `additionalData` as well. */
  finish(additionalData: Uint8Array): { readonly rest: Uint8Array; readonly tag: Uint8Array | undefined };
}

/** Begins to encrypt. The key is wiped at once; nonce or IV are fresh from the provider's randomness. */
export function startContentEncryption(
  provider: Provider,
  cipher: ContentCipher,
  key: Uint8Array,
): ContentEncryption {
  const block = requireBlockCipher(provider);
  try {
    if (cipher.mode === 'cbc') {
      const iv = provider.random.bytes(CBC_BLOCK);
      const encryption = block.cbcEncryption(key, iv);
      return {
        algorithm: algorithmIdentifier(cipher.oid, der.octetString(iv)),
        update: (piece) => encryption.update(piece),
        finish: () => ({ rest: encryption.finish(), tag: undefined }),
      };
    }
    const nonce = provider.random.bytes(NONCE);
    const encryption = block.gcmEncryption(key, nonce);
    return {
      algorithm: algorithmIdentifier(cipher.oid, der.sequence(der.octetString(nonce), der.integer(TAG))),
      update: (piece) => encryption.update(piece),
      finish: (additionalData) => encryption.finish(additionalData),
    };
  } finally {
    wipe(key);
  }
}

/** How content was encrypted. */
export interface ContentEncryptionAlgorithm {
  readonly cipher: ContentCipher;
  /** The IV of CBC, the nonce of GCM. */
  readonly iv: Uint8Array;
  /** Bytes of the tag; 0 for CBC. */
  readonly tagSize: number;
}

/**
 * Reads a contentEncryptionAlgorithm.
 *
 * @throws HybridgeError `unsupported` for other ciphers; `invalid_encoding`.
 */
export function readContentEncryption({ oid, parameters }: AlgorithmIdentifier): ContentEncryptionAlgorithm {
  const cipher = contentCipherByOid(oid);
  if (cipher === undefined)
    throw new HybridgeError('unsupported', `content encryption ${oid}; AES in GCM and CBC are supported`, {
      details: { oid },
    });
  const outer = readDer(parameters ?? EMPTY, `${cipher.name} parameters`);
  if (cipher.mode === 'cbc') {
    const iv = outer.octetString('iv');
    outer.end();
    requireSize(iv, CBC_BLOCK, cipher, 'IV');
    return { cipher, iv, tagSize: 0 };
  }
  const fields = outer.sequence('fields');
  outer.end();
  const iv = fields.octetString('nonce');
  const tagSize = fields.has(INTEGER) ? fields.smallInteger('icvlen') : DEFAULT_TAG;
  fields.end();
  if (tagSize < 12 || tagSize > 16)
    throw new HybridgeError('invalid_encoding', `${cipher.name}: a tag of ${tagSize} bytes [RFC 5084 §3.2]`);
  // RFC 5084 §3.2 allows any size and recommends this one, the only one where nonces are not hashed.
  if (iv.length !== NONCE)
    throw new HybridgeError('unsupported', `${cipher.name}: a nonce of ${iv.length} bytes, only ${NONCE}`);
  return { cipher, iv, tagSize };
}

function requireSize(bytes: Uint8Array, size: number, { name }: ContentCipher, what: string): void {
  if (bytes.length !== size)
    throw new HybridgeError(
      'invalid_encoding',
      `${name}: an ${what} of ${bytes.length} bytes, expected ${size}`,
    );
}

/** Decryption of content that comes in pieces. */
export interface ContentDecryption {
  update(piece: Uint8Array): Uint8Array;
  /** The rest of the plaintext; `undefined` when padding or tag are wrong. The tag is that of GCM, else empty. */
  finish(tag: Uint8Array, additionalData: Uint8Array): Uint8Array | undefined;
}

/** Begins to decrypt. The key is wiped at once. */
export function startContentDecryption(
  provider: Provider,
  { cipher, iv, tagSize }: ContentEncryptionAlgorithm,
  key: Uint8Array,
): ContentDecryption {
  const block = requireBlockCipher(provider);
  try {
    if (cipher.mode === 'gcm') return block.gcmDecryption(key, iv, tagSize);
    const decryption = block.cbcDecryption(key, iv);
    return { update: (piece) => decryption.update(piece), finish: () => decryption.finish() };
  } finally {
    wipe(key);
  }
}
