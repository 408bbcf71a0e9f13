import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../../src/bytes/index.ts';
import { generateKeyPair, sign, verify } from '../../src/sign/index.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { expectBytes, runCases, sample } from '../support/tally.ts';
import { acvpSlhDsaSign, acvpSlhDsaVerify } from '../support/vectors.ts';
import { checkSlhDsaSign, checkSlhDsaVerify } from './slh-dsa-cases.ts';
import { contentsOfPkcs8, privateKeyOf, PROVIDERS, publicKeyOf, rawFromSpki } from './support.ts';
import { fileIn, pkcs8Pem, scratchFolder, spkiPem } from '../support/key-files.ts';

describe.each(PROVIDERS)('SLH-DSA vectors (a sample), %s', (name, provider) => {
  it('ACVP: signs to the byte', async () => {
    // In JavaScript the small parameter sets take seconds a signature; the whole set is in the full suite.
    // Only the pure variant has a native half.
    const fast = acvpSlhDsaSign().filter(
      ({ algorithm, input }) =>
        algorithm.endsWith('-128f') && (name === 'portable' || input.kind === 'message'),
    );
    const cases = sample(fast, 1, (item) =>
      [item.input.kind, item.algorithm.includes('SHAKE'), item.randomness === undefined].join(),
    );
    await runCases(`ACVP SLH-DSA sigGen (sample), ${name}`, cases, (item) => checkSlhDsaSign(provider, item));
  }, 120_000);

  it('ACVP: verifies pure, pre-hash and internal', async () => {
    const cases = sample(acvpSlhDsaVerify(), 3, (item) => [item.input.kind, item.verdict].join());
    await runCases(`ACVP SLH-DSA sigVer (sample), ${name}`, cases, (item) =>
      checkSlhDsaVerify(provider, item),
    );
  }, 120_000);
});

describe.each(PROVIDERS)('SLH-DSA, %s', (_name, provider) => {
  const message = utf8('message');

  it('is hedged unless asked, deterministic when asked, and binds its context', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'SLH-DSA-SHA2-128f');
    const context = utf8('context');
    const hedged = await sign(provider, privateKey, message, { context });
    const one = await sign(provider, privateKey, message, { context, deterministic: true });
    const other = await sign(provider, privateKey, [message], { context, deterministic: true });
    expectBytes(one, other, 'deterministic');
    expect(toHex(one)).not.toBe(toHex(hedged));
    for (const value of [hedged, one]) {
      expect(await verify(provider, publicKey, message, value, { context })).toBe(true);
      expect(await verify(provider, publicKey, message, value)).toBe(false);
      expect(await verify(provider, publicKey, message, value, { context: new Uint8Array(256) })).toBe(false);
    }
  }, 60_000);

  it('is another algorithm than HashSLH-DSA with the same key', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'HashSLH-DSA-SHAKE-128f-SHAKE128');
    const value = await sign(provider, privateKey, [message.subarray(0, 3), message.subarray(3)]);
    expect(await verify(provider, publicKey, message, value)).toBe(true);
    expect(await verify(provider, publicKeyOf('SLH-DSA-SHAKE-128f', publicKey.bytes()), message, value)).toBe(
      false,
    );
    expect(await verify(provider, publicKey, concat(message, message), value)).toBe(false);
  }, 60_000);
});

describeWithPeer('peer-openssl', 'SLH-DSA with OpenSSL', () => {
  const [, provider] = PROVIDERS[0] ?? [];
  if (provider === undefined) throw new Error('no provider');
  const message = utf8('a message for both sides\n');
  const context = utf8('pump firmware');
  const withContext = ['-pkeyopt', `hexcontext-string:${toHex(context)}`];

  it.each(['SLH-DSA-SHA2-128f', 'SLH-DSA-SHAKE-192f', 'SLH-DSA-SHA2-256f'] as const)(
    '%s agrees both ways',
    async (algorithm) => {
      const folder = scratchFolder();
      const file = fileIn(folder, 'message', message);
      const ours = await generateKeyPair(provider, algorithm);
      const key = fileIn(folder, 'key.pem', pkcs8Pem(algorithm, ours.privateKey.secretBytes()));
      const pub = fileIn(folder, 'pub.pem', spkiPem(algorithm, ours.publicKey.bytes()));
      const sig = fileIn(folder, 'ours.sig', await sign(provider, ours.privateKey, message, { context }));
      const check = ['pkeyutl', '-verify', '-pubin', '-inkey', pub, '-rawin', '-in', file, '-sigfile', sig];
      await askPeer('peer-openssl', [...check, ...withContext]);
      expect((await runPeer('peer-openssl', check)).code).not.toBe(0);
      const out = join(folder, 'theirs.sig');
      const make = ['pkeyutl', '-sign', '-inkey', key, '-rawin', '-in', file, '-out', out, ...withContext];
      await askPeer('peer-openssl', make);
      expect(await verify(provider, ours.publicKey, message, readFileSync(out), { context })).toBe(true);
      expect(await verify(provider, ours.publicKey, message, readFileSync(out))).toBe(false);
      await askPeer('peer-openssl', [...make, '-pkeyopt', 'deterministic:1']);
      expectBytes(
        await sign(provider, ours.privateKey, message, { context, deterministic: true }),
        readFileSync(out),
        'deterministic signature',
      );
    },
    60_000,
  );
});

describeWithPeer('bc-peer', 'HashSLH-DSA with Bouncy Castle', () => {
  it('agrees both ways', async () => {
    const [, provider] = PROVIDERS[0] ?? [];
    if (provider === undefined) throw new Error('no provider');
    const algorithm = 'HashSLH-DSA-SHA2-128f-SHA256';
    const folder = scratchFolder();
    const message = utf8('a message for both sides\n');
    const file = fileIn(folder, 'message', message);
    const theirs = join(folder, 'theirs');
    await askPeer('bc-peer', ['keygen', 'alg=SLH-DSA-SHA2-128F-WITH-SHA256', `out=${theirs}`]);
    const raw = rawFromSpki(readFileSync(`${theirs}.pub`, 'utf8'));
    const held = await privateKeyOf(provider, algorithm, contentsOfPkcs8(readFileSync(theirs, 'utf8')));
    expectBytes(held.publicKey.bytes(), raw, 'public key');
    const sig = join(folder, 'theirs.sig');
    await askPeer('bc-peer', ['sign', `key=${theirs}`, `in=${file}`, `out=${sig}`, 'alg=HASH-SLH-DSA']);
    expect(await verify(provider, held.publicKey, message, readFileSync(sig))).toBe(true);
    const made = fileIn(folder, 'ours.sig', await sign(provider, held, message));
    const pub = fileIn(folder, 'pub.pem', spkiPem(algorithm, raw));
    await askPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${file}`, `sig=${made}`, 'alg=HASH-SLH-DSA']);
  }, 60_000);
});
