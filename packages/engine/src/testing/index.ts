export { createMemoryOwners, type MemoryOwners } from './memory-owners.ts';
export { secretEncodings, type SecretEncoding } from './secret-encodings.ts';
export { createMemoryRunStore } from './memory-run-store.ts';
export type { KitEvent, RunStoreFixture } from './kit-run.ts';
export { describeRunStore } from './run-store-kit.ts';
