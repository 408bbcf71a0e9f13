import { expect, it } from 'vitest';
import { exportPrivateKey, importPrivateKey } from '../../src/keys/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { generateKeyPair, sign, verify } from '../../src/sign/index.ts';

const provider = createNobleProvider();

// `slice` of a Buffer shares its memory, and readers of files reuse theirs.
it('keeps nothing of the Buffer that a key was read from, and leaves it as it was', async () => {
  const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
  const der = Buffer.from(await exportPrivateKey(provider, privateKey, { format: 'der' }));
  const before = Uint8Array.from(der);
  const imported = await importPrivateKey(provider, der, { use: 'signature' });
  const message = new Uint8Array(10);
  expect(await verify(provider, publicKey, message, await sign(provider, imported, message))).toBe(true);
  expect(Uint8Array.from(der)).toEqual(before);
  der.fill(0);
  expect(await exportPrivateKey(provider, imported, { format: 'der' })).toEqual(before);
});
