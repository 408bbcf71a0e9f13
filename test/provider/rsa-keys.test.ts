import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import { checkRsaPublicKey, rsaPkcs8, rsaPublicKeyOf, rsaSpki } from '../../src/provider/index.ts';
import { signature } from '../../src/registry/index.ts';

const descriptor = signature('RSA2048-PSS-SHA256');
const encoding = { format: 'der', type: 'pkcs1' } as const;

function rsaKeyPair(modulusLength: number): {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
} {
  const pair = generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: encoding,
    privateKeyEncoding: encoding,
  });
  return { publicKey: Uint8Array.from(pair.publicKey), privateKey: Uint8Array.from(pair.privateKey) };
}
const { publicKey, privateKey } = rsaKeyPair(2048);

const codes = ['invalid_length', 'invalid_encoding', 'invalid_key'] as const;

describe('RSA keys in DER', () => {
  test('the public key follows from the private one', () => {
    expect(() => checkRsaPublicKey(descriptor, publicKey)).not.toThrow();
    expect(rsaPublicKeyOf(descriptor, privateKey)).toEqual(publicKey);
  });

  test('are wrapped as OpenSSL wraps them', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const inner = Uint8Array.from(other.publicKey.export(encoding));
    expect(rsaSpki(inner)).toEqual(Uint8Array.from(other.publicKey.export({ format: 'der', type: 'spki' })));
    const secret = Uint8Array.from(other.privateKey.export(encoding));
    expect(rsaPkcs8(secret)).toEqual(
      Uint8Array.from(other.privateKey.export({ format: 'der', type: 'pkcs8' })),
    );
  });

  test('of another size, with other exponents or with rubbish behind are refused', () => {
    const refused = (bytes: Uint8Array): string | undefined => {
      try {
        checkRsaPublicKey(descriptor, bytes);
        return undefined;
      } catch (error) {
        return isHybridgeError(error) ? error.code : String(error);
      }
    };
    expect(refused(rsaKeyPair(1024).publicKey)).toBe('invalid_key');
    expect(refused(Uint8Array.of(...publicKey, 0))).toBe('invalid_encoding');
    expect(refused(new Uint8Array(301))).toBe('invalid_length');
    const three = Uint8Array.of(0x30, 0x82, 1, 8, ...publicKey.slice(4, -5), 2, 1, 3);
    expect(refused(three)).toBeUndefined();
    expect(refused(Uint8Array.of(0x30, 0x82, 1, 8, ...publicKey.slice(4, -5), 2, 1, 1))).toBe('invalid_key');
    expect(refused(Uint8Array.of(0x30, 0x82, 1, 8, ...publicKey.slice(4, -5), 2, 1, 4))).toBe('invalid_key');
    const wide = Uint8Array.of(2, 33, ...new Uint8Array(33).fill(0x7f));
    expect(refused(Uint8Array.of(0x30, 0x82, 1, 40, ...publicKey.slice(4, -5), ...wide))).toMatch(
      /^invalid_/,
    );
  });

  test.each([
    ['public', publicKey, (bytes: Uint8Array): void => checkRsaPublicKey(descriptor, bytes)],
    ['private', privateKey, (bytes: Uint8Array): void => void rsaPublicKeyOf(descriptor, bytes)],
  ] as const)('a damaged %s key is refused with a code or is another key', (_half, good, read) => {
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (where, change) => {
        const damaged = Uint8Array.from(good);
        damaged[where] = (damaged[where] ?? 0) ^ change;
        try {
          read(damaged);
        } catch (error) {
          if (!isHybridgeError(error, ...codes)) throw error;
        }
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < good.length; length++)
      expect(() => read(good.slice(0, length))).toThrow(HybridgeError);
  });
});
