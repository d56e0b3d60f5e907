export { describeArtifactStore, type ArtifactStoreSubject } from './describe-artifact-store.ts';
export { refusedExecutionIds, refusedKeys, strangeKeys } from './hostile-keys.ts';
export { createMemoryArtifactStore, type MemoryArtifactStore } from './memory-artifact-store.ts';
