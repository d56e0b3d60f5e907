export type { RunClaim, RunFilter, RunStatus, RunStore, RunSummary, StoredEvent, StoredMessage } from './run-store.ts';
export { runStoreMigrations } from './sqlite/migrations.ts';
export { createSqliteRunStore } from './sqlite/sqlite-run-store.ts';
