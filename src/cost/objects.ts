/** The objects of an operation that live in RAM beside its stack, and the keys that lie in flash. */
import type { AlgorithmDescriptor, KeyDescriptor, Size } from '../registry/index.ts';
import { DER_SPREAD, publicKeyBytes } from './certificate-size.ts';
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

/** A size of the registry: exact, or at most, as DER encodings of two integers are. */
function sizeOf(size: Size, { reference: because }: AlgorithmDescriptor): Quantity<'bytes'> {
  const most = typeof size === 'number' ? size : size.max;
  const least = typeof size === 'number' ? size : size.max - DER_SPREAD;
  return quantity(most, 'bytes', { status: 'published', sources: tableOf(because), because }, least, most);
}

/** Bytes of a public key as it is sent; RSA with the exponent that everybody has. */
function publicKeyOf(descriptor: AlgorithmDescriptor & KeyDescriptor): Quantity<'bytes'> {
  return sizeOf(publicKeyBytes(descriptor), descriptor);
}

/** Bytes of the expanded private key, which implementations keep in RAM; the seed where it is not expanded before. */
function privateKey(descriptor: AlgorithmDescriptor): Quantity<'bytes'> | undefined {
  if (descriptor.use !== 'kem' && descriptor.use !== 'signature') return undefined;
  const stored = descriptor.sizes.privateKey;
  const expanded = 'expandedPrivateKey' in descriptor ? descriptor.expandedPrivateKey : undefined;
  const seed = sizeOf(stored, descriptor);
  if (expanded === undefined) return seed;
  return quantity(
    expanded,
    'bytes',
    {
      status: 'published',
      sources: tableOf(descriptor.reference),
      because: `${descriptor.reference}: expanded; ${seed.value} bytes for an implementation that takes the seed`,
    },
    seed.low,
    expanded,
  );
}

function kemObjects(descriptor: AlgorithmDescriptor & { use: 'kem' }, operation: CostOperation): Objects {
  const { sizes } = descriptor;
  const own = { label: 'private key', bytes: privateKey(descriptor) ?? noData('bytes', 'no data') };
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

function signatureObjects(
  descriptor: AlgorithmDescriptor & { use: 'signature' },
  operation: CostOperation,
): Objects {
  const { sizes } = descriptor;
  const own = { label: 'private key', bytes: privateKey(descriptor) ?? noData('bytes', 'no data') };
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
