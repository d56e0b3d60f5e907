import { defineStep, StepFailure, type GitSource, type StepContext, type StepResult } from '@cicd/plugin';
import { workspaceOf } from '../artifact/workspace-of.ts';
import { checkGitClone } from './check-git-clone.ts';
import { gitCloneConfig, gitCloneOutputs, type GitCloneConfig } from './git-clone-config.ts';
import { description, examples } from './git-clone-documentation.ts';

/** Characters of a message that is kept. */
const longestMessage = 10_000;

export const gitClone = defineStep({
  type: 'step.git_clone',
  title: 'Fetch a Git repository',
  description,
  category: 'build',
  config: gitCloneConfig,
  outputs: gitCloneOutputs,
  recovery: 'repeat',
  examples,
  check: checkGitClone,
  run: clone,
});

async function clone(ctx: StepContext<GitCloneConfig>): Promise<StepResult> {
  const { config, signal } = ctx;
  const { repository, ref, depth, submodules, credentials } = config;
  const workspace = workspaceOf(ctx);
  const commit = await sourceOf(ctx).clone(
    {
      repository,
      ref,
      depth,
      submodules,
      ...(credentials && {
        credentials: {
          ...(credentials.username !== undefined && { username: credentials.username }),
          ...(credentials.password !== undefined && { password: credentials.password }),
          ...(credentials.ssh_key !== undefined && { sshKey: credentials.ssh_key }),
          ...(credentials.known_hosts !== undefined && { knownHosts: credentials.known_hosts }),
        },
      }),
    },
    (archive) => workspace.copyIn(archive, config.path, { signal }),
    { signal },
  );
  const { sha, branch = '', tag = '', author, message } = commit;
  const name = branch || tag;
  await ctx.log.info(`${sha}${name && ` (${name})`} by ${author}: ${message.split('\n', 1)[0] ?? ''}`);
  return {
    outputs: { sha, short_sha: sha.slice(0, 7), branch, tag, author, message: message.slice(0, longestMessage) },
  };
}

function sourceOf({ git }: StepContext<GitCloneConfig>): GitSource {
  if (git) return git;
  throw new StepFailure({
    code: 'git.unavailable',
    message: 'nobody fetches Git repositories here',
    hint: 'The program that embeds the platform gives steps a `git` to use.',
  });
}
