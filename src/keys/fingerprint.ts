import { toBase64Url, toHex, utf8 } from '../bytes/index.ts';
import { type Provider, type PublicKey, requireHash } from '../provider/index.ts';
import { identity } from './jwk.ts';
import { writeSpki } from './spki.ts';

/**
 * SHA-256 of the SubjectPublicKeyInfo, as 64 hexadecimal digits: the same for a key whatever format it came from,
 * and the same for a P-256 key whether it signs or agrees.
 *
 * @throws {@link HybridgeError} `unsupported` for keys that have no SubjectPublicKeyInfo, such as TLS key shares.
 *
 * @example
 * ```ts
 * import { fingerprint, importPublicKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
 * console.log(fingerprint(provider, await importPublicKey(provider, jwk)).length); // 64
 * ```
 */
export function fingerprint(provider: Provider, publicKey: PublicKey): string {
  const spki = writeSpki(publicKey.algorithm, publicKey.bytes());
  return toHex(requireHash(provider, 'SHA-256').digest(spki));
}

/**
 * The JWK thumbprint with SHA-256, base64url [RFC 7638; for AKP keys RFC 9964 §4], which JOSE uses as `kid`.
 *
 * @throws {@link HybridgeError} `unsupported` for keys that no JWK can hold.
 *
 * @example
 * ```ts
 * import { importPublicKey, jwkThumbprint } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
 * console.log(jwkThumbprint(provider, await importPublicKey(provider, jwk)));
 * // kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k, as in RFC 8037 §A.3
 * ```
 */
export function jwkThumbprint(provider: Provider, publicKey: PublicKey): string {
  // RFC 7638 §3.3: the required members alone, in lexicographic order, without white space.
  const members = JSON.stringify(identity(publicKey.algorithm, publicKey.bytes()));
  return toBase64Url(requireHash(provider, 'SHA-256').digest(utf8(members)));
}
