/** Who the client is: its certificate traced to an anchor by the house's own path validation. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { isHybridgeError } from '../bytes/index.ts';
import {
  type Certificate,
  type InvalidPath,
  parseCertificate,
  type PathFailure,
  type PathResult,
  signatureAlgorithmsOf,
  validatePath,
  type ValidPath,
} from '../certificates/index.ts';
import { readSpki } from '../keys/index.ts';
import { judge, type Policy, type PolicyTlsVersion, type Use } from '../policy/index.ts';
import type { Provider } from '../provider/index.ts';
import { type SignatureDescriptor, SIGNATURES } from '../registry/index.ts';
import { engineHasScheme, schemesOf } from '../tls/index.ts';
import { identitiesOf } from './identities.ts';
import type { Issuers } from './issuers.ts';
import type { ClientAuthentication } from './listener-types.ts';

/** A client that proved who it is. */
export interface KnownClient {
  readonly certificate: Certificate;
  readonly identities: readonly string[];
  /** What its key can sign handshakes of TLS 1.3 with: one algorithm, but for RSA keys; none for keys older than that. */
  readonly signatures: readonly SignatureDescriptor[];
  /** What signed the certificates of its path. */
  readonly chain: readonly SignatureDescriptor[];
}

/** What came of looking at a client. */
export type ClientVerdict =
  /** It presented no certificate. */
  | { readonly outcome: 'anonymous' }
  | { readonly outcome: 'known'; readonly client: KnownClient }
  | {
      readonly outcome: 'refused';
      readonly reason: PathFailure;
      readonly text: string;
      /** Who it claims to be. */
      readonly claimed: readonly string[];
    };

/** The policy for a peer of whom these identities are claimed; they are proven only when the path is valid. */
export type PolicyForIdentities = (claimed: readonly string[]) => Policy;

interface Checked {
  readonly client: KnownClient;
  readonly policy: Policy;
  /** Instants between which the verdict holds. */
  readonly from: number;
  readonly until: number;
}

/** A verdict is looked up again after this: the dates in revocation lists and the days of a policy go by. */
const REMEMBERED_MILLISECONDS = 300_000;
const DAY = 86_400_000;
const MOST_REMEMBERED = 10_000;
/** Certificates taken from a peer. */
const MOST_CERTIFICATES = 16;

/** Checks client certificates, and remembers those that were valid. */
export class ClientVerifier {
  readonly required: boolean;
  /** What a session rests on beside its certificate: another digest, another session. */
  readonly digest: string;
  readonly #provider: Provider;
  readonly #authentication: ClientAuthentication;
  readonly #issuers: Issuers;
  readonly #checked: Map<string, Checked> = new Map();

  constructor(provider: Provider, authentication: ClientAuthentication, issuers: Issuers) {
    this.#provider = provider;
    this.#authentication = authentication;
    this.#issuers = issuers;
    this.required = authentication.mode === 'required';
    const hash = createHash('sha256').update(authentication.mode);
    for (const { bytes } of authentication.anchors) hash.update(bytes);
    this.digest = hash.digest('hex');
  }

  /** The verdict on the client of a session; at once where it is known, which a refusal never is. */
  verdict(
    socket: TLSSocket,
    resumed: boolean,
    policyFor: PolicyForIdentities,
    at: Date,
  ): ClientVerdict | Promise<ClientVerdict> {
    const presented = socket.getPeerX509Certificate();
    if (presented === undefined) return { outcome: 'anonymous' };
    const fingerprint = presented.fingerprint256;
    const known = this.#checked.get(fingerprint);
    if (known !== undefined) {
      const instant = at.getTime();
      if (
        instant >= known.from &&
        instant < known.until &&
        policyFor(known.client.identities) === known.policy
      )
        return { outcome: 'known', client: known.client };
      this.#checked.delete(fingerprint);
    }
    return this.#verify(presented, fingerprint, resumed, policyFor, at);
  }

