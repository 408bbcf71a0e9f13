/** Floor 1: strict readers and deterministic writers of DER, PEM, CBOR, JSON and the TLS presentation language. */
export {
  type CborLimits,
  type CborMap,
  CborTag,
  type CborValue,
  decodeCbor,
  encodeCbor,
  isCborArray,
  isCborMap,
} from './cbor.ts';
export { type DerLimits, type DerReader, readDer } from './der-read.ts';
export * from './der-tags.ts';
export * as der from './der-write.ts';
export {
  decodeCompositeEcScalar,
  decodeEcPrivateKey,
  type EcPrivateKey,
  encodeEcPrivateKey,
} from './ec-private-key.ts';
export { decodeJson } from './json.ts';
export { decodePem, encodePem, isPem, type PemBlock } from './pem.ts';
export { readTls, type TlsReader } from './tls-read.ts';
export * as tls from './tls-write.ts';
