import { describe, expect, it } from '@jest/globals';
import { EngineError, StepFailure, type StepContext, type StepResult } from '@cicd/plugin';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';

const ok = step('test', () => {});
/** Ends only when it is told to. */
const endless = step(
  'endless',
  ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
);
/** Does not listen to its signal. */
const deaf = step('deaf', () => new Promise<void>(() => {}));
/** Its container ends at SIGTERM. */
const polite = ({ signal }: { signal: AbortSignal }) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
const stubborn = () => new Promise<void>(() => {});

const statuses = (state: { steps: ReadonlyMap<string, { status: string; reason?: string | undefined }> }) =>
  [...state.steps.values()].map(({ status, reason }) => reason ?? status);

describe('a timeout', () => {
  it('of a step ends it at its deadline, and counts as a failure', async () => {
    const given = harness({ steps: [endless, ok] });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.endless', timeout: 5_000 },
        { name: 'b', needs: ['a'] },
      ]),
    );
    await until(() => given.clock.waiting > 0);
    given.clock.advance(4_999);
    await quiet();
    expect(handle.state.steps.get('a')?.status).toBe('running');
    given.clock.advance(1);
    const state = await handle.done;
    expect(state.steps.get('a')).toMatchObject({
      status: 'failed',
      durationMs: 5_000,
      error: { code: 'step.timeout' },
    });
    expect(statuses(state)).toEqual(['failed', 'upstream']);
  });

  it('is what the configuration says when the step does not, and an hour otherwise', async () => {
    const given = harness({ steps: [ok] });
    const handle = await given.start(plan([{ name: 'a', config: { timeout: '90s' } }, { name: 'b' }]));
    await handle.done;
    const starts = (await given.events(handle)).flatMap((event) =>
      event.type === 'step.started' ? [(event.deadline ?? 0) - event.at] : [],
    );
    expect(starts).toEqual([90_000, 3_600_000]);
  });

  it('stops the container, kills it after the grace period, and says how it ended', async () => {
    const given = harness({ steps: [containerStep()], program: stubborn });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container', timeout: 1_000 }]));
    await until(() => handle.state.steps.get('a')?.current?.process !== undefined && given.clock.waiting > 0);
    await quiet();
    given.clock.advance(1_000);
    await quiet();
    expect(handle.state.steps.get('a')?.status).toBe('running');
    given.clock.advance(10_000);
    const state = await handle.done;
    expect(state.steps.get('a')).toMatchObject({ status: 'failed', exitCode: 137, error: { code: 'step.timeout' } });
    expect(given.engine.runs('fake').size).toBe(0);
  });

  it('leaves a step to itself that does not react', async () => {
    const given = harness({ steps: [deaf] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.deaf', timeout: 1_000 }]));
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    await quiet();
    given.clock.advance(40_000);
    expect((await handle.done).steps.get('a')?.error?.code).toBe('step.timeout');
  });

  it('is retried where it is a cause to retry', async () => {
    const given = harness({ steps: [endless] });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.endless', timeout: 1_000, retry: { maxAttempts: 2, delay: 500, on: ['timeout'] } },
      ]),
    );
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    await until(() => handle.state.steps.get('a')?.retryAt !== undefined);
    given.clock.advance(500);
    await until(
      () =>
        handle.state.steps.get('a')?.attempt === 2 &&
        handle.state.steps.get('a')?.current !== undefined &&
        given.clock.waiting > 0,
    );
    await quiet();
    given.clock.advance(1_000);
    expect((await handle.done).steps.get('a')).toMatchObject({ status: 'failed', attempt: 2 });
  });

  it('of the pipeline ends the run as failed; always() steps still run', async () => {
    const given = harness({ steps: [endless, ok] });
    const handle = await given.start(
      plan(
        [
          { name: 'a', type: 'step.endless' },
          { name: 'b', needs: ['a'], if: 'always()' },
        ],
        { timeout: 60_000 },
      ),
    );
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await quiet();
    given.clock.advance(60_000);
    const state = await handle.done;
    expect(state).toMatchObject({ status: 'failed', error: { code: 'run.timeout' }, cancel: { cause: 'timeout' } });
    expect(statuses(state)).toEqual(['cancelled', 'succeeded']);
  });

  it('does not lose to a success that comes too late', async () => {
    const late = step(
      'late',
      ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    const given = harness({ steps: [late] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.late', timeout: 1_000 }]));
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    expect((await handle.done).steps.get('a')).toMatchObject({ status: 'failed', error: { code: 'step.timeout' } });
  });
});

describe('a cancel', () => {
  it('ends what runs, skips the rest, and leaves nothing', async () => {
    const given = harness({ steps: [containerStep(), ok], program: polite });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.container' },
        { name: 'b', needs: ['a'] },
        { name: 'c', needs: ['a'], if: 'always()' },
      ]),
    );
    await until(() => handle.state.steps.get('a')?.current?.process !== undefined);
    await quiet();
    await handle.cancel('user');
    const state = await handle.done;
    expect(state.status).toBe('cancelled');
    expect(statuses(state)).toEqual(['cancelled', 'stopped', 'succeeded']);
    expect(given.engine.runs('fake').size).toBe(0);
    expect((await given.events(handle)).at(-1)).toMatchObject({
      type: 'run.finished',
      status: 'cancelled',
      cause: 'user',
    });
  });

  it('is not overwritten by a success that comes too late', async () => {
    const late = step(
      'late',
      ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    const given = harness({ steps: [late] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.late' }]));
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await quiet();
    await handle.cancel('user');
    expect((await handle.done).steps.get('a')?.status).toBe('cancelled');
  });

  it('for the second time ends always() steps too', async () => {
    const given = harness({ steps: [endless, ok] });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.endless' },
        { name: 'b', type: 'step.endless', needs: ['a'], if: 'always()' },
        { name: 'c', needs: ['b'], if: 'always()' },
      ]),
    );
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await handle.cancel('user');
    await until(() => handle.state.steps.get('b')?.status === 'running');
    await handle.cancel('user');
    expect(statuses(await handle.done)).toEqual(['cancelled', 'cancelled', 'stopped']);
  });

  it('gives always() steps five minutes', async () => {
    const given = harness({ steps: [endless] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.endless', if: 'always()' }]));
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await quiet();
    await handle.cancel('user');
    given.clock.advance(299_999);
    await quiet();
    expect(handle.state.steps.get('a')?.status).toBe('running');
    given.clock.advance(1);
    expect(statuses(await handle.done)).toEqual(['cancelled']);
  });

  it('before the steps starts nothing, and ends the source', async () => {
    const given = harness({ steps: [ok] });
    const handle = await given.start(plan([{ name: 'a' }, { name: 'b', if: 'always()' }]), {
      source: (_workspace, _log, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    });
    await handle.cancel('hangup');
    const state = await handle.done;
    expect(state).toMatchObject({ status: 'cancelled', cancel: { cause: 'hangup' } });
    expect(statuses(state)).toEqual(['stopped', 'stopped']);
    expect(given.engine.runs('fake').size).toBe(0);
  });

  it('while a container is being created leaves no container', async () => {
    const creating = Promise.withResolvers<void>();
    const given = harness({
      steps: [containerStep()],
      before: (operation) => (operation === 'create' ? creating.promise : undefined),
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    await until(() => handle.state.steps.get('a')?.status === 'running');
    await quiet();
    await handle.cancel('user');
    creating.resolve();
    expect(statuses(await handle.done)).toEqual(['cancelled']);
    expect(given.engine.runs('fake').size).toBe(0);
  });

  it('while a step waits for a place ends it', async () => {
    const given = harness({ steps: [containerStep()], program: polite, limits: { containers: 1 } });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.container' },
        { name: 'b', type: 'step.container' },
      ]),
    );
    await until(() => handle.state.steps.get('a')?.current?.process !== undefined);
    await handle.cancel('user');
    expect(statuses(await handle.done)).toEqual(['cancelled', 'stopped']);
  });

  it('by fail_fast ends the other steps', async () => {
    const bad = step('bad', () => Promise.reject(new StepFailure({ code: 'step.command_failed', message: 'no' })));
    const given = harness({ steps: [bad, endless] });
    const state = await given.run(
      plan(
        [
          { name: 'a', type: 'step.endless' },
          { name: 'b', type: 'step.bad' },
        ],
        { failFast: true },
      ),
    );
    expect(statuses(state)).toEqual(['cancelled', 'failed']);
    expect(state.status).toBe('failed');
  });
});

