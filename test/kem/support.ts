/** Providers to test on, keys from raw bytes, and key files for peers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { der, encodePem, readDer } from '../../src/encoding/index.ts';
import { kemFor } from '../../src/kem/index.ts';
import { composeProviders, PrivateKey, type Provider, PublicKey } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { kem, type KemName, type KemTable } from '../../src/registry/index.ts';
import { derandomized, fixedRandom } from '../../src/testing/index.ts';

/** Everything in JavaScript. */
export const portable: Provider = createNobleProvider();

const nodeCrypto = createNativeProvider();

/** node:crypto where it has the primitive, else as `portable`: what Node users get. */
export const native: Provider =
  nodeCrypto === undefined ? portable : composeProviders('native first', nodeCrypto, portable);

export const PROVIDERS: readonly (readonly [name: string, provider: Provider])[] = [
  ['native', native],
  ['portable', portable],
];

/** The provider with these bytes for randomness and nothing after them; ML-KEM of node:crypto cannot be told. */
export function withRandomness(provider: Provider, ...bytes: readonly Uint8Array[]): Provider {
  const random = fixedRandom(Buffer.concat(bytes));
  return composeProviders(
    `${provider.name} with fixed randomness`,
    derandomized(provider, random),
    createNobleProvider({ random }),
  );
}

export function publicKeyOf<Name extends KemName>(name: Name, bytes: Uint8Array): PublicKey<KemTable[Name]> {
  return new PublicKey(kem(name), bytes);
}

/** A private key from its stored form; the public key is computed. */
export async function privateKeyOf<Name extends KemName>(
  provider: Provider,
  name: Name,
  stored: Uint8Array,
): Promise<PrivateKey<KemTable[Name]>> {
  const descriptor = kem(name);
  const handle = await kemFor(provider, descriptor).decapsulationKey(stored);
  const key = new PrivateKey(new PublicKey(descriptor, handle.publicKey), stored);
  handle.dispose();
  return key;
}

/** A folder that lasts as long as the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-kem-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder and gives its path. */
export function fileIn(folder: string, name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

function oidOf(name: KemName): string {
  const { oid } = kem(name).identifiers;
  if (oid === undefined) throw new Error(`${name} has no OID`);
  return oid;
}

/** SubjectPublicKeyInfo of a KEM whose key stands raw in the BIT STRING. */
export function spkiPem(name: KemName, raw: Uint8Array): string {
  return encodePem('PUBLIC KEY', der.sequence(der.sequence(der.oid(oidOf(name))), der.bitString(raw)));
}

/** PKCS#8 around what the KEM's document puts into the OCTET STRING. */
export function pkcs8Pem(name: KemName, contents: Uint8Array): string {
  return encodePem(
    'PRIVATE KEY',
    der.sequence(der.integer(0), der.sequence(der.oid(oidOf(name))), der.octetString(contents)),
  );
}

/** What PKCS#8 in DER carries. */
export function contentsOfPkcs8(bytes: Uint8Array): Uint8Array {
  const key = readDer(bytes, 'PrivateKeyInfo').sequence('key');
  key.smallInteger('version');
  key.sequence('algorithm');
  return key.octetString('privateKey');
}
