import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkGitRef, parseGitAddress, type GitSource } from '@cicd/plugin';
import { createAddressPolicy, systemLookup, type Guard } from '@cicd/steps';
import { archive } from '../source/archive.ts';
import { cloneInto } from './clone-into.ts';
import type { Budget } from './tree-listing.ts';

export interface GitSourceOptions {
  /** A folder for clones in the making; it is asked for each time. */
  readonly temporary: () => Promise<string>;
  /** Host names, addresses and CIDRs that may be reached though they are not public. */
  readonly allowed: readonly string[];
  /** Lines of a file of known hosts. */
  readonly knownHosts?: string | undefined;
  /** Of a repository with its submodules. Default: 16 GiB, 500,000 files and folders, 100 submodules. */
  readonly limits?: Partial<Budget>;
  /** Default: the machine's. */
  readonly lookup?: Guard['lookup'];
}

/** Fetches repositories with the Git of this machine, in a folder of this machine. Costs no I/O until it is used. */
export function createGitSource(options: GitSourceOptions): GitSource {
  const { temporary, allowed, knownHosts, limits, lookup = systemLookup } = options;
  const guard = { policy: createAddressPolicy(allowed), lookup };
  return {
    async clone({ repository, ref, depth, submodules, credentials }, receive, { signal }) {
      signal.throwIfAborted();
      const trusted = parseGitAddress(repository);
      if (ref !== undefined) checkGitRef(ref);
      const parent = await temporary();
      mkdirSync(parent, { recursive: true, mode: 0o700 });
      const scratch = mkdtempSync(path.join(parent, 'git-'));
      try {
        const folder = path.join(scratch, 'clone');
        const budget = { bytes: 16 * 2 ** 30, entries: 500_000, submodules: 100, ...limits };
        const work = { guard, knownHosts, trusted, credentials, depth, submodules, budget, scratch, signal };
        const commit = await cloneInto(work, folder, { repository, ref });
        await receive(archive(folder, readdirSync(folder), true));
        return commit;
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}
