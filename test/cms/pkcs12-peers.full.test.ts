/** What Bouncy Castle writes unless told otherwise; its millions of iterations take seconds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPkcs12 } from '../../src/cms/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { identityOf, provider } from './support.ts';

describeWithPeer('bc-peer', 'PKCS #12 of Bouncy Castle', () => {
  test('certificates under 40-bit RC2 are refused, after the MAC has been checked', async () => {
    const { certificate, keyPem } = await identityOf('ECDSA-P256-SHA256');
    const folder = scratchFolder();
    const out = join(folder, 'theirs.p12');
    await askPeer('bc-peer', [
      'p12',
      `key=${fileIn(folder, 'key.pem', keyPem)}`,
      `cert=${fileIn(folder, 'cert.pem', certificate.toPem())}`,
      `out=${out}`,
      'pass=secret',
    ]);
    await expect(readPkcs12(provider, readFileSync(out), 'wrong')).rejects.toMatchObject({
      code: 'decryption_failed',
    });
    await expect(readPkcs12(provider, readFileSync(out), 'secret')).rejects.toMatchObject({
      code: 'unsupported',
      message: /RC2/,
    });
  }, 120_000);
});
