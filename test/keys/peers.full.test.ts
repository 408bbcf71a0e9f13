/** The whole width of what peers.test.ts samples: every algorithm that Bouncy Castle and OpenSSL have, and NSS. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { concat } from '../../src/bytes/index.ts';
import { der } from '../../src/encoding/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import { exportPrivateKey, exportPublicKey, importKey, importPrivateKey } from '../../src/keys/index.ts';
import type { PrivateKey } from '../../src/provider/index.ts';
import {
  COMPOSITE_KEM_NAMES,
  COMPOSITE_SIGNATURE_NAMES,
  HASH_ML_DSA_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  SLH_DSA_NAMES,
} from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import {
  type Loader,
  loadInBouncyCastle,
  loadInOpenssl,
  type MadeKey,
  makeInBouncyCastle,
  makeInOpenssl,
  temporaryFolder,
  writeFile,
} from './peers.ts';
import { provider } from './support.ts';

const folder = temporaryFolder();

type Form = 'both' | 'expanded' | 'seed';
const FORMS: readonly Form[] = ['seed', 'expanded', 'both'];

async function signatureKeys(names: readonly Parameters<typeof generateKeyPair>[1][]): Promise<PrivateKey[]> {
  const keys = [];
  for (const name of names) keys.push((await generateKeyPair(provider, name)).privateKey);
  return keys;
}

async function kemKeys(names: readonly Parameters<typeof generateKemKeyPair>[1][]): Promise<PrivateKey[]> {
  const keys = [];
  for (const name of names) keys.push((await generateKemKeyPair(provider, name)).privateKey);
  return keys;
}

async function loadAll(
  peer: string,
  load: Loader,
  keys: readonly PrivateKey[],
  forms: readonly Form[],
): Promise<void> {
  const files = await Promise.all(
    keys.flatMap((key) =>
      forms.map(async (form) => ({
        id: `${key.algorithm.name} ${form}`,
        pem: await exportPrivateKey(provider, key, { format: 'pem', form }),
        spki: exportPublicKey(key.publicKey, { format: 'der' }),
        publicKey: key.publicKey,
      })),
    ),
  );
  const outcomes = await load(folder, files);
  const cases = files.map(({ id }, index) => ({ id, outcome: outcomes[index] }));
  await runCases(`our private keys in ${peer} (${forms.join(', ')})`, cases, ({ outcome }) => {
    if (outcome !== undefined) throw outcome as Error;
  });
}

async function readAll(peer: string, keys: readonly MadeKey[]): Promise<void> {
  await runCases(`private keys of ${peer} in ours`, keys, async ({ pkcs8, spki }) => {
    const key = await importPrivateKey(provider, pkcs8);
    expectBytes(exportPublicKey(key.publicKey, { format: 'der' }), spki, 'SubjectPublicKeyInfo');
  });
}

describeWithPeer('bc-peer', 'Bouncy Castle', () => {
  it('loads and uses every composite, ML-DSA, ML-KEM and HashML-DSA key', async () => {
    await loadAll('Bouncy Castle', loadInBouncyCastle, await signatureKeys(COMPOSITE_SIGNATURE_NAMES), [
      'seed',
    ]);
    await loadAll(
      'Bouncy Castle',
      loadInBouncyCastle,
      await signatureKeys([...ML_DSA_NAMES, ...HASH_ML_DSA_NAMES]),
      FORMS,
    );
    await loadAll('Bouncy Castle', loadInBouncyCastle, await kemKeys(ML_KEM_NAMES), FORMS);
    // Its command encapsulates and opens 8 of the 12 composites; PEERS says which it cannot.
    const opened = COMPOSITE_KEM_NAMES.filter((name) => /X25519|X448|ECDH-P/.test(name));
    await loadAll('Bouncy Castle', loadInBouncyCastle, await kemKeys(opened), ['seed']);
  });

  it('makes keys of every composite that load here', async () => {
    // Its RSA keys take minutes to make; the committed vectors have one of each of its composites.
    const composites = [...COMPOSITE_SIGNATURE_NAMES, ...COMPOSITE_KEM_NAMES].filter(
      (name) => !name.includes('RSA'),
    );
    const names = [...composites, ...ML_DSA_NAMES, ...ML_KEM_NAMES];
    const made: MadeKey[] = [];
    for (const name of names) made.push(await makeInBouncyCastle(folder, name));
    await readAll('Bouncy Castle', made);
  });
});

describeWithPeer('peer-openssl', 'OpenSSL', () => {
  it('loads every key of a standard that it has, and makes them', async () => {
    await loadAll('OpenSSL', loadInOpenssl, await signatureKeys(SLH_DSA_NAMES), ['seed']);
    await loadAll('OpenSSL', loadInOpenssl, await signatureKeys(ML_DSA_NAMES), FORMS);
    await loadAll('OpenSSL', loadInOpenssl, await kemKeys(ML_KEM_NAMES), FORMS);
    const made: MadeKey[] = [];
    for (const name of [...SLH_DSA_NAMES, ...ML_DSA_NAMES, ...ML_KEM_NAMES])
      made.push(await makeInOpenssl(name));
    await readAll('OpenSSL', made);
  });
});

// pkcs8ShroudedKeyBag [RFC 7292 §4.2.2]: an EncryptedPrivateKeyInfo under [0].
const SHROUDED_KEY_BAG = der.oid('1.2.840.113549.1.12.10.1.2');

/** The EncryptedPrivateKeyInfo in a PKCS #12 file, which may be BER around it. */
function shroudedKey(file: Uint8Array): Uint8Array {
  const at = Buffer.from(file).indexOf(SHROUDED_KEY_BAG);
  if (at < 0) throw new Error('no pkcs8ShroudedKeyBag');
  const lengthSize = (first: number | undefined): number => ((first ?? 0) > 0x80 ? (first ?? 0) - 0x7f : 1);
  const bag = at + SHROUDED_KEY_BAG.length;
  const start = bag + 1 + lengthSize(file[bag + 1]);
  const header = 1 + lengthSize(file[start + 1]);
  const digits = file.subarray(start + 2, start + header);
  const length = header === 2 ? (file[start + 1] ?? 0) : digits.reduce((sum, digit) => 256 * sum + digit, 0);
  return concat(file.subarray(start, start + header + length));
}

