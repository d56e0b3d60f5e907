import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createMemoryRunStore, describeRunStore, type KitEvent } from '../../src/testing/index.ts';
import { sqliteFixture } from './sqlite-fixture.ts';

const runner = { describe, it, beforeAll, afterAll };

describeRunStore('the SQLite store', runner, sqliteFixture);
describeRunStore('the memory store', runner, async () => {
  const store = createMemoryRunStore<KitEvent>();
  const itself = async () => store;
  return { store, another: itself, reopen: itself, dispose: () => store.close() };
});
