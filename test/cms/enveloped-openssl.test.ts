/** Encrypted messages with OpenSSL, both directions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import {
  CONTENT_CIPHER_NAMES,
  type ContentCipherName,
  decryptMessage,
  encryptMessage,
  type EncryptionRequest,
  type Identity,
  type Recipient,
} from '../../src/cms/index.ts';
import type { KemName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, report } from '../support/tally.ts';
import { cut, holderOf } from './enveloped-support.ts';
import { collect, provider } from './support.ts';

const content = utf8('dose table 7: 12 ml/h until noon, then 8\n'.repeat(40));
const PASSWORD = 'correct horse';

const opened = (message: Uint8Array, identity: Identity): Promise<Uint8Array> =>
  collect(decryptMessage(provider, [identity], cut(message, 1, 400, 7)));

/** What is sent to a recipient, as the peers name it. */
interface Case {
  readonly title: string;
  readonly name: KemName | 'password';
  readonly options: Omit<Extract<Recipient, { publicKey: unknown }>, 'keyIdentifier' | 'publicKey'>;
  /** Flags of `openssl cms -encrypt`, behind the recipient. */
  readonly flags: readonly string[];
}

const OPENSSL: readonly Case[] = [
  ...(['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const).map((name) => ({
    title: name,
    name,
    options: {},
    flags: [],
  })),
  { title: 'P-256, SHA-1 in their key derivation', name: 'P-256', options: {}, flags: [] },
  {
    title: 'P-384',
    name: 'P-384',
    options: { hash: 'SHA-384' },
    flags: ['-keyopt', 'ecdh_kdf_md:sha384'],
  },
  {
    title: 'P-521 with 256-bit wrap',
    name: 'P-521',
    options: { hash: 'SHA-512', wrap: 'aes256-wrap' },
    flags: ['-keyopt', 'ecdh_kdf_md:sha512'],
  },
  {
    title: 'brainpoolP256r1',
    name: 'brainpoolP256r1',
    options: {},
    flags: ['-keyopt', 'ecdh_kdf_md:sha256'],
  },
  {
    title: 'RSA-OAEP, SHA-1 theirs',
    name: 'RSA2048-OAEP-SHA256',
    options: {},
    flags: ['-keyopt', 'rsa_padding_mode:oaep'],
  },
  {
    title: 'RSA-OAEP, SHA-512',
    name: 'RSA3072-OAEP-SHA256',
    options: { hash: 'SHA-512' },
    flags: [
      '-keyopt',
      'rsa_padding_mode:oaep',
      '-keyopt',
      'rsa_oaep_md:sha512',
      '-keyopt',
      'rsa_mgf1_md:sha512',
    ],
  },
  { title: 'password', name: 'password', options: {}, flags: [] },
];

/** Every cipher with one recipient, the two that matter with the others. */
const ciphersFor = (name: Case['name']): readonly ContentCipherName[] =>
  name === 'ML-KEM-768' ? CONTENT_CIPHER_NAMES : ['AES-256-GCM', 'AES-256-CBC'];

describeWithPeer('peer-openssl', 'encrypted messages with OpenSSL', () => {
  test.each(OPENSSL)('$title', async ({ name, options, flags }) => {
    const folder = scratchFolder();
    const plain = fileIn(folder, 'plain', content);
    const holder = name === 'password' ? undefined : await holderOf(name);
    const identity: Identity =
      holder === undefined
        ? { password: PASSWORD }
        : { privateKey: holder.privateKey, certificate: holder.certificate };
    const certificate = fileIn(folder, 'cert.pem', holder?.certificate.toPem() ?? '');
    const key = fileIn(folder, 'key.pem', holder?.keyPem ?? '');
    const to = holder === undefined ? ['-pwri_password', PASSWORD] : ['-recip', certificate];
    let count = 0;
    for (const cipher of ciphersFor(name))
      for (const form of [[], ['-stream'], ['-keyid']] as const) {
        // OpenSSL makes no password recipients beside GCM, but reads them.
        if (holder === undefined && (form[0] === '-keyid' || cipher.endsWith('GCM'))) continue;
        const theirs = join(folder, 'theirs');
        await askPeer('peer-openssl', [
          'cms',
          '-encrypt',
          '-binary',
          `-${cipher.toLowerCase()}`,
          '-in',
          plain,
          '-outform',
          'DER',
          '-out',
          theirs,
          ...form,
          ...to,
          ...flags,
        ]);
        expectBytes(
          await opened(readFileSync(theirs), identity),
          content,
          `content of ${cipher} ${form.join()}`,
        );
        count++;
      }
    const withKey =
      holder === undefined ? ['-pwri_password', PASSWORD] : ['-recip', certificate, '-inkey', key];
    for (const cipher of ciphersFor(name))
      for (const identifier of ['issuer-and-serial-number', 'subject-key-identifier'] as const) {
        const recipient: Recipient =
          holder === undefined
            ? { password: PASSWORD, iterations: 2000 }
            : { certificate: holder.certificate, identifier, ...options };
        const request: EncryptionRequest = { recipients: [recipient], cipher };
        for (const source of [content, cut(content, 100, 900)]) {
          const ours = fileIn(folder, 'ours', await collect(encryptMessage(provider, request, source)));
          const said = await askPeer('peer-openssl', [
            'cms',
            '-decrypt',
            '-binary',
            '-in',
            ours,
            '-inform',
            'DER',
            ...withKey,
          ]);
          expectBytes(said, content, `what OpenSSL decrypts: ${cipher}, ${identifier}`);
          count++;
        }
      }
    report(`OpenSSL, encrypted messages to ${name}: ${String(count)} opened`);
  });

  test('one message for an old and a new device', async () => {
    const folder = scratchFolder();
    const names = ['ML-KEM-768', 'P-256', 'RSA2048-OAEP-SHA256'] as const;
    const holders = await Promise.all(names.map(holderOf));
    const recipients: readonly Recipient[] = [
      { certificate: (await holderOf('MLKEM768-X25519-SHA3-256')).certificate },
      ...holders.map(({ certificate }) => ({ certificate })),
      { password: PASSWORD, iterations: 1000 },
    ];
    const message = fileIn(
      folder,
      'message',
      await collect(encryptMessage(provider, { recipients }, content)),
    );
    for (const { name, certificate, keyPem } of holders) {
      const said = await askPeer('peer-openssl', [
        'cms',
        '-decrypt',
        '-binary',
        '-in',
        message,
        '-inform',
        'DER',
        '-recip',
        fileIn(folder, `${name}.pem`, certificate.toPem()),
        '-inkey',
        fileIn(folder, `${name}.key`, keyPem),
      ]);
      expectBytes(said, content, name);
    }
  });
});
