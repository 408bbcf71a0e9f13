import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

import { reportName } from './api.ts';
import { difference } from './difference.ts';
import { leaks } from './size.ts';
import { at, list, parseJson, root, subpaths } from './support.ts';
import { bannedIn } from './words.ts';

/** Each gate must be able to fail: a gate that cannot is worse than none. */

test('a bundle that holds a forbidden module is told which, and by which chain of imports', () => {
  const imports = (...paths: string[]) => ({
    bytes: 1,
    imports: paths.map((path) => ({ path, kind: 'import-statement' as const })),
  });
  const inputs = {
    entry: imports('dist/kem/index.js'),
    'dist/kem/index.js': imports('dist/kem/hybrid.js', 'dist/encoding/index.js'),
    'dist/kem/hybrid.js': imports('node_modules/pkijs/build/index.js', 'node:crypto'),
    'dist/encoding/index.js': imports('node_modules/cbor2/lib/index.js'),
    'node_modules/pkijs/build/index.js': imports('node_modules/asn1js/build/index.js'),
    'node_modules/asn1js/build/index.js': imports(),
    'node_modules/cbor2/lib/index.js': imports(),
  };
  const held = Object.keys(inputs).map(
    (path) => [path, { bytesInOutput: path.includes('cbor2') ? 0 : 1 }] as const,
  );
  const outputs = {
    'out.js': {
      bytes: 7,
      inputs: Object.fromEntries(held),
      imports: [{ path: 'node:crypto', kind: 'import-statement' as const, external: true }],
      exports: [],
    },
  };
  const leaked = (...modules: string[]) =>
    leaks({ inputs, outputs }, 'entry', [{ name: 'x', modules, why: 'so' }]);
  expect(leaked('pkijs/', 'asn1js/')).toEqual([
    {
      group: { name: 'x', modules: ['pkijs/', 'asn1js/'], why: 'so' },
      module: 'pkijs/build/index.js',
      chain: ['hybridge/kem/index.js', 'hybridge/kem/hybrid.js', 'pkijs/build/index.js'],
    },
  ]);
  expect(leaked('node:').map(({ module }) => module)).toEqual(['node:crypto']);
  expect(leaked('cbor2/'), 'what the bundler dropped').toEqual([]);
});

test('banned words are found on their line, and allowed where they are denied', () => {
  const content = [
    'fine',
    'a quantum-proof cloud',
    'runs in constant time',
    'cannot promise constant time',
  ].join('\n');
  expect(bannedIn('docs/a.md', content).map((fault) => fault.split(': ')[0])).toEqual([
    'docs/a.md:2',
    'docs/a.md:3',
  ]);
  expect(bannedIn('src/a.ts', "const here = '/root/x'")).toHaveLength(1);
  expect(bannedIn('src/a.ts', "const there = '../shared/work/x'")).toEqual([]);
});

test('a difference shows the changed lines between their neighbours', () => {
  expect(difference('a\nb\nc\nd', 'a\nb\nX\nd')).toBe('@@ line 3 @@\n a\n b\n-c\n+X\n d');
  expect(difference('', 'new')).toContain('+new');
});

test('every exported subpath is documented, has a budget and a report', () => {
  const typedoc = list(at(parseJson(readFileSync(join(root, 'typedoc.json'), 'utf8')), 'entryPoints'));
  const budgets = parseJson(readFileSync(join(root, 'test/gates/bundles.json'), 'utf8'));
  for (const { key, types } of subpaths()) {
    expect(typedoc).toContain(types.replace(/^dist(.+)[.]d[.]ts$/, 'src$1.ts'));
    expect(at(budgets, 'subpaths', key), key).not.toBeNull();
    expect(reportName(key)).toMatch(/^[a-z-]+\.api\.md$/);
  }
});

test('the lint rules that keep types honest are errors in src and no file can switch them off', async () => {
  const config: unknown = await new ESLint({ cwd: root }).calculateConfigForFile(join(root, 'src/index.ts'));
  expect(config).toMatchObject({
    linterOptions: { noInlineConfig: true },
    rules: {
      '@typescript-eslint/ban-ts-comment': [2, { 'ts-expect-error': true }],
      '@typescript-eslint/consistent-type-assertions': [2, { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': [2],
      '@typescript-eslint/no-floating-promises': [2],
      '@typescript-eslint/no-non-null-assertion': [2],
      '@typescript-eslint/no-unsafe-assignment': [2],
      'no-restricted-globals': [2, 'Buffer', 'process', 'global', 'setImmediate', 'clearImmediate'],
      'tsdoc/syntax': [2],
    },
  });
});
