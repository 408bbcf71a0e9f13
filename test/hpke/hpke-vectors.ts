/** The published answers of HPKE, for the everyday and the exhaustive suite. */
import { createHash } from 'node:crypto';
import { describe, it } from 'vitest';

import { keySchedule } from '../../src/hpke/key-schedule.ts';
import {
  type ExportContext,
  type ExportOnlySuite,
  type HpkeKemName,
  type HpkeSetup,
  hpkeSuite,
  RecipientContext,
  SenderContext,
} from '../../src/hpke/index.ts';
import { decapsulate, i2osp } from '../../src/kem/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { AEADS, type AeadName, KDFS, type KdfName, KEMS } from '../../src/registry/index.ts';
import { privateKeyOf, PROVIDERS, publicKeyOf, withRandomness } from '../kem/support.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import {
  accumulatedInputs,
  type HpkeCase,
  hpkeAccumulated,
  hpkePq,
  hpkeRfc9180,
} from '../support/vectors.ts';

type Take = (cases: readonly HpkeCase[], key: (item: HpkeCase) => string) => readonly HpkeCase[];

interface Suite {
  readonly kem: HpkeKemName;
  readonly kdf: KdfName;
  readonly aead: AeadName | 'export-only';
}

function isHpkeKem(name: string): name is HpkeKemName {
  return KEMS.some((row) => row.name === name && row.identifiers.hpke !== undefined);
}

/** The suite that the numbers of a case name. */
function suiteOf({ kemId, kdfId, aeadId }: HpkeCase): Suite {
  const kem = KEMS.find(({ identifiers }) => identifiers.hpke === kemId)?.name;
  const kdf = KDFS.find(({ identifiers }) => identifiers.hpke === kdfId)?.name;
  const aead =
    aeadId === 0xffff ? 'export-only' : AEADS.find(({ identifiers }) => identifiers.hpke === aeadId)?.name;
  if (kem === undefined || !isHpkeKem(kem) || kdf === undefined || aead === undefined)
    throw new Error(`suite ${[kemId, kdfId, aeadId].join(' ')} is not in the registry`);
  return { kem, kdf, aead };
}

function setupOf({ info, psk }: HpkeCase): HpkeSetup {
  return psk === undefined ? { info } : { info, psk: psk.secret, pskId: psk.id };
}

/** Any suite, seen as what all suites can do. */
function anySuite(provider: Provider, { kem, kdf, aead }: Suite): ExportOnlySuite {
  return aead === 'export-only'
    ? hpkeSuite(provider, { kem, kdf, aead })
    : hpkeSuite(provider, { kem, kdf, aead });
}

const kindOf = ({ kemId, kdfId, aeadId, mode }: HpkeCase): string => [mode, kemId, kdfId, aeadId].join(' ');

/** RFC 9180 §7.1.2 has private keys of Montgomery curves clamped when written; not all vectors are. */
function clamped(name: HpkeKemName, privateKey: Uint8Array): Uint8Array {
  const key = Buffer.from(privateKey);
  const set = (index: number, keep: number, add: number): void => {
    key[index] = ((key[index] ?? 0) & keep) | add;
  };
  if (name === 'DHKEM(X25519, HKDF-SHA256)') {
    set(0, 248, 0);
    set(31, 127, 64);
  } else if (name === 'DHKEM(X448, HKDF-SHA512)') {
    set(0, 252, 0);
    set(55, 255, 128);
  }
  return key;
}

async function checkCase(provider: Provider, item: HpkeCase): Promise<Skip | undefined> {
  if (item.sender !== undefined) return new Skip('modes that authenticate the sender are not offered');
  const names = suiteOf(item);
  const setup = setupOf(item);

  const pair = await anySuite(provider, names).deriveKeyPair(item.recipientSeed);
  expectBytes(
    clamped(names.kem, pair.privateKey.secretBytes()),
    clamped(names.kem, item.recipientPrivateKey),
    'DeriveKeyPair: skRm',
  );
  expectBytes(pair.publicKey.bytes(), item.recipientPublicKey, 'DeriveKeyPair: pkRm');

  const privateKey = await privateKeyOf(provider, names.kem, item.recipientPrivateKey);
  const sharedSecret = await decapsulate(provider, privateKey, item.encapsulatedKey);
  if (item.sharedSecret !== undefined) expectBytes(sharedSecret, item.sharedSecret, 'shared secret');
  checkSchedule(provider, item, sharedSecret);

  const randomness = withRandomness(provider, item.encapsulationSeed);
  const { enc, context: sender } = await anySuite(randomness, names).setupSender(
    publicKeyOf(names.kem, item.recipientPublicKey),
    setup,
  );
  expectBytes(enc, item.encapsulatedKey, 'enc');
  const recipient = await anySuite(provider, names).setupRecipient(privateKey, item.encapsulatedKey, setup);

  checkMessages(item, sender, recipient);
  checkAccumulated(item, sender, recipient);
  for (const side of [sender, recipient])
    for (const { context, length, value } of item.exports)
      expectBytes(side.export(context, length), value, `export of ${String(length)} bytes`);
  return undefined;
}

