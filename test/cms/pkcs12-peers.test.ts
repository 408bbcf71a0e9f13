/** PKCS #12 with others, both directions: OpenSSL, Bouncy Castle, the JDK and NSS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPkcs12, writePkcs12 } from '../../src/cms/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { expectBytes } from '../support/tally.ts';
import { identityOf, provider } from './support.ts';

const KEYS: readonly SignatureName[] = ['ML-DSA-65', 'ECDSA-P256-SHA256', 'RSA2048-PKCS15-SHA256'];
const FAST = { iterations: 2000 } as const;

async function files(name: SignatureName): Promise<{
  readonly folder: string;
  readonly key: string;
  readonly certificate: string;
  readonly out: string;
}> {
  const identity = await identityOf(name);
  const folder = scratchFolder();
  return {
    folder,
    key: fileIn(folder, 'key.pem', identity.keyPem),
    certificate: fileIn(folder, 'cert.pem', identity.certificate.toPem()),
    out: join(folder, 'theirs.p12'),
  };
}

async function expectReads(
  name: SignatureName,
  path: string,
  password: string,
): ReturnType<typeof readPkcs12> {
  const identity = await identityOf(name);
  const read = await readPkcs12(provider, readFileSync(path), password, { use: 'signature' });
  const [found] = read.keys;
  expectBytes(
    found?.key.publicKey.bytes() ?? new Uint8Array(0),
    identity.key.publicKey.bytes(),
    'public key',
  );
  expectBytes(found?.certificates[0]?.bytes ?? new Uint8Array(0), identity.certificate.bytes, 'certificate');
  return read;
}

async function ours(name: SignatureName, folder: string, mac: 'PBMAC1' | 'PKCS12-KDF'): Promise<string> {
  const { key, certificate } = await identityOf(name);
  const bundle = { key, certificates: [certificate], friendlyName: 'pump' };
  return fileIn(folder, `${mac}.p12`, await writePkcs12(provider, bundle, 'secret', { ...FAST, mac }));
}

describeWithPeer('peer-openssl', 'PKCS #12 with OpenSSL', () => {
  test.each(KEYS)('%s', async (name) => {
    const { folder, key, certificate, out } = await files(name);
    const make = (...more: readonly string[]): Promise<Uint8Array> =>
      askPeer('peer-openssl', [
        'pkcs12',
        '-export',
        '-inkey',
        key,
        '-in',
        certificate,
        '-name',
        'pump',
        '-out',
        out,
        '-passout',
        'pass:secret',
        ...more,
      ]);
    for (const [flags, integrity] of [
      [[], { kind: 'PKCS12-KDF', hash: 'SHA-256' }],
      [['-pbmac1_pbkdf2'], { kind: 'PBMAC1', hash: 'SHA-256' }],
      [
        ['-pbmac1_pbkdf2', '-pbmac1_pbkdf2_md', 'SHA512', '-macalg', 'SHA384'],
        { kind: 'PBMAC1', hash: 'SHA-384', prf: 'SHA-512' },
      ],
      [
        ['-macalg', 'SHA1', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'],
        { kind: 'PKCS12-KDF', hash: 'SHA-1' },
      ],
      [
        ['-certpbe', 'NONE', '-keypbe', 'AES-128-CBC', '-macalg', 'SHA512'],
        { kind: 'PKCS12-KDF', hash: 'SHA-512' },
      ],
    ] as const) {
      await make(...flags);
      const read = await expectReads(name, out, 'secret');
      expect(read.integrity).toMatchObject(integrity);
      expect(read.keys[0]?.friendlyName).toBe('pump');
    }
    await make('-legacy');
    await expect(readPkcs12(provider, readFileSync(out), 'secret')).rejects.toMatchObject({
      code: 'unsupported',
      message: /RC2/,
      hint: /openssl pkcs12 -legacy/,
    });
    const { certificate: own } = await identityOf(name);
    for (const mac of ['PBMAC1', 'PKCS12-KDF'] as const) {
      const path = await ours(name, folder, mac);
      const said = await askPeer('peer-openssl', ['pkcs12', '-in', path, '-passin', 'pass:secret', '-nodes']);
      const text = Buffer.from(said).toString('utf8');
      expect(text).toContain('friendlyName: pump');
      expect(text).toContain(own.toPem().trim());
      expect(text).toContain('BEGIN PRIVATE KEY');
      const wrong = await runPeer('peer-openssl', ['pkcs12', '-in', path, '-passin', 'pass:wrong', '-nodes']);
      expect(wrong.code).not.toBe(0);
    }
  });
});

describeWithPeer('bc-peer', 'PKCS #12 with Bouncy Castle', () => {
  test.each(['ML-DSA-65', 'MLDSA65-Ed25519-SHA512'] as const)('reads ours: %s', async (name) => {
    for (const mac of ['PBMAC1', 'PKCS12-KDF'] as const) {
      const path = await ours(name, scratchFolder(), mac);
      const said = await askPeer('bc-peer', ['p12-info', `in=${path}`, 'pass=secret']);
      expect(Buffer.from(said).toString('utf8')).toMatch(/^ok/m);
    }
  });
});

describeWithPeer(['peer-keytool', 'peer-openssl'], 'PKCS #12 with the JDK', () => {
  test.each(['ML-DSA-65', 'RSA2048-PKCS15-SHA256'] as const)('%s', async (name) => {
    const { folder, out } = await files(name);
    const path = await ours(name, folder, 'PKCS12-KDF');
    const listed = await askPeer('peer-keytool', ['-list', '-v', '-keystore', path, '-storepass', 'secret']);
    expect(Buffer.from(listed).toString('utf8')).toMatch(/Alias name: pump[\s\S]*PrivateKeyEntry/);
    await askPeer('peer-keytool', [
      '-importkeystore',
      '-noprompt',
      '-srckeystore',
      path,
      '-srcstorepass',
      'secret',
      '-destkeystore',
      out,
      '-deststoretype',
      'PKCS12',
      '-deststorepass',
      'changed',
    ]);
    const read = await expectReads(name, out, 'changed');
    expect(read.keys[0]?.friendlyName).toBe('pump');
    expect(read.integrity).toMatchObject({ kind: 'PKCS12-KDF', hash: 'SHA-256' });
  });
});

describeWithPeer(['peer-pk12util', 'peer-certutil'], 'PKCS #12 with NSS', () => {
  test.each(['ECDSA-P256-SHA256', 'RSA2048-PKCS15-SHA256'] as const)('%s', async (name) => {
    const { folder, out } = await files(name);
    await askPeer('peer-certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
    for (const mac of ['PBMAC1', 'PKCS12-KDF'] as const) {
      const path = await ours(name, folder, mac);
      await askPeer('peer-pk12util', ['-i', path, '-d', `sql:${folder}`, '-W', 'secret', '-K', '']);
    }
    await askPeer('peer-pk12util', [
      '-o',
      out,
      '-n',
      'pump',
      '-d',
      `sql:${folder}`,
      '-W',
      'changed',
      '-K',
      '',
    ]);
    await expectReads(name, out, 'changed');
  });
});
