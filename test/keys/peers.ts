/** What peers do with key files: each loads a private key and shows what proves it, or makes keys. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

import { fromHex } from '../../src/bytes/index.ts';
import { decodePem } from '../../src/encoding/index.ts';
import { importPublicKey } from '../../src/keys/index.ts';
import type { Encapsulation, PublicKey } from '../../src/provider/index.ts';
import { verify } from '../../src/sign/index.ts';
import { encapsulate } from '../../src/kem/index.ts';
import { askPeer } from '../support/peers.ts';
import { provider } from './support.ts';

const script = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/** A folder for the files of one suite, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-keys-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

let files = 0;

/** Writes a file and gives its path. */
export function writeFile(folder: string, contents: Uint8Array | string): string {
  const path = join(folder, `file-${String(files++)}`);
  writeFileSync(path, contents);
  return path;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The bytes of the one block of a PEM text. */
export function pemBytes(pem: string): Uint8Array {
  const [block] = decodePem(pem);
  if (block === undefined) throw new Error('no PEM block');
  return block.bytes;
}

/** A private key that was written for peers to load. */
export interface WrittenKey {
  readonly pem: string;
  /** Its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
}

/** Loads keys; for each one `undefined`, or why the peer refuses it or sees another key in it. */
export type Loader = (folder: string, keys: readonly WrittenKey[]) => Promise<readonly unknown[]>;

/** A loader that asks the peer once a key. */
function eachAlone(load: (folder: string, key: WrittenKey) => Promise<void>): Loader {
  return async (folder, keys) => {
    const outcomes: unknown[] = [];
    for (const key of keys)
      outcomes.push(
        await load(folder, key).then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
    return outcomes;
  };
}

function requireSame(shown: Uint8Array, key: WrittenKey): void {
  if (Buffer.compare(shown, key.spki) !== 0) throw new Error('the peer sees another public key');
}

export const loadInOpenssl: Loader = eachAlone(async (folder, key) => {
  const path = writeFile(folder, key.pem);
  requireSame(await askPeer('peer-openssl', ['pkey', '-in', path, '-pubout', '-outform', 'DER']), key);
});

export const loadInBotan: Loader = eachAlone(async (folder, key) => {
  const path = writeFile(folder, key.pem);
  requireSame(await askPeer('peer-botan', ['pkcs8', '--pub-out', '--der-out', path]), key);
});

/** Asks a script about all keys at once; it answers one line a key: `ok` and hexadecimal, or `fail` and why. */
async function allAtOnce(
  peer: string,
  args: readonly string[],
  keys: readonly WrittenKey[],
  judge: (key: WrittenKey, answer: Uint8Array, index: number) => Promise<void> | void,
): Promise<readonly unknown[]> {
  const lines = text(await askPeer(peer, args))
    .trim()
    .split('\n');
  const outcomes: unknown[] = [];
  for (const [index, key] of keys.entries()) {
    const [verdict, answer = ''] = (lines[index] ?? 'fail no answer').split(' ');
    try {
      if (verdict !== 'ok') throw new Error(lines[index]);
      await judge(key, fromHex(answer), index);
      outcomes.push(undefined);
    } catch (error) {
      outcomes.push(error);
    }
  }
  return outcomes;
}

export const loadInGo: Loader = (folder, keys) => {
  const paths = keys.map(({ pem }) => writeFile(folder, pem));
  return allAtOnce('peer-go', ['run', script('load_keys.go'), 'load', ...paths], keys, (key, answer) =>
    requireSame(answer, key),
  );
};

export const loadInPython: Loader = (folder, keys) => {
  const paths = keys.map(({ pem }) => writeFile(folder, pem));
  return allAtOnce('peer-python3', [script('load_keys.py'), 'load', '', ...paths], keys, (key, answer) =>
    requireSame(answer, key),
  );
};

const MESSAGE = new TextEncoder().encode('signed by a peer with a key of ours');

async function requireSignature(key: WrittenKey, signature: Uint8Array): Promise<void> {
  const publicKey = await importPublicKey(provider, key.spki, { use: 'signature' });
  if (!(await verify(provider, publicKey, MESSAGE, signature)))
    throw new Error("the peer's signature does not verify");
}

async function encapsulateTo(key: WrittenKey): Promise<Encapsulation> {
  return encapsulate(provider, await importPublicKey(provider, key.spki, { use: 'kem' }));
}

function requireSecret(answer: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(answer, expected) !== 0) throw new Error('the peer has another secret');
}

const JDK_NAMES: Readonly<Record<string, string>> = { ecdsa: 'EC', rsa: 'RSA' };

/** The JDK shows no public key for a private one: it signs, or opens what is encapsulated to the key. */
export const loadInJdk: Loader = async (folder, keys) => {
  const sealed = await Promise.all(
    keys.map(async (key) => (key.publicKey.algorithm.use === 'kem' ? encapsulateTo(key) : undefined)),
  );
  const args = keys.flatMap(({ pem, publicKey: { algorithm } }, index) => [
    JDK_NAMES[algorithm.kind] ?? algorithm.name,
    writeFile(folder, pem),
    Buffer.from(sealed[index]?.ciphertext ?? MESSAGE).toString('hex'),
  ]);
  return allAtOnce(
    'peer-java',
    [script('LoadKeys.java'), 'load', ...args],
    keys,
    async (key, answer, index) => {
      const encapsulation = sealed[index];
      if (encapsulation === undefined) await requireSignature(key, answer);
      else requireSecret(answer, encapsulation.sharedSecret);
    },
  );
};

/** Bouncy Castle signs, or opens what is encapsulated to the key. */
export const loadInBouncyCastle: Loader = eachAlone(async (folder, key) => {
  const path = writeFile(folder, key.pem);
  if (key.publicKey.algorithm.use === 'signature') {
    const out = join(folder, `signature-${String(files++)}`);
    await askPeer('bc-peer', ['sign', `key=${path}`, `in=${writeFile(folder, MESSAGE)}`, `out=${out}`]);
    await requireSignature(key, new Uint8Array(readFileSync(out)));
    return;
  }
  const { ciphertext, sharedSecret } = await encapsulateTo(key);
  const answer = text(
    await askPeer('bc-peer', ['kem-decap', `key=${path}`, `ct=${writeFile(folder, ciphertext)}`]),
  );
  requireSecret(fromHex(/ss=([0-9a-f]+)/.exec(answer)?.[1] ?? ''), sharedSecret);
});

/** A key pair that a peer made. */
export interface MadeKey {
  readonly id: string;
  readonly pkcs8: Uint8Array;
  readonly spki: Uint8Array;
}

/** Keys that a script makes: one line a key, name, PKCS #8 and SubjectPublicKeyInfo in hexadecimal. */
async function makeWith(peer: string, args: readonly string[]): Promise<readonly MadeKey[]> {
  return text(await askPeer(peer, args))
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', pkcs8 = '', spki = ''] = line.split(' ');
      return { id: `${peer} ${name}`, pkcs8: fromHex(pkcs8), spki: fromHex(spki) };
    });
}

