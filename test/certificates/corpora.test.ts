/** Certificates of others: the IETF hackathon's, and those of RFCs and libraries. */
import { describe, expect, it } from 'vitest';

import { equal, HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import {
  type Certificate,
  certificateKey,
  encodeExtensions,
  encodeTime,
  extensionsOf,
  parseCertificate,
  sameName,
  verifySigned,
} from '../../src/certificates/index.ts';
import { nameOf } from '../../src/certificates/name.ts';
import { decapsulate } from '../../src/kem/index.ts';
import { exportPublicKey, importPrivateKey } from '../../src/keys/index.ts';
import { findByOid } from '../../src/registry/index.ts';
import { der, INTEGER } from '../../src/encoding/index.ts';
import { expectBytes, report, runCases, Skip } from '../support/tally.ts';
import { base64Bytes, type Fields, jsonObject, readMatchingFiles } from '../support/vectors-files.ts';
import { readZip, type ZipEntry } from '../support/zip.ts';
import { provider } from './fixtures.ts';

const FOLDER = 'pqc-certificates/certs_r5';

interface Artifact {
  readonly producer: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The other files of the archive. */
  readonly beside: readonly ZipEntry[];
}

const artifacts: readonly Artifact[] = readMatchingFiles(FOLDER, /\.zip$/).flatMap((file) => {
  const producer = file.path.slice(file.path.lastIndexOf('/') + 1, -4);
  const beside = readZip(file.bytes);
  return beside.map(({ name, bytes }) => ({ producer, name, bytes, beside }));
});

/** What producers got wrong, and what becomes of it. */
const DEVIATIONS = {
  /** keyUsage is a BIT STRING with trailing zero bits [X.690 §11.2.2]: refused, unless read with `strict: false`. */
  'extension-value': (one: Artifact) => one.producer === 'leancrypto' && one.name.endsWith('_ta.der'),
  /** Falcon has no OID of a standard. */
  'no standard': (one: Artifact) =>
    one.producer === 'cht' &&
    /^(?:Falcon|MLKEM768-X25519|MLKEM768-ECDH-P256).*_(?:ta|ee)\.der$/.test(one.name),
  /** Every KEM certificate names the ML-DSA-44 root as its issuer, and most were signed by another. */
  'another issuer': (one: Artifact) =>
    one.producer === 'cht' && one.name.endsWith('_ee.der') && !one.name.startsWith('ML-KEM-512'),
  /** The archive has no certificate of the issuer. */
  'no issuer': (one: Artifact) => one.producer === 'composite-kem-ref-impl' && one.name.endsWith('_ee.der'),
} as const;

type Outcome = 'valid' | keyof typeof DEVIATIONS;

function expected(artifact: Artifact): Outcome {
  for (const [outcome, applies] of Object.entries(DEVIATIONS))
    if (isDeviation(outcome) && applies(artifact)) return outcome;
  return 'valid';
}

const isDeviation = (outcome: string): outcome is keyof typeof DEVIATIONS => outcome in DEVIATIONS;

const [oracleFields] = readMatchingFiles('pqc-certificates', /^oracle-certs_r5\.json$/).map(jsonObject);
const [consensusFields] = readMatchingFiles('pqc-certificates', /^consensus\.json$/).map(jsonObject);

/** What an independent checker found of a file; `undefined` where it has no verdict. */
function oracle({ producer, name }: Artifact): boolean | undefined {
  if (oracleFields === undefined) return undefined;
  const files = oracleFields.object(producer);
  const base = name.slice(name.lastIndexOf('/') + 1);
  const verdict =
    files.has(base) && files.object(base).has('verify') ? files.object(base).json('verify') : '';
  return verdict === 'true' ? true : verdict === 'false' ? false : undefined;
}

/** Whether any other implementation reported that it accepts such a certificate of the producer. */
function acceptedByOthers({ producer, name }: Artifact): boolean {
  if (consensusFields === undefined) return false;
  const oid = /-([\d.]+)_(?:ta|ee)\.der$/.exec(name)?.[1] ?? '';
  const reports = consensusFields.object('artifacts_certs_r5').object(producer);
  return (
    reports.has(`${oid} cert`) &&
    reports
      .object(`${oid} cert`)
      .texts('Y')
      .some((other) => other !== producer)
  );
}

/** How a certificate of the corpus fares. */
async function outcomeOf(artifact: Artifact): Promise<Outcome> {
  const certificate = parseLeniently(artifact);
  const issuers = artifact.name.endsWith('_ta.der') ? [certificate] : issuersOf(artifact, certificate);
  if (issuers.length === 0) return 'no issuer';
  for (const issuer of issuers) {
    const outcome = await underIssuer(certificate, issuer);
    if (outcome !== undefined) return outcome;
  }
  throw new Error('the signature does not verify');
}

/** `undefined` where it is the key of another. */
async function underIssuer(certificate: Certificate, issuer: Certificate): Promise<Outcome | undefined> {
  try {
    if (!(await verifySigned(provider, certificate, issuer))) return undefined;
    if (certificate.deviations.length > 0) return 'extension-value';
    return sameName(issuer.subject, certificate.issuer) ? 'valid' : 'another issuer';
  } catch (error) {
    if (isHybridgeError(error, 'unknown_algorithm')) return 'no standard';
    if (isHybridgeError(error, 'wrong_algorithm')) return undefined;
    throw error;
  }
}

/** Read strictly, or where that is refused for a deviation, with it. */
function parseLeniently({ bytes }: { readonly bytes: Uint8Array }): Certificate {
  const certificate = parseCertificate(bytes, { strict: false });
  if (certificate.deviations.length === 0) return parseCertificate(bytes);
  expect(() => parseCertificate(bytes)).toThrow(HybridgeError);
  return certificate;
}

/** The certificates of the archive whose key the certificate names as its issuer's, else those of that name. */
function issuersOf({ beside }: Artifact, certificate: Certificate): readonly Certificate[] {
  const identifier = certificate.extensions.authorityKeyIdentifier?.keyIdentifier;
  const roots = beside
    .filter(({ name }) => name.endsWith('_ta.der'))
    .map(({ bytes }) => parseCertificate(bytes));
  const byKey = roots.filter(
    ({ extensions: { subjectKeyIdentifier } }) =>
      subjectKeyIdentifier !== undefined &&
      identifier !== undefined &&
      equal(subjectKeyIdentifier, identifier),
  );
  return byKey.length > 0 ? byKey : roots.filter(({ subject }) => sameName(subject, certificate.issuer));
}

/** What a certificate is a case of, for the table. */
function formatOf(name: string): string {
  const oid = /-([\d.]+)_\w+\.\w+$/.exec(name)?.[1] ?? '';
  const [entry] = findByOid(oid);
  return entry?.kind ?? (oid.startsWith('1.0.18033') ? 'FrodoKEM' : 'of no standard');
}

if (artifacts.length === 0) report(`hackathon certificates: skipped, no ${FOLDER} in the shared vectors`);

describe.skipIf(artifacts.length === 0)('certificates of the hackathon (certs_r5)', () => {
  const certificates = artifacts.filter(({ name }) => /_(?:ta|ee)\.der$/.test(name));

  it('have the expected verdict', async () => {
    const table = new Map<string, number>();
    const cases = certificates.map((artifact) => ({
      id: `${artifact.producer} ${artifact.name}`,
      verdict: expected(artifact),
      artifact,
    }));
    let oracles = 0;
    let reports = 0;
    await runCases('hackathon certificates', cases, async ({ artifact, verdict }) => {
      const outcome = await outcomeOf(artifact);
      const row = `${artifact.producer} | ${formatOf(artifact.name)} | ${outcome}`;
      table.set(row, (table.get(row) ?? 0) + 1);
      if (outcome !== verdict) throw new Error(`${outcome}, expected ${verdict}`);
      const verifies = outcome !== 'no issuer' && outcome !== 'no standard';
      const theirs = oracle(artifact);
      if (theirs !== undefined) {
        oracles++;
        if (theirs !== verifies) throw new Error(`the independent checker says ${String(theirs)}`);
      }
      if (acceptedByOthers(artifact)) reports++;
      else if (verifies && theirs === undefined && artifact.producer !== 'cryptonext')
        throw new Error('nobody else accepts it');
    });
    report(
      `hackathon certificates: ${String(oracles)} agree with an independent checker, ${String(reports)} with other implementers`,
    );
    for (const [row, count] of [...table].sort()) report(`  ${row} | ${String(count)}`);
  });

  it('have keys that are read and written back byte for byte', async () => {
    const cases = certificates.map((artifact) => ({ id: `${artifact.producer} ${artifact.name}`, artifact }));
    await runCases('hackathon keys in certificates', cases, async ({ artifact }) => {
      const certificate = parseLeniently(artifact);
      const [entry] = findByOid(certificate.keyAlgorithm.oid);
      if (entry === undefined || entry.kind === 'obsolete') {
        await expect(certificateKey(provider, certificate)).rejects.toThrow(HybridgeError);
        return new Skip('a key of no standard');
      }
      const key = await certificateKey(provider, certificate);
      expectBytes(exportPublicKey(key, { format: 'der' }), certificate.subjectPublicKeyInfo, 'public key');
      return undefined;
    });
  });

  it('have KEM keys that open what is encapsulated to them', async () => {
    const cases = artifacts
      .filter(({ name }) => name.endsWith('_ciphertext.bin'))
      .map((artifact) => ({ id: `${artifact.producer} ${artifact.name}`, artifact }));
    await runCases('hackathon ciphertexts', cases, async ({ artifact: { name, bytes, beside } }) => {
      const base = name.replace(/_ciphertext\.bin$/, '');
      const secret = beside.find((file) => file.name === `${base}_ss.bin`);
      const keys = beside.filter(
        (file) => file.name.startsWith(`${base}_`) && file.name.endsWith('priv.der'),
      );
      if (formatOf(name) === 'FrodoKEM') return new Skip('a key of no standard');
      if (secret === undefined || keys.length === 0) throw new Error('no secret or no key beside it');
      for (const key of keys) {
        const privateKey = await importPrivateKey(provider, key.bytes, { use: 'kem' });
        expectBytes(await decapsulate(provider, privateKey, bytes), secret.bytes, key.name);
      }
      return undefined;
    });
  });
});

/** wolfSSL's leaves assert keyEncipherment and keyAgreement on ML-DSA keys [RFC 9881 §5]. */
const KEY_USAGE = /wolfssl\/slhdsa\/(?:server|client)-mldsa44/;

describe('certificates of RFCs and libraries', () => {
  const files = [
    ...readMatchingFiles('x509/rfc9881', /\.crt\.pem$/),
    ...readMatchingFiles('x509/rfc9909', /^id-slh-dsa-sha2-128s\.pem$/),
    ...readMatchingFiles('x509/slh-dsa-botan', /\.pem$/),
    ...readMatchingFiles('x509/wolfssl/mldsa', /cert\.der$/),
    ...readMatchingFiles('x509/wolfssl/slhdsa', /(?<!priv)\.der$/),
    ...readMatchingFiles('x509/rfc9935', /\.crt\.pem$/),
    ...readMatchingFiles('x509/wolfssl/lms', /\.der$/),
    ...readMatchingFiles('stateful-hash/x509', /\.pem$/),
  ];
  if (files.length === 0) report('certificates of RFCs and libraries: skipped, no shared vectors');
  const certificates = files.map((file) => ({ path: file.path, certificate: parseLeniently(file) }));

  it.skipIf(files.length === 0)('verify, or are refused for what they are', async () => {
    const cases = certificates.map(({ path, certificate }) => ({
      id: path,
      certificate,
      verdict: /lms|xmss/.test(path)
        ? 'stateful: parsed, not verified'
        : KEY_USAGE.test(path)
          ? 'key usage of another kind of key, and verified'
          : 'verified',
    }));
    await runCases('certificates of RFCs and libraries', cases, async ({ id, certificate, verdict }) => {
      const issuers = certificates.filter((other) => sameName(other.certificate.subject, certificate.issuer));
      const deviations = certificate.deviations.map(({ rule }) => rule);
      expect(deviations).toEqual(KEY_USAGE.test(id) ? ['key-usage'] : []);
      if (verdict.startsWith('stateful')) {
        await expect(verifySigned(provider, certificate, certificate)).rejects.toSatisfy((error) =>
          isHybridgeError(error, 'unsupported', 'unknown_algorithm'),
        );
        return;
      }
      for (const issuer of issuers) {
        const held = await verifySigned(provider, certificate, issuer.certificate).catch((error: unknown) => {
          // Another root of the same name has a key of another algorithm.
          if (isHybridgeError(error, 'wrong_algorithm')) return false;
          throw error;
        });
        if (held) return;
      }
      throw new Error(`${id}: no issuer among ${String(issuers.length)} verifies it`);
    });
  });

  it.skipIf(files.length === 0)('belong to the private keys beside them', async () => {
    const keys = [
      ...readMatchingFiles('x509/rfc9881', /^ML-DSA-\d\d-\w+\.priv\.pem$/),
      ...readMatchingFiles('x509/rfc9935', /^ML-KEM-\d+-\w+\.priv\.pem$/),
      ...readMatchingFiles('x509/rfc9909', /\.priv\.pem$/),
    ];
    const cases = keys.map(({ path, bytes }) => ({ id: path, bytes }));
    await runCases('private keys of RFC certificates', cases, async ({ id, bytes }) => {
      const { publicKey } = await importPrivateKey(provider, bytes);
      const spki = exportPublicKey(publicKey, { format: 'der' });
      if (!certificates.some(({ certificate }) => equal(certificate.subjectPublicKeyInfo, spki)))
        throw new Error(`${id}: no certificate has its public key`);
    });
  });
});

describe('certificates of the composite drafts', () => {
  const [signatures] = readMatchingFiles('composite', /^composite-mldsa-testvectors\.json$/, 'shared');
  const [kems] = readMatchingFiles('composite', /^composite-mlkem-testvectors\.json$/, 'shared');
  const base64 = (fields: Fields, name: string): Certificate =>
    parseCertificate(base64Bytes(fields.text(name), fields.where));

  it.skipIf(signatures === undefined)('composite-sigs: self-signed', async () => {
    if (signatures === undefined) return;
    const cases = jsonObject(signatures)
      .objects('tests')
      .map((fields) => ({ id: fields.text('tcId'), certificate: base64(fields, 'x5c') }));
    await runCases('certificates of composite-sigs', cases, async ({ certificate }) => {
      if (!(await verifySigned(provider, certificate, certificate))) throw new Error('does not verify');
    });
  });

  it.skipIf(kems === undefined)('composite-kem: signed by their CA', async () => {
    if (kems === undefined) return;
    const ca = base64(jsonObject(kems), 'cacert');
    const cases = jsonObject(kems)
      .objects('tests')
      .map((fields) => ({ id: fields.text('tcId'), fields, certificate: base64(fields, 'x5c') }));
    await runCases('certificates of composite-kem', cases, async ({ certificate, fields }) => {
      if (!(await verifySigned(provider, certificate, ca))) throw new Error('does not verify');
      const key = await certificateKey(provider, certificate);
      expectBytes(key.bytes(), base64Bytes(fields.text('ek'), fields.where), 'public key');
    });
  });
});

describe('every certificate of the corpora', () => {
  const files = [
    ...artifacts.filter(({ name }) => /_(?:ta|ee)\.der$/.test(name)),
    ...readMatchingFiles('x509/rfc9881', /\.crt\.pem$/),
    ...readMatchingFiles('x509/rfc9935', /\.crt\.pem$/),
    ...readMatchingFiles('x509/slh-dsa-botan', /\.pem$/),
    ...readMatchingFiles('x509/wolfssl/slhdsa', /(?<!priv)\.der$/),
  ];

  it.skipIf(files.length === 0)('is written again byte for byte from what was read', async () => {
    const cases = files.map((file) => ({
      id: 'name' in file ? file.name : file.path,
      certificate: parseCertificate(file.bytes, { strict: false }),
    }));
    let values = 0;
    await runCases('certificates written again', cases, ({ certificate }) => {
      const { issuer, subject, validity, extensions, serialNumber } = certificate;
      expectBytes(nameOf(issuer.relativeNames).bytes, issuer.bytes, 'issuer');
      expectBytes(nameOf(subject.relativeNames).bytes, subject.bytes, 'subject');
      const tbs = der.sequence(
        der.explicit(0, der.integer(certificate.version - 1)),
        der.element(INTEGER, serialNumber),
        certificate.signatureAlgorithm.bytes,
        issuer.bytes,
        der.sequence(encodeTime(validity.notBefore), encodeTime(validity.notAfter)),
        subject.bytes,
        certificate.subjectPublicKeyInfo,
        ...(extensions.all.length === 0 ? [] : [der.explicit(3, encodeExtensions(extensions.all))]),
      );
      expectBytes(tbs, certificate.tbs, 'TBSCertificate');
      if (certificate.deviations.some(({ rule }) => rule === 'extension-value')) return;
      // What the known extensions say, written anew: each is one of those that came.
      const { all, ...known } = extensions;
      for (const written of extensionsOf(known)) {
        const came = all.find(({ oid }) => oid === written.oid);
        expectBytes(written.value, came?.value ?? new Uint8Array(), written.oid);
        values++;
      }
    });
    report(`certificates written again: ${String(values)} values of extensions`);
  });
});
