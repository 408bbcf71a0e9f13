/** PKCS #10 requests: what they hold, what they prove, and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import {
  ATTRIBUTE,
  createRequest,
  formatName,
  issueCertificate,
  issueSelfSigned,
  parseRequest,
  PURPOSE,
  verifyRequest,
} from '../../src/certificates/index.ts';
import { der, encodePem } from '../../src/encoding/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { PrivateKey } from '../../src/provider/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { AT, kemKeys, NOT_BEFORE, provider, signatureKeys } from './fixtures.ts';

const validity = { notBefore: NOT_BEFORE };

async function requestOf(name: SignatureName = 'ML-DSA-44') {
  return createRequest(provider, {
    key: (await signatureKeys(name)).privateKey,
    subject: 'CN=pump.example,O=Hospital',
    extensions: {
      subjectAltName: [{ kind: 'dns', name: 'pump.example' }],
      extendedKeyUsage: [PURPOSE.clientAuth],
      keyUsage: ['digitalSignature'],
    },
    challengePassword: 'öpen sesame',
  });
}

/** A request with its parts replaced, signed by nobody. */
function forged(attributes: Uint8Array, version = 0): Uint8Array {
  const name = der.sequence();
  const spki = der.sequence(der.sequence(der.oid('1.3.101.112')), der.bitString(new Uint8Array(32)));
  const info = der.sequence(der.integer(version), name, spki, attributes);
  return der.sequence(info, der.sequence(der.oid('1.3.101.112')), der.bitString(new Uint8Array(64)));
}

const attribute = (type: string, ...values: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(type), der.setOf(...values));
const attributes = (...all: readonly Uint8Array[]): Uint8Array => der.implicitly(0, der.setOf(...all));

