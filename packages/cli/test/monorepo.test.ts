import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

const example = path.resolve(import.meta.dirname, '../../../examples/04-monorepo-matrix');

describeWith(['engine', 'node'], 'the monorepo', ({ engine }) => {
  let shop: Scene;
  beforeAll(() => {
    shop = scene({}, { DOCKER_HOST: engine.dockerHost });
    for (const name of readdirSync(example))
      cpSync(path.join(example, name), path.join(shop.folder, name), { recursive: true });
    git('init', '--quiet');
    commit('first');
  });
  afterAll(() => shop.remove());

  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=main'];
    execFileSync('git', ['-C', shop.folder, ...identity, ...args]);
  };
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };
  /** The status of each step, members of a matrix together. */
  const run = async () => {
    const { code, stdout, stderr } = await shop.cicd('run', '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { id, steps } = JSON.parse(stdout) as { id: string; steps: { name: string; status: string }[] };
    return { id, statuses: Object.fromEntries(steps.map(({ name, status }) => [name, status])) };
  };

  it('tests everything when nobody knows what has changed, and then what has', async () => {
    expect((await run()).statuses).toEqual({ api: 'succeeded', web: 'succeeded', pack: 'succeeded' });

    appendFileSync(path.join(shop.folder, 'web/page.js'), '// better\n');
    commit('second');
    const second = await run();
    expect(second.statuses).toEqual({ api: 'skipped', web: 'succeeded', pack: 'succeeded' });

    appendFileSync(path.join(shop.folder, 'shared/price.js'), '// not committed\n');
    expect((await run()).statuses).toEqual({ api: 'succeeded', web: 'succeeded', pack: 'succeeded' });
  });

  it('asks a source that is filled anew for another attempt', async () => {
    git('checkout', '--quiet', '--', '.');
    const { id, statuses } = await run();
    expect(statuses['api']).toBe('skipped');
    appendFileSync(path.join(shop.folder, 'api/order.js'), '// since\n');
    const again = await shop.cicd('rerun', id, '--from', 'api', '--json');
    const { steps } = JSON.parse(again.stdout) as { steps: { name: string; status: string }[] };
    expect(steps.find(({ name }) => name === 'api')?.status).toBe('succeeded');
  });
});
