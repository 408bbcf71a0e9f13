import { beforeAll, describe, expect, it } from 'vitest';

import { formatProbe, type ProbeReport } from '../../src/tls/index.ts';
import { report as print } from '../support/tally.ts';
import { newKeys } from './keys.ts';
import type { Keys } from './posture-cases.ts';
import { type Listener, type Middlebox, probed, probePort, relay, tlsServer } from './probe-loopback.ts';

let keys: Keys;
let probes = 0;
let connections = 0;

beforeAll(async () => {
  keys = await newKeys();
  return () => {
    print(`probe: ${String(probes)} probes, ${String(connections)} connections`);
  };
});

/** What the server behind the report counted must be what the report says. */
async function counted(starting: Promise<Listener>, options = {}): Promise<ProbeReport> {
  const listener = await starting;
  try {
    const result = await probePort(listener.port, options);
    expect(result.connections).toBe(listener.connections());
    probes++;
    connections += result.connections;
    return result;
  } finally {
    await listener.stop();
  }
}

const ids = ({ findings }: ProbeReport): readonly string[] => findings.map(({ id }) => id);
const verdicts = (result: ProbeReport): Record<string, string> =>
  Object.fromEntries(result.groups.map(({ group, keyShare }) => [group, keyShare.verdict]));
const families = ({ signatures }: ProbeReport): readonly string[] =>
  signatures.flatMap(({ family, answer }) => (answer.verdict === 'accepted' ? [family] : []));
const notTaken = ({ hellos }: ProbeReport): readonly string[] =>
  hellos.flatMap(({ form, tolerated }) => (tolerated === false ? [form] : []));

