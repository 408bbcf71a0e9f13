/** Two offers and a policy come to one choice. */
import { type Policy, type Reason, select, type Selection } from '../policy/index.ts';
import type { KemDescriptor, ObsoleteDescriptor, SignatureDescriptor } from '../registry/index.ts';
import {
  type Capabilities,
  type CapabilityLimits,
  MESSAGE_FORMATS,
  type MessageFormat,
} from './capabilities.ts';

/** A format on offer that was not chosen. */
export interface FormatPassedOver {
  readonly format: MessageFormat;
  readonly because: 'less-preferred' | 'not-ours' | 'not-theirs';
  readonly reasons: readonly Reason[];
}

/** Which format was chosen, if any. */
export type FormatSelection =
  | {
      readonly outcome: 'chosen';
      readonly chosen: MessageFormat;
      readonly passedOver: readonly FormatPassedOver[];
    }
  | { readonly outcome: 'none'; readonly passedOver: readonly FormatPassedOver[] };

/** Limits that hold for both sides, and whose they are. */
export interface LimitSelection extends CapabilityLimits {
  readonly reasons: readonly Reason[];
}

/** What two offers come to under a policy on a day. */
export interface Negotiation {
  readonly ours: Capabilities;
  readonly theirs: Capabilities;
  readonly policy: { readonly name: string; readonly version: number };
  readonly at: Date;
  /** What the signature was chosen for. */
  readonly signatureUse: SignatureUse;
  readonly kem: Selection<KemDescriptor>;
  readonly signature: Selection<SignatureDescriptor>;
  readonly format: FormatSelection;
  readonly limits: LimitSelection;
}

/** What a signature can be negotiated for. */
export const SIGNATURE_USES = [
  'session-authentication',
  'certificate-signature',
  'signature-create',
  'firmware-signature',
] as const;

/** What a signature can be negotiated for. */
export type SignatureUse = (typeof SIGNATURE_USES)[number];

/** How offers are negotiated. */
export interface NegotiateOptions {
  /** What the signature is for; `signature-create` unless told: on messages. */
  readonly signatureUse?: SignatureUse | undefined;
}

const BOTH_MUST_OFFER = 'house: both sides must offer it';

/**
 * Chooses a KEM, a signature algorithm, a format and limits from two offers by a policy alone: the order of the offers
 * means nothing, and one more offer never makes a choice weaker. For everything passed over it is said why.
 *
 * Our offer says what we can do; theirs says what they can open and verify. Nothing is chosen where the policy permits
 * nothing that both have: that is an outcome (`none`), not an error.
 *
 * @throws HybridgeError `invalid_argument` for an invalid date; other codes when the policy itself breaks a rule of its
 * format.
 *
 * @example
 * ```ts
 * import { capabilities, negotiate } from 'hybridge/negotiation';
 * import { namedPolicy } from 'hybridge/policy';
 *
 * const ours = capabilities({ kems: ['MLKEM768-X25519', 'X25519'], signatures: ['ML-DSA-65'], formats: ['hpke', 'cose'] });
 * const theirs = capabilities({ kems: ['MLKEM768-X25519'], signatures: ['ML-DSA-65', 'Ed25519'], formats: ['hpke'] });
 * const { kem, signature, format } = negotiate(ours, theirs, namedPolicy('hybrid-preferred'), new Date());
 * if (kem.outcome === 'chosen') console.log(kem.chosen.name); // MLKEM768-X25519
 * if (signature.outcome === 'chosen') console.log(signature.chosen.name); // ML-DSA-65
 * if (format.outcome === 'chosen') console.log(format.chosen); // hpke
 * ```
 */
export function negotiate(
  ours: Capabilities,
  theirs: Capabilities,
  policy: Policy,
  at: Date,
  { signatureUse = 'signature-create' }: NegotiateOptions = {},
): Negotiation {
  return {
    ours,
    theirs,
    policy: { name: policy.name, version: policy.version },
    at,
    signatureUse,
    kem: select(policy, 'key-establishment', usable(ours.kems), theirs.kems, at),
    signature: select(policy, signatureUse, usable(ours.signatures), theirs.signatures, at),
    format: selectFormat(ours.formats, theirs.formats),
    limits: selectLimits(ours.limits, theirs.limits),
  };
}

/** What can be chosen at all: an obsolete algorithm that we name is nothing that we can do. */
function usable<Descriptor extends KemDescriptor | SignatureDescriptor>(
  offered: readonly (Descriptor | ObsoleteDescriptor)[],
): readonly Descriptor[] {
  return offered.filter((one): one is Descriptor => one.kind !== 'obsolete');
}

/** The format that both have and that does most. */
export function selectFormat(
  ours: readonly MessageFormat[],
  theirs: readonly MessageFormat[],
): FormatSelection {
  const chosen = MESSAGE_FORMATS.find((format) => ours.includes(format) && theirs.includes(format));
  const passedOver = MESSAGE_FORMATS.filter(
    (format) => format !== chosen && (ours.includes(format) || theirs.includes(format)),
  ).map((format): FormatPassedOver => {
    if (!ours.includes(format))
      return { format, because: 'not-ours', reasons: [notOffered(`We do not read or write ${format}.`)] };
    if (!theirs.includes(format))
      return {
        format,
        because: 'not-theirs',
        reasons: [notOffered(`The other side does not read ${format}.`)],
      };
    const text = `${chosen ?? ''} comes first: it does more.`;
    return {
      format,
      because: 'less-preferred',
      reasons: [{ rule: 'format', text, source: 'house: the order of formats' }],
    };
  });
  return chosen === undefined ? { outcome: 'none', passedOver } : { outcome: 'chosen', chosen, passedOver };
}

const notOffered = (text: string): Reason => ({ rule: 'not-offered', text, source: BOTH_MUST_OFFER });

/** The smaller of both sides' limits. */
export function selectLimits(ours: CapabilityLimits, theirs: CapabilityLimits): LimitSelection {
  const reasons: Reason[] = [];
  const smaller = (limit: keyof CapabilityLimits, what: string): number | undefined => {
    const [mine, other] = [ours[limit], theirs[limit]];
    const chosen = Math.min(mine ?? Infinity, other ?? Infinity);
    if (chosen === Infinity) return undefined;
    const whose = mine === other ? 'Both sides take' : chosen === mine ? 'We take' : 'The other side takes';
    reasons.push({
      rule: 'limit',
      text: `${whose} ${what} of at most ${String(chosen)} bytes.`,
      source: 'house: the smaller limit holds',
    });
    return chosen;
  };
  return {
    maxMessageSize: smaller('maxMessageSize', 'messages'),
    maxChainSize: smaller('maxChainSize', 'certificate chains'),
    reasons,
  };
}
