import {
  createHybridge,
  defaultProvider,
  type Hybridge,
  type KeyFormat,
  type KeyPair,
  portableProvider,
  type Provider,
} from 'hybridge';
import { hpkeSuite } from 'hybridge/hpke';
import { namedPolicy } from 'hybridge/policy';
import { KEMS, SIGNATURES } from 'hybridge/registry';
import { seededRandom } from 'hybridge/testing';

import { certified, coseSigned, crossedCertificates, throughPkijs } from './exercise-certificates.ts';
import { collect, message, requireEqual } from './exercise-support.ts';

/**
 * The same work with the same fixed inputs on every runtime, once with the backends that the runtime offers and once
 * with portable ones. Each result is reported as a digest, and the digests must be equal everywhere. What fails to
 * round-trip throws. Imports only the package, as its users do.
 */
export async function exercise(): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  const providers: readonly Provider[] = [defaultProvider(), portableProvider()];
  for (const provider of providers) {
    const random = seededRandom(portableProvider(), new TextEncoder().encode('hybridge on every runtime'));
    const results = await work(createHybridge({ provider, random }));
    for (const [name, result] of Object.entries(results)) {
      const found = await digest(result);
      if ((digests[name] ??= found) !== found) throw new Error(`${name}: ${provider.name} differs`);
    }
  }
  await crossed(providers);
  await crossedCertificates(providers);
  await throughPkijs(providers);
  const algorithms = [...KEMS, ...SIGNATURES].map((descriptor) => descriptor.name).join(' ');
  digests['registry'] = await digest(new TextEncoder().encode(algorithms));
  digests['policy'] = await digest(new TextEncoder().encode(JSON.stringify(namedPolicy('hybrid-required'))));
  return digests;
}

const kems = [
  'X25519',
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  'MLKEM768-X25519',
  'MLKEM768-P256',
  'MLKEM1024-P384',
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'MLKEM768-X25519-SHA3-256',
] as const;

/** Those of which the same key and message make the same signature. */
const signatures = [
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'SLH-DSA-SHAKE-128f',
  'MLDSA65-Ed25519-SHA512',
] as const;

/** Those that sign with randomness of the backend's own: what one makes, the other must accept. */
const randomized = ['ECDSA-P256-SHA256', 'MLDSA65-ECDSA-P256-SHA512'] as const;

const context: Uint8Array = new TextEncoder().encode('update');

/** Everything whose bytes follow from the inputs and the fixed randomness. */
async function work(hybridge: Hybridge): Promise<Record<string, Uint8Array>> {
  const results: Record<string, Uint8Array> = {};
  for (const name of kems) {
    const { publicKey, privateKey } = await hybridge.generateKeyPair(name);
    const { ciphertext, sharedSecret } = await hybridge.encapsulate(publicKey);
    requireEqual(`${name} decapsulation`, await hybridge.decapsulate(privateKey, ciphertext), sharedSecret);
    results[`${name} public key`] = publicKey.bytes();
    results[`${name} ciphertext`] = ciphertext;
    results[`${name} shared secret`] = sharedSecret;
  }
  for (const name of signatures) {
    const { publicKey, privateKey } = await hybridge.generateKeyPair(name);
    const options = name === 'Ed25519' ? {} : { context, deterministic: true };
    const signature = await hybridge.sign(privateKey, message, options);
    await requireVerified(hybridge, name, publicKey, signature, options);
    results[`${name} public key`] = publicKey.bytes();
    results[`${name} signature`] = signature;
  }
  for (const [name, formats] of [
    ['ML-KEM-768', ['pem', 'der', 'raw']],
    ['ML-DSA-65', ['pem', 'der', 'jwk', 'cose', 'raw']],
    ['Ed25519', ['pem', 'der', 'jwk', 'cose', 'raw']],
  ] as const) {
    Object.assign(results, await written(hybridge, await hybridge.generateKeyPair(name), formats));
  }
  Object.assign(results, await sealed(hybridge), await certified(hybridge), await coseSigned(hybridge));
  return results;
}

