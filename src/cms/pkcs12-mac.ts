/** MacData of PKCS #12: PBMAC1 [RFC 9879] and the older MAC [RFC 7292 §4, Appendix B]. */
import { equalSecret, HybridgeError, utf8, wipe } from '../bytes/index.ts';
import { der, type DerReader, INTEGER, NULL } from '../encoding/index.ts';
import {
  deriveFromPassword,
  type Prf,
  readDerivation,
  readHmac,
  type SaltedDerivation,
  writeDerivation,
  writeHmac,
} from '../keys/index.ts';
import { type Provider, requireKeyDerivation } from '../provider/index.ts';
import { hash as hashDescriptor, HASHES, type HashName } from '../registry/index.ts';
import { bmpPassword, pkcs12Kdf, type WorkBudget } from './pkcs12-kdf.ts';

/** id-PBMAC1 [RFC 8018 §A.5]. */
const PBMAC1 = '1.2.840.113549.1.5.14';
const SALT = 16;

/** How a file is protected against changes. */
export type Pkcs12Integrity =
  | { readonly kind: 'none' }
  /** PBKDF2 and HMAC [RFC 9879]. */
  | { readonly kind: 'PBMAC1'; readonly hash: HashName; readonly prf: HashName; readonly iterations: number }
  /** The key derivation of PKCS #12 and HMAC [RFC 7292 Appendix B]. */
  | { readonly kind: 'PKCS12-KDF'; readonly hash: HashName; readonly iterations: number };

/** @internal A MacData taken apart. */
export type MacData =
  | {
      readonly kind: 'PBMAC1';
      readonly derivation: SaltedDerivation;
      readonly keyLength: number;
      readonly hash: Prf;
      readonly tag: Uint8Array;
    }
  | {
      readonly kind: 'PKCS12-KDF';
      readonly hash: HashName;
      readonly salt: Uint8Array;
      readonly iterations: number;
      readonly tag: Uint8Array;
    };

/**
 * @internal Reads a MacData.
 *
 * @throws HybridgeError `invalid_encoding`, also for PBMAC1 without the length of its key [RFC 9879 §4];
 * `unsupported` for other algorithms.
 */
export function readMacData(fields: DerReader): MacData {
  const digestInfo = fields.sequence('mac');
  const algorithm = digestInfo.sequence('digestAlgorithm');
  const tag = digestInfo.octetString('digest');
  digestInfo.end();
  const salt = fields.octetString('macSalt');
  const iterations = fields.has(INTEGER) ? fields.smallInteger('iterations') : 1;
  fields.end();
  const oid = algorithm.oid('algorithm');
  // RFC 9879 §4: with PBMAC1 what stands in macSalt and iterations means nothing.
  if (oid === PBMAC1) return { kind: 'PBMAC1', ...readPbmac1(algorithm), tag };
  if (algorithm.has(NULL)) algorithm.null('parameters');
  algorithm.end();
  const entry = HASHES.find(({ kind, identifiers }) => kind === 'hash' && identifiers.oid === oid);
  if (entry === undefined)
    throw new HybridgeError('unsupported', `PKCS #12: a MAC with ${oid}`, { details: { oid } });
  if (iterations < 1) throw new HybridgeError('invalid_encoding', 'PKCS #12: a MAC of no iterations');
  return { kind: 'PKCS12-KDF', hash: entry.name, salt, iterations, tag };
}

function readPbmac1(algorithm: DerReader): {
  readonly derivation: SaltedDerivation;
  readonly keyLength: number;
  readonly hash: Prf;
} {
  const parameters = algorithm.sequence('parameters');
  algorithm.end();
  const derivation = readDerivation(parameters.sequence('keyDerivationFunc'), 'PKCS #12 MAC');
  const hash = readHmac(parameters.sequence('messageAuthScheme'), 'PKCS #12 MAC');
  parameters.end();
  const { keyLength } = derivation;
  if (keyLength === undefined || keyLength < 1 || keyLength > 64)
    throw new HybridgeError('invalid_encoding', 'PKCS #12: PBMAC1 without a length of its key [RFC 9879 §4]');
  return { derivation, keyLength, hash };
}

