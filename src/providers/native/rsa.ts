import type { KeyObject } from 'node:crypto';
import { equal, HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import { der } from '../../encoding/index.ts';
import { Held, type Kem, type RawKeyPair, requireSize, type Signature } from '../../provider/index.ts';
import { kem, type RsaOaepName, type RsaSignatureName, signature, type Size } from '../../registry/index.ts';
import { serveHashThenSign } from './hash-then-sign.ts';
import { DIGESTS } from './names.ts';
import { native, type NodeCrypto, plain } from './node-crypto.ts';

const BECAUSE = 'plain JavaScript has no RSA here';

/** rsaEncryption with the NULL that RFC 3279 §2.3.1 demands. */
const ALGORITHM = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nil());

const encodeSpki = (publicKey: Uint8Array): Uint8Array => der.sequence(ALGORITHM, der.bitString(publicKey));

/** What fixes the shape of RSA keys. */
interface RsaForm {
  readonly name: string;
  readonly modulusBits: number;
  readonly sizes: { readonly publicKey: Size; readonly privateKey: Size };
}

/** Keys of one modulus size, between their DER [RFC 8017 §A.1] and KeyObjects. */
interface RsaKeys {
  generate(): Promise<RawKeyPair>;
  publicKey(raw: Uint8Array): KeyObject;
  privateKey(stored: Uint8Array): KeyObject;
  publicKeyOf(privateKey: KeyObject): Uint8Array;
}

function rsaKeys(crypto: NodeCrypto, { name, modulusBits, sizes }: RsaForm): RsaKeys {
  const exportPublic = (key: KeyObject): Uint8Array => plain(key.export({ format: 'der', type: 'pkcs1' }));
  const read = (what: string, bytes: Uint8Array, size: Size, parse: (key: Buffer) => KeyObject): KeyObject => {
    requireSize(bytes, size, `${name} ${what}`);
    let key: KeyObject;
    try {
      key = parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch (cause) {
      throw new HybridgeError('invalid_encoding', `${name} ${what}: not in DER`, { cause });
    }
    // OpenSSL reads BER and overlooks what follows; what it writes is the one DER of the key.
    const written = exportPublic(key);
    const same = equal(written, bytes);
    wipe(written);
    if (!same) throw new HybridgeError('invalid_encoding', `${name} ${what}: not in DER`);
    const { modulusLength, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    if (modulusLength !== modulusBits)
      throw new HybridgeError(
        'invalid_key',
        `${name} ${what}: modulus of ${String(modulusLength)} bits, expected ${String(modulusBits)}`,
      );
    if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent >= 2n ** 256n)
      throw new HybridgeError('invalid_key', `${name} ${what}: public exponent even or out of range`);
    return key;
  };
  return {
    generate: () =>
      new Promise((resolve, reject) => {
        crypto.generateKeyPair('rsa', { modulusLength: modulusBits }, (error, publicKey, privateKey) => {
          if (error === null)
            resolve({ publicKey: exportPublic(publicKey), privateKey: exportPublic(privateKey) });
          else reject(new HybridgeError('internal', `${name}: key generation failed`, { cause: error }));
        });
      }),
    publicKey: (raw) =>
      read('public key', raw, sizes.publicKey, (key) =>
        // As SPKI: Node 24 cannot write again what it read as PKCS#1.
        crypto.createPublicKey({ key: Buffer.from(encodeSpki(key)), format: 'der', type: 'spki' }),
      ),
    privateKey: (stored) =>
      read('private key', stored, sizes.privateKey, (key) =>
        crypto.createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
      ),
    publicKeyOf: (privateKey) => exportPublic(crypto.createPublicKey(privateKey)),
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
      const key = keys.privateKey(stored);
      return { input: { key, ...padding }, publicKey: keys.publicKeyOf(key) };
    },
    publicKey: (raw) => ({ key: keys.publicKey(raw), ...padding }),
  });
}

/** RSA-OAEP of a random secret, as a KEM; SHA-256 for hash and MGF1, no label [RFC 8017 §7.1]. */
export function rsaOaep(crypto: NodeCrypto, name: RsaOaepName): Kem {
  const descriptor = kem(name);
  const { sharedSecret: secretSize, ciphertext: ciphertextSize } = descriptor.sizes;
  const keys = rsaKeys(crypto, descriptor);
  const input = (key: KeyObject): { key: KeyObject; padding: number; oaepHash: string } => ({
    key,
    padding: crypto.constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
  });
  // One message for every way to fail, and no cause: which check failed would be an oracle [RFC 8017 §7.1.2].
  const refuse = (): HybridgeError =>
    new HybridgeError('decryption_failed', `${name}: the ciphertext does not belong to this key`);
  return {
    backend: native(BECAUSE, 'backend'),
    generateKeyPair: () => keys.generate(),
    encapsulationKey: (raw) => {
      const publicKey = input(keys.publicKey(raw));
      return {
        encapsulate: () => {
          const sharedSecret = plain(crypto.randomBytes(secretSize));
          return { sharedSecret, ciphertext: plain(crypto.publicEncrypt(publicKey, sharedSecret)) };
        },
      };
    },
    decapsulationKey: (stored) => {
      const privateKey = keys.privateKey(stored);
      const held = new Held(name, input(privateKey));
      return {
        publicKey: keys.publicKeyOf(privateKey),
        decapsulate: (ciphertext) => {
          requireLength(ciphertext, ciphertextSize, `${name} ciphertext`);
          let secret: Uint8Array;
          const key = held.get();
          try {
            secret = plain(crypto.privateDecrypt(key, ciphertext));
          } catch {
            throw refuse();
          }
          if (secret.length !== secretSize) throw refuse();
          return secret;
        },
        dispose: () => held.drop(),
      };
    },
  };
}
