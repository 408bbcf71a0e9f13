/** What a certificate says its holder can do. */
import { isHybridgeError } from '../bytes/index.ts';
import type { Certificate, KeyUsage } from '../certificates/index.ts';
import { readSpki } from '../keys/index.ts';
import type { KemDescriptor, KeyDescriptor, SignatureDescriptor } from '../registry/index.ts';
import type { Capabilities } from './capabilities.ts';
import { readSmimeCapabilities, SMIME_CAPABILITIES } from './smime-capabilities.ts';

/** The usages of which a key needs one for an algorithm [RFC 5280 §4.2.1.3]. */
function usagesFor(algorithm: KeyDescriptor): readonly KeyUsage[] {
  if (algorithm.use === 'signature') return ['digitalSignature', 'contentCommitment'];
  return algorithm.kind === 'key-agreement' || algorithm.kind === 'dhkem'
    ? ['keyAgreement']
    : ['keyEncipherment'];
}

/**
 * What the holder of a certificate can do: open what is sealed to its key, verify what its own algorithm signs, as far
 * as the key usage has it; and what its SMIMECapabilities add [RFC 4262]. Validate the certificate first.
 *
 * @throws HybridgeError `invalid_encoding` or `invalid_key` for a key or SMIMECapabilities that are malformed. A key of
 * an algorithm that is not known here is listed as such.
 *
 * @example
 * ```ts
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { capabilitiesFromCertificate } from 'hybridge/negotiation';
 *
 * const { privateKey: key } = await generateKeyPair('ML-DSA-65');
 * const certificate = await issueSelfSigned(defaultProvider(), {
 *   key, subject: 'CN=Gateway', profile: 'ca', validity: { notBefore: new Date(), days: 90 },
 *   extensions: { keyUsage: ['digitalSignature', 'keyCertSign'] },
 * });
 * console.log(capabilitiesFromCertificate(certificate).signatures.map(({ name }) => name)); // [ 'ML-DSA-65' ]
 * ```
 */
export function capabilitiesFromCertificate(certificate: Certificate): Capabilities {
  const { keyUsage, all } = certificate.extensions;
  const unknown: string[] = [];
  const permitted = keyAlgorithms(certificate, unknown).filter(
    (algorithm) => keyUsage === undefined || usagesFor(algorithm).some((usage) => keyUsage.includes(usage)),
  );
  const extension = all.find(({ oid }) => oid === SMIME_CAPABILITIES);
  const stated = extension === undefined ? undefined : readSmimeCapabilities(extension.value);
  const kems = permitted.filter((algorithm): algorithm is KemDescriptor => algorithm.use === 'kem');
  const signatures = permitted.filter(
    (algorithm): algorithm is SignatureDescriptor => algorithm.use === 'signature',
  );
  return {
    source: 'certificate',
    kems: [...new Set([...kems, ...(stated?.kems ?? [])])],
    signatures: [...new Set([...signatures, ...(stated?.signatures ?? [])])],
    formats: ['cms'],
    limits: { maxMessageSize: undefined, maxChainSize: undefined },
    unknown: [...unknown, ...(stated?.unknown ?? [])],
    offer: certificate.bytes,
  };
}

function keyAlgorithms(
  { subjectPublicKeyInfo, keyAlgorithm }: Certificate,
  unknown: string[],
): readonly KeyDescriptor[] {
  try {
    return readSpki(subjectPublicKeyInfo).algorithms;
  } catch (error) {
    if (!isHybridgeError(error) || (error.code !== 'unknown_algorithm' && error.code !== 'unsupported'))
      throw error;
    unknown.push(keyAlgorithm.oid);
    return [];
  }
}
