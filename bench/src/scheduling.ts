import { type Benchmark } from './benchmark.ts';
import { onFakeContainers, planOf } from './fake-platform.ts';

const count = 500;

const yaml = `steps:\n${Array.from(
  { length: count },
  (_, index) => `  - { name: s${index}, type: step.set, config: { values: { n: ${index} } } }`,
).join('\n')}\n`;

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

/**
 * How long a step whose turn has come waits for its start: from the moment that its need's end is durable until its own
 * intent is. One step after the other, so that each wait is a lone one.
 */
export const scheduling: Benchmark = {
  name: 'scheduling',
  needsEngine: false,
  async run() {
    const waits: number[] = [];
    let readySince: number | undefined;
    await onFakeContainers({ program: () => 0 }, async (platform) => {
      const handle = await platform.runtime.start(planOf(yaml, platform), {
        project: 'bench',
        actor: 'bench',
        trigger: { type: 'manual' },
        listener: {
          event({ event }) {
            if (event.type === 'step.finished') readySince = performance.now();
            if (event.type === 'step.started' && readySince !== undefined) waits.push(performance.now() - readySince);
          },
        },
      });
      const { status } = await handle.done;
      if (status !== 'succeeded') throw new Error(`the run ended ${status}`);
    });
    const sorted = waits.toSorted((a, b) => a - b);
    const p99 = percentile(sorted, 0.99);
    return [
      {
        what: `ready → started, durable, p99 of ${sorted.length}`,
        measured: `${p99.toFixed(2)} ms, median ${percentile(sorted, 0.5).toFixed(2)} ms`,
        target: '≤ 5 ms',
        reached: p99 <= 5,
      },
    ];
  },
};
