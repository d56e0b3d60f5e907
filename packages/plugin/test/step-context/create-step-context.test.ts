import { expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { createFakeSandboxDriver, createStepContext } from '../../src/testing/index.ts';

const sandbox = () => createFakeSandboxDriver({ program: ({ stdout }) => stdout('hello') }).open('run-1');
const process = { image: 'busybox', command: ['true'] } as const;

it('a step starts its one process, and finds the same again', async () => {
  const ctx = createStepContext({ config: {}, sandbox: await sandbox() });
  const started = await ctx.sandbox.start(process);
  expect(await started.wait()).toMatchObject({ exitCode: 0 });
  expect((await ctx.sandbox.start(process)).id).toBe(started.id);
});

it('a step without a sandbox starts nothing', async () => {
  await expect(createStepContext({ config: {} }).sandbox.start(process)).rejects.toMatchObject({
    code: 'sandbox.unavailable',
  });
});

it('a key belongs to the step that stored it first', async () => {
  const build = createStepContext({ config: {}, step: { name: 'build' } });
  await build.artifacts.put('dist', Readable.from(['first']));
  await build.artifacts.put('dist', Readable.from(['second']));
  const other = createStepContext({ config: {}, step: { name: 'other' }, artifacts: build.recorded.artifacts });
  await expect(other.artifacts.put('dist', Readable.from(['x']))).rejects.toMatchObject({ code: 'artifact.exists' });
  expect((await other.artifacts.get('dist')).artifact).toMatchObject({
    size: 6,
    producer: { step: 'build', attempt: 1 },
  });
});

it('what a step says is recorded', async () => {
  const ctx = createStepContext({ config: {} });
  await ctx.log.write('stdout', Buffer.from('before '));
  await ctx.log.section('first');
  await ctx.log.write('stderr', Buffer.from('in'));
  await ctx.log.warn('careful');
  await ctx.checkpoint.set({ at: 1 });
  ctx.progress({ percent: 50 });
  expect(ctx.log.sections).toEqual([{ title: 'first', text: 'in' }]);
  expect(ctx.log.text('stdout')).toBe('before ');
  expect(ctx.log.lines).toEqual([{ level: 'warn', message: 'careful' }]);
  expect(ctx.recorded).toMatchObject({ checkpoint: { at: 1 }, progress: [{ percent: 50 }] });
});
