/** Issuing: what profiles contain, what is refused, and that what was issued reads back as it was asked for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { equal, HybridgeError, isHybridgeError, toHex, utf8 } from '../../src/bytes/index.ts';
import {
  type Certificate,
  type CertificateExtensions,
  EXTENSION,
  formatName,
  type GeneralName,
  generalNameFrom,
  hardwareModule,
  hardwareModuleName,
  issueCertificate,
  type IssueOptions,
  issueSelfSigned,
  keyIdentifier,
  nameFrom,
  parseCertificate,
  type Profile,
  PURPOSE,
  sameName,
  verifySigned,
} from '../../src/certificates/index.ts';
import { namedPolicy, type Policy } from '../../src/policy/index.ts';
import { PrivateKey } from '../../src/provider/index.ts';
import { type KemName, signature, type SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair, sign } from '../../src/sign/index.ts';
import { AT, kemKeys, NOT_BEFORE, provider, signatureKeys } from './fixtures.ts';

const validity = { notBefore: NOT_BEFORE };
const SAN: readonly GeneralName[] = [{ kind: 'dns', name: 'pump.example' }];

async function rootOf(name: SignatureName, pathLength?: number): Promise<Certificate> {
  const { privateKey } = await signatureKeys(name, 'ca');
  return issueSelfSigned(provider, {
    key: privateKey,
    subject: 'CN=Root,O=Hybridge',
    profile: 'ca',
    pathLength,
    validity,
  });
}

interface Asked {
  readonly profile?: Exclude<Profile, 'ca'>;
  readonly key?: KemName | SignatureName;
  readonly subject?: string;
  readonly extensions?: CertificateExtensions;
  readonly validity?: IssueOptions['validity'];
  readonly serialNumber?: Uint8Array;
  readonly outsideIssuerValidity?: boolean;
}

const KEMS: ReadonlySet<string> = new Set(['ML-KEM-768', 'MLKEM768-X25519-SHA3-256', 'X25519']);
const isKem = (name: KemName | SignatureName): name is KemName => KEMS.has(name);

/** A certificate under an ML-DSA-44 root. */
async function issue({ key = 'ML-DSA-44', ...asked }: Asked = {}): Promise<Certificate> {
  const { publicKey } = isKem(key) ? await kemKeys(key) : await signatureKeys(key, 'leaf');
  return issueCertificate(provider, {
    issuer: {
      certificate: await rootOf('ML-DSA-44'),
      key: (await signatureKeys('ML-DSA-44', 'ca')).privateKey,
    },
    publicKey,
    subject: 'CN=pump.example,serialNumber=0815',
    profile: 'tls-server',
    validity,
    extensions: { subjectAltName: SAN },
    ...asked,
  });
}

