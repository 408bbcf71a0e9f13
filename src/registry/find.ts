/** Anything a person may type or paste, to rows: the search behind `hybridge explain`. */
import { HybridgeError } from '../bytes/index.ts';
import { ENTRIES, findByOid } from './lookup.ts';
import { nearest } from './nearest.ts';
import type { AlgorithmDescriptor, RegistryEntry } from './types.ts';

/** Where a query was found in a row. HPKE numbers its KEMs, KDFs and AEADs apart. */
export type MatchKind =
  | 'name'
  | 'alias'
  | 'oid'
  | 'cose'
  | 'jose'
  | 'tls-group'
  | 'tls-signature'
  | 'hpke-kem'
  | 'hpke-kdf'
  | 'hpke-aead';

/** A row, and the identifiers by which the query led to it; never none. */
export interface Match {
  readonly entry: RegistryEntry;
  readonly by: readonly MatchKind[];
}

/** What the registry makes of a query: rows, or else names that resemble it. */
export interface FindResult {
  /** Usable algorithms before obsolete ones. */
  readonly matches: readonly Match[];
  /** Names of rows that resemble the query, nearest first; empty where there are matches. */
  readonly suggestions: readonly string[];
}

const DOTTED = /^(?:urn:oid:)?(\d+(?:\.\d+)+)$/i;
const NUMBER = /^-?(?:\d{1,10}|0x[0-9a-f]{1,8})$/i;

/** A number in decimal or hexadecimal; the minus sign may be the typographic one that documents print. */
function numberOf(text: string): number | undefined {
  const plain = text.replace('\u2212', '-');
  if (!NUMBER.test(plain)) return undefined;
  return plain.startsWith('-') ? -Number(plain.slice(1)) : Number(plain);
}

const HPKE_KINDS: Readonly<Record<AlgorithmDescriptor['use'], MatchKind | undefined>> = {
  kem: 'hpke-kem',
  kdf: 'hpke-kdf',
  aead: 'hpke-aead',
  hash: undefined,
  signature: undefined,
};

function byNumber(entry: RegistryEntry, number: number): readonly (MatchKind | undefined)[] {
  const { cose, tlsGroup, tlsSignature, hpke } = entry.identifiers;
  return [
    cose === number ? 'cose' : undefined,
    tlsGroup?.code === number ? 'tls-group' : undefined,
    tlsSignature?.code === number ? 'tls-signature' : undefined,
    // Of what is obsolete only KEMs had HPKE numbers.
    hpke === number ? HPKE_KINDS[entry.kind === 'obsolete' ? 'kem' : entry.use] : undefined,
  ];
}

function byText(entry: RegistryEntry, lower: string): readonly (MatchKind | undefined)[] {
  const { jose, tlsGroup, tlsSignature } = entry.identifiers;
  const same = (name: string | undefined): boolean => name?.toLowerCase() === lower;
  return [
    same(entry.name) ? 'name' : undefined,
    entry.aliases.some(same) ? 'alias' : undefined,
    same(jose) ? 'jose' : undefined,
    same(tlsGroup?.name) ? 'tls-group' : undefined,
    same(tlsSignature?.name) ? 'tls-signature' : undefined,
  ];
}

function matchesOf(text: string): readonly Match[] {
  const oid = DOTTED.exec(text)?.[1];
  if (oid !== undefined) return findByOid(oid).map((entry) => ({ entry, by: ['oid'] }));
  const number = numberOf(text);
  const lower = text.toLowerCase();
  return ENTRIES.flatMap((entry) => {
    const kinds = number === undefined ? byText(entry, lower) : byNumber(entry, number);
    const by = kinds.filter((kind) => kind !== undefined);
    return by.length === 0 ? [] : [{ entry, by }];
  });
}

/**
 * The rows that a name, OID or number leads to.
 *
 * Understood are names and aliases in any case, JOSE and TLS names, dotted OIDs (also as `urn:oid:`), and numbers in
 * decimal or hexadecimal, which are looked for among COSE algorithms, TLS groups, TLS signature schemes and HPKE
 * identifiers alike. Never throws.
 *
 * @example
 * ```ts
 * import { find } from 'hybridge/registry';
 *
 * for (const query of ['0x11ec', '-48', 'x-wing', '2.16.840.1.101.3.4.4.2', 'MLKEM-786'])
 *   console.log(query, find(query).matches.map(({ entry }) => entry.name), find(query).suggestions);
 * ```
 */
export function find(query: string): FindResult {
  const text = query.trim();
  const matches = matchesOf(text);
  if (matches.length > 0) return { matches, suggestions: [] };
  return { matches, suggestions: nearest(text, ENTRIES) };
}

/**
 * The error to throw for a name or identifier that leads to no usable algorithm: obsolete, with its replacement as
 * hint, or unknown, with the nearest names as hint.
 */
export function unknownAlgorithm(query: string): HybridgeError {
  const { matches, suggestions } = find(query);
  const shown = query.length > 80 ? `${query.slice(0, 80)}…` : query;
  for (const { entry } of matches)
    if (entry.kind === 'obsolete')
      return new HybridgeError('unknown_algorithm', `${shown} is obsolete: ${entry.was}`, {
        hint: `use ${entry.replacement} instead`,
        details: { query: shown, replacement: entry.replacement },
      });
  return new HybridgeError('unknown_algorithm', `no such algorithm: ${shown}`, {
    ...(suggestions.length > 0 && { hint: `did you mean ${suggestions.join(', ')}?` }),
    details: { query: shown, suggestions },
  });
}
