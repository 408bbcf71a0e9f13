/** Inspections: what they say is what others say, and every byte is accounted for. */
import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { fromHex, utf8 } from '../../src/bytes/index.ts';
import {
  type Certificate,
  encodeExtension,
  EXTENSION,
  formatInspection,
  hardwareModuleName,
  inspectCertificate,
  parseCertificate,
} from '../../src/certificates/index.ts';
import { der, implicit } from '../../src/encoding/index.ts';
import { fingerprint, importPublicKey } from '../../src/keys/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { readMatchingFiles } from '../support/vectors-files.ts';
import { readZip } from '../support/zip.ts';
import { provider } from '../keys/support.ts';
import { lintMutations } from './lint-mutations.ts';
import { ca, kemLeaf, leaf, name, rawSpki, signatureKey, spkiOf } from './lint-builder.ts';

const read = (bytes: Uint8Array): Certificate => parseCertificate(bytes, { strict: false });

const printed = [
  ...readMatchingFiles('x509/rfc9881', /\.crt\.pem$/u),
  ...readMatchingFiles('x509/rfc9909', /128s\.pem$/u),
  ...readMatchingFiles('x509/rfc9935', /\.crt\.pem$/u),
].map(({ path, bytes }) => ({ id: path, certificate: read(bytes), verdict: 'standards' }));

const hackathon = readMatchingFiles('pqc-certificates/certs_r5', /\.zip$/u).flatMap(({ path, bytes }) =>
  readZip(bytes)
    .filter(({ name: file }) => /_(?:ta|ca|ee)\.der$/u.test(file))
    .map((entry) => ({
      id: `${path} ${entry.name}`,
      certificate: read(entry.bytes),
      verdict: 'hackathon',
    })),
);

