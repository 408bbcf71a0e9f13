/** PKCS #12 and PEM bundles: published files, what is written here, and what is refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import { readPemBundle, readPkcs12, writePemBundle, writePkcs12 } from '../../src/cms/index.ts';
import { bmpPassword, pkcs12Kdf } from '../../src/cms/pkcs12-kdf.ts';
import { der, readDer } from '../../src/encoding/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { holderOf } from './enveloped-support.ts';
import { RFC_9879 } from './pkcs12-rfc9879.ts';
import { identityOf, provider } from './support.ts';

const noble = createNobleProvider();
const FAST = { iterations: 1000 } as const;

describe('RFC 9879, Appendix A', () => {
  test.each(RFC_9879)('$name', async ({ valid, file }) => {
    for (const one of [provider, noble])
      if (valid) {
        const { keys, integrity } = await readPkcs12(one, file, '1234');
        expect(integrity).toEqual({ kind: 'PBMAC1', hash: 'SHA-256', prf: 'SHA-256', iterations: 2048 });
        expect(keys.map(({ key, certificates }) => [key.algorithm.kind, certificates.length])).toEqual([
          ['rsa', 1],
        ]);
        await expect(readPkcs12(one, file, '12345')).rejects.toMatchObject({ code: 'decryption_failed' });
      } else
        await expect(readPkcs12(one, file, '1234')).rejects.toMatchObject({
          code: file.length === 2700 ? 'invalid_encoding' : 'decryption_failed',
        });
  });
});

/** Files of pyca/cryptography, installed with the peer. */
const VECTORS = join(
  dirname(findPeer('peer-python3') ?? ''),
  '../sid/usr/lib/python3/dist-packages/cryptography_vectors/pkcs12',
);

/** What the project's own tests expect of a file, as far as its name tells. */
function expectationOf(name: string): {
  readonly password: string;
  readonly hasKey: boolean;
  readonly names: readonly (string | undefined)[];
} {
  const password = name.includes('no-pwd') || /^(?:no-password|java)/.test(name) ? '' : 'password';
  const hasKey = !/^no-cert-(?:no-)?name/.test(name) && !/no-key|truststore/.test(name);
  const chain = name.startsWith('no-cert-')
    ? ([undefined, undefined] as const)
    : ([undefined, undefined, undefined] as const);
  const unicode = name.startsWith('no-cert-') ? ['☹', 'ï'] : ['☺', 'ä', 'ç'];
  const numbered = ['name', 'name2', 'name3'].slice(-chain.length);
  if (!/name/.test(name))
    return {
      password: /aes|none|rc2/.test(name) ? 'cryptography' : password,
      hasKey,
      names: name.startsWith('java') ? ['cert1', undefined] : name.startsWith('no-cert') ? [] : [undefined],
    };
  if (name.includes('unicode')) return { password, hasKey, names: unicode };
  if (name.includes('name-all')) return { password, hasKey, names: numbered };
  const wanted = (number: string): boolean => new RegExp(`name-(?:\\d-)*${number}(?:-\\d)*-`).test(name);
  const all = ['1', '2', '3'].slice(-chain.length);
  return {
    password,
    hasKey,
    names: name.includes('no-name')
      ? chain
      : all.map((number, index) => (wanted(number) ? numbered[index] : undefined)),
  };
}

describe.skipIf(findPeer('peer-python3') === undefined)('files of pyca/cryptography', () => {
  test('keys, certificates and friendly names; only RC2 is refused', async () => {
    const refused: string[] = [];
    const files = readdirSync(VECTORS).filter((name) => name.endsWith('.p12'));
    for (const name of files) {
      const file = readFileSync(join(VECTORS, name));
      const { password, hasKey, names } = expectationOf(name);
      try {
        const read = await readPkcs12(provider, file, password);
        expect([name, read.keys.length], 'keys').toEqual([name, hasKey ? 1 : 0]);
        expect([name, read.certificates.map(({ friendlyName }) => friendlyName)]).toEqual([name, names]);
        if (hasKey && names.length > 0)
          expect(read.keys[0]?.certificates[0]).toBe(read.certificates[0]?.certificate);
      } catch (error) {
        if (!isHybridgeError(error, 'unsupported')) throw error;
        expect(error.message).toMatch(/RC2/);
        refused.push(name);
      }
    }
    report(
      `PKCS #12 of pyca/cryptography: ${String(files.length - refused.length)} read, refused for RC2: ${refused.join(', ')}`,
    );
    expect(refused).toEqual(['cert-rc2-key-3des.p12', 'no-password.p12']);
    expect(files.length).toBeGreaterThan(30);
  });

  test('Triple DES only where the provider has it', async () => {
    const file = readFileSync(join(VECTORS, 'name-1-pwd.p12'));
    await expect(readPkcs12(noble, file, 'password')).rejects.toMatchObject({
      code: 'unsupported',
      message: /noble has no Triple DES/,
    });
  });
});

