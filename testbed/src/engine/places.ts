import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Directories } from '../directories.ts';

/** Where the files of an own engine are. */
export function enginePlaces({ home, runtime }: Directories) {
  return {
    socket: `${runtime}/engine.sock`,
    processFile: `${runtime}/engine.pid`,
    execution: `${runtime}/engine`,
    containerdProcessFile: `${runtime}/engine/containerd/containerd.pid`,
    data: path.join(home, 'engine', 'data'),
    log: path.join(home, 'logs', 'dockerd.log'),
  };
}

/** False for an engine whose folder was deleted under it, as by cleaning a checkout: it answers but cannot work. */
export function hasData(directories: Directories): boolean {
  // The data folder itself is a mount point of the running engine, and so outlives its content.
  return existsSync(path.join(enginePlaces(directories).data, 'containers'));
}
