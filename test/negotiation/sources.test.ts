/** Offers from hellos, certificates and CMS messages. */
import { describe, expect, it, test } from 'vitest';

import { HybridgeError, utf8 } from '../../src/bytes/index.ts';
import { issueCertificate, issueSelfSigned, parseCertificate } from '../../src/certificates/index.ts';
import { signMessage, type SignerVerdict, verifyMessage } from '../../src/cms/index.ts';
import { der } from '../../src/encoding/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import {
  type Capabilities,
  capabilitiesFromCertificate,
  capabilitiesFromCms,
  capabilitiesFromHello,
} from '../../src/negotiation/index.ts';
import { kemKeys, NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { aHello, anOldHello, GROUP, SCHEME, TLS_1_2, TLS_1_3 } from './fixtures.ts';

const SMIME_CAPABILITIES = '1.2.840.113549.1.9.15';
const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);
const validity = { notBefore: NOT_BEFORE, days: 3650 } as const;

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof HybridgeError) return error.code;
    throw error;
  }
  throw new Error('was accepted');
}

describe('capabilitiesFromHello', () => {
  test('lists groups and signatures in their order, keeps what is obsolete or unknown, and skips GREASE', () => {
    const hello = aHello({
      versions: [0x1a1a, TLS_1_3, TLS_1_2],
      groups: [0x2a2a, GROUP.x25519mlkem768, GROUP.kyberDraft, GROUP.ffdhe2048, GROUP.x25519],
      signatureAlgorithms: [0x3a3a, SCHEME.mldsa65, SCHEME.rsaPss, SCHEME.rsaPkcs1, SCHEME.rsaSha1, 0xfea3],
    });
    const { kems, signatures, formats, unknown, offer } = capabilitiesFromHello(hello);
    expect(names(kems)).toEqual(['X25519MLKEM768', 'X25519Kyber768Draft00', 'X25519']);
    expect(names(signatures)).toEqual([
      'ML-DSA-65',
      'RSA2048-PSS-SHA256',
      'RSA3072-PSS-SHA256',
      'RSA4096-PSS-SHA256',
      'Dilithium3',
    ]);
    expect(formats).toEqual(['tls-1.3', 'tls-1.2']);
    expect(unknown).toEqual(['0x0100', '0x0201']);
    expect(offer).toBe(hello.bytes);
  });

  test('reads the pairs of TLS 1.2 as such', () => {
    const { signatures, formats } = capabilitiesFromHello(
      anOldHello({ signatureAlgorithms: [SCHEME.ecdsaP256] }),
    );
    expect(formats).toEqual(['tls-1.2']);
    expect(names(signatures)).toContain('ECDSA-P384-SHA256');
    expect(names(signatures)).not.toContain('ECDSA-P384-SHA384');
  });
});

describe('capabilitiesFromCertificate', () => {
  const issuer = async (): Promise<Parameters<typeof issueCertificate>[1]['issuer']> => {
    const { privateKey: key } = await signatureKeys('ECDSA-P256-SHA256', 'ca');
    const certificate = await issueSelfSigned(provider, { key, subject: 'CN=CA', profile: 'ca', validity });
    return { certificate, key };
  };

  test('says what can be sealed to a KEM key, and nothing of signatures', async () => {
    const { publicKey } = await kemKeys('ML-KEM-768');
    const certificate = await issueCertificate(provider, {
      issuer: await issuer(),
      publicKey,
      subject: 'CN=pump',
      profile: 'encryption',
      validity,
      extensions: { subjectAltName: [{ kind: 'email', address: 'pump@ward.example' }] },
    });
    const read = capabilitiesFromCertificate(certificate);
    expect([names(read.kems), names(read.signatures), read.formats]).toEqual([['ML-KEM-768'], [], ['cms']]);
    expect(read.offer).toBe(certificate.bytes);
  });

  test.each([
    [['keyCertSign'], [], []],
    [['digitalSignature'], [], ['ECDSA-P256-SHA256', 'ECDSA-P256-SHA384', 'ECDSA-P256-SHA512']],
    [['keyAgreement'], ['P-256'], []],
  ] as const)('goes by the key usage: %s', async (keyUsage, kems, signatures) => {
    const { privateKey: key } = await signatureKeys('ECDSA-P256-SHA256');
    const certificate = await issueSelfSigned(provider, {
      key,
      subject: 'CN=x',
      profile: 'ca',
      validity,
      extensions: { keyUsage: [...new Set([...keyUsage, 'keyCertSign' as const])] },
    });
    const read = capabilitiesFromCertificate(certificate);
    for (const name of kems) expect(names(read.kems)).toContain(name);
    if (kems.length === 0) expect(read.kems).toEqual([]);
    expect(names(read.signatures)).toEqual(signatures);
  });

  test('adds what SMIMECapabilities say', async () => {
    const { privateKey: key } = await signatureKeys('ECDSA-P256-SHA256');
    const certificate = await issueSelfSigned(provider, {
      key,
      subject: 'CN=x',
      profile: 'ca',
      validity,
      extensions: {
        keyUsage: ['digitalSignature', 'keyCertSign'],
        other: [
          {
            oid: SMIME_CAPABILITIES,
            critical: false,
            value: list(ML_KEM_768, ML_DSA_65, KYBER, AES_256_CBC),
          },
        ],
      },
    });
    const read = capabilitiesFromCertificate(parseCertificate(certificate.bytes));
    expect(names(read.kems)).toEqual(['ML-KEM-768', 'Kyber768']);
    expect(names(read.signatures)).toContain('ML-DSA-65');
    expect(read.unknown).toEqual([AES_256_CBC]);
  });
});

