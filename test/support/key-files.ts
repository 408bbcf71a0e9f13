/** Key files for peers, in a folder that lasts as long as the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { der, encodePem } from '../../src/encoding/index.ts';
import { algorithm, type KeyAlgorithmName } from '../../src/registry/index.ts';

/** A folder that lasts as long as the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder and gives its path. */
export function fileIn(folder: string, name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

function oidOf(name: KeyAlgorithmName): string {
  const { oid } = algorithm(name).identifiers;
  if (oid === undefined) throw new Error(`${name} has no OID`);
  return oid;
}

/** SubjectPublicKeyInfo of an algorithm whose key stands raw in the BIT STRING. */
export function spkiPem(name: KeyAlgorithmName, raw: Uint8Array): string {
  return encodePem('PUBLIC KEY', der.sequence(der.sequence(der.oid(oidOf(name))), der.bitString(raw)));
}

/** PKCS#8 around what the algorithm's standard puts into the OCTET STRING. */
export function pkcs8Pem(name: KeyAlgorithmName, contents: Uint8Array): string {
  return encodePem(
    'PRIVATE KEY',
    der.sequence(der.integer(0), der.sequence(der.oid(oidOf(name))), der.octetString(contents)),
  );
}
