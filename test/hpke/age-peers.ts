/** age and typage as the other side, in both directions. */
import {
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import {
  decodeAgeIdentities,
  encodeAgeIdentity,
  encodeAgeRecipient,
  open,
  seal,
} from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { PROVIDERS } from '../kem/support.ts';
import { scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { collect, contentOf, inPieces } from './age-support.ts';

const KINDS = [
  { kind: 'post-quantum', algorithm: 'MLKEM768-X25519', keygen: ['-pq'] },
  { kind: 'classical', algorithm: 'X25519', keygen: [] },
] as const;

/** @param sizes - Bytes of the files that go back and forth. */
export function agePeerSuites(sizes: readonly number[]): void {
  const cases = sizes.flatMap((size) =>
    KINDS.flatMap(({ kind }) =>
      [false, true].map((armor) => ({
        id: `${String(size)} bytes, ${kind}${armor ? ', armor' : ''}`,
        size,
        kind,
        armor,
      })),
    ),
  );

  describe.each(PROVIDERS)('%s', (name, provider) => {
    describeWithPeer(['peer-age', 'peer-age-keygen'], 'age', () => {
      it('opens our files and seals files for us', async () => {
        const folder = scratchFolder();
        const keys = new Map<string, { readonly file: string; readonly recipient: string }>();
        for (const { kind, algorithm, keygen } of KINDS) {
          // One key pair from each side.
          const ours = await generateKeyPair(provider, algorithm);
          const file = join(folder, `ours-${kind}`);
          writeFileSync(file, `# ours\n${encodeAgeIdentity(ours.privateKey)}\n`);
          keys.set(`ours ${kind}`, { file, recipient: encodeAgeRecipient(ours.publicKey) });
          const theirs = join(folder, `theirs-${kind}`);
          await askPeer('peer-age-keygen', [...keygen, '-o', theirs]);
          const [identity] = await decodeAgeIdentities(provider, readFileSync(theirs, 'utf8'));
          if (identity === undefined) throw new Error('no identity');
          const recipient = Buffer.from(await askPeer('peer-age-keygen', ['-y', theirs])).toString('utf8');
          keys.set(`theirs ${kind}`, { file: theirs, recipient: recipient.trim() });
          if (encodeAgeRecipient(identity.publicKey) !== recipient.trim())
            throw new Error('another recipient');
        }

        await runCases(`age, ${name}`, cases, async ({ size, kind, armor }) => {
          const plaintext = contentOf(size);
          for (const owner of ['ours', 'theirs']) {
            const key = keys.get(`${owner} ${kind}`);
            if (key === undefined) throw new Error('no key');
            const sealed = await collect(seal(provider, { to: [key.recipient], armor }, plaintext));
            const opened = await askPeer('peer-age', ['-d', '-i', key.file], { input: sealed });
            expectBytes(opened, plaintext, 'what age opened');

            const [input, output] = [join(folder, 'plain'), join(folder, 'sealed')];
            writeFileSync(input, plaintext);
            await askPeer('peer-age', ['-r', key.recipient, '-o', output, ...(armor ? ['-a'] : []), input]);
            const identities = await decodeAgeIdentities(provider, readFileSync(key.file, 'utf8'));
            const pieces = inPieces(readFileSync(output), 60_000, 1, 7);
            expectBytes(await collect(open(provider, { identities }, pieces)), plaintext, 'what we opened');
          }
        });
      });

      it('opens a file for several, and so do we', async () => {
        const folder = scratchFolder();
        const pairs = [];
        for (let index = 0; index < 3; index++)
          pairs.push(await generateKeyPair(provider, 'MLKEM768-X25519'));
        const to = pairs.map(({ publicKey }) => publicKey);
        const plaintext = contentOf(1000);
        const sealed = await collect(seal(provider, { to }, plaintext));
        await runCases(
          `age, several recipients, ${name}`,
          pairs.map((pair, index) => ({ id: String(index), pair })),
          async ({ pair }) => {
            const file = join(folder, 'identity');
            writeFileSync(file, encodeAgeIdentity(pair.privateKey));
            expectBytes(await askPeer('peer-age', ['-d', '-i', file], { input: sealed }), plaintext, 'age');
            const identities = [pair.privateKey];
            expectBytes(await collect(open(provider, { identities }, sealed)), plaintext, 'ours');
          },
        );
      });
    });

    it('typage opens our files and seals files for us', async () => {
      const identities = {
        'post-quantum': await generateHybridIdentity(),
        classical: await generateX25519Identity(),
      };
      await runCases(
        `typage, ${name}`,
        cases.filter(({ armor }) => !armor),
        async ({ size, kind }) => {
          const plaintext = contentOf(size);
          const identity = identities[kind];
          const recipient = await identityToRecipient(identity);
          const decrypter = new Decrypter();
          decrypter.addIdentity(identity);
          const sealed = await collect(seal(provider, { to: [recipient] }, plaintext));
          expectBytes(await decrypter.decrypt(sealed), plaintext, 'what typage opened');
          const encrypter = new Encrypter();
          encrypter.addRecipient(recipient);
          const theirs = await encrypter.encrypt(plaintext);
          expectBytes(await collect(open(provider, { identities: [identity] }, theirs)), plaintext, 'ours');
        },
      );
    });
  });
}
