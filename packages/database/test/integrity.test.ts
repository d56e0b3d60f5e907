import { copyFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openDatabase } from '../src/index.ts';
import { temporaryFolder } from './support.ts';

const folder = await temporaryFolder();

/** What is on the disk when a process with the file open is killed. */
async function leftByCrash(name: string): Promise<string> {
  const file = join(folder, name);
  const living = await openDatabase({ file: join(folder, `living-${name}`) });
  await living.write((connection) => connection.prepare('CREATE TABLE t (a TEXT)').run());
  for (let index = 0; index < 50; index++)
    await living.write((connection) => connection.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(3_000)));
  await living.read((connection) => connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all());
  await living.write((connection) => connection.prepare('INSERT INTO t VALUES (?)').run('in the log'));
  await copyFile(join(folder, `living-${name}`), file);
  await copyFile(join(folder, `living-${name}-wal`), `${file}-wal`);
  await living.close();
  return file;
}

async function damage(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(4_096, 0xff), 0, 4_096, 4_096 * 4);
  await handle.close();
}

describe('a file that was not closed properly', () => {
  it('is checked, and keeps what was committed', async () => {
    const database = await openDatabase({ file: await leftByCrash('sound.db') });
    expect(await database.read((connection) => connection.prepare('SELECT count(*) AS n FROM t').get())).toEqual({
      n: 51,
    });
    await database.close();
  });

  it('is refused when it is damaged', async () => {
    const file = await leftByCrash('damaged.db');
    await damage(file);
    await expect(openDatabase({ file })).rejects.toMatchObject({
      code: 'database.corrupt',
      retryable: false,
      hint: expect.stringContaining('backup'),
    });
  });

  it('is not checked while another connection lives: its log is no sign of a crash', async () => {
    const file = join(folder, 'shared.db');
    const first = await openDatabase({ file });
    await first.write((connection) => connection.prepare('CREATE TABLE t (a)').run());
    expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
    const second = await openDatabase({ file });
    await second.write((connection) => connection.prepare('INSERT INTO t VALUES (1)').run());
    expect(await first.read((connection) => connection.prepare('SELECT a FROM t').all())).toEqual([{ a: 1 }]);
    await Promise.all([first.close(), second.close()]);
  });
});
