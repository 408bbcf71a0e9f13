import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import ts from 'typescript';

import { build } from './build.ts';
import { difference } from './difference.ts';
import { dist, gate, GateFailure, root, type Subpath, subpaths } from './support.ts';

/**
 * Writes what a user can import from each subpath, as the built declarations say it, to docs/api/. With `--check`
 * nothing is written and a difference fails: a change of the public surface is then seen, and agreed to, in review.
 */

const folder = join(root, 'docs/api');

export function reportName(key: string): string {
  return `${key === '.' ? 'hybridge' : key.slice(2).replaceAll('/', '-')}.api.md`;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class ApiReporter {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #printer: ts.Printer = ts.createPrinter({
    removeComments: true,
    newLine: ts.NewLineKind.LineFeed,
  });
  readonly #base: string;
  readonly #exported: Map<ts.Symbol, string> = new Map();

  /** `base` is the folder whose declarations are ours; those of dependencies are named, not printed. */
  constructor(base: string, entries: readonly Subpath[]) {
    this.#base = base;
    this.#program = ts.createProgram(
      entries.map(({ types }) => join(root, types)),
      {
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        target: ts.ScriptTarget.ES2023,
        lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
        strict: true,
        noEmit: true,
      },
    );
    this.#checker = this.#program.getTypeChecker();
    for (const entry of entries) {
      for (const symbol of this.#exportsOf(entry)) {
        const target = this.#resolve(symbol);
        if (!this.#exported.has(target)) this.#exported.set(target, entry.specifier);
      }
    }
  }

  report(entry: Subpath): string {
    const here = this.#exportsOf(entry);
    const own = new Set(here.map((symbol) => this.#resolve(symbol)));
    const elsewhere = new Map<string, string>();
    const hidden = new Map<ts.Symbol, string>();

    const print = (symbol: ts.Symbol, name: string): string => {
      const declarations = (symbol.declarations ?? []).filter((node) => !ts.isModuleDeclaration(node));
      for (const node of declarations) this.#visitReferences(node, (target) => note(target));
      const printed = declarations.map((node) => this.#print(node));
      const renamed = symbol.name === name ? [] : [`// exported as ${name}`];
      return [...renamed, ...printed].join('\n');
    };
    const note = (target: ts.Symbol): void => {
      if (own.has(target) || hidden.has(target)) return;
      const home = this.#exported.get(target);
      if (home !== undefined) {
        elsewhere.set(target.name, home);
        return;
      }
      hidden.set(target, '');
      hidden.set(target, print(target, target.name));
    };

    const shown = here
      .map((symbol) => ({ name: symbol.name, target: this.#resolve(symbol) }))
      .sort((a, b) => byName(a.name, b.name))
      .map(({ name, target }) => print(target, name));
    const sections = [`# \`${entry.specifier}\``, fence(shown)];
    if (hidden.size > 0) {
      const printed = [...hidden].sort(([a], [b]) => byName(a.name, b.name)).map(([, code]) => code);
      sections.push('## Referred to, exported nowhere', fence(printed));
    }
    if (elsewhere.size > 0) {
      const rows = [...elsewhere]
        .sort(([a], [b]) => byName(a, b))
        .map(([name, home]) => `- \`${name}\`: \`${home}\``);
      sections.push('## Referred to, exported elsewhere', rows.join('\n'));
    }
    return `${sections.join('\n\n')}\n`;
  }

  #exportsOf({ key, types }: Subpath): ts.Symbol[] {
    const file = this.#program.getSourceFile(join(root, types));
    if (file === undefined) throw new GateFailure(`${key}: ${types} does not exist`);
    const module = this.#checker.getSymbolAtLocation(file);
    if (module === undefined) throw new GateFailure(`${key}: ${types} exports nothing`);
    return this.#checker.getExportsOfModule(module);
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #print(node: ts.Declaration): string {
    // `const a: A, b: B` is one statement of several declarations; the compiler emits one each.
    const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return this.#printer.printNode(ts.EmitHint.Unspecified, whole, node.getSourceFile());
  }

  /** Calls back for every top-level declaration of ours that the node's text names. */
  #visitReferences(node: ts.Node, found: (symbol: ts.Symbol) => void): void {
    if (ts.isIdentifier(node)) {
      const symbol = this.#checker.getSymbolAtLocation(node);
      const target = symbol && this.#resolve(symbol);
      const home = target?.declarations?.[0];
      if (target !== undefined && home !== undefined && this.#isOurTopLevel(home)) found(target);
    }
    ts.forEachChild(node, (child) => this.#visitReferences(child, found));
  }

  #isOurTopLevel(node: ts.Declaration): boolean {
    if (ts.isSourceFile(node)) return false; // what `import * as` names
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return (
      ts.isSourceFile(statement.parent) &&
      !relative(this.#base, statement.parent.fileName).startsWith('..') &&
      !statement.parent.fileName.includes('/node_modules/')
    );
  }
}

function fence(blocks: readonly string[]): string {
  return ['```ts', blocks.join('\n\n'), '```'].join('\n');
}

async function main(): Promise<void> {
  await build();
  const entries = subpaths();
  const missing = entries.filter(({ types }) => !existsSync(join(root, types)));
  if (missing.length > 0) {
    throw new GateFailure(`exported but not built: ${missing.map(({ types }) => types).join(', ')}`);
  }
  const reporter = new ApiReporter(dist, entries);
  const reports = new Map(entries.map((entry) => [reportName(entry.key), reporter.report(entry)]));
  mkdirSync(folder, { recursive: true });
  const stale = readdirSync(folder).filter((name) => name.endsWith('.api.md') && !reports.has(name));
  if (!process.argv.includes('--check')) {
    for (const name of stale) rmSync(join(folder, name));
    for (const [name, report] of reports) writeFileSync(join(folder, name), report);
    console.log(`docs/api: ${reports.size} reports`);
    return;
  }
  const faults = stale.map((name) => `docs/api/${name}: no such subpath any more`);
  for (const [name, report] of reports) {
    const file = join(folder, name);
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (committed !== report) faults.push(`docs/api/${name}\n${difference(committed, report)}`);
  }
  if (faults.length > 0) {
    throw new GateFailure(`${faults.join('\n')}\nThe public API changed. If that is meant: npm run api`);
  }
  console.log(`docs/api: ${reports.size} reports up to date`);
}

if (import.meta.main) await gate(main);
