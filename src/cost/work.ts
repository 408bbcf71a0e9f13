/**
 * What an operation of an algorithm is made of, in the words of the data: a hybrid is its components, a certificate's
 * hash variant of ECDSA is the same curve arithmetic, encapsulation with a curve is a key pair and an agreement.
 */
import { HybridgeError } from '../bytes/index.ts';
import {
  algorithm as descriptorOf,
  type AlgorithmDescriptor,
  ALGORITHMS,
  type EcCurveName,
  type EcdsaName,
  type HashName,
  type KeyAgreementName,
} from '../registry/index.ts';
import type { CostOperation } from './data/types.ts';
import { statefulHashSet } from './stateful-hash.ts';

/** One piece of work that a row of the data may be about. */
export interface Work {
  readonly algorithm: string;
  readonly operation: CostOperation;
  /** The same amount of work under another name, where the data has no row of this one. */
  readonly instead?: Work;
}

/** A hash over the message, and how often it runs over it. */
export interface MessageHash {
  readonly hash: HashName;
  readonly passes: number;
}

const DESCRIPTORS: ReadonlyMap<string, AlgorithmDescriptor> = new Map(
  ALGORITHMS.map((descriptor) => [descriptor.name, descriptor]),
);

/** The descriptor of a name of the registry; `undefined` for names that only the data has. */
export function registered(name: string): AlgorithmDescriptor | undefined {
  return DESCRIPTORS.get(name);
}

/** The rows of ECDSA are those of the curve with its own hash: the hash of the message is counted apart. */
const ECDSA_OF_CURVE: Readonly<Record<EcCurveName, EcdsaName>> = {
  'P-256': 'ECDSA-P256-SHA256',
  'P-384': 'ECDSA-P384-SHA384',
  'P-521': 'ECDSA-P521-SHA512',
  brainpoolP256r1: 'ECDSA-brainpoolP256r1-SHA256',
  brainpoolP384r1: 'ECDSA-brainpoolP384r1-SHA384',
};

/** A key pair of a curve is one multiplication, of the base point; an agreement is one of another point. */
function keyPair(name: KeyAgreementName): Work {
  const { key } = descriptorOf(name);
  const agreed: Work = { algorithm: name, operation: 'agree' };
  return {
    algorithm: name,
    operation: 'keygen',
    instead:
      key.kind === 'ec'
        ? { algorithm: ECDSA_OF_CURVE[key.curve], operation: 'keygen', instead: agreed }
        : agreed,
  };
}

function curveWork(name: KeyAgreementName, operation: CostOperation): readonly Work[] {
  const agreed: Work = { algorithm: name, operation: 'agree' };
  switch (operation) {
    case 'keygen':
      return [keyPair(name)];
    case 'encaps':
      return [keyPair(name), agreed];
    default:
      return [agreed];
  }
}

const OPERATIONS: Readonly<Record<AlgorithmDescriptor['use'], readonly CostOperation[]>> = {
  kem: ['keygen', 'encaps', 'decaps', 'agree'],
  signature: ['keygen', 'sign', 'verify'],
  hash: ['hash'],
  aead: ['aead'],
  kdf: [],
};

/** The operations that an algorithm of the registry has costs of. */
export function operationsOf(descriptor: AlgorithmDescriptor): readonly CostOperation[] {
  if (descriptor.kind === 'stateful-hash') return ['verify'];
  if (descriptor.use === 'kem' && descriptor.kind !== 'key-agreement' && descriptor.kind !== 'dhkem')
    return ['keygen', 'encaps', 'decaps'];
  return OPERATIONS[descriptor.use];
}

/** What one operation is called where keys are made of RSA: the private or the public operation. */
const RSA_OPERATIONS: Readonly<Partial<Record<CostOperation, CostOperation>>> = {
  encaps: 'verify',
  decaps: 'sign',
};

function workOfDescriptor(descriptor: AlgorithmDescriptor, operation: CostOperation): readonly Work[] {
  const { name } = descriptor;
  switch (descriptor.kind) {
    case 'key-agreement':
      return curveWork(descriptor.name, operation);
    case 'dhkem':
      return curveWork(descriptor.agreement, operation);
    case 'tls-hybrid':
    case 'hybrid-kem':
    case 'composite-kem':
    case 'composite-signature':
      return [...workOf(descriptor.postQuantum, operation), ...workOf(descriptor.traditional, operation)];
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
      return [{ algorithm: descriptor.base, operation }];
    case 'ecdsa':
      return [{ algorithm: ECDSA_OF_CURVE[descriptor.curve], operation }];
    case 'rsa-oaep':
      return [
        {
          algorithm: `RSA${descriptor.modulusBits}-PKCS15-SHA256`,
          operation: RSA_OPERATIONS[operation] ?? operation,
        },
      ];
    case 'rsa':
      return [{ algorithm: `RSA${descriptor.modulusBits}-PKCS15-SHA256`, operation }];
    case 'hash':
    case 'xof':
      return [hashWork(descriptor.name)];
    default:
      return [{ algorithm: name, operation }];
  }
}