function checkSchedule(provider: Provider, item: HpkeCase, sharedSecret: Uint8Array): void {
  if (item.schedule === undefined) return;
  const { kdf, aead } = suiteOf(item);
  const kdfRow = KDFS.find(({ name }) => name === kdf);
  const sizes = AEADS.find(({ name }) => name === aead) ?? { keySize: 0, nonceSize: 0 };
  if (kdfRow === undefined) throw new Error(kdf);
  const suiteId = Buffer.concat([
    Buffer.from('HPKE'),
    ...[item.kemId, item.kdfId, item.aeadId].map((id) => i2osp(id, 2)),
  ]);
  const none = new Uint8Array(0);
  const { key, baseNonce, exporterSecret } = keySchedule(provider, kdfRow, suiteId, sizes).keySchedule(
    sharedSecret,
    item.info,
    { psk: item.psk?.secret ?? none, pskId: item.psk?.id ?? none },
  );
  expectBytes(key, item.schedule.key, 'key');
  expectBytes(baseNonce, item.schedule.baseNonce, 'base_nonce');
  expectBytes(exporterSecret, item.schedule.exporterSecret, 'exporter_secret');
}

/** Every message in order; those that the case leaves out are our own. */
function checkMessages(item: HpkeCase, sender: ExportContext, recipient: ExportContext): void {
  if (item.encryptions.length === 0) return;
  if (!(sender instanceof SenderContext) || !(recipient instanceof RecipientContext))
    throw new Error('the suite seals nothing');
  const bySequence = new Map(item.encryptions.map((message) => [message.sequence, message]));
  for (let sequence = 0; sequence <= Math.max(...bySequence.keys()); sequence++) {
    const given = bySequence.get(sequence);
    const plaintext = given?.plaintext ?? Uint8Array.of(1);
    const aad = given?.additionalData ?? Uint8Array.of(2);
    const sealed = sender.seal(plaintext, aad);
    if (given !== undefined) expectBytes(sealed, given.ciphertext, `message ${String(sequence)}`);
    expectBytes(recipient.open(sealed, aad), plaintext, `opened message ${String(sequence)}`);
  }
}

/** Digests over a thousand messages and a thousand exports, as the Go project keeps its answers. */
function checkAccumulated(item: HpkeCase, sender: ExportContext, recipient: ExportContext): void {
  if (item.accumulated === undefined) return;
  if (item.accumulated.encryptions !== undefined) {
    if (!(sender instanceof SenderContext) || !(recipient instanceof RecipientContext))
      throw new Error('the suite seals nothing');
    const next = inputs();
    const digest = createHash('shake128', { outputLength: 16 });
    for (let index = 0; index < 1000; index++) {
      const aad = next();
      const plaintext = next();
      const sealed = sender.seal(plaintext, aad);
      digest.update(sealed);
      expectBytes(recipient.open(sealed, aad), plaintext, 'opened message');
    }
    expectBytes(digest.digest(), item.accumulated.encryptions, 'accumulated ciphertexts');
  }
  for (const side of [sender, recipient]) {
    const next = inputs();
    const digest = createHash('shake128', { outputLength: 16 });
    for (let length = 0; length < 1000; length++) digest.update(side.export(next(), length));
    expectBytes(digest.digest(), item.accumulated.exports, 'accumulated exports');
  }
}

function inputs(): () => Uint8Array {
  const generator = accumulatedInputs();
  return () => generator.next().value;
}

/** @param take - Which of the cases run. */
export function hpkeSuites(take: Take): void {
  describe.each(PROVIDERS)('%s', (name, provider) => {
    const families: readonly (readonly [string, () => readonly HpkeCase[]])[] = [
      ['HPKE of RFC 9180', hpkeRfc9180],
      ['HPKE of RFC 9180, accumulated', hpkeAccumulated],
      ['post-quantum HPKE', hpkePq],
    ];
    it.each(families)('%s: keys, schedule, messages and exports, byte for byte', async (family, load) => {
      await runCases(`${family}, ${name}`, take(load(), kindOf), (item) => checkCase(provider, item));
    });
  });
}
