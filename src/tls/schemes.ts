/** Groups and signature schemes of TLS: code points, their names, and what the registry makes of them. */
import type { PostureNature, TlsVersion } from '../events/index.ts';
import {
  findByTlsGroup,
  findByTlsSignature,
  type KemDescriptor,
  type ObsoleteDescriptor,
  type SignatureDescriptor,
} from '../registry/index.ts';

/** Groups of the IANA registry that the house has no algorithm for; peers offer them all the same. */
const OTHER_GROUPS: ReadonlyMap<number, string> = new Map([
  [0x0013, 'secp192r1'],
  [0x0015, 'secp224r1'],
  [0x0016, 'secp256k1'],
  [0x001a, 'brainpoolP256r1'],
  [0x001b, 'brainpoolP384r1'],
  [0x001c, 'brainpoolP512r1'],
  [0x0021, 'brainpoolP512r1tls13'],
  [0x0029, 'curveSM2'],
  [0x0100, 'ffdhe2048'],
  [0x0101, 'ffdhe3072'],
  [0x0102, 'ffdhe4096'],
  [0x0103, 'ffdhe6144'],
  [0x0104, 'ffdhe8192'],
]);

/** Signature schemes of the IANA registry that the house has no algorithm for. */
const OTHER_SCHEMES: ReadonlyMap<number, string> = new Map([
  [0x0201, 'rsa_pkcs1_sha1'],
  [0x0203, 'ecdsa_sha1'],
  [0x0420, 'rsa_pkcs1_sha256_legacy'],
  [0x0520, 'rsa_pkcs1_sha384_legacy'],
  [0x0620, 'rsa_pkcs1_sha512_legacy'],
  [0x0708, 'sm2sig_sm3'],
  [0x0809, 'rsa_pss_pss_sha256'],
  [0x080a, 'rsa_pss_pss_sha384'],
  [0x080b, 'rsa_pss_pss_sha512'],
  [0x081c, 'ecdsa_brainpoolP512r1tls13_sha512'],
]);

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

/**
 * The algorithm behind a TLS NamedGroup; an obsolete one has no key agreement here, only a name and a replacement.
 * `undefined` for code points that the registry does not know, GREASE and finite-field groups among them.
 *
 * @example
 * ```ts
 * import { groupDescriptor } from 'hybridge/tls';
 *
 * console.log(groupDescriptor(0x11ec)?.name, groupDescriptor(0x6399)?.kind); // X25519MLKEM768 obsolete
 * ```
 */
export function groupDescriptor(code: number): KemDescriptor | ObsoleteDescriptor | undefined {
  const entry = findByTlsGroup(code);
  if (entry === undefined) return undefined;
  return entry.kind === 'obsolete' || entry.use === 'kem' ? entry : undefined;
}

/**
 * The registered name of a TLS NamedGroup, or its number in hexadecimal.
 *
 * @example
 * ```ts
 * import { groupName } from 'hybridge/tls';
 *
 * console.log(groupName(0x11ec), groupName(0x0100), groupName(0x1234)); // X25519MLKEM768 ffdhe2048 0x1234
 * ```
 */
export function groupName(code: number): string {
  return groupDescriptor(code)?.identifiers.tlsGroup?.name ?? OTHER_GROUPS.get(code) ?? hexadecimal(code);
}

/**
 * What a quantum computer makes of a TLS NamedGroup. Groups that the registry of the house has no algorithm for, finite
 * fields among them, are classical; code points that nobody here knows and the groups of obsolete drafts are `unknown`.
 *
 * @example
 * ```ts
 * import { groupNature } from 'hybridge/tls';
 *
 * console.log(groupNature(0x11ec), groupNature(0x0100), groupNature(0x1234)); // hybrid classical unknown
 * ```
 */
export function groupNature(code: number): PostureNature {
  const descriptor = groupDescriptor(code);
  if (descriptor === undefined) return OTHER_GROUPS.has(code) ? 'classical' : 'unknown';
  return descriptor.kind === 'obsolete' ? 'unknown' : descriptor.nature;
}

