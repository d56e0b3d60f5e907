import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { openDatabase, type SqliteConnection, type SqliteHandle } from '../src/index.ts';
import { translateError } from '../src/sqlite/translate-error.ts';
import { temporaryFolder } from './support.ts';

const folder = await temporaryFolder();
let files = 0;
async function withTable() {
  const file = join(folder, `${++files}.db`);
  const database = await openDatabase({ file, busyTimeout: 20 });
  await database.write((connection) => connection.prepare('CREATE TABLE t (a UNIQUE)').run());
  return { file, database };
}
const insert = (value: string | number) => (connection: SqliteConnection) =>
  connection.prepare('INSERT INTO t VALUES (?)').run(value);
const rows = (connection: SqliteConnection) =>
  connection
    .prepare<{ a: unknown }>('SELECT a FROM t ORDER BY rowid')
    .all()
    .map(({ a }) => a);

describe('writes', () => {
  it('of one turn share one transaction, in the order they were asked for; a later turn has its own', async () => {
    const sqlite = new Sqlite(':memory:');
    let commits = 0;
    const handle = new Proxy<SqliteHandle>(sqlite, {
      get(target, name) {
        if (name === 'prepare') {
          return (text: string) => {
            const statement = target.prepare(text);
            return text === 'COMMIT' ? { run: () => (commits++, statement.run()) } : statement;
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const database = await openDatabase({ handle });
    await database.write((connection) => connection.prepare('CREATE TABLE t (a UNIQUE)').run());
    commits = 0;
    await Promise.all(Array.from({ length: 500 }, (_, index) => database.write(insert(index))));
    expect(commits).toBe(1);
    await database.write(insert('lone'));
    expect(commits).toBe(2);
    expect(await database.read(rows)).toEqual([...Array.from({ length: 500 }, (_, index) => index), 'lone']);
    sqlite.close();
  });

  it('undo only the part that failed, and tell only its caller', async () => {
    const { database } = await withTable();
    const outcomes = await Promise.allSettled([
      database.write(insert('a')),
      database.write((connection) => {
        insert('half')(connection);
        throw new Error('no');
      }),
      database.write(insert('a')),
      database.write(insert('b')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await database.read(rows)).toEqual(['a', 'b']);
    await database.close();
  });

  it('tell that another process holds the lock, and work again when it lets go', async () => {
    const { file, database } = await withTable();
    const other = new Sqlite(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(database.write(insert(1))).rejects.toMatchObject({ code: 'database.locked', retryable: true });
    expect(await database.read(rows)).toEqual([]);
    other.exec('COMMIT');
    other.close();
    await database.write(insert(1));
    expect(await database.read(rows)).toEqual([1]);
    await database.close();
  });

  it('tell that the disk is full, lose nothing that was acknowledged, and work again when there is space', async () => {
    const { database } = await withTable();
    await database.write(insert('kept'));
    const pages = await database.read(
      (connection) => connection.prepare<{ page_count: number }>('PRAGMA page_count').get()?.page_count ?? 0,
    );
    await database.read((connection) => connection.prepare(`PRAGMA max_page_count = ${pages + 1}`).get());
    await expect(database.write(insert('x'.repeat(100_000)))).rejects.toMatchObject({
      code: 'database.disk_full',
      retryable: true,
    });
    expect(await database.read(rows)).toEqual(['kept']);
    await database.read((connection) => connection.prepare('PRAGMA max_page_count = 100000').get());
    await database.write(insert('more'));
    expect(await database.read(rows)).toEqual(['kept', 'more']);
    await database.close();
  });

  it.each([
    ['SQLITE_IOERR_FSYNC', 'database.io_failed', true],
    ['SQLITE_BUSY_SNAPSHOT', 'database.locked', true],
    ['SQLITE_CORRUPT_INDEX', 'database.corrupt', false],
    ['SQLITE_READONLY_DBMOVED', 'database.open_failed', false],
  ])('name %s as %s', (reason, code, retryable) => {
    expect(translateError(Object.assign(new Error('x'), { code: reason }))).toMatchObject({
      code,
      retryable,
      details: { reason },
    });
  });
});

describe('Kysely transactions', () => {
  interface Schema {
    t: { a: string };
  }

  it('keep writes and reads of the same connection out until they end', async () => {
    const { database } = await withTable();
    const kysely = await database.kysely<Schema>();
    const order: string[] = [];
    let others: Promise<unknown> = Promise.resolve();
    await kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('t').values({ a: 'inside' }).execute();
      others = Promise.all([
        database.write((connection) => (order.push('write'), insert('after')(connection))),
        database.read(() => order.push('read')),
      ]);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      order.push('end');
    });
    await others;
    expect(order[0]).toBe('end');
    expect(await database.read(rows)).toEqual(['inside', 'after']);
    await database.close();
  });

  it('roll back as a whole, give way afterwards, and report in our words', async () => {
    const { file, database } = await withTable();
    const kysely = await database.kysely<Schema>();
    const failing = kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('t').values({ a: 'lost' }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const other = new Sqlite(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(kysely.transaction().execute(async () => {})).rejects.toMatchObject({ code: 'database.locked' });
    await expect(kysely.insertInto('t').values({ a: 'x' }).execute()).rejects.toMatchObject({
      code: 'database.locked',
    });
    other.close();
    await database.write(insert('kept'));
    expect(await kysely.selectFrom('t').selectAll().execute()).toEqual([{ a: 'kept' }]);
    await database.close();
  });
});

describe('backup', () => {
  it('is whole while writes go on, private, and never replaces a file', async () => {
    const { database } = await withTable();
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => database.write(insert(`${index}${'x'.repeat(2_000)}`))),
    );
    const to = join(folder, 'backup.db');
    const [, ...written] = await Promise.all([
      database.backup(to),
      ...Array.from({ length: 50 }, (_, index) => database.write(insert(index))),
    ]);
    expect(written).toHaveLength(50);
    const copy = await openDatabase({ file: to });
    expect((await copy.read(rows)).length).toBeGreaterThanOrEqual(200);
    expect(await copy.read((connection) => connection.prepare('PRAGMA integrity_check').get())).toEqual({
      integrity_check: 'ok',
    });
    await copy.close();
    await expect(database.backup(to)).rejects.toMatchObject({ code: 'database.file_exists' });
    await expect(database.backup(join(folder, 'missing', 'backup.db'))).rejects.toMatchObject({
      code: 'database.open_failed',
    });
    await database.close();
  });
});
