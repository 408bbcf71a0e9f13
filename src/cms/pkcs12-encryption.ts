/** Encryption under a password in PKCS #12: PBES2 [RFC 8018 §6.2] and the old schemes [RFC 7292 Appendix C]. */
import { concat, HybridgeError, wipe } from '../bytes/index.ts';
import type { DerReader } from '../encoding/index.ts';
import { decryptPbes2, isPbes2, readPbes2 } from '../keys/index.ts';
import { type Provider, requireBlockCipher } from '../provider/index.ts';
import { bmpPassword, pkcs12Kdf, type WorkBudget } from './pkcs12-kdf.ts';

/** Schemes of RFC 7292 Appendix C by the size of their Triple DES key; those of RC2 and RC4 have none here. */
const OLD_SCHEMES: ReadonlyMap<string, { readonly name: string; readonly keySize?: 16 | 24 }> = new Map([
  ['1.2.840.113549.1.12.1.1', { name: 'pbeWithSHAAnd128BitRC4' }],
  ['1.2.840.113549.1.12.1.2', { name: 'pbeWithSHAAnd40BitRC4' }],
  ['1.2.840.113549.1.12.1.3', { name: 'pbeWithSHAAnd3-KeyTripleDES-CBC', keySize: 24 }],
  ['1.2.840.113549.1.12.1.4', { name: 'pbeWithSHAAnd2-KeyTripleDES-CBC', keySize: 16 }],
  ['1.2.840.113549.1.12.1.5', { name: 'pbeWithSHAAnd128BitRC2-CBC' }],
  ['1.2.840.113549.1.12.1.6', { name: 'pbeWithSHAAnd40BitRC2-CBC' }],
]);

const TRIPLE_DES_IV = 8;

/**
 * Decrypts what an AlgorithmIdentifier and a password protect.
 *
 * @param algorithm - The contents of the AlgorithmIdentifier.
 * @returns The plaintext, which the caller wipes.
 * @throws HybridgeError `decryption_failed`; `unsupported` for RC2, RC4 and unknown schemes, for Triple DES where the
 * provider has none, and for more work than the budget has; `invalid_encoding`.
 */
export async function decryptWithPassword(
  provider: Provider,
  algorithm: DerReader,
  encrypted: Uint8Array,
  password: Uint8Array | string,
  budget: WorkBudget,
): Promise<Uint8Array> {
  const oid = algorithm.oid('algorithm');
  const plain = isPbes2(oid)
    ? await decryptNew(provider, algorithm, encrypted, password, budget)
    : decryptOld(provider, oid, algorithm, encrypted, password, budget);
  if (plain === undefined)
    throw new HybridgeError('decryption_failed', 'PKCS #12: wrong password, or the file was changed');
  return plain;
}

async function decryptNew(
  provider: Provider,
  algorithm: DerReader,
  encrypted: Uint8Array,
  password: Uint8Array | string,
  budget: WorkBudget,
): Promise<Uint8Array | undefined> {
  const scheme = readPbes2(algorithm, 'PKCS #12');
  const { parameters } = scheme;
  budget.spend(
    parameters.kdf === 'pbkdf2'
      ? parameters.iterations
      : parameters.cost * parameters.blockSize * parameters.parallelization,
  );
  return decryptPbes2(provider, scheme, encrypted, password);
}

function decryptOld(
  provider: Provider,
  oid: string,
  algorithm: DerReader,
  encrypted: Uint8Array,
  password: Uint8Array | string,
  budget: WorkBudget,
): Uint8Array | undefined {
  const scheme = OLD_SCHEMES.get(oid);
  if (scheme?.keySize === undefined)
    throw new HybridgeError('unsupported', `PKCS #12: encrypted with ${scheme?.name ?? oid}`, {
      hint: 'write the file anew with: openssl pkcs12 -legacy -in old.p12 -nodes | openssl pkcs12 -export -out new.p12',
      details: { oid },
    });
  const { decryptTripleDesCbc } = requireBlockCipher(provider);
  if (decryptTripleDesCbc === undefined)
    throw new HybridgeError(
      'unsupported',
      `PKCS #12: encrypted with ${scheme.name}, and provider ${provider.name} has no Triple DES`,
      { hint: 'use the native provider, or write the file anew with AES', details: { oid } },
    );
  const parameters = algorithm.sequence('parameters');
  algorithm.end();
  const salt = parameters.octetString('salt');
  const iterations = parameters.smallInteger('iterations');
  parameters.end();
  if (iterations < 1) throw new HybridgeError('invalid_encoding', 'PKCS #12: no iterations');
  // Two blocks of SHA-1 for the key, one for the initialization vector.
  budget.spend(3 * iterations);
  const secret = bmpPassword(password);
  const derive = (purpose: 'encryption-key' | 'initialization-vector', length: number): Uint8Array =>
    pkcs12Kdf(provider, 'SHA-1', secret, salt, iterations, purpose, length);
  const key = derive('encryption-key', scheme.keySize);
  const whole = scheme.keySize === 24 ? key : concat(key, key.subarray(0, 8));
  try {
    return decryptTripleDesCbc(whole, derive('initialization-vector', TRIPLE_DES_IV), encrypted);
  } finally {
    wipe(secret, key, whole);
  }
}
