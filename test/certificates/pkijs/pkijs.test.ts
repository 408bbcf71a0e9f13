/**
 * What a user of PKI.js does, with every algorithm that the engine brings. But for the engine itself, these tests know
 * PKI.js and nothing else.
 */
import * as asn1js from 'asn1js';
import { defaultProvider } from 'hybridge';
import { createPkijsEngine } from 'hybridge/certificates/pkijs';
import * as pkijs from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCases } from '../../support/tally.ts';
import {
  commonName,
  derOf,
  hashOf,
  type Holder,
  issue,
  readMessage,
  request,
  revoke,
  signMessage,
  type Wanted,
} from './support.ts';

const engine = createPkijsEngine(defaultProvider());

const ML_DSA = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;
const SLH_DSA = [
  'SLH-DSA-SHA2-128f',
  'SLH-DSA-SHA2-192f',
  'SLH-DSA-SHAKE-128f',
  'SLH-DSA-SHAKE-256f',
  'HashSLH-DSA-SHA2-128f-SHA256',
] as const;
const COMPOSITE = [
  'MLDSA44-RSA2048-PSS-SHA256',
  'MLDSA44-RSA2048-PKCS15-SHA256',
  'MLDSA44-Ed25519-SHA512',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA65-RSA3072-PSS-SHA512',
  'MLDSA65-RSA3072-PKCS15-SHA512',
  'MLDSA65-RSA4096-PSS-SHA512',
  'MLDSA65-RSA4096-PKCS15-SHA512',
  'MLDSA65-ECDSA-P256-SHA512',
  'MLDSA65-ECDSA-P384-SHA512',
  'MLDSA65-ECDSA-brainpoolP256r1-SHA512',
  'MLDSA65-Ed25519-SHA512',
  'MLDSA87-ECDSA-P384-SHA512',
  'MLDSA87-ECDSA-brainpoolP384r1-SHA512',
  'MLDSA87-Ed448-SHAKE256',
  'MLDSA87-RSA3072-PSS-SHA512',
  'MLDSA87-RSA4096-PSS-SHA512',
  'MLDSA87-ECDSA-P521-SHA512',
] as const;
const EDDSA = ['Ed25519', 'Ed448'] as const;
const CLASSICAL = ['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'ECDSA'] as const;
const ALL: readonly string[] = [...ML_DSA, ...SLH_DSA, ...COMPOSITE, ...EDDSA, ...CLASSICAL];

/** As the examples of PKI.js generate keys: parameters from the engine, and the usages they come with. */
async function keyPair(name: string): Promise<CryptoKeyPair> {
  const { algorithm, usages } = pkijs.getAlgorithmParameters(name, 'generateKey');
  if (!('name' in algorithm)) throw new Error(`no algorithm ${name}`);
  const keys = await pkijs.getCrypto(true).generateKey(algorithm, true, usages);
  if (!('privateKey' in keys)) throw new Error(`no key pair for ${name}`);
  return keys;
}

async function selfSigned(name: string, more: Partial<Wanted> = {}): Promise<Holder> {
  return issue(engine, { name, ...(await keyPair(name)), ca: true, ...more });
}

async function issued(name: string, issuer: Holder, more: Partial<Wanted> = {}): Promise<Holder> {
  return issue(engine, {
    name: `${name} below ${commonName(issuer.certificate)}`.slice(0, 60),
    ...(await keyPair(name)),
    issuer,
    ...more,
  });
}

/** A copy with one bit of its signature changed. */
function tampered(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const last = copy.length - 9;
  copy[last] = (copy[last] ?? 0) ^ 4;
  return copy;
}

const content = new TextEncoder().encode('infusion rate 2 ml/h');

let before: pkijs.GlobalCryptoEngine;
beforeAll(() => {
  before = pkijs.getEngine();
  pkijs.setEngine('hybridge', engine);
});
afterAll(() => {
  pkijs.setEngine(before.name, before.crypto ?? undefined);
});

describe('one key of every algorithm', () => {
  const holders = new Map<string, Holder>();
  beforeAll(async () => {
    for (const name of ALL) holders.set(name, await selfSigned(name));
  }, 120_000);
  const cases = ALL.map((id) => ({ id }));
  const holderOf = (id: string): Holder => {
    const holder = holders.get(id);
    if (holder === undefined) throw new Error('no certificate');
    return holder;
  };

  it('certificates are made and verified', async () => {
    await runCases('PKI.js certificates', cases, async ({ id }) => {
      const { certificate } = holderOf(id);
      expect(await certificate.verify()).toBe(true);
      const changed = pkijs.Certificate.fromBER(tampered(derOf(certificate)));
      expect(await changed.verify()).toBe(false);
    });
  });

  it('AlgorithmIdentifiers of post-quantum and composite algorithms have no parameters', async () => {
    const brought = cases.filter(({ id }) => !CLASSICAL.some((name) => name === id));
    await runCases('AlgorithmIdentifiers without parameters', brought, ({ id }) => {
      const { certificate } = holderOf(id);
      for (const identifier of [
        certificate.signature,
        certificate.signatureAlgorithm,
        certificate.subjectPublicKeyInfo.algorithm,
      ]) {
        expect(identifier.toSchema().valueBlock.value).toHaveLength(1);
        expect(identifier.algorithmId).toBe(pkijs.getOIDByAlgorithm({ name: id }, true));
        expect(pkijs.getAlgorithmByOID(identifier.algorithmId, true)).toEqual({ name: id });
      }
    });
  });

  it('requests carry their proof of possession', async () => {
    await runCases('PKI.js requests', cases, async ({ id }) => {
      const { certificate, privateKey } = holderOf(id);
      const publicKey = await certificate.getPublicKey();
      const made = await request(engine, 'device', { publicKey, privateKey });
      expect(await made.verify()).toBe(true);
      expect(await pkijs.CertificationRequest.fromBER(tampered(derOf(made))).verify()).toBe(false);
    });
  });

  it('CRLs are made and verified', async () => {
    await runCases('PKI.js CRLs', cases, async ({ id }) => {
      const holder = holderOf(id);
      const list = await revoke(engine, holder, [holder.certificate]);
      const issuerCertificate = holder.certificate;
      expect(await list.verify({ issuerCertificate })).toBe(true);
      expect(list.isCertificateRevoked(holder.certificate)).toBe(true);
      const changed = pkijs.CertificateRevocationList.fromBER(tampered(derOf(list)));
      expect(await changed.verify({ issuerCertificate })).toBe(false);
    });
  });

  it('messages are signed and verified, attached and detached, with and without attributes', async () => {
    await runCases('PKI.js SignedData', cases, async ({ id }) => {
      const holder = holderOf(id);
      const attached = await signMessage(engine, content, [holder]);
      expect(await readMessage(attached).verify({ signer: 0 })).toBe(true);
      expect(await readMessage(tampered(attached)).verify({ signer: 0 })).toBe(false);
      const detached = await signMessage(engine, content, [holder], { detached: true, attributes: false });
      const message = readMessage(detached);
      expect(await message.verify({ signer: 0, data: content.buffer })).toBe(true);
      expect(await message.verify({ signer: 0, data: new Uint8Array(5).buffer })).toBe(false);
    });
  });

  it('keys go out and come back as SubjectPublicKeyInfo and PKCS #8', async () => {
    await runCases('PKI.js keys', cases, async ({ id }) => {
      const { certificate, privateKey } = holderOf(id);
      const spki = new Uint8Array(certificate.subjectPublicKeyInfo.toSchema().toBER());
      const publicKey = await certificate.getPublicKey();
      expect(new Uint8Array(await engine.exportKey('spki', publicKey))).toEqual(spki);
      const pkcs8 = await engine.exportKey('pkcs8', privateKey);
      const info = pkijs.PrivateKeyInfo.fromBER(pkcs8);
      expect(info.version).toBe(0);
      const again = await engine.importKey('pkcs8', pkcs8, privateKey.algorithm, true, ['sign']);
      const made = await request(engine, 'device', { publicKey, privateKey: again });
      expect(await made.verify()).toBe(true);
    });
  });
});

describe('chains', () => {
  const validate = (
    chain: readonly Holder[],
    more: Partial<pkijs.CertificateChainValidationEngineParameters> = {},
  ): Promise<pkijs.CertificateChainValidationEngineVerifyResult> => {
    const [root, ...others] = chain.map(({ certificate }) => certificate);
    if (root === undefined) throw new Error('no root');
    return new pkijs.CertificateChainValidationEngine({
      trustedCerts: [root],
      certs: others,
      ...more,
    }).verify();
  };

  const CHAINS = [
    ['ML-DSA-87', 'ML-DSA-65', 'ML-DSA-44'],
    ['RSASSA-PKCS1-v1_5', 'ML-DSA-65', 'ECDSA'],
    ['ECDSA', 'MLDSA65-Ed25519-SHA512', 'RSA-PSS'],
    ['SLH-DSA-SHA2-128f', 'MLDSA87-Ed448-SHAKE256', 'RSASSA-PKCS1-v1_5'],
    ['MLDSA44-ECDSA-P256-SHA256', 'Ed25519', 'ML-DSA-44'],
    ['Ed448', 'RSA-PSS', 'SLH-DSA-SHAKE-128f'],
  ] as const;

  it('of three certificates, of one family and mixed', async () => {
    const cases = CHAINS.map((names) => ({ id: names.join(' > '), names }));
    await runCases('PKI.js chains', cases, async ({ names: [first, second, third] }) => {
      const root = await selfSigned(first);
      const intermediate = await issued(second, root, { ca: true });
      const leaf = await issued(third, intermediate);
      // What the leaf signs verifies under the key in its certificate, whatever signed that.
      const publicKey = await leaf.certificate.getPublicKey();
      // The key of an RSA-PSS holder is a plain RSA key in the certificate.
      expect(publicKey.algorithm.name).toBe(third === 'RSA-PSS' ? 'RSASSA-PKCS1-v1_5' : third);
      expect(
        await (await request(engine, 'device', { publicKey, privateKey: leaf.privateKey })).verify(),
      ).toBe(true);
      const { result, resultMessage, certificatePath } = await validate([root, intermediate, leaf]);
      expect(resultMessage).toBe('');
      expect(result).toBe(true);
      expect(certificatePath?.map(commonName)).toEqual(
        [leaf, intermediate, root].map((one) => commonName(one.certificate)),
      );

      const stranger = await selfSigned(first);
      const { result: wrong } = await validate([stranger, intermediate, leaf]);
      expect(wrong).toBe(false);

      const quiet = await revoke(engine, root, []);
      const clean = await revoke(engine, intermediate, []);
      expect((await validate([root, intermediate, leaf], { crls: [quiet, clean] })).result).toBe(true);
      const list = await revoke(engine, intermediate, [leaf.certificate]);
      const revoked = await validate([root, intermediate, leaf], { crls: [quiet, list] });
      expect(revoked.result).toBe(false);
    });
  }, 120_000);

  it('an ML-KEM certificate under an ML-DSA CA', async () => {
    const root = await selfSigned('ML-DSA-65');
    for (const name of ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024', 'MLKEM768-X25519-SHA3-256'] as const) {
      const { publicKey, privateKey } = await engine.generateKey(name, true, []);
      const { certificate } = await issue(engine, { name, publicKey, privateKey, issuer: root });
      expect(await certificate.verify(root.certificate)).toBe(true);
      expect((await certificate.getPublicKey()).algorithm).toEqual({ name });
      const pkcs8 = await engine.exportKey('pkcs8', privateKey);
      const again = await engine.importKey('pkcs8', pkcs8, { name }, true, []);
      expect(again.type).toBe('private');
    }
  });

  it('OCSP responses of the CA and of a delegated responder', async () => {
    const root = await selfSigned('ML-DSA-65');
    const leaf = await issued('ECDSA', root);
    const delegate = await issued('MLDSA44-Ed25519-SHA512', root, {
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
    });
    for (const responder of [root, delegate]) {
      const response = new pkijs.BasicOCSPResponse();
      response.tbsResponseData.responderID = responder.certificate.subject;
      response.tbsResponseData.producedAt = new Date();
      const certID = new pkijs.CertID();
      await certID.createForCertificate(leaf.certificate, {
        hashAlgorithm: 'SHA-256',
        issuerCertificate: root.certificate,
      });
      response.tbsResponseData.responses.push(
        new pkijs.SingleResponse({
          certID,
          certStatus: new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 } }),
          thisUpdate: new Date(),
        }),
      );
      response.certs = [responder.certificate];
      await response.sign(responder.privateKey, 'SHA-512');
      const read = pkijs.BasicOCSPResponse.fromBER(derOf(response));
      const trusted = { trustedCerts: [root.certificate], issuerCerts: [root.certificate] };
      expect(await read.verify(trusted)).toBe(true);
      const status = await read.getCertificateStatus(leaf.certificate, root.certificate);
      expect(status).toEqual({ isForCertificate: true, status: 0 });
    }
  });
});

