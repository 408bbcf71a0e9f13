/** Certificates of foreign CAs: clean ones have no findings but notices that are true, and the others' are explained. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { fromHex } from '../../src/bytes/index.ts';
import { lintCertificate } from '../../src/certificates/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { readMatchingFiles } from '../support/vectors-files.ts';
import { readZip } from '../support/zip.ts';
import {
  type Chain,
  expectClean,
  lintBouncyCastle,
  lintBouncyCastleKems,
  lintJdk,
  show,
  text,
} from './lint-peers.ts';

const CA_CONFIGURATION = `[req]
distinguished_name=dn
prompt=no
x509_extensions=ca
[dn]
CN=Root
[ca]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
`;

async function opensslChain(
  algorithm: readonly string[],
  extensions: string,
  kem?: string,
): Promise<readonly Uint8Array[]> {
  const folder = scratchFolder();
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Promise<Uint8Array> => askPeer('peer-openssl', args);
  const configuration = fileIn(folder, 'ca.cnf', CA_CONFIGURATION);
  const ext = fileIn(folder, 'leaf.ext', extensions);
  const newKey = ['-nodes', '-newkey', ...algorithm];
  await openssl(
    'req',
    '-x509',
    '-config',
    configuration,
    ...newKey,
    '-days',
    '1800',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
  );
  await openssl(
    'req',
    '-new',
    '-config',
    configuration,
    ...newKey,
    '-subj',
    '/CN=pump.example',
    '-keyout',
    file('leaf.key'),
    '-out',
    file('leaf.csr'),
  );
  if (kem !== undefined) {
    await openssl('genpkey', '-algorithm', kem, '-out', file('kem.key'));
    await openssl('pkey', '-in', file('kem.key'), '-pubout', '-out', file('kem.pub'));
  }
  const force = kem === undefined ? [] : ['-force_pubkey', file('kem.pub')];
  await openssl(
    'x509',
    '-req',
    '-in',
    file('leaf.csr'),
    ...force,
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-days',
    '90',
    '-extfile',
    ext,
    '-out',
    file('leaf.pem'),
  );
  return [readFileSync(file('leaf.pem')), readFileSync(file('ca.pem'))];
}

const TLS_SERVER = `subjectAltName=DNS:pump.example
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
basicConstraints=critical,CA:FALSE
`;
const ENCRYPTION = 'keyUsage=critical,keyEncipherment\n';

describeWithPeer('peer-openssl', 'chains of OpenSSL', () => {
  it('are clean', async () => {
    const algorithms: readonly (readonly [id: string, algorithm: readonly string[], kem?: string])[] = [
      ['ECDSA', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
      ['Ed25519', ['ED25519']],
      ['Ed448', ['ED448']],
      ['RSA', ['RSA:3072']],
      ['RSASSA-PSS', ['RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048', '-sigopt', 'rsa_pss_saltlen:digest']],
      ['ML-DSA-44', ['ML-DSA-44']],
      ['ML-DSA-65', ['ML-DSA-65']],
      ['ML-DSA-87', ['ML-DSA-87']],
      ['SLH-DSA-SHA2-128f', ['SLH-DSA-SHA2-128f']],
      ['SLH-DSA-SHAKE-128f', ['SLH-DSA-SHAKE-128f']],
      ['ML-KEM-512 under ML-DSA-44', ['ML-DSA-44'], 'ML-KEM-512'],
      ['ML-KEM-768 under ML-DSA-65', ['ML-DSA-65'], 'ML-KEM-768'],
      ['ML-KEM-1024 under ML-DSA-87', ['ML-DSA-87'], 'ML-KEM-1024'],
    ];
    const cases = algorithms.map(([id, algorithm, kem]) => ({ id, algorithm, kem, verdict: 'clean' }));
    await runCases('lint, OpenSSL', cases, async ({ id, algorithm, kem, verdict }) => {
      const certificates = await opensslChain(algorithm, kem === undefined ? TLS_SERVER : ENCRYPTION, kem);
      expectClean({ id, verdict, certificates });
    });
  });
});

describeWithPeer('bc-peer', 'chains of Bouncy Castle', () => {
  it('are clean', async () => {
    const cases = ['MLDSA44-Ed25519-SHA512', 'MLDSA65-ECDSA-P256-SHA512'];
    await lintBouncyCastle(cases);
  });

  it('are clean with keys that cannot sign', async () => {
    await lintBouncyCastleKems(['ML-KEM-768', 'MLKEM768-X25519-SHA3-256']);
  });
});

describeWithPeer('peer-keytool', 'a chain of the JDK', () => {
  it('is clean', async () => {
    await lintJdk(['ML-DSA-65']);
  });
});

describeWithPeer('peer-go', 'chains of Go', () => {
  it('are clean', async () => {
    const script = fileURLToPath(new URL('peers/make_chains.go', import.meta.url));
    const lines = text(await askPeer('peer-go', ['run', script], { timeout: 110_000 }))
      .trim()
      .split('\n');
    const cases = lines.map((line): Chain => {
      const [id = '', ...certificates] = line.split(' ');
      return { id, verdict: 'clean', certificates: certificates.map(fromHex) };
    });
    const { passed } = await runCases('lint, Go', cases, (chain) => {
      expectClean(chain);
    });
    expect(passed).toBe(6);
  });
});

describeWithPeer('peer-botan', 'certificates of Botan', () => {
  it('are clean', async () => {
    const folder = scratchFolder();
    const algorithms = [
      ['ML-DSA', 'ML-DSA-6x5'],
      ['SLH-DSA', 'SLH-DSA-SHA2-128f'],
      ['ECDSA', 'secp256r1'],
      ['Ed25519', ''],
    ] as const;
    const cases = algorithms.map(([id, parameters]) => ({ id, parameters, verdict: 'clean' }));
    await runCases('lint, Botan', cases, async ({ id, parameters, verdict }) => {
      const make = ['keygen', `--algo=${id}`, ...(parameters === '' ? [] : [`--params=${parameters}`])];
      const [rootKey, leafKey] = [
        fileIn(folder, `${id}-ca.key`, await askPeer('peer-botan', make)),
        fileIn(folder, `${id}.key`, await askPeer('peer-botan', make)),
      ];
      const root = await askPeer('peer-botan', ['gen_self_signed', rootKey, 'Root', '--ca', '--days=1800']);
      const request = await askPeer('peer-botan', [
        'gen_pkcs10',
        leafKey,
        'pump.example',
        '--dns=pump.example',
      ]);
      const leaf = await askPeer('peer-botan', [
        'sign_cert',
        '--duration=90',
        fileIn(folder, `${id}-ca.pem`, root),
        rootKey,
        fileIn(folder, `${id}.csr`, request),
      ]);
      expectClean({ id, verdict, certificates: [leaf, root] });
    });
  });
});

describe('certificates printed in standards', () => {
  const printed = [
    ...readMatchingFiles('x509/rfc9881', /\.crt\.pem$/u),
    ...readMatchingFiles('x509/rfc9909', /128s\.pem$/u),
    ...readMatchingFiles('x509/rfc9935', /\.crt\.pem$/u),
  ].map((file) => ({ id: file.path, bytes: file.bytes, verdict: 'clean' }));

  it.skipIf(printed.length === 0)('are clean', async () => {
    await runCases('lint, RFC 9881, 9909 and 9935', printed, ({ bytes }) => {
      expect(show(lintCertificate(bytes))).toEqual([]);
    });
    expect(printed.length).toBe(7);
  });
});

/** What is found in the artifacts of the IETF hackathon, by producer: each is a fact about the certificate. */
const HACKATHON: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cht: {
    'obsolete-algorithm': 'Falcon under the OID of oqs-provider',
    'hash-ml-dsa': 'artifacts for HashML-DSA',
    'hash-slh-dsa': 'artifacts for HashSLH-DSA',
    'purpose-any': 'the KEM certificates list anyExtendedKeyUsage',
    'signature-weaker': 'KEM keys of category 5 under a signature of category 3',
  },
  'composite-kem-ref-impl': {
    'authority-key-identifier-missing': 'the KEM certificates have none',
    'signature-weaker': 'KEM keys of category 5 under ML-DSA-65',
  },
  'corey-digicert': { 'hash-ml-dsa': 'artifacts for HashML-DSA' },
  cryptonext: {
    'ca-without-key-usage': 'no trust anchor has a key usage',
    'criticality-unusual': 'key usage of the KEM certificates is not critical',
    'hash-slh-dsa': 'artifacts for HashSLH-DSA',
    'hash-ml-dsa': 'artifacts for HashML-DSA',
    'unknown-algorithm': 'FrodoKEM, which is of no standard that the registry has',
  },
  'entrust-pkihub': {
    'serial-entropy': 'serial numbers of 31 bits',
    'ca-without-crl-sign': 'key usage of the trust anchors lacks cRLSign',
    'hash-slh-dsa': 'artifacts for HashSLH-DSA',
  },
  entrust: {
    'serial-entropy': 'serial numbers of 30 bits',
    'ca-without-key-usage': 'no trust anchor has a key usage',
    'self-signed-without-signature-key': 'the KEM certificates name themselves as their issuer',
    'ca-without-signature-key': 'the KEM certificates say that they are CAs',
  },
  leancrypto: { 'extension-value': 'key usage ends in zero bits, which DER forbids [X.690 §11.2.2]' },
  openjdk: {
    'ca-without-crl-sign': 'key usage of the trust anchors lacks cRLSign',
    'subject-key-identifier-missing': 'the trust anchors have none',
    'authority-key-identifier-missing': 'the KEM certificates have none',
  },
};

