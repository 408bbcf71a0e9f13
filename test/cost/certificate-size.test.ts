import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type CertificateDescription,
  certificateBytes,
  chainCertificates,
  publicKeyBytes,
  signatureBytes,
} from '../../src/cost/certificate-size.ts';
import { objectsOf } from '../../src/cost/objects.ts';
import { coseKeyBytes, coseSign1Bytes } from '../../src/cost/suit.ts';
import {
  type KeyAlgorithmName,
  type SignatureName,
  signature,
  SIGNATURES,
} from '../../src/registry/index.ts';
import { report, runCases } from '../support/tally.ts';
import { issued } from './issued.ts';
import { issueChain } from './tls-chains.ts';

/** What signs in a few milliseconds; the slow ones have their turn in the full run. */
const QUICK: readonly SignatureName[] = [
  'ECDSA-P256-SHA256',
  'ECDSA-P384-SHA384',
  'ECDSA-P521-SHA512',
  'ECDSA-brainpoolP256r1-SHA256',
  'ECDSA-brainpoolP384r1-SHA384',
  'Ed25519',
  'Ed448',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'MLDSA44-Ed25519-SHA512',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA65-ECDSA-P384-SHA512',
  'MLDSA87-Ed448-SHAKE256',
];

const LEAF: Omit<CertificateDescription, 'key' | 'signature'> = {
  use: 'tls-server',
  subject: 'CN=pump.example,O=Hospital,C=CH',
  issuer: 'CN=Ward CA,O=Hospital',
  dnsNames: ['pump.example', 'localhost'],
};

/** Fails unless a certificate has the predicted size: exactly, or between the bounds where signatures differ in size. */
async function expectExact(description: CertificateDescription): Promise<void> {
  const { length } = (await issued(description)).bytes;
  const { value, low, high } = certificateBytes(description);
  const { sizes } = signature(description.signature);
  if (typeof sizes.signature === 'number') expect(length).toBe(value);
  else {
    expect(length).toBeGreaterThanOrEqual(low);
    expect(length).toBeLessThanOrEqual(high);
    // Not wider than four bytes of two integers, and what a length octet adds.
    expect(high - low).toBeLessThanOrEqual(8);
  }
}

const label = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    minLength: 1,
    maxLength,
    unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789')),
  });
const words = fc.string({
  minLength: 1,
  maxLength: 70,
  unit: fc.constantFrom('a', 'b', ' ', 'X', '0', 'é', '漢', '😀'),
});
const cn = words.map((text) => `CN=x${text.trim()}`);
const name = fc.oneof(
  cn,
  fc.tuple(cn, label(40)).map(([common, organisation]) => `${common},O=${organisation}`),
  fc.tuple(cn, label(20)).map(([common, serial]) => `${common},serialNumber=${serial},O=Ward,C=CH`),
);
const url = label(150).map((path) => `http://pki.example/${path}`);

const description: fc.Arbitrary<CertificateDescription> = fc
  .record({
    use: fc.constantFrom(
      'ca',
      'tls-server',
      'tls-client',
      'code-signing',
      'ocsp-signing',
      'time-stamping' as const,
    ),
    subject: name,
    issuer: name.map((text) => `${text},OU=CA`),
    key: fc.constantFrom<KeyAlgorithmName>(
      'ECDSA-P256-SHA256',
      'Ed25519',
      'ML-DSA-44',
      'MLDSA44-Ed25519-SHA512',
    ),
    signature: fc.constantFrom<SignatureName>('ECDSA-P256-SHA256', 'Ed25519', 'ML-DSA-44'),
    pathLength: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    dnsNames: fc.array(label(60), { minLength: 1, maxLength: 5 }),
    crlUrl: fc.option(url, { nil: undefined }),
    ocspUrl: fc.option(url, { nil: undefined }),
    serialOctets: fc.integer({ min: 1, max: 20 }),
    expires: fc.constantFrom(undefined, 'never' as const, new Date('2049-12-31'), new Date('2050-01-01')),
    selfSigned: fc.boolean(),
  })
  .map(({ selfSigned, ...one }) => ({
    ...one,
    pathLength: one.use === 'ca' ? one.pathLength : undefined,
    ...(selfSigned && { issuer: one.subject, key: one.signature }),
  }));

