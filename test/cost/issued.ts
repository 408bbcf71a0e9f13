/** Certificates issued as descriptions say, to compare their sizes with the predicted ones. */
import {
  ACCESS_METHOD,
  type Certificate,
  type CertificateExtensions,
  issueCertificate,
  issueSelfSigned,
  type ValidityInput,
} from '../../src/certificates/index.ts';
import type { CertificateDescription } from '../../src/cost/certificate-size.ts';
import type { PublicKey } from '../../src/provider/index.ts';
import {
  algorithm,
  type KeyAlgorithmName,
  type KemName,
  type SignatureName,
} from '../../src/registry/index.ts';
import { kemKeys, NOT_BEFORE, provider, signatureKeys } from '../certificates/fixtures.ts';

const isKem = (name: KeyAlgorithmName): name is KemName => algorithm(name).use === 'kem';

async function keyOf(name: KeyAlgorithmName): Promise<PublicKey> {
  return isKem(name) ? (await kemKeys(name)).publicKey : (await signatureKeys(name)).publicKey;
}

const issuers = new Map<string, ReturnType<typeof issueSelfSigned>>();

async function issuerOf(name: SignatureName, subject: string): Promise<Certificate> {
  const { privateKey: key } = await signatureKeys(name, 'issuer');
  const validity = { notBefore: NOT_BEFORE, notAfter: 'never' } as const;
  const issuer =
    issuers.get(`${name} ${subject}`) ?? issueSelfSigned(provider, { key, subject, profile: 'ca', validity });
  issuers.set(`${name} ${subject}`, issuer);
  return issuer;
}

/** Issues a certificate of an authority, or by itself where subject and issuer are the same. */
export async function issued(description: CertificateDescription): Promise<Certificate> {
  const { use, subject, issuer, key, signature, pathLength, serialOctets = 20, expires } = description;
  const validity: ValidityInput =
    expires === undefined
      ? { notBefore: NOT_BEFORE, days: 90 }
      : { notBefore: NOT_BEFORE, notAfter: expires };
  const common = {
    subject,
    validity,
    serialNumber: new Uint8Array(serialOctets).fill(0x51),
    extensions: extensionsOf(description),
    ...(use === 'ca' ? { profile: use, pathLength } : { profile: use }),
  };
  if (subject === issuer) {
    const { privateKey } = await signatureKeys(signature);
    return issueSelfSigned(provider, { ...common, key: privateKey });
  }
  const { privateKey } = await signatureKeys(signature, 'issuer');
  return issueCertificate(provider, {
    ...common,
    publicKey: await keyOf(key),
    issuer: { certificate: await issuerOf(signature, issuer), key: privateKey },
  });
}

function extensionsOf({ dnsNames = [], crlUrl, ocspUrl }: CertificateDescription): CertificateExtensions {
  return {
    ...(dnsNames.length > 0 && { subjectAltName: dnsNames.map((name) => ({ kind: 'dns', name }) as const) }),
    ...(crlUrl !== undefined && {
      crlDistributionPoints: [{ name: { fullName: [{ kind: 'uri', uri: crlUrl }] } }],
    }),
    ...(ocspUrl !== undefined && {
      authorityInfoAccess: [{ method: ACCESS_METHOD.ocsp, location: { kind: 'uri', uri: ocspUrl } }],
    }),
  };
}
