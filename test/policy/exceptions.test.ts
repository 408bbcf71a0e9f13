import { BlockList, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  describePeers,
  diffPolicies,
  expiredExceptions,
  explainPolicy,
  judge,
  namedPolicy,
  parsePolicy,
  type PeerFacts,
  type PeerMatch,
  type Policy,
  policyExceptions,
  type PolicyException,
  policyForPeer,
  select,
  VERDICTS,
} from '../../src/policy/index.ts';
import { kem, OBSOLETE, signature } from '../../src/registry/index.ts';
import { caught } from '../support/caught.ts';
import { anInstant, aPolicy, aQuestion, someFacts } from './subjects.ts';
import { EXCEPTION } from './tables.ts';

const PUMPS: PolicyException = {
  id: 'pump-bootrom-21',
  peers: { network: ['192.0.2.0/24', '2001:db8::/32'] },
  uses: ['key-establishment', 'session-authentication'],
  match: { name: ['P-256', 'ECDSA-P256-SHA256'] },
  tlsVersions: ['TLSv1.2'],
  owner: 'Biomedical engineering, ext. 4711',
  reason: 'Boot ROM 2.1 knows nothing else.',
  until: '2029-12-31',
};
const GATES: PolicyException = {
  id: 'gates',
  peers: { serverName: ['*.old.example'], identity: ['dns:gate-*.example'] },
  uses: ['key-establishment'],
  match: { name: ['X25519'] },
  owner: 'Facilities',
  reason: 'Door controllers of 2014.',
  until: '2027-06-30',
};
const policy: Policy = { ...namedPolicy('hybrid-required'), name: 'ward-7', exceptions: [PUMPS, GATES] };
const withException = (changes: object): string =>
  JSON.stringify({ ...policy, exceptions: [{ ...PUMPS, ...changes }] });

const at = (text: string): Date => new Date(text);
const NOW = at('2027-01-01');

