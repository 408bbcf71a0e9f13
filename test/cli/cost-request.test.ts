import { describe, expect, test } from 'vitest';
import {
  count,
  implementationChoice,
  requestOf,
  type ScenarioFlags,
  scenarioOf,
} from '../../src/cli/cost-request.ts';
import { containing } from '../cost/predict-support.ts';

describe('flags as scenarios', () => {
  test.each<readonly [ScenarioFlags, object]>([
    [
      { scenario: 'operation', algorithm: 'ML-DSA-65', operation: 'sign', messageBytes: '100' },
      { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign', messageBytes: 100 },
    ],
    [
      { scenario: 'tls-handshake', signature: ['mldsa65'], chain: '2', mutual: true, stack: 'wolfssl-5.9' },
      {
        kind: 'tls-handshake',
        group: 'X25519MLKEM768',
        signature: 'ML-DSA-65',
        chain: 2,
        mutual: true,
        resumption: false,
        helloRetry: false,
        incrementalParsing: false,
        stack: 'wolfssl-5.9',
      },
    ],
    [
      {
        scenario: 'firmware-update',
        signature: ['ES256', 'LMS-SHA256-H10-W4'],
        imageBytes: '262144',
        slots: '2',
      },
      {
        kind: 'firmware-update',
        signatures: ['ES256', 'LMS-SHA256-H10-W4'],
        imageBytes: 262_144,
        keyIncluded: false,
        slots: 2,
      },
    ],
    [
      { scenario: 'certificate-chain', signature: ['Ed25519'] },
      { kind: 'certificate-chain', signature: 'Ed25519', intermediates: 1 },
    ],
    [
      { scenario: 'sealed-message', kem: 'x-wing', messageBytes: '0' },
      { kind: 'sealed-message', kem: 'MLKEM768-X25519', messageBytes: 0, direction: 'open' },
    ],
  ])('%o', (flags, scenario) => {
    expect(scenarioOf(flags)).toEqual(scenario);
  });

  test.each<readonly [flags: ScenarioFlags, message: string, hint: string]>([
    [{ scenario: 'operation', operation: 'sign' }, '--algorithm is missing', ''],
    [{ scenario: 'operation', algorithm: 'Ed25519' }, '--operation is missing', ''],
    [{ scenario: 'tls-handshake' }, '--signature is missing', ''],
    [{ scenario: 'tls-handshake', signature: ['Ed25519', 'Ed448'] }, 'one --signature, not 2', ''],
    [{ scenario: 'tls-handshake', signature: ['ML-KEM-768'] }, 'not a signature', ''],
    [{ scenario: 'sealed-message', messageBytes: '1', kem: 'Ed25519' }, 'not a KEM', ''],
    [{ scenario: 'firmware-update', signature: ['Ed25519'] }, '--image-bytes is missing', ''],
    [{ scenario: 'certificate-chain', signature: ['Dilithium3'] }, 'obsolete', 'ML-DSA-65'],
    [{ scenario: 'certificate-chain', signature: ['ML-DSA-56'] }, 'no such algorithm', 'ML-DSA-65'],
    [
      { scenario: 'operation', algorithm: 'ML-KEM-768', operation: 'decaps', messageBytes: '100' },
      '--message-bytes says nothing about decaps',
      'sign, verify, hash, aead',
    ],
    [
      { scenario: 'tls-handshake', signature: ['Ed25519'], clientSignature: 'Ed25519' },
      '--client-signature says nothing without --mutual',
      'add --mutual',
    ],
    [
      { scenario: 'operation', algorithm: 'Ed25519', operation: 'sign', helloRetry: true },
      '--hello-retry says nothing about a scenario operation',
      '--message-bytes',
    ],
  ])('%o is refused', (flags, message, hint) => {
    const refused: unknown = (() => {
      try {
        return scenarioOf(flags);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toMatchObject({ message: containing(message) });
    if (hint !== '') expect(refused).toMatchObject({ hint: containing(hint) });
  });

  test.each(['', '-1', '1.5', '1e3', ' 1', 'NaN', '0x10', '9999999999999999'])('%o is no count', (text) => {
    expect(() => count('--chain', text)).toThrow('not a whole number');
  });
});

describe('--implementation', () => {
  test('is one name for all, or one for each algorithm', () => {
    expect(implementationChoice(undefined)).toBeUndefined();
    expect(implementationChoice(['smallest'])).toBe('smallest');
    expect(implementationChoice(['ML-DSA-65=pqm4/m4f'])).toEqual({ 'ML-DSA-65': 'pqm4/m4f' });
    expect(implementationChoice(['ML-DSA-65=pqm4/m4f', 'X25519=smallest'])).toEqual({
      'ML-DSA-65': 'pqm4/m4f',
      X25519: 'smallest',
    });
    expect(() => implementationChoice(['smallest', 'X25519=fastest'])).toThrow('not ALGORITHM=NAME');
    expect(() => implementationChoice(['=fastest'])).toThrow('not ALGORITHM=NAME');
  });
});

test('a date without a policy would silently say nothing', async () => {
  const flags = {
    device: 'nrf52840',
    scenario: 'operation',
    algorithm: 'Ed25519',
    operation: 'sign',
    at: '2036-01-01',
  } as const;
  await expect(requestOf(flags)).rejects.toMatchObject({ message: '--at says nothing without --policy' });
});
