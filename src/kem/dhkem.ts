import { concat, EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import {
  andThen,
  type DecapsulationKey,
  type Encapsulation,
  type EncapsulationKey,
  type Kem,
  type Provider,
  type RandomSource,
} from '../provider/index.ts';
import { type DhKemDescriptor, kdf, type KeyForm, mostBytes } from '../registry/index.ts';
import type { Half } from './hybrid.ts';
import { i2osp, labeledHkdf, type LabeledHkdf } from './labeled-kdf.ts';
import { kemSuiteId } from './suite-id.ts';

/**
 * DHKEM [RFC 9180 §4.1]: Diffie-Hellman whose secret is extracted and expanded together with both public keys.
 *
 * Where the backend takes the caller's randomness, an ephemeral key is DeriveKeyPair of Nsk random bytes, as in the
 * RFC's test vectors; a backend with a generator of its own is left to it.
 */
export function dhkem(provider: Provider, descriptor: DhKemDescriptor, agreement: Half): Kem {
  const { sizes } = descriptor;
  const hkdf = labeledHkdf(provider, kdf(descriptor.kdf).hash, kemSuiteId(descriptor));

  const { key, sizes: keySizes } = agreement.descriptor;
  const derived = (random: RandomSource): RandomSource =>
    derivedSource(hkdf, key, () => random.bytes(mostBytes(keySizes.privateKey)));

  function extractAndExpand(dh: Uint8Array, enc: Uint8Array, publicKey: Uint8Array): Uint8Array {
    const eaePrk = hkdf.labeledExtract(EMPTY, 'eae_prk', dh);
    try {
      return hkdf.labeledExpand(eaePrk, 'shared_secret', concat(enc, publicKey), sizes.sharedSecret);
    } finally {
      wipe(eaePrk, dh);
    }
  }

  return {
    backend: {
      ...agreement.kem.backend,
      because: `built from ${agreement.descriptor.name} and ${descriptor.kdf}`,
    },
    generateKeyPair: (random) => agreement.kem.generateKeyPair(derived(random)),
    encapsulationKey(publicKey) {
      const own = Uint8Array.from(publicKey);
      return andThen(agreement.kem.encapsulationKey(own), (handle): EncapsulationKey => ({
        encapsulate: (random) =>
          andThen(
            handle.encapsulate(derived(random)),
            ({ sharedSecret: dh, ciphertext: enc }): Encapsulation => ({
              sharedSecret: extractAndExpand(dh, enc, own),
              ciphertext: enc,
            }),
          ),
      }));
    },
    decapsulationKey: (privateKey) =>
      andThen(agreement.kem.decapsulationKey(privateKey), (handle): DecapsulationKey => ({
        publicKey: handle.publicKey,
        decapsulate: (enc) =>
          andThen(handle.decapsulate(enc), (dh) => extractAndExpand(dh, enc, handle.publicKey)),
        dispose: () => {
          handle.dispose();
        },
      })),
  };
}

/**
 * The bytes that DeriveKeyPair makes private keys of [RFC 9180 §7.1.3]: `sk` on Montgomery curves, else one candidate
 * after the other. The input key is drawn when the first bytes are asked for, and then wiped.
 */
export function derivedSource(hkdf: LabeledHkdf, key: KeyForm, inputKey: () => Uint8Array): RandomSource {
  let dkpPrk: Uint8Array | undefined;
  let counter = 0;
  return {
    bytes(length) {
      if (dkpPrk === undefined) {
        const input = inputKey();
        dkpPrk = hkdf.labeledExtract(EMPTY, 'dkp_prk', input);
        wipe(input);
      }
      if (key.kind !== 'ec') return hkdf.labeledExpand(dkpPrk, 'sk', EMPTY, length);
      // Less likely than 2^-256: the orders of P-256, P-384 and P-521 under their masks leave out 2^-32 at most.
      if (counter > 255) throw new HybridgeError('invalid_key', 'DeriveKeyPair found no private key');
      return hkdf.labeledExpand(dkpPrk, 'candidate', i2osp(counter++, 1), length);
    },
  };
}
