/** Leaf: the store in Redis, over `@redis/client`. */
export type { RedisConnection, RedisTls } from './connection.ts';
export { createRedisStore, type RedisStoreOptions, type RedisStoreSettings } from './store.ts';
