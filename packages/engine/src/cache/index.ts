export { cacheMigrations } from './cache-migrations.ts';
export {
  createCacheStore,
  type CacheAddress,
  type CacheEntry,
  type CachePut,
  type CacheStore,
  type CacheStoreOptions,
} from './cache-store.ts';
