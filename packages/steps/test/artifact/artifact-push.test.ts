import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '@cicd/plugin';
import { createStepContext } from '@cicd/plugin/testing';
import { artifactPush } from '../../src/index.ts';
import { readSource } from '../../src/artifact/read-source.ts';
import { configOf } from '../support/config.ts';
import { treeOf } from '../support/tree-of.ts';
import { archiveOf, sandboxWith } from '../support/workspace.ts';

const files = {
  'output/server*': 'program',
  'dist/index.html': '<p>',
  'dist/js/app.js': 'app',
  'packages/a/reports/unit.xml': 'a',
  'packages/b/reports/deep/unit.xml': 'b',
  'packages/b/reports/.hidden.xml': 'hidden',
  'packages/b/readme.md': 'no',
};

async function push(config: object, sandbox?: Sandbox) {
  const ctx = createStepContext({
    sandbox: sandbox ?? (await sandboxWith(files)),
    config: configOf(artifactPush.config, { key: 'key', ...config }),
  });
  const result = await artifactPush.run(ctx);
  const { artifact, stream } = await ctx.artifacts.get('key');
  return { ctx, result, artifact, stream };
}

const measure = () => Promise.resolve(0);

describe('step.artifact_push', () => {
  it('stores a file as its bytes', async () => {
    const { artifact, result, stream } = await push({ source_path: '/workspace/dist/index.html' });
    expect(await text(stream)).toBe('<p>');
    expect(artifact).toMatchObject({
      kind: 'file',
      files: 1,
      size: 3,
      mediaType: 'application/octet-stream',
      producer: { step: 'step' },
    });
    expect(result).toEqual({ outputs: { key: 'key', size: 3, files: 1, checksum: artifact.checksum } });
  });

  it('knows a program', async () => {
    expect((await push({ source_path: '/workspace/output/server' })).artifact.mediaType).toBe(
      'application/x-executable',
    );
    expect((await push({ source_path: '/workspace/output/server', media_type: 'text/plain' })).artifact.mediaType).toBe(
      'text/plain',
    );
  });

  it.each(['/workspace/dist', '/workspace/dist/', '/workspace/./output/../dist'])(
    'stores the folder %s as an archive relative to it',
    async (source_path) => {
      const { artifact, stream } = await push({ source_path });
      expect(artifact).toMatchObject({ kind: 'directory', files: 2, mediaType: 'application/x-tar' });
      expect(await treeOf(stream)).toEqual({ 'index.html': '<p>', js: '(folder)', 'js/app.js': 'app' });
    },
  );

  it('stores what is larger than any buffer, without a warning', async () => {
    const warnings: Error[] = [];
    const collect = (warning: Error) => void warnings.push(warning);
    process.on('warning', collect);
    const content = 'x'.repeat(8_000_000);
    const { stream } = await push({ source_path: '/workspace/dist' }, await sandboxWith({ 'dist/large': content }));
    expect((await treeOf(stream))['large']?.length).toBe(content.length);
    await new Promise(setImmediate);
    process.off('warning', collect);
    expect(warnings).toEqual([]);
  });

  it('stores the whole workspace', async () => {
    expect((await push({ source_path: '/workspace' })).artifact.files).toBe(Object.keys(files).length);
  });

  it.each([
    ['/workspace/packages/*/reports/**/*.xml', { 'a/reports/unit.xml': 'a', 'b/reports/deep/unit.xml': 'b' }],
    ['/workspace/**/*.{js,html}', { 'dist/index.html': '<p>', 'dist/js/app.js': 'app' }],
    ['/workspace/packages/b/reports/.*', { '.hidden.xml': 'hidden' }],
    ['/workspace/dist/*', { 'index.html': '<p>' }],
    ['/workspace/out*/server', { 'output/server*': 'program' }],
  ])('stores what matches %s', async (source_path, tree) => {
    const { artifact, stream } = await push({ source_path });
    expect(await treeOf(stream)).toEqual(tree);
    expect(artifact).toMatchObject({ kind: 'directory', files: Object.keys(tree).length });
  });

  it('stores empty folders and links', async () => {
    const sandbox = await sandboxWith({ 'dist/a': 'a' });
    await sandbox.workspace.copyIn(
      archiveOf([
        { name: 'empty/', type: 'directory' },
        { name: 'soft', type: 'symlink', linkname: 'a' },
      ]),
      '/workspace/dist',
    );
    expect(await treeOf((await push({ source_path: '/workspace/dist' }, sandbox)).stream)).toEqual({
      a: 'a',
      empty: '(folder)',
      soft: '(symlink to a)',
    });
  });

  it('keeps a hard link to a file it stores too, and refuses one to a file that a glob leaves out', async () => {
    const archive = () =>
      archiveOf([
        { name: 'dist/a', content: 'a' },
        { name: 'dist/b', type: 'link', linkname: 'dist/a' },
      ]);
    const workspace = { id: 'w', copyIn: () => Promise.resolve(), copyOut: () => Promise.resolve(archive()), measure };
    const take = async (path: string) => treeOf((await readSource(workspace, path)).content);
    expect(await take('/workspace/dist')).toEqual({ a: 'a', b: '(link to a)' });
    await expect(take('/workspace/dist/b*')).rejects.toMatchObject({ code: 'archive.entry_refused' });
  });

  it.each([
    ['a link to the folder above', { name: 'dist/up', type: 'symlink', linkname: '../beside' }],
    ['a link into the machine', { name: 'dist/python', type: 'symlink', linkname: '/usr/bin/python3' }],
    ['a pipe', { name: 'dist/pipe', type: 'fifo' }],
  ] as const)('refuses to store %s, which could not be unpacked', async (_what, entry) => {
    const archive = archiveOf([{ name: 'dist/a', content: 'a' }, entry]);
    const workspace = { id: 'w', copyIn: () => Promise.resolve(), copyOut: () => Promise.resolve(archive), measure };
    const { content } = await readSource(workspace, '/workspace/dist');
    await expect(treeOf(content)).rejects.toMatchObject({ code: 'archive.entry_refused' });
  });

  it('does not take a link for what it leads to', async () => {
    const sandbox = await sandboxWith({ 'dist/a': 'a' });
    await sandbox.workspace.copyIn(archiveOf([{ name: 'latest', type: 'symlink', linkname: 'dist' }]), '/workspace');
    await expect(push({ source_path: '/workspace/latest' }, sandbox)).rejects.toMatchObject({
      message: expect.stringContaining('symlink to dist'),
    });
  });

  it('lets go of the workspace when nobody reads what it was asked for', async () => {
    const source = archiveOf([{ name: 'server', content: 'x'.repeat(200_000) }]);
    const workspace = { id: 'w', copyIn: () => Promise.resolve(), copyOut: () => Promise.resolve(source), measure };
    (await readSource(workspace, '/workspace/server')).content.destroy();
    if (!source.destroyed) await new Promise((resolve) => source.once('close', resolve));
    expect(source.destroyed).toBe(true);
  });

  it('leaves nothing when it is cancelled midway', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const [whole] = await archiveOf([{ name: 'server', content: 'x'.repeat(2_000) }])
      .take(1)
      .toArray();
    let reads = 0;
    const endless = new Readable({
      read() {
        if (++reads === 1) this.push(whole);
        else cancel.abort(reason);
      },
    });
    const workspace = { id: 'w', copyIn: () => Promise.resolve(), copyOut: () => Promise.resolve(endless), measure };
    const config = configOf(artifactPush.config, { key: 'key', source_path: '/workspace/server' });
    const ctx = createStepContext({ workspace, config, signal: cancel.signal });
    await expect(artifactPush.run(ctx)).rejects.toBe(reason);
    expect(await ctx.artifacts.list()).toEqual([]);
  });

  it('hands on the failure of a workspace that breaks midway', async () => {
    const workspace = {
      id: 'w',
      copyIn: () => Promise.resolve(),
      copyOut: () =>
        Promise.resolve(
          Readable.from(
            (async function* () {
              yield* archiveOf([{ name: 'dist/a', content: 'a'.repeat(2_000) }]).take(1);
              throw new Error('the engine went away');
            })(),
          ),
        ),
      measure,
    };
    await expect(readSource(workspace, '/workspace/dist').then(({ content }) => treeOf(content))).rejects.toThrow(
      'the engine went away',
    );
  });

  it('stores nothing where nothing matches or nothing is', async () => {
    await expect(push({ source_path: '/workspace/dist/*.css' })).rejects.toMatchObject({
      code: 'artifact.nothing_matched',
    });
    await expect(push({ source_path: '/workspace/nowhere' })).rejects.toMatchObject({ code: 'sandbox.path_not_found' });
    await expect(push({ source_path: '/workspace/../etc' })).rejects.toMatchObject({ code: 'sandbox.path_refused' });
    await expect(push({ source_path: '/workspace/dist', key: '../x' })).rejects.toMatchObject({
      code: 'artifact.key_refused',
    });
  });

  it('keeps it as long as is asked', async () => {
    const { ctx, artifact } = await push({ source_path: '/workspace/dist', retention: '720h' });
    expect(Date.parse(artifact.expiresAt ?? '')).toBe(ctx.clock.now() + 30 * 86_400_000);
  });

  it('needs a workspace', async () => {
    const ctx = createStepContext({
      workspace: 'none',
      config: configOf(artifactPush.config, { key: 'key', source_path: '/workspace/x' }),
    });
    await expect(artifactPush.run(ctx)).rejects.toMatchObject({ code: 'step.workspace_missing' });
  });
});
