import { describe, expect, it } from 'vitest';

import { equal, fromBase64, fromHex, isHybridgeError, toHex, utf8 } from '../../src/bytes/index.ts';
import { decodePem, der } from '../../src/encoding/index.ts';
import {
  type EncryptionCipher,
  exportPrivateKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  inspectKey,
  type PasswordEncryption,
} from '../../src/keys/index.ts';
import { PrivateKey } from '../../src/provider/index.ts';
import { encryptedKeys } from '../support/vectors.ts';
import { runCases, Skip } from '../support/tally.ts';
import { provider } from './support.ts';

// Schemes that are not read, by the words of the vectors.
const NOT_READ = /Triple DES|PBES1|1024-bit RSA/;

describe('encrypted keys of OpenSSL and of pyca/cryptography', () => {
  it('open with their passwords, and with no other', async () => {
    await runCases('encrypted PKCS #8', encryptedKeys(), async (item) => {
      const open = importPrivateKey(provider, item.encryptedPem, { password: item.password });
      if (item.pkcs8 === undefined || NOT_READ.test(item.note)) {
        const outcome: unknown = await open.catch((error: unknown) => error);
        if (item.flags.includes('password')) {
          if (!isHybridgeError(outcome, 'decryption_failed'))
            throw new Error(`not refused: ${String(outcome)}`);
        } else if (!isHybridgeError(outcome, 'unsupported', 'invalid_encoding'))
          throw new Error(`not refused: ${String(outcome)}`);
        return item.pkcs8 === undefined ? undefined : new Skip('refused: not a scheme or size of the house');
      }
      const [encrypted, clear] = [await open, await importPrivateKey(provider, item.pkcs8)];
      if (!equal(encrypted.secretBytes(), clear.secretBytes())) throw new Error('another private key');
      if (fingerprint(provider, encrypted.publicKey) !== fingerprint(provider, clear.publicKey))
        throw new Error('another fingerprint');
      if (inspectKey(item.encryptedPem).kind !== 'encrypted') throw new Error('not inspected as encrypted');
      return undefined;
    });
  });
});

const PKCS8 = fromBase64('MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g');
const key = await importPrivateKey(provider, PKCS8);

