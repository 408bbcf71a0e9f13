import { basename, dirname, extname, join } from 'node:path';
import { decodeAgeIdentities, decodeAgeRecipient, encodeAgeRecipient } from '../hpke/index.ts';
import {
  defaultProvider,
  type ImportedKey,
  importKey,
  inspectKey,
  PrivateKey,
  type PublicKey,
} from '../index.ts';
import {
  find,
  type KemDescriptor,
  type KeyDescriptor,
  type SignatureDescriptor,
  unknownAlgorithm,
} from '../registry/index.ts';
import {
  type ClassicalSignatureDescriptor,
  isClassical,
  isPostQuantum,
  type OfAlgorithm,
  type PostQuantumSignatureDescriptor,
} from '../sign/index.ts';
import { CommandError, inFile } from './command-error.ts';
import { readSmall } from './input.ts';
import { existingPassword, type PasswordFlags } from './password.ts';

/** The algorithm that a person means, for which keys can be made. */
export function keyAlgorithm(query: string): KeyDescriptor {
  const entry = find(query).matches[0]?.entry;
  if (entry === undefined || entry.kind === 'obsolete') throw unknownAlgorithm(query);
  if (entry.use !== 'kem' && entry.use !== 'signature')
    throw new CommandError('wrong_algorithm', `${entry.name} has no keys of its own`);
  return entry;
}

