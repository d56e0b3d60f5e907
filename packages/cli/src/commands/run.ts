import path from 'node:path';
import { findPipelineFile, systemIdentity } from '@cicd/platform/local';
import type { RunCommandOptions } from '../run/run-options.ts';
import { openSandboxOfRun } from '../run/sandbox-of-run.ts';

/** `cicd run`: the engine makes the sandbox while what checks and performs a pipeline is loaded. */
export async function run(
  named: string | undefined,
  pipeline: string | undefined,
  options: RunCommandOptions,
): Promise<number> {
  const file = findPipelineFile(process.cwd(), named);
  const id = systemIdentity.runId(Date.now());
  const sandbox = openSandboxOfRun(id, options);
  try {
    // Loading keeps this process from reading answers: the engine is given its work first.
    await sandbox.underway;
    const { runPipeline } = await import('../run/run-pipeline.ts');
    const shown = named ?? path.relative(process.cwd(), file);
    return await runPipeline({ id, file, shown, pipeline, options, sandbox });
  } finally {
    await sandbox.close();
  }
}
