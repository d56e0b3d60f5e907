import { describe, expect, it } from '@jest/globals';
import { judging, ready, statusFunctions } from '../../src/run/ready.ts';
import { isSettled } from '../../src/run/decide.ts';
import { plan } from './plan-builder.ts';
import { machine } from './simulation.ts';

/** Status of every step, or why it was skipped. */
const statuses = ({ state }: ReturnType<typeof machine>) =>
  Object.fromEntries([...state.steps.values()].map(({ key, status, reason }) => [key, reason ?? status]));

function begun(...args: Parameters<typeof plan>) {
  const run = machine(plan(...args));
  run.begin();
  return run;
}

describe('needs', () => {
  it('`needs: []` starts at once, a need makes wait; nothing starts before the source is there', () => {
    const run = machine(plan([{ name: 'a' }, { name: 'b', needs: ['a'] }, { name: 'c' }]));
    run.send({ type: 'begin' });
    expect(ready(run.state)).toEqual([]);
    run.send({ type: 'source_prepared', source: { commit: 'c0ffee' } });
    expect(ready(run.state)).toEqual(['a', 'c']);
    expect(run.state.source).toEqual({ commit: 'c0ffee' });
  });

  it('a step starts the moment its needs are met, whatever else runs', () => {
    const run = begun([{ name: 'slow' }, { name: 'a' }, { name: 'b' }, { name: 'c', needs: ['a', 'b'] }]);
    run.start('slow');
    run.run('a');
    expect(ready(run.state)).toEqual(['b']);
    run.run('b');
    expect(ready(run.state)).toEqual(['c']);
  });

  it('a run without steps is settled at once', () => {
    const run = begun([]);
    expect(isSettled(run.state)).toBe(true);
    run.close();
    expect(run.state.status).toBe('succeeded');
  });
});

describe('conditions', () => {
  it('asks for a verdict and starts nothing before it', () => {
    const run = begun([{ name: 'a', if: 'x' }]);
    expect(judging(run.state)).toEqual(['a']);
    expect(run.start('a')).toEqual([]);
    run.judge('a', true);
    expect(ready(run.state)).toEqual(['a']);
  });

  it('`condition` counts as passed for dependents', () => {
    const run = begun([
      { name: 'a', if: 'x' },
      { name: 'b', needs: ['a'] },
    ]);
    run.judge('a', false);
    run.run('b');
    run.close();
    expect(statuses(run)).toEqual({ a: 'condition', b: 'succeeded' });
    expect(run.state.status).toBe('succeeded');
  });

  it('`upstream`: dependents of a failed step are skipped, and theirs for the same reason', () => {
    const run = begun([{ name: 'a' }, { name: 'b', needs: ['a'], if: 'x' }, { name: 'c', needs: ['b'] }]);
    run.run('a', 'fail');
    expect(statuses(run)).toEqual({ a: 'failed', b: 'upstream', c: 'upstream' });
  });

  it('one that uses no status function is not judged unless all needs passed', () => {
    const run = begun([{ name: 'a' }, { name: 'b', needs: ['a'], if: 'true' }]);
    run.run('a', 'fail');
    expect(judging(run.state)).toEqual([]);
  });

  it('with a status function is judged when all needs are final', () => {
    const run = begun([{ name: 'a' }, { name: 'b' }, { name: 'c', needs: ['a', 'b'], if: 'always()' }]);
    run.start('b');
    run.run('a', 'fail');
    expect(judging(run.state)).toEqual([]);
    run.finish('b');
    expect(judging(run.state)).toEqual(['c']);
  });

  it('`failure()` is true when an ancestor failed, however far away', () => {
    const run = begun([
      { name: 'a' },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['b'], if: 'failure()' },
      { name: 'aside', if: 'failure()' },
    ]);
    expect(statusFunctions(run.state, 'aside')).toEqual({ failed: false, cancelled: false });
    run.run('a', 'fail');
    expect(statusFunctions(run.state, 'c')).toEqual({ failed: true, cancelled: false });
    run.judge('aside', false);
    run.judge('c', true);
    run.run('c');
    run.close();
    expect(run.state.status).toBe('failed');
  });

  it('that cannot be judged fails the step, which never started', () => {
    const run = begun([
      { name: 'a', if: 'x', retry: { maxAttempts: 3 } },
      { name: 'b', needs: ['a'] },
    ]);
    run.send({ type: 'fail_condition', step: 'a', error: { code: 'expression.missing_value', message: 'no x' } });
    expect(run.of('a')).toMatchObject({ status: 'failed', attempt: 0, error: { code: 'expression.missing_value' } });
    expect(run.of('b').reason).toBe('upstream');
  });
});

