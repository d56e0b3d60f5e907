export type { RunFilter, RunStatus, RunStore, RunSummary, StoredEvent } from './run-store.ts';
export { runStoreMigrations } from './sqlite/migrations.ts';
export { createSqliteRunStore } from './sqlite/sqlite-run-store.ts';
