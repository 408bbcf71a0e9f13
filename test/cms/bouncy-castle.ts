/** Bouncy Castle on signed messages; see peers/CmsPeer.java for the commands. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fromUtf8, utf8 } from '../../src/bytes/index.ts';
import { askPeer, findPeer } from '../support/peers.ts';

/** What Bouncy Castle says to each command, in one start of its machine: what it found, or an error that says why not. */
export async function askBouncyCastle(
  commands: readonly (readonly string[])[],
): Promise<readonly (Error | string)[]> {
  const jars = join(dirname(findPeer('bc-peer') ?? ''), '..', 'sid', 'usr', 'share', 'java');
  const path = ['bcprov', 'bcpkix', 'bcutil'].map((name) => join(jars, `${name}.jar`)).join(':');
  const script = fileURLToPath(new URL('peers/CmsPeer.java', import.meta.url));
  const answered = await askPeer('peer-java', ['-XX:TieredStopAtLevel=1', '-cp', path, script], {
    input: utf8(commands.map((command) => `${command.join(' ')}\n`).join('')),
    timeout: 300_000,
  });
  const answers = fromUtf8(answered).split('\n').slice(0, -1);
  if (answers.length !== commands.length) throw new Error(`${String(answers.length)} answers`);
  return answers.map((answer) => (answer.startsWith('ok ') ? answer.slice(3) : new Error(answer)));
}
