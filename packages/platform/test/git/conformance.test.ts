import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { GitCredentials, GitSource } from '@cicd/plugin';
import { describeGitSource, kitRepository } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { createGitSource } from '../../src/git/create-git-source.ts';
import { createRepository, scratchFolder } from './repository.ts';

const runner = { describe, it, beforeAll, afterAll };

describeWith(['git'], 'the machine’s Git', ({ git }) => {
  const subject = (address: string, place: 'open' | 'private', credentials?: GitCredentials) => () => {
    const scratch = scratchFolder();
    const repository = createRepository(git.folder, place);
    const { first, second } = kitRepository;
    const older = repository.files(first.files, first.message);
    repository.git(['tag', '-a', '-m', 'A release', first.tag, older]);
    repository.files(second.files, second.message);
    const newer = repository.git(['commit-tree', '-p', older, '-m', second.message, 'main^{tree}']);
    for (const branch of second.branches) repository.git(['update-ref', `refs/heads/${branch}`, newer]);
    const real = createGitSource({
      temporary: () => Promise.resolve(scratch.inside('temporary')),
      allowed: ['127.0.0.1'],
    });
    const source: GitSource = {
      clone: (request, ...rest) => real.clone({ ...request, ...(credentials && { credentials }) }, ...rest),
    };
    return Promise.resolve({
      source,
      repository: `${address}/${repository.name}`,
      missing: `${address}/missing.git`,
      commits: [older, newer] as const,
      dispose: () => Promise.resolve(scratch.remove()),
    });
  };

  describeGitSource('over HTTP', runner, subject(`${git.http}/open`, 'open'));
  describeGitSource(
    'over HTTP with a password',
    runner,
    subject(`${git.http}/private`, 'private', { username: git.username, password: git.password }),
  );
  describeGitSource(
    'over SSH',
    runner,
    subject(`${git.ssh}${git.folder}/open`, 'open', {
      sshKey: readFileSync(git.keyFile, 'utf8'),
      knownHosts: readFileSync(git.knownHostsFile, 'utf8'),
    }),
  );
});
