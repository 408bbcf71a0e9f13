import { basename, dirname, extname, join } from 'node:path';
import { decodeAgeIdentities, decodeAgeRecipient } from '../hpke/index.ts';
import {
  defaultProvider,
  HybridgeError,
  importKey,
  inspectKey,
  type PrivateKey,
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
import { readSmall } from './files.ts';
import { askPassword, existingPassword, type PasswordFlags } from './password.ts';

/** The algorithm that a person means, for which keys can be made. */
export function keyAlgorithm(query: string): KeyDescriptor {
  const entry = find(query).matches[0]?.entry;
  if (entry === undefined || entry.kind === 'obsolete') throw unknownAlgorithm(query);
  if (entry.use !== 'kem' && entry.use !== 'signature')
    throw new HybridgeError('wrong_algorithm', `${entry.name} has no keys of its own`, { fault: 'caller' });
  return entry;
}

/** Where the public key of a private key file goes unless told: `maker.pem` becomes `maker.pub`. */
export function publicKeyPath(path: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.pub`);
}

/** What age tools write: remarks, then recipients (`age1...`) or identities (`AGE-SECRET-KEY-...`). */
const AGE_FILE = /^(?:#[^\n]*\n|[ \t\r]*\n)*(?:age1|AGE-SECRET-KEY-)/u;

/** The text of an age key file; `undefined` for any other file. */
export function ageText(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  return AGE_FILE.test(text) ? text : undefined;
}

/** The password of a key file: from the flags, or asked for when the file turns out to be encrypted. */
export async function passwordFor(
  path: string,
  bytes: Uint8Array,
  flags: PasswordFlags,
): Promise<{ readonly password?: string }> {
  const given = await existingPassword(flags, path);
  if (given !== undefined) return { password: given };
  return inspectKey(bytes).kind === 'encrypted' ? { password: await askPassword(path) } : {};
}

function publicNotPrivate(path: string): HybridgeError {
  return new HybridgeError('invalid_argument', `${path}: a public key, where the private key is needed`, {
    fault: 'caller',
  });
}

/** The private key in a file, for signing. */
export async function loadSigningKey(
  path: string,
  flags: PasswordFlags,
): Promise<PrivateKey<SignatureDescriptor>> {
  const bytes = await readSmall(path, 'key');
  const read = await importKey(bytes, { use: 'signature', ...(await passwordFor(path, bytes, flags)) });
  if (read.kind === 'public') throw publicNotPrivate(path);
  return read.key;
}

/** The public key in a file, for verifying; that of a private key will do. */
export async function loadVerificationKey(
  path: string,
  flags: PasswordFlags,
): Promise<PublicKey<SignatureDescriptor>> {
  const bytes = await readSmall(path, 'key');
  const read = await importKey(bytes, { use: 'signature', ...(await passwordFor(path, bytes, flags)) });
  return read.kind === 'public' ? read.key : read.key.publicKey;
}

/** What `--to` names: `age1...` itself, a file of such lines, or a public key file. */
export async function loadRecipients(to: string): Promise<readonly PublicKey<KemDescriptor>[]> {
  if (to.startsWith('age1')) return [await decodeAgeRecipient(defaultProvider(), to)];
  const bytes = await readSmall(to, 'public key');
  const text = ageText(bytes);
  if (text === undefined) {
    const read = await importKey(bytes, { use: 'kem' });
    return [read.kind === 'public' ? read.key : read.key.publicKey];
  }
  const recipients: PublicKey<KemDescriptor>[] = [];
  for (const line of text.split(/\r?\n/u))
    if (line !== '' && !line.startsWith('#'))
      recipients.push(await decodeAgeRecipient(defaultProvider(), line));
  return recipients;
}

/** The private keys in a file, for opening. */
export async function loadIdentities(
  path: string,
  flags: PasswordFlags,
): Promise<readonly PrivateKey<KemDescriptor>[]> {
  const bytes = await readSmall(path, 'key');
  const text = ageText(bytes);
  if (text !== undefined) return decodeAgeIdentities(defaultProvider(), text);
  const read = await importKey(bytes, { use: 'kem', ...(await passwordFor(path, bytes, flags)) });
  if (read.kind === 'public') throw publicNotPrivate(path);
  return [read.key];
}

/** Refuses more keys than a dual signature has. */
export function requireOneOrTwo(files: readonly string[]): void {
  if (files.length > 2)
    throw new HybridgeError('invalid_argument', 'at most two keys: a classical and a post-quantum one', {
      fault: 'caller',
    });
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
  throw new HybridgeError(
    'wrong_algorithm',
    `${first.algorithm.name} and ${second.algorithm.name} do not make a dual signature`,
    { fault: 'caller', hint: 'it takes one classical key and one post-quantum or composite key' },
  );
}
