/** PKI.js with our engine and foreign implementations: chains, requests, CRLs and messages, both ways. */
import * as pkijs from 'pkijs';
import { expect, it } from 'vitest';

import { askPeer, describeWithPeer } from '../../support/peers.ts';
import { bouncyCastle, engine, exchange, openssl } from './peers.ts';
import { derOf, issue } from './support.ts';

describeWithPeer(openssl.program, 'OpenSSL', () => {
  it('makes and takes what PKI.js takes and makes', async () => {
    await exchange(openssl, [
      'ML-DSA-44',
      'ML-DSA-65',
      'ML-DSA-87',
      'SLH-DSA-SHA2-128f',
      'SLH-DSA-SHAKE-192f',
    ]);
  });
});

const PASSWORD = 'correct horse battery staple';

/** A PKCS #12 file with a key and its certificate, as the examples of PKI.js make one. */
async function pkcs12(name: 'ML-DSA-65' | 'SLH-DSA-SHA2-128f'): Promise<Uint8Array> {
  const keys = await engine.generateKey(name, true, ['sign', 'verify']);
  const { certificate } = await issue(engine, { name: 'pump', ...keys });
  const password = new TextEncoder().encode(PASSWORD).buffer;
  const contentEncryptionAlgorithm = { name: 'AES-CBC', length: 256, iv: new ArrayBuffer(0) };
  const encryption = {
    password,
    contentEncryptionAlgorithm,
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: 2048,
  };
  const keyBag = new pkijs.PKCS8ShroudedKeyBag({
    parsedValue: pkijs.PrivateKeyInfo.fromBER(await engine.exportKey('pkcs8', keys.privateKey)),
  });
  await keyBag.makeInternalValues(encryption, engine);
  const certificateBag = new pkijs.CertBag({ parsedValue: certificate });
  const authenticatedSafe = new pkijs.AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 0,
          value: new pkijs.SafeContents({
            safeBags: [
              new pkijs.SafeBag({ bagId: '1.2.840.113549.1.12.10.1.2', bagValue: keyBag }),
              new pkijs.SafeBag({ bagId: '1.2.840.113549.1.12.10.1.3', bagValue: certificateBag }),
            ],
          }),
        },
      ],
    },
  });
  await authenticatedSafe.makeInternalValues({ safeContents: [{}] }, engine);
  const pfx = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
  await pfx.makeInternalValues(
    { password, iterations: 2048, pbkdf2HashAlgorithm: 'SHA-256', hmacHashAlgorithm: 'SHA-256' },
    engine,
  );
  return derOf(pfx);
}

describeWithPeer(openssl.program, 'OpenSSL and PKCS #12', () => {
  it('opens the files of PKI.js', async () => {
    for (const name of ['ML-DSA-65', 'SLH-DSA-SHA2-128f'] as const) {
      const args = ['pkcs12', '-nodes', '-passin', `pass:${PASSWORD}`];
      const pem = new TextDecoder().decode(
        await askPeer(openssl.program, args, { input: await pkcs12(name) }),
      );
      expect(pem).toContain('BEGIN PRIVATE KEY');
      expect(pem).toContain('BEGIN CERTIFICATE');
    }
  });
});

describeWithPeer(bouncyCastle.program, 'Bouncy Castle', () => {
  it('makes and takes what PKI.js takes and makes', async () => {
    await exchange(bouncyCastle, ['ML-DSA-65', 'MLDSA65-Ed25519-SHA512']);
  });
});
