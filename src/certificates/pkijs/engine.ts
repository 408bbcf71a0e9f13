import {
  AlgorithmIdentifier,
  CryptoEngine,
  type CryptoEngineAlgorithmOperation,
  type CryptoEngineAlgorithmParams,
  type CryptoEnginePublicKeyParams,
  type CryptoEngineSignatureParams,
  type PublicKeyInfo,
} from 'pkijs';

import { equal, HybridgeError } from '../../bytes/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../kem/index.ts';
import { PrivateKey, type Provider, PublicKey, requireHash } from '../../provider/index.ts';
import type { KemDescriptor, KeyDescriptor, SignatureDescriptor } from '../../registry/index.ts';
import { generateKeyPair, sign, type SigningIdentity, verify } from '../../sign/index.ts';
import {
  hashByName,
  hashByOid,
  messageDigestOf,
  type PkijsAlgorithmName,
  servedByName,
  servedByOid,
  signatureByOid,
} from './algorithms.ts';
import { arrayBufferOf, bytesOf } from './buffer-source.ts';
import { EngineKey, type KeyMaterial, requireSigning, requireVerifying } from './engine-key.ts';
import { readKey, requireFormat, writeKey } from './key-formats.ts';

/** What the WebCrypto of the runtime calls an algorithm: here the global type, PKI.js has another of that name. */
type WebAlgorithm = globalThis.AlgorithmIdentifier;

/** The bit or octet string of a signature, as PKI.js hands it over. */
type SignatureValue = Parameters<CryptoEngine['verifyWithPublicKey']>[1];

/** A key that the engine can stand in for: of a signature algorithm or KEM that it serves. */
export type PkijsKey =
  PrivateKey<KemDescriptor> | PublicKey<KemDescriptor> | PublicKey<SignatureDescriptor> | SigningIdentity;

/** sha256WithRSAEncryption [RFC 8017 §A.2.4]. */
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

/**
 * A crypto engine for PKI.js: its own engine over the WebCrypto of the runtime, with ML-DSA, SLH-DSA, composite ML-DSA
 * and EdDSA signatures and with ML-KEM and composite ML-KEM keys added. Made by {@link createPkijsEngine}.
 *
 * Names of algorithms are those of the registry, `ML-DSA-65` or `MLDSA65-Ed25519-SHA512`, in any case. What is said of
 * a hash when such a key signs is ignored: these algorithms bring their own.
 */
export class PkijsEngine extends CryptoEngine {
  readonly #provider: Provider;
  /** Building a path verifies with one key many times. The object may change, so its bytes decide. */
  readonly #publicKeys = new WeakMap<PublicKeyInfo, { readonly spki: Uint8Array; readonly key: EngineKey }>();

  /** @internal */
  constructor(provider: Provider, crypto: Crypto) {
    super({ name: 'hybridge', crypto });
    this.#provider = provider;
  }

