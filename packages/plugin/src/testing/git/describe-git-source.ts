import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { CicdError } from '../../errors/cicd-error.ts';
import type { GitCommit, GitRequest, GitSource } from '../../outside/git-source.ts';
import type { KitRunner } from '../kit-runner.ts';
import { refusedAddresses, refusedRefs } from './hostile-requests.ts';

/** A source, and a repository in it that is as `kitRepository` says. */
export interface GitSourceSubject {
  readonly source: GitSource;
  readonly repository: string;
  /** An address beside it at which there is nothing. */
  readonly missing: string;
  /** Ids of its two commits, oldest first. */
  readonly commits: readonly [string, string];
  dispose(): Promise<void>;
}

/**
 * What the kit finds in the repository: two commits by `author`; the first is tagged, the second is the head of both
 * branches, `main` first.
 */
export const kitRepository = {
  author: 'Ann <ann@example.com>',
  first: { message: 'First', tag: 'v1.0', files: { 'greeting.txt': 'hello\n' } },
  second: {
    message: 'Second\n\nWith a body.',
    branches: ['main', 'feature/one'],
    files: { 'greeting.txt': 'hello again\n', 'folder/deep.txt': 'deep\n' },
  },
} as const;

/** Milliseconds a case may take: a server under load is slow, not wrong. */
const patience = 60_000;

/** The conformance kit of `GitSource`: every implementation passes it, and so does the fake. */
export function describeGitSource(name: string, runner: KitRunner, create: () => Promise<GitSourceSubject>): void {
  const { first, second, author } = kitRepository;
  const it = (title: string, body: () => Promise<void>) => runner.it(title, body, patience);
  let subject: GitSourceSubject;
  const clone = async (request: Partial<GitRequest> = {}, signal = new AbortController().signal) => {
    const files = new Map<string, string>();
    const whole = { repository: subject.repository, depth: 1, submodules: false, ...request };
    const commit = await subject.source.clone(whole, (archive) => unpack(archive, files), { signal });
    return { commit, files: withoutGit(files), hasGit: [...files.keys()].some((file) => file.startsWith('.git/')) };
  };
  const isSecond = (commit: GitCommit, also: Partial<GitCommit>) =>
    assert.deepEqual(commit, { sha: subject.commits[1], author, message: second.message, ...also });

  runner.describe(`git source: ${name}`, () => {
    runner.beforeAll(async () => {
      subject = await create();
    }, patience);
    runner.afterAll(() => subject.dispose());

    it('fetches the main branch, with its .git', async () => {
      const { commit, files, hasGit } = await clone();
      isSecond(commit, { branch: 'main' });
      assert.deepEqual(files, second.files);
      assert.ok(hasGit);
    });
    it('fetches a branch by name and by whole name', async () => {
      isSecond((await clone({ ref: 'feature/one' })).commit, { branch: 'feature/one' });
      isSecond((await clone({ ref: 'refs/heads/feature/one', depth: 0 })).commit, { branch: 'feature/one' });
    });
    it('fetches a tag by name and by whole name', async () => {
      for (const ref of [first.tag, `refs/tags/${first.tag}`]) {
        const { commit, files } = await clone({ ref });
        assert.deepEqual(commit, { sha: subject.commits[0], tag: first.tag, author, message: first.message });
        assert.deepEqual(files, first.files);
      }
    });
    it('fetches a commit', async () => {
      const { commit, files } = await clone({ ref: subject.commits[0] });
      assert.deepEqual(commit, { sha: subject.commits[0], author, message: first.message });
      assert.deepEqual(files, first.files);
    });
    it('says what there is not', async () => {
      await assert.rejects(clone({ ref: 'no-such-branch' }), coded('git.ref_not_found'));
      await assert.rejects(clone({ ref: 'f'.repeat(40) }), coded('git.ref_not_found'));
      await assert.rejects(clone({ repository: subject.missing }), coded('git.repository_not_found'));
    });
    it('refuses every hostile address', async () => {
      for (const repository of refusedAddresses)
        await assert.rejects(clone({ repository }), coded('git.address_refused'), repository);
    });
    it('refuses every hostile ref', async () => {
      for (const ref of refusedRefs) await assert.rejects(clone({ ref }), coded('git.ref_refused'), ref);
    });
    it('passes on what the receiver says, and does not begin for one who has gone', async () => {
      const refusal = new Error('no room');
      await assert.rejects(
        subject.source.clone(
          { repository: subject.repository, depth: 1, submodules: false },
          (archive) => {
            archive.destroy();
            return Promise.reject(refusal);
          },
          { signal: new AbortController().signal },
        ),
        is(refusal),
      );
      const gone = new Error('gone');
      await assert.rejects(clone({}, AbortSignal.abort(gone)), is(gone));
    });
  });
}

const is = (wanted: Error) => (error: unknown) => error === wanted;

const coded = (code: string) => (error: unknown) => {
  assert.ok(CicdError.isInstance(error), String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

const withoutGit = (files: ReadonlyMap<string, string>) =>
  Object.fromEntries([...files].filter(([file]) => file !== '.git' && !file.startsWith('.git/')));

async function unpack(archive: Readable, files: Map<string, string>): Promise<void> {
  for await (const entry of archive.pipe(extract())) {
    const content = await text(entry);
    if (entry.header.type === 'file') files.set(entry.header.name.replace(/^\.\//, ''), content);
  }
}
