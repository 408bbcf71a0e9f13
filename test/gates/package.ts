import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from './build.ts';
import {
  at,
  gate,
  GateFailure,
  isObject,
  type Json,
  list,
  manifest,
  must,
  parseJson,
  root,
  run,
  scratch,
  subpaths,
  text,
} from './support.ts';

/** Packs the package and looks at the tarball as its users' tools will. */

export interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

/** Packs what is built into a folder. */
export async function pack(folder: string): Promise<Packed> {
  await build();
  // `prepack` would build again, while other gates read dist/.
  const printed = await must('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [described = null] = list(parseJson(printed));
  return {
    tarball: join(folder, text(at(described, 'filename'))),
    files: list(at(described, 'files')).map((file) => text(at(file, 'path'))),
  };
}

/** Puts the packed package, and the dependencies that this project has of it, where `folder` finds them. */
export async function unpack(tarball: string, folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'hybridge'), { recursive: true });
  await must('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'hybridge')]);
  for (const name of Object.keys(dependencies())) {
    const place = join(modules, name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), place);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
}

function dependencies(): Readonly<Record<string, Json>> {
  const declared = at(manifest(), 'dependencies');
  return isObject(declared) ? declared : {};
}

/** What a package of compiled ES modules and JSON schemas holds. */
const expected =
  /^(?:dist\/.+\.(?:js|d\.ts)|dist\/schemas\/[^/]+\.schema\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;

/**
 * Subpaths that name Node's own types; negotiation/ does by way of the credentials of tls/, though it runs anywhere.
 * Everything else must compile where there is only the web platform.
 */
const nodeOnly = /^hybridge\/(?:providers\/native|stores\/|negotiation|tls|terminator)/;

/** Compiles an import of every subpath as strict users do: declarations checked too, under both ways of resolving. */
async function consume(tarball: string, folder: string): Promise<string[]> {
  const home = join(folder, 'consumer');
  mkdirSync(home);
  await unpack(tarball, home);
  const specifiers = subpaths().map(({ specifier }) => specifier);
  const web = specifiers.filter((specifier) => !nodeOnly.test(specifier));
  const node = specifiers.filter((specifier) => nodeOnly.test(specifier));
  const faults: string[] = [];
  for (const [name, names, types] of [
    ['web', web, []],
    ['node', node, ['node']],
  ] as const) {
    const lines = names.map((specifier, index) => `export * as m${index} from '${specifier}'\n`);
    writeFileSync(join(home, `${name}.ts`), lines.join(''));
    for (const [module, moduleResolution] of [
      ['NodeNext', 'NodeNext'],
      ['ESNext', 'Bundler'],
    ] as const) {
      const config = {
        compilerOptions: {
          target: 'ES2023',
          lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
          module,
          moduleResolution,
          types,
          typeRoots: [join(root, 'node_modules/@types')],
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          skipLibCheck: false,
          noEmit: true,
        },
        files: [`${name}.ts`],
      };
      writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
      const { code, stdout } = await run('tsc', ['-p', '.'], { cwd: home });
      if (code !== 0) faults.push(`declarations do not compile (${name}, ${moduleResolution}):\n${stdout}`);
    }
  }
  return faults;
}

async function main(): Promise<void> {
  const folder = scratch('package');
  const { tarball, files } = await pack(folder);
  const faults = files
    .filter((file) => !expected.test(file))
    .map((file) => `must not be in the package: ${file}`);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/cli/main.js']) {
    if (!files.includes(file)) faults.push(`missing from the package: ${file}`);
  }
  for (const [tool, args] of [
    ['publint', ['--strict', tarball]],
    ['attw', ['--profile', 'esm-only', '--no-emoji', '--format', 'ascii', tarball]],
  ] as const) {
    const { code, stdout, stderr } = await run(tool, args);
    if (code !== 0) faults.push(`${tool}:\n${stdout}${stderr}`);
  }
  faults.push(...(await consume(tarball, folder)));
  if (faults.length > 0) throw new GateFailure(faults.join('\n'));
  console.log(
    `package: ${files.length} files, publint, are-the-types-wrong and declarations without complaint`,
  );
}

if (import.meta.main) await gate(main);
