import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { replay } from '../../src/run/evolve.ts';
import { keptSteps, type RerunChoice } from '../../src/run/kept-steps.ts';
import { plan, planStep } from './plan-builder.ts';
import { machine, machineAt, simulate, snapshot, type Answer, type World } from './simulation.ts';

const asksAgain = (type: string) => type === 'step.gate';
const world = (answers: Readonly<Record<string, Answer>>): World => ({
  answer: (step) => answers[step] ?? 'ok',
  cancelAfter: [],
  cap: 4,
});

/** fetch → build → (test.0, test.1, lint) → gate → deploy → verify, and a step that is forgiven. */
const pipeline = plan([
  { name: 'fetch' },
  { name: 'build', needs: ['fetch'] },
  { name: 'test', needs: ['build'], matrix: { combinations: [{ n: 0 }, { n: 1 }] }, workspace: 'copy' },
  { name: 'lint', needs: ['build'], onError: 'skip' },
  { name: 'gate', type: 'step.gate', needs: ['test', 'lint'] },
  { name: 'deploy', needs: ['gate'] },
  { name: 'verify', needs: ['deploy'] },
]);

const kept = (answers: Readonly<Record<string, Answer>>, choice: Partial<RerunChoice> = {}) =>
  keptSteps(simulate(pipeline, world(answers)).state, { asksAgain, ...choice });

describe('what another attempt of a run keeps', () => {
  it('is everything before the step that failed, but for what asks', () => {
    expect(kept({ verify: 'fail' })).toEqual(['fetch', 'build', 'test.0', 'test.1', 'lint', 'deploy']);
  });

  it('is the members of a matrix that ended well', () => {
    expect(kept({ 'test.1': 'fail' })).toEqual(['fetch', 'build', 'test.0', 'lint']);
  });

  it('is a failure that was forgiven', () => {
    expect(kept({ lint: 'fail', verify: 'fail' })).toContain('lint');
  });

  it('is nothing of a run that ended well, and nothing when all is asked for', () => {
    expect(kept({})).toEqual([]);
    expect(kept({ verify: 'fail' }, { whole: true })).toEqual([]);
  });

  it('ends where it is told to', () => {
    expect(kept({}, { from: ['lint'] })).toEqual(['fetch', 'build', 'test.0', 'test.1']);
    expect(kept({ verify: 'fail' }, { from: ['test'] })).toEqual(['fetch', 'build', 'lint']);
  });

  it('leaves out what a new workspace needs', () => {
    expect(kept({ verify: 'fail' }, { clean: true })).toEqual(['test.0', 'test.1']);
  });

  it('leaves out what has changed, and what follows it', () => {
    const changed = (name: string): Plan => ({
      ...pipeline,
      steps: pipeline.steps.map((step) => (step.name === name ? { ...step, config: { changed: true } } : step)),
    });
    expect(kept({ verify: 'fail' }, { plan: changed('deploy') })).toEqual([
      'fetch',
      'build',
      'test.0',
      'test.1',
      'lint',
    ]);
    expect(kept({ verify: 'fail' }, { plan: changed('test') })).toEqual(['fetch', 'build', 'lint']);
    expect(kept({ verify: 'fail' }, { plan: { ...pipeline, env: { NEW: '1' } } })).toEqual([]);
    const moved = {
      ...pipeline,
      steps: pipeline.steps.map((step) => ({ ...step, places: { name: { line: 9, column: 1 } } })),
    };
    expect(kept({ verify: 'fail' }, { plan: moved })).toEqual(kept({ verify: 'fail' }));
  });
});

