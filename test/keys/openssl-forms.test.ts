import { describe, it } from 'vitest';

import { decapsulate } from '../../src/kem/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  type PrivateKeyFileForm,
} from '../../src/keys/index.ts';
import { defaultProvider, portableProvider } from '../../src/default/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { sign, verify } from '../../src/sign/index.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { KEY_FORMS, type KeyCodecCase, keyCodecs, type PrivateKeyForm } from '../support/vectors.ts';

/** OpenSSL's names of the forms by ours, and whether a standard has them. */
const FORMS: Readonly<
  Record<PrivateKeyForm, { readonly form: PrivateKeyFileForm; readonly standard: boolean }>
> = {
  'seed-only': { form: 'seed', standard: true },
  'seed-priv': { form: 'both', standard: true },
  'priv-only': { form: 'expanded', standard: true },
  'bare-seed': { form: 'bare-seed', standard: false },
  'bare-priv': { form: 'bare-expanded', standard: false },
  oqskeypair: { form: 'oqs-key-pair', standard: false },
};

const forms = keyCodecs().flatMap((item) =>
  KEY_FORMS.map((form) => ({
    ...item,
    id: `${item.id} ${item.algorithm} ${form}`,
    form,
    verdict: FORMS[form].standard ? 'standard' : 'non-standard',
  })),
);

const providers = [
  ['default', defaultProvider()],
  ['portable', portableProvider()],
] as const;

describe.each(providers)("OpenSSL's key files, %s provider", (providerName, provider) => {
  it('every private form of a key imports to the one public key, and works', async () => {
    await runCases(`OpenSSL private key forms, ${providerName}`, forms, async (item) => {
      const publicKey = await importPublicKey(provider, item.publicKeyPem);
      const read = await importKey(provider, item.privateKeyPems[item.form]);
      if (read.kind !== 'private') throw new Error('not read as a private key');
      const { form, standard } = FORMS[item.form];
      if (read.encoding.form !== form || read.encoding.standard !== standard)
        throw new Error(`reported as ${JSON.stringify(read.encoding)}`);
      if (!standard && read.encoding.note === undefined) throw new Error('no note on a form of no standard');
      expectBytes(read.key.publicKey.bytes(), publicKey.bytes(), 'public key');
      if (fingerprint(provider, read.key.publicKey) !== fingerprint(provider, publicKey))
        throw new Error('fingerprints differ');
      if (read.key.form !== (form.endsWith('seed') || form === 'both' ? 'seed' : 'expanded'))
        throw new Error(`kept as ${read.key.form}`);
      await prove(provider, item, item.privateKeyPems[item.form]);
    });
  });

  it('the standard forms are written as OpenSSL writes them', async () => {
    const written = forms.filter((item) => item.verdict === 'standard');
    await runCases(`PKCS #8 written as OpenSSL does, ${providerName}`, written, async (item) => {
      const seeded = await importPrivateKey(provider, item.privateKeyPems['seed-only']);
      const { form } = FORMS[item.form];
      if (form !== 'seed' && form !== 'both' && form !== 'expanded')
        throw new Error(`${form} is not written`);
      const pem = await exportPrivateKey(provider, seeded, { format: 'pem', form });
      if (pem !== item.privateKeyPems[item.form]) throw new Error('another text');
    });
  });

  it('public keys are written as OpenSSL writes them', async () => {
    await runCases(`SPKI written as OpenSSL does, ${providerName}`, keyCodecs(), async (item) => {
      const publicKey = await importPublicKey(provider, item.publicKeyPem);
      if (exportPublicKey(publicKey, { format: 'pem' }) !== item.publicKeyPem)
        throw new Error('another text');
    });
  });
});

/** What OpenSSL encapsulated opens; what OpenSSL signed verifies, and the same key makes the same signature. */
async function prove(provider: Provider, item: KeyCodecCase, pem: string): Promise<void> {
  if (item.proof.kind === 'kem') {
    const key = await importPrivateKey(provider, pem, { use: 'kem' });
    expectBytes(await decapsulate(provider, key, item.proof.ciphertext), item.proof.sharedSecret, 'secret');
    return;
  }
  const key = await importPrivateKey(provider, pem, { use: 'signature' });
  // OpenSSL's test signs the public key's own SubjectPublicKeyInfo, deterministically.
  const message = exportPublicKey(key.publicKey, { format: 'der' });
  if (!(await verify(provider, key.publicKey, message, item.proof.signature)))
    throw new Error('the signature is refused');
  const own = await sign(provider, key, message, { deterministic: true });
  expectBytes(own, item.proof.signature, 'deterministic signature');
}
