/** Whether a certificate can be traced to an anchor, and is good for what is asked of it. */
import { HybridgeError } from '../../bytes/index.ts';
import type { Provider } from '../../provider/index.ts';
import type { Certificate } from '../certificate.ts';
import { checkAlternatives } from './alternative-check.ts';
import { type Anchor, Anchors } from './anchors.ts';
import { Budget, type DeadEnd, type DeadEndCode, Pool, Search } from './build.ts';
import { checkItself, checkUse, processPath } from './process.ts';
import {
  type Demands,
  NO_POLICY_DEMANDS,
  type Presented,
  readAnchors,
  readDemands,
  readLimits,
  readPresented,
} from './request.ts';
import {
  checkRevocation,
  readRevocation,
  remembering,
  type RevocationInputs,
  type Trusts,
} from './revocation-check.ts';
import { Steps } from './steps.ts';
import type { InvalidPath, PathCheck, PathInput, PathOptions, PathResult } from './types.ts';

/**
 * Whether a certificate has a valid path to an anchor [RFC 5280 §6], for a use and a name, at a moment.
 *
 * The path is built from what was handed over, in any order, cross-signed and looping certificates among it; nothing
 * is fetched and no clock is read. Nothing is trusted but the anchors: a root that merely came along is not. Every
 * check is listed, also those after the first that failed. Of several paths the first valid one counts; if there is
 * none, the result tells of the one that came closest.
 *
 * What a peer sent cannot make this throw: a certificate that cannot be read makes the path invalid, or is passed over
 * where it is not needed.
 *
 * Certificate policies are processed as RFC 9618 has it. CAs that list extended key purposes must list that of the use.
 * An alternative signature [X.509 (2019) §9.8] must hold wherever the issuer has the alternative key for it. It can be left
 * out of a certificate as if there had never been one: to rely on it, give a `policy` that wants post-quantum or hybrid
 * signatures, which takes the two together for a hybrid one.
 *
 * The name is matched as RFC 9525 has it; the common name is never looked at. Without `revocation` nothing is known
 * about revocation.
 *
 * @throws {@link HybridgeError} `invalid_argument` for options that make no sense; `invalid_encoding` for an anchor
 * that cannot be read; `unsupported` when the provider lacks what revocation needs.
 *
 * @example
 * ```ts
 * import { issueSelfSigned, validatePath } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const root = await issueSelfSigned(provider, {
 *   key: privateKey,
 *   subject: 'CN=Root',
 *   profile: 'ca',
 *   validity: { notBefore: new Date('2027-01-01') },
 * });
 * const result = await validatePath(provider, root, { anchors: [root], at: new Date('2027-06-01') });
 * console.log(result.valid); // true
 * ```
 */
export async function validatePath(
  provider: Provider,
  input: PathInput,
  options: PathOptions,
): Promise<PathResult> {
  const demands = readDemands(options);
  const anchors = readAnchors(options);
  const presented = readPresented(input, demands.strict);
  const budget = new Budget(readLimits(options.limits));
  const { leaf, pool } = presented;
  if (leaf === undefined) return unreadable(presented, budget);
  const revocation =
    options.revocation === undefined ? undefined : readRevocation(options.revocation, pool, demands);
  const all = revocation === undefined ? pool : revocation.sources.certificates;
  const validation = new Validation(provider, new Pool(all), budget);
  const result = await validation.run(leaf, anchors, demands, revocation);
  const unread = [
    ...presented.unread.map(
      ({ place, error }) => `certificate ${place} of the input cannot be read: ${error.message}`,
    ),
    ...(revocation?.unread ?? []),
  ];
  return unread.length === 0 ? result : { ...result, warnings: [...unread, ...result.warnings] };
}

function unreadable({ unread }: Presented, budget: Budget): InvalidPath {
  const text = unread[0]?.error.message ?? 'no certificate';
  const steps = new Steps();
  steps.fail(0, 'encoding', 'malformed', text, 'X.690, RFC 5280 §4.1');
  return {
    valid: false,
    reason: 'malformed',
    text,
    at: 0,
    anchor: undefined,
    path: [],
    steps: steps.list,
    warnings: [],
    work: budget.work,
  };
}

/** What revocation is looked up with, and who is believed for it; `undefined` where it is not looked up. */
interface Lookup {
  readonly inputs: RevocationInputs;
  readonly trustsBy: (anchor: Anchor) => Trusts;
}

/** One call: a pool, and what is counted over everything that the question leads to. */
class Validation {
  readonly #provider: Provider;
  readonly #pool: Pool;
  readonly #budget: Budget;