describe('profiles', () => {
  it.each([
    ['tls-server', 'ML-DSA-44', ['digitalSignature'], [PURPOSE.serverAuth]],
    ['tls-server', 'RSA2048-PKCS15-SHA256', ['digitalSignature', 'keyEncipherment'], [PURPOSE.serverAuth]],
    ['tls-client', 'Ed25519', ['digitalSignature'], [PURPOSE.clientAuth]],
    ['device-identity', 'SLH-DSA-SHA2-128f', ['digitalSignature'], undefined],
    ['code-signing', 'MLDSA44-Ed25519-SHA512', ['digitalSignature'], [PURPOSE.codeSigning]],
    ['ocsp-signing', 'ECDSA-P256-SHA256', ['digitalSignature'], [PURPOSE.ocspSigning]],
    ['time-stamping', 'ECDSA-P256-SHA256', ['digitalSignature'], [PURPOSE.timeStamping]],
    ['encryption', 'ML-KEM-768', ['keyEncipherment'], undefined],
    ['encryption', 'MLKEM768-X25519-SHA3-256', ['keyEncipherment'], undefined],
    ['encryption', 'X25519', ['keyAgreement'], undefined],
    ['encryption', 'ECDSA-P256-SHA256', ['keyAgreement'], undefined],
    ['encryption', 'RSA2048-PKCS15-SHA256', ['keyEncipherment'], undefined],
  ] as const)('%s with a key of %s', async (profile, key, usage, purposes) => {
    const { extensions } = await issue({ profile, key });
    expect(extensions.keyUsage).toEqual(usage);
    expect(extensions.extendedKeyUsage).toEqual(purposes);
    expect(extensions.basicConstraints).toBeUndefined();
  });

  it('ca: basic constraints and key usage, both critical; identifiers of both keys', async () => {
    const root = await rootOf('MLDSA44-Ed25519-SHA512', 1);
    expect(root.extensions.basicConstraints).toEqual({ ca: true, pathLength: 1 });
    expect(root.extensions.keyUsage).toEqual(['keyCertSign', 'cRLSign']);
    expect(root.extensions.all.filter(({ critical }) => critical).map(({ oid }) => oid)).toEqual([
      EXTENSION.keyUsage,
      EXTENSION.basicConstraints,
    ]);
    expect(root.extensions.subjectKeyIdentifier).toEqual(keyIdentifier(provider, root));
    const leaf = await issue();
    expect(leaf.extensions.authorityKeyIdentifier?.keyIdentifier).toEqual(
      (await rootOf('ML-DSA-44')).extensions.subjectKeyIdentifier,
    );
  });

  it('time-stamping: the extended key usage is critical [RFC 3161 §2.3]', async () => {
    const { extensions } = await issue({ profile: 'time-stamping' });
    expect(extensions.all.find(({ oid }) => oid === EXTENSION.extendedKeyUsage)?.critical).toBe(true);
  });

  it('ocsp-signing: id-pkix-ocsp-nocheck', async () => {
    expect((await issue({ profile: 'ocsp-signing' })).extensions.ocspNoCheck).toBe(true);
  });

  it('device-identity: no expiry, in GeneralizedTime, named by a hardware module', async () => {
    const serialNumber = utf8('0815');
    const module = { type: '1.3.6.1.4.1.99999.7', serialNumber };
    const device = await issue({
      profile: 'device-identity',
      subject: 'O=Hybridge',
      extensions: { subjectAltName: [hardwareModuleName(module)] },
    });
    expect(Buffer.from(device.tbs).includes('99991231235959Z')).toBe(true);
    expect(device.extensions.subjectAltName?.map(hardwareModule)).toEqual([module]);
  });

  it('an empty subject makes the alternative names critical [RFC 5280 §4.2.1.6]', async () => {
    const { extensions, subject } = await issue({ subject: '' });
    expect(subject.relativeNames).toEqual([]);
    expect(extensions.all.find(({ oid }) => oid === EXTENSION.subjectAltName)?.critical).toBe(true);
    expect(extensions.subjectAltName).toEqual(SAN);
  });

  it('last for their time, and not longer than the issuer', async () => {
    const leaf = await issue();
    expect(leaf.validity.notAfter.toISOString()).toBe('2026-03-31T23:59:59.000Z');
    const end = new Date('2035-12-29T23:59:59Z');
    expect((await rootOf('ML-DSA-44')).validity.notAfter).toEqual(end);
    const late = await issue({ validity: { notBefore: new Date('2035-12-01') } });
    expect(late.validity.notAfter).toEqual(end);
    const long = await issue({
      validity: { notBefore: NOT_BEFORE, notAfter: 'never' },
      outsideIssuerValidity: true,
    });
    expect(long.validity.notAfter.getUTCFullYear()).toBe(9999);
  });

  it('serial numbers: 20 octets, positive, never the same', async () => {
    const serials = await Promise.all(Array.from({ length: 20 }, () => issue()));
    expect(new Set(serials.map(({ serialNumber }) => toHex(serialNumber))).size).toBe(20);
    for (const { serialNumber } of serials) {
      expect(serialNumber.length).toBe(20);
      expect(serialNumber[0]).toBeLessThan(0x80);
    }
    expect((await issue({ serialNumber: Uint8Array.of(0, 0, 0x80) })).serialNumber).toEqual(
      Uint8Array.of(0, 0x80),
    );
  });
});

