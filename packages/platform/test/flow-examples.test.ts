import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compilePlan, flowSteps, parsePipelineFile } from '@cicd/engine';
import { createPlatform, platformSteps, chooseSandbox, type Platform } from '../src/index.ts';

const indented = (yaml: string) => yaml.trimEnd().replaceAll('\n', '\n        ');

/** An example is one step; what it calls stands beside it. */
const fileWith = (yaml: string) => `pipelines:
  example:
    steps:
      - ${indented(yaml)}
  greet:
    inputs: { name: { type: string } }
    steps:
      - { name: say, type: step.log, config: { message: 'hello {{ inputs.name }}' } }
`;

const examples = flowSteps.flatMap(({ type, examples: own }) =>
  own.map(({ title, yaml }) => ({ name: `${type}: ${title}`, yaml })),
);

describe('the example of a structured step', () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'cicd-flow-'));
  let platform: Platform;

  beforeAll(async () => {
    const { driver } = await chooseSandbox('process', { dataFolder: data, env: {} });
    platform = await createPlatform({ dataFolder: data, sandbox: driver });
  });

  afterAll(async () => {
    await platform.close();
    rmSync(data, { recursive: true, force: true });
  });

  it.each(examples)('$name runs', async ({ yaml }) => {
    const { pipelines, problems } = parsePipelineFile(fileWith(yaml), { file: 'cicd.yaml', registry: platformSteps() });
    expect(problems).toEqual([]);
    const definition = pipelines.get('example');
    if (!definition) throw new Error('the file has no pipeline');
    const started = { project: 'examples', actor: 'local:reader', trigger: { type: 'manual' } };
    const { done } = await platform.runtime.start(compilePlan(definition), started);
    const { status, steps } = await done;
    expect([...steps.values()].flatMap(({ key, error }) => (error ? [{ key, error }] : []))).toEqual([]);
    expect(status).toBe('succeeded');
    expect([...steps.values()].some(({ parent }) => parent !== undefined)).toBe(true);
  });
});

describe('every structured step', () => {
  it.each(flowSteps.map((step) => [step.type, step] as const))('%s is documented, closed, and not run', (_, step) => {
    const { properties = {} } = step.config as { readonly properties?: object };
    for (const [name, field] of Object.entries(properties)) {
      expect({ name, ...(field as object) }).toHaveProperty('description');
    }
    expect(step.config).toHaveProperty('additionalProperties', false);
    expect(step.examples.length).toBeGreaterThan(0);
  });
});
