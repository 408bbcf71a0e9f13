import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMPTY, toHex, utf8 } from '../../src/bytes/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { ML_DSA_NAMES } from '../../src/registry/index.ts';
import { computeMu, generateKeyPair, sign, signMu, verify, verifyMu } from '../../src/sign/index.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { expectBytes, runCases, sample } from '../support/tally.ts';
import {
  acvpMlDsaSign,
  acvpMlDsaVerify,
  nistMlDsaKnownAnswers,
  type SignCase,
  type VerifyCase,
  wycheproofMlDsaSign,
  wycheproofMlDsaVerify,
} from '../support/vectors.ts';
import { checkMlDsaSign, checkMlDsaVerify } from './ml-dsa-cases.ts';
import { contentsOfPkcs8, privateKeyOf, PROVIDERS, publicKeyOf, rawFromSpki, seedOnly } from './support.ts';
import { fileIn, pkcs8Pem, scratchFolder, spkiPem } from '../support/key-files.ts';

describe.each(PROVIDERS)('ML-DSA vectors, %s', (name, provider) => {
  const share = <T extends SignCase | VerifyCase>(cases: readonly T[], limit: number): readonly T[] =>
    name === 'native'
      ? cases
      : sample(cases, limit, (item) => `${item.algorithm} ${item.input.kind} ${item.verdict}`);

  it('ACVP: signs to the byte', async () => {
    await runCases(`ACVP ML-DSA sigGen, ${name}`, share(acvpMlDsaSign(), 6), (item) =>
      checkMlDsaSign(provider, item),
    );
  }, 120_000);

  it('ACVP: verifies pure, HashML-DSA, µ and internal', async () => {
    await runCases(`ACVP ML-DSA sigVer, ${name}`, share(acvpMlDsaVerify(), 8), (item) =>
      checkMlDsaVerify(provider, item),
    );
  }, 120_000);

  it('Wycheproof: signs to the byte, and refuses bad keys and contexts', async () => {
    const cases = sample(wycheproofMlDsaSign(), name === 'native' ? 6 : 4, (item) =>
      [
        item.algorithm,
        item.input.kind,
        item.privateKey.form,
        item.verdict,
        String(item.randomness?.length),
      ].join(),
    );
    await runCases(`Wycheproof ML-DSA sign, ${name}`, cases, (item) => checkMlDsaSign(provider, item));
  }, 120_000);

  it('Wycheproof: verifies', async () => {
    await runCases(`Wycheproof ML-DSA verify, ${name}`, share(wycheproofMlDsaVerify(), 15), (item) =>
      checkMlDsaVerify(provider, item),
    );
  }, 120_000);

  it('NIST known answers with context', async () => {
    await runCases(`ML-DSA known answers, ${name}`, share(nistMlDsaKnownAnswers().sign, 5), (item) =>
      checkMlDsaSign(provider, item),
    );
  }, 120_000);
});

