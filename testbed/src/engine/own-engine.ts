import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import type { Directories } from '../directories.ts';
import { MissingPart } from '../part.ts';
import { engineVersion } from './client.ts';
import { enginePlaces, hasData } from './places.ts';
import { prepareNetwork, type EngineNetwork, type Firewall } from './network.ts';
import { removeOwnEngine } from './own-engine-removal.ts';
import { ownDaemon, readProcesses } from './process-table.ts';

const START_MILLISECONDS = 60_000;
const OVERLAY_FILESYSTEM = 0x794c7630;

/** Starts the bed's engine, or waits for the one that is starting; returns its version. `more`: further options of it. */
export async function startOwnEngine(bed: Bed, more: readonly string[] = []): Promise<string> {
  const places = enginePlaces(bed.directories);
  const running = ownDaemon(readProcesses(), bed.directories.runtime);
  if (running !== undefined && hasData(bed.directories)) {
    return await waitUntilReady(bed, () => !existsSync(`/proc/${running.id}`));
  }
  if (running !== undefined) await removeOwnEngine(bed);
  mkdirSync(bed.directories.runtime, { recursive: true });
  mkdirSync(places.data, { recursive: true });
  removeStale(places.processFile, 'dockerd');
  removeStale(places.containerdProcessFile, 'containerd');
  const { network, firewall } = await prepareNetwork(bed);
  return await launch(bed, [...daemonWords(bed.directories, network, firewall), ...more], firewall);
}

async function launch(bed: Bed, words: readonly string[], firewall: Firewall): Promise<string> {
  const places = enginePlaces(bed.directories);
  bed.log.line(`$ dockerd ${words.join(' ')} (its log: ${places.log})`);
  const log = openSync(places.log, 'w');
  const daemon = spawn('dockerd', words, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...bed.environment, PATH: [firewall.folder, bed.environment['PATH']].filter(Boolean).join(':') },
  });
  closeSync(log);
  let failed = false;
  daemon.once('error', () => (failed = true));
  daemon.once('exit', () => (failed = true));
  daemon.unref();
  return await waitUntilReady(bed, () => failed);
}

function daemonWords(directories: Directories, network: EngineNetwork, firewall: Firewall): string[] {
  const places = enginePlaces(directories);
  // overlay2 cannot stand on an overlay, as the disk of a container is.
  const storage = statfsSync(places.data).type === OVERLAY_FILESYSTEM ? 'vfs' : 'overlay2';
  return [
    `--host=unix://${places.socket}`,
    `--pidfile=${places.processFile}`,
    `--data-root=${places.data}`,
    `--exec-root=${places.execution}`,
    `--storage-driver=${storage}`,
    `--bridge=${network.bridge}`,
    `--default-address-pool=base=${network.range.pool},size=26`,
    // A containerd of the machine is shared with its own engine, so our containers need name spaces of their own.
    `--containerd-namespace=${network.bridge}`,
    `--containerd-plugins-namespace=${network.bridge}-plugins`,
    `--iptables=${firewall.managedByEngine}`,
  ];
}

async function waitUntilReady(bed: Bed, failed: () => boolean): Promise<string> {
  const places = enginePlaces(bed.directories);
  const deadline = Date.now() + START_MILLISECONDS;
  while (!failed() && Date.now() < deadline) {
    const version = await engineVersion(places.socket);
    if (version !== undefined) return version;
    await delay(50);
  }
  const said = existsSync(places.log) ? readFileSync(places.log, 'utf8').trimEnd().split('\n').slice(-3).join(' ') : '';
  throw new MissingPart(`the container engine did not start: ${said}`, `its log is ${places.log}`);
}

/** A number left in a file by a process that was killed may since have become another process's. */
function removeStale(file: string, program: string): void {
  if (!existsSync(file)) return;
  const id = Number(readFileSync(file, 'utf8'));
  const holder = readProcesses().find((each) => each.id === id);
  if (holder === undefined || !holder.command.includes(program)) rmSync(file);
}
