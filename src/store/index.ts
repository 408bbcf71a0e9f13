/** Floor 2: small durable state with atomic operations, and the store in memory. */
export {
  expiryOf,
  notACount,
  type RaiseResult,
  requireCount,
  requireKey,
  requirePrefix,
  requireValue,
  type Store,
  storeClosed,
  type StoreEntry,
  storeFull,
  type StoreValue,
  type StoreWriteOptions,
} from './contract.ts';
export { createMemoryStore, type MemoryStoreOptions } from './memory.ts';
