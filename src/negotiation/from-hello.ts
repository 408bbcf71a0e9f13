/** What a ClientHello offers. */
import type { PolicyTlsVersion } from '../policy/index.ts';
import {
  findByTlsGroup,
  findByTlsSignature,
  type HashName,
  type KemDescriptor,
  type ObsoleteDescriptor,
  SIGNATURES,
  type SignatureDescriptor,
} from '../registry/index.ts';
import type { ClientHello } from '../tls/index.ts';
import type { Capabilities, MessageFormat } from './capabilities.ts';
import { hexadecimal, isGrease, TLS_1_2, TLS_1_3 } from './code-points.ts';

/** The hashes of TLS 1.2 by their first byte in a SignatureScheme; 3 in the second is ECDSA [RFC 5246 §7.4.1.4.1]. */
const TLS_1_2_HASHES: ReadonlyMap<number, HashName> = new Map([
  [4, 'SHA-256'],
  [5, 'SHA-384'],
  [6, 'SHA-512'],
]);
const TLS_1_2_ECDSA = 3;

/** The group of a code point; an obsolete one is known by name only. `undefined`: the registry does not know it. */
export function groupOf(code: number): KemDescriptor | ObsoleteDescriptor | undefined {
  const entry = findByTlsGroup(code);
  return entry === undefined || entry.kind === 'obsolete' || entry.use === 'kem' ? entry : undefined;
}

type Known = readonly (ObsoleteDescriptor | SignatureDescriptor)[];

const known: Readonly<Record<PolicyTlsVersion, Map<number, Known>>> = {
  'TLSv1.2': new Map(),
  'TLSv1.3': new Map(),
};

/**
 * The algorithms that a SignatureScheme stands for in a handshake: none for what the registry does not know. TLS 1.3
 * ties ECDSA to its curve and leaves PKCS #1 to certificates [RFC 9846 §4.3.3]; in TLS 1.2 a hash meets any curve.
 */
export function signaturesOf(code: number, version: PolicyTlsVersion): Known {
  const before = known[version].get(code);
  if (before !== undefined) return before;
  const found = Object.freeze(readScheme(code, version));
  // There are 65,536 code points; only those that mean something are worth remembering.
  if (found.length > 0) known[version].set(code, found);
  return found;
}

function readScheme(code: number, version: PolicyTlsVersion): Known {
  const hash = TLS_1_2_HASHES.get(code >> 8);
  if (version === 'TLSv1.2' && (code & 0xff) === TLS_1_2_ECDSA && hash !== undefined)
    return SIGNATURES.filter((algorithm) => algorithm.kind === 'ecdsa' && algorithm.hash === hash);
  return findByTlsSignature(code).flatMap((entry): Known => {
    if (entry.kind === 'obsolete') return [entry];
    if (entry.use !== 'signature') return [];
    return version === 'TLSv1.3' && entry.kind === 'rsa' && entry.padding === 'pkcs1' ? [] : [entry];
  });
}

/** Everything in a hello's offer but its bytes: the same for every hello that offers the same. */
export type HelloCapabilities = Omit<Capabilities, 'offer'>;

const NO_LIMITS: Capabilities['limits'] = Object.freeze({
  maxMessageSize: undefined,
  maxChainSize: undefined,
});

/** {@link capabilitiesFromHello} without the bytes. */
export function readHello(hello: ClientHello): HelloCapabilities {
  const { groups = [], signatureAlgorithms = [], versions } = hello;
  const formats: MessageFormat[] = [];
  if (versions.includes(TLS_1_3)) formats.push('tls-1.3');
  if (versions.includes(TLS_1_2)) formats.push('tls-1.2');
  const version = formats[0] === 'tls-1.2' ? 'TLSv1.2' : 'TLSv1.3';
  const unknown: string[] = [];
  const kems = groups.flatMap((code) => {
    const group = groupOf(code);
    if (group === undefined && !isGrease(code)) unknown.push(hexadecimal(code));
    return group ?? [];
  });
  const signatures = signatureAlgorithms.flatMap((code) => {
    // A scheme for certificates alone is known, though no handshake is signed with it.
    if (findByTlsSignature(code).length === 0 && !isGrease(code)) unknown.push(hexadecimal(code));
    return signaturesOf(code, version);
  });
  return {
    source: 'tls-hello',
    kems: [...new Set(kems)],
    signatures: [...new Set(signatures)],
    formats,
    limits: NO_LIMITS,
    unknown,
  };
}

/**
 * What a ClientHello offers: its groups, the signatures that it verifies in a handshake of the best version it has, and
 * TLS 1.3 and 1.2 as formats. Schemes of RSA say nothing of the modulus and stand for every size.
 *
 * @example
 * ```ts
 * import { capabilitiesFromHello } from 'hybridge/negotiation';
 * import { decodeClientHello, encodeClientHello } from 'hybridge/tls';
 *
 * const hello = decodeClientHello(encodeClientHello({
 *   random: new Uint8Array(32), cipherSuites: [0x1302], versions: [0x0304],
 *   groups: [0x11ec, 0x001d], signatureAlgorithms: [0x0905, 0x0403], keyShares: [],
 * }));
 * const { kems, signatures } = capabilitiesFromHello(hello);
 * console.log(kems.map(({ name }) => name)); // [ 'X25519MLKEM768', 'X25519' ]
 * console.log(signatures.map(({ name }) => name)); // [ 'ML-DSA-65', 'ECDSA-P256-SHA256' ]
 * ```
 */
export function capabilitiesFromHello(hello: ClientHello): Capabilities {
  return { ...readHello(hello), offer: hello.bytes };
}
