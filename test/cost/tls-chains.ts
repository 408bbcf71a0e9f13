/** Chains issued as `chainCertificates` describes them, for handshakes whose bytes are counted. */
import {
  type Certificate,
  issueCertificate,
  type Issuer,
  issueSelfSigned,
} from '../../src/certificates/index.ts';
import { DEFAULT_SUBJECT, dnsNamesOf } from '../../src/cost/certificate-size.ts';
import type { CertificateProfile } from '../../src/cost/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';

/** A leaf with what is sent beside it. */
export interface IssuedChain {
  /** Leaf first, without the root. */
  readonly certificates: readonly Certificate[];
  /** PEM of them, in that order. */
  readonly chain: string;
  /** PEM of the key, PKCS #8. */
  readonly key: string;
  readonly root: Certificate;
  /**
   * A root of the same name with another key. A server that is given it asks for certificates under that name, and
   * cannot complete its own chain with it, as OpenSSL does with a root that it is given to trust.
   */
  readonly namesake: Certificate;
}

const validity = { notBefore: NOT_BEFORE, days: 3650 };

async function newRoot(name: SignatureName, label: string): Promise<Issuer> {
  const { privateKey: key } = await signatureKeys(name, label);
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: 'CN=Root CA',
    profile: 'ca',
    validity,
  });
  return { certificate, key };
}

const roots = new Map<string, Promise<Issuer>>();

function rootOf(name: SignatureName, label: string): Promise<Issuer> {
  const root = roots.get(`${name} ${label}`) ?? newRoot(name, label);
  roots.set(`${name} ${label}`, root);
  return root;
}

/** Issues the chain of a server or a client. */
export async function issueChain(
  name: SignatureName,
  intermediates: number,
  side: 'client' | 'server',
  profile: CertificateProfile = {},
): Promise<IssuedChain> {
  const root = await rootOf(name, 'root');
  const namesake = await rootOf(name, 'namesake');
  let issuer = root;
  const authorities: Certificate[] = [];
  for (let index = intermediates - 1; index >= 0; index--) {
    const { privateKey, publicKey } = await signatureKeys(name, `intermediate ${String(index)}`);
    const certificate = await issueCertificate(provider, {
      issuer,
      publicKey,
      subject: `CN=Intermediate CA ${String(index + 1)}`,
      profile: 'ca',
      pathLength: index,
      validity,
    });
    authorities.unshift(certificate);
    issuer = { certificate, key: privateKey };
  }
  const { privateKey: key, publicKey } = await signatureKeys(name, 'leaf');
  const leaf = await issueCertificate(provider, {
    issuer,
    publicKey,
    subject: DEFAULT_SUBJECT,
    profile: side === 'server' ? 'tls-server' : 'tls-client',
    validity,
    extensions: { subjectAltName: dnsNamesOf(profile).map((dns) => ({ kind: 'dns', name: dns })) },
  });
  const certificates = [leaf, ...authorities];
  return {
    certificates,
    chain: certificates.map((one) => one.toPem()).join(''),
    key: await exportPrivateKey(provider, key, { format: 'pem' }),
    root: root.certificate,
    namesake: namesake.certificate,
  };
}