describe('certificates of the IETF hackathon', () => {
  const cases = readMatchingFiles('pqc-certificates/certs_r5', /\.zip$/u).flatMap((file) => {
    const producer = file.path.slice(file.path.lastIndexOf('/') + 1, -4);
    return readZip(file.bytes)
      .filter(({ name }) => /_(?:ta|ca|ee)\.der$/u.test(name))
      .map(({ name, bytes }) => ({ id: `${producer} ${name}`, producer, bytes }));
  });

  it.skipIf(cases.length === 0)('have the findings that are explained, and no others', async () => {
    const found = new Map<string, number>();
    await runCases('lint, hackathon certificates', cases, ({ producer, bytes }) => {
      const explained = HACKATHON[producer] ?? {};
      const findings = lintCertificate(bytes).filter(({ rule }) => rule !== 'draft-algorithm');
      for (const { rule } of findings)
        found.set(`${producer} ${rule}`, (found.get(`${producer} ${rule}`) ?? 0) + 1);
      expect(show(findings.filter(({ rule }) => explained[rule] === undefined))).toEqual([]);
    });
    for (const [producer, rules] of Object.entries(HACKATHON))
      for (const [rule, why] of Object.entries(rules)) {
        const count = found.get(`${producer} ${rule}`) ?? 0;
        report(`  ${producer} ${rule} ${String(count)}: ${why}`);
        expect(count, `${producer} ${rule}`).toBeGreaterThan(0);
      }
  });
});
