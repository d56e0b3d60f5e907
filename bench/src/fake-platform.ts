import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compilePlan, parsePipelineFile, type Plan } from '@cicd/engine';
import { createPlatform, type Platform } from '@cicd/platform';
import { createFakeSandboxDriver, type FakeSandboxDriverOptions } from '@cicd/plugin/testing';

/** The platform as it is but for its containers, which are made of nothing; removed when the work is done. */
export async function onFakeContainers<Result>(
  options: FakeSandboxDriverOptions,
  work: (platform: Platform) => Promise<Result>,
): Promise<Result> {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-fake-'));
  const platform = await createPlatform({ dataFolder, sandbox: createFakeSandboxDriver(options) });
  try {
    return await work(platform);
  } finally {
    await platform.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** The plan of a pipeline that has no mistakes and no inputs. */
export function planOf(yaml: string, platform: Platform): Plan {
  const [definition] = parsePipelineFile(yaml, { file: 'cicd.yaml', registry: platform.steps }).pipelines.values();
  if (!definition) throw new Error('the pipeline has no definition');
  return compilePlan(definition);
}
