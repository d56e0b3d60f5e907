import { readFileSync } from 'node:fs';
import { ConfigError, type GitSource } from '@cicd/plugin';
import type { GitSourceOptions } from './create-git-source.ts';

export interface LazyGitSourceOptions extends Omit<GitSourceOptions, 'knownHosts'> {
  /** The operator's file of known hosts, read each time. */
  readonly knownHostsFile: string | undefined;
}

/** Most runs fetch nothing, and need not load what does. */
export function createLazyGitSource({ knownHostsFile, ...options }: LazyGitSourceOptions): GitSource {
  return {
    async clone(...asked) {
      const { createGitSource } = await import('./create-git-source.ts');
      const knownHosts = knownHostsFile === undefined ? undefined : readKnownHosts(knownHostsFile);
      return createGitSource({ ...options, knownHosts }).clone(...asked);
    },
  };
}

function readKnownHosts(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError({
      code: 'command.settings_invalid',
      message: `\`git.known_hosts\` of the settings names ${file}, which cannot be read`,
      hint: 'Write a file of SSH servers and their keys; `ssh-keyscan` lists the keys of a server.',
      cause,
    });
  }
}
