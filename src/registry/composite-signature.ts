import { deepFreeze } from './freeze.ts';
import type { CompositeSignatureName } from './names.ts';
import type { CompositeSignatureDescriptor, SecurityCategory } from './types.ts';

interface Row extends Pick<
  CompositeSignatureDescriptor,
  'postQuantum' | 'traditional' | 'prehash' | 'prehashLength' | 'label' | 'sizes'
> {
  /** Only the six combinations of draft-ietf-jose-pq-composite-sigs have one; their COSE numbers are unassigned. */
  readonly jose?: string;
}

const CATEGORIES = { 'ML-DSA-44': 2, 'ML-DSA-65': 3, 'ML-DSA-87': 5 } as const satisfies Record<
  string,
  SecurityCategory
>;

function composite(
  name: CompositeSignatureName,
  arc: number,
  { jose, ...row }: Row,
): CompositeSignatureDescriptor {
  const oid = `1.3.6.1.5.5.7.6.${String(arc)}`;
  return {
    name,
    kind: 'composite-signature',
    use: 'signature',
    nature: 'hybrid',
    category: CATEGORIES[row.postQuantum],
    stateful: false,
    status: 'draft-19',
    date: '2026-04-21',
    reference: 'draft-ietf-lamps-pq-composite-sigs-19',
    ...row,
    key: { kind: 'raw', oid, akp: jose !== undefined },
    identifiers: jose === undefined ? { oid } : { oid, jose },
    aliases: [`id-${name}`],
  };
}

/**
 * Composite ML-DSA. The hash at the end of a name is the prehash of the composite; the traditional half hashes
 * with its own. Sizes of RSA rows assume the public exponent 65537, as the draft's table does.
 */
