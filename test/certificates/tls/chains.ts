/** Hierarchies that we issue for TLS, as the files that servers and clients read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  type Certificate,
  issueCertificate,
  type IssueOptions,
  type Issuer,
  issueSelfSigned,
} from '../../../src/certificates/index.ts';
import { writePkcs12 } from '../../../src/cms/index.ts';
import { exportPrivateKey } from '../../../src/keys/index.ts';
import type { PrivateKey } from '../../../src/provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../../../src/registry/index.ts';
import { generateKeyPair } from '../../../src/sign/index.ts';
import { NOT_BEFORE, provider } from '../fixtures.ts';

/** The algorithms of a root, an intermediate and the leaves under it. */
interface Kind {
  readonly id: string;
  readonly root: SignatureName;
  readonly intermediate: SignatureName;
  readonly leaf: SignatureName;
  /** Whether every certificate has an ML-DSA-65 key and signature beside the ones that TLS uses. */
  readonly alternative?: true;
}

export type KindName =
  'browser' | 'classical' | 'ed25519' | 'hybrid' | 'mixed' | 'ml-dsa-44' | 'ml-dsa-87' | 'pure' | 'rsa';

/** A hierarchy of one algorithm. */
const uniform = (algorithm: SignatureName): Kind => ({
  id: `${algorithm} throughout`,
  root: algorithm,
  intermediate: algorithm,
  leaf: algorithm,
});

export const KINDS: Readonly<Record<KindName, Kind>> = {
  pure: { id: 'ML-DSA-87 / 65 / 65', root: 'ML-DSA-87', intermediate: 'ML-DSA-65', leaf: 'ML-DSA-65' },
  hybrid: {
    id: 'ECDSA with alternative ML-DSA-65',
    root: 'ECDSA-P256-SHA256',
    intermediate: 'ECDSA-P256-SHA256',
    leaf: 'ECDSA-P256-SHA256',
    alternative: true,
  },
  classical: {
    id: 'ECDSA P-384 / P-256 / P-256',
    root: 'ECDSA-P384-SHA384',
    intermediate: 'ECDSA-P256-SHA256',
    leaf: 'ECDSA-P256-SHA256',
  },
  mixed: {
    id: 'RSA / ML-DSA-65 / ECDSA P-256',
    root: 'RSA2048-PKCS15-SHA256',
    intermediate: 'ML-DSA-65',
    leaf: 'ECDSA-P256-SHA256',
  },
  browser: { id: 'ML-DSA-65 / 65 / 65', root: 'ML-DSA-65', intermediate: 'ML-DSA-65', leaf: 'ML-DSA-65' },
  rsa: uniform('RSA2048-PKCS15-SHA256'),
  ed25519: uniform('Ed25519'),
  'ml-dsa-44': uniform('ML-DSA-44'),
  'ml-dsa-87': uniform('ML-DSA-87'),
};

/** Who has a certificate and its key, in files. */
export interface Credential {
  /** PEM: its own certificate and the intermediate. */
  readonly chain: string;
  /** PEM: the intermediate alone. */
  readonly issuers: string;
  /** PEM, PKCS #8; of ML-DSA the seed alone, which all readers take. */
  readonly key: string;
  /** PKCS #12 with both, under {@link PASSWORD}. */
  readonly bundle: string;
}

export const PASSWORD = 'secret';

/** The name of every client, by which policies know it. */
export const DEVICE = 'urn:dev:ops:nurse-station-3';

/** Who is who under one root. */
export interface Hierarchy {
  readonly root: Certificate;
  /** PEM. */
  readonly rootFile: string;
  readonly server: Credential;
  readonly client: Credential;
}

/** A hierarchy, and one of the same names and algorithms with other keys. */
export interface Chain {
  readonly kind: KindName;
  readonly ours: Hierarchy;
  readonly impostor: Hierarchy;
}

const validity = { notBefore: NOT_BEFORE, notAfter: new Date('2036-01-01T00:00:00Z') };

type SignatureKey = PrivateKey<SignatureDescriptor>;

