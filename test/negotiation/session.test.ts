import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  confirmSession,
  decideSession,
  type SessionDecision,
  type SessionOffer,
} from '../../src/negotiation/index.ts';
import {
  judge,
  namedPolicy,
  type PeerFacts,
  type Policy,
  type PolicyException,
  select,
  type Use,
} from '../../src/policy/index.ts';
import { kem, KEMS, type KemDescriptor, type SignatureDescriptor } from '../../src/registry/index.ts';
import {
  type ClientHello,
  type ClientHelloFields,
  type Credential,
  decodeClientHello,
  encodeClientHello,
  type TlsPlan,
  tlsPlan,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { aCredential, aHello, anOldHello, GROUP, SCHEME, TLS_1_2, TLS_1_3 } from './fixtures.ts';

const NOW = new Date('2027-01-15');
const PUMPS: PolicyException = {
  id: 'pump-bootrom-21',
  peers: { network: ['192.0.2.0/24'] },
  uses: ['key-establishment', 'session-authentication', 'certificate-signature'],
  match: { name: ['P-256', 'ECDSA-P256-SHA256'] },
  tlsVersions: ['TLSv1.2'],
  owner: 'Biomedical engineering',
  reason: 'Boot ROM 2.1 knows nothing else.',
  until: '2029-12-31',
};
const REQUIRED = namedPolicy('hybrid-required');
const PREFERRED = namedPolicy('hybrid-preferred');
const WARD: Policy = { ...REQUIRED, name: 'ward-7', exceptions: [PUMPS] };
const GATES: Policy = {
  ...WARD,
  exceptions: [{ ...PUMPS, id: 'gates', peers: { identity: ['dns:gate-*.example'] } }],
};
const PUMP: PeerFacts = { address: '192.0.2.17' };
const STRANGER: PeerFacts = { address: '203.0.113.9' };

let ecdsa: Credential;
let mldsa: Credential;
let rsa: Credential;
let p384: Credential;
let mixed: Credential;
let gate: Credential;
let both: SessionOffer;

beforeAll(async () => {
  ecdsa = await aCredential('ECDSA-P256-SHA256');
  mldsa = await aCredential('ML-DSA-65');
  rsa = await aCredential('RSA2048-PSS-SHA256', 'ECDSA-P256-SHA256');
  p384 = await aCredential('ECDSA-P384-SHA384', 'ECDSA-P256-SHA256');
  mixed = await aCredential('ECDSA-P256-SHA256', 'ML-DSA-65');
  gate = await aCredential('ECDSA-P256-SHA256', 'ECDSA-P256-SHA256', ['gate.example']);
  both = { credentials: [ecdsa, mldsa] };
});

type Accepted = Extract<SessionDecision, { outcome: 'accept' }>;
type Refused = Extract<SessionDecision, { outcome: 'refuse' }>;

function accepted(decision: SessionDecision): Accepted {
  if (decision.outcome === 'refuse') throw new Error(`refused: ${decision.alert}: ${decision.hint}`);
  return decision;
}

function refused(decision: SessionDecision): Refused {
  if (decision.outcome === 'accept') throw new Error(`accepted ${decision.group.name}`);
  expect(decision.reasons.length).toBeGreaterThan(0);
  expect(decision.hint).not.toBe('');
  return decision;
}

const decide = (
  hello: ClientHello,
  offer: SessionOffer = both,
  peer: PeerFacts = STRANGER,
  policy: Policy = PREFERRED,
  at: Date = NOW,
): SessionDecision => decideSession(hello, offer, peer, policy, at);

const share = (group: number): { group: number; keyExchange: Uint8Array } => ({
  group,
  keyExchange: Uint8Array.of(1),
});

describe('the group', () => {
  test('is chosen by the policy from what both have; without its key share the server asks for one', () => {
    const asked = accepted(decide(aHello({ keyShares: [share(GROUP.x25519)] })));
    expect([asked.version, asked.group.name, asked.helloRetry]).toEqual(['TLSv1.3', 'X25519MLKEM768', true]);
    const shared = accepted(
      decide(aHello({ keyShares: [share(GROUP.x25519), share(GROUP.x25519mlkem768)] })),
    );
    expect([shared.group.name, shared.helloRetry]).toEqual(['X25519MLKEM768', false]);
  });

  test('is one that the engine has', () => {
    const offer = { credentials: [ecdsa], groups: [kem('X25519'), kem('P-256')] };
    const decision = accepted(decide(aHello(), offer));
    expect(decision.group.name).toBe('X25519');
    expect(decision.warnings.map(({ rule }) => rule)).toContain('classical-key-establishment');
  });

  test('is refused as too weak where the policy permits none, with advice', () => {
    const hello = aHello({ groups: [GROUP.x25519, GROUP.p256], keyShares: [share(GROUP.x25519)] });
    const { alert, hint, negotiation } = refused(decide(hello, both, STRANGER, WARD));
    expect(alert).toBe('insufficient_security');
    expect(hint).toBe(
      'of the groups that it offers (X25519, P-256) policy ward-7 permits none that the server has; update the device, or add an exception to policy ward-7 for network 203.0.113.9',
    );
    expect(negotiation?.kem.passedOver.filter(({ because }) => because === 'refused')).toHaveLength(2);
  });

  test('is refused without advice on policy where nothing is in common', () => {
    const decision = refused(decide(aHello({ groups: [GROUP.ffdhe2048, GROUP.kyberDraft] })));
    expect(decision.alert).toBe('handshake_failure');
    expect(decision.hint).toContain('X25519Kyber768Draft00');
    expect(decision.negotiation?.theirs.unknown).toEqual(['0x0100']);
  });
});

describe('the version', () => {
  test('is TLS 1.2 through an exception alone, and the session says so', () => {
    const offer = { credentials: [ecdsa] };
    const decision = accepted(decide(anOldHello(), offer, PUMP, WARD));
    expect(decision).toMatchObject({ version: 'TLSv1.2', helloRetry: false, scheme: SCHEME.ecdsaP256 });
    expect(decision.group.name).toBe('P-256');
    expect(decision.exceptions).toEqual([PUMPS]);
    expect(decision.provisional).toEqual([]);
    expect(decision.warnings.map(({ rule }) => rule)).toContain('pump-bootrom-21');
    const stranger = refused(decide(anOldHello(), offer, STRANGER, WARD));
    expect(stranger.alert).toBe('protocol_version');
    expect(stranger.hint).toMatch(
      /TLS 1.2 at best; update the device, or add an exception to policy ward-7 for network 203/u,
    );
    const late = refused(decide(anOldHello(), offer, PUMP, WARD, new Date('2030-01-01')));
    expect(late.alert).toBe('protocol_version');
    expect(late.hint).toContain('pump-bootrom-21 ended on 2029-12-31 (Biomedical engineering)');
  });

  test('is TLS 1.3 for whoever has it, exception or not', () => {
    const hello = aHello({ versions: [TLS_1_2, TLS_1_3], groups: [GROUP.p256] });
    const decision = accepted(decide(hello, { credentials: [ecdsa] }, PUMP, WARD));
    expect([decision.version, decision.group.name]).toEqual(['TLSv1.3', 'P-256']);
    expect(decision.exceptions).toEqual([PUMPS]);
  });

  test('needs no exception where the policy permits the rest: then none is named', () => {
    const decision = accepted(decide(aHello(), { credentials: [mldsa] }, PUMP, WARD));
    expect(decision.exceptions).toEqual([]);
  });

  test.each([
    ['TLS 1.1', { legacyVersion: 0x0302 }, 'protocol_version'],
    ['SSL 3.0', { legacyVersion: 0x0300 }, 'protocol_version'],
    ['a fallback from a better version', { cipherSuites: [0xc02b, 0x5600] }, 'inappropriate_fallback'],
  ])('%s is refused, also with an exception', (_, changes, alert) => {
    expect(refused(decide(anOldHello(changes), both, PUMP, WARD)).alert).toBe(alert);
  });

  test('is an exception of its own, also where the policy permits all the rest', () => {
    const version = { ...PUMPS, uses: ['hash'], match: { name: ['SHA-1'] } } as const;
    const policy = { ...PREFERRED, exceptions: [version] };
    const decision = accepted(decide(anOldHello(), { credentials: [ecdsa] }, PUMP, policy));
    expect(decision.exceptions).toEqual([version]);
  });

  test('is an exception for a server name where the hello asks for that name', () => {
    const policy = { ...WARD, exceptions: [{ ...PUMPS, peers: { serverName: ['pump.example'] } }] };
    const offer = { credentials: [gate, ecdsa] };
    expect(accepted(decide(anOldHello(), offer, STRANGER, policy)).version).toBe('TLSv1.2');
    const other = anOldHello({ serverName: 'gate.example' });
    expect(refused(decide(other, offer, STRANGER, policy)).alert).toBe('protocol_version');
  });

  test('TLS 1.2 has no groups whose numbers are for TLS 1.3 alone', () => {
    const policy = { ...WARD, exceptions: [{ ...PUMPS, match: { nature: ['classical'] as const } }] };
    const decideFor = (group: number): SessionDecision =>
      decide(anOldHello({ groups: [group], cipherSuites: [0xc02f] }), { credentials: [rsa] }, PUMP, policy);
    expect(refused(decideFor(0x001f)).alert).toBe('handshake_failure');
    expect(accepted(decideFor(GROUP.p384)).group.name).toBe('P-384');
  });

  test.each([
    ['ECDSA', [0xc02c, 0xc02f]],
    ['RSA', [0xc030, 0xc02b]],
  ])('TLS 1.2 takes the key whose suite the policy permits: %s', (kind, cipherSuites) => {
    const policy: Policy = {
      ...WARD,
      rules: [
        ...WARD.rules,
        {
          id: 'no-aes-128',
          uses: ['aead'],
          match: { name: ['AES-128-GCM'] },
          verdict: 'refuse',
          reason: 'r',
          source: 's',
        },
      ],
      exceptions: [{ ...PUMPS, match: { nature: ['classical'] } }],
    };
    const hello = anOldHello({ cipherSuites, signatureAlgorithms: [SCHEME.rsaPss, SCHEME.ecdsaP256] });
    const { signature, cipher } = accepted(decide(hello, { credentials: [rsa, ecdsa] }, PUMP, policy));
    expect([signature.name.startsWith(kind), cipher.name]).toEqual([true, 'AES-256-GCM']);
  });

  test('TLS 1.2 needs a suite, a scheme and a curve that go with the key', () => {
    const all = { ...PUMPS, match: { nature: ['classical'] as const } };
    const policy: Policy = { ...WARD, exceptions: [all] };
    const old = (changes: Partial<ClientHelloFields>, credential: Credential): SessionDecision =>
      decide(anOldHello(changes), { credentials: [credential] }, PUMP, policy);
    expect(accepted(old({}, rsa)).signature.name).toBe('RSA2048-PKCS15-SHA256');
    expect(accepted(old({ signatureAlgorithms: [SCHEME.rsaPss] }, rsa)).signature.name).toBe(
      'RSA2048-PSS-SHA256',
    );
    expect(refused(old({ cipherSuites: [0xc02b] }, rsa)).alert).toBe('handshake_failure');
    expect(refused(old({ cipherSuites: [0xc02f] }, ecdsa)).alert).toBe('handshake_failure');
    // The hash is named apart from the curve, and supported_groups speaks of the curve.
    const curves = { groups: [GROUP.p256, GROUP.p384] };
    expect(accepted(old(curves, p384)).signature.name).toBe('ECDSA-P384-SHA256');
    expect(refused(old({}, p384)).alert).toBe('handshake_failure');
    // Nothing but CBC, and RSA key transport.
    expect(refused(old({ cipherSuites: [0xc009, 0x009c] }, ecdsa)).hint).toContain('AES-GCM');
    // No signature_algorithms: SHA-1 is meant.
    const bare = decodeClientHello(anOldHello().bytes);
    const silent = { ...bare, signatureAlgorithms: undefined, groups: undefined };
    expect(refused(decide(silent, { credentials: [ecdsa] }, PUMP, policy)).alert).toBe('handshake_failure');
    // No supported_groups: any curve.
    expect(
      accepted(decide({ ...bare, groups: undefined }, { credentials: [ecdsa] }, PUMP, policy)).group.kind,
    ).toBe('key-agreement');
    expect(refused(old({}, mldsa)).alert).toBe('handshake_failure');
  });
});

describe('the hello', () => {
  test.each(['signatureAlgorithms', 'groups', 'keyShares'] as const)(
    'of TLS 1.3 without %s is refused',
    (field) => {
      expect(refused(decide({ ...aHello(), [field]: undefined })).alert).toBe('missing_extension');
    },
  );

  test('with a name that no certificate has is refused; wildcards count, and without a name all do', () => {
    expect(refused(decide(aHello({ serverName: 'other.example' }))).alert).toBe('unrecognized_name');
    expect(refused(decide({ ...aHello(), serverName: '..' })).alert).toBe('unrecognized_name');
    expect(refused(decide(aHello(), { credentials: [] })).alert).toBe('unrecognized_name');
    for (const serverName of ['b.ward.example', 'PUMP.example', undefined])
      expect(decide({ ...aHello(), serverName }).outcome).toBe('accept');
    const offer = { credentials: [ecdsa, gate] };
    expect(accepted(decide({ ...aHello(), serverName: 'gate.example' }, offer)).credential).toBe(gate);
    expect(accepted(decide({ ...aHello(), serverName: 'pump.example' }, offer)).credential).toBe(ecdsa);
  });

  test('needs a cipher that the policy permits', () => {
    const cnsa = namedPolicy('cnsa-2.0');
    const strong = aHello({ groups: [0x0202], signatureAlgorithms: [0x0906] });
    const weak = aHello({ groups: [0x0202], signatureAlgorithms: [0x0906], cipherSuites: [0x1301] });
    expect(refused(decide(weak, both, STRANGER, cnsa)).alert).toBe('insufficient_security');
    expect(refused(decide(strong, both, STRANGER, cnsa)).hint).toContain('certificate chain');
    expect(refused(decide(aHello({ cipherSuites: [0x1304, 0xc02b] }))).alert).toBe('handshake_failure');
  });

  test('gets the best cipher that the client has and that goes with the key', () => {
    const { cipher, ciphers } = accepted(decide(aHello({ cipherSuites: [0x1301, 0x1303] })));
    expect(cipher.name).toBe('ChaCha20-Poly1305');
    expect(ciphers.map(({ name }) => name)).toEqual(['AES-256-GCM', 'ChaCha20-Poly1305', 'AES-128-GCM']);
    const old = (credential: Credential): string => {
      const policy = { ...WARD, exceptions: [{ ...PUMPS, match: { nature: ['classical'] as const } }] };
      const hello = anOldHello({ cipherSuites: [0xc02c, 0xc02f] });
      return accepted(decide(hello, { credentials: [credential] }, PUMP, policy)).cipher.name;
    };
    expect([old(ecdsa), old(rsa)]).toEqual(['AES-256-GCM', 'AES-128-GCM']);
  });

  test('is told by its own name that nobody has it', () => {
    const offer = { credentials: [ecdsa] };
    for (const serverName of ['first.example', 'second.example'])
      expect(refused(decide(aHello({ serverName }), offer)).hint).toContain(`"${serverName}"`);
  });
});

describe('the credential', () => {
  test('is chosen by the signature that the policy prefers among those that the client verifies', () => {
    const pq = accepted(decide(aHello()));
    expect([pq.credential, pq.signature.name, pq.scheme]).toEqual([mldsa, 'ML-DSA-65', SCHEME.mldsa65]);
    const classical = accepted(decide(aHello({ signatureAlgorithms: [SCHEME.rsaPss, SCHEME.ecdsaP256] })));
    expect([classical.credential, classical.signature.name]).toEqual([ecdsa, 'ECDSA-P256-SHA256']);
    const { alert, hint } = refused(
      decide(aHello({ signatureAlgorithms: [SCHEME.ecdsaP384, SCHEME.rsaSha1] })),
    );
    expect([alert, hint]).toEqual([
      'handshake_failure',
      'it offers no signature algorithms that the server has (offered: ECDSA-P384-SHA384); the client has to be updated or configured',
    ]);
  });

  test('PKCS #1 is for certificates alone in TLS 1.3', () => {
    const offer = { credentials: [rsa] };
    const hello = aHello({ signatureAlgorithms: [SCHEME.rsaPkcs1, SCHEME.ecdsaP256] });
    expect(refused(decide(hello, offer)).alert).toBe('handshake_failure');
    expect(accepted(decide(aHello(), offer)).signature.name).toBe('RSA2048-PSS-SHA256');
  });

  test('has a chain that the client lists, where there is one', () => {
    const offer = { credentials: [mixed, rsa] };
    const without = aHello({ signatureAlgorithms: [SCHEME.ecdsaP256, SCHEME.rsaPss] });
    expect(accepted(decide(without, offer)).credential).toBe(rsa);
    expect(accepted(decide(without, { credentials: [mixed, ecdsa] })).credential).toBe(ecdsa);
    const alone = accepted(decide(without, { credentials: [mixed] }));
    expect(alone.warnings.map(({ rule }) => rule)).toContain('certificate-chain');
    const listed = aHello({
      signatureAlgorithms: [SCHEME.ecdsaP256, SCHEME.rsaPss],
      certificateSignatureAlgorithms: [SCHEME.mldsa65],
    });
    expect(accepted(decide(listed, offer)).credential).toBe(mixed);
    expect(accepted(decide(listed, { credentials: [mixed] })).warnings.map(({ rule }) => rule)).not.toContain(
      'certificate-chain',
    );
  });

  test('has a leaf that OpenSSL sends to the client: one whose signature it lists, if it has a list for certificates', () => {
    const hello = aHello({ certificateSignatureAlgorithms: [SCHEME.ecdsaP256, SCHEME.rsaPss] });
    expect(accepted(decide(hello, { credentials: [mixed, ecdsa] })).credential).toBe(ecdsa);
    const { alert, hint, reasons } = refused(decide(hello, { credentials: [mixed] }));
    expect([alert, reasons.map(({ rule }) => rule), hint]).toEqual([
      'handshake_failure',
      ['certificate-chain'],
      'it takes no certificate signed with ML-DSA-65, as it says in signature_algorithms_cert; give the server a certificate chain that serves it',
    ]);
  });

  test('has a chain that the policy permits', () => {
    const pqOnly = namedPolicy('pq-only');
    const hello = aHello({ groups: [GROUP.mlkem768] });
    const { alert, hint } = refused(decide(hello, { credentials: [ecdsa] }, STRANGER, pqOnly));
    expect([alert, hint]).toEqual([
      'handshake_failure',
      'the policy refuses the signatures in every certificate chain of this name (ECDSA-P256-SHA256); give the server a certificate chain that serves it',
    ]);
    expect(accepted(decide(hello, { credentials: [ecdsa, mldsa] }, STRANGER, pqOnly)).credential).toBe(mldsa);
  });
});

describe('a plan made from the same credentials', () => {
  test('knows what signed the chain, by the key of its issuer, and refuses what the policy refuses', async () => {
    const signedBy = ({ chainSignatures }: Credential): readonly string[] =>
      chainSignatures.map(({ name }) => name);
    expect(signedBy(await aCredential('ECDSA-P256-SHA256', 'ECDSA-P384-SHA384'))).toEqual([
      'ECDSA-P384-SHA384',
    ]);
    expect(signedBy(await aCredential('ECDSA-P256-SHA256', 'ECDSA-P384-SHA256'))).toEqual([
      'ECDSA-P384-SHA256',
    ]);
    const mixedChain = await aCredential('ML-DSA-65', 'ECDSA-P256-SHA256');
    const plan = (credentials: readonly Credential[]): TlsPlan =>
      tlsPlan({
        policy: namedPolicy('pq-only'),
        at: NOW,
        side: 'server',
        engine: 'openssl-3.5',
        credentials,
      });
    expect(plan([mldsa]).credentials).toEqual([mldsa]);
    expect(() => plan([mixedChain])).toThrow(expect.objectContaining({ code: 'policy_refused' }) as Error);
  });

  test('has TLS 1.2 only where the policy permits a group of it', () => {
    const version = { ...PUMPS, uses: ['hash'], match: { name: ['SHA-1'] } } as const;
    const versionsOf = (policy: Policy): readonly string[] =>
      tlsPlan({
        policy: { ...policy, exceptions: [version] },
        at: NOW,
        side: 'server',
        engine: 'openssl-3.5',
        peer: PUMP,
      }).versions;
    expect(versionsOf(PREFERRED)).toEqual(['TLSv1.3', 'TLSv1.2']);
    expect(versionsOf(namedPolicy('pq-only'))).toEqual(['TLSv1.3']);
  });
});

describe('confirmSession', () => {
  const old = (): Accepted => accepted(decide(anOldHello(), { credentials: [ecdsa] }, STRANGER, GATES));

  test('lets a provisional session stand for whom the exception names', () => {
    expect(old().provisional.map(({ id }) => id)).toEqual(['gates']);
    const confirmed = confirmSession(old(), { ...STRANGER, identities: ['dns:gate-4.example'] }, GATES, NOW);
    if (confirmed.outcome !== 'accept') throw new Error(confirmed.hint);
    expect(confirmed.exceptions.map(({ id }) => id)).toEqual(['gates']);
  });

  test.each<[string, PeerFacts, Date]>([
    ['somebody else', { ...STRANGER, identities: ['dns:pump.example'] }, NOW],
    ['nobody in particular', STRANGER, NOW],
    ['the right one, too late', { ...STRANGER, identities: ['dns:gate-4.example'] }, new Date('2030-01-01')],
  ])('refuses it for %s', (_, peer, at) => {
    const confirmed = confirmSession(old(), peer, GATES, at);
    expect(confirmed.outcome).toBe('refuse');
    if (confirmed.outcome === 'refuse') {
      expect(confirmed.alert).toBe('access_denied');
      expect(confirmed.hint).toContain('gates');
    }
  });

  test.each<[Use, PolicyException['match']]>([
    ['key-establishment', { name: ['X25519'] }],
    ['session-authentication', { name: ['ECDSA-P256-SHA256'] }],
    ['certificate-signature', { name: ['ECDSA-P256-SHA256'] }],
  ])('judges what an exception for an identity permits for %s', (use, match) => {
    const only = { ...PUMPS, peers: { identity: ['dns:gate-*.example'] }, uses: [use], match };
    const others = (['key-establishment', 'session-authentication', 'certificate-signature'] as const).filter(
      (other) => other !== use,
    );
    const allowed = { ...PUMPS, id: 'allowed', uses: others, match: { nature: ['classical'] as const } };
    const policy = { ...namedPolicy('pq-only'), exceptions: [only, allowed] };
    const hello = aHello({ groups: [GROUP.x25519], signatureAlgorithms: [SCHEME.ecdsaP256] });
    const decision = accepted(decide(hello, { credentials: [ecdsa] }, PUMP, policy));
    expect(decision.provisional).toEqual([only]);
    const confirmed = (identity: string): string =>
      confirmSession(decision, { ...PUMP, identities: [identity] }, policy, NOW).outcome;
    expect([confirmed('dns:gate-4.example'), confirmed('dns:pump.example')]).toEqual(['accept', 'refuse']);
  });

  test('judges the version', () => {
    const peers = { identity: ['dns:gate-*.example'] };
    const version = { ...PUMPS, peers, uses: ['hash'], match: { name: ['SHA-1'] } } as const;
    const policy = { ...PREFERRED, exceptions: [version] };
    const decision = accepted(decide(anOldHello(), { credentials: [ecdsa] }, STRANGER, policy));
    const confirmed = (identity: string): string =>
      confirmSession(decision, { ...STRANGER, identities: [identity] }, policy, NOW).outcome;
    expect([confirmed('dns:gate-4.example'), confirmed('dns:pump.example')]).toEqual(['accept', 'refuse']);
  });

  test('judges the cipher as well', async () => {
    const weak = {
      ...PUMPS,
      peers: { identity: ['dns:gate-*.example'] },
      uses: ['aead'],
      match: { name: ['AES-128-GCM'] },
    } as const;
    const policy = { ...namedPolicy('cnsa-2.0'), exceptions: [weak] };
    const offer = { credentials: [await aCredential('ML-DSA-87')] };
    const strong = { groups: [0x0202], signatureAlgorithms: [0x0906] };
    const decision = accepted(decide(aHello({ ...strong, cipherSuites: [0x1301] }), offer, STRANGER, policy));
    expect(decision.provisional).toEqual([weak]);
    const confirmed = (...identities: string[]): string =>
      confirmSession(decision, { ...STRANGER, identities }, policy, NOW).outcome;
    expect([confirmed('dns:gate-4.example'), confirmed('dns:pump.example'), confirmed()]).toEqual([
      'accept',
      'refuse',
      'refuse',
    ]);
    // Whoever has the better cipher gets that, and needs no exception.
    expect(accepted(decide(aHello(strong), offer, STRANGER, policy)).exceptions).toEqual([]);
  });

  test('accepts whatever needs no exception', () => {
    const decision = accepted(decide(aHello(), { credentials: [mldsa] }, STRANGER, GATES));
    expect(confirmSession(decision, STRANGER, GATES, NOW)).toMatchObject({
      outcome: 'accept',
      exceptions: [],
    });
  });
});

describe('decisions about any hello', () => {
  const code = fc.oneof(
    { arbitrary: fc.constantFrom<number>(...Object.values(GROUP), ...Object.values(SCHEME)), weight: 5 },
    { arbitrary: fc.constantFrom(0x0a0a, 0x2a2a, 0xfafa), weight: 1 },
    { arbitrary: fc.nat(0xffff), weight: 1 },
  );
  const codes = fc.uniqueArray(code, { minLength: 1, maxLength: 8 });
  /** Mostly what a client sends, now and then something odd. */
  const usually = <T>(usual: T, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
    fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: odd, weight: 1 });
  const suites = fc.constantFrom(0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0x5600, 0x0a0a, 0x002f);
  const anyHello = fc
    .record({
      versions: usually<readonly number[] | undefined>(
        [TLS_1_3],
        fc.option(fc.uniqueArray(fc.constantFrom(TLS_1_2, 0x0302, 0x7f1c), { minLength: 1 }), {
          nil: undefined,
        }),
      ),
      groups: usually<readonly number[] | undefined>(
        [GROUP.x25519, GROUP.x25519mlkem768, GROUP.p256],
        fc.option(codes, { nil: undefined }),
      ),
      signatureAlgorithms: usually<readonly number[] | undefined>(
        [SCHEME.ecdsaP256, SCHEME.mldsa65],
        fc.option(codes, { nil: undefined }),
      ),
      certificateSignatureAlgorithms: fc.option(codes, { nil: undefined }),
      serverName: usually<string | undefined>(
        'pump.example',
        fc.constantFrom(undefined, 'x.ward.example', 'other.example', 'a..b', '1.2.3.4'),
      ),
      keyShares: fc.option(fc.constant([]), { nil: undefined, freq: 8 }),
      cipherSuites: usually<readonly number[]>([0x1302, 0xc02b], fc.uniqueArray(suites, { minLength: 1 })),
    })
    .map(({ keyShares, ...offered }) => {
      const fields = Object.fromEntries(Object.entries(offered).filter(([, value]) => value !== undefined));
      // Key shares without groups are no hello.
      return aHelloOf(
        fields['groups'] === undefined || keyShares === undefined ? fields : { ...fields, keyShares },
      );
    });
  const somePolicy = fc.constantFrom(
    PREFERRED,
    REQUIRED,
    WARD,
    namedPolicy('pq-only'),
    namedPolicy('cnsa-2.0'),
  );
  const somePeer = fc.constantFrom(PUMP, STRANGER, {});
  const moments = fc.constantFrom(NOW, new Date('2031-02-03'), new Date('2040-01-01'));

  test('never throw, permit only what the policy permits, and are the same when asked again', () => {
    const runs: Record<string, number> = {};
    fc.assert(
      fc.property(anyHello, somePeer, somePolicy, moments, (hello, peer, policy, at) => {
        const decision = decide(hello, { credentials: [ecdsa, mldsa, rsa] }, peer, policy, at);
        expect(decide(hello, { credentials: [ecdsa, mldsa, rsa] }, peer, policy, at)).toEqual(decision);
        const key =
          decision.outcome === 'accept' ? `${decision.outcome} ${decision.version}` : decision.alert;
        runs[key] = (runs[key] ?? 0) + 1;
        if (decision.outcome === 'refuse') {
          refused(decision);
          return;
        }
        const { group, signature, scheme, exceptions } = decision;
        expect(hello.groups ?? [group.identifiers.tlsGroup?.code]).toContain(
          group.identifiers.tlsGroup?.code,
        );
        expect(hello.signatureAlgorithms).toContain(scheme);
        for (const { until } of exceptions) expect(at.toISOString().slice(0, 10) <= until).toBe(true);
        if (exceptions.length > 0) return;
        expect(judge(policy, 'key-establishment', group, at).verdict).not.toBe('refuse');
        expect(judge(policy, 'session-authentication', signature, at).verdict).not.toBe('refuse');
        expect(decision.version).toBe('TLSv1.3');
      }),
      { numRuns: 1500 },
    );
    console.log(`decideSession, any hello: ${JSON.stringify(runs)}`);
    expect(Object.keys(runs).length).toBeGreaterThanOrEqual(6);
  });

  test('do not depend on the order of an offer, on GREASE, or on what else was asked before', () => {
    const offer: SessionOffer = { credentials: [ecdsa, mldsa, rsa] };
    const summary = (decision: SessionDecision): unknown =>
      decision.outcome === 'accept'
        ? [decision.version, decision.group, decision.credential, decision.signature, decision.scheme]
        : [decision.alert, decision.reasons];
    fc.assert(
      fc.property(anyHello, somePeer, somePolicy, (hello, peer, policy) => {
        const reversed: ClientHello = {
          ...hello,
          groups: hello.groups && [0x1a1a, ...hello.groups.toReversed()],
          signatureAlgorithms: hello.signatureAlgorithms && [
            0x4a4a,
            ...hello.signatureAlgorithms.toReversed(),
          ],
          cipherSuites: hello.cipherSuites.toReversed(),
        };
        const fresh = summary(decide(hello, { ...offer }, peer, policy));
        expect(summary(decide(reversed, offer, peer, policy))).toEqual(fresh);
        expect(summary(decide(hello, offer, peer, policy))).toEqual(fresh);
      }),
      { numRuns: 400 },
    );
  });

  test('never throw for what a broken hello still decodes to', () => {
    const numbers = new Numbers(9);
    const offer: SessionOffer = { credentials: [ecdsa, mldsa, rsa] };
    const runs = { undecodable: 0, accept: 0, refuse: 0 };
    for (let round = 0; round < 3000; round++) {
      const original = round % 2 === 0 ? aHello() : anOldHello();
      let hello: ClientHello;
      try {
        hello = decodeClientHello(mutated(original.bytes, numbers));
      } catch (error) {
        expect(isHybridgeError(error)).toBe(true);
        runs.undecodable++;
        continue;
      }
      runs[decide(hello, offer, PUMP, WARD).outcome]++;
    }
    console.log(`decideSession, broken hellos: ${JSON.stringify(runs)}`);
    expect(Math.min(...Object.values(runs))).toBeGreaterThan(0);
  });

  test('one more offer never makes them weaker', () => {
    const runs = { same: 0, better: 0, first: 0 };
    const offer = (): SessionOffer => ({ credentials: [ecdsa, mldsa] });
    const loses = <D extends KemDescriptor | SignatureDescriptor>(
      policy: Policy,
      use: Use,
      after: D,
      before: D,
    ): boolean => {
      const selection = select(policy, use, [before, after], [before, after], NOW);
      return after !== before && selection.outcome === 'chosen' && selection.chosen === before;
    };
    const own = KEMS.flatMap(({ identifiers }) => identifiers.tlsGroup?.code ?? []);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...own), { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(fc.constantFrom(...Object.values(SCHEME)), { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...own),
        fc.constantFrom(...Object.values(SCHEME)),
        fc.constantFrom(PREFERRED, REQUIRED, WARD),
        (groups, signatureAlgorithms, group, scheme, policy) => {
          const certificateSignatureAlgorithms = Object.values(SCHEME);
          const before = decide(
            aHello({ groups, signatureAlgorithms, certificateSignatureAlgorithms }),
            offer(),
            PUMP,
            policy,
          );
          const more = aHello({
            groups: [...new Set([...groups, group])],
            signatureAlgorithms: [...new Set([...signatureAlgorithms, scheme])],
            certificateSignatureAlgorithms,
          });
          const after = decide(more, offer(), PUMP, policy);
          if (before.outcome === 'refuse') {
            runs.first += after.outcome === 'accept' ? 1 : 0;
            return;
          }
          const { group: chosen, signature } = accepted(after);
          expect(loses(policy, 'key-establishment', chosen, before.group)).toBe(false);
          expect(loses(policy, 'session-authentication', signature, before.signature)).toBe(false);
          runs[chosen === before.group && signature === before.signature ? 'same' : 'better']++;
        },
      ),
      { numRuns: 500 },
    );
    console.log(`decideSession, one more offer: ${JSON.stringify(runs)}`);
    expect(Math.min(...Object.values(runs))).toBeGreaterThan(0);
  });

  test('are of one shape for hellos that differ in randomness alone', () => {
    const first = accepted(decide(aHello()));
    const second = accepted(decide(aHello({ random: new Uint8Array(32).fill(7) })));
    expect(second.negotiation.kem).toBe(first.negotiation.kem);
    expect(second.negotiation.theirs.offer).not.toEqual(first.negotiation.theirs.offer);
  });

  test('are remembered with all that they rest on', () => {
    const offer: SessionOffer = { credentials: [ecdsa] };
    const group = (groups: number[], signatureAlgorithms: number[]): string =>
      accepted(decide(aHello({ groups, signatureAlgorithms }), offer)).group.name;
    // The same code points in a row, in other lists.
    expect(group([GROUP.x25519], [GROUP.x25519mlkem768, SCHEME.ecdsaP256])).toBe('X25519');
    expect(group([GROUP.x25519, GROUP.x25519mlkem768], [SCHEME.ecdsaP256])).toBe('X25519MLKEM768');
    const old = (...more: number[]): string =>
      decide(anOldHello({ cipherSuites: [0xc02b, ...more] }), offer, PUMP, WARD).outcome;
    expect([old(), old(0x5600)]).toEqual(['accept', 'refuse']);
    const on = (at: Date): string =>
      decide(aHello({ groups: [GROUP.x25519] }), offer, STRANGER, PREFERRED, at).outcome;
    expect([on(NOW), on(new Date('2040-01-01'))]).toEqual(['accept', 'refuse']);
  });

  test('are remembered for so many offers, and none of endless length', () => {
    const offer: SessionOffer = { credentials: [ecdsa] };
    const kemOf = (...more: number[]): unknown =>
      accepted(decide(aHello({ groups: [GROUP.x25519mlkem768, ...more] }), offer)).negotiation.kem;
    const first = kemOf();
    for (let code = 0x8000; code < 0x8000 + 1023; code++) kemOf(code);
    expect(kemOf()).toBe(first);
    for (let code = 0x9000; code < 0x9000 + 1024; code++) kemOf(code);
    expect(kemOf()).not.toBe(first);
    const long = Array.from({ length: 600 }, (_, index) => 0x8000 + index);
    expect(kemOf(...long)).not.toBe(kemOf(...long));
  });

  test('refuse an address that is none', () => {
    try {
      decide(aHello(), both, { address: 'pump' }, WARD);
    } catch (error) {
      expect(isHybridgeError(error) && error.code).toBe('invalid_argument');
      return;
    }
    throw new Error('was accepted');
  });
});

function aHelloOf(fields: Partial<ClientHelloFields>): ClientHello {
  return decodeClientHello(
    encodeClientHello({ random: new Uint8Array(32), cipherSuites: [0x1301], ...fields }),
  );
}