describe('after a failure with `stop`', () => {
  it('nothing new starts, and running ones finish', () => {
    const run = begun([
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
      { name: 'd', needs: ['b'] },
      { name: 'e', needs: ['d'] },
    ]);
    run.start('b');
    run.run('a', 'fail');
    expect(statuses(run)).toEqual({ a: 'failed', b: 'running', c: 'stopped', d: 'pending', e: 'pending' });
    run.finish('b');
    expect(statuses(run)).toEqual({ a: 'failed', b: 'succeeded', c: 'stopped', d: 'stopped', e: 'stopped' });
    run.close();
    expect(run.state).toMatchObject({ status: 'failed', warning: false });
  });

  it('steps that ask for it start, judged before or after', () => {
    const run = begun([{ name: 'a' }, { name: 'b', if: 'always()' }, { name: 'c', needs: ['a'], if: 'failure()' }]);
    run.judge('b', true, true);
    run.run('a', 'fail');
    run.judge('c', true);
    expect(ready(run.state)).toEqual(['b', 'c']);
  });

  it('a step between two attempts goes on', () => {
    const run = begun([{ name: 'a', retry: { maxAttempts: 2 } }, { name: 'b' }]);
    run.run('a', 'fail');
    run.run('b', 'fail');
    run.advance(1_000);
    run.run('a');
    expect(statuses(run)).toEqual({ a: 'succeeded', b: 'failed' });
  });

  it('`fail_fast` cancels what runs, waits or is between two attempts, but not what asked to run', () => {
    const run = begun(
      [
        { name: 'a' },
        { name: 'running' },
        { name: 'waiting' },
        { name: 'retrying', retry: { maxAttempts: 2 } },
        { name: 'always', if: 'always()' },
      ],
      { failFast: true },
    );
    run.judge('always', true, true);
    for (const step of ['a', 'running', 'waiting', 'always']) run.start(step);
    run.send({ type: 'wait', step: 'waiting', attempt: 1, wait: { kind: 'timer', deadline: 9_999 } });
    run.run('retrying', 'fail');
    run.finish('a', 'fail');
    expect(statuses(run)).toEqual({
      a: 'failed',
      running: 'running',
      waiting: 'cancelled',
      retrying: 'cancelled',
      always: 'running',
    });
    expect(run.state.index.agenda.filter(({ kind }) => kind === 'end')).toEqual([{ kind: 'end', step: 'running' }]);
    run.finish('running', 'ok');
    expect(run.of('running').status).toBe('cancelled');
    run.finish('always');
    run.close();
    expect(run.state.status).toBe('failed');
  });
});

