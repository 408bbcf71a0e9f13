import { HybridgeError } from '../bytes/index.ts';
import type { KeyAlgorithmName } from '../registry/index.ts';
import { detect, type KeyFormat, type KeyInput } from './detect.ts';
import { describeEncoding, type KeyEncoding, readMaterial } from './encoding.ts';
import { type EncryptionParameters, readEncryptedKey } from './encrypted.ts';

/** What a key file tells without a password and without any cryptography. */
export type KeyInspection =
  | {
      readonly kind: 'encrypted';
      readonly encoding: KeyEncoding;
      readonly encryption: EncryptionParameters;
    }
  | {
      readonly kind: 'private' | 'public';
      readonly encoding: KeyEncoding;
      /** The algorithms that the key may serve, the one that import chooses first. */
      readonly algorithms: readonly KeyAlgorithmName[];
      /** Whether the file of a private key carries its public key along. */
      readonly hasPublicKey: boolean;
    };

/**
 * Describes a key file. The result holds no key material, and the key is not checked beyond its format: that is what
 * `importKey` does.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, `invalid_length`, `invalid_key`, `unknown_algorithm`,
 * `unsupported`; `invalid_argument` for raw keys, which tell nothing.
 *
 * @example
 * ```ts
 * import { inspectKey } from 'hybridge/keys';
 *
 * const jwk = { kty: 'OKP', crv: 'X25519', x: '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08' };
 * const found = inspectKey(jwk);
 * console.log(found.kind, found.kind === 'encrypted' ? '' : found.algorithms[0]); // public X25519
 * ```
 */
export function inspectKey(input: KeyInput, options: { readonly format?: KeyFormat } = {}): KeyInspection {
  const container = detect(input, options.format, 'any');
  switch (container.structure) {
    case 'raw':
      throw new HybridgeError('invalid_argument', 'raw key: it tells nothing about itself', {
        fault: 'caller',
      });
    case 'EncryptedPrivateKeyInfo': {
      const { format, structure } = container;
      return {
        kind: 'encrypted',
        encoding: { format, structure, encrypted: true, standard: true },
        encryption: readEncryptedKey(container.bytes).parameters,
      };
    }
    default: {
      const material = readMaterial(container);
      return {
        kind: material.kind,
        encoding: describeEncoding(container, material),
        algorithms: material.algorithms.map(({ name }) => name),
        hasPublicKey: material.publicKey !== undefined,
      };
    }
  }
}
