/** Policies as they stand for single peers: which exceptions apply, and what comes of them. */
import { HybridgeError } from '../bytes/index.ts';
import { endOf, instantOf } from './dates.ts';
import { checked, granting } from './judge.ts';
import { isIn, type Network, readAddress, readNetwork } from './network.ts';
import type { PeerFacts, PeerMatch, PeerPolicy, Policy, PolicyException, PolicyTlsVersion } from './types.ts';

/** An exception made ready to be looked at with every connection. */
interface Compiled {
  readonly exception: PolicyException;
  /** The first instant after its last day. */
  readonly end: number;
  readonly networks: readonly Network[] | undefined;
  readonly serverNames: readonly string[] | undefined;
  readonly ja4: readonly string[] | undefined;
  readonly identities: readonly string[] | undefined;
}

/** What has been worked out about a policy: its exceptions, and its form for each set of them that has met a peer. */
interface Prepared {
  readonly exceptions: readonly Compiled[];
  readonly unexcepted: PeerPolicy;
  readonly derived: Map<string, PeerPolicy>;
}

/**
 * How many sets of exceptions are kept. Few peers match more than one; an attacker who plays with server names must
 * not fill the memory.
 */
const MAX_DERIVED = 256;

const prepared = new WeakMap<Policy, Prepared>();

function prepare(policy: Policy): Prepared {
  const before = prepared.get(policy);
  if (before !== undefined) return before;
  const { exceptions = [] } = checked(policy);
  const made: Prepared = {
    exceptions: exceptions.map(compile),
    unexcepted: Object.freeze<PeerPolicy>({
      policy,
      exceptions: [],
      provisional: [],
      tlsVersions: ['TLSv1.3'],
    }),
    derived: new Map(),
  };
  prepared.set(policy, made);
  return made;
}

function compile(exception: PolicyException): Compiled {
  const { network, serverName, ja4, identity }: PeerMatch = exception.peers;
  return {
    exception,
    end: endOf(exception.until),
    networks: network?.map((text) => {
      const read = readNetwork(text);
      if (typeof read === 'string') throw new HybridgeError('internal', 'policy: a network was not checked');
      return read;
    }),
    serverNames: serverName,
    ja4,
    identities: identity?.map(comparable),
  };
}

/** Host names are compared without regard to case, everything else as it is. */
const comparable = (identity: string): string =>
  identity.startsWith('dns:') ? identity.toLowerCase() : identity;

/** A `*` in the pattern stands for any characters; each is matched where it first can be, which is enough. */
function isLike(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (!text.startsWith(start) || !text.endsWith(end)) return false;
  let from = start.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - end.length;
}

function isServerName(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === name;
  const label = name.indexOf('.');
  return label > 0 && name.slice(label) === pattern.slice(1);
}

/** The facts in the forms that exceptions are compared with. */
interface Facts {
  readonly address: Uint8Array | undefined;
  readonly serverName: string | undefined;
  readonly ja4: string | undefined;
  readonly identities: readonly string[] | undefined;
}

function factsOf({ address, serverName, ja4, identities }: PeerFacts): Facts {
  const bytes = address === undefined ? undefined : readAddress(address);
  if (address !== undefined && bytes === undefined)
    throw new HybridgeError('invalid_argument', 'peer: the address is no IP address', {
      fault: 'caller',
      hint: 'give it without port and brackets',
    });
  const name = serverName?.toLowerCase();
  return {
    address: bytes,
    serverName: name?.endsWith('.') === true ? name.slice(0, -1) : name,
    ja4,
    identities: identities?.map(comparable),
  };
}

/** How an exception relates to a peer: by all that can be known of it, or but for an identity that is to come. */
type Bearing = 'applies' | 'is-provisional' | 'not-at-all';

function bearingOf({ networks, serverNames, ja4, identities }: Compiled, facts: Facts): Bearing {
  const { address, serverName } = facts;
  if (networks !== undefined && (address === undefined || !networks.some((one) => isIn(one, address))))
    return 'not-at-all';
  if (
    serverNames !== undefined &&
    (serverName === undefined || !serverNames.some((one) => isServerName(one, serverName)))
  )
    return 'not-at-all';
  if (ja4 !== undefined && (facts.ja4 === undefined || !ja4.includes(facts.ja4))) return 'not-at-all';
  if (identities === undefined) return 'applies';
  if (facts.identities === undefined) return 'is-provisional';
  const known = facts.identities;
  return identities.some((pattern) => known.some((identity) => isLike(pattern, identity)))
    ? 'applies'
    : 'not-at-all';
}

