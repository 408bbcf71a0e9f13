/** Every algorithm that Bouncy Castle and the JDK have. */
import { it } from 'vitest';

import { SIGNATURES } from '../../src/registry/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { lintBouncyCastle, lintBouncyCastleKems, lintJdk } from './lint-peers.ts';

describeWithPeer('bc-peer', 'all chains of Bouncy Castle', () => {
  it('are clean with composites', async () => {
    const composites = SIGNATURES.filter(({ kind }) => kind === 'composite-signature');
    await lintBouncyCastle(composites.map(({ name }) => name));
  });

  it('are clean with other signature algorithms', async () => {
    await lintBouncyCastle(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'SLH-DSA-SHA2-128F', 'Ed25519', 'EC']);
  });

  it('are clean with keys that cannot sign', async () => {
    await lintBouncyCastleKems(['ML-KEM-512', 'ML-KEM-1024', 'MLKEM1024-ECDH-P384-SHA3-256']);
  });
});

describeWithPeer('peer-keytool', 'all chains of the JDK', () => {
  it('are clean', async () => {
    await lintJdk(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']);
  });
});
