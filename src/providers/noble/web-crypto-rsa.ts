/** RSA through WebCrypto: plain JavaScript has none worth having, and every runtime has this. */
import { HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import { readDer } from '../../encoding/index.ts';
import {
  type Backend,
  checkRsaPublicKey,
  Held,
  type Kem,
  type OaepHash,
  type RawKeyPair,
  requireNoContext,
  requireOaepMessage,
  rsaPkcs8,
  rsaPublicKeyOf,
  rsaSpki,
  type Signature,
} from '../../provider/index.ts';
import {
  kem,
  RSA_OAEP_NAMES,
  RSA_SIGNATURE_NAMES,
  type RsaOaepDescriptor,
  type RsaOaepName,
  type RsaSignatureDescriptor,
  type RsaSignatureName,
  signature,
} from '../../registry/index.ts';
import { javascript } from './backend.ts';

const BACKEND: Backend = javascript(
  'WebCrypto',
  'there is no RSA in plain JavaScript; WebCrypto has it in every runtime, asynchronously',
  'backend',
);
/** Tells the kinds of algorithm apart that WebCrypto has for RSA. */
interface Use {
  readonly algorithm: { readonly name: 'RSA-OAEP' | 'RSA-PSS' | 'RSASSA-PKCS1-v1_5'; readonly hash: string };
  readonly publicUse: 'encrypt' | 'verify';
  readonly privateUse: 'decrypt' | 'sign';
}

/** Keys of one modulus size between their DER and CryptoKeys. */
interface RsaKeys {
  generate(): Promise<RawKeyPair>;
  publicKey(raw: Uint8Array): Promise<CryptoKey>;
  privateKey(stored: Uint8Array): Promise<{ readonly key: CryptoKey; readonly publicKey: Uint8Array }>;
}

function rsaKeys(
  subtle: SubtleCrypto,
  descriptor: RsaOaepDescriptor | RsaSignatureDescriptor,
  { algorithm, publicUse, privateUse }: Use,
): RsaKeys {
  const { name, modulusBits: modulusLength } = descriptor;
  const imported = async (what: string, key: Promise<CryptoKey>): Promise<CryptoKey> => {
    try {
      return await key;
    } catch (cause) {
      throw new HybridgeError('invalid_key', `${name} ${what}: refused`, { cause });
    }
  };
  return {
    generate: async () => {
      const parameters = { ...algorithm, modulusLength, publicExponent: Uint8Array.of(1, 0, 1) };
      const pair = await subtle.generateKey(parameters, true, [publicUse, privateUse]);
      const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
      const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey));
      const privateKey = insidePkcs8(pkcs8).slice();
      wipe(pkcs8);
      return { publicKey: insideSpki(spki).slice(), privateKey };
    },
    publicKey: async (raw) => {
      checkRsaPublicKey(descriptor, raw);
      const spki = Uint8Array.from(rsaSpki(raw));
      return imported('public key', subtle.importKey('spki', spki, algorithm, false, [publicUse]));
    },
    privateKey: async (stored) => {
      const publicKey = rsaPublicKeyOf(descriptor, stored);
      const pkcs8 = Uint8Array.from(rsaPkcs8(stored));
      try {
        const key = subtle.importKey('pkcs8', pkcs8, algorithm, false, [privateUse]);
        return { key: await imported('private key', key), publicKey };
      } finally {
        wipe(pkcs8);
      }
    },
  };
}

function insideSpki(spki: Uint8Array): Uint8Array {
  const fields = readDer(spki, 'SubjectPublicKeyInfo').sequence('fields');
  fields.sequence('algorithm');
  return fields.bitString('subjectPublicKey');
}

function insidePkcs8(pkcs8: Uint8Array): Uint8Array {
  const fields = readDer(pkcs8, 'PrivateKeyInfo').sequence('fields');
  fields.smallInteger('version');
  fields.sequence('privateKeyAlgorithm');
  return fields.octetString('privateKey');
}

function rsaSignature(subtle: SubtleCrypto, name: RsaSignatureName): Signature {
  const descriptor = signature(name);
  const { hash, padding, saltLength, modulusBits } = descriptor;
  const scheme = padding === 'pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  const keys = rsaKeys(subtle, descriptor, {
    algorithm: { name: scheme, hash },
    publicUse: 'verify',
    privateUse: 'sign',
  });
  const parameters = { name: scheme, saltLength };
  return {
    backend: BACKEND,
    generateKeyPair: () => keys.generate(),
    signingKey: async (stored) => {
      const { key, publicKey } = await keys.privateKey(stored);
      const held = new Held(name, key);
      return {
        publicKey,
        sign: async (message, { context }) => {
          requireNoContext(context, name);
          const signingKey = held.get();
          try {
            return new Uint8Array(await subtle.sign(parameters, signingKey, Uint8Array.from(message)));
          } catch (cause) {
            throw new HybridgeError('invalid_key', `${name} private key: WebCrypto cannot use it`, { cause });
          }
        },
        dispose: () => held.drop(),
      };
    },
    verifyingKey: async (raw) => {
      const key = await keys.publicKey(raw);
      return {
        verify: async (message, signed, context) => {
          requireNoContext(context, name);
          if (signed.length !== modulusBits / 8) return false;
          return subtle.verify(parameters, key, Uint8Array.from(signed), Uint8Array.from(message));
        },
      };
    },
  };
}

