import type { Provider } from '../../provider/index.ts';
import { PkijsEngine } from './engine.ts';

/** What the engine builds on. */
export interface PkijsEngineOptions {
  /** The WebCrypto for everything classical, symmetric and random; that of the runtime unless given. */
  readonly crypto?: Crypto;
}

/**
 * A crypto engine for PKI.js. Pass it where PKI.js takes an engine, or make it the global one with
 * `pkijs.setEngine('hybridge', engine)`.
 *
 * Signatures of ML-DSA, SLH-DSA, composite ML-DSA and EdDSA are made and verified by `provider`; RSA, ECDSA,
 * encryption and SHA-1, SHA-2 go to the WebCrypto given, unchanged. The engine does nothing about what PKI.js reads:
 * it takes BER where DER is due, so a certificate from a stranger belongs through a strict parser first.
 *
 * @example
 * ```ts
 * import { defaultProvider } from 'hybridge';
 * import { createPkijsEngine } from 'hybridge/certificates/pkijs';
 * import * as pkijs from 'pkijs';
 *
 * const engine = createPkijsEngine(defaultProvider());
 * const { privateKey, publicKey } = await engine.generateKey('ML-DSA-65', true, ['sign', 'verify']);
 * const request = new pkijs.CertificationRequest();
 * await request.subjectPublicKeyInfo.importKey(publicKey, engine);
 * await request.sign(privateKey, 'SHA-512', engine);
 * console.log(await request.verify(engine)); // true
 * ```
 */
export function createPkijsEngine(
  provider: Provider,
  { crypto = globalThis.crypto }: PkijsEngineOptions = {},
): PkijsEngine {
  return new PkijsEngine(provider, crypto);
}
