import { concat, EMPTY, fromHex } from '../../bytes/index.ts';
import type { AeadName, HashName } from '../../registry/index.ts';
import type { Aead, BlockCipher, Hash, KeyDerivation } from '../contract.ts';
import { changed, expectBytes, expectTrue } from './expect.ts';
import {
  AEAD_ANSWERS,
  CBC_ANSWERS,
  GCM_ANSWERS,
  HASH_ANSWERS,
  HKDF_ANSWER,
  HMAC_ANSWER,
  KEY_WRAP_ANSWERS,
  PBKDF2_ANSWER,
  SCRYPT_ANSWER,
  TRIPLE_DES_ANSWER,
} from './symmetric-answers.ts';

/** A hash of a published message, whole and in two pieces. @throws HybridgeError when it is wrong. */
export function checkHash(name: HashName, hash: Hash): void {
  const answer = HASH_ANSWERS[name];
  const message = fromHex(answer.message);
  const digest = fromHex(answer.digest);
  expectBytes(hash.digest(message, digest.length), digest, 'digest');
  const state = hash.start(digest.length);
  state.update(message.subarray(0, 1));
  state.update(message.subarray(1));
  expectBytes(state.digest(), digest, 'digest of a message in pieces');
}

/** Seals, opens, and refuses a changed message. @throws HybridgeError when an answer is wrong. */
export function checkAead(name: AeadName, aead: Aead): void {
  const answer = AEAD_ANSWERS[name];
  const key = aead.key(fromHex(answer.key));
  const nonce = fromHex(answer.nonce);
  const additionalData = fromHex(answer.additionalData);
  const plaintext = fromHex(answer.plaintext);
  const sealed = fromHex(answer.sealed);
  expectBytes(key.seal(nonce, plaintext, additionalData), sealed, 'sealed message');
  expectBytes(key.open(nonce, sealed, additionalData), plaintext, 'opened message');
  expectTrue(key.open(nonce, changed(sealed), additionalData) === undefined, 'verdict on a changed message');
  expectTrue(key.open(nonce, sealed, changed(additionalData)) === undefined, 'verdict on changed data');
}

/** CBC with each size of key, whole and in pieces. @throws HybridgeError when an answer is wrong. */
export function checkCbc(cipher: BlockCipher): void {
  for (const answer of CBC_ANSWERS) {
    const key = fromHex(answer.key);
    const iv = fromHex(answer.iv);
    const plaintext = fromHex(answer.plaintext);
    const ciphertext = fromHex(answer.ciphertext);
    expectBytes(cipher.encryptCbc(key, iv, plaintext), ciphertext, 'ciphertext');
    expectBytes(cipher.decryptCbc(key, iv, ciphertext), plaintext, 'plaintext');
    const encryption = cipher.cbcEncryption(key, iv);
    const encrypted = halves(plaintext).map((half) => encryption.update(half));
    expectBytes(concat(...encrypted, encryption.finish()), ciphertext, 'ciphertext of pieces');
    const decryption = cipher.cbcDecryption(key, iv);
    const decrypted = halves(ciphertext).map((half) => decryption.update(half));
    expectBytes(concat(...decrypted, decryption.finish() ?? EMPTY), plaintext, 'plaintext of pieces');
  }
}

