import { EMPTY, fromBase64, fromHex, requireLength, utf8 } from '../../bytes/index.ts';
import {
  type EcdsaName,
  type EddsaName,
  type MlDsaName,
  type RsaSignatureName,
  signature as descriptorOf,
  type SlhDsaName,
} from '../../registry/index.ts';
import type {
  InternalSignature,
  InternalSignatureName,
  RandomSource,
  SeedExpansion,
  Signature,
  SignatureLeafName,
  VerifyingKey,
} from '../contract.ts';
import { type EllipticSignatureAnswer, ECDSA_ANSWERS, EDDSA_ANSWERS } from './elliptic-signature-answers.ts';
import { changed, expectBytes, expectHead, expectTail, expectTrue } from './expect.ts';
import { ML_DSA_ANSWERS, SLH_DSA_ANSWERS } from './post-quantum-signature-answers.ts';
import { RSA_ANSWERS } from './rsa-answers.ts';

/**
 * How much is asked of algorithms that sign slowly: of `verify`, that it rejects; of `sign`, what is quick;
 * `thorough` leaves nothing out. Other algorithms are asked everything every time.
 */
export type Depth = 'sign' | 'thorough' | 'verify';

/** What a published key signs. */
interface SignatureQuestion {
  readonly privateKey: Uint8Array;
  /** The first bytes of the public key. */
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  /** A published signature that must verify. */
  readonly published?: Uint8Array;
  /** The first bytes of every signature, for algorithms without randomness. */
  readonly repeated?: Uint8Array;
}

const ABC = utf8('abc');

function elliptic(answer: EllipticSignatureAnswer): Required<Omit<SignatureQuestion, 'repeated'>> {
  return {
    privateKey: fromHex(answer.privateKey),
    publicKey: fromHex(answer.publicKey),
    message: fromHex(answer.message),
    published: fromHex(answer.signature),
  };
}

function eddsa(name: EddsaName): SignatureQuestion {
  const question = elliptic(EDDSA_ANSWERS[name]);
  return { ...question, repeated: question.published };
}

function ecdsa(name: EcdsaName): SignatureQuestion {
  return elliptic(ECDSA_ANSWERS[name]);
}

function rsa(name: RsaSignatureName): SignatureQuestion {
  const { modulusBits, padding, hash } = descriptorOf(name);
  const answer = RSA_ANSWERS[modulusBits];
  const question = { privateKey: fromBase64(answer.privateKey), publicKey: EMPTY, message: ABC };
  return padding === 'pss'
    ? { ...question, published: fromBase64(answer.pss[hash] ?? '') }
    : { ...question, repeated: fromHex(answer.pkcs1[hash] ?? '') };
}

function mlDsa(name: MlDsaName): SignatureQuestion {
  const answer = ML_DSA_ANSWERS[name];
  return { privateKey: fromHex(answer.seed), publicKey: fromHex(answer.publicKey), message: ABC };
}

/** The public key is the second half of the private key [FIPS 205 §9.1]. */
function slhDsa(name: SlhDsaName): SignatureQuestion {
  const privateKey = fromHex(SLH_DSA_ANSWERS[name].privateKey);
  return { privateKey, publicKey: privateKey.slice(privateKey.length / 2), message: ABC };
}

async function askEverything(
  signature: Signature,
  question: SignatureQuestion,
  random: RandomSource,
): Promise<void> {
  const { message, published, repeated } = question;
  const options = { context: EMPTY, random };
  const signingKey = await signature.signingKey(question.privateKey);
  expectHead(signingKey.publicKey, question.publicKey, 'public key');
  const verifyingKey = await signature.verifyingKey(signingKey.publicKey);
  const signed = await signingKey.sign(message, options);
  if (repeated !== undefined) expectHead(signed, repeated, 'signature');
  for (const accepted of published === undefined ? [signed] : [signed, published]) {
    expectTrue(await verifyingKey.verify(message, accepted, EMPTY), 'verdict on a good signature');
    expectTrue(
      !(await verifyingKey.verify(changed(message), accepted, EMPTY)),
      'verdict on a changed message',
    );
  }
  if (signingKey.start !== undefined) {
    const signer = signingKey.start(options);
    for (const byte of message) signer.update(Uint8Array.of(byte));
    const inPieces = await signer.finish();
    expectTrue(await verifyingKey.verify(message, inPieces, EMPTY), 'signature of a message in pieces');
  }
  if (verifyingKey.start !== undefined) {
    const verifier = verifyingKey.start(EMPTY);
    for (const byte of message) verifier.update(Uint8Array.of(byte));
    expectTrue(await verifier.finish(signed), 'verdict on a message in pieces');
  }
  signingKey.dispose();
}

