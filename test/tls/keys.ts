/** Self-signed certificates of each kind of key. */
import { issueSelfSigned } from '../../src/certificates/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { type Credential, loadCredential } from '../../src/tls/index.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';
import type { Files, Keys } from './posture-cases.ts';

async function files(name: SignatureName): Promise<Files> {
  const { privateKey: key } = await signatureKeys(name);
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: `CN=${name}`,
    profile: 'tls-server',
    validity: { notBefore: NOT_BEFORE, days: 3650 },
    extensions: {
      subjectAltName: [{ kind: 'dns', name: 'localhost' }],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    },
  });
  return { cert: certificate.toPem(), key: await exportPrivateKey(provider, key, { format: 'pem' }) };
}

/** A credential for `localhost`, which is its own root. */
export async function newCredential(name: SignatureName): Promise<Credential> {
  const { cert, key } = await files(name);
  return loadCredential(provider, { certificate: cert, privateKey: key });
}

export async function newKeys(): Promise<Keys> {
  return {
    ec: await files('ECDSA-P256-SHA256'),
    ed: await files('Ed25519'),
    mlDsa: await files('ML-DSA-65'),
    rsa: await files('RSA2048-PKCS15-SHA256'),
  };
}
