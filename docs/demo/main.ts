/**
 * `npm run demo`: one device's migration, told with real parts. An image is signed twice over and sealed, a separate
 * process on another Node opens and checks it, and refuses everything that was meddled with; a TLS session shows what
 * was negotiated, and a mixed fleet comes to a terminator, with an attacker between. In the end it is predicted what the
 * same takes on small devices, beside what was measured. `--json` for machines.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  describeProvider,
  defaultProvider,
  exportKey,
  fingerprint,
  generateKeyPair,
  type KeyPair,
  open,
  seal,
  sign,
  signDual,
} from 'hybridge';
import { renderReport, sum } from 'hybridge/cost';
import { describeEvent } from 'hybridge/events';
import { encodeDualSignature } from 'hybridge/sign';
import { Account, figure, grouped, milliseconds, residual, short, within } from './account.ts';
import { fleet } from './fleet.ts';
import { forecast } from './forecast.ts';
import { measure } from './measure.ts';
import { type Answer, askPump, findPump } from './pump.ts';
import { tlsSession } from './tls-session.ts';

const account = new Account(process.argv.includes('--json'));
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'out/demo');
const started = performance.now();

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

async function write(name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder, name), content, { mode: 0o600 });
}

async function writePair(name: string, { publicKey, privateKey }: KeyPair): Promise<void> {
  await write(`${name}.pem`, await exportKey(privateKey, { format: 'pem' }));
  await write(`${name}.pub`, await exportKey(publicKey, { format: 'pem' }));
}

// The image: this package, packed on the spot.
async function packImage(): Promise<Uint8Array> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  );
  return readFile(join(folder, stdout.trim().split('\n').at(-1) ?? ''));
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

account.scene('Identities: classical ones that exist today, post-quantum ones beside them');
const maker = {
  classical: await generateKeyPair('ECDSA-P256-SHA256'),
  pq: await generateKeyPair('ML-DSA-65'),
  composite: await generateKeyPair('MLDSA65-ECDSA-P256-SHA512'),
};
const cloud = await generateKeyPair('MLKEM768-X25519');
const pumpKeys = await generateKeyPair('MLKEM768-X25519');
const otherPump = await generateKeyPair('MLKEM768-X25519');
const identities: readonly (readonly [string, string, KeyPair])[] = [
  ['maker', 'maker-classical', maker.classical],
  ['maker', 'maker-pq', maker.pq],
  ['maker', 'maker-composite', maker.composite],
  ['cloud', 'cloud', cloud],
  ['infusion pump', 'pump', pumpKeys],
  ['another pump', 'other-pump', otherPump],
];
for (const [, name, pair] of identities) await writePair(name, pair);
account.table(
  identities.map(([who, , { publicKey }]) => [
    who,
    publicKey.algorithm.name,
    publicKey.algorithm.nature,
    `${fingerprint(publicKey).slice(0, 16)}...`,
  ]),
);
account.record(
  'identities',
  identities.map(([who, name, { publicKey }]) => ({
    who,
    name,
    algorithm: publicKey.algorithm.name,
    fingerprint: fingerprint(publicKey),
  })),
);

account.scene('The maker signs an update: composite for new devices, dual for a mixed fleet');
const image = await packImage();
const composite = await sign(maker.composite.privateKey, image);
const dual = await signDual(
  { classical: maker.classical.privateKey, postQuantum: maker.pq.privateKey },
  image,
);
await write('image.composite.sig', composite);
await write('image.dual.sig', encodeDualSignature(dual));
account.say(`image      ${grouped(image.length)} bytes: this package's own tarball, packed just now`);
account.say(`composite  ${grouped(composite.length)} bytes, ${maker.composite.publicKey.algorithm.name}`);
account.say(
  `dual       ${grouped(dual.classical.signature.length)} + ${grouped(dual.postQuantum.signature.length)} bytes, ${dual.classical.algorithm} and ${dual.postQuantum.algorithm}; old devices read the first`,
);

account.scene('The image is sealed to the pump, in the age format');
const sealed = await collect(seal({ to: [pumpKeys.publicKey] }, image));
await write('image.age', sealed);
const tampered = sealed.slice();
const middle = tampered.length >> 1;
tampered[middle] = (tampered[middle] ?? 0) ^ 1;
await write('image.tampered.age', tampered);
account.say(
  `sealed     ${grouped(sealed.length)} bytes to ${pumpKeys.publicKey.algorithm.name}: ML-KEM-768 and X25519 together`,
);
account.record('update', {
  imageBytes: image.length,
  sealedBytes: sealed.length,
  compositeBytes: composite.length,
  dualBytes: dual.classical.signature.length + dual.postQuantum.signature.length,
});

account.scene('The pump, a separate process, opens and verifies it');
const pump = await findPump();
const installed = await askPump(pump, folder, 'update');
account.say(
  `runs on Node ${pump.version}${pump.portable ? ' with the portable provider forced' : ", the system's own"}`,
);
for (const [primitive, backend] of Object.entries(installed.backends))
  account.say(`${primitive.padEnd(10)} ${backend}`);
account.say(
  installed.accepted ? 'accepted: both signatures of the dual one and the composite hold' : 'REFUSED',
);

const report = Buffer.from(
  await collect(open({ identities: [cloud.privateKey] }, await readFile(join(folder, 'report.age')))),
).toString();
account.say(`reported to the cloud, sealed to its key: "${report}"`);

const refusals: Record<string, Answer> = {};
for (const [task, what] of [
  ['tampered', 'a sealed copy with one bit changed'],
  ['altered', 'the image with one bit changed, under the genuine signature'],
  ['stripped', 'the dual signature without its post-quantum half'],
  ['wrong-key', "the image opened with another pump's key"],
] as const) {
  const answer = await askPump(pump, folder, task);
  refusals[task] = answer;
  account.say(`${answer.accepted ? 'ACCEPTED' : 'refused'}: ${what}`);
}
account.record('pump', { ...pump, installed, report, refusals });

account.scene('The cloud speaks TLS 1.3 with a hybrid key exchange');
const session = await tlsSession();
const classicalSession = await tlsSession({ group: 'X25519' });
account.say(
  `${session.protocol}, ${session.groupName} (0x${session.groupCode.toString(16)}) read from the ServerHello on the wire`,
);
account.say(
  `handshake bytes ${session.clientBytes} up and ${session.serverBytes} down; with X25519 alone ${classicalSession.clientBytes} and ${classicalSession.serverBytes}`,
);
account.record('tls', { hybrid: session, classical: classicalSession });

account.scene('A mixed fleet comes to one terminator in front of an HTTP service');
const { members, attack, requests, log } = await fleet();
account.table([
  ['device', 'version', 'group', 'key exchange', 'server proves itself', 'device proves itself'],
  ...members.map(({ device, visit, posture }) =>
    visit.served && posture !== undefined
      ? [
          device,
          posture.version ?? '',
          posture.group ?? '',
          posture.keyExchange,
          posture.authentication.server.scheme ?? 'not',
          posture.authentication.client.scheme ?? 'not',
        ]
      : [device, visit.served ? 'unseen' : `refused: ${visit.why}`],
  ),
]);
const exceptions = members.flatMap((member) => member.exceptions);
account.say(`the legacy one was let in by an exception with an end: ${exceptions.join(', ')}`);

account.scene('An attacker gets between the hybrid device and the terminator');
const { stripped, fallback, suspected, refused } = attack;
account.say(
  stripped.served
    ? 'NOT NOTICED: the hybrid group was stripped from its hello'
    : `noticed: the hybrid group was stripped from its hello, which both sides have to agree on (${stripped.why})`,
);
account.say(
  `${fallback.served ? 'SERVED' : 'refused'}: the device tries again without it; the policy would let it in, its floor does not`,
);
for (const event of [suspected, refused])
  account.say(event === undefined ? 'NO EVENT' : `${event.type}: ${describeEvent(event)}`);
account.record('fleet', { members, attack, requests, log });

account.scene(`What it costs on this machine (Node ${process.version}, OpenSSL ${process.versions.openssl})`);
const { table: measured, bench } = await measure();
account.table([
  ['', 'nature', 'public key', 'sent', 'make', 'take'],
  ...measured.map((row) => [
    `${row.job}: ${row.algorithm}`,
    row.nature,
    `${grouped(row.publicKey)} B`,
    `${grouped(row.sent)} B`,
    milliseconds(row.make),
    milliseconds(row.take),
  ]),
]);
account.say('make: encapsulate or sign; take: decapsulate or verify; medians by hybridge bench, keys held');
account.record('costs', measured);
account.record(
  'backends',
  Object.fromEntries(
    describeProvider(defaultProvider()).map(({ primitive, backend }) => [primitive, backend]),
  ),
);

account.scene('What the same migration takes on the devices of the ward, predicted');
const outlook = await forecast({
  imageBytes: image.length,
  compositeBytes: composite.length,
  classicalBytes: dual.classical.signature.length,
  postQuantumBytes: dual.postQuantum.signature.length,
  bench,
});
account.table([
  ['', 'device', 'link', 'fits', 'RAM with all in it', 'bytes moved', 'time, with its bounds'],
  ...outlook.outlooks.flatMap(({ who, job, before, after }) =>
    (
      [
        [`${who}: ${job}`, before],
        ['after it', after],
      ] as const
    ).map(([label, { device, link, fits, ram, up, down, time }]) => [
      label,
      device.id,
      link?.id ?? '',
      fits,
      `${short(ram.total)} of ${short(ram.capacity)}`,
      short(sum('bytes', [up, down], 'both ways')),
      figure(time.mean),
    ]),
  ),
]);
if (outlook.tooSmall.length > 0)
  account.say(
    `the image, ${grouped(image.length)} bytes of JavaScript, stands for bytes on the link: the flash of ${outlook.tooSmall.join(', ')} holds a smaller one`,
  );
account.say('');
account.table([
  ['on the wire in this run', 'predicted', 'measured', 'residual'],
  ...outlook.checks.map(({ label, predicted, measured: made }) => [
    label,
    figure(predicted),
    figure(made),
    residual(predicted, made),
  ]),
]);
account.say(
  `a gateway like this machine: its own work in the last of these handshakes is predicted as ${figure(outlook.here.predicted)} from the times measured above; all of the handshake, both sides and their sockets, took ${milliseconds(outlook.here.session.milliseconds)}`,
);
const page = join(root, 'out/report.html');
await writeFile(page, renderReport(outlook.report));
account.say('the report for whoever decides: out/report.html');
account.record('forecast', {
  outlooks: outlook.outlooks.map(({ who, job, before, after }) => ({
    who,
    job,
    before: { fits: before.fits, ram: before.ram.total, time: before.time.mean },
    after: { fits: after.fits, ram: after.ram.total, time: after.time.mean },
  })),
  checks: outlook.checks,
  here: outlook.here,
  report: page,
});

const negotiated = members.map(({ posture }) => `${posture?.version ?? ''} ${posture?.keyExchange ?? ''}`);
const good =
  installed.accepted &&
  Object.values(refusals).every(({ accepted }) => !accepted) &&
  session.groupName === 'X25519MLKEM768' &&
  negotiated.join() === 'TLSv1.2 classical,TLSv1.3 hybrid,TLSv1.3 post-quantum' &&
  members.every(({ visit }) => visit.served) &&
  requests === members.length &&
  !stripped.served &&
  !fallback.served &&
  suspected?.kind === 'floor-violation' &&
  refused?.because === 'floor' &&
  outlook.checks.every(({ predicted, measured: made }) => within(predicted, made));
const seconds = (performance.now() - started) / 1000;
account.record('result', { good, seconds });
account.say('');
account.say(
  good
    ? `Everything went as it should, in ${seconds.toFixed(1)} s. The files are in out/demo, the report is out/report.html.`
    : 'SOMETHING WENT WRONG: see above.',
);
account.end();
process.exitCode = good ? 0 : 1;
