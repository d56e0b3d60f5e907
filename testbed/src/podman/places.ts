import path from 'node:path';
import type { Directories } from '../directories.ts';

/** Where the files of the bed's Podman are. The folders are its own: an engine that goes takes nothing of it along. */
export function podmanPlaces({ home, identity }: Directories) {
  const runtime = `/run/cicd-testbed-${identity}-podman`;
  const folder = path.join(home, 'podman');
  return {
    runtime,
    folder,
    socket: `${runtime}/podman.sock`,
    configuration: path.join(folder, 'containers.conf'),
    networks: path.join(folder, 'networks'),
    bridge: `pod-${identity}`,
    log: path.join(home, 'logs', 'podman-service.log'),
  };
}
