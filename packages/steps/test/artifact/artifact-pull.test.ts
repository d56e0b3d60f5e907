import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { createMemoryArtifactStore, createStepContext, hostileArchives } from '@cicd/plugin/testing';
import { artifactPull } from '../../src/index.ts';
import { configOf } from '../support/config.ts';
import { treeOf } from '../support/tree-of.ts';
import { archiveOf, sandboxWith } from '../support/workspace.ts';

async function stored() {
  const artifacts = createMemoryArtifactStore();
  const folder = () =>
    archiveOf([
      { name: 'index.html', content: '<p>' },
      { name: 'js/app.js', content: 'app' },
    ]);
  await artifacts.put('run-1', 'dist', folder(), { kind: 'directory', files: 2 });
  await artifacts.put('run-1', 'bin/server', Readable.from(['program']), { mediaType: 'application/x-executable' });
  await artifacts.put('run-0', 'dist', Readable.from(['of another run']));
  return artifacts;
}

async function pull(config: object, run: { readonly previousRunId?: string } = {}, artifacts = stored()) {
  const sandbox = await sandboxWith({ 'kept.txt': 'kept' });
  const ctx = createStepContext({
    sandbox,
    run,
    artifacts: await artifacts,
    lastRuns: { nightly: 'run-0' },
    config: configOf(artifactPull.config, { key: 'dist', dest: '/workspace/into', ...config }),
  });
  const result = await artifactPull.run(ctx);
  return { result, tree: await treeOf(await sandbox.workspace.copyOut('/workspace')) };
}

describe('step.artifact_pull', () => {
  it('unpacks a folder into its destination', async () => {
    const { result, tree } = await pull({});
    expect(tree).toMatchObject({
      'workspace/into/index.html': '<p>',
      'workspace/into/js/app.js': 'app',
      'workspace/kept.txt': 'kept',
    });
    expect(result).toMatchObject({
      outputs: { key: 'dist', files: 2, execution_id: 'run-1', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it.each([
    ['/workspace/tools/run', 'workspace/tools/run*'],
    ['/workspace/tools/', 'workspace/tools/server*'],
    ['/workspace', 'workspace/server*'],
  ])('writes a program to %s', async (dest, path) => {
    expect((await pull({ key: 'bin/server', dest })).tree).toMatchObject({ [path]: 'program' });
  });

  it.each([
    [{ source: 'previous_execution' }, { previousRunId: 'run-0' }],
    [{ source: 'previous_execution', execution_id: '' }, { previousRunId: 'run-0' }],
    [{ source: 'previous_execution', pipeline: 'nightly' }, { previousRunId: 'of-this-pipeline' }],
    [{ source: 'previous_execution', execution_id: 'run-0' }, {}],
    [{ source: 'execution', execution_id: 'run-0' }, {}],
  ])('reads another run with %j', async (config, run) => {
    const { tree, result } = await pull(config, run);
    expect(tree).toMatchObject({ 'workspace/into': 'of another run' });
    expect(result).toMatchObject({ outputs: { execution_id: 'run-0' } });
  });

  it('says that there is no previous run', async () => {
    await expect(pull({ source: 'previous_execution', execution_id: '' })).rejects.toMatchObject({
      code: 'artifact.no_previous_run',
      family: 'step',
    });
    await expect(pull({ source: 'previous_execution', pipeline: 'weekly' })).rejects.toMatchObject({
      code: 'artifact.no_previous_run',
      message: expect.stringContaining('weekly'),
    });
  });

  it('lists the keys that exist', async () => {
    await expect(pull({ key: 'dits' })).rejects.toMatchObject({
      code: 'artifact.not_found',
      hint: 'It has: bin/server, dist.',
    });
  });

  it.each(['dist', 'bin/server'])('detects damage of %s', async (key) => {
    const artifacts = await stored();
    artifacts.flipBit('run-1', key);
    await expect(pull({ key }, {}, Promise.resolve(artifacts))).rejects.toMatchObject({ code: 'artifact.corrupt' });
  });

  it('unpacks nothing of a hostile artifact, however harmless it begins', async () => {
    const artifacts = await stored();
    const hostile = Object.values(hostileArchives).flat();
    for (const [index, one] of hostile.entries()) {
      const key = `hostile-${index}`;
      await artifacts.put('run-1', key, Readable.from([one.hostile]), { kind: 'directory' });
      const sandbox = await sandboxWith({});
      const config = configOf(artifactPull.config, { key, dest: '/workspace/into' });
      const ctx = createStepContext({ sandbox, artifacts, config });
      await expect(artifactPull.run(ctx)).rejects.toMatchObject({ code: one.code });
      await expect(sandbox.workspace.copyOut('/workspace/into')).rejects.toMatchObject({
        code: 'sandbox.path_not_found',
      });
    }
    expect(hostile.length).toBeGreaterThan(200);
  });

  it('refuses an archive that climbs out, and a destination outside', async () => {
    const artifacts = await stored();
    await artifacts.put('run-1', 'hostile', archiveOf([{ name: '../../etc/passwd', content: 'x' }]), {
      kind: 'directory',
    });
    await expect(pull({ key: 'hostile' }, {}, Promise.resolve(artifacts))).rejects.toMatchObject({
      code: 'archive.entry_refused',
    });
    await expect(pull({ dest: '/workspace/../etc' })).rejects.toMatchObject({ code: 'sandbox.path_refused' });
  });

  it('checks the fields that belong together', () => {
    const check = (config: object) =>
      artifactPull.check?.(configOf(artifactPull.config, { key: 'k', dest: '/workspace', ...config }));
    expect(check({ source: 'execution' })).toHaveLength(1);
    expect(check({ execution_id: 'run-0' })).toHaveLength(1);
    expect(check({ source: 'previous_execution', execution_id: '' })).toEqual([]);
    expect(check({ source: 'previous_execution', pipeline: 'nightly' })).toEqual([]);
    expect(check({ source: 'current_execution', pipeline: 'nightly' })).toMatchObject([{ path: 'pipeline' }]);
  });
});
