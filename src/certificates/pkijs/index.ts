/**
 * For users of PKI.js: a crypto engine with which its certificates, requests, CRLs, OCSP and CMS take post-quantum and
 * composite algorithms. PKI.js reads BER; the parsers of Hybridge are strict.
 */
export type { PkijsAlgorithmName } from './algorithms.ts';
export { createPkijsEngine, type PkijsEngineOptions } from './create.ts';
export type { PkijsEngine, PkijsKey } from './engine.ts';
