import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../registry/index.ts';
import {
  type ClassicalSignatureDescriptor,
  isClassical,
  isPostQuantum,
  type OfAlgorithm,
  type PostQuantumSignatureDescriptor,
} from './algorithm-kind.ts';
import { signatureFor } from './signature-for.ts';
import { sign, type SigningIdentity, type SignOptions, startSigning } from './signing.ts';
import { forEachPiece, type MessageSource } from './source.ts';
import { startVerifying, verify, type VerifyOptions } from './verifying.ts';

/** A signature beside the message, with the algorithm it claims to be of. */
export interface DetachedSignature<Name extends SignatureName = SignatureName> {
  readonly algorithm: Name;
  readonly signature: Uint8Array;
}

/**
 * Two detached signatures over one message: one that devices in the field can verify today, and one that holds when
 * quantum computers come. Each is a plain signature over the plain message, so either can be handed out alone.
 */
export interface DualSignature {
  readonly classical: DetachedSignature<ClassicalSignatureDescriptor['name']>;
  readonly postQuantum: DetachedSignature<PostQuantumSignatureDescriptor['name']>;
}

/** What came with a message: a dual signature, or the classical half alone. */
export interface PresentedSignatures {
  readonly classical: DetachedSignature;
  readonly postQuantum?: DetachedSignature | undefined;
}

/** The two keys, or signers, of a dual signature. */
export interface DualSigners {
  readonly classical: SigningIdentity & { readonly algorithm: ClassicalSignatureDescriptor };
  readonly postQuantum: SigningIdentity & { readonly algorithm: PostQuantumSignatureDescriptor };
}

/** The two public keys of a dual signature. */
export interface DualPublicKeys {
  readonly classical: PublicKey<SignatureDescriptor> & { readonly algorithm: ClassicalSignatureDescriptor };
  readonly postQuantum: PublicKey<SignatureDescriptor> & {
    readonly algorithm: PostQuantumSignatureDescriptor;
  };
}

/** A dated permission to do without the post-quantum signature. */
export interface Transition {
  /** What is accepted alone. */
  readonly accept: 'classical';
  /** The first moment at which it is accepted no more. */
  readonly until: Date;
}

/** How a dual signature is verified. A transition needs the time to judge it at: no clock is read here. */
export type DualVerifyOptions = VerifyOptions &
  (
    | { readonly transition?: undefined; readonly at?: Date | undefined }
    | { readonly transition: Transition; readonly at: Date }
  );

/** Why there was no post-quantum signature to judge. */
export type PostQuantumGap =
  /** None was presented. */
  | 'post-quantum-missing'
  /** The provider of this verifier cannot verify its algorithm. */
  | 'post-quantum-unsupported';

/** What became of a dual signature; `basis` tells what a positive verdict rests on. */
export type DualVerdict =
  /** Both signatures hold. */
  | { readonly valid: true; readonly basis: 'both' }
  /** The classical signature holds, the other could not be judged, and the transition allows for it. */
  | {
      readonly valid: true;
      readonly basis: 'transition';
      readonly accepted: 'classical';
      readonly until: Date;
      readonly reason: PostQuantumGap;
    }
  | {
      readonly valid: false;
      readonly reason: PostQuantumGap | 'both-invalid' | 'classical-invalid' | 'post-quantum-invalid';
    };

/**
 * Signs a message twice: with a classical key and with a post-quantum (or hybrid) one. A stream is read once.
 *
 * @param options - A context is bound by the post-quantum signature; classical algorithms know none. `deterministic`
 * likewise is for the post-quantum half.
 * @throws {@link HybridgeError} `wrong_algorithm` unless the keys are of one kind each, and what {@link sign} throws.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair, signDual, verifyDual } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
 * const mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
 * const image = new Uint8Array(4096);
 * const signature = await signDual(
 *   provider,
 *   { classical: ecdsa.privateKey, postQuantum: mlDsa.privateKey },
 *   image,
 * );
 * const keys = { classical: ecdsa.publicKey, postQuantum: mlDsa.publicKey };
 * console.log(await verifyDual(provider, keys, image, signature)); // { valid: true, basis: 'both' }
 *
 * // A device that got the classical signature alone, in a transition that its maker has dated:
 * const verdict = await verifyDual(
 *   provider,
 *   keys,
 *   image,
 *   { classical: signature.classical },
 *   { transition: { accept: 'classical', until: new Date('2030-01-01') }, at: new Date('2027-06-01') },
 * );
 * console.log(verdict.valid && verdict.basis); // 'transition'
 * ```
 */
export async function signDual(
  provider: Provider,
  signers: DualSigners,
  message: MessageSource,
  options: SignOptions = {},
): Promise<DualSignature> {
  requirePair(signers);
  const { classical, postQuantum } = signers;
  const forClassical = { signal: options.signal };
  const [classicalSignature, postQuantumSignature] =
    message instanceof Uint8Array
      ? await Promise.all([
          sign(provider, classical, message, forClassical),
          sign(provider, postQuantum, message, options),
        ])
      : await signStream(message);
  return {
    classical: { algorithm: classical.algorithm.name, signature: classicalSignature },
    postQuantum: { algorithm: postQuantum.algorithm.name, signature: postQuantumSignature },
  };

  async function signStream(source: MessageSource): Promise<readonly [Uint8Array, Uint8Array]> {
    const first = await startSigning(provider, classical, forClassical);
    const second = await startSigning(provider, postQuantum, options);
    await forEachPiece(
      source,
      (piece) => {
        first.update(piece);
        second.update(piece);
      },
      options,
    );
    return Promise.all([first.finish(), second.finish()]);
  }
}

