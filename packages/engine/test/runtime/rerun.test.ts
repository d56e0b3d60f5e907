import { describe, expect, it } from '@jest/globals';
import type { PrepareSource } from '../../src/runtime/index.ts';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';

const chain = (count: number) =>
  plan(
    Array.from({ length: count }, (_, position) => ({
      name: `s${position + 1}`,
      type: 'step.container',
      needs: position === 0 ? [] : [`s${position}`],
    })),
  );

/** A world in which `s19` fails at its first attempt; tells every process that is started. */
function failingOnce() {
  const started: string[] = [];
  const bed = harness({
    steps: [containerStep(), step('test', () => {})],
    program: ({ key }) => {
      started.push(`${key.step}.${key.attempt}`);
      return key.step === 's19' && key.attempt === 1 ? 1 : 0;
    },
  });
  return { ...bed, started };
}

describe('running a run again', () => {
  it('starts what failed and what follows it, in the workspace as it stands', async () => {
    const { run, runtime, started, driver } = failingOnce();
    const failed = await run(chain(20), { keepWorkspace: true });
    expect(failed.status).toBe('failed');
    expect(await driver.runs()).toEqual(['run-1']);
    started.length = 0;
    const handle = await runtime.rerun('run-1', { actor: 'local:ann' });
    const state = await handle.done;
    expect(state).toMatchObject({ id: 'run-1', status: 'succeeded', attempt: 2 });
    expect(started).toEqual(['s19.2', 's20.1']);
    expect(await driver.runs()).toEqual([]);
  });

  it('fills and works in a new workspace where the old one is gone', async () => {
    const { run, runtime, started } = failingOnce();
    await run(chain(20));
    started.length = 0;
    let filled = 0;
    const source = () => Promise.resolve({ filled: ++filled });
    const state = await (await runtime.rerun('run-1', { actor: 'local:ann', source })).done;
    expect(state.status).toBe('succeeded');
    expect(filled).toBe(1);
    expect(started).toHaveLength(20);
  });

  it('records nothing of an attempt whose variables cannot be resolved', async () => {
    const { run, runtime, started, events } = failingOnce();
    const given = { ...chain(20), env: { REGION: '{{ env.PLACE }}' } };
    await run(given, { keepWorkspace: true, outerEnv: { PLACE: 'here' } });
    const before = await events({ id: 'run-1' });
    started.length = 0;
    await expect(runtime.rerun('run-1', { actor: 'local:ann' })).rejects.toMatchObject({
      code: expect.stringMatching(/^expression\./),
    });
    expect(await events({ id: 'run-1' })).toEqual(before);
    const again = await runtime.rerun('run-1', { actor: 'local:ann', outerEnv: { PLACE: 'here' } });
    expect((await again.done).status).toBe('succeeded');
    expect(started).toEqual(['s19.2', 's20.1']);
  });

  it('takes up a new plan: what has not changed is reused', async () => {
    const { run, runtime, started } = failingOnce();
    const before = chain(20);
    await run(before, { keepWorkspace: true });
    started.length = 0;
    const now = {
      ...before,
      digest: 'e'.repeat(64),
      steps: before.steps.with(18, { ...before.steps[18]!, config: { fixed: true } }),
    };
    let filled = 0;
    const source = () => Promise.resolve({ filled: ++filled });
    const state = await (await runtime.rerun('run-1', { actor: 'local:ann', plan: now, source })).done;
    expect(state).toMatchObject({ status: 'succeeded', plan: { digest: now.digest } });
    expect(started).toEqual(['s19.2', 's20.1']);
    expect(filled).toBe(1);
    expect(state.steps.get('s18')).toMatchObject({ reused: true, status: 'succeeded' });
  });

  it('whose process dies while files are laid over the workspace keeps what was in it', async () => {
    const { run, runtime, driver, started } = failingOnce();
    await run(chain(20), { keepWorkspace: true });
    const never: PrepareSource = (_workspace, _log, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const handle = await runtime.rerun('run-1', { actor: 'local:ann', plan: chain(20), source: never });
    await handle.detach();
    await expect(handle.done).rejects.toMatchObject({ code: 'run.left' });
    const workspaces: string[] = [];
    const sandbox = await driver.open('run-1');
    const source = () => {
      workspaces.push(sandbox.workspace.id);
      return Promise.resolve({});
    };
    started.length = 0;
    const state = await (await runtime.resume('run-1', { source })).done;
    expect(state.status).toBe('succeeded');
    expect(started).toEqual(['s19.2', 's20.1']);
    expect(workspaces).toHaveLength(1);
  });

  it('hands the outputs of what is kept on', async () => {
    const seen: unknown[] = [];
    let broken = true;
    const { run, runtime } = harness({
      steps: [
        step('give', () => ({ outputs: { answer: 42 } })),
        step('take', ({ config }) => {
          if (broken) throw new Error('broken');
          seen.push(config);
        }),
      ],
    });
    const graph = plan([
      { name: 'give', type: 'step.give', outputs: { answer: { type: 'integer' } } },
      { name: 'take', type: 'step.take', needs: ['give'], config: { answer: '{{ steps.give.answer }}' } },
    ]);
    expect((await run(graph)).status).toBe('failed');
    broken = false;
    const state = await (await runtime.rerun('run-1', { actor: 'local:ann' })).done;
    expect(state.status).toBe('succeeded');
    expect(seen).toEqual([{ answer: 42 }]);
  });

  it('is refused for a run that has not ended, and for a step that there is not', async () => {
    const { start, runtime, clock } = harness({
      steps: [
        step('test', () => ({ wait: { kind: 'timer', deadline: clock.now() + 1_000 } }), {
          resume: () => Promise.resolve({ outputs: {} }),
        }),
      ],
    });
    const handle = await start(plan([{ name: 'waits' }]));
    await expect(runtime.rerun(handle.id, { actor: 'local:ann' })).rejects.toMatchObject({ code: 'run.owned' });
    await until(() => handle.state.status === 'waiting');
    await quiet();
    clock.advance(1_000);
    await handle.done;
    await expect(runtime.rerun(handle.id, { actor: 'local:ann', from: ['nobody'] })).rejects.toMatchObject({
      code: 'run.step_unknown',
    });
  });
});
