import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import ts from 'typescript';

import { build } from './build.ts';
import { matches, type Snippet, snippetsOf, stepsOf } from './snippet-reader.ts';
import { filesUnder, gate, GateFailure, root, run, type RunOptions, scratch, searchPath } from './support.ts';

/** Compiles and runs the code of README, docs and TSDoc examples against the built package. */

/** Files that show code to users; generated API reports show declarations, which are no programs. */
function documents(): string[] {
  const markdown = ['README.md', ...filesUnder('docs', '.md')].filter(
    (file) => !file.startsWith('docs/api/'),
  );
  return [...markdown, ...filesUnder('src', '.ts')].filter((file) => existsSync(join(root, file)));
}

interface Placed {
  readonly snippet: Snippet;
  readonly path: string;
}

const consumer: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
};

/** What does not compile, at the line of the document. */
function compile(placed: readonly Placed[]): string[] {
  const program = ts.createProgram(
    placed.map(({ path }) => path),
    consumer,
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n  ');
    const origin = placed.find(({ path }) => path === file?.fileName)?.snippet;
    if (file === undefined || start === undefined || origin === undefined) return `snippets: ${message}`;
    const line = origin.line + file.getLineAndCharacterOfPosition(start).line;
    return `${origin.file}:${line}: does not compile: ${message}`;
  });
}

/** Runs one TypeScript snippet in an empty folder of its own. */
async function runTypeScript({ snippet, path }: Placed, folder: string): Promise<string[]> {
  mkdirSync(folder);
  const { code, stderr } = await run('node', ['--no-warnings', path], { cwd: folder, timeout: 60_000 });
  if (code === 0) return [];
  const [, row] = new RegExp(`${path.replaceAll('.', '[.]')}:(\\d+)`).exec(stderr) ?? [];
  const line = row === undefined ? snippet.line : snippet.line + Number(row) - 1;
  return [`${snippet.file}:${line}: fails when run (exit ${code})\n${indent(stderr)}`];
}

/** Runs a document's shell blocks, one after the other, where the first left off. */
async function runShell(snippets: readonly Snippet[], folder: string, bin: string): Promise<string[]> {
  const groups: number[] = [];
  const options = {
    cwd: folder,
    timeout: 120_000,
    env: { PATH: searchPath(bin), HOME: folder },
    onGroup: (id: number) => void groups.push(id),
  };
  try {
    return await faultsOf(snippets, options);
  } finally {
    // A story that ends early leaves its servers behind.
    for (const id of groups) endGroup(id);
  }
}

function endGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // It has ended, as nearly all have.
  }
}

/** What a document's shell blocks do other than they show; the first fault ends the story. */
async function faultsOf(snippets: readonly Snippet[], options: RunOptions): Promise<string[]> {
  for (const snippet of snippets) {
    if (snippet.language === 'sh') {
      const { code, stdout, stderr } = await run('sh', ['-eu', '-c', snippet.code], options);
      if (code !== 0) return [`${snippet.file}:${snippet.line}: exit ${code}\n${indent(stdout + stderr)}`];
      continue;
    }
    for (const { line, command, output } of stepsOf(snippet)) {
      // One stream, in the order a terminal would show it; the exit code is part of what is shown, if at all.
      const { stdout } = await run('sh', ['-c', `{ ${command}\n} 2>&1`], options);
      const printed = stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
      if (!matches(output, printed)) {
        const told = `shown:\n${indent(output.join('\n'))}\nprinted:\n${indent(stdout)}`;
        return [`${snippet.file}:${line}: "${command}" prints something else\n${told}`];
      }
    }
  }
  return [];
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

async function main(): Promise<void> {
  await build();
  const snippets = documents().flatMap((file) => {
    try {
      return snippetsOf(file, readFileSync(join(root, file), 'utf8'));
    } catch (error) {
      throw new GateFailure(error instanceof Error ? error.message : String(error));
    }
  });
  const folder = scratch('snippets');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/hybridge'));
  // Whoever follows the guide for PKI.js has PKI.js.
  for (const name of ['pkijs', 'asn1js'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(join(root, 'dist/cli/main.js'), join(bin, 'hybridge'));

  const placed = snippets
    .filter(({ language }) => language === 'ts')
    .map((snippet) => {
      const path = join(folder, `${snippet.file.replaceAll('/', '-')}-${snippet.line}.ts`);
      writeFileSync(path, snippet.code);
      return { snippet, path };
    });
  const faults = placed.length > 0 ? compile(placed) : [];

  const shell = snippets.filter(({ language, runs }) => language !== 'ts' && runs);
  const stories = new Set(shell.map(({ file }) => file));
  const jobs: (() => Promise<string[]>)[] = [
    ...[...stories].map((file) => () => {
      const home = join(folder, `${file.replaceAll('/', '-')}-shell`);
      mkdirSync(home);
      return runShell(
        shell.filter((snippet) => snippet.file === file),
        home,
        bin,
      );
    }),
    ...placed
      .filter(({ snippet }) => snippet.runs)
      .map((one) => () => runTypeScript(one, one.path.replace(/[.]ts$/, '-run'))),
  ];
  const total = jobs.length;
  const worker = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) faults.push(...(await job()));
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));

  if (faults.length > 0) throw new GateFailure(faults.join('\n'));
  if (total === 0) throw new GateFailure('no document shows any code that runs');
  const run = placed.filter(({ snippet }) => snippet.runs).length;
  console.log(
    `snippets: ${placed.length} compiled, ${run} of them run; ${shell.length} shell blocks run in ${stories.size} documents`,
  );
}

if (import.meta.main) await gate(main);
