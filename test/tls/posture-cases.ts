/** Sessions of every kind, and what is true of them because nothing else was allowed. */
import type { ConnectionOptions, TlsOptions } from 'node:tls';

import type { PostureNature, TlsVersion } from '../../src/events/index.ts';
import type { Meeting } from './sessions.ts';

/** PEM of a certificate and its key. */
export interface Files {
  readonly cert: string;
  readonly key: string;
}

export type KeyKind = 'ec' | 'ed' | 'mlDsa' | 'rsa';
export type Keys = Readonly<Record<KeyKind, Files>>;

interface Expected {
  readonly keyExchange: PostureNature;
  readonly group: string | undefined;
  readonly version: TlsVersion;
  readonly resumed?: boolean;
  /** By the server, as both sides see it. */
  readonly server: {
    readonly by: string;
    readonly nature: PostureNature;
    readonly scheme?: string | undefined;
    readonly key?: string | undefined;
  };
  /** By the client, as both sides see it; none unless given. */
  readonly client?: Expected['server'];
}

export interface PostureCase {
  readonly id: string;
  /** Whether it needs OpenSSL 3.5. */
  readonly recent: boolean;
  readonly meeting: Meeting;
  readonly expected: Expected;
}

const EC = {
  by: 'certificate',
  nature: 'classical',
  scheme: 'ecdsa_secp256r1_sha256',
  key: 'ECDSA-P256-SHA256',
} as const;
const ML_DSA = { by: 'certificate', nature: 'post-quantum', scheme: 'mldsa65', key: 'ML-DSA-65' } as const;
const GROUPS: readonly (readonly [name: string, keyExchange: PostureNature])[] = [
  ['X25519MLKEM768', 'hybrid'],
  ['SecP256r1MLKEM768', 'hybrid'],
  ['SecP384r1MLKEM1024', 'hybrid'],
  ['MLKEM512', 'post-quantum'],
  ['MLKEM768', 'post-quantum'],
  ['MLKEM1024', 'post-quantum'],
  ['x25519', 'classical'],
  ['secp256r1', 'classical'],
  ['secp384r1', 'classical'],
  ['secp521r1', 'classical'],
  ['x448', 'classical'],
];

