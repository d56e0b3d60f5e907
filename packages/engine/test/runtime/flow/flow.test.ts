import { describe, expect, it } from '@jest/globals';
import { harness, quiet, until } from '../harness.ts';
import { flowBed, statuses } from './flow-bed.ts';

const errorOf = (state: { steps: ReadonlyMap<string, { error?: { code: string; message: string } }> }, key: string) =>
  state.steps.get(key)?.error;

describe('step.foreach', () => {
  it('gives each turn its item, its place and what is around, and gathers the results', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
inputs: { regions: { type: list, default: [eu, us] } }
steps:
  - { name: before, type: step.say, config: { value: ready } }
  - name: loop
    type: step.foreach
    config:
      items: '{{ inputs.regions }}'
      as: region
      steps:
        - { name: one, type: step.say, config: { value: '{{ region }} {{ index }} {{ before.value }}' } }
        - { name: two, type: step.say, config: { value: 'after {{ steps.one.value }}' } }
  - { name: last, type: step.say, config: { value: '{{ steps.loop.results[1].two.value }} of {{ steps.loop.count }}' } }
`),
    );
    expect(state.status).toBe('succeeded');
    expect(bed.said).toEqual([
      'before@1: ready',
      'loop.0.one@1: eu 0 ready',
      'loop.0.two@1: after eu 0 ready',
      'loop.1.one@1: us 1 ready',
      'loop.1.two@1: after us 1 ready',
      'last@1: after us 1 ready of 2',
    ]);
    expect(state.steps.get('loop')?.outputs).toMatchObject({ count: 2, errors: [] });
  });

  it('stands in another, with keys and names of its own', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
steps:
  - name: outer
    type: step.foreach
    matrix: { letter: [a, b] }
    config:
      items: [1, 2]
      steps:
        - name: inner
          type: step.foreach
          config:
            items: ['{{ item * 10 }}']
            as: tenth
            steps:
              - { name: say, type: step.say, config: { value: '{{ matrix.letter }}{{ item }}{{ tenth }}{{ index }}' } }
`),
    );
    expect(state.status).toBe('succeeded');
    expect(bed.said.toSorted()).toEqual([
      'outer.0.0.inner.0.say@1: a1100',
      'outer.0.1.inner.0.say@1: a2200',
      'outer.1.0.inner.0.say@1: b1100',
      'outer.1.1.inner.0.say@1: b2200',
    ]);
  });

  it('ends with the first turn that fails, unless it collects what failed', async () => {
    const yaml = (more: string) => `
steps:
  - name: loop
    type: step.foreach
    config:
      items: [1, 2, 3]
      ${more}
      steps: [{ name: say, type: step.say, config: { value: '{{ item }}', fails: '{{ item == 2 ? [1] : [] }}' } }]
  - { name: next, type: step.say, config: { value: '{{ size(steps.loop.errors) }}' } }
`;
    const stopping = flowBed();
    const failed = await harness(stopping).run(stopping.compile(yaml('')));
    expect(failed.status).toBe('failed');
    expect(statuses(failed)).toEqual({
      loop: 'failed',
      next: 'upstream',
      'loop.0.say': 'succeeded',
      'loop.1.say': 'failed',
    });
    expect(errorOf(failed, 'loop')).toEqual({
      code: 'step.inside_failed',
      message: 'loop.1.say failed: say does not want to',
    });

    const collecting = flowBed();
    const gone = await harness(collecting).run(collecting.compile(yaml('collect_errors: true')));
    expect(gone).toMatchObject({ status: 'succeeded', warning: true });
    expect(gone.steps.get('loop')?.outputs?.['errors']).toEqual([
      { index: 1, step: 'loop.1.say', code: 'step.command_failed', message: 'say does not want to' },
    ]);
    expect(collecting.said.at(-1)).toBe('next@1: 1');
  });

  it('has no more turns than it may, and none at all without items', async () => {
    const bed = flowBed();
    const yaml = (items: string) => `
steps:
  - name: loop
    type: step.foreach
    config: { items: ${items}, max_iterations: 2, steps: [{ name: say, type: step.say }] }
`;
    const many = await harness(bed).run(bed.compile(yaml('[1, 2, 3]')));
    expect(errorOf(many, 'loop')?.code).toBe('step.too_many_turns');
    const none = await harness(bed).run(bed.compile(yaml('[]')));
    expect(none.steps.get('loop')?.outputs).toEqual({ results: [], count: 0, errors: [] });
    expect(bed.said).toEqual([]);
  });

  it('runs as many turns at once as it may', async () => {
    const bed = flowBed();
    const handle = await harness(bed).start(
      bed.compile(`
steps:
  - name: loop
    type: step.foreach
    config: { items: [1, 2, 3], concurrency: 2, steps: [{ name: wait, type: step.gate }] }
`),
    );
    await until(() => handle.state.status === 'waiting');
    expect([...handle.state.steps.keys()]).toEqual(['loop', 'loop.0.wait', 'loop.1.wait']);
    await handle.resume('loop.0.wait', { kind: 'event' });
    await until(() => handle.state.steps.get('loop.2.wait')?.status === 'waiting');
    await handle.resume('loop.1.wait', { kind: 'event' });
    await handle.resume('loop.2.wait', { kind: 'event' });
    expect((await handle.done).status).toBe('succeeded');
  });
});

