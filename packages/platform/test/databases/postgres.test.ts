import { beforeEach, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import pg from 'pg';
import type { DatabaseLimits, Json } from '@cicd/plugin';
import { createPostgresConnection } from '../../src/databases/postgres/postgres-connection.ts';

describeWith(['postgres'], 'a database on a PostgreSQL server', ({ postgres }) => {
  const connection = createPostgresConnection('orders', postgres.url);
  const limits: DatabaseLimits = {
    signal: new AbortController().signal,
    maxRows: 1_000,
    beyond: 'fail',
    maxBytes: 100_000,
  };
  const query = (text: string, params: readonly Json[] = [], rest: Partial<DatabaseLimits> = {}) =>
    connection.query({ text, params }, { ...limits, ...rest });
  const execute = (text: string, params: readonly Json[] = [], rest: Partial<DatabaseLimits> = {}) =>
    connection.execute({ text, params }, { ...limits, ...rest });

  /** Asks the server over a connection of the test's own. */
  async function ask(text: string) {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Waits until the server works on a statement that begins so. */
  async function untilRunning(beginning: string) {
    const running = `select 1 from pg_stat_activity where state = 'active' and query like '${beginning}%'`;
    while ((await ask(running)).length === 0);
  }

  beforeEach(async () => {
    await ask(
      "drop table if exists orders; create table orders (id bigint primary key, name text); insert into orders values (1, 'a'), (2, 'b')",
    );
  });

  it('takes parameters as values, whatever they hold', async () => {
    expect(await query('select * from orders where name = $1', ['a'])).toEqual([{ id: 1, name: 'a' }]);
    expect(await query('select * from orders where name = $1', ["' or 1=1 --"])).toEqual([]);
    expect(await query('select * from orders where id = any($1) order by id', [[1, 2]])).toHaveLength(2);
    expect(
      await query('select $1::jsonb as map, $2::boolean as yes, $3::text as nothing', [{ a: [1] }, true, null]),
    ).toEqual([{ map: { a: [1] }, yes: true, nothing: null }]);
  });

  it('gives values without loss', async () => {
    expect(
      await query(`select 9223372036854775807 as big, 5::bigint as small, 0.10::numeric as exact, 'NaN'::float8 as nan,
        '\\x00ff'::bytea as bytes, date '2026-02-01' as day, timestamp '2026-02-01 10:00:00.123456' as moment,
        timestamptz '2026-02-01 10:00:00.5+02' as instant, interval '1 day 2 hours' as while, array[1, 2] as list,
        array[9223372036854775807] as bigs`),
    ).toEqual([
      {
        big: '9223372036854775807',
        small: 5,
        exact: '0.10',
        nan: 'NaN',
        bytes: 'AP8=',
        day: '2026-02-01',
        moment: '2026-02-01T10:00:00.123456',
        instant: '2026-02-01T08:00:00.5Z',
        while: 'P1DT2H',
        list: [1, 2],
        bigs: ['9223372036854775807'],
      },
    ]);
  });

  it.each([
    "insert into orders values (3, 'c')",
    'with x as (delete from orders returning id) select * from x',
    'select 1; delete from orders',
    'drop table orders',
    'selec 1',
    'select 1 / 0',
  ])('refuses to change anything by a query: %s', async (text) => {
    await expect(query(text)).rejects.toMatchObject({ code: 'connection.statement_failed' });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 2 }]);
  });

  it('has bounds of rows and bytes, and reads no more than them', async () => {
    const many = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n';
    expect(await query(many, [], { maxRows: 250, beyond: 'leave' })).toHaveLength(250);
    await expect(query(many)).rejects.toMatchObject({ code: 'connection.result_too_large' });
    expect(await query('select i from generate_series(1, 1000) as i')).toHaveLength(1_000);
    await expect(query("select repeat('x', 200000) as text")).rejects.toMatchObject({
      code: 'connection.result_too_large',
    });
  });

  it('says how many rows a change touched, and what came back', async () => {
    expect(await execute('update orders set name = $1', ['c'])).toEqual({ affectedRows: 2, rows: [] });
    expect(await execute("insert into orders values (3, 'd') returning id")).toEqual({
      affectedRows: 1,
      rows: [{ id: 3 }],
    });
    expect(
      await execute('insert into orders select i, null from generate_series(10, 309) as i returning id'),
    ).toMatchObject({
      affectedRows: 300,
    });
    expect(await execute('create table if not exists orders (id int)')).toMatchObject({ rows: [] });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 303 }]);
  });

  it('changes all or nothing', async () => {
    await expect(execute("insert into orders values (3, 'c'), (1, 'twice')")).rejects.toMatchObject({
      code: 'connection.statement_failed',
    });
    const returning = 'insert into orders select i, null from generate_series(10, 20) as i returning id';
    await expect(execute(returning, [], { maxRows: 1 })).rejects.toMatchObject({ code: 'connection.result_too_large' });
    expect(await query('select count(*) as n from orders')).toEqual([{ n: 2 }]);
  });

  it('is told when a statement is to end', async () => {
    const controller = new AbortController();
    const reason = new Error('too slow');
    const text = 'update orders set name = (select pg_sleep(1000))::text';
    const running = execute(text, [], { signal: controller.signal });
    running.catch(() => {});
    await untilRunning('update orders');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(await ask("select 1 from pg_stat_activity where state = 'active' and query like 'update orders%'")).toEqual(
      [],
    );
    expect(await query('select name from orders where id = 1')).toEqual([{ name: 'a' }]);
  });

  it('that does not answer is told', async () => {
    const gone = createPostgresConnection('gone', 'postgres://tester@127.0.0.1:1/postgres');
    await expect(gone.query({ text: 'select 1', params: [] }, limits)).rejects.toMatchObject({
      code: 'connection.unreachable',
      message: expect.stringMatching(/^gone: /),
    });
  });
});
