/**
 * `npm run bench`: everything that the project claims about speed, measured in one run against a baseline that runs
 * beside it. `--quick` for a look, `--only PREFIX` for a part, `--json FILE` to keep the numbers.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, type Comparison, type Effort, line } from './compare.ts';
import { environment } from './environment.ts';
import { cosePairs } from './suites/cose.ts';
import { costFleets, costPairs, fleetLine, type FleetResult } from './suites/cost.ts';
import { cms, type CmsResult } from './suites/cms.ts';
import { crlPairs } from './suites/crl.ts';
import { dispatchPairs } from './suites/dispatch.ts';
import { helloPairs } from './suites/hello.ts';
import { hybridPairs } from './suites/hybrid.ts';
import { negotiationPairs } from './suites/negotiation.ts';
import { olderNode } from './suites/older-node.ts';
import { pathPairs } from './suites/path.ts';
import { portablePairs } from './suites/portable.ts';
import { streaming, type StreamingResult } from './suites/streaming.ts';
import { terminator, terminatorLine, type TerminatorResult } from './suites/terminator.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
});
const effort: Effort = flags.quick === true ? { rounds: 3, time: 150 } : { rounds: 9, time: 400 };
const wanted = (name: string): boolean => flags.only === undefined || name.startsWith(flags.only);

const where = environment();
console.log(
  `${where.cpu}, ${where.cores} cores, Node ${where.node}, OpenSSL ${where.openssl}; median of ${effort.rounds} rounds [lowest .. highest]`,
);

const comparisons: Comparison[] = [];
for (const pairs of [
  cosePairs,
  costPairs,
  crlPairs,
  dispatchPairs,
  helloPairs,
  hybridPairs,
  negotiationPairs,
  portablePairs,
  pathPairs,
])
  for (const pair of await pairs()) {
    if (!wanted(pair.name)) continue;
    const comparison = await compare(pair, effort);
    comparisons.push(comparison);
    console.log(line(comparison));
  }

if (wanted('older-node')) {
  const older = await olderNode(effort);
  if (older === undefined) console.log('older-node: no Node 20 here and none could be fetched; not measured');
  else
    for (const comparison of older) {
      comparisons.push(comparison);
      console.log(line(comparison));
    }
}

let stream: StreamingResult | undefined;
if (wanted('streaming')) {
  stream = await streaming(flags.quick === true ? 256 : 1024, 3);
  console.log(
    `${stream.name.padEnd(38)} x${stream.ratio.toFixed(2)}  ${stream.mebibytes} MiB: hybridge ${stream.subject.toFixed(0)} MiB/s, SHAKE256 alone ${stream.baseline.toFixed(0)} MiB/s, ${stream.peakMemoryMiB.toFixed(0)} MiB more memory  (target ${stream.target}: ${stream.ratio >= stream.target ? 'met' : 'MISSED'})`,
  );
}

let fleets: readonly FleetResult[] = [];
if (wanted('cost/fleet')) {
  fleets = costFleets(flags.quick === true ? 1000 : 10_000);
  for (const result of fleets) console.log(fleetLine(result));
}

let messages: readonly CmsResult[] = [];
if (wanted('cms')) {
  messages = await cms(flags.quick === true ? 256 : 1024, 3);
  for (const result of messages)
    console.log(
      `${result.name.padEnd(38)} x${result.ratio.toFixed(2)}  ${result.mebibytes} MiB: hybridge ${result.subject.toFixed(0)} MiB/s, AES-256-GCM alone ${result.baseline.toFixed(0)} MiB/s, ${result.extraMemoryMiB.toFixed(0)} MiB more memory  (target ${result.target}: ${result.ratio >= result.target ? 'met' : 'MISSED'})`,
    );
}

const served: TerminatorResult[] = [];
if (flags.only === undefined || flags.only.startsWith('terminator'))
  for await (const one of terminator(effort, wanted)) {
    served.push(one);
    console.log(terminatorLine(one));
  }

if (flags.json !== undefined)
  writeFileSync(
    flags.json,
    `${JSON.stringify({ environment: where, effort, comparisons, streaming: stream, fleets, cms: messages, terminator: served }, undefined, 2)}\n`,
  );