interface CertificateAuthority extends Issuer {
  readonly alternative: { readonly key: SignatureKey } | undefined;
}

async function newAlternative(kind: Kind): Promise<{ readonly key: SignatureKey } | undefined> {
  return kind.alternative && { key: (await generateKeyPair(provider, 'ML-DSA-65')).privateKey };
}

/** What an authority adds for a subject that may have an alternative key. */
function alternativeFor(
  { alternative }: CertificateAuthority,
  subject: { readonly key: SignatureKey } | undefined,
): IssueOptions['alternative'] {
  return alternative && { key: alternative.key, publicKey: subject?.key.publicKey };
}

async function newRoot(kind: Kind): Promise<CertificateAuthority> {
  const { privateKey: key } = await generateKeyPair(provider, kind.root);
  const alternative = await newAlternative(kind);
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: 'CN=Hospital root,O=Hospital',
    profile: 'ca',
    pathLength: 1,
    validity,
    alternative,
  });
  return { certificate, key, alternative };
}

async function newIntermediate(kind: Kind, root: CertificateAuthority): Promise<CertificateAuthority> {
  const { privateKey: key, publicKey } = await generateKeyPair(provider, kind.intermediate);
  const alternative = await newAlternative(kind);
  const certificate = await issueCertificate(provider, {
    issuer: root,
    publicKey,
    subject: 'CN=Ward CA,O=Hospital',
    profile: 'ca',
    pathLength: 0,
    validity,
    alternative: alternativeFor(root, alternative),
  });
  return { certificate, key, alternative };
}

async function newCredential(
  folder: string,
  kind: Kind,
  issuer: CertificateAuthority,
  role: 'client' | 'server',
): Promise<Credential> {
  const { privateKey, publicKey } = await generateKeyPair(provider, kind.leaf);
  const certificate = await issueCertificate(provider, {
    issuer,
    publicKey,
    subject: role === 'server' ? 'CN=pump.example' : 'CN=nurse station 3',
    profile: role === 'server' ? 'tls-server' : 'tls-client',
    validity: { notBefore: NOT_BEFORE, days: 730 },
    extensions: {
      subjectAltName:
        role === 'server'
          ? [
              { kind: 'dns', name: 'localhost' },
              { kind: 'dns', name: 'pump.example' },
            ]
          : [{ kind: 'uri', uri: DEVICE }],
    },
    alternative: alternativeFor(issuer, await newAlternative(kind)),
  });
  const certificates = [certificate, issuer.certificate];
  const file = (name: string, contents: Uint8Array | string): string => {
    const path = join(folder, `${role}.${name}`);
    writeFileSync(path, contents);
    return path;
  };
  return {
    chain: file('pem', certificates.map((one) => one.toPem()).join('')),
    issuers: file('issuers.pem', issuer.certificate.toPem()),
    key: file('key', await exportPrivateKey(provider, privateKey, { format: 'pem' })),
    bundle: file(
      'p12',
      await writePkcs12(provider, { key: privateKey, certificates, friendlyName: role }, PASSWORD, {
        iterations: 2000,
        mac: 'PKCS12-KDF',
      }),
    ),
  };
}

/** Issues one hierarchy of a kind. */
export async function newHierarchy(folder: string, kind: Kind): Promise<Hierarchy> {
  mkdirSync(folder, { recursive: true });
  const root = await newRoot(kind);
  const intermediate = await newIntermediate(kind, root);
  const rootFile = join(folder, 'root.pem');
  writeFileSync(rootFile, root.certificate.toPem());
  return {
    root: root.certificate,
    rootFile,
    server: await newCredential(folder, kind, intermediate, 'server'),
    client: await newCredential(folder, kind, intermediate, 'client'),
  };
}

/** Issues a hierarchy of a kind, and its impostor. */
export async function newChain(folder: string, kind: KindName): Promise<Chain> {
  return {
    kind,
    ours: await newHierarchy(join(folder, kind, 'ours'), KINDS[kind]),
    impostor: await newHierarchy(join(folder, kind, 'impostor'), KINDS[kind]),
  };
}
