import type { KeyDescriptor } from '../registry/index.ts';

/**
 * How a file holds a private key that has a seed and an expanded form (ML-KEM, ML-DSA).
 *
 * - `seed`, `expanded`, `both`: the three choices of RFC 9881 §6 and RFC 9935 §6.
 * - `bare-seed`, `bare-expanded`: the same bytes without the CHOICE around them (Botan writes the first).
 * - `oqs-key-pair`: expanded private key and public key in one OCTET STRING (oqs-provider).
 */
export type PrivateKeyFileForm =
  'bare-expanded' | 'bare-seed' | 'both' | 'expanded' | 'oqs-key-pair' | 'seed';

/** What a file says of a public key, before any cryptography has looked at it. */
export interface PublicMaterial {
  readonly kind: 'public';
  /** The algorithms that the file leaves open, the preferred one first. */
  readonly algorithms: readonly KeyDescriptor[];
  readonly publicKey: Uint8Array;
  /** What a reader should know: a deviation, or something that was left out. */
  readonly note?: string;
}

/** What a file says of a private key, before any cryptography has looked at it. */
export interface PrivateMaterial {
  readonly kind: 'private';
  readonly algorithms: readonly KeyDescriptor[];
  /** The stored form: the seed where the file has one, else what it has. */
  readonly privateKey: Uint8Array;
  /** Absent for algorithms whose private key has one form only. */
  readonly form?: PrivateKeyFileForm;
  /** Of a file with both forms, the expanded one: the seed must expand to it. */
  readonly expanded?: Uint8Array;
  /** The public key that the file carries along: it must be the one of the private key. */
  readonly publicKey?: Uint8Array;
  readonly note?: string;
}

/** A key as a file gives it. */
export type Material = PrivateMaterial | PublicMaterial;
