/** SignedData in both directions with OpenSSL, Bouncy Castle and NSS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { toHex } from '../../src/bytes/index.ts';
import {
  countersignMessage,
  type MessageSigner,
  signDetached,
  signMessage,
  type SignMessageOptions,
  verifyMessage,
  type VerifyMessageOptions,
} from '../../src/cms/index.ts';
import { parseCertificate } from '../../src/certificates/index.ts';
import { importPrivateKey } from '../../src/keys/index.ts';
import { COMPOSITE_SIGNATURE_NAMES, type SignatureName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { runCases, Skip } from '../support/tally.ts';
import { askBouncyCastle } from './bouncy-castle.ts';
import { collect, cut, type Identity, identityOf, provider } from './support.ts';

const content = new Uint8Array(50_000).map((_, index) => index * 7);

/** How a message is made. */
interface Form {
  readonly title: string;
  readonly detached?: boolean;
  /** Whether the content comes in pieces, so that the message is BER. */
  readonly streamed?: boolean;
  readonly signer?: Partial<MessageSigner>;
}

const FORMS: readonly Form[] = [
  { title: 'attached' },
  { title: 'attached, streamed', streamed: true },
  { title: 'detached', detached: true },
  { title: 'named by key', signer: { identifier: 'subject-key-identifier' } },
];

async function ourMessage(
  identities: readonly Identity[],
  { detached = false, streamed = false, signer = {} }: Omit<Form, 'title'>,
  options: SignMessageOptions = {},
): Promise<Uint8Array> {
  const request = { signers: identities.map(({ key, certificate }) => ({ key, certificate, ...signer })) };
  const source = streamed ? cut(content, 7000) : content;
  return detached
    ? signDetached(provider, request, source, options)
    : collect(signMessage(provider, request, source, options));
}

/** Verifies whole and in small pieces; the verdict is the same. */
async function verifyBoth(message: Uint8Array, options: VerifyMessageOptions = {}): Promise<void> {
  for (const source of [message, cut(message, 1000)]) {
    const verdict = await verifyMessage(provider, source, options);
    if (!verdict.valid) throw new Error(verdict.text);
    if (!verdict.detached) expect(verdict.content).toEqual(content);
  }
}

interface Files {
  readonly content: string;
  readonly anchors: string;
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  readonly folder: string;
}

function filesOf(identities: readonly Identity[]): Files {
  const folder = scratchFolder();
  const pems = identities.map(({ certificate }) => certificate.toPem());
  return {
    folder,
    content: fileIn(folder, 'content', content),
    anchors: fileIn(folder, 'anchors.pem', pems.join('')),
    certificates: pems.map((pem, index) => fileIn(folder, `${String(index)}.pem`, pem)),
    keys: identities.map(({ keyPem }, index) => fileIn(folder, `${String(index)}.key`, keyPem)),
  };
}

const openssl = (...args: readonly string[]): Promise<Uint8Array> =>
  askPeer('peer-openssl', ['cms', ...args]);

/** How OpenSSL is told to verify a message in a file. */
const verifying = (message: string, anchors: string): readonly string[] => [
  ...['-verify', '-binary', '-inform', 'DER', '-in', message],
  ...['-CAfile', anchors, '-purpose', 'any'],
];