describe('bytes of certificates', () => {
  it('are those of certificates issued with each algorithm', async () => {
    const cases = QUICK.flatMap((key) => [
      { id: `${key}, leaf`, key, of: { ...LEAF, key, signature: key } },
      {
        id: `${key}, CA`,
        key,
        of: { use: 'ca', subject: 'CN=Root', issuer: 'CN=Root', key, signature: key } as const,
      },
    ]);
    const { passed } = await runCases('Certificates, predicted and issued', cases, ({ of }) =>
      expectExact(of),
    );
    expect(passed).toBe(cases.length);
  });

  it('are those of certificates with keys that establish secrets', async () => {
    for (const key of [
      'ML-KEM-512',
      'ML-KEM-768',
      'ML-KEM-1024',
      'MLKEM768-X25519',
      'X25519',
      'P-256',
    ] as const)
      await expectExact({ ...LEAF, use: 'encryption', key, signature: 'ML-DSA-44' });
  });

  it('are those of certificates with any contents', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(description, async (one) => {
        await expectExact(one);
        checked++;
      }),
      { numRuns: 120 },
    );
    report(`Certificates with random contents: ${String(checked)} as predicted`);
    expect(checked).toBeGreaterThanOrEqual(120);
  });

  it('are those of whole chains', async () => {
    for (const side of ['server', 'client'] as const)
      for (const intermediates of [0, 1, 2]) {
        const { certificates } = await issueChain('ML-DSA-44', intermediates, side);
        const predicted = chainCertificates({ signature: 'ML-DSA-44', intermediates, side });
        expect(predicted.map(({ bytes }) => bytes.value)).toEqual(
          certificates.map(({ bytes }) => bytes.length),
        );
      }
  });

  it('are those of a chain whose leaf has a key that establishes secrets, as issued', async () => {
    const urls = { crlUrl: 'http://pki.example/ward.crl', ocspUrl: 'http://pki.example/ocsp' };
    const [leaf, authority] = chainCertificates({
      signature: 'Ed25519',
      leafKey: 'ML-KEM-768',
      intermediates: 1,
      profile: { subject: 'CN=pump', dnsNames: ['pump.example'], issuers: ['CN=Ward', 'CN=Root'], ...urls },
    });
    const common = { signature: 'Ed25519', ...urls } as const;
    const made = [
      await issued({
        ...common,
        use: 'encryption',
        subject: 'CN=pump',
        issuer: 'CN=Ward',
        key: 'ML-KEM-768',
        dnsNames: ['pump.example'],
      }),
      await issued({
        ...common,
        use: 'ca',
        subject: 'CN=Ward',
        issuer: 'CN=Root',
        key: 'Ed25519',
        pathLength: 0,
      }),
    ];
    expect([leaf?.bytes.value, authority?.bytes.value]).toEqual(made.map(({ bytes }) => bytes.length));
  });

  it('say how long ECDSA signatures are on average', async () => {
    for (const curve of ['ECDSA-P256-SHA256', 'ECDSA-brainpoolP384r1-SHA384'] as const) {
      const predicted = signatureBytes(curve);
      const sizes = await Promise.all(
        Array.from({ length: 60 }, async (_, index) => {
          const { signature: bytes } = await issued({
            ...LEAF,
            subject: `CN=${String(index)}`,
            key: 'Ed25519',
            signature: curve,
          });
          return bytes.length;
        }),
      );
      const mean = sizes.reduce((all, one) => all + one, 0) / sizes.length;
      // The standard deviation of one is below 0.8.
      expect(Math.abs(mean - predicted.value)).toBeLessThan(0.5 + (5 * 0.8) / Math.sqrt(sizes.length));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(predicted.high);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(predicted.low);
    }
  });

  it('are known for every signature that certificates have', () => {
    for (const { name: one, kind } of SIGNATURES) {
      const ask = (): unknown => certificateBytes({ ...LEAF, key: one, signature: one }).value;
      if (kind === 'stateful-hash') expect(ask).toThrow(/parameter set/u);
      else if (kind === 'hash-ml-dsa') expect(ask).toThrow(/RFC 9881/u);
      else if (signature(one).identifiers.oid !== undefined) expect(ask()).toBeGreaterThan(300);
    }
  });

  it.each<[string, Partial<CertificateDescription>, string]>([
    ['a name that is none', { subject: 'pump' }, 'invalid_argument'],
    ['a server without a name', { dnsNames: [] }, 'invalid_argument'],
    ['a serial number of 21 octets', { serialOctets: 21 }, 'invalid_argument'],
    ['a serial number of none', { serialOctets: 0 }, 'invalid_argument'],
    ['a key that does not sign', { key: 'ML-KEM-768' }, 'wrong_algorithm'],
    ['a signature that certificates must not have', { signature: 'HashML-DSA-65' }, 'wrong_algorithm'],
    ['an end that is no date', { expires: new Date(Number.NaN) }, 'invalid_argument'],
  ])('refuses %s', (_, wrong, code) => {
    expect(() => certificateBytes({ ...LEAF, key: 'ML-DSA-65', signature: 'ML-DSA-65', ...wrong })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([-1, 1.5, 17, Number.NaN])('refuses a chain with %s intermediates', (intermediates) => {
    expect(() => chainCertificates({ signature: 'ML-DSA-65', intermediates })).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });
});

describe('sizes that differ from key to key', () => {
  it('ECDSA: as the leading bits of the order make likely, four bytes below the most at least', () => {
    const sizes = (
      [
        'P256-SHA256',
        'P384-SHA384',
        'P521-SHA512',
        'brainpoolP256r1-SHA256',
        'brainpoolP384r1-SHA384',
      ] as const
    ).map((name) => {
      const { low, value, high } = signatureBytes(`ECDSA-${name}`);
      return [low, value, high];
    });
    expect(sizes).toEqual([
      [68, 71, 72],
      [100, 103, 104],
      [135, 139, 139],
      [68, 70, 72],
      [100, 102, 104],
    ]);
  });

  it('RSA keys have the exponent 65537 [RFC 8017 §A.1.1]', () => {
    const sizes = ([2048, 3072, 4096] as const).map((bits) =>
      publicKeyBytes(signature(`RSA${bits}-PKCS15-SHA256`)),
    );
    // SEQUENCE and modulus with their heads of four bytes, a leading zero, five bytes of exponent.
    expect(sizes).toEqual([2048, 3072, 4096].map((bits) => 4 + 4 + 1 + bits / 8 + 5));
    for (const bits of [2048, 3072] as const) {
      const algorithm = `RSA${bits}-PKCS15-SHA256`;
      const [publicKey] = objectsOf(algorithm, 'verify');
      expect(publicKey?.bytes).toMatchObject({
        value: 14 + bits / 8,
        low: 14 + bits / 8,
        high: 14 + bits / 8,
      });
    }
  });

  it('nothing is said of a stateful scheme without its parameter set', () => {
    for (const name of ['HSS/LMS', 'XMSS', 'XMSS^MT'])
      for (const figure of [
        ...objectsOf(name, 'verify').map(({ bytes }) => bytes),
        coseSign1Bytes(name),
        coseKeyBytes(name),
      ])
        expect(figure.known).toBe(false);
  });
});
