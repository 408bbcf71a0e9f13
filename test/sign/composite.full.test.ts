import { expect, it } from 'vitest';
import { COMPOSITE_SIGNATURE_NAMES, signature } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { exchangeWithBouncyCastle, keyOfBouncyCastle } from './bouncy-castle.ts';
import { native } from './support.ts';

describeWithPeer('bc-peer', 'composites with Bouncy Castle (all 18)', () => {
  it.each(COMPOSITE_SIGNATURE_NAMES)('%s: keys and signatures of either side', async (algorithm) => {
    const ours = await generateKeyPair(native, algorithm);
    expect(ours.publicKey.bytes().length).toBe(signature(algorithm).sizes.publicKey);
    await exchangeWithBouncyCastle(native, ours.privateKey);
    await exchangeWithBouncyCastle(native, await keyOfBouncyCastle(native, algorithm));
  });
});
