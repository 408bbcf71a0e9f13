import { test } from 'vitest';
import { COMPOSITE_KEM_NAMES, ML_KEM_NAMES } from '../../src/registry/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { exchangeWithBouncyCastle } from './enveloped-bouncy-castle.ts';

describeWithPeer(['bc-peer', 'peer-java'], 'encrypted messages with Bouncy Castle', () => {
  test.each([
    { scheme: 'kem-sha256', hash: 'SHA-256' },
    { scheme: 'kem-sha512', hash: 'SHA-512' },
  ] as const)(
    'every KEM: $scheme',
    ({ scheme, hash }) =>
      exchangeWithBouncyCastle(
        [...ML_KEM_NAMES, ...COMPOSITE_KEM_NAMES].map((name) => ({ name, scheme, options: { hash } })),
      ),
    600_000,
  );
});
