/** PKI.js with our engine and foreign implementations, every algorithm of the registry that they know. */
import { it } from 'vitest';

import { SIGNATURES } from '../../../src/registry/index.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { bouncyCastle, exchange, openssl } from './peers.ts';

const named = (...kinds: readonly string[]): readonly string[] =>
  SIGNATURES.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);

describeWithPeer(openssl.program, 'OpenSSL', () => {
  it('every algorithm of ML-DSA, SLH-DSA and EdDSA', async () => {
    await exchange(openssl, named('ml-dsa', 'slh-dsa', 'eddsa'));
  });
});

describeWithPeer(bouncyCastle.program, 'Bouncy Castle', () => {
  it('every composite ML-DSA, and SLH-DSA', async () => {
    await exchange(bouncyCastle, ['SLH-DSA-SHA2-128f', ...named('composite-signature')]);
  });
});
