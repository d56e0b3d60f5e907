import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { StepFailure } from '../../errors/step-failure.ts';
import { parseGitAddress } from '../../outside/git-address.ts';
import { checkGitRef } from '../../outside/git-ref.ts';
import type { GitCommit, GitRequest, GitSource } from '../../outside/git-source.ts';

/** A commit, and the names that lead to it. */
export interface FakeCommit {
  readonly sha: string;
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly author: string;
  readonly message: string;
  /** Path → content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Repositories in memory, by their address: the first branch of the first commit is where each begins. */
export interface FakeGitSource extends GitSource {
  /** What was asked, in order. */
  readonly requests: readonly GitRequest[];
}

export function createFakeGitSource(repositories: Readonly<Record<string, readonly FakeCommit[]>>): FakeGitSource {
  const requests: GitRequest[] = [];
  return {
    requests,
    async clone(request, receive, { signal }): Promise<GitCommit> {
      signal.throwIfAborted();
      requests.push(request);
      const { repository, ref } = request;
      parseGitAddress(repository);
      if (ref !== undefined) checkGitRef(ref);
      const commits = repositories[repository];
      if (!commits) throw failure('git.repository_not_found', repository);
      const found = find(commits, ref);
      if (!found) throw failure('git.ref_not_found', ref ?? 'HEAD');
      const archive = pack();
      for (const [name, content] of Object.entries({ '.git/HEAD': `${found.commit.sha}\n`, ...found.commit.files }))
        archive.entry({ name, mode: 0o644 }, content);
      archive.finalize();
      await receive(Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false }));
      const { sha, author, message } = found.commit;
      return { sha, author, message, ...found.name };
    },
  };
}

function find(commits: readonly FakeCommit[], ref = commits[0]?.branches?.[0] ?? '') {
  const named = (kind: 'branches' | 'tags', name: string) => commits.find((each) => each[kind]?.includes(name));
  const branch = ref.replace(/^refs\/heads\//, '');
  const onBranch = named('branches', branch);
  if (onBranch) return { commit: onBranch, name: { branch } };
  const tag = ref.replace(/^refs\/tags\//, '');
  const tagged = named('tags', tag);
  if (tagged) return { commit: tagged, name: { tag } };
  const commit = commits.find(({ sha }) => sha === ref);
  return commit && { commit, name: {} };
}

const failure = (code: 'git.ref_not_found' | 'git.repository_not_found', what: string) =>
  new StepFailure({ code, message: `${JSON.stringify(what)}: ${code}` });
