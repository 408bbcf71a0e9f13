import {
  concat,
  EMPTY,
  fromBase64Unpadded,
  HybridgeError,
  isHybridgeError,
  toBase64Unpadded,
  utf8,
  wipe,
} from '../../bytes/index.ts';
import { decapsulate, encapsulate } from '../../kem/index.ts';
import type { AeadKey, PrivateKey, Provider, PublicKey } from '../../provider/index.ts';
import { kem, type KemDescriptor, type KeyDescriptor } from '../../registry/index.ts';
import { hpkeSuite } from '../suite.ts';
import { FILE_KEY_SIZE, streamKey } from './file-key.ts';
import type { Stanza } from './header.ts';

/** Bytes of a wrapped file key: the key and the tag. */
const BODY_SIZE = FILE_KEY_SIZE + 16;

/** A native recipient type of age: keys of one algorithm, their text forms, and how the file key is wrapped. */
export interface RecipientType {
  /** The first argument of its stanzas. */
  readonly stanza: string;
  readonly algorithm: KemDescriptor;
  /** Bech32 prefixes, in lower case; identities are written in upper case. */
  readonly prefix: { readonly recipient: string; readonly identity: string };
  /** The rest of the stanza for a file key. */
  wrap(provider: Provider, publicKey: PublicKey<KemDescriptor>, fileKey: Uint8Array): Promise<Wrapped>;
  /** The file key, if it was wrapped for this key. */
  unwrap(
    provider: Provider,
    privateKey: PrivateKey<KemDescriptor>,
    wrapped: Wrapped,
  ): Promise<Uint8Array | undefined>;
}

/** A wrapped file key: the ciphertext of the KEM, and the key sealed with its secret. */
export interface Wrapped {
  readonly enc: Uint8Array;
  readonly body: Uint8Array;
}

const HYBRID_SUITE = { kem: 'MLKEM768-X25519', kdf: 'HKDF-SHA256', aead: 'ChaCha20-Poly1305' } as const;
const HYBRID_SETUP = { info: utf8('age-encryption.org/mlkem768x25519') } as const;

/** The hybrid post-quantum type: HPKE SealBase with MLKEM768-X25519 [age, "mlkem768x25519 recipient stanza"]. */
const MLKEM768_X25519: RecipientType = {
  stanza: 'mlkem768x25519',
  algorithm: kem('MLKEM768-X25519'),
  prefix: { recipient: 'age1pq', identity: 'age-secret-key-pq-' },
  async wrap(provider, publicKey, fileKey) {
    const suite = hpkeSuite(provider, HYBRID_SUITE);
    const { enc, ciphertext } = await suite.seal(publicKey, fileKey, HYBRID_SETUP);
    return { enc, body: ciphertext };
  },
  async unwrap(provider, privateKey, { enc, body }) {
    try {
      return await hpkeSuite(provider, HYBRID_SUITE).open(privateKey, enc, body, HYBRID_SETUP);
    } catch (error) {
      if (isHybridgeError(error, 'decryption_failed')) return undefined;
      throw error;
    }
  },
};

const X25519_INFO = utf8('age-encryption.org/v1/X25519');

/** The classical type, for files of old; a quantum computer opens them [age, "X25519 recipient stanza"]. */
const X25519: RecipientType = {
  stanza: 'X25519',
  algorithm: kem('X25519'),
  prefix: { recipient: 'age', identity: 'age-secret-key-' },
  async wrap(provider, publicKey, fileKey) {
    const { sharedSecret, ciphertext: enc } = await encapsulate(provider, publicKey);
    const key = x25519WrapKey(provider, sharedSecret, enc, publicKey);
    return { enc, body: key.seal(ZERO_NONCE, fileKey, EMPTY) };
  },
  async unwrap(provider, privateKey, { enc, body }) {
    const sharedSecret = await decapsulate(provider, privateKey, enc);
    return x25519WrapKey(provider, sharedSecret, enc, privateKey.publicKey).open(ZERO_NONCE, body, EMPTY);
  },
};

const ZERO_NONCE = new Uint8Array(12);

function x25519WrapKey(
  provider: Provider,
  sharedSecret: Uint8Array,
  enc: Uint8Array,
  publicKey: PublicKey<KemDescriptor>,
): AeadKey {
  try {
    return streamKey(provider, sharedSecret, concat(enc, publicKey.bytes()), X25519_INFO);
  } finally {
    wipe(sharedSecret);
  }
}

/** The recipient types that this house seals to and opens. */
export const RECIPIENT_TYPES: readonly RecipientType[] = [MLKEM768_X25519, X25519];

/**
 * The recipient type that keys of an algorithm have.
 *
 * @throws HybridgeError `wrong_algorithm`.
 */
export function recipientTypeOf({ name }: KeyDescriptor): RecipientType {
  const found = RECIPIENT_TYPES.find(({ algorithm }) => algorithm.name === name);
  if (found !== undefined) return found;
  const usable = RECIPIENT_TYPES.map(({ algorithm }) => algorithm.name);
  throw new HybridgeError('wrong_algorithm', `age has no recipients with ${name} keys`, {
    fault: 'caller',
    hint: `use a key for ${usable.join(' or ')}`,
    details: { actual: name, expected: usable },
  });
}

/** The stanza that wraps a file key for a recipient. */
export async function wrapFileKey(
  provider: Provider,
  publicKey: PublicKey<KemDescriptor>,
  fileKey: Uint8Array,
): Promise<Stanza> {
  const type = recipientTypeOf(publicKey.algorithm);
  const { enc, body } = await type.wrap(provider, publicKey, fileKey);
  return { type: type.stanza, args: [toBase64Unpadded(enc)], body, line: 0 };
}

/** A stanza of a known type, with its parts of the right sizes. */
export interface KnownStanza {
  readonly type: RecipientType;
  readonly wrapped: Wrapped;
}

/**
 * What a stanza says; `undefined` for a type that is not known, which is to be passed over.
 *
 * @throws HybridgeError `invalid_encoding` for a stanza of a known type that breaks its rules. The sizes are checked
 * before anything is decrypted, so that a file cannot be made to open under several keys.
 */
export function readStanza({ type: name, args, body, line }: Stanza): KnownStanza | undefined {
  const type = RECIPIENT_TYPES.find(({ stanza }) => stanza === name);
  if (type === undefined) return undefined;
  const fail = (why: string, cause?: unknown): HybridgeError =>
    new HybridgeError('invalid_encoding', `age header: ${name} stanza in line ${line}: ${why}`, {
      cause,
      details: { line },
    });
  const [share, ...others] = args;
  if (share === undefined || others.length > 0) throw fail(`${args.length + 1} arguments, expected 2`);
  let enc: Uint8Array;
  try {
    enc = fromBase64Unpadded(share);
  } catch (cause) {
    throw isHybridgeError(cause) ? fail(cause.message, cause) : cause;
  }
  const size = type.algorithm.sizes.ciphertext;
  if (enc.length !== size) throw fail(`a share of ${enc.length} bytes, expected ${size}`);
  if (body.length !== BODY_SIZE) throw fail(`a body of ${body.length} bytes, expected ${BODY_SIZE}`);
  return { type, wrapped: { enc, body } };
}
