import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followTranscripts, parse, pattern } from './transcripts.ts';

describe('a transcript', () => {
  it('is read line by line', () => {
    expect(parse('# remark\n\n$ a | b\nout\n! err\n? 2\n\n$ c\n{...}\n')).toEqual([
      { line: 3, command: 'a | b', stdout: ['out'], stderr: ['err'], exit: 2 },
      { line: 8, command: 'c', stdout: ['{...}'], stderr: [], exit: 0 },
    ]);
  });

  it('is refused when it says nothing that could fail', () => {
    expect(() => parse('out\n$ a\n')).toThrow('line 1: output before any command');
    expect(() => parse('$ a\n? 2\nout\n')).toThrow('line 3: output after the exit code');
    expect(parse('$ a\n? 0\n')[0]?.stdout, 'an exit code of 0 is not written').toEqual(['? 0']);
  });

  it('is compared with every line of the output', () => {
    const lines = pattern(['one (1)', '{...}', 'last {*}']);
    expect('one (1)\nlast x\n').toMatch(lines);
    expect('one (1)\n2\n3\nlast \n').toMatch(lines);
    expect('one 1\nlast x\n').not.toMatch(lines);
    expect('one (1)\nlast x\nmore\n').not.toMatch(lines);
    expect('').not.toMatch(lines);
    expect('x\n', 'nothing expected is nothing printed').not.toMatch(pattern([]));
  });
});

followTranscripts(join(import.meta.dirname, 'transcripts'));
