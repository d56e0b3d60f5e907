import { describe, expect, it } from '@jest/globals';
import { EngineError, StepFailure, type StepContext } from '@cicd/plugin';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';

const one = (type: string, rest: object = {}) => plan([{ name: 'a', type: `step.${type}`, ...rest }]);

describe('what a step is given', () => {
  it('says which attempt of which run it is, with a token of its own', async () => {
    let seen: StepContext | undefined;
    const given = harness({ steps: [step('look', (ctx) => void (seen = ctx))] });
    await given.run(
      plan(
        [{ name: 'a', type: 'step.look', matrix: { combinations: [{ n: 1 }] }, outputs: { x: { type: 'string' } } }],
        { inputs: { word: 'w' } },
      ),
    );
    expect(seen?.run).toEqual({
      id: 'run-1',
      pipeline: 'demo',
      attempt: 1,
      inputs: { word: 'w' },
      trigger: { type: 'manual' },
      source: {},
    });
    expect(seen?.step).toEqual({
      key: 'a.0',
      name: 'a',
      attempt: 1,
      token: '2'.padStart(32, '0'),
      declaredOutputs: { x: { type: 'string' } },
    });
  });

  it('knows the last run that succeeded', async () => {
    const seen: (string | undefined)[] = [];
    const given = harness({ steps: [step('look', ({ run }) => void seen.push(run.previousRunId))] });
    await given.run(one('look'));
    await given.run(one('look', { config: { id: '{{ .PreviousExecutionID }}' } }));
    expect(seen).toEqual([undefined, 'run-1']);
  });

  it('keeps its checkpoint, durable and masked, before it goes on', async () => {
    const seen: unknown[] = [];
    const notes = step('notes', async ({ checkpoint }) => {
      seen.push(await checkpoint.get());
      await checkpoint.set({ note: 'with hunter2hunter2' });
      seen.push((await given.events({ id: 'run-1' })).at(-1)?.type, await checkpoint.get());
    });
    const given = harness({ steps: [notes] });
    await given.run(plan([{ name: 'a', type: 'step.notes' }], { secrets: ['S'] }), {
      secrets: { S: 'hunter2hunter2' },
    });
    expect(seen).toEqual([undefined, 'step.checkpointed', { note: 'with ***' }]);
  });

  it('shows its progress live, masked, and stores none of it', async () => {
    const told: unknown[] = [];
    const given = harness({ steps: [step('loud', ({ progress }) => progress({ done: 1, of: 'hunter2hunter2' }))] });
    const state = await given.run(plan([{ name: 'a', type: 'step.loud' }], { secrets: ['S'] }), {
      secrets: { S: 'hunter2hunter2' },
      listener: { progress: (key, data) => told.push([key, data]) },
    });
    expect(told).toEqual([['a', { done: 1, of: '***' }]]);
    expect((await given.events(state)).some(({ type }) => type.includes('progress'))).toBe(false);
  });

  it('has one process for an attempt', async () => {
    const greedy = step('greedy', async ({ sandbox }) => {
      await sandbox.start({ image: 'busybox', command: ['true'] });
      await sandbox.start({ image: 'busybox', command: ['true'] });
    });
    const given = harness({ steps: [greedy] });
    const state = await given.run(one('greedy'));
    expect(state.steps.get('a')?.error?.code).toBe('sandbox.name_taken');
    expect(given.engine.runs('fake').size).toBe(0);
  });

  it('waits for a container’s place, also when its type does not say that it has one', async () => {
    const starts: string[] = [];
    const end = Promise.withResolvers<void>();
    const shy = step('shy', async ({ sandbox }) => {
      const process = await sandbox.start({ image: 'busybox', command: ['true'] });
      await process.wait();
    });
    const given = harness({
      steps: [containerStep(), shy],
      limits: { containers: 1 },
      program: ({ key }) => {
        starts.push(key.step);
        return key.step === 'a' ? end.promise : undefined;
      },
    });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.container' },
        { name: 'b', type: 'step.shy' },
      ]),
    );
    await quiet();
    expect(starts).toEqual(['a']);
    end.resolve();
    expect((await handle.done).status).toBe('succeeded');
    expect(starts).toEqual(['a', 'b']);
  });

  it('has its process ended with it', async () => {
    let ended = false;
    const careless = step(
      'careless',
      async ({ sandbox }) => void (await sandbox.start({ image: 'busybox', command: ['sleep'] })),
    );
    const given = harness({
      steps: [careless],
      program: ({ signal }) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(void (ended = true)))),
    });
    expect((await given.run(one('careless'))).status).toBe('succeeded');
    expect(ended).toBe(true);
  });

  it('loses its log when it does not end with its attempt', async () => {
    let late: Promise<void> | undefined;
    const told = Promise.withResolvers<void>();
    const deaf = step('deaf', async ({ log }) => {
      await log.info('before');
      await told.promise;
      late = log.info('after');
      await late;
    });
    const given = harness({ steps: [deaf] });
    const handle = await given.start(one('deaf', { timeout: 1_000 }));
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    await quiet();
    given.clock.advance(40_000);
    await handle.done;
    told.resolve();
    await until(() => late !== undefined);
    await expect(late).rejects.toMatchObject({ code: 'step.cancelled' });
    expect(given.logs.text('a')).toBe('i before\n');
  });

  it('fails with its log when that cannot be kept', async () => {
    const given = harness({ steps: [step('loud', ({ log }) => log.info('hello'))] });
    given.logs.beforeClose = () => {
      throw new EngineError({ code: 'sandbox.engine_failed', message: 'the log is full' });
    };
    const state = await given.run(one('loud'));
    expect(state.steps.get('a')).toMatchObject({ status: 'failed', error: { message: 'the log is full' } });
  });

  it('may store an artifact after it was told to end', async () => {
    const { Readable } = await import('node:stream');
    const careful = step('careful', async ({ signal, artifacts }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await artifacts.put('report', Readable.from(['what I know']));
    });
    const given = harness({ steps: [careful] });
    const handle = await given.start(one('careful', { timeout: 1_000 }));
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    expect((await handle.done).steps.get('a')?.error?.code).toBe('step.timeout');
    expect(await given.artifacts.list('run-1')).toMatchObject([{ key: 'report' }]);
  });

  it('may keep a shorter deadline of its own, which is a timeout like the other', async () => {
    const strict = step('strict', () => Promise.reject(new StepFailure({ code: 'step.timeout', message: 'too slow' })));
    const given = harness({ steps: [strict] });
    const handle = await given.start(one('strict', { retry: { maxAttempts: 2, delay: 0, on: ['timeout'] } }));
    expect((await handle.done).steps.get('a')).toMatchObject({ status: 'failed', attempt: 2 });
  });

  it('may leave outputs with its failure', async () => {
    const strict = step('strict', () =>
      Promise.reject(
        new StepFailure({ code: 'step.command_failed', message: 'too many', details: { outputs: { findings: 3 } } }),
      ),
    );
    const state = await harness({
      steps: [strict, step('test', ({ config }) => ({ outputs: { ...(config as object) } }))],
    }).run(
      plan([
        { name: 'a', type: 'step.strict' },
        { name: 'b', needs: ['a'], if: 'always()', config: { n: '{{ steps.a.findings }}' } },
      ]),
    );
    expect(state.steps.get('b')?.outputs).toEqual({ n: 3 });
  });

  it('fails when its type waits and cannot go on', async () => {
    const given = harness({ steps: [step('stuck', () => ({ wait: { kind: 'timer', deadline: 0 } }))] });
    expect((await given.run(one('stuck'))).steps.get('a')?.error).toMatchObject({ code: 'step.unexpected' });
  });

  it('of an unknown type fails', async () => {
    expect((await harness().run(one('nothing'))).steps.get('a')?.error?.code).toBe('step.unknown_type');
  });
});

describe('a listener', () => {
  it('hears of a log when there is one to follow', async () => {
    const logs: unknown[] = [];
    const given = harness({ steps: [step('loud', ({ log }) => log.info('hello')), step('test', () => {})] });
    await given.run(plan([{ name: 'a' }, { name: 'b', type: 'step.loud' }]), {
      listener: { log: (key) => logs.push(key) },
    });
    expect(logs).toEqual([{ run: 'run-1', step: 'b', attempt: 1 }]);
  });

  it('is told until it asks not to be', async () => {
    const gate = Promise.withResolvers<void>();
    const given = harness({ steps: [step('test', () => gate.promise)] });
    const handle = await given.start(plan([{ name: 'a' }]));
    const heard: string[] = [];
    const stop = handle.subscribe({ event: ({ event }) => heard.push(event.type) });
    await until(() => heard.length === 2);
    stop();
    gate.resolve();
    await handle.done;
    expect(heard).toEqual(['source.prepared', 'step.started']);
  });
});
