/** Certificates with planted defects: every field can be replaced by bytes of the test's choice. */
import { concat, EMPTY } from '../../src/bytes/index.ts';
import {
  encodeExtension,
  encodeExtensions,
  type Extension,
  encodeTime,
  nameFrom,
  signatureIdentifier,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { writeSpki } from '../../src/keys/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import type { PrivateKey, PublicKey } from '../../src/provider/index.ts';
import type { KemName, SignatureDescriptor, SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair, sign } from '../../src/sign/index.ts';
import { provider } from '../keys/support.ts';

/** The fields of a certificate, each as the DER that is written. */
export interface Fields {
  /** `[0]` with the version; empty to leave it out. */
  readonly version: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** The algorithm inside. */
  readonly inner: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Unique identifiers, one after the other. */
  readonly unique: Uint8Array;
  /** `[3]` with the extensions; empty to leave them out. */
  readonly extensions: Uint8Array;
  /** The algorithm outside. */
  readonly outer: Uint8Array;
}

/** What is not as in a certificate without fault. */
export interface Change extends Partial<Fields> {
  /** Both algorithm identifiers. */
  readonly algorithm?: Uint8Array;
  /** Extensions by name in place of those of the base; null leaves one out. */
  readonly with?: Readonly<Record<string, Extension | null>>;
  readonly signer?: PrivateKey<SignatureDescriptor>;
  /** In place of a signature over what was built. */
  readonly signature?: Uint8Array;
}

const made = new Map<string, Promise<PrivateKey<SignatureDescriptor>>>();

/** A signature key, made once per name. */
export function signatureKey(name: SignatureName, which = ''): Promise<PrivateKey<SignatureDescriptor>> {
  const id = `${name} ${which}`;
  const before = made.get(id);
  if (before !== undefined) return before;
  const key = generateKeyPair(provider, name).then(({ privateKey }) => privateKey);
  made.set(id, key);
  return key;
}

/** SubjectPublicKeyInfo of a key. */
export const spkiOf = (key: PublicKey): Uint8Array => writeSpki(key.algorithm, key.bytes());

/** SubjectPublicKeyInfo of a new KEM key. */
export async function kemSpki(name: KemName): Promise<Uint8Array> {
  return spkiOf((await generateKemKeyPair(provider, name)).publicKey);
}

/** A SubjectPublicKeyInfo of any algorithm and any bytes. */
export function rawSpki(oid: string, key: Uint8Array, parameters: Uint8Array = EMPTY): Uint8Array {
  return der.sequence(der.sequence(der.oid(oid), parameters), der.bitString(key));
}

/** An RSA key that nobody has the primes of: only its size matters here. */
export function rsaSpki(bits: number, parameters: Uint8Array = der.nil()): Uint8Array {
  const modulus = new Uint8Array(bits / 8).fill(0xb7);
  const key = der.sequence(der.unsignedInteger(modulus), der.integer(65537));
  return rawSpki('1.2.840.113549.1.1.1', key, parameters);
}

export const name = (text: string): Uint8Array => nameFrom(text).bytes;
export const validity = (from: string, until: string): Uint8Array =>
  der.sequence(encodeTime(new Date(from)), encodeTime(new Date(until)));
const extensions = (list: readonly Extension[]): Uint8Array => der.explicit(3, encodeExtensions(list));

const identifier = (octet: number): Uint8Array => new Uint8Array(20).fill(octet);
const ISSUER = identifier(0x11);

/** Extensions of a TLS server certificate without fault. */
export const LEAF_EXTENSIONS: Readonly<Record<string, Extension>> = {
  keyUsage: encodeExtension('keyUsage', ['digitalSignature']),
  subjectAltName: encodeExtension('subjectAltName', [{ kind: 'dns', name: 'pump.example' }]),
  extendedKeyUsage: encodeExtension('extendedKeyUsage', ['1.3.6.1.5.5.7.3.1']),
  subjectKeyIdentifier: encodeExtension('subjectKeyIdentifier', identifier(0x22)),
  authorityKeyIdentifier: encodeExtension('authorityKeyIdentifier', { keyIdentifier: ISSUER }),
};

/** Extensions of a CA certificate without fault. */
export const CA_EXTENSIONS: Readonly<Record<string, Extension>> = {
  basicConstraints: encodeExtension('basicConstraints', { ca: true }),
  keyUsage: encodeExtension('keyUsage', ['keyCertSign', 'cRLSign']),
  subjectKeyIdentifier: encodeExtension('subjectKeyIdentifier', ISSUER),
};

const SERIAL = der.element(
  2,
  Uint8Array.from({ length: 20 }, (_, index) => 0x51 + index),
);

async function build(base: Fields, extensionsOfBase: Readonly<Record<string, Extension>>, change: Change) {
  const signer = change.signer ?? (await signatureKey('ML-DSA-44', 'ca'));
  const algorithm = change.algorithm ?? signatureIdentifier(signer.algorithm);
  const list = Object.entries({ ...extensionsOfBase, ...change.with }).flatMap(([, one]) => one ?? []);
  const fields: Fields = {
    ...base,
    inner: algorithm,
    outer: algorithm,
    extensions: extensions(list),
    ...change,
  };
  const tbs = der.sequence(
    concat(
      fields.version,
      fields.serialNumber,
      fields.inner,
      fields.issuer,
      fields.validity,
      fields.subject,
      fields.spki,
      fields.unique,
      fields.extensions,
    ),
  );
  const signature = change.signature ?? (await sign(provider, signer, tbs));
  return der.sequence(tbs, fields.outer, der.bitString(signature));
}

function baseFields(subject: string, spki: Uint8Array, until: string): Fields {
  return {
    version: der.explicit(0, der.integer(2)),
    serialNumber: SERIAL,
    inner: EMPTY,
    issuer: name('CN=Issuing CA,O=Hospital'),
    validity: validity('2026-11-01T00:00:00Z', until),
    subject: name(subject),
    spki,
    unique: EMPTY,
    extensions: EMPTY,
    outer: EMPTY,
  };
}

/** A TLS server certificate with an ML-DSA-44 key, signed by ML-DSA-44. */
export async function leaf(change: Change = {}): Promise<Uint8Array> {
  const { publicKey } = await signatureKey('ML-DSA-44', 'leaf');
  const base = baseFields('CN=pump.example', spkiOf(publicKey), '2027-04-30T00:00:00Z');
  return build(base, LEAF_EXTENSIONS, change);
}

/** A self-signed CA with an ML-DSA-44 key. */
export async function ca(change: Change = {}): Promise<Uint8Array> {
  const { publicKey } = await signatureKey('ML-DSA-44', 'ca');
  const base = baseFields('CN=Issuing CA,O=Hospital', spkiOf(publicKey), '2035-11-01T00:00:00Z');
  return build(base, CA_EXTENSIONS, change);
}

/** Extensions of a certificate for encryption without fault. */
const KEM_EXTENSIONS: Readonly<Record<string, Extension | null>> = {
  keyUsage: encodeExtension('keyUsage', ['keyEncipherment']),
  extendedKeyUsage: null,
};

/** A certificate with an ML-KEM-512 key, signed by ML-DSA-44. */
export async function kemLeaf(change: Change = {}): Promise<Uint8Array> {
  const spki = await kemSpki('ML-KEM-512');
  return leaf({ spki, ...change, with: { ...KEM_EXTENSIONS, ...change.with } });
}
