/** Prints docs/cost-validation.md: what the models of cost/ predict beside what was measured or published. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { certificateBytes } from '../../src/cost/certificate-size.ts';
import { COST_DATA } from '../../src/cost/data/index.ts';
import { type SignatureName, signature } from '../../src/registry/index.ts';
import {
  type Compared,
  type Counting,
  type Direction,
  recordedHandshakes,
  residual,
} from './counted-handshakes.ts';
import { type Kind, title } from './handshake-cases.ts';
import { issued } from './issued.ts';
import { linkResiduals } from './link-references.ts';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  // The first column is words, the others are numbers.
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const percent = (share: number, digits = 2): string => {
  const text = (100 * share).toFixed(digits);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
};

const bytes = (count: number): string => count.toLocaleString('en-US');

const signed = (difference: number): string =>
  difference === 0 ? '0' : difference > 0 ? `+${String(difference)}` : `−${String(-difference)}`;

/** The largest deviation of several, with its sign. */
const worst = (shares: readonly number[]): number =>
  shares.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);

const KINDS: Readonly<Record<Kind, string>> = {
  full: 'full',
  resumption: 'resumed',
  'hello-retry': 'HelloRetryRequest',
  'small-records': 'records of 1 kB',
};

/** Handshakes of one signature and one kind. */
function summary(handshakes: readonly Compared[]): readonly string[] {
  const both = (of: (direction: Direction) => number): readonly number[] =>
    handshakes.flatMap(({ up, down }) => [of(up), of(down)]);
  const exact = handshakes.filter(
    ({ up, down }) => up.measured === up.predicted && down.measured === down.predicted,
  );
  const inBounds = handshakes.filter(({ up, down }) =>
    [up, down].every(({ measured, low, high }) => measured >= low && measured <= high),
  );
  const differences = both(({ measured, predicted }) => measured - predicted);
  return [
    String(handshakes.length),
    String(exact.length),
    String(inBounds.length),
    `${signed(Math.min(...differences))} to ${signed(Math.max(...differences))}`,
    percent(worst(both(residual))),
  ];
}

function handshakeTable({ handshakes }: Counting): string {
  const signatures = [...new Set(handshakes.map((one) => one.signature))];
  const kinds = [...new Set(handshakes.map((one) => one.kind))];
  return table(
    [
      'Signature, handshake',
      'Handshakes',
      'To the byte',
      'Within bounds',
      'Measured − predicted, bytes',
      'Worst, %',
    ],
    signatures.flatMap((name) =>
      kinds.flatMap((kind) => {
        const these = handshakes.filter((one) => one.signature === name && one.kind === kind);
        return these.length === 0 ? [] : [[`${name}, ${KINDS[kind]}`, ...summary(these)]];
      }),
    ),
  );
}

/** The handshakes that people ask about, number by number. */
function exampleTable({ handshakes }: Counting): string {
  const shown = handshakes.filter(
    ({ group, signature: name, chain, kind }) =>
      group === 'X25519MLKEM768' &&
      chain === 1 &&
      ['ECDSA-P256-SHA256', 'ML-DSA-44', 'ML-DSA-65'].includes(name) &&
      kind !== 'small-records',
  );
  return table(
    ['X25519MLKEM768', 'Client, measured', 'predicted', 'Server, measured', 'predicted'],
    shown.map((one) => [
      title(one).replace('X25519MLKEM768, ', ''),
      ...[one.up, one.down].flatMap(({ measured, predicted }) => [bytes(measured), bytes(predicted)]),
    ]),
  );
}

/** What can be issued quickly, of every family. */
const ISSUED: readonly SignatureName[] = [
  'ECDSA-P256-SHA256',
  'ECDSA-P384-SHA384',
  'Ed25519',
  'RSA2048-PSS-SHA256',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'SLH-DSA-SHA2-128f',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA44-Ed25519-SHA512',
  'MLDSA65-ECDSA-P384-SHA512',
  'MLDSA87-Ed448-SHAKE256',
];

async function certificateTable(): Promise<string> {
  const rows: (readonly string[])[] = [];
  for (const name of ISSUED) {
    const description = {
      use: 'tls-server',
      subject: 'CN=pump.example,O=Hospital,C=CH',
      issuer: 'CN=Ward CA,O=Hospital',
      dnsNames: ['pump.example'],
      key: name,
      signature: name,
    } as const;
    const { length } = (await issued(description)).bytes;
    const { value, low, high } = certificateBytes(description);
    const fixed = typeof signature(name).sizes.signature === 'number';
    if (length < low || length > high) throw new Error(`${name}: ${String(length)} bytes`);
    // The size of an ECDSA signature is another one each time, and this page is not.
    rows.push([
      name,
      fixed ? bytes(value) : `${bytes(value)} (${bytes(low)} to ${bytes(high)})`,
      fixed ? bytes(length) : 'within',
      fixed ? signed(length - value) : '',
    ]);
  }
  return table(['Leaf with key and signature', 'Predicted, bytes', 'Issued, bytes', 'Difference'], rows);
}

const COUNTED = join(import.meta.dirname, '..', '..', 'vectors', 'cycle-model', 'counted.json');

interface Cycles {
  readonly row: string;
  readonly counted: number;
  readonly published: number;
  readonly stack: number | undefined;
  readonly publishedStack: number | undefined;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(`${COUNTED}: not an object`);
  return { ...value };
}

