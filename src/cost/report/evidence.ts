/**
 * What stands behind the numbers of a page. A number that is written down gets a note (how it came about) and the
 * rows and sources that the note names; equal notes are one. Whoever writes a number asks here for its link.
 */
import { describeSource } from '../data/index.ts';
import type { CostData, CostRow, Source } from '../data/types.ts';
import type { Figure, Status } from '../quantity.ts';

/** How a number came about. */
export interface Note {
  /** The anchor of the note. */
  readonly id: string;
  readonly status: Status | 'no data';
  readonly because: string;
  readonly sources: readonly Reference[];
}

/** A row of the data, or a source without one. */
export interface Reference {
  /** The anchor of the entry. */
  readonly id: string;
  /** The id in the data. */
  readonly name: string;
  readonly row: CostRow | undefined;
  /** `undefined` where the data do not have what a figure names. */
  readonly source: Source | undefined;
}

/** Gathers notes while a page is written. */
export interface Evidence {
  /** The note of a figure; made the first time. */
  note(figure: Figure): Note;
  notes(): readonly Note[];
  references(): readonly Reference[];
}

/** Evidence without a note, for one page. */
export function createEvidence(data: CostData): Evidence {
  const notes = new Map<string, Note>();
  const references = new Map<string, Reference>();

  const reference = (name: string): Reference => {
    const known = references.get(name);
    if (known !== undefined) return known;
    const described = describeSource(data, name);
    const made = {
      id: `s${references.size + 1}`,
      name,
      row: described?.row,
      source: described?.source,
    };
    references.set(name, made);
    return made;
  };

  return {
    note(figure) {
      const status = figure.known ? figure.status : 'no data';
      const sources = figure.known ? figure.sources : [];
      const key = JSON.stringify([status, figure.because, sources]);
      const known = notes.get(key);
      if (known !== undefined) return known;
      const note = {
        id: `n${notes.size + 1}`,
        status,
        because: figure.because,
        sources: sources.map(reference),
      } as const;
      notes.set(key, note);
      return note;
    },
    notes: () => [...notes.values()],
    references: () => [...references.values()],
  };
}
