/** Mutated certificates: whatever they say, lint and inspection answer. */
import fc from 'fast-check';
import { expect } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  formatInspection,
  inspectCertificate,
  lintCertificate,
  parseCertificate,
} from '../../src/certificates/index.ts';
import { provider } from '../keys/support.ts';
import { ca, kemLeaf, leaf } from './lint-builder.ts';

/** Lints and inspects so many mutated certificates; how many of them could be read. */
export async function lintMutations(runs: number): Promise<number> {
  const sources = [await leaf(), await ca(), await kemLeaf()];
  let readable = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      // Where fields are: before the public key, behind it and before the signature.
      fc.array(
        fc.tuple(
          fc.oneof(fc.integer({ min: 1, max: 220 }), fc.integer({ min: 900, max: 1800 })),
          fc.nat(255),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      (source, edits) => {
        const bytes = Uint8Array.from(source);
        for (const [at, octet] of edits) bytes[at] = octet;
        // What cannot be read is a finding.
        for (const { text, rule } of lintCertificate(bytes)) expect([rule, text]).not.toContain('');
        try {
          const inspection = inspectCertificate(provider, parseCertificate(bytes, { strict: false }));
          formatInspection(inspection);
          const { total, parts } = inspection.sizes;
          expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(total);
          readable++;
        } catch (error) {
          if (!isHybridgeError(error)) throw error;
        }
      },
    ),
    { numRuns: runs },
  );
  return readable;
}
