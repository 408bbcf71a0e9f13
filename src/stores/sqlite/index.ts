/** Leaf: the store in an SQLite file, over `node:sqlite`. */
export { createSqliteStore, type SqliteStoreOptions } from './store.ts';
