import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createMemoryArtifactStore, describeArtifactStore } from '../../src/testing/index.ts';

describeArtifactStore('memory', { describe, it, beforeAll, afterAll }, async () => {
  const store = createMemoryArtifactStore();
  return { store, flipBit: async (executionId, key) => store.flipBit(executionId, key), dispose: () => store.close() };
});
