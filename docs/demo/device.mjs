/**
 * The infusion pump: a separate process that knows its own private key and the maker's public keys, and nothing else.
 * Plain JavaScript, so that any supported Node line can run it as it is.
 *
 * Usage: node device.mjs FOLDER TASK, with what arrived in FOLDER; prints one JSON object.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHybridge, describeProvider, isHybridgeError, portableProvider } from 'hybridge';
import { decodeDualSignature } from 'hybridge/sign';

const folder = process.argv[2] ?? '.';
const task = process.argv[3] ?? 'update';
const portable = process.env['HYBRIDGE_DEMO_PORTABLE'] === '1';
const hybridge = createHybridge(portable ? { provider: portableProvider() } : {});

/** @param {string} name */
const read = (name) => readFile(join(folder, name));

/** @param {AsyncIterable<Uint8Array>} pieces */
async function collect(pieces) {
  const parts = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** @param {string} name */
const verificationKey = async (name) => hybridge.importPublicKey(await read(name), { use: 'signature' });

/** Opens the sealed image, then demands the composite signature and both halves of the dual one. */
async function update() {
  const identity = await hybridge.importPrivateKey(await read('pump.pem'), { use: 'kem' });
  const image = await collect(hybridge.open({ identities: [identity] }, await read('image.age')));
  const composite = await hybridge.verify(
    await verificationKey('maker-composite.pub'),
    image,
    await read('image.composite.sig'),
  );
  const { classical, postQuantum } = {
    classical: await verificationKey('maker-classical.pub'),
    postQuantum: await verificationKey('maker-pq.pub'),
  };
  const dual = await hybridge.verifyDual(
    // The files say which key is which; `isClassical` would prove it to the type checker.
    /** @type {import('hybridge/sign').DualPublicKeys} */ ({ classical, postQuantum }),
    image,
    decodeDualSignature(await read('image.dual.sig')),
  );
  if (!composite || !dual.valid) return { accepted: false, composite, dual };
  await writeFile(join(folder, 'installed.bin'), image);
  const cloud = await hybridge.importPublicKey(await read('cloud.pub'), { use: 'kem' });
  const report = new TextEncoder().encode(`installed ${image.length} bytes`);
  await writeFile(join(folder, 'report.age'), await collect(hybridge.seal({ to: [cloud] }, report)));
  return { accepted: true, composite, dual, bytes: image.length };
}

/** A signature file from which the post-quantum half was taken away. */
async function stripped() {
  const image = await read('installed.bin');
  const { classical } = decodeDualSignature(await read('image.dual.sig'));
  const dual = await hybridge.verifyDual(
    /** @type {import('hybridge/sign').DualPublicKeys} */ ({
      classical: await verificationKey('maker-classical.pub'),
      postQuantum: await verificationKey('maker-pq.pub'),
    }),
    image,
    { classical },
  );
  return { accepted: dual.valid, dual };
}

/** An image sealed to another pump. */
async function wrongKey() {
  const identity = await hybridge.importPrivateKey(await read('other-pump.pem'), { use: 'kem' });
  await collect(hybridge.open({ identities: [identity] }, await read('image.age')));
  return { accepted: true };
}

/** A sealed image with one bit changed on the way. */
async function tampered() {
  const identity = await hybridge.importPrivateKey(await read('pump.pem'), { use: 'kem' });
  await collect(hybridge.open({ identities: [identity] }, await read('image.tampered.age')));
  return { accepted: true };
}

/** A genuine signature over another image. */
async function altered() {
  const image = await read('installed.bin');
  image[image.length >> 1] ^= 1;
  const accepted = await hybridge.verify(
    await verificationKey('maker-composite.pub'),
    image,
    await read('image.composite.sig'),
  );
  return { accepted };
}

const tasks = { update, stripped, 'wrong-key': wrongKey, tampered, altered };
const started = performance.now();
let outcome;
try {
  outcome = await (tasks[/** @type {keyof typeof tasks} */ (task)] ?? update)();
} catch (error) {
  if (!isHybridgeError(error)) throw error;
  outcome = { accepted: false, error: { code: error.code, message: error.message } };
}
const served = describeProvider(hybridge.provider);
/** @param {string} primitive */
const backend = (primitive) => served.find((row) => row.primitive === primitive)?.backend ?? 'none';
console.log(
  JSON.stringify({
    node: process.version,
    milliseconds: performance.now() - started,
    backends: {
      'ML-KEM-768': backend('ML-KEM-768'),
      X25519: backend('X25519'),
      'ML-DSA-65': backend('ML-DSA-65'),
    },
    ...outcome,
  }),
);
