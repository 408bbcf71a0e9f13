import { defaultProvider, generateKeyPair } from 'hybridge';
import { type Certificate, generalNameFrom, issueCertificate, issueSelfSigned } from 'hybridge/certificates';
import { exportPrivateKey } from 'hybridge/keys';

const validity = { notBefore: new Date(Date.now() - 60_000), days: 30 };

/** A certificate and its key as `node:tls` takes them. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Who issues identities. */
export interface Authority {
  readonly root: Certificate;
  issue(
    profile: 'device-identity' | 'tls-server',
    subject: string,
    ...names: readonly string[]
  ): Promise<Identity>;
}

/** An authority of its own, whose certificates have keys of the same algorithm. */
export async function createAuthority(
  name: string,
  algorithm: 'ECDSA-P256-SHA256' | 'ML-DSA-65',
): Promise<Authority> {
  const provider = defaultProvider();
  const { privateKey } = await generateKeyPair(algorithm);
  const root = await issueSelfSigned(provider, {
    key: privateKey,
    subject: `CN=${name}`,
    profile: 'ca',
    validity,
  });
  return {
    root,
    async issue(profile, subject, ...names) {
      const pair = await generateKeyPair(algorithm);
      const certificate = await issueCertificate(provider, {
        issuer: { certificate: root, key: privateKey },
        publicKey: pair.publicKey,
        subject,
        profile,
        validity,
        extensions: { subjectAltName: names.map(generalNameFrom) },
      });
      return {
        cert: certificate.toPem(),
        key: await exportPrivateKey(provider, pair.privateKey, { format: 'pem' }),
      };
    },
  };
}
