/** Encrypted messages of others: the example of RFC 9936, and what implementers brought to the IETF PQC hackathon. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, isHybridgeError } from '../../src/bytes/index.ts';
import { parseCertificate } from '../../src/certificates/index.ts';
import { readBer } from '../../src/cms/ber-read.ts';
import { startContentDecryption, readContentEncryption } from '../../src/cms/content-cipher.ts';
import { readEnvelopedHead } from '../../src/cms/enveloped-read.ts';
import { decryptMessage, decryptToBytes, inspectEncrypted } from '../../src/cms/index.ts';
import { readKeyWrap } from '../../src/cms/key-wrap.ts';
import { kekFromSecret } from '../../src/cms/recipient-kem.ts';
import { decodePem } from '../../src/encoding/index.ts';
import { decapsulate } from '../../src/kem/index.ts';
import { importPrivateKey } from '../../src/keys/index.ts';
import { requireBlockCipher } from '../../src/provider/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { expectBytes, report } from '../support/tally.ts';
import { readMatchingFiles, SHARED_FOLDER } from '../support/vectors-files.ts';
import { readZip } from '../support/zip.ts';
import { cut } from './enveloped-support.ts';
import { collect, provider } from './support.ts';

const rfc9936 = readMatchingFiles('cms/rfc9936', /./);
const textOf = (name: string): string => {
  const file = rfc9936.find(({ path }) => path.endsWith(`/${name}`));
  return new TextDecoder().decode(file?.bytes);
};
const hexOf = (name: string): Uint8Array => fromHex(textOf(name).replace(/\s/g, ''));

if (rfc9936.length === 0) report('RFC 9936 example: not run, its data lies in the shared corpora only');

describe.skipIf(rfc9936.length === 0)('RFC 9936, example of ML-KEM-512', () => {
  const pem = textOf('ML-KEM-512.cms');

  test.each(['seed', 'both', 'expanded'])('opens with the private key as %s', async (form) => {
    const privateKey = await importPrivateKey(provider, textOf(`ML-KEM-512-${form}.priv`), { use: 'kem' });
    const certificate = parseCertificate(textOf('ML-KEM-512.pem'));
    for (const identity of [{ privateKey }, { privateKey, certificate }])
      for (const one of [provider, createNobleProvider()])
        expect(await decryptToBytes(one, [identity], pem)).toEqual(
          new TextEncoder().encode(textOf('plaintext.txt')),
        );
  });

  test('gives every intermediate value', async () => {
    const [block] = decodePem(pem);
    const ber = readBer(block?.bytes ?? new Uint8Array(0), 'message');
    const head = await readEnvelopedHead(ber);
    const [info] = head.recipients;
    if (info?.kind !== 'kem') throw new Error('no KEM recipient');
    expectBytes(info.ciphertext, hexOf('ciphertext.txt'), 'ciphertext');
    expectBytes(info.encryptedKey, hexOf('encrypted_cek.txt'), 'encrypted key');
    const privateKey = await importPrivateKey(provider, textOf('ML-KEM-512-seed.priv'), { use: 'kem' });
    const secret = await decapsulate(provider, privateKey, info.ciphertext);
    expectBytes(secret, hexOf('shared_secret.txt'), 'shared secret');
    const wrap = readKeyWrap(info.wrap);
    // CMSORIforKEMOtherInfo is the wrap and its key size here.
    const ori = hexOf('ori_info.txt');
    expectBytes(ori.slice(2, 2 + wrap.identifier.length), wrap.identifier, 'key wrap in the other info');
    const kek = kekFromSecret(provider, 'SHA-256', secret, wrap, info.ukm);
    expectBytes(kek, hexOf('kek.txt'), 'key-encryption key');
    const cek = requireBlockCipher(provider).unwrapKey(kek, info.encryptedKey);
    expectBytes(cek ?? new Uint8Array(0), hexOf('cek.txt'), 'content key');
    const algorithm = readContentEncryption(head.encryption);
    const decryption = startContentDecryption(provider, algorithm, cek ?? new Uint8Array(16));
    const parts: Uint8Array[] = [];
    for await (const piece of ber.octets('encryptedContent', 0x80)) parts.push(decryption.update(piece));
    expect(new TextDecoder().decode(concat(...parts))).toBe(textOf('decrypted.txt'));
    report('RFC 9936 example: ciphertext, shared secret, KEK, content key and content agree');
  });

  test('names its recipient', async () => {
    const { recipients, cipher, postQuantum, kind } = await inspectEncrypted(pem);
    expect({ kind, cipher: cipher.name, postQuantum }).toEqual({
      kind: 'auth-enveloped-data',
      cipher: 'AES-128-GCM',
      postQuantum: true,
    });
    expect(recipients.map(({ kind: one, algorithm }) => [one, algorithm?.name])).toEqual([
      ['kem', 'ML-KEM-512'],
    ]);
    const certificate = parseCertificate(textOf('ML-KEM-512.pem'));
    const { identifier } = recipients[0] ?? {};
    expect(identifier).toEqual({
      kind: 'subject-key-identifier',
      keyIdentifier: certificate.extensions.subjectKeyIdentifier,
    });
  });
});

/** Files that do not open, and why. */
const EXCEPTIONS: readonly {
  readonly pattern: RegExp;
  readonly expect: 'decryption_failed' | 'unknown_algorithm';
  readonly why: string;
}[] = [
  {
    pattern: /^cht .*_kemri_auth_/,
    expect: 'decryption_failed',
    why: 'no KEMRecipientInfo but a key transport recipient with the OID of ML-KEM, which no standard defines; OpenSSL 3.6 opens none either',
  },
  {
    pattern: /^cryptonext .*frodokem/,
    expect: 'unknown_algorithm',
    why: 'FrodoKEM, which is not an algorithm of the house',
  },
];

