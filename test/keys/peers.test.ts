/** Key files of ours in the hands of other implementations, and theirs in ours. */
import { describe, expect, it } from 'vitest';

import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import {
  type EncryptionCipher,
  exportPrivateKey,
  exportPublicKey,
  importKey,
  importPrivateKey,
  inspectKey,
  type PasswordEncryption,
} from '../../src/keys/index.ts';
import type { PrivateKey } from '../../src/provider/index.ts';
import type { KemName, KeyAlgorithmName, SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import {
  type Loader,
  loadInBotan,
  loadInBouncyCastle,
  loadInGo,
  loadInJdk,
  loadInOpenssl,
  loadInPython,
  type MadeKey,
  makeInBotan,
  makeInBouncyCastle,
  makeInGo,
  makeInJdk,
  makeInOpenssl,
  makeInPython,
  pemBytes,
  temporaryFolder,
  writeFile,
  type WrittenKey,
} from './peers.ts';
import { provider } from './support.ts';

const folder = temporaryFolder();

type Form = 'both' | 'expanded' | 'seed';

async function written(
  name: KeyAlgorithmName,
  key: PrivateKey,
  form: Form,
): Promise<WrittenKey & { id: string }> {
  return {
    id: `${name} ${form}`,
    pem: await exportPrivateKey(provider, key, { format: 'pem', ...(form === 'seed' ? {} : { form }) }),
    spki: exportPublicKey(key.publicKey, { format: 'der' }),
    publicKey: key.publicKey,
  };
}

/** Keys of ours as files, in the forms that a peer reads. */
async function ours(
  signatures: readonly SignatureName[],
  kems: readonly KemName[],
  forms: readonly Form[] = ['seed'],
): Promise<readonly (WrittenKey & { readonly id: string })[]> {
  const keys = [];
  for (const name of signatures) keys.push({ name, ...(await generateKeyPair(provider, name)) });
  for (const name of kems) keys.push({ name, ...(await generateKemKeyPair(provider, name)) });
  return Promise.all(
    keys.flatMap(({ name, privateKey }) => forms.map((form) => written(name, privateKey, form))),
  );
}

const LATTICE_SIGNATURES = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;
const LATTICE_KEMS = ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const;
const ALL_FORMS: readonly Form[] = ['seed', 'expanded', 'both'];

async function loadAll(
  peer: string,
  load: Loader,
  keys: readonly (WrittenKey & { readonly id: string })[],
): Promise<void> {
  const outcomes = await load(folder, keys);
  const cases = keys.map(({ id }, index) => ({ id, outcome: outcomes[index] }));
  await runCases(`our private keys in ${peer}`, cases, ({ outcome }) => {
    if (outcome !== undefined) throw outcome as Error;
  });
}

/** Theirs are read, belong to the public key they show, and come out as they went in when the form is standard. */
async function readAll(peer: string, keys: readonly MadeKey[], password?: string): Promise<void> {
  await runCases(`private keys of ${peer} in ours`, keys, async ({ pkcs8, spki }) => {
    const read = await importKey(provider, pkcs8, password === undefined ? {} : { password });
    if (read.kind !== 'private') throw new Error('not read as a private key');
    expectBytes(exportPublicKey(read.key.publicKey, { format: 'der' }), spki, 'SubjectPublicKeyInfo');
    const again = await exportPrivateKey(provider, read.key, {
      format: 'der',
      ...(read.key.form === 'expanded' ? { form: 'expanded' } : {}),
    });
    const back = await importPrivateKey(provider, again, { algorithm: read.key.algorithm.name });
    expectBytes(back.secretBytes(), read.key.secretBytes(), 'private key after writing');
  });
}

describeWithPeer('peer-openssl', 'OpenSSL', () => {
  it('loads every form of ours', async () => {
    await loadAll('OpenSSL', loadInOpenssl, [
      ...(await ours(LATTICE_SIGNATURES, LATTICE_KEMS, ALL_FORMS)),
      ...(await ours(
        ['SLH-DSA-SHA2-128f', 'SLH-DSA-SHAKE-192f', 'Ed25519', 'Ed448', 'RSA2048-PSS-SHA256'],
        ['X25519', 'X448', 'P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1'],
      )),
    ]);
  });

  it('makes keys that load here', async () => {
    const format = (family: string, forms: string): readonly string[] => [
      '-provparam',
      `${family}.output_formats=${forms}`,
    ];
    const forms = ['seed-only', 'seed-priv', 'priv-only', 'bare-seed', 'bare-priv'];
    const keys = [
      ...forms.flatMap((form) => [
        makeInOpenssl('ML-DSA-65', ...format('ml-dsa', form)),
        makeInOpenssl('ML-KEM-768', ...format('ml-kem', form)),
      ]),
      ...[
        'ML-DSA-44',
        'ML-DSA-87',
        'ML-KEM-512',
        'ML-KEM-1024',
        'SLH-DSA-SHA2-128s',
        'SLH-DSA-SHAKE-256f',
      ].map((algorithm) => makeInOpenssl(algorithm)),
      ...['ED25519', 'ED448', 'X25519', 'X448', 'RSA'].map((algorithm) => makeInOpenssl(algorithm)),
      ...['P-256', 'P-384', 'P-521', 'brainpoolP256r1'].map((curve) =>
        makeInOpenssl('EC', '-pkeyopt', `ec_paramgen_curve:${curve}`),
      ),
      makeInOpenssl('RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'),
      makeInOpenssl(
        'RSA-PSS',
        '-pkeyopt',
        'rsa_keygen_bits:2048',
        '-pkeyopt',
        'rsa_pss_keygen_md:sha384',
        '-pkeyopt',
        'rsa_pss_keygen_mgf1_md:sha384',
        '-pkeyopt',
        'rsa_pss_keygen_saltlen:48',
      ),
    ];
    const made = await Promise.all(keys);
    const [plain, restricted] = made.splice(-2);
    await readAll('OpenSSL', made);
    // OpenSSL shows id-RSASSA-PSS in the public key too, where ours is the plain key.
    for (const [key, name] of [
      [plain, 'RSA2048-PSS-SHA256'],
      [restricted, 'RSA2048-PSS-SHA384'],
    ] as const) {
      if (key === undefined) throw new Error('no key');
      const secret = await importKey(provider, key.pkcs8);
      const open = await importKey(provider, key.spki);
      expect([secret.key.algorithm.name, open.key.algorithm.name]).toEqual([name, name]);
    }
  });

  it('refuses explicit curve parameters and compressed points as we do not read them', async () => {
    const explicit = await makeInOpenssl(
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-pkeyopt',
      'ec_param_enc:explicit',
    );
    await expect(importKey(provider, explicit.pkcs8)).rejects.toMatchObject({ code: 'unsupported' });
    const named = await makeInOpenssl('EC', '-pkeyopt', 'ec_paramgen_curve:P-256');
    const compressed = await askPeer(
      'peer-openssl',
      ['pkey', '-pubin', '-inform', 'DER', '-ec_conv_form', 'compressed', '-pubout', '-outform', 'DER'],
      { input: named.spki },
    );
    await expect(importKey(provider, compressed)).rejects.toThrow(/compressed points/);
  });

  describe('encrypted files', () => {
    const ciphers: readonly EncryptionCipher[] = ['AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC'];
    const encryptions: readonly PasswordEncryption[] = [
      { kdf: 'scrypt' },
      { kdf: 'scrypt', cost: 1024, blockSize: 4, parallelization: 2, cipher: 'AES-128-CBC' },
      { kdf: 'pbkdf2' },
      ...(['SHA-256', 'SHA-384', 'SHA-512'] as const).flatMap((hash) =>
        ciphers.map((cipher) => ({ kdf: 'pbkdf2', hash, cipher, iterations: 10_000 }) as const),
      ),
    ];

    it('of ours open there', async () => {
      const { privateKey } = await generateKeyPair(provider, 'ML-DSA-65');
      const spki = exportPublicKey(privateKey.publicKey, { format: 'der' });
      const password = 'p\u00e4ss word';
      const cases = encryptions.map((encryption) => ({ id: JSON.stringify(encryption), encryption }));
      await runCases('our encrypted keys in OpenSSL', cases, async ({ encryption }) => {
        const pem = await exportPrivateKey(provider, privateKey, { format: 'pem', password, encryption });
        const args = ['pkey', '-in', writeFile(folder, pem), '-passin', `pass:${password}`];
        expectBytes(
          await askPeer('peer-openssl', [...args, '-pubout', '-outform', 'DER']),
          spki,
          'public key',
        );
      });
    });

    it('of theirs open here', async () => {
      const { privateKey } = await generateKemKeyPair(provider, 'ML-KEM-768');
      const plain = writeFile(folder, await exportPrivateKey(provider, privateKey, { format: 'pem' }));
      const ways: readonly (readonly string[])[] = [
        ['-scrypt'],
        ['-scrypt', '-scrypt_N', '4096', '-scrypt_r', '8', '-scrypt_p', '3', '-v2', 'aes-128-cbc'],
        ...['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'].flatMap((cipher) =>
          ['hmacWithSHA1', 'hmacWithSHA224', 'hmacWithSHA256', 'hmacWithSHA384', 'hmacWithSHA512'].map(
            (prf) => ['-v2', cipher, '-v2prf', prf],
          ),
        ),
        ['-v2', 'aes-256-cbc', '-iter', '600000'],
      ];
      const cases = ways.map((way) => ({ id: way.join(' '), way }));
      await runCases("OpenSSL's encrypted keys in ours", cases, async ({ way }) => {
        const pem = await askPeer('peer-openssl', [
          'pkcs8',
          '-topk8',
          '-in',
          plain,
          ...way,
          '-passout',
          'pass:hunter2',
        ]);
        const back = await importPrivateKey(provider, pem, { password: 'hunter2' });
        expectBytes(back.publicKey.bytes(), privateKey.publicKey.bytes(), 'public key');
        await expect(importPrivateKey(provider, pem, { password: 'hunter3' })).rejects.toMatchObject({
          code: 'decryption_failed',
        });
      });
    });
  });
});

describeWithPeer('peer-go', 'Go', () => {
  it('loads the seed form of ML-DSA and classical keys', async () => {
    await loadAll(
      'Go',
      loadInGo,
      await ours(
        [...LATTICE_SIGNATURES, 'Ed25519', 'RSA2048-PKCS15-SHA256'],
        ['X25519', 'P-256', 'P-384', 'P-521'],
      ),
    );
  });

  it('makes keys that load here', async () => {
    await readAll('Go', await makeInGo());
  });
});

describeWithPeer('peer-python3', 'pyca/cryptography', () => {
  it('loads the seed form and classical keys', async () => {
    await loadAll(
      'pyca/cryptography',
      loadInPython,
      await ours(
        [...LATTICE_SIGNATURES, 'Ed25519', 'Ed448', 'RSA2048-PKCS15-SHA256'],
        ['ML-KEM-768', 'ML-KEM-1024', 'X25519', 'X448', 'P-256', 'P-384', 'P-521', 'brainpoolP256r1'],
      ),
    );
  });

  it('makes keys that load here, in the clear and encrypted', async () => {
    await readAll('pyca/cryptography', await makeInPython());
    await readAll('pyca/cryptography (encrypted)', await makeInPython('hunter2'), 'hunter2');
  });
});

describeWithPeer('peer-java', 'the JDK', () => {
  it('loads the standard forms and uses the key', async () => {
    await loadAll('the JDK', loadInJdk, [
      ...(await ours(['ML-DSA-44', 'ML-DSA-65'], ['ML-KEM-768'], ALL_FORMS)),
      ...(await ours(['Ed25519', 'ECDSA-P256-SHA256', 'RSA2048-PKCS15-SHA256'], [])),
    ]);
  });

  it('makes keys that load here', async () => {
    await readAll('the JDK', await makeInJdk());
  });
});

describeWithPeer('bc-peer', 'Bouncy Castle', () => {
  it('loads the standard forms and composites, and uses the key', async () => {
    await loadAll('Bouncy Castle', loadInBouncyCastle, [
      ...(await ours(['ML-DSA-65'], ['ML-KEM-768'], ALL_FORMS)),
      ...(await ours(
        ['SLH-DSA-SHA2-128f', 'MLDSA65-Ed25519-SHA512', 'MLDSA44-ECDSA-P256-SHA256'],
        ['MLKEM768-X25519-SHA3-256'],
      )),
    ]);
  });

  it('makes keys that load here', async () => {
    const names = [
      'ML-DSA-44',
      'ML-KEM-1024',
      'SLH-DSA-SHAKE-128F',
      'MLDSA65-ECDSA-P384-SHA512',
      'MLKEM768-ECDH-P256-SHA3-256',
      'Ed25519',
      'RSA',
      'EC',
    ];
    await readAll('Bouncy Castle', await Promise.all(names.map((name) => makeInBouncyCastle(folder, name))));
  });
});

describeWithPeer('peer-botan', 'Botan', () => {
  it('loads keys that have one form', async () => {
    await loadAll(
      'Botan',
      loadInBotan,
      await ours(
        [
          'SLH-DSA-SHA2-128f',
          'SLH-DSA-SHAKE-128f',
          'Ed25519',
          'Ed448',
          'RSA2048-PKCS15-SHA256',
          'ECDSA-P256-SHA256',
          'ECDSA-P384-SHA384',
        ],
        ['X25519', 'X448'],
      ),
    );
  });

  it('makes keys that load here, its bare seeds among them', async () => {
    const made = await Promise.all(
      (
        [
          ['ML-DSA', 'ML-DSA-4x4'],
          ['ML-DSA', 'ML-DSA-6x5'],
          ['ML-DSA', 'ML-DSA-8x7'],
          ['ML-KEM', 'ML-KEM-512'],
          ['ML-KEM', 'ML-KEM-768'],
          ['ML-KEM', 'ML-KEM-1024'],
          ['SLH-DSA', 'SLH-DSA-SHA2-128f'],
          ['Ed25519', ''],
          ['X25519', ''],
          ['RSA', '2048'],
          ['ECDSA', 'secp256r1'],
        ] as const
      ).map(([algorithm, parameters]) => makeInBotan(folder, algorithm, parameters)),
    );
    await readAll('Botan', made);
    const told = made.slice(0, 6).map(({ pkcs8 }) => inspectKey(pkcs8).encoding);
    for (const encoding of told) expect(encoding).toMatchObject({ form: 'bare-seed', standard: false });
  });

  it('encrypted files, both ways', async () => {
    const { privateKey } = await generateKeyPair(provider, 'SLH-DSA-SHA2-128f');
    const spki = exportPublicKey(privateKey.publicKey, { format: 'der' });
    const encryptions: readonly PasswordEncryption[] = [{ kdf: 'scrypt' }, { kdf: 'pbkdf2' }];
    for (const encryption of encryptions) {
      const pem = await exportPrivateKey(provider, privateKey, {
        format: 'pem',
        password: 'hunter2',
        encryption,
      });
      const shown = await askPeer('peer-botan', [
        'pkcs8',
        '--pass-in=hunter2',
        '--pub-out',
        '--der-out',
        writeFile(folder, pem),
      ]);
      expectBytes(shown, spki, 'public key');
    }
    const plain = writeFile(folder, await exportPrivateKey(provider, privateKey, { format: 'pem' }));
    for (const pbkdf of ['Scrypt', 'SHA-256', 'SHA-512']) {
      const pem = await askPeer('peer-botan', [
        'pkcs8',
        '--pass-out=hunter2',
        '--cipher=AES-256/CBC',
        `--pbkdf=${pbkdf}`,
        '--pbkdf-ms=50',
        plain,
      ]);
      const back = await importPrivateKey(provider, pem, { password: 'hunter2' });
      expectBytes(back.publicKey.bytes(), privateKey.publicKey.bytes(), 'public key');
      expectBytes(pemBytes(new TextDecoder().decode(pem)).subarray(0, 1), Uint8Array.of(0x30), 'PEM');
    }
  });
});
