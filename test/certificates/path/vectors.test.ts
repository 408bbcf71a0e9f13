/** Path validation with ML-DSA: certificates of OpenSSL with the verdict that the rules ask for. */
import { expect, test } from 'vitest';
import { validatePath } from '../../../src/certificates/index.ts';
import { runCases } from '../../support/tally.ts';
import { hexBytes, jsonObject, readVectorFiles } from '../../support/vectors-files.ts';
import { provider } from './pki.ts';

const files = readVectorFiles('x509/pq-path-validation.json').map(jsonObject);

test.skipIf(files.length === 0)('pq-path-validation: every verdict', async () => {
  const [file] = files;
  if (file === undefined) throw new Error('the file is missing');
  const at = new Date(1000 * file.number('checkTime'));
  const cases = file.objects('cases').map((fields) => ({
    id: fields.text('id'),
    verdict: fields.boolean('accept') ? 'valid' : 'invalid',
    layer: fields.oneOf('layer', ['path', 'profile', 'der', 'kem']),
    note: fields.text('reason'),
    chain: fields.texts('chain').map((hex) => hexBytes(hex, 'chain')),
    anchor: fields.hex('trustAnchor'),
  }));
  const counted = await runCases('pq-path-validation', cases, async ({ chain, anchor, layer, verdict }) => {
    const ask = (strict: boolean): ReturnType<typeof validatePath> =>
      validatePath(provider, chain, {
        anchors: [anchor],
        at,
        use: layer === 'kem' ? 'key-encipherment' : 'tls-server',
        strict,
      });
    const result = await ask(true);
    expect(result.valid ? 'valid' : 'invalid').toBe(verdict);
    // Rules of the profile and of DER are those that can be waived; all else holds either way.
    const lenient = await ask(false);
    if (layer === 'path' || layer === 'kem') expect(lenient.valid).toBe(result.valid);
    else expect(lenient.warnings.length + (lenient.valid ? 0 : 1)).toBeGreaterThan(0);
  });
  expect(counted.passed).toBe(cases.length);
});
