/** What the engine refuses, what it leaves to the runtime, and that it believes nothing that PKI.js lets through. */
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import * as pkijs from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';

import { parseCertificate } from '../../../src/certificates/index.ts';
import { createPkijsEngine } from '../../../src/certificates/pkijs/index.ts';
import { defaultProvider } from '../../../src/default/index.ts';
import { exportPrivateKey, importPrivateKey } from '../../../src/keys/index.ts';
import { createNobleProvider } from '../../../src/providers/noble/index.ts';
import { HASHES } from '../../../src/registry/index.ts';
import { generateKeyPair, localSigner, type Signer } from '../../../src/sign/index.ts';
import { report } from '../../support/tally.ts';
import { derOf, type Holder, issue, readMessage, request, signMessage } from './support.ts';

const provider = defaultProvider();
const engine = createPkijsEngine(provider);
const content = new TextEncoder().encode('firmware 1.2.3');

async function selfSigned(name: 'ML-DSA-44' | 'MLDSA44-Ed25519-SHA512'): Promise<Holder> {
  const keys = await engine.generateKey(name, true, ['sign', 'verify']);
  return issue(engine, { name, ...keys, ca: true });
}

describe('keys', () => {
  it('of Hybridge become keys of PKI.js, and say nothing of their secret', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
    const keys = { privateKey: engine.cryptoKey(privateKey), publicKey: engine.cryptoKey(publicKey) };
    expect(await (await request(engine, 'device', keys)).verify(engine)).toBe(true);
    const shown = JSON.stringify(keys.privateKey);
    expect(shown).not.toContain(Buffer.from(privateKey.secretBytes()).toString('hex'));
    expect(shown).toContain('[hidden]');
  });

  it('that live elsewhere sign and are not exported', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'MLDSA65-ECDSA-P256-SHA512');
    let asked = 0;
    const local = localSigner(provider, privateKey);
    const service: Signer = {
      algorithm: local.algorithm,
      publicKey: local.publicKey,
      sign: (message, options) => {
        asked++;
        return local.sign(message, options);
      },
    };
    const keys = { privateKey: engine.cryptoKey(service), publicKey: engine.cryptoKey(publicKey) };
    expect(await (await request(engine, 'device', keys)).verify(engine)).toBe(true);
    expect(asked).toBe(1);
    await expect(engine.exportKey('pkcs8', keys.privateKey)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('of classical algorithms stay with the runtime', async () => {
    const { privateKey } = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
    expect(() => engine.cryptoKey(privateKey)).toThrow(expect.objectContaining({ code: 'wrong_algorithm' }));
    const pkcs8 = new Uint8Array(await exportPrivateKey(provider, privateKey, { format: 'der' }));
    const algorithm: EcKeyImportParams = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await engine.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
    expect(Object.prototype.toString.call(key)).toBe('[object CryptoKey]');
  });

  it('are told apart by extractable, usage, half and algorithm', async () => {
    const { privateKey, publicKey } = await engine.generateKey('ML-DSA-44', false, ['sign']);
    expect([privateKey.type, privateKey.extractable, privateKey.usages]).toEqual([
      'private',
      false,
      ['sign'],
    ]);
    expect([publicKey.type, publicKey.extractable, publicKey.usages]).toEqual(['public', true, []]);
    const refused = { code: 'invalid_argument' };
    await expect(engine.exportKey('pkcs8', privateKey)).rejects.toMatchObject(refused);
    await expect(engine.exportKey('pkcs8', publicKey)).rejects.toMatchObject(refused);
    await expect(engine.exportKey('der', publicKey)).rejects.toMatchObject(refused);
    const signature = await engine.sign('ml-dsa-44', privateKey, content);
    await expect(engine.sign('ML-DSA-44', publicKey, content)).rejects.toMatchObject(refused);
    await expect(engine.verify('ML-DSA-44', publicKey, signature, content)).rejects.toMatchObject(refused);
    const wrong = { code: 'wrong_algorithm' };
    await expect(engine.sign('ML-DSA-65', privateKey, content)).rejects.toMatchObject(wrong);
    await expect(engine.sign('ECDSA', privateKey, content)).rejects.toMatchObject(wrong);
    const context = { name: 'ML-DSA-44', context: new Uint8Array(3) };
    await expect(engine.sign(context, privateKey, content)).rejects.toMatchObject(refused);

    const spki = await engine.exportKey('spki', publicKey);
    const reader = await engine.importKey('spki', spki, 'ML-DSA-44', true, ['verify']);
    expect(await engine.verify('ML-DSA-44', reader, signature, content)).toBe(true);
    await expect(engine.importKey('spki', spki, 'ML-DSA-65', true, [])).rejects.toMatchObject(wrong);
    await expect(engine.importKey('pkcs8', spki, 'ML-DSA-44', true, [])).rejects.toMatchObject(refused);
  });

  it('are read and written as JWK and raw, where a standard has them', async () => {
    const { privateKey, publicKey } = await engine.generateKey('ML-DSA-44', true, ['sign', 'verify']);
    const jwk = await engine.exportKey('jwk', privateKey);
    expect(jwk).toMatchObject({ kty: 'AKP', alg: 'ML-DSA-44', ext: true, key_ops: ['sign'] });
    const again = await engine.importKey('jwk', jwk, 'ML-DSA-44', true, ['sign']);
    const raw = await engine.exportKey('raw', publicKey);
    expect(raw.byteLength).toBe(1312);
    const reader = await engine.importKey('raw', raw, 'ML-DSA-44', true, ['verify']);
    const signature = await engine.sign('ML-DSA-44', again, content);
    expect(await engine.verify('ML-DSA-44', reader, signature, content)).toBe(true);
    const open = await engine.importKey('jwk', await engine.exportKey('jwk', publicKey), 'ML-DSA-44', true, [
      'verify',
    ]);
    expect(await engine.verify('ML-DSA-44', open, signature, content)).toBe(true);
  });

  it("of the runtime's own ML-DSA work, where it has one", async () => {
    const keys = await crypto.subtle
      .generateKey('ML-DSA-65', true, ['sign', 'verify'])
      .catch(() => report('ML-DSA keys of the runtime: not run, its WebCrypto has none'));
    if (keys === undefined || !('privateKey' in keys)) return;
    const { certificate } = await issue(engine, { name: 'runtime', ...keys });
    expect(certificate.signatureAlgorithm.algorithmId).toBe('2.16.840.1.101.3.4.3.18');
    expect(await certificate.verify(undefined, engine)).toBe(true);
  });
});

