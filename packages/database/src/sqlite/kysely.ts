import type { DatabaseConnection, Kysely } from 'kysely';
import type { SqliteHandle } from './handle.ts';
import { translateError } from './translate-error.ts';
import type { Turnstile } from './turnstile.ts';

/** Kysely over a connection that others use too: its transactions pass the turnstile, and its errors are translated. */
export async function createKysely(handle: SqliteHandle, transactions: Turnstile): Promise<Kysely<unknown>> {
  const { CompiledQuery, Kysely, SqliteDialect, SqliteDriver } = await import('kysely');

  class Driver extends SqliteDriver {
    #leave: () => void = () => {};

    override async acquireConnection(): Promise<DatabaseConnection> {
      const connection = await super.acquireConnection();
      const executeQuery: DatabaseConnection['executeQuery'] = (query) =>
        connection.executeQuery<never>(query).catch((error: unknown) => {
          throw translateError(error);
        });
      return {
        executeQuery,
        // A statement that is half read keeps the connection busy, and with it the writes of everybody else.
        async *streamQuery(query) {
          yield await executeQuery(query);
        },
      };
    }

    override async beginTransaction(connection: DatabaseConnection): Promise<void> {
      const leave = await transactions.enter();
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        this.#leave = leave;
      } catch (error) {
        leave();
        throw error;
      }
    }

    override async commitTransaction(connection: DatabaseConnection): Promise<void> {
      await super.commitTransaction(connection);
      this.#leave();
    }

    override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
      try {
        // A full disk ends the transaction by itself.
        if (handle.inTransaction) await super.rollbackTransaction(connection);
      } finally {
        this.#leave();
      }
    }
  }

  class Dialect extends SqliteDialect {
    override createDriver(): Driver {
      return new Driver({ database: handle });
    }
  }

  return new Kysely({ dialect: new Dialect({ database: handle }) });
}
