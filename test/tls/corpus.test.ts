import { expect, test } from 'vitest';
import { report, runCases } from '../support/tally.ts';
import { recordings, theyRead, weRead } from './corpus.ts';

test('every hello and alert of the recorded peers reads as tshark reads it', async () => {
  const cases = [];
  for (const { name, capture, frames } of recordings()) {
    const expected = theyRead(frames);
    const { utterances, problems } = await weRead(capture);
    expect(problems, name).toEqual([]);
    expect(
      utterances.map(({ id, verdict }) => `${id} ${verdict}`),
      name,
    ).toEqual(expected.map(({ id, verdict }) => `${id} ${verdict}`));
    cases.push(
      ...expected.map((item, index) => ({
        ...item,
        id: `${name} ${item.id} ${item.verdict}`,
        actual: utterances[index]?.fields,
      })),
    );
  }
  report(`TLS recordings: ${String(recordings().length)} captures`);
  const { passed } = await runCases('TLS recordings', cases, ({ fields, actual }) => {
    expect(actual).toEqual(fields);
  });
  expect(passed).toBeGreaterThan(170);
});
