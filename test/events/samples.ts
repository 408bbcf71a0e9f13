/** Two or more events of every type, and what a hostile peer calls itself. */
import type { EventPeer, EventType, HybridgeEvent, PeerAuthentication } from '../../src/events/index.ts';

export const at: Date = new Date('2026-11-21T12:00:00.123Z');

/** A name that clears a terminal, forges a second line, hides in a C1 control and runs backwards. */
export const HOSTILE =
  'pump\u001b[2J\r\n{"type":"session"}\u0085\u009b31m\u007f\u202e\u2028\u{e0041}\ud800"\\';

const peer: EventPeer = {
  address: '192.0.2.7:51234',
  serverName: 'pump.example',
  identity: 'uri:urn:dev:ops:pump-17',
  ja3: '773906b0efdefa24a7f2b8eb6985bf37',
  ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
};
const unknownPeer: EventPeer = {
  address: '[2001:db8::7]:443',
  serverName: undefined,
  identity: undefined,
  ja3: undefined,
  ja4: undefined,
};
const hostilePeer: EventPeer = {
  address: 'not:an:address:at:all',
  serverName: HOSTILE,
  identity: HOSTILE,
  ja3: HOSTILE,
  ja4: HOSTILE,
};

const byCertificate: PeerAuthentication = {
  by: 'certificate',
  nature: 'post-quantum',
  scheme: 'mldsa65',
  key: 'ML-DSA-65',
};
const byNothing: PeerAuthentication = { by: 'none', nature: 'unknown', scheme: undefined, key: undefined };
const reasons = [{ rule: 'no-classical', text: 'A quantum computer breaks it.', source: 'house' }];

export const SAMPLES: readonly HybridgeEvent[] = [
  {
    type: 'session',
    at,
    connection: 'c-1',
    peer,
    side: 'server',
    posture: {
      keyExchange: 'hybrid',
      group: 'X25519MLKEM768',
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      authentication: { server: byCertificate, client: byNothing },
      resumed: false,
      helloRetry: true,
      reason: 'decided from the hello',
    },
    alpn: 'h2',
    exceptions: [],
    warnings: [],
    handshakeMilliseconds: 3.25,
  },
  {
    type: 'session',
    at,
    connection: 'c-2',
    peer: unknownPeer,
    side: 'client',
    posture: {
      keyExchange: 'unknown',
      group: undefined,
      version: undefined,
      cipher: undefined,
      authentication: { server: byNothing, client: byNothing },
      resumed: undefined,
      helloRetry: undefined,
      reason: 'the runtime does not say',
    },
    alpn: undefined,
    exceptions: ['bootrom-2-1'],
    warnings: reasons,
    handshakeMilliseconds: 12_000,
  },
  {
    type: 'session-refused',
    at,
    connection: 'c-3',
    peer: hostilePeer,
    because: 'floor',
    alert: 'handshake_failure',
    reasons,
    hint: 'reset the floor of this peer if it was reinstalled',
  },
  {
    type: 'session-refused',
    at,
    connection: 'c-4',
    peer: unknownPeer,
    because: 'protocol',
    alert: undefined,
    reasons: [],
    hint: 'this is no TLS',
  },
  {
    type: 'exception-used',
    at,
    connection: 'c-5',
    peer,
    exception: 'bootrom-2-1',
    owner: 'fleet team',
    reason: 'pump bootrom 2.1, ECDSA only',
    until: '2029-12-31',
    daysLeft: 1136,
  },
  ...(['floor-violation', 'hello-retry-loop', 'offer-shrunk', 'retry-pattern'] as const).map(
    (kind, index): HybridgeEvent => ({
      type: 'downgrade-suspected',
      at,
      connection: `c-${index + 6}`,
      peer,
      kind,
      episode: 'e-1',
      before: 'X25519MLKEM768',
      now: 'x25519',
      refused: index % 2 === 0,
      evidence: ['three hellos with a hybrid share in an hour', 'none since'],
    }),
  ),
  { type: 'downgrade-ended', at, episode: 'e-1', connections: 12, since: new Date('2026-11-21T11:00:00Z') },
  {
    type: 'classical-share-rising',
    at,
    cohort: 'pumps',
    expected: 0.02,
    observed: 0.11,
    sessions: 900,
    statistic: 6.1,
    threshold: 5,
  },
  {
    type: 'policy-changed',
    at,
    before: { policy: 'hybrid-preferred', version: 3 },
    after: { policy: 'house', version: 7 },
    stricter: 1,
    looser: 2,
  },
  {
    type: 'policy-changed',
    at,
    before: { policy: 'house', version: 7 },
    after: { policy: 'house', version: 8 },
    stricter: 4,
    looser: 0,
  },
  ...[20, -3].map((daysLeft): HybridgeEvent => ({
    type: 'certificate-expiring',
    at,
    subject: `CN=front, O="a\\b"`,
    fingerprint: 'ab'.repeat(32),
    algorithm: 'ML-DSA-65',
    notAfter: new Date(at.getTime() + daysLeft * 86_400_000),
    daysLeft,
  })),
  { type: 'store-lost', at, store: 'redis', failing: 'closed', message: 'ECONNREFUSED' },
  { type: 'store-recovered', at, store: 'redis' },
  {
    type: 'upstream-failed',
    at,
    connection: 'c-11',
    peer,
    upstream: '127.0.0.1:8080',
    because: 'unreachable',
    message: 'ECONNREFUSED',
  },
  ...(['policy-refused', 'policy-warned'] as const).map((type): HybridgeEvent => ({
    type,
    at,
    policy: 'pq-only',
    policyVersion: 1,
    use: 'key-establishment',
    algorithm: 'X25519',
    reasons,
  })),
  {
    type: 'transition-accepted',
    at,
    accepted: 'ECDSA-P256-SHA256',
    waived: 'ML-DSA-65',
    until: new Date('2028-01-01'),
  },
  { type: 'self-test-failed', at, provider: 'default', backend: 'noble 0.7.1', primitive: 'ML-KEM-768' },
  { type: 'events-dropped', at, count: 3 },
];

/** Every type of event; a new one that has no row here does not compile, one without a sample fails the suites. */
export const EVENT_TYPES: readonly EventType[] = Object.keys({
  'certificate-expiring': true,
  'classical-share-rising': true,
  'downgrade-ended': true,
  'downgrade-suspected': true,
  'events-dropped': true,
  'exception-used': true,
  'policy-changed': true,
  'policy-refused': true,
  'policy-warned': true,
  'self-test-failed': true,
  session: true,
  'session-refused': true,
  'store-lost': true,
  'store-recovered': true,
  'transition-accepted': true,
  'upstream-failed': true,
} satisfies Record<EventType, true>) as EventType[];
