import { deepFreeze } from './freeze.ts';
import { AEAD_NAMES, type AeadName } from './names.ts';
import { row as rowOf } from './row.ts';
import type { AeadDescriptor } from './types.ts';

const COMMON = {
  kind: 'aead',
  use: 'aead',
  nature: 'post-quantum',
  stateful: false,
  status: 'standard',
  nonceSize: 12,
  tagSize: 16,
} as const;

/** AEADs; the category is that of a key search. HPKE identifiers: RFC 9180 Table 5. */
export const AEAD: Readonly<Record<AeadName, AeadDescriptor>> = deepFreeze({
  'AES-128-GCM': {
    name: 'AES-128-GCM',
    ...COMMON,
    category: 1,
    date: '2007-11',
    reference: 'SP 800-38D; OID RFC 5084; COSE RFC 9053; JOSE RFC 7518',
    keySize: 16,
    identifiers: { oid: '2.16.840.1.101.3.4.1.6', cose: 1, jose: 'A128GCM', hpke: 0x0001 },
    aliases: ['AES128-GCM', 'id-aes128-GCM'],
  },
  'AES-256-GCM': {
    name: 'AES-256-GCM',
    ...COMMON,
    category: 5,
    date: '2007-11',
    reference: 'SP 800-38D; OID RFC 5084; COSE RFC 9053; JOSE RFC 7518',
    keySize: 32,
    identifiers: { oid: '2.16.840.1.101.3.4.1.46', cose: 3, jose: 'A256GCM', hpke: 0x0002 },
    aliases: ['AES256-GCM', 'id-aes256-GCM'],
  },
  'ChaCha20-Poly1305': {
    name: 'ChaCha20-Poly1305',
    ...COMMON,
    category: 5,
    date: '2018-06',
    reference: 'RFC 8439; OID RFC 8103; COSE RFC 9053',
    keySize: 32,
    identifiers: { oid: '1.2.840.113549.1.9.16.3.18', cose: 24, hpke: 0x0003 },
    aliases: ['ChaCha20Poly1305', 'id-alg-AEADChaCha20Poly1305'],
  },
});

/** Every AEAD. */
export const AEADS: readonly AeadDescriptor[] = Object.freeze(AEAD_NAMES.map((name) => AEAD[name]));

/**
 * The descriptor of an AEAD.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 */
export function aead(name: AeadName): AeadDescriptor {
  return rowOf(AEAD, name);
}
