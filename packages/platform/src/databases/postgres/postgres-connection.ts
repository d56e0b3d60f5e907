import type { DatabaseConnection, DatabaseLimits, DatabaseStatement } from '@cicd/plugin';

/** A database on a PostgreSQL server. The driver is loaded with the first statement. */
export function createPostgresConnection(name: string, url: string): DatabaseConnection {
  const perform = async (kind: 'query' | 'execute', { text, params }: DatabaseStatement, limits: DatabaseLimits) => {
    const { performOnPostgres } = await import('./postgres-session.ts');
    return performOnPostgres({ name, url, kind, text, params, limits, signal: limits.signal });
  };
  return {
    query: async (statement, limits) => (await perform('query', statement, limits)).rows,
    execute: (statement, limits) => perform('execute', statement, limits),
  };
}
