/** µ as an explicit value: for keys and messages that are in different places [FIPS 204 §6.2, note on µ]. */
import { EMPTY, requireLength } from '../bytes/index.ts';
import {
  HandleCache,
  type InternalSigningKey,
  type InternalVerifyingKey,
  type PrivateKey,
  type Provider,
  type PublicKey,
  requireHash,
  requireInternalSignature,
} from '../provider/index.ts';
import type { MlDsaDescriptor } from '../registry/index.ts';
import { requireMlDsa } from './algorithm-kind.ts';
import { importPrivateKey } from './handles.ts';
import { RND_SIZE } from './ml-dsa.ts';
import { MU_SIZE, publicKeyHash, startMu } from './mu.ts';
import type { SignOptions } from './signing.ts';
import { forEachPiece, type MessageSource, requireBytes } from './source.ts';
import type { VerifyOptions } from './verifying.ts';

const signingKeys = new HandleCache<PrivateKey<MlDsaDescriptor>, Provider, InternalSigningKey>();
const verifyingKeys = new HandleCache<PublicKey<MlDsaDescriptor>, Provider, InternalVerifyingKey>();

/**
 * µ of a message under an ML-DSA public key: SHAKE256(SHAKE256(pk, 64) ‖ 0 ‖ len(ctx) ‖ ctx ‖ M, 64).
 *
 * {@link signMu} over it gives a signature that {@link verify} accepts for the message.
 *
 * @returns 64 bytes. They depend on nothing secret.
 * @throws {@link HybridgeError} `invalid_argument` for a context of more than 255 bytes or something that is not a
 * message; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { computeMu, generateKeyPair, signMu, verify } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const message = new TextEncoder().encode('a large image');
 * const mu = await computeMu(provider, publicKey, message); // where the message is
 * const signature = await signMu(provider, privateKey, mu); // where the key is
 * console.log(await verify(provider, publicKey, message, signature)); // true
 * ```
 */
export async function computeMu(
  provider: Provider,
  publicKey: PublicKey<MlDsaDescriptor>,
  message: MessageSource,
  options: VerifyOptions = {},
): Promise<Uint8Array> {
  requireMlDsa(publicKey);
  const { context = EMPTY } = options;
  requireBytes(context, 'context');
  const shake256 = requireHash(provider, 'SHAKE256');
  const mu = startMu(shake256, publicKeyHash(shake256, publicKey.bytes()), context);
  await forEachPiece(message, (piece) => mu.update(piece), options);
  return mu.digest();
}

/**
 * Signs µ, hedged unless told otherwise. Whoever holds the key learns nothing of the message, so it must trust the
 * one who computed µ.
 *
 * @throws {@link HybridgeError} `invalid_length` when µ is not 64 bytes; `key_disposed`; `unsupported` when the provider
 * has no internal ML-DSA.
 */
export async function signMu(
  provider: Provider,
  privateKey: PrivateKey<MlDsaDescriptor>,
  mu: Uint8Array,
  { deterministic = false }: Pick<SignOptions, 'deterministic'> = {},
): Promise<Uint8Array> {
  requireBytes(mu, 'µ');
  requireLength(mu, MU_SIZE, 'µ');
  requireMlDsa(privateKey);
  privateKey.assertUsable();
  const internal = requireInternalSignature(provider, privateKey.algorithm.name);
  const key = await (signingKeys.get(privateKey, provider) ??
    importPrivateKey(signingKeys, provider, privateKey, (stored) => internal.internalSigningKey(stored)));
  return key.signInternal(mu, deterministic ? undefined : provider.random.bytes(RND_SIZE));
}

/**
 * Whether a signature holds for µ.
 *
 * @throws {@link HybridgeError} `invalid_length` when µ is not 64 bytes; `invalid_key`; `unsupported`.
 */
export async function verifyMu(
  provider: Provider,
  publicKey: PublicKey<MlDsaDescriptor>,
  mu: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  requireBytes(mu, 'µ');
  requireLength(mu, MU_SIZE, 'µ');
  requireMlDsa(publicKey);
  requireBytes(signature, 'signature');
  let key = verifyingKeys.get(publicKey, provider);
  if (key === undefined) {
    const internal = requireInternalSignature(provider, publicKey.algorithm.name);
    key = await internal.internalVerifyingKey(publicKey.bytes());
    verifyingKeys.set(publicKey, provider, key);
  }
  return key.verifyInternal(mu, signature);
}