/**
 * The registered name of a TLS SignatureScheme [RFC 9846 §4.3.3], or its number in hexadecimal.
 *
 * @example
 * ```ts
 * import { signatureSchemeName } from 'hybridge/tls';
 *
 * console.log(signatureSchemeName(0x0905), signatureSchemeName(0x0804)); // mldsa65 rsa_pss_rsae_sha256
 * ```
 */
export function signatureSchemeName(code: number): string {
  const [entry] = findByTlsSignature(code);
  return entry?.identifiers.tlsSignature?.name ?? OTHER_SCHEMES.get(code) ?? hexadecimal(code);
}

/** HashAlgorithm of TLS 1.2 [RFC 5246 §7.4.1.4.1], the first byte of its pairs; 3 in the second is ECDSA. */
const TLS12_HASHES: ReadonlyMap<string, number> = new Map([
  ['SHA-256', 4],
  ['SHA-384', 5],
  ['SHA-512', 6],
]);
const TLS12_ECDSA = 3;

// TLS 1.3 ties an ECDSA scheme to its curve and leaves PKCS #1 to certificates; TLS 1.2 has pairs of a hash and a
// kind of key, and knows nothing of what came after it.
function schemeOf(algorithm: SignatureDescriptor, version: TlsVersion): number | undefined {
  const own = algorithm.identifiers.tlsSignature?.code;
  if (version === 'TLSv1.3')
    return algorithm.kind === 'rsa' && algorithm.padding === 'pkcs1' ? undefined : own;
  if (version !== 'TLSv1.2') return undefined;
  switch (algorithm.kind) {
    case 'ecdsa': {
      const hash = TLS12_HASHES.get(algorithm.hash);
      return hash === undefined ? undefined : hash * 256 + TLS12_ECDSA;
    }
    case 'eddsa':
    case 'rsa':
      return own;
    case 'composite-signature':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'ml-dsa':
    case 'slh-dsa':
    case 'stateful-hash':
      return undefined;
  }
}

/** A signature algorithm and the SignatureScheme that stands for it in a handshake. */
export interface SchemeChoice {
  readonly algorithm: SignatureDescriptor;
  readonly scheme: number;
}

/**
 * What each of a key's algorithms is called when it signs a handshake; algorithms without a scheme in this version
 * are left out.
 *
 * @param algorithms - What the key can do, such as `Credential.signatures`.
 *
 * @example
 * ```ts
 * import { signature } from 'hybridge/registry';
 * import { schemeChoices } from 'hybridge/tls';
 *
 * const [choice] = schemeChoices([signature('ML-DSA-65')], 'TLSv1.3');
 * console.log(choice?.algorithm.name, choice?.scheme.toString(16)); // ML-DSA-65 905
 * ```
 */
export function schemeChoices(
  algorithms: readonly SignatureDescriptor[],
  version: TlsVersion,
): readonly SchemeChoice[] {
  return algorithms.flatMap((algorithm) => {
    const scheme = schemeOf(algorithm, version);
    return scheme === undefined ? [] : [{ algorithm, scheme }];
  });
}

/**
 * The SignatureSchemes with which a key that can do these algorithms signs a handshake. An RSA key has the three of
 * RSASSA-PSS in TLS 1.3 and those of PKCS #1 as well in TLS 1.2; an EC key the one of its curve in TLS 1.3 and one
 * for each hash in TLS 1.2; ML-DSA is for TLS 1.3 only [draft-ietf-tls-mldsa-06]. TLS 1.1 and before have none.
 *
 * @example
 * ```ts
 * import { signature } from 'hybridge/registry';
 * import { schemesOf, signatureSchemeName } from 'hybridge/tls';
 *
 * console.log(schemesOf([signature('ML-DSA-65')], 'TLSv1.3').map(signatureSchemeName)); // [ 'mldsa65' ]
 * console.log(schemesOf([signature('ML-DSA-65')], 'TLSv1.2')); // []
 * ```
 */
export function schemesOf(
  algorithms: readonly SignatureDescriptor[],
  version: TlsVersion,
): readonly number[] {
  return [...new Set(schemeChoices(algorithms, version).map(({ scheme }) => scheme))];
}