describe('algorithms', () => {
  it('digests: those of the registry that have an OID, SHA-1 and SHA-2 by the runtime', async () => {
    let checked = 0;
    for (const { name, identifiers, digestSize } of HASHES) {
      if (identifiers.oid === undefined) continue;
      expect(engine.getOIDByAlgorithm({ name }, true)).toBe(identifiers.oid);
      expect(engine.getAlgorithmByOID(identifiers.oid, true)).toEqual({ name });
      expect((await engine.digest(name, content)).byteLength).toBe(digestSize);
      checked++;
    }
    expect(checked).toBe(13);
  });

  it('that nobody knows get the answers of PKI.js', () => {
    expect(engine.getAlgorithmByOID('1.2.3.4')).toEqual({});
    expect(() => engine.getAlgorithmByOID('1.2.3.4', true)).toThrow('Unsupported algorithm identifier');
    expect(engine.getOIDByAlgorithm({ name: 'Falcon-512' })).toBe('');
    expect(() => engine.getOIDByAlgorithm({ name: 'Falcon-512' }, true)).toThrow('Unsupported algorithm');
  });

  it('that certificates must not use are not brought: HashML-DSA, stateful signatures', () => {
    for (const oid of ['2.16.840.1.101.3.4.3.32', '1.2.840.113549.1.9.16.3.17'])
      expect(engine.getAlgorithmByOID(oid)).toEqual({});
  });

  it('are the same with the portable provider', async () => {
    const portable = createPkijsEngine(createNobleProvider());
    const keys = await portable.generateKey('MLDSA44-Ed25519-SHA512', true, ['sign', 'verify']);
    const { certificate } = await issue(portable, { name: 'portable', ...keys });
    expect(await certificate.verify(undefined, portable)).toBe(true);
    expect(await certificate.verify(undefined, engine)).toBe(true);
  });

  it('take the randomness and the classical part from the WebCrypto given', async () => {
    let asked = 0;
    const own = createPkijsEngine(provider, {
      crypto: {
        subtle: crypto.subtle,
        randomUUID: () => crypto.randomUUID(),
        getRandomValues: (array) => {
          asked++;
          return crypto.getRandomValues(array);
        },
      },
    });
    expect(own.subtle).toBe(crypto.subtle);
    own.getRandomValues(new Uint8Array(4));
    expect(asked).toBe(1);
    const ec: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-384' };
    const { certificate } = await issue(own, {
      name: 'ec',
      ...(await own.generateKey(ec, true, ['sign', 'verify'])),
    });
    expect(await certificate.verify(undefined, own)).toBe(true);
  });
});

