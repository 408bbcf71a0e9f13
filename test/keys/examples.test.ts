/** Keys that others published: examples of the RFCs, of GnuTLS and wolfSSL, of Bouncy Castle and the LAMPS drafts. */
import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { decapsulate } from '../../src/kem/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  inspectKey,
  type PrivateKeyFileForm,
} from '../../src/keys/index.ts';
import { sign, verify } from '../../src/sign/index.ts';
import { provider } from './support.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { compositeKems, compositeSignatures, xWingKeyFiles } from '../support/vectors.ts';
import { fileLabel, fileText, readMatchingFiles, type VectorFile } from '../support/vectors-files.ts';

const shared = (folder: string, pattern: RegExp): readonly (VectorFile & { readonly id: string })[] =>
  readMatchingFiles(`x509/${folder}`, pattern).map((file) => ({ ...file, id: fileLabel(file) }));

const rfcFolders = ['rfc9881', 'rfc9909', 'rfc9935'] as const;

describe.skipIf(shared('rfc9881', /pem$/).length === 0)('RFC 9881, RFC 9909 and RFC 9935', () => {
  const examples = rfcFolders.flatMap((folder) => shared(folder, /^(?!bad-).*\.priv\.pem$/));

  it('every example private key belongs to the public key beside it', async () => {
    await runCases('RFC example private keys', examples, async (file) => {
      const pair = file.path.replace(/(?:-both|-expanded|-seed)?\.priv\.pem$/, '.pub.pem');
      const folder = pair.slice(0, pair.lastIndexOf('/'));
      const [publicFile] = readMatchingFiles(folder, new RegExp(`^${pair.slice(folder.length + 1)}$`));
      if (publicFile === undefined) throw new Error(`${pair} is missing`);
      const publicKey = await importPublicKey(provider, fileText(publicFile));
      const privateKey = await importPrivateKey(provider, fileText(file));
      expectBytes(privateKey.publicKey.bytes(), publicKey.bytes(), 'public key');
      const form = /-(both|expanded|seed)\./.exec(file.path)?.[1];
      const written = await exportPrivateKey(provider, privateKey, {
        format: 'pem',
        ...(form === 'both' || form === 'expanded' ? { form } : {}),
      });
      if (form !== undefined && written.trim() !== fileText(file).trim())
        throw new Error('written as another text');
      if (exportPublicKey(publicKey, { format: 'pem' }).trim() !== fileText(publicFile).trim())
        throw new Error('public key written as another text');
    });
  });

  it('inconsistent private keys are refused', async () => {
    const bad = [
      ...rfcFolders.flatMap((folder) => shared(folder, /^bad-.*\.priv\.pem$/)),
      ...shared('gnutls', /inconsistent/),
    ];
    await runCases('inconsistent private keys', bad, async (file) => {
      const outcome = await importPrivateKey(provider, fileText(file)).catch((error: unknown) => error);
      if (!isHybridgeError(outcome, 'invalid_key'))
        throw new Error(`not refused as invalid: ${String(outcome)}`);
    });
  });
});

describe.skipIf(shared('wolfssl/mldsa', /der$/).length === 0)('GnuTLS and wolfSSL', () => {
  it("GnuTLS's forms of one key give one public key", async () => {
    const files = shared('gnutls', /^key-mldsa\d\d-/);
    const known = new Map<string, string>();
    await runCases('GnuTLS private keys', files, async (file) => {
      const read = await importKey(provider, fileText(file));
      const set = /mldsa\d\d/.exec(file.path)?.[0] ?? '';
      const print = fingerprint(provider, read.kind === 'private' ? read.key.publicKey : read.key);
      if ((known.get(set) ?? print) !== print) throw new Error('another public key');
      known.set(set, print);
    });
  });

  it("wolfSSL's private keys load, each in the form that its name says", async () => {
    const forms: ReadonlyMap<string, PrivateKeyFileForm> = new Map([
      ['bare-priv', 'bare-expanded'],
      ['bare-seed', 'bare-seed'],
      ['oqskeypair', 'oqs-key-pair'],
      ['priv-only', 'expanded'],
      ['seed-only', 'seed'],
      ['seed-priv', 'both'],
    ]);
    await runCases(
      'wolfSSL private keys',
      shared('wolfssl/mldsa', /_(?:bare|oqs|priv|seed)/),
      async (file) => {
        const form = /_(.*)\.der$/.exec(file.path)?.[1] ?? '';
        const read = await importKey(provider, file.bytes);
        expect(read.encoding.form).toBe(forms.get(form));
        expect(read.kind).toBe('private');
      },
    );
  });

  it("wolfSSL's public keys load", async () => {
    await runCases('wolfSSL public keys', shared('wolfssl/mldsa', /_pub-spki/), async (file) => {
      const key = await importPublicKey(provider, file.bytes);
      expectBytes(exportPublicKey(key, { format: 'der' }), file.bytes, 'SubjectPublicKeyInfo');
    });
  });

  it("wolfSSL's SLH-DSA private keys load", async () => {
    await runCases('wolfSSL SLH-DSA keys', shared('wolfssl/slhdsa', /-priv\.der$/), async (file) => {
      const key = await importPrivateKey(provider, file.bytes);
      expect(key.algorithm.kind).toBe('slh-dsa');
    });
  });
});

