/** COSE_Key with what a user of COSE adds to a key: its identifier, its thumbprint, and numbers of drafts. */
import { equal, HybridgeError, wipe } from '../bytes/index.ts';
import { type CborMap, type CborValue, decodeCbor, encodeCbor, isCborMap } from '../encoding/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  importKey,
  importPrivateKey,
  importPublicKey,
} from '../keys/index.ts';
import { type PrivateKey, type Provider, type PublicKey, requireHash } from '../provider/index.ts';
import {
  type HashName,
  type SignatureDescriptor,
  type SignatureName,
  SIGNATURES,
} from '../registry/index.ts';
import { type DraftNumbers, numberOf } from './algorithm.ts';

const STRUCTURE = 'COSE_Key';
const KTY = 1;
const KID = 2;
const ALG = 3;
const PUB = -1;
const PRIV = -2;
const OKP = 1;
const EC2 = 2;
const RSA = 3;
const AKP = 7;

/** The parameters that a thumbprint is made of, by key type [RFC 9679 §4, RFC 9964 §4]. */
const IDENTITY: ReadonlyMap<CborValue, readonly number[]> = new Map([
  [OKP, [KTY, -1, -2]],
  [EC2, [KTY, -1, -2, -3]],
  [RSA, [KTY, -1, -2]],
  [AKP, [KTY, ALG, PUB]],
]);

/** How a COSE_Key is read. */
export interface CoseKeyImportOptions {
  /** What the key is for, where it does not say so itself: an RSA key is for PKCS #1 v1.5 unless told. */
  readonly algorithm?: SignatureName | undefined;
  /** Numbers for algorithms that have none. */
  readonly drafts?: DraftNumbers | undefined;
}

/** How a COSE_Key is written. */
export interface CoseKeyExportOptions {
  /** The key identifier that goes into it. */
  readonly kid?: Uint8Array | undefined;
  /** Numbers for algorithms that have none. */
  readonly drafts?: DraftNumbers | undefined;
}

/** A COSE_Key that was read. */
export type ImportedCoseKey = { readonly kid: Uint8Array | undefined } & (
  | { readonly kind: 'private'; readonly key: PrivateKey<SignatureDescriptor> }
  | { readonly kind: 'public'; readonly key: PublicKey<SignatureDescriptor> }
);

/**
 * Reads a signature key from a COSE_Key, with its `kid`. Everything but drafts is read as {@link importKey} does.
 *
 * @throws {@link HybridgeError} as {@link importKey}.
 *
 * @example
 * ```ts
 * import { exportCoseKey, importCoseKey } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const encoded = exportCoseKey(publicKey, { kid: new TextEncoder().encode('sensor-7') });
 * const { kind, key, kid } = await importCoseKey(provider, encoded);
 * console.log(kind, key.algorithm.name, kid?.length); // public ML-DSA-44 8
 * ```
 */
export async function importCoseKey(
  provider: Provider,
  bytes: Uint8Array,
  { algorithm, drafts }: CoseKeyImportOptions = {},
): Promise<ImportedCoseKey> {
  const map = mapOf(bytes);
  const kid = optionalBytes(map, KID, 'kid');
  const draft = drafts === undefined ? undefined : draftAlgorithm(map, drafts);
  if (draft !== undefined && (algorithm === undefined || algorithm === draft.name))
    return { kid, ...(await importDraft(provider, map, draft)) };
  const read = await importKey(provider, bytes, {
    format: 'cose',
    use: 'signature',
    ...(algorithm === undefined ? {} : { algorithm }),
  });
  return read.kind === 'public'
    ? { kid, kind: 'public', key: read.key }
    : { kid, kind: 'private', key: read.key };
}

/** The algorithm that a draft's number in an AKP key stands for. */
function draftAlgorithm(map: CborMap, drafts: DraftNumbers): SignatureDescriptor | undefined {
  const alg = map.get(ALG);
  if (map.get(KTY) !== AKP || alg === undefined) return undefined;
  return SIGNATURES.find(
    (descriptor) => descriptor.identifiers.cose === undefined && numberOf(descriptor, drafts) === alg,
  );
}

async function importDraft(
  provider: Provider,
  map: CborMap,
  { name }: SignatureDescriptor,
): Promise<
  | { readonly kind: 'private'; readonly key: PrivateKey<SignatureDescriptor> }
  | { readonly kind: 'public'; readonly key: PublicKey<SignatureDescriptor> }
