import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '../src/index.ts';

const yaml = readFileSync(path.join(import.meta.dirname, 'fixtures/owner-pipelines.yaml'), 'utf8');
const { pipelines, problems } = parsePipelineFile(yaml, { file: 'owner-pipelines.yaml', registry: platformSteps() });

it('accepts the pipeline whose steps exist, as it stands', () => {
  expect([...pipelines.keys()]).toContain('foundation');
});

it('finds nothing in the others but the steps that come later', () => {
  const others = problems.filter(({ code }) => code !== 'step.unknown_type');
  expect(others).toEqual([]);
});