describe.each(PROVIDERS)('ML-DSA, %s', (_name, provider) => {
  const message = utf8('message');

  it('is hedged unless asked, and deterministic when asked', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const made = [
      await sign(provider, privateKey, message),
      await sign(provider, privateKey, message),
      await sign(provider, privateKey, [message]),
    ].map(toHex);
    expect(new Set(made).size).toBe(3);
    const deterministic = await Promise.all([
      sign(provider, privateKey, message, { deterministic: true }),
      sign(provider, privateKey, [message], { deterministic: true }),
      computeMu(provider, publicKey, message).then((mu) =>
        signMu(provider, privateKey, mu, { deterministic: true }),
      ),
    ]);
    expect(new Set(deterministic.map(toHex)).size).toBe(1);
    for (const value of deterministic) expect(await verify(provider, publicKey, message, value)).toBe(true);
  });

  it('takes contexts of up to 255 bytes', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const longest = new Uint8Array(255).fill(7);
    const value = await sign(provider, privateKey, message, { context: longest });
    expect(await verify(provider, publicKey, message, value, { context: longest })).toBe(true);
    expect(await verify(provider, publicKey, message, value)).toBe(false);
    const tooLong = new Uint8Array(256);
    for (const source of [message, [message]]) {
      await expect(sign(provider, privateKey, source, { context: tooLong })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
      expect(await verify(provider, publicKey, source, value, { context: tooLong })).toBe(false);
    }
    await expect(computeMu(provider, publicKey, message, { context: tooLong })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('keeps µ, the pure and the pre-hash variant apart', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const seed = privateKey.secretBytes();
    const hashed = await privateKeyOf(provider, 'HashML-DSA-44', seed);
    expectBytes(hashed.publicKey.bytes(), publicKey.bytes(), 'public key');
    const value = await sign(provider, hashed, message);
    expect(await verify(provider, hashed.publicKey, message, value)).toBe(true);
    expect(await verify(provider, hashed.publicKey, [message], value)).toBe(true);
    expect(await verify(provider, publicKey, message, value)).toBe(false);
    const pure = await sign(provider, privateKey, message);
    expect(await verify(provider, hashed.publicKey, message, pure)).toBe(false);
    // @ts-expect-error: HashML-DSA has no external µ
    await expect(computeMu(provider, hashed.publicKey, message)).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
    // @ts-expect-error: nor can its key sign one
    await expect(signMu(provider, hashed, new Uint8Array(64))).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
  });

  it('refuses a µ of another length', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    for (const length of [0, 32, 63, 65])
      for (const call of [
        signMu(provider, privateKey, new Uint8Array(length)),
        verifyMu(provider, publicKey, new Uint8Array(length), EMPTY),
      ])
        await expect(call).rejects.toMatchObject({ code: 'invalid_length' });
  });

  it('signs a large message as a stream of it', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const large = new Uint8Array(300 * 1024).fill(1);
    const value = await sign(provider, privateKey, large, { deterministic: true });
    expectBytes(await sign(provider, privateKey, [large], { deterministic: true }), value, 'stream');
    expect(await verify(provider, publicKey, large, value)).toBe(true);
    expect(await verify(provider, publicKey, large, await sign(provider, privateKey, large))).toBe(true);
    large[large.length - 1] = 0;
    expect(await verify(provider, publicKey, large, value)).toBe(false);
  });
});