describe('what PKI.js lets through', () => {
  let holder: Holder;
  beforeAll(async () => {
    holder = await selfSigned('ML-DSA-44');
  });
  const reread = (change: (certificate: pkijs.Certificate) => void): pkijs.Certificate => {
    const certificate = pkijs.Certificate.fromBER(derOf(holder.certificate));
    change(certificate);
    return certificate;
  };

  it('parameters of a post-quantum AlgorithmIdentifier', async () => {
    const parameters = new asn1js.Null();
    const { algorithmId } = holder.certificate.signatureAlgorithm;
    const ofSignature = reread((certificate) => {
      certificate.signatureAlgorithm = new pkijs.AlgorithmIdentifier({
        algorithmId,
        algorithmParams: parameters,
      });
    });
    const ofKey = reread((certificate) => {
      certificate.subjectPublicKeyInfo.algorithm = new pkijs.AlgorithmIdentifier({
        algorithmId,
        algorithmParams: parameters,
      });
    });
    const refused = { code: 'invalid_encoding' };
    await expect(ofSignature.verify(undefined, engine)).rejects.toMatchObject(refused);
    await expect(ofKey.verify(undefined, engine)).rejects.toMatchObject(refused);
  });

  it('a signature that claims another algorithm than its key is for', async () => {
    for (const algorithmId of [
      '2.16.840.1.101.3.4.3.18', // ML-DSA-65
      '1.3.6.1.5.5.7.6.39', // MLDSA44-Ed25519-SHA512
      '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
      '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
    ]) {
      const certificate = reread(({ signatureAlgorithm }) => {
        signatureAlgorithm.algorithmId = algorithmId;
      });
      await expect(certificate.verify(undefined, engine)).rejects.toMatchObject({ code: 'wrong_algorithm' });
    }
    const keys = await engine.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const classical = await issue(engine, { name: 'ec', ...keys });
    await expect(holder.certificate.verify(classical.certificate, engine)).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
  });

  it('unused bits, which would make a second encoding of a signature', async () => {
    const certificate = reread((changed) => {
      const valueHex = changed.signatureValue.valueBlock.valueHexView.slice().buffer;
      changed.signatureValue = new asn1js.BitString({ valueHex, unusedBits: 3 });
    });
    await expect(certificate.verify(undefined, engine)).rejects.toMatchObject({ code: 'invalid_encoding' });
  });

  it('a public key of another length', async () => {
    const certificate = reread(({ subjectPublicKeyInfo }) => {
      const { valueHexView } = subjectPublicKeyInfo.subjectPublicKey.valueBlock;
      subjectPublicKeyInfo.subjectPublicKey = new asn1js.BitString({
        valueHex: valueHexView.slice(1).buffer,
      });
    });
    await expect(certificate.verify(undefined, engine)).rejects.toMatchObject({ code: 'invalid_length' });
  });

  it('a key that changed after a verification: what was remembered of it does not count', async () => {
    const certificate = pkijs.Certificate.fromBER(derOf(holder.certificate));
    expect(await certificate.verify(undefined, engine)).toBe(true);
    expect(await certificate.verify(undefined, engine)).toBe(true);
    const { valueHexView } = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock;
    const valueHex = valueHexView.slice();
    valueHex[40] = (valueHex[40] ?? 0) ^ 1;
    certificate.subjectPublicKeyInfo.subjectPublicKey = new asn1js.BitString({ valueHex: valueHex.buffer });
    expect(await certificate.verify(undefined, engine)).toBe(false);
  });

  it('no changed signed byte verifies, in certificates and in messages', async () => {
    const composite = await selfSigned('MLDSA44-Ed25519-SHA512');
    const message = await signMessage(engine, content, [composite]);
    const certificate = derOf(composite.certificate);
    const counts = { false: 0, refused: 0, encoding: 0 };
    // What is signed, and the signature: where these are as they were, only the encoding around them changed.
    const signedParts = ({ tbsView, signatureValue }: pkijs.Certificate): string =>
      Buffer.concat([tbsView, signatureValue.valueBlock.valueHexView]).toString('hex');
    const messageParts = ({ signerInfos: [signer], encapContentInfo }: pkijs.SignedData): string =>
      Buffer.concat([
        new Uint8Array(signer?.signedAttrs?.encodedValue ?? new ArrayBuffer(0)),
        signer?.signature.valueBlock.valueHexView ?? new Uint8Array(0),
        new Uint8Array(encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0)),
      ]).toString('hex');
    const signedCertificate = signedParts(composite.certificate);
    const signedMessage = messageParts(readMessage(message));

    const verified = async (
      bytes: Uint8Array<ArrayBuffer>,
      isMessage: boolean,
    ): Promise<string | undefined> => {
      if (!isMessage) {
        const read = pkijs.Certificate.fromBER(bytes);
        return (await read.verify(composite.certificate, engine)) ? signedParts(read) : undefined;
      }
      const read = readMessage(bytes);
      read.certificates = [composite.certificate];
      return (await read.verify({ signer: 0 }, engine)) ? messageParts(read) : undefined;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (isMessage, at, flip) => {
          const bytes = new Uint8Array(isMessage ? message : certificate);
          const index = at % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ flip;
          const outcome = await verified(bytes, isMessage).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Error);
            return 'refused' as const;
          });
          if (outcome === 'refused') counts.refused++;
          else if (outcome === undefined) counts.false++;
          else {
            expect(outcome).toBe(isMessage ? signedMessage : signedCertificate);
            counts.encoding++;
          }
        },
      ),
      { numRuns: 600 },
    );
    report(
      `PKI.js mutations: ${String(counts.false)} do not verify, ${String(counts.refused)} refused, ${String(counts.encoding)} outside what is signed`,
    );
    expect(counts.false).toBeGreaterThan(100);
  });
});

