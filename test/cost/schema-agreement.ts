/** The schemas that are published, against the readers of the files that they are about. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { placesIn, replaced } from './places.ts';

/** The validator of a published schema. */
export function publishedSchema(name: string, options: Options = {}): ValidateFunction {
  const schema: unknown = JSON.parse(
    readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  );
  if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object');
  return new Ajv2020({ strict: true, ...options }).compile(schema);
}

/** A file that is in order, and how its places are broken. */
export interface Agreement {
  readonly file: object;
  readonly conforms: ValidateFunction;
  readonly read: (text: string) => unknown;
  /** Values that this kind of file has in places of its own. */
  readonly words: readonly string[];
  /** Messages about what a schema cannot say. */
  readonly beyondTheSchema: RegExp;
  readonly runs: number;
  /** How often schema and reader have to come to the same verdict at least. */
  readonly atLeast: number;
}

/** Expects schema and reader to accept the file, and to agree wherever one value of it is another one, or gone. */
export function expectAgreement(agreement: Agreement): void {
  const { file, conforms, read, words, beyondTheSchema, runs, atLeast } = agreement;
  const plain: unknown = JSON.parse(JSON.stringify(file));
  read(JSON.stringify(file));
  expect(conforms(plain), JSON.stringify(conforms.errors)).toBe(true);
  const junk = fc.constantFrom<unknown>(
    ...[null, true, -1, 0, 0.5, 7, 1e300, '', 'x', 'a\nb', ...words, [], {}, undefined],
  );
  let both = 0;
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(plain)), junk, (path, value) => {
      const text = JSON.stringify(replaced(plain, path, value));
      const accepted = conforms(JSON.parse(text));
      try {
        read(text);
        expect(accepted, `${path.join('.')}: ${JSON.stringify(conforms.errors)}`).toBe(true);
        both++;
      } catch (error) {
        if (!(error instanceof HybridgeError)) throw error;
        if (accepted) expect(error.message, path.join('.')).toMatch(beyondTheSchema);
        else both++;
      }
    }),
    { numRuns: runs },
  );
  expect(both).toBeGreaterThan(atLeast);
}