describe('another attempt of a run', () => {
  const again = (keys: readonly string[], history: RunEvent[], state = replay(pipeline, history)) => {
    const driven = machineAt(state, history);
    driven.send({ type: 'rerun', actor: 'local:ann', kept: keys, workspace: 'kept' });
    return driven;
  };

  it('starts what is not kept, counts attempts on, and takes over the rest in its turn', () => {
    const first = simulate(pipeline, world({ verify: 'fail' }));
    const driven = again(kept({ verify: 'fail' }), first.history, first.state);
    expect(driven.state).toMatchObject({ status: 'running', attempt: 2, actor: 'local:ann' });
    expect(driven.of('deploy')).toMatchObject({ status: 'pending' });
    expect(driven.of('lint')).toMatchObject({ status: 'succeeded', reused: true, attempt: 1 });
    driven.run('gate');
    expect(driven.of('deploy')).toMatchObject({ status: 'succeeded', reused: true });
    driven.run('verify');
    expect(driven.of('verify')).toMatchObject({ status: 'succeeded', attempt: 2 });
    driven.close();
    expect(driven.state.status).toBe('succeeded');
    expect(driven.state.error).toBeUndefined();
  });

  it('fails as the first one did, and can be asked for again', () => {
    const driven = machine(pipeline);
    driven.begin();
    driven.run('fetch');
    driven.run('build', 'fail');
    driven.close();
    driven.send({ type: 'rerun', actor: 'local:ann', kept: ['fetch'], workspace: 'kept' });
    driven.run('build', 'fail');
    driven.close();
    expect(driven.of('build')).toMatchObject({ status: 'failed', attempt: 2 });
    driven.send({ type: 'rerun', actor: 'local:ann', kept: ['fetch'], workspace: 'new' });
    expect(driven.state.index.moving).toBe(false);
    driven.send({ type: 'source_prepared', source: { commit: 'c' } });
    driven.run('build');
    expect(driven.of('build').attempt).toBe(3);
  });

  it('is refused while the run goes on', () => {
    const driven = machine(pipeline);
    driven.begin();
    expect(driven.send({ type: 'rerun', actor: 'local:ann', kept: [], workspace: 'kept' })).toEqual([]);
  });

  it('knows what stood inside a step that is kept, and counts on inside one that is not', () => {
    const parallel = (inner: string, type = 'step.test') => ({
      flow: { kind: 'parallel' as const, steps: [planStep({ name: inner, type })] },
      config: { entry: { kind: 'parallel' }, turns: 0 },
    });
    const nested = plan([
      { name: 'first', ...parallel('a') },
      { name: 'asking', needs: ['first'], ...parallel('gate', 'step.gate') },
      { name: 'last', needs: ['asking'], ...parallel('b') },
    ]);
    const before = simulate(nested, world({ 'last.b': 'fail' }));
    const keys = keptSteps(before.state, { asksAgain });
    expect(keys).toEqual(['first']);
    const driven = machineAt(before.state, before.history);
    driven.send({ type: 'rerun', actor: 'local:ann', kept: keys, workspace: 'kept' });
    const after = simulate(nested, world({}), { state: driven.state, history: driven.history });
    expect([...after.state.steps.values()].map(({ key, attempt, status }) => `${key} ${attempt} ${status}`)).toEqual([
      'first 1 succeeded',
      'asking 2 succeeded',
      'last 2 succeeded',
      'first.a 1 succeeded',
      'asking.gate 2 succeeded',
      'last.b 2 succeeded',
    ]);
    expect(snapshot(replay(nested, after.history))).toEqual(snapshot(after.state));
  });

  it('ends, uses no number of an attempt twice, and is the same after any restart', () => {
    const answers = fc.dictionary(
      fc.constantFrom('fetch', 'build', 'test.0', 'test.1', 'lint', 'gate', 'deploy', 'verify'),
      fc.constantFrom<Answer>('fail', 'timeout', 'unknown', 'wait'),
    );
    fc.assert(
      fc.property(answers, answers, fc.boolean(), fc.nat(), (first, second, clean, cut) => {
        const before = simulate(pipeline, world(first));
        const keys = keptSteps(before.state, { asksAgain, clean });
        const driven = again(keys, before.history, before.state);
        const whole = simulate(pipeline, world(second), { state: driven.state, history: driven.history });
        const starts = whole.history.flatMap((event) =>
          event.type === 'step.started' ? [`${event.step}.${event.attempt}`] : [],
        );
        expect(new Set(starts).size).toBe(starts.length);
        for (const key of keys) {
          const rerunAt = whole.history.findIndex(({ type }) => type === 'run.rerun');
          const later = whole.history.slice(rerunAt).filter((event) => 'step' in event && event.step === key);
          expect(later.map(({ type }) => type).filter((type) => type === 'step.started')).toEqual([]);
        }
        const prefix = structuredClone(whole.history.slice(0, whole.ends[cut % whole.ends.length]));
        expect(snapshot(replay(pipeline, whole.history))).toEqual(snapshot(whole.state));
        const state = replay(pipeline, prefix);
        const resumed = simulate(pipeline, world(second), { state, history: prefix });
        expect(resumed.state.status).toBe(whole.state.status);
      }),
      { numRuns: 300 },
    );
  });
});
