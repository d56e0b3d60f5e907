import Sqlite from 'better-sqlite3';
import type { Json } from '@cicd/plugin';
import { RowCollector, TooManyRows } from '../row-collector.ts';
import type { SqliteAnswer, SqliteTask } from './sqlite-task.ts';

/**
 * A statement of SQLite cannot be interrupted from JavaScript: each runs in a process of its own, which can be killed.
 * What it was writing is then undone by SQLite, from its journal.
 */
process.once('message', (task: SqliteTask) => {
  process.send?.(perform(task), () => process.disconnect());
});

function perform(task: SqliteTask): SqliteAnswer {
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(task.file, { readonly: task.kind === 'query', fileMustExist: true, timeout: 10_000 });
    database.pragma('foreign_keys = on');
  } catch (error) {
    return { failure: 'unreachable', message: messageOf(error) };
  }
  try {
    return task.kind === 'query' ? query(database, task) : execute(database, task);
  } catch (error) {
    return {
      failure: error instanceof TooManyRows ? 'result_too_large' : 'statement_failed',
      message: messageOf(error),
    };
  } finally {
    database.close();
  }
}

function query(database: Sqlite.Database, task: SqliteTask): SqliteAnswer {
  checkKind(task.statement.text, ['select', 'with', 'values']);
  return { affectedRows: 0, rows: collect(prepare(database, task), task) };
}

function execute(database: Sqlite.Database, task: SqliteTask): SqliteAnswer {
  checkKind(task.statement.text, ['insert', 'update', 'delete', 'replace', 'with', 'create', 'alter', 'drop']);
  const statement = prepare(database, task);
  return database.transaction((): SqliteAnswer => {
    if (!statement.reader) return { affectedRows: statement.run(...bound(task)).changes, rows: [] };
    const rows = collect(statement, task);
    const affected = database.prepare('select changes()').pluck().get();
    return { affectedRows: Number(affected), rows };
  })();
}

const prepare = (database: Sqlite.Database, { statement }: SqliteTask) =>
  database.prepare(statement.text).safeIntegers(true);

function collect(statement: Sqlite.Statement, task: SqliteTask) {
  const collector = new RowCollector(task);
  for (const row of statement.iterate(...bound(task))) {
    if (!collector.add(row as Record<string, unknown>)) break;
  }
  return collector.rows;
}

/** SQLite has neither booleans nor structures; a whole number stays one. */
const bound = ({ statement }: SqliteTask): unknown[] => statement.params.map(boundValue);

function boundValue(value: Json): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** `ATTACH` and `VACUUM INTO` reach other files, and a `PRAGMA` changes the rules: only statements on data and tables. */
function checkKind(text: string, allowed: readonly string[]): void {
  const bare = text.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/, '');
  const word = /^\w+/.exec(bare)?.[0].toLowerCase() ?? '';
  if (!allowed.includes(word)) throw new Error(`a statement here begins with ${allowed.join(', ')}, not "${word}"`);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
