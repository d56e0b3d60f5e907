import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseLimits, Json } from '@cicd/plugin';
import { createSqliteConnection } from '../../src/databases/sqlite/sqlite-connection.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-sqlite-'));
const file = path.join(folder, 'shop.db');
afterAll(() => rmSync(folder, { recursive: true }));

const connection = createSqliteConnection('shop', file);
const limits: DatabaseLimits = {
  signal: new AbortController().signal,
  maxRows: 10,
  beyond: 'fail',
  maxBytes: 10_000,
};
const query = (text: string, params: readonly Json[] = [], rest: Partial<DatabaseLimits> = {}) =>
  connection.query({ text, params }, { ...limits, ...rest });
const execute = (text: string, params: readonly Json[] = [], rest: Partial<DatabaseLimits> = {}) =>
  connection.execute({ text, params }, { ...limits, ...rest });

const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from orders, n';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Whether somebody reads or writes the file now. */
function isInUse(): boolean {
  const database = new Sqlite(file, { timeout: 0 });
  try {
    database.exec('begin exclusive; rollback');
    return false;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

beforeEach(() => {
  rmSync(file, { force: true });
  const database = new Sqlite(file);
  database.exec(
    "create table orders (id integer primary key, name text); insert into orders values (1, 'a'), (2, 'b')",
  );
  database.close();
});

describe('a query of SQLite', () => {
  it('takes its parameters as values, whatever they hold', async () => {
    expect(await query('select * from orders where name = ?', ['a'])).toEqual([{ id: 1, name: 'a' }]);
    expect(await query('select * from orders where name = ?', ["' or 1=1 --"])).toEqual([]);
    expect(await query('select ? as a, ? as b, ? as c, ? as d, ? as e', [null, true, 2 ** 40, 1.5, [1, 'x']])).toEqual([
      { a: null, b: 1, c: 2 ** 40, d: 1.5, e: '[1,"x"]' },
    ]);
    expect(await query('select typeof(?) as t', [3])).toEqual([{ t: 'integer' }]);
  });

  it('gives values without loss', async () => {
    expect(
      await query("select 9223372036854775807 as big, -5 as small, x'00ff' as bytes, 1e999 as endless, 'ü' as text"),
    ).toEqual([{ big: '9223372036854775807', small: -5, bytes: 'AP8=', endless: 'Infinity', text: 'ü' }]);
  });

  it.each([
    'insert into orders values (3)',
    'delete from orders',
    'with x as (select 1) delete from orders',
    "/* select */ attach '/tmp/other.db' as other",
    "-- select\nvacuum into '/tmp/copy.db'",
    'pragma journal_mode = delete',
    'select 1; delete from orders',
    'select load_extension("/tmp/x")',
    'selec 1',
    '',
  ])('refuses %j', async (text) => {
    await expect(query(text)).rejects.toMatchObject({ code: 'connection.statement_failed' });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 2 }]);
  });

  it('is held by SQLite itself to reading, not by its first word', async () => {
    await expect(query('with x as (select 1) insert into orders select 9, null returning id')).rejects.toMatchObject({
      message: expect.stringContaining('readonly'),
    });
  });

  it('has bounds of rows and bytes', async () => {
    await expect(query('select 1 from orders', [], { maxRows: 1 })).rejects.toMatchObject({
      code: 'connection.result_too_large',
    });
    expect(await query('select id from orders', [], { maxRows: 1, beyond: 'leave' })).toEqual([{ id: 1 }]);
    expect(await query('select id from orders', [], { maxRows: 2 })).toHaveLength(2);
    await expect(query('select zeroblob(9000) as b')).rejects.toMatchObject({ code: 'connection.result_too_large' });
  });

  it('stops reading where it has enough', async () => {
    const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n';
    expect(await query(numbers, [], { maxRows: 1, beyond: 'leave' })).toEqual([{ i: 1 }]);
    await expect(query(numbers)).rejects.toMatchObject({ code: 'connection.result_too_large' });
  });

  it('ends when it is told to, in the middle of its work', async () => {
    const controller = new AbortController();
    const running = query(endless, [], { signal: controller.signal });
    const reason = new Error('too slow');
    running.catch(() => {});
    await until(isInUse);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(isInUse()).toBe(false);
    await expect(query('select 1', [], { signal: controller.signal })).rejects.toBe(reason);
  });

  it('needs a database that is there', async () => {
    const missing = createSqliteConnection('none', path.join(folder, 'none.db'));
    for (const kind of ['query', 'execute'] as const)
      await expect(missing[kind]({ text: 'select 1', params: [] }, limits)).rejects.toMatchObject({
        code: 'connection.unreachable',
        message: expect.stringMatching(/^none: /),
      });
    expect(existsSync(path.join(folder, 'none.db'))).toBe(false);
  });
});

describe('a change of SQLite', () => {
  it('says how many rows it touched, and what it returns', async () => {
    expect(await execute('update orders set name = ?', ['c'])).toEqual({ affectedRows: 2, rows: [] });
    expect(await execute('insert into orders (name) values (?), (?) returning id', ['d', 'e'])).toEqual({
      affectedRows: 2,
      rows: [{ id: 3 }, { id: 4 }],
    });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 4 }]);
  });

  it('is all or nothing', async () => {
    await expect(execute("insert into orders values (3, 'c'), (1, 'twice')")).rejects.toMatchObject({
      code: 'connection.statement_failed',
    });
    await expect(
      execute("insert into orders (name) values ('x'), ('y') returning id", [], { maxRows: 1 }),
    ).rejects.toMatchObject({ code: 'connection.result_too_large' });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 2 }]);
  });

  it('that is ended in the middle leaves nothing behind', async () => {
    const controller = new AbortController();
    const running = execute(
      'with recursive n(i) as (select 10 union all select i + 1 from n) insert into orders select i, null from n',
      [],
      { signal: controller.signal },
    );
    running.catch(() => {});
    await until(() => existsSync(`${file}-journal`));
    controller.abort(new Error('too slow'));
    await expect(running).rejects.toThrow('too slow');
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 2 }]);
  });

  it.each([
    "attach '/tmp/other.db' as other",
    "vacuum into '/tmp/copy.db'",
    'pragma foreign_keys = off',
    'begin',
    'select 1',
  ])('refuses %j', async (text) => {
    await expect(execute(text)).rejects.toMatchObject({ code: 'connection.statement_failed' });
  });
});