/**
 * A policy as it stands for one peer on one day: with the permissions of the exceptions that apply to it. What they
 * permit is judged `warn`, with the exception as its reason; what the policy allows anyway is not touched, and what is
 * obsolete or no algorithm for the use stays refused.
 *
 * An exception that names identities applies provisionally while `facts.identities` is absent; once the peer has shown
 * its certificate, ask again with them. The answers for equal sets of exceptions are one object, so that what has been
 * worked out about them is found again.
 *
 * @throws HybridgeError `invalid_argument` for an address that is none and for an invalid date; other codes when the
 * policy itself breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { judge, namedPolicy, type Policy, policyForPeer } from 'hybridge/policy';
 * import { kem } from 'hybridge/registry';
 *
 * const policy: Policy = {
 *   ...namedPolicy('hybrid-required'),
 *   name: 'ward-7',
 *   exceptions: [{
 *     id: 'pump-bootrom-21',
 *     peers: { network: ['192.0.2.0/24'] },
 *     uses: ['key-establishment', 'session-authentication'],
 *     match: { name: ['P-256', 'ECDSA-P256-SHA256'] },
 *     tlsVersions: ['TLSv1.2'],
 *     owner: 'Biomedical engineering, ext. 4711',
 *     reason: 'Boot ROM 2.1 of the pumps knows nothing else; they are replaced by the end of 2029.',
 *     until: '2029-12-31',
 *   }],
 * };
 * const at = new Date('2027-01-01');
 * const pump = policyForPeer(policy, { address: '192.0.2.17' }, at);
 * console.log(pump.tlsVersions, judge(pump.policy, 'key-establishment', kem('P-256'), at).verdict);
 * // [ 'TLSv1.3', 'TLSv1.2' ] warn
 * const other = policyForPeer(policy, { address: '203.0.113.5' }, at);
 * console.log(other.tlsVersions, judge(other.policy, 'key-establishment', kem('P-256'), at).verdict);
 * // [ 'TLSv1.3' ] refuse
 * ```
 */
export function policyForPeer(policy: Policy, facts: PeerFacts, at: Date): PeerPolicy {
  const { exceptions, unexcepted, derived } = prepare(policy);
  const instant = instantOf(at);
  if (exceptions.length === 0) return unexcepted;
  const read = factsOf(facts);
  const applying: PolicyException[] = [];
  const provisional: PolicyException[] = [];
  let set = '';
  for (const [index, compiled] of exceptions.entries()) {
    if (instant >= compiled.end) continue;
    const bearing = bearingOf(compiled, read);
    if (bearing === 'not-at-all') continue;
    applying.push(compiled.exception);
    set += `${String(index)},`;
    if (bearing === 'is-provisional') {
      provisional.push(compiled.exception);
      set += '?';
    }
  }
  if (applying.length === 0) return unexcepted;
  const before = derived.get(set);
  if (before !== undefined) return before;
  const made: PeerPolicy = Object.freeze({
    policy: granting(policy, applying),
    exceptions: Object.freeze(applying),
    provisional: Object.freeze(provisional),
    tlsVersions: versionsOf(applying),
  });
  if (derived.size >= MAX_DERIVED) derived.clear();
  derived.set(set, made);
  return made;
}

function versionsOf(exceptions: readonly PolicyException[]): readonly PolicyTlsVersion[] {
  return exceptions.some(({ tlsVersions }) => tlsVersions?.includes('TLSv1.2'))
    ? ['TLSv1.3', 'TLSv1.2']
    : ['TLSv1.3'];
}

/**
 * The exceptions that would apply to a peer had they not ended: what to tell an operator whose device is refused from
 * one day to the next.
 *
 * @throws HybridgeError as {@link policyForPeer}.
 *
 * @example
 * ```ts
 * import { expiredExceptions, namedPolicy, type Policy } from 'hybridge/policy';
 *
 * const policy: Policy = {
 *   ...namedPolicy('hybrid-required'),
 *   exceptions: [{
 *     id: 'pumps', peers: { network: ['192.0.2.0/24'] }, uses: ['key-establishment'], match: { name: ['X25519'] },
 *     owner: 'IT', reason: 'Firmware 3.', until: '2026-12-31',
 *   }],
 * };
 * console.log(expiredExceptions(policy, { address: '192.0.2.17' }, new Date('2027-01-01')).map(({ id }) => id)); // [ 'pumps' ]
 * ```
 */
export function expiredExceptions(policy: Policy, facts: PeerFacts, at: Date): readonly PolicyException[] {
  const instant = instantOf(at);
  const ended = prepare(policy).exceptions.filter(({ end }) => instant >= end);
  if (ended.length === 0) return [];
  const read = factsOf(facts);
  return ended
    .filter((compiled) => bearingOf(compiled, read) !== 'not-at-all')
    .map(({ exception }) => exception);
}
