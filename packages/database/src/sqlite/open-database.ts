import type { Kysely } from 'kysely';
import type { SqliteDatabase } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import type { Migration } from '../migration.ts';
import { backUp } from './backup.ts';
import { createConnection } from './connection.ts';
import { GroupedWrites } from './grouped-writes.ts';
import type { SqliteHandle } from './handle.ts';
import { checkAfterCrash } from './integrity.ts';
import { createKysely } from './kysely.ts';
import { migrate } from './migrate.ts';
import { applyPragmas } from './pragmas.ts';
import { ensurePrivateFile } from './private-file.ts';
import { translateError } from './translate-error.ts';
import { Turnstile } from './turnstile.ts';

export interface OpenDatabaseOptions {
  /** Path of the file; created when missing, with the folders above it. Default: a database in memory. */
  readonly file?: string;
  /** An open better-sqlite3 database of the caller's, who also closes it; its pragmas are set. */
  readonly handle?: SqliteHandle;
  /** Everything that the schema is made of, of all packages that share the file. Default: none, and no check. */
  readonly migrations?: readonly Migration[];
  /** How long to wait for another process's write, in milliseconds. Default 2,000. The event loop waits too. */
  readonly busyTimeout?: number;
}

/**
 * Opens an SQLite database: write-ahead log, every commit flushed to the disk, deleted data overwritten, foreign keys
 * enforced, schema up to date. A file that was not closed properly is checked first.
 *
 * Errors: `database.open_failed`, `database.not_a_database`, `database.corrupt`, `database.newer_version`,
 * `database.migration_failed`, `database.locked`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<SqliteDatabase> {
  const { file = ':memory:', busyTimeout = 2_000 } = options;
  let handle = options.handle;
  try {
    handle ??= await openFile(file);
    applyPragmas(handle, busyTimeout);
    return await compose(handle, options.migrations, handle !== options.handle);
  } catch (error) {
    if (handle !== options.handle) handle?.close();
    throw translateError(error, file);
  }
}

async function openFile(file: string): Promise<SqliteHandle> {
  const { default: Sqlite } = await import('better-sqlite3');
  if (file !== ':memory:') {
    ensurePrivateFile(file);
    checkAfterCrash(file, () => new Sqlite(file));
  }
  return new Sqlite(file);
}

async function compose(
  handle: SqliteHandle,
  migrations: readonly Migration[] | undefined,
  owned: boolean,
): Promise<SqliteDatabase> {
  const transactions = new Turnstile();
  let kysely: Promise<Kysely<unknown>> | undefined;
  const loadKysely = () => (kysely ??= createKysely(handle, transactions));
  if (migrations) await migrate(handle, migrations, loadKysely);
  const connection = createConnection(handle);
  const writes = new GroupedWrites(handle, connection, transactions);
  let closing: Promise<void> | undefined;
  const assertOpen = () => {
    if (closing || !handle.open)
      throw new DatabaseError({ code: 'database.closed', message: 'The database is closed.' });
  };
  return {
    dialect: 'sqlite',
    async kysely<Schema>() {
      assertOpen();
      return (await loadKysely()) as Kysely<Schema>;
    },
    async read(work) {
      assertOpen();
      const leave = handle.inTransaction ? await transactions.enter() : undefined;
      try {
        return work(connection);
      } catch (error) {
        throw translateError(error);
      } finally {
        leave?.();
      }
    },
    async write(work) {
      assertOpen();
      return writes.add(work);
    },
    async backup(to) {
      assertOpen();
      // The copy reads through this connection: it must not see half a transaction.
      const leave = await transactions.enter();
      try {
        await backUp(handle, to);
      } catch (error) {
        throw translateError(error, to);
      } finally {
        leave();
      }
    },
    close() {
      closing ??= (async () => {
        await writes.settled();
        const leave = await transactions.enter();
        if (owned && handle.open) {
          // The last connection to close removes the log; with others still there this keeps it short.
          handle.pragma('wal_checkpoint(PASSIVE)');
          handle.close();
        }
        leave();
      })();
      return closing;
    },
  };
}
