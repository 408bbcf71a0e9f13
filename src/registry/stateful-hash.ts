import { deepFreeze } from './freeze.ts';
import type { StatefulHashName } from './names.ts';
import type { SignatureSizes, StatefulHashDescriptor } from './types.ts';

interface Row {
  readonly reference: string;
  readonly oid: string;
  readonly cose?: number;
  readonly sizes: SignatureSizes;
  readonly aliases: readonly string[];
}

function stateful(name: StatefulHashName, row: Row): StatefulHashDescriptor {
  return {
    name,
    kind: 'stateful-hash',
    use: 'signature',
    nature: 'post-quantum',
    // The least of the parameter sets, those with 192-bit hashes.
    category: 3,
    stateful: true,
    status: 'standard',
    date: '2020-10',
    reference: row.reference,
    sizes: row.sizes,
    key: { kind: 'raw', oid: row.oid, akp: false },
    identifiers: row.cose === undefined ? { oid: row.oid } : { oid: row.oid, cose: row.cose },
    aliases: row.aliases,
  };
}

/**
 * Stateful hash-based signatures. Sizes are those of the largest parameter set; there is no private key here,
 * hence 0.
 */
export const STATEFUL_HASH: Readonly<Record<StatefulHashName, StatefulHashDescriptor>> = deepFreeze({
  // 8 levels of LMS_SHA256_M32_H25 with LMOTS_SHA256_N32_W1.
  'HSS/LMS': stateful('HSS/LMS', {
    reference: 'SP 800-208; RFC 8554, RFC 9858; X.509 RFC 9802; CMS RFC 9708; COSE RFC 8778',
    oid: '1.2.840.113549.1.9.16.3.17',
    cose: -46,
    sizes: { publicKey: { max: 60 }, privateKey: 0, signature: { max: 74_988 } },
    aliases: ['HSS-LMS', 'HSS', 'LMS', 'id-alg-hss-lms-hashsig'],
  }),
  // XMSS-SHA2_20_512, XMSSMT-SHA2_60/12_512.
  XMSS: stateful('XMSS', {
    reference: 'SP 800-208; RFC 8391; X.509 RFC 9802',
    oid: '1.3.6.1.5.5.7.6.34',
    sizes: { publicKey: { max: 132 }, privateKey: 0, signature: { max: 9732 } },
    aliases: ['id-alg-xmss-hashsig'],
  }),
  'XMSS^MT': stateful('XMSS^MT', {
    reference: 'SP 800-208; RFC 8391; X.509 RFC 9802',
    oid: '1.3.6.1.5.5.7.6.35',
    sizes: { publicKey: { max: 132 }, privateKey: 0, signature: { max: 104_520 } },
    aliases: ['XMSSMT', 'XMSS-MT', 'id-alg-xmssmt-hashsig'],
  }),
});
