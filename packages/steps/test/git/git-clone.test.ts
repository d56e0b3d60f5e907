import { describe, expect, it } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { createFakeGitSource, createStepContext } from '@cicd/plugin/testing';
import { gitClone } from '../../src/index.ts';
import { configOf } from '../support/config.ts';
import { sandboxWith } from '../support/workspace.ts';

const repository = 'https://git.example.com/shop.git';
const sha = 'abcdef0123'.repeat(4);
const git = () =>
  createFakeGitSource({
    [repository]: [
      {
        sha,
        branches: ['main'],
        tags: ['v1'],
        author: 'Ann <ann@example.com>',
        message: 'One\n\nmore',
        files: { 'a.txt': 'a' },
      },
    ],
  });

async function clone(config: object, source: ReturnType<typeof git> | undefined = git()) {
  const { workspace } = await sandboxWith({});
  const ctx = createStepContext({
    config: configOf(gitClone.config, { repository, ...config }),
    workspace,
    ports: source ? { git: source } : {},
  });
  return { result: gitClone.run(ctx), workspace, ctx, source };
}

describe('step.git_clone', () => {
  it('puts a repository into a folder of the workspace and says what it is', async () => {
    const { result, workspace, ctx } = await clone({ path: '/workspace/shop' });
    expect(await result).toEqual({
      outputs: {
        sha,
        short_sha: 'abcdef0',
        branch: 'main',
        tag: '',
        author: 'Ann <ann@example.com>',
        message: 'One\n\nmore',
      },
    });
    expect(await text(await workspace.copyOut('/workspace/shop/a.txt'))).toContain('a.txt');
    expect(ctx.log.lines).toEqual([{ level: 'info', message: `${sha} (main) by Ann <ann@example.com>: One` }]);
  });

  it('hands ref, depth and credentials over', async () => {
    const { result, source } = await clone({
      ref: 'v1',
      depth: 0,
      submodules: true,
      credentials: { username: 'ann', password: 'secret' },
    });
    expect(await result).toMatchObject({ outputs: { branch: '', tag: 'v1' } });
    expect(source?.requests).toEqual([
      { repository, ref: 'v1', depth: 0, submodules: true, credentials: { username: 'ann', password: 'secret' } },
    ]);
  });

  it('says where nobody fetches repositories', async () => {
    const { workspace } = await sandboxWith({});
    const config = configOf(gitClone.config, { repository });
    await expect(gitClone.run(createStepContext({ config, workspace }))).rejects.toMatchObject({
      code: 'git.unavailable',
    });
  });

  it.each([
    [{ repository: 'ext::sh -c id' }, 'repository'],
    [{ repository: '--upload-pack=id' }, 'repository'],
    [{ ref: '--upload-pack=id' }, 'ref'],
    [{ lfs: true }, 'lfs'],
  ])('%j is a mistake that is told before anything runs', (config, path) => {
    expect(gitClone.check?.(configOf(gitClone.config, { repository, ...config }))).toMatchObject([{ path }]);
  });

  it('leaves to the run what a template will say', () => {
    const config = configOf(gitClone.config, { repository: '{{ inputs.repository }}', ref: '{{ inputs.ref }}' });
    expect(gitClone.check?.(config)).toEqual([]);
  });
});
