import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Directories } from '../directories.ts';
import { chooseRange, prefixOf, routedPrefixes } from '../engine/address-range.ts';
import { shortDigest } from '../short-digest.ts';
import { podmanPlaces } from './places.ts';

const OVERLAY_FILESYSTEM = 0x794c7630;
const MOST_FILES = 4096;

/** Writes what Podman reads, so that it shares nothing with another one of the machine. */
export function writeConfiguration(directories: Directories): void {
  const places = podmanPlaces(directories);
  for (const folder of [places.runtime, places.networks]) mkdirSync(folder, { recursive: true });
  // Podman would raise the limits of every container, which not every machine lets it.
  const files = Math.min(MOST_FILES, hardLimitOfFiles(readFileSync('/proc/self/limits', 'utf8')));
  writeFileSync(
    places.configuration,
    `[containers]
default_ulimits = ["nofile=${files}:${files}", "nproc=${MOST_FILES}:${MOST_FILES}"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
[network]
network_backend = "cni"
network_config_dir = ${JSON.stringify(places.networks)}
`,
  );
  const network = path.join(places.networks, 'podman.conflist');
  writeFileSync(network, JSON.stringify(defaultNetwork(directories), null, 2));
}

/** The words that every call of the program begins with. */
export function podmanWords(directories: Directories): string[] {
  const { folder, runtime } = podmanPlaces(directories);
  // The kernel's overlay cannot stand on an overlay, as the disk of a container is.
  const storage = statfsSync(folder).type === OVERLAY_FILESYSTEM ? 'vfs' : 'overlay';
  return [
    `--root=${folder}/storage`,
    `--runroot=${runtime}/storage`,
    `--tmpdir=${runtime}/engine`,
    `--storage-driver=${storage}`,
  ];
}

/** A bridge without a way outside: the firewall is left as it is. */
function defaultNetwork(directories: Directories) {
  const used = routedPrefixes(readFileSync('/proc/net/route', 'utf8'));
  const { pool } = chooseRange(shortDigest(`podman ${directories.identity}`).slice(0, 8), used);
  const ranges = [[{ subnet: pool, gateway: `${prefixOf(pool)}.0.1` }]];
  const { runtime, bridge } = podmanPlaces(directories);
  const ipam = { type: 'host-local', dataDir: `${runtime}/addresses`, routes: [{ dst: '0.0.0.0/0' }], ranges };
  return { cniVersion: '0.4.0', name: 'podman', plugins: [{ type: 'bridge', bridge, isGateway: true, ipam }] };
}

function hardLimitOfFiles(limits: string): number {
  const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(limits) ?? [];
  return hard === undefined ? MOST_FILES : Number(hard);
}
