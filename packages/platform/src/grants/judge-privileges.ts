import path from 'node:path';
import { capabilityName, type PrivilegeAsker, type Privileges } from '@cicd/plugin';
import type { Grant } from './grants-schema.ts';
import { resolvedGrant } from './resolve-host-path.ts';

/**
 * What of resolved privileges no grant covers. One that names a path grants just what lies there when its own links are
 * resolved, not what is in it: whoever may write there could put a link in the place of what was judged.
 */
export function uncovered(asked: Privileges, asker: PrivilegeAsker, grants: readonly Grant[]): Privileges {
  const held = grants.filter((grant) => isFor(grant, asker));
  const isPath = (granted: string, real: string) => resolvedGrant(granted) === real;
  const capabilities = new Set(held.flatMap((grant) => (grant.capabilities ?? []).map((name) => capabilityName(name))));
  return {
    privileged: asked.privileged && !held.some((grant) => grant.privileged),
    hostNetwork: asked.hostNetwork && !held.some((grant) => grant.host_network),
    engineSocket: asked.engineSocket && !held.some((grant) => grant.engine_socket),
    mounts: asked.mounts.filter(
      ({ source, access }) =>
        !held.some((grant) =>
          grant.mounts?.some((mount) => (access === 'read' || mount.access === 'write') && isPath(mount.path, source)),
        ),
    ),
    devices: asked.devices.filter(
      ({ path: device, access }) =>
        !held.some((grant) =>
          grant.devices?.some(
            (granted) =>
              access.split('').every((letter) => (granted.access ?? 'rw').includes(letter)) &&
              isPath(granted.path, device),
          ),
        ),
    ),
    capabilities: asked.capabilities.filter((name) => !capabilities.has(name)),
  };
}

function isFor({ project, pipeline }: Grant, asker: PrivilegeAsker): boolean {
  const isPipeline = pipeline === '*' || pipeline === asker.pipeline;
  return isPipeline && (project === '*' || isSameFolder(project, asker.project));
}

function isSameFolder(granted: string, project: string): boolean {
  if (!path.isAbsolute(project)) return false;
  const real = resolvedGrant(granted);
  return real !== undefined && real === resolvedGrant(project);
}