describeWithPeer('peer-openssl', 'OpenSSL', () => {
  const algorithms: readonly SignatureName[] = [
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
    'SLH-DSA-SHA2-128f',
    'SLH-DSA-SHAKE-192f',
    'ECDSA-P256-SHA256',
    'ECDSA-P384-SHA384',
    'ECDSA-P521-SHA512',
    'ECDSA-P256-SHA384',
    'ECDSA-P256-SHA512',
    'ECDSA-P384-SHA256',
    'ECDSA-P384-SHA512',
    'ECDSA-P521-SHA256',
    'ECDSA-P521-SHA384',
    'Ed25519',
    'Ed448',
    'RSA3072-PKCS15-SHA256',
    'RSA3072-PSS-SHA256',
  ];
  /** The digest that OpenSSL has to be told. */
  const digests: Readonly<Partial<Record<SignatureName, string>>> = {
    'ECDSA-P256-SHA256': 'sha256',
    'ECDSA-P384-SHA384': 'sha384',
    'ECDSA-P256-SHA384': 'sha384',
    'ECDSA-P384-SHA256': 'sha256',
    'ECDSA-P521-SHA256': 'sha256',
    'ECDSA-P521-SHA384': 'sha384',
    'RSA3072-PKCS15-SHA256': 'sha256',
    'RSA3072-PSS-SHA256': 'sha256',
    Ed448: 'shake256',
  };

  it('verifies what we sign', async () => {
    const cases = algorithms.flatMap((name) =>
      FORMS.map((form) => ({ id: `${name} ${form.title}`, verdict: form.title, name, form })),
    );
    await runCases('SignedData, Hybridge to OpenSSL', cases, async ({ name, form }) => {
      // RFC 8419 §2.3 names it for Ed448; Bouncy Castle knows it.
      if (name === 'Ed448') return new Skip('OpenSSL does not know id-shake256-len');
      const identity = await identityOf(name);
      const files = filesOf([identity]);
      const message = fileIn(files.folder, 'message.der', await ourMessage([identity], form));
      const out = await openssl(
        ...verifying(message, files.anchors),
        ...(form.detached === true ? ['-content', files.content] : []),
      );
      expect(toHex(out)).toBe(toHex(content));
      return undefined;
    });
  }, 120_000);

  it('signs what we verify', async () => {
    const cases = algorithms.flatMap((name) =>
      [
        { title: 'attached', args: ['-nodetach'] },
        { title: 'attached, streamed', args: ['-nodetach', '-stream'] },
        { title: 'detached', args: [] },
        { title: 'named by key', args: ['-nodetach', '-keyid'] },
        { title: 'without certificate', args: ['-nodetach', '-nocerts'] },
      ].map((form) => ({ id: `${name} ${form.title}`, verdict: form.title, name, form })),
    );
    await runCases('SignedData, OpenSSL to Hybridge', cases, async ({ name, form }) => {
      if (name.includes('PSS') && form.args.includes('-stream'))
        return new Skip('OpenSSL writes no PSS with -stream: "illegal zero content"');
      const identity = await identityOf(name);
      const files = filesOf([identity]);
      const message = await openssl(
        ...['-sign', '-binary', '-md', digests[name] ?? 'sha512', '-in', files.content, '-outform', 'DER'],
        ...['-signer', files.certificates[0] ?? '', '-inkey', files.keys[0] ?? '', ...form.args],
        ...(name.includes('PSS')
          ? ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest']
          : []),
      );
      await verifyBoth(message, {
        ...(form.title === 'detached' ? { detachedContent: content } : {}),
        certificates: form.args.includes('-nocerts') ? [identity.certificate] : [],
      });
      return undefined;
    });
  }, 120_000);

  it('both ways with a classical and a post-quantum signer on one message', async () => {
    const identities = [await identityOf('ECDSA-P521-SHA512'), await identityOf('ML-DSA-65')];
    const files = filesOf(identities);
    const ours = fileIn(files.folder, 'ours.der', await ourMessage(identities, { streamed: true }));
    const out = await openssl(
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      ours,
      '-CAfile',
      files.anchors,
      '-purpose',
      'any',
    );
    expect(toHex(out)).toBe(toHex(content));
    const theirs = await openssl(
      ...['-sign', '-binary', '-md', 'sha512', '-in', files.content, '-outform', 'DER', '-nodetach'],
      ...identities.flatMap((_, index) => [
        '-signer',
        files.certificates[index] ?? '',
        '-inkey',
        files.keys[index] ?? '',
      ]),
    );
    const verdict = await verifyMessage(provider, theirs, { require: 'all-with-post-quantum' });
    expect(verdict).toMatchObject({
      valid: true,
      basis: 'all',
      signers: [{ status: 'valid' }, { status: 'valid' }],
    });
  });

  it('classical signatures over the content itself, both ways', async () => {
    const names: readonly SignatureName[] = ['ECDSA-P256-SHA256', 'RSA3072-PKCS15-SHA256'];
    const cases = names.map((name) => ({ id: name, name }));
    await runCases('SignedData without attributes, OpenSSL', cases, async ({ name }) => {
      const identity = await identityOf(name);
      const files = filesOf([identity]);
      const ours = await ourMessage([identity], { signer: { signedAttributes: 'none' } });
      const path = fileIn(files.folder, 'ours.der', ours);
      await openssl(...verifying(path, files.anchors));
      const theirs = await openssl(
        ...[
          '-sign',
          '-binary',
          '-noattr',
          '-md',
          'sha256',
          '-in',
          files.content,
          '-outform',
          'DER',
          '-nodetach',
        ],
        ...['-signer', files.certificates[0] ?? '', '-inkey', files.keys[0] ?? ''],
      );
      await verifyBoth(theirs);
    });
  });

  it('refuses a message of ours that was changed', async () => {
    const identity = await identityOf('ML-DSA-65');
    const files = filesOf([identity]);
    const message = await ourMessage([identity], {});
    message[5000] = (message[5000] ?? 0) ^ 1;
    const path = fileIn(files.folder, 'changed.der', message);
    const { code } = await runPeer('peer-openssl', ['cms', ...verifying(path, files.anchors)]);
    expect(code).not.toBe(0);
  });
});

