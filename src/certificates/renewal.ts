/** Renewal under a new key, which may be of another algorithm: the identity stays. */
import type { Provider } from '../provider/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import type { Certificate } from './certificate.ts';
import { EXTENSION } from './oids.ts';
import { type PolicyOptions, requirePermission } from './permission.ts';
import { attributesOf, type CertificateRequest, signRequest } from './request.ts';
import { writeSpki } from '../keys/index.ts';

/** What is renewed, and how. */
export type RenewalOptions = PolicyOptions & {
  /** The certificate whose identity is carried over. */
  readonly certificate: Certificate;
  /** The new private key. */
  readonly key: SigningIdentity;
  /**
   * Proves that the requester is the holder of the old certificate [RFC 9763 §3]: the old private key, and the time
   * to state. For the time while both certificates are in use, the CA can then mark the new one as related.
   */
  readonly proof?:
    | {
        readonly key: SigningIdentity;
        readonly at: Date;
        /** Where the CA finds the old certificate; without any it goes along. */
        readonly locations?: readonly string[] | undefined;
      }
    | undefined;
  /** At most 255 characters [RFC 2985 §5.4.1]. */
  readonly challengePassword?: string | undefined;
};

/**
 * The extensions that say who the subject is and what it is for. Those that belong to the key (its identifier, key
 * usage) or to the issuer (policies' qualifiers, CRLs) follow from the new key and the new issuer.
 */
const CARRIED_OVER: ReadonlySet<string> = new Set<string>([
  EXTENSION.subjectAltName,
  EXTENSION.extendedKeyUsage,
  EXTENSION.basicConstraints,
  EXTENSION.tlsFeature,
]);

/**
 * A request for a certificate with the identity of an old one: the same subject, and the extensions that say who it
 * is and what it is for, byte for byte.
 *
 * @throws {@link HybridgeError} `invalid_argument` when the proof is by another key than that of the certificate;
 * `wrong_algorithm` for a key that cannot sign; `policy_refused`; `key_disposed`; `unsupported`.
 *
 * @example
 * ```ts
 * import { issueSelfSigned, renewalRequest, verifyRelated } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const old = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
 * const certificate = await issueSelfSigned(provider, {
 *   key: old.privateKey,
 *   subject: 'serialNumber=0815,O=Hospital',
 *   profile: 'device-identity',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const at = new Date('2027-01-01');
 * const request = await renewalRequest(provider, { certificate, key: privateKey, proof: { key: old.privateKey, at } });
 * if (request.relatedCertificate !== undefined)
 *   console.log(await verifyRelated(provider, request.relatedCertificate, { certificate, at })); // { verified: true }
 * ```
 */
export async function renewalRequest(
  provider: Provider,
  options: RenewalOptions,
): Promise<CertificateRequest> {
  const { certificate, key, proof, challengePassword } = options;
  requirePermission(options, key.algorithm);
  const related = proof === undefined ? undefined : { certificate, ...proof };
  const carried = certificate.extensions.all.filter(({ oid }) => CARRIED_OVER.has(oid));
  return signRequest(provider, key, {
    subject: certificate.subject,
    spki: writeSpki(key.publicKey.algorithm, key.publicKey.bytes()),
    attributes: await attributesOf(provider, { challengePassword, related }, carried),
  });
}
