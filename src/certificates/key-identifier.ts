/** Key identifiers [RFC 5280 §4.2.1.2]: a short name of a key, by which issuers are found. */
import { readDer } from '../encoding/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import type { Certificate } from './certificate.ts';
import type { KeyHolder } from './signed.ts';

/**
 * The identifier of a key: the leftmost 160 bits of the SHA-256 of its BIT STRING [RFC 7093 §2 method 1].
 *
 * RFC 5280 §4.2.1.2 suggests SHA-1 and leaves the choice to the CA: verifiers compare identifiers and never compute
 * them. SHA-1 would do here too, but what no longer has to be explained is better left out; the 20 bytes stay, since
 * software expects them.
 *
 * @returns 20 bytes.
 * @throws {@link HybridgeError} `invalid_encoding` for what is no SubjectPublicKeyInfo.
 *
 * @example
 * ```ts
 * import { keyIdentifier } from 'hybridge/certificates';
 * import { exportPublicKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const subjectPublicKeyInfo = exportPublicKey(publicKey, { format: 'der' });
 * console.log(keyIdentifier(provider, { subjectPublicKeyInfo }).length); // 20
 * ```
 */
export function keyIdentifier(provider: Provider, { subjectPublicKeyInfo }: KeyHolder): Uint8Array {
  const outer = readDer(subjectPublicKeyInfo, 'SubjectPublicKeyInfo');
  const fields = outer.sequence('fields');
  outer.end();
  fields.any('algorithm');
  const key = fields.bitString('subjectPublicKey');
  fields.end();
  return requireHash(provider, 'SHA-256').digest(key).slice(0, 20);
}

/** How certificates name the key of their issuer: as its certificate does, or computed where that is silent. */
export function authorityKeyIdentifier(provider: Provider, issuer: Certificate): Uint8Array {
  return issuer.extensions.subjectKeyIdentifier ?? keyIdentifier(provider, issuer);
}
