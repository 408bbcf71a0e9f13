/** Encrypted messages with Bouncy Castle, both directions; see peers/Enveloped.java for the commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { utf8 } from '../../src/bytes/index.ts';
import {
  CONTENT_TYPE,
  decryptMessage,
  encryptMessage,
  type Identity,
  type Recipient,
} from '../../src/cms/index.ts';
import type { KemName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, findPeer } from '../support/peers.ts';
import { expectBytes, report } from '../support/tally.ts';
import { cut, holderOf } from './enveloped-support.ts';
import { collect, provider } from './support.ts';

const content = utf8('dose table 7: 12 ml/h until noon, then 8\n'.repeat(40));
const PASSWORD = 'correct horse';

/** Whom messages go to, how Bouncy Castle is told, and how we are. */
export interface Exchange {
  readonly name: KemName | 'password';
  /** The name of its KDF, or the object identifier of its scheme. */
  readonly scheme: string;
  readonly options?: Pick<Extract<Recipient, { publicKey: unknown }>, 'hash' | 'ukm' | 'wrap'>;
}

const KINDS = [
  ['enveloped', 'AES-256-CBC'],
  ['auth', 'AES-256-GCM'],
  // With authenticated attributes, which come after the content and are covered by its tag.
  ['attributes', 'AES-256-GCM'],
] as const;

/** The class path of the peer's wrapper: Bouncy Castle's own archives. */
function classPath(): string {
  const wrapper = readFileSync(findPeer('bc-peer') ?? '', 'utf8');
  const folder = /^J="([^"]+)"$/m.exec(wrapper)?.[1] ?? '';
  return ['bcprov', 'bcpkix', 'bcutil'].map((name) => join(folder, `${name}.jar`)).join(':');
}

async function askBouncyCastle(commands: readonly (readonly string[])[]): Promise<void> {
  const script = fileURLToPath(new URL('peers/Enveloped.java', import.meta.url));
  const input = utf8(commands.map((parts) => parts.join('\t')).join('\n'));
  const said = await askPeer('peer-java', ['-XX:TieredStopAtLevel=1', '-cp', classPath(), script], {
    input,
    timeout: 180_000,
  });
  const answers = new TextDecoder().decode(said).trim().split('\n');
  const failed = answers.flatMap((answer, index) =>
    answer === 'ok' ? [] : [`${commands[index]?.slice(0, 3).join(' ') ?? ''}: ${answer}`],
  );
  expect(failed).toEqual([]);
  expect(answers).toHaveLength(commands.length);
}

/** Their messages opened here and ours there, in every form. */
export async function exchangeWithBouncyCastle(exchanges: readonly Exchange[]): Promise<void> {
  const folder = scratchFolder();
  const plain = fileIn(folder, 'plain', content);
  const theirs: (readonly string[])[] = [];
  const ours: (readonly string[])[] = [];
  for (const { name, scheme, options } of exchanges)
    for (const [kind, cipher] of KINDS) {
      const id = `${name} ${kind}`.replaceAll(' ', '_');
      const holder = name === 'password' ? undefined : await holderOf(name);
      const to = holder === undefined ? PASSWORD : fileIn(folder, `${name}.pem`, holder.certificate.toPem());
      const key = holder === undefined ? PASSWORD : fileIn(folder, `${name}.key`, holder.keyPem);
      theirs.push(['encrypt', kind, scheme, to, plain, join(folder, `${id}.theirs`)]);
      const recipient: Recipient =
        holder === undefined
          ? { password: PASSWORD, iterations: 2000 }
          : { certificate: holder.certificate, ...options };
      const contentType = kind === 'attributes' ? CONTENT_TYPE.signedData : CONTENT_TYPE.data;
      const request = { recipients: [recipient], cipher, contentType };
      const message = await collect(encryptMessage(provider, request, cut(content, 700)));
      ours.push(['decrypt', key, fileIn(folder, `${id}.ours`, message), join(folder, `${id}.opened`)]);
    }
  await askBouncyCastle([...theirs, ...ours]);
  for (const { name } of exchanges)
    for (const [kind] of KINDS) {
      const id = `${name} ${kind}`.replaceAll(' ', '_');
      const identity: Identity =
        name === 'password' ? { password: PASSWORD } : { privateKey: (await holderOf(name)).privateKey };
      expectBytes(
        await collect(
          decryptMessage(provider, [identity], cut(readFileSync(join(folder, `${id}.theirs`)), 1, 400, 7)),
        ),
        content,
        `theirs: ${id}`,
      );
      expectBytes(readFileSync(join(folder, `${id}.opened`)), content, `ours: ${id}`);
    }
  report(
    `Bouncy Castle, encrypted messages: ${String(theirs.length)} theirs opened here, ${String(ours.length)} ours there`,
  );
}