describe('writing', () => {
  const kdfs: readonly PasswordEncryption[] = [
    { kdf: 'scrypt', cost: 16, blockSize: 1, parallelization: 1 },
    { kdf: 'scrypt', cost: 1024, blockSize: 8, parallelization: 2 },
    { kdf: 'pbkdf2', iterations: 1 },
    { kdf: 'pbkdf2', hash: 'SHA-384', iterations: 1000 },
    { kdf: 'pbkdf2', hash: 'SHA-512', iterations: 1000 },
  ];
  const ciphers: readonly EncryptionCipher[] = ['AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC'];

  it.each(kdfs.flatMap((kdf) => ciphers.map((cipher): PasswordEncryption => ({ ...kdf, cipher }))))(
    'round trips with %j',
    async (encryption) => {
      const password = 'grün \u{1f511}';
      for (const format of ['pem', 'der'] as const) {
        const file = await exportPrivateKey(provider, key, { format, password, encryption });
        const back = await importKey(provider, file, { password: utf8(password) });
        expect(back.encoding).toMatchObject({
          format,
          encrypted: true,
          structure: 'EncryptedPrivateKeyInfo',
        });
        expect(back.kind === 'private' && equal(back.key.secretBytes(), key.secretBytes())).toBe(true);
        const told = inspectKey(file);
        expect(told.kind === 'encrypted' && told.encryption).toMatchObject(encryption);
        await expect(importPrivateKey(provider, file, { password: 'grun' })).rejects.toMatchObject({
          code: 'decryption_failed',
        });
      }
    },
  );

  it('writes scrypt with 16 MiB and AES-256 unless told, with fresh salt and IV', async () => {
    const write = () => exportPrivateKey(provider, key, { format: 'der', password: 'p' });
    const [first, second] = [await write(), await write()];
    expect(inspectKey(first)).toMatchObject({
      encryption: { kdf: 'scrypt', cost: 16384, blockSize: 8, parallelization: 5, cipher: 'AES-256-CBC' },
    });
    expect(toHex(first)).not.toBe(toHex(second));
    expect(decodePem(await exportPrivateKey(provider, key, { format: 'pem', password: 'p' }))[0]?.label).toBe(
      'ENCRYPTED PRIVATE KEY',
    );
  });

  it('writes 600 000 iterations of HMAC-SHA-256 for PBKDF2 unless told', async () => {
    const file = await exportPrivateKey(provider, key, {
      format: 'der',
      password: 'p',
      encryption: { kdf: 'pbkdf2' },
    });
    expect(inspectKey(file)).toMatchObject({
      encryption: { kdf: 'pbkdf2', hash: 'SHA-256', iterations: 600_000 },
    });
  });

  it.each<[string, Parameters<typeof exportPrivateKey>[2], RegExp]>([
    ['an empty password', { format: 'pem', password: '' }, /password is empty/],
    ['a password for a JWK', { format: 'jwk', password: 'p' }, /no encrypted form/],
    ['encryption without a password', { format: 'pem', encryption: { kdf: 'scrypt' } }, /without a password/],
    [
      'no iterations',
      { format: 'pem', password: 'p', encryption: { kdf: 'pbkdf2', iterations: 0 } },
      /0 iterations/,
    ],
    [
      'too many',
      { format: 'pem', password: 'p', encryption: { kdf: 'pbkdf2', iterations: 1e8 } },
      /iterations of/,
    ],
    [
      'an odd cost',
      { format: 'pem', password: 'p', encryption: { kdf: 'scrypt', cost: 1000 } },
      /power of two/,
    ],
    [
      'too much memory',
      { format: 'pem', password: 'p', encryption: { kdf: 'scrypt', cost: 2 ** 20 } },
      /256 MiB/,
    ],
  ])('refuses %s', async (_, options, message) => {
    await expect(exportPrivateKey(provider, key, options)).rejects.toThrow(message);
    await expect(exportPrivateKey(provider, key, options)).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });
});

