import { expect, test } from 'vitest';

import { commentsOf, matches, snippetsOf, stepsOf } from './snippet-reader.ts';

const fence = '```';

function read(...lines: string[]): ReturnType<typeof snippetsOf> {
  return snippetsOf('docs/a.md', lines.join('\n'));
}

test('reads the fenced blocks of a document, with the line of their code and whether they run', () => {
  const found = read(
    '# A',
    `${fence}ts`,
    'run()',
    fence,
    `${fence}ts no-run`,
    'compile()',
    fence,
    `${fence}sh`,
    'npm install hybridge',
    fence,
    `  ${fence}sh run`,
    '  hybridge --help',
    `  ${fence}`,
    `${fence}json`,
    '{}',
    fence,
  );
  expect(found).toEqual([
    { file: 'docs/a.md', line: 3, language: 'ts', runs: true, code: 'run()\n' },
    { file: 'docs/a.md', line: 6, language: 'ts', runs: false, code: 'compile()\n' },
    { file: 'docs/a.md', line: 9, language: 'sh', runs: false, code: 'npm install hybridge\n' },
    { file: 'docs/a.md', line: 12, language: 'sh', runs: true, code: 'hybridge --help\n' },
  ]);
});

test('a continued block keeps the line numbers of both parts', () => {
  const [one, ...none] = read(
    `${fence}ts`,
    'const a = 1',
    fence,
    'then',
    `${fence}ts continue`,
    'use(a)',
    fence,
  );
  expect(none).toEqual([]);
  const lines = one?.code.split('\n') ?? [];
  expect(lines.indexOf('const a = 1') + (one?.line ?? 0)).toBe(2);
  expect(lines.indexOf('use(a)') + (one?.line ?? 0)).toBe(6);
});

test('refuses what it would otherwise overlook', () => {
  expect(() => read(`${fence}ts`, 'never closed')).toThrow('docs/a.md:1: this code block is never closed');
  expect(() => read(`${fence}ts norun`, fence)).toThrow('docs/a.md:2: unknown marker "norun"');
  expect(() => read(`${fence}ts continue`, fence)).toThrow('nothing to continue');
});

test('reads examples out of comments, and nothing out of code', () => {
  const source = [
    '/**',
    ' * Seals.',
    ' * @example',
    ` * ${fence}ts`,
    " * import { seal } from 'hybridge'",
    ' * await seal()',
    ` * ${fence}`,
    ' */',
    'export const template = `',
    `${fence}ts`,
    'not a snippet',
    fence,
    '`',
  ].join('\n');
  expect(commentsOf(source).split('\n')).toHaveLength(source.split('\n').length);
  expect(snippetsOf('src/a.ts', source)).toEqual([
    {
      file: 'src/a.ts',
      line: 5,
      language: 'ts',
      runs: true,
      code: "import { seal } from 'hybridge'\nawait seal()\n",
    },
  ]);
});

test('a transcript is commands, each with what it prints', () => {
  const [transcript] = read(
    `${fence}console run`,
    '$ hybridge \\',
    '> --help',
    'Usage',
    '...',
    '$ true',
    fence,
  );
  expect(transcript && stepsOf(transcript)).toEqual([
    { line: 2, command: 'hybridge \\\n--help', output: ['Usage', '...'] },
    { line: 6, command: 'true', output: [] },
  ]);
  const [silent] = read(`${fence}console run`, 'output first', fence);
  expect(() => silent && stepsOf(silent)).toThrow('output before any "$ " command');
});

test.each([
  { shown: ['a', 'b'], printed: ['a', 'b'], same: true },
  { shown: ['a'], printed: ['a', 'b'], same: false },
  { shown: ['a', 'b'], printed: ['a'], same: false },
  { shown: ['a', '...', 'd'], printed: ['a', 'b', 'c', 'd'], same: true },
  { shown: ['...'], printed: [], same: true },
  { shown: ['took ... ms (all)'], printed: ['took 12 ms (all)'], same: true },
  { shown: ['took ... ms (all)'], printed: ['took 12 ms [all]'], same: false },
  { shown: [], printed: ['surprise'], same: false },
])('$shown shows $printed: $same', ({ shown, printed, same }) => {
  expect(matches(shown, printed)).toBe(same);
});
