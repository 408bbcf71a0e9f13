import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { concat, equal, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  type Certificate,
  encodeExtensions,
  type ExtensionInput,
  extensionsOf,
  formatName,
  nameFrom,
  parseCertificate,
  parseCertificates,
  parseRequest,
  readExtensions,
  signSigned,
  encodeTime,
  verifySigned,
} from '../../src/certificates/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { der, encodePem, INTEGER, readDer } from '../../src/encoding/index.ts';
import { exportPublicKey } from '../../src/keys/index.ts';
import type { KeyPair } from '../../src/provider/index.ts';
import type { SignatureDescriptor } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

const provider = defaultProvider();
const HOUR = 3_600_000;
const from = new Date('2026-01-01T00:00:00Z');

let pair: KeyPair<SignatureDescriptor>;
let good: Certificate;

/** What may be changed about the certificate that is built here by hand. */
interface Parts {
  readonly version?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly innerAlgorithm?: Uint8Array;
  readonly extensions?: Uint8Array;
}

/** A self-signed certificate, field by field, so that every field can be wrong. */
async function build(parts: Parts = {}): Promise<Uint8Array> {
  const name = nameFrom('CN=test').bytes;
  return signSigned(provider, pair.privateKey, (algorithm) =>
    der.sequence(
      parts.version ?? der.explicit(0, der.integer(2)),
      parts.serial ?? der.integer(4711),
      parts.innerAlgorithm ?? algorithm,
      parts.issuer ?? name,
      der.sequence(encodeTime(from), encodeTime(new Date(from.getTime() + HOUR))),
      name,
      exportPublicKey(pair.publicKey, { format: 'der' }),
      der.explicit(
        3,
        parts.extensions ??
          encodeExtensions(
            extensionsOf({ basicConstraints: { ca: true }, keyUsage: ['keyCertSign', 'cRLSign'] }),
          ),
      ),
    ),
  );
}

beforeAll(async () => {
  pair = await generateKeyPair(provider, 'ML-DSA-44');
  good = parseCertificate(await build());
});

