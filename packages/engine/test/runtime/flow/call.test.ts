import { describe, expect, it } from '@jest/globals';
import { harness } from '../harness.ts';
import { flowBed, statuses } from './flow-bed.ts';

const file = (inputs: string, more = '') => `
pipelines:
  main:
    inputs: { n: { type: string, default: '3' } }
    env: { WHO: caller }
    steps:
      - { name: hidden, type: step.say, config: { value: secret } }
      - name: call
        type: step.workflow_call
        config: { pipeline: sub, inputs: ${inputs} }
        ${more}
      - { name: last, type: step.say, config: { value: '{{ steps.call.total }} {{ env.WHO }}' } }
  sub:
    inputs:
      count: { type: integer, minimum: 1 }
      word: { type: string, default: hey }
      list: { type: list, default: [1] }
    env: { WHO: '{{ inputs.word }}' }
    steps:
      - name: each
        type: step.say
        matrix: { member: '{{ inputs.list }}' }
        config: { value: '{{ env.WHO }} {{ inputs.count + matrix.member }}' }
    outputs: { total: '{{ size(steps.each.matrix) }}' }
`;

describe('step.workflow_call', () => {
  it('runs another pipeline with inputs and variables of its own, and has its outputs', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(bed.compile(file("{ count: '{{ inputs.n }}', list: [10, 20] }")));
    expect(state.status).toBe('succeeded');
    expect(bed.said).toEqual([
      'hidden@1: secret',
      'call.each.0@1: hey 13',
      'call.each.1@1: hey 23',
      'last@1: 2 caller',
    ]);
    expect(state.steps.get('call')?.outputs).toEqual({ total: 2 });
  });

  it('does not begin with inputs that do not fit, and is not tried again for it', async () => {
    const bed = flowBed();
    const yaml = file("{ count: '{{ inputs.n }}' }", 'retry: { max_attempts: 3 }');
    const state = await harness(bed).run(bed.compile(yaml, { n: 'many' }));
    expect(state.steps.get('call')).toMatchObject({ attempt: 1, error: { code: 'step.inputs_invalid' } });
    expect(statuses(state)).toEqual({ hidden: 'succeeded', call: 'failed', last: 'upstream' });
    const empty = await harness(bed).run(bed.compile(file("{ count: 1, list: '{{ [] }}' }")));
    expect(empty.steps.get('call')?.error).toMatchObject({
      code: 'step.inputs_invalid',
      message: expect.stringContaining('there is no combination'),
    });
  });

  it('runs the compensation list of the pipeline that it calls, and leaves that of the caller alone', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
pipelines:
  main:
    steps: [{ name: call, type: step.workflow_call, config: { pipeline: sub } }]
    compensation: [{ name: outer-undo, type: step.say }]
  sub:
    on_error: compensate
    steps:
      - { name: good, type: step.say }
      - { name: bad, type: step.say, config: { fails: [1] } }
    compensation:
      - { name: undo-first, type: step.say, config: { fails: [1] } }
      - { name: undo-second, type: step.say }
`),
    );
    expect(state.status).toBe('failed');
    expect(statuses(state)).toEqual({
      call: 'failed',
      'call.good': 'succeeded',
      'call.bad': 'failed',
      'call.undo-second': 'succeeded',
      'call.undo-first': 'failed',
    });
    expect(state.steps.get('call')?.error?.message).toContain('call.bad failed');
  });

  it('hands a failure that asks for compensation on to what is around it', async () => {
    const bed = flowBed();
    const state = await harness(bed).run(
      bed.compile(`
steps:
  - name: all
    type: step.parallel
    config: { steps: [{ name: bad, on_error: compensate, type: step.say, config: { fails: [1] } }] }
compensation: [{ name: undo, type: step.say }]
`),
    );
    expect(statuses(state)).toEqual({ all: 'failed', 'all.bad': 'failed', undo: 'succeeded' });
  });
});
