import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { createPlatform } from '@cicd/platform';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import { milliseconds, type Benchmark } from './benchmark.ts';

const count = 10_000;

/** A hundred steps start at once; each has a chain of ninety-nine behind it. */
const yaml = `steps:\n${Array.from(
  { length: count },
  (_, index) =>
    `  - { name: s${index}, needs: [${index < 100 ? '' : `s${index - 100}`}], type: step.set, config: { values: { n: ${index} } } }`,
).join('\n')}\n`;

/** Runs steps without an effect through the durable store, no containers. */
export const transitions: Benchmark = {
  name: 'transitions',
  needsEngine: false,
  async run() {
    const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-transitions-'));
    const platform = await createPlatform({
      dataFolder,
      sandbox: createFakeSandboxDriver({ program: () => {} }),
    });
    try {
      const { pipelines } = parsePipelineFile(yaml, { file: 'cicd.yaml', registry: platform.steps });
      const [definition] = pipelines.values();
      if (!definition) throw new Error('the pipeline has no definition');
      const plan = compilePlan(definition);
      let events = 0;
      const time = await milliseconds(async () => {
        const handle = await platform.runtime.start(plan, {
          project: 'bench',
          actor: 'bench',
          trigger: { type: 'manual' },
        });
        const final = await handle.done;
        if (final.status !== 'succeeded') throw new Error(`the run ended ${final.status}`);
        events = (await platform.runs.read(handle.id)).length;
      });
      const rate = (events / time) * 1_000;
      return [
        {
          what: 'durable transitions a second',
          measured: `${Math.round(rate)}`,
          target: '≥ 5,000',
          reached: rate >= 5_000,
        },
        { what: 'run of 10,000 steps', measured: `${Math.round(time)} ms`, target: '≤ 4 s', reached: time <= 4_000 },
      ];
    } finally {
      await platform.close();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};
