/** Certificates and requests of ours in the hands of other implementations, and theirs in ours. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  type Certificate,
  createRequest,
  issueCertificate,
  issueSelfSigned,
  parseCertificate,
  parseRequest,
  verifyRequest,
  verifySigned,
} from '../../src/certificates/index.ts';
import { exportPrivateKey, importPrivateKey, importPublicKey } from '../../src/keys/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { provider, signatureKeys } from './fixtures.ts';
import { bouncyCastleVerified, oursVerified, type Row, validity } from './interop.ts';
import { temporaryFolder, writeFile } from './peers.ts';

const folder = temporaryFolder();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The chains of the everyday run: every kind of algorithm, and mixed ones. */
const ROWS: readonly Row[] = [
  { issuer: 'ECDSA-P256-SHA256', subject: 'ML-DSA-44' },
  { issuer: 'ECDSA-P384-SHA384', subject: 'ECDSA-P384-SHA384' },
  { issuer: 'ECDSA-P384-SHA256', subject: 'ECDSA-P521-SHA384' },
  { issuer: 'ECDSA-P521-SHA256', subject: 'ECDSA-P256-SHA512' },
  { issuer: 'RSA2048-PKCS15-SHA256', subject: 'ML-DSA-65' },
  { issuer: 'RSA2048-PSS-SHA256', subject: 'ECDSA-P256-SHA256' },
  { issuer: 'Ed25519', subject: 'Ed25519' },
  { issuer: 'ML-DSA-44', subject: 'ML-DSA-44' },
  { issuer: 'ML-DSA-65', subject: 'ECDSA-P256-SHA256' },
  { issuer: 'ML-DSA-87', subject: 'ML-DSA-87' },
  { issuer: 'SLH-DSA-SHA2-128f', subject: 'ML-DSA-65' },
  { issuer: 'SLH-DSA-SHAKE-128f', subject: 'SLH-DSA-SHAKE-128f' },
  { issuer: 'ML-DSA-65', kem: 'ML-KEM-768' },
  { issuer: 'ML-DSA-87', kem: 'ML-KEM-1024' },
  { issuer: 'MLDSA44-Ed25519-SHA512', subject: 'MLDSA44-Ed25519-SHA512' },
  { issuer: 'MLDSA65-ECDSA-P256-SHA512', subject: 'ML-DSA-65' },
  { issuer: 'MLDSA44-RSA2048-PSS-SHA256', kem: 'MLKEM768-X25519-SHA3-256' },
  { issuer: 'MLDSA87-Ed448-SHAKE256', kem: 'MLKEM1024-ECDH-P384-SHA3-256' },
];

describe('certificates and requests between implementations', () => {
  oursVerified(folder, ROWS);
  // It takes seconds to make an RSA key; those are in the exhaustive run.
  bouncyCastleVerified(ROWS.filter(({ issuer }) => !issuer.includes('RSA2048')));
});

/** A root, and what it issued or asked for, as a peer made them. */
interface Made {
  readonly id: string;
  readonly root: Certificate;
  readonly leaf?: Certificate;
  readonly request?: Uint8Array;
}

async function requireVerified({ root, leaf, request }: Made): Promise<void> {
  if (!(await verifySigned(provider, root, root))) throw new Error('the root does not verify');
  if (leaf !== undefined && !(await verifySigned(provider, leaf, root)))
    throw new Error('the leaf does not verify');
  if (request !== undefined && !(await verifyRequest(provider, parseRequest(request))))
    throw new Error('the request does not verify');
}