/** GCM in pieces with each size of key. @throws HybridgeError when an answer is wrong. */
export function checkGcm(cipher: BlockCipher): void {
  for (const answer of GCM_ANSWERS) {
    const key = fromHex(answer.key);
    const nonce = fromHex(answer.nonce);
    const additionalData = fromHex(answer.additionalData);
    const plaintext = fromHex(answer.plaintext);
    const sealed = fromHex(answer.sealed);
    const ciphertext = sealed.subarray(0, plaintext.length);
    const tag = sealed.subarray(plaintext.length);
    const encryption = cipher.gcmEncryption(key, nonce);
    const encrypted = halves(plaintext).map((half) => encryption.update(half));
    const end = encryption.finish(additionalData);
    expectBytes(concat(...encrypted, end.rest, end.tag), sealed, 'ciphertext and tag');
    const decryption = cipher.gcmDecryption(key, nonce, tag.length);
    const decrypted = halves(ciphertext).map((half) => decryption.update(half));
    const rest = decryption.finish(tag, additionalData);
    expectTrue(rest !== undefined, 'verdict on a genuine message');
    expectBytes(concat(...decrypted, rest ?? EMPTY), plaintext, 'plaintext');
    for (const [forgedTag, data] of [
      [changed(tag), additionalData],
      [tag, changed(additionalData)],
    ] as const) {
      const forged = cipher.gcmDecryption(key, nonce, tag.length);
      forged.update(ciphertext);
      expectTrue(forged.finish(forgedTag, data) === undefined, 'verdict on a changed message');
    }
  }
}

const halves = (bytes: Uint8Array): readonly Uint8Array[] => [
  bytes.subarray(0, bytes.length >> 1),
  bytes.subarray(bytes.length >> 1),
];

/** Key wrap with each size of key. @throws HybridgeError when an answer is wrong. */
export function checkKeyWrap(cipher: BlockCipher): void {
  for (const answer of KEY_WRAP_ANSWERS) {
    const wrappingKey = fromHex(answer.wrappingKey);
    const key = fromHex(answer.key);
    const wrapped = fromHex(answer.wrapped);
    expectBytes(cipher.wrapKey(wrappingKey, key), wrapped, 'wrapped key');
    expectBytes(cipher.unwrapKey(wrappingKey, wrapped), key, 'unwrapped key');
    expectTrue(
      cipher.unwrapKey(wrappingKey, changed(wrapped)) === undefined,
      'verdict on a changed wrapped key',
    );
  }
}

/** @throws HybridgeError when the answer is wrong. */
export function checkTripleDes(cipher: BlockCipher): void {
  const { key, iv, plaintext, ciphertext } = TRIPLE_DES_ANSWER;
  expectBytes(
    cipher.decryptTripleDesCbc?.(fromHex(key), fromHex(iv), fromHex(ciphertext)),
    fromHex(plaintext),
    'plaintext',
  );
}

/** @throws HybridgeError when the answer is wrong. */
export function checkHmac(derivation: KeyDerivation): void {
  const { key, message, tag } = HMAC_ANSWER;
  expectBytes(derivation.hmac('SHA-256', fromHex(key), fromHex(message)), fromHex(tag), 'HMAC');
}

/** @throws HybridgeError when an answer is wrong. */
export function checkHkdf(derivation: KeyDerivation): void {
  const { inputKey, salt, info, pseudoRandomKey, output } = HKDF_ANSWER;
  const expected = fromHex(output);
  const extracted = derivation.hkdfExtract('SHA-256', fromHex(salt), fromHex(inputKey));
  expectBytes(extracted, fromHex(pseudoRandomKey), 'pseudorandom key');
  const expanded = derivation.hkdfExpand('SHA-256', extracted, fromHex(info), expected.length);
  expectBytes(expanded, expected, 'output');
}

/** @throws HybridgeError when the answer is wrong. */
export async function checkPbkdf2(derivation: KeyDerivation): Promise<void> {
  const { password, salt, iterations, output } = PBKDF2_ANSWER;
  const expected = fromHex(output);
  const derived = await derivation.pbkdf2(
    'SHA-256',
    fromHex(password),
    fromHex(salt),
    iterations,
    expected.length,
  );
  expectBytes(derived, expected, 'output');
}

/** @throws HybridgeError when the answer is wrong. */
export async function checkScrypt(derivation: KeyDerivation): Promise<void> {
  const { password, salt, output, ...parameters } = SCRYPT_ANSWER;
  const expected = fromHex(output);
  const derived = await derivation.scrypt(fromHex(password), fromHex(salt), parameters, expected.length);
  expectBytes(derived, expected, 'output');
}
