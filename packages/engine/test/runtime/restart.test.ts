import { describe, expect, it } from '@jest/globals';
import { stepLost } from '@cicd/plugin';
import { EngineError, type StepContext, type StepResult } from '@cicd/plugin';
import type { FakeProgram } from '@cicd/plugin/testing';
import type { RunEvent } from '../../src/run/events.ts';
import type { RunState } from '../../src/run/state.ts';
import { createMemoryRunStore } from '../../src/testing/memory-run-store.ts';
import { plan } from '../run/plan-builder.ts';
import { dyingStore } from './dying-store.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';

const graph = plan(
  [
    { name: 'set' },
    { name: 'build', type: 'step.container', needs: ['set'] },
    {
      name: 'test',
      type: 'step.container',
      needs: ['build'],
      matrix: { combinations: [{ n: 1 }, { n: 2 }], maxParallel: 1 },
    },
    { name: 'flaky', type: 'step.container', needs: ['build'], retry: { maxAttempts: 2, delay: 0 } },
    { name: 'gate', type: 'step.gate', needs: ['build'] },
    { name: 'broken', type: 'step.container', needs: ['test', 'flaky', 'gate'], onError: 'compensate' },
    { name: 'last', type: 'step.container', needs: ['broken'], if: 'always()' },
  ],
  { compensation: [{ name: 'undo', type: 'step.container' }] },
);

const gate = step('gate', () => ({ wait: { kind: 'timer', deadline: Date.UTC(2026, 0, 1) } }), {
  resume: () => Promise.resolve({ outputs: {} }),
});
const steps = [step('test', () => {}), gate, containerStep()];

const result = (state: RunState) => ({
  status: state.status,
  steps: [...state.steps.values()].map(({ key, status, reason, attempt, exitCode }) => ({
    key,
    status,
    reason,
    attempt,
    exitCode,
  })),
});

describe('a run whose process dies', () => {
  const starts: string[] = [];
  const program: FakeProgram = ({ key }) => {
    starts.push(`${key.step}.${key.attempt}`);
    return key.step === 'broken' || (key.step === 'flaky' && key.attempt === 1) ? 1 : 0;
  };

  it('reaches the same end, wherever it died, and starts no container twice', async () => {
    const undisturbed = harness({ steps, program });
    const expected = result(await undisturbed.run(graph));
    const onceEach = starts.splice(0).toSorted();
    const length = (await undisturbed.events({ id: 'run-1' })).length;
    expect(expected.status).toBe('failed');
    expect(length).toBeGreaterThan(25);

    for (let life = 0; life < length - 2; life++) {
      const store = createMemoryRunStore<RunEvent>();
      const first = harness({ steps, program, store: dyingStore(store, life) });
      await first.start(graph);
      await quiet();
      const second = harness({ steps, program, store, world: first });
      const resumed = await second.runtime.resume('run-1', {});
      expect({ life, ...result(await resumed.done) }).toEqual({ life, ...expected });
      expect({ life, starts: starts.splice(0).toSorted() }).toEqual({ life, starts: onceEach });
      expect(first.engine.runs('fake').size).toBe(0);
    }
  });

  it('leaves a step unknown whose container is gone, one of a type that nobody can repeat, and one that says so', async () => {
    const store = createMemoryRunStore<RunEvent>();
    const never = step('never', () => new Promise<void>(() => {}), { recovery: 'never' });
    const asking = step('asking', () => new Promise<void>(() => {}), {
      recovery: 'reconcile',
      resume: () => Promise.reject(stepLost('the answer is lost')),
    });
    const given = { steps: [containerStep(), never, asking], program: () => new Promise<void>(() => {}) };
    const first = harness({ ...given, store });
    await first.start(
      plan([
        { name: 'a', type: 'step.container' },
        { name: 'b', type: 'step.never' },
        { name: 'c', type: 'step.asking' },
      ]),
    );
    await quiet();
    first.engine.open('fake', 'run-1').processes.clear();
    const resumed = await harness({ ...given, store, world: first }).runtime.resume('run-1', {});
    await until(() => resumed.state.status === 'waiting');
    expect([...resumed.state.steps.values()].map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(resumed.state.steps.get('c')?.error).toMatchObject({ code: 'run.step_lost', message: 'the answer is lost' });
    await resumed.cancel('user');
    expect((await resumed.done).status).toBe('cancelled');
  });

  it('keeps its deadlines', async () => {
    const store = createMemoryRunStore<RunEvent>();
    const given = {
      steps: [containerStep()],
      program: ({ signal }: { signal: AbortSignal }) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    };
    const first = harness({ ...given, store });
    await first.start(plan([{ name: 'a', type: 'step.container', timeout: 60_000 }]));
    await quiet();
    // The dead process's own timers die with it; only what the second one waits for counts.
    const second = harness({
      ...given,
      store,
      ports: {
        clock: {
          now: () => first.clock.now() + 61_000,
          waitUntil: (time, signal) => first.clock.waitUntil(time - 61_000, signal),
        },
      },
      world: first,
    });
    const resumed = await second.runtime.resume('run-1', {});
    expect((await resumed.done).steps.get('a')?.error?.code).toBe('step.timeout');
  });

  it('fills the workspace again, from an empty one, when it died over that', async () => {
    const operations: string[] = [];
    const store = createMemoryRunStore<RunEvent>();
    const given = { steps, before: (operation: string) => void operations.push(operation) };
    const first = harness({ ...given, store });
    await first.start(plan([{ name: 'a' }]), {
      source: () => {
        operations.push('fill');
        return new Promise(() => {});
      },
    });
    await until(() => operations.includes('fill'));
    operations.length = 0;
    const second = harness({ ...given, store, world: first });
    const resumed = await second.runtime.resume('run-1', {
      source: () => {
        operations.push('fill');
        return Promise.resolve({ commit: 'abc' });
      },
    });
    expect(await resumed.done).toMatchObject({ status: 'succeeded', source: { commit: 'abc' } });
    expect(operations.slice(0, 4)).toEqual(['open', 'close', 'open', 'fill']);
  });

  it('is not taken up again when it has ended', async () => {
    const given = harness({ steps });
    const state = await given.run(plan([]));
    await expect(given.runtime.resume(state.id, {})).rejects.toMatchObject({ code: 'run.ended' });
  });

  it('begins anew in a new container when the old one never got its commands', async () => {
    const store = createMemoryRunStore<RunEvent>();
    let containers = 0;
    const shell = async (ctx: StepContext): Promise<StepResult> => {
      const process = await ctx.sandbox.start({ image: 'busybox', command: ['sh'] });
      if ((await process.wait()).exitCode === 0) return { outputs: {} };
      throw new EngineError({ code: 'step.input_lost', message: 'no commands', retryable: true });
    };
    const given = {
      steps: [step('shell', shell, { recovery: 'adopt', resume: shell })],
      program: () => (++containers === 1 ? 97 : 0),
    };
    const first = harness({ ...given, store: dyingStore(store, 3) });
    await first.start(plan([{ name: 'a', type: 'step.shell' }]));
    await quiet();
    const second = harness({ ...given, store, world: first });
    const resumed = await second.runtime.resume('run-1', {});
    await until(() => resumed.state.steps.get('a')?.current?.delayed !== undefined);
    await quiet();
    second.clock.advance(1_000);
    expect((await resumed.done).status).toBe('succeeded');
    expect(containers).toBe(2);
    expect((await second.events(resumed)).map(({ type }) => type)).toContain('step.discarded');
    expect(first.engine.runs('fake').size).toBe(0);
  });
});
