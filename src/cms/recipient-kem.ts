/** Recipients with ML-KEM and composite KEM keys [RFC 9629, RFC 9936, draft-ietf-lamps-cms-composite-kem-01]. */
import { EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  decodeAlgorithmIdentifier,
} from '../certificates/index.ts';
import { der } from '../encoding/index.ts';
import { decapsulate, encapsulate } from '../kem/index.ts';
import {
  type PrivateKey,
  type Provider,
  type PublicKey,
  requireBlockCipher,
  requireKeyDerivation,
} from '../provider/index.ts';
import {
  type CompositeKemDescriptor,
  type HashName,
  type KdfDescriptor,
  KDFS,
  type KemDescriptor,
  type MlKemDescriptor,
} from '../registry/index.ts';
import { type KeyWrap, keyWrap, keyWrapOfSize, readKeyWrap } from './key-wrap.ts';
import type { KemRecipientInfo } from './recipient-info.ts';
import type { Wrapping } from './recipient-wrapping.ts';
import type { CertificateIdentifier } from './signer-info.ts';

/** KEMs that have a recipient kind of their own. */
export type RecipientKem = CompositeKemDescriptor | MlKemDescriptor;

/** Whether keys of an algorithm are KEM recipients. */
export function isRecipientKem(descriptor: KemDescriptor): descriptor is RecipientKem {
  return descriptor.kind === 'ml-kem' || descriptor.kind === 'composite-kem';
}

/** CMSORIforKEMOtherInfo [RFC 9629 §5]: what the key-encryption key is bound to. */
function otherInfo(wrap: KeyWrap, ukm: Uint8Array | undefined): Uint8Array {
  return der.sequence(
    wrap.identifier,
    der.integer(wrap.keySize),
    ...(ukm === undefined ? [] : [der.explicit(0, der.octetString(ukm))]),
  );
}

/** The key-encryption key: HKDF of the shared secret, without a salt [RFC 9936 §2.2.1]. */
export function kekFromSecret(
  provider: Provider,
  hash: HashName,
  secret: Uint8Array,
  wrap: KeyWrap,
  ukm: Uint8Array | undefined,
): Uint8Array {
  const derivation = requireKeyDerivation(provider);
  const key = derivation.hkdfExtract(hash, EMPTY, secret);
  try {
    return derivation.hkdfExpand(hash, key, otherInfo(wrap, ukm), wrap.keySize);
  } finally {
    wipe(key);
  }
}

// RFC 9936 §2.2.1: AES-128 wrap goes with ML-KEM-512, AES-256 wrap with the larger ones; never below the content's key.
function defaultWrap({ category }: RecipientKem, contentKey: Uint8Array): KeyWrap {
  return keyWrapOfSize(
    category > 1 ? 32 : contentKey.length === 16 ? 16 : contentKey.length === 24 ? 24 : 32,
  );
}

/** Wraps a content key for the holder of a KEM key. */
export async function wrapForKem(
  provider: Provider,
  publicKey: PublicKey<RecipientKem>,
  identifier: CertificateIdentifier,
  contentKey: Uint8Array,
  { hash = 'SHA-256', wrap: wanted, ukm }: Wrapping,
): Promise<KemRecipientInfo> {
  const wrap = wanted === undefined ? defaultWrap(publicKey.algorithm, contentKey) : keyWrap(wanted);
  const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
  const kek = kekFromSecret(provider, hash, sharedSecret, wrap, ukm);
  wipe(sharedSecret);
  try {
    return {
      kind: 'kem',
      identifier,
      kem: identifierNamed(publicKey.algorithm.key.kind === 'raw' ? publicKey.algorithm.key.oid : undefined),
      ciphertext,
      kdf: identifierNamed(hkdfWith(hash)?.identifiers.oid),
      kekLength: wrap.keySize,
      ukm,
      wrap: decodeAlgorithmIdentifier(wrap.identifier),
      encryptedKey: requireBlockCipher(provider).wrapKey(kek, contentKey),
    };
  } finally {
    wipe(kek);
  }
}

function identifierNamed(oid: string | undefined): AlgorithmIdentifier {
  if (oid === undefined) throw new HybridgeError('internal', 'an algorithm without an object identifier');
  return decodeAlgorithmIdentifier(algorithmIdentifier(oid));
}

const hkdfWith = (hash: HashName): KdfDescriptor | undefined =>
  KDFS.find((kdf) => kdf.kind === 'hkdf' && kdf.hash === hash);

/** Whether a key may open this: same KEM. */
export function isForKem({ kem }: KemRecipientInfo, { key }: KemDescriptor): boolean {
  return key.kind === 'raw' && key.oid === kem.oid;
}

/**
 * The content key; `undefined` when it does not unwrap.
 *
 * @throws HybridgeError `unsupported`; `invalid_encoding`; what a ciphertext of the wrong shape leads to.
 */
export async function unwrapWithKem(
  provider: Provider,
  privateKey: PrivateKey<RecipientKem>,
  info: KemRecipientInfo,
): Promise<Uint8Array | undefined> {
  const kdf = KDFS.find((row) => row.kind === 'hkdf' && row.identifiers.oid === info.kdf.oid);
  if (kdf === undefined)
    throw new HybridgeError('unsupported', `KEMRecipientInfo: key derivation ${info.kdf.oid}; only HKDF`, {
      details: { oid: info.kdf.oid },
    });
  const wrap = readKeyWrap(info.wrap);
  if (info.kdf.parameters !== undefined || info.kem.parameters !== undefined)
    throw new HybridgeError(
      'invalid_encoding',
      'KEMRecipientInfo: parameters where they must be absent [RFC 9936 §2.2.2, RFC 8619 §2]',
    );
  if (info.kekLength !== wrap.keySize)
    throw new HybridgeError(
      'invalid_encoding',
      `KEMRecipientInfo: kekLength ${info.kekLength} for ${wrap.name} [RFC 9629 §3]`,
    );
  const secret = await decapsulate(provider, privateKey, info.ciphertext);
  const kek = kekFromSecret(provider, kdf.hash, secret, wrap, info.ukm);
  try {
    return requireBlockCipher(provider).unwrapKey(kek, info.encryptedKey);
  } finally {
    wipe(secret, kek);
  }
}