  constructor(provider: Provider, pool: Pool, budget: Budget) {
    this.#provider = provider;
    this.#pool = pool;
    this.#budget = budget;
  }

  /** Asks about the certificate that the caller asked about. */
  run(
    leaf: Certificate,
    anchors: Anchors,
    demands: Demands,
    inputs: RevocationInputs | undefined,
  ): Promise<PathResult> {
    if (inputs === undefined) return this.#search(leaf, anchors, demands, undefined);
    const trustsBy = (anchor: Anchor): Trusts => this.#trusts(anchor, demands, inputs);
    return this.#search(leaf, anchors, demands, { inputs, trustsBy });
  }

  async #search(
    leaf: Certificate,
    anchors: Anchors,
    demands: Demands,
    lookup: Lookup | undefined,
  ): Promise<PathResult> {
    const search = new Search(this.#provider, anchors, this.#pool, demands.at, this.#budget);
    let closest: InvalidPath | undefined;
    for await (const candidate of search.paths(leaf)) {
      this.#budget.paths++;
      const steps = new Steps();
      const alternatives = await checkAlternatives(this.#provider, candidate);
      const policies = processPath(candidate, alternatives, demands, steps);
      const { path, anchor } = candidate;
      if (steps.failure === undefined && lookup !== undefined) {
        const trusts = lookup.trustsBy(anchor);
        await checkRevocation(this.#provider, candidate, lookup.inputs, demands.at, trusts, steps);
      }
      const found = { path, anchor: anchor.given, steps: steps.list, warnings: steps.warnings };
      if (steps.failure === undefined) return { valid: true, ...found, policies, work: this.#budget.work };
      const { reason, text, certificate: at } = steps.failure;
      closest ??= { valid: false, reason, text, at, ...found, work: this.#budget.work };
    }
    if (closest !== undefined) return { ...closest, work: this.#budget.work };
    if (search.deadEnd !== undefined) return this.#unanchored(search.deadEnd, demands);
    throw new HybridgeError('internal', 'path: the search ended without a reason');
  }

  // What can be said of certificates without knowing who stands above them.
  #unanchored({ path, reason, text, signatures }: DeadEnd, demands: Demands): InvalidPath {
    const steps = new Steps();
    const at = path.length - 1;
    steps.fail(at, CHECK_OF[reason], reason, text, 'RFC 5280 §6.1.3 (a)');
    for (let index = at; index >= 0; index--) {
      const certificate = path[index];
      const algorithm = signatures[index];
      if (algorithm !== undefined)
        steps.pass(
          index,
          'signature',
          `${algorithm.name}, under the key of the next certificate`,
          'RFC 5280 §6.1.3 (a) (1)',
        );
      if (certificate !== undefined) checkItself(certificate, undefined, index, demands, steps);
    }
    const [leaf] = path;
    if (leaf !== undefined) checkUse(leaf, demands, steps);
    return {
      valid: false,
      reason,
      text,
      at,
      anchor: undefined,
      path,
      steps: steps.list,
      warnings: steps.warnings,
      work: this.#budget.work,
    };
  }

  // RFC 5280 §6.3.3 (f): the same anchor, and a certificate that may sign lists. A responder is looked up unless it
  // carries id-pkix-ocsp-nocheck [RFC 6960 §4.2.2.2.1]; that its CA says nothing about it is for the CA to decide.
  #trusts(anchor: Anchor, demands: Demands, inputs: RevocationInputs): Trusts {
    const anchors = new Anchors([anchor.given]);
    const asked = { ...demands, reference: undefined, policies: NO_POLICY_DEMANDS };
    const trusts: Trusts = remembering(async (candidate, purpose) => {
      const trustsBy = (): Trusts => trusts;
      const result =
        purpose === 'crl'
          ? await this.#search(candidate, anchors, { ...asked, use: 'crl-signing' }, { inputs, trustsBy })
          : await this.#search(
              candidate,
              anchors,
              { ...asked, use: 'ocsp-signing' },
              candidate.extensions.ocspNoCheck === true
                ? undefined
                : { inputs: { ...inputs, mode: 'check' }, trustsBy },
            );
      return result.valid;
    });
    return trusts;
  }
}

const CHECK_OF: Readonly<Record<DeadEndCode, PathCheck>> = {
  malformed: 'encoding',
  'no-issuer': 'issuer',
  'path-length': 'path-length',
  'signature-invalid': 'signature',
  'unsupported-algorithm': 'signature',
  'untrusted-root': 'issuer',
  'work-limit': 'issuer',
};
