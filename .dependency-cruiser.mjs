import { readFileSync } from 'node:fs';

/**
 * The import table of the house as named rules. A floor may use the floors below it, through the folder's
 * index.ts; never a floor above, and a sibling on its own floor only where this table says so.
 */

/** Folders of src/ by floor, bottom first. */
const floors = [
  ['bytes'],
  ['encoding', 'registry'],
  ['provider', 'policy', 'events', 'store'],
  ['kem', 'sign', 'hpke'],
  ['keys'],
  ['certificates'],
  ['cms', 'cose', 'tls'],
  ['firmware', 'negotiation'],
  ['terminator', 'inventory', 'cost'],
];
const upTo = (floor) => floors.slice(0, floor + 1).flat();

/** One entry per line of the table: who, what it may use, and why not more. */
const table = [
  {
    line: 'floor-0-bytes',
    folders: ['bytes'],
    mayUse: [],
    comment:
      'Everything stands on bytes/, so bytes/ stands on nothing: it must make sense with no other folder.',
  },
  {
    line: 'floor-1-encoding',
    folders: ['encoding'],
    mayUse: upTo(0),
    comment:
      'DER, PEM, CBOR and the TLS presentation language know shapes, not algorithms; the registry is no business of theirs.',
  },
  {
    line: 'floor-1-registry',
    folders: ['registry'],
    mayUse: upTo(0),
    comment:
      'Descriptors are plain data that every other floor reads; data that imports code is no longer data.',
  },
  {
    line: 'floor-2-provider',
    folders: ['provider'],
    mayUse: upTo(1),
    comment: 'Contracts must not know who implements or uses them, or a backend could not be replaced.',
  },
  {
    line: 'floor-2-policy',
    folders: ['policy'],
    mayUse: upTo(1),
    comment:
      'A verdict is a pure function of descriptors and a date; it never needs a key, a provider or a clock.',
  },
  {
    line: 'floor-2-events-store',
    folders: ['events', 'store'],
    mayUse: upTo(1),
    comment: 'Events and stores are contracts that all floors above share, so they may know none of them.',
  },
  {
    line: 'floor-3-kem-sign',
    folders: ['kem', 'sign'],
    mayUse: upTo(2),
    comment:
      'A KEM has no use for signatures and the other way round: whoever bundles one must not carry the other.',
  },
  {
    line: 'floor-3-hpke',
    folders: ['hpke'],
    mayUse: [...upTo(2), 'kem'],
    comment:
      'HPKE is built over any KEM of the house and nothing else of this floor: sealing needs no signature code.',
  },
  {
    line: 'floor-4-keys',
    folders: ['keys'],
    mayUse: upTo(3),
    comment:
      'Key formats are read for schemes, so they come after the schemes and before anything that carries keys.',
  },
  {
    line: 'floor-5-certificates',
    folders: ['certificates'],
    mayUse: upTo(4),
    comment: 'Certificates carry keys; messages and sessions carry certificates, never the other way round.',
  },
  {
    line: 'floor-6-cms-cose',
    folders: ['cms', 'cose'],
    mayUse: upTo(5),
    comment: 'The two message families share keys and certificates, not each other.',
  },
  {
    line: 'floor-6-tls',
    folders: ['tls'],
    mayUse: upTo(5),
    comment: 'Hello bytes and socket posture need no message format.',
  },
  {
    line: 'floor-7-firmware-negotiation',
    folders: ['firmware', 'negotiation'],
    mayUse: upTo(6),
    comment:
      'A device verifies firmware without any negotiation, and negotiation serves protocols without firmware.',
  },
  {
    line: 'floor-8-terminator',
    folders: ['terminator'],
    mayUse: upTo(7),
    comment: 'The TLS front is a product over the floors; nothing below may come to depend on a listener.',
  },
  {
    line: 'floor-8-inventory-cost',
    folders: ['inventory', 'cost'],
    mayUse: upTo(7),
    comment: 'Scanning and prediction describe the floors below and are used by none of them.',
  },
  {
    line: 'leaf-providers-stores',
    folders: ['providers/[^/]+', 'stores/[^/]+'],
    mayUse: upTo(2),
    comment:
      'A leaf implements a contract (floor 2). Using a scheme from above, or another leaf, would tie backends together.',
  },
  {
    line: 'default-entry',
    folders: ['default'],
    mayUse: [...upTo(2), 'providers/[^/]+'],
    comment:
      'The default composition chooses backends for the contracts; it must not pull schemes into a bundle.',
  },
  {
    line: 'testing-floors-0-4',
    folders: ['testing'],
    mayUse: upTo(4),
    comment:
      'Fixed randomness and derandomised calls exist for the ground floors; more would turn testing/ into a second library.',
  },
];

/** A folder of src/ that other folders see as one thing; each leaf is one of its own. */
const folder = '(?:providers|stores)/[^/]+|[^/]+';
const anyOf = (folders) => `(?:${folders.join('|')})`;

const floorRules = table.map(({ line, folders, mayUse, comment }) => ({
  name: line,
  severity: 'error',
  comment,
  from: { path: `^src/(${anyOf(folders)})/` },
  // "$1" is the importing folder itself: one folder of a line does not thereby see the line's other folders.
  to: { path: '^src/', pathNot: ['^src/$1/', ...(mayUse.length > 0 ? [`^src/${anyOf(mayUse)}/`] : [])] },
}));

