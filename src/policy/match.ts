import type { AlgorithmDescriptor } from '../registry/index.ts';
import type { DualSignature, Match, Range, Use } from './types.ts';

/** What rules can match: obsolete descriptors are refused before any rule is read. */
export type Matchable = AlgorithmDescriptor | DualSignature;

const NEEDS: Readonly<Record<Use, Matchable['use']>> = {
  'key-establishment': 'kem',
  'session-authentication': 'signature',
  'certificate-signature': 'signature',
  'signature-create': 'signature',
  'signature-verify': 'signature',
  'firmware-signature': 'signature',
  hash: 'hash',
  kdf: 'kdf',
  aead: 'aead',
};

/** Whether an algorithm can serve a use at all: a KEM makes no signatures. */
export function serves(subject: Matchable, use: Use): boolean {
  return subject.use === NEEDS[use];
}

function within(range: Range | undefined, value: number | undefined): boolean {
  if (range === undefined) return true;
  if (value === undefined) return false;
  return value >= (range.atLeast ?? -Infinity) && value <= (range.atMost ?? Infinity);
}

function among(list: readonly string[] | undefined, value: string | undefined): boolean {
  return list === undefined || (value !== undefined && list.includes(value));
}

/** Whether every field of the match holds for the algorithm. */
export function matches(match: Match, subject: Matchable): boolean {
  return (
    among(match.nature, subject.nature) &&
    among(match.kind, subject.kind) &&
    among(match.name, subject.name) &&
    within(match.category, subject.category) &&
    among(match.status, subject.status === 'standard' ? 'standard' : 'draft') &&
    (match.stateful === undefined || match.stateful === subject.stateful) &&
    within(match.modulusBits, 'modulusBits' in subject ? subject.modulusBits : undefined) &&
    among(match.hash, 'hash' in subject ? subject.hash : undefined) &&
    among(match.postQuantum, 'postQuantum' in subject ? subject.postQuantum : undefined) &&
    among(match.traditional, 'traditional' in subject ? subject.traditional : undefined)
  );
}