describe('a retry', () => {
  it('waits longer each time, at most so long, and gives each attempt its own container and log', async () => {
    const starts: string[] = [];
    const given = harness({
      steps: [containerStep()],
      program: ({ key, stdout }) => {
        starts.push(`${key.step}.${key.attempt}`);
        stdout(`attempt ${key.attempt}\n`);
        return key.attempt < 4 ? 1 : 0;
      },
    });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.container', retry: { maxAttempts: 5, delay: 1_000, backoff: 10, maxDelay: 15_000 } },
      ]),
    );
    for (const delay of [1_000, 10_000, 15_000]) {
      await until(() => handle.state.steps.get('a')?.retryAt === given.clock.now() + delay);
      await quiet();
      given.clock.advance(delay);
    }
    const state = await handle.done;
    expect(state.steps.get('a')).toMatchObject({ status: 'succeeded', attempt: 4, exitCode: 0 });
    expect(starts).toEqual(['a.1', 'a.2', 'a.3', 'a.4']);
    expect(given.logs.text('a', 2)).toBe('attempt 2\n');
  });

  it('between attempts ends at a cancel', async () => {
    const bad = step('bad', () => Promise.reject(new StepFailure({ code: 'step.command_failed', message: 'no' })));
    const given = harness({ steps: [bad] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.bad', retry: { maxAttempts: 5 } }]));
    await until(() => handle.state.steps.get('a')?.retryAt !== undefined);
    await handle.cancel('user');
    expect((await handle.done).steps.get('a')).toMatchObject({
      status: 'cancelled',
      attempt: 1,
      error: { code: 'step.command_failed' },
    });
  });
});

