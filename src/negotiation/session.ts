/** A ClientHello, the policy and what the server has come to one session, or to a refusal that says why. */
import {
  judge,
  type PeerFacts,
  type Policy,
  policyForPeer,
  type PolicyException,
  type PolicyTlsVersion,
  type Reason,
  type Verdict,
} from '../policy/index.ts';
import type { AeadDescriptor, KemDescriptor, SignatureDescriptor } from '../registry/index.ts';
import type { AlertName, ClientHello, Credential } from '../tls/index.ts';
import { hintFor } from './hint.ts';
import type { Negotiation } from './negotiate.ts';
import {
  type Accepted,
  type Decided,
  distinct,
  reliedUpon,
  type SharedNegotiation,
} from './session-choice.ts';
import { planOf, type SessionOffer } from './session-plan.ts';

/** What a session is to be like, or why there is none. */
export type SessionDecision =
  | {
      readonly outcome: 'accept';
      readonly version: PolicyTlsVersion;
      readonly group: KemDescriptor;
      readonly credential: Credential;
      /** What the key of the credential signs the handshake with. */
      readonly signature: SignatureDescriptor;
      /** The same as SignatureScheme code point, one of those that the hello lists. */
      readonly scheme: number;
      /** What the engine encrypts with when it takes the first of `ciphers` that the client has. */
      readonly cipher: AeadDescriptor;
      /** Ciphers that the policy permits in this version, best first: the same for every hello. */
      readonly ciphers: readonly AeadDescriptor[];
      /** Whether the hello has no key share of the group, so that the server has to ask for one (HelloRetryRequest). */
      readonly helloRetry: boolean;
      /** Exceptions that the session rests on: it would be refused without them. */
      readonly exceptions: readonly PolicyException[];
      /** Those among them that depend on who the client proves to be: see {@link confirmSession}. */
      readonly provisional: readonly PolicyException[];
      /** What the policy warns of. */
      readonly warnings: readonly Reason[];
      readonly negotiation: Negotiation;
    }
  | {
      readonly outcome: 'refuse';
      readonly alert: AlertName;
      /** Never empty. */
      readonly reasons: readonly Reason[];
      /** What an operator can do about it. */
      readonly hint: string;
      /** What was negotiated until then; `undefined` where it did not come to that. */
      readonly negotiation: Negotiation | undefined;
    };

/**
 * Decides what comes of a ClientHello, before the handshake is answered and before any key is made.
 *
 * TLS 1.3, unless the client does not have it and an exception gives it TLS 1.2. Then the policy chooses: the group from
 * supported_groups, whether or not there is a key share of it (one round trip more costs less than a weaker group, and
 * an attacker who strips key shares gains nothing); the credential among those with the name that was asked for,
 * whose chain it permits, by the signature that the key makes. A chain with signatures that the client does not list
 * is taken only where there is no other, with a warning; not if the client has a list for certificates and the leaf's
 * is missing there, since OpenSSL does not send it then.
 *
 * Refused with `protocol_version` is a client without a permitted version; with `inappropriate_fallback` one that says
 * that it has tried a better one [RFC 7507]; with `missing_extension` a hello of TLS 1.3 without groups, key shares
 * or signature algorithms; with `unrecognized_name` a name that no credential has; with `insufficient_security` an
 * offer that we could serve and that the policy refuses; with `handshake_failure` one that has nothing in common with
 * ours [RFC 9846].
 *
 * Decisions are remembered by what hellos offer, so give the same `offer` object for every hello. Never throws for a
 * decoded hello.
 *
 * @param peer - What is known of the client. The server name is that of the hello where it is absent here.
 * @throws HybridgeError `invalid_argument` for an address that is none and for an invalid date; other codes when the
 * policy itself breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { exportPrivateKey } from 'hybridge/keys';
 * import { decideSession } from 'hybridge/negotiation';
 * import { namedPolicy } from 'hybridge/policy';
 * import { decodeClientHello, encodeClientHello, loadCredential } from 'hybridge/tls';
 *
 * const provider = defaultProvider();
 * const { privateKey: key } = await generateKeyPair('ECDSA-P256-SHA256');
 * const certificate = await issueSelfSigned(provider, {
 *   key, subject: 'CN=pump.example', profile: 'tls-server', validity: { notBefore: new Date(), days: 90 },
 *   extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
 * });
 * const privateKey = await exportPrivateKey(provider, key, { format: 'pem' });
 * const offer = { credentials: [await loadCredential(provider, { certificate: certificate.toPem(), privateKey })] };
 *
 * const hello = decodeClientHello(encodeClientHello({
 *   random: new Uint8Array(32), cipherSuites: [0x1302], versions: [0x0304], serverName: 'pump.example',
 *   groups: [0x11ec, 0x001d], signatureAlgorithms: [0x0403], keyShares: [],
 * }));
 * const decision = decideSession(hello, offer, { address: '192.0.2.7' }, namedPolicy('hybrid-preferred'), new Date());
 * if (decision.outcome === 'accept') console.log(decision.group.name, decision.helloRetry); // X25519MLKEM768 true
 * else console.log(decision.alert, decision.hint);
 * ```
 */
