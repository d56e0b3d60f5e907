import { describe, expect, it } from '@jest/globals';
import type { ImageBuild, Images } from '@cicd/plugin';
import { createFakeImages, createStepContext } from '@cicd/plugin/testing';
import { dockerBuild } from '../../src/index.ts';
import { configOf } from '../support/config.ts';
import { treeOf } from '../support/tree-of.ts';
import { archiveOf, sandboxWith } from '../support/workspace.ts';

const files = {
  Dockerfile: 'FROM busybox\nCOPY app.js /app.js\nRUN echo built\n',
  'app.js': 'app',
  'bin/start*': 'start',
  'node_modules/big/index.js': 'big',
};

/** Images that keep what they were asked to build. */
function recordingImages(): {
  images: Images;
  asked: (Omit<ImageBuild, 'context'> & { tree: Record<string, string> })[];
} {
  const fake = createFakeImages({ present: ['busybox'] });
  const asked: (Omit<ImageBuild, 'context'> & { tree: Record<string, string> })[] = [];
  return {
    asked,
    images: {
      ...fake,
      async build({ context, ...build }) {
        asked.push({ ...build, tree: await treeOf(context) });
        return { id: 'sha256:1', size: 1, cachedSteps: 0 };
      },
    },
  };
}

async function contextOf(config: object, more: { files?: Record<string, string>; images?: Images } = {}) {
  const sandbox = await sandboxWith(more.files ?? files);
  return createStepContext({
    config: configOf(dockerBuild.config, config),
    sandbox,
    images: more.images ?? createFakeImages({ present: ['busybox'] }),
  });
}

