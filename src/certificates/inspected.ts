/** What inspections of all kinds have in common: algorithms, extensions, and lines with labels. */
import type { Nature, RegistryEntry, SecurityCategory, Status } from '../registry/index.ts';
import type { Deviation } from './deviation.ts';
import type { Extensions } from './extension.ts';
import { type KeyFacts, nameOfKey, nameOfSignature, type SignatureFacts } from './named-algorithm.ts';
import { formatExtension, printable } from './text.ts';

/** An algorithm in a certificate, a request or a list, with what the registry knows of it. */
export interface InspectedAlgorithm {
  /** As people call it; the object identifier where nobody here knows it. */
  readonly name: string;
  readonly oid: string;
  readonly nature: Nature | 'unknown';
  /** NIST security category; 0 where a quantum computer breaks it, absent where nothing is known. */
  readonly category?: SecurityCategory;
  /** Where its standard stands. */
  readonly status: Status | 'unknown';
  readonly reference?: string;
  /** What a reader should know: what an obsolete one was and what replaces it, why a key cannot be used. */
  readonly note?: string;
  /** Of the key or the signature itself. */
  readonly bytes: number;
}

/** What one extension says. */
export interface ExtensionText {
  readonly oid: string;
  /** Absent for extensions that are not known here. */
  readonly name?: string;
  readonly critical: boolean;
  /** What it says, a line for each thing. */
  readonly text: readonly string[];
}

/** A departure from the profile. */
export interface InspectedDeviation {
  readonly text: string;
  readonly section: string;
}

/** A public key, described. */
export function describeKey(facts: KeyFacts): InspectedAlgorithm {
  const { problem, obsolete, bytes } = facts;
  const note = obsolete === undefined ? problem?.message : undefined;
  return describe(facts, nameOfKey(facts), bytes.length, note);
}

/** A signature, described. */
export function describeSignature(facts: SignatureFacts): InspectedAlgorithm {
  const { descriptor, problem, bytes } = facts;
  const note = descriptor === undefined ? undefined : problem?.message;
  return describe(facts, nameOfSignature(facts), bytes?.length ?? 0, note);
}

function describe(
  { identifier: { oid }, nature, obsolete, descriptor }: KeyFacts | SignatureFacts,
  name: string,
  bytes: number,
  problem: string | undefined,
): InspectedAlgorithm {
  const known: RegistryEntry | undefined = descriptor ?? obsolete;
  const note = obsolete === undefined ? problem : `${obsolete.was}; use ${obsolete.replacement}`;
  return {
    name,
    oid,
    nature: nature ?? 'unknown',
    ...(descriptor === undefined ? {} : { category: descriptor.category }),
    status: known?.status ?? 'unknown',
    ...(known === undefined ? {} : { reference: known.reference }),
    ...(note === undefined ? {} : { note: printable(note) }),
    bytes,
  };
}

/** Extensions, described in their order. */
export function describeExtensions(extensions: Extensions): readonly ExtensionText[] {
  return extensions.all.map((extension) => {
    const { name, text } = formatExtension(extension, extensions);
    return {
      oid: extension.oid,
      ...(name === undefined ? {} : { name }),
      critical: extension.critical,
      text,
    };
  });
}

/** Departures, described. */
export function describeDeviations(deviations: readonly Deviation[]): readonly InspectedDeviation[] {
  return deviations.map(({ text, section }) => ({ text: printable(text), section }));
}

/** A number of bytes as people read it. */
export const grouped = (bytes: number): string => bytes.toLocaleString('en-US');

function describeNature({ nature, category }: InspectedAlgorithm): string {
  switch (nature) {
    case 'classical':
      return 'classical: a quantum computer breaks it';
    case 'unknown':
      return 'not known here';
    default:
      return category === undefined ? nature : `${nature}, category ${category}`;
  }
}

/** An algorithm: name and size, what it withstands, where its standard stands. */
export function algorithmLines(algorithm: InspectedAlgorithm): readonly string[] {
  const { name, oid, status, reference, note, bytes } = algorithm;
  return [
    name === oid ? oid : `${name} (${oid}), ${grouped(bytes)} bytes`,
    describeNature(algorithm),
    ...(reference === undefined ? [] : [`${status}: ${reference}`]),
    ...(note === undefined ? [] : [note]),
  ];
}

const LABEL = 14;

/** A label, and lines beside it. */
export function block(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL)}${line}`.trimEnd());
}

/** Extensions as lines. */
export function extensionLines(extensions: readonly ExtensionText[]): readonly string[] {
  return extensions.flatMap(({ name, oid, critical, text }, index) =>
    block(index === 0 ? 'Extensions' : '', [
      `${name ?? oid}${critical ? ' (critical)' : ''}`,
      ...text.map((line) => `  ${line}`),
    ]),
  );
}

/** Departures as lines. */
export function deviationLines(deviations: readonly InspectedDeviation[]): readonly string[] {
  return deviations.flatMap(({ text, section }) => block('Deviation', [`${text} [${section}]`]));
}

/** A name as people read it, where it may be empty. */
export const nameOrEmpty = (name: string): string => (name === '' ? '(empty)' : name);
