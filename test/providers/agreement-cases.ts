/** Two providers give the same bytes wherever everything follows from the inputs. */
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import type { Kem, Provider, Signature } from '../../src/provider/index.ts';
import { hash as hashDescriptor, kem as kemDescriptor } from '../../src/registry/index.ts';
import { fixedRandom } from '../../src/testing/index.ts';
import { type Case, keyPair, shared } from './case.ts';

/** A primitive that is there: the names were taken from the tables. */
export function present<T>(primitive: T | undefined): T {
  assert(primitive !== undefined);
  return primitive;
}

/** Randomness for one key pair; EC candidates above the order are drawn again, hence more than a key has. */
const RANDOMNESS = 400;
const randomness = fc.uint8Array({ minLength: RANDOMNESS, maxLength: RANDOMNESS });
const short = fc.uint8Array({ maxLength: 300 });
const EMPTY = new Uint8Array(0);

const holds = <T>(runs: number, property: fc.IAsyncProperty<T>): Promise<void> =>
  fc.assert(property, { numRuns: runs });

/** Every derandomised operation that both providers offer. */
export function agreementCases(first: Provider, second: Provider): readonly Case[] {
  return [
    ...kems(first, second),
    ...signatures(first, second),
    ...hashes(first, second),
    ...keyDerivation(first, second),
    ...aeads(first, second),
    ...blockCiphers(first, second),
  ];
}

function kems(first: Provider, second: Provider): readonly Case[] {
  return shared(first.kem, second.kem).map((name) => ({
    title: `${name}: public key and secrets of a private key`,
    run: () => {
      const { sizes, kind } = kemDescriptor(name);
      const pair: readonly [Kem, Kem] = [present(first.kem[name]), present(second.kem[name])];
      if (kind === 'rsa-oaep') return sameSecrets(pair, sizes.ciphertext, keyPair(name, pair[0], first));
      return holds(
        8,
        fc.asyncProperty(randomness, async (bytes) => {
          const source = pair.find((kem) => kem.backend.entropy === 'caller');
          const made = await present(source).generateKeyPair(fixedRandom(bytes));
          const [one, other] = await Promise.all(
            pair.map(async (kem) => {
              if (kem.backend.entropy === 'caller')
                assert.deepEqual(await kem.generateKeyPair(fixedRandom(bytes)), made);
              return kem.decapsulationKey(made.privateKey);
            }),
          );
          assert.deepEqual(present(one).publicKey, made.publicKey);
          assert.deepEqual(present(other).publicKey, made.publicKey);
          const sent = await Promise.all(
            pair.map(async (kem) =>
              (await kem.encapsulationKey(made.publicKey)).encapsulate(fixedRandom(bytes)),
            ),
          );
          if (pair.every((kem) => kem.backend.entropy === 'caller')) assert.deepEqual(sent[0], sent[1]);
          for (const { ciphertext, sharedSecret } of sent) {
            assert.equal(ciphertext.length, sizes.ciphertext);
            assert.deepEqual(await present(one).decapsulate(ciphertext), sharedSecret);
            assert.deepEqual(await present(other).decapsulate(ciphertext), sharedSecret);
            // Whatever a forged ciphertext gives or throws, both do the same.
            const forged = Uint8Array.from(ciphertext);
            forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 0x10;
            assert.deepEqual(await outcome(one, forged), await outcome(other, forged));
          }
        }),
      );
    },
  }));
}

