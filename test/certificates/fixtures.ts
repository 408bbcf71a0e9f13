/** Keys and times that tests of certificates share. */
import { defaultProvider } from '../../src/default/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import type { KeyPair, Provider } from '../../src/provider/index.ts';
import type { KemName, KemTable, SignatureName, SignatureTable } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

/** On Node it has every primitive, RSA included. */
export const provider: Provider = defaultProvider();

/** The day of tests: within every validity that they issue. */
export const AT: Date = new Date('2026-12-01T12:00:00Z');

/** From when certificates of tests are valid: earlier than the present, which peers compare with. */
export const NOT_BEFORE: Date = new Date('2026-01-01T00:00:00Z');

const made = new Map<string, Promise<unknown>>();

function once<T>(name: string, make: () => Promise<T>, isMade: (value: unknown) => value is T): Promise<T> {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known.then((value) => {
    if (!isMade(value)) throw new Error(`${name}: another kind of key`);
    return value;
  });
}

/** A signature key pair, the same for one label within a file: RSA keys take their time. */
export function signatureKeys<Name extends SignatureName>(
  name: Name,
  label = '',
): Promise<KeyPair<SignatureTable[Name]>> {
  return once(
    `${name} ${label}`,
    () => generateKeyPair(provider, name),
    (value): value is KeyPair<SignatureTable[Name]> => typeof value === 'object',
  );
}

/** A KEM key pair, the same for one label within a file. */
export function kemKeys<Name extends KemName>(name: Name, label = ''): Promise<KeyPair<KemTable[Name]>> {
  return once(
    `${name} ${label}`,
    () => generateKemKeyPair(provider, name),
    (value): value is KeyPair<KemTable[Name]> => typeof value === 'object',
  );
}
