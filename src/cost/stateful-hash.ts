/**
 * Parameter sets of stateful hash-based signatures: sizes, how often a key signs, and how much hashing a verification
 * is [RFC 8554, RFC 8391, RFC 9858, SP 800-208]. Times of sets that nobody measured follow from those of others by the
 * number of compressions.
 */
import { findByName, type RegistryEntry, type StatefulHashName } from '../registry/index.ts';
import { groupBy } from './group.ts';
import { weaker } from './quantity.ts';
import type { CostData, CostRow } from './data/types.ts';

/** A parameter set of LMS, HSS, XMSS or XMSS^MT with SHA-256. */
export interface StatefulHashSet {
  /**
   * `LMS-SHA256-H10-W4`, `LMS-SHA256/192-H10-W4`, `HSS-SHA256-H10/10-W4` (two levels); XMSS as in RFC 8391:
   * `XMSS-SHA2_10_256`, `XMSSMT-SHA2_20/2_256`.
   */
  readonly name: string;
  /** Its row in the registry. */
  readonly family: StatefulHashName;
  /** Bytes of a hash: 32, or 24 of SHA-256/192. */
  readonly hashBytes: 24 | 32;
  /** Trees on the way from a message to the public key. */
  readonly levels: number;
  /** Heights of all of them together. */
  readonly height: number;
  /** Bits that one chain of the one-time signature signs. */
  readonly winternitz: 1 | 2 | 4 | 8;
  /** Signatures that one key makes: two to the height. */
  readonly capacity: number;
  /** With the four bytes of HSS for its number of levels, as COSE and CMS carry LMS. */
  readonly signatureBytes: number;
  readonly publicKeyBytes: number;
  /** Compressions of SHA-256 in a verification; an average, as the length of a chain depends on the message. */
  readonly compressions: number;
}

/** Chains of a Winternitz signature: digits of the hash and of their checksum [RFC 8554 Appendix B]. */
function chainsOf(hashBytes: number, winternitz: number): number {
  const digits = Math.ceil((8 * hashBytes) / winternitz);
  const checksumBits = Math.floor(Math.log2((2 ** winternitz - 1) * digits)) + 1;
  return digits + Math.ceil(checksumBits / winternitz);
}

/** Compressions of SHA-256 for a message: the length and a byte of padding come on top [FIPS 180-4 §5.1.1]. */
function blocks(bytes: number): number {
  return Math.ceil((bytes + 9) / 64);
}

/** What precedes the value in every hash of LMS: identifier, index and a type. */
const LMS_PREFIX = 22;

function lmsCompressions(hashBytes: number, height: number, winternitz: number): number {
  const chains = chainsOf(hashBytes, winternitz);
  const chainSteps = (chains * (2 ** winternitz - 1)) / 2;
  return (
    chainSteps * blocks(LMS_PREFIX + 1 + hashBytes) +
    blocks(LMS_PREFIX + chains * hashBytes) +
    blocks(LMS_PREFIX + hashBytes) +
    height * blocks(LMS_PREFIX + 2 * hashBytes)
  );
}

function lmsSignatureBytes(hashBytes: number, height: number, winternitz: number): number {
  return 12 + hashBytes * (1 + chainsOf(hashBytes, winternitz) + height);
}

function lms(hashBytes: 24 | 32, heights: readonly number[], winternitz: 1 | 2 | 4 | 8): StatefulHashSet {
  const height = heights.reduce((sum, each) => sum + each, 0);
  const signatures = heights.reduce((sum, each) => sum + lmsSignatureBytes(hashBytes, each, winternitz), 0);
  const hash = hashBytes === 32 ? 'SHA256' : 'SHA256/192';
  return {
    name: `${heights.length === 1 ? 'LMS' : 'HSS'}-${hash}-H${heights.join('/')}-W${winternitz}`,
    family: 'HSS/LMS',
    hashBytes,
    levels: heights.length,
    height,
    winternitz,
    capacity: 2 ** height,
    // Between two levels stands the public key of the lower one [RFC 8554 §6.2].
    signatureBytes: 4 + signatures + (heights.length - 1) * (24 + hashBytes),
    publicKeyBytes: 28 + hashBytes,
    compressions: heights.reduce((sum, each) => sum + lmsCompressions(hashBytes, each, winternitz), 0),
  };
}

const XMSS_WINTERNITZ = 4;

/** Each step of a chain and each node of a tree makes its key and masks first [RFC 8391 §3.1.2, §4.1.4]. */
function xmssCompressions(hashBytes: number, height: number, levels: number): number {
  const chains = chainsOf(hashBytes, XMSS_WINTERNITZ);
  // toByte(3, padding) and KEY stand before a 32-byte address; padding is 32 bytes, 4 with 24-byte hashes [SP 800-208].
  const padding = hashBytes === 32 ? 32 : 4;
  const derived = blocks(padding + hashBytes + 32);
  const step = 2 * derived + blocks(padding + 2 * hashBytes);
  const node = 3 * derived + blocks(padding + 3 * hashBytes);
  const chainSteps = (chains * (2 ** XMSS_WINTERNITZ - 1)) / 2;
  return levels * (chainSteps * step + (chains - 1) * node) + height * node;
}