/** A key pair in every format it has, each read back as the same key. */
async function written(
  hybridge: Hybridge,
  { publicKey, privateKey }: KeyPair,
  formats: readonly KeyFormat[],
): Promise<Record<string, Uint8Array>> {
  const results: Record<string, Uint8Array> = {};
  const algorithm = publicKey.algorithm.name;
  const same = hybridge.fingerprint(publicKey);
  for (const format of formats) {
    for (const key of [publicKey, privateKey]) {
      const exported = await hybridge.exportKey(key, { format });
      const half = key === publicKey ? 'public' : 'private';
      const read =
        key === publicKey
          ? await hybridge.importPublicKey(exported, { format, algorithm })
          : (await hybridge.importPrivateKey(exported, { format, algorithm })).publicKey;
      if (hybridge.fingerprint(read) !== same) throw new Error(`${algorithm} ${half} ${format}: another key`);
      results[`${algorithm} ${half} ${format}`] = bytesOf(exported);
    }
  }
  const password = 'correct horse battery staple';
  const pem = await hybridge.exportKey(privateKey, { format: 'pem', password });
  const opened = await hybridge.importPrivateKey(pem, { password, algorithm });
  if (hybridge.fingerprint(opened.publicKey) !== same) throw new Error(`${algorithm} encrypted: another key`);
  results[`${algorithm} encrypted pem`] = bytesOf(pem);
  return results;
}

/** A sealed file and a sealed message, each opened again. */
async function sealed(hybridge: Hybridge): Promise<Record<string, Uint8Array>> {
  const { publicKey, privateKey } = await hybridge.generateKeyPair('MLKEM768-X25519');
  const file = await collect(hybridge.seal({ to: [publicKey] }, message));
  requireEqual('opened file', await collect(hybridge.open({ identities: [privateKey] }, file)), message);

  const suite = hpkeSuite(hybridge.provider, {
    kem: 'MLKEM768-X25519',
    kdf: 'HKDF-SHA256',
    aead: 'AES-128-GCM',
  });
  const { enc, ciphertext } = await suite.seal(publicKey, message, { info: context });
  requireEqual('opened message', await suite.open(privateKey, enc, ciphertext, { info: context }), message);
  return { 'sealed file': file, 'sealed message': ciphertext };
}

/** Keys and signatures with the runtime's own randomness, made by each backend for the other. */
async function crossed(providers: readonly Provider[]): Promise<void> {
  const hybridges = providers.map((provider) => createHybridge({ provider }));
  for (const one of hybridges) {
    const kem = await one.generateKeyPair('MLKEM768-X25519');
    const pairs = await Promise.all(randomized.map((name) => one.generateKeyPair(name)));
    for (const other of hybridges) {
      const { ciphertext, sharedSecret } = await other.encapsulate(kem.publicKey);
      requireEqual('crossed decapsulation', await one.decapsulate(kem.privateKey, ciphertext), sharedSecret);
      for (const { publicKey, privateKey } of pairs) {
        const signature = await one.sign(privateKey, message);
        await requireVerified(other, publicKey.algorithm.name, publicKey, signature, {});
      }
    }
  }
}

async function requireVerified(
  hybridge: Hybridge,
  name: string,
  publicKey: Parameters<Hybridge['verify']>[0],
  signature: Uint8Array,
  options: Parameters<Hybridge['verify']>[3],
): Promise<void> {
  if (!(await hybridge.verify(publicKey, message, signature, options)))
    throw new Error(`${name}: not verified`);
  const changed = Uint8Array.from(message, (byte, index) => (index === 3 ? byte ^ 1 : byte));
  if (await hybridge.verify(publicKey, changed, signature, options))
    throw new Error(`${name}: changed, verified`);
}

function bytesOf(exported: object | string): Uint8Array {
  if (exported instanceof Uint8Array) return exported;
  return new TextEncoder().encode(typeof exported === 'string' ? exported : JSON.stringify(exported));
}

async function digest(value: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(value)));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
