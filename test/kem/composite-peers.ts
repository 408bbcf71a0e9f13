/** Bouncy Castle as the other side of the composite KEMs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { toHex } from '../../src/bytes/index.ts';
import { decapsulate, encapsulate, generateKeyPair } from '../../src/kem/index.ts';
import type { CompositeKemName } from '../../src/registry/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { native } from './support.ts';
import { fileIn, pkcs8Pem, scratchFolder, spkiPem } from '../support/key-files.ts';

/** Our keys in Bouncy Castle: it encapsulates to them, and decapsulates what we encapsulate. */
export function compositePeerSuite(names: readonly CompositeKemName[]): void {
  describeWithPeer('bc-peer', 'composite KEMs with Bouncy Castle', () => {
    it('gets the same secrets in both directions', async () => {
      const folder = scratchFolder();
      const cases = names.map((name) => ({ id: name, name }));
      await runCases('composite KEMs with Bouncy Castle', cases, async ({ name }) => {
        const { publicKey, privateKey } = await generateKeyPair(native, name);
        const pub = fileIn(folder, 'key.pub', spkiPem(name, publicKey.bytes()));
        const key = fileIn(folder, 'key.pem', pkcs8Pem(name, privateKey.secretBytes()));

        await askPeer('bc-peer', ['kem-encap', `pub=${pub}`, `out=${join(folder, 'theirs')}`]);
        const received = await decapsulate(native, privateKey, readFileSync(join(folder, 'theirs.ct')));
        expectBytes(received, readFileSync(join(folder, 'theirs.ss')), 'secret of their ciphertext');

        const sent = await encapsulate(native, publicKey);
        const ct = fileIn(folder, 'ours.ct', sent.ciphertext);
        const answer = Buffer.from(await askPeer('bc-peer', ['kem-decap', `key=${key}`, `ct=${ct}`]));
        const secret = toHex(sent.sharedSecret);
        if (!answer.toString('utf8').includes(`ss=${secret}`))
          throw new Error('Bouncy Castle has another secret for our ciphertext');
      });
    });
  });
}