describe('what a loop may hold', () => {
  const loop = (items: string) => `
inputs: { items: { type: list } }
steps:
  - name: loop
    type: step.foreach
    config: { items: ${items}, steps: [{ name: say, type: step.say, config: { value: '{{ inputs.items[0] }}' } }] }
`;

  it('is bounded, in its items and in its results', async () => {
    const bed = flowBed();
    const items = await harness(bed).run(bed.compile(loop("'{{ inputs.items }}'"), { items: ['x'.repeat(3_000_000)] }));
    expect(errorOf(items, 'loop')?.code).toBe('step.config_invalid');
    const results = await harness(bed).run(bed.compile(loop('[1, 2, 3, 4]'), { items: ['x'.repeat(1_000_000)] }));
    expect(errorOf(results, 'loop')?.code).toBe('step.output_invalid');
    expect(results.steps.get('loop.3.say')?.status).toBe('succeeded');
  });
});

describe('step.while', () => {
  const count = (condition: string, more = '') => `
steps:
  - name: count
    type: step.while
    config:
      condition: ${condition}
      ${more}
      steps: [{ name: next, type: step.say, config: { value: '{{ default(last.next.value, 0) + 1 }}' } }]
`;

  it('sees what the turn before came to, in its condition and in its steps', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(bed.compile(count('default(steps.next.value, 0) < 3 && index < 9')));
    expect(state.steps.get('count')?.outputs).toEqual({ count: 3, results: { next: { value: 3 } } });
  });

  it('is an error when its condition still holds at its bound, or cannot be judged', async () => {
    const bed = flowBed();
    const bound = await harness(bed).run(bed.compile(count('index >= 0', 'max_iterations: 4')));
    expect(errorOf(bound, 'count')?.code).toBe('step.too_many_turns');
    expect(bed.said).toHaveLength(4);
    const missing = await harness(bed).run(bed.compile(count('steps.next.value < 3')));
    expect(errorOf(missing, 'count')).toMatchObject({ code: 'expression.missing_value', place: { line: 6 } });
  });
});

