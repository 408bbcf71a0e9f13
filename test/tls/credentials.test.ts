import { createSecureContext } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';

import { type HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import {
  type Certificate,
  issueCertificate,
  issueSelfSigned,
  type ProfileOptions,
} from '../../src/certificates/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import { signature, type SignatureDescriptor, type SignatureName } from '../../src/registry/index.ts';
import {
  type Credential,
  credentialsFor,
  loadCredential,
  schemesOf,
  signatureSchemeName,
} from '../../src/tls/index.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';

const validity = { notBefore: NOT_BEFORE, days: 3650 } as const;

async function selfSigned(
  name: SignatureName,
  profiled: ProfileOptions = { profile: 'tls-server' },
): Promise<{ readonly certificate: Certificate; readonly pem: string }> {
  const { privateKey: key } = await signatureKeys(name);
  const subjectAltName = [
    { kind: 'dns', name: 'pump.example' },
    { kind: 'dns', name: '*.ward.example' },
    { kind: 'ip', address: Uint8Array.of(192, 0, 2, 7) },
  ] as const;
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: `CN=${name}`,
    ...profiled,
    validity,
    ...(profiled.profile === 'tls-server' && { extensions: { subjectAltName } }),
  });
  return { certificate, pem: await exportPrivateKey(provider, key, { format: 'pem' }) };
}

async function refusal(work: Promise<unknown>): Promise<HybridgeError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isHybridgeError(error)) throw new Error('expected a HybridgeError');
  return error;
}

describe('loadCredential', () => {
  it.each<[SignatureName, readonly string[]]>([
    ['ECDSA-P256-SHA256', ['ecdsa_secp256r1_sha256']],
    ['ECDSA-P384-SHA384', ['ecdsa_secp384r1_sha384']],
    ['Ed25519', ['ed25519']],
    ['ML-DSA-65', ['mldsa65']],
    ['RSA2048-PSS-SHA256', ['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512']],
  ])('%s', async (name, schemes) => {
    const { certificate, pem } = await selfSigned(name);
    const credential = await loadCredential(provider, { certificate: certificate.toPem(), privateKey: pem });
    expect(credential.schemes.map(signatureSchemeName)).toEqual(schemes);
    expect(credential.names).toEqual(['pump.example', '*.ward.example', '192.0.2.7']);
    expect(credential.chainSchemes).toEqual([]);
    createSecureContext({ cert: credential.certificatePem, key: credential.privateKeyPem });
  });

  it('tells the signatures of a chain', async () => {
    const { certificate: root } = await selfSigned('ECDSA-P384-SHA384', { profile: 'ca' });
    const issuer = { certificate: root, key: (await signatureKeys('ECDSA-P384-SHA384')).privateKey };
    const { privateKey, publicKey } = await signatureKeys('ML-DSA-44');
    const leaf = await issueCertificate(provider, {
      issuer,
      publicKey,
      subject: 'CN=leaf',
      profile: 'tls-client',
      validity,
    });
    const key = await exportPrivateKey(provider, privateKey, { format: 'der' });
    const whole = await loadCredential(provider, { certificate: [leaf.bytes, root.bytes], privateKey: key });
    expect(whole.chainSignatures.map(({ name }) => name)).toEqual(['ECDSA-P384-SHA384']);
    expect(whole.chainSchemes.map(signatureSchemeName)).toEqual(['ecdsa_secp384r1_sha384']);
    // With SHA-384 alone, the curve of an issuer that is not there stays open.
    const alone = await loadCredential(provider, { certificate: leaf.bytes, privateKey: key });
    expect(alone.chainSignatures[0]?.kind).toBe('ecdsa');
  });

  it('opens an encrypted key, whatever its form', async () => {
    const { certificate } = await selfSigned('ML-DSA-65');
    const { privateKey: key } = await signatureKeys('ML-DSA-65');
    const password = 'correct horse';
    const encryption = { kdf: 'pbkdf2', iterations: 2000 } as const;
    for (const form of ['seed', 'both', 'expanded'] as const) {
      const privateKey = await exportPrivateKey(provider, key, { format: 'pem', form, password, encryption });
      const { certificatePem, privateKeyPem } = await loadCredential(provider, {
        certificate: certificate.bytes,
        privateKey,
        password,
      });
      createSecureContext({ cert: certificatePem, key: privateKeyPem });
    }
    const privateKey = await exportPrivateKey(provider, key, { format: 'pem', password, encryption });
    const input = { certificate: certificate.bytes, privateKey };
    expect(await refusal(loadCredential(provider, { ...input, password: 'wrong' }))).toMatchObject({
      code: 'decryption_failed',
    });
    expect(await refusal(loadCredential(provider, input))).toMatchObject({ code: 'invalid_argument' });
  });

  it('refuses what is no credential', async () => {
    const ec = await selfSigned('ECDSA-P256-SHA256');
    const mlDsa = await selfSigned('ML-DSA-65');
    const other = await exportPrivateKey(
      provider,
      (await signatureKeys('ECDSA-P256-SHA256', 'other')).privateKey,
      { format: 'pem' },
    );
    const load = (certificate: Certificate, privateKey: string): Promise<HybridgeError> =>
      refusal(loadCredential(provider, { certificate: certificate.bytes, privateKey }));
    expect(await load(ec.certificate, other)).toMatchObject({ code: 'invalid_key' });
    expect(await load(ec.certificate, mlDsa.pem)).toMatchObject({ code: 'wrong_algorithm' });
    const { certificate: signsNothing } = await selfSigned('ECDSA-P256-SHA256', { profile: 'ca' });
    expect(await load(signsNothing, ec.pem)).toMatchObject({ code: 'unsupported' });
    const composite = await selfSigned('MLDSA65-ECDSA-P256-SHA512');
    expect(await load(composite.certificate, composite.pem)).toMatchObject({ code: 'unsupported' });
    const slhDsa = await selfSigned('SLH-DSA-SHA2-128f');
    const refused = await load(slhDsa.certificate, slhDsa.pem);
    expect(refused).toMatchObject({ code: 'unsupported', details: { schemes: ['slhdsa_sha2_128f'] } });
    expect(await refusal(loadCredential(provider, { certificate: [], privateKey: ec.pem }))).toMatchObject({
      code: 'invalid_argument',
    });
  });
});

