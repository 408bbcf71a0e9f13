/** Recipients with Diffie-Hellman keys: ephemeral-static ECDH [RFC 5753], X25519 and X448 [RFC 8418]. */
import { concat, EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  decodeAlgorithmIdentifier,
} from '../certificates/index.ts';
import { der, readDer } from '../encoding/index.ts';
import { decapsulate, encapsulate } from '../kem/index.ts';
import {
  type PrivateKey,
  type Provider,
  type PublicKey,
  requireBlockCipher,
  requireHash,
  requireKeyDerivation,
} from '../provider/index.ts';
import {
  type HashName,
  hash as hashDescriptor,
  type KemDescriptor,
  type KeyAgreementDescriptor,
} from '../registry/index.ts';
import { type KeyWrap, keyWrap, keyWrapOfSize, readKeyWrap } from './key-wrap.ts';
import type { KeyAgreeRecipientInfo } from './recipient-info.ts';
import type { Wrapping } from './recipient-wrapping.ts';
import type { CertificateIdentifier } from './signer-info.ts';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

/** How the agreed secret becomes a key-encryption key. */
interface Scheme {
  readonly oid: string;
  readonly kdf: 'hkdf' | 'x9.63';
  readonly hash: HashName;
}

/** dhSinglePass-stdDH-* [RFC 5753 §7.1.4, RFC 8418 §2.2]; SHA-1 and SHA-224 are read, not written. */
const SCHEMES: readonly Scheme[] = [
  { oid: '1.3.132.1.11.1', kdf: 'x9.63', hash: 'SHA-256' },
  { oid: '1.3.132.1.11.2', kdf: 'x9.63', hash: 'SHA-384' },
  { oid: '1.3.132.1.11.3', kdf: 'x9.63', hash: 'SHA-512' },
  { oid: '1.3.132.1.11.0', kdf: 'x9.63', hash: 'SHA-224' },
  { oid: '1.3.133.16.840.63.0.2', kdf: 'x9.63', hash: 'SHA-1' },
  { oid: '1.2.840.113549.1.9.16.3.19', kdf: 'hkdf', hash: 'SHA-256' },
  { oid: '1.2.840.113549.1.9.16.3.20', kdf: 'hkdf', hash: 'SHA-384' },
  { oid: '1.2.840.113549.1.9.16.3.21', kdf: 'hkdf', hash: 'SHA-512' },
];

