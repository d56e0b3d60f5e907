import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/events.ts';
import { createMemoryRunStore } from '../../../src/testing/memory-run-store.ts';
import { harness, quiet, until } from '../harness.ts';
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

  it.each([
    ['of turns that run at the same time', 'concurrency: 2, ', ''],
    ['of a step with `workspace: copy`', '', 'workspace: copy'],
  ])('keeps what it held while the run waits, is left and resumed: a copy %s', async (_which, turns, workspace) => {
    const bed = flowBed();
    const seen: Record<string, readonly string[]> = {};
    const store = createMemoryRunStore<RunEvent>();
    const first = harness({ ...bed, store, program: marking(seen) });
    const handle = await first.start(
      bed.compile(`
steps:
  - { name: before, type: step.container }
  - name: loop
    type: step.foreach
    ${workspace}
    config:
      items: [1, 2, 3]
      ${turns.replace(', ', '')}
      steps:
        - { name: build, type: step.container }
        - { name: ask, type: step.gate }
        - { name: test, type: step.container }
  - { name: after, type: step.container }
`),
    );
    const copies = () => [...first.engine.open('fake', handle.id).workspaces.keys()].filter((name) => name !== '');
    let current = handle;
    let lives = 1;
    const waiting = () => [...current.state.steps.values()].filter(({ status }) => status === 'waiting');
    for (;;) {
      await until(() => current.state.status === 'waiting' || current.state.finishedAt !== undefined);
      if (current.state.finishedAt !== undefined) break;
      const asking = waiting();
      await until(() => copies().length === (turns === '' ? 1 : asking.length));
      while (!(await current.leave())) await quiet();
      expect(copies()).toHaveLength(turns === '' ? 1 : asking.length);
      const process = harness({ ...bed, store, world: first, ports: { sandboxes: () => first.driver } });
      current = await process.runtime.resume(handle.id, {});
      lives += 1;
      const [next] = asking;
      await current.resume(next?.key ?? '', { kind: 'event' });
      await quiet();
    }
    expect((await current.done).status).toBe('succeeded');
    expect(lives).toBeGreaterThan(3);
    const own = (turn: number) =>
      turns === ''
        ? Array.from({ length: turn }, (_, index) => [`loop.${index}.build`, `loop.${index}.test`]).flat()
        : [];
    for (const turn of [0, 1, 2]) {
      expect(seen[`loop.${turn}.test`]?.toSorted()).toEqual(['before', ...own(turn), `loop.${turn}.build`].toSorted());
    }
    expect(seen['after']).toEqual(['before']);
    expect(await first.driver.runs()).toEqual([]);
  });
});