  async #verify(
    presented: X509Certificate,
    fingerprint: string,
    resumed: boolean,
    policyFor: PolicyForIdentities,
    at: Date,
  ): Promise<ClientVerdict> {
    let leaf: Certificate;
    try {
      leaf = parseCertificate(presented.raw);
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
      return {
        outcome: 'refused',
        reason: 'malformed',
        text: error.message,
        claimed: [],
      };
    }
    const identities = identitiesOf(leaf);
    const policy = policyFor(identities);
    const sent = issuersOf(presented);
    const { anchors, intermediates = [], revocation } = this.#authentication;
    const validate = (): Promise<PathResult> =>
      validatePath(
        this.#provider,
        {
          certificate: leaf,
          pool: [...sent, ...intermediates, ...(resumed ? this.#issuers.certificates : [])],
        },
        { anchors, at, use: 'tls-client', policy, revocation },
      );
    let result = await validate();
    if (!result.valid && result.reason === 'no-issuer' && resumed && (await this.#issuers.refresh(at)))
      result = await validate();
    if (!result.valid) return refused(result, identities);
    const signatures = keyAlgorithms(leaf).filter((one) => schemesOf([one], 'TLSv1.3').length > 0);
    const refusal = refusedForHandshakes(signatures, policy, at);
    if (refusal !== undefined) return refused({ reason: 'policy-refused', text: refusal }, identities);
    const client = {
      certificate: leaf,
      identities,
      signatures,
      chain: chainSignatures(result),
    };
    this.#remember(fingerprint, { client, policy, ...this.#span(result, at) });
    this.#issuers.learn(result.path.slice(1), at);
    return { outcome: 'known', client };
  }

  #span({ path }: ValidPath, at: Date): { readonly from: number; readonly until: number } {
    const instant = at.getTime();
    const ends = path.map(({ validity }) => validity.notAfter.getTime() + 1);
    return {
      from: instant - REMEMBERED_MILLISECONDS,
      until: Math.min(
        instant + REMEMBERED_MILLISECONDS,
        // Policies change their mind at midnight.
        (Math.floor(instant / DAY) + 1) * DAY,
        ...ends,
      ),
    };
  }

  #remember(fingerprint: string, checked: Checked): void {
    this.#checked.set(fingerprint, checked);
    if (this.#checked.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#checked.keys()) {
      this.#checked.delete(oldest);
      break;
    }
  }
}

/** What the peer sent along, as OpenSSL links it, without the leaf. */
function issuersOf(leaf: X509Certificate): Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (
    let issuer = leaf.issuerCertificate;
    issuer !== undefined && chain.length < MOST_CERTIFICATES;
    issuer = issuer.issuerCertificate
  )
    chain.push(Uint8Array.from(issuer.raw));
  return chain;
}

function keyAlgorithms({
  subjectPublicKeyInfo,
}: Pick<Certificate, 'subjectPublicKeyInfo'>): readonly SignatureDescriptor[] {
  return readSpki(subjectPublicKeyInfo).algorithms.filter((algorithm) => algorithm.use === 'signature');
}

// The identifier of a signature leaves the curve or the modulus open; the key of the issuer does not.
function chainSignatures({ path, anchor }: ValidPath): readonly SignatureDescriptor[] {
  return path.flatMap(({ signatureAlgorithm }, index) => {
    const keys = keyAlgorithms(path[index + 1] ?? anchor);
    return signatureAlgorithmsOf(signatureAlgorithm).filter((one) => keys.includes(one));
  });
}

/**
 * Why a policy takes no handshake from a key. Path validation judges all that a key can do, with hashes that TLS 1.3 does
 * not have for it; and what chains may be signed with, engines take from handshakes as well.
 */
function refusedForHandshakes(
  signatures: readonly SignatureDescriptor[],
  policy: Policy,
  at: Date,
): string | undefined {
  const judgements = signatures.map((one) => judge(policy, 'session-authentication', one, at));
  const [first] = judgements;
  if (first === undefined || judgements.some(({ verdict }) => verdict !== 'refuse')) return undefined;
  return `${signatures.map(({ name }) => name).join(', ')} for session-authentication: ${first.reasons.map(({ text }) => text).join(' ')}`;
}

function refused(
  { reason, text }: Pick<InvalidPath, 'reason' | 'text'>,
  claimed: readonly string[],
): ClientVerdict {
  return { outcome: 'refused', reason, text, claimed };
}

interface DatedSchemes {
  readonly day: number;
  readonly schemes: ReadonlyMap<PolicyTlsVersion, readonly number[]>;
}

const schemesByPolicy = new WeakMap<Policy, DatedSchemes>();

/**
 * The SignatureSchemes that a policy lets clients use: for the handshake or, because TLS lists both in one place, for
 * the signatures in their chains. Path validation tells the two apart.
 */
export function clientSchemes(policy: Policy, version: PolicyTlsVersion, at: Date): readonly number[] {
  const day = Math.floor(at.getTime() / DAY);
  let dated = schemesByPolicy.get(policy);
  if (dated?.day !== day) {
    const permitted = (use: Use): readonly SignatureDescriptor[] =>
      SIGNATURES.filter((descriptor) => judge(policy, use, descriptor, at).verdict !== 'refuse');
    const [handshake, chains] = [permitted('session-authentication'), permitted('certificate-signature')];
    // What signs certificates has its number in every version, PKCS #1 among it [RFC 9846 §4.3.3].
    const own = chains.flatMap(({ identifiers }) => identifiers.tlsSignature?.code ?? []);
    const of = (one: PolicyTlsVersion): readonly number[] =>
      [...new Set([...schemesOf(handshake, one), ...schemesOf(chains, one), ...own])].filter(engineHasScheme);
    dated = {
      day,
      schemes: new Map([
        ['TLSv1.2', of('TLSv1.2')],
        ['TLSv1.3', of('TLSv1.3')],
      ]),
    };
    schemesByPolicy.set(policy, dated);
  }
  return dated.schemes.get(version) ?? [];
}