describe('messages', () => {
  it('of several signers, classical and post-quantum, each verified with its chain', async () => {
    const root = await selfSigned('MLDSA65-Ed25519-SHA512');
    const signers = [
      await issued('ECDSA', root),
      await issued('ML-DSA-65', root),
      await issued('SLH-DSA-SHAKE-128f', root),
    ];
    const bytes = await signMessage(engine, content, signers);
    const message = readMessage(bytes);
    expect(message.digestAlgorithms.map(({ algorithmId }) => algorithmId)).toEqual([
      pkijs.id_sha256,
      pkijs.id_sha512,
      '2.16.840.1.101.3.4.2.11',
    ]);
    for (const signer of signers.keys()) {
      const trustedCerts = [root.certificate];
      const verdict = await readMessage(bytes).verify({
        signer,
        checkChain: true,
        trustedCerts,
        extendedMode: true,
      });
      expect(verdict).toMatchObject({ signatureVerified: true, signerCertificateVerified: true });
    }
    const stranger = await selfSigned('ML-DSA-44');
    const trustedCerts = [stranger.certificate];
    await expect(readMessage(bytes).verify({ signer: 1, checkChain: true, trustedCerts })).rejects.toThrow(
      /chain|path|certificate/i,
    );
  });

  it('the key of a signer names the digest that its standard asks for', async () => {
    const digests = await Promise.all(
      (
        [
          'ML-DSA-44', // RFC 9882 §3.3
          'SLH-DSA-SHA2-128f', // RFC 9814 §4
          'SLH-DSA-SHA2-192f',
          'SLH-DSA-SHAKE-128f',
          'SLH-DSA-SHAKE-256f',
          'MLDSA44-ECDSA-P256-SHA256', // the prehash of the composite
          'MLDSA65-ECDSA-P256-SHA512',
          'MLDSA87-Ed448-SHAKE256',
          'Ed25519', // RFC 8419 §2.3
          'Ed448',
        ] as const
      ).map(async (name) => `${name} ${hashOf((await keyPair(name)).privateKey)}`),
    );
    expect(digests).toEqual([
      'ML-DSA-44 SHA-512',
      'SLH-DSA-SHA2-128f SHA-256',
      'SLH-DSA-SHA2-192f SHA-512',
      'SLH-DSA-SHAKE-128f SHAKE128',
      'SLH-DSA-SHAKE-256f SHAKE256',
      'MLDSA44-ECDSA-P256-SHA256 SHA-256',
      'MLDSA65-ECDSA-P256-SHA512 SHA-512',
      'MLDSA87-Ed448-SHAKE256 SHAKE256',
      'Ed25519 SHA-512',
      'Ed448 SHAKE256',
    ]);
  });

  it('a classical recipient still opens what PKI.js encrypts', async () => {
    const rsa = await engine.generateKey(
      { name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['encrypt', 'decrypt'],
    );
    const root = await selfSigned('ML-DSA-65');
    const { certificate } = await issue(engine, { name: 'recipient', ...rsa, issuer: root });
    const enveloped = new pkijs.EnvelopedData();
    enveloped.addRecipientByCertificate(certificate, { oaepHashAlgorithm: 'SHA-256' });
    const cipher: AesKeyGenParams = { name: 'AES-CBC', length: 256 };
    await enveloped.encrypt(cipher, content.buffer);
    const pkcs8 = await engine.exportKey('pkcs8', rsa.privateKey);
    const opened = await enveloped.decrypt(0, {
      recipientCertificate: certificate,
      recipientPrivateKey: pkcs8,
    });
    expect(new Uint8Array(opened)).toEqual(content);
  });

  it('PKI.js knows no way to encrypt to ML-KEM, whatever the engine', async () => {
    const root = await selfSigned('ML-DSA-65');
    const keys = await engine.generateKey('ML-KEM-768', true, []);
    const { certificate } = await issue(engine, { name: 'recipient', ...keys, issuer: root });
    expect(() => new pkijs.EnvelopedData().addRecipientByCertificate(certificate)).toThrow(
      "Unknown type of certificate's public key: 2.16.840.1.101.3.4.4.2",
    );
  });
});
