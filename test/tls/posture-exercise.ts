/** Run by the Node.js of each line: reads keys from standard input, and prints what both ends of every session say. */
import { text } from 'node:stream/consumers';

import { type Keys, postureCases } from './posture-cases.ts';
import { type Postures, posturesOf } from './sessions.ts';

/** By the id of the case. */
export type Said = Record<string, Postures>;

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && 'ec' in value && 'mlDsa' in value;
}

const keys: unknown = JSON.parse(await text(process.stdin));
if (!isKeys(keys)) throw new Error('no keys');
const recent = Number.parseFloat(process.versions.openssl) >= 3.5;
const said: Said = {};
for (const { id, meeting, recent: needsRecent } of postureCases(keys))
  if (recent || !needsRecent) said[id] = await posturesOf(meeting);
process.stdout.write(JSON.stringify(said));
