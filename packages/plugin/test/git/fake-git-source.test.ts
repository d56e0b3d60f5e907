import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createFakeGitSource, describeGitSource, kitRepository } from '../../src/testing/index.ts';

const { author, first, second } = kitRepository;
const commits = ['1'.repeat(40), '2'.repeat(40)] as const;
const repository = 'https://git.example.com/shop.git';

describeGitSource('in memory', { describe, it, beforeAll, afterAll }, async () => ({
  source: createFakeGitSource({
    [repository]: [
      { ...second, sha: commits[1], author },
      { sha: commits[0], author, message: first.message, tags: [first.tag], files: first.files },
    ],
  }),
  repository,
  missing: 'https://git.example.com/missing.git',
  commits,
  dispose: () => Promise.resolve(),
}));
