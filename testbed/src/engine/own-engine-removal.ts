import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { ask } from './client.ts';
import { removeNetwork } from './network.ts';
import { enginePlaces } from './places.ts';
import { familyOf, ownDaemon, readProcesses } from './process-table.ts';

const STOP_MILLISECONDS = 30_000;

/** Removes the engine with its containers, networks, volumes, images, processes, rules and folders. */
export async function removeOwnEngine(bed: Bed): Promise<void> {
  const { runtime, home } = bed.directories;
  const daemon = ownDaemon(readProcesses(), runtime);
  if (daemon !== undefined) {
    await emptyEngine(bed);
    process.kill(daemon.id, 'SIGTERM');
    await waitUntilGone(daemon.id);
  }
  for (const left of familyOf(readProcesses(), runtime)) {
    bed.log.line(`ends process ${left.id}: ${left.command}`);
    endProcess(left.id);
    await waitUntilGone(left.id);
  }
  await removeNetwork(bed);
  const mounted = mountsUnder(readFileSync('/proc/mounts', 'utf8'), [runtime, path.join(home, 'engine')]);
  for (const place of mounted) await bed.run('umount', ['--lazy', place]);
  rmSync(runtime, { recursive: true, force: true });
  rmSync(path.join(home, 'engine'), { recursive: true, force: true });
}

/** Lets the engine itself remove containers and networks, since it knows best what they left where. */
async function emptyEngine(bed: Bed): Promise<void> {
  const { socket } = enginePlaces(bed.directories);
  try {
    const containers = await list<{ Id: string }>(socket, '/containers/json?all=1');
    await Promise.all(
      containers.map(({ Id }) =>
        ask(socket, { method: 'DELETE', path: `/containers/${Id}?force=1&v=1`, patience: 30_000 }),
      ),
    );
    await ask(socket, { method: 'POST', path: '/networks/prune', patience: 30_000 });
  } catch (error) {
    bed.log.line(`the engine could not be emptied, so its processes are ended instead: ${String(error)}`);
  }
}

async function list<T>(socket: string, place: string): Promise<T[]> {
  return JSON.parse((await ask(socket, { path: place })).body) as T[];
}

/** Mount points at or below the folders, the deepest first. */
export function mountsUnder(mounts: string, folders: readonly string[]): string[] {
  return mounts
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((place) => folders.some((folder) => place === folder || place.startsWith(`${folder}/`)))
    .toSorted((a, b) => b.length - a.length);
}

/** Waits until a process has ended, and ends it when it takes half a minute. */
export async function waitUntilGone(id: number): Promise<void> {
  const deadline = Date.now() + STOP_MILLISECONDS;
  while (existsSync(`/proc/${id}`) && !isZombie(id)) {
    if (Date.now() > deadline) endProcess(id);
    await delay(20);
  }
}

function isZombie(id: number): boolean {
  try {
    return /^State:\s*Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return true; // it went while we looked
  }
}

export function endProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
