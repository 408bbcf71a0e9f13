import { fromBase64, fromHex, requireLength } from '../../bytes/index.ts';
import {
  kem as descriptorOf,
  type KeyAgreementName,
  type MlKemName,
  type RsaOaepName,
} from '../../registry/index.ts';
import type { Kem, KemLeafName, RandomSource, SeedExpansion } from '../contract.ts';
import { expectBytes, expectHead, expectTail } from './expect.ts';
import { KEY_AGREEMENT_ANSWERS, ML_KEM_ANSWERS } from './kem-answers.ts';
import { RSA_ANSWERS } from './rsa-answers.ts';

/** One key with ciphertexts and their secrets. */
interface KemQuestion {
  readonly privateKey: Uint8Array;
  /** The first bytes of the public key; none where the source does not give it. */
  readonly publicKey: Uint8Array;
  readonly answers: readonly { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array }[];
}

function mlKem(name: MlKemName): KemQuestion {
  const answer = ML_KEM_ANSWERS[name];
  const ciphertext = fromBase64(answer.ciphertext);
  return {
    privateKey: fromHex(answer.privateKey),
    publicKey: fromHex(answer.publicKey ?? ''),
    answers: [
      { ciphertext, sharedSecret: fromHex(answer.sharedSecret) },
      { ciphertext: new Uint8Array(ciphertext.length), sharedSecret: fromHex(answer.rejected) },
    ],
  };
}

function keyAgreement(name: KeyAgreementName): KemQuestion {
  const answer = KEY_AGREEMENT_ANSWERS[name];
  return {
    privateKey: fromHex(answer.privateKey),
    publicKey: new Uint8Array(0),
    answers: [{ ciphertext: fromHex(answer.ciphertext), sharedSecret: fromHex(answer.sharedSecret) }],
  };
}

function rsaOaep(name: RsaOaepName): KemQuestion {
  const answer = RSA_ANSWERS[descriptorOf(name).modulusBits];
  return {
    privateKey: fromBase64(answer.privateKey),
    publicKey: new Uint8Array(0),
    answers: [
      {
        ciphertext: fromBase64(answer.oaep),
        sharedSecret: Uint8Array.from({ length: 32 }, (_, index) => index),
      },
    ],
  };
}

function questionFor(name: KemLeafName): KemQuestion {
  const descriptor = descriptorOf(name);
  switch (descriptor.kind) {
    case 'ml-kem':
      return mlKem(descriptor.name);
    case 'key-agreement':
      return keyAgreement(descriptor.name);
    case 'rsa-oaep':
      return rsaOaep(descriptor.name);
  }
}

/**
 * Asks a KEM for the public key and the secrets of a published private key, and whether what it encapsulates to that
 * key comes back.
 *
 * @throws HybridgeError of any kind when the answers are wrong.
 */
export async function checkKem(name: KemLeafName, kem: Kem, random: RandomSource): Promise<void> {
  const question = questionFor(name);
  const privateKey = await kem.decapsulationKey(question.privateKey);
  expectHead(privateKey.publicKey, question.publicKey, 'public key');
  for (const { ciphertext, sharedSecret } of question.answers) {
    expectBytes(await privateKey.decapsulate(ciphertext), sharedSecret, 'shared secret');
    if (privateKey.decrypt !== undefined)
      expectBytes(await privateKey.decrypt(ciphertext, 'SHA-256'), sharedSecret, 'decrypted message');
  }
  const publicKey = await kem.encapsulationKey(privateKey.publicKey);
  const { ciphertext, sharedSecret } = await publicKey.encapsulate(random);
  requireLength(ciphertext, descriptorOf(name).sizes.ciphertext, `${name} ciphertext`);
  expectBytes(await privateKey.decapsulate(ciphertext), sharedSecret, 'shared secret of its own ciphertext');
  privateKey.dispose();
}

/** Asks for the expanded form of a published seed. @throws HybridgeError when the answer is wrong. */
export async function checkMlKemExpansion(name: MlKemName, expansion: SeedExpansion): Promise<void> {
  const answer = ML_KEM_ANSWERS[name];
  const expanded = await expansion.expand(fromHex(answer.privateKey));
  requireLength(expanded, descriptorOf(name).expandedPrivateKey, `${name} expanded private key`);
  expectTail(expanded, fromHex(answer.expandedTail), 'expanded private key');
}