test('key derivation of RFC 7292', () => {
  // The example that every implementation carries: OpenSSL test/recipes/30-test_evp_data/evpkdf_pkcs12.txt, PBEwithSHA1.
  const derive = (purpose: Parameters<typeof pkcs12Kdf>[5], salt: string, length: number): string =>
    Buffer.from(
      pkcs12Kdf(provider, 'SHA-1', bmpPassword('smeg'), Buffer.from(salt, 'hex'), 1, purpose, length),
    ).toString('hex');
  expect(derive('encryption-key', '0a58cf64530d823f', 24)).toBe(
    '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3',
  );
  expect(derive('initialization-vector', '0a58cf64530d823f', 8)).toBe('79993dfe048d3b76');
  expect(derive('mac-key', '3d83c0e4546ac140', 20)).toBe('8d967d88f6caa9d714800ab3d48051d63f73a312');
});

describe('written here', () => {
  const KEYS = [
    'ML-DSA-65',
    'Ed25519',
    'ECDSA-P256-SHA256',
    'RSA2048-PSS-SHA256',
    'MLDSA65-Ed25519-SHA512',
  ] as const;

  test.each(KEYS)('%s with its certificate and name', async (name) => {
    const { key, certificate } = await identityOf(name);
    for (const mac of ['PBMAC1', 'PKCS12-KDF'] as const)
      for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
        const bundle = { key, certificates: [certificate], friendlyName: 'Pumpe 7 ☺' };
        const file = await writePkcs12(provider, bundle, 'pässword', { ...FAST, mac, hash });
        const outer = readDer(file, 'file');
        outer.any('PFX');
        outer.end();
        for (const one of [provider, noble]) {
          const read = await readPkcs12(one, file, mac === 'PBMAC1' ? utf8('pässword') : 'pässword', {
            use: 'signature',
          });
          expect(read.integrity).toMatchObject({ kind: mac, hash, iterations: 1000 });
          const [found] = read.keys;
          expect(found?.friendlyName).toBe('Pumpe 7 ☺');
          expect(found?.key.secretBytes()).toEqual(key.secretBytes());
          expect(found?.certificates.map(({ bytes }) => bytes)).toEqual([certificate.bytes]);
          expect(read.certificates[0]?.localKeyId).toEqual(found?.localKeyId);
          expect(read.leftOut).toEqual([]);
        }
      }
  });

  test('a KEM key under its issuer, the chain in order', async () => {
    const { privateKey: key, certificate } = await holderOf('ML-KEM-768');
    const issuer = await identityOf('ECDSA-P256-SHA256');
    const certificates = [certificate, issuer.certificate];
    const file = await writePkcs12(provider, { key, certificates }, 'p', FAST);
    const [found] = (await readPkcs12(provider, file, 'p')).keys;
    expect(found?.certificates.map(({ bytes }) => bytes)).toEqual(certificates.map(({ bytes }) => bytes));
    expect(found?.friendlyName).toBeUndefined();
    const pem = await writePemBundle(provider, { key, certificates }, { password: 'p' });
    expect(pem.match(/BEGIN [A-Z ]+/g)).toEqual([
      'BEGIN ENCRYPTED PRIVATE KEY',
      'BEGIN CERTIFICATE',
      'BEGIN CERTIFICATE',
    ]);
    const blocks = pem.split(/(?=-----BEGIN)/);
    for (const text of [pem, blocks.toReversed().join('')]) {
      const bundle = await readPemBundle(provider, utf8(text), { password: 'p' });
      expect(bundle.key.secretBytes()).toEqual(key.secretBytes());
      expect(bundle.certificates.map(({ bytes }) => bytes)).toEqual(certificates.map(({ bytes }) => bytes));
    }
  });

  test('600 000 iterations of HMAC-SHA-256 and AES-256 unless told', async () => {
    const { key } = await identityOf('Ed25519');
    const file = Buffer.from(await writePkcs12(provider, { key, certificates: [] }, 'p'));
    expect((await readPkcs12(provider, file, 'p')).integrity).toEqual({
      kind: 'PBMAC1',
      hash: 'SHA-256',
      prf: 'SHA-256',
      iterations: 600_000,
    });
    expect(file.includes(der.oid('2.16.840.1.101.3.4.1.42'))).toBe(true);
    expect(file.includes(der.integer(600_000))).toBe(true);
  });
});