describe('mixed chains', () => {
  it('RSA root, ML-DSA intermediate, ECDSA leaf', async () => {
    const root = await rootOf('RSA2048-PKCS15-SHA256', 1);
    const rootKey = (await signatureKeys('RSA2048-PKCS15-SHA256', 'ca')).privateKey;
    const middle = await signatureKeys('ML-DSA-65', 'middle');
    const intermediate = await issueCertificate(provider, {
      issuer: { certificate: root, key: rootKey },
      publicKey: middle.publicKey,
      subject: 'CN=Intermediate',
      profile: 'ca',
      validity,
    });
    expect(intermediate.extensions.basicConstraints).toEqual({ ca: true, pathLength: 0 });
    const issuer = { certificate: intermediate, key: middle.privateKey };
    const leafKeys = await signatureKeys('ECDSA-P256-SHA256', 'leaf');
    const content = { issuer, publicKey: leafKeys.publicKey, validity } as const;
    const leaf = await issueCertificate(provider, {
      ...content,
      subject: 'CN=Leaf',
      profile: 'tls-client',
    });
    expect(await verifySigned(provider, intermediate, root)).toBe(true);
    expect(await verifySigned(provider, leaf, intermediate)).toBe(true);
    expect(await verifySigned(provider, leaf, root).catch((error: unknown) => error)).toSatisfy(
      (error: unknown) => isHybridgeError(error, 'wrong_algorithm'),
    );
    expect(sameName(leaf.issuer, intermediate.subject)).toBe(true);
    await expect(
      issueCertificate(provider, { ...content, subject: 'CN=Below', profile: 'ca' }),
    ).rejects.toThrow('path length 0');
    await expect(
      issueCertificate(provider, {
        issuer: { certificate: leaf, key: leafKeys.privateKey },
        publicKey: middle.publicKey,
        subject: 'CN=Below',
        profile: 'tls-client',
        validity,
      }),
    ).rejects.toThrow('no CA');
  });
});

/** Allows a classical and a post-quantum signature together, and neither alone. */
const DUAL_ONLY: Policy = {
  name: 'dual-only',
  version: 1,
  date: '2026-01-01',
  description: 'two signatures',
  rules: [
    {
      id: 'dual',
      uses: ['certificate-signature'],
      match: { kind: ['dual-signature'] },
      verdict: 'allow',
      reason: 'both',
      source: 'house',
    },
  ],
  preference: [],
};

