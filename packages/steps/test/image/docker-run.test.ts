import { describe, expect, it } from '@jest/globals';
import type { ImageDetails, ProcessConfig } from '@cicd/plugin';
import { createFakeImages, createStepContext, type FakeProgram } from '@cicd/plugin/testing';
import { dockerRun } from '../../src/index.ts';
import { configOf } from '../support/config.ts';
import { sandboxOf } from '../support/local-shell.ts';

const details: Partial<ImageDetails> = { entrypoint: ['serve'], command: ['--all'], workDir: '/app' };

async function run(config: object, program: FakeProgram = () => 0, image: Partial<ImageDetails> = details) {
  const asked: ProcessConfig[] = [];
  const fake = createFakeImages({ present: ['shop:1'] });
  const ctx = createStepContext({
    config: configOf(dockerRun.config, { image: 'shop:1', ...config }),
    sandbox: await sandboxOf((parts) => {
      asked.push(parts.config);
      return program(parts);
    }),
    images: {
      ...fake,
      async inspect(name) {
        const found = await fake.inspect(name);
        return found && { ...found, ...image };
      },
    },
    env: { CI: 'true' },
  });
  const result = await dockerRun.run(ctx).catch((error: unknown) => ({ error }));
  return { ctx, result, asked: asked[0] };
}

describe('step.docker_run', () => {
  it.each([
    [{}, ['serve', '--all']],
    [{ command: ['--one'] }, ['serve', '--one']],
    [{ command: [] }, ['serve']],
    [{ entrypoint: ['sh'] }, ['sh']],
    [{ entrypoint: ['sh', '-c'], command: ['exit'] }, ['sh', '-c', 'exit']],
  ])('%j runs %j', async (config, command) => {
    expect((await run(config)).asked?.command).toEqual(command);
  });

  it('hands over variables and files, limits and network', async () => {
    const config = {
      env: { A: '1' },
      secret_files: { KEY: 'k' },
      memory_limit: '64MiB',
      cpu_limit: 0.5,
      network_mode: 'none',
    };
    const { asked, result } = await run(config);
    expect(asked).toMatchObject({
      image: 'shop:1',
      launch: { env: { CI: 'true', A: '1' }, secretFiles: { KEY: 'k' }, workDir: '/app' },
      memoryLimit: 64 * 2 ** 20,
      cpuLimit: 0.5,
      networkMode: 'none',
    });
    expect(result).toMatchObject({ outputs: { exit_code: 0 } });
  });

  it('shows what the program says', async () => {
    const { ctx } = await run({}, ({ stdout, stderr }) => {
      stdout('out\n');
      stderr('err\n');
      return 0;
    });
    expect([ctx.log.text('stdout'), ctx.log.text('stderr')]).toEqual(['out\n', 'err\n']);
  });

  it.each<[string, FakeProgram, object]>([
    ['another exit code', () => 3, { code: 'step.command_failed', details: { exit_code: 3 } }],
    ['the memory limit', () => ({ exitCode: 137, outOfMemory: true }), { code: 'step.out_of_memory' }],
    ['an exit code that the launcher has too', () => 97, { code: 'step.command_failed' }],
    [
      'an input that broke off',
      ({ stderr }) => {
        stderr('cicd: the input broke off\n');
        return 97;
      },
      { code: 'step.input_lost', retryable: true },
    ],
  ])('fails with %s', async (_, program, error) => {
    expect((await run({}, program)).result).toMatchObject({ error });
  });

  it('says when an image names no program, and when there is no image', async () => {
    const nameless = { entrypoint: [], command: [] };
    expect((await run({}, () => 0, nameless)).result).toMatchObject({ error: { code: 'step.config_invalid' } });
    expect((await run({ image: 'none.example/x' })).result).toMatchObject({ error: { code: 'sandbox.image_missing' } });
  });

  it.each([
    [{ mounts: ['/:/host'] }, 'mounts'],
    [{ network_mode: 'host' }, 'network_mode'],
    [{ env: { CICD_RUN_ID: 'x' } }, 'env.CICD_RUN_ID'],
    [{ env: { A: '1' }, secret_files: { A: '2' } }, 'secret_files.A'],
  ])('%j is refused, before a run and in it', async (config, path) => {
    expect(dockerRun.check?.(configOf(dockerRun.config, { image: 'x', ...config })).map((each) => each.path)).toEqual([
      path,
    ]);
    const { result, asked } = await run(config);
    expect(result).toMatchObject({ error: { code: 'step.config_invalid' } });
    expect(asked).toBeUndefined();
  });
});