async function sameSecrets(
  pair: readonly Kem[],
  size: number,
  keys: ReturnType<typeof keyPair>,
): Promise<void> {
  const { publicKey, privateKey } = await keys;
  for (const kem of pair) {
    const sender = await kem.encapsulationKey(publicKey);
    const { ciphertext, sharedSecret } = await sender.encapsulate({
      bytes: (length) => new Uint8Array(length),
    });
    assert.equal(ciphertext.length, size);
    for (const other of pair) {
      const receiver = await other.decapsulationKey(privateKey);
      assert.deepEqual(receiver.publicKey, publicKey);
      assert.deepEqual(await receiver.decapsulate(ciphertext), sharedSecret);
      for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const) {
        const encrypted = await present(sender.encrypt)(sharedSecret.subarray(0, 24), hash);
        assert.equal(encrypted.length, size);
        assert.deepEqual(await present(receiver.decrypt)(encrypted, hash), sharedSecret.subarray(0, 24));
      }
    }
  }
}

async function outcome(
  key: Awaited<ReturnType<Kem['decapsulationKey']>> | undefined,
  ciphertext: Uint8Array,
): Promise<unknown> {
  try {
    return await present(key).decapsulate(ciphertext);
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

function signatures(first: Provider, second: Provider): readonly Case[] {
  return shared(first.signature, second.signature).flatMap((name) => {
    const pair: readonly Signature[] = [present(first.signature[name]), present(second.signature[name])];
    const cases: Case[] = [];
    const determined = pair.filter(({ backend }) => backend.entropy === 'caller');
    const [source] = determined;
    // Small SLH-DSA signatures have big trees: seconds for a public key in plain JavaScript.
    if (source !== undefined && !/^SLH-DSA-.*s$/.test(name))
      cases.push({
        title: `${name}: public key of a private key`,
        run: () =>
          holds(
            name.startsWith('SLH') ? 1 : 6,
            fc.asyncProperty(randomness, async (bytes) => {
              const made = await source.generateKeyPair(fixedRandom(bytes));
              for (const signature of pair) {
                const key = await signature.signingKey(made.privateKey);
                assert.deepEqual(key.publicKey, made.publicKey);
                if (signature.backend.entropy === 'caller')
                  assert.deepEqual(await signature.generateKeyPair(fixedRandom(bytes)), made);
              }
            }),
          ),
      });
    if (determined.length === 2)
      cases.push({
        title: `${name}: deterministic signatures`,
        run: () =>
          holds(
            6,
            fc.asyncProperty(randomness, short, async (bytes, message) => {
              const [one, other] = await Promise.all(
                pair.map(async (signature) => {
                  const { privateKey } = await signature.generateKeyPair(fixedRandom(bytes));
                  const key = await signature.signingKey(privateKey);
                  return key.sign(message, { context: EMPTY, random: fixedRandom(bytes) });
                }),
              );
              assert.deepEqual(one, other);
            }),
          ),
      });
    return cases;
  });
}

function hashes(first: Provider, second: Provider): readonly Case[] {
  return shared(first.hash, second.hash).map((name) => ({
    title: `${name}: digests, whole and in pieces`,
    run: () => {
      const { kind } = hashDescriptor(name);
      const lengths = kind === 'xof' ? fc.integer({ min: 1, max: 700 }) : fc.constant(undefined);
      const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
      return holds(
        50,
        fc.asyncProperty(pieces, lengths, async (chunks, length) => {
          const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
          const digests = [first, second].flatMap((provider) => {
            const hash = present(provider.hash[name]);
            const state = hash.start(length);
            for (const chunk of chunks) state.update(chunk);
            return [state.digest(), hash.digest(whole, length)];
          });
          for (const digest of digests) assert.deepEqual(digest, digests[0]);
        }),
      );
    },
  }));
}

function keyDerivation(first: Provider, second: Provider): readonly Case[] {
  const pair = [present(first.keyDerivation), present(second.keyDerivation)];
  const fixed = shared(first.hash, second.hash).filter((name) => hashDescriptor(name).kind === 'hash');
  const same = async (compute: (derivation: (typeof pair)[number]) => unknown): Promise<void> => {
    const [one, other] = await Promise.all(pair.map(async (derivation) => compute(derivation)));
    assert.deepEqual(one, other);
  };
  return [
    ...fixed.map((name) => ({
      title: `HMAC and HKDF with ${name}`,
      run: () =>
        holds(
          30,
          fc.asyncProperty(
            short,
            short,
            short,
            fc.integer({ min: 0, max: 20 * hashDescriptor(name).digestSize }),
            async (key, data, info, length) => {
              await same((derivation) => derivation.hmac(name, key, data));
              await same((derivation) => derivation.hkdfExtract(name, key, data));
              const pseudoRandomKey = present(pair[0]).hkdfExtract(name, key, data);
              await same((derivation) => derivation.hkdfExpand(name, pseudoRandomKey, info, length));
            },
          ),
        ),
    })),
    ...fixed.map((name) => ({
      title: `PBKDF2 with ${name}`,
      run: () =>
        holds(
          8,
          fc.asyncProperty(
            short,
            short,
            fc.integer({ min: 1, max: 30 }),
            fc.integer({ min: 1, max: 150 }),
            (password, salt, iterations, length) =>
              same((derivation) => derivation.pbkdf2(name, password, salt, iterations, length)),
          ),
        ),
    })),
    {
      title: 'scrypt',
      run: () =>
        holds(
          10,
          fc.asyncProperty(
            short,
            short,
            fc.integer({ min: 1, max: 6 }),
            fc.integer({ min: 1, max: 4 }),
            fc.integer({ min: 1, max: 3 }),
            fc.integer({ min: 1, max: 100 }),
            (password, salt, log, blockSize, parallelization, length) =>
              same((derivation) =>
                derivation.scrypt(password, salt, { cost: 2 ** log, blockSize, parallelization }, length),
              ),
          ),
        ),
    },
  ];
}

const fixedBytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

function aeads(first: Provider, second: Provider): readonly Case[] {
  return shared(first.aead, second.aead).map((name) => ({
    title: `${name}: sealed messages`,
    run: () => {
      const pair = [present(first.aead[name]), present(second.aead[name])];
      const key = name === 'AES-128-GCM' ? fixedBytes(16) : fixedBytes(32);
      return holds(
        40,
        fc.asyncProperty(
          key,
          fixedBytes(12),
          short,
          short,
          fc.nat(),
          async (bytes, nonce, text, data, where) => {
            const [one, other] = pair.map((aead) => aead.key(bytes));
            const sealed = present(one).seal(nonce, text, data);
            assert.deepEqual(present(other).seal(nonce, text, data), sealed);
            assert.deepEqual(present(one).open(nonce, sealed, data), text);
            assert.deepEqual(present(other).open(nonce, sealed, data), text);
            const forged = Uint8Array.from(sealed);
            const at = where % forged.length;
            forged[at] = (forged[at] ?? 0) ^ 1;
            for (const handle of [one, other]) {
              assert.equal(present(handle).open(nonce, forged, data), undefined);
              assert.equal(present(handle).open(nonce, sealed.subarray(1), data), undefined);
              assert.equal(present(handle).open(nonce, new Uint8Array(where % 17), data), undefined);
            }
          },
        ),
      );
    },
  }));
}

function blockCiphers(first: Provider, second: Provider): readonly Case[] {
  const pair = [present(first.blockCipher), present(second.blockCipher)];
  return [
    {
      title: 'AES-CBC: ciphertexts, and what any other bytes decrypt to',
      run: () =>
        holds(
          60,
          fc.asyncProperty(
            fc.constantFrom(16, 24, 32).chain(fixedBytes),
            fixedBytes(16),
            short,
            async (key, iv, text) => {
              const [one, other] = pair.map((cipher) => cipher.encryptCbc(key, iv, text));
              assert.deepEqual(one, other);
              for (const cipher of pair) assert.deepEqual(cipher.decryptCbc(key, iv, present(one)), text);
              const [bare, same] = pair.map((cipher) => cipher.decryptCbc(key, iv, text));
              assert.deepEqual(bare, same);
            },
          ),
        ),
    },
    {
      title: 'AES-CBC in pieces: the same as whole, however it is cut',
      run: () =>
        holds(
          60,
          fc.asyncProperty(aesKey, fixedBytes(16), pieces, async (key, iv, chunks) => {
            const text = joined(chunks);
            for (const cipher of pair) {
              const encryption = cipher.cbcEncryption(key, iv);
              const encrypted = joined([
                ...chunks.map((chunk) => encryption.update(chunk)),
                encryption.finish(),
              ]);
              assert.deepEqual(encrypted, cipher.encryptCbc(key, iv, text));
              const decryption = cipher.cbcDecryption(key, iv);
              const decrypted = cut(encrypted, chunks).map((chunk) => decryption.update(chunk));
              assert.deepEqual(joined([...decrypted, present(decryption.finish())]), text);
              const broken = cipher.cbcDecryption(key, iv);
              broken.update(encrypted.subarray(1));
              assert.equal(broken.finish(), undefined);
            }
          }),
        ),
    },
    {
      title: 'AES-GCM in pieces: the same as whole, however it is cut, additional data and all',
      run: () =>
        holds(
          60,
          fc.asyncProperty(aesKey, fixedBytes(12), pieces, short, async (key, nonce, chunks, data) => {
            const text = joined(chunks);
            const whole = createCipheriv(`aes-${String(8 * key.length)}-gcm` as 'aes-128-gcm', key, nonce);
            whole.setAAD(data);
            const expected = joined([whole.update(text), whole.final(), whole.getAuthTag()]);
            for (const cipher of pair) {
              const encryption = cipher.gcmEncryption(key, nonce);
              const encrypted = chunks.map((chunk) => encryption.update(chunk));
              const { rest, tag } = encryption.finish(data);
              assert.deepEqual(joined([...encrypted, rest, tag]), expected);
              for (const size of [12, 13, 16]) {
                const decryption = cipher.gcmDecryption(key, nonce, size);
                const decrypted = cut(expected.subarray(0, text.length), chunks).map((chunk) =>
                  decryption.update(chunk),
                );
                const last = present(decryption.finish(tag.subarray(0, size), data));
                assert.deepEqual(joined([...decrypted, last]), text);
                const forged = cipher.gcmDecryption(key, nonce, size);
                forged.update(expected.subarray(0, text.length));
                assert.equal(forged.finish(tag.subarray(0, size), Uint8Array.of(1, ...data)), undefined);
              }
            }
          }),
        ),
    },
    {
      title: 'AES key wrap: wrapped keys, and what any other bytes unwrap to',
      run: () =>
        holds(
          40,
          fc.asyncProperty(
            aesKey,
            fc.integer({ min: 2, max: 9 }).chain((blocks) => fixedBytes(8 * blocks)),
            fc.nat(),
            async (wrappingKey, key, where) => {
              const [one, other] = pair.map((cipher) => cipher.wrapKey(wrappingKey, key));
              assert.deepEqual(one, other);
              const forged = Uint8Array.from(present(one));
              forged[where % forged.length] = (forged[where % forged.length] ?? 0) ^ 1;
              for (const cipher of pair) {
                assert.deepEqual(cipher.unwrapKey(wrappingKey, present(one)), key);
                assert.equal(cipher.unwrapKey(wrappingKey, forged), undefined);
                assert.equal(cipher.unwrapKey(wrappingKey, new Uint8Array(where % 40)), undefined);
              }
            },
          ),
        ),
    },
  ];
}

const aesKey = fc.constantFrom(16, 24, 32).chain(fixedBytes);
const pieces = fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 6 });

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

/** Bytes in pieces as long as others, and the rest. */
function cut(bytes: Uint8Array, like: readonly Uint8Array[]): readonly Uint8Array[] {
  let at = 0;
  const parts = like.map(({ length }) => bytes.subarray(at, (at += length)));
  return [...parts, bytes.subarray(at)];
}
