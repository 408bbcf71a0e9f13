/** Credentials and hellos that tests of sessions share. */
import { issueCertificate, type Issuer, issueSelfSigned } from '../../src/certificates/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import {
  type ClientHello,
  type ClientHelloFields,
  type Credential,
  decodeClientHello,
  encodeClientHello,
  loadCredential,
} from '../../src/tls/index.ts';
import { NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';

const validity = { notBefore: NOT_BEFORE, days: 3650 } as const;

async function rootOf(name: SignatureName): Promise<Issuer> {
  const { privateKey: key } = await signatureKeys(name, 'root');
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: `CN=Root ${name}`,
    profile: 'ca',
    validity,
  });
  return { certificate, key };
}

/** A credential whose leaf key is of one algorithm and whose issuer signs with another. */
export async function aCredential(
  leaf: SignatureName,
  issuer: SignatureName = leaf,
  names: readonly string[] = ['pump.example', '*.ward.example'],
): Promise<Credential> {
  const { privateKey: key, publicKey } = await signatureKeys(leaf, names.join());
  const root = await rootOf(issuer);
  const certificate = await issueCertificate(provider, {
    issuer: root,
    publicKey,
    subject: `CN=${leaf} under ${issuer}`,
    profile: 'tls-server',
    validity,
    extensions: { subjectAltName: names.map((name) => ({ kind: 'dns', name })) },
  });
  return loadCredential(provider, {
    certificate: certificate.toPem() + root.certificate.toPem(),
    privateKey: await exportPrivateKey(provider, key, { format: 'pem' }),
  });
}

/** Code points, by the names of the registries of TLS. */
export const GROUP = {
  x25519mlkem768: 0x11ec,
  p256mlkem768: 0x11eb,
  mlkem768: 0x0200,
  x25519: 0x001d,
  p256: 0x0017,
  p384: 0x0018,
  kyberDraft: 0x6399,
  ffdhe2048: 0x0100,
} as const;

export const SCHEME = {
  mldsa65: 0x0905,
  ecdsaP256: 0x0403,
  ecdsaP384: 0x0503,
  rsaPss: 0x0804,
  rsaPkcs1: 0x0401,
  rsaSha1: 0x0201,
} as const;

export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

/** A hello of TLS 1.3 as a current client sends it, with some fields changed. */
export function aHello(changes: Partial<ClientHelloFields> = {}): ClientHello {
  return decodeClientHello(
    encodeClientHello({
      random: new Uint8Array(32),
      cipherSuites: [0x1302, 0x1303, 0x1301],
      versions: [TLS_1_3],
      serverName: 'pump.example',
      groups: [GROUP.x25519mlkem768, GROUP.x25519, GROUP.p256],
      signatureAlgorithms: [SCHEME.mldsa65, SCHEME.ecdsaP256, SCHEME.rsaPss, SCHEME.rsaPkcs1],
      keyShares: [],
      ...changes,
    }),
  );
}

/** The same, as a device of TLS 1.2 sends it. */
export function anOldHello(changes: Partial<ClientHelloFields> = {}): ClientHello {
  return decodeClientHello(
    encodeClientHello({
      random: new Uint8Array(32),
      cipherSuites: [0xc02b, 0xc02f],
      serverName: 'pump.example',
      groups: [GROUP.p256],
      signatureAlgorithms: [SCHEME.ecdsaP256, SCHEME.rsaPkcs1],
      ...changes,
    }),
  );
}
