/** The objects of an operation that live in RAM beside its stack, and the keys that lie in flash. */
import {
  algorithm,
  type AlgorithmDescriptor,
  type KeyDescriptor,
  type KemDescriptor,
  mostBytes,
  type SignatureDescriptor,
  type Size,
} from '../registry/index.ts';
import { DER_SPREAD, publicKeyBytes, RSA_EXPONENT_SAVING } from './certificate-size.ts';
import type { CostOperation } from './data/types.ts';
import { type Figure, noData, quantity, type Quantity } from './quantity.ts';
import { statefulHashSet } from './stateful-hash.ts';
import { registered } from './work.ts';

type Bytes = Figure<'bytes'>;
type Objects = readonly { readonly label: string; readonly bytes: Bytes }[];

/** The source that has the sizes of NIST's standards in one place; drafts are cited in words. */
function tableOf(reference: string): readonly string[] {
  return reference.startsWith('FIPS 20') ? ['fips'] : [];
}

/** A size of the registry: exact, or up to `spread` bytes below the most. */
function sizeOf(
  size: Size,
  { reference: because }: AlgorithmDescriptor,
  spread: number = DER_SPREAD,
): Quantity<'bytes'> {
  const most = mostBytes(size);
  const least = typeof size === 'number' ? size : size.max - spread;
  return quantity(most, 'bytes', { status: 'published', sources: tableOf(because), because }, least, most);
}

/** Bytes of a public key as it is sent; RSA with the exponent that everybody has. */
function publicKeyOf(descriptor: KeyDescriptor): Quantity<'bytes'> {
  return sizeOf(publicKeyBytes(descriptor), descriptor);
}

/**
 * Four numbers of an RSA private key (its exponent, two remainders and the coefficient) may be shorter than their
 * largest size, as the two of an ECDSA signature are [RFC 8017 §A.1.2].
 */
const RSA_SPREAD = 2 * DER_SPREAD;

/** Bytes of a private key as it is stored: the seed of a lattice scheme, the DER of an RSA key. */
export function storedPrivateKey(descriptor: KeyDescriptor): Quantity<'bytes'> {
  const { privateKey: size } = descriptor.sizes;
  const stored =
    descriptor.key.kind === 'rsa' && typeof size !== 'number'
      ? { max: size.max - RSA_EXPONENT_SAVING }
      : size;
  return sizeOf(stored, descriptor, RSA_SPREAD);
}

/** What implementations make of the key that is stored before they use it; of a hybrid that of both components. */
function expandedPrivateKey(descriptor: KeyDescriptor): Quantity<'bytes'> | undefined {
  if ('expandedPrivateKey' in descriptor) {
    const { expandedPrivateKey: bytes, reference } = descriptor;
    const because = `${reference}: expanded`;
    return quantity(bytes, 'bytes', { status: 'published', sources: tableOf(reference), because });
  }
  if (!('postQuantum' in descriptor)) return undefined;
  const { postQuantum, traditional } = descriptor;
  const expanded = expandedPrivateKey(algorithm(postQuantum));
  if (expanded === undefined) return undefined;
  const { value } = storedPrivateKey(algorithm(traditional));
  const because = `${expanded.because}, with the key of ${traditional}`;
  return quantity(expanded.value + value, 'bytes', { ...expanded, status: 'derived', because });
}

/** Bytes of the expanded private key, which implementations keep in RAM; the seed where it is not expanded before. */
function privateKey(descriptor: KeyDescriptor): Quantity<'bytes'> {
  const stored = storedPrivateKey(descriptor);
  const expanded = expandedPrivateKey(descriptor);
  if (expanded === undefined) return stored;
  const because = `${expanded.because}; ${stored.value} bytes for an implementation that takes the seed`;
  return { ...expanded, low: stored.low, because };
}

function kemObjects(descriptor: KemDescriptor, operation: CostOperation): Objects {
  const { sizes } = descriptor;
  const own = { label: 'private key', bytes: privateKey(descriptor) };
  const publicKey = { label: 'public key', bytes: publicKeyOf(descriptor) };
  const ciphertext = { label: 'ciphertext', bytes: sizeOf(sizes.ciphertext, descriptor) };
  const secret = { label: 'shared secret', bytes: sizeOf(sizes.sharedSecret, descriptor) };
  switch (operation) {
    case 'keygen':
      return [own, publicKey];
    case 'encaps':
      return [publicKey, ciphertext, secret];
    case 'agree':
      return [own, publicKey, secret];
    default:
      return [own, ciphertext, secret];
  }
}

function signatureObjects(descriptor: SignatureDescriptor, operation: CostOperation): Objects {
  const { sizes } = descriptor;
  const own = { label: 'private key', bytes: privateKey(descriptor) };
  const publicKey = { label: 'public key', bytes: publicKeyOf(descriptor) };
  const signature = { label: 'signature', bytes: sizeOf(sizes.signature, descriptor) };
  switch (operation) {
    case 'keygen':
      return [own, publicKey];
    case 'sign':
      return [own, signature];
    default:
      return [publicKey, signature];
  }
}

/** What the caller of an operation holds while it runs: keys, ciphertext or signature, secret or digest. */
export function objectsOf(algorithm: string, operation: CostOperation): Objects {
  const descriptor = registered(algorithm);
  switch (descriptor?.use) {
    case 'kem':
      return kemObjects(descriptor, operation);
    case 'signature':
      // The sizes of stateful schemes hang on parameter sets, which are asked for by names of their own.
      return descriptor.kind === 'stateful-hash'
        ? dataObjects(algorithm, operation)
        : signatureObjects(descriptor, operation);
    case 'hash':
      return [{ label: 'digest', bytes: sizeOf(descriptor.digestSize, descriptor) }];
    default:
      return dataObjects(algorithm, operation);
  }
}

function dataObjects(algorithm: string, operation: CostOperation): Objects {
  const set = statefulHashSet(algorithm);
  if (set === undefined || operation !== 'verify')
    return [{ label: 'keys and signature', bytes: noData('bytes', `no data: sizes of ${algorithm}`) }];
  const because = `computed from the parameters of ${algorithm}`;
  const bytes = (value: number): Bytes =>
    quantity(value, 'bytes', { status: 'derived', sources: ['fips'], because });
  return [
    { label: 'public key', bytes: bytes(set.publicKeyBytes) },
    { label: 'signature', bytes: bytes(set.signatureBytes) },
  ];
}