  /**
   * A key of `hybridge/keys`, or a signer that stands for one in a key management service, as the CryptoKey that PKI.js
   * asks for.
   *
   * @param extractable - Whether `exportKey` may write a private key; of a signer there is nothing to write.
   * @throws {@link HybridgeError} `wrong_algorithm` for RSA, ECDSA and ECDH keys: those are CryptoKeys of the runtime.
   */
  cryptoKey(key: PkijsKey, extractable = true): CryptoKey {
    const { name } = key.algorithm;
    if (servedByName(name) === undefined)
      throw new HybridgeError('wrong_algorithm', `${name} keys are left to the WebCrypto of the runtime`, {
        fault: 'caller',
        hint: 'export the key and give it to importKey of the engine',
        details: { algorithm: name },
      });
    return new EngineKey(materialOf(key), extractable, USAGES);
  }

  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: PkijsAlgorithmName | { readonly name: PkijsAlgorithmName },
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKeyPair>;
  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: 'Ed25519' | { name: 'Ed25519' },
    extractable: boolean,
    keyUsages: ReadonlyArray<'sign' | 'verify'>,
  ): Promise<CryptoKeyPair>;
  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: 'X25519' | { name: 'X25519' },
    extractable: boolean,
    keyUsages: ReadonlyArray<'deriveBits' | 'deriveKey'>,
  ): Promise<CryptoKeyPair>;
  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: RsaHashedKeyGenParams | EcKeyGenParams,
    extractable: boolean,
    keyUsages: ReadonlyArray<KeyUsage>,
  ): Promise<CryptoKeyPair>;
  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: AesKeyGenParams | HmacKeyGenParams | Pbkdf2Params,
    extractable: boolean,
    keyUsages: ReadonlyArray<KeyUsage>,
  ): Promise<CryptoKey>;
  /** Makes a key pair of the registry by its name, or any other key as the runtime's WebCrypto does. */
  override generateKey(
    algorithm: WebAlgorithm,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKeyPair | CryptoKey>;
  override async generateKey(
    algorithm: WebAlgorithm,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKeyPair | CryptoKey> {
    const usages = [...keyUsages];
    const served = servedByName(nameOf(algorithm));
    if (served === undefined) return super.generateKey(algorithm, extractable, usages);
    const { publicKey, privateKey } =
      served.use === 'signature'
        ? await generateKeyPair(this.#provider, served.name)
        : await generateKemKeyPair(this.#provider, served.name);
    return {
      publicKey: new EngineKey(materialOf(publicKey), true, usages), // as WebCrypto: public keys always are
      privateKey: new EngineKey(materialOf(privateKey), extractable, usages),
    };
  }

  /** Reads SubjectPublicKeyInfo, PKCS #8 and raw keys of the registry; others as WebCrypto does. */
  override async importKey(
    format: KeyFormat,
    keyData: BufferSource | JsonWebKey,
    algorithm: WebAlgorithm,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKey> {
    const served = servedByName(nameOf(algorithm));
    if (served === undefined) return super.importKey(format, keyData, algorithm, extractable, [...keyUsages]);
    const material = await readKey(this.#provider, requireFormat(format), keyData, served);
    return new EngineKey(material, extractable, keyUsages);
  }

  /** Writes a key that may leave the engine. */
  override exportKey(format: 'jwk', key: CryptoKey): Promise<JsonWebKey>;
  /** Writes a key that may leave the engine. */
  override exportKey(format: Exclude<KeyFormat, 'jwk'>, key: CryptoKey): Promise<ArrayBuffer>;
  /** Writes a key that may leave the engine. */
  override exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey>;
  override async exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey> {
    if (key instanceof EngineKey) return writeKey(this.#provider, requireFormat(format), key);
    // PKI.js goes through JWK members that it knows; a key of the runtime's own ML-DSA has others.
    if (servedByName(key.algorithm.name) !== undefined)
      return this.subtle.exportKey(requireFormat(format), key);
    return super.exportKey(format, key);
  }

  /** Signs with a key of the registry, or as WebCrypto does with one of its own. */
  override async sign(algorithm: WebAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer> {
    if (!(key instanceof EngineKey)) return super.sign(algorithm, key, data);
    requireSameAlgorithm(algorithm, key);
    return arrayBufferOf(await sign(this.#provider, requireSigning(key), bytesOf(data)));
  }

  /** Whether a signature holds. */
  override async verify(
    algorithm: WebAlgorithm,
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean> {
    if (!(key instanceof EngineKey)) return super.verify(algorithm, key, signature, data);
    requireSameAlgorithm(algorithm, key);
    return verify(this.#provider, requireVerifying(key), bytesOf(data), bytesOf(signature));
  }

  /** The digest by any hash of the registry. */
  override async digest(algorithm: WebAlgorithm, data: BufferSource): Promise<ArrayBuffer> {
    const hash = hashByName(nameOf(algorithm));
    if (hash === undefined || super.getOIDByAlgorithm(hash) !== '') return super.digest(algorithm, data);
    return arrayBufferOf(requireHash(this.#provider, hash.name).digest(bytesOf(data)));
  }

  /** The algorithm of an object identifier; `safety` makes an unknown one an error. */
  override getAlgorithmByOID<T extends Algorithm = Algorithm>(
    oid: string,
    safety: true,
    target?: string,
  ): T & Pick<T, 'name'>;
  /** The algorithm of an object identifier; `safety` makes an unknown one an error. */
  override getAlgorithmByOID(oid: string, safety?: boolean, target?: string): object;
  override getAlgorithmByOID(oid: string, safety = false, target?: string): object {
    const served = servedByOid(oid);
    if (served !== undefined) return { name: served.name };
    const known = super.getAlgorithmByOID(oid);
    if ('name' in known) return known;
    const hash = hashByOid(oid);
    return hash === undefined ? super.getAlgorithmByOID(oid, safety, target) : { name: hash.name };
  }

  /** The object identifier of an algorithm. */
  override getOIDByAlgorithm(algorithm: Algorithm, safety?: boolean, target?: string): string {
    const found = servedByName(algorithm.name) ?? hashByName(algorithm.name);
    return found?.identifiers.oid ?? super.getOIDByAlgorithm(algorithm, safety, target);
  }

  /** What WebCrypto is to be told for an operation with an algorithm. */
  override getAlgorithmParameters(
    algorithmName: string,
    operation: CryptoEngineAlgorithmOperation,
  ): CryptoEngineAlgorithmParams {
    const served = servedByName(algorithmName);
    if (served === undefined) return super.getAlgorithmParameters(algorithmName, operation);
    return {
      algorithm: { name: served.name },
      usages: served.use === 'kem' ? [] : operation === 'importKey' ? ['verify'] : ['sign', 'verify'],
    };
  }

  /** The digest that belongs to a signature algorithm: what a CMS message signed with it digests its content with. */
  override getHashAlgorithm(signatureAlgorithm: AlgorithmIdentifier): string {
    const served = signatureByOid(signatureAlgorithm.algorithmId);
    return served === undefined ? super.getHashAlgorithm(signatureAlgorithm) : messageDigestOf(served).name;
  }

  /** The AlgorithmIdentifier to sign under, whose parameters are absent for all but RSA. */
  override async getSignatureParameters(
    privateKey: CryptoKey,
    hashAlgorithm?: string,
  ): Promise<CryptoEngineSignatureParams> {
    const served = servedByName(privateKey.algorithm.name);
    if (served === undefined) return super.getSignatureParameters(privateKey, hashAlgorithm);
    const { name } = served;
    return {
      // Parameters are absent [RFC 9881 §2, RFC 9909 §3, RFC 8410 §3, draft-ietf-lamps-pq-composite-sigs-19 §5].
      signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: this.getOIDByAlgorithm({ name }, true) }),
      parameters: { algorithm: { name }, usages: ['sign'] },
    };
  }

  /** The key of a SubjectPublicKeyInfo. */
  override async getPublicKey(
    publicKeyInfo: PublicKeyInfo,
    signatureAlgorithm: AlgorithmIdentifier,
    parameters?: CryptoEnginePublicKeyParams,
  ): Promise<CryptoKey> {
    const served = servedByOid(publicKeyInfo.algorithm.algorithmId);
    if (served !== undefined) return this.#publicKey(publicKeyInfo, served);
    if (parameters !== undefined) return super.getPublicKey(publicKeyInfo, signatureAlgorithm, parameters);
    if (signatureByOid(signatureAlgorithm.algorithmId) === undefined)
      return super.getPublicKey(publicKeyInfo, signatureAlgorithm);
    // PKI.js binds an RSA key to the hash of the signature over its certificate. Here that says nothing which
    // WebCrypto could use, so the key gets what PKI.js generates RSA keys for.
    const instead = new AlgorithmIdentifier({ algorithmId: SHA256_WITH_RSA });
    return super.getPublicKey(publicKeyInfo, instead);
  }

  /** Whether a signature holds under the key of a SubjectPublicKeyInfo. */
  override async verifyWithPublicKey(
    data: BufferSource,
    signature: SignatureValue,
    publicKeyInfo: PublicKeyInfo,
    signatureAlgorithm: AlgorithmIdentifier,
    shaAlgorithm?: string,
  ): Promise<boolean> {
    const keyOid = publicKeyInfo.algorithm.algorithmId;
    const served = servedByOid(keyOid);
    if (served === undefined && signatureByOid(signatureAlgorithm.algorithmId) === undefined)
      return super.verifyWithPublicKey(data, signature, publicKeyInfo, signatureAlgorithm, shaAlgorithm);
    // Here the key says how it verifies. What the signature claims must be the same, or it would not be bound to it.
    if (served === undefined || signatureAlgorithm.algorithmId !== keyOid)
      throw new HybridgeError(
        'wrong_algorithm',
        `signature: made with ${signatureAlgorithm.algorithmId}, the key is for ${keyOid}`,
        { details: { expected: keyOid, found: signatureAlgorithm.algorithmId } },
      );
    requireNoParameters(signatureAlgorithm);
    const key = await this.#publicKey(publicKeyInfo, served);
    return verify(this.#provider, requireVerifying(key), bytesOf(data), wholeBytes(signature));
  }

  async #publicKey(publicKeyInfo: PublicKeyInfo, descriptor: KeyDescriptor): Promise<EngineKey> {
    const spki = new Uint8Array(publicKeyInfo.toSchema().toBER());
    const known = this.#publicKeys.get(publicKeyInfo);
    if (known !== undefined && equal(known.spki, spki)) return known.key;
    const key = new EngineKey(await readKey(this.#provider, 'spki', spki, descriptor), true, USAGES);
    this.#publicKeys.set(publicKeyInfo, { spki, key });
    return key;
  }
}

/** Both usages that a signature key may have; a key keeps the one it is made for. */
const USAGES: readonly KeyUsage[] = ['sign', 'verify'];

function nameOf(algorithm: WebAlgorithm): string {
  return typeof algorithm === 'string' ? algorithm : algorithm.name;
}

function materialOf(key: PkijsKey): KeyMaterial {
  if (isKemKey(key))
    return key instanceof PrivateKey ? { can: 'decapsulate', key } : { can: 'encapsulate', key };
  return key instanceof PublicKey ? { can: 'verify', key } : { can: 'sign', key };
}

function isKemKey(key: PkijsKey): key is PrivateKey<KemDescriptor> | PublicKey<KemDescriptor> {
  return key.algorithm.use === 'kem';
}

/** Refuses what would be ignored otherwise: another algorithm, and a context, which X.509 and CMS leave empty. */
function requireSameAlgorithm(algorithm: WebAlgorithm, key: EngineKey): void {
  if (servedByName(nameOf(algorithm))?.name !== key.algorithm.name)
    throw new HybridgeError('wrong_algorithm', `${nameOf(algorithm)} with a key of ${key.algorithm.name}`, {
      fault: 'caller',
    });
  if (typeof algorithm === 'object' && 'context' in algorithm)
    throw new HybridgeError('invalid_argument', 'signatures of X.509 and CMS have no context', {
      fault: 'caller',
      hint: 'sign and verify of hybridge/sign take one',
    });
}

function requireNoParameters(identifier: AlgorithmIdentifier): void {
  if (identifier.toSchema().valueBlock.value.length > 1)
    throw new HybridgeError(
      'invalid_encoding',
      `AlgorithmIdentifier: ${identifier.algorithmId} has parameters, which must be absent`,
    );
}

/** PKI.js passes over unused bits; with them a second encoding of a signature would hold. */
function wholeBytes({ valueBlock }: SignatureValue): Uint8Array {
  if ('unusedBits' in valueBlock && valueBlock.unusedBits !== 0)
    throw new HybridgeError('invalid_encoding', 'signature: a bit string that does not end with a byte');
  return valueBlock.valueHexView;
}
