/**
 * Alternative signatures [ITU-T X.509 (2019) §7.2.2 and §9.8]: a second key of the subject and a second signature of
 * the issuer, in extensions that software from before them passes over.
 */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, explicit, readDer } from '../encoding/index.ts';
import type { Provider } from '../provider/index.ts';
import type { Certificate } from './certificate.ts';
import { EXTENSION } from './oids.ts';
import { type KeyHolder, verifySigned } from './signed.ts';

/**
 * What an alternative signature is over: the TBSCertificate without its `signature` field and without the extension
 * altSignatureValue. The field is left out so that the alternative signature can be made first and the ordinary one
 * then covers it.
 */
function alternativeTbs(certificate: Certificate): Uint8Array {
  const outer = readDer(certificate.tbs, 'TBSCertificate');
  const fields = outer.sequence('fields');
  outer.end();
  const kept: Uint8Array[] = [];
  if (fields.has(explicit(0))) kept.push(fields.any('version'));
  kept.push(fields.any('serialNumber'));
  fields.any('signature');
  while (!fields.atEnd && !fields.has(explicit(3))) kept.push(fields.any('field'));
  if (!fields.atEnd) kept.push(withoutAlternativeSignature(fields));
  fields.end();
  return der.sequence(...kept);
}

function withoutAlternativeSignature(fields: DerReader): Uint8Array {
  const tagged = fields.explicit(3, 'extensions');
  const list = tagged.sequence('list');
  tagged.end();
  const kept: Uint8Array[] = [];
  while (!list.atEnd) {
    const extension = list.any('extension');
    const oid = readDer(extension, 'Extension').sequence('fields').oid('extnID');
    if (oid !== EXTENSION.altSignatureValue) kept.push(extension);
  }
  return der.explicit(3, der.sequence(...kept));
}

const holders = new WeakMap<Certificate, KeyHolder>();

/** The alternative key of a certificate, as a holder of a key; `undefined` where it has none. */
export function alternativeKeyHolder(certificate: Certificate): KeyHolder | undefined {
  const { subjectAltPublicKeyInfo } = certificate.extensions;
  if (subjectAltPublicKeyInfo === undefined) return undefined;
  const holder = holders.get(certificate) ?? { subjectPublicKeyInfo: subjectAltPublicKeyInfo };
  // One holder for one certificate: what backends make of a key is kept by its holder.
  holders.set(certificate, holder);
  return holder;
}

/** Whether a certificate has an alternative signature. */
export function hasAlternativeSignature({ extensions }: Certificate): boolean {
  return extensions.altSignatureAlgorithm !== undefined && extensions.altSignatureValue !== undefined;
}

/**
 * Whether the alternative signature of a certificate holds under the alternative key of its issuer
 * [ITU-T X.509 (2019) §7.2.2]. Nothing else is checked: verify the ordinary signature too.
 *
 * @throws {@link HybridgeError} `invalid_argument` where the certificate has no alternative signature or the issuer no
 * alternative key; `unknown_algorithm`, `wrong_algorithm` and what a malformed key leads to.
 *
 * @example
 * ```ts
 * import { issueSelfSigned, verifyAlternative } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
 * const mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
 * const root = await issueSelfSigned(provider, {
 *   key: ecdsa.privateKey,
 *   alternative: { key: mlDsa.privateKey },
 *   subject: 'CN=Transition root',
 *   profile: 'ca',
 *   validity: { notBefore: new Date('2027-01-01') },
 * });
 * console.log(await verifyAlternative(provider, root, root)); // true
 * ```
 */
export async function verifyAlternative(
  provider: Provider,
  certificate: Certificate,
  issuer: Certificate,
): Promise<boolean> {
  const { altSignatureAlgorithm, altSignatureValue } = certificate.extensions;
  if (altSignatureAlgorithm === undefined || altSignatureValue === undefined)
    throw new HybridgeError('invalid_argument', 'certificate: no alternative signature', { fault: 'input' });
  const holder = alternativeKeyHolder(issuer);
  if (holder === undefined)
    throw new HybridgeError('invalid_argument', 'certificate: the issuer has no alternative key', {
      fault: 'input',
    });
  return verifySigned(
    provider,
    {
      tbs: alternativeTbs(certificate),
      signatureAlgorithm: altSignatureAlgorithm,
      signature: altSignatureValue,
    },
    holder,
  );
}