> {
  const options = { format: 'raw', algorithm: name } as const;
  const publicBytes = optionalBytes(map, PUB, 'pub');
  if (publicBytes === undefined) throw malformed('pub (-1) is missing');
  const publicKey = await importPublicKey(provider, publicBytes, options);
  const priv = optionalBytes(map, PRIV, 'priv');
  if (priv === undefined) return { kind: 'public', key: publicKey };
  const key = await importPrivateKey(provider, priv, options);
  if (!equal(key.publicKey.bytes(), publicBytes))
    throw new HybridgeError('invalid_key', `${name}: the public key beside the private key is another's`);
  return { kind: 'private', key };
}

/**
 * Writes a public signature key as COSE_Key.
 *
 * @throws {@link HybridgeError} `unsupported` for keys that no COSE_Key can hold.
 *
 * @example
 * ```ts
 * import { coseKeyThumbprint, exportCoseKey } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const kid = coseKeyThumbprint(provider, publicKey);
 * console.log(exportCoseKey(publicKey, { kid }).length); // 1997
 * ```
 */
export function exportCoseKey(
  publicKey: PublicKey<SignatureDescriptor>,
  { kid, drafts }: CoseKeyExportOptions = {},
): Uint8Array {
  const draft = draftFields(publicKey, drafts);
  return withKid(draft ?? mapOf(exportPublicKey(publicKey, { format: 'cose' })), kid);
}

/**
 * Writes a private signature key as COSE_Key. The result is secret: wipe it, or store it where only its owner reads.
 *
 * @throws {@link HybridgeError} `unsupported` for keys that no COSE_Key can hold; `key_disposed`.
 *
 * @example
 * ```ts
 * import { exportCosePrivateKey, importCoseKey } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const read = await importCoseKey(provider, await exportCosePrivateKey(provider, privateKey));
 * console.log(read.kind, read.key.algorithm.name); // private ML-DSA-44
 * ```
 */
export async function exportCosePrivateKey(
  provider: Provider,
  privateKey: PrivateKey<SignatureDescriptor>,
  { kid, drafts }: CoseKeyExportOptions = {},
): Promise<Uint8Array> {
  const draft = draftFields(privateKey.publicKey, drafts);
  const secret = await exportPrivateKey(provider, privateKey, {
    format: draft === undefined ? 'cose' : 'raw',
  });
  try {
    return withKid(draft === undefined ? mapOf(secret) : new Map([...draft, [PRIV, secret]]), kid);
  } finally {
    wipe(secret);
  }
}

/**
 * The thumbprint of a key [RFC 9679], the same for its public and its private half; often a `kid`.
 *
 * @param hash - SHA-256 unless told.
 * @throws {@link HybridgeError} `unsupported` for keys that no COSE_Key can hold.
 *
 * @example
 * ```ts
 * import { coseKeyThumbprint } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-DSA-87');
 * console.log(coseKeyThumbprint(provider, publicKey).length); // 32
 * ```
 */
export function coseKeyThumbprint(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  { hash = 'SHA-256', drafts }: ThumbprintOptions = {},
): Uint8Array {
  const map = draftFields(publicKey, drafts) ?? mapOf(exportPublicKey(publicKey, { format: 'cose' }));
  const labels = IDENTITY.get(map.get(KTY) ?? null) ?? [];
  const identity = new Map(Array.from(map).filter(([label]) => labels.some((one) => one === label)));
  return requireHash(provider, hash).digest(encodeCbor(identity));
}

/** How a thumbprint is made. */
export interface ThumbprintOptions {
  readonly hash?: HashName | undefined;
  /** Numbers for algorithms that have none. */
  readonly drafts?: DraftNumbers | undefined;
}

/** The AKP key of an algorithm that has a number of a draft only. */
function draftFields(
  publicKey: PublicKey<SignatureDescriptor>,
  drafts: DraftNumbers | undefined,
): CborMap | undefined {
  const { algorithm } = publicKey;
  const number = algorithm.identifiers.cose === undefined ? numberOf(algorithm, drafts) : undefined;
  if (number === undefined) return undefined;
  return new Map<CborValue, CborValue>([
    [KTY, AKP],
    [ALG, number],
    [PUB, publicKey.bytes()],
  ]);
}

function withKid(map: CborMap, kid: Uint8Array | undefined): Uint8Array {
  return encodeCbor(kid === undefined ? map : new Map([...map, [KID, kid]]));
}

function mapOf(bytes: Uint8Array): CborMap {
  const map = decodeCbor(bytes, STRUCTURE);
  if (!isCborMap(map)) throw malformed('not a map');
  return map;
}

function optionalBytes(map: CborMap, label: number, name: string): Uint8Array | undefined {
  const value = map.get(label);
  if (value === undefined || value instanceof Uint8Array) return value;
  throw malformed(`${name} (${label}) is not a byte string`);
}

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `${STRUCTURE}: ${why}`);
}
