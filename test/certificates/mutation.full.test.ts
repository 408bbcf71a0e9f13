/** Changed certificates and requests, by the hundred thousand: only a HybridgeError, and none that verifies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { equal, HybridgeError } from '../../src/bytes/index.ts';
import {
  type Certificate,
  createRequest,
  hardwareModuleName,
  issueCertificate,
  issueSelfSigned,
  parseCertificate,
  parseRequest,
  PURPOSE,
  readDeltaCertificate,
  renewalRequest,
  verifyAlternative,
  verifyRequest,
  verifySigned,
} from '../../src/certificates/index.ts';
import { report } from '../support/tally.ts';
import { AT, NOT_BEFORE, provider, signatureKeys } from './fixtures.ts';

const RUNS = 60_000;
const validity = { notBefore: NOT_BEFORE };

/** One change: a byte set, bytes cut out, or bytes put in. */
type Change = readonly ['cut' | 'put' | 'set', number, Uint8Array];

const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom('set', 'set', 'set', 'cut', 'put'),
  fc.nat({ max: 1_000_000 }),
  fc.uint8Array({ minLength: 1, maxLength: 4 }),
);

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (const [kind, where, octets] of changes) {
    const at = where % (result.length + 1);
    const after = kind === 'put' ? at : at + octets.length;
    const middle = kind === 'cut' ? [] : octets;
    result = Uint8Array.from([...result.subarray(0, at), ...middle, ...result.subarray(after)]);
  }
  return result;
}

/** A root with an alternative key, and a certificate with nearly every extension and two signatures. */
async function certificates(): Promise<{ readonly root: Certificate; readonly leaf: Certificate }> {
  const ca = await signatureKeys('Ed25519', 'ca');
  const alternative = { key: (await signatureKeys('ECDSA-P256-SHA256', 'ca')).privateKey };
  const subject = 'CN=Root,O=Hybridge,C=CH';
  const root = await issueSelfSigned(provider, {
    key: ca.privateKey,
    alternative,
    subject,
    profile: 'ca',
    validity,
  });
  const uri = [{ kind: 'uri', uri: 'http://ca.example/crl' }] as const;
  const leaf = await issueCertificate(provider, {
    issuer: { certificate: root, key: ca.privateKey },
    alternative,
    publicKey: (await signatureKeys('Ed25519', 'leaf')).publicKey,
    subject: 'CN=pump.example+serialNumber=0815,O=Spital Zürich,DC=example',
    profile: 'tls-server',
    validity,
    extensions: {
      subjectAltName: [
        { kind: 'dns', name: 'pump.example' },
        { kind: 'ip', address: Uint8Array.of(192, 0, 2, 7) },
        hardwareModuleName({ type: '1.3.6.1.4.1.99999', serialNumber: Uint8Array.of(8, 1, 5) }),
        { kind: 'directory', name: root.subject },
      ],
      crlDistributionPoints: [{ name: { fullName: uri }, reasons: ['keyCompromise'] }],
      certificatePolicies: [{ policy: '1.3.6.1.4.1.99999.1', qualifiers: [] }],
      authorityInfoAccess: [{ method: '1.3.6.1.5.5.7.48.1', location: uri[0] }],
      tlsFeature: [5],
    },
  });
  return { root, leaf };
}

/** Runs a check over changed bytes; what it throws must be a HybridgeError, and what it answers `false`. */
async function attack(what: string, original: Uint8Array, check: (bytes: Uint8Array) => Promise<boolean>) {
  let parsed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = changed(original, changes);
      if (equal(bytes, original)) return;
      try {
        expect(await check(bytes)).toBe(false);
        parsed++;
      } catch (error) {
        if (!(error instanceof HybridgeError)) throw error;
      }
    }),
    { numRuns: RUNS },
  );
  report(`${what}: ${String(RUNS)} changed, ${String(parsed)} of them still parsed, none verified`);
  expect(parsed).toBeGreaterThan(1000);
}

describe('changed at random', () => {
  it('certificates', async () => {
    const { root, leaf } = await certificates();
    expect(await verifySigned(provider, leaf, root)).toBe(true);
    expect(await verifyAlternative(provider, leaf, root)).toBe(true);
    await attack('certificates', leaf.bytes, async (bytes) => {
      const certificate = parseCertificate(bytes, { strict: false });
      readDeltaCertificate(certificate);
      // Bytes after the end are told and not part of it.
      if (certificate.deviations.some(({ rule }) => rule === 'trailing-bytes')) return false;
      return verifySigned(provider, certificate, root);
    });
  });

  it('requests', async () => {
    const { leaf } = await certificates();
    const old = await signatureKeys('Ed25519', 'leaf');
    const request = await renewalRequest(provider, {
      certificate: leaf,
      key: (await signatureKeys('Ed25519', 'new')).privateKey,
      proof: { key: old.privateKey, at: AT },
      challengePassword: 'öpen sesame',
    });
    await attack('requests', request.bytes, async (bytes) => verifyRequest(provider, parseRequest(bytes)));
    const plain = await createRequest(provider, {
      key: old.privateKey,
      subject: 'CN=x',
      extensions: { extendedKeyUsage: [PURPOSE.clientAuth] },
    });
    await attack('short requests', plain.bytes, async (bytes) =>
      verifyRequest(provider, parseRequest(bytes)),
    );
  });
});
