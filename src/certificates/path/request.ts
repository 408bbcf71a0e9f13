/** What was asked, checked and with its defaults. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import type { Policy } from '../../policy/index.ts';
import { Certificate, parseCertificates } from '../certificate.ts';
import { ANY_POLICY } from '../oids.ts';
import { Anchors } from './anchors.ts';
import { type PathUse, PURPOSES } from './purpose.ts';
import { readReference, type Reference } from './reference-name.ts';
import type { CertificateInput, NamedKey, PathInput, PathLimits, PathOptions, TrustAnchor } from './types.ts';

/** The inputs of certificate policy processing [RFC 5280 §6.1.1 (c), (e)-(g)]. */
interface PolicyDemands {
  readonly initial: ReadonlySet<string>;
  readonly requireExplicit: boolean;
  readonly inhibitMapping: boolean;
  readonly inhibitAny: boolean;
}

/** No certificate policy is asked for. */
export const NO_POLICY_DEMANDS: PolicyDemands = {
  initial: new Set([ANY_POLICY]),
  requireExplicit: false,
  inhibitMapping: false,
  inhibitAny: false,
};

/** What a path is to be valid for. */
export interface Demands {
  readonly at: Date;
  readonly use: PathUse;
  readonly reference: Reference | undefined;
  readonly policy: Policy | undefined;
  readonly policies: PolicyDemands;
  readonly strict: boolean;
  /** Whether revocation is looked up, so that where CRLs are found is understood. */
  readonly revocation: boolean;
}

/** Reads the options. */
export function readDemands(options: PathOptions): Demands {
  const { at, use = 'any', name, policy, policies, strict = true, revocation } = options;
  if (!(at instanceof Date) || Number.isNaN(at.getTime()))
    throw new HybridgeError('invalid_argument', 'at: not a date', { fault: 'caller' });
  if (!Object.hasOwn(PURPOSES, use))
    throw new HybridgeError(
      'invalid_argument',
      `use: “${use}” is none of ${Object.keys(PURPOSES).join(', ')}`,
      {
        fault: 'caller',
      },
    );
  return {
    at,
    use,
    reference: name === undefined ? undefined : readReference(name),
    policy,
    policies:
      policies === undefined
        ? NO_POLICY_DEMANDS
        : {
            initial: new Set(policies.initial ?? [ANY_POLICY]),
            requireExplicit: policies.requireExplicit ?? false,
            inhibitMapping: policies.inhibitMapping ?? false,
            inhibitAny: policies.inhibitAny ?? false,
          },
    strict,
    revocation: revocation !== undefined,
  };
}

/** Reads the anchors, which are the caller's own: one that cannot be read is an error. */
export function readAnchors({ anchors, strict = true }: PathOptions): Anchors {
  requireArray(anchors);
  const trusted: TrustAnchor[] = [];
  for (const anchor of anchors)
    if (isNamedKey(anchor)) trusted.push(anchor);
    else trusted.push(...readCertificates(anchor, strict));
  return new Anchors(trusted);
}

// What only a caller without types can pass: no anchors must never be taken for any.
function requireArray(anchors: unknown): void {
  if (!Array.isArray(anchors))
    throw new HybridgeError('invalid_argument', 'anchors: what is trusted must be given as an array', {
      fault: 'caller',
    });
}

function isNamedKey(anchor: CertificateInput | NamedKey): anchor is NamedKey {
  return (
    typeof anchor === 'object' &&
    !(anchor instanceof Uint8Array) &&
    !(anchor instanceof Certificate) &&
    'name' in anchor
  );
}

/** The certificates of one input. */
export function readCertificates(input: CertificateInput, strict: boolean): readonly Certificate[] {
  return input instanceof Certificate ? [input] : parseCertificates(input, { strict });
}

/** The input, read. */
export interface Presented {
  readonly leaf: Certificate | undefined;
  readonly pool: readonly Certificate[];
  /** Why certificates could not be read, by their place: 0 is the leaf. What a peer sent is judged, not thrown at. */
  readonly unread: readonly { readonly place: number; readonly error: HybridgeError }[];
}

/** Reads the input. */
export function readPresented(input: PathInput, strict: boolean): Presented {
  const certificates: Certificate[] = [];
  const unread: { place: number; error: HybridgeError }[] = [];
  let leaf: Certificate | undefined;
  for (const [place, one] of listOf(input).entries()) {
    try {
      const read = readCertificates(one, strict);
      if (place === 0) leaf = read[0];
      certificates.push(...(place === 0 ? read.slice(1) : read));
    } catch (error) {
      if (!isHybridgeError(error) || error.fault === 'internal') throw error;
      unread.push({ place, error });
    }
  }
  return { leaf, pool: certificates, unread };
}

function listOf(input: PathInput): readonly CertificateInput[] {
  if (typeof input === 'string' || input instanceof Uint8Array || input instanceof Certificate)
    return [input];
  const list = 'certificate' in input ? [input.certificate, ...(input.pool ?? [])] : input;
  if (list.length === 0)
    throw new HybridgeError('invalid_argument', 'no certificate to validate', { fault: 'caller' });
  return list;
}

/** The bounds, with their defaults. */
export function readLimits(limits: PathLimits = {}): Required<{ [Name in keyof PathLimits]: number }> {
  const { certificates = 16, signatures = 100, candidates = 2000 } = limits;
  for (const [name, value] of Object.entries({ certificates, signatures, candidates }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new HybridgeError('invalid_argument', `limits.${name}: not a positive number`, {
        fault: 'caller',
      });
  return { certificates, signatures, candidates };
}
