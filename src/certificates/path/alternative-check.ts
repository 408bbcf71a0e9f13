/**
 * Alternative signatures along a path [ITU-T X.509 (2019) §7.2.2]. One that can be checked must hold: both signatures or
 * none. One whose issuer has no alternative key, or whose algorithm is not known here, says nothing, as to software from
 * before them.
 */
import { isHybridgeError } from '../../bytes/index.ts';
import type { Provider } from '../../provider/index.ts';
import { alternativeKeyHolder, hasAlternativeSignature, verifyAlternative } from '../alternative.ts';
import type { Certificate } from '../certificate.ts';
import { signatureAlgorithmOf } from '../algorithm-identifier.ts';
import type { Alternative, Candidate } from './candidate.ts';

/** The alternative signatures of a path, in its order; `undefined` for certificates without one. */
export async function checkAlternatives(
  provider: Provider,
  { path, anchor, signatures }: Candidate,
): Promise<readonly (Alternative | undefined)[]> {
  const outcomes: (Alternative | undefined)[] = [];
  for (const [index, certificate] of path.entries()) {
    // A leaf that is itself trusted was vouched for by the caller.
    const isVouchedFor = signatures[index] === undefined;
    outcomes.push(
      isVouchedFor || !hasAlternativeSignature(certificate)
        ? undefined
        : await checkAlternative(provider, certificate, path[index + 1] ?? anchor.certificate),
    );
  }
  return outcomes;
}

async function checkAlternative(
  provider: Provider,
  certificate: Certificate,
  issuer: Certificate | undefined,
): Promise<Alternative> {
  const { altSignatureAlgorithm } = certificate.extensions;
  const holder = issuer === undefined ? undefined : alternativeKeyHolder(issuer);
  if (issuer === undefined || holder === undefined || altSignatureAlgorithm === undefined)
    return { verdict: 'unchecked', text: 'its issuer has no alternative key' };
  try {
    const algorithm = signatureAlgorithmOf(altSignatureAlgorithm, holder.subjectPublicKeyInfo);
    if (await verifyAlternative(provider, certificate, issuer)) return { verdict: 'holds', algorithm };
    return { verdict: 'invalid', text: `the alternative signature by ${algorithm.name} does not hold` };
  } catch (error) {
    if (!isHybridgeError(error) || error.fault === 'internal') throw error;
    const isUnknown = error.code === 'unknown_algorithm' || error.code === 'unsupported';
    return { verdict: isUnknown ? 'unchecked' : 'invalid', text: error.message };
  }
}
