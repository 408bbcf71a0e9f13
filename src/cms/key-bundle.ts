/** A private key with its certificates, and the PEM text that holds them. */
import { equal, fromUtf8, HybridgeError } from '../bytes/index.ts';
import { type Certificate, parseCertificate, sameName } from '../certificates/index.ts';
import { decodePem, encodePem, isPem } from '../encoding/index.ts';
import { exportPrivateKey, importPrivateKey, type PasswordEncryption, readSpki } from '../keys/index.ts';
import type { PrivateKey, Provider } from '../provider/index.ts';

/** A private key and its certificates: that of the key first, then each one's issuer as far as they go. */
export interface KeyBundle {
  readonly key: PrivateKey;
  readonly certificates: readonly Certificate[];
  /** What a person calls it. */
  readonly friendlyName?: string | undefined;
}

/** How a bundle is read. */
export interface ReadBundleOptions {
  /** For an encrypted key. */
  readonly password?: Uint8Array | string | undefined;
  /** What the key is to serve, where it may serve several algorithms (EC, RSA). */
  readonly use?: 'kem' | 'signature' | undefined;
  /** `false` reads certificates that depart from the profile all the same. */
  readonly strict?: boolean | undefined;
}

/** Whether a certificate is that of a key. */
export function belongsTo({ publicKey }: PrivateKey, { subjectPublicKeyInfo }: Certificate): boolean {
  try {
    return equal(readSpki(subjectPublicKeyInfo).publicKey, publicKey.bytes());
  } catch {
    // A certificate for an algorithm that is not known here is another key's.
    return false;
  }
}

/** The certificate of a key and the issuers above it, out of a heap; empty when its certificate is not there. */
export function chainOf(key: PrivateKey, heap: readonly Certificate[]): readonly Certificate[] {
  const chain: Certificate[] = [];
  let next = heap.find((certificate) => belongsTo(key, certificate));
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const { issuer, subject } = next;
    next = sameName(issuer, subject) ? undefined : heap.find((one) => sameName(one.subject, issuer));
  }
  return chain;
}

/** Refuses a first certificate that is another key's. */
export function requireOwnCertificate({ key, certificates: [own] }: KeyBundle): void {
  if (own !== undefined && !belongsTo(key, own))
    throw new HybridgeError('invalid_argument', 'the first certificate does not belong to the private key', {
      fault: 'caller',
    });
}

/**
 * Reads a PEM text with a private key and certificates, in any order.
 *
 * @returns The key and its chain; certificates that lead nowhere come after it.
 * @throws {@link HybridgeError} `invalid_encoding` when there is not exactly one private key; what the key or a
 * certificate leads to; `decryption_failed` for a wrong password.
 *
 * @example
 * ```ts
 * import { readPemBundle, writePemBundle } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const text = await writePemBundle(provider, { key, certificates: [] });
 * console.log((await readPemBundle(provider, text)).key.algorithm.name); // ML-DSA-65
 * ```
 */
export async function readPemBundle(
  provider: Provider,
  input: Uint8Array | string,
  options: ReadBundleOptions = {},
): Promise<KeyBundle> {
  const text = typeof input === 'string' ? input : fromUtf8(input, 'PEM bundle');
  if (!isPem(text)) throw new HybridgeError('invalid_encoding', 'PEM bundle: no PEM block');
  const { password, use, strict } = options;
  const blocks = decodePem(text);
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [block] = keys;
  if (block === undefined || keys.length !== 1)
    throw new HybridgeError('invalid_encoding', `PEM bundle: ${keys.length} private keys, expected one`);
  const key = await importPrivateKey(provider, encodePem(block.label, block.bytes), {
    ...(password === undefined ? {} : { password }),
    ...(use === undefined ? {} : { use }),
  });
  const heap = blocks
    .filter(({ label }) => label.endsWith('CERTIFICATE'))
    .map(({ bytes }) => parseCertificate(bytes, { strict }));
  const chain = chainOf(key, heap);
  return { key, certificates: [...chain, ...heap.filter((one) => !chain.includes(one))] };
}

/**
 * Writes a private key and its certificates as PEM, the key first.
 *
 * @param options - With a password the key is encrypted, as `exportPrivateKey` does.
 * @throws {@link HybridgeError} `invalid_argument` when the first certificate is another key's; `unsupported` for keys
 * without a PKCS #8 form.
 *
 * @example
 * ```ts
 * import { writePemBundle } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'Ed25519');
 * console.log((await writePemBundle(provider, { key, certificates: [] })).split('\n')[0]);
 * // -----BEGIN PRIVATE KEY-----
 * ```
 */
export async function writePemBundle(
  provider: Provider,
  bundle: KeyBundle,
  options: { readonly password?: Uint8Array | string; readonly encryption?: PasswordEncryption } = {},
): Promise<string> {
  requireOwnCertificate(bundle);
  const key = await exportPrivateKey(provider, bundle.key, { format: 'pem', ...options });
  return [key, ...bundle.certificates.map((certificate) => certificate.toPem())].join('');
}
