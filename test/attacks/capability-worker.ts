/**
 * A process that judges capability documents: `capability-worker.ts sqlite|redis LOCATION KEY`. It says `ready`, then reads
 * documents in hexadecimal from standard input, one a line, and answers each with a line.
 */
import { createInterface } from 'node:readline';
import { fromHex } from '../../src/bytes/index.ts';
import { defaultProvider } from '../../src/index.ts';
import { importPublicKey } from '../../src/keys/index.ts';
import { openCapabilityDocument } from '../../src/negotiation/index.ts';
import { createRedisStore } from '../../src/stores/redis/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';

const [, , kind = '', location = '', spki = ''] = process.argv;
const replay = kind === 'redis' ? createRedisStore({ url: location }) : createSqliteStore({ path: location });
const provider = defaultProvider();
const key = await importPublicKey(provider, fromHex(spki), { format: 'der', use: 'signature' });
process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  const verdict = await openCapabilityDocument(provider, fromHex(line), {
    key,
    issuer: 'gateway.example',
    audience: 'cloud.example',
    at: new Date(),
    replay,
  });
  process.stdout.write(`${verdict.valid ? 'valid' : verdict.reason}\n`);
}
await replay.close();
