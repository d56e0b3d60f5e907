import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lockFile } from '../src/index.ts';
import { temporaryFolder } from './support.ts';

const holder = fileURLToPath(new URL('lock-holder.ts', import.meta.url));
const folder = await temporaryFolder();

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startHolder(file: string) {
  const child = spawn(process.execPath, ['--conditions', '@cicd/source', holder, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString() };
}

describe('a locked file', () => {
  it('is held by one, in this process too, until it lets go', async () => {
    const file = join(folder, 'own.lock');
    const lock = await lockFile(file);
    expect(lock).toBeDefined();
    expect(await lockFile(file)).toBeUndefined();
    lock?.release();
    lock?.release();
    const again = await lockFile(file);
    expect(again).toBeDefined();
    again?.release();
  });

  it('is free at once when its process was killed', async () => {
    const file = join(folder, 'killed.lock');
    const { child, said } = await startHolder(file);
    expect(said).toBe('held\n');
    expect(await lockFile(file)).toBeUndefined();
    expect((await startHolder(file)).said).toBe('refused\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockFile(file);
    expect(lock).toBeDefined();
    expect(await lockFile(file)).toBeUndefined();
    expect((await startHolder(file)).said).toBe('refused\n');
    lock?.release();
  });

  it('says so when the file cannot be had', async () => {
    await expect(lockFile(join(folder, 'absent', 'x.lock'))).rejects.toMatchObject({ code: 'database.open_failed' });
  });
});