/** A signature of zeros is none. */
async function askForRejection(verifyingKey: VerifyingKey, size: number): Promise<void> {
  expectTrue(!(await verifyingKey.verify(ABC, new Uint8Array(size), EMPTY)), 'verdict on a forged signature');
}

async function askSlhDsa(
  name: SlhDsaName,
  signature: Signature,
  depth: Depth,
  random: RandomSource,
): Promise<void> {
  const question = slhDsa(name);
  const { sizes } = descriptorOf(name);
  await askForRejection(await signature.verifyingKey(question.publicKey), Number(sizes.signature));
  if (depth === 'verify') return;
  const derived = signature.backend.entropy === 'caller';
  if (derived) {
    // SK.seed ‖ SK.prf ‖ PK.seed are the randomness of key generation [FIPS 205 §9.1].
    const randomness = question.privateKey.slice(0, (question.privateKey.length * 3) / 4);
    const pair = await signature.generateKeyPair({ bytes: () => randomness.slice() });
    expectBytes(pair.publicKey, question.publicKey, 'public key');
    expectBytes(pair.privateKey, question.privateKey, 'private key');
  }
  if (depth === 'thorough' || !derived || !SLH_DSA_ANSWERS[name].slow)
    await askEverything(signature, question, random);
}

/**
 * Asks a signature algorithm about a published key: its public key, a published or repeatable signature, a signature
 * of its own, in one piece and in several, and the same with a changed message.
 *
 * @throws HybridgeError of any kind when the answers are wrong.
 */
export async function checkSignature(
  name: SignatureLeafName,
  signature: Signature,
  depth: Depth,
  random: RandomSource,
): Promise<void> {
  const descriptor = descriptorOf(name);
  switch (descriptor.kind) {
    case 'ml-dsa':
      return askEverything(signature, mlDsa(descriptor.name), random);
    case 'eddsa':
      return askEverything(signature, eddsa(descriptor.name), random);
    case 'ecdsa':
      return askEverything(signature, ecdsa(descriptor.name), random);
    case 'rsa':
      return askEverything(signature, rsa(descriptor.name), random);
    case 'slh-dsa':
      return askSlhDsa(descriptor.name, signature, depth, random);
  }
}

/** The same for internal functions, whose deterministic signatures are published. */
export async function checkInternalSignature(
  name: InternalSignatureName,
  internal: InternalSignature,
  depth: Depth,
): Promise<void> {
  const descriptor = descriptorOf(name);
  if (descriptor.kind === 'ml-dsa') {
    const { seed, publicKey, mu, signature } = ML_DSA_ANSWERS[descriptor.name];
    await askInternal(internal, {
      privateKey: fromHex(seed),
      publicKey: fromHex(publicKey),
      input: fromHex(mu),
      head: fromHex(signature),
      tail: EMPTY,
    });
    return;
  }
  const answer = SLH_DSA_ANSWERS[descriptor.name];
  const { privateKey, publicKey } = slhDsa(descriptor.name);
  const verifyingKey = await internal.internalVerifyingKey(publicKey);
  const forged = new Uint8Array(Number(descriptor.sizes.signature));
  expectTrue(!(await verifyingKey.verifyInternal(ABC, forged)), 'verdict on a forged signature');
  if (depth === 'thorough' || (depth === 'sign' && !answer.slow))
    await askInternal(internal, {
      privateKey,
      publicKey,
      input: ABC,
      head: fromHex(answer.signatureHead),
      tail: fromHex(answer.signatureTail),
    });
}

interface InternalQuestion {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly input: Uint8Array;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

async function askInternal(
  internal: InternalSignature,
  { privateKey, publicKey, input, head, tail }: InternalQuestion,
): Promise<void> {
  const signingKey = await internal.internalSigningKey(privateKey);
  expectHead(signingKey.publicKey, publicKey, 'public key');
  const signed = await signingKey.signInternal(input, undefined);
  expectHead(signed, head, 'deterministic signature');
  expectTail(signed, tail, 'deterministic signature');
  const verifyingKey = await internal.internalVerifyingKey(signingKey.publicKey);
  expectTrue(await verifyingKey.verifyInternal(input, signed), 'verdict on a good signature');
  expectTrue(!(await verifyingKey.verifyInternal(changed(input), signed)), 'verdict on a changed message');
  signingKey.dispose();
}

/** Asks for the expanded form of a published seed. @throws HybridgeError when the answer is wrong. */
export async function checkMlDsaExpansion(name: MlDsaName, expansion: SeedExpansion): Promise<void> {
  const answer = ML_DSA_ANSWERS[name];
  const expanded = await expansion.expand(fromHex(answer.seed));
  requireLength(expanded, descriptorOf(name).expandedPrivateKey, `${name} expanded private key`);
  expectHead(expanded, fromHex(answer.expanded), 'expanded private key');
}
