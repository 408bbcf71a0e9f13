/** Changed, cut and extended messages: nothing but HybridgeError comes out, and no changed AES-GCM message opens. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equal, isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import {
  decryptMessage,
  encryptMessage,
  type EncryptionRequest,
  type Identity,
  inspectEncrypted,
} from '../../src/cms/index.ts';
import { report } from '../support/tally.ts';
import { cut, holderOf } from './enveloped-support.ts';
import { collect, provider } from './support.ts';

const content = utf8('dose table 7: 12 ml/h until noon, then 8\n');

interface Sample {
  readonly message: Uint8Array;
  readonly cipher: NonNullable<EncryptionRequest['cipher']>;
}

async function samples(): Promise<{
  readonly list: readonly Sample[];
  readonly identities: readonly Identity[];
}> {
  const holders = await Promise.all(
    (['ML-KEM-512', 'P-256', 'X25519', 'RSA2048-OAEP-SHA256', 'MLKEM768-X25519-SHA3-256'] as const).map(
      holderOf,
    ),
  );
  const list: Sample[] = [];
  for (const cipher of ['AES-256-GCM', 'AES-128-CBC'] as const) {
    for (const { certificate } of holders)
      for (const source of [content, cut(content, 9)])
        list.push({
          cipher,
          message: await collect(encryptMessage(provider, { recipients: [{ certificate }], cipher }, source)),
        });
    list.push({
      cipher,
      message: await collect(
        encryptMessage(
          provider,
          {
            recipients: [...holders, { password: 'p', iterations: 2 }],
            cipher,
            contentType: '1.2.840.113549.1.7.2',
          },
          content,
        ),
      ),
    });
  }
  return {
    list,
    identities: [...holders.map(({ privateKey }) => ({ privateKey })), { password: 'p' }],
  };
}

const change = fc.record({
  /** In parts of 2^20: drawn evenly, which `fc.double` would not be. */
  where: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
  bits: fc.integer({ min: 1, max: 255 }),
  how: fc.constantFrom('flip', 'cut', 'extend', 'insert', 'remove', 'repeat'),
  length: fc.integer({ min: 1, max: 40 }),
});

function changed(
  bytes: Uint8Array,
  { where, bits, how, length }: typeof change extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  const at = Math.floor((where / 2 ** 20) * bytes.length);
  switch (how) {
    case 'flip':
      return bytes.map((byte, index) => (index === at ? byte ^ bits : byte));
    case 'cut':
      return bytes.slice(0, at);
    case 'extend':
      return Uint8Array.from([...bytes, bits]);
    case 'insert':
      return Uint8Array.from([...bytes.subarray(0, at), bits, ...bytes.subarray(at)]);
    case 'remove':
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    case 'repeat':
      return Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
  }
}

/** Runs so many changed messages through every function that reads one. */
export function mutationTest(runs: number, timeout: number): void {
  test(
    `${String(runs)} changed messages`,
    async () => {
      const { list, identities } = await samples();
      const counts = { refused: 0, unchanged: 0, cbc: 0 };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...list), change, async ({ message, cipher }, how) => {
          const bytes = changed(message, how);
          if (equal(bytes, message)) return;
          await inspectEncrypted(bytes).catch((error: unknown) => {
            if (!isHybridgeError(error)) throw error;
          });
          let plain: Uint8Array;
          try {
            plain = await collect(decryptMessage(provider, identities, cut(bytes, 50, 3)));
          } catch (error) {
            if (!isHybridgeError(error)) throw error;
            counts.refused++;
            return;
          }
          if (equal(plain, content)) counts.unchanged++;
          // CBC notices by chance what happens to the padding; that is why AES-GCM is the default.
          else if (cipher.endsWith('CBC')) counts.cbc++;
          else throw new Error('a changed AES-GCM message opened to another content');
        }),
        { numRuns: runs },
      );
      report(
        `encrypted messages, mutation: ${String(counts.refused)} refused, ${String(counts.unchanged)} with the same content (changes outside of what is protected), ${String(counts.cbc)} CBC with other content`,
      );
      expect(counts.refused).toBeGreaterThan(runs / 2);
    },
    timeout,
  );

  test(
    'arbitrary bytes',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
          for (const call of [
            inspectEncrypted(bytes),
            collect(decryptMessage(provider, [{ password: 'p' }], bytes)),
          ])
            await call.then(
              () => expect.unreachable('read'),
              (error: unknown) => {
                if (!isHybridgeError(error)) throw error;
              },
            );
        }),
        { numRuns: Math.min(runs, 5000) },
      );
    },
    timeout,
  );
}
