import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { chooseSandbox, createPlatform, platformSteps, type Platform } from '../src/index.ts';
import { documentedPipelines } from './documented-pipelines.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const packagePages = readdirSync(path.join(root, 'packages'))
  .map((name) => `packages/${name}/README.md`)
  .filter((page) => readdirSync(path.dirname(path.join(root, page))).includes('README.md'));
const guides = readdirSync(path.join(root, 'docs/guides')).map((name) => `docs/guides/${name}`);
const documented = ['README.md', 'docs/pipeline.md', 'docs/secrets.md', ...guides, ...packagePages].flatMap(
  documentedPipelines,
);
const parse = (yaml: string, file: string) => parsePipelineFile(yaml, { file, registry: platformSteps() });

describe('pipelines of the documentation', () => {
  it.each(['README.md', 'docs/pipeline.md', 'docs/secrets.md'])('stand in %s', (page) => {
    expect(documented.filter(({ title }) => title.startsWith(`${page}:`))).not.toEqual([]);
  });

  it.each(documented.filter(({ codes }) => codes.length === 0))('are right: $title', ({ yaml, title }) => {
    expect(parse(yaml, title).problems).toEqual([]);
  });

  it.each(documented.filter(({ codes }) => codes.length > 0))('have the mistakes they show: $title', (shown) => {
    const { problems } = parse(shown.yaml, shown.title);
    expect(problems.map(({ code }) => code).toSorted()).toEqual(shown.codes.toSorted());
  });
});

describe('pipelines of the documentation that are run', () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'cicd-documentation-'));
  let platform: Platform;

  beforeAll(async () => {
    platform = await createPlatform({
      dataFolder: data,
      sandbox: (await chooseSandbox('process', { dataFolder: data, env: {} })).driver,
    });
  });

  afterAll(async () => {
    await platform.close();
    rmSync(data, { recursive: true, force: true });
  });

  it.each(documented.filter(({ isRun }) => isRun))('end well: $title', async ({ yaml, title }) => {
    const [definition] = parse(yaml, title).pipelines.values();
    if (!definition) throw new Error('it has problems');
    const run = await platform.runtime.start(compilePlan(definition, { inputs: {} }), {
      project: title,
      actor: 'local:reader',
      trigger: { type: 'manual' },
    });
    const { status, steps } = await run.done;
    expect([...steps.values()].flatMap(({ key, error }) => (error ? [{ key, error }] : []))).toEqual([]);
    expect(status).toBe('succeeded');
  });
});

describe('examples', () => {
  it.each(readdirSync(path.join(root, 'examples')))('%s has no problems', (name) => {
    const yaml = readFileSync(path.join(root, 'examples', name, 'cicd.yaml'), 'utf8');
    expect(parse(yaml, `${name}/cicd.yaml`).problems).toEqual([]);
  });
});