describe('`on_error` at a step', () => {
  it('`skip` records the failure, starts dependents, and the run succeeds with a warning', () => {
    const run = begun([
      { name: 'a', onError: 'skip' },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['b'], if: 'failure()' },
    ]);
    run.run('a', 'fail');
    run.run('b');
    expect(statusFunctions(run.state, 'c').failed).toBe(true);
    run.judge('c', false);
    run.close();
    expect(statuses(run)).toEqual({ a: 'failed', b: 'succeeded', c: 'condition' });
    expect(run.state).toMatchObject({ status: 'succeeded', warning: true });
  });

  it('`compensate` runs the list in reverse when everything is final, carries on past failures in it, and the run fails', () => {
    const run = begun([{ name: 'a', onError: 'compensate' }, { name: 'b' }], {
      compensation: [{ name: 'one' }, { name: 'two' }, { name: 'three', if: 'x' }],
    });
    run.start('b');
    run.run('a', 'fail');
    expect(run.state.steps.has('three')).toBe(false);
    run.finish('b');
    expect(judging(run.state)).toEqual(['three']);
    run.judge('three', false);
    expect(ready(run.state)).toEqual(['two']);
    run.run('two', 'fail');
    expect(ready(run.state)).toEqual(['one']);
    expect(isSettled(run.state)).toBe(false);
    run.run('one');
    run.close();
    expect(statuses(run)).toEqual({ a: 'failed', b: 'succeeded', three: 'condition', two: 'failed', one: 'succeeded' });
    expect(run.state.status).toBe('failed');
  });

  it('`stop` does not run the compensation list', () => {
    const run = begun([{ name: 'a' }], { compensation: [{ name: 'undo' }] });
    run.run('a', 'fail');
    expect(isSettled(run.state)).toBe(true);
  });

  it('a cancel before the compensation keeps it from starting', () => {
    const run = begun([{ name: 'a', onError: 'compensate' }, { name: 'b' }], { compensation: [{ name: 'undo' }] });
    run.start('b');
    run.run('a', 'fail');
    run.send({ type: 'cancel', cause: 'user' });
    run.finish('b');
    expect(isSettled(run.state)).toBe(true);
    expect(run.state.steps.has('undo')).toBe(false);
  });

  it('a cancel ends the compensation', () => {
    const run = begun([{ name: 'a', onError: 'compensate' }], { compensation: [{ name: 'one' }, { name: 'two' }] });
    run.run('a', 'fail');
    run.start('two');
    run.send({ type: 'cancel', cause: 'user' });
    run.finish('two');
    run.close();
    expect(statuses(run)).toEqual({ a: 'failed', two: 'cancelled', one: 'stopped' });
    expect(run.state.status).toBe('cancelled');
  });
});

describe('a cancel', () => {
  it('ends what does not survive it, and starts what does', () => {
    const run = begun([
      { name: 'plain' },
      { name: 'queued' },
      { name: 'always', if: 'always()' },
      { name: 'success', if: 'success()' },
      { name: 'after', needs: ['plain'], if: 'cancelled()' },
      { name: 'never', needs: ['plain'] },
    ]);
    run.judge('always', true, true);
    run.judge('success', true, false);
    for (const step of ['plain', 'always', 'success']) run.start(step);
    run.send({ type: 'cancel', cause: 'user' });
    expect(run.state.index.agenda.filter(({ kind }) => kind === 'end').map(({ step }) => step)).toEqual([
      'plain',
      'success',
    ]);
    run.finish('plain');
    run.finish('success');
    expect(statusFunctions(run.state, 'after')).toEqual({ failed: false, cancelled: true });
    run.judge('after', true, true);
    run.run('after');
    run.finish('always');
    run.close();
    expect(statuses(run)).toEqual({
      plain: 'cancelled',
      queued: 'stopped',
      always: 'succeeded',
      success: 'cancelled',
      after: 'succeeded',
      never: 'stopped',
    });
    expect(run.state).toMatchObject({ status: 'cancelled', cancel: { cause: 'user' } });
  });

  it('gives the survivors five minutes; a second one ends those too, a third one changes nothing', () => {
    const run = begun([
      { name: 'a', if: 'always()' },
      { name: 'b', needs: ['a'], if: 'always()' },
    ]);
    run.judge('a', true, true);
    run.start('a');
    run.send({ type: 'cancel', cause: 'user' });
    expect(run.state.cancel?.deadline).toBe(run.now + 300_000);
    expect(run.state.mode).toBe('cancelling');
    run.send({ type: 'cancel', cause: 'terminated' });
    expect(run.state.mode).toBe('ending');
    expect(run.send({ type: 'cancel', cause: 'user' })).toEqual([]);
    run.finish('a');
    expect(statuses(run)).toEqual({ a: 'cancelled', b: 'stopped' });
    expect(run.state.cancel?.cause).toBe('user');
  });

  it('before the source is there starts nothing, not even always() steps', () => {
    const run = machine(
      plan([
        { name: 'a', if: 'always()' },
        { name: 'b', needs: ['a'] },
      ]),
    );
    run.send({ type: 'begin' });
    run.send({ type: 'cancel', cause: 'user' });
    expect(statuses(run)).toEqual({ a: 'stopped', b: 'stopped' });
    expect(run.send({ type: 'source_prepared', source: {} })).toEqual([]);
    run.close();
    expect(run.state.status).toBe('cancelled');
  });

  it('drops the outputs of a late success', () => {
    const run = begun([{ name: 'a' }]);
    run.start('a');
    run.send({ type: 'cancel', cause: 'user' });
    run.send({
      type: 'finish',
      step: 'a',
      attempt: 1,
      outcome: { status: 'succeeded', outputs: { x: 1 }, exitCode: 0 },
    });
    expect(run.of('a')).toMatchObject({ status: 'cancelled', exitCode: 0, error: { code: 'step.cancelled' } });
    expect(run.of('a').outputs).toBeUndefined();
  });

  it('by the pipeline’s timeout is a failure', () => {
    const run = machine(plan([{ name: 'a' }], { timeout: 60_000 }));
    run.begin();
    expect(run.state.deadline).toBe(run.now + 60_000);
    run.start('a');
    run.send({ type: 'cancel', cause: 'timeout' });
    run.finish('a', 'fail');
    run.close();
    expect(run.state).toMatchObject({ status: 'failed', error: { code: 'run.timeout' } });
  });

  it('of a run that has ended changes nothing', () => {
    const run = begun([]);
    run.close();
    expect(run.send({ type: 'cancel', cause: 'user' })).toEqual([]);
  });
});