/** ECC-CMS-SharedInfo [RFC 5753 §7.2]. */
function sharedInfo(wrap: KeyWrap, ukm: Uint8Array | undefined): Uint8Array {
  return der.sequence(
    wrap.identifier,
    ...(ukm === undefined ? [] : [der.explicit(0, der.octetString(ukm))]),
    der.explicit(2, der.octetString(uint32(8 * wrap.keySize))),
  );
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The ANSI X9.63 key derivation function [SEC 1 §3.6.1]. */
function x963(
  provider: Provider,
  name: HashName,
  secret: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const hash = requireHash(provider, name);
  const blocks = Math.ceil(length / hashDescriptor(name).digestSize);
  const output = concat(
    ...Array.from({ length: blocks }, (_, index) => {
      const state = hash.start();
      for (const part of [secret, uint32(index + 1), info]) state.update(part);
      return state.digest();
    }),
  );
  const key = output.slice(0, length);
  wipe(output);
  return key;
}

function kekFrom(
  provider: Provider,
  { kdf, hash }: Scheme,
  secret: Uint8Array,
  wrap: KeyWrap,
  ukm: Uint8Array | undefined,
): Uint8Array {
  const info = sharedInfo(wrap, ukm);
  if (kdf === 'x9.63') return x963(provider, hash, secret, info, wrap.keySize);
  const derivation = requireKeyDerivation(provider);
  // RFC 8418 §2.2: the user keying material is the salt as well.
  const key = derivation.hkdfExtract(hash, ukm ?? EMPTY, secret);
  try {
    return derivation.hkdfExpand(hash, key, info, wrap.keySize);
  } finally {
    wipe(key);
  }
}

function schemeFor({ key, sizes }: KeyAgreementDescriptor, wanted: Wrapping['hash']): Scheme {
  const hash =
    wanted ?? (sizes.sharedSecret <= 32 ? 'SHA-256' : sizes.sharedSecret <= 48 ? 'SHA-384' : 'SHA-512');
  const kdf = key.kind === 'okp' ? 'hkdf' : 'x9.63';
  const scheme = SCHEMES.find((row) => row.kdf === kdf && row.hash === hash);
  if (scheme === undefined)
    throw new HybridgeError('invalid_argument', `no key agreement scheme with ${hash}`, { fault: 'caller' });
  return scheme;
}

/** AlgorithmIdentifier of the ephemeral key; the curve is the recipient's and not repeated [RFC 5753 §3.1.1]. */
function ephemeralIdentifier({ key }: KeyAgreementDescriptor): AlgorithmIdentifier {
  return decodeAlgorithmIdentifier(algorithmIdentifier(key.kind === 'okp' ? key.oid : EC_PUBLIC_KEY));
}

/** Wraps a content key for the holder of a Diffie-Hellman key, with a fresh key of the sender's. */
export async function wrapForAgreement(
  provider: Provider,
  publicKey: PublicKey<KeyAgreementDescriptor>,
  identifier: CertificateIdentifier,
  contentKey: Uint8Array,
  { hash, wrap: wanted, ukm }: Wrapping,
): Promise<KeyAgreeRecipientInfo> {
  const { algorithm } = publicKey;
  const wrap =
    wanted === undefined
      ? keyWrapOfSize(contentKey.length === 16 ? 16 : contentKey.length === 24 ? 24 : 32)
      : keyWrap(wanted);
  const scheme = schemeFor(algorithm, hash);
  const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
  const kek = kekFrom(provider, scheme, sharedSecret, wrap, ukm);
  wipe(sharedSecret);
  try {
    return {
      kind: 'key-agreement',
      identifier,
      originator: { algorithm: ephemeralIdentifier(algorithm), publicKey: ciphertext },
      ukm,
      scheme: decodeAlgorithmIdentifier(algorithmIdentifier(scheme.oid, wrap.identifier)),
      encryptedKey: requireBlockCipher(provider).wrapKey(kek, contentKey),
    };
  } finally {
    wipe(kek);
  }
}

/** Whether a key may open this: same kind of key, and the same curve where the message names it. */
export function isForAgreement({ originator }: KeyAgreeRecipientInfo, { kind, key }: KemDescriptor): boolean {
  if (kind !== 'key-agreement') return false;
  if (originator === undefined) return true;
  const { oid, parameters } = originator.algorithm;
  if (key.kind === 'okp') return key.oid === oid;
  if (key.kind !== 'ec' || oid !== EC_PUBLIC_KEY) return false;
  // RFC 5753 §3.1.1: absent, NULL from old software, or the curve.
  return parameters?.[0] !== 0x06 || curveOf(parameters) === key.curveOid;
}

function curveOf(parameters: Uint8Array): string {
  const reader = readDer(parameters, 'OriginatorPublicKey parameters');
  const oid = reader.oid('namedCurve');
  reader.end();
  return oid;
}

/**
 * The content key; `undefined` when it does not unwrap.
 *
 * @throws HybridgeError `unsupported`; `invalid_encoding`; `invalid_length` for an ephemeral key that is no point.
 */
export async function unwrapWithAgreement(
  provider: Provider,
  privateKey: PrivateKey<KeyAgreementDescriptor>,
  info: KeyAgreeRecipientInfo,
): Promise<Uint8Array | undefined> {
  const { oid, parameters } = info.scheme;
  const scheme = SCHEMES.find((row) => row.oid === oid);
  const { key, name } = privateKey.algorithm;
  if (scheme === undefined || (scheme.kdf === 'hkdf' && key.kind !== 'okp'))
    throw new HybridgeError('unsupported', `KeyAgreeRecipientInfo: scheme ${oid} with ${name}`, {
      details: { oid, algorithm: name },
    });
  if (info.originator === undefined)
    throw new HybridgeError('unsupported', 'KeyAgreeRecipientInfo: a static key of the sender');
  const wrap = readKeyWrap(decodeAlgorithmIdentifier(parameters ?? EMPTY));
  const secret = await decapsulate(provider, privateKey, info.originator.publicKey);
  const kek = kekFrom(provider, scheme, secret, wrap, info.ukm);
  try {
    return requireBlockCipher(provider).unwrapKey(kek, info.encryptedKey);
  } finally {
    wipe(secret, kek);
  }
}
