/** Encrypted messages with OpenSSL and Bouncy Castle, both directions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import {
  decryptMessage,
  encryptMessage,
  type EncryptionRequest,
  type Identity,
  type Recipient,
} from '../../src/cms/index.ts';
import type { KemName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer, findPeer } from '../support/peers.ts';
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
    for (const cipher of ['-aes-256-gcm', '-aes-128-gcm', '-aes-256-cbc', '-aes-192-cbc'] as const)
      for (const form of [[], ['-stream'], ['-indef'], ['-keyid']] as const) {
        // OpenSSL makes no password recipients beside GCM, but reads them.
        if (holder === undefined && (form[0] === '-keyid' || cipher.endsWith('gcm'))) continue;
        const theirs = join(folder, 'theirs');
        await askPeer('peer-openssl', [
          'cms',
          '-encrypt',
          '-binary',
          cipher,
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
    for (const cipher of ['AES-256-GCM', 'AES-128-GCM', 'AES-256-CBC', 'AES-192-CBC'] as const)
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

const BC: readonly {
  readonly name: KemName | 'password';
  readonly scheme: string;
  readonly options?: Case['options'];
}[] = [
  { name: 'ML-KEM-512', scheme: 'kem-sha256' },
  { name: 'ML-KEM-768', scheme: 'kem-sha512', options: { hash: 'SHA-512' } },
  { name: 'ML-KEM-1024', scheme: 'kem-sha256', options: { hash: 'SHA-384' } },
  { name: 'MLKEM768-X25519-SHA3-256', scheme: 'kem-sha256' },
  { name: 'MLKEM768-ECDH-P256-SHA3-256', scheme: 'kem-sha256' },
  { name: 'MLKEM1024-ECDH-P384-SHA3-256', scheme: 'kem-sha512', options: { hash: 'SHA-512' } },
  { name: 'MLKEM768-RSA2048-SHA3-256', scheme: 'kem-sha256' },
  { name: 'P-256', scheme: '1.3.132.1.11.1' },
  { name: 'P-521', scheme: '1.3.132.1.11.3' },
  { name: 'X25519', scheme: '1.2.840.113549.1.9.16.3.19' },
  { name: 'X448', scheme: '1.2.840.113549.1.9.16.3.21' },
  { name: 'RSA2048-OAEP-SHA256', scheme: 'oaep-sha1', options: { hash: 'SHA-384' } },
  { name: 'RSA3072-OAEP-SHA256', scheme: 'oaep-sha256' },
  { name: 'password', scheme: 'password' },
];
const KINDS = [
  ['enveloped', 'AES-256-CBC'],
  ['auth', 'AES-256-GCM'],
] as const;

/** The class path of the peer's wrapper: Bouncy Castle's own archives. */
function classPath(): string {
  const wrapper = readFileSync(findPeer('bc-peer') ?? '', 'utf8');
  const folder = /^J="([^"]+)"$/m.exec(wrapper)?.[1] ?? '';
  return ['bcprov', 'bcpkix', 'bcutil'].map((name) => join(folder, `${name}.jar`)).join(':');
}

async function askBouncyCastle(commands: readonly (readonly string[])[]): Promise<void> {
  const script = fileURLToPath(new URL('peers/Enveloped.java', import.meta.url));
  const input = utf8(commands.map((parts) => parts.join('\t')).join('\n'));
  const said = await askPeer('peer-java', ['-XX:TieredStopAtLevel=1', '-cp', classPath(), script], {
    input,
    timeout: 180_000,
  });
  const answers = new TextDecoder().decode(said).trim().split('\n');
  const failed = answers.flatMap((answer, index) =>
    answer === 'ok' ? [] : [`${commands[index]?.slice(0, 3).join(' ') ?? ''}: ${answer}`],
  );
  expect(failed).toEqual([]);
  expect(answers).toHaveLength(commands.length);
}

describeWithPeer(['bc-peer', 'peer-java'], 'encrypted messages with Bouncy Castle', () => {
  test('theirs open here, ours open there', async () => {
    const folder = scratchFolder();
    const plain = fileIn(folder, 'plain', content);
    const theirs: (readonly string[])[] = [];
    const ours: (readonly string[])[] = [];
    for (const { name, scheme, options } of BC)
      for (const [kind, cipher] of KINDS) {
        const id = `${name} ${kind}`.replaceAll(' ', '_');
        const holder = name === 'password' ? undefined : await holderOf(name);
        const to =
          holder === undefined ? PASSWORD : fileIn(folder, `${name}.pem`, holder.certificate.toPem());
        const key = holder === undefined ? PASSWORD : fileIn(folder, `${name}.key`, holder.keyPem);
        theirs.push(['encrypt', kind, scheme, to, plain, join(folder, `${id}.theirs`)]);
        const recipient: Recipient =
          holder === undefined
            ? { password: PASSWORD, iterations: 2000 }
            : { certificate: holder.certificate, ...options };
        const message = await collect(
          encryptMessage(provider, { recipients: [recipient], cipher }, cut(content, 700)),
        );
        ours.push(['decrypt', key, fileIn(folder, `${id}.ours`, message), join(folder, `${id}.opened`)]);
      }
    await askBouncyCastle([...theirs, ...ours]);
    for (const { name } of BC)
      for (const [kind] of KINDS) {
        const id = `${name} ${kind}`.replaceAll(' ', '_');
        const identity: Identity =
          name === 'password' ? { password: PASSWORD } : { privateKey: (await holderOf(name)).privateKey };
        expectBytes(
          await opened(readFileSync(join(folder, `${id}.theirs`)), identity),
          content,
          `theirs: ${id}`,
        );
        expectBytes(readFileSync(join(folder, `${id}.opened`)), content, `ours: ${id}`);
      }
    report(
      `Bouncy Castle, encrypted messages: ${String(theirs.length)} theirs opened here, ${String(ours.length)} ours there`,
    );
  }, 240_000);
});
