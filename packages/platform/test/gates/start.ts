/** Starts runs that wait at a gate, says `waiting` when all do, and `done` when all have ended: `node start.ts FOLDER COUNT`. */
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import { createPlatform } from '../../src/index.ts';

const yaml = `source: none
steps:
  - { name: approve, type: step.gate, config: { approvers: [boss@example.com] } }
  - { name: ship, type: step.set, config: { values: { shipped: true } } }
`;
const [folder = '', count = '0'] = process.argv.slice(2);
const platform = await createPlatform({
  dataFolder: folder,
  local: true,
  sandbox: createFakeSandboxDriver({ program: () => {} }),
});
const [definition] = parsePipelineFile(yaml, { file: 'cicd.yaml', registry: platform.steps }).pipelines.values();
if (!definition) throw new Error('the pipeline has no definition');
const plan = compilePlan(definition);
const runs = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const waits = Promise.withResolvers<void>();
    const handle = await platform.runtime.start(plan, {
      id: `run-${index}`,
      project: 'test',
      actor: 'local:test',
      trigger: { type: 'manual' },
      listener: { waits: () => waits.resolve() },
    });
    await waits.promise;
    return handle;
  }),
);
process.stdout.write('waiting\n');
await Promise.all(runs.map(({ done }) => done));
process.stdout.write('done\n');
await platform.close();
