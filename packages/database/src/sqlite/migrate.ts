import type { Kysely } from 'kysely';
import { DatabaseError } from '../database-error.ts';
import type { Migration } from '../migration.ts';
import type { SqliteHandle } from './handle.ts';

/**
 * Brings a file up to date in one transaction, so that of several processes that open an old file one migrates it and
 * the others find it done. A file that is up to date costs one query, and Kysely is not even loaded.
 * Errors: `database.newer_version`, `database.migration_failed`, `database.locked`.
 */
export async function migrate(
  handle: SqliteHandle,
  migrations: readonly Migration[],
  kysely: () => Promise<Kysely<unknown>>,
): Promise<void> {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  if (known.size < migrations.length) throw failed('Two migrations have the same name.');
  if (pending(handle, known) === 0) return;

  const { Migrator } = await import('kysely/migration');
  const migrator = new Migrator({
    db: await kysely(),
    provider: { getMigrations: () => Promise.resolve(Object.fromEntries(known)) },
    allowUnorderedMigrations: true,
  });
  // With foreign keys on, replacing a table would delete what refers to it.
  handle.pragma('foreign_keys = OFF');
  try {
    handle.exec('BEGIN IMMEDIATE');
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined)
      throw failed(
        `The migration ${results?.find(({ status }) => status === 'Error')?.migrationName ?? ''} failed.`,
        error,
      );
    const orphans = handle.pragma('foreign_key_check') as unknown[];
    if (orphans.length > 0)
      throw failed('A migration left rows that refer to nothing.', undefined, { orphans: orphans.slice(0, 10) });
    handle.exec('COMMIT');
  } finally {
    if (handle.inTransaction) handle.exec('ROLLBACK');
    handle.pragma('foreign_keys = ON');
  }
}

/** How many migrations the file lacks. */
function pending(handle: SqliteHandle, known: ReadonlyMap<string, Migration>): number {
  const table = handle.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kysely_migration'").get();
  if (!table) return known.size;
  const names = (handle.prepare('SELECT name FROM kysely_migration').all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new DatabaseError({
      code: 'database.newer_version',
      message: `The database was written by a newer version: it has ${unknown.join(', ')}.`,
      hint: 'Update to the version that wrote it, or use another data folder.',
      details: { unknown },
    });
  }
  return known.size - names.length;
}

function failed(message: string, cause?: unknown, details?: Readonly<Record<string, unknown>>): DatabaseError {
  return new DatabaseError({
    code: 'database.migration_failed',
    message,
    hint: 'The file is as it was before. Report this, with the cause.',
    ...(details && { details }),
    cause,
  });
}
