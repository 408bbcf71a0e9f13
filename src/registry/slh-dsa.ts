import { deepFreeze } from './freeze.ts';
import type { HashName, HashSlhDsaName, SlhDsaName } from './names.ts';
import type { HashSlhDsaDescriptor, SecurityCategory, SignatureSizes, SlhDsaDescriptor } from './types.ts';

type ParameterSet = '128s' | '128f' | '192s' | '192f' | '256s' | '256f';

/** FIPS 205 Table 2; the private key is SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root. */
const PARAMETERS: Readonly<
  Record<ParameterSet, { readonly category: SecurityCategory; readonly sizes: SignatureSizes }>
> = {
  '128s': { category: 1, sizes: { publicKey: 32, privateKey: 64, signature: 7856 } },
  '128f': { category: 1, sizes: { publicKey: 32, privateKey: 64, signature: 17088 } },
  '192s': { category: 3, sizes: { publicKey: 48, privateKey: 96, signature: 16224 } },
  '192f': { category: 3, sizes: { publicKey: 48, privateKey: 96, signature: 35664 } },
  '256s': { category: 5, sizes: { publicKey: 64, privateKey: 128, signature: 29792 } },
  '256f': { category: 5, sizes: { publicKey: 64, privateKey: 128, signature: 49856 } },
};

const COMMON = {
  use: 'signature',
  nature: 'post-quantum',
  stateful: false,
  status: 'standard',
  date: '2024-08-13',
} as const;

/** nistAlgorithms sigAlgs, the arc that FIPS 204 and FIPS 205 share. */
const sigAlgs = (arc: number): string => `2.16.840.1.101.3.4.3.${String(arc)}`;

/** draft-ietf-cose-sphincs-plus-10 names these two alone, and has no COSE numbers yet. */
const JOSE_NAMES: readonly SlhDsaName[] = ['SLH-DSA-SHA2-128s', 'SLH-DSA-SHAKE-128s'];

function slhDsa(name: SlhDsaName, set: ParameterSet, arc: number, tls: number): SlhDsaDescriptor {
  const { category, sizes } = PARAMETERS[set];
  const oid = sigAlgs(arc);
  const tlsSignature = {
    code: tls,
    name: name.toLowerCase().replace('slh-dsa', 'slhdsa').replaceAll('-', '_'),
  };
  return {
    name,
    kind: 'slh-dsa',
    ...COMMON,
    category,
    reference: 'FIPS 205; keys RFC 9909; JOSE draft-ietf-cose-sphincs-plus-10; TLS draft-reddy-tls-slhdsa',
    sizes,
    key: { kind: 'raw', oid, akp: true },
    identifiers: JOSE_NAMES.includes(name) ? { oid, jose: name, tlsSignature } : { oid, tlsSignature },
    aliases: [name.replaceAll('-', ''), `id-${name.toLowerCase()}`],
  };
}

/** SLH-DSA, in the order of its OIDs. */
export const SLH_DSA: Readonly<Record<SlhDsaName, SlhDsaDescriptor>> = deepFreeze({
  'SLH-DSA-SHA2-128s': slhDsa('SLH-DSA-SHA2-128s', '128s', 20, 0x0911),
  'SLH-DSA-SHA2-128f': slhDsa('SLH-DSA-SHA2-128f', '128f', 21, 0x0912),
  'SLH-DSA-SHA2-192s': slhDsa('SLH-DSA-SHA2-192s', '192s', 22, 0x0913),
  'SLH-DSA-SHA2-192f': slhDsa('SLH-DSA-SHA2-192f', '192f', 23, 0x0914),
  'SLH-DSA-SHA2-256s': slhDsa('SLH-DSA-SHA2-256s', '256s', 24, 0x0915),
  'SLH-DSA-SHA2-256f': slhDsa('SLH-DSA-SHA2-256f', '256f', 25, 0x0916),
  'SLH-DSA-SHAKE-128s': slhDsa('SLH-DSA-SHAKE-128s', '128s', 26, 0x0917),
  'SLH-DSA-SHAKE-128f': slhDsa('SLH-DSA-SHAKE-128f', '128f', 27, 0x0918),
  'SLH-DSA-SHAKE-192s': slhDsa('SLH-DSA-SHAKE-192s', '192s', 28, 0x0919),
  'SLH-DSA-SHAKE-192f': slhDsa('SLH-DSA-SHAKE-192f', '192f', 29, 0x091a),
  'SLH-DSA-SHAKE-256s': slhDsa('SLH-DSA-SHAKE-256s', '256s', 30, 0x091b),
  'SLH-DSA-SHAKE-256f': slhDsa('SLH-DSA-SHAKE-256f', '256f', 31, 0x091c),
});