/** Remembers what is made for each hash: WebCrypto binds a key to one. */
function perHash<T>(make: (hash: OaepHash) => Promise<T>): (hash: OaepHash) => Promise<T> {
  const made = new Map<OaepHash, Promise<T>>();
  return (hash) => {
    const key = made.get(hash) ?? make(hash);
    made.set(hash, key);
    return key;
  };
}

function rsaOaep(subtle: SubtleCrypto, name: RsaOaepName): Kem {
  const descriptor = kem(name);
  const { sharedSecret: secretSize, ciphertext: ciphertextSize } = descriptor.sizes;
  const algorithm = { name: 'RSA-OAEP' } as const;
  const keysFor = (hash: OaepHash): RsaKeys =>
    rsaKeys(subtle, descriptor, {
      algorithm: { ...algorithm, hash },
      publicUse: 'encrypt',
      privateUse: 'decrypt',
    });
  // One message for every way to fail, and no cause: which check failed would be an oracle [RFC 8017 §7.1.2].
  const refuse = (): HybridgeError =>
    new HybridgeError('decryption_failed', `${name}: the ciphertext does not belong to this key`);
  return {
    backend: BACKEND,
    generateKeyPair: () => keysFor('SHA-256').generate(),
    encapsulationKey: async (raw) => {
      const own = Uint8Array.from(raw);
      const keyFor = perHash((hash) => keysFor(hash).publicKey(own));
      const encrypt = async (message: Uint8Array, hash: OaepHash): Promise<Uint8Array> =>
        new Uint8Array(await subtle.encrypt(algorithm, await keyFor(hash), Uint8Array.from(message)));
      await keyFor('SHA-256');
      return {
        encapsulate: async () => {
          const sharedSecret = crypto.getRandomValues(new Uint8Array(secretSize));
          return { sharedSecret, ciphertext: await encrypt(sharedSecret, 'SHA-256') };
        },
        encrypt: async (message, hash) => {
          requireOaepMessage(descriptor, message, hash);
          return encrypt(message, hash);
        },
      };
    },
    decapsulationKey: async (stored) => {
      const { key, publicKey } = await keysFor('SHA-256').privateKey(stored);
      // Kept for the hashes that may yet be asked for; wiped by `dispose`.
      const held = new Held(name, { key, stored: Uint8Array.from(stored) });
      const decrypt = async (ciphertext: Uint8Array, hash: OaepHash): Promise<Uint8Array> => {
        requireLength(ciphertext, ciphertextSize, `${name} ciphertext`);
        const own = held.get();
        const privateKey = hash === 'SHA-256' ? own.key : (await keysFor(hash).privateKey(own.stored)).key;
        try {
          return new Uint8Array(await subtle.decrypt(algorithm, privateKey, Uint8Array.from(ciphertext)));
        } catch {
          throw refuse();
        }
      };
      return {
        publicKey,
        decapsulate: async (ciphertext) => {
          const secret = await decrypt(ciphertext, 'SHA-256');
          if (secret.length !== secretSize) throw refuse();
          return secret;
        },
        decrypt,
        dispose: () => held.drop(({ stored: bytes }) => wipe(bytes)),
      };
    },
  };
}

/** WebCrypto as a runtime may have it: pages that did not come over a secure channel have no `subtle`. */
interface Host {
  readonly crypto?: { readonly subtle?: SubtleCrypto };
}

function table<Name extends string, T>(
  names: readonly Name[],
  make: (subtle: SubtleCrypto, name: Name) => T,
): Partial<Record<Name, T>> {
  const host: Host = globalThis;
  const subtle = host.crypto?.subtle;
  const made: Partial<Record<Name, T>> = {};
  if (subtle !== undefined) for (const name of names) made[name] = make(subtle, name);
  return made;
}

/** RSASSA-PKCS1-v1_5 and RSASSA-PSS [RFC 8017 §8], where the runtime has WebCrypto. */
export const RSA_SIGNATURES: Readonly<Partial<Record<RsaSignatureName, Signature>>> = table(
  RSA_SIGNATURE_NAMES,
  rsaSignature,
);

/** RSA-OAEP of a random secret [RFC 8017 §7.1], where the runtime has WebCrypto. */
export const RSA_OAEPS: Readonly<Partial<Record<RsaOaepName, Kem>>> = table(RSA_OAEP_NAMES, rsaOaep);
