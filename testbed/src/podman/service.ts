import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { engineVersion } from '../engine/client.ts';
import { endProcess, mountsUnder, waitUntilGone } from '../engine/own-engine-removal.ts';
import { readProcesses, type Process } from '../engine/process-table.ts';
import { MissingPart } from '../part.ts';
import { podmanWords, writeConfiguration } from './configuration.ts';
import { podmanPlaces } from './places.ts';

const START_MILLISECONDS = 60_000;

/** Starts the bed's Podman on its socket; returns its version. */
export async function startPodman(bed: Bed): Promise<string> {
  const places = podmanPlaces(bed.directories);
  for (const left of servicesOf(bed)) {
    endProcess(left.id);
    await waitUntilGone(left.id);
  }
  mkdirSync(places.folder, { recursive: true });
  writeConfiguration(bed.directories);
  rmSync(places.socket, { force: true });
  const words = [...podmanWords(bed.directories), 'system', 'service', '--time=0', `unix://${places.socket}`];
  bed.log.line(`$ podman ${words.join(' ')} (its log: ${places.log})`);
  const log = openSync(places.log, 'w');
  const service = spawn('podman', words, {
    detached: true,
    stdio: ['ignore', log, log],
    // Where the keepers of its containers leave word of those that ran out of memory.
    cwd: places.folder,
    env: { ...bed.environment, ...environmentOf(bed) },
  });
  closeSync(log);
  const failed = new AbortController();
  service.once('error', () => failed.abort());
  service.once('exit', () => failed.abort());
  service.unref();
  const deadline = Date.now() + START_MILLISECONDS;
  while (!failed.signal.aborted && Date.now() < deadline) {
    const version = await engineVersion(places.socket);
    if (version !== undefined) return version;
    await delay(50);
  }
  const said = existsSync(places.log) ? readFileSync(places.log, 'utf8').trimEnd().split('\n').slice(-3).join(' ') : '';
  throw new MissingPart(`Podman did not start: ${said}`, `its log is ${places.log}`);
}

/** Removes Podman with its containers, networks, volumes, images, processes and folders. */
export async function removePodman(bed: Bed): Promise<void> {
  const places = podmanPlaces(bed.directories);
  if (existsSync(places.configuration)) {
    for (const words of [
      ['rm', '--all', '--force', '--depend'],
      ['network', 'prune', '--force'],
    ])
      await bed.attempt('podman', [...podmanWords(bed.directories), ...words], { environment: environmentOf(bed) });
  }
  for (const left of servicesOf(bed)) {
    bed.log.line(`ends process ${left.id}: ${left.command}`);
    endProcess(left.id);
    await waitUntilGone(left.id);
  }
  const mounted = mountsUnder(readFileSync('/proc/mounts', 'utf8'), [places.runtime, places.folder]);
  for (const place of mounted) await bed.run('umount', ['--lazy', place]);
  if (existsSync(`/sys/class/net/${places.bridge}`)) await bed.run('ip', ['link', 'delete', places.bridge]);
  for (const folder of [places.runtime, places.folder]) rmSync(folder, { recursive: true, force: true });
}

const environmentOf = (bed: Bed) => ({ CONTAINERS_CONF: podmanPlaces(bed.directories).configuration });

/** The service and the keepers of its containers: whatever names the folder of its sockets. */
function servicesOf(bed: Bed): Process[] {
  const { runtime } = podmanPlaces(bed.directories);
  const isOurs = ({ command }: Process): boolean =>
    /^(podman|conmon)$/.test(path.basename(command.split(' ', 1)[0] ?? '')) && command.includes(`${runtime}/`);
  return readProcesses().filter(isOurs);
}
