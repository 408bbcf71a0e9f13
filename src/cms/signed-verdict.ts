/** From the verdicts on signers to the verdict on a message. */
import { HybridgeError } from '../bytes/index.ts';
import type { Certificate, PathResult } from '../certificates/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import type { Transition } from '../sign/index.ts';
import type { SignatureVerdict, SignerFacts, SignerFault } from './signed-judge.ts';

/**
 * How many signers must hold.
 *
 * - `'all'`: every one that signed, whatever it signed with.
 * - `'all-with-post-quantum'`: and at least one of them is post-quantum or hybrid. Signatures can be taken off a
 *   message unseen; whoever can forge classical ones would take off the other.
 * - `atLeast`: so many, whatever becomes of the others. Accepting any one of several is a downgrade to the weakest.
 */
export type SignerRequirement = 'all' | 'all-with-post-quantum' | { readonly atLeast: number };

/** Which signers must hold, and what may be done without for a time. */
export interface Requirement {
  /** Which signers must hold; `'all'` unless told. */
  readonly require?: SignerRequirement | undefined;
  /**
   * A dated permission to do without post-quantum signatures that this verifier cannot judge, or, where one is
   * required, that are not there. One that is there, can be judged and does not hold is never overlooked.
   */
  readonly transition?: Transition | undefined;
}

/** One signature of a message, with what became of it and of the signatures over it. */
export type SignerVerdict = SignerFacts &
  SignatureVerdict & {
    /** The path of the certificate, where `trust` was given and the signature holds. */
    readonly path: PathResult | undefined;
    /** Signatures over this signature. Nothing protects their being there. */
    readonly countersignatures: readonly SignerVerdict[];
  };

/** What a signed message is and carries. */
export interface SignedMessageFacts {
  /** Object identifier of the content's type. */
  readonly contentType: string;
  readonly detached: boolean;
  /** Bytes of content. */
  readonly size: number;
  /** The signatures, in the order of the message. */
  readonly signers: readonly SignerVerdict[];
  /** The certificates that the message carries. Nothing protects them. */
  readonly certificates: readonly Certificate[];
  /** DER of the revocation lists that the message carries. */
  readonly crls: readonly Uint8Array[];
}

/** Why a message is not accepted. */
export type MessageFault =
  /** Nobody signed it. */
  | 'no-signers'
  /** A signature does not count. */
  | 'signer-invalid'
  /** A signature could not be judged. */
  | 'signer-undecided'
  /** Fewer signatures hold than required. */
  | 'too-few-signers'
  /** A post-quantum signature is required and there is none. */
  | 'post-quantum-missing';

/** What became of a signed message. */
export type MessageVerdict = SignedMessageFacts &
  (
    | {
        readonly valid: true;
        /** What the verdict rests on: all signers, some of them as allowed, or a transition. */
        readonly basis: 'all' | 'some' | 'transition';
        /** The content, unless it is detached or went to `onContent`. */
        readonly content: Uint8Array | undefined;
      }
    | { readonly valid: false; readonly reason: MessageFault; readonly text: string }
  );

/** The same signer, whose signature holds and does not count all the same. */
export function discounted(
  signer: SignerVerdict,
  reason: SignerFault,
  text: string,
  path: PathResult | undefined = signer.path,
): SignerVerdict {
  const { identifier, digestAlgorithm, signatureAlgorithm, signature, countersignatures } = signer;
  const { signedAttributes, unsignedAttributes, signingTime } = signer;
  return {
    identifier,
    digestAlgorithm,
    signatureAlgorithm,
    signature,
    signedAttributes,
    unsignedAttributes,
    signingTime,
    status: 'invalid',
    reason,
    text,
    path,
    countersignatures,
  };
}

/** A post-quantum signature that holds and must hold: classical ones beside it need not carry the message alone. */
export function postQuantumBeside(
  { require: requirement = 'all' }: Requirement,
  signers: readonly SignerVerdict[],
): SignatureDescriptor | undefined {
  if (typeof requirement !== 'string') return undefined;
  for (const signer of signers)
    if (signer.status === 'valid' && signer.algorithm.nature !== 'classical') return signer.algorithm;
  return undefined;
}

/** The verdict on a message whose signers have been judged. */
export function conclude(
  facts: SignedMessageFacts,
  content: Uint8Array | undefined,
  { require: requirement = 'all', transition }: Requirement,
  at: Date,
): MessageVerdict {
  const { signers } = facts;
  const negative = (reason: MessageFault, text: string): MessageVerdict => ({
    ...facts,
    valid: false,
    reason,
    text,
  });
  if (signers.length === 0) return negative('no-signers', 'nobody signed the message');
  const holding = signers.filter(({ status }) => status === 'valid').length;
  if (typeof requirement !== 'string') {
    const wanted = Math.max(1, requirement.atLeast);
    return holding >= wanted
      ? { ...facts, valid: true, basis: holding === signers.length ? 'all' : 'some', content }
      : negative('too-few-signers', `${holding} of ${signers.length} signatures hold, ${wanted} must`);
  }
  const inTransition = transition !== undefined && isBefore(at, transition.until);
  let overlooked = false;
  let postQuantum = false;
  for (const signer of signers) {
    if (signer.status === 'invalid')
      return negative('signer-invalid', `a signature does not count: ${signer.text}`);
    if (signer.status === 'valid') postQuantum ||= signer.algorithm.nature !== 'classical';
    else if (inTransition && signer.reason === 'unsupported' && isPostQuantumGap(signer.algorithm))
      overlooked = true;
    else return negative('signer-undecided', `a signature could not be judged: ${signer.text}`);
  }
  if (holding === 0) return negative('signer-undecided', 'no signature could be judged');
  if (requirement === 'all-with-post-quantum' && !postQuantum) {
    if (!inTransition)
      return negative('post-quantum-missing', 'no post-quantum signature is there and holds');
    overlooked = true;
  }
  return { ...facts, valid: true, basis: overlooked ? 'transition' : 'all', content };
}

function isPostQuantumGap(algorithm: SignatureDescriptor | undefined): boolean {
  return algorithm !== undefined && algorithm.nature !== 'classical';
}

function isBefore(at: Date, until: Date): boolean {
  if (Number.isNaN(at.getTime()) || Number.isNaN(until.getTime()))
    throw new HybridgeError('invalid_argument', 'transition: a date that is none', { fault: 'caller' });
  return at < until;
}
