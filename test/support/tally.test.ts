import { describe, expect, test } from 'vitest';
import { findPeer, runPeer, askPeer } from './peers.ts';
import { expectBytes, runCases, sample, Skip, Tally } from './tally.ts';

const item = (id: string, verdict = 'valid'): { id: string; note: string; verdict: string } => ({
  id,
  note: '',
  verdict,
});

describe('a suite', () => {
  test('passes when every case does', async () => {
    const result = await runCases('support: a suite', [item('1'), item('2', 'invalid')], () => undefined);
    expect(result).toEqual({ passed: 2, failed: 0, skipped: 0 });
  });

  test('fails when a case does, naming it', async () => {
    const run = runCases('support: a suite that fails', [item('1'), item('number 2')], ({ id }) => {
      if (id !== '1') throw new Error('not equal');
    });
    await expect(run).rejects.toThrow(/1 cases failed\n {2}number 2: not equal/);
  });

  test('fails when it had nothing to check', async () => {
    await expect(runCases('support: a suite without cases', [], () => undefined)).rejects.toThrow(
      'no case was checked',
    );
  });

  test('fails when all of it was skipped, and counts no skip as passed', async () => {
    const skipped = runCases('support: a suite that skips', [item('1')], () => new Skip('not offered'));
    await expect(skipped).rejects.toThrow('no case was checked');
    const mixed = await runCases('support: a suite that skips some', [item('1'), item('2')], ({ id }) =>
      id === '1' ? new Skip('not offered') : undefined,
    );
    expect(mixed).toEqual({ passed: 1, failed: 0, skipped: 1 });
  });

  test('waits for asynchronous checks', async () => {
    const run = runCases('support: an asynchronous suite', [item('1')], () =>
      Promise.reject(new Error('late')),
    );
    await expect(run).rejects.toThrow('late');
  });

  test('shows the first failures and counts the rest', () => {
    const tally = new Tally('support: many failures');
    for (let index = 0; index < 12; index++) tally.fail(item(String(index)), 'wrong');
    expect(() => tally.finish()).toThrow(/12 cases failed[\s\S]*and 2 more/);
  });
});

describe('a sample', () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index);

  test('takes so many of every kind, spread and in order', () => {
    expect(sample(numbers, 2, (number) => String(number % 2))).toEqual([0, 1, 50, 51]);
    expect(sample(numbers, 1000, () => '')).toEqual(numbers);
  });
});

test('bytes that differ are shown', () => {
  const show = (): void => expectBytes(new Uint8Array([1]), new Uint8Array([2, 3]), 'tag');
  expect(show).toThrow('tag: got 01 (1 bytes), expected 0203 (2 bytes)');
  expect(() => expectBytes(new Uint8Array([1]), new Uint8Array([1]), 'tag')).not.toThrow();
});

describe('peers', () => {
  test('are found on the path, or not', () => {
    expect(findPeer('node')).toBeDefined();
    expect(findPeer('no-such-program')).toBeUndefined();
  });

  test('get input and answer', async () => {
    const program = 'process.stdin.on("data", (d) => process.stdout.write(d)); process.exitCode = 3';
    const result = await runPeer('node', ['-e', program], { input: new Uint8Array([65, 66]) });
    expect(result).toEqual({ code: 3, stdout: new Uint8Array([65, 66]), stderr: '' });
    await expect(askPeer('node', ['-e', program])).rejects.toThrow('exit 3');
  });

  test('may leave without reading', async () => {
    const result = await runPeer('node', ['-e', 'process.exit(0)'], { input: new Uint8Array(1 << 20) });
    expect(result.code).toBe(0);
  });

  test('are stopped when they hang', async () => {
    await expect(runPeer('node', ['-e', 'setInterval(() => {}, 1000)'], { timeout: 300 })).rejects.toThrow(
      'no answer',
    );
  });

  test('that are missing fail', async () => {
    await expect(runPeer('no-such-program', [])).rejects.toThrow('not installed');
  });
});
