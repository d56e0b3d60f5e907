import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createProcessOwnership, type ProcessOwnership } from '../src/local/data-folder/process-ownership.ts';

const script = fileURLToPath(new URL('owner.ts', import.meta.url));

describe('the processes of a data folder', () => {
  let root: string;
  let folder: string;
  let opened: ProcessOwnership[];
  let children: ChildProcess[];
  beforeEach(() => {
    folder = root = mkdtempSync(path.join(os.tmpdir(), 'cicd-owners-'));
    opened = [];
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(opened.map((each) => each.close()));
    rmSync(root, { recursive: true });
  });

  const open = () => {
    const ownership = createProcessOwnership(folder);
    opened.push(ownership);
    return ownership;
  };
  const start = async (run: string) => {
    const child = spawn(process.execPath, ['--conditions=@cicd/source', script, folder, run], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value as string;
    return { child, name: await next(), next };
  };

  it('see each other live, and see at once when one was killed', async () => {
    const mine = open();
    const { child, name } = await start('run-1');
    expect(await mine.open()).toBe(await mine.open());
    expect(await mine.isAlive(await mine.open())).toBe(true);
    expect(await mine.isAlive(name)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await mine.isAlive(name)).toBe(false);
    expect(await open().isAlive(await mine.open())).toBe(true);
    for (const strange of ['', '..', '../owners', '0123456789abcdef', 'X'.repeat(16)])
      expect(await mine.isAlive(strange)).toBe(false);
  });

  it('tell each other that something came for a run, again and again', async () => {
    const mine = open();
    const { child, name, next } = await start('run-1');
    for (let round = 0; round < 3; round++) {
      await mine.nudge(name, 'run-2');
      await mine.nudge(name, 'run-1');
      expect(await next()).toBe('nudged');
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    await mine.nudge(name, 'run-1');
    await mine.bury();
    await mine.nudge(name, 'run-1');
  });

  it('are buried when they are dead, and only then', async () => {
    const mine = open();
    const name = await mine.open();
    const [dead, living] = await Promise.all([start('run-1'), start('run-3')]);
    await mine.nudge(dead.name, 'run-1');
    dead.child.kill('SIGKILL');
    await once(dead.child, 'exit');
    expect(await mine.bury()).toEqual([dead.name]);
    expect(readdirSync(folder).toSorted()).toEqual([name, living.name].toSorted());
    expect(await mine.isAlive(living.name)).toBe(true);
  });

  it('become owners beside one who buries all the time', async () => {
    const gravedigger = open();
    const done = new AbortController();
    const digging = (async () => {
      while (!done.signal.aborted) await gravedigger.bury();
    })();
    const owners = Array.from({ length: 30 }, open);
    const names = await Promise.all(owners.map((owner) => owner.open()));
    done.abort();
    await digging;
    expect(new Set(names).size).toBe(30);
    for (const name of names) expect(await gravedigger.isAlive(name)).toBe(true);
    await Promise.all(owners.map((owner) => owner.close()));
    for (const name of names) expect(await gravedigger.isAlive(name)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  const aborts = () => new AbortController().signal;

  it.each([
    ['in a short folder', ''],
    [
      'in a folder whose path a socket could not have',
      path.join(...Array.from({ length: 12 }, () => 'deep'.repeat(5))),
    ],
  ])('hear of the end of one that was killed, %s', async (_where, below) => {
    folder = path.join(folder, below);
    const mine = open();
    const { child, name } = await start('run-1');
    const giving = new AbortController();
    const given = mine.gone(name, giving.signal);
    giving.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    const heard = [mine.gone(name, aborts()), mine.gone(name, aborts()), open().gone(name, aborts())];
    child.kill('SIGSTOP');
    expect(await Promise.race([...heard, mine.isAlive(name)])).toBe(true);
    child.kill('SIGKILL');
    await Promise.all(heard);
    expect(await mine.isAlive(name)).toBe(false);
    await mine.gone(name, aborts());
    await mine.bury();
    await mine.gone(name, aborts());
  });

  it('hear of the end of one that goes in peace, also in the moment in which it goes', async () => {
    const mine = open();
    await mine.open();
    for (let round = 0; round < 20; round += 1) {
      const other = open();
      const name = await other.open();
      const heard = [mine.gone(name, aborts())];
      const closed = other.close();
      for (let moment = 0; moment < 10; moment += 1) {
        heard.push(mine.gone(name, aborts()));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all([closed, ...heard]);
      expect(await mine.isAlive(name)).toBe(false);
    }
  });
});
