/** What the OpenSSL inside this runtime can do; asked of it, not concluded from a version number. */
import { createSecureContext, type SecureContextOptions } from 'node:tls';

import { findByTlsSignature, KEMS, type KemDescriptor } from '../registry/index.ts';
import { signatureSchemeName } from './schemes.ts';

/** A group and how it is called in `ecdhCurve`; OpenSSL knows all of them by their registered names. */
export interface EngineGroup {
  readonly algorithm: KemDescriptor;
  readonly code: number;
  readonly name: string;
}

/** Every algorithm of the registry that is a TLS group, whether this runtime has it or not. */
export const TLS_GROUPS: readonly EngineGroup[] = KEMS.flatMap((algorithm) => {
  const { tlsGroup } = algorithm.identifiers;
  return tlsGroup === undefined ? [] : [{ algorithm, ...tlsGroup }];
});

function accepts(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

let groups: readonly EngineGroup[] | undefined;

/**
 * The groups of the registry that `node:tls` of this runtime has.
 *
 * @example
 * ```ts
 * import { engineGroups } from 'hybridge/tls';
 *
 * console.log(engineGroups().some(({ algorithm }) => algorithm.nature === 'hybrid')); // false before OpenSSL 3.5
 * ```
 */
export function engineGroups(): readonly EngineGroup[] {
  groups ??= TLS_GROUPS.filter(({ name }) => accepts({ ecdhCurve: name }));
  return groups;
}

const schemes = new Map<number, boolean>();

/**
 * Whether `node:tls` of this runtime signs and verifies handshakes with a SignatureScheme.
 *
 * @example
 * ```ts
 * import { engineHasScheme } from 'hybridge/tls';
 *
 * console.log(engineHasScheme(0x0403), engineHasScheme(0x0911)); // true false: ECDSA on P-256, and SLH-DSA
 * ```
 */
export function engineHasScheme(code: number): boolean {
  const known = schemes.get(code);
  if (known !== undefined) return known;
  const has = accepts({ sigalgs: signatureSchemeName(code) });
  schemes.set(code, has);
  return has;
}

/** What to tell somebody whose runtime lacks something post-quantum. */
export const NEWER_NODE: string = `this is Node.js ${process.versions.node} with OpenSSL ${process.versions.openssl}; ML-KEM and ML-DSA in TLS come with OpenSSL 3.5, in current releases of Node.js 22, in 24 and later`;

/** An implementation of TLS, as far as configurations for it turn on that. */
export interface TlsEngine {
  /** For messages. */
  readonly name: string;
  readonly groups: readonly EngineGroup[];
  readonly hasScheme: (code: number) => boolean;
  /**
   * Whether lists of groups have the syntax of OpenSSL 3.5: `/` begins groups that a server takes only when the client
   * supports none of those before, `*` marks groups that a client sends a share of.
   */
  readonly tuples: boolean;
}

let here: TlsEngine | undefined;

/** `node:tls` of this runtime. */
export function engineHere(): TlsEngine {
  here ??= {
    name: `OpenSSL ${process.versions.openssl} in Node.js ${process.versions.node}`,
    groups: engineGroups(),
    hasScheme: engineHasScheme,
    tuples: accepts({ ecdhCurve: '*x25519/secp256r1' }),
  };
  return here;
}

/** Kinds of signatures that OpenSSL 3.5 and 3.6 have in TLS; SLH-DSA and composites are not among them. */
const OPENSSL_KINDS: ReadonlySet<string> = new Set(['ecdsa', 'eddsa', 'ml-dsa', 'rsa']);

/** OpenSSL 3.5 and later, whoever uses it. */
export const OPENSSL_3_5: TlsEngine = {
  name: 'OpenSSL 3.5',
  groups: TLS_GROUPS,
  hasScheme: (code) => findByTlsSignature(code).some(({ kind }) => OPENSSL_KINDS.has(kind)),
  tuples: true,
};
