/** Asking whether the certificate of a signer is to be trusted, in the same call. */
import { type Certificate, type PathOptions, type PathResult, validatePath } from '../certificates/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { discounted, postQuantumBeside, type Requirement, type SignerVerdict } from './signed-verdict.ts';

/** Whom signers must be vouched for by: what path validation is asked, but the moment and the crypto policy. */
export type SignerTrust = Pick<
  PathOptions,
  'anchors' | 'limits' | 'policies' | 'revocation' | 'strict' | 'use'
>;

/** What a message brings along, and the caller adds; none of it is trusted for that. */
export interface Brought {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Uint8Array[];
}

/** The path of a signer's certificate. Revocation lists in the message are looked at when revocation is asked for. */
export function pathOf(
  provider: Provider,
  certificate: Certificate,
  { certificates, crls }: Brought,
  { revocation, use = 'signature', ...trust }: SignerTrust,
  at: Date,
  policy: Policy | undefined,
): Promise<PathResult> {
  return validatePath(
    provider,
    { certificate, pool: certificates },
    {
      ...trust,
      use,
      at,
      policy,
      ...(revocation === undefined
        ? {}
        : { revocation: { ...revocation, crls: [...(revocation.crls ?? []), ...crls] } }),
    },
  );
}

/** The verdicts with the paths of the certificates. */
export async function judgeTrust(
  provider: Provider,
  trust: SignerTrust,
  brought: Brought,
  asked: { readonly requirement: Requirement; readonly policy: Policy | undefined; readonly at: Date },
  signers: readonly SignerVerdict[],
): Promise<readonly SignerVerdict[]> {
  const { requirement, policy, at } = asked;
  const beside = postQuantumBeside(requirement, signers);
  const verdicts: SignerVerdict[] = [];
  for (const unjudged of signers) {
    const countersignatures = await judgeTrust(provider, trust, brought, asked, unjudged.countersignatures);
    const signer = { ...unjudged, countersignatures };
    if (signer.status !== 'valid') {
      verdicts.push(signer);
      continue;
    }
    const { algorithm, certificate } = signer;
    // The chain of a classical signer is as classical as the signer; the one beside it carries the message.
    const forPath = algorithm.nature === 'classical' && beside !== undefined ? undefined : policy;
    const path = await pathOf(provider, certificate, brought, trust, at, forPath);
    verdicts.push(path.valid ? { ...signer, path } : discounted(signer, 'untrusted', path.text, path));
  }
  return verdicts;
}
