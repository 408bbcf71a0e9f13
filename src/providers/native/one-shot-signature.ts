/** Signature algorithms that read the message whole: ML-DSA, SLH-DSA and EdDSA. */
import type { KeyObject } from 'node:crypto';
import { HybridgeError, requireLength } from '../../bytes/index.ts';
import {
  exactSize,
  Held,
  type RandomSource,
  type RawKeyPair,
  requireContext,
  requireNoContext,
  type Signature,
} from '../../provider/index.ts';
import { type EddsaName, type MlDsaName, signature, type SlhDsaName } from '../../registry/index.ts';
import { edwardsKeys } from './curve-keys.ts';
import { ML_DSA_TYPES, SLH_DSA_TYPES } from './names.ts';
import { madeWith, native, type NodeCrypto, plain, works } from './node-crypto.ts';
import { seedKeyImporter } from './seed-keys.ts';

/** What differs between them. */
interface Scheme {
  readonly name: string;
  readonly entropy: 'backend' | 'caller';
  readonly publicKeySize: number;
  readonly takesContext: boolean;
  generateKeyPair(random: RandomSource): RawKeyPair;
  /** Throws HybridgeError for what is no private key. */
  privateKey(stored: Uint8Array): KeyObject;
  publicKey(raw: Uint8Array): KeyObject;
  publicKeyOf(privateKey: KeyObject): Uint8Array;
}

function serve(crypto: NodeCrypto, because: string, scheme: Scheme): Signature {
  const { name } = scheme;
  const checkContext = scheme.takesContext ? requireContext : requireNoContext;
  const withContext = (
    key: KeyObject,
    context: Uint8Array,
  ): KeyObject | { key: KeyObject; context: Uint8Array } => (context.length === 0 ? key : { key, context });
  return {
    backend: native(because, scheme.entropy),
    generateKeyPair: (random) => scheme.generateKeyPair(random),
    signingKey: (stored) => {
      const privateKey = scheme.privateKey(stored);
      const held = new Held(name, privateKey);
      return {
        publicKey: scheme.publicKeyOf(privateKey),
        sign: (message, { context }) => {
          checkContext(context, name);
          const key = withContext(held.get(), context);
          return madeWith(name, () => crypto.sign(null, message, key));
        },
        dispose: () => held.drop(),
      };
    },
    verifyingKey: (raw) => {
      requireLength(raw, scheme.publicKeySize, `${name} public key`);
      let publicKey: KeyObject;
      try {
        publicKey = scheme.publicKey(raw);
      } catch (cause) {
        throw new HybridgeError('invalid_key', `${name} public key: refused`, { cause });
      }
      return {
        verify: (message, signed, context) => {
          checkContext(context, name);
          return crypto.verify(null, message, withContext(publicKey, context), signed);
        },
      };
    },
  };
}

/** ML-DSA, pure and hedged [FIPS 204 §5]; `undefined` where `node:crypto` has none (before 24.6). */
export function mlDsa(crypto: NodeCrypto, name: MlDsaName): Signature | undefined {
  const { expandedPrivateKey, identifiers, sizes } = signature(name);
  const asymmetricKeyType = ML_DSA_TYPES[name];
  const publicKeySize = exactSize(sizes.publicKey);
  const publicKey = (key: Uint8Array): KeyObject =>
    crypto.createPublicKey({ key, format: 'raw-public', asymmetricKeyType });
  if (!works(() => publicKey(new Uint8Array(publicKeySize)))) return undefined;
  return serve(crypto, 'verifies ML-DSA-65 in 115 µs, plain JavaScript in 1210', {
    name,
    entropy: 'backend',
    publicKeySize,
    takesContext: true,
    generateKeyPair: () => {
      const pair = crypto.generateKeyPairSync(asymmetricKeyType);
      return {
        publicKey: plain(pair.publicKey.export({ format: 'raw-public' })),
        privateKey: plain(pair.privateKey.export({ format: 'raw-seed' })),
      };
    },
    privateKey: seedKeyImporter(crypto, {
      name,
      oid: identifiers.oid ?? '',
      seed: 32,
      expanded: expandedPrivateKey,
    }),
    publicKey,
    publicKeyOf: (key) => plain(crypto.createPublicKey(key).export({ format: 'raw-public' })),
  });
}

/** SLH-DSA, pure and hedged [FIPS 205 §10]; `undefined` where `node:crypto` has none (before 24.8). */
export function slhDsa(crypto: NodeCrypto, name: SlhDsaName): Signature | undefined {
  const { sizes } = signature(name);
  const asymmetricKeyType = SLH_DSA_TYPES[name];
  const publicKeySize = exactSize(sizes.publicKey);
  const publicKey = (key: Uint8Array): KeyObject =>
    crypto.createPublicKey({ key, format: 'raw-public', asymmetricKeyType });
  if (!works(() => publicKey(new Uint8Array(publicKeySize)))) return undefined;
  return serve(crypto, 'signs with SLH-DSA-SHA2-128f in 10 ms, plain JavaScript in 51', {
    name,
    entropy: 'backend',
    publicKeySize,
    takesContext: true,
    generateKeyPair: () => {
      const pair = crypto.generateKeyPairSync(asymmetricKeyType);
      return {
        publicKey: plain(pair.publicKey.export({ format: 'raw-public' })),
        privateKey: plain(pair.privateKey.export({ format: 'raw-private' })),
      };
    },
    privateKey: (key) => {
      requireLength(key, 2 * publicKeySize, `${name} private key`);
      return crypto.createPrivateKey({ key, format: 'raw-private', asymmetricKeyType });
    },
    publicKey,
    publicKeyOf: (key) => plain(crypto.createPublicKey(key).export({ format: 'raw-public' })),
  });
}

/** Ed25519 or Ed448, pure [RFC 8032]. */
export function eddsa(crypto: NodeCrypto, name: EddsaName): Signature | undefined {
  const size = exactSize(signature(name).sizes.publicKey);
  const keys = edwardsKeys(crypto, { name, size });
  if (keys === undefined) return undefined;
  return serve(crypto, 'verifies Ed25519 in 64 µs, plain JavaScript in 743', {
    name,
    entropy: 'caller',
    publicKeySize: size,
    takesContext: false,
    generateKeyPair: (random) => {
      const privateKey = random.bytes(size);
      return { publicKey: keys.publicKeyOf(keys.privateKey(privateKey)), privateKey };
    },
    privateKey: (raw) => {
      requireLength(raw, size, `${name} private key`);
      return keys.privateKey(raw);
    },
    publicKey: (raw) => keys.publicKey(raw),
    publicKeyOf: (key) => keys.publicKeyOf(key),
  });
}