describe('composites', () => {
  it('ML-DSA: the PKCS #8 form is read and written to the byte, and the key works', async () => {
    await runCases('composite ML-DSA keys', compositeSignatures(), async (item) => {
      const key = await importPrivateKey(provider, item.pkcs8, { algorithm: item.algorithm });
      expectBytes(key.publicKey.bytes(), item.publicKey, 'public key');
      expectBytes(key.secretBytes(), item.privateKey, 'private key');
      expectBytes(await exportPrivateKey(provider, key, { format: 'der' }), item.pkcs8, 'PKCS #8');
      const spki = exportPublicKey(key.publicKey, { format: 'der' });
      if (Buffer.from(item.certificate).indexOf(spki) < 0)
        throw new Error('the SubjectPublicKeyInfo is not the one in the certificate');
      const publicKey = await importPublicKey(provider, spki, { algorithm: item.algorithm });
      const signature = await sign(provider, key, item.message);
      if (!(await verify(provider, publicKey, item.message, signature)))
        throw new Error('its signature fails');
    });
  });

  it('ML-KEM: the PKCS #8 form is read and written to the byte, and the key works', async () => {
    await runCases('composite ML-KEM keys', compositeKems(), async (item) => {
      const key = await importPrivateKey(provider, item.pkcs8, { algorithm: item.algorithm });
      expectBytes(key.publicKey.bytes(), item.publicKey, 'public key');
      expectBytes(key.secretBytes(), item.privateKey, 'private key');
      expectBytes(await exportPrivateKey(provider, key, { format: 'der' }), item.pkcs8, 'PKCS #8');
      const spki = exportPublicKey(key.publicKey, { format: 'der' });
      if (item.certificate !== undefined && Buffer.from(item.certificate).indexOf(spki) < 0)
        throw new Error('the SubjectPublicKeyInfo is not the one in the certificate');
      expectBytes(await decapsulate(provider, key, item.ciphertext), item.sharedSecret, 'shared secret');
    });
  });
});

describe.skipIf(xWingKeyFiles().length === 0)('X-Wing', () => {
  it("the draft's key pair", async () => {
    await runCases('X-Wing key files', xWingKeyFiles(), async ({ privateKeyPem, publicKeyPem }) => {
      const privateKey = await importPrivateKey(provider, privateKeyPem, { use: 'kem' });
      const publicKey = await importPublicKey(provider, publicKeyPem, { algorithm: 'MLKEM768-X25519' });
      expectBytes(privateKey.publicKey.bytes(), publicKey.bytes(), 'public key');
      expect(await exportPrivateKey(provider, privateKey, { format: 'pem' })).toBe(privateKeyPem);
      expect(exportPublicKey(publicKey, { format: 'pem' })).toBe(publicKeyPem);
    });
  });
});

describe('fingerprints', () => {
  it('are SHA-256 of the SubjectPublicKeyInfo, as any tool computes it', async () => {
    await runCases('fingerprints', compositeSignatures().slice(0, 8), async (item) => {
      const { publicKey } = await importPrivateKey(provider, item.pkcs8);
      const spki = exportPublicKey(publicKey, { format: 'der' });
      expect(fingerprint(provider, publicKey)).toBe(createHash('sha256').update(spki).digest('hex'));
    });
  });
});

describe('what a file tells', () => {
  it('names format, structure, form and algorithms without a provider', () => {
    const [example] = compositeSignatures();
    if (example === undefined) throw new Error('no example');
    expect(inspectKey(example.pkcs8)).toEqual({
      kind: 'private',
      encoding: { format: 'der', structure: 'OneAsymmetricKey', encrypted: false, standard: true },
      algorithms: [example.algorithm],
      hasPublicKey: false,
    });
  });
});
