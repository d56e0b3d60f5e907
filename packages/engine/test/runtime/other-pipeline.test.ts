import { expect, it } from '@jest/globals';
import { createStepRegistry } from '@cicd/plugin';
import { Type } from 'typebox';
import { parsePipelineFile } from '../../src/definition/index.ts';
import { compilePlan } from '../../src/plan/index.ts';
import { harness, step } from './harness.ts';

const ask = step(
  'ask',
  async ({ artifacts }) => ({ outputs: { last: (await artifacts.lastRunOf('nightly')) ?? 'none' } }),
  {
    config: Type.Object({}, { additionalProperties: false }),
    outputs: Type.Object({ last: Type.String() }),
  },
);

const plans = (yaml: string) =>
  [...parsePipelineFile(yaml, { file: 'cicd.yaml', registry: createStepRegistry([ask]) }).pipelines.values()].map(
    (each) => compilePlan(each),
  );

it('tells a step the last successful run of another pipeline', async () => {
  const body = '{ steps: [{ name: a, type: step.ask, config: {} }] }';
  const [nightly, release] = plans(`pipelines: { nightly: ${body}, release: ${body} }`);
  if (!nightly || !release) throw new Error('two pipelines');
  const world = harness({ steps: [ask] });
  const first = await world.run(nightly);
  expect(first.steps.get('a')?.outputs).toEqual({ last: 'none' });
  expect((await world.run(release)).steps.get('a')?.outputs).toEqual({ last: first.id });
});
