/** The listener with two clients behind a tap, for the everyday run; the matrix is in the *.full.test.ts beside this. */
import { beforeAll, describe, expect, it } from 'vitest';

import { namedPolicy } from '../../src/policy/index.ts';
import { temporaryFolder } from '../certificates/peers.ts';
import { CLIENTS } from '../certificates/tls/clients.ts';
import { describeWithPeer } from '../support/peers.ts';
import { programCaller } from './callers.ts';
import { type CertificateKind, type Certified, certified } from './certificates.ts';
import { openFront, requireAgreement } from './front.ts';
import { meetAll } from './matrix.ts';
import type { Flight } from './tap.ts';

const folder = temporaryFolder();

describeWithPeer(['go-peer', 'peer-openssl'], 'what the listener reports is what a tap reads', () => {
  let certificates: readonly Certified<CertificateKind>[];
  beforeAll(async () => {
    certificates = await Promise.all((['classical', 'pure'] as const).map((kind) => certified(folder, kind)));
  });

  it.each(['openssl', 'go'] as const)('of sessions with %s', async (name) => {
    const { passed } = await meetAll(programCaller(name, folder), certificates);
    expect(passed).toBe(name === 'openssl' ? 35 : 21);
  });

  it('of a refusal: an alert and no ServerHello', async () => {
    const [first] = certificates;
    if (first === undefined) throw new Error('no certificate');
    const front = await openFront({
      policy: namedPolicy('hybrid-required'),
      credentials: [first.credential],
    });
    const { flight, refusal, said } = await front.meet((port) =>
      CLIENTS.openssl.call({ folder, port, root: first.hierarchy.rootFile, group: 'X25519' }),
    );
    await front.close();
    expect(refusal).toMatchObject({ because: 'policy', alert: 'insufficient_security' });
    expect(flight).toMatchObject({ chosen: undefined, helloRetry: false, alerts: [71] });
    expect(said.output).toContain('alert number 71');
  });
});

describe('the comparison with the tap', () => {
  const flight: Flight = {
    shares: ['X25519MLKEM768'],
    offeredPsk: false,
    helloRetry: false,
    chosen: { version: 0x0304, cipherSuite: 0x1302, group: 'X25519MLKEM768', psk: false },
    alerts: [],
  };
  const posture = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'X25519MLKEM768',
    helloRetry: false,
    resumed: false,
  } as const;

  it.each([
    ['group', { group: 'x25519' }],
    ['HelloRetryRequest', { helloRetry: true }],
    ['resumption', { resumed: true }],
    ['version', { version: 'TLSv1.2' }],
    ['cipher suite', { cipher: 'TLS_AES_128_GCM_SHA256' }],
    ['a retry that nobody can know of', { helloRetry: undefined }],
  ] as const)('sees another %s', (_, changed) => {
    requireAgreement(posture, flight);
    expect(() => requireAgreement({ ...posture, ...changed }, flight)).toThrow(/on the wire/);
  });
});
