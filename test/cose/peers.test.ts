/** Messages exchanged with other implementations, in both directions. */
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { fromHex, toHex } from '../../src/bytes/index.ts';
import {
  COSE_DRAFTS,
  type CoseSignOptions,
  decodeSign1,
  exportCoseKey,
  exportCosePrivateKey,
  sign1,
  signCose,
  verify1,
  verifyCose,
} from '../../src/cose/index.ts';
import { exportPublicKey } from '../../src/keys/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder, spkiPem } from '../support/key-files.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { pairOf, provider, text } from './support.ts';

const PAYLOAD = text('a message for both sides');
const AAD = text('session 5');

/** Numbers as the standards have them: fully specified, and for older peers. */
const NUMBERS: readonly (readonly [SignatureName, number, older?: number])[] = [
  ['ML-DSA-44', -48],
  ['ML-DSA-65', -49],
  ['ML-DSA-87', -50],
  ['ECDSA-P256-SHA256', -9, -7],
  ['ECDSA-P384-SHA384', -51, -35],
  ['ECDSA-P521-SHA512', -52, -36],
  ['ECDSA-brainpoolP256r1-SHA256', -265],
  ['ECDSA-brainpoolP384r1-SHA384', -267],
  ['Ed25519', -19, -8],
  ['Ed448', -53, -8],
  ['RSA2048-PSS-SHA256', -37],
  ['RSA2048-PSS-SHA384', -38],
  ['RSA2048-PSS-SHA512', -39],
];

const script = fileURLToPath(new URL('peers/cose.py', import.meta.url));

/** The answers of the Python peer, in the order of the requests. */
async function askPython(requests: readonly object[]): Promise<readonly string[]> {
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const answer = await askPeer('peer-python3', [script], { input: text(lines) });
  const answers = new TextDecoder().decode(answer).trim().split('\n');
  expect(answers).toHaveLength(requests.length);
  return answers;
}

async function publicCoseKey(name: SignatureName): Promise<string> {
  return toHex(exportCoseKey((await pairOf(name)).publicKey));
}

async function privateCoseKey(name: SignatureName): Promise<string> {
  return toHex(await exportCosePrivateKey(provider, (await pairOf(name)).privateKey));
}

describeWithPeer('peer-python3', 'Python: cbor2 and pyca/cryptography', () => {
  const cases = NUMBERS.flatMap(([name, number, older]) => [
    { id: name, name, alg: number, polymorphic: false },
    ...(older === undefined
      ? []
      : [{ id: `${name} as ${String(older)}`, name, alg: older, polymorphic: true }]),
  ]);
  // One after the other in one process of the peer.
  it('verifies our COSE_Sign1, attached, detached, spoilt', async () => {
    const requests = await Promise.all(
      cases.map(async ({ name, polymorphic }) => {
        const { privateKey } = await pairOf(name);
        const options = { externalAad: AAD, kid: text('k'), polymorphic };
        const message = await sign1(provider, privateKey, PAYLOAD, options);
        const detached = await sign1(provider, privateKey, PAYLOAD, { ...options, detached: true });
        const common = { do: 'verify', keys: [await publicCoseKey(name)], aad: toHex(AAD) };
        return [
          { ...common, message: toHex(message) },
          { ...common, message: toHex(detached), payload: toHex(PAYLOAD) },
          { ...common, message: toHex(detached), payload: toHex(PAYLOAD.with(0, 0)) },
        ];
      }),
    );
    const answers = await askPython(requests.flat());
    await runCases('COSE_Sign1, ours to Python', cases, (item) => {
      const at = 3 * cases.indexOf(item);
      expect(answers.slice(at, at + 3)).toEqual(['yes', 'yes', 'no']);
    });
  });

  it('writes COSE_Sign1 that verify here, with our keys in COSE_Key', async () => {
    const answers = await askPython(
      await Promise.all(
        cases.map(async ({ name, alg }) => ({
          do: 'sign',
          one: true,
          keys: [await privateCoseKey(name)],
          algs: [alg],
          payload: toHex(PAYLOAD),
          aad: toHex(AAD),
        })),
      ),
    );
    await runCases('COSE_Sign1, Python to us', cases, async (item) => {
      const message = fromHex(answers[cases.indexOf(item)] ?? '');
      const { publicKey } = await pairOf(item.name);
      const verdict = await verify1(provider, publicKey, message, { externalAad: AAD });
      expect(verdict).toMatchObject({
        valid: true,
        payload: PAYLOAD,
        headers: { protected: { alg: item.alg, kid: text('python') } },
      });
      expect(await verify1(provider, publicKey, message)).toMatchObject({ reason: 'signature-invalid' });
    });
  });

  it('and COSE_Sign of several signers, both ways', async () => {
    const names = ['ECDSA-P256-SHA256', 'ML-DSA-65', 'Ed25519', 'RSA2048-PSS-SHA256'] as const;
    const keys = await Promise.all(names.map(pairOf));
    const message = await signCose(
      provider,
      keys.map(({ privateKey }) => ({ key: privateKey })),
      PAYLOAD,
      { externalAad: AAD, contentType: 50 },
    );
    const [ours, theirs = ''] = await askPython([
      {
        do: 'verify',
        keys: await Promise.all(names.map(publicCoseKey)),
        message: toHex(message),
        aad: toHex(AAD),
      },
      {
        do: 'sign',
        one: false,
        keys: await Promise.all(names.map(privateCoseKey)),
        algs: [-9, -49, -19, -37],
        payload: toHex(PAYLOAD),
        aad: toHex(AAD),
      },
    ]);
    expect(ours).toBe('yes yes yes yes');
    const verdict = await verifyCose(
      provider,
      keys.map(({ publicKey }) => publicKey),
      fromHex(theirs),
      { externalAad: AAD },
    );
    expect(verdict).toMatchObject({
      valid: true,
      payload: PAYLOAD,
      headers: { protected: { contentType: 0 } },
    });
  });
});

