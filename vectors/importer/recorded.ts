/**
 * What was recorded here of programs that others wrote: captures of hellos by `test/tls/record-corpus.ts`, each with what
 * tshark reads in it beside it; sizes of the records of whole handshakes by `test/cost/record-handshakes.ts`; cycles that
 * a timing model counted.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './packages.ts';
import { objectOf, objectsOf, parseJson, textOf } from './json.ts';

const FAMILY = 'tls-hello';

/** A file of a recording as it lies there. */
export interface RecordedFile {
  readonly family: string;
  readonly path: string;
  readonly sha256: string;
  /** Frames with a hello or an alert; handshakes; figures. */
  readonly cases: number;
  readonly what: string;
  readonly by: string;
  readonly size: number;
}

/** The recordings below `vectors`; making them again needs the peers, and gives other bytes. */
export function recordedFiles(vectors: string): readonly RecordedFile[] {
  return [...captures(vectors), ...COUNTED.flatMap((family) => counted(vectors, family))];
}

/** Families whose files are numbers alone. */
const COUNTED = ['tls-handshakes', 'cycle-model'] as const;

function counted(vectors: string, family: string): readonly RecordedFile[] {
  return readdirSync(join(vectors, family))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(vectors, family, name));
      const said = objectOf(parseJson(bytes));
      return {
        family,
        path: `${family}/${name}`,
        sha256: sha256(bytes),
        cases: objectsOf(said['tests']).length,
        what: textOf(said['what']),
        by: textOf(said['by']),
        size: bytes.length,
      };
    });
}

function captures(vectors: string): readonly RecordedFile[] {
  const folder = join(vectors, FAMILY);
  const names = readdirSync(folder).sort();
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((json) => {
      const said = objectOf(parseJson(readFileSync(join(folder, json))));
      const base = json.slice(0, -'.json'.length);
      const capture = names.find((name) => name.startsWith(`${base}.pcap`));
      if (capture === undefined) throw new Error(`${json}: no capture beside it`);
      const cases = objectsOf(said['tests']).length;
      const file = (name: string, by: string): RecordedFile => {
        const bytes = readFileSync(join(folder, name));
        const path = `${FAMILY}/${name}`;
        const what = textOf(said['what']);
        return { family: FAMILY, path, sha256: sha256(bytes), cases, what, by, size: bytes.length };
      };
      return [file(capture, 'dumpcap'), file(json, textOf(said['by']))];
    });
}