describe('hostile files', () => {
  const algorithm = (oid: string, ...rest: readonly Uint8Array[]): Uint8Array =>
    der.sequence(der.oid(oid), ...rest);
  const aes256 = algorithm('2.16.840.1.101.3.4.1.42', der.octetString(new Uint8Array(16)));
  const file = (kdf: Uint8Array, cipher = aes256, data = new Uint8Array(64)): Uint8Array =>
    der.sequence(algorithm('1.2.840.113549.1.5.13', der.sequence(kdf, cipher)), der.octetString(data));
  const scrypt = (...numbers: readonly number[]): Uint8Array =>
    algorithm(
      '1.3.6.1.4.1.11591.4.11',
      der.sequence(der.octetString(new Uint8Array(8)), ...numbers.map((number) => der.integer(number))),
    );
  const pbkdf2 = (...rest: readonly Uint8Array[]): Uint8Array =>
    algorithm('1.2.840.113549.1.5.12', der.sequence(der.octetString(new Uint8Array(8)), ...rest));
  const hmacSha256 = algorithm('1.2.840.113549.2.9', der.nil());

  it.each<[string, Uint8Array, string]>([
    ['scrypt with 1 GiB', file(scrypt(2 ** 20, 8, 1)), 'unsupported'],
    ['scrypt with 2^40 of N', file(scrypt(2 ** 40, 8, 1)), 'unsupported'],
    ['scrypt with a huge p', file(scrypt(2, 8, 2 ** 40)), 'unsupported'],
    ['scrypt with a huge r', file(scrypt(2, 2 ** 40, 1)), 'unsupported'],
    ['scrypt with N = 1', file(scrypt(1, 8, 1)), 'unsupported'],
    ['scrypt with N = 1000', file(scrypt(1000, 8, 1)), 'unsupported'],
    ['scrypt with r = 0', file(scrypt(1024, 0, 1)), 'unsupported'],
    ['scrypt with a trailing field', file(scrypt(1024, 8, 1, 32, 7)), 'invalid_encoding'],
    ['scrypt with another key length', file(scrypt(1024, 8, 1, 16)), 'invalid_encoding'],
    ['PBKDF2 with 2^31 iterations', file(pbkdf2(der.integer(2 ** 31), hmacSha256)), 'unsupported'],
    ['PBKDF2 with 0 iterations', file(pbkdf2(der.integer(0), hmacSha256)), 'unsupported'],
    ['PBKDF2 with another PRF', file(pbkdf2(der.integer(1), algorithm('1.2.3', der.nil()))), 'unsupported'],
    [
      'PBKDF2 with another key length',
      file(pbkdf2(der.integer(1), der.integer(16), hmacSha256)),
      'invalid_encoding',
    ],
    ['another KDF', file(algorithm('1.2.3', der.sequence())), 'unsupported'],
    ['another cipher', file(scrypt(1024, 8, 1), algorithm('1.2.3', der.nil())), 'unsupported'],
    [
      'a short IV',
      file(scrypt(1024, 8, 1), algorithm('2.16.840.1.101.3.4.1.42', der.octetString(new Uint8Array(8)))),
      'invalid_encoding',
    ],
    [
      'a ciphertext of no whole blocks',
      file(scrypt(16, 1, 1), aes256, new Uint8Array(33)),
      'invalid_encoding',
    ],
    ['no ciphertext', file(scrypt(16, 1, 1), aes256, new Uint8Array(0)), 'invalid_encoding'],
    [
      'PKCS #12 encryption',
      der.sequence(algorithm('1.2.840.113549.1.12.1.3', der.sequence()), der.octetString(new Uint8Array(64))),
      'unsupported',
    ],
  ])('%s is refused at once', async (_, bytes, code) => {
    const start = performance.now();
    await expect(importPrivateKey(provider, bytes, { password: 'p' })).rejects.toMatchObject({ code });
    expect(() => inspectKey(bytes)).toThrow();
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('the longest PBKDF2 and the largest scrypt that are let through are those of the bounds', () => {
    expect(inspectKey(file(pbkdf2(der.integer(4_000_000), hmacSha256))).kind).toBe('encrypted');
    expect(inspectKey(file(scrypt(2 ** 18, 8, 1))).kind).toBe('encrypted');
  });

  it('a changed byte gives an error, or a key where CBC lets it through; a missing one an error', async () => {
    const good = await exportPrivateKey(provider, key, {
      format: 'der',
      password: 'p',
      encryption: { kdf: 'pbkdf2', iterations: 1 },
    });
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ 0x04;
      const outcome: unknown = await importPrivateKey(provider, bad, { password: 'p' }).catch(
        (error: unknown) => error,
      );
      // PBES2 does not authenticate: a garbled block may fall on the key's own bytes.
      expect(isHybridgeError(outcome) || outcome instanceof PrivateKey).toBe(true);
      await expect(importPrivateKey(provider, good.subarray(0, at), { password: 'p' })).rejects.toThrow();
    }
  });

  it('says what is missing when there is no password', async () => {
    const good = await exportPrivateKey(provider, key, { format: 'pem', password: 'p' });
    await expect(importPrivateKey(provider, good)).rejects.toMatchObject({
      code: 'invalid_argument',
      hint: 'pass the password',
    });
    await expect(importPublicKey(provider, good, { password: 'p' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('no message shows the password or the key', async () => {
    const good = await exportPrivateKey(provider, key, { format: 'der', password: 'hunter2' });
    const outcome: unknown = await importPrivateKey(provider, good, { password: 'hunter3' }).catch(
      (error: unknown) => error,
    );
    const shown = `${String(outcome)} ${JSON.stringify(outcome)}`;
    expect(shown).not.toMatch(/hunter/);
    expect(fromHex(toHex(PKCS8)).length).toBe(48);
  });
});
