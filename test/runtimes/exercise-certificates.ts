import { OctetString, Utf8String } from 'asn1js';
import { createHybridge, type Hybridge, type Provider } from 'hybridge';
import {
  createCrl,
  createRequest,
  issueCertificate,
  issueSelfSigned,
  lintChain,
  parseCertificate,
  parseCertificates,
  validatePath,
} from 'hybridge/certificates';
import { createPkijsEngine } from 'hybridge/certificates/pkijs';
import {
  decryptToBytes,
  encryptMessage,
  readPkcs12,
  signMessage,
  verifyMessage,
  writePkcs12,
} from 'hybridge/cms';
import {
  coseKeyThumbprint,
  exportCoseKey,
  importCoseKey,
  sign1,
  signCose,
  verify1,
  verifyCose,
} from 'hybridge/cose';
import {
  AttributeTypeAndValue,
  Certificate,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedData,
  SignerInfo,
} from 'pkijs';

import { collect, message, requireEqual } from './exercise-support.ts';

const notBefore = new Date('2026-01-01');
const at = new Date('2026-06-01');

/** A root, an intermediate and certificates under it, that do as they should; then messages of their holders. */
export async function certified(hybridge: Hybridge): Promise<Record<string, Uint8Array>> {
  const { provider } = hybridge;
  const top = await hybridge.generateKeyPair('MLDSA65-Ed25519-SHA512');
  const middle = await hybridge.generateKeyPair('ML-DSA-65');
  const pump = await hybridge.generateKeyPair('MLDSA44-Ed25519-SHA512');
  const ward = await hybridge.generateKeyPair('MLKEM768-X25519-SHA3-256');
  const validity = { notBefore, days: 365 };
  const root = await issueSelfSigned(provider, {
    key: top.privateKey,
    subject: 'CN=Hospital root,O=Hospital',
    profile: 'ca',
    pathLength: 1,
    validity: { notBefore, days: 3650 },
  });
  const ca = await issueCertificate(provider, {
    issuer: { certificate: root, key: top.privateKey },
    subject: 'CN=Ward CA,O=Hospital',
    publicKey: middle.publicKey,
    profile: 'ca',
    validity,
  });
  const issuer = { certificate: ca, key: middle.privateKey };
  const request = await createRequest(provider, {
    key: pump.privateKey,
    subject: 'CN=pump.example',
    extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  });
  const leaf = await issueCertificate(provider, { issuer, request, profile: 'tls-server', validity });
  const receiver = await issueCertificate(provider, {
    issuer,
    subject: 'CN=Ward 3',
    publicKey: ward.publicKey,
    profile: 'encryption',
    validity,
  });
  const crl = await createCrl(provider, {
    issuer,
    thisUpdate: at,
    nextUpdate: new Date('2026-07-01'),
    number: 1n,
    revoked: [{ serialNumber: receiver.serialNumber, revocationDate: at, reason: 'keyCompromise' }],
  });

  const path = { anchors: [root], at, revocation: { crls: [crl], mode: 'check' } } as const;
  const pool = parseCertificates(ca.toPem());
  const valid = await validatePath(
    provider,
    { certificate: leaf.toPem(), pool },
    { ...path, use: 'tls-server', name: 'pump.example' },
  );
  if (!valid.valid) throw new Error(`path: ${valid.text}`);
  if ((await validatePath(provider, [leaf, ca], { ...path, name: 'another.example' })).valid)
    throw new Error('path: valid for another name');
  const findings = lintChain([leaf, ca, root]);
  if (findings.some(({ severity }) => severity === 'error'))
    throw new Error('lint: errors in a chain of ours');
  const changed = changedAt(leaf.bytes, leaf.bytes.length - 9);
  if ((await validatePath(provider, [parseCertificate(changed), ca], path)).valid)
    throw new Error('path: changed, valid');

  if ((await validatePath(provider, [receiver, ca], path)).valid) throw new Error('path: revoked, valid');

  const signed = await collect(
    signMessage(
      provider,
      { signers: [{ key: pump.privateKey, certificate: leaf }], certificates: [ca] },
      message,
      { signingTime: at },
    ),
  );
  const verdict = await verifyMessage(provider, signed, { trust: { anchors: [root] }, at });
  if (!verdict.valid) throw new Error(`signed message: ${verdict.text}`);
  requireEqual('signed message', verdict.content ?? new Uint8Array(0), message);
  const forged = changedAt(signed, signed.length - 9);
  if ((await verifyMessage(provider, forged, { trust: { anchors: [root] }, at })).valid)
    throw new Error('signed message: changed, valid');

  const password = 'correct horse battery staple';
  const recipients = [{ certificate: receiver }, { password, iterations: 1000 }];
  const encrypted = await collect(encryptMessage(provider, { recipients }, message));
  for (const identity of [{ privateKey: ward.privateKey, certificate: receiver }, { password }])
    requireEqual('decrypted message', await decryptToBytes(provider, [identity], encrypted), message);

  const bundle = { key: pump.privateKey, certificates: [leaf, ca], friendlyName: 'pump' };
  const pkcs12 = await writePkcs12(provider, bundle, password, { iterations: 1000 });
  const { keys } = await readPkcs12(provider, pkcs12, password, { use: 'signature' });
  if (keys.length !== 1) throw new Error('PKCS #12: not the key that was written');
  return {
    'certificate of the root': root.bytes,
    'certificate of the intermediate': ca.bytes,
    'certificate request': request.bytes,
    'certificate of the leaf': leaf.bytes,
    'certificate of the receiver': receiver.bytes,
    'revocation list': crl.bytes,
    'signed CMS message': signed,
    'encrypted CMS message': encrypted,
    'PKCS #12': pkcs12,
  };
}