describe('refusals', () => {
  test('of callers', async () => {
    const { key } = await identityOf('Ed25519');
    const other = await identityOf('ML-DSA-65');
    const invalid = { code: 'invalid_argument' };
    await expect(writePkcs12(provider, { key, certificates: [] }, '')).rejects.toMatchObject(invalid);
    await expect(
      writePkcs12(provider, { key, certificates: [other.certificate] }, 'p', FAST),
    ).rejects.toMatchObject(invalid);
    await expect(
      writePkcs12(provider, { key, certificates: [] }, 'p', { iterations: 0 }),
    ).rejects.toMatchObject(invalid);
    await expect(readPemBundle(provider, 'nothing')).rejects.toMatchObject({ code: 'invalid_encoding' });
    await expect(readPemBundle(provider, other.certificate.toPem())).rejects.toMatchObject({
      code: 'invalid_encoding',
      message: /0 private keys/,
    });
  });

  test('of a file without a MAC, unless asked for', async () => {
    const { key } = await identityOf('Ed25519');
    const file = await writePkcs12(provider, { key, certificates: [] }, 'p', FAST);
    const fields = readDer(file, 'PFX').sequence('fields');
    const bare = der.sequence(fields.any('version'), fields.any('authSafe'));
    await expect(readPkcs12(provider, bare, 'p')).rejects.toMatchObject({ code: 'invalid_encoding' });
    const read = await readPkcs12(provider, bare, 'p', { requireMac: false });
    expect(read.integrity).toEqual({ kind: 'none' });
    expect(read.keys).toHaveLength(1);
    await expect(readPkcs12(provider, bare, 'q', { requireMac: false })).rejects.toMatchObject({
      code: 'decryption_failed',
    });
  });

  test('of hours of work', async () => {
    const { key } = await identityOf('Ed25519');
    const file = Buffer.from(
      await writePkcs12(provider, { key, certificates: [] }, 'p', { iterations: 70_000 }),
    );
    const many = Buffer.from(file);
    for (let at = many.indexOf(der.integer(70_000)); at >= 0; at = many.indexOf(der.integer(70_000), at + 1))
      many[at + 2] = 0x7f;
    const started = performance.now();
    await expect(readPkcs12(provider, many, 'p')).rejects.toMatchObject({ code: 'unsupported' });
    expect(performance.now() - started).toBeLessThan(500);
  }, 30_000);

  test('no changed, cut or extended file is read; nothing but HybridgeError comes out', async () => {
    const { key, certificate } = await identityOf('Ed25519');
    const files = await Promise.all(
      (['PBMAC1', 'PKCS12-KDF'] as const).map((mac) =>
        writePkcs12(provider, { key, certificates: [certificate], friendlyName: 'x' }, 'p', {
          iterations: 1,
          mac,
        }),
      ),
    );
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.nat({ max: 3 }),
        async (file, where, bits, how) => {
          const at = where % file.length;
          const changed = [
            file.map((byte, index) => (index === at ? byte ^ bits : byte)),
            file.slice(0, at),
            Uint8Array.from([...file, bits]),
            Uint8Array.from([...file.slice(0, at), bits, ...file.slice(at)]),
          ][how];
          if (changed === undefined) throw new Error('no such change');
          try {
            const read = await readPkcs12(provider, changed, 'p');
            // What PBMAC1 leaves unused may change, and nothing else.
            accepted++;
            expect(read.keys[0]?.key.secretBytes()).toEqual(key.secretBytes());
            expect(read.integrity.kind).toBe('PBMAC1');
          } catch (error) {
            if (!isHybridgeError(error)) throw error;
          }
        },
      ),
      { numRuns: 1500 },
    );
    report(`PKCS #12 mutation: 1500 files, ${String(accepted)} read (changes in what PBMAC1 does not use)`);
    expect(accepted).toBeLessThan(40);
  });
});