describeWithPeer(['bc-peer', 'peer-java'], 'Bouncy Castle', () => {
  const algorithms: readonly SignatureName[] = [
    ...COMPOSITE_SIGNATURE_NAMES,
    'ML-DSA-44',
    'ML-DSA-65',
    'ML-DSA-87',
    'SLH-DSA-SHA2-128f',
    'SLH-DSA-SHAKE-256f',
    'Ed25519',
    'Ed448',
    'ECDSA-P256-SHA256',
    'RSA3072-PKCS15-SHA256',
  ];
  const forms = ['attached', 'detached', 'direct'] as const;

  it('both directions, every composite, in every form', async () => {
    const made: { readonly id: string; readonly verdict: string; readonly verify: readonly string[] }[] = [];
    const asked: { readonly id: string; readonly verdict: string; readonly sign: readonly string[] }[] = [];
    for (const name of algorithms) {
      const identity = await identityOf(name);
      const { folder, content: file, certificates, keys } = filesOf([identity]);
      for (const form of forms) {
        const detached = form === 'detached';
        const signer: Partial<MessageSigner> = form === 'direct' ? { signedAttributes: 'none' } : {};
        const ours = await ourMessage([identity], { detached, streamed: form === 'attached', signer });
        const path = fileIn(folder, `ours-${form}`, ours);
        const item = { id: `${name} ${form}`, verdict: form };
        made.push({ ...item, verify: ['verify', path, ...(detached ? [file] : [])] });
        const [certificate = '', key = ''] = [certificates[0], keys[0]];
        asked.push({ ...item, sign: ['sign', form, key, certificate, file, join(folder, `theirs-${form}`)] });
      }
    }
    const answers = await askBouncyCastle([
      ...made.map(({ verify }) => verify),
      ...asked.map(({ sign }) => sign),
    ]);
    await runCases('SignedData, Hybridge to Bouncy Castle', made, (item) => {
      expect(answers[made.indexOf(item)]).toBe('1');
    });
    await runCases('SignedData, Bouncy Castle to Hybridge', asked, async (item) => {
      expect(answers[made.length + asked.indexOf(item)]).toBe('');
      const theirs = new Uint8Array(readFileSync(item.sign.at(-1) ?? ''));
      await verifyBoth(theirs, item.verdict === 'detached' ? { detachedContent: content } : {});
    });
  }, 120_000);

  it('does not take a changed message', async () => {
    const identity = await identityOf('MLDSA65-Ed25519-SHA512');
    const { folder } = filesOf([identity]);
    const message = await ourMessage([identity], {});
    message[5000] = (message[5000] ?? 0) ^ 1;
    const [answer] = await askBouncyCastle([['verify', fileIn(folder, 'changed', message)]]);
    expect(answer).toBeInstanceOf(Error);
  });

  it('countersignatures, both directions', async () => {
    const [first, second] = [await identityOf('ECDSA-P256-SHA256'), await identityOf('ML-DSA-65')];
    const cases = [first, second].map((countersigner) => ({ id: countersigner.name, countersigner }));
    await runCases('countersignatures, Hybridge and Bouncy Castle', cases, async ({ countersigner }) => {
      const { folder, certificates, keys } = filesOf([countersigner]);
      const message = await ourMessage([first, second], {});
      const { key, certificate } = countersigner;
      const once = await countersignMessage(provider, message, { key, certificate });
      const path = fileIn(folder, 'ours', once);
      const out = join(folder, 'theirs');
      const answers = await askBouncyCastle([
        ['verify', path],
        ['countersign', path, keys[0] ?? '', certificates[0] ?? '', out],
        ['verify', out],
      ]);
      expect(answers).toEqual(['3', '', '5']);
      const verdict = await verifyMessage(provider, new Uint8Array(readFileSync(out)));
      expect(verdict).toMatchObject({ valid: true, content });
      const counted = verdict.signers.flatMap(({ countersignatures }) => countersignatures);
      expect(counted.map(({ status }) => status)).toEqual(['valid', 'valid', 'valid']);
    });
  });
});

