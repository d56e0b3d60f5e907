import { describe, expect, it } from '@jest/globals';
import { harness } from '../harness.ts';
import { flowBed, marking } from './flow-bed.ts';

describe('the workspace of steps inside steps', () => {
  it('is shared by turns that follow each other', async () => {
    const bed = flowBed();
    const seen: Record<string, readonly string[]> = {};
    await harness({ ...bed, program: marking(seen) }).run(
      bed.compile(`
steps:
  - name: loop
    type: step.foreach
    config: { items: [1, 2], steps: [{ name: box, type: step.container }] }
  - { name: after, type: step.container }
`),
    );
    expect(seen).toEqual({
      'loop.0.box': [],
      'loop.1.box': ['loop.0.box'],
      after: ['loop.0.box', 'loop.1.box'],
    });
  });

  it('is a copy for each of the turns that run at the same time, shared inside the turn and dropped after it', async () => {
    const bed = flowBed();
    const seen: Record<string, readonly string[]> = {};
    const most: number[] = [];
    const given = harness({
      ...bed,
      program: (context) => {
        most.push(given.engine.open('fake', 'run-1').workspaces.size);
        return marking(seen)(context);
      },
    });
    const state = await given.run(
      bed.compile(`
steps:
  - { name: before, type: step.container }
  - name: loop
    type: step.foreach
    config:
      items: [1, 2, 3, 4, 5, 6]
      concurrency: 2
      steps:
        - { name: one, type: step.container }
        - name: two
          type: step.parallel
          config: { steps: [{ name: a, type: step.container }, { name: b, workspace: copy, type: step.container }] }
        - { name: skipped, if: 'false', type: step.container }
  - { name: after, type: step.container }
`),
    );
    expect(state.status).toBe('succeeded');
    expect(seen).toMatchObject({
      'loop.0.one': ['before'],
      'loop.0.two.a': ['before', 'loop.0.one'],
      'loop.5.one': ['before'],
      after: ['before'],
    });
    expect(seen['loop.3.two.b']).toContain('loop.3.one');
    // The run's own, two turns, and a copy of a copy in each.
    expect(Math.max(...most)).toBeLessThanOrEqual(5);
  });

  it('is a copy for what is inside a step with `workspace: copy`, and none with `none`', async () => {
    const bed = flowBed();
    const seen: Record<string, readonly string[]> = {};
    await harness({ ...bed, program: marking(seen) }).run(
      bed.compile(`
steps:
  - name: apart
    workspace: copy
    type: step.parallel
    config:
      steps:
        - { name: one, type: step.container }
        - { name: two, needs: [one], type: step.container }
  - name: without
    workspace: none
    type: step.parallel
    config: { steps: [{ name: one, type: step.container }] }
  - { name: after, type: step.container }
`),
    );
    expect(seen).toEqual({ 'apart.one': [], 'apart.two': ['apart.one'], 'without.one': [], after: [] });
  });
});