describe('reading', () => {
  it('reads every field', async () => {
    expect(formatName(good.subject)).toBe('CN=test');
    expect(good.version).toBe(3);
    expect(toHex(good.serialNumber)).toBe('1267');
    expect(good.validity).toEqual({ notBefore: from, notAfter: new Date(from.getTime() + HOUR) });
    expect(good.extensions).toMatchObject({
      basicConstraints: { ca: true },
      keyUsage: ['keyCertSign', 'cRLSign'],
    });
    expect(await verifySigned(provider, good, good)).toBe(true);
  });

  it('does not care what becomes of the buffer', async () => {
    const bytes = await build();
    const certificate = parseCertificate(bytes);
    bytes.fill(0);
    expect(await verifySigned(provider, certificate, certificate)).toBe(true);
  });

  it('reads PEM, alone and in a bundle', () => {
    const bundle = `# a chain\n${good.toPem()}${encodePem('PRIVATE KEY', Uint8Array.of(0x30, 0))}${good.toPem()}`;
    expect(parseCertificates(bundle)).toHaveLength(2);
    expect(equal(parseCertificate(good.toPem()).bytes, good.bytes)).toBe(true);
    expect(() => parseCertificate(bundle)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    expect(() => parseCertificate('no certificate')).toThrow(
      expect.objectContaining({ code: 'invalid_encoding' }),
    );
  });
});

it('refuses what is too large before it is copied or read', () => {
  const large = new Uint8Array(1024 * 1024 + 1).fill(0x30);
  for (const read of [parseCertificate, parseRequest])
    expect(() => read(large)).toThrow(expect.objectContaining({ code: 'message_too_large' }));
});

describe('departures from the profile', () => {
  interface Departure {
    readonly rule: string;
    readonly parts: Parts;
    readonly trailing?: Uint8Array;
  }
  const usages = extensionsOf({ keyUsage: ['keyEncipherment', 'digitalSignature'] });
  const defaulted = { oid: '2.5.29.19', critical: true, value: der.sequence(der.boolean(false)) };
  const cases: readonly Departure[] = [
    { rule: 'trailing-bytes', parts: {}, trailing: Uint8Array.of(0) },
    { rule: 'default-encoded', parts: { version: der.explicit(0, der.integer(0)) } },
    { rule: 'default-encoded', parts: { extensions: encodeExtensions([defaulted]) } },
    { rule: 'version', parts: { version: der.explicit(0, der.integer(1)) } },
    { rule: 'serial-number-length', parts: { serial: der.element(INTEGER, new Uint8Array(21).fill(1)) } },
    { rule: 'empty-issuer', parts: { issuer: der.sequence() } },
    {
      rule: 'signature-algorithms-differ',
      parts: { innerAlgorithm: der.sequence(der.oid('2.16.840.1.101.3.4.3.18')) },
    },
    { rule: 'key-usage', parts: { extensions: encodeExtensions(usages) } },
    {
      rule: 'extension-value',
      parts: { extensions: encodeExtensions([{ oid: '2.5.29.15', critical: true, value: der.nil() }]) },
    },
  ];

  it.each(cases)('$rule is refused, and read with `strict: false`', async ({ rule, parts, trailing }) => {
    const bytes = concat(await build(parts), trailing ?? new Uint8Array());
    expect(() => parseCertificate(bytes)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
    const lenient = parseCertificate(bytes, { strict: false });
    expect(lenient.deviations.map((one) => one.rule)).toContain(rule);
  });

  it.each([
    ['an extension twice', { extensions: () => twice() }],
    ['no extension in the list', { extensions: () => der.sequence() }],
  ])('%s is never read', async (_what, { extensions }) => {
    const bytes = await build({ extensions: extensions() });
    expect(() => parseCertificate(bytes, { strict: false })).toThrow(
      expect.objectContaining({ code: 'invalid_encoding' }),
    );
  });

  function twice(): Uint8Array {
    const one = extensionsOf({ keyUsage: ['keyCertSign'] });
    return encodeExtensions([...one, ...one]);
  }
});

describe('mutation', () => {
  it('throws nothing but HybridgeError, and no changed signed byte verifies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const bytes = Uint8Array.from(good.bytes);
          bytes[at] = (bytes[at] ?? 0) ^ change;
          try {
            const certificate = parseCertificate(bytes, { strict: false });
            expect(await verifySigned(provider, certificate, good)).toBe(false);
          } catch (error) {
            expect(isHybridgeError(error), String(error)).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < good.bytes.length; length += 7)
      expect(() => parseCertificate(good.bytes.subarray(0, length), { strict: false })).toThrow(
        expect.objectContaining({ name: 'HybridgeError' }),
      );
  });
});

describe('extensions', () => {
  const point = {
    name: { fullName: [{ kind: 'uri', uri: 'http://ca.example/a.crl' }] },
    reasons: ['keyCompromise', 'aACompromise'],
    crlIssuer: [{ kind: 'directory', name: nameFrom('CN=issuer') }],
  } as const;
  const everything: ExtensionInput = {
    subjectKeyIdentifier: Uint8Array.of(1, 2, 3),
    keyUsage: ['digitalSignature', 'decipherOnly'],
    subjectAltName: [
      { kind: 'dns', name: 'pump.example' },
      { kind: 'email', address: 'ward@hospital.example' },
      { kind: 'uri', uri: 'urn:dev:mac:0024befffe804ff1' },
      { kind: 'ip', address: Uint8Array.of(192, 0, 2, 1) },
      { kind: 'directory', name: nameFrom('CN=pump,O=Hospital') },
      { kind: 'registered-id', oid: '1.2.3.4' },
      {
        kind: 'other',
        type: '1.3.6.1.5.5.7.8.4',
        value: der.sequence(der.oid('1.2.3'), der.octetString(Uint8Array.of(7))),
      },
    ],
    issuerAltName: [{ kind: 'dns', name: 'ca.example' }],
    basicConstraints: { ca: true, pathLength: 0 },
    crlNumber: Uint8Array.of(0, 0xff),
    reasonCode: 'privilegeWithdrawn',
    invalidityDate: from,
    deltaCrlIndicator: Uint8Array.of(9),
    issuingDistributionPoint: {
      name: { relativeToIssuer: nameFrom('CN=crl 1').relativeNames[0] ?? [] },
      onlyUserCertificates: true,
      onlyCaCertificates: false,
      onlySomeReasons: ['superseded'],
      indirect: true,
      onlyAttributeCertificates: false,
    },
    certificateIssuer: [{ kind: 'directory', name: nameFrom('CN=other') }],
    nameConstraints: {
      permitted: [{ kind: 'dns', name: '.example' }],
      excluded: [{ kind: 'ip', address: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) }],
    },
    crlDistributionPoints: [point],
    certificatePolicies: [
      { policy: '1.2.3.4', qualifiers: [{ type: '1.3.6.1.5.5.7.2.1', value: der.nil() }] },
      { policy: '2.5.29.32.0', qualifiers: [] },
    ],
    policyMappings: [{ issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' }],
    authorityKeyIdentifier: {
      keyIdentifier: Uint8Array.of(4),
      issuer: [{ kind: 'directory', name: nameFrom('CN=root') }],
      serialNumber: Uint8Array.of(0x80),
    },
    policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: 3 },
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    freshestCrl: [{ name: undefined, reasons: undefined, crlIssuer: [{ kind: 'dns', name: 'a' }] }],
    inhibitAnyPolicy: 2,
    subjectAltPublicKeyInfo: der.sequence(
      der.sequence(der.oid('1.3.101.112')),
      der.bitString(Uint8Array.of(1)),
    ),
    altSignatureValue: Uint8Array.of(5, 6),
    authorityInfoAccess: [
      { method: '1.3.6.1.5.5.7.48.1', location: { kind: 'uri', uri: 'http://ocsp.example' } },
    ],
    subjectInfoAccess: [
      { method: '1.3.6.1.5.5.7.48.3', location: { kind: 'uri', uri: 'http://tsa.example' } },
    ],
    tlsFeature: [5, 17],
    relatedCertificate: {
      hashAlgorithm: {
        oid: '2.16.840.1.101.3.4.2.1',
        parameters: undefined,
        bytes: der.sequence(der.oid('2.16.840.1.101.3.4.2.1')),
      },
      hashValue: Uint8Array.of(1),
    },
    ocspNoCheck: true,
    other: [{ oid: '1.2.3.4.5', critical: false, value: Uint8Array.of(1, 2) }],
  };

  it('come back as they were written, all of them', () => {
    const outer = readDer(encodeExtensions(extensionsOf(everything)), 'Extensions');
    const { all, ...read } = readExtensions(outer);
    outer.end();
    const { other, ...written } = everything;
    expect(all.at(-1)).toEqual(other?.[0]);
    expect(plain(read)).toEqual(plain(written));
  });

  /** Names know their key only when asked: compared is what everything encodes to and says. */
  function plain(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Uint8Array ? toHex(inner) : inner)),
    );
  }
});
