import { createServer } from 'node:http';
import { request } from 'node:https';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { defaultProvider } from 'hybridge';
import {
  createEventStream,
  describeEvent,
  type DowngradeSuspected,
  type HybridgeEvent,
  type Posture,
  type SessionRefused,
} from 'hybridge/events';
import { namedPolicy, type Policy } from 'hybridge/policy';
import { createMemoryStore } from 'hybridge/store';
import { createTerminator } from 'hybridge/terminator';
import {
  createHelloReader,
  encodeClientHello,
  groupNature,
  loadCredential,
  posture,
  tlsOptions,
} from 'hybridge/tls';
import { createAuthority, type Identity } from './identity.ts';
import { createRelay, listen, type OnPath } from './relay.ts';

/** What came of a device's attempt to reach the service. */
export type Visit =
  | {
      readonly served: true;
      /** By the device's own socket. */
      readonly posture: Posture;
      /** What the terminator told the service. */
      readonly told: string;
    }
  | { readonly served: false; readonly why: string };

/** A device that was served, and what the terminator reported of it. */
export interface Member {
  readonly device: string;
  readonly visit: Visit;
  /** By the terminator. */
  readonly posture: Posture | undefined;
  readonly exceptions: readonly string[];
}

/** What the scene showed. */
export interface Fleet {
  readonly members: readonly Member[];
  readonly attack: {
    /** The hello arrived without its hybrid group. */
    readonly stripped: Visit;
    /** The device tried again with what the attacker wants. */
    readonly fallback: Visit;
    readonly suspected: DowngradeSuspected | undefined;
    readonly refused: SessionRefused | undefined;
  };
  /** Requests that reached the service. */
  readonly requests: number;
  /** All events, in words. */
  readonly log: readonly string[];
}

const SERVER = 'fleet.example';
const BOOT_ROM = 'boot-rom.fleet.example';

/** Everybody may come, hybrid ones first; what has TLS 1.2 alone needs an exception with an end. */
const policy: Policy = {
  ...namedPolicy('hybrid-preferred'),
  name: 'hospital-fleet',
  exceptions: [
    {
      id: 'pump-boot-rom-2-1',
      peers: { serverName: [BOOT_ROM] },
      uses: ['key-establishment', 'session-authentication', 'certificate-signature'],
      match: { nature: ['classical'] },
      tlsVersions: ['TLSv1.2'],
      owner: 'devices@hospital.example',
      reason: 'Boot ROM 2.1 cannot be updated in the field.',
      until: '2029-12-31',
    },
  ],
};

const EXTENSIONS = { supportedGroups: 10, keyShare: 51 } as const;

/** Strips what is hybrid or post-quantum from the hello of a client; all that follows goes through as it is. */
function stripper(): OnPath {
  const reader = createHelloReader();
  const isClassical = (group: number): boolean => groupNature(group) === 'classical';
  let done = false;
  return {
    up(chunk) {
      if (done) return chunk;
      const progress = reader.push(chunk);
      if (progress.state === 'incomplete') return undefined;
      done = true;
      const { hello, received } = progress;
      if (hello.groups?.every(isClassical) === true) return received;
      const message = encodeClientHello({
        legacyVersion: hello.legacyVersion,
        random: hello.random,
        sessionId: hello.sessionId,
        cipherSuites: hello.cipherSuites,
        groups: hello.groups?.filter(isClassical) ?? [],
        keyShares: hello.keyShares?.filter(({ group }) => isClassical(group)) ?? [],
        extensions: hello.extensions.filter(
          ({ type }) => type !== EXTENSIONS.supportedGroups && type !== EXTENSIONS.keyShare,
        ),
      });
      // A record of the type handshake, and its length.
      return Buffer.concat([Buffer.from([22, 3, 1, message.length >> 8, message.length & 0xff]), message]);
    },
  };
}

