/** Raw keys of curves as KeyObjects: directly where `node:crypto` takes raw keys (24 and later), else encoded. */
import type { KeyObject } from 'node:crypto';
import { toBase64Url, wipe } from '../../bytes/index.ts';
import { der, encodeEcPrivateKey } from '../../encoding/index.ts';
import { ecScalarSize } from '../../provider/index.ts';
import { type EcCurveName, kem } from '../../registry/index.ts';
import { CURVE_NAMES } from './names.ts';
import { type NodeCrypto, plain, works } from './node-crypto.ts';

/** A private key with its raw public key. */
interface GeneratedKey {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

/** The conversions for one curve. They throw what `node:crypto` throws. */
export interface CurveKeys {
  /** A key pair made by OpenSSL; absent where its public key could only be read out in DER. */
  readonly generate?: () => GeneratedKey;
  publicKey(raw: Uint8Array): KeyObject;
  privateKey(raw: Uint8Array): KeyObject;
  /** The raw public key of a private one. */
  publicKeyOf(privateKey: KeyObject): Uint8Array;
}

/** A curve of RFC 7748 or RFC 8032. */
export interface EdwardsCurve {
  readonly name: 'Ed25519' | 'Ed448' | 'X25519' | 'X448';
  /** Bytes of a key, private or public. */
  readonly size: number;
}

/** Whether `node:crypto` takes and gives raw keys. */
export function takesRawKeys(crypto: NodeCrypto): boolean {
  return works(() =>
    crypto.createPublicKey({ key: new Uint8Array(32), format: 'raw-public', asymmetricKeyType: 'x25519' }),
  );
}

const EDWARDS_TYPES = { Ed25519: 'ed25519', Ed448: 'ed448', X25519: 'x25519', X448: 'x448' } as const;

/** Keys of a Montgomery or Edwards curve; `undefined` where the runtime does not have it. */
export function edwardsKeys(crypto: NodeCrypto, { name, size }: EdwardsCurve): CurveKeys | undefined {
  const asymmetricKeyType = EDWARDS_TYPES[name];
  const keys: CurveKeys = takesRawKeys(crypto)
    ? {
        generate: () => generated(generateEdwards(crypto, name)),
        publicKey: (key) => crypto.createPublicKey({ key, format: 'raw-public', asymmetricKeyType }),
        privateKey: (key) => crypto.createPrivateKey({ key, format: 'raw-private', asymmetricKeyType }),
        publicKeyOf: (key) => plain(crypto.createPublicKey(key).export({ format: 'raw-public' })),
      }
    : {
        // A JWK is read 15 times as fast as DER by OpenSSL 3.0. It must not be written there: Node 20 can lock up
        // when garbage is collected while it exports a JWK.
        publicKey: (key) =>
          crypto.createPublicKey({ key: { kty: 'OKP', crv: name, x: toBase64Url(key) }, format: 'jwk' }),
        // `x` is required and not looked at on the lines that need this.
        privateKey: (key) =>
          crypto.createPrivateKey({
            key: { kty: 'OKP', crv: name, x: 'AA', d: toBase64Url(key) },
            format: 'jwk',
          }),
        publicKeyOf: (key) =>
          endOf(crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }), size),
      };
  // Any bytes of the right length are imported, so zeros will do to ask.
  return works(() => keys.publicKey(new Uint8Array(size))) ? keys : undefined;
}

/** The types of `node:crypto` name each kind of key. */
function generateEdwards(crypto: NodeCrypto, name: EdwardsCurve['name']): KeyPair {
  switch (name) {
    case 'Ed25519':
      return crypto.generateKeyPairSync('ed25519');
    case 'Ed448':
      return crypto.generateKeyPairSync('ed448');
    case 'X25519':
      return crypto.generateKeyPairSync('x25519');
    case 'X448':
      return crypto.generateKeyPairSync('x448');
  }
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function generated({ publicKey, privateKey }: KeyPair): GeneratedKey {
  return { privateKey, publicKey: plain(publicKey.export({ format: 'raw-public' })) };
}

/** Keys of a curve in short Weierstrass form; `undefined` where the runtime does not have it. */
export function ecKeys(crypto: NodeCrypto, curve: EcCurveName): CurveKeys | undefined {
  const namedCurve = CURVE_NAMES[curve];
  if (!crypto.getCurves().includes(namedCurve)) return undefined;
  if (takesRawKeys(crypto)) {
    const asymmetricKeyType = 'ec';
    return {
      generate: () => generated(crypto.generateKeyPairSync('ec', { namedCurve })),
      publicKey: (key) =>
        crypto.createPublicKey({ key, format: 'raw-public', asymmetricKeyType, namedCurve }),
      privateKey: (key) =>
        crypto.createPrivateKey({ key, format: 'raw-private', asymmetricKeyType, namedCurve }),
      publicKeyOf: (key) => plain(crypto.createPublicKey(key).export({ format: 'raw-public' })),
    };
  }
  const form = kem(curve).key;
  if (form.kind !== 'ec') return undefined;
  const { curveOid } = form;
  const algorithm = der.sequence(der.oid(ID_EC_PUBLIC_KEY), der.oid(curveOid));
  return {
    publicKey: (point) =>
      crypto.createPublicKey({
        key: der.sequence(algorithm, der.bitString(point)),
        format: 'der',
        type: 'spki',
      }),
    privateKey: (scalar) => {
      const key = encodeEcPrivateKey({ scalar, curveOid });
      try {
        return crypto.createPrivateKey({ key, format: 'der', type: 'sec1' });
      } finally {
        wipe(key);
      }
    },
    publicKeyOf: (key) =>
      endOf(crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }), 1 + 2 * ecScalarSize(curve)),
  };
}

/** id-ecPublicKey [RFC 5480 §2.1.1]. */
const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';

function endOf(encoded: Uint8Array, size: number): Uint8Array {
  return plain(encoded).slice(-size);
}
