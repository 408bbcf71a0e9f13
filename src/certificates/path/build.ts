/**
 * Building of paths from the leaf up [RFC 4158]. Whatever the pool holds, the work is bounded: a candidate is followed
 * only when its key verifies the signature below it, no name and key come twice in a path, and signatures and
 * candidates are counted.
 */
import { equal, isHybridgeError } from '../../bytes/index.ts';
import type { Provider } from '../../provider/index.ts';
import type { SignatureDescriptor } from '../../registry/index.ts';
import { signatureAlgorithmsOf } from '../algorithm-identifier.ts';
import type { Certificate } from '../certificate.ts';
import { algorithmOfSignature, type KeyHolder, verifySigned } from '../signed.ts';
import type { Anchor, Anchors } from './anchors.ts';
import type { Candidate } from './candidate.ts';
import { validityAt } from './process.ts';
import type { PathFailure, PathLimits, PathWork } from './types.ts';

/** Why a path went no further. */
export interface DeadEnd {
  /** The leaf first. */
  readonly path: readonly Certificate[];
  readonly signatures: readonly SignatureDescriptor[];
  readonly reason: DeadEndCode;
  readonly text: string;
}

/** The certificates that paths may be made of, by the name of the subject. */
export class Pool {
  readonly #bySubject = new Map<string, Certificate[]>();

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) {
      const named = this.#bySubject.get(certificate.subject.key);
      if (named === undefined) this.#bySubject.set(certificate.subject.key, [certificate]);
      else named.push(certificate);
    }
  }

  /** The certificates whose subject issued this one, if their word is to be taken. */
  issuersOf(certificate: Certificate): readonly Certificate[] {
    return this.#bySubject.get(certificate.issuer.key) ?? [];
  }
}

/** The outcome of one signature check, by the key that it was made with. */
interface Checked {
  readonly spki: Uint8Array;
  readonly outcome: SignatureDescriptor | DeadEndReason;
}

/** What can end a path before it is known where it leads. */
export type DeadEndCode = Extract<
  PathFailure,
  | 'malformed'
  | 'no-issuer'
  | 'path-length'
  | 'signature-invalid'
  | 'unsupported-algorithm'
  | 'untrusted-root'
  | 'work-limit'
>;

interface DeadEndReason {
  readonly reason: DeadEndCode;
  readonly text: string;
}

const EXHAUSTED: DeadEndReason = {
  reason: 'work-limit',
  text: 'the limits of work were reached before all of its possible issuers were looked at',
};

/** What is counted over everything that one question leads to. */
export class Budget {
  readonly #limits: Required<{ [Name in keyof PathLimits]: number }>;
  signatures = 0;
  candidates = 0;
  paths = 0;
  limitReached = false;

  constructor(limits: Required<{ [Name in keyof PathLimits]: number }>) {
    this.#limits = limits;
  }

  /** Certificates that a path may have. */
  get certificates(): number {
    return this.#limits.certificates;
  }

  /** Takes one candidate from what is left; `false` when nothing is. */
  takeCandidate(): boolean {
    return this.#take('candidates');
  }

  /** Takes one signature check from what is left. */
  takeSignature(): boolean {
    return this.#take('signatures');
  }

  #take(what: 'candidates' | 'signatures'): boolean {
    if (this[what] >= this.#limits[what]) {
      this.limitReached = true;
      return false;
    }
    this[what]++;
    return true;
  }

  /** How much was done so far. */
  get work(): PathWork {
    const { signatures, candidates, paths, limitReached } = this;
    return { signatures, candidates, paths, limitReached };
  }
}

/** A search for paths to the anchors. */
export class Search {
  readonly #provider: Provider;
  readonly #anchors: Anchors;
  readonly #pool: Pool;
  readonly #at: Date;
  readonly #budget: Budget;
  readonly #checked = new Map<Certificate, Checked[]>();
  readonly #issuers = new Map<Certificate, readonly Certificate[]>();
  #deadEnd: DeadEnd | undefined;

