/** Both directions with Bouncy Castle, for any composite. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import type { PrivateKey, Provider } from '../../src/provider/index.ts';
import type { CompositeSignatureDescriptor } from '../../src/registry/index.ts';
import { sign, verify } from '../../src/sign/index.ts';
import { askPeer, runPeer } from '../support/peers.ts';
import { expectBytes } from '../support/tally.ts';
import { contentsOfPkcs8, privateKeyOf, rawFromSpki } from './support.ts';
import { fileIn, pkcs8Pem, scratchFolder, spkiPem } from '../support/key-files.ts';

const message = utf8('a message for both sides\n');

/** Our key and signature there, and theirs (with our key) here. */
export async function exchangeWithBouncyCastle(
  provider: Provider,
  ours: PrivateKey<CompositeSignatureDescriptor>,
): Promise<void> {
  const { name } = ours.algorithm;
  const folder = scratchFolder();
  const file = fileIn(folder, 'message', message);
  const pub = fileIn(folder, 'ours.pub', spkiPem(name, ours.publicKey.bytes()));
  const value = await sign(provider, ours, message);
  const sig = fileIn(folder, 'ours.sig', value);
  await askPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${file}`, `sig=${sig}`]);
  value[0] = (value[0] ?? 0) ^ 1;
  const spoilt = fileIn(folder, 'spoilt.sig', value);
  const refused = await runPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${file}`, `sig=${spoilt}`]);
  expect(refused.code).not.toBe(0);

  const key = fileIn(folder, 'ours.key', pkcs8Pem(name, ours.secretBytes()));
  const byThem = join(folder, 'by-them.sig');
  await askPeer('bc-peer', ['sign', `key=${key}`, `in=${file}`, `out=${byThem}`]);
  expect(await verify(provider, ours.publicKey, message, readFileSync(byThem))).toBe(true);
}

/** A key that Bouncy Castle made, used here. */
export async function keyOfBouncyCastle(
  provider: Provider,
  name: CompositeSignatureDescriptor['name'],
): Promise<PrivateKey<CompositeSignatureDescriptor>> {
  const folder = scratchFolder();
  const theirs = join(folder, 'theirs');
  await askPeer('bc-peer', ['keygen', `alg=${name}`, `out=${theirs}`], { timeout: 300_000 });
  const held = await privateKeyOf(provider, name, contentsOfPkcs8(readFileSync(theirs, 'utf8')));
  expectBytes(held.publicKey.bytes(), rawFromSpki(readFileSync(`${theirs}.pub`, 'utf8')), 'their public key');
  return held;
}
