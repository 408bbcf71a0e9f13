/** What the standards say of keys in certificates, by the kind of their algorithm. */
import { ALGORITHMS, type KeyDescriptor } from '../registry/index.ts';
import type { AlgorithmIdentifier } from './algorithm-identifier.ts';
import type { KeyUsage } from './extension.ts';

let byOid: ReadonlyMap<string, KeyDescriptor> | undefined;

/** The algorithm of a key under an OID of its own (not EC, not RSA), `undefined` for any other. */
export function keyAlgorithmOf(oid: string): KeyDescriptor | undefined {
  byOid ??= new Map(
    ALGORITHMS.flatMap((descriptor) =>
      (descriptor.use === 'kem' || descriptor.use === 'signature') &&
      (descriptor.key.kind === 'raw' || descriptor.key.kind === 'okp')
        ? [[descriptor.key.oid, descriptor] as const]
        : [],
    ),
  );
  return byOid.get(oid);
}

/** Usages that a key which only establishes secrets may have [RFC 9935 §5, composite-kem-21 §5.2]. */
const OF_KEM: readonly KeyUsage[] = ['keyEncipherment'];
/** Usages that a key which only signs may have [RFC 9881 §5, RFC 9909 §6, composite-sigs-19 §5.2]. */
export const OF_SIGNATURE: readonly KeyUsage[] = [
  'digitalSignature',
  'contentCommitment',
  'keyCertSign',
  'cRLSign',
];
/** Usages of X25519 and X448 [RFC 8410 §5]. */
const OF_AGREEMENT: readonly KeyUsage[] = ['keyAgreement', 'encipherOnly', 'decipherOnly'];

/** The key usages that a key can serve, `undefined` where its algorithm does not settle them (EC, RSA, unknown). */
export function usagesOf({ oid }: AlgorithmIdentifier): readonly KeyUsage[] | undefined {
  const descriptor = keyAlgorithmOf(oid);
  if (descriptor === undefined) return undefined;
  if (descriptor.use === 'signature') return OF_SIGNATURE;
  return descriptor.kind === 'key-agreement' || descriptor.kind === 'dhkem' ? OF_AGREEMENT : OF_KEM;
}