describeWithPeer(['peer-certutil', 'peer-pk12util', 'peer-openssl'], 'NSS', () => {
  const password = 'secret123';

  async function database(name: string): Promise<readonly string[]> {
    const passwordFile = writeFile(folder, password);
    const place = ['-d', `sql:${join(folder, name)}`];
    mkdirSync(join(folder, name));
    await askPeer('peer-certutil', ['-N', ...place, '-f', passwordFile]);
    return [...place, passwordFile];
  }

  it('loads every form of ours, packed into PKCS #12 as OpenSSL packs it', async () => {
    const { privateKey } = await generateKeyPair(provider, 'ML-DSA-65');
    const key = writeFile(folder, await exportPrivateKey(provider, privateKey, { format: 'pem' }));
    const certificate = join(folder, 'certificate.pem');
    await askPeer('peer-openssl', [
      'req',
      '-x509',
      '-key',
      key,
      '-out',
      certificate,
      '-subj',
      '/CN=hybridge',
    ]);
    const cases = [
      { id: 'seed-only', form: 'seed' },
      { id: 'priv-only', form: 'expanded' },
      { id: 'seed-priv', form: 'both' },
    ] as const;
    const [flag = '', place = '', passwordFile = ''] = await database('theirs');
    await runCases('our private keys in NSS', cases, async ({ id, form }) => {
      const out = join(folder, `${id}.p12`);
      const source = [
        '-inkey',
        key,
        '-in',
        certificate,
        '-passout',
        'pass:hunter2',
        '-provparam',
        `ml-dsa.output_formats=${id}`,
      ];
      await askPeer('peer-openssl', ['pkcs12', '-export', ...source, '-out', out]);
      // What NSS is given is what we write: the form is the one asked for, and openssl-forms.test.ts shows that
      // OpenSSL writes a form with our bytes.
      const packed = await importKey(provider, shroudedKey(readFileSync(out)), { password: 'hunter2' });
      expect(packed.encoding.form).toBe(form);
      await askPeer('peer-pk12util', ['-i', out, flag, place, '-k', passwordFile, '-W', 'hunter2']);
    });
  });

  it('makes keys that load here', async () => {
    const noise = writeFile(folder, provider.random.bytes(64));
    const [flag = '', place = '', passwordFile = ''] = await database('ours');
    const cases = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'].map((id) => ({ id }));
    await runCases('private keys of NSS in ours', cases, async ({ id }) => {
      const made = [
        '-S',
        flag,
        place,
        '-f',
        passwordFile,
        '-z',
        noise,
        '-n',
        id,
        '-s',
        `CN=${id}`,
        '-x',
        '-t',
        'C,C,C',
      ];
      await askPeer('peer-certutil', [...made, '-k', 'mldsa', '-q', id]);
      const out = join(folder, `${id}.p12`);
      await askPeer('peer-pk12util', ['-o', out, '-n', id, flag, place, '-k', passwordFile, '-W', 'hunter2']);
      const key = await importPrivateKey(provider, shroudedKey(readFileSync(out)), { password: 'hunter2' });
      const certificate = await askPeer('peer-certutil', ['-L', flag, place, '-n', id, '-r']);
      if (Buffer.from(certificate).indexOf(exportPublicKey(key.publicKey, { format: 'der' })) < 0)
        throw new Error('the certificate is of another key');
    });
  });
});
