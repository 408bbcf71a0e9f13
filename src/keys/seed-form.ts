/** The CHOICE between seed and expanded private key [RFC 9881 §6, RFC 9935 §6], and the forms that ignore it. */
import { HybridgeError, requireLength } from '../bytes/index.ts';
import { der, implicit, OCTET_STRING, readDer, SEQUENCE } from '../encoding/index.ts';
import type { SeedExpansionName } from '../provider/index.ts';
import { type KeyDescriptor, mostBytes, type Size } from '../registry/index.ts';
import type { PrivateKeyFileForm } from './material.ts';

/** Sizes of the two forms, and the algorithm whose key generation leads from one to the other. */
export interface SeedSizes {
  readonly expansion: SeedExpansionName;
  readonly seed: number;
  readonly expanded: number;
  readonly publicKey: number;
}

const SEED = implicit(0);

/** The sizes of both forms, or `undefined` where a private key has one form only. */
export function seedSizes(descriptor: KeyDescriptor): SeedSizes | undefined {
  switch (descriptor.kind) {
    case 'ml-dsa':
    case 'ml-kem':
      return sizesOf(descriptor.name, descriptor);
    case 'hash-ml-dsa':
      return sizesOf(descriptor.base, descriptor);
    default:
      return undefined;
  }
}

function sizesOf(
  expansion: SeedExpansionName,
  {
    sizes,
    expandedPrivateKey,
  }: {
    readonly sizes: { readonly privateKey: Size; readonly publicKey: Size };
    readonly expandedPrivateKey: number;
  },
): SeedSizes {
  return {
    expansion,
    seed: mostBytes(sizes.privateKey),
    expanded: expandedPrivateKey,
    publicKey: mostBytes(sizes.publicKey),
  };
}

/** What the private key field of a PKCS#8 file holds. */
export interface SeedFormMaterial {
  readonly form: PrivateKeyFileForm;
  /** The seed where there is one, else the expanded key. */
  readonly privateKey: Uint8Array;
  readonly expanded?: Uint8Array;
  readonly publicKey?: Uint8Array;
}

/**
 * Reads the private key field of a PKCS#8 file. The bare forms are told by their lengths, which no CHOICE has: it
 * adds two bytes to a seed and four to an expanded key.
 *
 * @throws HybridgeError `invalid_encoding`, `invalid_length`.
 */
export function readSeedForm(bytes: Uint8Array, sizes: SeedSizes, what: string): SeedFormMaterial {
  if (bytes.length === sizes.seed) return { form: 'bare-seed', privateKey: bytes };
  if (bytes.length === sizes.expanded) return { form: 'bare-expanded', privateKey: bytes };
  const reader = readDer(bytes, what);
  if (reader.has(SEED)) {
    const seed = reader.octetString('seed', SEED);
    reader.end();
    return { form: 'seed', privateKey: ofLength(seed, sizes.seed, `${what}.seed`) };
  }
  if (reader.has(OCTET_STRING)) {
    const octets = reader.octetString('expandedKey');
    reader.end();
    if (octets.length === sizes.expanded + sizes.publicKey)
      return {
        form: 'oqs-key-pair',
        privateKey: octets.subarray(0, sizes.expanded),
        publicKey: octets.subarray(sizes.expanded),
      };
    return { form: 'expanded', privateKey: ofLength(octets, sizes.expanded, `${what}.expandedKey`) };
  }
  if (!reader.has(SEQUENCE))
    throw new HybridgeError(
      'invalid_encoding',
      `${what}: neither a seed, an expanded key nor both [RFC 9881 §6, RFC 9935 §6]`,
      { details: { actual: bytes.length } },
    );
  const both = reader.sequence('both');
  reader.end();
  const seed = ofLength(both.octetString('seed'), sizes.seed, `${what}.both.seed`);
  const expanded = ofLength(both.octetString('expandedKey'), sizes.expanded, `${what}.both.expandedKey`);
  both.end();
  return { form: 'both', privateKey: seed, expanded };
}

/** What is to be written: one form, or both. */
export type SeedFormParts =
  | { readonly form: 'both'; readonly seed: Uint8Array; readonly expanded: Uint8Array }
  | { readonly form: 'expanded'; readonly expanded: Uint8Array }
  | { readonly form: 'seed'; readonly seed: Uint8Array };

/** Writes the private key field of a PKCS#8 file. */
export function writeSeedForm(parts: SeedFormParts): Uint8Array {
  switch (parts.form) {
    case 'both':
      return der.sequence(der.octetString(parts.seed), der.octetString(parts.expanded));
    case 'expanded':
      return der.octetString(parts.expanded);
    case 'seed':
      return der.implicitOctetString(0, parts.seed);
  }
}

/** What is to be said of forms that no standard has. */
export const FORM_NOTES: Readonly<Partial<Record<PrivateKeyFileForm, string>>> = {
  'bare-seed': 'the seed stands bare, without the CHOICE of RFC 9881 and RFC 9935',
  'bare-expanded': 'the expanded key stands bare, without the CHOICE of RFC 9881 and RFC 9935',
  'oqs-key-pair': 'private and public key in one string, as oqs-provider writes them',
};

function ofLength(bytes: Uint8Array, expected: number, what: string): Uint8Array {
  requireLength(bytes, expected, what);
  return bytes;
}
