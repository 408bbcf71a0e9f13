/** What is asked about signatures for updates, and what there is to choose from. */
import { dualSignature, type Policy, type Subject } from '../policy/index.ts';
import {
  ML_DSA_NAMES,
  type Nature,
  signature as signatureOf,
  type SignatureName,
  SIGNATURES,
  SLH_DSA_NAMES,
} from '../registry/index.ts';
import type { CostData, Device, Link } from './data/types.ts';
import { STATEFUL_HASH_SETS, type StatefulHashSet } from './stateful-hash.ts';

/** Who keeps the state of a stateful key: hardware that only counts upwards, one careful signer, or nobody. */
export const CUSTODIES = ['hsm', 'single-signer', 'none'] as const;

/** See {@link CUSTODIES}. */
export type Custody = (typeof CUSTODIES)[number];

/** What a verifier has for checking an update. */
export interface AdviceLimits {
  /** RAM for manifest, keys, buffers and stack. */
  readonly ramBytes?: number;
  /** Flash for verifier and keys. */
  readonly flashBytes?: number;
  /** Time of the signature checks. */
  readonly verifyMilliseconds?: number;
  /** The signed manifest without the image. */
  readonly envelopeBytes?: number;
}

/** What is asked. */
export interface AdviceQuestion {
  readonly signaturesPerYear: number;
  /** How long devices that check with this key are in service. */
  readonly lifetimeYears: number;
  readonly custody: Custody;
  /** In scope of CNSA 2.0, for US national security systems. */
  readonly cnsa: boolean;
  /** A hybrid is wanted until then: two kinds of signature that must both hold. */
  readonly hybridUntil?: Date;
  readonly policy?: Policy;
  /** The date of the verdicts. */
  readonly at: Date;
  /** Id of a profile, or a profile; without one times and memory are not judged. */
  readonly device?: Device | string;
  readonly link?: Link | string;
  readonly limits?: AdviceLimits;
  readonly data?: CostData;
}

/** Families of options, as people choose among them. */
export type AdviceFamily =
  'classical' | 'composite' | 'dual' | 'hss' | 'lms' | 'ml-dsa' | 'slh-dsa' | 'xmss' | 'xmss-mt';

/** Something that updates can be signed with. */
export interface AdviceOption {
  readonly name: string;
  readonly family: AdviceFamily;
  /** What stands in the manifest: one signature, or two of a dual. */
  readonly signatures: readonly string[];
  /** What policies judge. */
  readonly subject: Subject;
  readonly nature: Nature;
  readonly stateful: boolean;
  readonly hashBased: boolean;
  /** Levels of trees; 0 for schemes without. */
  readonly levels: number;
  /** Bytes of the hash of stateful schemes. */
  readonly hashBytes: number | undefined;
  /** Signatures that a key makes; `undefined` where nobody has to count. */
  readonly capacity: number | undefined;
  /** Those of the signatures that COSE has no number for. */
  readonly withoutCoseNumber: readonly string[];
}

function registered(name: SignatureName, family: AdviceFamily): AdviceOption {
  const descriptor = signatureOf(name);
  return {
    name,
    family,
    signatures: [name],
    subject: descriptor,
    nature: descriptor.nature,
    stateful: false,
    hashBased: family === 'slh-dsa',
    levels: 0,
    hashBytes: undefined,
    capacity: undefined,
    withoutCoseNumber: descriptor.identifiers.cose === undefined ? [name] : [],
  };
}

function dual(classical: SignatureName, postQuantum: SignatureName): AdviceOption {
  const subject = dualSignature(signatureOf(classical), signatureOf(postQuantum));
  return {
    ...registered(postQuantum, 'dual'),
    name: subject.name,
    signatures: [classical, postQuantum],
    subject,
    nature: subject.nature,
  };
}

const STATEFUL_FAMILY = { 'HSS/LMS': 'lms', XMSS: 'xmss', 'XMSS^MT': 'xmss-mt' } as const;

function stateful({ name, family, levels, hashBytes, capacity }: StatefulHashSet): AdviceOption {
  const subject = signatureOf(family);
  return {
    name,
    family: family === 'HSS/LMS' && levels > 1 ? 'hss' : STATEFUL_FAMILY[family],
    signatures: [name],
    subject,
    nature: subject.nature,
    stateful: true,
    hashBased: true,
    levels,
    hashBytes,
    capacity,
    withoutCoseNumber: subject.identifiers.cose === undefined ? [name] : [],
  };
}

/** Composites that a draft of COSE asks a number for: the ones that are going to be met. */
const COMPOSITES = SIGNATURES.flatMap((descriptor) =>
  descriptor.kind === 'composite-signature' && descriptor.identifiers.jose !== undefined
    ? descriptor.name
    : [],
);

/** Everything that is judged. */
export const ADVICE_OPTIONS: readonly AdviceOption[] = Object.freeze([
  ...ML_DSA_NAMES.map((name) => registered(name, 'ml-dsa')),
  dual('ECDSA-P256-SHA256', 'ML-DSA-44'),
  dual('ECDSA-P256-SHA256', 'ML-DSA-65'),
  dual('Ed25519', 'ML-DSA-65'),
  dual('ECDSA-P384-SHA384', 'ML-DSA-87'),
  ...COMPOSITES.map((name) => registered(name, 'composite')),
  ...SLH_DSA_NAMES.map((name) => registered(name, 'slh-dsa')),
  ...STATEFUL_HASH_SETS.map(stateful),
  registered('ECDSA-P256-SHA256', 'classical'),
  registered('ECDSA-P384-SHA384', 'classical'),
  registered('Ed25519', 'classical'),
]);
