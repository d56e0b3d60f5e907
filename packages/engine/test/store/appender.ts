/** Appends to a run for ever, several appends in flight, and prints each sequence once it is acknowledged: `node appender.ts FILE RUN`. */
import { writeSync } from 'node:fs';
import { openDatabase } from '@cicd/database';
import { createSqliteRunStore, runStoreMigrations, type RunSummary } from '../../src/store/index.ts';
import type { KitEvent } from '../../src/testing/index.ts';
import { appendsInFlight, recognisable } from './recognisable-event.ts';

const [file = '', id = ''] = process.argv.slice(2);
const store = createSqliteRunStore<KitEvent>(await openDatabase({ file, migrations: runStoreMigrations }));
const summary: RunSummary = {
  id,
  project: 'shop',
  pipeline: 'release',
  status: 'running',
  attempt: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
};

let next = (await store.read(id)).length;
async function appendForEver(): Promise<never> {
  for (;;) {
    const after = next++;
    writeSync(
      1,
      `${await store.append({ run: id, owner: 'appender', fence: 1 }, after, [recognisable(after + 1)], summary)}\n`,
    );
  }
}
await Promise.all(Array.from({ length: appendsInFlight }, appendForEver));
