import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Migration, type SqliteDatabase } from '../src/index.ts';
import { temporaryFolder } from './support.ts';

const folder = await temporaryFolder();
const table = (name: string, after?: () => void): Migration => ({
  name,
  async up(database) {
    await database.schema.createTable(name).addColumn('a', 'integer').execute();
    after?.();
  },
});
const tables = async (database: SqliteDatabase) => {
  const rows = await database.read((connection) =>
    connection
      .prepare<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'kysely%' ORDER BY name",
      )
      .all(),
  );
  return rows.map(({ name }) => name);
};
async function closed<T>(database: SqliteDatabase, look: (database: SqliteDatabase) => Promise<T>): Promise<T> {
  const seen = await look(database);
  await database.close();
  return seen;
}

describe('migrations', () => {
  it('run once each, in the order of their names, also when an older name comes later', async () => {
    const file = join(folder, 'order.db');
    const ran: string[] = [];
    const note = (name: string) => table(name, () => ran.push(name));
    await (await openDatabase({ file, migrations: [note('b/2'), note('b/1')] })).close();
    await (await openDatabase({ file, migrations: [note('a/1'), note('b/1'), note('b/2')] })).close();
    await (await openDatabase({ file, migrations: [note('a/1'), note('b/1'), note('b/2')] })).close();
    expect(ran).toEqual(['b/1', 'b/2', 'a/1']);
  });

  it('leave the file as it was when one fails', async () => {
    const file = join(folder, 'atomic.db');
    const bad: Migration = { name: 'a/2', up: async (database) => void (await sql`nonsense`.execute(database)) };
    await expect(openDatabase({ file, migrations: [table('a/1'), bad] })).rejects.toMatchObject({
      code: 'database.migration_failed',
      message: expect.stringContaining('a/2'),
    });
    expect(await closed(await openDatabase({ file }), tables)).toEqual([]);
  });

  it('may replace a table that others refer to, and may not leave orphans', async () => {
    const file = join(folder, 'replace.db');
    const create: Migration = {
      name: 'a/1',
      async up(database) {
        await sql`CREATE TABLE parent (id INTEGER PRIMARY KEY)`.execute(database);
        await sql`CREATE TABLE child (parent INTEGER REFERENCES parent ON DELETE CASCADE)`.execute(database);
        await sql`INSERT INTO parent VALUES (1)`.execute(database);
        await sql`INSERT INTO child VALUES (1)`.execute(database);
      },
    };
    const replace: Migration = {
      name: 'a/2',
      async up(database) {
        await sql`CREATE TABLE successor (id INTEGER PRIMARY KEY, name TEXT)`.execute(database);
        await sql`INSERT INTO successor (id) SELECT id FROM parent`.execute(database);
        await sql`DROP TABLE parent`.execute(database);
        await sql`ALTER TABLE successor RENAME TO parent`.execute(database);
      },
    };
    const orphan: Migration = {
      name: 'a/3',
      up: async (database) => void (await sql`DELETE FROM parent`.execute(database)),
    };
    await (await openDatabase({ file, migrations: [create] })).close();
    const children = (database: SqliteDatabase) =>
      database.read((connection) => connection.prepare('SELECT * FROM child').all());
    expect(await closed(await openDatabase({ file, migrations: [create, replace] }), children)).toHaveLength(1);
    await expect(openDatabase({ file, migrations: [create, replace, orphan] })).rejects.toMatchObject({
      code: 'database.migration_failed',
    });
  });

  it('refuse a file of a newer version, and two of one name', async () => {
    const file = join(folder, 'newer.db');
    await (await openDatabase({ file, migrations: [table('a/1'), table('a/2')] })).close();
    await expect(openDatabase({ file, migrations: [table('a/1')] })).rejects.toMatchObject({
      code: 'database.newer_version',
      details: { unknown: ['a/2'] },
    });
    await expect(openDatabase({ file, migrations: [table('a/1'), table('a/1')] })).rejects.toMatchObject({
      code: 'database.migration_failed',
    });
  });
});
