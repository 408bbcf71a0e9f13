import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

/** `vitest run` runs the everyday suites; `vitest run --mode full` only the exhaustive ones (`*.full.test.ts`). */
export default defineConfig(({ mode }) => {
  const full = mode === 'full';
  return {
    resolve: {
      // Tests may use the names a user would; they mean the sources, as in tsconfig.json.
      alias: [
        { find: /^hybridge$/, replacement: `${root}/src/index.ts` },
        { find: /^hybridge\/(.+)$/, replacement: `${root}/src/$1/index.ts` },
      ],
    },
    test: {
      include: full ? ['test/**/*.full.test.ts'] : ['test/**/*.test.ts'],
      exclude: full ? [] : ['test/**/*.full.test.ts'],
      // Processes, not threads: tests change file modes, start commands and measure memory.
      pool: 'forks',
      maxWorkers: 2,
      testTimeout: full ? 900_000 : 120_000,
      hookTimeout: full ? 900_000 : 60_000,
      teardownTimeout: 10_000,
      // Suites print how many cases they ran; those lines are part of the result.
      disableConsoleIntercept: true,
      reporters: ['default'],
    },
  };
});
