/** Composite ML-DSA: two signatures over one message representative [draft-ietf-lamps-pq-composite-sigs-19]. */
import { concat, EMPTY, HybridgeError, utf8, wipe } from '../bytes/index.ts';
import { decodeCompositeEcScalar, encodeEcPrivateKey } from '../encoding/index.ts';
import {
  type Backend,
  both,
  exactSize,
  type Provider,
  requireContext,
  requireHash,
} from '../provider/index.ts';
import {
  type CompositeSignatureDescriptor,
  type KeyForm,
  signature,
  type SignatureDescriptor,
} from '../registry/index.ts';
import { type Prehash, signingDigests, verifyingDigests } from './prehash.ts';
import type { SchemeSigningOptions, SignatureScheme } from './scheme.ts';

const PREFIX = utf8('CompositeAlgorithmSignatures2025');

/** Bytes of the ML-DSA seed that begins a composite private key. */
const SEED_SIZE = 32;

/** What both halves sign, and what keeps the ML-DSA half from standing alone. */
interface CompositeMessage {
  readonly prehash: Prehash;
  /** The context of the ML-DSA half. */
  readonly label: Uint8Array;
  /** M' = Prefix ‖ Label ‖ len(ctx) ‖ ctx ‖ PH(M). */
  readonly represent: (context: Uint8Array, digest: Uint8Array) => Uint8Array;
}

/** The message representative of one composite algorithm. */
export function compositeMessage(
  provider: Provider,
  descriptor: CompositeSignatureDescriptor,
): CompositeMessage {
  const label = utf8(descriptor.label);
  const prefix = concat(PREFIX, label);
  return {
    prehash: { hash: requireHash(provider, descriptor.prehash), length: descriptor.prehashLength },
    label,
    represent(context, digest) {
      requireContext(context, descriptor.name);
      return concat(prefix, Uint8Array.of(context.length), context, digest);
    },
  };
}

/**
 * A composite of two algorithms that are ready for the provider. Keys and signatures are the concatenations of
 * those of the halves, ML-DSA first. Both halves must verify.
 */
export function compositeSignature(
  provider: Provider,
  descriptor: CompositeSignatureDescriptor,
  ready: (component: SignatureDescriptor) => SignatureScheme,
): SignatureScheme {
  const traditionalForm = signature(descriptor.traditional).key;
  const { sizes } = signature(descriptor.postQuantum);
  const publicKeyCut = exactSize(sizes.publicKey);
  const signatureCut = exactSize(sizes.signature);
  const mlDsa = ready(signature(descriptor.postQuantum));
  const traditional = ready(signature(descriptor.traditional));
  const { label, prehash, represent } = compositeMessage(provider, descriptor);
  return {
    backend: joined(mlDsa.backend, traditional.backend),
    generateKeyPair: (random) =>
      both(mlDsa.generateKeyPair(random), traditional.generateKeyPair(random), (first, second) => {
        const carried = carriedPrivateKey(traditionalForm, second.privateKey);
        const pair = {
          publicKey: concat(first.publicKey, second.publicKey),
          privateKey: concat(first.privateKey, carried),
        };
        wipe(first.privateKey, second.privateKey, carried);
        return pair;
      }),
    signingKey(privateKey) {
      const [seed, carried] = halves(privateKey, SEED_SIZE, `${descriptor.name} private key`);
      const stored = storedPrivateKey(traditionalForm, carried);
      return both(mlDsa.signingKey(seed), traditional.signingKey(stored), (first, second) => ({
        publicKey: concat(first.publicKey, second.publicKey),
        ...signingDigests(prehash, (digest, options: SchemeSigningOptions) => {
          const message = represent(options.context, digest);
          return both(
            first.sign(message, { ...options, context: label }),
            second.sign(message, { ...options, context: EMPTY }),
            (firstSignature, secondSignature) => concat(firstSignature, secondSignature),
          );
        }),
        dispose() {
          first.dispose();
          second.dispose();
        },
      }));
    },
    verifyingKey(publicKey) {
      const [mlDsaKey, traditionalKey] = halves(publicKey, publicKeyCut, `${descriptor.name} public key`);
      return both(mlDsa.verifyingKey(mlDsaKey), traditional.verifyingKey(traditionalKey), (first, second) =>
        verifyingDigests(prehash, (digest, composite, context) => {
          const message = represent(context, digest);
          // Both are called whatever the first says: nothing but the verdict comes out.
          return both(
            first.verify(message, composite.subarray(0, signatureCut), label),
            second.verify(message, composite.subarray(signatureCut), EMPTY),
            (firstHolds, secondHolds) => firstHolds && secondHolds,
          );
        }),
      );
    },
  };
}

function halves(bytes: Uint8Array, at: number, what: string): readonly [Uint8Array, Uint8Array] {
  if (bytes.length <= at)
    throw new HybridgeError(
      'invalid_length',
      `${what}: ${bytes.length} bytes, expected ${at} and a traditional key behind them`,
      { details: { minimum: at + 1, actual: bytes.length } },
    );
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

// RSA and EdDSA private keys stand as they are stored, EC ones as ECPrivateKey.
function carriedPrivateKey(form: KeyForm, stored: Uint8Array): Uint8Array {
  return form.kind === 'ec' ? encodeEcPrivateKey({ scalar: stored, curveOid: form.curveOid }) : stored;
}

function storedPrivateKey(form: KeyForm, carried: Uint8Array): Uint8Array {
  return form.kind === 'ec' ? decodeCompositeEcScalar(carried, form) : carried;
}

function joined(first: Backend, second: Backend): Backend {
  return {
    name: first.name === second.name ? first.name : `${first.name} + ${second.name}`,
    because: 'built from the backends of both halves',
    entropy: first.entropy === 'caller' && second.entropy === 'caller' ? 'caller' : 'backend',
  };
}
