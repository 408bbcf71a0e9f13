/** Cipher suites that a session can have. */
import { AEADS, type AeadDescriptor, type AeadName } from '../registry/index.ts';
import type { PolicyTlsVersion } from '../policy/index.ts';

/** A cipher suite with authenticated encryption; in TLS 1.2 with an ephemeral key exchange [RFC 9325 §4.2]. */
export interface CipherSuite {
  readonly code: number;
  readonly version: PolicyTlsVersion;
  readonly aead: AeadDescriptor;
  /** Whose signatures it goes with in TLS 1.2; TLS 1.3 keeps the two apart. EdDSA goes with those of ECDSA [RFC 8422 §5.10]. */
  readonly signatures: 'any' | 'ecdsa' | 'rsa';
}

type Row = readonly [
  code: number,
  version: PolicyTlsVersion,
  aead: AeadName,
  signatures: CipherSuite['signatures'],
];

const ROWS: readonly Row[] = [
  [0x1301, 'TLSv1.3', 'AES-128-GCM', 'any'],
  [0x1302, 'TLSv1.3', 'AES-256-GCM', 'any'],
  [0x1303, 'TLSv1.3', 'ChaCha20-Poly1305', 'any'],
  [0xc02b, 'TLSv1.2', 'AES-128-GCM', 'ecdsa'],
  [0xc02c, 'TLSv1.2', 'AES-256-GCM', 'ecdsa'],
  [0xcca9, 'TLSv1.2', 'ChaCha20-Poly1305', 'ecdsa'],
  [0xc02f, 'TLSv1.2', 'AES-128-GCM', 'rsa'],
  [0xc030, 'TLSv1.2', 'AES-256-GCM', 'rsa'],
  [0xcca8, 'TLSv1.2', 'ChaCha20-Poly1305', 'rsa'],
];

const SUITES: readonly CipherSuite[] = ROWS.flatMap(([code, version, name, signatures]) => {
  const aead = AEADS.find((candidate) => candidate.name === name);
  return aead === undefined ? [] : [{ code, version, aead, signatures }];
});

const indexes: ReadonlyMap<number, number> = new Map(SUITES.map(({ code }, index) => [code, index]));

/** The suites among those offered that can be had, as a set of bits. */
export function suitesAmong(offered: readonly number[]): number {
  let set = 0;
  for (const code of offered) {
    const index = indexes.get(code);
    if (index !== undefined) set |= 1 << index;
  }
  return set;
}

/** The suites of a version in a set that {@link suitesAmong} made. */
export function suitesOf(set: number, version: PolicyTlsVersion): readonly CipherSuite[] {
  return SUITES.filter((suite, index) => suite.version === version && (set & (1 << index)) !== 0);
}

/** The ciphers that sessions of a version can have. */
export function ciphersOf(version: PolicyTlsVersion): readonly AeadDescriptor[] {
  return [...new Set(SUITES.filter((suite) => suite.version === version).map(({ aead }) => aead))];
}