describe('refusals', () => {
  it.each<readonly [string, Asked, string, string]>([
    ['a KEM key for a TLS server', { key: 'ML-KEM-768' }, 'wrong_algorithm', 'wants a key that signs'],
    [
      'a KEM key that identifies',
      { key: 'ML-KEM-768', profile: 'device-identity' },
      'wrong_algorithm',
      'signs',
    ],
    ['a signature key for encryption', { profile: 'encryption' }, 'wrong_algorithm', 'establishes secrets'],
    ['a server without a name', { extensions: {} }, 'invalid_argument', 'RFC 9525'],
    [
      'a device without a serial number',
      { profile: 'device-identity', subject: 'CN=x', extensions: {} },
      'invalid_argument',
      '802.1AR',
    ],
    [
      'nobody',
      { profile: 'tls-client', subject: '', extensions: {} },
      'invalid_argument',
      'nothing else names it',
    ],
    [
      'a usage that the key cannot serve',
      { extensions: { subjectAltName: SAN, keyUsage: ['digitalSignature', 'keyEncipherment'] } },
      'invalid_argument',
      'cannot serve keyEncipherment',
    ],
    [
      'keyCertSign for an end entity',
      { extensions: { subjectAltName: SAN, keyUsage: ['digitalSignature', 'keyCertSign'] } },
      'invalid_argument',
      'keyCertSign',
    ],
    [
      'a key usage without the essential one',
      { extensions: { subjectAltName: SAN, keyUsage: ['contentCommitment'] } },
      'invalid_argument',
      'lacks digitalSignature',
    ],
    [
      'another purpose',
      { extensions: { subjectAltName: SAN, extendedKeyUsage: [PURPOSE.clientAuth] } },
      'invalid_argument',
      'lacks',
    ],
    ['serial number zero', { serialNumber: Uint8Array.of(0) }, 'invalid_argument', 'zero'],
    [
      'a serial number of 21 octets',
      { serialNumber: new Uint8Array(20).fill(0xff) },
      'invalid_argument',
      '21',
    ],
    [
      'a longer life than the issuer’s',
      { validity: { notBefore: NOT_BEFORE, days: 5000 } },
      'invalid_argument',
      'its issuer from',
    ],
    [
      'a life before the issuer’s',
      { validity: { notBefore: new Date('2025-12-31') } },
      'invalid_argument',
      'its issuer',
    ],
    ['no days', { validity: { notBefore: NOT_BEFORE, days: 0 } }, 'invalid_argument', '0 days'],
    [
      'an end before the beginning',
      { validity: { notBefore: NOT_BEFORE, notAfter: new Date('2025-01-01') } },
      'invalid_argument',
      'before it begins',
    ],
    ['no date', { validity: { notBefore: new Date(Number.NaN) } }, 'invalid_argument', ''],
    [
      'an extension twice',
      {
        extensions: {
          subjectAltName: SAN,
          other: [{ oid: EXTENSION.keyUsage, critical: true, value: Uint8Array.of(3, 2, 7, 0x80) }],
        },
      },
      'invalid_argument',
      'twice',
    ],
  ])('%s', async (_, asked, code, why) => {
    const refusal = await issue(asked).catch((error: unknown) => error);
    if (!(refusal instanceof HybridgeError)) throw new Error(`no refusal: ${String(refusal)}`);
    expect(refusal.message).toContain(why);
    expect(refusal.code).toBe(code);
  });

  it('pre-hash ML-DSA, which certificates do not have [RFC 9881 §8.3]', async () => {
    const { privateKey } = await generateKeyPair(provider, 'HashML-DSA-44');
    await expect(
      issueSelfSigned(provider, {
        key: privateKey,
        subject: 'CN=Root',
        profile: 'ca',
        validity: { notBefore: new Date('2027-01-01') },
      }),
    ).rejects.toMatchObject({ code: 'wrong_algorithm' });
  });

  it('a key that cannot sign its own certificate', async () => {
    const { privateKey } = await kemKeys('ML-KEM-768');
    const key: unknown = privateKey;
    if (!isSigner(key)) throw new Error('unreachable');
    const options = { key, subject: 'CN=x', profile: 'encryption', validity } as const;
    await expect(issueSelfSigned(provider, options)).rejects.toThrow('cannot sign its own certificate');
  });

  it('the key of another issuer, and a signer that errs', async () => {
    const root = await rootOf('ML-DSA-44');
    const { publicKey, privateKey } = await signatureKeys('ML-DSA-44', 'leaf');
    const content = { publicKey, subject: 'CN=x', profile: 'tls-client', validity } as const;
    await expect(
      issueCertificate(provider, { ...content, issuer: { certificate: root, key: privateKey } }),
    ).rejects.toThrow('another certificate');
    const ca = await signatureKeys('ML-DSA-44', 'ca');
    const liar = {
      algorithm: ca.publicKey.algorithm,
      publicKey: ca.publicKey,
      sign: (message: Uint8Array) => sign(provider, privateKey, message),
    };
    await expect(
      issueCertificate(provider, { ...content, issuer: { certificate: root, key: liar } }),
    ).rejects.toSatisfy((error) => isHybridgeError(error, 'invalid_key'));
  });

  it('what the policy does not allow at that date', async () => {
    const { privateKey } = await signatureKeys('ECDSA-P256-SHA256', 'ca');
    const options = { key: privateKey, subject: 'CN=x', profile: 'ca', validity, at: AT } as const;
    await expect(issueSelfSigned(provider, { ...options, policy: namedPolicy('pq-only') })).rejects.toSatisfy(
      (error) => isHybridgeError(error, 'policy_refused'),
    );
    const root = await issueSelfSigned(provider, { ...options, policy: namedPolicy('hybrid-preferred') });
    expect(root.signatureAlgorithm.oid).toBe(signature('ECDSA-P256-SHA256').identifiers.oid);
    // With a second, post-quantum signature it is a hybrid.
    const strict = { ...options, policy: DUAL_ONLY };
    await expect(issueSelfSigned(provider, strict)).rejects.toThrow('dual-only');
    const alternative = { key: (await signatureKeys('ML-DSA-65', 'ca')).privateKey };
    expect(
      (await issueSelfSigned(provider, { ...strict, alternative })).extensions.altSignatureValue,
    ).toBeDefined();
  });
});