describe('ML-DSA without the internal function', () => {
  it('still signs bytes, and says what it lacks', async () => {
    const [, provider] = PROVIDERS[0] ?? [];
    if (provider === undefined) throw new Error('no provider');
    const plain: Provider = { ...provider, name: 'plain', internalSignature: {} };
    const { privateKey, publicKey } = await generateKeyPair(plain, 'ML-DSA-44');
    const message = utf8('message');
    const value = await sign(plain, privateKey, [message]); // short streams are collected
    expect(await verify(plain, publicKey, [message], value)).toBe(true);
    await expect(sign(plain, privateKey, message, { deterministic: true })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(signMu(plain, privateKey, new Uint8Array(64))).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(generateKeyPair(plain, 'HashML-DSA-44')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describeWithPeer('peer-openssl', 'ML-DSA with OpenSSL', () => {
  const message = utf8('a message for both sides\n');
  const context = utf8('pump firmware');
  const withContext = ['-pkeyopt', `hexcontext-string:${toHex(context)}`];
  const [, provider] = PROVIDERS[0] ?? [];
  if (provider === undefined) throw new Error('no provider');

  it.each(ML_DSA_NAMES)(
    '%s: signatures, contexts, µ and the deterministic variant agree',
    async (algorithm) => {
      const folder = scratchFolder();
      const file = fileIn(folder, 'message', message);
      const ours = await generateKeyPair(provider, algorithm);
      const key = fileIn(folder, 'key.pem', pkcs8Pem(algorithm, seedOnly(ours.privateKey.secretBytes())));
      const pub = fileIn(folder, 'pub.pem', spkiPem(algorithm, ours.publicKey.bytes()));
      const verifyThere = async (
        value: Uint8Array,
        input: string,
        options: readonly string[],
      ): Promise<number> => {
        const sig = fileIn(folder, 'ours.sig', value);
        const args = ['pkeyutl', '-verify', '-pubin', '-inkey', pub, '-rawin', '-in', input, '-sigfile', sig];
        return (await runPeer('peer-openssl', [...args, ...options])).code;
      };
      const signThere = async (input: string, options: readonly string[]): Promise<Uint8Array> => {
        const out = join(folder, 'theirs.sig');
        const args = ['pkeyutl', '-sign', '-inkey', key, '-rawin', '-in', input, '-out', out];
        await askPeer('peer-openssl', [...args, ...options]);
        return new Uint8Array(readFileSync(out));
      };

      for (const source of [message, [message]]) {
        expect(await verifyThere(await sign(provider, ours.privateKey, source), file, [])).toBe(0);
        const bound = await sign(provider, ours.privateKey, source, { context });
        expect(await verifyThere(bound, file, withContext)).toBe(0);
        expect(await verifyThere(bound, file, [])).not.toBe(0);
      }
      const theirs = await signThere(file, withContext);
      expect(await verify(provider, ours.publicKey, message, theirs, { context })).toBe(true);
      expect(await verify(provider, ours.publicKey, [message], theirs, { context })).toBe(true);
      expect(await verify(provider, ours.publicKey, message, theirs)).toBe(false);

      const deterministic = await signThere(file, [...withContext, '-pkeyopt', 'deterministic:1']);
      expectBytes(
        await sign(provider, ours.privateKey, message, { context, deterministic: true }),
        deterministic,
        'deterministic signature',
      );

      const mu = await computeMu(provider, ours.publicKey, message, { context });
      const muFile = fileIn(folder, 'mu', mu);
      const asMu = ['-pkeyopt', 'mu:1'];
      expect(await verifyThere(await signMu(provider, ours.privateKey, mu), muFile, asMu)).toBe(0);
      expect(await verifyMu(provider, ours.publicKey, mu, await signThere(muFile, asMu))).toBe(true);
      expectBytes(
        await signThere(muFile, [...asMu, '-pkeyopt', 'deterministic:1']),
        deterministic,
        'µ route',
      );
    },
  );

  it.each(ML_DSA_NAMES)('%s: their key in ours', async (algorithm) => {
    const folder = scratchFolder();
    const key = join(folder, 'key.pem');
    const format = ['-provparam', 'ml-dsa.output_formats=seed-only'];
    await askPeer('peer-openssl', ['genpkey', '-algorithm', algorithm, '-out', key, ...format]);
    const pub = await askPeer('peer-openssl', ['pkey', '-in', key, '-pubout']);
    const contents = contentsOfPkcs8(readFileSync(key, 'utf8'));
    const held = await privateKeyOf(provider, algorithm, contents.subarray(-32));
    expectBytes(held.publicKey.bytes(), rawFromSpki(Buffer.from(pub).toString('utf8')), 'public key');
  });
});

describeWithPeer('bc-peer', 'HashML-DSA with Bouncy Castle', () => {
  it('agrees both ways', async () => {
    const [, provider] = PROVIDERS[0] ?? [];
    if (provider === undefined) throw new Error('no provider');
    const folder = scratchFolder();
    const message = utf8('a message for both sides\n');
    const file = fileIn(folder, 'message', message);
    const theirs = join(folder, 'theirs');
    await askPeer('bc-peer', ['keygen', 'alg=ML-DSA-65-WITH-SHA512', `out=${theirs}`]);
    const key = publicKeyOf('HashML-DSA-65', rawFromSpki(readFileSync(`${theirs}.pub`, 'utf8')));
    const sig = join(folder, 'theirs.sig');
    await askPeer('bc-peer', ['sign', `key=${theirs}`, `in=${file}`, `out=${sig}`, 'alg=HASH-ML-DSA']);
    expect(await verify(provider, key, message, readFileSync(sig))).toBe(true);
    const ours = await generateKeyPair(provider, 'HashML-DSA-65');
    const pub = fileIn(folder, 'ours.pub', spkiPem('HashML-DSA-65', ours.publicKey.bytes()));
    const made = fileIn(folder, 'ours.sig', await sign(provider, ours.privateKey, message));
    await askPeer('bc-peer', ['sigverify', `pub=${pub}`, `in=${file}`, `sig=${made}`, 'alg=HASH-ML-DSA']);
  }, 60_000);
});
