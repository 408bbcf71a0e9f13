import { join } from 'node:path';
import { build } from 'esbuild';

/** Where the script of `hybridge bench --constrained` is, below the folder that everything is compiled to. */
export const CONSTRAINED_SCRIPT = 'cli/bench/constrained/bundle.js';

/**
 * Bundles that script from what the compiler wrote: one file without imports, for engines that know no packages. What
 * it holds of other authors keeps their licence remarks.
 */
export async function bundleConstrained(compiled: string): Promise<void> {
  await build({
    entryPoints: [join(compiled, 'cli/bench/constrained/main.js')],
    outfile: join(compiled, CONSTRAINED_SCRIPT),
    tsconfigRaw: {},
    bundle: true,
    minify: true,
    format: 'iife',
    // Neither Node nor a browser: an import of either's modules is an error here, and not at the user.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    legalComments: 'eof',
    banner: { js: '/*! holds mlkem - MIT License (c) 2023 Ajitomi Daisuke */' },
    logLevel: 'silent',
  });
}