describe('a matrix', () => {
  const combinations = [{ n: 1 }, { n: 2 }, { n: 3 }];

  it('has a key for each member, and runs as many at once as `max_parallel` says', () => {
    const run = begun([
      { name: 't', matrix: { combinations, maxParallel: 2 } },
      { name: 'after', needs: ['t'] },
    ]);
    expect(run.of('t.2')).toMatchObject({ name: 't', matrix: { n: 3 }, status: 'ready' });
    expect(ready(run.state)).toEqual(['t.0', 't.1']);
    run.run('t.1');
    expect(ready(run.state)).toEqual(['t.0', 't.2']);
    run.run('t.0');
    run.run('t.2');
    expect(run.state.groups.get('t')?.outcome).toEqual({ status: 'succeeded', passed: true });
    expect(ready(run.state)).toEqual(['after']);
  });

  it('keeps its place between two attempts', () => {
    const run = begun([{ name: 't', matrix: { combinations, maxParallel: 1 }, retry: { maxAttempts: 2 } }]);
    run.run('t.0', 'fail');
    expect(ready(run.state)).toEqual([]);
    run.advance(1_000);
    run.run('t.0');
    expect(ready(run.state)).toEqual(['t.1']);
  });

  it.each([
    [['ok', 'ok', 'ok'], 'skip', { status: 'succeeded', passed: true }, 'ready'],
    [['ok', 'fail', 'ok'], 'skip', { status: 'failed', passed: false }, 'ready'],
    [['ok', 'fail', 'ok'], 'stop', { status: 'failed', passed: false }, 'upstream'],
  ] as const)(
    'that answers %j with on_error %s is %j, and its dependent %s',
    (answers, onError, outcome, dependent) => {
      const run = begun([
        { name: 't', matrix: { combinations }, onError },
        { name: 'after', needs: ['t'] },
      ]);
      for (const n of [0, 1, 2]) run.start(`t.${n}`);
      answers.forEach((answer, n) => run.finish(`t.${n}`, answer));
      expect(run.state.groups.get('t')?.outcome).toEqual(outcome);
      expect(statuses(run)['after']).toBe(dependent);
    },
  );

  it('judges each member', () => {
    const run = begun([{ name: 't', matrix: { combinations }, if: 'matrix.n > 1' }]);
    expect(judging(run.state)).toEqual(['t.0', 't.1', 't.2']);
    run.judge('t.0', false);
    run.judge('t.1', false);
    run.judge('t.2', false);
    expect(run.state.groups.get('t')?.outcome).toEqual({ status: 'skipped', passed: true });
  });

  it('without members is passed over', () => {
    const run = begun([
      { name: 't', matrix: { combinations: [] } },
      { name: 'u', needs: ['t'], matrix: { combinations: [] } },
      { name: 'after', needs: ['u'] },
    ]);
    expect(ready(run.state)).toEqual(['after']);
  });
});