describeWithPeer(
  ['peer-openssl', 'peer-certutil', 'peer-pk12util', 'peer-cmsutil'],
  'NSS, which wants a chain of its own',
  () => {
    it('both directions, RSA and ECDSA', async () => {
      const folder = scratchFolder();
      const database = `sql:${folder}`;
      const at = (name: string): string => join(folder, name);
      const run = (program: string, ...args: readonly string[]): Promise<Uint8Array> =>
        askPeer(`peer-${program}`, args, { cwd: folder });
      const p256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
      await run('certutil', '-N', '-d', database, '--empty-password');
      await run(
        ...([
          'openssl',
          'req',
          '-x509',
          '-nodes',
          '-newkey',
          ...p256,
          '-keyout',
          at('ca.key'),
          '-out',
          at('ca.pem'),
        ] as const),
        ...['-subj', '/CN=root', '-addext', 'keyUsage=keyCertSign,cRLSign'],
      );
      await run('certutil', '-A', '-d', database, '-n', 'ca', '-t', 'CT,C,C', '-i', at('ca.pem'));
      fileIn(
        folder,
        'profile',
        'keyUsage=digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\n',
      );
      fileIn(folder, 'content', content);
      const cases = [
        { id: 'rsa', newkey: ['rsa:3072'] },
        { id: 'ec', newkey: p256 },
      ];
      await runCases('SignedData, Hybridge and NSS', cases, async ({ id, newkey }) => {
        await run(
          ...([
            'openssl',
            'req',
            '-nodes',
            '-newkey',
            ...newkey,
            '-keyout',
            at(`${id}.key`),
            '-out',
            at('csr'),
          ] as const),
          ...['-subj', `/CN=${id}/emailAddress=${id}@example.com`],
        );
        await run(
          ...([
            'openssl',
            'x509',
            '-req',
            '-in',
            at('csr'),
            '-CA',
            at('ca.pem'),
            '-CAkey',
            at('ca.key'),
          ] as const),
          ...['-out', at(`${id}.pem`), '-extfile', at('profile'), '-days', '300'],
        );
        await run(
          ...(['openssl', 'pkcs12', '-export', '-in', at(`${id}.pem`), '-inkey', at(`${id}.key`)] as const),
          ...['-out', at('p12'), '-passout', 'pass:x', '-name', id],
        );
        await run('pk12util', '-i', at('p12'), '-d', database, '-W', 'x', '-K', '');
        await run(
          ...(['cmsutil', '-S', '-d', database, '-N', id, '-G', '-Y', 'NONE', '-i', at('content')] as const),
          ...['-o', at('theirs')],
        );
        await verifyBoth(new Uint8Array(readFileSync(at('theirs'))));
        const certificate = parseCertificate(readFileSync(at(`${id}.pem`), 'utf8'));
        const key = await importPrivateKey(provider, readFileSync(at(`${id}.key`), 'utf8'), {
          use: 'signature',
        });
        const ours = await collect(
          signMessage(provider, { signers: [{ key, certificate }] }, cut(content, 7000)),
        );
        const out = await run('cmsutil', '-D', '-d', database, '-i', fileIn(folder, 'ours', ours));
        expect(toHex(out)).toBe(toHex(content));
      });
    });
  },
);

describeWithPeer('peer-python3', 'Python cryptography', () => {
  const SCRIPT = `
import sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7
certificate, key, content, digest, mode = sys.argv[1:]
options = [pkcs7.PKCS7Options.Binary]
if mode == 'detached': options.append(pkcs7.PKCS7Options.DetachedSignature)
if mode == 'direct': options.append(pkcs7.PKCS7Options.NoAttributes)
signed = pkcs7.PKCS7SignatureBuilder().set_data(open(content, 'rb').read()).add_signer(
    x509.load_pem_x509_certificate(open(certificate, 'rb').read()),
    serialization.load_pem_private_key(open(key, 'rb').read(), None), getattr(hashes, digest)())
sys.stdout.buffer.write(signed.sign(serialization.Encoding.DER, options))
`;

  it('signs what we verify', async () => {
    const names = [
      ['RSA3072-PKCS15-SHA256', 'SHA256'],
      ['RSA3072-PKCS15-SHA512', 'SHA512'],
      ['ECDSA-P256-SHA256', 'SHA256'],
      ['ECDSA-P384-SHA384', 'SHA384'],
      ['ECDSA-P384-SHA256', 'SHA256'],
    ] as const;
    const cases = names.flatMap(([name, digest]) =>
      ['attached', 'detached', 'direct'].map((mode) => ({
        id: `${name} ${mode}`,
        verdict: mode,
        name,
        digest,
        mode,
      })),
    );
    await runCases('SignedData, Python to Hybridge', cases, async ({ name, digest, mode }) => {
      const identity = await identityOf(name);
      const files = filesOf([identity]);
      const script = fileIn(files.folder, 'sign.py', SCRIPT);
      const [certificate = '', key = ''] = [files.certificates[0], files.keys[0]];
      const message = await askPeer('peer-python3', [script, certificate, key, files.content, digest, mode]);
      await verifyBoth(message, mode === 'detached' ? { detachedContent: content } : {});
    });
  }, 60_000);
});
