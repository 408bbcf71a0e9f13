/** Sizes and key OIDs against live keys of node:crypto (OpenSSL) and noble, called directly. */
import { createPublicKey, generateKeyPairSync, publicEncrypt, sign } from 'node:crypto';

import { ml_kem1024_p384, ml_kem768_p256, ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { describe, expect, it } from 'vitest';

import { HYBRID_KEM_NAMES, kem, RSA_SIGNATURE_NAMES, signature } from '../../src/registry/index.ts';
import { report } from '../support/tally.ts';
import { compareLive, LEAVES } from './live.ts';

describe('live keys of both implementations', () => {
  // The slow half of SLH-DSA takes a second per signature; live-sizes.full.test.ts has it.
  const quick = LEAVES.filter((name) => !/^SLH-DSA-.+s$/.test(name));

  it('are as large as the registry says', () => {
    const compared = quick.reduce((sum, name) => sum + compareLive(name), 0);
    report(`registry, live keys: ${String(compared)} sizes and OIDs of ${String(quick.length)} algorithms`);
    expect(quick).toHaveLength(32);
    expect(compared).toBeGreaterThanOrEqual(7 * quick.length);
  });
});

describe('live keys of one implementation', () => {
  it('RSA fits its bounds, with the usual exponent and with a large one', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const row = kem('RSA2048-OAEP-SHA256');
    expect(publicKey.export({ format: 'der', type: 'pkcs1' })).toHaveLength(270);
    expect(privateKey.export({ format: 'der', type: 'pkcs1' }).length).toBeLessThanOrEqual(1194);
    expect(publicEncrypt({ key: publicKey, oaepHash: 'sha256' }, Buffer.alloc(32))).toHaveLength(
      row.sizes.ciphertext,
    );
    for (const name of RSA_SIGNATURE_NAMES.filter((candidate) => candidate.startsWith('RSA2048')))
      expect(sign('sha256', Buffer.alloc(1), privateKey), name).toHaveLength(
        Number(signature(name).sizes.signature),
      );

    const { n = '' } = publicKey.export({ format: 'jwk' });
    const widest = createPublicKey({
      format: 'jwk',
      key: { kty: 'RSA', n, e: Buffer.alloc(32, 0xff).toString('base64url') },
    });
    expect({ max: widest.export({ format: 'der', type: 'pkcs1' }).length }).toEqual(row.sizes.publicKey);
  });

  it('hybrid KEMs', () => {
    const schemes = {
      'MLKEM768-X25519': ml_kem768_x25519,
      'MLKEM768-P256': ml_kem768_p256,
      'MLKEM1024-P384': ml_kem1024_p384,
    };
    for (const name of HYBRID_KEM_NAMES) {
      const scheme = schemes[name];
      const { publicKey, secretKey } = scheme.keygen();
      const { cipherText, sharedSecret } = scheme.encapsulate(publicKey);
      expect(
        {
          publicKey: publicKey.length,
          privateKey: secretKey.length,
          ciphertext: cipherText.length,
          sharedSecret: sharedSecret.length,
        },
        name,
      ).toEqual(kem(name).sizes);
    }
  });
});
