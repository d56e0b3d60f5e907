export { createMemoryOwners, type MemoryOwners } from './memory-owners.ts';
export { createMemoryRunStore } from './memory-run-store.ts';
export type { KitEvent, RunStoreFixture } from './kit-run.ts';
export { describeRunStore } from './run-store-kit.ts';
