/** Alternative signatures on a path: both hold, or the path does not. */
import { beforeAll, describe, expect, it } from 'vitest';

import { equal } from '../../../src/bytes/index.ts';
import {
  type Certificate,
  issueCertificate,
  type Issuer,
  issueSelfSigned,
  parseCertificate,
  type PathOptions,
  type PathResult,
  signSigned,
  validatePath,
} from '../../../src/certificates/index.ts';
import type { Policy } from '../../../src/policy/index.ts';
import type { KeyPair } from '../../../src/provider/index.ts';
import type { SignatureDescriptor } from '../../../src/registry/index.ts';
import { generateKeyPair } from '../../../src/sign/index.ts';
import { provider } from './pki.ts';

const at = new Date('2027-06-01T00:00:00Z');
const validity = { notBefore: new Date('2027-01-01T00:00:00Z'), days: 300 };

let ecdsa: KeyPair<SignatureDescriptor>;
let mlDsa: KeyPair<SignatureDescriptor>;
let root: Certificate;
let leaf: Certificate;
let issuer: Issuer;

beforeAll(async () => {
  ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
  mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
  root = await issueSelfSigned(provider, {
    key: ecdsa.privateKey,
    alternative: { key: mlDsa.privateKey },
    subject: 'CN=Transition root',
    profile: 'ca',
    validity,
  });
  issuer = { certificate: root, key: ecdsa.privateKey };
  leaf = await issueLeaf(true);
});

async function issueLeaf(withAlternative: boolean): Promise<Certificate> {
  const { publicKey } = await generateKeyPair(provider, 'MLDSA65-Ed25519-SHA512');
  return issueCertificate(provider, {
    issuer,
    subject: 'serialNumber=0815',
    publicKey,
    profile: 'device-identity',
    validity,
    alternative: withAlternative ? { key: mlDsa.privateKey } : undefined,
  });
}

function ask(certificate: Certificate, options: Partial<PathOptions> = {}): Promise<PathResult> {
  return validatePath(provider, certificate, { anchors: [root], at, ...options });
}

/** The leaf with one bit of its alternative signature changed, and its ordinary signature made again. */
async function forged(): Promise<Certificate> {
  const value = leaf.extensions.altSignatureValue ?? new Uint8Array();
  const tbs = Uint8Array.from(leaf.tbs);
  for (let start = 0; start + value.length <= tbs.length; start++)
    if (equal(tbs.subarray(start, start + value.length), value))
      tbs[start + 100] = (tbs[start + 100] ?? 0) ^ 1;
  return parseCertificate(await signSigned(provider, ecdsa.privateKey, () => tbs));
}

describe('alternative signatures on a path', () => {
  it('are verified and told', async () => {
    const result = await ask(leaf);
    expect(result.valid).toBe(true);
    expect(result.steps).toContainEqual(
      expect.objectContaining({ certificate: 0, check: 'alternative-signature', verdict: 'pass' }),
    );
  });

  it('make the path invalid when they do not hold, whatever the ordinary one does', async () => {
    expect(await ask(await forged())).toMatchObject({
      valid: false,
      reason: 'alternative-signature-invalid',
      at: 0,
    });
  });

  it('count together with the ordinary one where a policy asks', async () => {
    const policy: Policy = {
      name: 'no-classical-certificates',
      version: 1,
      date: '2026-11-21',
      description: 'Signatures on certificates are post-quantum or hybrid.',
      rules: [
        {
          id: 'allow',
          uses: ['certificate-signature', 'signature-verify'],
          match: { nature: ['hybrid', 'post-quantum'] },
          verdict: 'allow',
          reason: 'test',
          source: 'test',
        },
      ],
      preference: [],
    };
    expect(await ask(leaf, { policy })).toMatchObject({ valid: true });
    // Taken off, as whoever can forge the ordinary signature would.
    expect(await ask(await issueLeaf(false), { policy })).toMatchObject({
      valid: false,
      reason: 'policy-refused',
    });
  });

  it('say nothing under an anchor without the key for them', async () => {
    const anchors = [{ name: root.subject, subjectPublicKeyInfo: root.subjectPublicKeyInfo }];
    const result = await ask(leaf, { anchors });
    expect(result.valid).toBe(true);
    expect(result.warnings).toEqual([expect.stringContaining('was not checked')]);
  });
});
