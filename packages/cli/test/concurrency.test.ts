import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { heldScene, type HeldScene } from './held-scene.ts';

jest.setTimeout(30_000);

describe('runs of a concurrency group, of several commands', () => {
  let current: HeldScene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  const open = () => {
    const held = heldScene(({ hold }) => {
      const yaml = (cancel: boolean) => `
name: deploy
concurrency: { group: deploy, cancel_in_progress: ${cancel} }
steps:
  - { name: hold, type: step.shell_exec, config: { image: busybox, commands: ['${hold}'] } }
`;
      return { 'cicd.yaml': yaml(false), 'newest.yaml': yaml(true) };
    });
    current = held;
    return held;
  };
  const args = ['--sandbox', 'process'];

  it('go on one after the other; one that queues can be cancelled', async () => {
    const { start, letGo, left } = open();
    const first = start(['run', ...args]);
    await first.shows('hold | under way');
    const second = start(['run', ...args]);
    const third = start(['run', ...args]);
    await Promise.all([second, third].map((run) => run.shows('queued: the concurrency group deploy is held by')));
    third.child.kill('SIGINT');
    expect(await third.end).toMatchObject({ code: 130 });
    expect(left()).toHaveLength(2);
    letGo();
    expect(await first.end).toMatchObject({ code: 0 });
    await second.shows('hold | under way');
    letGo();
    expect(await second.end).toMatchObject({ code: 0 });
    expect(left()).toEqual([]);
  });

  it('give way to a newer one where the pipeline says so', async () => {
    const { start, letGo } = open();
    const first = start(['run', ...args]);
    await first.shows('hold | under way');
    const newest = start(['run', 'newest.yaml', ...args]);
    expect(await first.end).toMatchObject({ code: 130, stdout: expect.stringContaining('cancelled') });
    await newest.shows('hold | under way');
    letGo();
    expect(await newest.end).toMatchObject({ code: 0 });
  });

  it('queue as well when they are run again', async () => {
    const { cicd, start, letGo } = open();
    const first = start(['run', ...args]);
    await first.shows('hold | under way');
    letGo();
    expect(await first.end).toMatchObject({ code: 0 });
    const second = start(['run', ...args]);
    await second.shows('hold | under way');
    const { runs } = JSON.parse((await cicd('runs', '--json')).stdout) as { runs: { id: string }[] };
    const again = start(['rerun', runs[1]?.id ?? '']);
    await again.shows('queued: the concurrency group deploy is held by');
    letGo();
    expect(await second.end).toMatchObject({ code: 0 });
    await again.shows('hold | under way');
    letGo();
    expect(await again.end).toMatchObject({ code: 0 });
  });
});
