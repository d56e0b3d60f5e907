import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type SqliteDatabase } from '@cicd/database';
import { createSqliteRunStore, runStoreMigrations } from '../../src/store/index.ts';
import type { KitEvent, RunStoreFixture } from '../../src/testing/index.ts';

/** A store in a file of its own, which other connections open too. */
export async function sqliteFixture(): Promise<RunStoreFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'cicd-runs-'));
  const file = join(folder, 'cicd.db');
  const opened: SqliteDatabase[] = [];
  const open = async () => {
    const database = await openDatabase({ file, migrations: runStoreMigrations });
    opened.push(database);
    return database;
  };
  const database = await open();
  const store = createSqliteRunStore<KitEvent>(database);
  return {
    store,
    another: async () => createSqliteRunStore<KitEvent>(await open()),
    async reopen() {
      await store.close();
      await database.close();
      return createSqliteRunStore<KitEvent>(await open());
    },
    async dispose() {
      for (const one of opened) await one.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
