import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bedFor } from '../bed.ts';
import { removeOwnEngine } from '../engine/own-engine-removal.ts';
import { startOwnEngine } from '../engine/own-engine.ts';
import { enginePlaces } from '../engine/places.ts';
import { ownDaemon, readProcesses } from '../engine/process-table.ts';
import { emptyState } from '../state.ts';
import { spareDirectories, spareEngine, type SpareEngineFacts } from '../parts/spare-engine.ts';

/** A container engine of one test, which has the image busybox. */
export interface SpareEngine {
  /** For `DOCKER_HOST`; the same after each start. */
  readonly dockerHost: string;
  /** Resolves when its process is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes every trace. */
  remove(): Promise<void>;
}

/** Starts an engine; `liveRestore`: its containers outlive it. */
export async function startSpareEngine(
  { home, imagesFrom }: SpareEngineFacts,
  { liveRestore = false }: { readonly liveRestore?: boolean } = {},
): Promise<SpareEngine> {
  const directories = spareDirectories(path.join(home, randomUUID()));
  mkdirSync(directories.home, { recursive: true });
  const bed = bedFor(spareEngine, directories, process.env, emptyState);
  const { socket } = enginePlaces(directories);
  const start = async () => {
    await startOwnEngine(bed, liveRestore ? ['--live-restore'] : []);
  };
  await start();
  await copyImage('busybox', imagesFrom, socket);
  return {
    dockerHost: `unix://${socket}`,
    start,
    async stop(signal) {
      const daemon = ownDaemon(readProcesses(), directories.runtime);
      if (daemon === undefined) throw new Error('the engine does not run');
      process.kill(daemon.id, signal);
      // A child of this process that has ended keeps its number until it is waited for, which Node does.
      await bed.run('tail', [`--pid=${daemon.id}`, '--follow', '/dev/null']);
    },
    async remove() {
      await removeOwnEngine(bed);
      rmSync(directories.home, { recursive: true, force: true });
    },
  };
}

async function copyImage(image: string, from: string, to: string): Promise<void> {
  const saved = http.get({ socketPath: from, path: `/images/${image}/get` });
  const [archive] = (await once(saved, 'response')) as [http.IncomingMessage];
  const load = http.request({
    socketPath: to,
    method: 'POST',
    path: '/images/load',
    headers: { 'content-type': 'application/x-tar' },
  });
  const answered = once(load, 'response') as Promise<[http.IncomingMessage]>;
  await pipeline(archive, load);
  const [answer] = await answered;
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`the image could not be loaded: ${answer.statusCode}`);
}
