/** The groups of the matrix, and how each program calls those that it has. */
import type { ClientName } from '../certificates/tls/clients.ts';

export const GROUPS = [
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
  'MLKEM512',
  'MLKEM768',
  'MLKEM1024',
  'x25519',
  'secp256r1',
  'secp384r1',
] as const;

/** Registered names of TLS groups. */
export type Group = (typeof GROUPS)[number];

type Names = Readonly<Partial<Record<Group, string>>>;

function same(...groups: readonly Group[]): Names {
  return Object.fromEntries(groups.map((group) => [group, group]));
}

const HYBRID = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const;
const CLASSICAL = ['x25519', 'secp256r1', 'secp384r1'] as const;

/** What a client can be limited to, and why it cannot be limited to the rest. */
export interface ClientGroups {
  readonly names: Names;
  /** What stands between groups where it takes several. */
  readonly separator?: string;
  readonly lacks?: string;
}

const everything: ClientGroups = { names: same(...GROUPS), separator: ':' };

export const CLIENT_GROUPS: Readonly<Record<ClientName, ClientGroups>> = {
  openssl: everything,
  curl: everything,
  node: everything,
  bouncyCastle: { ...everything, separator: ',' },
  go: {
    names: {
      ...same(...HYBRID, 'MLKEM1024'),
      x25519: 'X25519',
      secp256r1: 'P256',
      secp384r1: 'P384',
    },
    separator: ',',
    lacks: 'Go has ML-KEM-1024 alone among the groups without a classical half',
  },
  jdk: { names: same(...HYBRID, ...CLASSICAL), separator: ',', lacks: 'SunJSSE has ML-KEM in hybrids only' },
  botan: {
    names: {
      X25519MLKEM768: 'x25519/ML-KEM-768',
      SecP256r1MLKEM768: 'secp256r1/ML-KEM-768',
      SecP384r1MLKEM1024: 'secp384r1/ML-KEM-1024',
      MLKEM512: 'ML-KEM-512',
      MLKEM768: 'ML-KEM-768',
      MLKEM1024: 'ML-KEM-1024',
      ...same(...CLASSICAL),
    },
    separator: ' ',
  },
  nss: {
    names: {
      X25519MLKEM768: 'x25519mlkem768',
      SecP256r1MLKEM768: 'secp256r1mlkem768',
      SecP384r1MLKEM1024: 'secp384r1mlkem1024',
      x25519: 'x25519',
      secp256r1: 'P256',
      secp384r1: 'P384',
    },
    separator: ',',
    lacks: 'tstclnt has no name for ML-KEM without a classical half',
  },
  gnutls: {
    names: { x25519: 'GROUP-X25519', secp256r1: 'GROUP-SECP256R1', secp384r1: 'GROUP-SECP384R1' },
    separator: ':+',
    lacks: "Debian's GnuTLS is built without ML-KEM",
  },
};

/** Node.js 20 carries OpenSSL 3.0. */
export const OPENSSL_3_0: ClientGroups = {
  names: same(...CLASSICAL),
  separator: ':',
  lacks: 'Node.js 20 carries OpenSSL 3.0, which has no post-quantum groups',
};
