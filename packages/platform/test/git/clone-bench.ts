import { randomBytes } from 'node:crypto';
import type { GitRequest, GitSource } from '@cicd/plugin';
import { createProcessDriver } from '@cicd/sandbox/process';
import { createGitSource, type GitSourceOptions } from '../../src/git/create-git-source.ts';
import { scratchFolder, type TestRepository } from './repository.ts';

/** Clones from the servers of the test bed into workspaces of plain folders. */
export function cloneBench(git: { readonly http: string }) {
  const scratch = scratchFolder();
  const addressOf = ({ name }: TestRepository) => `${git.http}/open/${name}`;
  const sourceWith = (options: Partial<GitSourceOptions> = {}): GitSource =>
    createGitSource({
      temporary: () => Promise.resolve(scratch.inside('temporary')),
      allowed: ['127.0.0.1'],
      ...options,
    });
  const clone = async (
    repository: TestRepository | string,
    request: Partial<GitRequest> = {},
    source: GitSource = sourceWith(),
  ) => {
    const driver = createProcessDriver({ folder: scratch.folder, instance: 'instance' });
    const { workspace } = await driver.open(`run${randomBytes(8).toString('hex')}`);
    const address = typeof repository === 'string' ? repository : addressOf(repository);
    const { signal } = new AbortController();
    const commit = await source.clone(
      { repository: address, depth: 1, submodules: false, ...request },
      (archive) => workspace.copyIn(archive, '/workspace'),
      { signal },
    );
    return { commit, folder: workspace.folder ?? '' };
  };
  return { scratch, addressOf, sourceWith, clone };
}
