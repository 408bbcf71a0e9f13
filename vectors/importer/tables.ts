/** Tables of figures that others publish: kept as they were read, by hand, with lines that nothing here needs left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './packages.ts';

interface Table {
  readonly family: string;
  readonly path: string;
  readonly what: string;
  readonly from: string;
  readonly licence: string;
}

const TABLES: readonly Table[] = [
  {
    family: 'pqm4',
    path: 'pqm4/benchmarks.csv',
    what: 'speed, stack, share of hashing and code size of ML-KEM, ML-DSA, SLH-DSA and FN-DSA on Cortex-M4',
    from: 'github.com/mupq/pqm4 @ 03a4b8ac967e66906bc808b8b1a8a1a4aa051380: benchmarks.csv',
    licence: 'CC0-1.0',
  },
];

/** A table as it lies there. */
export interface TableFile extends Table {
  readonly sha256: string;
  /** Lines with figures. */
  readonly cases: number;
  readonly size: number;
}

/** The tables below `vectors`. */
export function tableFiles(vectors: string): readonly TableFile[] {
  return TABLES.map((table) => {
    const bytes = readFileSync(join(vectors, table.path));
    const cases = bytes.toString('utf8').match(/^[a-z].*\d/gm)?.length ?? 0;
    return { ...table, sha256: sha256(bytes), cases, size: bytes.length };
  });
}