/** Numbers that nobody assigned, for the algorithms that only they have. */
const DRAFTS = {
  ...COSE_DRAFTS['draft-ietf-cose-sphincs-plus-06'],
  ...COSE_DRAFTS['draft-ietf-jose-pq-composite-sigs-04'],
};

/** The Sig_structure of a message as Python builds it, the signature, and the key, in files for a peer. */
async function filesFor(
  name: SignatureName,
  options: CoseSignOptions,
): Promise<Readonly<Record<'data' | 'pub' | 'sig' | 'spoilt', string>>> {
  const { privateKey, publicKey } = await pairOf(name);
  const message = await sign1(provider, privateKey, PAYLOAD, { externalAad: AAD, ...options });
  const [structure = ''] = await askPython([{ do: 'structures', message: toHex(message), aad: toHex(AAD) }]);
  const folder = scratchFolder();
  const { signature } = decodeSign1(message);
  const raw = publicKey.algorithm.key.kind === 'raw';
  return {
    data: fileIn(folder, 'data', fromHex(structure)),
    sig: fileIn(folder, 'sig', signature),
    spoilt: fileIn(folder, 'spoilt', signature.with(5, (signature[5] ?? 0) ^ 1)),
    pub: fileIn(
      folder,
      'pub',
      raw ? spkiPem(name, publicKey.bytes()) : exportPublicKey(publicKey, { format: 'pem' }),
    ),
  };
}

describeWithPeer(['peer-python3', 'peer-openssl'], 'OpenSSL over the Sig_structure of Python', () => {
  it.each<SignatureName>(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'SLH-DSA-SHA2-128f', 'Ed448'])(
    '%s',
    async (name) => {
      const { data, pub, sig, spoilt } = await filesFor(name, { drafts: DRAFTS });
      const verifying = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', pub, '-in', data, '-sigfile'];
      await askPeer('peer-openssl', [...verifying, sig]);
      expect((await runPeer('peer-openssl', [...verifying, spoilt])).code).not.toBe(0);
    },
  );
});

describeWithPeer(['peer-python3', 'bc-peer'], 'Bouncy Castle over the Sig_structure of Python', () => {
  it.each<SignatureName>(['MLDSA65-ECDSA-P256-SHA512', 'MLDSA44-Ed25519-SHA512'])('%s', async (name) => {
    const { data, pub, sig, spoilt } = await filesFor(name, { drafts: DRAFTS });
    await askPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${data}`, `sig=${sig}`]);
    const refused = await runPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${data}`, `sig=${spoilt}`]);
    expect(refused.code).not.toBe(0);
  });
});