/** One request by a device. */
function visit(port: number, options: ConnectionOptions): Promise<Visit> {
  return new Promise((resolve) => {
    const failed = ({ message }: Error): void => {
      // What OpenSSL says stands between the names of its functions and of its files.
      const [, said = message] = /:SSL routines:[^:]*:([^:]+):/u.exec(message) ?? [];
      resolve({ served: false, why: said });
    };
    const call = request({ servername: SERVER, ...options, host: '127.0.0.1', port, agent: false });
    call.on('error', failed).on('response', (response) => {
      const { socket } = response;
      const negotiated = socket instanceof TLSSocket ? posture(socket) : undefined;
      let told = '';
      response.on('error', failed).on('data', (chunk: Buffer) => (told += chunk.toString()));
      response.on('end', () => {
        resolve(
          negotiated === undefined
            ? { served: false, why: 'no TLS' }
            : { served: true, posture: negotiated, told },
        );
      });
    });
    call.end();
  });
}

/** Three devices come to a terminator; then an attacker gets between it and one of them. */
export async function fleet(): Promise<Fleet> {
  const provider = defaultProvider();
  const servers = {
    classical: await createAuthority('Classical root of servers', 'ECDSA-P256-SHA256'),
    pq: await createAuthority('Root of servers', 'ML-DSA-65'),
  };
  const devices = {
    classical: await createAuthority('Classical root of devices', 'ECDSA-P256-SHA256'),
    pq: await createAuthority('Root of devices', 'ML-DSA-65'),
  };
  const serving = await Promise.all(
    [servers.pq, servers.classical].map((by) => by.issue('tls-server', `CN=${SERVER}`, SERVER, BOOT_ROM)),
  );
  const hybridPump = await devices.classical.issue(
    'device-identity',
    'serialNumber=17,O=Hospital',
    'urn:dev:ops:pump-17',
  );
  const purePump = await devices.pq.issue(
    'device-identity',
    'serialNumber=18,O=Hospital',
    'urn:dev:ops:pump-18',
  );

  let requests = 0;
  const service = createServer(({ headers }, response) => {
    requests++;
    response.end(headers['hybridge-session']);
  });
  const events = createEventStream();
  const seen: HybridgeEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const terminator = createTerminator({
    provider,
    policy,
    credentials: await Promise.all(
      serving.map(({ cert, key }) => loadCredential(provider, { certificate: cert, privateKey: key })),
    ),
    clientAuthentication: { mode: 'requested', anchors: [devices.classical.root, devices.pq.root] },
    upstream: { host: '127.0.0.1', port: await listen(service), mode: 'http' },
    store: createMemoryStore(),
    floors: { enforce: 'refuse', onLost: 'open' },
    events,
  });
  const { port } = await terminator.listen({ port: 0, host: '127.0.0.1' });
  const attacker = createRelay(port, stripper);
  const attackedPort = await listen(attacker);

  const ca = [servers.classical.root.toPem(), servers.pq.root.toPem()];
  const modern = (identity: Identity): ConnectionOptions => ({
    ...tlsOptions({ policy: namedPolicy('hybrid-preferred'), at: new Date(), side: 'client', ca }),
    ...identity,
  });
  const visitors: readonly (readonly [device: string, options: ConnectionOptions])[] = [
    ['legacy', { ca, servername: BOOT_ROM, maxVersion: 'TLSv1.2' }],
    ['hybrid', modern(hybridPump)],
    ['pure post-quantum', { ...modern(purePump), ecdhCurve: 'MLKEM768' }],
  ];

  try {
    const members: Member[] = [];
    for (const [device, options] of visitors) {
      const result = await visit(port, options);
      const session = seen.findLast((event) => event.type === 'session');
      members.push({
        device,
        visit: result,
        posture: session?.posture,
        exceptions: session?.exceptions ?? [],
      });
    }
    const stripped = await visit(attackedPort, modern(hybridPump));
    const fallback = await visit(attackedPort, { ...modern(hybridPump), ecdhCurve: 'X25519' });
    return {
      members,
      attack: {
        stripped,
        fallback,
        suspected: seen.find((event) => event.type === 'downgrade-suspected'),
        refused: seen.findLast((event) => event.type === 'session-refused'),
      },
      requests,
      log: seen.map(describeEvent),
    };
  } finally {
    attacker.close();
    await terminator.close();
    service.close();
    service.closeAllConnections();
    events.close();
  }
}