describe('inspections', () => {
  it.skipIf(printed.length + hackathon.length === 0)(
    'account for every byte, and are plain data',
    async () => {
      await runCases('inspections', [...printed, ...hackathon], ({ certificate }) => {
        const inspection = inspectCertificate(provider, certificate);
        const { total, parts } = inspection.sizes;
        expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
        expect(total).toBe(certificate.bytes.length);
        for (const { bytes } of parts) expect(bytes).toBeGreaterThan(0);
        expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
        expect(formatInspection(inspection)).toContain(inspection.fingerprints.certificate);
      });
    },
  );

  it.skipIf(printed.length === 0)('agree with Node', async () => {
    await runCases('inspections against Node', printed, async ({ certificate }) => {
      const theirs = new X509Certificate(certificate.bytes);
      const ours = inspectCertificate(provider, certificate);
      expect(ours.fingerprints.certificate).toBe(theirs.fingerprint256.replaceAll(':', '').toLowerCase());
      expect(ours.serialNumber.replaceAll(':', '')).toBe(theirs.serialNumber.toLowerCase());
      expect(new Date(ours.validity.notBefore)).toEqual(new Date(theirs.validFrom));
      expect(new Date(ours.validity.notAfter)).toEqual(new Date(theirs.validTo));
      expect(ours.subject.split(',').toReversed().join('\n')).toBe(theirs.subject);
      expect(ours.ca).toBe(theirs.ca);
      const key = await importPublicKey(provider, certificate.subjectPublicKeyInfo);
      expect(ours.fingerprints.publicKey).toBe(fingerprint(provider, key));
    });
  });

  it('name algorithms, their nature and their standing', async () => {
    const of = async (bytes: Promise<Uint8Array>) => inspectCertificate(provider, read(await bytes));
    const ecdsa = await signatureKey('ECDSA-P256-SHA256');
    const composite = await signatureKey('MLDSA44-Ed25519-SHA512');
    const hybrid = await of(leaf({ spki: spkiOf(composite.publicKey), signer: ecdsa }));
    expect(hybrid.key).toMatchObject({
      name: 'MLDSA44-Ed25519-SHA512',
      oid: '1.3.6.1.5.5.7.6.39',
      nature: 'hybrid',
      status: 'draft-19',
      bytes: 1344,
    });
    expect(hybrid.signature).toMatchObject({ name: 'ECDSA with SHA-256', nature: 'classical', category: 0 });
    const classical = await of(leaf({ spki: spkiOf(ecdsa.publicKey) }));
    expect(classical.key).toMatchObject({ name: 'EC on P-256', nature: 'classical', bytes: 65 });
    expect((await of(kemLeaf())).key).toMatchObject({ name: 'ML-KEM-512', category: 1, bytes: 800 });
    const dead = await of(leaf({ spki: rawSpki('2.16.840.1.114027.80.8.1.21', new Uint8Array(8)) }));
    expect(dead.key.status).toBe('obsolete');
    expect(dead.key.note).toMatch(/use MLDSA/u);
    const unknown = await of(leaf({ spki: rawSpki('1.3.6.1.4.1.99999.1', new Uint8Array(8)) }));
    expect(unknown.key).toMatchObject({ name: '1.3.6.1.4.1.99999.1', nature: 'unknown', status: 'unknown' });
    expect((await of(ca())).ca).toBe(true);
  });

  it('name the forms of transition', async () => {
    const ecdsa = await signatureKey('ECDSA-P256-SHA256');
    const mlDsa = await signatureKey('ML-DSA-44', 'leaf');
    const certificate = await leaf({
      spki: spkiOf(ecdsa.publicKey),
      signer: ecdsa,
      with: {
        subjectAltPublicKeyInfo: encodeExtension('subjectAltPublicKeyInfo', spkiOf(mlDsa.publicKey)),
        altSignatureAlgorithm: {
          oid: EXTENSION.altSignatureAlgorithm,
          critical: false,
          value: der.sequence(der.oid('2.16.840.1.101.3.4.3.18')),
        },
        altSignatureValue: encodeExtension('altSignatureValue', new Uint8Array(3309)),
        delta: { oid: EXTENSION.deltaCertificateDescriptor, critical: false, value: der.sequence(der.nil()) },
      },
    });
    const inspection = inspectCertificate(provider, read(certificate));
    expect(inspection.transition).toMatchObject([
      {
        form: 'alternative-signature',
        key: { name: 'ML-DSA-44', bytes: 1312 },
        signature: { name: 'ML-DSA-65', bytes: 3309 },
      },
      { form: 'delta-certificate' },
    ]);
    expect(formatInspection(inspection)).toMatch(/Transition {4}alternative-signature.*\n.*key ML-DSA-44/u);
  });

  it('show names and addresses, and nothing that a terminal would obey', async () => {
    const hostile = der.sequence(
      der.element(implicit(2), utf8('pump\u001b[2Jexample')),
      der.element(implicit(7), fromHex('20010db8000000000001000000000001')),
      der.element(implicit(7), fromHex('20010db8000100010001000100010001')),
      der.element(implicit(7), fromHex('00000000000000000000000000000001')),
      der.element(implicit(7), new Uint8Array(16)),
      der.element(implicit(7), Uint8Array.of(192, 0, 2, 7)),
    );
    const certificate = await leaf({
      subject: name('CN=pump\u202eexample'),
      with: { subjectAltName: { oid: EXTENSION.subjectAltName, critical: false, value: hostile } },
    });
    const inspection = inspectCertificate(provider, read(certificate));
    expect(inspection.subject).toBe(String.raw`CN=pump\u{202e}example`);
    // RFC 5952 §4: the longest run, the first of equal ones, never a single zero.
    expect(inspection.extensions.find(({ oid }) => oid === EXTENSION.subjectAltName)?.text).toEqual([
      String.raw`DNS:pump\u{1b}[2Jexample`,
      'IP:2001:db8::1:0:0:1',
      'IP:2001:db8:1:1:1:1:1:1',
      'IP:::1',
      'IP:::',
      'IP:192.0.2.7',
    ]);
    expect(formatInspection(inspection)).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  });

  it('show what extensions say', async () => {
    const device = hardwareModuleName({ type: '1.3.6.1.4.1.99999.7', serialNumber: Uint8Array.of(8, 0x15) });
    const certificate = await ca({
      with: {
        subjectAltName: encodeExtension('subjectAltName', [device]),
        nameConstraints: encodeExtension('nameConstraints', {
          permitted: [{ kind: 'ip', address: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) }],
          excluded: [{ kind: 'dns', name: 'evil.example' }],
        }),
        crlDistributionPoints: encodeExtension('crlDistributionPoints', [
          { name: { fullName: [{ kind: 'uri', uri: 'http://ca.example/crl' }] }, reasons: ['keyCompromise'] },
        ]),
        certificatePolicies: encodeExtension('certificatePolicies', [
          {
            policy: '1.3.6.1.4.1.99999.3',
            qualifiers: [{ type: '1.3.6.1.5.5.7.2.1', value: der.element(0x16, utf8('https://ca.example')) }],
          },
        ]),
        extendedKeyUsage: encodeExtension('extendedKeyUsage', ['1.3.6.1.5.5.7.3.1', '1.2.3.4']),
        authorityInfoAccess: encodeExtension('authorityInfoAccess', [
          { method: '1.3.6.1.5.5.7.48.1', location: { kind: 'uri', uri: 'http://ocsp.example' } },
        ]),
        tlsFeature: encodeExtension('tlsFeature', [5]),
        basicConstraints: encodeExtension('basicConstraints', { ca: true, pathLength: 2 }),
        unknown: { oid: '1.3.6.1.4.1.99999.4', critical: false, value: der.nil() },
      },
    });
    const { extensions } = inspectCertificate(provider, read(certificate));
    expect(Object.fromEntries(extensions.map((one) => [one.name ?? one.oid, one.text]))).toEqual({
      basicConstraints: ['CA, path length 2'],
      keyUsage: ['keyCertSign', 'cRLSign'],
      subjectKeyIdentifier: [Array.from({ length: 20 }, () => '11').join(':')],
      subjectAltName: ['hardware module 1.3.6.1.4.1.99999.7, serial number 08:15'],
      nameConstraints: ['permitted IP:10.0.0.0/255.0.0.0', 'excluded DNS:evil.example'],
      crlDistributionPoints: ['URI:http://ca.example/crl (keyCompromise)'],
      certificatePolicies: ['1.3.6.1.4.1.99999.3, CPS https://ca.example'],
      extendedKeyUsage: ['serverAuth', '1.2.3.4'],
      authorityInfoAccess: ['ocsp URI:http://ocsp.example'],
      tlsFeature: ['status_request'],
      '1.3.6.1.4.1.99999.4': ['2 bytes'],
    });
    expect(extensions.find(({ name: known }) => known === 'keyUsage')).toMatchObject({
      critical: true,
      bytes: 16,
    });
  });

  it.skipIf(printed.length === 0)('are text that people read', () => {
    const certificate = printed.find(({ id }) => id.includes('ML-KEM-512'))?.certificate;
    if (certificate === undefined) throw new Error('no example');
    expect(formatInspection(inspectCertificate(provider, certificate))).toMatchInlineSnapshot(`
      "Certificate   version 3, 3,496 bytes, self-issued
      Subject       CN=LAMPS WG,O=IETF
      Issuer        CN=LAMPS WG,O=IETF
      Serial number 15:9f:fe:6f:22:fd:5c:c4:2c:52:4d:f6:fd:5e:28:d0:de:38:f3:4f
      Valid         2020-02-03T04:32:10.000Z to 2040-01-29T04:32:10.000Z, 7,300 days
      Public key    ML-KEM-512 (2.16.840.1.101.3.4.4.1), 800 bytes
                    post-quantum, category 1
                    standard: FIPS 203; keys RFC 9935; TLS draft-ietf-tls-mlkem-11; HPKE draft-ietf-hpke-pq-05
      Signature     ML-DSA-44 (2.16.840.1.101.3.4.3.17), 2,420 bytes
                    post-quantum, category 2
                    standard: FIPS 204; keys RFC 9881; JOSE and COSE RFC 9964; TLS draft-ietf-tls-mldsa-06
      Extensions    keyUsage (critical)
                      keyEncipherment
                    subjectKeyIdentifier
                      0e:c5:92:a5:97:1e:7e:8d:a0:78:a8:6e:46:74:f2:fb:11:f6:e8:d7
                    authorityKeyIdentifier
                      32:9a:07:b1:fa:bb:48:f5:2a:30:9f:11:a1:89:8f:84:8e:23:22:ff
      Bytes         signature                           2,420   69.2 %
                    public key                            800   22.9 %
                    algorithm identifiers                  39    1.1 %
                    issuer                                 36    1.0 %
                    subject                                36    1.0 %
                    extension authorityKeyIdentifier       33    0.9 %
                    extension subjectKeyIdentifier         31    0.9 %
                    validity                               30    0.9 %
                    DER overhead                           28    0.8 %
                    serial number                          22    0.6 %
                    extension keyUsage                     16    0.5 %
                    version                                 5    0.1 %
                    total                               3,496  100.0 %
      SHA-256       certificate 877316cb8b7e5c389e99b1094de4f60e3bbfda12d2e4acb8c014d84cfc009e6f
                    public key  0e3c8b89b54202d2545f7aba2e2aaa3cffa7b6191919ad738fab35b4f313cf71"
    `);
  });
});

