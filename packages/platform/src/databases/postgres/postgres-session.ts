import pg from 'pg';
import Cursor from 'pg-cursor';
import { RowCollector, TooManyRows, type RowLimits } from '../row-collector.ts';
import { connectionFailure } from '../connection-failure.ts';
import { postgresTypes } from './postgres-types.ts';

export interface PostgresTask {
  /** What the operator calls the database. */
  readonly name: string;
  readonly url: string;
  readonly kind: 'query' | 'execute';
  readonly text: string;
  readonly params: readonly unknown[];
  readonly limits: RowLimits;
  readonly signal: AbortSignal;
}

/** Milliseconds. */
const connectTimeout = 10_000;
const batch = 100;

const clientOf = (url: string) =>
  new pg.Client({
    connectionString: url,
    application_name: 'cicd',
    connectionTimeoutMillis: connectTimeout,
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601',
  });

/** One statement on a connection of its own. When it is to end, the server is told so. */
export async function performOnPostgres(task: PostgresTask) {
  const { signal, url, name } = task;
  signal.throwIfAborted();
  const client = clientOf(url);
  // A connection that breaks is told where it is used.
  client.on('error', () => {});
  let stopping: Promise<void> | undefined;
  const stop = () => void (stopping = cancel(client, url));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect().catch((error: unknown) => {
      throw connectionFailure(name, 'unreachable', messageOf(error), error);
    });
    return await transact(client, task);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await stopping;
    await client.end().catch(() => {
      // It was broken already.
    });
  }
}

async function transact(client: pg.Client, { name, kind, text, params, limits }: PostgresTask) {
  try {
    await client.query(kind === 'query' ? 'begin read only' : 'begin');
    const collector = new RowCollector(limits);
    // Sent as one prepared statement: a second one in the text is an error.
    const cursor = client.query(new Cursor(text, [...params], { types: postgresTypes }));
    const affectedRows = await readAll(cursor, collector);
    await cursor.close();
    await client.query(kind === 'query' ? 'rollback' : 'commit');
    return { affectedRows, rows: collector.rows };
  } catch (error) {
    throw connectionFailure(
      name,
      error instanceof TooManyRows ? 'result_too_large' : 'statement_failed',
      messageOf(error),
      error,
    );
  }
}

/** Reads until the end, or until no further row is wanted. Returns how many rows the statement touched. */
async function readAll(cursor: Cursor, collector: RowCollector): Promise<number> {
  for (;;) {
    const { rows, count } = await nextRows(cursor);
    for (const row of rows) if (!collector.add(row)) return collector.rows.length;
    // What the server counts is what it sent last; without rows, what it touched.
    if (rows.length < batch) return collector.rows.length || (count ?? 0);
  }
}

const nextRows = (cursor: Cursor) =>
  new Promise<{ rows: readonly Record<string, unknown>[]; count: number | null }>((resolve, reject) => {
    cursor.read(batch, (error: Error | undefined, rows: Record<string, unknown>[], result) =>
      error ? reject(error) : resolve({ rows, count: result?.rowCount ?? null }),
    );
  });

/** A statement runs on when its connection goes away: the server is told over a second one. */
async function cancel(client: pg.Client, url: string): Promise<void> {
  const { processID } = client as pg.Client & { readonly processID: number | null };
  const second = clientOf(url);
  second.on('error', () => {});
  try {
    if (processID === null) return;
    await second.connect();
    await second.query('select pg_cancel_backend($1)', [processID]);
  } catch {
    // Who cannot be told is left: the connection is closed either way.
  } finally {
    await second.end().catch(() => {});
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