  constructor(provider: Provider, anchors: Anchors, pool: Pool, at: Date, budget: Budget) {
    this.#provider = provider;
    this.#anchors = anchors;
    this.#pool = pool;
    this.#at = at;
    this.#budget = budget;
  }

  /** The dead end that came furthest, once {@link paths} has been read to its end. */
  get deadEnd(): DeadEnd | undefined {
    return this.#deadEnd;
  }

  /** Paths whose names and signatures hold, the most promising first. */
  async *paths(leaf: Certificate): AsyncGenerator<Candidate, void, undefined> {
    const pinned = this.#anchors.pinned(leaf);
    if (pinned !== undefined) yield { path: [leaf], anchor: pinned, signatures: [] };
    yield* this.#extend([leaf], []);
  }

  async *#extend(
    path: readonly Certificate[],
    signatures: readonly SignatureDescriptor[],
  ): AsyncGenerator<Candidate, void, undefined> {
    const child = path.at(-1);
    if (child === undefined) return;
    const keyOids = this.#keyOids(child, path, signatures);
    if (keyOids === undefined) return;
    let refused: DeadEndReason | undefined;
    for (const anchor of this.#anchorsOf(child)) {
      const outcome = await this.#check(child, anchor.key);
      if ('reason' in outcome) refused ??= outcome;
      else yield { path, anchor, signatures: [...signatures, outcome] };
    }
    for (const issuer of this.#issuersOf(child, keyOids)) {
      if (this.#budget.limitReached) break;
      if (path.some((one) => isSameEntity(one, issuer))) continue;
      if (path.length >= this.#budget.certificates) {
        refused ??= { reason: 'path-length', text: `more than ${this.#budget.certificates} certificates` };
        break;
      }
      const outcome = await this.#check(child, issuer);
      if ('reason' in outcome) refused ??= outcome;
      else yield* this.#extend([...path, issuer], [...signatures, outcome]);
    }
    const reason = refused ?? (this.#budget.limitReached ? EXHAUSTED : noIssuer(child));
    this.#note({ path, signatures, ...reason });
  }

  // A longer path came further. Of equal ones the first is the more promising.
  #note(deadEnd: DeadEnd): void {
    if (this.#deadEnd === undefined || deadEnd.path.length > this.#deadEnd.path.length)
      this.#deadEnd = deadEnd;
  }

  /** The OIDs of keys that can have made the signature; `undefined` when it cannot be checked at all. */
  #keyOids(
    child: Certificate,
    path: readonly Certificate[],
    signatures: readonly SignatureDescriptor[],
  ): ReadonlySet<string> | undefined {
    try {
      return new Set(signatureAlgorithmsOf(child.signatureAlgorithm).flatMap(keyOidsOf));
    } catch (error) {
      this.#note({ path, signatures, ...refusalOf(error) });
      return undefined;
    }
  }

  #anchorsOf(child: Certificate): readonly Anchor[] {
    return inOrder(this.#anchors.named(child.issuer), ({ certificate }) =>
      certificate === undefined ? 0 : this.#rank(certificate, child),
    );
  }

  // A certificate may be come to in many ways, and thousands may claim to be its issuer.
  #issuersOf(child: Certificate, keyOids: ReadonlySet<string>): readonly Certificate[] {
    const known = this.#issuers.get(child);
    if (known !== undefined) return known;
    const issuers = this.#pool
      .issuersOf(child)
      .filter(({ keyAlgorithm }) => keyOids.has(keyAlgorithm.oid))
      // What is itself an anchor has been tried as one.
      .filter((issuer) => this.#anchors.pinned(issuer) === undefined);
    const ordered = inOrder(issuers, (issuer) => this.#rank(issuer, child));
    this.#issuers.set(child, ordered);
    return ordered;
  }

  // RFC 4158 §3.5: the key identifier first, then what an issuer must be, then the way to an anchor.
  #rank(issuer: Certificate, child: Certificate): number {
    const fits =
      issuer.extensions.basicConstraints?.ca === true &&
      issuer.extensions.keyUsage?.includes('keyCertSign') !== false &&
      validityAt(issuer.validity, this.#at) === 'valid';
    const isNear = this.#anchors.named(issuer.issuer).length > 0;
    return 4 * identifierRank(issuer, child) + (fits ? 0 : 2) + (isNear ? 0 : 1);
  }

  /** Whether a key made the signature on a certificate, and by which algorithm. */
  async #check(child: Certificate, issuer: KeyHolder): Promise<SignatureDescriptor | DeadEndReason> {
    if (!this.#budget.takeCandidate()) return EXHAUSTED;
    const known = this.#checked.get(child) ?? [];
    const before = known.find(({ spki }) => equal(spki, issuer.subjectPublicKeyInfo));
    if (before !== undefined) return before.outcome;
    if (!this.#budget.takeSignature()) return EXHAUSTED;
    const outcome = await this.#verify(child, issuer);
    known.push({ spki: issuer.subjectPublicKeyInfo, outcome });
    this.#checked.set(child, known);
    return outcome;
  }

  async #verify(child: Certificate, issuer: KeyHolder): Promise<SignatureDescriptor | DeadEndReason> {
    try {
      const algorithm = algorithmOfSignature(child, issuer);
      if (await verifySigned(this.#provider, child, issuer)) return algorithm;
      return { reason: 'signature-invalid', text: `the signature by ${algorithm.name} does not hold` };
    } catch (error) {
      return refusalOf(error);
    }
  }
}

/** What an error in a peer's certificate means for the path; an error of ours is thrown on. */
function refusalOf(error: unknown): DeadEndReason {
  if (!isHybridgeError(error) || error.fault === 'internal') throw error;
  const { code, message } = error;
  if (code === 'unknown_algorithm' || code === 'unsupported')
    return { reason: 'unsupported-algorithm', text: message };
  if (code === 'wrong_algorithm') return { reason: 'signature-invalid', text: message };
  return { reason: 'malformed', text: message };
}

function noIssuer({ issuer, subject }: Certificate): DeadEndReason {
  return issuer.key === subject.key
    ? { reason: 'untrusted-root', text: 'it names itself as its issuer, and is no anchor' }
    : { reason: 'no-issuer', text: 'its issuer is neither in the pool nor among the anchors' };
}

// The same name and key again leads nowhere new: that is how paths would run in circles [RFC 4158 §2.4.1].
function isSameEntity(a: Certificate, b: Certificate): boolean {
  return (
    a === b || (a.subject.key === b.subject.key && equal(a.subjectPublicKeyInfo, b.subjectPublicKeyInfo))
  );
}

// 0: the identifiers say that this is the issuer; 1: they say nothing; 2: they say that it is not.
function identifierRank(issuer: Certificate, child: Certificate): 0 | 1 | 2 {
  const { authorityKeyIdentifier } = child.extensions;
  if (authorityKeyIdentifier === undefined) return 1;
  const { keyIdentifier, serialNumber } = authorityKeyIdentifier;
  const { subjectKeyIdentifier } = issuer.extensions;
  if (keyIdentifier !== undefined && subjectKeyIdentifier !== undefined)
    return equal(keyIdentifier, subjectKeyIdentifier) ? 0 : 2;
  if (serialNumber === undefined) return 1;
  return equal(serialNumber, issuer.serialNumber) ? 0 : 2;
}

/** Stable: equals stay in the order in which the caller gave them. */
function inOrder<T>(items: readonly T[], rank: (item: T) => number): readonly T[] {
  if (items.length < 2) return items;
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSASSA_PSS = '1.2.840.113549.1.1.10';

function keyOidsOf({ key }: SignatureDescriptor): readonly string[] {
  switch (key.kind) {
    case 'rsa':
      return [RSA_ENCRYPTION, RSASSA_PSS];
    case 'ec':
      return [EC_PUBLIC_KEY];
    case 'okp':
    case 'raw':
      return [key.oid];
    case 'none':
      return [];
  }
}
