import { readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build as bundle, type Metafile } from 'esbuild';

import { build } from './build.ts';
import {
  at,
  gate,
  GateFailure,
  isObject,
  type Json,
  list,
  must,
  parseJson,
  root,
  subpaths,
  text,
} from './support.ts';

/**
 * Bundles every subpath alone, minified, as a browser would get it: the size must keep to its budget and hold no
 * module of a forbidden group. `--write` sets the budgets to what the bundles now weigh, rounded up to 1 KiB.
 */

const budgetFile = join(root, 'test/gates/bundles.json');

interface Group {
  readonly name: string;
  readonly modules: readonly string[];
  readonly why: string;
}

export interface Leak {
  readonly group: Group;
  readonly module: string;
  /** From the subpath's own module to the leaked one. */
  readonly chain: readonly string[];
}

/** A module's name for people: `pkijs/build/index.js`, `hybridge/kem/index.js`, `node:crypto`. */
function moduleName(path: string): string {
  const inside = path.lastIndexOf('node_modules/');
  if (inside >= 0) return path.slice(inside + 'node_modules/'.length);
  return path.replace(/^dist\//, 'hybridge/');
}

/**
 * The forbidden modules of which the bundle holds any code, or which it imports when it runs, each with the shortest
 * chain of imports that leads to it. What the bundler could drop is no leak: an index.ts may offer more than is used.
 */
export function leaks(
  { inputs, outputs }: Metafile,
  entry: string,
  groups: readonly Group[],
): readonly Leak[] {
  const held = new Set(
    Object.values(outputs).flatMap((output) => [
      ...Object.keys(output.inputs).filter((path) => (output.inputs[path]?.bytesInOutput ?? 0) > 0),
      ...output.imports.map(({ path }) => path),
    ]),
  );
  const chains = new Map<string, readonly string[]>([[entry, []]]);
  const found: Leak[] = [];
  // Map iteration sees what is added on the way: breadth first.
  for (const [path, above] of chains) {
    const module = moduleName(path);
    const chain = path === entry ? above : [...above, module];
    const group = groups.find(({ modules }) => modules.some((prefix) => module.startsWith(prefix)));
    if (group !== undefined && held.has(path)) {
      found.push({ group, module, chain });
      continue; // what a leaked module brings along is its doing
    }
    for (const { path: next } of inputs[path]?.imports ?? []) {
      if (!chains.has(next)) chains.set(next, chain);
    }
  }
  return found;
}

function groupsOf(budgets: Json, subpath: string): Group[] {
  return list(at(budgets, 'subpaths', subpath, 'without')).map((entry) => {
    const name = text(entry);
    const group = at(budgets, 'groups', name);
    if (group === null) throw new GateFailure(`bundles.json: ${subpath} names no group: ${name}`);
    return { name, modules: list(at(group, 'modules')).map(text), why: text(at(group, 'why')) };
  });
}

async function main(): Promise<void> {
  await build();
  const budgets = parseJson(readFileSync(budgetFile, 'utf8'));
  const listed = at(budgets, 'subpaths');
  if (!isObject(listed)) throw new GateFailure('bundles.json has no "subpaths"');
  const write = process.argv.includes('--write');
  const faults: string[] = [];
  const updated: Record<string, Json> = {};
  const exported = subpaths();
  for (const key of Object.keys(listed)) {
    if (!exported.some((subpath) => subpath.key === key))
      faults.push(`${key}: has a budget but is not exported`);
  }
  for (const { key, specifier } of exported) {
    if (!(key in listed)) {
      faults.push(`${key}: is exported but has no budget in test/gates/bundles.json`);
      continue;
    }
    const entry = '<entry>';
    const { metafile, outputFiles } = await bundle({
      stdin: { contents: `export * from '${specifier}'`, resolveDir: root, sourcefile: entry },
      absWorkingDir: root,
      // The built package as its exports say it, not the sources that tsconfig.json maps its name to.
      tsconfigRaw: {},
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      // What is for Node alone may name its modules without their scheme; elsewhere that is an error.
      external: list(at(listed, key, 'without')).includes('node')
        ? ['node:*']
        : ['node:*', ...builtinModules],
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    const budget = Number(at(listed, key, 'minified'));
    const gzip = gzipSync(code, { level: 9 }).length;
    const row = [key.padEnd(20), `${code.length}`.padStart(8), `of ${budget}`.padStart(11), `gzip ${gzip}`];
    console.log(row.join('  '));
    if (code.length > budget) {
      const largest = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
        .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
        .slice(0, 5)
        .map(([path, { bytesInOutput }]) => `    ${bytesInOutput} ${moduleName(path)}`);
      faults.push(
        `${key}: ${code.length} bytes are over the budget of ${budget}; largest:\n${largest.join('\n')}`,
      );
    }
    for (const { group, module, chain } of leaks(metafile, entry, groupsOf(budgets, key))) {
      faults.push(
        `${key}: must not hold ${module} (${group.name}: ${group.why})\n    ${chain.join('\n    -> ')}`,
      );
    }
    updated[key] = {
      minified: Math.ceil(code.length / 1024) * 1024,
      without: at(listed, key, 'without'),
    };
  }
  if (write) {
    const groups = at(budgets, 'groups');
    writeFileSync(budgetFile, `${JSON.stringify({ groups, subpaths: updated }, null, 2)}\n`);
    await must('prettier', ['--write', budgetFile]);
    return;
  }
  if (faults.length > 0) throw new GateFailure(faults.join('\n'));
}

if (import.meta.main) await gate(main);
