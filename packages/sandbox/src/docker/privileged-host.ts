import { realpathSync } from 'node:fs';
import { asksForNothing, ConfigError, unsupported, type Privileges } from '@cicd/plugin';

/** Granted privileges in the words of `HostConfig`. */
export interface PrivilegedHost {
  readonly privileged: boolean;
  readonly capabilities: readonly string[];
  readonly mounts: readonly object[];
  readonly devices: readonly object[];
}

/** Where tools look for the engine. */
const socketTarget = '/var/run/docker.sock';

/**
 * Translates what was granted. The paths are the engine's host's, so the engine has to be on this machine; and whatever
 * was granted, its socket is had as `engineSocket` only. Errors: `sandbox.unsupported`, `grant.invalid`.
 */
export function privilegedHost(
  granted: Privileges | undefined,
  socket: string | undefined,
): PrivilegedHost | undefined {
  if (granted === undefined || asksForNothing(granted)) return undefined;
  const { privileged, engineSocket, mounts, devices, capabilities } = granted;
  const needsHost = engineSocket || mounts.length + devices.length > 0;
  if (needsHost && socket === undefined)
    throw unsupported('docker', 'mount, device or socket of another machine’s engine');
  const realSocket = needsHost && socket !== undefined ? realpathSync.native(socket) : undefined;
  for (const { source } of mounts) {
    if (realSocket === undefined || engineSocket || !isInside(source, realSocket)) continue;
    throw new ConfigError({
      code: 'grant.invalid',
      message: `the mount ${source} holds the container engine's socket`,
      hint: 'Ask for `engine_socket: true` where that is meant, and mount a folder without it.',
    });
  }
  return {
    privileged,
    capabilities,
    mounts: [
      ...mounts.map(({ source, target, access }) => bind(source, target, access === 'read')),
      ...(engineSocket && realSocket !== undefined ? [bind(realSocket, socketTarget, false)] : []),
    ],
    devices: devices.map(({ path, target, access }) => ({
      PathOnHost: path,
      PathInContainer: target,
      CgroupPermissions: access,
    })),
  };
}

const isInside = (folder: string, file: string) =>
  file === folder || file.startsWith(folder === '/' ? '/' : `${folder}/`);

/** What is mounted inside of the source does not come along, and nothing that is mounted later goes either way. */
const bind = (source: string, target: string, isReadOnly: boolean) => ({
  Type: 'bind',
  Source: source,
  Target: target,
  ReadOnly: isReadOnly,
  BindOptions: { Propagation: 'rprivate', NonRecursive: true },
});
