import { concat, HybridgeError, utf8 } from '../bytes/index.ts';
import type { KemDescriptor } from '../registry/index.ts';
import { i2osp } from './labeled-kdf.ts';

const KEM = utf8('KEM');

/** `KEM ‖ I2OSP(kem_id, 2)` [RFC 9180 §4.1]. @throws HybridgeError `unsupported` for a KEM without an HPKE number. */
export function kemSuiteId({ name, identifiers }: KemDescriptor): Uint8Array {
  if (identifiers.hpke === undefined)
    throw new HybridgeError('unsupported', `${name} is not a KEM of HPKE`, { fault: 'caller' });
  return concat(KEM, i2osp(identifiers.hpke, 2));
}
