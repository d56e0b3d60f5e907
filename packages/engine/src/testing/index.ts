export { createMemoryRunStore } from './memory-run-store.ts';
export { describeRunStore, type KitEvent, type RunStoreFixture } from './run-store-kit.ts';