/** Which peers an exception is for, written down a second time: Node's own block lists, and regular expressions. */
function appliesInTheModel(peers: PeerMatch, facts: PeerFacts): boolean {
  const { address, serverName, ja4, identities } = facts;
  if (peers.network !== undefined) {
    if (address === undefined) return false;
    const list = new BlockList();
    const plain = address.replace(/^::ffff:/u, '');
    for (const network of peers.network) {
      const [base = '', length] = network.split('/');
      const family = isIPv4(base) ? 'ipv4' : 'ipv6';
      // Node takes IPv4 for a part of ::/1; here the two families are apart.
      if (isIPv4(base) !== isIPv4(plain)) continue;
      list.addSubnet(base, length === undefined ? (family === 'ipv4' ? 32 : 128) : Number(length), family);
    }
    if (!list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')) return false;
  }
  const regular = (pattern: string, star: string): RegExp =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', star)}$`, 'u');
  if (peers.serverName !== undefined) {
    const name = serverName?.toLowerCase().replace(/\.$/u, '');
    if (!peers.serverName.some((pattern) => name !== undefined && regular(pattern, '[^.]+').test(name)))
      return false;
  }
  if (peers.ja4 !== undefined && !peers.ja4.some((one) => one === ja4)) return false;
  if (peers.identity === undefined || identities === undefined) return true;
  const lower = (text: string): string => (text.startsWith('dns:') ? text.toLowerCase() : text);
  return peers.identity.some((pattern) =>
    identities.some((identity) => regular(lower(pattern), '.*').test(lower(identity))),
  );
}

describe('policyForPeer', () => {
  test('permits with a warning what the policy refuses, to those whom an exception is for, through its last day', () => {
    const pump = policyForPeer(policy, { address: '192.0.2.17' }, NOW);
    expect(pump.exceptions).toEqual([PUMPS]);
    expect(pump.provisional).toEqual([]);
    expect(pump.tlsVersions).toEqual(['TLSv1.3', 'TLSv1.2']);
    expect(judge(pump.policy, 'key-establishment', kem('P-256'), NOW)).toEqual({
      verdict: 'warn',
      reasons: [
        {
          rule: 'pump-bootrom-21',
          text: 'An exception until 2029-12-31 permits it, for which Biomedical engineering, ext. 4711 answers: Boot ROM 2.1 knows nothing else.',
          source: 'policy ward-7, exception pump-bootrom-21',
        },
      ],
      since: undefined,
      until: '2029-12-31',
    });
    const ours = [kem('X25519MLKEM768'), kem('P-256'), kem('X25519')];
    const chosen = (theirs: readonly ('P-256' | 'X25519' | 'X25519MLKEM768')[]): string => {
      const selection = select(
        pump.policy,
        'key-establishment',
        ours,
        theirs.map((name) => kem(name)),
        NOW,
      );
      return selection.outcome === 'chosen' ? selection.chosen.name : selection.outcome;
    };
    expect(chosen(['P-256', 'X25519'])).toBe('P-256');
    expect(chosen(['P-256', 'X25519MLKEM768'])).toBe('X25519MLKEM768');
    expect(chosen(['X25519'])).toBe('none');
    const lastMoment = at('2029-12-31T23:59:59.999Z');
    expect(judge(pump.policy, 'key-establishment', kem('P-256'), lastMoment).verdict).toBe('warn');
    expect(judge(pump.policy, 'key-establishment', kem('P-256'), at('2030-01-01')).verdict).toBe('refuse');
    expect(policyForPeer(policy, { address: '192.0.2.17' }, lastMoment).exceptions).toEqual([PUMPS]);
    expect(policyForPeer(policy, { address: '192.0.2.17' }, at('2030-01-01')).exceptions).toEqual([]);
  });

  test('leaves everybody else the policy itself, the very object', () => {
    for (const facts of [{}, { address: '198.51.100.1' }, { serverName: 'new.example' }]) {
      const other = policyForPeer(policy, facts, NOW);
      expect(other.policy).toBe(policy);
      expect(other.tlsVersions).toEqual(['TLSv1.3']);
    }
  });

  test('does not touch what is allowed anyway, nor what the house refuses', () => {
    const everything: Policy = {
      ...policy,
      exceptions: [{ ...PUMPS, match: {}, peers: { network: ['203.0.113.0/24'] } }],
    };
    const peer = policyForPeer(everything, { address: '203.0.113.9' }, NOW);
    const verdict = (subject: Parameters<typeof judge>[2]): string =>
      judge(peer.policy, 'key-establishment', subject, NOW).verdict;
    expect(verdict(kem('X25519MLKEM768'))).toBe('allow');
    expect(verdict(kem('X25519'))).toBe('warn');
    expect(verdict(signature('ML-DSA-65'))).toBe('refuse');
    for (const obsolete of OBSOLETE) expect(verdict(obsolete)).toBe('refuse');
  });

  test('is provisional while it is not known who the peer is', () => {
    const facts = { serverName: 'door.old.example' };
    expect(policyForPeer(policy, facts, NOW).provisional).toEqual([GATES]);
    const known = policyForPeer(policy, { ...facts, identities: ['dns:Gate-4.example'] }, NOW);
    expect([known.exceptions, known.provisional]).toEqual([[GATES], []]);
    for (const identities of [[], ['uri:gate-4.example'], ['dns:gate-4.example.org']])
      expect(policyForPeer(policy, { ...facts, identities }, NOW).exceptions).toEqual([]);
  });

  test.each<[string, PeerMatch, PeerFacts, boolean]>([
    ['a name without the label', { serverName: ['*.old.example'] }, { serverName: '.old.example' }, false],
    ['two labels', { serverName: ['*.old.example'] }, { serverName: 'a.b.old.example' }, false],
    ['the end twice', { identity: ['uri:aa*aa'] }, { identities: ['uri:aaaa'] }, true],
    ['the end once', { identity: ['uri:aa*aa'] }, { identities: ['uri:aaa'] }, false],
    ['what overlaps the end', { identity: ['uri:a*b*bc'] }, { identities: ['uri:abc'] }, false],
    ['what comes before the end', { identity: ['uri:a*b*bc'] }, { identities: ['uri:abbc'] }, true],
    ['a NUL in the middle', { identity: ['uri:pump-17'] }, { identities: ['uri:pump-17\0.evil'] }, false],
    ['another case', { identity: ['uri:Pump-17'] }, { identities: ['uri:pump-17'] }, false],
    ['a mapped address', { network: ['192.0.2.0/24'] }, { address: '::ffff:192.0.2.17' }, true],
    ['a mapped address in groups', { network: ['192.0.2.0/24'] }, { address: '::ffff:c000:211' }, true],
    ['what only looks mapped', { network: ['192.0.2.0/24'] }, { address: '1::ffff:192.0.2.17' }, false],
    ['an IPv6 address that begins alike', { network: ['192.0.2.0/24'] }, { address: 'c000:211::1' }, false],
    ['a compatible address', { network: ['192.0.2.0/24'] }, { address: '::192.0.2.17' }, false],
    ['another kind', { identity: ['uri:pump-*'] }, { identities: ['dns:pump-1', 'email:uri:pump-1'] }, false],
  ])('matches %s or not', (_, peers, facts, applies) => {
    const made: Policy = { ...policy, exceptions: [{ ...PUMPS, peers }] };
    expect(policyForPeer(made, facts, NOW).exceptions).toHaveLength(applies ? 1 : 0);
  });

  test('names what has ended from the first moment after its last day', () => {
    const ended = (text: string): readonly PolicyException[] =>
      expiredExceptions(policy, { address: '192.0.2.17' }, at(text));
    expect(ended('2029-12-31T23:59:59.999Z')).toEqual([]);
    expect(ended('2030-01-01T00:00:00.000Z')).toEqual([PUMPS]);
  });

  test('keeps so many sets of exceptions', () => {
    const nameOf = (number: number): string => `pump-${String(number)}.example`;
    const exceptions = Array.from({ length: 257 }, (_, number) => ({
      ...PUMPS,
      id: `pump-${String(number)}`,
      peers: { serverName: [nameOf(number)] },
    }));
    const many: Policy = { ...policy, exceptions };
    const peer = (number: number): unknown => policyForPeer(many, { serverName: nameOf(number) }, NOW);
    const first = peer(0);
    for (let number = 1; number < 256; number++) peer(number);
    expect(peer(0)).toBe(first);
    peer(256);
    expect(peer(0)).not.toBe(first);
  });

  test('gives one object for one set of exceptions, so that nothing is worked out twice', () => {
    const first = policyForPeer(policy, { address: '192.0.2.17' }, NOW);
    expect(policyForPeer(policy, { address: '2001:db8::1', ja4: 'any' }, at('2028-02-03'))).toBe(first);
    expect(policyForPeer(policy, { address: '192.0.2.17', serverName: 'a.old.example' }, NOW)).not.toBe(
      first,
    );
  });

  test('refuses an address that is none', () => {
    for (const address of ['', 'localhost', '192.0.2.17:443', '[::1]', '192.0.2.256', '1::2::3', '01.2.3.4'])
      expect(caught(() => policyForPeer(policy, { address }, NOW)).code).toBe('invalid_argument');
    expect(policyForPeer(policy, { address: 'fe80::1%eth0' }, NOW).exceptions).toEqual([]);
    expect(caught(() => policyForPeer(policy, {}, at('never'))).code).toBe('invalid_argument');
  });

  test('is as the exceptions read literally, and never outlives their last day', () => {
    const runs = { untouched: 0, excepted: 0, 'refused all the same': 0, ended: 0 };
    fc.assert(
      fc.property(aPolicy, someFacts, aQuestion, anInstant, (made, facts, { use, subject }, instant) => {
        const peer = policyForPeer(made, facts, instant);
        const before = judge(made, use, subject, instant);
        const after = judge(peer.policy, use, subject, instant);
        const day = instant.toISOString().slice(0, 10);
        const forPeer = (made.exceptions ?? []).filter((one) => appliesInTheModel(one.peers, facts));
        const applying = forPeer.filter(({ until }) => day <= until);
        expect(peer.exceptions).toEqual(applying);
        expect(expiredExceptions(made, facts, instant)).toEqual(
          forPeer.filter((one) => !applying.includes(one)),
        );
        expect(peer.tlsVersions.includes('TLSv1.2')).toBe(
          applying.some(({ tlsVersions }) => tlsVersions?.includes('TLSv1.2') === true),
        );
        if (before.verdict !== 'refuse') {
          runs.untouched++;
          expect(after).toEqual(before);
        } else if (after.verdict === 'refuse') runs['refused all the same']++;
        else {
          runs.excepted++;
          expect(after.verdict).toBe('warn');
          const ids = applying.map(({ id }) => id);
          for (const { rule } of after.reasons) expect(ids).toContain(rule);
          for (const { rule } of after.reasons) {
            const until = applying.find(({ id }) => id === rule)?.until ?? '';
            const next = policyForPeer(made, facts, new Date(Date.parse(until) + 86_400_000));
            expect(next.exceptions.map(({ id }) => id)).not.toContain(rule);
            const reasons = judge(
              peer.policy,
              use,
              subject,
              new Date(Date.parse(until) + 86_400_000),
            ).reasons;
            expect(reasons.map((reason) => reason.rule)).not.toContain(rule);
            runs.ended++;
          }
        }
        // Also a policy that was derived earlier gets no milder with time.
        const later = judge(peer.policy, use, subject, new Date(instant.getTime() + 1e11));
        expect(VERDICTS.indexOf(later.verdict)).toBeGreaterThanOrEqual(VERDICTS.indexOf(after.verdict));
      }),
      { numRuns: 2000 },
    );
    console.log(`policyForPeer against the literal model: ${JSON.stringify(runs)}`);
    expect(Math.min(...Object.values(runs))).toBeGreaterThan(0);
  });
});

describe('exceptions in a policy file', () => {
  test('are read and written back', () => {
    expect(parsePolicy(JSON.stringify(policy))).toEqual(policy);
    // The one in the documentation, too.
    expect(parsePolicy(JSON.stringify({ ...policy, ...EXCEPTION })).exceptions).toEqual(EXCEPTION.exceptions);
  });

  test.each<[string, object, string, RegExp]>([
    ['no owner', { owner: undefined }, 'owner', /is missing/],
    ['an empty owner', { owner: ' ' }, 'owner', /is empty/],
    ['no reason', { reason: undefined }, 'reason', /is missing/],
    ['no end', { until: undefined }, 'until', /is missing/],
    ['an end that is no day', { until: '2029-02-29' }, 'until', /day of the calendar/],
    ['a verdict', { verdict: 'allow' }, 'verdict', /is no field/],
    ['an id of the house', { id: 'server-name' }, 'id', /name of the house/],
    ['an id in capitals', { id: 'Pumps' }, 'id', /lower-case/],
    ['no uses', { uses: [] }, 'uses', /empty list/],
    ['a match for nothing', { match: { kind: ['aead'] } }, 'match', /matches no algorithm/],
    ['an old version', { tlsVersions: ['TLSv1.1'] }, 'tlsVersions[0]', /TLSv1.2, TLSv1.3/],
    ['nobody', { peers: {} }, 'peers', /names nobody/],
    ['an empty list of peers', { peers: { network: [] } }, 'peers.network', /empty list/],
    ['an unknown condition', { peers: { port: [443] } }, 'peers.port', /is no field/],
    ['a name for a network', { peers: { network: ['pumps.example'] } }, 'peers.network[0]', /IPv4 or IPv6/],
    ['two prefixes', { peers: { network: ['192.0.2.0/24/8'] } }, 'peers.network[0]', /IPv4 or IPv6/],
    ['a long prefix', { peers: { network: ['192.0.2.0/33'] } }, 'peers.network[0]', /0 to 32 bits/],
    ['a prefix with a sign', { peers: { network: ['192.0.2.0/+8'] } }, 'peers.network[0]', /0 to 32 bits/],
    ['a prefix with a zero before', { peers: { network: ['192.0.2.0/024'] } }, 'peers.network[0]', /0 to 32/],
    ['bits after the prefix', { peers: { network: ['192.0.2.7/24'] } }, 'peers.network[0]', /bits after/],
    ['bits after it in IPv6', { peers: { network: ['2001:db8::1/33'] } }, 'peers.network[0]', /bits after/],
    ['all addresses', { peers: { network: ['0.0.0.0/0'] } }, 'peers.network[0]', /every address/],
    ['all of IPv6', { peers: { network: ['::/0'] } }, 'peers.network[0]', /every address/],
    ['a mapped address', { peers: { network: ['::ffff:192.0.2.0/120'] } }, 'peers.network[0]', /as an IPv4/],
    ['an octal-looking address', { peers: { network: ['192.0.02.0/24'] } }, 'peers.network[0]', /IPv4 or/],
    ['a server name in capitals', { peers: { serverName: ['Old.example'] } }, 'peers.serverName[0]', /lower/],
    [
      'an endless server name',
      { peers: { serverName: ['a.'.repeat(127)] } },
      'peers.serverName[0]',
      /host name/,
    ],
    [
      'a server name of 255',
      { peers: { serverName: [`${'a.'.repeat(127)}a`] } },
      'peers.serverName[0]',
      /host name/,
    ],
    ['a wildcard inside', { peers: { serverName: ['a*.example'] } }, 'peers.serverName[0]', /host name/],
    ['a JA3 hash', { peers: { ja4: ['e7d705a3286e19ea42f587b344ee6865'] } }, 'peers.ja4[0]', /JA4/],
    ['an identity without kind', { peers: { identity: ['pump-17'] } }, 'peers.identity[0]', /its kind/],
  ])('are refused with %s', (_, changes, path, message) => {
    const error = caught(() => parsePolicy(withException(changes)));
    expect(error.code).toBe('invalid_encoding');
    expect(error.details['path']).toBe(`exceptions[0].${path}`);
    expect(error.message).toMatch(message);
  });

  test('are refused where an id stands twice, among exceptions or as a rule', () => {
    const twice = (exceptions: readonly object[]): string => JSON.stringify({ ...policy, exceptions });
    expect(caught(() => parsePolicy(twice([PUMPS, PUMPS]))).message).toMatch(
      /pump-bootrom-21 is there twice/,
    );
    const [rule] = policy.rules;
    expect(caught(() => parsePolicy(twice([{ ...PUMPS, id: rule?.id }]))).message).toMatch(/is there twice/);
  });
});

test('policyExceptions lists them by their last day, with the days left', () => {
  const listed = (day: string): unknown =>
    policyExceptions(policy, at(day)).map(({ exception, daysLeft, expired }) => [
      exception.id,
      daysLeft,
      expired,
    ]);
  expect(listed('2027-06-30T12:00:00Z')).toEqual([
    ['gates', 1, false],
    ['pump-bootrom-21', 916, false],
  ]);
  expect(listed('2027-07-01')).toEqual([
    ['gates', 0, true],
    ['pump-bootrom-21', 915, false],
  ]);
  expect(policyExceptions(namedPolicy('pq-only'), NOW)).toEqual([]);
});

test('diffPolicies and explainPolicy tell of exceptions', () => {
  const after: Policy = { ...policy, exceptions: [{ ...PUMPS, until: '2030-06-30' }] };
  const { rules, verdicts, exceptions } = diffPolicies(policy, after);
  expect([rules, verdicts]).toEqual([[], []]);
  expect(exceptions).toEqual([
    { change: 'removed', before: GATES },
    { change: 'changed', before: PUMPS, after: after.exceptions?.[0] },
  ]);
  expect(diffPolicies(after, policy).exceptions.map(({ change }) => change)).toEqual(['changed', 'added']);
  expect(explainPolicy(policy).exceptions[0]).toEqual({
    id: 'pump-bootrom-21',
    peers: 'from 192.0.2.0/24 or 2001:db8::/32',
    uses: ['key-establishment', 'session-authentication'],
    about: 'P-256, ECDSA-P256-SHA256',
    tlsVersions: ['TLSv1.2'],
    owner: 'Biomedical engineering, ext. 4711',
    reason: 'Boot ROM 2.1 knows nothing else.',
    until: '2029-12-31',
  });
  expect(describePeers(GATES.peers)).toBe('to *.old.example; known as dns:gate-*.example');
});
