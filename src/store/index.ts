/** Floor 2: small durable state with atomic operations, and the store in memory. */
export type {
  RaiseResult,
  Store,
  StoreClock,
  StoreEntry,
  StoreValue,
  StoreWriteOptions,
} from './contract.ts';
export { createMemoryStore, type MemoryStoreOptions } from './memory.ts';
/** @internal What every implementation of the contract checks and throws alike. */
export {
  expiryOf,
  notACount,
  requireCount,
  requireKey,
  requirePrefix,
  requireValue,
  storeClosed,
} from './contract.ts';