const archives = readMatchingFiles('pqc-certificates/cms_v3', /\.zip$/).map((file) => ({
  producer: file.path.slice(file.path.lastIndexOf('/') + 1, -4),
  entries: readZip(file.bytes),
}));
if (archives.length === 0) report('hackathon CMS v3: not run, its data lies in the shared corpora only');

/** What the independent checker beside the corpus says: `true` where OpenSSL opens the file. */
function oracle(): Readonly<Record<string, Readonly<Record<string, { readonly decrypts?: unknown }>>>> {
  const path = join(SHARED_FOLDER, 'vectors', 'pqc-certificates', 'oracle-cms_v3.json');
  return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof oracle>;
}

describe.skipIf(archives.length === 0)('hackathon CMS v3, encrypted messages', () => {
  test('each opens, or fails for a known reason', async () => {
    const table = new Map<string, number>();
    const failures: string[] = [];
    const verdicts = oracle();
    let checked = 0;
    for (const { producer, entries } of archives) {
      const expected = entries.find(({ name }) => name.endsWith('expected_plaintext.txt'))?.bytes;
      for (const { name, bytes } of entries) {
        if (!name.includes('_kemri')) continue;
        const id = `${producer} ${name.slice(name.lastIndexOf('/') + 1)}`;
        const base = name.slice(0, name.indexOf('_kemri'));
        const key = entries.find((one) => one.name.startsWith(base) && one.name.endsWith('_priv.der'));
        const certificate = entries.find((one) => one.name === `${base}_ee.der`);
        if (key === undefined || certificate === undefined || expected === undefined)
          throw new Error(`${id}: key, certificate or plaintext is missing`);
        const kind = /MLKEM/.test(name) ? 'composite KEM' : /frodo/.test(name) ? 'FrodoKEM' : 'ML-KEM';
        const format = `${kind} ${name.includes('_auth') ? 'AuthEnvelopedData' : 'EnvelopedData'}`;
        const exception = EXCEPTIONS.find(({ pattern }) => pattern.test(id));
        const verdict = verdicts[producer]?.[id.slice(producer.length + 1)]?.decrypts;
        let result: string;
        try {
          const privateKey = await importPrivateKey(provider, key.bytes, { use: 'kem' });
          const identity = { privateKey, certificate: parseCertificate(certificate.bytes) };
          expectBytes(await decryptToBytes(provider, [identity], bytes), expected, 'content');
          const inPieces = decryptMessage(provider, [{ privateKey }], cut(bytes, 1, 2, 3, 500));
          expectBytes(await collect(inPieces), expected, 'content of a stream');
          result = 'opens';
          if (exception !== undefined) failures.push(`${id}: opens, but was expected to fail`);
        } catch (error) {
          if (!isHybridgeError(error)) throw error;
          result = `refused, ${error.code}`;
          if (exception?.expect !== error.code) failures.push(`${id}: ${error.message}`);
        }
        if (verdict !== undefined && (verdict === true) !== (result === 'opens'))
          failures.push(`${id}: OpenSSL says ${JSON.stringify(verdict)}, here it ${result}`);
        const row = `${producer.padEnd(12)} ${format.padEnd(34)} ${result}`;
        table.set(row, (table.get(row) ?? 0) + 1);
        checked++;
      }
    }
    for (const [row, count] of table) report(`hackathon CMS v3: ${row}: ${count}`);
    for (const { pattern, why } of EXCEPTIONS)
      report(`hackathon CMS v3 exception: ${pattern.source}: ${why}`);
    expect(failures).toEqual([]);
    expect(checked).toBeGreaterThan(90);
  });
});
