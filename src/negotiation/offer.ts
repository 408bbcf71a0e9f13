/** An offer as CBOR: what capability documents carry, and the bytes by which a configured offer is named. */
import { HybridgeError } from '../bytes/index.ts';
import { type CborMap, type CborValue, encodeCbor, isCborArray } from '../encoding/index.ts';
import {
  findByName,
  kem,
  type KemDescriptor,
  type KemName,
  type ObsoleteDescriptor,
  type RegistryEntry,
  signature,
  type SignatureDescriptor,
  type SignatureName,
} from '../registry/index.ts';
import {
  type Capabilities,
  type CapabilityLimits,
  MESSAGE_FORMATS,
  type MessageFormat,
} from './capabilities.ts';

/** Members of an offer [decision 0010]. */
const OFFER = {
  kems: 1,
  signatures: 2,
  formats: 3,
  maxMessageSize: 4,
  maxChainSize: 5,
} as const;

/** What an offer is made from. */
export interface CapabilityOptions {
  /** Names or descriptors; none unless told. */
  readonly kems?: readonly (KemDescriptor | KemName | ObsoleteDescriptor)[] | undefined;
  /** Names or descriptors; none unless told. */
  readonly signatures?: readonly (ObsoleteDescriptor | SignatureDescriptor | SignatureName)[] | undefined;
  readonly formats?: readonly MessageFormat[] | undefined;
  readonly limits?: Partial<CapabilityLimits> | undefined;
}

/**
 * What one side can do, from its own configuration.
 *
 * @throws HybridgeError `unknown_algorithm`; `invalid_argument` for a limit that is no count of bytes.
 *
 * @example
 * ```ts
 * import { capabilities } from 'hybridge/negotiation';
 *
 * const ours = capabilities({
 *   kems: ['MLKEM768-X25519', 'ML-KEM-768'],
 *   signatures: ['ML-DSA-65'],
 *   formats: ['cose'],
 *   limits: { maxMessageSize: 1_048_576 },
 * });
 * console.log(ours.kems.map(({ name }) => name)); // [ 'MLKEM768-X25519', 'ML-KEM-768' ]
 * ```
 */
export function capabilities({
  kems = [],
  signatures = [],
  formats = [],
  limits = {},
}: CapabilityOptions): Capabilities {
  const { maxMessageSize, maxChainSize } = limits;
  const offered = {
    kems: [...new Set(kems.map((one) => (typeof one === 'string' ? kem(one) : one)))],
    signatures: [...new Set(signatures.map((one) => (typeof one === 'string' ? signature(one) : one)))],
    formats: [...new Set(formats)],
    limits: { maxMessageSize: limit(maxMessageSize), maxChainSize: limit(maxChainSize) },
  };
  return { source: 'configuration', ...offered, unknown: [], offer: encodeCbor(offerMap(offered)) };
}

function limit(bytes: number | undefined): number | undefined {
  if (bytes === undefined || (Number.isSafeInteger(bytes) && bytes > 0)) return bytes;
  throw new HybridgeError('invalid_argument', `capabilities: a limit of ${String(bytes)} bytes`, {
    fault: 'caller',
  });
}

/** An offer as a map; what it does not say is left out. */
export function offerMap({
  kems,
  signatures,
  formats,
  limits,
}: Pick<Capabilities, 'formats' | 'kems' | 'limits' | 'signatures'>): CborMap {
  const map = new Map<CborValue, CborValue>([
    [OFFER.kems, kems.map(({ name }) => name)],
    [OFFER.signatures, signatures.map(({ name }) => name)],
    [OFFER.formats, formats],
  ]);
  if (limits.maxMessageSize !== undefined) map.set(OFFER.maxMessageSize, limits.maxMessageSize);
  if (limits.maxChainSize !== undefined) map.set(OFFER.maxChainSize, limits.maxChainSize);
  return map;
}

const MAX_NAMES = 256;
const MAX_NAME = 128;

/**
 * Reads a map that {@link offerMap} made, or another of the same form. Names that are not known here are kept apart.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readOffer(map: CborMap, source: Capabilities['source']): Capabilities {
  const members: readonly CborValue[] = Object.values(OFFER);
  for (const member of map.keys()) if (!members.includes(member)) throw malformed('a member that is none');
  const unknown: string[] = [];
  const kems: (KemDescriptor | ObsoleteDescriptor)[] = [];
  for (const name of namesIn(map, 'kems')) {
    const entry = findByExactName(name);
    if (entry?.kind === 'obsolete' || entry?.use === 'kem') kems.push(entry);
    else unknown.push(name);
  }
  const signatures: (ObsoleteDescriptor | SignatureDescriptor)[] = [];
  for (const name of namesIn(map, 'signatures')) {
    const entry = findByExactName(name);
    if (entry?.kind === 'obsolete' || entry?.use === 'signature') signatures.push(entry);
    else unknown.push(name);
  }
  const formats: MessageFormat[] = [];
  for (const name of namesIn(map, 'formats')) {
    const format = MESSAGE_FORMATS.find((known) => known === name);
    if (format === undefined) unknown.push(name);
    else formats.push(format);
  }
  const limits = {
    maxMessageSize: limitIn(map, 'maxMessageSize'),
    maxChainSize: limitIn(map, 'maxChainSize'),
  };
  return { source, kems, signatures, formats, limits, unknown, offer: encodeCbor(map) };
}

/** Documents spell names as the registry does: an alias would be a second way to say the same. */
function findByExactName(name: string): RegistryEntry | undefined {
  const entry = findByName(name);
  return entry?.name === name ? entry : undefined;
}

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `offer: ${why}`);
}

function namesIn(map: CborMap, member: 'formats' | 'kems' | 'signatures'): readonly string[] {
  const list = map.get(OFFER[member]);
  if (!isCborArray(list) || list.length > MAX_NAMES)
    throw malformed(`${member} is no list of up to 256 names`);
  const names = list.map((name) => {
    if (typeof name !== 'string' || !/^[\u0020-\u007e]+$/u.test(name) || name.length > MAX_NAME)
      throw malformed(`${member}: not a name`);
    return name;
  });
  if (new Set(names).size !== names.length) throw malformed(`${member} names something twice`);
  return names;
}

function limitIn(map: CborMap, member: 'maxChainSize' | 'maxMessageSize'): number | undefined {
  const bytes = map.get(OFFER[member]);
  if (bytes === undefined) return undefined;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 1)
    throw malformed(`${member} is no count of bytes`);
  return bytes;
}