describe('step.conditional', () => {
  const routes = (stage: string, more = '') => `
steps:
  - { name: choose, type: step.say, config: { value: ${stage} } }
  - name: route
    type: step.conditional
    config:
      field: choose.value
      routes:
        prod: [{ name: a, type: step.say, config: { value: prod } }, { name: b, type: step.say, config: { value: b } }]
        '2': { name: single, type: step.say, config: { value: two } }
        'true': []
      ${more}
`;

  it.each([
    ['prod', 'prod', { a: { value: 'prod' }, b: { value: 'b' } }],
    ['2', '2', { single: { value: 'two' } }],
    ['true', 'true', {}],
  ])('takes the one route of %s', async (value, route, results) => {
    const bed = flowBed();
    const state = await harness(bed).run(bed.compile(routes(value)));
    expect(state.steps.get('route')).toMatchObject({ status: 'succeeded', outputs: { route, results } });
    expect(Object.keys(statuses(state))).toEqual([
      'choose',
      'route',
      ...Object.keys(results).map((name) => `route.${name}`),
    ]);
  });

  it('takes the default, and without one fails with the routes there are', async () => {
    const bed = flowBed();
    const taken = await harness(bed).run(bed.compile(routes('dev', 'default: { name: c, type: step.say }')));
    expect(taken.steps.get('route')?.outputs?.['route']).toBe('default');
    const none = await harness(bed).run(bed.compile(routes('dev')));
    expect(none.steps.get('route')?.error).toMatchObject({
      code: 'step.route_missing',
      hint: 'The routes are 2, prod, true; `default` takes what is left.',
    });
    const list = await harness(bed).run(bed.compile(routes('[1]')));
    expect(errorOf(list, 'route')?.code).toBe('step.route_missing');
  });
});

