/** Content that goes by once, and what the signatures over it are judged by. */
import { type ByteSource, concat, HybridgeError, piecesOf, type ReadingOptions } from '../bytes/index.ts';
import type { Awaitable, Hasher, IncrementalVerifier, Provider, PublicKey } from '../provider/index.ts';
import type { HashName, SignatureDescriptor } from '../registry/index.ts';
import { startVerifying, verify } from '../sign/index.ts';
import { AmbiguityWatch } from './signed-ambiguity.ts';
import { hashOf } from './signed-digest.ts';
import type { ResolvedSigner, SignedContent } from './signed-judge.ts';
import type { SignerInfo } from './signer-info.ts';

/** What is done with content. */
export interface ContentOptions {
  /**
   * Takes the content as it comes: before the verdict, so whatever it is used for must be undone if that is negative.
   * A piece is only valid during the call. Without it the content is collected, and given with a positive verdict.
   */
  readonly onContent?: ((piece: Uint8Array) => Awaitable<void>) | undefined;
  /** Most bytes of content to collect; those of a message given as bytes, else 16 MiB unless told. */
  readonly maxContent?: number | undefined;
}

/** Content collected for one who asks for it, or for a signature over it. */
const MAX_CONTENT = 16 * 1024 * 1024;

/** Hashes content as it goes by, hands it on, and keeps what is not too much. */
export class ContentTaker {
  readonly #hashers = new Map<HashName, Hasher>();
  readonly #verifiers: readonly IncrementalVerifier[];
  readonly #onContent: ContentOptions['onContent'];
  readonly #limit: number;
  /** Whether content beyond the limit is let go rather than refused. */
  readonly #mayDrop: boolean;
  readonly #watch = new AmbiguityWatch();
  #kept: Uint8Array[] | undefined = [];
  #size = 0;

  constructor(
    provider: Provider,
    digests: Iterable<HashName>,
    { onContent, maxContent = MAX_CONTENT }: ContentOptions,
    verifiers: readonly IncrementalVerifier[] = [],
  ) {
    for (const name of digests) {
      // A digest that the provider lacks is missed by the signers that use it, if there are any.
      const hasher = this.#hashers.has(name) ? undefined : provider.hash[name]?.start();
      if (hasher !== undefined) this.#hashers.set(name, hasher);
    }
    this.#verifiers = verifiers;
    this.#onContent = onContent;
    this.#limit = maxContent;
    this.#mayDrop = onContent !== undefined;
  }

  async take(piece: Uint8Array): Promise<void> {
    this.#size += piece.length;
    for (const hasher of this.#hashers.values()) hasher.update(piece);
    for (const verifier of this.#verifiers) verifier.update(piece);
    this.#watch.take(piece);
    if (this.#size <= this.#limit) this.#kept?.push(piece.slice());
    else if (this.#mayDrop) this.#kept = undefined;
    else
      throw new HybridgeError('message_too_large', `the content is more than ${this.#limit} bytes`, {
        hint: 'take it piece by piece with onContent, or raise maxContent',
        details: { maximum: this.#limit },
      });
    await this.#onContent?.(piece);
  }

  finish(): TakenContent {
    return {
      size: this.#size,
      digests: new Map(Array.from(this.#hashers, ([name, hasher]) => [name, hasher.digest()] as const)),
      kept: this.#kept === undefined ? undefined : concat(...this.#kept),
      isAmbiguous: this.#watch.isAmbiguous(),
    };
  }
}

/** Content that went by. */
interface TakenContent {
  readonly size: number;
  readonly digests: ReadonlyMap<HashName, Uint8Array>;
  /** The content, where it was kept. */
  readonly kept: Uint8Array | undefined;
  readonly isAmbiguous: boolean;
}

/** Content that went by, as the signatures see it. */
export interface JudgedContent {
  readonly signed: SignedContent;
  readonly size: number;
  /** The content, where it was kept. */
  readonly kept: Uint8Array | undefined;
}

/** The content of a message that has it inside. */
export function attachedContent(provider: Provider, contentType: string, taker: ContentTaker): JudgedContent {
  const { size, digests, kept, isAmbiguous } = taker.finish();
  return {
    size,
    kept,
    signed: {
      contentType,
      digest: (name) => digests.get(name),
      direct: async (info, publicKey) =>
        kept === undefined ? undefined : verify(provider, publicKey, kept, info.signature),
      isAmbiguous,
    },
  };
}

/** The content of a message that does not have it inside, read now that the signers are known. */
export async function detachedContent(
  provider: Provider,
  contentType: string,
  signers: readonly ResolvedSigner[],
  content: ByteSource,
  { signal, onProgress, onContent = () => undefined }: ContentOptions & ReadingOptions,
): Promise<JudgedContent> {
  const names = signers.flatMap(({ info }) => hashOf(info.digestAlgorithm)?.name ?? []);
  const direct = await startDirect(provider, signers, { signal });
  const verifiers = [...direct.values()].flatMap((ofSigner) => [...ofSigner.values()]);
  const taker = new ContentTaker(provider, names, { onContent, maxContent: 0 }, verifiers);
  for await (const piece of piecesOf(content, { signal, onProgress })) await taker.take(piece);
  const { size, digests, isAmbiguous } = taker.finish();
  return {
    size,
    kept: undefined,
    signed: {
      contentType,
      digest: (name) => digests.get(name),
      direct: async (info, publicKey) => direct.get(info)?.get(publicKey)?.finish(info.signature),
      isAmbiguous,
    },
  };
}

type DirectVerifiers = ReadonlyMap<
  SignerInfo,
  ReadonlyMap<PublicKey<SignatureDescriptor>, IncrementalVerifier>
>;

/** Begins to verify the signatures over the content itself: their keys are known before the content comes. */
async function startDirect(
  provider: Provider,
  signers: readonly ResolvedSigner[],
  options: ReadingOptions,
): Promise<DirectVerifiers> {
  const direct = new Map<SignerInfo, ReadonlyMap<PublicKey<SignatureDescriptor>, IncrementalVerifier>>();
  for (const { info, outcome } of signers) {
    if (info.signedAttributes !== undefined || outcome.status !== 'resolved') continue;
    const ofSigner = new Map<PublicKey<SignatureDescriptor>, IncrementalVerifier>();
    for (const { publicKey } of outcome.candidates)
      ofSigner.set(publicKey, await startVerifying(provider, publicKey, options));
    direct.set(info, ofSigner);
  }
  return direct;
}
