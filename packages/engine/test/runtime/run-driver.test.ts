import { describe, expect, it } from '@jest/globals';
import { ConfigError, EngineError, StepFailure } from '@cicd/plugin';
import { Type } from 'typebox';
import { replay } from '../../src/run/evolve.ts';
import { plan } from '../run/plan-builder.ts';
import { snapshot } from '../run/simulation.ts';
import { containerStep, harness, step, until } from './harness.ts';

const ok = step('test', (ctx) => ({ outputs: { said: (ctx.config as { say?: string }).say ?? '' } }));

describe('a run', () => {
  it('goes from its plan to its outputs', async () => {
    const given = harness({ steps: [ok] });
    const state = await given.run(
      plan(
        [
          { name: 'a', config: { say: '{{ inputs.word }}' } },
          { name: 'b', needs: ['a'], config: { say: '{{ steps.a.said }}!' } },
        ],
        { inputs: { word: 'hello' }, outputs: { last: '{{ steps.b.said }}', count: '{{ steps.a.attempts }}' } },
      ),
    );
    expect(state).toMatchObject({ status: 'succeeded', outputs: { last: 'hello!', count: 1 }, warning: false });
    expect(await given.store.list()).toMatchObject([
      { id: 'run-1', status: 'succeeded', project: '/demo', attempt: 1 },
    ]);
  });

  it('is the fold of what is stored', async () => {
    const given = harness({
      steps: [ok, step('bad', () => Promise.reject(new StepFailure({ code: 'step.command_failed', message: 'no' })))],
    });
    const graph = plan([
      { name: 'a' },
      { name: 'b', type: 'step.bad', needs: ['a'] },
      { name: 'c', needs: ['b'] },
      { name: 'd', needs: ['b'], if: 'always()' },
    ]);
    const state = await given.run(graph);
    expect(snapshot(replay(graph, await given.events(state)))).toEqual(snapshot(state));
  });

  it('tells its listener every event in order, after it is stored', async () => {
    const given = harness({ steps: [ok] });
    const heard: number[] = [];
    const state = await given.run(plan([{ name: 'a' }]), {
      listener: { event: ({ sequence }) => heard.push(sequence) },
    });
    const stored = await given.events(state);
    expect(stored.map(({ type }) => type)).toEqual([
      'run.created',
      'run.started',
      'source.prepared',
      'step.started',
      'step.finished',
      'run.finished',
    ]);
    expect(heard).toEqual(stored.map((_, position) => position + 1));
  });

  it('stores the intent before the step runs, and the process before it starts', async () => {
    const seen: string[] = [];
    const given = harness({
      steps: [containerStep()],
      before: async (operation, of) => {
        if (operation !== 'create' && operation !== 'start') return;
        const stored = await given.events({ id: 'run-1' });
        seen.push(`${operation} ${of}: ${stored.at(-1)?.type}`);
      },
    });
    const state = await given.run(plan([{ name: 'a', type: 'step.container' }]));
    expect(seen).toEqual(['create a: step.started', 'start a: step.created']);
    expect(state.steps.get('a')).toMatchObject({ status: 'succeeded', exitCode: 0 });
  });

  it('refuses to start without its secrets, and with a step that does not exist', async () => {
    const { start, store } = harness({ steps: [ok] });
    await expect(start(plan([], { secrets: ['TOKEN'] }))).rejects.toMatchObject({ code: 'run.secret_missing' });
    await expect(start(plan([{ name: 'a' }]), { only: ['b'] })).rejects.toMatchObject({ code: 'run.step_unknown' });
    expect(await store.list()).toEqual([]);
  });

  it('runs only what is selected', async () => {
    const graph = plan([{ name: 'a' }, { name: 'b', needs: ['a'] }, { name: 'c', needs: ['b'] }, { name: 'd' }]);
    const only = await harness({ steps: [ok] }).run(graph, { only: ['b'] });
    expect([...only.steps.values()].map(({ status, reason }) => reason ?? status)).toEqual([
      'selection',
      'succeeded',
      'selection',
      'selection',
    ]);
    const from = await harness({ steps: [ok] }).run(graph, { from: ['b'] });
    expect([...from.steps.values()].map(({ status, reason }) => reason ?? status)).toEqual([
      'selection',
      'succeeded',
      'succeeded',
      'selection',
    ]);
    expect(from.status).toBe('succeeded');
  });

  it('fills the workspace first, and says with what', async () => {
    const given = harness({
      steps: [
        step('test', ({ run, env }) => ({
          outputs: { commit: run.source?.commit ?? '', seen: env['CICD_COMMIT'] ?? '' },
        })),
      ],
    });
    const state = await given.run(plan([{ name: 'a' }]), {
      source: async (workspace, log) => {
        await log.info(`into ${workspace.id}`);
        return { commit: 'c0ffee', branch: 'main', dirty: false };
      },
    });
    expect(state.source).toEqual({ commit: 'c0ffee', branch: 'main', dirty: false });
    expect(state.steps.get('a')?.outputs).toEqual({ commit: 'c0ffee', seen: 'c0ffee' });
    expect(given.logs.text('source')).toBe('i into run-1/\n');
    expect(state.sourceLog?.lines).toBe(1);
  });

  it('fails without a step when its source fails', async () => {
    const state = await harness({ steps: [ok] }).run(plan([{ name: 'a' }, { name: 'b', if: 'always()' }]), {
      source: () => Promise.reject(new ConfigError({ code: 'run.source_failed', message: 'no such folder' })),
    });
    expect(state).toMatchObject({ status: 'failed', error: { code: 'run.source_failed', message: 'no such folder' } });
    expect([...state.steps.values()].map(({ reason }) => reason)).toEqual(['stopped', 'stopped']);
  });

  it('fails when its outputs cannot be had', async () => {
    const state = await harness({ steps: [ok] }).run(
      plan([{ name: 'a' }], { outputs: { x: '{{ steps.a.nothing }}' } }),
    );
    expect(state).toMatchObject({ status: 'failed', error: { code: 'expression.missing_value' } });
  });

  it('shows a matrix as one group to what follows', async () => {
    const state = await harness({ steps: [ok] }).run(
      plan([
        {
          name: 'test',
          matrix: { combinations: [{ node: '22' }, { node: '24' }], maxParallel: 1 },
          config: { say: 'on {{ matrix.node }}' },
        },
        { name: 'after', needs: ['test'], config: { say: '{{ json(steps.test) }}' } },
      ]),
    );
    expect(JSON.parse(state.steps.get('after')?.outputs?.['said'] as string)).toEqual({
      status: 'succeeded',
      passed: true,
      matrix: [
        { values: { node: '22' }, status: 'succeeded', passed: true, outputs: { said: 'on 22' } },
        { values: { node: '24' }, status: 'succeeded', passed: true, outputs: { said: 'on 24' } },
      ],
    });
  });

  it('judges conditions with the values of the run', async () => {
    const state = await harness({ steps: [ok] }).run(
      plan([
        { name: 'a', config: { say: 'yes' } },
        { name: 'b', needs: ['a'], if: "steps.a.said == 'yes'" },
        { name: 'c', needs: ['a'], skipIf: "steps.a.said == 'yes'" },
        { name: 'd', needs: ['c'], if: 'steps.c.said == ""', places: { if: { line: 9, column: 3 } } },
      ]),
    );
    expect([...state.steps.values()].map(({ status, reason }) => reason ?? status)).toEqual([
      'succeeded',
      'succeeded',
      'condition',
      'failed',
    ]);
    expect(state.steps.get('d')).toMatchObject({
      attempt: 0,
      error: { code: 'expression.missing_value', place: { path: 'if', line: 9, column: 3 } },
    });
  });

  it('fails a step whose template has no value, at its place, without a retry', async () => {
    const state = await harness({ steps: [ok] }).run(
      plan([
        {
          name: 'a',
          config: { say: '{{ inputs.nothing }}' },
          retry: { maxAttempts: 3 },
          places: { 'config.say': { line: 4, column: 7 } },
        },
      ]),
    );
    expect(state.steps.get('a')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'expression.missing_value', place: { path: 'config.say', line: 4, column: 7 } },
    });
  });

  it('validates the resolved configuration and fills its defaults in', async () => {
    const typed = step('typed', ({ config }) => ({ outputs: { ...(config as object) } }), {
      config: Type.Object(
        { count: Type.Integer(), level: Type.String({ default: 'info' }) },
        { additionalProperties: false },
      ),
    });
    const good = await harness({ steps: [typed] }).run(
      plan([{ name: 'a', type: 'step.typed', config: { count: '{{ inputs.n }}' } }], { inputs: { n: 2 } }),
    );
    expect(good.steps.get('a')?.outputs).toEqual({ count: 2, level: 'info' });
    const bad = await harness({ steps: [typed] }).run(
      plan(
        [
          {
            name: 'a',
            type: 'step.typed',
            config: { count: '{{ inputs.n }}' },
            places: { 'config.count': { line: 2, column: 1 } },
          },
        ],
        { inputs: { n: 'two' } },
      ),
    );
    expect(bad.steps.get('a')?.error).toMatchObject({
      code: 'step.config_invalid',
      place: { path: 'config.count', line: 2, column: 1 },
    });
  });

  it('hands variables, environment and secrets to the step, and hides the secrets from everything it keeps', async () => {
    const leaky = step('leaky', async (ctx) => {
      await ctx.log.info(ctx.env['TOKEN'] ?? '');
      throw new StepFailure({ code: 'step.command_failed', message: `bad ${ctx.env['TOKEN']} and ${ctx.env['V1']}` });
    });
    const given = harness({ steps: [leaky] });
    const state = await given.run(
      plan([{ name: 'a', type: 'step.leaky', variables: { V1: '{{ inputs.word }} {{ env.OUTER }}' } }], {
        inputs: { word: 'w' },
        env: { TOKEN: '{{ secrets.TOKEN }}' },
        secrets: ['TOKEN'],
      }),
      { secrets: { TOKEN: 'hunter2hunter2' }, outerEnv: { OUTER: 'o' } },
    );
    expect(state.steps.get('a')?.error?.message).toBe('bad *** and w o');
    expect(given.logs.text('a')).toBe('i ***\n');
    expect(JSON.stringify(await given.events(state))).not.toContain('hunter2');
  });

  it('keeps the secrets of the pipeline out of the configuration of its containers', async () => {
    let env: Readonly<Record<string, string>> | undefined;
    const given = harness({
      steps: [containerStep()],
      program: (context) => {
        env = context.config.env;
        return 0;
      },
    });
    await given.run(
      plan([{ name: 'a', type: 'step.container' }], { env: { TOKEN: '{{ secrets.TOKEN }}' }, secrets: ['TOKEN'] }),
      { secrets: { TOKEN: 'hunter2hunter2' } },
    );
    expect(env).toEqual({
      CI: 'true',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      CICD_RUN_ID: 'run-1',
      CICD_PIPELINE: 'demo',
      CICD_STEP: 'a',
      CICD_ATTEMPT: '1',
    });
  });

  it('reports a surprising error as a defect of the step', async () => {
    const state = await harness({ steps: [step('test', () => Promise.reject(new TypeError('x is undefined')))] }).run(
      plan([{ name: 'a' }]),
    );
    expect(state.steps.get('a')?.error).toMatchObject({ code: 'step.unexpected', message: 'x is undefined' });
  });

  it('starts no more containers at once than allowed, and runs in turn', async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const given = harness({
      steps: [containerStep()],
      limits: { containers: 2 },
      program: async ({ run }) => {
        order.push(run);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
    });
    const wide = plan(Array.from({ length: 6 }, (_, n) => ({ name: `s${n}`, type: 'step.container' })));
    const [first, second] = await Promise.all([given.start(wide), given.start(wide)]);
    await Promise.all([first.done, second.done]);
    expect(most).toBe(2);
    expect(order.slice(2, 8).filter((run) => run === second.id)).toHaveLength(3);
  });

  it('makes ready what comes next while a step runs, once for each step', async () => {
    const prepared: string[] = [];
    const given = harness({ steps: [ok] });
    const driver = {
      ...given.driver,
      open: async (run: string) => {
        const sandbox = await given.driver.open(run);
        return { ...sandbox, prepare: (image: string) => Promise.resolve(void prepared.push(image)) };
      },
    };
    await harness({ steps: [ok], ports: { sandboxes: () => driver } }).run(
      plan([
        { name: 'a', images: ['one'] },
        { name: 'b', needs: ['a'], images: ['one', 'two'] },
        { name: 'c', needs: ['b'], images: ['three'] },
      ]),
      { source: () => Promise.resolve({}) },
    );
    expect(prepared).toEqual(['one', 'one', 'two', 'three']);
  });

  it('gives a step the run’s workspace, a copy that is dropped at its end, or none', async () => {
    const seen: (string | undefined)[] = [];
    const left: string[][] = [];
    const given = harness({
      steps: [
        step('test', ({ workspace }) => {
          seen.push(workspace?.id);
          left.push([...given.engine.open('fake', 'run-1').workspaces.keys()]);
        }),
      ],
    });
    await given.run(
      plan([
        { name: 'shared' },
        { name: 'copy', needs: ['shared'], workspace: 'copy' },
        {
          name: 'many',
          needs: ['copy'],
          workspace: 'copy',
          matrix: { combinations: [{ n: 1 }, { n: 2 }], maxParallel: 1 },
        },
        { name: 'late', needs: ['many'], if: 'true' },
        { name: 'none', needs: ['late'], workspace: 'none' },
      ]),
    );
    expect(seen).toEqual(['run-1/', 'run-1/copy-1', 'run-1/many.0-1', 'run-1/many.1-1', 'run-1/', undefined]);
    expect(left.at(-1)).toEqual(['']);
  });

  it('leaves nothing behind, but the workspace of a failed run where that is asked for', async () => {
    const bad = step('test', () => Promise.reject(new StepFailure({ code: 'step.command_failed', message: 'no' })));
    const good = harness({ steps: [ok] });
    await good.run(plan([{ name: 'a' }]), { keepWorkspace: true });
    expect(good.engine.runs('fake').size).toBe(0);
    const failed = harness({ steps: [bad] });
    await failed.run(plan([{ name: 'a' }]), { keepWorkspace: true });
    expect([...failed.engine.runs('fake').values()].map(({ workspaces }) => [...workspaces.keys()])).toEqual([['']]);
  });

  it('opens no log for a step that says nothing', async () => {
    const given = harness({ steps: [ok] });
    await given.run(plan([{ name: 'a' }]));
    expect(given.logs.opened).toEqual([]);
  });

  it('refuses an artifact key that another step holds, and lets the next attempt replace its own', async () => {
    const { Readable } = await import('node:stream');
    const put = step('put', async (ctx) => {
      await ctx.artifacts.put('dist', Readable.from(['x']));
      if (ctx.step.name === 'a' && ctx.step.attempt === 1)
        throw new StepFailure({ code: 'step.command_failed', message: 'once more' });
    });
    const given = harness({ steps: [put] });
    const started = await given.start(
      plan([
        { name: 'a', type: 'step.put', retry: { maxAttempts: 2, delay: 0 } },
        { name: 'b', type: 'step.put', needs: ['a'] },
      ]),
    );
    const state = await started.done;
    expect(state.steps.get('a')).toMatchObject({ status: 'succeeded' });
    expect(state.steps.get('b')?.error?.code).toBe('artifact.exists');
    expect(await given.artifacts.list(state.id)).toMatchObject([{ key: 'dist', producer: { step: 'a', attempt: 2 } }]);
  });

  it('stops being driven when another process has claimed it', async () => {
    const gate = Promise.withResolvers<void>();
    const given = harness({ steps: [step('test', () => gate.promise)] });
    const handle = await given.start(plan([{ name: 'a' }]));
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await given.store.claim(handle.id, 'another', await given.store.holder(handle.id));
    gate.resolve();
    await expect(handle.done).rejects.toMatchObject({ code: 'run.not_owner' });
    await expect(handle.cancel('user')).rejects.toBeInstanceOf(EngineError);
  });
});
