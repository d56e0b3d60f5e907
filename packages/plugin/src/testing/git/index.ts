export { createFakeGitSource, type FakeCommit, type FakeGitSource } from './fake-git-source.ts';
export { describeGitSource, kitRepository, type GitSourceSubject } from './describe-git-source.ts';
