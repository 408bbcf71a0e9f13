/** Verifying SignedData [RFC 5652 §5]. */
import { type ByteSource, EMPTY, HybridgeError } from '../bytes/index.ts';
import type { Certificate } from '../certificates/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { verify } from '../sign/index.ts';
import { ATTRIBUTE } from './attribute.ts';
import type { BerOptions } from './ber-read.ts';
import type { MessageInput } from './message-input.ts';
import { AmbiguityWatch } from './signed-ambiguity.ts';
import { attachedContent, type ContentOptions, ContentTaker, detachedContent } from './signed-content.ts';
import {
  factsOf,
  judgeSigner,
  type ResolvedSigner,
  resolveSigner,
  type SignedContent,
} from './signed-judge.ts';
import { judgeByPolicy } from './signed-policy.ts';
import { readSignedData, requireFewSignatures } from './signed-read.ts';
import { judgeTrust, type SignerTrust } from './signed-trust.ts';
import { conclude, type MessageVerdict, type Requirement, type SignerVerdict } from './signed-verdict.ts';
import { CertificatePool, decodeSignerInfo, type SignerInfo } from './signer-info.ts';

/** How a signed message is verified. */
export interface VerifyMessageOptions extends BerOptions, ContentOptions, Requirement {
  /** The content of a message that does not have it inside ("detached"). */
  readonly detachedContent?: ByteSource | undefined;
  /** Certificates of signers that the message may not carry. */
  readonly certificates?: readonly Certificate[] | undefined;
  /** What the certificates of the signers must lead to. Without it they are not looked into. */
  readonly trust?: SignerTrust | undefined;
  /** Asked for every algorithm, with the use `signature-verify`. */
  readonly policy?: Policy | undefined;
  /** The moment to judge for; that of the provider's clock unless told. Not the time that a signature claims. */
  readonly at?: Date | undefined;
}

/** Signatures over signatures over signatures, the first one counted. */
const MAX_DEPTH = 5;

/**
 * Verifies a signed message of any size in one pass: every signature, against the certificates in the message and
 * those of the caller. All must hold, unless `require` says otherwise.
 *
 * Without `trust` a positive verdict means only that the holders of these certificates' keys signed this content.
 * With it the certificates must lead to an anchor as well. Who wants more of the path asks `validatePath` of
 * `hybridge/certificates`: `signers[].certificate` is its leaf, `certificates` and `crls` are its pool.
 *
 * @param message - BER or DER of the ContentInfo, in one or in pieces, or a PEM text.
 * @returns A verdict for the message and one for each signer. A signature that does not hold is a verdict.
 * @throws {@link HybridgeError} `invalid_encoding` for what is no such message; `unsupported` for another type of
 * message; `invalid_argument` when the content is detached and not given, or given and not detached;
 * `message_too_large`; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { signMessage, verifyMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Signer',
 *   profile: 'code-signing',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const report = new TextEncoder().encode('a report');
 * const message = signMessage(provider, { signers: [{ key, certificate }] }, report); // or a file, or a stream
 * const verdict = await verifyMessage(provider, message, {
 *   trust: { anchors: [certificate] },
 *   at: new Date('2026-06-01'),
 * });
 * if (verdict.valid) console.log(new TextDecoder().decode(verdict.content));
 * else console.log(verdict.reason, verdict.text);
 * ```
 */
export async function verifyMessage(
  provider: Provider,
  message: MessageInput,
  options: VerifyMessageOptions = {},
): Promise<MessageVerdict> {
  const { signal, onProgress, maxBuffered, maxDepth, policy, trust } = options;
  const reading = { signal, onProgress, maxBuffered, maxDepth };
  const data = await readSignedData(message, reading, (digests) => {
    if (options.detachedContent !== undefined)
      throw new HybridgeError('invalid_argument', 'the content is in the message, and another was given', {
        fault: 'caller',
      });
    // A message that is in memory may be twice.
    const whole =
      message instanceof Uint8Array && options.onContent === undefined ? message.length : undefined;
    return new ContentTaker(provider, digests, { ...options, maxContent: options.maxContent ?? whole });
  });
  const { contentType, taker, certificates, crls } = data;
  const given = options.certificates ?? [];
  const pool = new CertificatePool([...given, ...certificates]);
  const resolved: ResolvedSigner[] = [];
  for (const info of data.signers) resolved.push(await resolveSigner(provider, info, pool));
  const content =
    taker === undefined
      ? await detachedContent(provider, contentType, resolved, sourceOfDetached(resolved, options), options)
      : attachedContent(provider, contentType, taker);
  const following: Following = { provider, pool, work: { signatures: resolved.length } };
  let signers: readonly SignerVerdict[] = await judgeAll(following, resolved, content.signed, MAX_DEPTH);
  const at = options.at ?? provider.clock.now();
  if (policy !== undefined) signers = judgeByPolicy(policy, options, at, signers);
  if (trust !== undefined) {
    const brought = { certificates: [...certificates, ...given], crls };
    signers = await judgeTrust(provider, trust, brought, { requirement: options, policy, at }, signers);
  }
  const detached = taker === undefined;
  const facts = { contentType, detached, size: content.size, signers, certificates, crls };
  return conclude(facts, options.onContent === undefined ? content.kept : undefined, options, at);
}

function sourceOfDetached(
  signers: readonly ResolvedSigner[],
  { detachedContent: content }: VerifyMessageOptions,
): ByteSource {
  if (content !== undefined) return content;
  // Certificates alone, without content or signature, are a message too.
  if (signers.length === 0) return EMPTY;
  throw new HybridgeError('invalid_argument', 'the content is not in the message: give detachedContent', {
    fault: 'caller',
  });
}

/** What signatures over signatures are followed with. */
interface Following {
  readonly provider: Provider;
  readonly pool: CertificatePool;
  /** How many have been looked at. */
  readonly work: { signatures: number };
}

/** Signatures over the same content, and the signatures over them. */
async function judgeAll(
  following: Following,
  signers: readonly ResolvedSigner[],
  content: SignedContent,
  depth: number,
): Promise<readonly SignerVerdict[]> {
  const verdicts: SignerVerdict[] = [];
  for (const signer of signers)
    verdicts.push({
      ...factsOf(signer),
      ...(await judgeSigner(following.provider, signer, content)),
      path: undefined,
      countersignatures: await judgeCountersignatures(following, signer.info, depth - 1),
    });
  return verdicts;
}

async function judgeCountersignatures(
  following: Following,
  { unsignedAttributes, signature }: SignerInfo,
  depth: number,
): Promise<readonly SignerVerdict[]> {
  const values = unsignedAttributes
    .filter(({ type }) => type === ATTRIBUTE.countersignature)
    .flatMap((attribute) => attribute.values);
  if (values.length === 0) return [];
  if (depth === 0)
    throw new HybridgeError('invalid_encoding', `more than ${MAX_DEPTH} signatures over each other`);
  const { provider, pool, work } = following;
  work.signatures += values.length;
  requireFewSignatures(work.signatures);
  const resolved: ResolvedSigner[] = [];
  for (const value of values)
    resolved.push(await resolveSigner(provider, await decodeSignerInfo(value, 'countersignature'), pool));
  const watch = new AmbiguityWatch();
  watch.take(signature);
  const content: SignedContent = {
    contentType: undefined,
    digest: (name) => provider.hash[name]?.digest(signature),
    direct: (info, publicKey) => verify(provider, publicKey, signature, info.signature),
    isAmbiguous: watch.isAmbiguous(),
  };
  return judgeAll(following, resolved, content, depth);
}