function cyclesCounted(): readonly Cycles[] {
  const { tests } = object(JSON.parse(readFileSync(COUNTED, 'utf8')));
  if (!Array.isArray(tests)) throw new Error(`${COUNTED}: no tests`);
  return tests.map(object).map(({ row: id, cycles, stack }) => {
    const row = COST_DATA.rows.find((one) => one.id === id);
    if (row?.cycles === undefined) throw new Error(`no row ${String(id)}`);
    return {
      row: row.id,
      counted: Number(cycles),
      published: row.cycles.mean,
      stack: stack === undefined ? undefined : Number(stack),
      publishedStack: row.stack?.value,
    };
  });
}

/** Rows that are compared together, by the end of their id. */
const FAMILIES: readonly { readonly title: string; readonly of: (row: string) => boolean }[] = [
  { title: 'ML-KEM, ML-DSA: pqm4 in C', of: (row) => /^ML.*pqm4\/clean/u.test(row) },
  { title: 'ML-KEM: pqm4 m4fspeed, m4fstack', of: (row) => /^ML-KEM.*pqm4\/m4f/u.test(row) },
  { title: 'ML-DSA: pqm4 m4f', of: (row) => /^ML-DSA.*pqm4\/m4f:/u.test(row) },
  { title: 'ML-DSA: pqm4 m4fstack', of: (row) => /^ML-DSA.*pqm4\/m4fstack/u.test(row) },
  { title: 'SLH-DSA verify (random signatures)', of: (row) => row.startsWith('SLH-DSA') },
  { title: 'X25519, P-256: Emill', of: (row) => row.includes(':emill/') },
  { title: 'ML-KEM on Cortex-M0+', of: (row) => /^ML-KEM.*cortex-m0plus/u.test(row) },
  { title: 'ML-DSA on Cortex-M0+', of: (row) => /^ML-DSA.*cortex-m0plus/u.test(row) },
];

function cycleTable(): string {
  const all = cyclesCounted();
  const known = all.filter(({ row }) => FAMILIES.some(({ of }) => of(row)));
  if (known.length !== all.length) throw new Error('a row of no family');
  return table(
    ['Code', 'Figures', 'Counted / published, mean', 'least', 'most', 'Stack equal to the byte'],
    FAMILIES.map(({ title: name, of }) => {
      const rows = all.filter(({ row }) => of(row));
      const ratios = rows.map(({ counted, published }) => counted / published);
      const stacks = rows.filter(
        ({ stack, publishedStack }) => stack !== undefined && publishedStack !== undefined,
      );
      const equal = stacks.filter(({ stack, publishedStack }) => stack === publishedStack);
      return [
        name,
        String(rows.length),
        (ratios.reduce((sum, one) => sum + one, 0) / ratios.length).toFixed(3),
        Math.min(...ratios).toFixed(3),
        Math.max(...ratios).toFixed(3),
        stacks.length === 0 ? '' : `${String(equal.length)} of ${String(stacks.length)}`,
      ];
    }),
  );
}

function linkTable(): string {
  return table(
    ['Model of a link', 'Cases', 'Mean, %', 'Worst, %'],
    linkResiduals().map(({ model, cases, meanPercent, worstPercent }) => [
      model,
      String(cases),
      percent(meanPercent / 100),
      percent(worstPercent / 100),
    ]),
  );
}

const linkSources = (): string =>
  linkResiduals()
    .map(({ model, sources }) => `- ${model}: ${sources.join('; ')}`)
    .join('\n');

const recorded = recordedHandshakes();
const [first] = recorded;
if (first === undefined) throw new Error('no recorded handshakes');
const count = recorded.reduce((all, { handshakes }) => all + handshakes.length, 0);

process.stdout.write(`# Predicted against measured

How far the models of \`hybridge/cost\` are from what programs do. This page is written by
\`node test/cost/print-validation.ts\` and checked by the gates; nothing on it was typed in. What was measured was made by
programs that others wrote, or published by others; the files are in \`vectors/\`.

## Bytes of TLS 1.3 handshakes

${String(count)} handshakes between OpenSSL and OpenSSL, wolfSSL and OpenSSL, counted on the wire record by record: every group with ECDSA and
ML-DSA, no, one and two intermediates, one side and both authenticated, and of each resumption, HelloRetryRequest and records of
1 kB (\`max_fragment_length\`) where the program has them. Everything that has one size is predicted to the byte. ECDSA
signatures have three sizes or four, so that a prediction with them has bounds. A ticket of OpenSSL is encrypted in blocks
of 16 bytes; where a certificate with an ECDSA signature is in it, it is a block longer or shorter now and then.

The ordinary tests make handshakes of \`node:tls\` with itself in memory and hold them against the model to the byte; the full
tests make the whole matrix, and one in seven of the handshakes below anew. Where the project's other data is at hand, the 125
handshakes measured for it are compared as well, within 1 %.

${recorded.map((one) => `### ${one.title}\n\nBy ${one.by}.\n\n${handshakeTable(one)}`).join('\n\n')}

### In numbers

${exampleTable(first)}

A device that authenticates itself and resumes sends the ticket back, and OpenSSL's ticket holds the certificate of the
device: with ML-DSA its ClientHello is several kilobytes.

## Certificates

${await certificateTable()}

The sizes are those of \`issueCertificate\` and \`issueSelfSigned\`; tests compare certificates with random names, extensions,
serial numbers, keys and ends of validity. Other issuers add extensions of their own, which a profile describes.

## Cycles

The timing model that counted the rows with the source \`here-qemu\`, on code whose figures others published. It is corrected by
1.026 on Cortex-M4; ML-DSA on Cortex-M0+ is dear in the model, as the published build replaces the 64-bit multiplication.
The published table of pqm4 itself is read back by a test and gives the rows of the project one by one.

${cycleTable()}

## Links

${linkTable()}

${linkSources()}
`);
