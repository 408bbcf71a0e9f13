/**
 * Counts handshakes between programs that others wrote: `node test/cost/record-handshakes.ts` writes
 * `vectors/tls-handshakes/` anew, or the files of the clients that are named. Chains are issued here, as
 * `chainCertificates` describes them; each test holds the sizes of the records on the wire, flight by flight. Keys and
 * ECDSA signatures are other ones each time.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { matrix, title } from './handshake-cases.ts';
import { countPeers, RECORDINGS } from './peer-handshakes.ts';

const VECTORS = join(import.meta.dirname, '..', '..', 'vectors', 'tls-handshakes');

/** Names of recordings to make; all of them unless given. */
const wanted = process.argv.slice(2);
mkdirSync(VECTORS, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'hybridge-handshakes-'));
try {
  for (const recording of RECORDINGS.filter(({ client }) => wanted.length === 0 || wanted.includes(client))) {
    const tests: string[] = [];
    for (const item of matrix(recording.kinds)) {
      const { flights, tickets } = await countPeers(folder, recording, item);
      tests.push(JSON.stringify({ ...item, flights: flights.map(({ records }) => records), tickets }));
      console.error(title(item));
    }
    const { stack, what, by, serverName } = recording;
    const head = JSON.stringify({ what, by, stack, serverName }).slice(1, -1);
    writeFileSync(
      join(VECTORS, `${recording.client}.json`),
      `{${head},"tests":[\n${tests.join(',\n')}\n]}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
