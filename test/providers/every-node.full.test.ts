import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { at, list, must, parseJson, scratch, text } from '../gates/support.ts';
import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import { report } from '../support/tally.ts';

/** Lines whose `node:crypto` has the algorithms of FIPS 203, 204 and 205. */
const POST_QUANTUM = /^(?:24|26)\./;

describe('both providers on every supported line of Node', () => {
  const bundle = join(scratch('every-node'), 'main.mjs');

  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL('./every-node-main.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile: bundle,
    });
  });

  test.each(nodeVersions)('Node %s', async (version) => {
    const answer = parseJson(await must(await nodeBinary(version), [bundle]));
    expect(at(answer, 'version')).toBe(`v${version}`);
    expect(at(answer, 'failures')).toEqual([]);
    expect(at(answer, 'cases')).toBeGreaterThan(150);
    const served = list(at(answer, 'served')).map(text);
    const cases = JSON.stringify(at(answer, 'cases'));
    report(`Node ${version}: ${cases} cases, native serves ${String(served.length)} primitives`);
    for (const expected of [
      'kem X25519',
      'kem P-256',
      'signature Ed25519',
      'hash SHA3-256',
      'aead AES-256-GCM',
    ])
      expect(served).toContain(expected);
    for (const postQuantum of ['kem ML-KEM-768', 'signature ML-DSA-65', 'signature SLH-DSA-SHAKE-256f'])
      expect(served.includes(postQuantum)).toBe(POST_QUANTUM.test(version));
  });
});
