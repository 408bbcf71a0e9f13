/** Floor 0: byte strings, their text forms, and the one error class. */
export { type ByteSource, piecesOf, type ReadingOptions, requireNotAborted } from './byte-source.ts';
export { concat, EMPTY, equal, equalSecret, fromUtf8, requireLength, utf8, wipe } from './bytes.ts';
export {
  type ErrorCode,
  type ErrorDetail,
  type ErrorFault,
  HybridgeError,
  type HybridgeErrorOptions,
  isHybridgeError,
} from './error.ts';
export { ipAddress } from './ip-address.ts';
export {
  fromBase64,
  fromBase64Unpadded,
  fromBase64Url,
  fromHex,
  toBase64,
  toBase64Unpadded,
  toBase64Url,
  toHex,
} from './text.ts';
