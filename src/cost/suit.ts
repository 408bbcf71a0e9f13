/**
 * Bytes of a signed SUIT envelope [draft-ietf-suit-manifest-37]: CBOR heads around a digest and one COSE_Sign1 with a
 * detached payload for each signature [RFC 9052 §4.2, RFC 8949 §3].
 */
import { HybridgeError } from '../bytes/index.ts';
import {
  type HashName,
  type RegistryEntry,
  type SignatureDescriptor,
  SIGNATURES,
  type Size,
  unknownAlgorithm,
} from '../registry/index.ts';
import { DER_SPREAD, publicKeyBytes } from './certificate-size.ts';
import { nearestNames } from './data/index.ts';
import { type Figure, noData, quantity, sum } from './quantity.ts';
import { registryEntry, STATEFUL_HASH_SETS, statefulHashSet } from './stateful-hash.ts';

/** Bytes of the initial byte and argument of a CBOR item [RFC 8949 §3]. */
function head(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  return argument < 0x1_0000 ? 3 : 5;
}

/** A COSE number that is not assigned yet will take two bytes, as all that drafts asked for. */
const UNASSIGNED = 2;

/** Bytes of an integer. */
function integer(value: number): number {
  return head(value < 0 ? -1 - value : value);
}

/** What a signature algorithm or parameter set is in numbers. */
export interface SignatureFigures {
  /** As the registry spells it, or the parameter set. */
  readonly name: string;
  /** As COSE carries it: ECDSA as two integers of full length [RFC 9053 §2.1]. */
  readonly signature: Figure<'bytes'>;
  /** Raw, as stored on a device. */
  readonly publicKey: Figure<'bytes'>;
  /** COSE number, where one is assigned. */
  readonly cose: number | undefined;
  readonly descriptor: SignatureDescriptor;
}

function derived(bytes: number, because: string): Figure<'bytes'> {
  return quantity(bytes, 'bytes', { status: 'derived', because });
}

function ofSize(size: Size, because: string): Figure<'bytes'> {
  if (typeof size === 'number') return derived(size, because);
  return quantity(
    size.max,
    'bytes',
    { status: 'derived', because: `at most, ${because}` },
    size.max - DER_SPREAD,
    size.max,
  );
}

function isSignature(entry: RegistryEntry | undefined): entry is SignatureDescriptor {
  return entry !== undefined && entry.kind !== 'obsolete' && entry.use === 'signature';
}

const SIGNATURE_NAMES: readonly string[] = [
  ...SIGNATURES.map(({ name }) => name),
  ...STATEFUL_HASH_SETS.map(({ name }) => name),
];

function noSignature(name: string, entry: RegistryEntry | undefined): HybridgeError {
  const fault = 'caller';
  if (entry?.kind === 'obsolete') return unknownAlgorithm(name);
  if (entry !== undefined)
    return new HybridgeError('wrong_algorithm', `${entry.name} is no signature algorithm`, { fault });
  const near = nearestNames(name, SIGNATURE_NAMES);
  return new HybridgeError('unknown_algorithm', `no such signature algorithm: ${name.slice(0, 80)}`, {
    fault,
    ...(near.length > 0 && { hint: `did you mean ${near.join(', ')}?` }),
  });
}

/** The registry's descriptor of a signature algorithm or parameter set. */
function signatureDescriptor(name: string): SignatureDescriptor {
  const entry = registryEntry(name);
  if (!isSignature(entry)) throw noSignature(name, entry);
  return entry;
}

/** Sizes of a signature algorithm or parameter set. @throws HybridgeError `unknown_algorithm`, `wrong_algorithm`. */
export function signatureFigures(name: string): SignatureFigures {
  const set = statefulHashSet(name);
  const descriptor = signatureDescriptor(name);
  const { cose } = descriptor.identifiers;
  if (set !== undefined)
    return {
      name: set.name,
      signature: derived(
        set.signatureBytes,
        `${name}: formula of ${set.family === 'HSS/LMS' ? 'RFC 8554 §5.4, §6.2' : 'RFC 8391 §4.1.8, §4.2.3'}`,
      ),
      publicKey: derived(set.publicKeyBytes, `${name}: public key`),
      cose,
      descriptor,
    };
  if (descriptor.kind === 'stateful-hash') {
    const unknown = noData('bytes', `no data: sizes of ${descriptor.name} hang on the parameter set`);
    return { name: descriptor.name, signature: unknown, publicKey: unknown, cose, descriptor };
  }
  const { key, sizes } = descriptor;
  const because = `${descriptor.name}: ${descriptor.reference}`;
  return {
    name: descriptor.name,
    signature:
      descriptor.kind === 'ecdsa' && key.kind === 'ec'
        ? derived(2 * key.coordinateSize, `${name}: both integers in full length [RFC 9053 §2.1]`)
        : ofSize(sizes.signature, because),
    publicKey: derived(publicKeyBytes(descriptor), because),
    cose,
    descriptor,
  };
}

function plus(figure: Figure<'bytes'>, of: (bytes: number) => number, because: string): Figure<'bytes'> {
  if (!figure.known) return figure;
  return quantity(
    figure.value + of(figure.value),
    'bytes',
    { status: figure.status, sources: figure.sources, because },
    figure.low + of(figure.low),
    figure.high + of(figure.high),
  );
}

