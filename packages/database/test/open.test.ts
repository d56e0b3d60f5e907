import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { openDatabase } from '../src/index.ts';
import { temporaryFolder } from './support.ts';

const folder = await temporaryFolder();
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('opening a database', () => {
  it('sets every connection to durable, private and strict', async () => {
    const database = await openDatabase({ file: join(folder, 'pragmas.db'), busyTimeout: 1_234 });
    const pragma = (name: string) =>
      database.read((connection) => Object.values(connection.prepare(`PRAGMA ${name}`).get() as object)[0] as unknown);
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('secure_delete')).toBe(1);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(1_234);
    await database.close();
  });

  it('keeps file and new folders for the owner alone, and narrows an existing file', async () => {
    const file = join(folder, 'new', 'deeper', 'private.db');
    await (await openDatabase({ file })).close();
    expect(await mode(file)).toBe('600');
    expect(await mode(join(folder, 'new', 'deeper'))).toBe('700');
    expect(await mode(join(folder, 'new'))).toBe('700');
    await chmod(file, 0o644);
    const database = await openDatabase({ file });
    await database.write((connection) => connection.prepare('CREATE TABLE t (a)').run());
    expect(await mode(file)).toBe('600');
    expect(await mode(`${file}-wal`)).toBe('600');
    await database.close();
  });

  it.each([
    [
      'text',
      'database.not_a_database',
      (file: string) => writeFile(file, 'a letter to somebody, long enough to look like a page\n'.repeat(100)),
    ],
    ['a folder', 'database.open_failed', (file: string) => mkdir(file)],
    ['a file as its folder', 'database.open_failed', (file: string) => writeFile(join(file, '..', 'plain'), '')],
  ])('refuses %s, with a hint', async (name, code, prepare) => {
    const file = join(folder, name);
    await prepare(file);
    const path = name === 'a file as its folder' ? join(folder, 'plain', 'x.db') : file;
    await expect(openDatabase({ file: path })).rejects.toMatchObject({
      code,
      hint: expect.any(String),
      message: expect.stringContaining(path),
    });
  });

  it('works on the handle of a caller, and leaves closing it to them', async () => {
    const handle = new Sqlite(':memory:');
    const database = await openDatabase({
      handle,
      migrations: [{ name: 'a/1', up: async (db) => db.schema.createTable('t').addColumn('a', 'integer').execute() }],
    });
    await database.write((connection) => connection.prepare('INSERT INTO t VALUES (?)').run(7));
    await database.close();
    expect(handle.prepare('SELECT a FROM t').pluck().get()).toBe(7);
    handle.close();
  });
});

describe('closing', () => {
  it('waits for writes under way, and refuses later ones', async () => {
    const file = join(folder, 'closing.db');
    const database = await openDatabase({ file });
    const write = database.write((connection) => connection.prepare('CREATE TABLE t (a)').run());
    await Promise.all([database.close(), database.close()]);
    await write;
    await expect(database.write(() => 1)).rejects.toMatchObject({ code: 'database.closed' });
    await expect(database.read(() => 1)).rejects.toMatchObject({ code: 'database.closed' });
    await expect(database.kysely()).rejects.toMatchObject({ code: 'database.closed' });
    await expect(stat(`${file}-wal`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