describe('probe of a server', () => {
  it('that is as Node makes it', async () => {
    const result = await counted(tlsServer({ ...keys.ec, ALPNProtocols: ['h2'] }));
    expect(result.summary).toMatchObject({
      keyExchange: 'hybrid',
      authentication: 'classical',
      defaultGroup: 'X25519MLKEM768',
      versions: ['TLSv1.3', 'TLSv1.2'],
    });
    expect(verdicts(result)).toEqual({
      X25519MLKEM768: 'accepted',
      SecP256r1MLKEM768: 'refused',
      SecP384r1MLKEM1024: 'refused',
      MLKEM768: 'refused',
      MLKEM1024: 'refused',
      x25519: 'accepted',
      secp256r1: 'accepted',
    });
    expect(result.groups.find(({ group }) => group === 'SecP256r1MLKEM768')?.keyShare.alert).toBe(
      'handshake_failure',
    );
    expect(families(result)).toEqual(['ecdsa']);
    expect(result.hellos.map(({ form, tolerated }) => [form, tolerated])).toEqual([
      ['large', true],
      ['two-segments', true],
      ['two-records', true],
      ['grease', true],
      ['unknown-extensions', true],
    ]);
    expect(result.retry).toMatchObject({
      emptyShares: { verdict: 'retry', group: 'X25519MLKEM768' },
      secondHello: { verdict: 'accepted', group: 'X25519MLKEM768' },
      secondHelloUnchanged: { verdict: 'refused', alert: 'illegal_parameter' },
    });
    expect(result.versions.find(({ version }) => version === 'TLSv1.2')?.downgradeMark).toBe(true);
    const [handshake] = result.handshakes;
    expect(handshake).toMatchObject({
      outcome: 'completed',
      group: 'X25519MLKEM768',
      scheme: 'ecdsa_secp256r1_sha256',
      alpn: 'h2',
      tickets: 2,
    });
    expect(handshake?.certificates).toHaveLength(1);
    expect(result.clearCertificates).toEqual(handshake?.certificates);
    expect(result.flights).toMatchObject([{ client: 'default', helloRetry: false, roundTrips: 1 }]);
    // Counted twice: by reading records until nothing more comes, and by the engine; ECDSA varies by some bytes, and
    // ALPN is in one of them alone.
    const [, seen] = result.flights[0]?.flights ?? [];
    const [, served] = handshake?.flights ?? [];
    expect(Math.abs((seen?.bytes ?? 0) - (served?.bytes ?? 0))).toBeLessThan(16);
    expect(ids(result)).toEqual([
      'classical-share-retried',
      'tls-1.2-accepted',
      'classical-authentication',
      'hybrid-available',
    ]);
    expect(formatProbe(result)).toContain('A client of today gets X25519MLKEM768 in 1 round trip\n');
  });

  it('that is classical alone', async () => {
    const result = await counted(
      tlsServer({ ...keys.rsa, ecdhCurve: 'X25519:P-256', minVersion: 'TLSv1.3' }),
    );
    expect(result.summary).toMatchObject({ keyExchange: 'classical', defaultGroup: 'x25519' });
    expect(families(result)).toEqual(['rsa']);
    expect(ids(result)).toEqual(['classical-only', 'classical-authentication']);
    expect(result.clearCertificates).toBeUndefined();
    expect(result.handshakes[0]?.certificates?.[0]?.key.name).toBe('RSA of 2048 bits');
  });

  it('that wants a hybrid nobody sends a key share of', async () => {
    const result = await counted(
      tlsServer({ ...keys.ec, ecdhCurve: 'SecP384r1MLKEM1024', minVersion: 'TLSv1.3' }),
    );
    expect(result.summary.keyExchange).toBe('hybrid');
    expect(result.summary.defaultGroup).toBeUndefined();
    expect(result.preference.bothShares).toMatchObject({ verdict: 'retry', group: 'SecP384r1MLKEM1024' });
    expect(ids(result)).toEqual([
      'default-client-refused',
      'hybrid-needs-round-trip',
      'classical-share-retried',
      'classical-authentication',
      'hybrid-available',
    ]);
    // The best client has a share of it from the beginning.
    expect(result.flights).toMatchObject([
      { client: 'best', group: 'SecP384r1MLKEM1024', helloRetry: false, roundTrips: 1 },
    ]);
    // The signature was found out behind a HelloRetryRequest.
    expect(families(result)).toEqual(['ecdsa']);
    expect(formatProbe(result)).toContain('A client of today is refused\n');
  });

  it('that prefers classical groups', async () => {
    const result = await counted(
      tlsServer({
        ...keys.ec,
        ecdhCurve: 'X25519/X25519MLKEM768',
        minVersion: 'TLSv1.3',
        honorCipherOrder: true,
      }),
    );
    expect(result.preference).toMatchObject({ order: 'server', groups: ['x25519'] });
    expect(ids(result)).toContain('classical-preferred');
  });

  it('that has pure ML-KEM alone, ranked', async () => {
    const result = await counted(
      tlsServer({ ...keys.ec, ecdhCurve: 'MLKEM1024/MLKEM512', minVersion: 'TLSv1.3' }),
      { all: true },
    );
    expect(result.complete).toBe(true);
    expect(result.summary.keyExchange).toBe('post-quantum');
    expect(result.preference.groups).toEqual(['MLKEM1024', 'MLKEM512']);
    expect(result.obsoleteGroups).toEqual([]);
    expect(
      result.signatures.flatMap(({ schemes, answer }) => (answer.verdict === 'accepted' ? schemes : [])),
    ).toEqual(['ecdsa_secp256r1_sha256']);
    const both = result.groups.filter(({ helloRetry }) => helloRetry?.verdict === 'retry');
    expect(both.map(({ group }) => group)).toEqual(['MLKEM512', 'MLKEM1024']);
  });

  it('of TLS 1.2', async () => {
    const result = await counted(tlsServer({ ...keys.rsa, maxVersion: 'TLSv1.2' }));
    expect(result.summary).toMatchObject({
      keyExchange: 'classical',
      authentication: 'classical',
      defaultGroup: 'x25519',
      versions: ['TLSv1.2'],
    });
    expect(ids(result).slice(0, 2).sort()).toEqual(['classical-only', 'tls-1.3-missing']);
    expect(new Set(Object.values(verdicts(result)))).toEqual(new Set(['refused']));
    expect(result.clearCertificates?.[0]?.subject).toBe('CN=RSA2048-PKCS15-SHA256');
    expect(result.flights).toMatchObject([{ client: 'default', group: 'x25519', roundTrips: 2 }]);
    expect(result.versions.find(({ version }) => version === 'TLSv1.2')?.downgradeMark).toBe(false);
  });

  it('of TLS 1.0', async () => {
    const result = await counted(
      tlsServer({ ...keys.rsa, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
    expect(result.summary.versions).toEqual(['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1']);
    expect(ids(result).filter((id) => id === 'legacy-version')).toHaveLength(2);
    expect(result.versions.map(({ downgradeMark }) => downgradeMark)).toEqual([undefined, true, true, true]);
  });

  it('with two chains', async () => {
    const result = await counted(
      tlsServer({ cert: [keys.ec.cert, keys.mlDsa.cert], key: [keys.ec.key, keys.mlDsa.key] }),
    );
    expect(result.summary.authentication).toBe('post-quantum');
    expect([...families(result)].sort()).toEqual(['ecdsa', 'ml-dsa']);
    const subjects = result.handshakes.map(({ family, certificates }) => [
      family,
      certificates?.[0]?.subject,
    ]);
    // OpenSSL prefers ML-DSA.
    expect(Object.fromEntries(subjects)).toEqual({
      any: 'CN=ML-DSA-65',
      'ml-dsa': 'CN=ML-DSA-65',
      ecdsa: 'CN=ECDSA-P256-SHA256',
    });
    expect(ids(result)).toContain('post-quantum-authentication');
  });
});

/** A ClientHello is in one record, and the record in one read: what lazy software takes for granted. */
const MIDDLEBOXES: readonly {
  readonly what: string;
  readonly box: Middlebox;
  readonly forms: readonly string[];
}[] = [
  {
    what: 'reads once and resets what is not whole',
    box: (first) => (first.length < 5 + first.readUInt16BE(3) ? 'reset' : 'forward'),
    forms: ['two-segments'],
  },
  {
    what: 'waits for ever for a hello in one record',
    box: (first) => (first.readUInt16BE(3) < 4 + first.readUIntBE(6, 3) ? 'drop' : 'forward'),
    forms: ['two-records'],
  },
  {
    what: 'has a buffer of one kilobyte',
    box: (first) => (first.length > 1024 ? 'reset' : 'forward'),
    forms: ['large', 'two-records'],
  },
  {
    what: 'drops what it does not know',
    box: (first) => (first.includes(Buffer.from([0x3f, 0xfe])) ? 'reset' : 'forward'),
    forms: ['unknown-extensions'],
  },
  {
    what: 'drops GREASE',
    box: (first) => (first.includes(Buffer.from([0x6a, 0x6a, 0x00, 0x01])) ? 'reset' : 'forward'),
    forms: ['grease'],
  },
];

describe('probe through a middlebox', () => {
  it.each(MIDDLEBOXES)('that $what', async ({ box, forms }) => {
    const server = await tlsServer({ ...keys.ec, minVersion: 'TLSv1.3' });
    try {
      const result = await probed(relay(server.port, box), { timeoutMs: 600 });
      expect(notTaken(result)).toEqual(forms);
      expect(result.findings.filter(({ id }) => id === 'hello-form-not-tolerated')).toHaveLength(
        forms.length,
      );
      probes++;
      connections += result.connections;
    } finally {
      await server.stop();
    }
  });
});