describe('a step that waits', () => {
  const ask = async ({ log }: StepContext): Promise<StepResult> => {
    await log.info('asking');
    return { wait: { kind: 'approval', deadline: Date.UTC(2026, 0, 2) } };
  };
  const waiting = step('gate', ask, {
    resume: async ({ log, signal }, { kind, value }) => {
      await log.info('answered');
      return { outputs: { kind, by: value?.['by'] ?? '', left: signal.aborted } };
    },
  });

  it('holds the run without a process until somebody decides', async () => {
    const given = harness({ steps: [waiting, ok] });
    const handle = await given.start(
      plan([
        { name: 'a', type: 'step.gate' },
        { name: 'b', needs: ['a'] },
      ]),
    );
    await until(() => handle.state.status === 'waiting');
    await quiet();
    expect((await given.store.list())[0]?.status).toBe('waiting');
    given.clock.advance(7_200_000);
    await quiet();
    await handle.resume('a', { kind: 'decision', value: { by: 'ann' } });
    const state = await handle.done;
    expect(given.logs.opened).toEqual(['a#1', 'a#1 appended']);
    expect(state.steps.get('a')?.outputs).toEqual({ kind: 'decision', by: 'ann', left: false });
    expect(statuses(state)).toEqual(['succeeded', 'succeeded']);
    await expect(handle.resume('a', { kind: 'decision' })).rejects.toMatchObject({ code: 'run.step_not_waiting' });
  });

  it('goes on by itself at its deadline', async () => {
    const given = harness({ steps: [waiting] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.gate' }]));
    await until(() => handle.state.status === 'waiting');
    await quiet();
    given.clock.advance(86_400_000);
    expect((await handle.done).steps.get('a')?.outputs).toMatchObject({ kind: 'timer' });
  });

  it('ends at a cancel', async () => {
    const given = harness({ steps: [waiting] });
    const handle = await given.start(plan([{ name: 'a', type: 'step.gate' }]));
    await until(() => handle.state.status === 'waiting');
    await handle.cancel('user');
    expect(statuses(await handle.done)).toEqual(['cancelled']);
  });
});

describe('trouble that is not the step’s', () => {
  const down = () =>
    new EngineError({ code: 'sandbox.engine_failed', message: 'the engine does not answer', retryable: true });

  it('while its container is created is waited out within the attempt', async () => {
    let failures = 3;
    const given = harness({
      steps: [containerStep()],
      before: (operation) => {
        if (operation === 'create' && failures-- > 0) throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    for (const delay of [1_000, 2_000, 4_000]) {
      await until(() => handle.state.steps.get('a')?.current?.delayed?.until === given.clock.now() + delay);
      await quiet();
      given.clock.advance(delay);
    }
    const state = await handle.done;
    expect(state.steps.get('a')).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(given.logs.text('a')).toBe(
      ['1.0s', '2.0s', '4.0s'].map((delay) => `! the engine does not answer; trying again in ${delay}\n`).join(''),
    );
    const types = (await given.events(handle)).map(({ type }) => type);
    expect(types.filter((type) => type === 'step.delayed')).toHaveLength(3);
  });

  it('between the creation and the start of its container lets it create another, however often', async () => {
    let failures = 2;
    let starts = 0;
    const given = harness({
      steps: [containerStep()],
      program: () => void (starts += 1),
      before: (operation) => {
        if (operation === 'start' && failures-- > 0) throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    for (const delay of [1_000, 2_000]) {
      await until(() => handle.state.steps.get('a')?.current?.delayed?.until === given.clock.now() + delay);
      await quiet();
      given.clock.advance(delay);
    }
    expect((await handle.done).steps.get('a')).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(starts).toBe(1);
    const types = (await given.events(handle)).map(({ type }) => type);
    expect(types.filter((type) => type === 'step.discarded')).toHaveLength(2);
  });

  it('while it runs makes it look for its container, and never start a second one', async () => {
    const end = Promise.withResolvers<void>();
    let starts = 0;
    let answers = false;
    const given = harness({
      steps: [containerStep()],
      program: async ({ stdout }) => {
        starts += 1;
        stdout('hello\n');
        await end.promise;
      },
      before: (operation) => {
        if (operation === 'output' && !answers) throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    await until(() => handle.state.steps.get('a')?.current?.delayed !== undefined);
    await quiet();
    answers = true;
    given.clock.advance(1_000);
    end.resolve();
    const state = await handle.done;
    expect(state.steps.get('a')).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(starts).toBe(1);
    expect(given.logs.opened).toEqual(['a#1', 'a#1 resumed']);
  });

  it('that takes the container away leaves the step unknown, until a cancel', async () => {
    const given = harness({
      steps: [containerStep()],
      program: polite,
      before: (operation) => {
        if (operation !== 'output') return;
        given.engine.open('fake', 'run-1').processes.clear();
        throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    await until(() => handle.state.steps.get('a')?.current?.delayed !== undefined);
    await quiet();
    given.clock.advance(1_000);
    await until(() => handle.state.status === 'waiting');
    expect(handle.state.steps.get('a')).toMatchObject({ status: 'unknown', error: { code: 'run.step_lost' } });
    await handle.cancel('user');
    expect(statuses(await handle.done)).toEqual(['cancelled']);
  });

  it('ends with the deadline or a cancel', async () => {
    const given = harness({
      steps: [containerStep()],
      before: (operation) => {
        if (operation === 'create') throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a', type: 'step.container' }]));
    await until(() => handle.state.steps.get('a')?.current?.delayed !== undefined);
    await handle.cancel('user');
    expect(statuses(await handle.done)).toEqual(['cancelled']);
  });

  it('of the store holds the run, and says so', async () => {
    let full = true;
    const told: string[] = [];
    const inner = harness().store;
    const store = {
      ...inner,
      append: (...args: Parameters<typeof inner.append>) => {
        if (!full) return inner.append(...args);
        return Promise.reject(
          new EngineError({ code: 'sandbox.engine_failed', message: 'the disk is full', retryable: true }),
        );
      },
    };
    let ran = 0;
    const given = harness({ store, steps: [step('test', () => void (ran += 1))] });
    const handle = await given.start(plan([{ name: 'a' }]), {
      listener: { trouble: ({ message }) => told.push(message) },
    });
    await until(() => told.length === 1);
    await quiet();
    expect(ran).toBe(0);
    full = false;
    given.clock.advance(1_000);
    expect((await handle.done).status).toBe('succeeded');
    expect(ran).toBe(1);
  });

  it('of a store that kept what it said it did not is noticed', async () => {
    let lies = 1;
    const inner = harness().store;
    const store = {
      ...inner,
      append: async (...args: Parameters<typeof inner.append>) => {
        const sequence = await inner.append(...args);
        if (lies-- > 0)
          throw new EngineError({ code: 'sandbox.engine_failed', message: 'connection reset', retryable: true });
        return sequence;
      },
    };
    const given = harness({ store, steps: [ok] });
    const handle = await given.start(plan([{ name: 'a' }]));
    await until(() => given.clock.waiting > 0);
    given.clock.advance(1_000);
    expect((await handle.done).status).toBe('succeeded');
  });

  it('of the engine does not keep a run from its end for more than half a minute', async () => {
    const told: string[] = [];
    const given = harness({
      steps: [ok],
      before: (operation) => {
        if (operation === 'close') throw down();
      },
    });
    const handle = await given.start(plan([{ name: 'a' }]), { listener: { trouble: ({ code }) => told.push(code) } });
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      await until(() => given.clock.waiting > 0);
      await quiet();
      given.clock.advance(delay);
    }
    expect((await handle.done).status).toBe('succeeded');
    expect(told).toHaveLength(6);
  });
});