describe('step.parallel', () => {
  it('starts all at once but those that need others, and no more than it may', async () => {
    const bed = flowBed();
    const handle = await harness(bed).start(
      bed.compile(`
steps:
  - name: all
    type: step.parallel
    config:
      max_parallel: 2
      steps:
        - { name: a, type: step.gate }
        - { name: b, type: step.gate }
        - { name: c, type: step.gate }
        - { name: d, needs: [a], type: step.say, config: { value: d } }
`),
    );
    await until(() => handle.state.status === 'waiting');
    expect(statuses(handle.state)).toMatchObject({ 'all.a': 'waiting', 'all.b': 'waiting', 'all.c': 'ready' });
    await handle.resume('all.a', { kind: 'event', value: { size: 1 } });
    await until(() => handle.state.steps.get('all.c')?.status === 'waiting');
    await handle.resume('all.b', { kind: 'event' });
    await handle.resume('all.c', { kind: 'event' });
    const state = await handle.done;
    expect(state.steps.get('all')?.outputs).toEqual({ results: { a: { size: 1 }, b: {}, c: {}, d: { value: 'd' } } });
  });

  it('ends the others with fail_fast, and their always() steps still run', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
steps:
  - name: all
    type: step.parallel
    config:
      fail_fast: true
      steps:
        - { name: slow, type: step.endless }
        - { name: bad, type: step.say, config: { fails: [1] } }
        - { name: after, needs: [bad], type: step.say }
        - { name: clean, needs: [slow, bad], if: always(), type: step.say, config: { value: clean } }
  - { name: outer, if: failure(), type: step.say, config: { value: outer } }
`),
    );
    expect(state.status).toBe('failed');
    expect(statuses(state)).toEqual({
      all: 'failed',
      outer: 'succeeded',
      'all.slow': 'cancelled',
      'all.bad': 'failed',
      'all.after': 'upstream',
      'all.clean': 'succeeded',
    });
  });
});

describe('a structured step', () => {
  it('is tried again from its beginning, with numbers of attempts that go on', async () => {
    const bed = flowBed();
    const given = harness(bed);
    const handle = await given.start(
      bed.compile(`
steps:
  - name: loop
    type: step.foreach
    retry: { max_attempts: 3, delay: 1s }
    config:
      items: [1, 2]
      steps:
        - { name: box, type: step.container }
        - name: say
          type: step.say
          retry: { max_attempts: 2, delay: 0s }
          config: { value: '{{ steps.box.attempts }}', fails: '{{ item == 1 ? [1, 2, 3] : [1] }}' }
`),
    );
    await until(() => handle.state.steps.get('loop')?.retryAt !== undefined);
    expect(bed.said).toEqual(['loop.0.say@1: 1', 'loop.0.say@2: 1']);
    given.clock.advance(1_000);
    const state = await handle.done;
    expect(state.status).toBe('succeeded');
    // The first turn's third attempt fails, the fourth does not; the second turn has never run before.
    expect(bed.said.slice(2)).toEqual(['loop.0.say@3: 1', 'loop.0.say@4: 1', 'loop.1.say@1: 1', 'loop.1.say@2: 1']);
    const started = (await given.events(handle)).flatMap((event) =>
      event.type === 'step.created' ? [`${event.step}@${event.attempt}`] : [],
    );
    expect(started).toEqual(['loop.0.box@1', 'loop.0.box@2', 'loop.1.box@1']);
  });

  it('ends everything inside at its timeout, which can be tried again', async () => {
    const bed = flowBed();
    const given = harness(bed);
    const handle = await given.start(
      bed.compile(`
steps:
  - name: all
    type: step.parallel
    timeout: 1m
    retry: { max_attempts: 2, delay: 0s, on: timeout }
    config:
      steps:
        - { name: slow, type: step.endless }
        - { name: clean, needs: [slow], if: always(), type: step.say }
`),
    );
    await until(() => handle.state.steps.get('all.slow')?.status === 'running');
    await quiet();
    given.clock.advance(60_000);
    await until(() => handle.state.steps.get('all.slow')?.attempt === 2);
    await quiet();
    given.clock.advance(60_000);
    const state = await handle.done;
    expect(errorOf(state, 'all')).toMatchObject({
      code: 'step.timeout',
      message: 'the step reached its timeout of 1m00s',
    });
    expect(statuses(state)).toMatchObject({ 'all.slow': 'cancelled', 'all.clean': 'stopped' });
    expect(bed.said).toEqual([]);
  });

  it('is cancelled with everything inside; always() steps there still run, and a second cancel ends them too', async () => {
    const bed = flowBed();
    const handle = await harness(bed).start(
      bed.compile(`
steps:
  - name: loop
    type: step.foreach
    config:
      items: [1, 2]
      steps:
        - { name: slow, type: step.endless }
        - { name: next, type: step.say }
        - { name: clean, if: always(), type: step.say, config: { value: cleaned } }
        - { name: longer, if: always(), type: step.endless }
  - { name: never, type: step.say }
`),
    );
    await until(() => handle.state.steps.get('loop.0.slow')?.status === 'running');
    await quiet();
    await handle.cancel('user');
    await until(() => handle.state.steps.get('loop.0.longer')?.status === 'running');
    await quiet();
    await handle.cancel('user');
    const state = await handle.done;
    expect(state.status).toBe('cancelled');
    expect(bed.said).toEqual(['loop.0.clean@1: cleaned']);
    expect(statuses(state)).toEqual({
      loop: 'cancelled',
      never: 'stopped',
      'loop.0.slow': 'cancelled',
      'loop.0.next': 'stopped',
      'loop.0.clean': 'succeeded',
      'loop.0.longer': 'cancelled',
    });
  });

  it('fails like any other step: the rules around it decide what follows', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
steps:
  - name: all
    type: step.parallel
    on_error: skip
    config: { steps: [{ name: bad, type: step.say, config: { fails: [1] } }] }
  - { name: next, type: step.say, config: { value: '{{ steps.all.passed }}' } }
  - name: left-out
    if: steps.all.passed
    type: step.parallel
    config: { steps: [{ name: never, type: step.say }] }
`),
    );
    expect(state).toMatchObject({ status: 'succeeded', warning: true });
    expect(statuses(state)).toMatchObject({ all: 'failed', next: 'succeeded', 'left-out': 'condition' });
  });
});