function hashSlhDsa(
  name: HashSlhDsaName,
  base: SlhDsaName,
  set: ParameterSet,
  prehash: HashName,
  arc: number,
): HashSlhDsaDescriptor {
  const { category, sizes } = PARAMETERS[set];
  const oid = sigAlgs(arc);
  const withHash = `${base}-with-${prehash.replace('-', '')}`;
  return {
    name,
    kind: 'hash-slh-dsa',
    ...COMMON,
    category,
    reference: 'FIPS 205 §10.2.2; keys RFC 9909',
    base,
    prehash,
    sizes,
    key: { kind: 'raw', oid, akp: false },
    identifiers: { oid },
    aliases: [`id-hash-${withHash.toLowerCase()}`, withHash],
  };
}

/** HashSLH-DSA: the twelve combinations of parameter set and prehash that have OIDs. */
export const HASH_SLH_DSA: Readonly<Record<HashSlhDsaName, HashSlhDsaDescriptor>> = deepFreeze({
  'HashSLH-DSA-SHA2-128s-SHA256': hashSlhDsa(
    'HashSLH-DSA-SHA2-128s-SHA256',
    'SLH-DSA-SHA2-128s',
    '128s',
    'SHA-256',
    35,
  ),
  'HashSLH-DSA-SHA2-128f-SHA256': hashSlhDsa(
    'HashSLH-DSA-SHA2-128f-SHA256',
    'SLH-DSA-SHA2-128f',
    '128f',
    'SHA-256',
    36,
  ),
  'HashSLH-DSA-SHA2-192s-SHA512': hashSlhDsa(
    'HashSLH-DSA-SHA2-192s-SHA512',
    'SLH-DSA-SHA2-192s',
    '192s',
    'SHA-512',
    37,
  ),
  'HashSLH-DSA-SHA2-192f-SHA512': hashSlhDsa(
    'HashSLH-DSA-SHA2-192f-SHA512',
    'SLH-DSA-SHA2-192f',
    '192f',
    'SHA-512',
    38,
  ),
  'HashSLH-DSA-SHA2-256s-SHA512': hashSlhDsa(
    'HashSLH-DSA-SHA2-256s-SHA512',
    'SLH-DSA-SHA2-256s',
    '256s',
    'SHA-512',
    39,
  ),
  'HashSLH-DSA-SHA2-256f-SHA512': hashSlhDsa(
    'HashSLH-DSA-SHA2-256f-SHA512',
    'SLH-DSA-SHA2-256f',
    '256f',
    'SHA-512',
    40,
  ),
  'HashSLH-DSA-SHAKE-128s-SHAKE128': hashSlhDsa(
    'HashSLH-DSA-SHAKE-128s-SHAKE128',
    'SLH-DSA-SHAKE-128s',
    '128s',
    'SHAKE128',
    41,
  ),
  'HashSLH-DSA-SHAKE-128f-SHAKE128': hashSlhDsa(
    'HashSLH-DSA-SHAKE-128f-SHAKE128',
    'SLH-DSA-SHAKE-128f',
    '128f',
    'SHAKE128',
    42,
  ),
  'HashSLH-DSA-SHAKE-192s-SHAKE256': hashSlhDsa(
    'HashSLH-DSA-SHAKE-192s-SHAKE256',
    'SLH-DSA-SHAKE-192s',
    '192s',
    'SHAKE256',
    43,
  ),
  'HashSLH-DSA-SHAKE-192f-SHAKE256': hashSlhDsa(
    'HashSLH-DSA-SHAKE-192f-SHAKE256',
    'SLH-DSA-SHAKE-192f',
    '192f',
    'SHAKE256',
    44,
  ),
  'HashSLH-DSA-SHAKE-256s-SHAKE256': hashSlhDsa(
    'HashSLH-DSA-SHAKE-256s-SHAKE256',
    'SLH-DSA-SHAKE-256s',
    '256s',
    'SHAKE256',
    45,
  ),
  'HashSLH-DSA-SHAKE-256f-SHAKE256': hashSlhDsa(
    'HashSLH-DSA-SHAKE-256f-SHAKE256',
    'SLH-DSA-SHAKE-256f',
    '256f',
    'SHAKE256',
    46,
  ),
});