describeWithPeer('peer-openssl', 'OpenSSL', () => {
  const openssl = (...args: readonly string[]): Promise<Uint8Array> => askPeer('peer-openssl', args);
  const path = (name: string): string => join(folder, name);
  const extensions = writeFile(
    folder,
    'subjectAltName=DNS:leaf.example\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n',
  );

  async function makeChain(id: string, ...algorithm: readonly string[]): Promise<Made> {
    const [ca, caKey, key, csr, leaf] = ['pem', 'ca.key', 'key', 'csr', 'leaf'].map((end) =>
      path(`${id}.${end}`),
    );
    if (
      ca === undefined ||
      caKey === undefined ||
      key === undefined ||
      csr === undefined ||
      leaf === undefined
    )
      throw new Error('unreachable');
    await openssl('genpkey', ...algorithm, '-out', caKey);
    await openssl('genpkey', ...algorithm, '-out', key);
    const usage = [
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
    ];
    await openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      caKey,
      '-out',
      ca,
      '-subj',
      '/CN=ca',
      '-days',
      '3650',
      ...usage,
    );
    const asked = ['-addext', 'subjectAltName=DNS:leaf.example', '-addext', 'keyUsage=digitalSignature'];
    await openssl('req', '-new', '-key', key, '-subj', '/CN=leaf/challengePassword=x', '-out', csr, ...asked);
    await openssl(
      'x509',
      '-req',
      '-in',
      csr,
      '-CA',
      ca,
      '-CAkey',
      caKey,
      '-days',
      '3000',
      '-extfile',
      extensions,
      '-out',
      leaf,
    );
    return {
      id: `OpenSSL ${id}`,
      root: parseCertificate(readFileSync(ca)),
      leaf: parseCertificate(readFileSync(leaf)),
      request: readFileSync(csr),
    };
  }

  it('its roots, certificates and requests verify here', async () => {
    const made = [
      await makeChain('ec', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'),
      await makeChain('brainpool', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'),
      await makeChain('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'),
      await makeChain('ed448', '-algorithm', 'ED448'),
      await makeChain('ml-dsa-44', '-algorithm', 'ML-DSA-44'),
      await makeChain('ml-dsa-65', '-algorithm', 'ML-DSA-65'),
      await makeChain('ml-dsa-87', '-algorithm', 'ML-DSA-87'),
      await makeChain('slh-dsa-128f', '-algorithm', 'SLH-DSA-SHA2-128f'),
      await makeChain('slh-dsa-shake-256f', '-algorithm', 'SLH-DSA-SHAKE-256f'),
    ];
    await runCases('certificates of OpenSSL', made, requireVerified);
  });

  it('its ML-KEM certificates verify here, and their keys are read', async () => {
    const root = await makeChain('kem-ca', '-algorithm', 'ML-DSA-65');
    for (const name of ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const) {
      await openssl('genpkey', '-algorithm', name, '-out', path('kem.key'));
      await openssl('pkey', '-in', path('kem.key'), '-pubout', '-out', path('kem.pub'));
      const extension = writeFile(folder, 'keyUsage=critical,keyEncipherment\n');
      const ca = ['-CA', path('kem-ca.pem'), '-CAkey', path('kem-ca.ca.key')];
      const args = ['-in', path('kem-ca.csr'), '-force_pubkey', path('kem.pub'), '-extfile', extension];
      await openssl('x509', '-req', ...args, ...ca, '-out', path('kem.pem'));
      const leaf = parseCertificate(readFileSync(path('kem.pem')));
      expect(await verifySigned(provider, leaf, root.root)).toBe(true);
      const key = await importPublicKey(provider, leaf.subjectPublicKeyInfo, { use: 'kem' });
      expect(key.algorithm.name).toBe(name);
    }
  });

  it('signs requests of ours with keys and roots of ours, and we under roots of its own', async () => {
    const algorithms: readonly SignatureName[] = ['ECDSA-P384-SHA384', 'RSA2048-PKCS15-SHA256', 'ML-DSA-65'];
    for (const name of algorithms) {
      const ca = await signatureKeys(name, 'ca');
      const root = await issueSelfSigned(provider, {
        key: ca.privateKey,
        subject: 'CN=Ours',
        profile: 'ca',
        validity,
      });
      const device = await signatureKeys('ML-DSA-44', 'device');
      const request = await createRequest(provider, { key: device.privateKey, subject: 'CN=Device' });
      const [csr, pem] = [writeFile(folder, request.toPem()), writeFile(folder, root.toPem())];
      const key = writeFile(folder, await exportPrivateKey(provider, ca.privateKey, { format: 'pem' }));
      const signer = ['-CA', pem, '-CAkey', key, '-extfile', extensions];
      // Its default is SHA-256 whatever the curve.
      const made = await openssl('x509', '-req', '-in', csr, ...signer);
      expect(await verifySigned(provider, parseCertificate(made), root)).toBe(true);
    }
    const theirs = await makeChain('mixed', '-algorithm', 'ML-DSA-87');
    const leaf = await issueCertificate(provider, {
      issuer: {
        certificate: theirs.root,
        key: await importPrivateKey(provider, readFileSync(path('mixed.ca.key')), { use: 'signature' }),
      },
      request: parseRequest(theirs.request ?? new Uint8Array()),
      profile: 'tls-client',
      validity: { notBefore: theirs.root.validity.notBefore, days: 100 },
    });
    const said = await openssl(
      'verify',
      '-x509_strict',
      '-purpose',
      'sslclient',
      '-CAfile',
      path('mixed.pem'),
      writeFile(folder, leaf.toPem()),
    );
    expect(text(said)).toContain('OK');
    expect(leaf.extensions.subjectAltName).toEqual([{ kind: 'dns', name: 'leaf.example' }]);
  });
});

describe('self-signed certificates and requests of others', () => {
  describeWithPeer('go-peer', 'Go', () => {
    it('verify here', async () => {
      const made: Made[] = [];
      for (const name of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']) {
        const [pem, key] = [join(folder, `go-${name}.pem`), join(folder, `go-${name}.key`)];
        await askPeer('go-peer', ['selfsigned', '-alg', name, '-out-cert', pem, '-out-key', key, '-make-ca']);
        made.push({ id: `Go ${name}`, root: parseCertificate(readFileSync(pem)) });
      }
      await runCases('certificates of Go', made, requireVerified);
    });
  });

  describeWithPeer('peer-botan', 'Botan', () => {
    it('verify here', async () => {
      const made: Made[] = [];
      for (const [algorithm, parameters] of [
        ['ECDSA', 'secp256r1'],
        ['RSA', '2048'],
        ['Ed25519', ''],
        ['ML-DSA', 'ML-DSA-4x4'],
        ['ML-DSA', 'ML-DSA-6x5'],
        ['ML-DSA', 'ML-DSA-8x7'],
        ['SLH-DSA', 'SLH-DSA-SHA2-128f'],
        ['SLH-DSA', 'SLH-DSA-SHAKE-192f'],
      ] as const) {
        const key = writeFile(
          folder,
          await askPeer('peer-botan', ['keygen', `--algo=${algorithm}`, `--params=${parameters}`]),
        );
        const root = await askPeer('peer-botan', ['gen_self_signed', key, 'Botan', '--ca']);
        const request = await askPeer('peer-botan', ['gen_pkcs10', key, 'Botan', '--dns=pump.example']);
        made.push({ id: `Botan ${algorithm} ${parameters}`, root: parseCertificate(root), request });
      }
      await runCases('certificates of Botan', made, requireVerified);
    });
  });

  describeWithPeer('peer-certutil', 'NSS', () => {
    it('verify here', async () => {
      const database = `sql:${mkdtempSync(join(folder, 'nss-'))}`;
      const noise = writeFile(folder, new Uint8Array(2000).fill(7));
      const certutil = (...args: readonly string[]): Promise<Uint8Array> =>
        askPeer('peer-certutil', [...args, '-d', database]);
      await certutil('-N', '--empty-password');
      const made: Made[] = [];
      for (const [type, parameter] of [
        ['mldsa', 'ml-dsa-44'],
        ['mldsa', 'ml-dsa-65'],
        ['mldsa', 'ml-dsa-87'],
        ['ec', 'secp256r1'],
      ] as const) {
        const key = ['-k', type, '-q', parameter, '-z', noise];
        const subject = ['-s', `CN=${parameter}`, '-n', parameter];
        await certutil(
          '-S',
          '-x',
          ...key,
          ...subject,
          '-t',
          'CT,C,C',
          '-m',
          String(made.length + 1),
          '-v',
          '120',
        );
        const root = parseCertificate(await certutil('-L', '-n', parameter, '-a'));
        const request = await certutil('-R', ...key, '-s', `CN=${parameter}`, '-a');
        made.push({
          id: `NSS ${parameter}`,
          root,
          request: Buffer.from(/-----BEGIN[^]*/.exec(text(request))?.[0] ?? ''),
        });
      }
      await runCases('certificates of NSS', made, requireVerified);
    });
  });

  describeWithPeer('peer-keytool', 'JDK', () => {
    it('verify here', async () => {
      const store = join(folder, 'keystore');
      const keytool = (...args: readonly string[]): Promise<Uint8Array> =>
        askPeer('peer-keytool', [...args, '-storepass', 'changeit', '-keystore', store]);
      const key = ['-keyalg', 'ML-DSA', '-groupname', 'ML-DSA-65', '-alias', 'key'];
      await keytool('-genkeypair', ...key, '-dname', 'CN=jdk', '-ext', 'bc:c', '-validity', '3650');
      const root = parseCertificate(await keytool('-exportcert', '-alias', 'key'));
      const request = await keytool('-certreq', '-alias', 'key');
      const made: readonly Made[] = [{ id: 'JDK ML-DSA-65', root, request }];
      await runCases('certificates of the JDK', made, requireVerified);
    });
  });
});