export const COMPOSITE_SIGNATURE: Readonly<Record<CompositeSignatureName, CompositeSignatureDescriptor>> =
  deepFreeze({
    'MLDSA44-RSA2048-PSS-SHA256': composite('MLDSA44-RSA2048-PSS-SHA256', 37, {
      postQuantum: 'ML-DSA-44',
      traditional: 'RSA2048-PSS-SHA256',
      prehash: 'SHA-256',
      prehashLength: 32,
      label: 'COMPSIG-MLDSA44-RSA2048-PSS-SHA256',
      sizes: { publicKey: 1582, privateKey: { max: 1226 }, signature: 2676 },
    }),
    'MLDSA44-RSA2048-PKCS15-SHA256': composite('MLDSA44-RSA2048-PKCS15-SHA256', 38, {
      postQuantum: 'ML-DSA-44',
      traditional: 'RSA2048-PKCS15-SHA256',
      prehash: 'SHA-256',
      prehashLength: 32,
      label: 'COMPSIG-MLDSA44-RSA2048-PKCS15-SHA256',
      sizes: { publicKey: 1582, privateKey: { max: 1226 }, signature: 2676 },
    }),
    'MLDSA44-Ed25519-SHA512': composite('MLDSA44-Ed25519-SHA512', 39, {
      postQuantum: 'ML-DSA-44',
      traditional: 'Ed25519',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA44-Ed25519-SHA512',
      sizes: { publicKey: 1344, privateKey: 64, signature: 2484 },
      jose: 'ML-DSA-44-Ed25519',
    }),
    'MLDSA44-ECDSA-P256-SHA256': composite('MLDSA44-ECDSA-P256-SHA256', 40, {
      postQuantum: 'ML-DSA-44',
      traditional: 'ECDSA-P256-SHA256',
      prehash: 'SHA-256',
      prehashLength: 32,
      label: 'COMPSIG-MLDSA44-ECDSA-P256-SHA256',
      sizes: { publicKey: 1377, privateKey: 83, signature: { max: 2492 } },
      jose: 'ML-DSA-44-ES256',
    }),
    'MLDSA65-RSA3072-PSS-SHA512': composite('MLDSA65-RSA3072-PSS-SHA512', 41, {
      postQuantum: 'ML-DSA-65',
      traditional: 'RSA3072-PSS-SHA256',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-RSA3072-PSS-SHA512',
      sizes: { publicKey: 2350, privateKey: { max: 1802 }, signature: 3693 },
    }),
    'MLDSA65-RSA3072-PKCS15-SHA512': composite('MLDSA65-RSA3072-PKCS15-SHA512', 42, {
      postQuantum: 'ML-DSA-65',
      traditional: 'RSA3072-PKCS15-SHA256',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-RSA3072-PKCS15-SHA512',
      sizes: { publicKey: 2350, privateKey: { max: 1802 }, signature: 3693 },
    }),
    'MLDSA65-RSA4096-PSS-SHA512': composite('MLDSA65-RSA4096-PSS-SHA512', 43, {
      postQuantum: 'ML-DSA-65',
      traditional: 'RSA4096-PSS-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-RSA4096-PSS-SHA512',
      sizes: { publicKey: 2478, privateKey: { max: 2383 }, signature: 3821 },
    }),
    'MLDSA65-RSA4096-PKCS15-SHA512': composite('MLDSA65-RSA4096-PKCS15-SHA512', 44, {
      postQuantum: 'ML-DSA-65',
      traditional: 'RSA4096-PKCS15-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-RSA4096-PKCS15-SHA512',
      sizes: { publicKey: 2478, privateKey: { max: 2383 }, signature: 3821 },
    }),
    'MLDSA65-ECDSA-P256-SHA512': composite('MLDSA65-ECDSA-P256-SHA512', 45, {
      postQuantum: 'ML-DSA-65',
      traditional: 'ECDSA-P256-SHA256',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-ECDSA-P256-SHA512',
      sizes: { publicKey: 2017, privateKey: 83, signature: { max: 3381 } },
      jose: 'ML-DSA-65-ES256',
    }),
    'MLDSA65-ECDSA-P384-SHA512': composite('MLDSA65-ECDSA-P384-SHA512', 46, {
      postQuantum: 'ML-DSA-65',
      traditional: 'ECDSA-P384-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-ECDSA-P384-SHA512',
      sizes: { publicKey: 2049, privateKey: 96, signature: { max: 3413 } },
    }),
    'MLDSA65-ECDSA-brainpoolP256r1-SHA512': composite('MLDSA65-ECDSA-brainpoolP256r1-SHA512', 47, {
      postQuantum: 'ML-DSA-65',
      traditional: 'ECDSA-brainpoolP256r1-SHA256',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-ECDSA-BP256-SHA512',
      sizes: { publicKey: 2017, privateKey: 84, signature: { max: 3381 } },
    }),
    'MLDSA65-Ed25519-SHA512': composite('MLDSA65-Ed25519-SHA512', 48, {
      postQuantum: 'ML-DSA-65',
      traditional: 'Ed25519',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA65-Ed25519-SHA512',
      sizes: { publicKey: 1984, privateKey: 64, signature: 3373 },
      jose: 'ML-DSA-65-Ed25519',
    }),
    'MLDSA87-ECDSA-P384-SHA512': composite('MLDSA87-ECDSA-P384-SHA512', 49, {
      postQuantum: 'ML-DSA-87',
      traditional: 'ECDSA-P384-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-ECDSA-P384-SHA512',
      sizes: { publicKey: 2689, privateKey: 96, signature: { max: 4731 } },
      jose: 'ML-DSA-87-ES384',
    }),
    'MLDSA87-ECDSA-brainpoolP384r1-SHA512': composite('MLDSA87-ECDSA-brainpoolP384r1-SHA512', 50, {
      postQuantum: 'ML-DSA-87',
      traditional: 'ECDSA-brainpoolP384r1-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-ECDSA-BP384-SHA512',
      sizes: { publicKey: 2689, privateKey: 100, signature: { max: 4731 } },
    }),
    'MLDSA87-Ed448-SHAKE256': composite('MLDSA87-Ed448-SHAKE256', 51, {
      postQuantum: 'ML-DSA-87',
      traditional: 'Ed448',
      prehash: 'SHAKE256',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-Ed448-SHAKE256',
      sizes: { publicKey: 2649, privateKey: 89, signature: 4741 },
      jose: 'ML-DSA-87-Ed448',
    }),
    'MLDSA87-RSA3072-PSS-SHA512': composite('MLDSA87-RSA3072-PSS-SHA512', 52, {
      postQuantum: 'ML-DSA-87',
      traditional: 'RSA3072-PSS-SHA256',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-RSA3072-PSS-SHA512',
      sizes: { publicKey: 2990, privateKey: { max: 1802 }, signature: 5011 },
    }),
    'MLDSA87-RSA4096-PSS-SHA512': composite('MLDSA87-RSA4096-PSS-SHA512', 53, {
      postQuantum: 'ML-DSA-87',
      traditional: 'RSA4096-PSS-SHA384',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-RSA4096-PSS-SHA512',
      sizes: { publicKey: 3118, privateKey: { max: 2383 }, signature: 5139 },
    }),
    'MLDSA87-ECDSA-P521-SHA512': composite('MLDSA87-ECDSA-P521-SHA512', 54, {
      postQuantum: 'ML-DSA-87',
      traditional: 'ECDSA-P521-SHA512',
      prehash: 'SHA-512',
      prehashLength: 64,
      label: 'COMPSIG-MLDSA87-ECDSA-P521-SHA512',
      sizes: { publicKey: 2725, privateKey: 114, signature: { max: 4766 } },
    }),
  });