const isSigner = (value: unknown): value is Awaited<ReturnType<typeof signatureKeys>>['privateKey'] =>
  value instanceof PrivateKey;

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
const dns = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

const oid = fc
  .array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 6 })
  .map((arcs) => `1.3.6.1.4.1.${arcs.join('.')}`);

const generalName: fc.Arbitrary<GeneralName> = fc.oneof(
  dns.map((name) => ({ kind: 'dns', name }) as const),
  dns.map((name) => ({ kind: 'email', address: `it@${name}` }) as const),
  dns.map((name) => ({ kind: 'uri', uri: `https://${name}/x` }) as const),
  fc.oneof(octets(4), octets(16)).map((address) => ({ kind: 'ip', address }) as const),
  oid.map((value) => ({ kind: 'registered-id', oid: value }) as const),
  fc.tuple(oid, octets(8)).map(([type, serialNumber]) => hardwareModuleName({ type, serialNumber })),
);

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((value) => value.trim() === value);
const KEYWORDS = ['CN', 'O', 'OU', 'L', 'ST', 'DC', 'emailAddress', 'UID', 'title'];

/** A name in the text form of RFC 4514, every octet escaped that could have a meaning. */
const subject = fc
  .array(fc.tuple(fc.constantFrom(...KEYWORDS), text), { minLength: 1, maxLength: 5 })
  .map((attributes) =>
    attributes
      .map(([type, value]) => `${type}=${toHex(utf8(value)).replaceAll(/../gu, String.raw`\$&`)}`)
      .join(','),
  );

const distributionPoints = fc.array(
  dns.map((name) => ({ name: { fullName: [{ kind: 'uri', uri: `http://${name}/crl` } as const] } })),
  { minLength: 1, maxLength: 3 },
);

const extensions: fc.Arbitrary<CertificateExtensions> = fc.record(
  {
    subjectAltName: fc.array(generalName, { minLength: 1, maxLength: 6 }),
    issuerAltName: fc.array(generalName, { minLength: 1, maxLength: 3 }),
    keyUsage: fc
      .subarray(['contentCommitment', 'keyAgreement'] as const)
      .map((more) => ['digitalSignature', ...more] as const),
    extendedKeyUsage: fc.uniqueArray(oid, { maxLength: 3 }).map((more) => [PURPOSE.clientAuth, ...more]),
    crlDistributionPoints: distributionPoints,
    freshestCrl: distributionPoints,
    certificatePolicies: fc
      .uniqueArray(oid, { minLength: 1, maxLength: 3 })
      .map((policies) => policies.map((policy) => ({ policy, qualifiers: [] }))),
    authorityInfoAccess: fc.array(
      fc.tuple(oid, generalName).map(([method, location]) => ({ method, location })),
      { minLength: 1, maxLength: 3 },
    ),
    tlsFeature: fc.uniqueArray(fc.nat({ max: 65535 }), { maxLength: 3 }),
    subjectKeyIdentifier: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  },
  { requiredKeys: [] },
);