describe('step.docker_build', () => {
  it('builds, names and tells each instruction in a section', async () => {
    const images = createFakeImages({ present: ['busybox'] });
    const ctx = await contextOf({ tags: ['shop:1'] }, { images });
    const { outputs } = (await dockerBuild.run(ctx)) as { outputs: Record<string, unknown> };
    expect(outputs).toMatchObject({ tags: ['shop:1'], size: 1024, cached_steps: 0 });
    expect((await images.inspect('shop:1'))?.id).toBe(outputs['image_id']);
    expect(ctx.log.sections.map(({ title }) => title)).toEqual([
      '[1/3] FROM busybox',
      '[2/3] COPY app.js /app.js',
      '[3/3] RUN echo built',
    ]);
    expect(ctx.log.sections[2]?.text).toBe('built\n');
    const again = await contextOf({ tags: ['shop:1'] }, { images });
    expect(await dockerBuild.run(again)).toMatchObject({ outputs: { cached_steps: 2 } });
    expect(again.log.lines.map(({ message }) => message)).toContain('[3/3] RUN echo built: taken from the cache');
  });

  it('hands over everything that it was asked for', async () => {
    const { images, asked } = recordingImages();
    const config = {
      tags: ['a:1', 'r.example.com/b'],
      build_args: { V: '1' },
      cache_from: ['r.example.com/b:cache'],
      target: 'web',
      platforms: ['linux/amd64'],
      labels: { 'a.b': 'c' },
      secrets: { token: 's' },
      pull: true,
      no_cache: true,
    };
    await dockerBuild.run(await contextOf(config, { images }));
    const { tree, ...build } = asked[0] ?? { tree: {} };
    expect(build).toEqual({
      dockerfile: 'Dockerfile',
      tags: ['a:1', 'r.example.com/b'],
      buildArgs: { V: '1' },
      cacheFrom: ['r.example.com/b:cache'],
      target: 'web',
      platform: 'linux/amd64',
      labels: { 'a.b': 'c' },
      secrets: { token: 's' },
      pull: true,
      noCache: true,
    });
    expect(tree).toEqual({
      Dockerfile: files.Dockerfile,
      'app.js': 'app',
      bin: '(folder)',
      'bin/start*': 'start',
      node_modules: '(folder)',
      'node_modules/big': '(folder)',
      'node_modules/big/index.js': 'big',
    });
  });

  it('leaves out what .dockerignore says, and takes the Dockerfile along', async () => {
    for (const [config, more, tree] of [
      [{}, { '.dockerignore': '*\n!app.js\n' }, { Dockerfile: files.Dockerfile, 'app.js': 'app' }],
      [
        {},
        { '.dockerignore': '*', 'Dockerfile.dockerignore': '*\n!bin' },
        { Dockerfile: files.Dockerfile, bin: '(folder)', 'bin/start*': 'start' },
      ],
      [
        { context: '/workspace/bin', dockerfile: '../Dockerfile' },
        {},
        { [`.dockerfile-${'0'.repeat(32)}`]: files.Dockerfile, 'start*': 'start' },
      ],
      [{ context: '/workspace/bin', dockerfile: '/workspace/bin/D' }, { 'bin/D': 'x' }, { D: 'x', 'start*': 'start' }],
    ] as const) {
      const { images, asked } = recordingImages();
      await dockerBuild.run(await contextOf(config, { images, files: { ...files, ...more } }));
      expect(asked[0]?.tree).toEqual(tree);
    }
  });

  it('owns files as root, and keeps no mode of the workspace’s folders', async () => {
    const headers: object[] = [];
    const images: Images = {
      ...createFakeImages(),
      async build({ context }) {
        const { tarEntries } = await import('../../src/artifact/tar-entries.ts');
        for await (const entry of tarEntries(context)) {
          const { name, mode, uid, gid, type } = entry.header;
          headers.push({ name, mode, uid, gid, type });
          entry.resume();
        }
        return { id: '1', size: 1, cachedSteps: 0 };
      },
    };
    const ctx = await contextOf({}, { images, files: { Dockerfile: 'x' } });
    await ctx.workspace?.copyIn(
      archiveOf([
        { name: 'd', type: 'directory', mode: 0o2775, uid: 7, gid: 7777 },
        { name: 'd/link', type: 'symlink', linkname: '../Dockerfile' },
        { name: 'd/f', mode: 0o755, uid: 7, gid: 7777 },
      ]),
      '/workspace',
    );
    await dockerBuild.run(ctx);
    expect(headers).toEqual(
      expect.arrayContaining([
        { name: 'd', type: 'directory', mode: 0o775, uid: 0, gid: 0 },
        expect.objectContaining({ name: 'd/link', type: 'symlink' }),
        { name: 'd/f', type: 'file', mode: 0o755, uid: 0, gid: 0 },
      ]),
    );
  });

  it.each([
    [{ dockerfile: 'none' }, 'image.dockerfile_missing'],
    [{ context: '/workspace/none' }, 'sandbox.path_not_found'],
    [{ context: '/workspace/bin', dockerfile: '../../etc/passwd' }, 'sandbox.path_refused'],
    [{ context: '/workspace/../etc' }, 'sandbox.path_refused'],
    [{ context: '/workspace/app.js', dockerfile: '/workspace/Dockerfile' }, 'image.context_invalid'],
    [{ dockerfile: 'bin' }, 'image.context_invalid'],
    [{ tags: ['NOT A NAME'] }, 'image.reference_invalid'],
    [{ platforms: ['linux/s390x'] }, 'image.platform_unsupported'],
  ])('%j fails with %s', async (config, code) => {
    await expect(dockerBuild.run(await contextOf(config))).rejects.toMatchObject({ code });
  });

  it('finds names that are none before anything runs', () => {
    const config = configOf(dockerBuild.config, { tags: ['shop:{{ inputs.tag }}', 'Shop'], cache_from: ['a b'] });
    expect(dockerBuild.check?.(config).map(({ path, code }) => [path, code])).toEqual([
      ['tags[1]', 'image.reference_invalid'],
      ['cache_from[0]', 'image.reference_invalid'],
    ]);
  });
});
