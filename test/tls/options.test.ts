import { once } from 'node:events';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { connect, type ConnectionOptions, createServer, type TlsOptions, TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';

import { type HybridgeError, isHybridgeError } from '../../src/bytes/index.ts';
import {
  judge,
  namedPolicy,
  type Policy,
  POLICY_NAMES,
  type PolicyName,
  type Subject,
  type Use,
} from '../../src/policy/index.ts';
import { findByTlsSignature } from '../../src/registry/index.ts';
import {
  type ClientHello,
  type ClientTlsInput,
  createHelloReader,
  type Credential,
  groupName,
  posture,
  type ServerTlsInput,
  signatureSchemeName,
  tlsOptions,
  tlsPlan,
} from '../../src/tls/index.ts';
import { AT } from '../certificates/fixtures.ts';
import { describeWithRecentNode, nodeKnowsMlDsa } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { newCredential } from './keys.ts';
import { meet, type Meeting, posturesOf } from './sessions.ts';

const NAMES = ['ECDSA-P256-SHA256', 'ECDSA-P384-SHA384', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;
let credentials: Readonly<Record<(typeof NAMES)[number], Credential>>;
beforeAll(async () => {
  const made = await Promise.all(NAMES.map(async (name) => [name, await newCredential(name)] as const));
  credentials = Object.fromEntries(made) as typeof credentials;
});

const policyOf = (name: PolicyName): Policy => namedPolicy(name);

/** A policy that a named one is changed into. */
function changed(name: PolicyName, changes: Partial<Policy>): Policy {
  return { ...policyOf(name), name: `${name}-changed`, ...changes };
}

type Server = Omit<ServerTlsInput, 'at' | 'side'>;
type Client = Omit<ClientTlsInput, 'at' | 'side'>;

function meeting(server: Server, client: Client): Meeting {
  const roots = server.credentials?.map(({ certificatePem }) => certificatePem);
  return {
    server: tlsOptions({ side: 'server', at: AT, ...server }),
    client: tlsOptions({ side: 'client', at: AT, ...(roots !== undefined && { ca: roots }), ...client }),
  };
}

function refusalOf(work: () => unknown): HybridgeError {
  try {
    work();
  } catch (error) {
    if (isHybridgeError(error)) return error;
    throw error;
  }
  throw new Error('expected a HybridgeError');
}

/** The first hello that a client with these options sends. */
async function helloOf(options: ConnectionOptions): Promise<ClientHello> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ ...options, port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [NodeJS.ReadWriteStream & { destroy: () => void }];
  const reader = createHelloReader();
  try {
    for await (const chunk of socket) {
      const progress = reader.push(chunk as Buffer);
      if (progress.state === 'complete') return progress.hello;
    }
    throw new Error('no hello');
  } finally {
    socket.destroy();
    client.destroy();
    server.close();
  }
}

describeWithRecentNode('tlsOptions: groups', () => {
  it.each<[PolicyName, string, (typeof NAMES)[number]]>([
    ['hybrid-preferred', 'X25519MLKEM768', 'ECDSA-P256-SHA256'],
    ['hybrid-required', 'X25519MLKEM768', 'ML-DSA-65'],
    ['pq-only', 'MLKEM768', 'ML-DSA-65'],
    ['cnsa-2.0', 'MLKEM1024', 'ML-DSA-87'],
    ['nist-ir-8547', 'MLKEM768', 'ECDSA-P384-SHA384'],
  ])('%s: %s', async (name, group, key) => {
    const policy = policyOf(name);
    const { client, server } = await posturesOf(
      meeting({ policy, credentials: [credentials[key]] }, { policy }),
    );
    expect([client.group, server.group, client.version]).toEqual([group, group, 'TLSv1.3']);
    expect(server.authentication.server.key).toBe(key);
  });

  it('a classical client is served where the policy allows it, and refused where it does not', async () => {
    const own = [credentials['ECDSA-P256-SHA256']];
    const client = { ecdhCurve: 'X25519', ca: own.map(({ certificatePem }) => certificatePem) };
    const lenient = tlsOptions({
      side: 'server',
      at: AT,
      policy: policyOf('hybrid-preferred'),
      credentials: own,
    });
    expect((await posturesOf({ server: lenient, client })).server.group).toBe('x25519');
    const strict = tlsOptions({
      side: 'server',
      at: AT,
      policy: policyOf('hybrid-required'),
      credentials: own,
    });
    await expect(posturesOf({ server: strict, client })).rejects.toThrow(/handshake failure/);
  });

  it('does not let a client without a hybrid share have less than it supports', async () => {
    const own = [credentials['ECDSA-P256-SHA256']];
    const client = {
      ecdhCurve: 'X25519MLKEM768:*X25519',
      ca: own.map(({ certificatePem }) => certificatePem),
    };
    const server = tlsOptions({
      side: 'server',
      at: AT,
      policy: policyOf('hybrid-preferred'),
      credentials: own,
    });
    expect((await posturesOf({ server, client })).server.group).toBe('X25519MLKEM768');
    // What happens without care: the server saves the round trip.
    const plain = { ...server, ecdhCurve: server.ecdhCurve.replaceAll('/', ':') };
    expect((await posturesOf({ server: plain, client })).server.group).toBe('x25519');
  });

  it('sends a share for each kind of server that the policy allows', async () => {
    const shares = async (options: ConnectionOptions): Promise<readonly string[] | undefined> =>
      (await helloOf(options)).keyShares?.map(({ group }) => groupName(group));
    const of = (name: PolicyName): ConnectionOptions =>
      tlsOptions({ side: 'client', at: AT, policy: policyOf(name) });
    expect(await shares(of('hybrid-preferred'))).toEqual(['X25519MLKEM768', 'x25519']);
    expect(await shares(of('hybrid-required'))).toEqual(['X25519MLKEM768']);
    // What happens without care: whoever names groups sends a share of the first alone, and pays a round trip.
    expect(await shares({ ecdhCurve: 'X25519MLKEM768:X25519' })).toEqual(['X25519MLKEM768']);
  });

  it('offers what the policy allows, in its order, and nothing else', async () => {
    const policy = policyOf('hybrid-required');
    const plan = tlsPlan({ side: 'client', at: AT, policy });
    const hello = await helloOf(tlsOptions({ side: 'client', at: AT, policy }));
    expect(hello.groups).toEqual(plan.groups.flat().map(({ code }) => code));
    expect(hello.groups?.map(groupName)).toEqual([
      'X25519MLKEM768',
      'SecP256r1MLKEM768',
      'SecP384r1MLKEM1024',
    ]);
    expect(hello.signatureAlgorithms).toEqual(plan.schemes);
    expect(hello.signatureAlgorithms?.slice(0, 3).map(signatureSchemeName)).toEqual([
      'mldsa65',
      'mldsa87',
      'mldsa44',
    ]);
    expect(hello.versions).toEqual([0x0304]);
    const strict = await helloOf(tlsOptions({ side: 'client', at: AT, policy: policyOf('cnsa-2.0') }));
    expect(strict.cipherSuites.filter((code) => code !== 0x00ff)).toEqual([0x1302]);
    expect(strict.groups?.map(groupName)).toEqual(['MLKEM1024', 'SecP384r1MLKEM1024', 'secp384r1']);
  });
});

describeWithRecentNode('tlsOptions: dual certificates', () => {
  const schemeOf = async (server: Server, client: Client): Promise<string | undefined> =>
    (await posturesOf(meeting(server, client))).client.authentication.server.key;

  it('takes the one that the policy prefers and the client supports', async () => {
    const own = [credentials['ECDSA-P256-SHA256'], credentials['ML-DSA-65']];
    const policy = policyOf('hybrid-preferred');
    expect(await schemeOf({ policy, credentials: own }, { policy })).toBe('ML-DSA-65');
    const noMlDsa = changed('hybrid-preferred', {
      rules: [
        ...policy.rules,
        {
          id: 'no-ml-dsa',
          uses: ['session-authentication'],
          match: { kind: ['ml-dsa'] },
          verdict: 'refuse',
          reason: 'Too large for these links.',
          source: 'test',
        },
      ],
    });
    expect(await schemeOf({ policy, credentials: own }, { policy: noMlDsa })).toBe('ECDSA-P256-SHA256');
    expect(await schemeOf({ policy: noMlDsa, credentials: own }, { policy })).toBe('ECDSA-P256-SHA256');
    const { warnings, credentials: used } = tlsPlan({
      side: 'server',
      at: AT,
      policy: noMlDsa,
      credentials: own,
    });
    expect(used).toEqual([credentials['ECDSA-P256-SHA256']]);
    expect(warnings.find(({ rule }) => rule === 'credential-left-out')?.text).toContain(
      'Too large for these links.',
    );
  });

  it('follows the preference among post-quantum ones, whatever the client and the order given', async () => {
    const own = [credentials['ML-DSA-87'], credentials['ML-DSA-44']];
    const small = changed('hybrid-preferred', {
      preference: [
        {
          uses: ['session-authentication'],
          order: [{ name: ['ML-DSA-44'] }],
          reason: 'Small.',
          source: 'test',
        },
      ],
    });
    const policy = policyOf('hybrid-preferred');
    expect(await schemeOf({ policy, credentials: own }, { policy: small })).toBe('ML-DSA-87');
    expect(await schemeOf({ policy: small, credentials: own }, { policy })).toBe('ML-DSA-44');
  });

  it('leaves the order to the server, and only TLS 1.3 where no exception speaks of 1.2', () => {
    const input = {
      policy: policyOf('hybrid-preferred'),
      at: AT,
      credentials: [credentials['ECDSA-P256-SHA256']],
    };
    const options = tlsOptions({ ...input, side: 'server' });
    expect(options).toMatchObject({ honorCipherOrder: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
    expect(tlsOptions({ ...input, side: 'client' })).toMatchObject({
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
    });
  });

  it('refuses two of one kind, of which OpenSSL would drop one', () => {
    const own = [credentials['ECDSA-P256-SHA256'], credentials['ECDSA-P384-SHA384']];
    const input = { side: 'server', at: AT, policy: policyOf('hybrid-preferred'), credentials: own } as const;
    expect(refusalOf(() => tlsOptions(input))).toMatchObject({ code: 'invalid_argument' });
  });

  it('refuses credentials that the policy refuses altogether', () => {
    const own = [credentials['ECDSA-P256-SHA256']];
    const input = { side: 'server', at: AT, policy: policyOf('pq-only'), credentials: own } as const;
    const refused = refusalOf(() => tlsOptions(input));
    expect(refused).toMatchObject({ code: 'policy_refused' });
    expect(refused.hint).toContain('A quantum computer breaks it.');
  });
});

describeWithRecentNode('tlsOptions: resumption with certificates on both sides', () => {
  /** Whether a session comes, and whether the plan says otherwise. */
  async function sessionWith(
    name: 'ML-DSA-44' | 'ML-DSA-65',
  ): Promise<readonly [comes: boolean, warned: boolean]> {
    const own = credentials[name];
    const policy = policyOf('hybrid-preferred');
    const input = { policy, credentials: [own], ca: own.certificatePem };
    const comes = await meet(meeting({ ...input, requestCert: true }, input), async ({ client, server }) => {
      const session = new Promise<boolean>((resolve) => {
        client.once('session', () => {
          resolve(true);
        });
        client.once('end', () => {
          resolve(false);
        });
      });
      client.resume();
      // Its tickets go before its end.
      server.end();
      return session;
    });
    const warnings = [
      tlsPlan({ ...input, side: 'server', at: AT, clientCertificates: true }).warnings,
      tlsPlan({ ...input, side: 'client', at: AT }).warnings,
    ].map((list) => list.some(({ rule }) => rule === 'resumption-lost'));
    expect(warnings[0]).toBe(warnings[1]);
    return [comes, warnings[0] === true];
  }

  it('says when node:tls is going to lose sessions, and only then', async () => {
    expect(await sessionWith('ML-DSA-65')).toEqual([false, true]);
    expect(await sessionWith('ML-DSA-44')).toEqual([true, false]);
  });

  it('comes back with getSession, as the warning says', async () => {
    const own = credentials['ML-DSA-65'];
    const input = { policy: policyOf('hybrid-preferred'), credentials: [own], ca: own.certificatePem };
    const { client, server } = meeting({ ...input, requestCert: true }, input);
    const ticketKeys = Buffer.alloc(48, 1);
    const session = await meet({ server: { ...server, ticketKeys }, client }, async ({ client: socket }) => {
      await once(socket, 'data');
      return socket.getSession();
    });
    if (session === undefined) throw new Error('no session');
    expect(session.length).toBeGreaterThan(10_240);
    const again = await posturesOf({ server: { ...server, ticketKeys }, client: { ...client, session } });
    expect([again.client.resumed, again.server.resumed, again.server.authentication.client.by]).toEqual([
      true,
      true,
      'psk',
    ]);
  });
});

describe('tlsOptions: pre-shared keys', () => {
  const key = new Uint8Array(32).fill(7);
  const policy = namedPolicy('hybrid-preferred');
  const lookUp = (identity: string): Uint8Array | undefined => (identity === 'pump' ? key : undefined);
  const client = (psk: { identity: string; key: Uint8Array }): Client => ({ policy, psk });

  it('is used, with or without a certificate beside it', async () => {
    const own = [await newCredential('ECDSA-P256-SHA256')];
    for (const server of [
      { policy, psk: lookUp },
      { policy, psk: lookUp, credentials: own },
    ]) {
      const { client: c, server: s } = await posturesOf(meeting(server, client({ identity: 'pump', key })));
      expect([c.authentication.server.by, s.authentication.client.by, c.cipher]).toEqual([
        'psk',
        'psk',
        'TLS_CHACHA20_POLY1305_SHA256',
      ]);
      expect(c.keyExchange).toBe(nodeKnowsMlDsa ? 'hybrid' : 'classical');
    }
    // Others still get the certificate.
    const other = await posturesOf(meeting({ policy, psk: lookUp, credentials: own }, { policy }));
    expect(other.client.authentication.server.by).toBe('certificate');
  });

  it('without care a suite with SHA-384 drops it in silence', async () => {
    const own = await newCredential('ECDSA-P256-SHA256');
    const plain: TlsOptions = {
      cert: own.certificatePem,
      key: own.privateKeyPem,
      pskCallback: () => key,
      minVersion: 'TLSv1.3',
    };
    const careless: ConnectionOptions = {
      ca: own.certificatePem,
      pskCallback: () => ({ identity: 'pump', psk: key }),
      minVersion: 'TLSv1.3',
    };
    const { client: seen } = await posturesOf({ server: plain, client: careless });
    expect([seen.authentication.server.by, seen.cipher]).toEqual(['certificate', 'TLS_AES_256_GCM_SHA384']);
    // Our client refuses such a server, our server such a client.
    const strict = meeting({ policy, psk: lookUp, credentials: [own] }, client({ identity: 'pump', key }));
    const trusting = { ...strict.client, ca: own.certificatePem, ciphers: 'TLS_AES_256_GCM_SHA384' };
    const { checkServerIdentity } = tlsOptions({
      side: 'client',
      at: AT,
      ...client({ identity: 'pump', key }),
    });
    if (checkServerIdentity === undefined) throw new Error('nothing looks at certificates');
    await expect(posturesOf({ server: plain, client: { ...trusting, checkServerIdentity } })).rejects.toThrow(
      'the pre-shared key was not used: the server presented a certificate',
    );
    const errors: Error[] = [];
    const lax = { ...strict.server, ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256' };
    const server = createServer(lax, () => errors.push(new Error('let in')));
    server.on('tlsClientError', (error) => errors.push(error));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect({
      ...careless,
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      servername: 'localhost',
      ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256',
    });
    socket.on('error', () => undefined);
    await once(socket, 'close');
    server.close();
    expect(errors.map(({ message }) => message)).toEqual([
      'the pre-shared key was not used: OpenSSL did not take it',
    ]);
  });

  it('refuses a server that does not know the key', async () => {
    const own = [await newCredential('ECDSA-P256-SHA256')];
    for (const server of [
      { policy, psk: lookUp },
      { policy, psk: lookUp, credentials: own },
    ]) {
      await expect(posturesOf(meeting(server, client({ identity: 'stranger', key })))).rejects.toThrow();
      await expect(
        posturesOf(meeting(server, client({ identity: 'pump', key: new Uint8Array(32).fill(8) }))),
      ).rejects.toThrow();
    }
    const short = (): Uint8Array => key.subarray(0, 8);
    await expect(
      posturesOf(meeting({ policy, psk: short }, client({ identity: 'pump', key }))),
    ).rejects.toThrow();
  });

  it('refuses what would be dropped', async () => {
    const own = [await newCredential('ECDSA-P256-SHA256')];
    const ask = (input: Partial<ServerTlsInput>): HybridgeError =>
      refusalOf(() => tlsOptions({ side: 'server', at: AT, policy, psk: lookUp, ...input }));
    expect(ask({ requestCert: true, ca: 'x' })).toMatchObject({ code: 'invalid_argument' });
    expect(ask({ psk: undefined })).toMatchObject({ code: 'invalid_argument' });
    expect(ask({ psk: undefined, credentials: own, requestCert: true })).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('without ca') as string,
    });
    const keyed = {
      side: 'client',
      at: AT,
      policy,
      psk: { identity: 'pump', key },
      credentials: own,
    } as const;
    expect(refusalOf(() => tlsOptions(keyed))).toMatchObject({ code: 'invalid_argument' });
    if (nodeKnowsMlDsa)
      expect(ask({ policy: namedPolicy('cnsa-2.0') })).toMatchObject({ code: 'unsupported' });
    const short = { identity: 'pump', key: key.subarray(0, 8) };
    expect(refusalOf(() => tlsOptions({ side: 'client', at: AT, policy, psk: short }))).toMatchObject({
      code: 'invalid_length',
    });
  });
});

describe('tlsOptions: exceptions', () => {
  const policy: Policy = {
    ...namedPolicy('hybrid-required'),
    name: 'ward-7',
    exceptions: [
      {
        id: 'pump-bootrom-21',
        peers: { serverName: ['pump.example'] },
        uses: ['key-establishment', 'session-authentication'],
        match: { name: ['P-256', 'ECDSA-P256-SHA256'] },
        tlsVersions: ['TLSv1.2'],
        owner: 'Biomedical engineering',
        reason: 'Boot ROM 2.1 knows nothing else.',
        until: '2029-12-31',
      },
    ],
  };

  it('let nobody renegotiate in the TLS 1.2 that they permit', async () => {
    const own = await newCredential('ECDSA-P256-SHA256');
    const peer = { serverName: 'pump.example' };
    const server = createServer(tlsOptions({ side: 'server', at: AT, policy, peer, credentials: [own] }));
    server
      .on('tlsClientError', () => undefined)
      .on('secureConnection', (socket) => socket.on('error', () => undefined));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const pump = connect({
      port,
      host: '127.0.0.1',
      ca: own.certificatePem,
      maxVersion: 'TLSv1.2',
      checkServerIdentity: () => undefined,
    });
    await once(pump, 'secureConnect');
    const outcome = await new Promise<string>((resolve) => {
      pump.on('error', () => resolve('refused'));
      pump.on('close', () => resolve('refused'));
      pump.renegotiate({}, (error) => resolve(error === null ? 'renegotiated' : 'refused'));
    });
    pump.destroy();
    server.close();
    expect(outcome).toBe('refused');
  });

  it('apply when every peer is of their kind, and are told of when not', async () => {
    const { maxVersion, minVersion, ecdhCurve } = tlsOptions({
      side: 'client',
      at: AT,
      policy,
      peer: { serverName: 'pump.example' },
    });
    expect([minVersion, maxVersion]).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(ecdhCurve).toContain('secp256r1');
    const own = await newCredential('ECDSA-P256-SHA256');
    const pump = { maxVersion: 'TLSv1.2', cert: own.certificatePem, key: own.privateKeyPem } as const;
    const call = (peer: Client['peer']): Meeting => ({
      server: pump,
      client: tlsOptions({ side: 'client', at: AT, policy, peer, ca: own.certificatePem }),
    });
    expect((await posturesOf(call({ serverName: 'pump.example' }))).client).toMatchObject({
      version: 'TLSv1.2',
      group: 'secp256r1',
    });
    if (!nodeKnowsMlDsa) return;
    await expect(posturesOf(call({ serverName: 'other.example' }))).rejects.toThrow();
    const { versions, warnings } = tlsPlan({ side: 'client', at: AT, policy });
    expect(versions).toEqual(['TLSv1.3']);
    expect(warnings.map(({ rule }) => rule)).toContain('exception-not-expressed');
    // An identity that nobody has seen is not taken on trust.
    const [exception] = policy.exceptions ?? [];
    if (exception === undefined) throw new Error('no exception');
    const byName: Policy = {
      ...policy,
      exceptions: [{ ...exception, peers: { identity: ['dns:pump.example'] } }],
    };
    const versionsFor = (peer: Client['peer']): readonly string[] =>
      tlsPlan({ side: 'client', at: AT, policy: byName, peer }).versions;
    expect(versionsFor({ address: '192.0.2.7' })).toEqual(['TLSv1.3']);
    expect(versionsFor({ identities: ['dns:pump.example'] })).toEqual(['TLSv1.3', 'TLSv1.2']);
    const later = new Date('2030-01-01');
    expect(tlsPlan({ side: 'client', at: later, policy }).warnings.map(({ rule }) => rule)).not.toContain(
      'exception-not-expressed',
    );
  });
});

describe('tlsOptions: programs over TLS', () => {
  it('serve https and http2, and call them', async () => {
    const policy = namedPolicy('hybrid-preferred');
    const own = await newCredential('ECDSA-P256-SHA256');
    const server = tlsOptions({ side: 'server', at: AT, policy, credentials: [own] });
    const client = tlsOptions({ side: 'client', at: AT, policy, ca: own.certificatePem });
    const group = nodeKnowsMlDsa ? 'X25519MLKEM768' : 'x25519';

    const web = https.createServer(server, (_, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(web, 'listening');
    const request = https.get({
      ...client,
      agent: false,
      host: '127.0.0.1',
      servername: 'localhost',
      port: (web.address() as AddressInfo).port,
    });
    const seen = new Promise<string | undefined>((resolve) =>
      request.on('socket', (socket) =>
        socket.on('secureConnect', () => {
          resolve(socket instanceof TLSSocket ? posture(socket).group : undefined);
        }),
      ),
    );
    await once(request, 'response');
    expect(await seen).toBe(group);
    web.closeAllConnections();
    web.close();

    const site = http2.createSecureServer(server, (_, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const session = http2.connect(`https://127.0.0.1:${String((site.address() as AddressInfo).port)}`, {
      ...client,
      servername: 'localhost',
    });
    await once(session, 'connect');
    expect(posture(session.socket as TLSSocket).group).toBe(group);
    session.destroy();
    site.close();
  });
});

describe('tlsPlan', () => {
  it('is the same for every program with OpenSSL 3.5, whatever this runtime has', () => {
    const plan = tlsPlan({
      side: 'server',
      at: AT,
      policy: policyOf('pq-only'),
      engine: 'openssl-3.5',
    });
    expect(plan.groups.flat().map(({ name }) => name)).toEqual(['MLKEM768', 'MLKEM1024', 'MLKEM512']);
    expect(plan.schemes.map(signatureSchemeName)).toEqual(['mldsa65', 'mldsa87', 'mldsa44']);
    expect(plan.suites.tls12).toEqual([]);
    expect(plan.warnings).toEqual([]);
  });

  it('holds nothing that the policy refuses, whatever policy and date', () => {
    let checked = 0;
    for (const name of POLICY_NAMES)
      for (const year of [2026, 2029, 2031, 2036]) {
        const policy = namedPolicy(name);
        const at = new Date(`${String(year)}-06-01`);
        const plan = tlsPlan({ side: 'server', at, policy, engine: 'openssl-3.5' });
        const refuses = (use: Use, subject: Subject): boolean =>
          judge(policy, use, subject, at).verdict === 'refuse';
        const groups = plan.groups.flat();
        expect(groups.filter(({ algorithm }) => refuses('key-establishment', algorithm))).toEqual([]);
        // What withstands a quantum computer is before what does not.
        const natures = groups.map(({ algorithm }) => (algorithm.nature === 'classical' ? 1 : 0));
        expect(natures).toEqual(natures.toSorted());
        for (const code of plan.schemes) {
          const rows = findByTlsSignature(code).filter((row) => row.kind !== 'obsolete');
          const inHandshakes = rows.filter((row) => row.kind !== 'rsa' || row.padding === 'pss');
          const use = inHandshakes.length > 0 ? 'session-authentication' : 'certificate-signature';
          expect(
            rows.some((row) => !refuses(use, row)),
            `${name} ${String(year)} ${signatureSchemeName(code)}`,
          ).toBe(true);
        }
        checked += groups.length + plan.schemes.length;
      }
    report(`groups and schemes of plans judged again: ${String(checked)}`);
    expect(checked).toBeGreaterThan(100);
  });

  it('refuses where nothing is left', () => {
    const plan = (changes: Partial<Policy>): HybridgeError =>
      refusalOf(() =>
        tlsPlan({
          side: 'server',
          at: AT,
          engine: 'openssl-3.5',
          policy: changed('hybrid-required', changes),
        }),
      );
    expect(plan({ rules: [] })).toMatchObject({ code: 'policy_refused' });
    const { rules } = policyOf('hybrid-required');
    expect(plan({ rules: rules.filter(({ uses }) => !uses.includes('aead')) }).message).toContain(
      'no cipher',
    );
    expect(plan({ rules: rules.filter(({ id }) => !id.endsWith('in-sessions')) }).message).toContain(
      'no signature of TLS',
    );
  });
});
