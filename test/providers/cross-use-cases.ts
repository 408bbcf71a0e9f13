/** What one provider makes, the other accepts, in both directions. */
import assert from 'node:assert/strict';
import type { KemLeafName, Provider, SignatureLeafName } from '../../src/provider/index.ts';
import { kem as kemDescriptor, signature as signatureDescriptor } from '../../src/registry/index.ts';
import { present } from './agreement-cases.ts';
import { type Case, keyPair, shared } from './case.ts';

const EMPTY = new Uint8Array(0);
const MESSAGE = new TextEncoder().encode('one provider signs, the other verifies');

/** Cases for every leaf that both offer; SLH-DSA signs slowly in plain JavaScript, the everyday run takes two sets. */
export function crossUseCases(first: Provider, second: Provider, slhDsa: RegExp = /-128f$/): readonly Case[] {
  const directions = [
    { from: first, to: second },
    { from: second, to: first },
  ];
  return directions.flatMap(({ from, to }) => [
    ...shared(from.kem, to.kem).map((name) => ({
      title: `${name}: keys of ${from.name}, both ways`,
      run: () => exchange(name, from, to),
    })),
    ...shared(from.signature, to.signature)
      .filter((name) => !name.startsWith('SLH-DSA') || slhDsa.test(name))
      .map((name) => ({
        title: `${name}: signed by ${from.name}, verified by ${to.name}`,
        run: () => handOver(name, from, to),
      })),
  ]);
}

async function exchange(name: KemLeafName, maker: Provider, other: Provider): Promise<void> {
  const { random } = maker;
  const { sizes } = kemDescriptor(name);
  const from = present(maker.kem[name]);
  const to = present(other.kem[name]);
  const { publicKey, privateKey } = await keyPair(name, from, maker);
  const handles = [from, to].map(async (kem) => ({
    sender: await kem.encapsulationKey(publicKey),
    receiver: await kem.decapsulationKey(privateKey),
  }));
  const [mine, theirs] = await Promise.all(handles);
  for (const [sender, receiver] of [
    [present(mine).sender, present(theirs).receiver],
    [present(theirs).sender, present(mine).receiver],
  ] as const) {
    const { ciphertext, sharedSecret } = await sender.encapsulate(random);
    assert.equal(ciphertext.length, sizes.ciphertext);
    assert.equal(sharedSecret.length, sizes.sharedSecret);
    assert.deepEqual(await receiver.decapsulate(ciphertext), sharedSecret);
    assert.deepEqual(receiver.publicKey, publicKey);
  }
}

async function handOver(name: SignatureLeafName, signer: Provider, verifier: Provider): Promise<void> {
  const { random } = signer;
  const contexts = ['ml-dsa', 'slh-dsa'].includes(signatureDescriptor(name).kind);
  const from = present(signer.signature[name]);
  const { publicKey, privateKey } = await keyPair(name, from, signer);
  const signingKey = await from.signingKey(privateKey);
  const verifyingKey = await present(verifier.signature[name]).verifyingKey(publicKey);
  for (const context of contexts ? [EMPTY, MESSAGE.subarray(0, 7)] : [EMPTY]) {
    const signed = await signingKey.sign(MESSAGE, { context, random });
    assert.equal(await verifyingKey.verify(MESSAGE, signed, context), true);
    assert.equal(await verifyingKey.verify(MESSAGE.subarray(1), signed, context), false);
    if (contexts) assert.equal(await verifyingKey.verify(MESSAGE, signed, MESSAGE.subarray(0, 8)), false);
    assert.equal(await verifyingKey.verify(MESSAGE, signed.subarray(1), context), false);
    assert.equal(await verifyingKey.verify(MESSAGE, EMPTY, context), false);
  }
  if (signingKey.start !== undefined && verifyingKey.start !== undefined) {
    const signing = signingKey.start({ context: EMPTY, random });
    const verifying = verifyingKey.start(EMPTY);
    for (const byte of MESSAGE) {
      signing.update(Uint8Array.of(byte));
      verifying.update(Uint8Array.of(byte));
    }
    assert.equal(await verifying.finish(await signing.finish()), true);
  }
}
