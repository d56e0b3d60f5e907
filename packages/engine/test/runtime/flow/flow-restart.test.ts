import { describe, expect, it } from '@jest/globals';
import type { FakeProgram } from '@cicd/plugin/testing';
import type { RunEvent } from '../../../src/run/events.ts';
import type { RunState } from '../../../src/run/state.ts';
import { createMemoryRunStore } from '../../../src/testing/memory-run-store.ts';
import { dyingStore } from '../dying-store.ts';
import { harness, quiet } from '../harness.ts';
import { flowBed, marking } from './flow-bed.ts';

const pipeline = `
pipelines:
  main:
    steps:
      - { name: first, type: step.container }
      - name: loop
        type: step.foreach
        config:
          items: [1, 2, 3]
          concurrency: 2
          steps:
            - { name: build, type: step.container }
            - { name: test, type: step.container }
      - name: count
        type: step.while
        retry: { max_attempts: 2, delay: 0s }
        config:
          condition: default(last.next.value, 0) < 2
          steps:
            - { name: next, type: step.say, config: { value: '{{ default(last.next.value, 0) + 1 }}' } }
            - { name: flaky, type: step.container }
      - name: choose
        type: step.conditional
        config:
          field: steps.count.count
          routes: { '2': { name: call, type: step.workflow_call, config: { pipeline: sub, inputs: { n: 2 } } } }
      - name: sides
        type: step.parallel
        on_error: skip
        config: { steps: [{ name: bad, type: step.container }, { name: good, type: step.container }] }
      - { name: last, type: step.container }
    outputs: { value: '{{ steps.choose.results.call.value }}' }
  sub:
    inputs: { n: { type: integer } }
    steps: [{ name: box, matrix: { m: [1, 2] }, type: step.container }]
    outputs: { value: '{{ inputs.n * 10 }}' }
`;

const summary = ({ status, outputs, steps }: RunState) => ({
  status,
  outputs,
  steps: [...steps.values()]
    .map(({ key, status: end, reason, attempt, outputs: own }) => ({ key, end, reason, attempt, own }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
});

describe('a run with steps inside steps, whose process dies', () => {
  it('reaches the same end, wherever it died, with every container started once in its own workspace', async () => {
    const bed = flowBed();
    const graph = bed.compile(pipeline);
    const starts: string[] = [];
    let seen: Record<string, readonly string[]> = {};
    const program: FakeProgram = async (context) => {
      const { step, attempt } = context.key;
      starts.push(`${step}@${attempt}`);
      await marking(seen)(context);
      return step === 'sides.bad' || (step === 'count.1.flaky' && attempt === 1) ? 1 : 0;
    };
    const given = { ...bed, program };
    const undisturbed = harness(given);
    const expected = summary(await undisturbed.run(graph));
    expect(expected).toMatchObject({ status: 'succeeded', outputs: { value: 20 } });
    const once = starts.splice(0).toSorted();
    const files = seen;
    expect(files['loop.2.test']).toEqual(['first', 'loop.2.build']);
    const length = (await undisturbed.events({ id: 'run-1' })).length;

    for (let life = 0; life < length - 2; life++) {
      seen = {};
      const store = createMemoryRunStore<RunEvent>();
      const first = harness({ ...given, store: dyingStore(store, life) });
      await first.start(graph);
      await quiet(40);
      const resumed = await harness({ ...given, store, world: first }).runtime.resume('run-1', {});
      expect({ life, ...summary(await resumed.done) }).toEqual({ life, ...expected });
      expect({ life, starts: starts.splice(0).toSorted() }).toEqual({ life, starts: once });
      expect({ life, 'loop.2.test': seen['loop.2.test'] }).toEqual({ life, 'loop.2.test': files['loop.2.test'] });
      expect(first.engine.runs('fake').size).toBe(0);
    }
  });
});
