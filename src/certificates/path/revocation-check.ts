/** Revocation of the certificates of a path. */
import { equal, HybridgeError, isHybridgeError, toHex } from '../../bytes/index.ts';
import { judge, type Policy, refusal } from '../../policy/index.ts';
import type { Provider } from '../../provider/index.ts';
import type { SignatureDescriptor } from '../../registry/index.ts';
import { signatureAlgorithmsOf } from '../algorithm-identifier.ts';
import type { Certificate } from '../certificate.ts';
import { Crl, parseCrls } from '../crl.ts';
import { type OcspResponse, parseOcspResponse } from '../ocsp-response.ts';
import { formatName } from '../name.ts';
import { revocationStatus, type RevocationSources } from '../revocation.ts';
import type { Signed } from '../signed.ts';
import type { Candidate } from './candidate.ts';
import { type Demands, readCertificates } from './request.ts';
import type { Steps } from './steps.ts';
import type { RevocationOptions } from './types.ts';

/** Asked whether the certificate of a CRL issuer or OCSP responder has a path to the same anchor. */
export type Trusts = (candidate: Certificate, purpose: 'crl' | 'ocsp') => Promise<boolean>;

/** Revocation information, read. */
export interface RevocationInputs {
  readonly sources: RevocationSources & { readonly certificates: readonly Certificate[] };
  readonly mode: RevocationOptions['mode'];
}

const MODES: readonly string[] = ['check', 'require'] satisfies readonly RevocationOptions['mode'][];

/**
 * Reads revocation information, and adds its certificates to those of the pool. What cannot be read settles nothing and is reported as a warning: it came from
 * wherever it was fetched, and must not decide by being broken.
 */
export function readRevocation(
  { crls = [], ocsp = [], certificates = [], mode }: RevocationOptions,
  pool: readonly Certificate[],
  { strict, policy, at }: Pick<Demands, 'at' | 'policy' | 'strict'>,
): RevocationInputs & { readonly unread: readonly string[] } {
  if (!MODES.includes(mode))
    throw new HybridgeError('invalid_argument', 'revocation.mode: neither “check” nor “require”', {
      fault: 'caller',
    });
  const unread: string[] = [];
  const each = <In, Out>(items: readonly In[], what: string, read: (item: In) => readonly Out[]): Out[] =>
    items.flatMap((item, index) => {
      try {
        return read(item);
      } catch (error) {
        if (!isHybridgeError(error) || error.fault === 'internal') throw error;
        unread.push(`${what} ${index} cannot be read: ${error.message}`);
        return [];
      }
    });
  const permitted = (signed: Crl | OcspResponse, what: string): boolean => {
    const why = policy === undefined ? undefined : refusalBy(policy, signed, at);
    if (why !== undefined) unread.push(`${what} is not used: ${why}`);
    return why === undefined;
  };
  return {
    mode,
    sources: {
      crls: each(crls, 'CRL', (crl) => (crl instanceof Crl ? [crl] : parseCrls(crl, { strict }))).filter(
        (crl) => permitted(crl, `the CRL of ${formatName(crl.issuer)}`),
      ),
      ocsp: each(ocsp, 'OCSP response', (response) => [
        response instanceof Uint8Array ? parseOcspResponse(response) : response,
      ]).filter((response) => permitted(response, 'an OCSP response')),
      certificates: [...pool, ...each(certificates, 'certificate', (one) => readCertificates(one, strict))],
    },
    unread,
  };
}

// The key of the signer settles the algorithm of RSA and EC signatures; as long as one would do, it is looked for.
function refusalBy(policy: Policy, signed: Crl | OcspResponse, at: Date): string | undefined {
  // An OCSP response that tells of an error has no signature.
  if (!('signatureAlgorithm' in signed)) return undefined;
  const judged = algorithmsOf(signed).map((algorithm) => ({
    algorithm,
    judgement: judge(policy, 'certificate-signature', algorithm, at),
  }));
  const [first] = judged;
  if (first === undefined || judged.some(({ judgement }) => judgement.verdict !== 'refuse')) return undefined;
  return refusal(policy, 'certificate-signature', first.algorithm, first.judgement).message;
}

function algorithmsOf({ signatureAlgorithm }: Signed): readonly SignatureDescriptor[] {
  try {
    return signatureAlgorithmsOf(signatureAlgorithm);
  } catch (error) {
    // It cannot be verified, and that is what will be said of it.
    if (isHybridgeError(error) && error.fault !== 'internal') return [];
    throw error;
  }
}

/** Looks up every certificate of a path, from the anchor down; one that is revoked ends it. */
export async function checkRevocation(
  provider: Provider,
  { path, anchor, signatures }: Candidate,
  { sources, mode }: RevocationInputs,
  at: Date,
  trusts: Trusts,
  steps: Steps,
): Promise<void> {
  const section = 'RFC 5280 §6.1.3 (a) (3)';
  // A leaf that is itself trusted has nobody above it who could revoke it.
  for (let index = signatures.length - 1; index >= 0; index--) {
    const certificate = path[index];
    if (certificate === undefined) continue;
    const issuer = path[index + 1] ?? certificateOf(anchor, sources.certificates);
    const found =
      issuer === undefined
        ? ({
            status: 'unknown',
            reasons: ['the anchor was given as a name and a key, and no certificate of both is there'],
          } as const)
        : await revocationStatus(provider, { certificate, issuer, sources, at, trusts });
    if (found.status === 'good') steps.pass(index, 'revocation', 'not revoked', section);
    else if (found.status === 'revoked') {
      const text = `revoked on ${found.since.toISOString()}: ${found.reason}`;
      steps.fail(index, 'revocation', 'revoked', text, section);
      return;
    } else {
      const text = `no revocation status: ${found.reasons.join('; ')}`;
      if (mode === 'require') steps.fail(index, 'revocation', 'revocation-unknown', text, section);
      else steps.warn(index, 'revocation', text, section);
    }
  }
}

// CRLs and OCSP name the issuer by its certificate. Any of the trusted name and key will do: it is the key that counts.
function certificateOf(
  { certificate, name, key }: Candidate['anchor'],
  pool: readonly Certificate[],
): Certificate | undefined {
  return (
    certificate ??
    pool.find(
      ({ subject, subjectPublicKeyInfo }) =>
        subject.key === name.key && equal(subjectPublicKeyInfo, key.subjectPublicKeyInfo),
    )
  );
}

/** Questions about CRL issuers and responders that one call asks; each may cost a path. */
const MAX_QUESTIONS = 32;

/**
 * Remembers who is trusted. Where a CRL issuer's own certificate is in the scope of its list, the question comes up
 * again while it is still open. It is then answered yes: the list counts for as much as the rest of the path does, and
 * would say if that certificate were revoked. What was found on that assumption is not remembered.
 */
export function remembering(ask: Trusts): Trusts {
  const known = new Map<string, boolean>();
  const open = new Set<string>();
  let questions = 0;
  return async (candidate, purpose) => {
    const key = `${purpose} ${toHex(candidate.bytes)}`;
    if (open.has(key)) return true;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (questions >= MAX_QUESTIONS) return false;
    questions++;
    open.add(key);
    const trusted = await ask(candidate, purpose);
    open.delete(key);
    if (open.size === 0) known.set(key, trusted);
    return trusted;
  };
}