export function decideSession(
  hello: ClientHello,
  offer: SessionOffer,
  peer: PeerFacts,
  policy: Policy,
  at: Date,
): SessionDecision {
  const facts = peer.serverName === undefined ? { ...peer, serverName: hello.serverName } : peer;
  const decided = planOf(offer).decide(hello, policyForPeer(policy, facts, at), at);
  if (isAgreed(decided)) {
    const { outcome, negotiation } = decided;
    return {
      ...outcome,
      helloRetry: needsRetry(hello, outcome),
      negotiation: completed(negotiation, hello, at),
    };
  }
  const { outcome, negotiation } = decided;
  return {
    outcome: 'refuse',
    alert: outcome.alert,
    reasons: outcome.reasons,
    hint: hintFor(outcome, facts, policy, at),
    negotiation: negotiation && completed(negotiation, hello, at),
  };
}

const isAgreed = (decided: Decided): decided is Extract<Decided, { readonly outcome: Accepted }> =>
  decided.outcome.outcome === 'accept';

function completed(negotiation: SharedNegotiation, { bytes }: ClientHello, at: Date): Negotiation {
  return { ...negotiation, theirs: { ...negotiation.theirs, offer: bytes }, at };
}

function needsRetry(hello: ClientHello, { version, group }: Accepted): boolean {
  const { keyShares = [] } = hello.shape ?? hello;
  const code = group.identifiers.tlsGroup?.code;
  return version === 'TLSv1.3' && !keyShares.some((share) => share.group === code);
}

/** What becomes of a session once it is known who the client is. */
export type SessionConfirmation =
  | {
      readonly outcome: 'accept';
      /** Exceptions that the session rests on now; none of them is provisional. */
      readonly exceptions: readonly PolicyException[];
      readonly warnings: readonly Reason[];
    }
  | {
      readonly outcome: 'refuse';
      readonly alert: AlertName;
      readonly reasons: readonly Reason[];
      readonly hint: string;
    };

/**
 * Judges a session again when the client has shown its certificate: exceptions that name identities held provisionally
 * until then. Refused with `access_denied` where the session rests on an exception that is not this client's.
 *
 * @param peer - As for {@link decideSession}, with `identities`; empty for a client without a certificate.
 * @throws HybridgeError as {@link decideSession}.
 *
 * @example
 * ```ts no-run
 * import { confirmSession, type SessionDecision } from 'hybridge/negotiation';
 * import { namedPolicy } from 'hybridge/policy';
 *
 * declare const decision: Extract<SessionDecision, { outcome: 'accept' }>;
 * const peer = { address: '192.0.2.7', identities: ['uri:urn:dev:ops:pump-17'] };
 * console.log(confirmSession(decision, peer, namedPolicy('hybrid-required'), new Date()).outcome);
 * ```
 */
export function confirmSession(
  decision: Extract<SessionDecision, { readonly outcome: 'accept' }>,
  peer: PeerFacts,
  policy: Policy,
  at: Date,
): SessionConfirmation {
  const identities = peer.identities ?? [];
  const standing = policyForPeer(policy, { ...peer, identities }, at);
  const { version, group, credential, signature, cipher } = decision;
  const judgements = [
    judge(standing.policy, 'key-establishment', group, at),
    judge(standing.policy, 'session-authentication', signature, at),
    ...credential.chainSignatures.map((one) => judge(standing.policy, 'certificate-signature', one, at)),
    judge(standing.policy, 'aead', cipher, at),
  ];
  const reasonsFor = (wanted: Verdict): readonly Reason[] =>
    judgements.filter(({ verdict }) => verdict === wanted).flatMap(({ reasons }) => reasons);
  const refused = [...reasonsFor('refuse')];
  if (!standing.tlsVersions.includes(version))
    refused.push({
      rule: 'protocol-version',
      text: `No exception permits ${version} for who the client proved to be.`,
      source: `policy ${policy.name}`,
    });
  if (refused.length > 0) {
    const relied = decision.provisional.map(({ id }) => id).join(', ');
    const shown = identities.slice(0, 4).join(', ');
    return {
      outcome: 'refuse',
      alert: 'access_denied',
      reasons: distinct(refused),
      hint: `the session rests on the exception ${relied}, which is not for ${shown === '' ? 'a client without a certificate' : shown}; update the device, or add its identity to the exception`,
    };
  }
  const warnings = distinct(reasonsFor('warn'));
  return { outcome: 'accept', exceptions: reliedUpon(standing, version, warnings), warnings };
}
