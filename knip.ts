import type { KnipConfig } from 'knip';

import { subpaths } from './test/gates/support.ts';

const config: KnipConfig = {
  entry: [
    ...subpaths().flatMap(({ modules }) =>
      modules.map((file) => file.replace(/^dist(.+)[.]js$/, 'src$1.ts')),
    ),
    'src/cli/main.ts',
    'src/cli/bench/constrained/main.ts', // bundled by the build
    'bench/suites/*-main.ts', // bundled by a bench and run on an older Node
    'test/policy/print-document.ts',
    'test/cost/print-*.ts',
    'test/cost/record-handshakes.ts', // run by hand
    'docs/*.ts',
    'docs/examples/**/*.ts',
    'test/**/*.test.ts',
    'test/gates/*.ts',
    'test/runtimes/*.ts',
    'test/tls/record-corpus.ts', // run by hand
  ],
  project: ['{src,test,bench,docs,vectors}/**/*.ts'],
  // An exported function's own types must be nameable, so they are exported beside it even where nothing else names them.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    // The Node that runs the npm scripts; gates start these two by name.
    'node',
    'publint',
    '@arethetypeswrong/cli',
    // Read from their folders: tables of fields, and the script that looks at pages.
    '@elastic/ecs',
    'axe-core',
  ],
};

export default config;
