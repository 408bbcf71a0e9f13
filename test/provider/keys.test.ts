import { expect, test } from 'vitest';
import { PrivateKey, PublicKey } from '../../src/provider/index.ts';
import { kem } from '../../src/registry/index.ts';

test('keys keep copies, also of a Buffer, whose slice would share its memory', () => {
  const given = Buffer.alloc(32, 7);
  const publicKey = new PublicKey(kem('X25519'), given);
  const privateKey = new PrivateKey(publicKey, given);
  given.fill(0);
  expect(publicKey.bytes()).toEqual(new Uint8Array(32).fill(7));
  expect(privateKey.secretBytes()).toEqual(new Uint8Array(32).fill(7));
  const mine = Buffer.alloc(32, 9);
  const other = new PrivateKey(publicKey, mine);
  other[Symbol.dispose]();
  expect(mine[0]).toBe(9);
  expect(() => other.secretBytes()).toThrow(expect.objectContaining({ code: 'key_disposed' }));
});
