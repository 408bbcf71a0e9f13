/** The README of `vectors/`, from what was written. */
import type { Family } from './families.ts';
import type { GeneratedFile } from './generated.ts';
import { type PackageKey, PACKAGES } from './packages.ts';
import type { RecordedFile } from './recorded.ts';
import type { TableFile } from './tables.ts';

/** A generated file with what lies there. */
interface StoredFile {
  readonly file: GeneratedFile;
  readonly cases: number;
  readonly size: number;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

export function readme(
  families: readonly Family[],
  generated: readonly StoredFile[],
  recorded: readonly RecordedFile[],
  tables: readonly TableFile[],
  sizeOf: (path: string, packed: boolean) => number,
): string {
  const rows = families.map(({ name, what, outputs }) => {
    const packages = [...new Set(outputs.flatMap((item) => item.sources.map((source) => source.package)))];
    const cases = outputs.reduce((sum, item) => sum + item.cases, 0);
    const of = outputs.reduce((sum, item) => sum + item.of, 0);
    const size = outputs.reduce((sum, item) => sum + sizeOf(item.path, item.packed), 0);
    const from = packages.map((key) => `${PACKAGES[key].name} ${PACKAGES[key].version}`).join(', ');
    const licences = [...new Set(packages.map((key) => PACKAGES[key].licence))].join('; ');
    const count = cases === of ? String(cases) : `${String(cases)} of ${String(of)}`;
    return {
      size,
      line: `| \`${name}/\` | ${what} | ${from} | ${licences} | ${count} | ${kilobytes(size)} |`,
    };
  });
  const made = generated.map(
    ({ file, cases, size }) =>
      `| \`${file.path}\` | ${file.what} | ${file.by} | \`${file.command}\` | ${file.reproducible ? 'yes' : 'no'} | ${String(cases)} | ${kilobytes(size)} |`,
  );
  const total =
    rows.reduce((sum, row) => sum + row.size, 0) +
    generated.reduce((sum, item) => sum + item.size, 0) +
    recorded.reduce((sum, item) => sum + item.size, 0) +
    tables.reduce((sum, item) => sum + item.size, 0);
  const numbers = recorded
    .filter(({ family }) => family !== 'tls-hello')
    .map(
      ({ path, what, by, cases, size }) =>
        `| \`${path}\` | ${what} | ${by} | ${String(cases)} | ${kilobytes(size)} |`,
    );
  const captures = recorded
    .filter(({ path }) => !path.endsWith('.json'))
    .map(
      ({ path, what, cases, size }) => `| \`${path}\` | ${what} | ${String(cases)} | ${kilobytes(size)} |`,
    );
  const published = tables.map(
    ({ path, what, from, licence, cases, size }) =>
      `| \`${path}\` | ${what} | \`${from}\` | ${licence} | ${String(cases)} | ${kilobytes(size)} |`,
  );
  const packageKeys: readonly PackageKey[] = ['openssl', 'wycheproof', 'circl', 'cryptography', 'go'];
  return `# Test vectors

Known answers that the tests check Hybridge against: ${kilobytes(total)} in all, from Debian packages and from foreign
implementations. No expected value here was computed by Hybridge. This file and
\`manifest.json\` are written by \`npm run vectors:import\`; the manifest names, for every file, its SHA-256 (unpacked),
the number of its cases, and the package file it was made from with that file's SHA-256.

## From packages

| folder | what | package | licence | cases | size |
|---|---|---|---|---|---|
${rows.map((row) => row.line).join('\n')}

Files keep the format of their source, with white space and fields that no test reads removed. Where the source has
more cases than are kept, every parameter set, verdict and flag is kept, and of each kind a number spread evenly.
ML-KEM and ML-DSA answers of ACVP are taken from OpenSSL's test files and written as ACVP JSON again.

Packages: ${packageKeys.map((key) => `${PACKAGES[key].name} ${PACKAGES[key].version} (${PACKAGES[key].suite}, ${PACKAGES[key].kind})`).join('; ')}.

## Made by other implementations

| file | what | by | command | same bytes again | cases | size |
|---|---|---|---|---|---|---|
${made.join('\n')}

The randomness of age and of OpenSSL's salts cannot be fixed, so those files are kept as they were made once.

## Recorded handshakes

Clients and servers of the peers over loopback, captured by dumpcap. Beside each capture lies, as JSON, what tshark
reads in the frames with a hello or an alert; those are the cases. The peers: OpenSSL 3.6.5, Go 1.27.3, NSS 3.132,
Botan 3.13.0, Bouncy Castle 1.86.2 and SunJSSE on OpenJDK 27.0.1, GnuTLS 3.8.13, curl 8.23.0, Chromium 156.0.8078.79,
nginx 1.30.6, haproxy 3.2.26, Node 20.20.2, 22.23.3, 24.21.0 and 26.10.0, TShark 4.6.9.

| capture | what | cases | size |
|---|---|---|---|
${captures.join('\n')}

\`node test/tls/record-corpus.ts\` records them anew: other bytes each time, so they are kept as they were made once.

## Tables

Figures that others publish, as they were read; lines of schemes that nothing here names were left out.

| file | what | from | licence | lines | size |
|---|---|---|---|---|---|
${published.join('\n')}

## Counted

Sizes of the records of whole handshakes, flight by flight, between programs of the peers over chains that are issued here:
\`node test/cost/record-handshakes.ts\` counts them anew. Cycles of the timing model behind the data of \`src/cost\`, for code
whose cycles others published; \`docs/decisions/0013-cost-data.md\` says how they were counted. \`docs/cost-validation.md\` holds
both against what is predicted.

| file | what | by | cases | size |
|---|---|---|---|---|
${numbers.join('\n')}

## Licences

The texts that came with the packages are in \`licences/\`; the full text of Apache-2.0 is the \`LICENSE\` of this
repository. The files and handshakes made by other implementations carry no licence of those
implementations.

## Making the folder again

\`\`\`
npm run vectors:import                              # downloads the packages with apt; nothing is installed
npm run vectors:import -- --packages FOLDER         # the package files lie in FOLDER already
PEERS_ROOT=... npm run vectors:import -- --generate # also asks the installed peers again
\`\`\`

The result is the same byte for byte while the packages have the pinned versions; a package that moved on is refused
until its new data was looked at and \`importer/packages.ts\` says so. It needs Debian's \`apt-get\`, \`dpkg-deb\` and \`tar\`.
`;
}
