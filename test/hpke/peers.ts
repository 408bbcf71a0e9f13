/** Go and Bouncy Castle as the other side of HPKE. */
import { it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/bytes/index.ts';
import { type HpkeKemName, hpkeSuite } from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { aead, type AeadName, kdf, type KdfName, kem } from '../../src/registry/index.ts';
import { privateKeyOf, native, publicKeyOf } from '../kem/support.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { expectBytes, runCases } from '../support/tally.ts';

/** A suite and the peer that has it. */
export interface PeerCase {
  readonly peer: 'bc-peer' | 'go-peer';
  readonly kem: HpkeKemName;
  readonly kdf: KdfName;
  readonly aead: AeadName;
}

type Fields = Readonly<Record<string, string>>;

/** Runs a command of either peer; both answer with an object of hexadecimal strings. */
async function ask(peer: PeerCase['peer'], command: string, fields: Fields): Promise<Fields> {
  const entries = Object.entries(fields);
  const args =
    peer === 'go-peer'
      ? entries.flatMap(([name, value]) => [`-${name}`, value])
      : entries.map(([name, value]) => `${name}=${value}`);
  const answer = Buffer.from(await askPeer(peer, [command, ...args])).toString('utf8');
  return JSON.parse(answer.slice(answer.indexOf('{'))) as Fields;
}

function field(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  if (value === undefined) throw new Error(`no ${name} in the answer`);
  return fromHex(value);
}

const INFO = utf8('pump 17');
const AAD = utf8('settings');
const PLAINTEXT = utf8('rate=2.5');

/** Keys of both sides, messages in both directions, and the exported secret. */
export function hpkePeerSuite(cases: readonly PeerCase[]): void {
  describeWithPeer(['bc-peer', 'go-peer'], 'HPKE with Go and Bouncy Castle', () => {
    it('opens theirs, and they open ours', async () => {
      const named = cases.map((item) => ({ ...item, id: Object.values(item).join(' ') }));
      await runCases('HPKE with Go and Bouncy Castle', named, async ({ peer, ...names }) => {
        const numbers = {
          kem: `0x${(kem(names.kem).identifiers.hpke ?? 0).toString(16)}`,
          kdf: String(kdf(names.kdf).identifiers.hpke),
          aead: String(aead(names.aead).identifiers.hpke),
        };
        const suite = hpkeSuite(native, names);
        const common = { info: toHex(INFO), aad: toHex(AAD) };

        const theirs = await ask(peer, 'hpke-keygen', { kem: numbers.kem });
        const sealed = await suite.setupSender(publicKeyOf(names.kem, field(theirs, 'pk')), { info: INFO });
        const opened = await ask(peer, 'hpke-open', {
          ...numbers,
          ...common,
          sk: theirs['sk'] ?? '',
          enc: toHex(sealed.enc),
          ct: toHex(sealed.context.seal(PLAINTEXT, AAD)),
          ...(peer === 'bc-peer' ? { pk: theirs['pk'] ?? '' } : {}),
        });
        expectBytes(field(opened, 'pt'), PLAINTEXT, 'what the peer opened');
        expectBytes(field(opened, 'exportRig32'), sealed.context.export(utf8('rig'), 32), 'export');
        const reread = await privateKeyOf(native, names.kem, field(theirs, 'sk'));
        expectBytes(reread.publicKey.bytes(), field(theirs, 'pk'), 'public key of their private key');

        const { publicKey, privateKey } = await generateKeyPair(native, names.kem);
        const received = await ask(peer, 'hpke-seal', {
          ...numbers,
          ...common,
          pk: toHex(publicKey.bytes()),
          pt: toHex(PLAINTEXT),
        });
        const recipient = await suite.setupRecipient(privateKey, field(received, 'enc'), { info: INFO });
        expectBytes(recipient.open(field(received, 'ct'), AAD), PLAINTEXT, 'what we opened');
        expectBytes(recipient.export(utf8('rig'), 32), field(received, 'exportRig32'), 'export');
      });
    });
  });
}