describe('a retry', () => {
  it('waits `delay × backoff^n`, at most `max_delay`, and ends with `max_attempts`', () => {
    const run = begun([{ name: 'a', retry: { maxAttempts: 4, delay: 2_000, backoff: 3, maxDelay: 10_000 } }]);
    const delays: number[] = [];
    for (let attempt = 1; attempt < 4; attempt++) {
      run.run('a', 'fail');
      const delay = (run.of('a').retryAt ?? 0) - run.now;
      delays.push(delay);
      expect(run.start('a')).toEqual([]);
      run.advance(delay);
    }
    run.run('a', 'fail');
    expect(delays).toEqual([2_000, 6_000, 10_000]);
    expect(run.of('a')).toMatchObject({ status: 'failed', attempt: 4 });
  });

  it.each([
    [['failure'], 'fail', true],
    [['failure'], 'timeout', false],
    [['timeout'], 'timeout', true],
    [['timeout'], 'fail', false],
    [['failure', 'timeout'], 'configuration', false],
  ] as const)('on %j after %s: %s', (on, answer, again) => {
    const run = begun([{ name: 'a', retry: { maxAttempts: 2, on } }]);
    run.run('a', answer);
    expect(run.of('a').retryAt !== undefined).toBe(again);
  });
});

describe('waiting', () => {
  it('makes the run wait when nothing else is to do, and adds the time to the deadline', () => {
    const run = begun([{ name: 'a' }, { name: 'b' }]);
    run.start('a');
    const deadline = run.of('a').current?.deadline ?? 0;
    run.send({ type: 'wait', step: 'a', attempt: 1, wait: { kind: 'approval', deadline: 99_999_999 } });
    expect(run.state.status).toBe('running');
    run.run('b');
    expect(run.state.status).toBe('waiting');
    run.advance(5_000);
    run.send({ type: 'resume', step: 'a', kind: 'decision', value: { approved: true } });
    expect(run.state.status).toBe('running');
    expect(run.of('a').current?.deadline).toBe(deadline + 5_000);
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
  ] as const)('an unknown step that a person calls %s is %s', (answer, status) => {
    const run = begun([{ name: 'a' }]);
    run.start('a');
    run.send({ type: 'lose', step: 'a', attempt: 1, error: { code: 'run.step_lost', message: 'lost' } });
    expect(run.of('a').status).toBe('unknown');
    expect(run.state.status).toBe('waiting');
    run.send({ type: 'resolve', step: 'a', outcome: answer });
    expect(run.of('a').status).toBe(status);
  });

  it('an unknown step that is to run again gets a new attempt', () => {
    const run = begun([{ name: 'a' }]);
    run.start('a');
    run.send({ type: 'lose', step: 'a', attempt: 1, error: { code: 'run.step_lost', message: 'lost' } });
    run.send({ type: 'resolve', step: 'a', outcome: 'again' });
    run.run('a');
    expect(run.of('a')).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(run.of('a').error).toBeUndefined();
  });

  it('an unknown step that is to run again has all its retries: what a person decides is none of them', () => {
    const run = begun([{ name: 'a', retry: { maxAttempts: 2, delay: 0 } }]);
    for (const attempt of [1, 2, 3]) {
      run.start('a');
      run.send({ type: 'lose', step: 'a', attempt, error: { code: 'run.step_lost', message: 'lost' } });
      run.send({ type: 'resolve', step: 'a', outcome: 'again' });
    }
    run.start('a');
    run.finish('a', 'fail');
    expect(run.of('a')).toMatchObject({ status: 'running', attempt: 4 });
    run.start('a');
    run.finish('a', 'fail');
    expect(run.of('a')).toMatchObject({ status: 'failed', attempt: 5 });
  });
});

describe('what the state has overtaken', () => {
  it('decides nothing', () => {
    const run = begun([{ name: 'a' }, { name: 'b' }]);
    run.run('a');
    for (const late of [
      () => run.finish('a', 'fail'),
      () => run.start('a'),
      () => run.judge('a', true),
      () => run.finish('b'),
      () => run.finish('nobody'),
      () => run.close(),
    ]) {
      expect(late()).toEqual([]);
    }
  });
});
