export { createLocalArtifactStore, type LocalArtifactStoreOptions } from './local/local-artifact-store.ts';