export function postureCases(keys: Keys): readonly PostureCase[] {
  const meeting = (kind: KeyKind, server: TlsOptions, client: ConnectionOptions = {}): Meeting => ({
    server: { ...keys[kind], ...server },
    client: { ca: keys[kind].cert, ...client },
  });
  const both = (kind: KeyKind, options: TlsOptions & ConnectionOptions): Meeting =>
    meeting(kind, options, options);
  const mutual = (kind: KeyKind, own: KeyKind, options: ConnectionOptions = {}): Meeting =>
    meeting(
      kind,
      { requestCert: true, rejectUnauthorized: true, ca: keys[own].cert, ecdhCurve: 'X25519' },
      { ...keys[own], ...options },
    );
  const classical = { keyExchange: 'classical', group: 'x25519', version: 'TLSv1.3' } as const;
  return [
    ...GROUPS.map(([group, keyExchange]): PostureCase => ({
      id: `${group} alone`,
      recent: group.includes('MLKEM'),
      meeting: both('ec', { ecdhCurve: group }),
      expected: { keyExchange, group, version: 'TLSv1.3', server: EC },
    })),
    {
      id: 'a HelloRetryRequest to SecP384r1MLKEM1024',
      recent: true,
      meeting: meeting(
        'ec',
        { ecdhCurve: 'SecP384r1MLKEM1024' },
        { ecdhCurve: 'X25519MLKEM768:SecP384r1MLKEM1024' },
      ),
      expected: { keyExchange: 'hybrid', group: 'SecP384r1MLKEM1024', version: 'TLSv1.3', server: EC },
    },
    {
      id: 'ML-DSA-65 certificate',
      recent: true,
      meeting: both('mlDsa', { ecdhCurve: 'MLKEM768' }),
      expected: { keyExchange: 'post-quantum', group: 'MLKEM768', version: 'TLSv1.3', server: ML_DSA },
    },
    {
      id: 'RSA certificate',
      recent: false,
      meeting: both('rsa', { ecdhCurve: 'X25519' }),
      // Which of the three hashes it was is not known.
      expected: {
        ...classical,
        server: { by: 'certificate', nature: 'classical', scheme: undefined, key: 'RSA2048-PSS-SHA256' },
      },
    },
    {
      id: 'Ed25519 certificate',
      recent: false,
      meeting: both('ed', { ecdhCurve: 'X25519' }),
      expected: {
        ...classical,
        server: { by: 'certificate', nature: 'classical', scheme: 'ed25519', key: 'Ed25519' },
      },
    },
    {
      id: 'client with an EC certificate',
      recent: false,
      meeting: mutual('rsa', 'ec'),
      expected: { ...classical, server: { by: 'certificate', nature: 'classical' }, client: EC },
    },
    {
      id: 'client with an RSA certificate',
      recent: false,
      meeting: mutual('ec', 'rsa'),
      expected: {
        ...classical,
        server: EC,
        client: { by: 'certificate', nature: 'classical', scheme: undefined },
      },
    },
    {
      id: 'client with an Ed25519 certificate',
      recent: false,
      meeting: mutual('ec', 'ed'),
      expected: {
        ...classical,
        server: EC,
        client: { by: 'certificate', nature: 'classical', scheme: 'ed25519', key: 'Ed25519' },
      },
    },
    {
      id: 'client with an ML-DSA-65 certificate',
      recent: true,
      meeting: mutual('mlDsa', 'mlDsa'),
      expected: { ...classical, server: ML_DSA, client: ML_DSA },
    },
    {
      id: 'client with a certificate that nobody asks for',
      recent: false,
      meeting: meeting('ec', { ecdhCurve: 'X25519' }, keys.ec),
      expected: { ...classical, server: EC },
    },
    {
      id: 'client with a certificate whose algorithm the server does not take',
      recent: false,
      meeting: meeting(
        'ec',
        {
          requestCert: true,
          rejectUnauthorized: false,
          ca: keys.ed.cert,
          sigalgs: 'ecdsa_secp256r1_sha256',
          ecdhCurve: 'X25519',
        },
        keys.ed,
      ),
      expected: { ...classical, server: EC },
    },
    {
      id: 'two certificates, the second chosen',
      recent: true,
      meeting: {
        server: {
          cert: [keys.ec.cert, keys.mlDsa.cert],
          key: [keys.ec.key, keys.mlDsa.key],
          ecdhCurve: 'X25519',
        },
        client: { ca: keys.mlDsa.cert },
      },
      expected: { ...classical, server: ML_DSA },
    },
    {
      id: 'two certificates, the first chosen',
      recent: false,
      meeting: {
        server: {
          cert: [keys.ec.cert, keys.rsa.cert],
          key: [keys.ec.key, keys.rsa.key],
          ecdhCurve: 'X25519',
        },
        client: { ca: keys.ec.cert, sigalgs: 'ecdsa_secp256r1_sha256' },
      },
      expected: { ...classical, server: EC },
    },
    {
      id: 'resumed, with another group than before',
      recent: false,
      meeting: { ...both('ec', { ecdhCurve: 'X25519' }), resume: true },
      expected: {
        ...classical,
        resumed: true,
        server: { by: 'psk', nature: 'classical' },
        client: { by: 'psk', nature: 'unknown' },
      },
    },
    {
      id: 'resumed, hybrid',
      recent: true,
      meeting: { ...both('ec', { ecdhCurve: 'X25519MLKEM768' }), resume: true },
      expected: {
        keyExchange: 'hybrid',
        group: 'X25519MLKEM768',
        version: 'TLSv1.3',
        resumed: true,
        server: { by: 'psk', nature: 'classical' },
        client: { by: 'psk', nature: 'unknown' },
      },
    },
    {
      id: 'TLS 1.2, ECDHE',
      recent: false,
      meeting: both('ec', { ecdhCurve: 'secp256r1', maxVersion: 'TLSv1.2' }),
      // The curve of the certificate does not settle the hash.
      expected: {
        keyExchange: 'classical',
        group: 'secp256r1',
        version: 'TLSv1.2',
        server: { by: 'certificate', nature: 'classical', scheme: undefined },
      },
    },
    {
      id: 'TLS 1.2, resumed',
      recent: false,
      meeting: { ...both('ec', { ecdhCurve: 'secp256r1', maxVersion: 'TLSv1.2' }), resume: true },
      expected: {
        keyExchange: 'classical',
        group: 'secp256r1',
        version: 'TLSv1.2',
        resumed: true,
        server: { by: 'psk', nature: 'classical' },
        client: { by: 'psk', nature: 'unknown' },
      },
    },
    {
      id: 'TLS 1.2, RSA key transport',
      recent: false,
      meeting: both('rsa', { ciphers: 'AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }),
      expected: {
        keyExchange: 'classical',
        group: undefined,
        version: 'TLSv1.2',
        server: { by: 'certificate', nature: 'classical' },
      },
    },
    {
      id: 'external PSK',
      recent: false,
      meeting: {
        server: {
          pskCallback: () => Buffer.alloc(32, 7),
          ciphers: 'TLS_AES_128_GCM_SHA256',
          ecdhCurve: 'X25519',
          minVersion: 'TLSv1.3',
        },
        client: {
          pskCallback: () => ({ identity: 'pump', psk: Buffer.alloc(32, 7) }),
          ciphers: 'TLS_AES_128_GCM_SHA256',
          minVersion: 'TLSv1.3',
        },
      },
      expected: {
        ...classical,
        resumed: true,
        server: { by: 'psk', nature: 'unknown' },
        client: { by: 'psk', nature: 'unknown' },
      },
    },
  ];
}
