/** How strong a session is, as a small number that can be compared and stored. */
import { HybridgeError } from '../bytes/index.ts';
import type { Posture, PostureNature, TlsVersion } from '../events/index.ts';
import { findByName, findByTlsGroup, type RegistryEntry } from '../registry/index.ts';
import { TLS_1_2, TLS_1_3 } from './code-points.ts';

/**
 * How well a session keeps its secrets, weakest first. Categories from 3 on count alike, as they do when an algorithm is
 * selected: between ML-KEM-768 and ML-KEM-1024 a policy's preference decides, which is no downgrade.
 */
const KEY_EXCHANGE = [
  'a version before TLS 1.2',
  'TLS 1.2',
  'TLS 1.3 with a classical key exchange',
  'TLS 1.3 with a hybrid or post-quantum key exchange of category 1 or 2',
  'TLS 1.3 with a hybrid or post-quantum key exchange of category 3 to 5',
] as const;

/** How well the peer has proven who it is, weakest first. */
const AUTHENTICATION = ['classical or no authentication', 'hybrid or post-quantum authentication'] as const;

/** The two aspects of a strength; each is a rank in the table of this module. */
export interface StrengthAspects {
  readonly keyExchange: number;
  readonly authentication: number;
}

const BASE = 10;

/** The largest strength there is. */
export const STRONGEST: number = strengthOf({
  keyExchange: KEY_EXCHANGE.length - 1,
  authentication: AUTHENTICATION.length - 1,
});

/** @internal The number of two ranks. */
export function strengthOf({ keyExchange, authentication }: StrengthAspects): number {
  return keyExchange * BASE + authentication;
}

/** @internal The ranks in a strength. @throws HybridgeError `invalid_argument` for a number that is none. */
export function aspectsOf(strength: number): StrengthAspects {
  const keyExchange = Math.floor(strength / BASE);
  const authentication = strength % BASE;
  if (KEY_EXCHANGE[keyExchange] === undefined || AUTHENTICATION[authentication] === undefined)
    throw new HybridgeError('invalid_argument', `${String(strength)} is no strength of a session`, {
      fault: 'caller',
    });
  return { keyExchange, authentication };
}

function resists(nature: PostureNature): boolean {
  return nature === 'hybrid' || nature === 'post-quantum';
}

function keyExchangeRank(version: TlsVersion | undefined, nature: PostureNature, category: number): number {
  if (version === 'TLSv1.2') return 1;
  if (version !== 'TLSv1.3') return 0;
  if (!resists(nature)) return 2;
  return category < 3 ? 3 : 4;
}

/** The NIST category of a row; 0 where it is not known to reach one. */
function categoryOf(entry: RegistryEntry | undefined): number {
  return entry === undefined || entry.kind === 'obsolete' ? 0 : entry.category;
}

/**
 * The strength of a session: `10 * keyExchange + authentication`, from 0 to 41. Nothing is looked up by name but the
 * category of the group; the rest is what the posture says.
 *
 * | `keyExchange` | |
 * | --- | --- |
 * | 0 | a version before TLS 1.2, or not known |
 * | 1 | TLS 1.2 |
 * | 2 | TLS 1.3, classical |
 * | 3 | TLS 1.3, hybrid or post-quantum, of NIST category 1 or 2 or of a group that the registry does not know |
 * | 4 | TLS 1.3, hybrid or post-quantum, of NIST category 3 to 5 |
 *
 * | `authentication` of the peer | |
 * | --- | --- |
 * | 0 | none, classical, or not known |
 * | 1 | hybrid or post-quantum |
 *
 * Strengths are ordered as numbers, the key exchange first: what was recorded today is decrypted later, while a
 * signature can only be forged in the handshake. Floors look at the two digits apart, so that a gain in one does not
 * hide a loss in the other.
 *
 * @param peer - Which side of the session is the peer whose authentication counts: `client` on a server.
 * @returns `undefined` when the key exchange is not known: then there is nothing to compare.
 *
 * @example
 * ```ts
 * import { postureStrength } from 'hybridge/negotiation';
 *
 * const nobody = { by: 'none', nature: 'unknown', scheme: undefined, key: undefined } as const;
 * console.log(postureStrength({
 *   keyExchange: 'hybrid', group: 'X25519MLKEM768', version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384',
 *   authentication: { server: nobody, client: nobody }, resumed: false, helloRetry: false, reason: 'an example',
 * }, 'client')); // 40
 * ```
 */
export function postureStrength(posture: Posture, peer: 'client' | 'server'): number | undefined {
  const { keyExchange: nature, group, version } = posture;
  if (nature === 'unknown') return undefined;
  const category = group !== undefined && resists(nature) ? categoryOf(findByName(group)) : 0;
  return strengthOf({
    keyExchange: keyExchangeRank(version, nature, category),
    authentication: resists(posture.authentication[peer].nature) ? 1 : 0,
  });
}

/** What of a ClientHello says how strong a session it allows; a decoded `ClientHello` is one. */
export interface HelloOffer {
  /** Code points of supported_versions, or what the legacy version implies. */
  readonly versions: readonly number[];
  /** Code points of supported_groups. */
  readonly groups: readonly number[] | undefined;
}

/** The strongest key exchange that a hello allows. */
export interface OfferStrength {
  /** The rank, as in a strength. */
  readonly rank: number;
  /** The registered names of the groups that reach it, or the version where groups do not matter. */
  readonly text: string;
}

/** By the lists of hellos, which are the same objects for hellos of one shape. */
const strengths = new WeakMap<
  readonly number[],
  { readonly versions: readonly number[]; readonly offer: OfferStrength }
>();

/** @internal */
export function offerStrength({ versions, groups = NO_GROUPS }: HelloOffer): OfferStrength {
  const known = strengths.get(groups);
  if (known?.versions === versions) return known.offer;
  const offer = readStrength(versions, groups);
  strengths.set(groups, { versions, offer });
  return offer;
}

const NO_GROUPS: readonly number[] = [];

function readStrength(versions: readonly number[], groups: readonly number[]): OfferStrength {
  if (!versions.includes(TLS_1_3))
    return versions.includes(TLS_1_2) ? { rank: 1, text: 'TLS 1.2' } : { rank: 0, text: 'no TLS 1.2' };
  let rank = 2;
  let names: string[] = [];
  for (const code of groups) {
    const entry = findByTlsGroup(code);
    if (entry === undefined || entry.kind === 'obsolete') continue;
    const reached = keyExchangeRank('TLSv1.3', entry.nature, entry.category);
    if (reached < rank) continue;
    if (reached > rank) names = [];
    rank = reached;
    names.push(entry.identifiers.tlsGroup?.name ?? entry.name);
  }
  return { rank, text: `TLS 1.3 with ${names.length === 0 ? 'no known group' : names.join(', ')}` };
}

/**
 * A strength in words, for events and logs.
 *
 * @throws HybridgeError `invalid_argument` for a number that is no strength.
 *
 * @example
 * ```ts
 * import { describeStrength } from 'hybridge/negotiation';
 *
 * console.log(describeStrength(10)); // TLS 1.2, classical or no authentication
 * ```
 */
export function describeStrength(strength: number): string {
  const { keyExchange, authentication } = aspectsOf(strength);
  return `${String(KEY_EXCHANGE[keyExchange])}, ${String(AUTHENTICATION[authentication])}`;
}