/** Hashes of one compression function cost the same for each byte: truncated ones, and sponges of one rate. */
const SAME_HASH: Readonly<Partial<Record<HashName, HashName>>> = {
  'SHA-224': 'SHA-256',
  'SHA-384': 'SHA-512',
  'SHA-512/224': 'SHA-512',
  'SHA-512/256': 'SHA-512',
  'SHA3-256': 'SHAKE256',
  SHAKE256: 'SHA3-256',
};

function hashWork(hash: HashName): Work {
  const same = SAME_HASH[hash];
  const work: Work = { algorithm: hash, operation: 'hash' };
  return same === undefined ? work : { ...work, instead: { algorithm: same, operation: 'hash' } };
}

/** More names than any data file has rows; those of the registry are a few hundred. */
const MOST_KEPT = 10_000;

const worked = new Map<CostOperation, Map<string, readonly Work[]>>();

/**
 * The pieces of work of one operation, in the order in which they are done: the same objects every time.
 *
 * @throws {@link HybridgeError} `invalid_argument` for an operation that the algorithm does not have.
 */
export function workOf(algorithm: string, operation: CostOperation): readonly Work[] {
  let ofOperation = worked.get(operation);
  if (ofOperation === undefined) worked.set(operation, (ofOperation = new Map<string, readonly Work[]>()));
  const before = ofOperation.get(algorithm);
  if (before !== undefined) return before;
  const descriptor = DESCRIPTORS.get(algorithm);
  const work = descriptor === undefined ? [{ algorithm, operation }] : checkedWork(descriptor, operation);
  if (ofOperation.size >= MOST_KEPT) ofOperation.clear();
  ofOperation.set(algorithm, work);
  return work;
}

function checkedWork(descriptor: AlgorithmDescriptor, operation: CostOperation): readonly Work[] {
  const { name } = descriptor;
  const possible = operationsOf(descriptor);
  if (!possible.includes(operation))
    throw new HybridgeError('invalid_argument', `${name} has no operation ${operation}`, {
      hint:
        possible.length > 0
          ? `it has ${possible.join(', ')}`
          : 'costs are known of key establishment, signatures, hashes and AEADs',
      details: { algorithm: name, operation, possible },
    });
  return workOfDescriptor(descriptor, operation);
}

/**
 * The hash that runs over the message before anything else of a signature does, and how often: pure EdDSA and SLH-DSA
 * read a message twice when they sign [RFC 8032 §5.1.6, FIPS 205 §9.2]. `undefined` where none does or none is known.
 */
export function messageHash(algorithm: string, operation: CostOperation): MessageHash | undefined {
  if (operation !== 'sign' && operation !== 'verify') return undefined;
  const descriptor = DESCRIPTORS.get(algorithm);
  if (descriptor === undefined) return hashOfTheData(algorithm);
  if (descriptor.use !== 'signature') return undefined;
  const twice = operation === 'sign' ? 2 : 1;
  switch (descriptor.kind) {
    case 'ml-dsa':
      return { hash: 'SHAKE256', passes: 1 };
    case 'slh-dsa':
      return { hash: slhHash(descriptor.name, descriptor.category), passes: twice };
    case 'eddsa':
      return { hash: descriptor.name === 'Ed25519' ? 'SHA-512' : 'SHAKE256', passes: twice };
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'composite-signature':
      return { hash: descriptor.prehash, passes: 1 };
    case 'ecdsa':
    case 'rsa':
      return { hash: descriptor.hash, passes: 1 };
    case 'stateful-hash':
      return { hash: 'SHA-256', passes: 1 };
  }
}

/** Names that the registry does not have: parameter sets of stateful signatures, and FN-DSA. */
function hashOfTheData(algorithm: string): MessageHash | undefined {
  if (statefulHashSet(algorithm) !== undefined) return { hash: 'SHA-256', passes: 1 };
  return isFnDsa(algorithm) ? { hash: 'SHAKE256', passes: 1 } : undefined;
}

/** FN-DSA hashes to a point with SHAKE256; the registry waits for its standard. */
function isFnDsa(algorithm: string): boolean {
  return algorithm.startsWith('FN-DSA-');
}

/** The message hash of SLH-DSA: SHA-512 beyond category 1 [FIPS 205 §11.2]. */
function slhHash(name: string, category: number): HashName {
  if (name.includes('-SHAKE-')) return 'SHAKE256';
  return category === 1 ? 'SHA-256' : 'SHA-512';
}

/** Whether the algorithm runs Keccak, whose code several schemes share. */
export function runsKeccak(algorithm: string): boolean {
  const descriptor = DESCRIPTORS.get(algorithm);
  switch (descriptor?.kind) {
    case 'ml-kem':
    case 'ml-dsa':
    case 'xof':
      return true;
    case 'hash':
      return descriptor.name.startsWith('SHA3-');
    case 'slh-dsa':
      return descriptor.name.includes('-SHAKE-');
    default:
      return isFnDsa(algorithm);
  }
}
