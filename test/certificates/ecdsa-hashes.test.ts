/** ECDSA with another hash than the curve's own: what `openssl x509` makes of P-384 and P-521 when it is not told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import {
  issueCertificate,
  parseCertificate,
  parseRequest,
  signatureAlgorithmOf,
  validatePath,
} from '../../src/certificates/index.ts';
import { verifyMessage } from '../../src/cms/index.ts';
import { importPrivateKey } from '../../src/keys/index.ts';
import type { EcdsaName } from '../../src/registry/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { provider } from './fixtures.ts';
import { temporaryFolder, writeFile } from './peers.ts';

interface Pair {
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  readonly algorithm: EcdsaName;
  /** What OpenSSL is told; nothing where SHA-256 is its default. */
  readonly digest?: 'sha384' | 'sha512';
}

const PAIRS: readonly Pair[] = [
  { curve: 'P-256', algorithm: 'ECDSA-P256-SHA384', digest: 'sha384' },
  { curve: 'P-256', algorithm: 'ECDSA-P256-SHA512', digest: 'sha512' },
  { curve: 'P-384', algorithm: 'ECDSA-P384-SHA256' },
  { curve: 'P-384', algorithm: 'ECDSA-P384-SHA384', digest: 'sha384' },
  { curve: 'P-384', algorithm: 'ECDSA-P384-SHA512', digest: 'sha512' },
  { curve: 'P-521', algorithm: 'ECDSA-P521-SHA256' },
  { curve: 'P-521', algorithm: 'ECDSA-P521-SHA384', digest: 'sha384' },
  { curve: 'P-521', algorithm: 'ECDSA-P521-SHA512', digest: 'sha512' },
];

const CA =
  'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n';
const LEAF = 'keyUsage=critical,digitalSignature\nsubjectAltName=DNS:leaf.example\n';

describeWithPeer('peer-openssl', 'OpenSSL, ECDSA by curve and hash', () => {
  const folder = temporaryFolder();
  const openssl = (...args: readonly string[]): Promise<Uint8Array> => askPeer('peer-openssl', args);
  const asCa = writeFile(folder, CA);
  const asLeaf = writeFile(folder, LEAF);
  const content = writeFile(folder, 'signed');

  /** A root, an authority and a leaf, signed with one curve and one hash. */
  async function makeChain({ curve, algorithm, digest }: Pair): Promise<(end: string) => string> {
    const path = (end: string): string => join(folder, `${algorithm}.${end}`);
    const hash = digest === undefined ? [] : [`-${digest}`];
    for (const who of ['root', 'ca', 'leaf']) {
      const key = path(`${who}.key`);
      await openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-out', key);
      await openssl('req', '-new', '-key', key, '-subj', `/CN=${who}`, ...hash, '-out', path(`${who}.csr`));
    }
    const issue = (who: string, extensions: string, ...signer: readonly string[]): Promise<Uint8Array> =>
      openssl(
        ...['x509', '-req', '-in', path(`${who}.csr`), '-extfile', extensions, '-days', '3000'],
        ...[...signer, ...hash, '-out', path(`${who}.pem`)],
      );
    const under = (who: string): readonly string[] => [
      '-CA',
      path(`${who}.pem`),
      '-CAkey',
      path(`${who}.key`),
    ];
    await issue('root', asCa, '-key', path('root.key'));
    await issue('ca', asCa, ...under('root'));
    await issue('leaf', asLeaf, ...under('ca'));
    return path;
  }

  it(
    'paths validate here, messages verify here, and what we issue verifies there',
    { timeout: 60_000 },
    async () => {
      const cases = PAIRS.map((pair) => ({ ...pair, id: pair.algorithm }));
      const counted = await runCases('ECDSA by curve and hash, OpenSSL', cases, async (pair) => {
        const path = await makeChain(pair);
        const [root, ca, leaf] = ['root', 'ca', 'leaf'].map((who) =>
          parseCertificate(readFileSync(path(`${who}.pem`))),
        );
        if (root === undefined || ca === undefined || leaf === undefined) throw new Error('unreachable');
        for (const [child, parent] of [
          [root, root],
          [ca, root],
          [leaf, ca],
        ] as const)
          expect(signatureAlgorithmOf(child.signatureAlgorithm, parent.subjectPublicKeyInfo).name).toBe(
            pair.algorithm,
          );

        const options = {
          anchors: [root],
          at: new Date(leaf.validity.notBefore.getTime() + 60_000),
          name: 'leaf.example',
        };
        const result = await validatePath(provider, { certificate: leaf, pool: [ca] }, options);
        expect(result.valid).toBe(true);
        const changed = leaf.bytes.slice();
        changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
        const refused = await validatePath(
          provider,
          { certificate: parseCertificate(changed), pool: [ca] },
          options,
        );
        expect(refused).toMatchObject({ valid: false, reason: 'signature-invalid' });

        const message = await openssl(
          ...[
            'cms',
            '-sign',
            '-binary',
            '-nodetach',
            '-in',
            content,
            '-outform',
            'DER',
            '-md',
            pair.digest ?? 'sha256',
          ],
          ...['-signer', path('leaf.pem'), '-inkey', path('leaf.key')],
        );
        expect(await verifyMessage(provider, message)).toMatchObject({
          valid: true,
          signers: [{ status: 'valid', algorithm: { name: pair.algorithm } }],
        });

        const key = await importPrivateKey(provider, readFileSync(path('ca.key')), {
          algorithm: pair.algorithm,
        });
        const ours = await issueCertificate(provider, {
          issuer: { certificate: ca, key },
          request: parseRequest(readFileSync(path('leaf.csr'))),
          profile: 'tls-server',
          validity: { notBefore: leaf.validity.notBefore, days: 30 },
          extensions: { subjectAltName: [{ kind: 'dns', name: 'leaf.example' }] },
        });
        const said = await openssl(
          ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'leaf.example'],
          ...['-CAfile', path('root.pem'), '-untrusted', path('ca.pem'), writeFile(folder, ours.toPem())],
        );
        expect(new TextDecoder().decode(said)).toContain('OK');
      });
      expect(counted.passed).toBe(PAIRS.length);
    },
  );
});