/** @internal What a MacData is made of. */
export function integrityOf(mac: MacData | undefined): Pkcs12Integrity {
  if (mac === undefined) return { kind: 'none' };
  if (mac.kind === 'PKCS12-KDF') return { kind: mac.kind, hash: mac.hash, iterations: mac.iterations };
  const { derivation } = mac.derivation;
  if (derivation.kdf !== 'pbkdf2')
    throw new HybridgeError('unsupported', 'PKCS #12: PBMAC1 with a key derivation other than PBKDF2');
  return { kind: mac.kind, hash: mac.hash, prf: derivation.hash, iterations: derivation.iterations };
}

/**
 * @internal Whether a MAC fits.
 *
 * @throws HybridgeError `unsupported` for more work than the budget has.
 */
export async function verifyMac(
  provider: Provider,
  mac: MacData,
  content: Uint8Array,
  password: Uint8Array | string,
  budget: WorkBudget,
): Promise<boolean> {
  const derivations = requireKeyDerivation(provider);
  if (mac.kind === 'PBMAC1') {
    const integrity = integrityOf(mac);
    budget.spend(integrity.kind === 'none' ? 0 : integrity.iterations);
    const { derivation, salt } = mac.derivation;
    const key = await deriveFromPassword(provider, derivation, salt, password, mac.keyLength);
    const fits = equalSecret(derivations.hmac(mac.hash, key, content), mac.tag);
    wipe(key);
    return fits;
  }
  budget.spend(mac.iterations);
  const { digestSize } = hashDescriptor(mac.hash);
  // No password is written as an empty text by some and as no text by others.
  const secrets = password.length === 0 ? [bmpPassword(''), new Uint8Array(0)] : [bmpPassword(password)];
  return secrets.some((secret) => {
    const key = pkcs12Kdf(provider, mac.hash, secret, mac.salt, mac.iterations, 'mac-key', digestSize);
    const fits = equalSecret(derivations.hmac(mac.hash, key, content), mac.tag);
    wipe(key, secret);
    return fits;
  });
}

/** DER of a MacData with PBMAC1. */
export async function writePbmac1(
  provider: Provider,
  content: Uint8Array,
  password: Uint8Array | string,
  hash: 'SHA-256' | 'SHA-384' | 'SHA-512',
  iterations: number,
): Promise<Uint8Array> {
  const derivation = { kdf: 'pbkdf2', hash, iterations } as const;
  const salt = provider.random.bytes(SALT);
  const keyLength = hashDescriptor(hash).digestSize;
  const key = await deriveFromPassword(provider, derivation, salt, password, keyLength);
  const tag = requireKeyDerivation(provider).hmac(hash, key, content);
  wipe(key);
  const parameters = der.sequence(writeDerivation({ derivation, salt, keyLength }), writeHmac(hash));
  return der.sequence(
    der.sequence(der.sequence(der.oid(PBMAC1), parameters), der.octetString(tag)),
    // RFC 9879 §4: not used, and there must be something.
    der.octetString(utf8('NOT USED')),
  );
}

/** DER of a MacData with the key derivation of PKCS #12, for readers that know nothing newer. */
export function writeOldMac(
  provider: Provider,
  content: Uint8Array,
  password: Uint8Array | string,
  hash: 'SHA-256' | 'SHA-384' | 'SHA-512',
  iterations: number,
): Uint8Array {
  const { digestSize, identifiers } = hashDescriptor(hash);
  const salt = provider.random.bytes(SALT);
  const secret = bmpPassword(password);
  const key = pkcs12Kdf(provider, hash, secret, salt, iterations, 'mac-key', digestSize);
  const tag = requireKeyDerivation(provider).hmac(hash, key, content);
  wipe(key, secret);
  return der.sequence(
    der.sequence(der.sequence(der.oid(identifiers.oid ?? ''), der.nil()), der.octetString(tag)),
    der.octetString(salt),
    der.integer(iterations),
  );
}
