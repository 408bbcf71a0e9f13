/** SignedData that others made: the examples of RFC 9882 and of the composite draft, and the IETF PQC hackathon. */
import { describe, expect, it } from 'vitest';

import { fromUtf8 } from '../../src/bytes/index.ts';
import { parseCertificate, parseCertificates } from '../../src/certificates/index.ts';
import { signDetached, signMessage, verifyMessage, type SignerVerdict } from '../../src/cms/index.ts';
import { importPrivateKey } from '../../src/keys/index.ts';
import { report, runCases } from '../support/tally.ts';
import { fileText, readMatchingFiles, readVectorFiles, vectorRoots } from '../support/vectors-files.ts';
import { readZip } from '../support/zip.ts';
import { collect, provider } from './support.ts';

const shared = vectorRoots('shared').length > 0;
const describeShared = (title: string, suite: () => void): void => {
  if (shared) describe(title, suite);
  else {
    report(`${title}: skipped, the corpora beside the repository are absent`);
    describe.skip(title, suite);
  }
};

function textOf(path: string): string {
  const [file] = readVectorFiles(path, 'shared');
  if (file === undefined) throw new Error(`${path} is missing`);
  return fileText(file);
}

describeShared('published examples', () => {
  it('RFC 9882: ML-DSA with signed attributes', async () => {
    const cases = ['44', '65', '87'].map((set) => ({ id: `ML-DSA-${set}`, set }));
    await runCases('RFC 9882 examples', cases, async ({ id, set }) => {
      const message = textOf(`cms/rfc9882/mldsa${set}-signed-attrs.pem`);
      const certificate = parseCertificate(textOf(`x509/rfc9881/ML-DSA-${set}.crt.pem`));
      const without = await verifyMessage(provider, message);
      expect(without).toMatchObject({ valid: false, reason: 'signer-undecided' });
      expect(without.signers[0]).toMatchObject({ status: 'undecided', reason: 'certificate-not-found' });
      const verdict = await verifyMessage(provider, message, { certificates: [certificate] });
      if (!verdict.valid) throw new Error(verdict.text);
      expect(fromUtf8(verdict.content ?? new Uint8Array())).toBe(
        `${id} signed-data example with signed attributes`,
      );
      expect(verdict.signers.map(algorithmName)).toEqual([id]);
    });
  });

  it('cms-composite-sigs-05', async () => {
    const name = 'id-MLDSA65-ECDSA-P256-SHA512';
    const certificate = parseCertificate(textOf(`cms/composite-sigs/${name}.crt`));
    await runCases('composite SignedData example', [{ id: name }], async () => {
      const message = textOf(`cms/composite-sigs/${name}-signed-attrs.pem`);
      const verdict = await verifyMessage(provider, message, { certificates: [certificate] });
      if (!verdict.valid) throw new Error(verdict.text);
      expect(fromUtf8(verdict.content ?? new Uint8Array())).toContain(name);
    });
    const key = await importPrivateKey(provider, textOf(`cms/composite-sigs/${name}.key`), {
      use: 'signature',
    });
    const signed = await collect(
      signMessage(provider, { signers: [{ key, certificate }] }, new Uint8Array(100)),
    );
    expect(await verifyMessage(provider, signed)).toMatchObject({ valid: true });
  });

  // The SHAKE keys take many seconds for one signature.
  it('S/MIME keys of OpenSSL sign', async () => {
    const files = readMatchingFiles('cms/openssl-smime-certs', /(?:mldsa44|sha2_128s)\.pem$/, 'shared');
    await runCases(
      'OpenSSL S/MIME keys',
      files.map((file) => ({ id: file.path, text: fileText(file) })),
      async ({ text }) => {
        const [certificate] = parseCertificates(text);
        if (certificate === undefined) throw new Error('no certificate');
        const block = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)?.[0] ?? '';
        const key = await importPrivateKey(provider, block, { use: 'signature' });
        const content = new Uint8Array(50);
        const signed = await signDetached(provider, { signers: [{ key, certificate }] }, content);
        expect(await verifyMessage(provider, signed, { detachedContent: content })).toMatchObject({
          valid: true,
        });
      },
    );
  });
});

function algorithmName(signer: SignerVerdict | undefined): string | undefined {
  return signer?.status === 'valid' ? signer.algorithm.name : undefined;
}

interface Artifact {
  readonly id: string;
  readonly producer: string;
  readonly verdict: string;
  readonly bytes: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** The producer whose content is not the text it published; its signatures hold all the same. */
const OTHER_CONTENT: ReadonlySet<string> = new Set(['cryptonext']);

function artifacts(): readonly Artifact[] {
  return readMatchingFiles('pqc-certificates/cms_v3', /\.zip$/, 'shared').flatMap(({ path, bytes }) => {
    const producer = path.replace(/^.*\/|\.zip$/g, '');
    const entries = readZip(bytes).map(({ name, bytes: contents }) => ({
      name: name.replace(/^.*\//, ''),
      contents,
    }));
    const plaintext =
      entries.find(({ name }) => name === 'expected_plaintext.txt')?.contents ?? new Uint8Array();
    return entries.flatMap(({ name, contents }) =>
      name.endsWith('_signed_attrs.der')
        ? [
            {
              id: `${producer} ${name}`,
              producer,
              verdict: /^HASH-/i.test(name) ? 'refused: pre-hash variant' : 'valid',
              bytes: contents,
              plaintext,
            },
          ]
        : [],
    );
  });
}

describeShared('IETF PQC hackathon, CMS v3', () => {
  it('every SignedData has the expected verdict', async () => {
    const table = new Map<string, number>();
    await runCases(
      'hackathon CMS v3 SignedData',
      artifacts(),
      async ({ producer, verdict, bytes, plaintext }) => {
        const outcome = await verifyMessage(provider, bytes);
        const [signer] = outcome.signers;
        const family = (verdict === 'valid' ? algorithmName(signer) : signer?.signatureAlgorithm)?.replace(
          /[-\d].*$/,
          '',
        );
        if (verdict === 'valid') {
          if (!outcome.valid) throw new Error(outcome.text);
          if (!OTHER_CONTENT.has(producer)) expect(outcome.content).toEqual(plaintext);
        } else {
          expect(outcome).toMatchObject({ valid: false, reason: 'signer-invalid' });
          expect(signer).toMatchObject({ status: 'invalid', reason: 'algorithm' });
        }
        const row = `${producer.padEnd(12)} SignedData  ${verdict === 'valid' ? (family ?? '') : 'Hash*'}  ${verdict}`;
        table.set(row, (table.get(row) ?? 0) + 1);
      },
    );
    for (const [row, count] of table) report(`  ${row}: ${count}`);
  });
});