describe('requests', () => {
  it.each<SignatureName>(['ML-DSA-44', 'SLH-DSA-SHA2-128f', 'ECDSA-P256-SHA256', 'MLDSA44-Ed25519-SHA512'])(
    'by a key of %s hold what was asked for, and prove possession',
    async (name) => {
      const request = await requestOf(name);
      expect(formatName(request.subject)).toBe('CN=pump.example,O=Hospital');
      expect(request.challengePassword).toBe('öpen sesame');
      expect(request.extensions.subjectAltName).toEqual([{ kind: 'dns', name: 'pump.example' }]);
      expect(request.extensions.extendedKeyUsage).toEqual([PURPOSE.clientAuth]);
      expect(request.attributes.map(({ type }) => type).toSorted()).toEqual(
        [ATTRIBUTE.extensionRequest, ATTRIBUTE.challengePassword].toSorted(),
      );
      expect(await verifyRequest(provider, request)).toBe(true);
      expect(await verifyRequest(provider, parseRequest(request.toPem()))).toBe(true);
    },
  );

  it('without attributes have an empty set of them', async () => {
    const { privateKey } = await signatureKeys('ML-DSA-44');
    const request = await createRequest(provider, { key: privateKey, subject: '' });
    expect(request.attributes).toEqual([]);
    expect(await verifyRequest(provider, request)).toBe(true);
  });

  it('do not verify once a byte has changed, and nothing but a HybridgeError is thrown', async () => {
    const { bytes } = await requestOf('ECDSA-P256-SHA256');
    let parsed = 0;
    let verified = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        try {
          const request = parseRequest(changed);
          parsed++;
          if (await verifyRequest(provider, request)) verified++;
        } catch (error) {
          if (!(error instanceof HybridgeError)) throw error;
        }
      }
    expect(parsed).toBeGreaterThan(100);
    expect(verified).toBe(0);
  });

  it('are refused at every length but their own, and where they are noise', async () => {
    const { bytes } = await requestOf('ECDSA-P256-SHA256');
    for (let length = 0; length < bytes.length; length++)
      expect(() => parseRequest(bytes.slice(0, length))).toThrow(HybridgeError);
    expect(() => parseRequest(Uint8Array.of(...bytes, 0))).toThrow(HybridgeError);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string()), (noise) => {
        try {
          parseRequest(noise);
        } catch (error) {
          if (!(error instanceof HybridgeError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<readonly [string, () => Uint8Array | string, string]>([
    ['another version', () => forged(attributes(), 1), 'version 1'],
    [
      'an attribute twice',
      () => forged(attributes(attribute('1.2.3', der.nil()), attribute('1.2.3', der.integer(1)))),
      'stands twice',
    ],
    [
      'two passwords',
      () => forged(attributes(attribute(ATTRIBUTE.challengePassword, der.integer(1), der.integer(2)))),
      '2 values',
    ],
    [
      'a password that is no string',
      () => forged(attributes(attribute(ATTRIBUTE.challengePassword, der.integer(1)))),
      'not a string',
    ],
    ['an attribute without a value', () => forged(attributes(attribute('1.2.3'))), 'truncated'],
    ['no attributes at all', () => forged(new Uint8Array()), 'missing'],
    [
      'two requests in one text',
      () => encodePem('CERTIFICATE REQUEST', forged(attributes())).repeat(2),
      'more than one',
    ],
    ['a certificate', () => encodePem('CERTIFICATE', forged(attributes())), 'holds no'],
    ['something else', () => 'hello', 'neither DER nor PEM'],
  ])('%s', (_, make, why) => {
    expect(() => parseRequest(make())).toThrow(why);
  });

  it('of keys that cannot sign are refused, with what there is instead', async () => {
    const { privateKey } = await kemKeys('ML-KEM-768');
    const key: unknown = privateKey;
    if (!isSigner(key)) throw new Error('unreachable');
    const refusal = await createRequest(provider, { key, subject: 'CN=x' }).catch((error: unknown) => error);
    if (!isHybridgeError(refusal, 'wrong_algorithm')) throw new Error(String(refusal));
    expect(refusal.message).toContain('establishes secrets');
    expect(refusal.hint).toContain('RFC 9883');
  });

  it('are refused by a policy, and with a password that is none', async () => {
    const { privateKey } = await signatureKeys('ECDSA-P256-SHA256');
    const options = { key: privateKey, subject: 'CN=x' };
    await expect(
      createRequest(provider, { ...options, policy: namedPolicy('pq-only'), at: AT }),
    ).rejects.toSatisfy((error) => isHybridgeError(error, 'policy_refused'));
    for (const challengePassword of ['', 'x'.repeat(256)])
      await expect(createRequest(provider, { ...options, challengePassword })).rejects.toThrow('1 to 255');
  });
});

describe('issuing on request', () => {
  it('takes over the alternative names, and more only when told', async () => {
    const { privateKey } = await signatureKeys('ML-DSA-65', 'ca');
    const root = await issueSelfSigned(provider, {
      key: privateKey,
      subject: 'CN=CA',
      profile: 'ca',
      validity,
    });
    const request = await requestOf();
    const options = { issuer: { certificate: root, key: privateKey }, request, validity } as const;
    const leaf = await issueCertificate(provider, { ...options, profile: 'tls-server' });
    expect(leaf.extensions.subjectAltName).toEqual(request.extensions.subjectAltName);
    expect(leaf.extensions.extendedKeyUsage).toEqual([PURPOSE.serverAuth]);
    const client = await issueCertificate(provider, {
      issuer: options.issuer,
      request,
      requested: ['extendedKeyUsage'],
      subject: 'CN=decided by the CA',
      profile: 'tls-client',
      validity,
    });
    expect(client.extensions.extendedKeyUsage).toEqual([PURPOSE.clientAuth]);
    expect(client.extensions.subjectAltName).toBeUndefined();
    expect(formatName(client.subject)).toBe('CN=decided by the CA');
  });

  it('refuses a request whose signature does not hold', async () => {
    const { privateKey } = await signatureKeys('ML-DSA-65', 'ca');
    const root = await issueSelfSigned(provider, {
      key: privateKey,
      subject: 'CN=CA',
      profile: 'ca',
      validity,
    });
    const { bytes } = await requestOf();
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(
      issueCertificate(provider, {
        issuer: { certificate: root, key: privateKey },
        request: parseRequest(changed),
        profile: 'tls-server',
        validity,
      }),
    ).rejects.toThrow('does not prove possession');
  });
});

const isSigner = (value: unknown): value is Awaited<ReturnType<typeof signatureKeys>>['privateKey'] =>
  value instanceof PrivateKey;
