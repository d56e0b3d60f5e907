import { randomBytes } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lockFile, type ProcessLock } from '@cicd/database';
import { createNudges, type Ownership } from '@cicd/engine';
import { CicdError } from '@cicd/plugin';
import { lifelineEnd, lifelineName, openLifeline } from './lifeline.ts';

/** The processes that share a data folder. */
export interface ProcessOwnership extends Ownership {
  /** Removes what dead processes left here; returns their names. */
  bury(): Promise<readonly string[]>;
  /** This process is an owner no more. */
  close(): Promise<void>;
}

interface Self {
  readonly name: string;
  readonly folder: string;
  end(): Promise<void>;
}

const lockName = '.lock';
const namePattern = /^[0-9a-f]{16}$/;

/**
 * Owners as folders: each process holds the lock of its own, which the operating system drops with it, and watches it
 * for files named after runs, which others write to tell it something. Who waits for its end holds the other end of its
 * lifeline. No lease, no heartbeat, no polling.
 */
export function createProcessOwnership(
  folder: string,
  newName = (): string => randomBytes(8).toString('hex'),
): ProcessOwnership {
  const nudges = createNudges();
  let self: Promise<Self> | undefined;

  const become = async (): Promise<Self> => {
    for (;;) {
      const name = newName();
      const own = path.join(folder, name);
      await mkdir(own, { recursive: true, mode: 0o700 });
      const lock = await lockFile(path.join(own, lockName)).catch(unlessRemoved);
      // Whoever buries the dead may have come between. Nobody else makes this file: as long as it is there, it is ours.
      if (lock && existsSync(path.join(own, lockName))) return await begin(name, own, lock);
      lock?.release();
    }
  };
  const begin = async (name: string, own: string, lock: ProcessLock): Promise<Self> => {
    // Before anybody can know the name.
    const lifeline = await openLifeline(own);
    const tell = (_event: string, run: string | null) => void (run !== null && nudges.tell(run));
    // It keeps the process alive: a run may wait for nothing else than a word from another process.
    const watcher = watch(own, tell);
    // The folder is gone: with it whoever could say something.
    watcher.on('error', () => watcher.close());
    return {
      name,
      folder: own,
      async end() {
        watcher.close();
        await clear(own, lock);
        lifeline?.close();
      },
    };
  };

  /** Takes the lock of a process that is gone; undefined for a living one. */
  const lockOfDead = async (name: string): Promise<ProcessLock | undefined> => {
    return lockFile(path.join(folder, name, lockName), { create: false }).catch(heldByNobody);
  };
  const isAlive = async (name: string): Promise<boolean> => {
    if (!namePattern.test(name)) return false;
    const lock = await lockOfDead(name);
    lock?.release();
    return lock === undefined;
  };
  const names = async () => (await readdir(folder).catch(emptyWhenMissing)).filter((name) => namePattern.test(name));

  return {
    async open() {
      self ??= become();
      return (await self).name;
    },
    isAlive,
    async gone(owner, signal) {
      // The lock of a process that dies may outlast its lifeline by a moment.
      while (await isAlive(owner)) {
        if ((await lifelineEnd(path.join(folder, owner), signal)) === 'absent') await aborted(signal);
      }
      signal.throwIfAborted();
    },
    // More than an empty write, which nobody would notice.
    async nudge(owner, run) {
      if (!namePattern.test(owner)) return;
      await writeFile(path.join(folder, owner, run), '.', { flag: 'a', mode: 0o600 }).catch(unlessMissing);
    },
    onNudge: nudges.on,
    async bury() {
      const buried: string[] = [];
      for (const name of await names()) {
        const lock = await lockOfDead(name);
        if (!lock) continue;
        await clear(path.join(folder, name), lock);
        buried.push(name);
      }
      return buried;
    },
    async close() {
      await (await self)?.end();
    },
  };
}

/**
 * Removes an owner's folder. Its lock goes after what it was told, and only by whoever holds it: what is just becoming
 * an owner has nothing else in its folder, and begins again when that is gone. A living owner is never without lifeline.
 */
async function clear(owner: string, lock: ProcessLock): Promise<void> {
  const told = (await readdir(owner).catch(emptyWhenMissing)).filter(
    (name) => ![lockName, lifelineName].includes(name),
  );
  await Promise.all(told.map((name) => rm(path.join(owner, name), { force: true })));
  if (lock !== nothingHeld) await rm(path.join(owner, lockName), { force: true });
  await rm(path.join(owner, lifelineName), { force: true });
  await rmdir(owner).catch((error: unknown) => {
    if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  });
  lock.release();
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

const nothingHeld: ProcessLock = { release: () => {} };

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

function emptyWhenMissing(error: unknown): string[] {
  unlessMissing(error);
  return [];
}

const wasRemoved = (error: unknown): boolean => CicdError.isInstance(error) && error.code === 'database.open_failed';

function unlessRemoved(error: unknown): undefined {
  if (!wasRemoved(error)) throw error;
}

function heldByNobody(error: unknown): ProcessLock {
  if (!wasRemoved(error)) throw error;
  return nothingHeld;
}
