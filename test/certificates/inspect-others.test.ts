/** Requests, revocation lists and OCSP responses described; their certificates are in inspect.test.ts. */
import { describe, expect, it } from 'vitest';
import { isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  createCrl,
  createOcspRequest,
  createOcspResponse,
  createRequest,
  formatCrlInspection,
  formatOcspInspection,
  formatRequestInspection,
  inspectCrl,
  inspectOcspResponse,
  inspectRequest,
  issueSelfSigned,
  ocspFailure,
  parseCrl,
  parseOcspResponse,
  parseRequest,
} from '../../src/certificates/index.ts';
import { fingerprint } from '../../src/keys/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

const provider = createNobleProvider();
const { privateKey: key, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
const certificate = await issueSelfSigned(provider, {
  key,
  subject: 'CN=Root',
  profile: 'ca',
  validity: { notBefore: new Date('2027-01-01') },
});
const at = new Date('2027-02-01T08:00:00Z');

const request = await createRequest(provider, {
  key,
  subject: 'CN=Pump\u001b[2J',
  extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  challengePassword: 'hush',
});
const crl = await createCrl(provider, {
  issuer: { certificate, key },
  thisUpdate: at,
  nextUpdate: new Date('2027-02-08'),
  number: 2n ** 64n,
  revoked: Array.from({ length: 25 }, (_, index) => ({
    serialNumber: Uint8Array.of(1, index),
    revocationDate: new Date('2027-01-31'),
    reason: 'keyCompromise' as const,
  })),
});
const { questions, nonce } = await createOcspRequest(provider, {
  about: [{ certificate, issuer: certificate }],
});
const response = await createOcspResponse(provider, {
  responder: { certificate, key },
  producedAt: at,
  nonce,
  answers: questions.map(({ id }) => ({
    id,
    status: { kind: 'revoked' as const, since: new Date('2027-01-31'), reason: 'superseded' as const },
    thisUpdate: at,
  })),
});

const FORMS = {
  request: {
    bytes: request.bytes,
    inspect: (bytes: Uint8Array) => inspectRequest(provider, parseRequest(bytes)),
    text: (bytes: Uint8Array) => formatRequestInspection(inspectRequest(provider, parseRequest(bytes))),
  },
  'revocation list': {
    bytes: crl.bytes,
    inspect: (bytes: Uint8Array) => inspectCrl(parseCrl(bytes, { strict: false })),
    text: (bytes: Uint8Array) => formatCrlInspection(inspectCrl(parseCrl(bytes, { strict: false }))),
  },
  'OCSP response': {
    bytes: response.bytes,
    inspect: (bytes: Uint8Array) => inspectOcspResponse(parseOcspResponse(bytes)),
    text: (bytes: Uint8Array) => formatOcspInspection(inspectOcspResponse(parseOcspResponse(bytes))),
  },
};

describe.each(Object.entries(FORMS))('an inspection of a %s', (_, { bytes, inspect, text }) => {
  it('is plain data, and lines that no terminal acts on', () => {
    const inspection = inspect(bytes);
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
    expect(inspection.bytes).toBe(bytes.length);
    expect(text(bytes)).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(text(bytes)).toContain('ML-DSA-44 (2.16.840.1.101.3.4.3.17), 2,420 bytes');
  });

  it('of a changed one is made all the same, or refused', () => {
    let read = 0;
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      try {
        expect(text(changed)).not.toBe('');
        read++;
      } catch (error) {
        if (!isHybridgeError(error)) throw error;
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});

describe('an inspection tells', () => {
  it('what a request asks for, and not its password', () => {
    const inspection = inspectRequest(provider, request);
    expect(inspection).toMatchObject({
      subject: String.raw`CN=Pump\1b[2J`,
      key: { name: 'ML-DSA-44', nature: 'post-quantum', bytes: 1312 },
      related: false,
      challengePassword: true,
      publicKeyFingerprint: fingerprint(provider, publicKey),
    });
    expect(inspection.extensions).toEqual([
      { oid: '2.5.29.17', name: 'subjectAltName', critical: false, text: ['DNS:pump.example'] },
    ]);
    expect(formatRequestInspection(inspection)).not.toContain('hush');
  });

  it('what is revoked, the first entries as text', () => {
    const inspection = inspectCrl(crl);
    expect(inspection).toMatchObject({ issuer: 'CN=Root', number: '18446744073709551616', version: 2 });
    expect(inspection.revoked).toHaveLength(25);
    expect(inspection.revoked[24]).toEqual({
      serialNumber: '01:18',
      date: '2027-01-31T00:00:00.000Z',
      reason: 'keyCompromise',
    });
    const text = formatCrlInspection(inspection);
    expect(text.match(/keyCompromise/gu)).toHaveLength(20);
    expect(text).toContain('and 5 more');
  });

  it('what a responder says, or why it says nothing', () => {
    expect(inspectOcspResponse(response)).toMatchObject({
      status: 'successful',
      nonce: true,
      answers: [
        {
          serialNumber: toHex(certificate.serialNumber).replaceAll(/(..)(?!$)/gu, '$1:'),
          status: 'revoked',
          since: '2027-01-31T00:00:00.000Z',
          reason: 'superseded',
        },
      ],
    });
    const failure = inspectOcspResponse(parseOcspResponse(ocspFailure('unauthorized')));
    expect(failure).toEqual({ status: 'unauthorized', bytes: 5 });
    expect(formatOcspInspection(failure)).toContain('unauthorized');
  });
});
