/** What the hellos of a probe offer: everything that the registry knows, and what servers expect beside it. */
import { concat, EMPTY } from '../../bytes/index.ts';
import { tls } from '../../encoding/index.ts';
import { type Nature, type SignatureDescriptor, SIGNATURES, type Size } from '../../registry/index.ts';
import { encodeClientHello } from '../client-hello.ts';
import { CONTENT_TYPE, TLS_1_0, TLS_1_2, TLS_1_3 } from '../code-points.ts';
import { type EngineGroup, TLS_GROUPS } from '../engine.ts';
import type { HelloExtension, KeyShareEntry } from '../extension.ts';
import { MAX_FRAGMENT } from '../record.ts';
import { schemesOf } from '../schemes.ts';
import type { SignatureFamily } from './report.ts';

/** What one hello offers. */
export interface Offer {
  /** Best first. */
  readonly versions: readonly number[];
  readonly groups: readonly number[];
  readonly keyShares: readonly KeyShareEntry[];
  /** For the handshake; certificates may be signed with anything. */
  readonly schemes: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly serverName: string | undefined;
  readonly extensions: readonly HelloExtension[];
}

/** What the two hellos of one connection share, and no other connection has. */
export interface HelloIdentity {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 32 bytes. */
  readonly sessionId: Uint8Array;
}

/** A SignatureScheme of TLS 1.3 and the family of keys that it is of. */
export interface SchemeRow {
  readonly code: number;
  readonly family: SignatureFamily;
  readonly nature: Nature;
  /** Bytes that a flight with such a signature has at least. */
  readonly smallest: number;
}

const NATURES: readonly Nature[] = ['hybrid', 'post-quantum', 'classical'];

/** The groups of the registry, hybrids first. */
export const GROUPS: readonly EngineGroup[] = [...TLS_GROUPS].sort(
  (one, other) => NATURES.indexOf(one.algorithm.nature) - NATURES.indexOf(other.algorithm.nature),
);

function familyOf({ kind }: SignatureDescriptor): SignatureFamily | undefined {
  switch (kind) {
    case 'ecdsa':
    case 'eddsa':
    case 'ml-dsa':
    case 'rsa':
    case 'slh-dsa':
      return kind;
    case 'composite-signature':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'stateful-hash':
      return undefined;
  }
}

/** What a certificate has beside key and signature: names, dates, identifiers; none is shorter. */
const LEAST_CERTIFICATE = 100;

// Leaf and CertificateVerify have a key and a signature; a DER signature of ECDSA may be a little shorter.
function smallestFlight({ sizes }: SignatureDescriptor): number {
  const least = (size: Size): number => (typeof size === 'number' ? size : Math.floor(size.max * 0.8));
  return LEAST_CERTIFICATE + least(sizes.publicKey) + least(sizes.signature);
}

/** The signature schemes of TLS 1.3 in the registry, each once. */
export const SCHEMES: readonly SchemeRow[] = SIGNATURES.flatMap((algorithm) => {
  const family = familyOf(algorithm);
  const [code] = schemesOf([algorithm], 'TLSv1.3');
  if (family === undefined || code === undefined) return [];
  return [{ code, family, nature: algorithm.nature, smallest: smallestFlight(algorithm) }];
}).filter(({ code }, index, rows) => rows.findIndex((row) => row.code === code) === index);

/** All of them, also for certificates and TLS 1.2; those with SHA-1 are what old chains have. */
const ALL_SCHEMES: readonly number[] = [
  ...new Set([...SCHEMES.map(({ code }) => code), ...schemesOf(SIGNATURES, 'TLSv1.2'), ...[0x0203, 0x0201]]),
];

/** The schemes of plain hellos: of SLH-DSA nobody offers any, and a dozen code points more is a hello of its own. */
const USUAL_SCHEMES: readonly number[] = ALL_SCHEMES.filter(
  (code) => SCHEMES.find((row) => row.code === code)?.family !== 'slh-dsa',
);

const SUITES_1_3: readonly number[] = [0x1301, 0x1302, 0x1303];

