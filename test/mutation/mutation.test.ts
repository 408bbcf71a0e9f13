/** A taste of what `test:full` does a hundred thousand times. */
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { encryptedMessages, messagesOf, subjectsOf } from './structures.ts';

describe('broken structures', () => {
  it('are refused, and only with HybridgeError', async () => {
    const subjects = [
      ...(await subjectsOf('ML-DSA-44')),
      ...(await messagesOf('ML-DSA-44')),
      ...(await encryptedMessages()),
    ];
    const numbers = new Numbers(7);
    let unreadable = 0;
    for (const { genuine, judge, name } of subjects)
      for (let round = 0; round < 40; round++)
        await judge(mutated(genuine, numbers)).catch((error: unknown) => {
          expect(isHybridgeError(error), `${name}: ${String(error)}`).toBe(true);
          unreadable++;
        });
    expect(unreadable).toBeGreaterThan(subjects.length);
  });

  it('are none as they were made', async () => {
    for (const { genuine, judge, name } of [
      ...(await subjectsOf('ECDSA-P256-SHA256')),
      ...(await messagesOf('ECDSA-P256-SHA256')),
      ...(await encryptedMessages()),
    ])
      expect(await judge(genuine), name).toBe(name.endsWith('OCSP request') ? 'refused' : 'held');
  });
});
