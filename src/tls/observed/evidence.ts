/** From what a log shows to what was negotiated: nothing is assumed that the evidence does not force. */
import { findByTlsSignature, KEMS } from '../../registry/index.ts';
import type { PeerAuthentication, Posture, PostureNature, TlsVersion } from '../../events/index.ts';
import { isGrease } from '../code-points.ts';
import { groupName, groupNature } from '../schemes.ts';

/** What a log shows of one handshake. */
export interface Evidence {
  /** The version as the log spells it, for the reason; `undefined`: no answer of a server is in the log. */
  readonly protocol: string | undefined;
  readonly version: TlsVersion | undefined;
  /** Whether the version came before TLS 1.3 (DTLS and SSL among them): it knows no post-quantum algorithm. */
  readonly beforeTls13: boolean;
  readonly cipher: string | undefined;
  /** The group, where the log names it. */
  readonly group: string | undefined;
  /** Groups that the client offered, without GREASE. */
  readonly offered: readonly number[] | undefined;
  /** In TLS 1.3: whether keys were exchanged, other than by a pre-shared key alone (psk_ke). */
  readonly exchanged: boolean | undefined;
  /** Whether the server selected a pre-shared key: that of an earlier session, or another. */
  readonly psk: boolean | undefined;
  readonly resumed: boolean | undefined;
  readonly helloRetry: boolean | undefined;
  /** Signature schemes that the client takes, which bound what a server signs with. */
  readonly schemes: readonly number[] | undefined;
  /** Whether a certificate of that side is in the log. */
  readonly serverCertificate: boolean;
  readonly clientCertificate: boolean;
  readonly established: boolean | undefined;
}

const GROUPS_BY_NAME = new Map(
  Object.values(KEMS).flatMap((entry) =>
    entry.identifiers.tlsGroup === undefined
      ? []
      : [[entry.identifiers.tlsGroup.name.toLowerCase(), entry] as const],
  ),
);

/** Curves and finite fields of the IANA registry that the house has no algorithm for, as sensors spell them. */
const CLASSICAL_NAME =
  /^(?:sec[pt][0-9]{3}[kr][0-9]|brainpoolP[0-9]{3}r1(?:tls13)?|ffdhe[0-9]{4}|GC[0-9]{3}[A-D]|curveSM2|arbitrary_explicit_(?:prime|char2)_curves)$/;

/** Schemes below are RSA, ECDSA, EdDSA, SM2 and GOST; those of ML-DSA begin at 0x0904. */
const FIRST_ML_DSA_SCHEME = 0x0904;

function natureOfName(name: string): PostureNature {
  return (
    GROUPS_BY_NAME.get(name.toLowerCase())?.nature ?? (CLASSICAL_NAME.test(name) ? 'classical' : 'unknown')
  );
}

/** The registered spelling of a group's name, where the registry has it. */
function registeredName(name: string): string {
  return GROUPS_BY_NAME.get(name.toLowerCase())?.identifiers.tlsGroup?.name ?? name;
}

function natureOfScheme(code: number): PostureNature {
  const natures = new Set(
    findByTlsSignature(code).map((entry) => (entry.kind === 'obsolete' ? 'unknown' : entry.nature)),
  );
  const [nature] = natures;
  if (nature === undefined) return code < FIRST_ML_DSA_SCHEME ? 'classical' : 'unknown';
  return natures.size === 1 ? nature : 'unknown';
}

/** The nature that all have, or `unknown`. */
function common(natures: readonly PostureNature[]): PostureNature {
  const [first = 'unknown'] = natures;
  return natures.every((nature) => nature === first) ? first : 'unknown';
}

/** The names of the groups that a client offered. */
export function offeredNames(offered: readonly number[]): readonly string[] {
  return offered.map(groupName);
}

/** Code points without those that stand for nothing. */
export function withoutGrease(codes: readonly number[]): readonly number[] {
  return codes.filter((code) => !isGrease(code));
}

type KeyExchange = Pick<Posture, 'group' | 'keyExchange' | 'reason'>;

function unknown(reason: string): KeyExchange {
  return { keyExchange: 'unknown', group: undefined, reason };
}

function keyExchange(evidence: Evidence): KeyExchange {
  const { protocol, beforeTls13, cipher, group, offered, exchanged } = evidence;
  if (group !== undefined)
    return {
      keyExchange: natureOfName(group),
      group: registeredName(group),
      reason: 'the log names the group',
    };
  if (protocol === undefined) {
    const names =
      offered === undefined ? '' : `${offeredNames(offered).join(', ')} offered, outcome unknown: `;
    return unknown(`${names}no answer of a server is in the log`);
  }
  if (beforeTls13)
    return cipher?.startsWith('TLS_PSK_') === true
      ? unknown('keys come from a pre-shared key alone')
      : {
          keyExchange: 'classical',
          group: undefined,
          reason: `${protocol} has no post-quantum key exchange; the log does not name the group`,
        };
  if (exchanged === false) return unknown('keys come from a pre-shared key alone');
  if (offered === undefined) return unknown('the log shows neither the group nor what was offered');
  if (offered.length === 0) return unknown('the client offered no group');
  const names = offeredNames(offered).join(', ');
  if (exchanged === undefined)
    return unknown(`${names} offered, outcome unknown: keys may come from a pre-shared key alone`);
  const nature = common(offered.map(groupNature));
  if (nature === 'unknown')
    return unknown(`${names} offered, outcome unknown: the log does not name the group`);
  const [only] = offered;
  return {
    keyExchange: nature,
    group: only !== undefined && offered.length === 1 ? groupName(only) : undefined,
    reason: `the client offered ${names} and nothing else`,
  };
}

const UNKNOWN_PEER: PeerAuthentication = {
  by: 'unknown',
  nature: 'unknown',
  scheme: undefined,
  key: undefined,
};

function server(evidence: Evidence): PeerAuthentication {
  const { protocol, beforeTls13, psk, schemes, serverCertificate, established } = evidence;
  if (protocol === undefined || established === false) return UNKNOWN_PEER;
  if (psk === true) return { ...UNKNOWN_PEER, by: 'psk', nature: beforeTls13 ? 'classical' : 'unknown' };
  if (beforeTls13)
    return serverCertificate ? { ...UNKNOWN_PEER, by: 'certificate', nature: 'classical' } : UNKNOWN_PEER;
  // Without a pre-shared key a TLS 1.3 server has a certificate, and signs with a scheme that the client takes.
  if (psk === undefined) return UNKNOWN_PEER;
  return { ...UNKNOWN_PEER, by: 'certificate', nature: common((schemes ?? []).map(natureOfScheme)) };
}

/** The posture that the evidence allows to state. */
export function postureOf(evidence: Evidence): Posture {
  const { version, beforeTls13, cipher, resumed, helloRetry, clientCertificate, established } = evidence;
  const { reason, ...exchange } = keyExchange(evidence);
  return {
    ...exchange,
    version,
    cipher,
    authentication: {
      server: server(evidence),
      client:
        clientCertificate && beforeTls13
          ? { ...UNKNOWN_PEER, by: 'certificate', nature: 'classical' }
          : UNKNOWN_PEER,
    },
    resumed,
    helloRetry,
    reason: established === false ? `${reason}; the handshake was not completed` : reason,
  };
}