/** Where the public key of a private key file goes unless told: `maker.pem` becomes `maker.pub`. */
export function publicKeyPath(path: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.pub`);
}

/** What age tools write: remarks, then recipients (`age1...`) or identities (`AGE-SECRET-KEY-...`). */
const AGE_FILE = /^(?:#[^\n]*\n|[ \t\r]*\n)*(?:age1|AGE-SECRET-KEY-)/u;

/** The lines of an age key file that count; `undefined` for any other file. */
function ageLines(bytes: Uint8Array): readonly string[] | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!AGE_FILE.test(text)) return undefined;
  return text.split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#'));
}

/** Whether a file holds keys in age's text form. */
export function isAgeFile(bytes: Uint8Array): boolean {
  return ageLines(bytes) !== undefined;
}

async function ageKeys(
  lines: readonly string[],
): Promise<readonly (PrivateKey<KemDescriptor> | PublicKey<KemDescriptor>)[]> {
  return lines[0]?.startsWith('age1') === true
    ? Promise.all(lines.map((line) => decodeAgeRecipient(defaultProvider(), line)))
    : decodeAgeIdentities(defaultProvider(), lines.join('\n'));
}

/** The password of a key file, when it has one. */
async function passwordFor(
  path: string,
  bytes: Uint8Array,
  flags: PasswordFlags,
): Promise<{ readonly password?: string }> {
  return inspectKey(bytes).kind === 'encrypted' ? { password: await existingPassword(flags, path) } : {};
}

/** A key in a file, and how it is written there. */
export interface KeyFile {
  readonly key: PrivateKey | PublicKey;
  /** Absent for age's text. */
  readonly encoding?: ImportedKey['encoding'];
  /** The password that the file is encrypted under. */
  readonly password?: string;
}

/** The one key in a file of any format. */
export async function loadKey(path: string, bytes: Uint8Array, flags: PasswordFlags): Promise<KeyFile> {
  return inFile(path, async () => {
    const lines = ageLines(bytes);
    if (lines === undefined) {
      const password = await passwordFor(path, bytes, flags);
      const { key, encoding } = await importKey(bytes, password);
      return { key, encoding, ...password };
    }
    const [key, ...others] = await ageKeys(lines);
    if (key === undefined || others.length > 0)
      throw new CommandError('invalid_encoding', `${others.length + 1} keys where one is expected`);
    return { key };
  });
}

const publicNotPrivate = (): CommandError =>
  new CommandError('invalid_argument', 'a public key, where the private key is needed');

/** How the keys of signatures are chosen. */
export interface SignatureKeyFlags extends PasswordFlags {
  readonly algorithm?: string | undefined;
}

function signatureAlgorithm(query: string): SignatureDescriptor {
  const descriptor = keyAlgorithm(query);
  if (descriptor.use === 'signature') return descriptor;
  throw new CommandError(
    'wrong_algorithm',
    `--algorithm ${query}: ${descriptor.name} is no signature algorithm`,
  );
}

async function importSignatureKey(
  path: string,
  bytes: Uint8Array,
  flags: SignatureKeyFlags,
): Promise<ImportedKey<SignatureDescriptor>> {
  if (isAgeFile(bytes))
    throw new CommandError('wrong_algorithm', 'an age key, which neither signs nor verifies');
  const password = await passwordFor(path, bytes, flags);
  const read = await importKey(bytes, { use: 'signature', ...password });
  if (flags.algorithm === undefined) return read;
  const { name, kind } = signatureAlgorithm(flags.algorithm);
  // Of two keys it is the other one that is meant.
  return kind === read.key.algorithm.kind ? importKey(bytes, { algorithm: name, ...password }) : read;
}

/** Refuses `--algorithm` when none of the keys is for it. */
export function requireAlgorithm(
  flags: SignatureKeyFlags,
  ...keys: readonly (OfAlgorithm | undefined)[]
): void {
  if (flags.algorithm === undefined) return;
  const { name } = signatureAlgorithm(flags.algorithm);
  if (!keys.some((key) => key?.algorithm.name === name))
    throw new CommandError('wrong_algorithm', `--algorithm ${flags.algorithm}: the key is for another`, {
      details: { expected: name, actual: keys.flatMap((key) => key?.algorithm.name ?? []) },
    });
}

/** The private key in a file, for signing. */
export async function loadSigningKey(
  path: string,
  flags: SignatureKeyFlags,
): Promise<PrivateKey<SignatureDescriptor>> {
  const bytes = await readSmall(path, 'key');
  return inFile(path, async () => {
    const read = await importSignatureKey(path, bytes, flags);
    if (read.kind === 'public') throw publicNotPrivate();
    return read.key;
  });
}

/** The public key of what was read; a private key has served its purpose then. */
function publicKeyOf<Algorithm extends KeyDescriptor>(
  key: PrivateKey<Algorithm> | PublicKey<Algorithm>,
): PublicKey<Algorithm> {
  if (!(key instanceof PrivateKey)) return key;
  key[Symbol.dispose]();
  return key.publicKey;
}

/** The public key in a file, for verifying; that of a private key will do. */
export async function loadVerificationKey(
  path: string,
  flags: SignatureKeyFlags,
): Promise<PublicKey<SignatureDescriptor>> {
  const bytes = await readSmall(path, 'key');
  return inFile(path, async () => {
    const { key } = await importSignatureKey(path, bytes, flags);
    return publicKeyOf(key);
  });
}

/** The public key in a file, whatever it is for; that of a private key will do. */
export async function loadPublicKey(path: string): Promise<PublicKey> {
  const bytes = await readSmall(path, 'public key');
  const { key } = await loadKey(path, bytes, {});
  return publicKeyOf(key);
}

/** The public key in a file, for establishing secrets. */
export function kemPublicKey(path: string, bytes: Uint8Array): Promise<PublicKey<KemDescriptor>> {
  return inFile(path, async () => {
    const { key } = await importKey(bytes, { use: 'kem' });
    return publicKeyOf(key);
  });
}

/** The private key in a file, for taking part in the establishment of secrets. */
export async function loadKemPrivateKey(
  path: string,
  flags: PasswordFlags,
): Promise<PrivateKey<KemDescriptor>> {
  const bytes = await readSmall(path, 'key');
  return inFile(path, async () => {
    const { key } = await importKey(bytes, { use: 'kem', ...(await passwordFor(path, bytes, flags)) });
    if (key instanceof PrivateKey) return key;
    throw publicNotPrivate();
  });
}

/** The key itself, if files can be sealed to it. */
function forAge(key: PublicKey<KemDescriptor>): PublicKey<KemDescriptor> {
  encodeAgeRecipient(key);
  return key;
}

/** What `--to` names: `age1...` itself, a file of such lines, or a public key file. */
export async function loadRecipients(to: string): Promise<readonly PublicKey<KemDescriptor>[]> {
  if (to.startsWith('age1')) return [await decodeAgeRecipient(defaultProvider(), to)];
  const bytes = await readSmall(to, 'public key');
  return inFile(to, async () => {
    const lines = ageLines(bytes);
    if (lines !== undefined) return (await ageKeys(lines)).map(publicKeyOf);
    if (inspectKey(bytes).kind === 'encrypted')
      throw new CommandError('invalid_argument', 'an encrypted private key, where a public key is needed', {
        hint: 'write its public key with: hybridge key public',
      });
    const { key } = await importKey(bytes, { use: 'kem' });
    return [forAge(publicKeyOf(key))];
  });
}

/** The private keys in a file, for opening. */
export async function loadIdentities(
  path: string,
  flags: PasswordFlags,
): Promise<readonly PrivateKey<KemDescriptor>[]> {
  const bytes = await readSmall(path, 'key');
  return inFile(path, async () => {
    const lines = ageLines(bytes);
    const keys =
      lines === undefined
        ? [(await importKey(bytes, { use: 'kem', ...(await passwordFor(path, bytes, flags)) })).key]
        : await ageKeys(lines);
    return keys.map((key) => {
      if (!(key instanceof PrivateKey)) throw publicNotPrivate();
      forAge(key.publicKey);
      return key;
    });
  });
}

/** The one or two key files of a signature. */
export function oneOrTwo(files: readonly string[]): readonly [first: string, second: string | undefined] {
  const [first, second, ...others] = files;
  if (first === undefined || others.length > 0)
    throw new CommandError('invalid_argument', 'at most two keys: a classical and a post-quantum one');
  return [first, second];
}

/** Two keys in the order that a dual signature has them, whichever way they were given. */
export function classicalAndPostQuantum<Key extends OfAlgorithm>(
  first: Key,
  second: Key,
): {
  readonly classical: Key & { readonly algorithm: ClassicalSignatureDescriptor };
  readonly postQuantum: Key & { readonly algorithm: PostQuantumSignatureDescriptor };
} {
  if (isClassical(first) && isPostQuantum(second)) return { classical: first, postQuantum: second };
  if (isClassical(second) && isPostQuantum(first)) return { classical: second, postQuantum: first };
  throw new CommandError(
    'wrong_algorithm',
    `${first.algorithm.name} and ${second.algorithm.name} do not make a dual signature`,
    { hint: 'it takes one classical key and one post-quantum or composite key' },
  );
}
