/** From the names and numbers of protocols to rows. The indexes are built when first asked for. */
import { ALGORITHMS } from './algorithm.ts';
import { OBSOLETE } from './obsolete.ts';
import type { RegistryEntry } from './types.ts';

/** Key OIDs that say a kind of key, not an algorithm [RFC 5480 §2.1.1, RFC 8017 §A.1]. */
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** Usable algorithms first: where a number was taken over, the living owner precedes the dead one. */
export const ENTRIES: readonly RegistryEntry[] = Object.freeze([...ALGORITHMS, ...OBSOLETE]);

type Index<Key> = (key: Key) => readonly RegistryEntry[];

const NONE: readonly RegistryEntry[] = Object.freeze([]);

function indexBy<Key>(keysOf: (entry: RegistryEntry) => readonly (Key | undefined)[]): Index<Key> {
  let rows: Map<Key, RegistryEntry[]> | undefined;
  return (key) => {
    if (rows === undefined) {
      rows = new Map();
      for (const entry of ENTRIES)
        for (const one of new Set(keysOf(entry))) {
          if (one === undefined) continue;
          const bucket = rows.get(one);
          if (bucket === undefined) rows.set(one, [entry]);
          else bucket.push(entry);
        }
    }
    return rows.get(key) ?? NONE;
  };
}

/** Every OID that leads to a row: of the algorithm, of its keys, of the curve in its keys. */
function oidsOf(entry: RegistryEntry): readonly (string | undefined)[] {
  if (!('key' in entry)) return [entry.identifiers.oid];
  const { key } = entry;
  switch (key.kind) {
    case 'ec':
      return [entry.identifiers.oid, EC_PUBLIC_KEY, key.curveOid];
    case 'rsa':
      return [entry.identifiers.oid, RSA_ENCRYPTION];
    case 'raw':
    case 'okp':
      return [entry.identifiers.oid, key.oid];
    case 'none':
      return [entry.identifiers.oid];
  }
}

const byName = indexBy((entry) => [entry.name, ...entry.aliases].map((name) => name.toLowerCase()));
const byOid = indexBy(oidsOf);
const byCose = indexBy((entry) => [entry.identifiers.cose]);
const byJose = indexBy((entry) => [entry.identifiers.jose]);
const byTlsGroup = indexBy((entry) => [entry.identifiers.tlsGroup?.code]);
const byTlsSignature = indexBy((entry) => [entry.identifiers.tlsSignature?.code]);
const byHpkeKem = indexBy((entry) =>
  entry.kind === 'obsolete' || entry.use === 'kem' ? [entry.identifiers.hpke] : [],
);

/**
 * The row of a name or alias, without regard to case.
 *
 * @example
 * ```ts
 * import { findByName } from 'hybridge/registry';
 *
 * console.log(findByName('x-wing')?.name, findByName('Kyber768')?.status);
 * ```
 */
export function findByName(name: string): RegistryEntry | undefined {
  return byName(name.toLowerCase())[0];
}

/**
 * The rows of an object identifier: of an algorithm, of a kind of key, or of a named curve. Identifiers that leave
 * the curve, modulus or hash to parameters (`rsaEncryption`, `ecdsa-with-SHA256`) have several. OIDs under an
 * abandoned arc lead to the row of the arc.
 *
 * @param oid - In dotted form.
 */
export function findByOid(oid: string): readonly RegistryEntry[] {
  const exact = byOid(oid);
  return exact.length > 0 ? exact : arcOf(oid);
}

/** The abandoned arc that an OID is under: the longest one. */
function arcOf(oid: string): readonly RegistryEntry[] {
  let longest = '';
  let arc = NONE;
  for (const entry of OBSOLETE) {
    const { oidPrefix = '' } = entry;
    if (oidPrefix.length > longest.length && oid.startsWith(`${oidPrefix}.`)) {
      longest = oidPrefix;
      arc = [entry];
    }
  }
  return arc;
}

/** The rows of a COSE algorithm number; the living owner comes before withdrawn requests for the same number. */
export function findByCose(algorithm: number): readonly RegistryEntry[] {
  return byCose(algorithm);
}

/** The rows of a JOSE `alg` value, case and all; `PS256` and the like say nothing of the modulus. */
export function findByJose(alg: string): readonly RegistryEntry[] {
  return byJose(alg);
}

/** The row of a TLS NamedGroup code point. */
export function findByTlsGroup(code: number): RegistryEntry | undefined {
  return byTlsGroup(code)[0];
}

/** The rows of a TLS SignatureScheme code point; those of RSA say nothing of the modulus. */
export function findByTlsSignature(code: number): readonly RegistryEntry[] {
  return byTlsSignature(code);
}

/** The row of an HPKE KEM identifier. */
export function findByHpkeKem(id: number): RegistryEntry | undefined {
  return byHpkeKem(id)[0];
}