describe('properties', () => {
  it('what is issued reads back as it was asked for', async () => {
    const root = await rootOf('Ed25519');
    const issuer = { certificate: root, key: (await signatureKeys('Ed25519', 'ca')).privateKey };
    const { publicKey } = await signatureKeys('ECDSA-P256-SHA256', 'leaf');
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(
        subject,
        extensions,
        fc.uint8Array({ minLength: 1, maxLength: 19 }).filter((bytes) => bytes.some((octet) => octet > 0)),
        fc.integer({ min: 1, max: 3000 }),
        async (name, asked, serialNumber, days) => {
          const certificate = await issueCertificate(provider, {
            issuer,
            publicKey,
            subject: name,
            profile: 'tls-client',
            validity: { notBefore: NOT_BEFORE, days },
            serialNumber,
            extensions: asked,
          });
          const read = parseCertificate(certificate.bytes);
          expect(sameName(read.subject, nameFrom(name))).toBe(true);
          expect(sameName(nameFrom(formatName(read.subject)), read.subject)).toBe(true);
          expect(read.extensions).toMatchObject(asked);
          expect(read.validity.notAfter.getTime() - NOT_BEFORE.getTime()).toBe(days * 86_400_000 - 1000);
          expect(BigInt(`0x${toHex(read.serialNumber)}`)).toBe(BigInt(`0x${toHex(serialNumber)}`));
          expect(parseCertificate(read.toPem()).bytes).toEqual(certificate.bytes);
          cases++;
        },
      ),
      { numRuns: 150 },
    );
    expect(cases).toBeGreaterThan(100);
  });

  it('no changed byte verifies, and nothing but a HybridgeError is thrown', async () => {
    const root = await rootOf('Ed25519');
    const leaf = await issueCertificate(provider, {
      issuer: { certificate: root, key: (await signatureKeys('Ed25519', 'ca')).privateKey },
      publicKey: (await signatureKeys('ECDSA-P256-SHA256', 'leaf')).publicKey,
      subject: 'CN=pump.example',
      profile: 'tls-server',
      validity,
      extensions: { subjectAltName: SAN },
    });
    let verified = 0;
    let parsed = 0;
    for (let at = 0; at < leaf.bytes.length; at++)
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = Uint8Array.from(leaf.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        try {
          const changed = parseCertificate(bytes, { strict: false });
          parsed++;
          if (await verifySigned(provider, changed, root)) verified++;
        } catch (error) {
          if (!(error instanceof HybridgeError)) throw error;
        }
      }
    expect(parsed).toBeGreaterThan(100);
    expect(verified).toBe(0);
  });

  it('alternative names are read from how people write them', () => {
    const kinds = ['pump.example', '*.pump.example', '192.0.2.7', '2001:db8::7', '::', '::ffff:192.0.2.7'];
    expect(kinds.map((name) => generalNameFrom(name).kind)).toEqual(['dns', 'dns', 'ip', 'ip', 'ip', 'ip']);
    expect(generalNameFrom('https://pump.example/')).toEqual({ kind: 'uri', uri: 'https://pump.example/' });
    expect(generalNameFrom('it@pump.example').kind).toBe('email');
    const address = generalNameFrom('2001:db8::192.0.2.7');
    expect(address.kind === 'ip' && toHex(address.address)).toBe('20010db80000000000000000c0000207');
    for (const bad of [
      '',
      '-x.example',
      'a..b',
      '1::2::3',
      '1:2:3',
      'pump example',
      '192.0.2.256.',
      '192.0.2.256',
      '192.0.02.1',
      '12345::',
    ])
      expect(() => generalNameFrom(bad), bad).toThrow(HybridgeError);
    fc.assert(
      fc.property(octets(16), (bytes) => {
        const groups = Array.from({ length: 8 }, (_, index) =>
          toHex(bytes.subarray(2 * index, 2 * index + 2)),
        );
        const name = generalNameFrom(groups.join(':'));
        return name.kind === 'ip' && equal(name.address, bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (value) => {
        try {
          generalNameFrom(value);
        } catch (error) {
          if (!(error instanceof HybridgeError)) throw error;
        }
      }),
    );
  });
});