describe('credentialsFor', () => {
  let credential: Credential;
  let nameless: Credential;
  beforeAll(async () => {
    const { certificate, pem } = await selfSigned('ECDSA-P256-SHA256');
    credential = await loadCredential(provider, { certificate: certificate.bytes, privateKey: pem });
    const bare = await selfSigned('ECDSA-P256-SHA256', { profile: 'tls-client' });
    nameless = await loadCredential(provider, { certificate: bare.certificate.bytes, privateKey: bare.pem });
  });

  it.each<[string | undefined, number]>([
    ['pump.example', 1],
    ['PUMP.example', 1],
    ['bed-7.ward.example', 1],
    ['ward.example', 0],
    ['a.b.ward.example', 0],
    ['other.example', 0],
    ['192.0.2.7', 0],
    ['', 0],
    ['pump.example\0', 0],
    [undefined, 2],
  ])('%j', (name, count) => {
    expect(credentialsFor([nameless, credential], name)).toHaveLength(count);
  });
});

describe('schemesOf', () => {
  const all = (...names: readonly SignatureName[]): readonly SignatureDescriptor[] =>
    names.map((name) => signature(name));
  const names = (codes: readonly number[]): readonly string[] => codes.map(signatureSchemeName);

  it('ties ECDSA to its curve in TLS 1.3 only', () => {
    const p384 = all('ECDSA-P384-SHA256', 'ECDSA-P384-SHA384', 'ECDSA-P384-SHA512');
    expect(names(schemesOf(p384, 'TLSv1.3'))).toEqual(['ecdsa_secp384r1_sha384']);
    // RFC 5246 §7.4.1.4.1: {sha256,ecdsa}, {sha384,ecdsa}, {sha512,ecdsa}, whatever the curve.
    expect(schemesOf(p384, 'TLSv1.2')).toEqual([0x0403, 0x0503, 0x0603]);
  });

  it('has PKCS #1 in TLS 1.2 only, and ML-DSA in TLS 1.3 only', () => {
    const rsa = all('RSA2048-PKCS15-SHA256', 'RSA2048-PSS-SHA256');
    expect(names(schemesOf(rsa, 'TLSv1.3'))).toEqual(['rsa_pss_rsae_sha256']);
    expect(names(schemesOf(rsa, 'TLSv1.2'))).toEqual(['rsa_pkcs1_sha256', 'rsa_pss_rsae_sha256']);
    expect(schemesOf(all('ML-DSA-44', 'ML-DSA-87'), 'TLSv1.2')).toEqual([]);
    expect(schemesOf(all('ML-DSA-44', 'ML-DSA-87'), 'TLSv1.3')).toEqual([0x0904, 0x0906]);
    expect(schemesOf(rsa, 'TLSv1.1')).toEqual([]);
  });
});
