import type { KeyObject } from 'node:crypto';
import { HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import {
  checkRsaPublicKey,
  Held,
  type Kem,
  type OaepHash,
  type RawKeyPair,
  requireOaepMessage,
  rsaPublicKeyOf,
  rsaSpki,
  type Signature,
} from '../../provider/index.ts';
import {
  kem,
  type RsaOaepDescriptor,
  type RsaOaepName,
  type RsaSignatureDescriptor,
  type RsaSignatureName,
  signature,
} from '../../registry/index.ts';
import { serveHashThenSign } from './hash-then-sign.ts';
import { DIGESTS } from './names.ts';
import { native, type NodeCrypto, plain } from './node-crypto.ts';

const BECAUSE = 'the portable way is WebCrypto, which is asynchronous and takes no message in pieces';

const OAEP_HASHES: Readonly<Record<OaepHash, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Keys of one modulus size, between their DER [RFC 8017 §A.1] and KeyObjects. */
interface RsaKeys {
  generate(): Promise<RawKeyPair>;
  publicKey(raw: Uint8Array): KeyObject;
  privateKey(stored: Uint8Array): { readonly key: KeyObject; readonly publicKey: Uint8Array };
}

function rsaKeys(crypto: NodeCrypto, descriptor: RsaOaepDescriptor | RsaSignatureDescriptor): RsaKeys {
  const { name, modulusBits: modulusLength } = descriptor;
  const encoding = { format: 'der', type: 'pkcs1' } as const;
  // What the reader of DER let through and OpenSSL still refuses has impossible numbers.
  const imported = (what: string, parse: () => KeyObject): KeyObject => {
    try {
      return parse();
    } catch (cause) {
      throw new HybridgeError('invalid_key', `${name} ${what}: refused`, { cause });
    }
  };
  return {
    generate: () =>
      new Promise((resolve, reject) => {
        const options = { modulusLength, publicKeyEncoding: encoding, privateKeyEncoding: encoding };
        crypto.generateKeyPair('rsa', options, (error, publicKey, privateKey) => {
          if (error === null) resolve({ publicKey: plain(publicKey), privateKey: plain(privateKey) });
          else reject(new HybridgeError('internal', `${name}: key generation failed`, { cause: error }));
        });
      }),
    publicKey: (raw) => {
      checkRsaPublicKey(descriptor, raw);
      const key = Buffer.from(rsaSpki(raw));
      return imported('public key', () => crypto.createPublicKey({ key, format: 'der', type: 'spki' }));
    },
    privateKey: (stored) => {
      const publicKey = rsaPublicKeyOf(descriptor, stored);
      const key = Buffer.from(stored);
      try {
        return {
          key: imported('private key', () => crypto.createPrivateKey({ key, ...encoding })),
          publicKey,
        };
      } finally {
        wipe(key);
      }
    },
  };
}

/** RSASSA-PKCS1-v1_5 or RSASSA-PSS [RFC 8017 §8]. */
export function rsaSignature(crypto: NodeCrypto, name: RsaSignatureName): Signature | undefined {
  const descriptor = signature(name);
  const digest = DIGESTS[descriptor.hash];
  if (digest === undefined) return undefined;
  const keys = rsaKeys(crypto, descriptor);
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants;
  const padding =
    descriptor.padding === 'pss'
      ? { padding: RSA_PKCS1_PSS_PADDING, saltLength: descriptor.saltLength }
      : { padding: RSA_PKCS1_PADDING };
  return serveHashThenSign(crypto, {
    name,
    because: BECAUSE,
    digest,
    fits: (length) => length === descriptor.modulusBits / 8,
    generateKeyPair: () => keys.generate(),
    privateKey: (stored) => {
      const { key, publicKey } = keys.privateKey(stored);
      return { input: { key, ...padding }, publicKey };
    },
    publicKey: (raw) => ({ key: keys.publicKey(raw), ...padding }),
  });
}

/**
 * RSA-OAEP of a random secret, as a KEM, with SHA-256 for hash and MGF1; and of a message of the caller's with any hash.
 * No label [RFC 8017 §7.1].
 */
export function rsaOaep(crypto: NodeCrypto, name: RsaOaepName): Kem {
  const descriptor = kem(name);
  const { sharedSecret: secretSize, ciphertext: ciphertextSize } = descriptor.sizes;
  const keys = rsaKeys(crypto, descriptor);
  const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
  const encrypt = (key: KeyObject, message: Uint8Array, hash: OaepHash): Uint8Array =>
    plain(crypto.publicEncrypt({ key, padding, oaepHash: OAEP_HASHES[hash] }, message));
  // One message for every way to fail, and no cause: which check failed would be an oracle [RFC 8017 §7.1.2].
  const refuse = (): HybridgeError =>
    new HybridgeError('decryption_failed', `${name}: the ciphertext does not belong to this key`);
  const decrypt = (key: KeyObject, ciphertext: Uint8Array, hash: OaepHash): Uint8Array => {
    requireLength(ciphertext, ciphertextSize, `${name} ciphertext`);
    try {
      return plain(crypto.privateDecrypt({ key, padding, oaepHash: OAEP_HASHES[hash] }, ciphertext));
    } catch {
      throw refuse();
    }
  };
  return {
    backend: native(BECAUSE, 'backend'),
    generateKeyPair: () => keys.generate(),
    encapsulationKey: (raw) => {
      const publicKey = keys.publicKey(raw);
      return {
        encapsulate: () => {
          const sharedSecret = plain(crypto.randomBytes(secretSize));
          return { sharedSecret, ciphertext: encrypt(publicKey, sharedSecret, 'SHA-256') };
        },
        encrypt: (message, hash) => {
          requireOaepMessage(descriptor, message, hash);
          return encrypt(publicKey, message, hash);
        },
      };
    },
    decapsulationKey: (stored) => {
      const { key, publicKey } = keys.privateKey(stored);
      const held = new Held(name, key);
      return {
        publicKey,
        decapsulate: (ciphertext) => {
          const secret = decrypt(held.get(), ciphertext, 'SHA-256');
          if (secret.length !== secretSize) throw refuse();
          return secret;
        },
        decrypt: (ciphertext, hash) => decrypt(held.get(), ciphertext, hash),
        dispose: () => held.drop(),
      };
    },
  };
}