describe('mutated certificates', () => {
  it('are linted and inspected without any error of ours', async () => {
    expect(await lintMutations(3000)).toBeGreaterThan(300);
  });
});

describeWithPeer('peer-openssl', 'the overhead of DER', () => {
  it('is what OpenSSL counts', async () => {
    const folder = scratchFolder();
    const bytes = await ca();
    const file = fileIn(folder, 'ca.der', bytes);
    const lines = new TextDecoder()
      .decode(await askPeer('peer-openssl', ['asn1parse', '-inform', 'DER', '-in', file]))
      .trim()
      .split('\n')
      .map((line) => {
        const [, depth = '', header = '', what = ''] =
          /^ *\d+:d=(\d+) +hl=(\d+) +l= *\d+ (?:prim|cons): +(.*\S)/u.exec(line) ?? [];
        return { depth: Number(depth), header: Number(header), what };
      });
    const headers = (depth: number, what: RegExp): number =>
      lines
        .filter((line) => line.depth === depth && what.test(line.what))
        .reduce((sum, { header }) => sum + header, 0);
    // Certificate; the TBSCertificate, not the algorithm beside it; the signature and its octet of unused bits.
    const tbs = lines.find(({ depth }) => depth === 1)?.header ?? 0;
    const outer = headers(0, /SEQUENCE/u) + tbs + headers(1, /BIT STRING/u) + 1;
    // Validity, the last SEQUENCEs but one of the TBSCertificate, and SubjectPublicKeyInfo with its BIT STRING.
    const sequences = lines.filter(({ depth, what }) => depth === 2 && what === 'SEQUENCE');
    // In their order: signature, issuer, validity, subject, subjectPublicKeyInfo.
    const inner = (sequences[2]?.header ?? 0) + (sequences[4]?.header ?? 0) + headers(3, /BIT STRING/u) + 1;
    const list =
      headers(2, /cont \[ 3 \]/u) +
      (lines[lines.findIndex(({ what }) => what === 'cont [ 3 ]') + 1]?.header ?? 0);
    const { parts } = inspectCertificate(provider, read(bytes)).sizes;
    expect(parts.find(({ part }) => part === 'DER overhead')?.bytes).toBe(outer + inner + list);
  });
});