function xmss(hashBytes: 24 | 32, height: number, levels: number): StatefulHashSet {
  const single = levels === 1;
  const chains = chainsOf(hashBytes, XMSS_WINTERNITZ);
  return {
    name: single
      ? `XMSS-SHA2_${height}_${hashBytes * 8}`
      : `XMSSMT-SHA2_${height}/${levels}_${hashBytes * 8}`,
    family: single ? 'XMSS' : 'XMSS^MT',
    hashBytes,
    levels,
    height,
    winternitz: XMSS_WINTERNITZ,
    capacity: 2 ** height,
    signatureBytes: (single ? 4 : Math.ceil(height / 8)) + hashBytes * (1 + levels * chains + height),
    publicKeyBytes: 4 + 2 * hashBytes,
    compressions: xmssCompressions(hashBytes, height, levels),
  };
}

const HASHES = [32, 24] as const;
const WINTERNITZ = [1, 2, 4, 8] as const;

/** The sets with SHA-256 and SHA-256/192: all single trees, and those of two levels that are worth a look. */
export const STATEFUL_HASH_SETS: readonly StatefulHashSet[] = Object.freeze([
  ...HASHES.flatMap((hash) =>
    [5, 10, 15, 20, 25].flatMap((height) => WINTERNITZ.map((w) => lms(hash, [height], w))),
  ),
  ...HASHES.flatMap((hash) =>
    [
      [10, 10],
      [15, 15],
      [20, 20],
    ].flatMap((heights) => ([4, 8] as const).map((w) => lms(hash, heights, w))),
  ),
  ...HASHES.flatMap((hash) => [10, 16, 20].map((height) => xmss(hash, height, 1))),
  ...HASHES.flatMap((hash) => [20, 40].map((height) => xmss(hash, height, 2))),
]);

const BY_NAME: ReadonlyMap<string, StatefulHashSet> = new Map(
  STATEFUL_HASH_SETS.map((set) => [set.name, set]),
);

/**
 * The set of that name, if it is one.
 *
 * @example
 * ```ts
 * import { statefulHashSet } from 'hybridge/cost';
 *
 * const set = statefulHashSet('LMS-SHA256/192-H10-W4');
 * console.log(set?.signatureBytes, set?.publicKeyBytes, set?.capacity); // 1504 52 1024
 * ```
 */
export function statefulHashSet(name: string): StatefulHashSet | undefined {
  return BY_NAME.get(name);
}

/** The registry's entry of an algorithm; parameter sets (`LMS-SHA256-H10-W4`) stand there as their family. */
export function registryEntry(name: string): RegistryEntry | undefined {
  return findByName(statefulHashSet(name)?.family ?? name);
}

/**
 * How far a scaled time may be off: between W4 and W8 of the measured rows the rule errs by 8 %, and chains of one
 * message are shorter or longer than the average.
 */
const SCALING_ERROR = 0.2;

function scaled(set: StatefulHashSet, { row, set: from }: Measured): CostRow | undefined {
  if (row.cycles === undefined) return undefined;
  const { mean, status, band = { low: 0, high: 0 } } = row.cycles;
  return {
    ...row,
    algorithm: set.name,
    cycles: {
      mean: (mean * set.compressions) / from.compressions,
      status: weaker(status, 'derived'),
      band: { low: band.low - SCALING_ERROR, high: band.high + SCALING_ERROR },
    },
    caveat: `scaled from ${from.name} by the number of compressions`,
  };
}

interface Measured {
  readonly row: CostRow;
  readonly set: StatefulHashSet;
}

/** The measured set that resembles another most: in its chains, then in its hash, then in its trees. */
function nearest(set: StatefulHashSet, measured: readonly Measured[]): Measured | undefined {
  const distance = ({ set: other }: Measured): number =>
    100 * Math.abs(Math.log2(other.winternitz / set.winternitz)) +
    10 * Math.abs(other.hashBytes - set.hashBytes) +
    Math.abs(Math.log2(other.compressions / set.compressions));
  return measured.toSorted((a, b) => distance(a) - distance(b))[0];
}

function isXmss({ family }: StatefulHashSet): boolean {
  return family !== 'HSS/LMS';
}

const extended = new WeakMap<CostData, CostData>();

/**
 * The data with a row for every set that some implementation on some core has a measured relative of. A derived row keeps
 * the id of the row it was scaled from: that is its source.
 */
export function withStatefulHashRows(data: CostData): CostData {
  const before = extended.get(data);
  if (before !== undefined) return before;
  const measured = data.rows.flatMap((row): readonly Measured[] => {
    const set = row.operation === 'verify' ? BY_NAME.get(row.algorithm) : undefined;
    return set === undefined || row.cycles === undefined ? [] : [{ row, set }];
  });
  const builds = groupBy(measured, ({ row, set }) => `${row.implementation} ${row.core} ${isXmss(set)}`);
  const rows = [...builds.values()].flatMap((build) =>
    STATEFUL_HASH_SETS.flatMap((set) => {
      const from = nearest(set, build);
      return from === undefined || from.set === set || isXmss(from.set) !== isXmss(set)
        ? []
        : (scaled(set, from) ?? []);
    }),
  );
  const made: CostData = rows.length === 0 ? data : { ...data, rows: [...data.rows, ...rows] };
  extended.set(data, made);
  // What was extended once need not be extended again.
  extended.set(made, made);
  return made;
}
