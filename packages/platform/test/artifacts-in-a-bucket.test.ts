import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { describeWith } from '@cicd/testbed';
import { chooseSandbox, createPlatform, platformSteps } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bucket-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env['STORAGE_KEY_ID'];
  delete process.env['STORAGE_SECRET'];
});

const settings = (lines: readonly string[]) =>
  writeFileSync(
    path.join(folder, 'settings.yaml'),
    `artifacts:\n  s3:\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );

const pipeline = `source: none
steps:
  - { name: make, type: step.shell_exec, config: { image: any, commands: [printf 'made here' > out] } }
  - { name: push, type: step.artifact_push, config: { source_path: /workspace/out, key: reports/out, retention: 24h } }
  - { name: pull, type: step.artifact_pull, config: { key: reports/out, dest: /workspace/again } }
`;

async function perform() {
  const { driver } = await chooseSandbox('process', { dataFolder: folder, env: {} });
  const platform = await createPlatform({ dataFolder: folder, sandbox: driver });
  try {
    const { pipelines, problems } = parsePipelineFile(pipeline, { file: 'cicd.yaml', registry: platformSteps() });
    expect(problems).toEqual([]);
    const [definition] = pipelines.values();
    if (!definition) throw new Error('there is no pipeline');
    const run = await platform.runtime.start(compilePlan(definition, { inputs: {} }), {
      project: 'bucket',
      actor: 'local:ann',
      trigger: { type: 'manual' },
    });
    const { steps } = await run.done;
    return { id: run.id, steps };
  } finally {
    await platform.close();
    await driver.close();
  }
}

describeWith(['s3-second'], 'artifacts in a bucket', (parts) => {
  const s3 = parts['s3-second'];
  const bucketSettings = (bucket: string) => [
    `bucket: ${bucket}`,
    'prefix: team',
    `endpoint: ${s3.endpoint}`,
    `region: ${s3.region}`,
    'path_style: true',
    'access_key_id_env: STORAGE_KEY_ID',
    'secret_access_key_env: STORAGE_SECRET',
  ];

  async function newBucket(): Promise<string> {
    const bucket = `platform-${randomUUID()}`;
    // This service takes a bucket from anybody.
    const made = await fetch(`${s3.endpoint}/${bucket}`, { method: 'PUT' });
    expect(made.ok).toBe(true);
    return bucket;
  }

  it('are stored and read by the steps of a run, and nothing of them lies in the data folder', async () => {
    process.env['STORAGE_KEY_ID'] = s3.accessKeyId;
    process.env['STORAGE_SECRET'] = s3.secretAccessKey;
    settings(bucketSettings(await newBucket()));
    const { id, steps } = await perform();
    expect([...steps.values()].map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    const platform = await createPlatform({ dataFolder: folder });
    expect(platform.artifactPlace).toContain('the bucket platform-');
    expect((await platform.artifacts.list(id)).map(({ key, size }) => [key, size])).toEqual([['reports/out', 9]]);
    const { stream } = await platform.artifacts.get(id, 'reports/out');
    expect(await text(stream)).toBe('made here');
    await platform.close();
    const local = path.join(folder, 'artifacts');
    expect(existsSync(local) ? readdirSync(local) : []).toEqual([]);
  });

  it('need their credentials only when they are used', async () => {
    settings(bucketSettings('any'));
    const platform = await createPlatform({ dataFolder: folder });
    expect(await platform.runs.list({})).toBeDefined();
    await expect(platform.artifacts.put('run', 'key', Readable.from(['x']))).rejects.toMatchObject({
      code: 'command.settings_invalid',
      message: expect.stringContaining('STORAGE_KEY_ID'),
    });
    await platform.close();
  });
});

describe('the settings of a bucket', () => {
  it.each([
    ['no bucket', ['region: eu']],
    ['an unknown word', ['bucket: b', 'pathstyle: true']],
    ['an endpoint that is no URL', ['bucket: b', 'endpoint: storage']],
    ['half of the credentials', ['bucket: b', 'access_key_id_env: A']],
    ['a credential in place of its name', ['bucket: b', 'access_key_id_env: a/b', 'secret_access_key_env: B']],
  ])('refuse %s', async (_what, lines) => {
    settings(lines);
    await expect(createPlatform({ dataFolder: folder })).rejects.toMatchObject({
      code: 'command.settings_invalid',
      message: expect.stringContaining('artifacts.s3'),
    });
  });
});
