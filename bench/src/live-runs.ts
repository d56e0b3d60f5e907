import { once } from 'node:events';
import type { RunHandle } from '@cicd/engine';
import { type Benchmark } from './benchmark.ts';
import { onFakeContainers, planOf } from './fake-platform.ts';

const count = 1_000;
const yaml = `steps:
  - { name: first, type: step.set, config: { values: { n: 1 } } }
  - { name: holds, type: step.shell_exec, config: { image: fake, commands: ['true'] } }
  - { name: last, type: step.log, config: { message: over } }
`;

/** A thousand runs under way at the same time in one process: what they take, and that all come to their end. */
export const liveRuns: Benchmark = {
  name: 'live-runs',
  needsEngine: false,
  async run() {
    let most = 0;
    let cpu = 0;
    await onFakeContainers({ program: ({ signal }) => once(signal, 'abort').then(() => 143) }, async (platform) => {
      const plan = planOf(yaml, platform);
      const handles: RunHandle[] = [];
      for (let index = 0; index < count; index += 1) {
        handles.push(
          await platform.runtime.start(plan, { project: 'bench', actor: 'bench', trigger: { type: 'manual' } }),
        );
      }
      const before = process.cpuUsage();
      const started = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { user, system } = process.cpuUsage(before);
      cpu = (user + system) / 1_000 / (performance.now() - started);
      most = process.memoryUsage().rss / 2 ** 20;
      await Promise.all(handles.map(({ cancel }) => cancel('user')));
      const ends = await Promise.all(handles.map(({ done }) => done));
      const other = ends.find(({ status }) => status !== 'cancelled');
      if (other) throw new Error(`the run ${other.id} ended ${other.status}`);
    });
    return [
      {
        what: `${count} live runs, memory of the process`,
        measured: `${Math.round(most)} MB, ${(cpu * 100).toFixed(1)} % of a core while nothing happens`,
        target: '≤ 500 MB',
        reached: most <= 500,
      },
    ];
  },
};
