/** Keys from raw bytes, providers to test on, and key files for peers. */
import { decodePem, der, readDer } from '../../src/encoding/index.ts';
import {
  composeProviders,
  PrivateKey,
  type Provider,
  PublicKey,
  type RandomSource,
  requireSignature,
} from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import {
  ML_DSA_NAMES,
  signature,
  type SignatureName,
  type SignatureTable,
} from '../../src/registry/index.ts';
import { signatureFor } from '../../src/sign/index.ts';

/** Everything in JavaScript. */
const portable: Provider = createNobleProvider();

const nodeCrypto = createNativeProvider();

/** node:crypto where it has the primitive, else as `portable`: what Node users get. */
export const native: Provider =
  nodeCrypto === undefined ? portable : composeProviders('native first', nodeCrypto, portable);

export const PROVIDERS: readonly (readonly [name: string, provider: Provider])[] = [
  ['native', native],
  ['portable', portable],
];

/** The two above, and ML-DSA in JavaScript with everything else native, as on Node 20. */
export const COMPOSITE_PROVIDERS: readonly (readonly [name: string, provider: Provider])[] = [
  ...PROVIDERS,
  [
    'native with portable ML-DSA',
    {
      ...native,
      signature: {
        ...native.signature,
        ...Object.fromEntries(
          ML_DSA_NAMES.map((algorithm) => [algorithm, requireSignature(portable, algorithm)]),
        ),
      },
    },
  ],
];

/** The provider with one answer to every question for randomness. */
export function withRandom(provider: Provider, bytes: Uint8Array): Provider {
  const random: RandomSource = {
    bytes(length) {
      if (length !== bytes.length) throw new Error(`asked for ${length} random bytes, ${bytes.length} fixed`);
      return bytes.slice();
    },
  };
  return { ...provider, random };
}

export function publicKeyOf<Name extends SignatureName>(
  name: Name,
  bytes: Uint8Array,
): PublicKey<SignatureTable[Name]> {
  return new PublicKey(signature(name), bytes);
}

/** A private key from its stored form; the public key is computed. */
export async function privateKeyOf<Name extends SignatureName>(
  provider: Provider,
  name: Name,
  stored: Uint8Array,
): Promise<PrivateKey<SignatureTable[Name]>> {
  const descriptor = signature(name);
  const handle = await signatureFor(provider, descriptor).signingKey(stored);
  const key = new PrivateKey(new PublicKey(descriptor, handle.publicKey), stored);
  handle.dispose();
  return key;
}

/** The seed-only form of ML-DSA inside PKCS#8 [RFC 9881 §6]. */
export function seedOnly(seed: Uint8Array): Uint8Array {
  return der.implicitOctetString(0, seed);
}

function pemBytes(pem: string): Uint8Array {
  const [block] = decodePem(pem);
  if (block === undefined) throw new Error('no PEM block');
  return block.bytes;
}

/** The raw public key in a peer's SubjectPublicKeyInfo. */
export function rawFromSpki(pem: string): Uint8Array {
  const spki = readDer(pemBytes(pem), 'SubjectPublicKeyInfo').sequence('key');
  spki.sequence('algorithm');
  return spki.bitString('subjectPublicKey');
}

/** What a peer's PKCS#8 carries. */
export function contentsOfPkcs8(pem: string): Uint8Array {
  const key = readDer(pemBytes(pem), 'PrivateKeyInfo').sequence('key');
  key.smallInteger('version');
  key.sequence('algorithm');
  return key.octetString('privateKey');
}
