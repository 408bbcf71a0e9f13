import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { objectsOf, storedPrivateKey } from '../../src/cost/objects.ts';
import { signature } from '../../src/registry/index.ts';
import { known } from './predict-support.ts';

type Asked = Parameters<typeof objectsOf>;

function bytesOf(label: string, ...asked: Asked): readonly [low: number, high: number] {
  const object = objectsOf(...asked).find((one) => one.label === label);
  if (object === undefined) throw new Error(`${asked.join(' ')} holds no ${label}`);
  const { low, high } = known(object.bytes);
  return [low, high];
}

describe('the private key in RAM', () => {
  // Expanded keys: FIPS 203 table 3 (ML-KEM-768: 2400, ML-KEM-1024: 3168), FIPS 204 table 2 (ML-DSA-65: 4032).
  test.each([
    ['X25519MLKEM768', 'decaps', 64 + 32, 2400 + 32],
    ['SecP384r1MLKEM1024', 'decaps', 64 + 48, 3168 + 48],
    // The seed of the whole is one of 32 bytes.
    ['MLKEM768-X25519', 'decaps', 32, 2400 + 32],
    ['MLDSA65-Ed25519-SHA512', 'sign', 32 + 32, 4032 + 32],
  ] as const)('of %s is that of both components once it is expanded', (name, operation, seeds, expanded) => {
    expect(bytesOf('private key', name, operation)).toEqual([seeds, expanded]);
    expect(objectsOf(name, operation)[0]?.bytes).toMatchObject({ status: 'derived', sources: ['fips'] });
  });

  test('of a curve is its scalar, of a lattice what the standard says', () => {
    expect(bytesOf('private key', 'X25519', 'agree')).toEqual([32, 32]);
    expect(bytesOf('private key', 'ML-KEM-768', 'decaps')).toEqual([64, 2400]);
  });
});

test('an RSA key as it is stored is as large as one that is made', () => {
  const { low, value, high } = storedPrivateKey(signature('RSA2048-PSS-SHA256'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const made = privateKey.export({ type: 'pkcs1', format: 'der' }).length;
  expect(made).toBeGreaterThanOrEqual(low);
  expect(made).toBeLessThanOrEqual(high);
  expect([value, high - low]).toEqual([high, 8]);
});