function changedAt(bytes: Uint8Array, index: number): Uint8Array {
  const changed = bytes.slice();
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

/** Messages and keys of COSE. */
export async function coseSigned({ provider, ...hybridge }: Hybridge): Promise<Record<string, Uint8Array>> {
  const one = await hybridge.generateKeyPair('ML-DSA-65');
  const other = await hybridge.generateKeyPair('Ed25519');
  const kid = coseKeyThumbprint(provider, one.publicKey);
  const single = await sign1(provider, one.privateKey, message, { kid, contentType: 'text/plain' });
  const key = exportCoseKey(one.publicKey, { kid });
  const { key: publicKey, kind } = await importCoseKey(provider, key);
  if (kind !== 'public') throw new Error('COSE_Key: another key');
  const verdict = await verify1(provider, publicKey, single);
  if (!verdict.valid) throw new Error('COSE_Sign1: not verified');
  requireEqual('COSE_Sign1', verdict.payload, message);
  const several = await signCose(provider, [{ key: one.privateKey }, { key: other.privateKey }], message);
  const both = await verifyCose(provider, [one.publicKey, other.publicKey], several);
  if (!both.valid) throw new Error('COSE_Sign: not verified');
  return { COSE_Key: key, COSE_Sign1: single, COSE_Sign: several };
}

/** Certificates and messages with keys and signatures of the backend's own randomness, each verified by the other. */
export async function crossedCertificates(providers: readonly Provider[]): Promise<void> {
  for (const one of providers) {
    const hybridge = createHybridge({ provider: one });
    for (const algorithm of ['MLDSA65-ECDSA-P256-SHA512', 'MLDSA44-RSA2048-PSS-SHA256'] as const) {
      const { publicKey, privateKey: key } = await hybridge.generateKeyPair(algorithm);
      const root = await issueSelfSigned(one, {
        key,
        subject: 'CN=Root',
        profile: 'ca',
        validity: { notBefore },
      });
      const leaf = await issueCertificate(one, {
        issuer: { certificate: root, key },
        subject: 'serialNumber=0815',
        publicKey,
        profile: 'device-identity',
        validity: { notBefore },
      });
      const signed = await collect(signMessage(one, { signers: [{ key, certificate: leaf }] }, message));
      for (const other of providers) {
        const path = await validatePath(other, leaf.bytes, { anchors: [root.bytes], at });
        if (!path.valid) throw new Error(`${algorithm} path: ${path.text}`);
        const verdict = await verifyMessage(other, signed, { trust: { anchors: [root] }, at });
        if (!verdict.valid) throw new Error(`${algorithm} message: ${verdict.text}`);
      }
    }
  }
}

/** A certificate and a message that PKI.js makes with the engine of each backend, verified with that of the other. */
export async function throughPkijs(providers: readonly Provider[]): Promise<void> {
  const engines = providers.map((provider) => createPkijsEngine(provider));
  for (const one of engines) {
    const { publicKey, privateKey } = await one.generateKey('MLDSA65-Ed25519-SHA512', true, [
      'sign',
      'verify',
    ]);
    const certificate = new Certificate();
    for (const { typesAndValues } of [certificate.issuer, certificate.subject])
      typesAndValues.push(
        new AttributeTypeAndValue({ type: '2.5.4.3', value: new Utf8String({ value: 'pump' }) }),
      );
    certificate.notBefore.value = new Date('2026-01-01');
    certificate.notAfter.value = new Date('2036-01-01');
    await certificate.subjectPublicKeyInfo.importKey(publicKey, one);
    await certificate.sign(privateKey, 'SHA-512', one);
    const { issuer, serialNumber } = certificate;
    const signed = new SignedData({
      encapContentInfo: new EncapsulatedContentInfo({
        eContent: new OctetString({ valueHex: Uint8Array.from(message).buffer }),
      }),
      signerInfos: [new SignerInfo({ sid: new IssuerAndSerialNumber({ issuer, serialNumber }) })],
      certificates: [certificate],
    });
    await signed.sign(privateKey, 0, 'SHA-512', undefined, one);
    const bytes = certificate.toSchema().toBER();
    for (const other of engines) {
      if (!(await Certificate.fromBER(bytes).verify(undefined, other)))
        throw new Error('PKI.js: the certificate does not verify');
      if (!(await new SignedData({ schema: signed.toSchema() }).verify({ signer: 0 }, other)))
        throw new Error('PKI.js: the message does not verify');
    }
  }
}