/** Tag 18, an array of four, the protected header, an empty map, nil, and the head of the signature. */
function sign1Around(cose: number | undefined, signature: number): number {
  const header = 2 + (cose === undefined ? UNASSIGNED : integer(cose));
  return 1 + 1 + head(header) + header + 1 + 1 + head(signature);
}

/**
 * Bytes of a COSE_Sign1 with a detached payload and no header but `alg`. An estimate where COSE has no number yet.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`; `wrong_algorithm` for one that does not sign.
 *
 * @example
 * ```ts
 * import { coseSign1Bytes } from 'hybridge/cost';
 *
 * for (const name of ['ECDSA-P256-SHA256', 'ML-DSA-65', 'LMS-SHA256/192-H10-W8']) {
 *   const bytes = coseSign1Bytes(name);
 *   if (bytes.known) console.log(name, bytes.value); // 74, 3321, 916
 * }
 * ```
 */
export function coseSign1Bytes(algorithm: string): Figure<'bytes'> {
  const { signature, cose } = signatureFigures(algorithm);
  const because = `COSE_Sign1 of ${algorithm} with a detached payload [RFC 9052 §4.2]`;
  const made = plus(signature, (bytes) => sign1Around(cose, bytes), because);
  return cose === undefined && made.known
    ? {
        ...made,
        status: 'estimate',
        because: `${because}; no COSE number is assigned, two bytes are assumed`,
      }
    : made;
}

/**
 * Bytes of a public key as COSE_Key without `kid`.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`; `wrong_algorithm` for one that does not sign.
 *
 * @example
 * ```ts
 * import { coseKeyBytes } from 'hybridge/cost';
 *
 * const bytes = coseKeyBytes('ML-DSA-44');
 * if (bytes.known) console.log(bytes.value); // 1323
 * ```
 */
export function coseKeyBytes(algorithm: string): Figure<'bytes'> {
  const { publicKey, cose, descriptor } = signatureFigures(algorithm);
  const { key: form } = descriptor;
  // A map of at most 23 entries, kty, and alg where there is a number for it.
  const common = 1 + 2 + 1 + (cose === undefined ? UNASSIGNED : integer(cose));
  const because = `COSE_Key of ${algorithm}`;
  const text = (bytes: number): number => 1 + head(bytes) + bytes;
  switch (form.kind) {
    case 'ec':
      return derived(
        common + 1 + integer(form.coseCurve) + 2 * text(form.coordinateSize),
        `${because} [RFC 9053 §7.1.1]`,
      );
    case 'okp':
      return plus(
        publicKey,
        (bytes) => common + 1 + integer(form.coseCurve) + text(bytes) - bytes,
        `${because} [RFC 9053 §7.2]`,
      );
    case 'rsa':
      return derived(common + text(form.modulusBits / 8) + text(3), `${because} [RFC 8230 §4]`);
    default: {
      // RFC 9964 §3 (AKP) and RFC 8778 §4 (HSS-LMS) alike: the key is one string.
      const made = plus(publicKey, (bytes) => common + text(bytes) - bytes, because);
      return cose === undefined && made.known
        ? {
            ...made,
            status: 'estimate',
            because: `${because}, as if it had a number and the form of RFC 9964`,
          }
        : made;
    }
  }
}

/** Digests of SUIT: an array of a number and a byte string. */
const DIGESTS: Readonly<
  Record<'SHA-256' | 'SHA-512' | 'SHAKE256', { readonly alg: number; readonly bytes: number }>
> = {
  'SHA-256': { alg: -16, bytes: 32 },
  'SHA-512': { alg: -44, bytes: 64 },
  SHAKE256: { alg: -45, bytes: 64 },
};

/** Hashes that a manifest may name. */
export type SuitHash = Extract<HashName, keyof typeof DIGESTS>;

function digestBytes(hash: SuitHash): number {
  const { alg, bytes } = DIGESTS[hash];
  const digest = 1 + integer(alg) + head(bytes) + bytes;
  return head(digest) + digest;
}

/** What a signed envelope is made of. */
export interface SuitEnvelope {
  /** The envelope without its COSE authentication objects, but with the digest of the manifest. */
  readonly unsignedBytes: number;
  /** Default SHA-256. */
  readonly hash?: SuitHash;
  readonly signatures: readonly string[];
}

/**
 * Bytes of a SUIT envelope with its authentication blocks.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`; `wrong_algorithm` for one that does not sign.
 *
 * @example
 * ```ts
 * import { suitEnvelopeBytes } from 'hybridge/cost';
 *
 * // The first example of the specification: 161 bytes before it is signed, 237 after.
 * const bytes = suitEnvelopeBytes({ unsignedBytes: 161, signatures: ['ECDSA-P256-SHA256'] });
 * if (bytes.known) console.log(bytes.value);
 * ```
 */
export function suitEnvelopeBytes({
  unsignedBytes,
  hash = 'SHA-256',
  signatures,
}: SuitEnvelope): Figure<'bytes'> {
  const blocks = sum(
    'bytes',
    signatures.map((name) => plus(coseSign1Bytes(name), head, `authentication block of ${name}`)),
    'authentication blocks',
  );
  // The wrapper is a byte string around an array; its head grows with the blocks in it.
  const bare = 1 + digestBytes(hash);
  const because = `SUIT envelope of ${unsignedBytes} bytes and ${signatures.length === 1 ? 'an authentication block' : `${signatures.length} authentication blocks`} [draft-ietf-suit-manifest-37]`;
  return plus(blocks, (bytes) => unsignedBytes + head(bare + bytes) - head(bare), because);
}
