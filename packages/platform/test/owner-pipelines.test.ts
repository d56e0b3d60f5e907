import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '../src/index.ts';

const yaml = readFileSync(path.join(import.meta.dirname, 'fixtures/owner-pipelines.yaml'), 'utf8');
const { pipelines, problems } = parsePipelineFile(yaml, { file: 'owner-pipelines.yaml', registry: platformSteps() });

it('accepts and plans the pipeline whose steps exist, as it stands', () => {
  const foundation = pipelines.get('foundation');
  if (!foundation) throw new Error(JSON.stringify(problems));
  expect(problems.filter(({ path: place }) => place?.startsWith('pipelines.foundation'))).toEqual([]);
  expect(compilePlan(foundation, { inputs: {} }).steps.map(({ name, needs }) => [name, needs])).toEqual([
    ['build-ui', []],
    ['fetch-assets', ['build-ui']],
    ['store-binary', ['fetch-assets']],
  ]);
});

it('finds nothing in the others but the steps that come later', () => {
  expect(problems.map(({ code, message }) => [code, /`(step\.\w+)`/.exec(message)?.[1]])).toEqual(
    ['step.deploy'].map((type) => ['step.unknown_type', type]),
  );
});