const ML_KEM_768 = '2.16.840.1.101.3.4.4.2';
const ML_DSA_65 = '2.16.840.1.101.3.4.3.18';
const KYBER = '1.3.6.1.4.1.22554.5.6.2';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const RSASSA_PSS = '1.2.840.113549.1.1.10';

const list = (...oids: readonly string[]): Uint8Array =>
  der.sequence(...oids.map((oid) => der.sequence(der.oid(oid))));

describe('capabilitiesFromCms', () => {
  /** A verdict as `verifyMessage` gives it, whose signer states these capabilities. */
  async function signer(...values: readonly Uint8Array[]): Promise<SignerVerdict> {
    const { privateKey: key } = await signatureKeys('ECDSA-P256-SHA256');
    const certificate = await issueSelfSigned(provider, {
      key,
      subject: 'CN=x',
      profile: 'ca',
      validity,
      extensions: { keyUsage: ['digitalSignature', 'keyCertSign'] },
    });
    const message = signMessage(provider, { signers: [{ key, certificate }] }, [utf8('hello')]);
    const { signers } = await verifyMessage(provider, message);
    const [verdict] = signers;
    if (verdict === undefined) throw new Error('no signer');
    return { ...verdict, signedAttributes: [{ type: SMIME_CAPABILITIES, values }] };
  }
  const read = (verdict: SignerVerdict): Capabilities => {
    const found = capabilitiesFromCms(verdict);
    if (found === undefined) throw new Error('nothing found');
    return found;
  };

  test('reads the list, and adds what the signer signed with', async () => {
    const found = read(await signer(list(ML_KEM_768, AES_256_CBC, ML_DSA_65)));
    expect(names(found.kems)).toEqual(['ML-KEM-768']);
    expect(names(found.signatures)).toEqual(['ML-DSA-65', 'ECDSA-P256-SHA256']);
    expect([found.source, found.formats, found.unknown]).toEqual(['cms', ['cms'], [AES_256_CBC]]);
  });

  test('goes by parameters where there are any', async () => {
    const sha384 = der.sequence(der.oid('2.16.840.1.101.3.4.2.2'), der.nil());
    const pss = der.sequence(
      der.explicit(0, sha384),
      der.explicit(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), sha384)),
      der.explicit(2, der.integer(48)),
    );
    const found = read(await signer(der.sequence(der.sequence(der.oid(RSASSA_PSS), pss))));
    expect(names(found.signatures).filter((name) => name.startsWith('RSA'))).toEqual([
      'RSA2048-PSS-SHA384',
      'RSA3072-PSS-SHA384',
      'RSA4096-PSS-SHA384',
    ]);
    const open = read(await signer(list(RSASSA_PSS)));
    expect(names(open.signatures).filter((name) => name.startsWith('RSA'))).toHaveLength(9);
  });

  test('takes nothing from a signature that does not hold', async () => {
    const valid = await signer(list(ML_KEM_768));
    const invalid: SignerVerdict = { ...valid, status: 'invalid', reason: 'signature', text: '' };
    expect(code(() => capabilitiesFromCms(invalid))).toBe('invalid_argument');
  });

  test('refuses what is malformed', async () => {
    const good = list(ML_KEM_768);
    for (const bad of [
      new Uint8Array(0),
      good.subarray(1),
      Uint8Array.of(...good, 0),
      der.sequence(der.oid(ML_KEM_768)),
    ]) {
      const verdict = await signer(bad);
      expect(code(() => capabilitiesFromCms(verdict))).toBe('invalid_encoding');
    }
    const many = der.sequence(
      ...Array.from({ length: 257 }, (_, at) => der.sequence(der.oid(`1.2.3.${String(at)}`))),
    );
    const long = await signer(many);
    expect(code(() => capabilitiesFromCms(long))).toBe('invalid_encoding');
    const twice = await signer(good, good);
    expect(code(() => capabilitiesFromCms(twice))).toBe('invalid_encoding');
    const one = await signer(good);
    const attributes = {
      ...one,
      signedAttributes: [one, one].flatMap((each) => each.signedAttributes ?? []),
    };
    expect(code(() => capabilitiesFromCms(attributes))).toBe('invalid_encoding');
  });
});

describeWithPeer('peer-openssl', 'SMIMECapabilities of OpenSSL', () => {
  it('are read from its messages', async () => {
    const { privateKey: key } = await signatureKeys('ECDSA-P256-SHA256');
    const certificate = await issueSelfSigned(provider, {
      key,
      subject: 'CN=x',
      profile: 'ca',
      validity,
      extensions: { keyUsage: ['digitalSignature', 'keyCertSign'] },
    });
    const folder = scratchFolder();
    const message = await askPeer('peer-openssl', [
      ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER'],
      ...['-in', fileIn(folder, 'content', utf8('hello'))],
      ...['-signer', fileIn(folder, 'cert.pem', utf8(certificate.toPem()))],
      ...[
        '-inkey',
        fileIn(folder, 'key.pem', utf8(await exportPrivateKey(provider, key, { format: 'pem' }))),
      ],
    ]);
    const { signers } = await verifyMessage(provider, message);
    const found = signers.map((signer) => capabilitiesFromCms(signer));
    expect(found).toHaveLength(1);
    expect(found[0]?.unknown).toContain(AES_256_CBC);
    expect(names(found[0]?.signatures ?? [])).toEqual(['ECDSA-P256-SHA256']);
  });
});