/** ECDHE and DHE with AEADs, then what old servers have: CBC and RSA key exchange. */
const SUITES_1_2: readonly number[] = [
  ...[0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f, 0xccaa],
  ...[0xc009, 0xc013, 0xc00a, 0xc014, 0x0033, 0x0039, 0x009c, 0x009d, 0x002f, 0x0035],
];

const includes = (versions: readonly number[], from: number, to: number): boolean =>
  versions.some((version) => version >= from && version <= to);

/** The cipher suites for these versions. */
function suitesFor(versions: readonly number[]): readonly number[] {
  return [
    ...(includes(versions, TLS_1_3, TLS_1_3) ? SUITES_1_3 : []),
    ...(includes(versions, TLS_1_0, TLS_1_2) ? SUITES_1_2 : []),
  ];
}

/** An offer of everything, without key shares; what is given replaces its part. */
export function offering(offer: Partial<Offer>): Offer {
  const { versions = [TLS_1_3, TLS_1_2] } = offer;
  return {
    versions,
    groups: GROUPS.map(({ code }) => code),
    keyShares: [],
    schemes: USUAL_SCHEMES,
    cipherSuites: suitesFor(versions),
    serverName: undefined,
    extensions: [],
    ...offer,
  };
}

const EXTENSION = {
  ecPointFormats: 11,
  extendedMasterSecret: 23,
  cookie: 44,
  renegotiationInfo: 0xff01,
} as const;

/** What servers before TLS 1.3 expect: uncompressed points, and protection from known attacks [RFC 7627, RFC 5746]. */
const OLD_EXTENSIONS: readonly HelloExtension[] = [
  { type: EXTENSION.ecPointFormats, data: Uint8Array.of(1, 0) },
  { type: EXTENSION.extendedMasterSecret, data: EMPTY },
  { type: EXTENSION.renegotiationInfo, data: Uint8Array.of(0) },
];

/** The ClientHello of an offer. Neither a pre-shared key nor early data are ever in it. */
export function clientHello(offer: Offer, { random, sessionId }: HelloIdentity): Uint8Array {
  const { versions, groups, keyShares, schemes, cipherSuites, serverName, extensions } = offer;
  const newest = Math.max(...versions.filter((version) => version <= TLS_1_3));
  const modern = newest === TLS_1_3;
  return encodeClientHello({
    legacyVersion: Math.min(newest, TLS_1_2),
    random,
    sessionId: modern ? sessionId : EMPTY,
    cipherSuites,
    ...(serverName !== undefined && { serverName }),
    groups,
    // Before TLS 1.2 there was no such extension [RFC 5246 §7.4.1.4.1].
    ...(newest >= TLS_1_2 && { signatureAlgorithms: schemes }),
    ...(modern && { certificateSignatureAlgorithms: ALL_SCHEMES, versions, keyShares }),
    extensions: [...(includes(versions, TLS_1_0, TLS_1_2) ? OLD_EXTENSIONS : []), ...extensions],
  });
}

/** The cookie of a HelloRetryRequest goes back as it came. */
export function cookieOf(extensions: readonly HelloExtension[]): readonly HelloExtension[] {
  return extensions.filter(({ type }) => type === EXTENSION.cookie);
}

/**
 * A handshake message in records, cut at most every 2^14 bytes and at the given place.
 *
 * @param version - Of the record header: TLS 1.0 for a first hello, for the sake of old servers [RFC 9846 §5.1].
 */
export function inRecords(message: Uint8Array, version: number, cut?: number): Uint8Array {
  const ends: number[] = [];
  for (let end = cut ?? MAX_FRAGMENT; end < message.length; end += MAX_FRAGMENT) ends.push(end);
  let start = 0;
  return concat(
    ...[...ends, message.length].flatMap((end) => {
      const fragment = message.subarray(start, end);
      start = end;
      return [tls.u8(CONTENT_TYPE.handshake), tls.u16(version), tls.vector(1, 0xffff, fragment)];
    }),
  );
}