/**
 * Judges a dual signature: both signatures must hold.
 *
 * A transition is the only way to weaken that, and it shows in the verdict. Until its date it lets the classical
 * signature stand alone when no post-quantum signature was presented, or when this provider cannot verify its
 * algorithm. A post-quantum signature that is there, can be verified and does not hold is never overlooked: whoever
 * could break the classical algorithm would otherwise just spoil the other signature.
 *
 * A signature that claims another algorithm than that of the key counts as invalid.
 *
 * @throws {@link HybridgeError} `wrong_algorithm` unless the keys are of one kind each; `invalid_argument` for dates that
 * are none; and what {@link verify} throws. A signature that does not hold is a verdict.
 */
export async function verifyDual(
  provider: Provider,
  keys: DualPublicKeys,
  message: MessageSource,
  presented: PresentedSignatures,
  options: DualVerifyOptions = {},
): Promise<DualVerdict> {
  requirePair(keys);
  const transition = transitionInForce(options);
  const gap = postQuantumGap(provider, keys.postQuantum, presented.postQuantum);
  const [classicalHolds = false, postQuantumHolds = false] = await verifyAll(provider, message, options, [
    // The context is the post-quantum signature's.
    { key: keys.classical, claimed: presented.classical, context: undefined },
    ...(gap === undefined
      ? [{ key: keys.postQuantum, claimed: presented.postQuantum, context: options.context }]
      : []),
  ]);
  if (gap === undefined) {
    if (classicalHolds && postQuantumHolds) return { valid: true, basis: 'both' };
    if (classicalHolds) return { valid: false, reason: 'post-quantum-invalid' };
    return { valid: false, reason: postQuantumHolds ? 'classical-invalid' : 'both-invalid' };
  }
  if (!classicalHolds) return { valid: false, reason: 'classical-invalid' };
  if (transition === undefined) return { valid: false, reason: gap };
  const { accept, until } = transition;
  return { valid: true, basis: 'transition', accepted: accept, until, reason: gap };
}

interface Claim {
  readonly key: PublicKey<SignatureDescriptor>;
  readonly claimed: DetachedSignature | undefined;
  readonly context: Uint8Array | undefined;
}

/** Which claims hold, in their order; the message is read once. */
async function verifyAll(
  provider: Provider,
  message: MessageSource,
  { signal, onProgress }: VerifyOptions,
  claims: readonly Claim[],
): Promise<readonly boolean[]> {
  if (message instanceof Uint8Array)
    return Promise.all(
      claims.map(({ key, claimed, context }) =>
        names(claimed, key)
          ? verify(provider, key, message, claimed.signature, { context, signal })
          : Promise.resolve(false),
      ),
    );
  const verifiers = await Promise.all(
    claims.map(async ({ key, claimed, context }) =>
      names(claimed, key)
        ? { signature: claimed.signature, verifier: await startVerifying(provider, key, { context, signal }) }
        : undefined,
    ),
  );
  await forEachPiece(
    message,
    (piece) => {
      for (const started of verifiers) started?.verifier.update(piece);
    },
    { signal, onProgress },
  );
  return Promise.all(
    verifiers.map(async (started) => started !== undefined && started.verifier.finish(started.signature)),
  );
}

function names(
  claimed: DetachedSignature | undefined,
  { algorithm }: OfAlgorithm,
): claimed is DetachedSignature {
  return claimed?.algorithm === algorithm.name;
}

function postQuantumGap(
  provider: Provider,
  key: PublicKey<SignatureDescriptor>,
  presented: DetachedSignature | undefined,
): PostQuantumGap | undefined {
  if (presented === undefined) return 'post-quantum-missing';
  // What claims another algorithm is not a gap but a signature that does not hold.
  if (!names(presented, key)) return undefined;
  try {
    signatureFor(provider, key.algorithm);
    return undefined;
  } catch (error) {
    if (isHybridgeError(error, 'unsupported')) return 'post-quantum-unsupported';
    throw error;
  }
}

function transitionInForce({ transition, at }: DualVerifyOptions): Transition | undefined {
  if (transition === undefined) return undefined;
  // A transition read from a file may say anything; only one thing is known here.
  const accept: string = transition.accept;
  if (accept !== 'classical')
    throw new HybridgeError('invalid_argument', `a transition accepts 'classical', not '${accept}'`, {
      fault: 'caller',
    });
  const [now, until] = [at, transition.until].map((date) => (date instanceof Date ? date.getTime() : NaN));
  if (now === undefined || until === undefined || Number.isNaN(now) || Number.isNaN(until))
    throw new HybridgeError(
      'invalid_argument',
      'a transition needs two dates: its end, and the time to judge it at',
      { fault: 'caller' },
    );
  return now < until ? transition : undefined;
}

function requirePair({
  classical,
  postQuantum,
}: Readonly<Record<'classical' | 'postQuantum', OfAlgorithm>>): void {
  if (isClassical(classical) && isPostQuantum(postQuantum)) return;
  throw new HybridgeError(
    'wrong_algorithm',
    `a dual signature takes a classical and a post-quantum key, not ${classical.algorithm.name} and ${postQuantum.algorithm.name}`,
    {
      fault: 'caller',
      details: { classical: classical.algorithm.name, postQuantum: postQuantum.algorithm.name },
    },
  );
}