/** What a user can import is what package.json exports; the command line is held to the same. */
const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const publicEntries = Object.values(manifest.exports)
  .flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)))
  .filter((file) => file.endsWith('.js'))
  .map(
    (file) =>
      `^${file
        .replace('./dist/', 'src/')
        .replace(/[.]js$/, '.ts')
        .replaceAll('.', '[.]')}$`,
  );

/** A library and the only folders that may know it. */
const onlyIn = (name, packages, folders, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: `^src/${anyOf(folders)}/` },
  to: { path: `(?:^|/)node_modules/${anyOf(packages)}/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: 'index-only',
      severity: 'error',
      comment:
        "Another folder is used through its index.ts, which says what the folder promises. A deep import makes a folder's insides everybody's business.",
      from: { path: `^src/(${folder})/` },
      to: {
        path: `^src/(?:${folder})/.`,
        pathNot: ['^src/$1/', `^src/(?:${folder})/index[.]ts$`, ...publicEntries],
      },
    },
    {
      name: 'entry-points-use-indexes',
      severity: 'error',
      comment: 'The root entry points gather what the folders export; they reach into none.',
      from: { path: '^src/[^/]+[.]ts$' },
      to: { path: '^src/.+/', pathNot: [`^src/(?:${folder})/index[.]ts$`, ...publicEntries] },
    },
    {
      name: 'leaves-from-default-only',
      severity: 'error',
      comment:
        'Backends are values that the caller passes in. Only the default entry points name one; anything else would drag it into every bundle.',
      from: {
        path: '^src/',
        pathNot: ['^src/(?:providers|stores)/', '^src/default/', '^src/[^/]+[.]ts$', '^src/cli/'],
      },
      to: { path: '^src/(?:providers|stores)/' },
    },
    {
      name: 'default-from-root-only',
      severity: 'error',
      comment:
        'Only the root entry points are bound to the default provider; every other module is handed one.',
      from: { path: '^src/', pathNot: ['^src/default/', '^src/[^/]+[.]ts$'] },
      to: { path: '^src/default/' },
    },
    {
      name: 'root-is-the-top',
      severity: 'error',
      comment: 'The root entry gathers everything; a module below that imports it brings everything along.',
      from: { path: '^src/.+/', pathNot: '^src/cli/' },
      to: { path: '^src/[^/]+[.]ts$' },
    },
    {
      name: 'testing-is-not-imported',
      severity: 'error',
      comment: 'Fixed randomness must not be reachable from code that makes real keys.',
      from: { path: '^src/', pathNot: '^src/testing/' },
      to: { path: '^src/testing/' },
    },
    {
      name: 'floor-9-cli-public-only',
      severity: 'error',
      comment:
        'The command line is the first user of the library: what it cannot do through the public entry points, nobody can.',
      from: { path: '^src/cli/' },
      to: { path: '^src/', pathNot: ['^src/cli/', ...publicEntries] },
    },
    {
      name: 'cli-is-not-imported',
      severity: 'error',
      comment: 'Commands parse arguments and end processes; a library does neither.',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'examples-use-public-entries',
      severity: 'error',
      comment:
        'Benches, demo and documentation show what a user can write, so they import what a user can import.',
      from: { path: '^(?:bench|docs)/' },
      to: { path: '^src/', pathNot: publicEntries },
    },
    onlyIn(
      'noble-in-its-provider',
      ['@noble/[^/]+', 'mlkem'],
      ['providers/noble'],
      'JavaScript implementations are one backend among others; whoever calls them directly cannot be given a native one.',
    ),
    onlyIn(
      'pkijs-in-its-engine',
      ['pkijs', 'asn1js'],
      ['certificates/pkijs'],
      'PKI.js has a global engine and reads BER. The engine for those who use it is the only place that knows it; everything else reads and writes its structures itself, strictly.',
    ),
    onlyIn(
      'cbor2-in-encoding',
      ['cbor2'],
      ['encoding'],
      'Determinism and strictness are decided once, in encoding/; a second CBOR entry would decide them again.',
    ),
    onlyIn(
      'redis-in-its-store',
      ['@redis/[^/]+'],
      ['stores/redis'],
      'Whoever needs a store is handed one; only the store for Redis knows how to speak to it.',
    ),
    onlyIn(
      'files-and-charts-in-cost',
      ['valibot', 'yaml', 'd3-[^/]+'],
      ['cost'],
      'Schemas of the files of architects, YAML and charts serve prediction; nothing that runs on a device may carry them.',
    ),
    onlyIn(
      'terminal-libraries-in-cli',
      ['commander', '@commander-js/[^/]+', 'cli-progress', 'read', 'tinybench'],
      ['cli'],
      'Arguments, prompts, progress bars and tables of times belong to the command line alone.',
    ),
    {
      name: 'node-builtins-in-their-places',
      severity: 'error',
      comment:
        'Everything else runs in browsers and workers as it is; Node lives in the native provider, the stores, TLS, the terminator and the command line.',
      from: {
        path: '^src/',
        pathNot: '^src/(?:providers/native|stores|tls|terminator|cli)/',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Modules in a cycle cannot be understood, tested or bundled one without the other.',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment:
        'What src imports is in "dependencies": anything else is missing at the user, or came by accident.',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional', 'npm-peer', 'npm-bundled'],
        dependencyTypesNot: ['npm'],
      },
    },
    {
      name: 'relative-inside-src',
      severity: 'error',
      comment: 'Inside src a module is named by its path; the package name means the built package.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['aliased'] },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'The package is src; tests, benches, documents and vectors are not in it.',
      from: { path: '^src/' },
      to: { path: '^(?:test|bench|docs|vectors|dist)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that resolves nowhere escapes every rule above.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
