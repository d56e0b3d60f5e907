import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockFile, openDatabase, type SqliteDatabase } from '@cicd/database';
import { createSecretVault, vaultMigrations, type SecretVault } from '../src/index.ts';

const value = 'correct-horse-battery-staple';
const clock = { now: () => Date.UTC(2026, 0, 2) };

let folder: string;
let database: SqliteDatabase;
let vault: SecretVault;
const keyFolder = () => path.join(folder, 'keys');
const file = () => path.join(folder, 'cicd.db');

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cicd-vault-'));
  database = await openDatabase({ file: file(), migrations: [...vaultMigrations] });
  vault = createSecretVault({ database, keyFolder: keyFolder(), clock });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const keyFiles = async () => (await readdir(keyFolder())).filter((name) => name.endsWith('.key'));

describe('a secret', () => {
  it('comes back for the run that needs it, and no other name does', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    await vault.set('/shop', 'OTHER', 'something else', 'ann');
    expect(await vault.reveal('/shop', ['TOKEN', 'MISSING'])).toEqual({ TOKEN: value });
  });

  it('belongs to one project', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    expect(await vault.reveal('/blog', ['TOKEN'])).toEqual({});
    expect(await vault.list('/blog')).toEqual([]);
  });

  it('is listed without its value, with a version for each change', async () => {
    await vault.set('/shop', 'TOKEN', 'an older value', 'ann');
    const entry = await vault.set('/shop', 'TOKEN', value, 'bob');
    const changedAt = '2026-01-02T00:00:00.000Z';
    expect(entry).toEqual({ name: 'TOKEN', version: 2, changedAt, changedBy: 'bob' });
    expect(await vault.list('/shop')).toEqual([entry]);
    expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: value });
  });

  it('is gone when it is removed', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    await vault.remove('/shop', 'TOKEN');
    expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({});
    await expect(vault.remove('/shop', 'TOKEN')).rejects.toMatchObject({ code: 'secret.not_found' });
  });

  it('keeps every character, the empty value and the longest', async () => {
    for (const text of ['', 'ü\n\0\u{1F512}', 'x'.repeat(65_536)]) {
      await vault.set('/shop', 'TOKEN', text, 'ann');
      expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: text });
    }
    await expect(vault.set('/shop', 'TOKEN', 'x'.repeat(65_537), 'ann')).rejects.toMatchObject({
      code: 'secret.too_long',
    });
  });

  it.each(['', '1A', 'A-B', 'A B', 'A'.repeat(64), '__proto__\n'])('is not called %j', async (name) => {
    await expect(vault.set('/shop', name, value, 'ann')).rejects.toMatchObject({ code: 'secret.name_refused' });
  });

  it('stands in no file in the clear', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    for (const name of (await readdir(folder)).filter((each) => each.startsWith('cicd.db')))
      expect((await readFile(path.join(folder, name))).includes(value)).toBe(false);
  });

  it('does not open when its row was put in the place of another', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    await vault.set('/shop', 'OTHER', 'something else', 'ann');
    await database.write((connection) =>
      connection
        .prepare(`UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE name = 'OTHER') WHERE name = 'TOKEN'`)
        .run(),
    );
    await expect(vault.reveal('/shop', ['TOKEN'])).rejects.toMatchObject({ code: 'secret.damaged' });
  });
});

describe('the key', () => {
  it('lies in a file that its owner alone can read', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    const [name] = await keyFiles();
    expect((await stat(keyFolder())).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(keyFolder(), name!))).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong when it is missing or no key', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    const [name] = await keyFiles();
    const key = path.join(keyFolder(), name!);
    await writeFile(key, 'short\n');
    await expect(vault.reveal('/shop', ['TOKEN'])).rejects.toMatchObject({ code: 'secret.key_unreadable' });
    await rm(key);
    await expect(vault.reveal('/shop', ['TOKEN'])).rejects.toMatchObject({ code: 'secret.key_missing' });
  });

  it('is one, when several make the first at once', async () => {
    const others = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase({ file: file(), migrations: [...vaultMigrations] })),
    );
    const vaults = others.map((each) => createSecretVault({ database: each, keyFolder: keyFolder(), clock }));
    await Promise.all(vaults.map((each, index) => each.set(`/project-${index}`, 'TOKEN', value, 'ann')));
    expect(await keyFiles()).toHaveLength(1);
    for (const index of vaults.keys())
      expect(await vault.reveal(`/project-${index}`, ['TOKEN'])).toEqual({ TOKEN: value });
    await Promise.all(others.map((each) => each.close()));
  });
});

describe('rotation', () => {
  it('replaces the key, and everything stays readable', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    await vault.set('/blog', 'TOKEN', 'another value', 'ann');
    const before = await keyFiles();
    expect(await vault.rotateKey()).toBe(2);
    const after = await keyFiles();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: value });
    expect(await vault.reveal('/blog', ['TOKEN'])).toEqual({ TOKEN: 'another value' });
  });

  it('has nothing to do without a secret', async () => {
    expect(await vault.rotateKey()).toBe(0);
  });

  it('is refused while another process rotates', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    const lock = await lockFile(path.join(keyFolder(), '.rotation'));
    await expect(vault.rotateKey()).rejects.toMatchObject({ code: 'secret.rotation_busy', retryable: true });
    lock?.release();
  });

  it('goes on beside processes that read and write, and loses nothing', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    const other = await openDatabase({ file: file(), migrations: [...vaultMigrations] });
    const beside = createSecretVault({ database: other, keyFolder: keyFolder(), clock });
    const rotations = (async () => {
      for (let turn = 0; turn < 20; turn += 1) await vault.rotateKey();
    })();
    for (let turn = 0; turn < 20; turn += 1) {
      await beside.set(`/project-${turn}`, 'TOKEN', `${value}-${turn}`, 'ann');
      expect(await beside.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: value });
    }
    await rotations;
    for (let turn = 0; turn < 20; turn += 1)
      expect(await vault.reveal(`/project-${turn}`, ['TOKEN'])).toEqual({ TOKEN: `${value}-${turn}` });
    expect(await keyFiles()).toHaveLength(1);
    await other.close();
  });

  it('that is killed anywhere leaves everything readable, and the next one tidies up', async () => {
    await vault.set('/shop', 'TOKEN', value, 'ann');
    for (let kill = 0; kill < 8; kill += 1) {
      const rotator = fork(new URL('rotator.ts', import.meta.url), [file(), keyFolder()], {
        execArgv: ['--conditions=@cicd/source', '--disable-warning=ExperimentalWarning'],
      });
      // It says how many rotations it has behind it: each kill comes at another moment of one.
      let done = 0;
      rotator.on('message', () => {
        done += 1;
        if (done > kill) rotator.kill('SIGKILL');
      });
      const [, signal] = (await once(rotator, 'exit')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');
      expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: value });
    }
    await vault.rotateKey();
    expect(await keyFiles()).toHaveLength(1);
    expect(await vault.reveal('/shop', ['TOKEN'])).toEqual({ TOKEN: value });
  });
});