export const makeInGo = (): Promise<readonly MadeKey[]> =>
  makeWith('peer-go', ['run', script('load_keys.go'), 'make']);

export const makeInPython = (password = ''): Promise<readonly MadeKey[]> =>
  makeWith('peer-python3', [script('load_keys.py'), 'make', password]);

export const makeInJdk = (): Promise<readonly MadeKey[]> =>
  makeWith('peer-java', [script('LoadKeys.java'), 'make']);

/** A key made by OpenSSL. */
export async function makeInOpenssl(algorithm: string, ...options: readonly string[]): Promise<MadeKey> {
  const pem = text(await askPeer('peer-openssl', ['genpkey', '-algorithm', algorithm, ...options]));
  const spki = await askPeer('peer-openssl', ['pkey', '-pubout', '-outform', 'DER'], {
    input: Buffer.from(pem),
  });
  return { id: `peer-openssl ${algorithm} ${options.join(' ')}`.trim(), pkcs8: pemBytes(pem), spki };
}

/** A key made by Botan. */
export async function makeInBotan(folder: string, algorithm: string, parameters: string): Promise<MadeKey> {
  const args = ['keygen', `--algo=${algorithm}`, ...(parameters === '' ? [] : [`--params=${parameters}`])];
  const pem = await askPeer('peer-botan', args);
  const spki = await askPeer('peer-botan', ['pkcs8', '--pub-out', '--der-out', writeFile(folder, pem)]);
  return { id: `peer-botan ${algorithm} ${parameters}`.trim(), pkcs8: pemBytes(text(pem)), spki };
}

/** A key made by Bouncy Castle. */
export async function makeInBouncyCastle(folder: string, algorithm: string): Promise<MadeKey> {
  const path = join(folder, `made-${String(files++)}`);
  await askPeer('bc-peer', ['keygen', `alg=${algorithm}`, `out=${path}`]);
  return {
    id: `bc-peer ${algorithm}`,
    pkcs8: pemBytes(readFileSync(path, 'utf8')),
    spki: pemBytes(readFileSync(`${path}.pub`, 'utf8')),
  };
}
