import path from 'node:path';
import { capabilityName, checkPrivileges, ConfigError, type Privileges } from '@cicd/plugin';
import { resolveHostPath } from './resolve-host-path.ts';

/**
 * What is asked for in the end: every path of the host through all of its links, every capability by its one name. A mount
 * is a folder or a plain file: a socket, a device or a pipe is somebody's door, and none to be had as a mount.
 * Errors: `grant.invalid`.
 */
export function resolvePrivileges(asked: Privileges): Privileges {
  const problems = checkPrivileges(asked);
  const [first] = problems;
  if (first) {
    throw new ConfigError({
      code: 'grant.invalid',
      message: problems.map(({ message }) => message).join('; '),
      hint: first.hint,
      problems,
    });
  }
  return {
    ...asked,
    mounts: asked.mounts.map(({ source, target, access }) => {
      const { real, stats } = resolveHostPath(source);
      if (!stats.isDirectory() && !stats.isFile())
        throw misfit(
          source,
          real,
          'neither a folder nor a plain file',
          'devices and the engine’s socket have fields of their own',
        );
      return { source: real, target: path.posix.normalize(target).replace(/\/+$/, ''), access };
    }),
    devices: asked.devices.map(({ path: device, target, access }) => {
      const { real, stats } = resolveHostPath(device);
      if (!stats.isCharacterDevice() && !stats.isBlockDevice())
        throw misfit(device, real, 'no device', 'a folder or file is mounted with `mounts`');
      return { path: real, target: path.posix.normalize(target), access: [...new Set(access)].toSorted().join('') };
    }),
    capabilities: [...new Set(asked.capabilities.map((name) => capabilityName(name) ?? name))],
  };
}

const misfit = (written: string, real: string, what: string, hint: string) =>
  new ConfigError({
    code: 'grant.invalid',
    message: `${written} ${real === written ? '' : `leads to ${real}, which `}is ${what}`,
    hint: `Of the host: ${hint}.`,
  });