/* What the guide says of PKI.js, so that it stays true. */
describe('PKI.js itself', () => {
  let ca: Holder;
  beforeAll(async () => {
    ca = await selfSigned('ML-DSA-44');
  });

  /** A certificate below `ca` that was changed before it was signed. */
  async function leafWith(change: (certificate: pkijs.Certificate) => void): Promise<pkijs.Certificate> {
    const keys = await engine.generateKey('ML-DSA-44', true, ['sign', 'verify']);
    const { certificate } = await issue(engine, { name: 'leaf', ...keys, issuer: ca });
    change(certificate);
    await certificate.sign(ca.privateKey, 'SHA-512', engine);
    return pkijs.Certificate.fromBER(derOf(certificate));
  }

  it('reads BER, which hybridge/certificates refuses', async () => {
    const der = derOf(ca.certificate);
    const critical = Buffer.from(der).indexOf(Buffer.from('0603551d130101ff', 'hex'));
    expect(critical).toBeGreaterThan(0);
    const encodings = {
      'bytes after the end': [...der, 0],
      'indefinite length': [0x30, 0x80, ...der.subarray(4), 0, 0],
      'a length longer than it must be': [0x30, 0x83, 0, ...der.subarray(2)],
      'TRUE that is not FF': [...der.subarray(0, critical + 7), 1, ...der.subarray(critical + 8)],
    };
    expect(() => parseCertificate(der)).not.toThrow();
    for (const encoding of Object.values(encodings)) {
      const bytes = Uint8Array.from(encoding);
      expect(() => pkijs.Certificate.fromBER(bytes)).not.toThrow();
      expect(() => parseCertificate(bytes)).toThrow(expect.objectContaining({ name: 'HybridgeError' }));
    }
    // The first three leave what is signed as it was.
    const read = pkijs.Certificate.fromBER(Uint8Array.from(encodings['indefinite length']));
    expect(await read.verify(undefined, engine)).toBe(true);
  });

  it('does not compare the two algorithm fields of a certificate', async () => {
    const { certificate, privateKey } = await selfSigned('ML-DSA-44');
    certificate.signature = new pkijs.AlgorithmIdentifier({ algorithmId: '2.16.840.1.101.3.4.3.18' });
    certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER());
    const valueHex = await engine.sign('ML-DSA-44', privateKey, new Uint8Array(certificate.tbsView));
    certificate.signatureValue = new asn1js.BitString({ valueHex });
    const bytes = derOf(certificate);
    expect(await pkijs.Certificate.fromBER(bytes).verify(undefined, engine)).toBe(true);
    expect(() => parseCertificate(bytes)).toThrow(/RFC 5280 §4.1.1.2/);
  });

  it('lets critical extensions that it does not know through its path validation', async () => {
    const leaf = await leafWith(({ extensions }) => {
      const extnValue = new asn1js.Null().toBER();
      extensions?.push(new pkijs.Extension({ extnID: '1.2.3.4', critical: true, extnValue }));
    });
    const chain = new pkijs.CertificateChainValidationEngine({
      trustedCerts: [ca.certificate],
      certs: [leaf],
    });
    expect((await chain.verify({}, engine)).result).toBe(true);
  });

  it('takes SHA-1 for a digest, and for its default', async () => {
    const message = readMessage(await signMessage(engine, content, [ca], { hash: 'SHA-1' }));
    expect(await message.verify({ signer: 0 }, engine)).toBe(true);
    const signed = readMessage(await signMessage(engine, content, [ca]));
    await signed.sign(ca.privateKey, 0, undefined, undefined, engine);
    expect(signed.signerInfos[0]?.digestAlgorithm.algorithmId).toBe(pkijs.id_sha1);
  });

  it('writes NULL beside every digest', async () => {
    const message = readMessage(await signMessage(engine, content, [ca]));
    expect(message.signerInfos[0]?.digestAlgorithm.toSchema().valueBlock.value).toHaveLength(2);
  });
});

describe('private keys', () => {
  it('exported by the engine are read by hybridge/keys, and the other way round', async () => {
    const { privateKey } = await engine.generateKey('SLH-DSA-SHA2-128f', true, ['sign']);
    const pkcs8 = await engine.exportKey('pkcs8', privateKey);
    const read = await importPrivateKey(provider, new Uint8Array(pkcs8), { use: 'signature' });
    expect(read.algorithm.name).toBe('SLH-DSA-SHA2-128f');
    expect(engine.cryptoKey(read, false)).toMatchObject({
      type: 'private',
      extractable: false,
      usages: ['sign'],
    });
  });
});
